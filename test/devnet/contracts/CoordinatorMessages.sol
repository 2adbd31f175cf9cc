// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// What is signed for a RegistryCoordinator of the M2 middleware (7d49b51, b42aa0b, EigenDA 61019b4) and for a
// SlashingRegistryCoordinator (f310f097): EIP-712 under the domain AVSRegistryCoordinator / v0.0.1.
// The separator is computed at each call, so the code can be placed at any address of any chain.
//
// Left out: domainSeparator(), eip712Domain() and a getter for the BLS digest; the M2 contract has none of them, and what
// the slashing one has is in SlashingRegistryCoordinator.sol.

import {BN254} from "./BN254.sol";
import {G1Point, OperatorKickParam} from "./Types.sol";

abstract contract CoordinatorMessages {
    bytes32 public constant PUBKEY_REGISTRATION_TYPEHASH = keccak256("BN254PubkeyRegistration(address operator)");
    bytes32 public constant OPERATOR_CHURN_APPROVAL_TYPEHASH = keccak256(
        "OperatorChurnApproval(address registeringOperator,bytes32 registeringOperatorId,OperatorKickParam[] operatorKickParams,bytes32 salt,uint256 expiry)OperatorKickParam(uint8 quorumNumber,address operator)"
    );
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    bool private immutable _hasChurnApprover;

    constructor(bool hasChurnApprover) {
        _hasChurnApprover = hasChurnApprover;
    }

    /// The point to sign with the BLS key, not the digest. It depends on the operator alone, so it never changes.
    function pubkeyRegistrationMessageHash(address operator) public view returns (G1Point memory) {
        return BN254.hashToG1(_pubkeyRegistrationDigest(operator));
    }

    /// Not standard EIP-712: the array is ABI-encoded in place. EigenDA master, which has no approver, answers zero.
    function calculateOperatorChurnApprovalDigestHash(
        address registeringOperator,
        bytes32 registeringOperatorId,
        OperatorKickParam[] memory operatorKickParams,
        bytes32 salt,
        uint256 expiry
    ) public view returns (bytes32) {
        if (!_hasChurnApprover) return 0;
        bytes memory fields = abi.encode(
            OPERATOR_CHURN_APPROVAL_TYPEHASH,
            registeringOperator,
            registeringOperatorId,
            operatorKickParams,
            salt,
            expiry
        );
        return _typedDataDigest(keccak256(fields));
    }

    function _pubkeyRegistrationDigest(address operator) internal view returns (bytes32) {
        return _typedDataDigest(keccak256(abi.encode(PUBKEY_REGISTRATION_TYPEHASH, operator)));
    }

    function _separator() internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                DOMAIN_TYPEHASH, keccak256("AVSRegistryCoordinator"), keccak256("v0.0.1"), block.chainid, address(this)
            )
        );
    }

    function _typedDataDigest(bytes32 structHash) private view returns (bytes32) {
        return keccak256(abi.encodePacked("\x19\x01", _separator(), structHash));
    }
}
