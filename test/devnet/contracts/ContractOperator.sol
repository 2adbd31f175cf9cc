// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// An operator that is a contract: it answers ERC-1271 for the digests that its owner signed off beforehand, and sends
// whatever call it is told to. Stands for a Safe in tests of contract operators; open to anyone, so for tests only.

contract ContractOperator {
    mapping(bytes32 digest => bool) public approved;

    function approve(bytes32 digest) external {
        approved[digest] = true;
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return approved[digest] ? this.isValidSignature.selector : bytes4(0xffffffff);
    }

    function execute(address to, bytes calldata data) external {
        (bool done, bytes memory answer) = to.call(data);
        if (done) return;
        assembly ("memory-safe") {
            revert(add(answer, 32), mload(answer))
        }
    }
}
