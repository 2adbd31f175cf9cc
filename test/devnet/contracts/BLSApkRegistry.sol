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
    enum Defect {
        ZERO_KEY,
        OPERATOR_HAS_KEY,
        KEY_TAKEN,
        NO_PROOF
    }

    event NewPubkeyRegistration(address indexed operator, G1Point pubkeyG1, G2Point pubkeyG2);
    event OperatorAddedToQuorums(address operator, bytes32 operatorId, bytes quorumNumbers);
    event OperatorRemovedFromQuorums(address operator, bytes32 operatorId, bytes quorumNumbers);

    mapping(address operator => bytes32) public operatorToPubkeyHash;
    mapping(bytes32 pubkeyHash => address operator) public pubkeyHashToOperator;
    mapping(address operator => G1Point) public operatorToPubkey;

    constructor(address registryCoordinator_) CoordinatorOnly(registryCoordinator_) {}

    function registerBLSPublicKey(address operator, PubkeyRegistrationParams calldata params, G1Point calldata message)
        public
        virtual
        onlyRegistryCoordinator
        returns (bytes32 operatorId)
    {
        operatorId = _hash(params.pubkeyG1);
        if (operatorId == _hash(G1Point(0, 0))) _refuse(Defect.ZERO_KEY);
        if (operatorToPubkeyHash[operator] != 0) _refuse(Defect.OPERATOR_HAS_KEY);
        if (pubkeyHashToOperator[operatorId] != address(0)) _refuse(Defect.KEY_TAKEN);
        if (!_isPossessed(params, message)) _refuse(Defect.NO_PROOF);

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

    function _isPossessed(PubkeyRegistrationParams calldata params, G1Point calldata message)
        private
        view
        returns (bool)
    {
        uint256 gamma = uint256(keccak256(abi.encode(params, message))) % BN254.R;
        return BN254.isPossessed(
            params.pubkeyRegistrationSignature, params.pubkeyG1, params.pubkeyG2, message, gamma
        );
    }

    function _refuse(Defect defect) internal pure virtual {
        if (defect == Defect.ZERO_KEY) revert("BLSApkRegistry.registerBLSPublicKey: cannot register zero pubkey");
        if (defect == Defect.OPERATOR_HAS_KEY) {
            revert("BLSApkRegistry.registerBLSPublicKey: operator already registered pubkey");
        }
        if (defect == Defect.KEY_TAKEN) revert("BLSApkRegistry.registerBLSPublicKey: public key already registered");
        revert(
            "BLSApkRegistry.registerBLSPublicKey: either the G1 signature is wrong, or G1 and G2 private key do not match"
        );
    }

    function _hash(G1Point memory point) private pure returns (bytes32) {
        return keccak256(abi.encode(point.X, point.Y));
    }

    function _notTheCoordinator() internal pure override returns (string memory) {
        return "BLSApkRegistry.onlyRegistryCoordinator: caller is not the registry coordinator";
    }
}
