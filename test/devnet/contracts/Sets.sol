// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Sets that can be listed, as the core contracts of EigenLayer keep admins, members and operator sets in them. A removed
// item's place goes to the last one, so a list is not in the order of joining.

library Sets {
    struct Words {
        bytes32[] items;
        mapping(bytes32 item => uint256) placePlusOne;
    }

    function add(Words storage set, bytes32 item) internal returns (bool added) {
        if (contains(set, item)) return false;
        set.items.push(item);
        set.placePlusOne[item] = set.items.length;
        return true;
    }

    function remove(Words storage set, bytes32 item) internal returns (bool removed) {
        if (!contains(set, item)) return false;
        uint256 placePlusOne = set.placePlusOne[item];
        bytes32 last = set.items[set.items.length - 1];
        set.items[placePlusOne - 1] = last;
        set.placePlusOne[last] = placePlusOne;
        set.placePlusOne[item] = 0;
        set.items.pop();
        return true;
    }

    function contains(Words storage set, bytes32 item) internal view returns (bool) {
        return set.placePlusOne[item] != 0;
    }

    function addAddress(Words storage set, address item) internal returns (bool added) {
        return add(set, bytes32(uint256(uint160(item))));
    }

    function removeAddress(Words storage set, address item) internal returns (bool removed) {
        return remove(set, bytes32(uint256(uint160(item))));
    }

    function containsAddress(Words storage set, address item) internal view returns (bool) {
        return contains(set, bytes32(uint256(uint160(item))));
    }

    function addresses(Words storage set) internal view returns (address[] memory list) {
        list = new address[](set.items.length);
        for (uint256 i = 0; i < list.length; i++) {
            list[i] = address(uint160(uint256(set.items[i])));
        }
    }
}
