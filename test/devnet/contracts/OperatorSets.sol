// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// The operator sets of the AllocationManager (EigenLayer core f84a515): which sets an AVS has and with which strategies.
// Stands apart from AllocationManager.sol for its readers only.
// Enforced: an AVS must have published metadata before its first set; a set is created once.
//
// Left out: redistribution, and changing a slasher later (its SLASHER_CONFIGURATION_DELAY).

import {IPermissionController} from "./CoreInterfaces.sol";
import {CreateSetParams, CreateSetParamsV2, OperatorSet, OperatorSetKey} from "./OperatorSetTypes.sol";
import {PausableByError} from "./Pausable.sol";
import {Permissioned} from "./Permissioned.sol";
import {Sets} from "./Sets.sol";

abstract contract OperatorSets is PausableByError, Permissioned {
    using Sets for Sets.Words;

    error NonexistentAVSMetadata();
    error InvalidOperatorSet();
    error InputAddressZero();
    error StrategyAlreadyInOperatorSet();
    error StrategyNotInOperatorSet();

    event AVSMetadataURIUpdated(address indexed avs, string metadataURI);
    event OperatorSetCreated(OperatorSet operatorSet);
    event StrategyAddedToOperatorSet(OperatorSet operatorSet, address strategy);
    event StrategyRemovedFromOperatorSet(OperatorSet operatorSet, address strategy);
    event SlasherUpdated(OperatorSet operatorSet, address slasher, uint32 effectBlock);

    mapping(address avs => bool) private _hasMetadata;
    mapping(address avs => Sets.Words) private _setsOf;
    mapping(bytes32 setKey => Sets.Words) private _strategies;
    mapping(bytes32 setKey => address) private _slashers;

    constructor(IPermissionController permissionController_) Permissioned(permissionController_) {}

    function updateAVSMetadataURI(address avs, string calldata metadataURI) external checkCanCall(avs) {
        _hasMetadata[avs] = true;
        emit AVSMetadataURIUpdated(avs, metadataURI);
    }

    /// The older form, without a slasher: the AVS itself is one then.
    function createOperatorSets(address avs, CreateSetParams[] calldata params) external checkCanCall(avs) {
        if (!_hasMetadata[avs]) revert NonexistentAVSMetadata();
        for (uint256 i = 0; i < params.length; i++) {
            _createOperatorSet(OperatorSet(avs, params[i].operatorSetId), params[i].strategies, avs);
        }
    }

    function createOperatorSets(address avs, CreateSetParamsV2[] calldata params) external checkCanCall(avs) {
        if (!_hasMetadata[avs]) revert NonexistentAVSMetadata();
        for (uint256 i = 0; i < params.length; i++) {
            _createOperatorSet(OperatorSet(avs, params[i].operatorSetId), params[i].strategies, params[i].slasher);
        }
    }

    function addStrategiesToOperatorSet(address avs, uint32 operatorSetId, address[] calldata strategies)
        external
        checkCanCall(avs)
    {
        OperatorSet memory operatorSet = OperatorSet(avs, operatorSetId);
        _requireOperatorSet(operatorSet);
        for (uint256 i = 0; i < strategies.length; i++) {
            _addStrategy(operatorSet, strategies[i]);
        }
    }

    function removeStrategiesFromOperatorSet(address avs, uint32 operatorSetId, address[] calldata strategies)
        external
        checkCanCall(avs)
    {
        OperatorSet memory operatorSet = OperatorSet(avs, operatorSetId);
        _requireOperatorSet(operatorSet);
        for (uint256 i = 0; i < strategies.length; i++) {
            bool removed = _strategies[OperatorSetKey.pack(operatorSet)].removeAddress(strategies[i]);
            if (!removed) revert StrategyNotInOperatorSet();
            emit StrategyRemovedFromOperatorSet(operatorSet, strategies[i]);
        }
    }

    function isOperatorSet(OperatorSet memory operatorSet) public view returns (bool) {
        return _setsOf[operatorSet.avs].contains(bytes32(uint256(operatorSet.id)));
    }

    function getOperatorSetCount(address avs) external view returns (uint256) {
        return _setsOf[avs].items.length;
    }

    function getStrategiesInOperatorSet(OperatorSet memory operatorSet) external view returns (address[] memory) {
        return _strategies[OperatorSetKey.pack(operatorSet)].addresses();
    }

    function getSlasher(OperatorSet memory operatorSet) external view returns (address) {
        return _slashers[OperatorSetKey.pack(operatorSet)];
    }

    function _requireOperatorSet(OperatorSet memory operatorSet) internal view {
        if (!isOperatorSet(operatorSet)) revert InvalidOperatorSet();
    }

    function _hasStrategy(OperatorSet memory operatorSet, address strategy) internal view returns (bool) {
        return _strategies[OperatorSetKey.pack(operatorSet)].containsAddress(strategy);
    }

    function _createOperatorSet(OperatorSet memory operatorSet, address[] calldata strategies, address slasher) private {
        if (!_setsOf[operatorSet.avs].add(bytes32(uint256(operatorSet.id)))) revert InvalidOperatorSet();
        emit OperatorSetCreated(operatorSet);
        for (uint256 i = 0; i < strategies.length; i++) {
            _addStrategy(operatorSet, strategies[i]);
        }
        if (slasher == address(0)) revert InputAddressZero();
        _slashers[OperatorSetKey.pack(operatorSet)] = slasher;
        emit SlasherUpdated(operatorSet, slasher, uint32(block.number));
    }

    function _addStrategy(OperatorSet memory operatorSet, address strategy) private {
        bool added = _strategies[OperatorSetKey.pack(operatorSet)].addAddress(strategy);
        if (!added) revert StrategyAlreadyInOperatorSet();
        emit StrategyAddedToOperatorSet(operatorSet, strategy);
    }
}
