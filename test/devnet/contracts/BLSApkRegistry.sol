// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for the BLSApkRegistry of the M2 middleware (7d49b51, same checks in b42aa0b).
// Enforced: the checks of a new BLS key in their order, proof of possession by pairing, one key per operator and one
// operator per key for ever.
//
// Left out: aggregate public keys (the "apk" itself), their history, and the getters over it.

import {BN254} from "./BN254.sol";
import {CoordinatorOnly} from "./CoordinatorOnly.sol";
import {G1Point, G2Point, PubkeyRegistrationParams} from "./Types.sol";

contract BLSApkRegistry is CoordinatorOnly {
    event NewPubkeyRegistration(address indexed operator, G1Point pubkeyG1, G2Point pubkeyG2);
    event OperatorAddedToQuorums(address operator, bytes32 operatorId, bytes quorumNumbers);
    event OperatorRemovedFromQuorums(address operator, bytes32 operatorId, bytes quorumNumbers);

    mapping(address operator => bytes32) public operatorToPubkeyHash;
    mapping(bytes32 pubkeyHash => address operator) public pubkeyHashToOperator;
    mapping(address operator => G1Point) public operatorToPubkey;

    constructor(address registryCoordinator_) CoordinatorOnly(registryCoordinator_) {}

    function registerBLSPublicKey(address operator, PubkeyRegistrationParams calldata params, G1Point calldata message)
        external
        onlyRegistryCoordinator
        returns (bytes32 operatorId)
    {
        operatorId = _hash(params.pubkeyG1);
        require(
            operatorId != _hash(G1Point(0, 0)), "BLSApkRegistry.registerBLSPublicKey: cannot register zero pubkey"
        );
        require(
            operatorToPubkeyHash[operator] == 0,
            "BLSApkRegistry.registerBLSPublicKey: operator already registered pubkey"
        );
        require(
            pubkeyHashToOperator[operatorId] == address(0),
            "BLSApkRegistry.registerBLSPublicKey: public key already registered"
        );
        require(
            _isPossessed(params, message),
            "BLSApkRegistry.registerBLSPublicKey: either the G1 signature is wrong, or G1 and G2 private key do not match"
        );

        operatorToPubkey[operator] = params.pubkeyG1;
        operatorToPubkeyHash[operator] = operatorId;
        pubkeyHashToOperator[operatorId] = operator;
        emit NewPubkeyRegistration(operator, params.pubkeyG1, params.pubkeyG2);
    }

    function registerOperator(address operator, bytes calldata quorumNumbers) external onlyRegistryCoordinator {
        emit OperatorAddedToQuorums(operator, operatorToPubkeyHash[operator], quorumNumbers);
    }

    function deregisterOperator(address operator, bytes calldata quorumNumbers) external onlyRegistryCoordinator {
        emit OperatorRemovedFromQuorums(operator, operatorToPubkeyHash[operator], quorumNumbers);
    }

    function getOperatorId(address operator) external view returns (bytes32) {
        return operatorToPubkeyHash[operator];
    }

    function getOperatorFromPubkeyHash(bytes32 pubkeyHash) external view returns (address) {
        return pubkeyHashToOperator[pubkeyHash];
    }

    function getRegisteredPubkey(address operator) external view returns (G1Point memory, bytes32) {
        require(
            operatorToPubkeyHash[operator] != 0, "BLSApkRegistry.getRegisteredPubkey: operator is not registered"
        );
        return (operatorToPubkey[operator], operatorToPubkeyHash[operator]);
    }

    /// One pairing shows both that the signature is over the message and that the G1 and G2 keys share their secret:
    /// gamma, which depends on all of them, keeps the two equations apart.
    function _isPossessed(PubkeyRegistrationParams calldata params, G1Point calldata message)
        private
        view
        returns (bool)
    {
        uint256 gamma = uint256(keccak256(abi.encode(params, message))) % BN254.R;
        return BN254.pairing(
            BN254.add(params.pubkeyRegistrationSignature, BN254.multiply(params.pubkeyG1, gamma)),
            BN254.negatedGeneratorG2(),
            BN254.add(message, BN254.multiply(BN254.generatorG1(), gamma)),
            params.pubkeyG2
        );
    }

    function _hash(G1Point memory point) private pure returns (bytes32) {
        return keccak256(abi.encode(point.X, point.Y));
    }

    function _notTheCoordinator() internal pure override returns (string memory) {
        return "BLSApkRegistry.onlyRegistryCoordinator: caller is not the registry coordinator";
    }
}
