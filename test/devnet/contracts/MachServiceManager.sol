// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for MachServiceManager of mach-avs as deployed in 2024: a ServiceManager with an allow-list and a pause.
// Enforced: pause first, then the caller, then the list; the AVSDirectory comes after. An operator outside the list gets
// NotInAllowlist() from the May 2024 build (Cyber) and NotAdded() from the June 2024 build (GM).
//
// Left out: alerts, thresholds, rollup chain ids, its own operator set and events. The allow-list starts enabled, as the
// real initializer leaves it.

import {Pausable} from "./Pausable.sol";
import {ServiceManager} from "./ServiceManager.sol";
import {SignatureWithSaltAndExpiry} from "./Types.sol";

contract MachServiceManager is ServiceManager, Pausable {
    error NotAdded();
    error NotInAllowlist();
    error NotWhitelister();
    error AlreadyInAllowlist();
    error ZeroAddress();

    event OperatorAllowed(address operator);
    event OperatorDisallowed(address operator);

    bool private immutable _saysNotInAllowlist;
    address public immutable whitelister;

    bool private _allowlistDisabled;
    mapping(address operator => bool) public allowlist;

    modifier onlyWhitelister() {
        if (msg.sender != whitelister) revert NotWhitelister();
        _;
    }

    modifier whenNotPaused() {
        require(paused() == 0, "Pausable: contract is paused");
        _;
    }

    constructor(address registryCoordinator_, address avsDirectory_, address whitelister_, bool saysNotInAllowlist)
        ServiceManager(registryCoordinator_, avsDirectory_)
    {
        whitelister = whitelister_;
        _saysNotInAllowlist = saysNotInAllowlist;
    }

    function registerOperatorToAVS(address operator, SignatureWithSaltAndExpiry memory operatorSignature)
        public
        override
        whenNotPaused
    {
        require(msg.sender == registryCoordinator, _notTheCoordinator());
        if (allowlistEnabled() && !allowlist[operator]) _revertBecauseNotListed();
        super.registerOperatorToAVS(operator, operatorSignature);
    }

    function deregisterOperatorFromAVS(address operator) public override whenNotPaused {
        super.deregisterOperatorFromAVS(operator);
    }

    function allowlistEnabled() public view returns (bool) {
        return !_allowlistDisabled;
    }

    function allowOperators(address[] calldata operators) external onlyWhitelister {
        for (uint256 i = 0; i < operators.length; i++) {
            if (operators[i] == address(0)) revert ZeroAddress();
            if (allowlist[operators[i]]) revert AlreadyInAllowlist();
            allowlist[operators[i]] = true;
            emit OperatorAllowed(operators[i]);
        }
    }

    function disallowOperators(address[] calldata operators) external onlyWhitelister {
        for (uint256 i = 0; i < operators.length; i++) {
            if (!allowlist[operators[i]]) _revertBecauseNotListed();
            allowlist[operators[i]] = false;
            emit OperatorDisallowed(operators[i]);
        }
    }

    /// For tests and open to anyone; the real enableAllowlist and disableAllowlist belong to the owner.
    function setAllowlistEnabled(bool enabled) external {
        _allowlistDisabled = !enabled;
    }

    function _revertBecauseNotListed() private view {
        if (_saysNotInAllowlist) revert NotInAllowlist();
        revert NotAdded();
    }
}
