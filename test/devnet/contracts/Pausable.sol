// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for EigenLayer's Pausable: a bitmap of paused functions. Which words a paused function answers with differs by
// generation: M2's string and the later custom error are here, MACH brings its own.
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

/// Core >= v1.0.2 and the slashing middleware: a custom error for the same.
abstract contract PausableByError is Pausable {
    error CurrentlyPaused();

    function _revertBecausePaused() internal pure virtual override {
        revert CurrentlyPaused();
    }
}
