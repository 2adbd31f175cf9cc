// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// A window on BN254.hashToG1 for the known answers; the real library is internal and has no such door.

import {BN254} from "./BN254.sol";
import {G1Point} from "./Types.sol";

contract HashToG1 {
    function hashToG1(bytes32 digest) external view returns (G1Point memory) {
        return BN254.hashToG1(digest);
    }
}
