// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// The door of the core contracts of the current generation (f84a515): the PermissionController is asked whether the
// caller may call this function for the account. The function asked about is the one that the transaction named.
// Where a devnet has no PermissionController, an account is its own only admin.

import {IPermissionController} from "./CoreInterfaces.sol";

abstract contract Permissioned {
    error InvalidPermissions();

    IPermissionController public immutable permissionController;

    modifier checkCanCall(address account) {
        _checkCanCall(account);
        _;
    }

    constructor(IPermissionController permissionController_) {
        permissionController = permissionController_;
    }

    function _canCall(address account) internal view returns (bool) {
        if (address(permissionController) == address(0)) return msg.sender == account;
        return permissionController.canCall(account, msg.sender, address(this), msg.sig);
    }

    function _checkCanCall(address account) internal view {
        if (!_canCall(account)) revert InvalidPermissions();
    }
}
