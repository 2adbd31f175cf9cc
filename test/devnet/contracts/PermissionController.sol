// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for the PermissionController of EigenLayer core (f84a515): who may call a core contract for an account.
// Enforced: an account without admins is its own admin; the first admin that accepts takes that from it; a pending admin
// must accept by itself; the last admin cannot be removed; an appointee may call one function of one contract.
//
// Left out: version(), getAppointeePermissions, proxies.

import {Sets} from "./Sets.sol";

contract PermissionController {
    using Sets for Sets.Words;

    error NotAdmin();
    error CannotHaveZeroAdmins();
    error AdminAlreadySet();
    error AdminNotSet();
    error AdminAlreadyPending();
    error AdminNotPending();
    error AppointeeAlreadySet();
    error AppointeeNotSet();

    event AppointeeSet(address indexed account, address indexed appointee, address target, bytes4 selector);
    event AppointeeRemoved(address indexed account, address indexed appointee, address target, bytes4 selector);
    event PendingAdminAdded(address indexed account, address admin);
    event PendingAdminRemoved(address indexed account, address admin);
    event AdminSet(address indexed account, address admin);
    event AdminRemoved(address indexed account, address admin);

    mapping(address account => Sets.Words) private _admins;
    mapping(address account => Sets.Words) private _pendingAdmins;
    mapping(address account => mapping(bytes32 permission => Sets.Words)) private _appointees;

    modifier onlyAdmin(address account) {
        if (!isAdmin(account, msg.sender)) revert NotAdmin();
        _;
    }

    function addPendingAdmin(address account, address admin) external onlyAdmin(account) {
        if (_admins[account].containsAddress(admin)) revert AdminAlreadySet();
        if (!_pendingAdmins[account].addAddress(admin)) revert AdminAlreadyPending();
        emit PendingAdminAdded(account, admin);
    }

    function removePendingAdmin(address account, address admin) external onlyAdmin(account) {
        if (!_pendingAdmins[account].removeAddress(admin)) revert AdminNotPending();
        emit PendingAdminRemoved(account, admin);
    }

    function acceptAdmin(address account) external {
        if (!_pendingAdmins[account].removeAddress(msg.sender)) revert AdminNotPending();
        _admins[account].addAddress(msg.sender);
        emit AdminSet(account, msg.sender);
    }

    function removeAdmin(address account, address admin) external onlyAdmin(account) {
        if (_admins[account].items.length <= 1) revert CannotHaveZeroAdmins();
        if (!_admins[account].removeAddress(admin)) revert AdminNotSet();
        emit AdminRemoved(account, admin);
    }

    function setAppointee(address account, address appointee, address target, bytes4 selector)
        external
        onlyAdmin(account)
    {
        if (!_appointees[account][_permission(target, selector)].addAddress(appointee)) revert AppointeeAlreadySet();
        emit AppointeeSet(account, appointee, target, selector);
    }

    function removeAppointee(address account, address appointee, address target, bytes4 selector)
        external
        onlyAdmin(account)
    {
        if (!_appointees[account][_permission(target, selector)].removeAddress(appointee)) revert AppointeeNotSet();
        emit AppointeeRemoved(account, appointee, target, selector);
    }

    function isAdmin(address account, address caller) public view returns (bool) {
        if (_admins[account].items.length == 0) return account == caller;
        return _admins[account].containsAddress(caller);
    }

    function isPendingAdmin(address account, address admin) external view returns (bool) {
        return _pendingAdmins[account].containsAddress(admin);
    }

    function getAdmins(address account) external view returns (address[] memory admins) {
        if (_admins[account].items.length > 0) return _admins[account].addresses();
        admins = new address[](1);
        admins[0] = account;
    }

    function getPendingAdmins(address account) external view returns (address[] memory) {
        return _pendingAdmins[account].addresses();
    }

    function getAppointees(address account, address target, bytes4 selector) external view returns (address[] memory) {
        return _appointees[account][_permission(target, selector)].addresses();
    }

    function canCall(address account, address caller, address target, bytes4 selector) external view returns (bool) {
        return isAdmin(account, caller)
            || _appointees[account][_permission(target, selector)].containsAddress(caller);
    }

    function _permission(address target, bytes4 selector) private pure returns (bytes32) {
        return keccak256(abi.encode(target, selector));
    }
}
