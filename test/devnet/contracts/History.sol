// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// A value with its history by block, as StakeRegistry, IndexRegistry and their like keep one (7d49b51, b42aa0b, f310f097): in the
// block of the last change an entry is overwritten, in any later one the last is closed and another appended. So a call that is
// tried in the block of the last change costs less than the same call one block later.
//
// Left out: reading of any entry but the last.

library History {
    struct Entry {
        uint32 since;
        uint32 until;
        uint96 value;
    }

    function record(Entry[] storage entries, uint96 value) internal {
        uint256 count = entries.length;
        if (count > 0) {
            Entry storage last = entries[count - 1];
            if (last.since == block.number) {
                last.value = value;
                return;
            }
            last.until = uint32(block.number);
        }
        entries.push(Entry(uint32(block.number), 0, value));
    }

    function latest(Entry[] storage entries) internal view returns (uint96) {
        return entries.length == 0 ? 0 : entries[entries.length - 1].value;
    }
}
