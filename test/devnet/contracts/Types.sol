// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// The structs and enums that cross contract borders, with the field order of the M2 middleware ABI
// (eigenlayer-middleware 7d49b51 and b42aa0b). A G2 coordinate is [imaginary, real], as the pairing precompile wants it.

struct G1Point {
    uint256 X;
    uint256 Y;
}

struct G2Point {
    uint256[2] X;
    uint256[2] Y;
}

struct PubkeyRegistrationParams {
    G1Point pubkeyRegistrationSignature;
    G1Point pubkeyG1;
    G2Point pubkeyG2;
}

struct SignatureWithSaltAndExpiry {
    bytes signature;
    bytes32 salt;
    uint256 expiry;
}

struct OperatorSetParam {
    uint32 maxOperatorCount;
    uint16 kickBIPsOfOperatorStake;
    uint16 kickBIPsOfTotalStake;
}

struct OperatorKickParam {
    uint8 quorumNumber;
    address operator;
}

struct StrategyParams {
    address strategy;
    uint96 multiplier;
}

enum OperatorStatus {
    NEVER_REGISTERED,
    REGISTERED,
    DEREGISTERED
}

struct OperatorInfo {
    bytes32 operatorId;
    OperatorStatus status;
}
