// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// What the contracts of this devnet call on each other; nothing else is listed here.

import {G1Point, PubkeyRegistrationParams, SignatureWithSaltAndExpiry, StrategyParams} from "./Types.sol";

interface IDelegationManager {
    function isOperator(address operator) external view returns (bool);
    function operatorShares(address operator, address strategy) external view returns (uint256);
}

interface IAVSDirectory {
    function registerOperatorToAVS(address operator, SignatureWithSaltAndExpiry memory operatorSignature) external;
    function deregisterOperatorFromAVS(address operator) external;
}

interface IServiceManager {
    function registerOperatorToAVS(address operator, SignatureWithSaltAndExpiry memory operatorSignature) external;
    function deregisterOperatorFromAVS(address operator) external;
}

interface IBLSApkRegistry {
    function registerBLSPublicKey(address operator, PubkeyRegistrationParams calldata params, G1Point calldata message)
        external
        returns (bytes32 operatorId);
    function registerOperator(address operator, bytes calldata quorumNumbers) external;
    function deregisterOperator(address operator, bytes calldata quorumNumbers) external;
    function getOperatorId(address operator) external view returns (bytes32);
    function pubkeyHashToOperator(bytes32 operatorId) external view returns (address);
}

interface IStakeRegistry {
    function initializeQuorum(uint8 quorumNumber, uint96 minimumStake, StrategyParams[] memory strategies) external;
    function registerOperator(address operator, bytes32 operatorId, bytes calldata quorumNumbers)
        external
        returns (uint96[] memory stakes, uint96[] memory totals);
    function deregisterOperator(bytes32 operatorId, bytes calldata quorumNumbers) external;
    function getCurrentStake(bytes32 operatorId, uint8 quorumNumber) external view returns (uint96);
}

interface IIndexRegistry {
    function registerOperator(bytes32 operatorId, bytes calldata quorumNumbers) external returns (uint32[] memory);
    function deregisterOperator(bytes32 operatorId, bytes calldata quorumNumbers) external;
    function operatorIds(uint8 quorumNumber) external view returns (bytes32[] memory);
}

interface IERC1271 {
    function isValidSignature(bytes32 digest, bytes memory signature) external view returns (bytes4);
}
