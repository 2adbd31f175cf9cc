// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for EigenLayer's Pausable: a bitmap of paused functions. Which words a paused function answers with differs by
// generation, so each contract brings its own; M2 strings are here, AVSDirectory >= 1.3 has a custom error.
//
// Left out: the pauser registry, pause(), unpause() and their events. setPaused is for tests and open to anyone.

abstract contract Pausable {
    uint256 private _paused;

    modifier onlyWhenNotPaused(uint8 index) {
        if (paused(index)) _revertBecausePaused();
        _;
    }

    function paused() public view returns (uint256) {
        return _paused;
    }

    function paused(uint8 index) public view returns (bool) {
        return (_paused >> index) & 1 == 1;
    }

    function setPaused(uint256 bitmap) external {
        _paused = bitmap;
    }

    function _revertBecausePaused() internal view virtual {
        revert("Pausable: index is paused");
    }
}
