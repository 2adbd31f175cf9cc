// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Proxies whose owner can exchange what they run: one that has its implementation in the slot of EIP-1967, as the
// TransparentUpgradeableProxy that EigenLayer and its AVSs use, and one that asks a beacon. Whoever calls upgradeTo upgrades:
// for tests only.

abstract contract Forwarding {
    function target() internal view virtual returns (address);

    fallback() external {
        address to = target();
        assembly ("memory-safe") {
            let room := mload(0x40)
            calldatacopy(room, 0, calldatasize())
            let done := delegatecall(gas(), to, room, calldatasize(), 0, 0)
            returndatacopy(room, 0, returndatasize())
            switch done
            case 0 { revert(room, returndatasize()) }
            default { return(room, returndatasize()) }
        }
    }
}

contract UpgradeableProxy is Forwarding {
    event Upgraded(address indexed implementation);

    bytes32 private constant SLOT = bytes32(uint256(keccak256("eip1967.proxy.implementation")) - 1);

    function upgradeTo(address implementation) external {
        bytes32 slot = SLOT;
        assembly ("memory-safe") {
            sstore(slot, implementation)
        }
        emit Upgraded(implementation);
    }

    function target() internal view override returns (address to) {
        bytes32 slot = SLOT;
        assembly ("memory-safe") {
            to := sload(slot)
        }
    }
}

contract Beacon {
    address public implementation;

    function upgradeTo(address to) external {
        implementation = to;
    }
}

contract BeaconProxy is Forwarding {
    event BeaconUpgraded(address indexed beacon);

    bytes32 private constant SLOT = bytes32(uint256(keccak256("eip1967.proxy.beacon")) - 1);

    function setBeacon(address beacon) external {
        bytes32 slot = SLOT;
        assembly ("memory-safe") {
            sstore(slot, beacon)
        }
        emit BeaconUpgraded(beacon);
    }

    function target() internal view override returns (address) {
        bytes32 slot = SLOT;
        address beacon;
        assembly ("memory-safe") {
            beacon := sload(slot)
        }
        return Beacon(beacon).implementation();
    }
}
