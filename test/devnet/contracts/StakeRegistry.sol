// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for the StakeRegistry of the M2 middleware (7d49b51, same checks in b42aa0b).
// Enforced: an operator's weight in a quorum is the sum over its strategies of shares * multiplier / 1e18, and it must
// reach the quorum's minimum at the moment of registering. A stake update that changes nothing emits nothing.
//
// Stakes and totals have their history by block (History.sol).
//
// Left out: reading that history, updateOperatorStake, and changing strategies, multipliers or minimums of a quorum.

import {CoordinatorOnly} from "./CoordinatorOnly.sol";
import {History} from "./History.sol";
import {IDelegationManager} from "./Interfaces.sol";
import {StrategyParams} from "./Types.sol";

contract StakeRegistry is CoordinatorOnly {
    using History for History.Entry[];

    event OperatorStakeUpdate(bytes32 indexed operatorId, uint8 quorumNumber, uint96 stake);

    IDelegationManager public immutable delegation;

    mapping(uint8 quorumNumber => uint96) public minimumStakeForQuorum;
    mapping(uint8 quorumNumber => StrategyParams[]) private _strategies;
    mapping(uint8 quorumNumber => History.Entry[]) private _totals;
    mapping(bytes32 operatorId => mapping(uint8 quorumNumber => History.Entry[])) private _stakes;

    constructor(address registryCoordinator_, IDelegationManager delegation_) CoordinatorOnly(registryCoordinator_) {
        delegation = delegation_;
    }

    function initializeQuorum(uint8 quorumNumber, uint96 minimumStake, StrategyParams[] calldata strategies)
        public
        virtual
        onlyRegistryCoordinator
    {
        require(strategies.length > 0, "StakeRegistry._addStrategyParams: no strategies provided");
        minimumStakeForQuorum[quorumNumber] = minimumStake;
        for (uint256 i = 0; i < strategies.length; i++) {
            _strategies[quorumNumber].push(strategies[i]);
        }
    }

    /// The stakes of the operator, and the totals with them.
    function registerOperator(address operator, bytes32 operatorId, bytes calldata quorumNumbers)
        external
        onlyRegistryCoordinator
        returns (uint96[] memory stakes, uint96[] memory totals)
    {
        stakes = new uint96[](quorumNumbers.length);
        totals = new uint96[](quorumNumbers.length);
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            uint96 weight = weightOfOperatorForQuorum(quorumNumber, operator);
            if (weight < minimumStakeForQuorum[quorumNumber]) _refuseStake();
            _record(operatorId, quorumNumber, weight);
            (stakes[i], totals[i]) = (weight, getCurrentTotalStake(quorumNumber));
        }
    }

    function deregisterOperator(bytes32 operatorId, bytes calldata quorumNumbers) external onlyRegistryCoordinator {
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            _record(operatorId, uint8(quorumNumbers[i]), 0);
        }
    }

    function weightOfOperatorForQuorum(uint8 quorumNumber, address operator) public view returns (uint96 weight) {
        _requireQuorum(quorumNumber);
        for (uint256 i = 0; i < _strategies[quorumNumber].length; i++) {
            StrategyParams memory params = _strategies[quorumNumber][i];
            weight += uint96(_sharesThatCount(quorumNumber, operator, params.strategy) * params.multiplier / 1e18);
        }
    }

    function strategyParamsLength(uint8 quorumNumber) public view returns (uint256) {
        return _strategies[quorumNumber].length;
    }

    function strategyParamsByIndex(uint8 quorumNumber, uint256 index) external view returns (StrategyParams memory) {
        _requireQuorum(quorumNumber);
        return _strategies[quorumNumber][index];
    }

    function getCurrentStake(bytes32 operatorId, uint8 quorumNumber) external view returns (uint96) {
        return _stakes[operatorId][quorumNumber].latest();
    }

    function getCurrentTotalStake(uint8 quorumNumber) public view returns (uint96) {
        return _totals[quorumNumber].latest();
    }

    function _record(bytes32 operatorId, uint8 quorumNumber, uint96 amount) private {
        History.Entry[] storage history = _stakes[operatorId][quorumNumber];
        uint96 last = history.latest();
        if (history.length > 0 && last == amount) return;
        history.record(amount);
        _totals[quorumNumber].record(getCurrentTotalStake(quorumNumber) - last + amount);
        emit OperatorStakeUpdate(operatorId, quorumNumber, amount);
    }

    function _sharesThatCount(uint8, address operator, address strategy) internal view virtual returns (uint256) {
        return delegation.operatorShares(operator, strategy);
    }

    function _requireQuorum(uint8 quorumNumber) internal view virtual {
        require(_strategies[quorumNumber].length > 0, "StakeRegistry.quorumExists: quorum does not exist");
    }

    function _refuseStake() internal pure virtual {
        revert("StakeRegistry.registerOperator: Operator does not meet minimum stake requirement for quorum");
    }

    function _notTheCoordinator() internal pure override returns (string memory) {
        return "StakeRegistry.onlyRegistryCoordinator: caller is not the RegistryCoordinator";
    }
}
