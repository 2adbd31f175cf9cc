// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for BitmapUtils.orderedBytesArrayToBitmap of the M2 middleware (7d49b51) and of the slashing one (f310f097): one
// byte per quorum, strictly ascending, every quorum below the bound. An empty list is the empty bitmap; the callers
// refuse that themselves.
//
// Left out: every other helper of BitmapUtils.

library QuorumBitmap {
    error BytesArrayLengthTooLong();
    error BytesArrayNotOrdered();
    error BitmapValueTooLarge();

    function parse(bytes memory quorumNumbers, uint8 bound) internal pure returns (uint192) {
        require(
            quorumNumbers.length <= 256, "BitmapUtils.orderedBytesArrayToBitmap: orderedBytesArray is too long"
        );
        uint256 bitmap = 0;
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint256 bit = 1 << uint8(quorumNumbers[i]);
            require(bit > bitmap, "BitmapUtils.orderedBytesArrayToBitmap: orderedBytesArray is not ordered");
            bitmap |= bit;
        }
        require(bitmap < 1 << bound, "BitmapUtils.orderedBytesArrayToBitmap: bitmap exceeds max value");
        return uint192(bitmap);
    }

    /// The slashing middleware's, with custom errors.
    function parseByError(bytes memory quorumNumbers, uint8 bound) internal pure returns (uint192) {
        if (quorumNumbers.length > 256) revert BytesArrayLengthTooLong();
        uint256 bitmap = 0;
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint256 bit = 1 << uint8(quorumNumbers[i]);
            if (bit <= bitmap) revert BytesArrayNotOrdered();
            bitmap |= bit;
        }
        if (bitmap >= 1 << bound) revert BitmapValueTooLarge();
        return uint192(bitmap);
    }
}
