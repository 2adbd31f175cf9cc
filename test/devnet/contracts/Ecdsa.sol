// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// How the two families of the AVSDirectory judge the operator's signature.
//
// requireSignatureM2 stands for EIP1271SignatureUtils over OpenZeppelin's ECDSA 4.7 (core v0.2.3 to v0.5.4): an address
// with code is asked by ERC-1271 and nothing else is tried; otherwise 65 bytes, or 64 in the compact form of EIP-2098,
// each defect with a sentence of its own.
//
// isValidSignatureNow stands for OpenZeppelin's SignatureChecker (core >= v1.3): ECDSA first, 65 bytes only, then
// ERC-1271, so an account with delegated code (EIP-7702) can still sign with its key. One answer for every defect.

import {IERC1271} from "./Interfaces.sol";

library Ecdsa {
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    function requireSignatureM2(address signer, bytes32 digest, bytes memory signature) internal view {
        if (signer.code.length > 0) {
            require(
                IERC1271(signer).isValidSignature(digest, signature) == IERC1271.isValidSignature.selector,
                "EIP1271SignatureUtils.checkSignature_EIP1271: ERC1271 signature verification failed"
            );
        } else {
            require(
                _recoverM2(digest, signature) == signer,
                "EIP1271SignatureUtils.checkSignature_EIP1271: signature not from signer"
            );
        }
    }

    function isValidSignatureNow(address signer, bytes32 digest, bytes memory signature) internal view returns (bool) {
        if (signature.length == 65) {
            (bytes32 r, bytes32 s, uint8 v) = _split(signature);
            bool canonical = uint256(s) <= HALF_ORDER && (v == 27 || v == 28);
            address recovered = canonical ? ecrecover(digest, v, r, s) : address(0);
            if (recovered == signer && recovered != address(0)) return true;
        }
        (bool answered, bytes memory answer) =
            signer.staticcall(abi.encodeCall(IERC1271.isValidSignature, (digest, signature)));
        return answered && answer.length >= 32 && bytes32(answer) == bytes32(IERC1271.isValidSignature.selector);
    }

    function _recoverM2(bytes32 digest, bytes memory signature) private pure returns (address recovered) {
        require(signature.length == 65 || signature.length == 64, "ECDSA: invalid signature length");
        (bytes32 r, bytes32 s, uint8 v) = signature.length == 65 ? _split(signature) : _splitCompact(signature);
        require(uint256(s) <= HALF_ORDER, "ECDSA: invalid signature 's' value");
        require(v == 27 || v == 28, "ECDSA: invalid signature 'v' value");
        recovered = ecrecover(digest, v, r, s);
        require(recovered != address(0), "ECDSA: invalid signature");
    }

    function _split(bytes memory signature) private pure returns (bytes32 r, bytes32 s, uint8 v) {
        assembly ("memory-safe") {
            r := mload(add(signature, 32))
            s := mload(add(signature, 64))
        }
        v = uint8(signature[64]);
    }

    function _splitCompact(bytes memory signature) private pure returns (bytes32 r, bytes32 s, uint8 v) {
        bytes32 parityAndS;
        assembly ("memory-safe") {
            r := mload(add(signature, 32))
            parityAndS := mload(add(signature, 64))
        }
        s = bytes32((uint256(parityAndS) << 1) >> 1);
        v = uint8(uint256(parityAndS) >> 255) + 27;
    }
}
