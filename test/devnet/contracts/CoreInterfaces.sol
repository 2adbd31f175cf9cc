// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// What the contracts of the current generation call on each other; nothing else is listed here.

import {CreateSetParams, DeregisterParams, OperatorSet} from "./OperatorSetTypes.sol";
import {G1Point, PubkeyRegistrationParams, StrategyParams} from "./Types.sol";

interface IPermissionController {
    function canCall(address account, address caller, address target, bytes4 selector) external view returns (bool);
}

interface IAllocationManager {
    function setAllocationDelay(address operator, uint32 delay) external;
    function createOperatorSets(address avs, CreateSetParams[] calldata params) external;
    function deregisterFromOperatorSets(DeregisterParams calldata params) external;
    function isOperatorSlashable(address operator, OperatorSet memory operatorSet) external view returns (bool);
    function getMinimumSlashableStake(
        OperatorSet memory operatorSet,
        address[] memory operators,
        address[] memory strategies,
        uint32 futureBlock
    ) external view returns (uint256[][] memory);
}

interface IAVSRegistrar {
    function registerOperator(address operator, address avs, uint32[] calldata operatorSetIds, bytes calldata data)
        external;
    function deregisterOperator(address operator, address avs, uint32[] calldata operatorSetIds) external;
    function supportsAVS(address avs) external view returns (bool);
}

interface IKeyRegistrar {
    function isRegistered(OperatorSet memory operatorSet, address operator) external view returns (bool);
}

interface ISlashingBLSApkRegistry {
    function getOrRegisterOperatorId(
        address operator,
        PubkeyRegistrationParams calldata params,
        G1Point calldata message
    ) external returns (bytes32 operatorId);
}

interface ISlashingStakeRegistry {
    function initializeDelegatedStakeQuorum(
        uint8 quorumNumber,
        uint96 minimumStake,
        StrategyParams[] calldata strategies
    ) external;
    function initializeSlashableStakeQuorum(
        uint8 quorumNumber,
        uint96 minimumStake,
        uint32 lookAheadPeriod,
        StrategyParams[] calldata strategies
    ) external;
}
