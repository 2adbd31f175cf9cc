// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for the AllocationManager of EigenLayer core (f84a515): operator sets, and who is in them.
// Enforced: who may call (the operator, its admins, its appointees; for leaving also the AVS's), the order of checks, the
// call of the AVS's registrar whose refusal refuses everything, and that whoever left can be slashed, and cannot come
// back, for DEALLOCATION_DELAY blocks more. Ids are not put in order here and may repeat: the second is a member already.
//
// Left out: slashing, version(), proxies. What sets are is in OperatorSets.sol, what backs them in Allocations.sol.

import {Allocations} from "./Allocations.sol";
import {IAVSRegistrar, IPermissionController} from "./CoreInterfaces.sol";
import {IDelegationManager} from "./Interfaces.sol";
import {DeregisterParams, OperatorSet, OperatorSetKey, RegisterParams} from "./OperatorSetTypes.sol";
import {OperatorSets} from "./OperatorSets.sol";
import {Sets} from "./Sets.sol";

contract AllocationManager is Allocations {
    using Sets for Sets.Words;

    struct RegistrationStatus {
        bool registered;
        uint32 slashableUntil;
    }

    error AlreadyMemberOfSet();
    error NotMemberOfSet();
    error InvalidCaller();
    error InvalidAVSRegistrar();

    event AVSRegistrarSet(address avs, address registrar);
    event OperatorAddedToOperatorSet(address indexed operator, OperatorSet operatorSet);
    event OperatorRemovedFromOperatorSet(address indexed operator, OperatorSet operatorSet);

    uint8 private constant PAUSED_REGISTRATION = 2;

    mapping(address avs => address registrar) private _registrars;
    mapping(bytes32 setKey => Sets.Words) private _members;
    mapping(address operator => Sets.Words) private _registeredSets;
    mapping(address operator => mapping(bytes32 setKey => RegistrationStatus)) private _status;

    constructor(
        IDelegationManager delegation_,
        IPermissionController permissionController_,
        uint32 deallocationDelay,
        uint32 configurationDelay
    ) OperatorSets(permissionController_) Allocations(delegation_, deallocationDelay, configurationDelay) {}

    function registerForOperatorSets(address operator, RegisterParams calldata params)
        external
        onlyWhenNotPaused(PAUSED_REGISTRATION)
        checkCanCall(operator)
    {
        if (!delegation.isOperator(operator)) revert InvalidOperator();
        for (uint256 i = 0; i < params.operatorSetIds.length; i++) {
            OperatorSet memory operatorSet = OperatorSet(params.avs, params.operatorSetIds[i]);
            _requireOperatorSet(operatorSet);
            if (isOperatorSlashable(operator, operatorSet)) revert AlreadyMemberOfSet();
            bytes32 key = OperatorSetKey.pack(operatorSet);
            _registeredSets[operator].add(key);
            _members[key].addAddress(operator);
            _status[operator][key].registered = true;
            emit OperatorAddedToOperatorSet(operator, operatorSet);
        }
        IAVSRegistrar registrar = IAVSRegistrar(getAVSRegistrar(params.avs));
        registrar.registerOperator(operator, params.avs, params.operatorSetIds, params.data);
    }

    function deregisterFromOperatorSets(DeregisterParams calldata params)
        external
        onlyWhenNotPaused(PAUSED_REGISTRATION)
    {
        if (!_canCall(params.operator) && !_canCall(params.avs)) revert InvalidCaller();
        for (uint256 i = 0; i < params.operatorSetIds.length; i++) {
            OperatorSet memory operatorSet = OperatorSet(params.avs, params.operatorSetIds[i]);
            _requireOperatorSet(operatorSet);
            bytes32 key = OperatorSetKey.pack(operatorSet);
            if (!_status[params.operator][key].registered) revert NotMemberOfSet();
            _registeredSets[params.operator].remove(key);
            _members[key].removeAddress(params.operator);
            _status[params.operator][key] = RegistrationStatus(false, uint32(block.number) + DEALLOCATION_DELAY);
            emit OperatorRemovedFromOperatorSet(params.operator, operatorSet);
        }
        IAVSRegistrar registrar = IAVSRegistrar(getAVSRegistrar(params.avs));
        registrar.deregisterOperator(params.operator, params.avs, params.operatorSetIds);
    }

    function setAVSRegistrar(address avs, address registrar) external checkCanCall(avs) {
        if (!IAVSRegistrar(registrar).supportsAVS(avs)) revert InvalidAVSRegistrar();
        _registrars[avs] = registrar;
        emit AVSRegistrarSet(avs, getAVSRegistrar(avs));
    }

    /// An AVS that has named none is its own.
    function getAVSRegistrar(address avs) public view returns (address) {
        return _registrars[avs] == address(0) ? avs : _registrars[avs];
    }

    /// To the last of the blocks, which differs from an allocation: that has fallen in the block after.
    function isOperatorSlashable(address operator, OperatorSet memory operatorSet)
        public
        view
        override
        returns (bool)
    {
        RegistrationStatus memory status = _status[operator][OperatorSetKey.pack(operatorSet)];
        return status.registered || block.number <= status.slashableUntil;
    }

    function isMemberOfOperatorSet(address operator, OperatorSet memory operatorSet) external view returns (bool) {
        return _members[OperatorSetKey.pack(operatorSet)].containsAddress(operator);
    }

    function getMembers(OperatorSet memory operatorSet) external view returns (address[] memory) {
        return _members[OperatorSetKey.pack(operatorSet)].addresses();
    }

    function getMemberCount(OperatorSet memory operatorSet) external view returns (uint256) {
        return _members[OperatorSetKey.pack(operatorSet)].items.length;
    }

    function getRegisteredSets(address operator) external view returns (OperatorSet[] memory sets) {
        bytes32[] memory keys = _registeredSets[operator].items;
        sets = new OperatorSet[](keys.length);
        for (uint256 i = 0; i < keys.length; i++) {
            sets[i] = OperatorSetKey.unpack(keys[i]);
        }
    }
}
