// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

// Stands for the BN254 library of the M2 middleware (7d49b51), as far as key registration needs it: point addition,
// scalar multiplication, a two-pair pairing check, proof of possession and hashing to G1.
//
// A precompile that refuses its input (a point off its curve, G2 coordinates in the wrong order) ends in INVALID: the
// caller gets no revert data and loses the gas that it forwarded, as with the real library.
//
// hashToG1 is try-and-increment: x is the digest mod p, raised by one until x^3 + 3 is a square; y is the root that
// exponent (p + 1) / 4 gives, whatever its sign. The number of rounds depends on the digest.
//
// Left out: aggregation helpers, subtraction, scalar_mul_tiny, G2 hashing, safePairing.

import {G1Point, G2Point} from "./Types.sol";

library BN254 {
    uint256 internal constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    uint256 internal constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    uint256 private constant SQUARE_ROOT_EXPONENT = (P + 1) / 4;

    uint256 private constant ADD = 6;
    uint256 private constant MULTIPLY = 7;
    uint256 private constant PAIRING = 8;
    uint256 private constant MODEXP = 5;

    function generatorG1() internal pure returns (G1Point memory) {
        return G1Point(1, 2);
    }

    function negatedGeneratorG2() internal pure returns (G2Point memory) {
        return G2Point(
            [
                11559732032986387107991004021392285783925812861821192530917403151452391805634,
                10857046999023057135944570762232829481370756359578518086990519993285655852781
            ],
            [
                17805874995975841540914202342111839520379459829704422454583296818431106115052,
                13392588948715843804641432497768002650278120570034223513918757245338268106653
            ]
        );
    }

    function add(G1Point memory a, G1Point memory b) internal view returns (G1Point memory) {
        return _point(_precompile(ADD, abi.encode(a.X, a.Y, b.X, b.Y), 64));
    }

    function multiply(G1Point memory a, uint256 scalar) internal view returns (G1Point memory) {
        return _point(_precompile(MULTIPLY, abi.encode(a.X, a.Y, scalar), 64));
    }

    /// e(a1, a2) * e(b1, b2) == 1
    function pairing(G1Point memory a1, G2Point memory a2, G1Point memory b1, G2Point memory b2)
        internal
        view
        returns (bool)
    {
        return abi.decode(_precompile(PAIRING, abi.encode(a1, a2, b1, b2), 32), (uint256)) == 1;
    }

    /// One pairing shows both that the signature is over the message and that the G1 and G2 keys share their secret:
    /// gamma, which depends on all of them, keeps the two equations apart. What it is made of differs by contract.
    function isPossessed(
        G1Point memory signature,
        G1Point memory publicKeyG1,
        G2Point memory publicKeyG2,
        G1Point memory message,
        uint256 gamma
    ) internal view returns (bool) {
        return pairing(
            add(signature, multiply(publicKeyG1, gamma)),
            negatedGeneratorG2(),
            add(message, multiply(generatorG1(), gamma)),
            publicKeyG2
        );
    }

    function hashToG1(bytes32 digest) internal view returns (G1Point memory) {
        uint256 x = uint256(digest) % P;
        while (true) {
            uint256 square = addmod(mulmod(mulmod(x, x, P), x, P), 3, P);
            uint256 y = _power(square, SQUARE_ROOT_EXPONENT);
            if (mulmod(y, y, P) == square) return G1Point(x, y);
            x = addmod(x, 1, P);
        }
        revert();
    }

    function _power(uint256 base, uint256 exponent) private view returns (uint256) {
        uint256 word = 32;
        return abi.decode(_precompile(MODEXP, abi.encode(word, word, word, base, exponent, P), 32), (uint256));
    }

    function _point(bytes memory words) private pure returns (G1Point memory point) {
        (point.X, point.Y) = abi.decode(words, (uint256, uint256));
    }

    function _precompile(uint256 at, bytes memory input, uint256 outputLength)
        private
        view
        returns (bytes memory output)
    {
        output = new bytes(outputLength);
        assembly ("memory-safe") {
            let done := staticcall(gas(), at, add(input, 32), mload(input), add(output, 32), outputLength)
            if iszero(done) { invalid() }
        }
    }
}
