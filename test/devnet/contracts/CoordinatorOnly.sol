// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// The door of the three registries: only the RegistryCoordinator may write. Each words its refusal differently.

abstract contract CoordinatorOnly {
    address public immutable registryCoordinator;

    modifier onlyRegistryCoordinator() {
        if (msg.sender != registryCoordinator) _refuseCaller();
        _;
    }

    constructor(address registryCoordinator_) {
        registryCoordinator = registryCoordinator_;
    }

    function _refuseCaller() internal pure virtual {
        revert(_notTheCoordinator());
    }

    function _notTheCoordinator() internal pure virtual returns (string memory);
}
