// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// The allocations of the AllocationManager (EigenLayer core f84a515): how much of an operator's stake in a strategy backs
// which operator set, in parts of 1e18. Stands apart from AllocationManager.sol for its readers only.
// Enforced: more takes effect after the operator's allocation delay, less after the deallocation delay where the
// operator can be slashed for it and at once where not; one change at a time; never more than the whole. A new allocation
// delay waits for the configuration delay, except the one of a fresh operator.
//
// Left out: slashing, so the magnitude of an operator never falls below 1e18.

import {IDelegationManager} from "./Interfaces.sol";
import {AllocateParams, Allocation, OperatorSet, OperatorSetKey} from "./OperatorSetTypes.sol";
import {OperatorSets} from "./OperatorSets.sol";
import {Sets} from "./Sets.sol";

abstract contract Allocations is OperatorSets {
    using Sets for Sets.Words;

    struct AllocationDelayInfo {
        uint32 delay;
        bool isSet;
        uint32 pendingDelay;
        uint32 effectBlock;
    }

    struct Queue {
        uint256 head;
        bytes32[] setKeys;
    }

    error InvalidOperator();
    error InputArrayLengthMismatch();
    error UninitializedAllocationDelay();
    error ModificationAlreadyPending();
    error SameMagnitude();
    error InsufficientMagnitude();

    event AllocationDelaySet(address operator, uint32 delay, uint32 effectBlock);
    event AllocationUpdated(
        address operator, OperatorSet operatorSet, address strategy, uint64 magnitude, uint32 effectBlock
    );
    event EncumberedMagnitudeUpdated(address operator, address strategy, uint64 encumberedMagnitude);

    uint64 private constant WHOLE = 1e18;
    uint8 private constant PAUSED_MODIFY_ALLOCATIONS = 0;

    IDelegationManager public immutable delegation;
    uint32 public immutable DEALLOCATION_DELAY;
    uint32 public immutable ALLOCATION_CONFIGURATION_DELAY;

    mapping(address operator => mapping(address strategy => uint64)) public encumberedMagnitude;
    mapping(address operator => AllocationDelayInfo) private _delays;
    mapping(address operator => mapping(address strategy => Queue)) private _queues;
    mapping(address operator => mapping(bytes32 setKey => mapping(address strategy => Allocation))) private _allocations;
    mapping(address operator => mapping(bytes32 setKey => Sets.Words)) private _allocatedStrategies;
    mapping(address operator => Sets.Words) private _allocatedSets;

    constructor(IDelegationManager delegation_, uint32 deallocationDelay, uint32 configurationDelay) {
        delegation = delegation_;
        DEALLOCATION_DELAY = deallocationDelay;
        ALLOCATION_CONFIGURATION_DELAY = configurationDelay;
    }

    function isOperatorSlashable(address operator, OperatorSet memory operatorSet) public view virtual returns (bool);

    // ---- the delay

    function setAllocationDelay(address operator, uint32 delay) external {
        bool isFresh = msg.sender == address(delegation);
        if (!isFresh) {
            _checkCanCall(operator);
            if (!delegation.isOperator(operator)) revert InvalidOperator();
        }
        (bool isSet, uint32 current) = getAllocationDelay(operator);
        uint32 effectBlock = uint32(block.number) + (isFresh ? 0 : ALLOCATION_CONFIGURATION_DELAY + 1);
        _delays[operator] = AllocationDelayInfo(isFresh ? delay : current, isFresh || isSet, delay, effectBlock);
        emit AllocationDelaySet(operator, delay, effectBlock);
    }

    function getAllocationDelay(address operator) public view returns (bool isSet, uint32 delay) {
        AllocationDelayInfo memory info = _delays[operator];
        if (info.effectBlock != 0 && block.number >= info.effectBlock) return (true, info.pendingDelay);
        return (info.isSet, info.delay);
    }

    // ---- allocations

    function modifyAllocations(address operator, AllocateParams[] calldata params)
        external
        onlyWhenNotPaused(PAUSED_MODIFY_ALLOCATIONS)
    {
        _checkCanCall(operator);
        (bool isSet, uint32 delay) = getAllocationDelay(operator);
        if (!isSet) revert UninitializedAllocationDelay();
        for (uint256 i = 0; i < params.length; i++) {
            if (params[i].strategies.length != params[i].newMagnitudes.length) revert InputArrayLengthMismatch();
            _requireOperatorSet(params[i].operatorSet);
            for (uint256 j = 0; j < params[i].strategies.length; j++) {
                _modify(operator, params[i].operatorSet, params[i].strategies[j], params[i].newMagnitudes[j], delay);
            }
        }
    }

    function clearDeallocationQueue(address operator, address[] calldata strategies, uint16[] calldata numToClear)
        external
        onlyWhenNotPaused(PAUSED_MODIFY_ALLOCATIONS)
    {
        if (strategies.length != numToClear.length) revert InputArrayLengthMismatch();
        for (uint256 i = 0; i < strategies.length; i++) {
            _clearQueue(operator, strategies[i], numToClear[i]);
        }
    }

    function getAllocation(address operator, OperatorSet memory operatorSet, address strategy)
        public
        view
        returns (Allocation memory allocation)
    {
        (allocation,) = _updated(operator, OperatorSetKey.pack(operatorSet), strategy);
    }

    function getMaxMagnitude(address, address) external pure returns (uint64) {
        return WHOLE;
    }

    function getAllocatableMagnitude(address operator, address strategy) external view returns (uint64) {
        return WHOLE - getEncumberedMagnitude(operator, strategy);
    }

    function getEncumberedMagnitude(address operator, address strategy) public view returns (uint64 encumbered) {
        encumbered = encumberedMagnitude[operator][strategy];
        Queue storage queue = _queues[operator][strategy];
        for (uint256 i = queue.head; i < queue.setKeys.length; i++) {
            Allocation memory allocation = _allocations[operator][queue.setKeys[i]][strategy];
            if (block.number < allocation.effectBlock) break;
            encumbered = _plus(encumbered, allocation.pendingDiff);
        }
    }

    function getAllocatedSets(address operator) external view returns (OperatorSet[] memory sets) {
        bytes32[] memory keys = _allocatedSets[operator].items;
        sets = new OperatorSet[](keys.length);
        for (uint256 i = 0; i < keys.length; i++) {
            sets[i] = OperatorSetKey.unpack(keys[i]);
        }
    }

    function getAllocatedStrategies(address operator, OperatorSet memory operatorSet)
        external
        view
        returns (address[] memory)
    {
        return _allocatedStrategies[operator][OperatorSetKey.pack(operatorSet)].addresses();
    }

    /// What will be slashable at a future block whatever the operators do until then; nothing of those outside the set.
    function getMinimumSlashableStake(
        OperatorSet memory operatorSet,
        address[] memory operators,
        address[] memory strategies,
        uint32 futureBlock
    ) external view returns (uint256[][] memory stakes) {
        stakes = new uint256[][](operators.length);
        for (uint256 i = 0; i < operators.length; i++) {
            stakes[i] = new uint256[](strategies.length);
            if (!isOperatorSlashable(operators[i], operatorSet)) continue;
            for (uint256 j = 0; j < strategies.length; j++) {
                Allocation memory allocation = getAllocation(operators[i], operatorSet, strategies[j]);
                bool willFall = allocation.pendingDiff < 0 && allocation.effectBlock <= futureBlock;
                uint256 magnitude = willFall
                    ? _plus(allocation.currentMagnitude, allocation.pendingDiff)
                    : allocation.currentMagnitude;
                stakes[i][j] = delegation.operatorShares(operators[i], strategies[j]) * magnitude / WHOLE;
            }
        }
    }

    // ---- one allocation

    function _modify(
        address operator,
        OperatorSet calldata operatorSet,
        address strategy,
        uint64 magnitude,
        uint32 delay
    ) private {
        _clearQueue(operator, strategy, type(uint16).max);
        bytes32 key = OperatorSetKey.pack(operatorSet);
        (Allocation memory allocation, uint64 encumbered) = _updated(operator, key, strategy);
        if (allocation.effectBlock != 0) revert ModificationAlreadyPending();
        int128 diff = int128(uint128(magnitude)) - int128(uint128(allocation.currentMagnitude));
        if (diff == 0) revert SameMagnitude();

        bool isSlashable = isOperatorSlashable(operator, operatorSet) && _hasStrategy(operatorSet, strategy)
            && allocation.currentMagnitude != 0;
        if (diff < 0 && isSlashable) {
            _queues[operator][strategy].setKeys.push(key);
            allocation.pendingDiff = diff;
            allocation.effectBlock = uint32(block.number) + DEALLOCATION_DELAY + 1;
        } else if (diff < 0) {
            encumbered = _plus(encumbered, diff);
            allocation.currentMagnitude = magnitude;
            allocation.effectBlock = uint32(block.number);
        } else {
            encumbered = _plus(encumbered, diff);
            if (encumbered > WHOLE) revert InsufficientMagnitude();
            allocation.pendingDiff = diff;
            allocation.effectBlock = uint32(block.number) + delay;
        }
        _store(operator, key, strategy, allocation, encumbered);
        emit AllocationUpdated(operator, operatorSet, strategy, magnitude, allocation.effectBlock);
    }

    function _clearQueue(address operator, address strategy, uint16 most) private {
        Queue storage queue = _queues[operator][strategy];
        for (uint16 cleared = 0; cleared < most && queue.head < queue.setKeys.length; cleared++) {
            bytes32 key = queue.setKeys[queue.head];
            (Allocation memory allocation, uint64 encumbered) = _updated(operator, key, strategy);
            if (block.number < allocation.effectBlock) return;
            _store(operator, key, strategy, allocation, encumbered);
            queue.head++;
        }
    }

    /// The allocation as it is in this block: a change that is due has happened, whether or not anyone wrote it down.
    function _updated(address operator, bytes32 key, address strategy)
        private
        view
        returns (Allocation memory allocation, uint64 encumbered)
    {
        encumbered = encumberedMagnitude[operator][strategy];
        allocation = _allocations[operator][key][strategy];
        if (block.number < allocation.effectBlock) return (allocation, encumbered);
        allocation.currentMagnitude = _plus(allocation.currentMagnitude, allocation.pendingDiff);
        if (allocation.pendingDiff < 0) encumbered = _plus(encumbered, allocation.pendingDiff);
        allocation.effectBlock = 0;
        allocation.pendingDiff = 0;
    }

    function _store(address operator, bytes32 key, address strategy, Allocation memory allocation, uint64 encumbered)
        private
    {
        if (encumberedMagnitude[operator][strategy] != encumbered) {
            encumberedMagnitude[operator][strategy] = encumbered;
            emit EncumberedMagnitudeUpdated(operator, strategy, encumbered);
        }
        _allocations[operator][key][strategy] = allocation;
        Sets.Words storage strategies = _allocatedStrategies[operator][key];
        if (allocation.pendingDiff != 0) {
            strategies.addAddress(strategy);
            _allocatedSets[operator].add(key);
        } else if (allocation.currentMagnitude == 0) {
            strategies.removeAddress(strategy);
            if (strategies.items.length == 0) _allocatedSets[operator].remove(key);
        }
    }

    function _plus(uint64 a, int128 b) private pure returns (uint64) {
        return uint64(uint128(int128(uint128(a)) + b));
    }
}
