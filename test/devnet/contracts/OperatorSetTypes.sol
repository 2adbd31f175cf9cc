// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// The structs of operator sets, with the field order of the ABI of EigenLayer core (f84a515).

struct OperatorSet {
    address avs;
    uint32 id;
}

struct CreateSetParams {
    uint32 operatorSetId;
    address[] strategies;
}

struct CreateSetParamsV2 {
    uint32 operatorSetId;
    address[] strategies;
    address slasher;
}

struct RegisterParams {
    address avs;
    uint32[] operatorSetIds;
    bytes data;
}

struct DeregisterParams {
    address operator;
    address avs;
    uint32[] operatorSetIds;
}

struct AllocateParams {
    OperatorSet operatorSet;
    address[] strategies;
    uint64[] newMagnitudes;
}

struct Allocation {
    uint64 currentMagnitude;
    int128 pendingDiff;
    uint32 effectBlock;
}

library OperatorSetKey {
    /// avs, then the id in the low bytes, as EigenLayer core spells a set in one word.
    function pack(OperatorSet memory operatorSet) internal pure returns (bytes32) {
        return bytes32((uint256(uint160(operatorSet.avs)) << 96) | operatorSet.id);
    }

    function unpack(bytes32 key) internal pure returns (OperatorSet memory) {
        return OperatorSet(address(uint160(uint256(key) >> 96)), uint32(uint256(key)));
    }
}
