// BN254 points against the answers of the contracts, and against plain arithmetic.
import { describe, expect, it } from 'vitest'
import { bn254 } from '@noble/curves/bn254.js'
import known from '../../../vectors/known-answers/hash-to-g1.json' with { type: 'json' }
import published from '../../../vectors/known-answers/public-hash-to-g1.json' with { type: 'json' }
import proofs from '../../../vectors/known-answers/public-pubkey-registrations.json' with { type: 'json' }
import {
  decodeG1,
  decodeG2,
  encodeG1,
  encodeG2,
  g1Words,
  g2Words,
  GROUP_ORDER,
  hashToG1,
  operatorId,
  pairingIsOne,
  word,
  type G1Words,
  type G2Words,
} from '../../../src/shared/chain/bn254.ts'
import type { Bytes32 } from '../../../src/shared/base/fields.ts'
import { registrations } from '../../documents/documents.ts'
import { negated, OFF_SUBGROUP, PRIME } from '../cases/request-point-cases.ts'

const G1: G1Words = [word(1n), word(2n)]
/** From the constants of BN254.sol: imaginary parts first. */
const G2: G2Words = [
  [
    '0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2' as Bytes32,
    '0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed' as Bytes32,
  ],
  [
    '0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b' as Bytes32,
    '0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa' as Bytes32,
  ],
]
const ZERO = word(0n)
const swapped = ([[x1, x0], [y1, y0]]: G2Words): G2Words => [
  [x0, x1],
  [y0, y1],
]
const plus = (text: Bytes32, more: bigint): Bytes32 => word(BigInt(text) + more)

const keys = registrations.map(
  ({ params }) => params as unknown as { publicKeyG1: G1Words; publicKeyG2: G2Words; signature: G1Words },
)

describe('words of 32 bytes', () => {
  it('are padded on the left', () => {
    expect(word(0n)).toBe(`0x${'0'.repeat(64)}`)
    expect(word(255n)).toBe(`0x${'0'.repeat(62)}ff`)
    expect(word(2n ** 256n - 1n)).toBe(`0x${'f'.repeat(64)}`)
  })

  it('the group order is that of the contract', () =>
    expect(GROUP_ORDER).toBe(0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n))
})

describe('G1', () => {
  it('reads and writes the same words', () => {
    for (const { publicKeyG1, signature } of keys) {
      expect(encodeG1(decodeG1(publicKeyG1))).toEqual(publicKeyG1)
      expect(encodeG1(decodeG1(signature))).toEqual(signature)
    }
    expect(encodeG1(decodeG1(G1))).toEqual(G1)
  })

  it.for([
    ['infinity', [ZERO, ZERO], 'infinity'],
    ['off the curve', [word(1n), word(3n)], 'not on the curve'],
    ['x zero, y one', [ZERO, word(1n)], 'not on the curve'],
    ['X of the field prime, which is zero again', [word(PRIME), word(PRIME)], 'not below the field prime'],
    ['X with the field prime added', [word(1n + PRIME), word(2n)], 'not below the field prime'],
    ['Y with the field prime added', [word(1n), word(2n + PRIME)], 'not below the field prime'],
    ['the largest words', [word(2n ** 256n - 1n), word(2n ** 256n - 1n)], 'not below the field prime'],
  ] as const)('refuses %s', ([, words, why]) => {
    expect(() => decodeG1(words)).toThrow(RangeError)
    expect(() => decodeG1(words)).toThrow(why)
    expect(g1Words.safeParse(words).success).toBe(false)
  })

  it('refuses every neighbour of a point', () => {
    for (const {
      publicKeyG1: [x, y],
    } of keys) {
      for (const step of [-1n, 1n]) {
        expect(() => decodeG1([plus(x, step), y])).toThrow(RangeError)
        expect(() => decodeG1([x, plus(y, step)])).toThrow(RangeError)
      }
    }
  })

  it('takes a point and its negation, and adds them to nothing', () => {
    const other = negated([...G1]) as unknown as G1Words
    expect(decodeG1(G1).add(decodeG1(other)).is0()).toBe(true)
    expect(() => encodeG1(bn254.G1.Point.ZERO)).not.toThrow()
    expect(() => decodeG1(encodeG1(bn254.G1.Point.ZERO))).toThrow('infinity')
  })
})

describe('G2', () => {
  it('reads and writes the same words, imaginary parts first', () => {
    for (const { publicKeyG2 } of keys) expect(encodeG2(decodeG2(publicKeyG2))).toEqual(publicKeyG2)
    expect(encodeG2(decodeG2(G2))).toEqual(G2)
    expect(encodeG2(bn254.G2.Point.BASE)).toEqual(G2)
  })

  it.for([
    [
      'infinity',
      [
        [ZERO, ZERO],
        [ZERO, ZERO],
      ],
      'infinity',
    ],
    ['real parts first', swapped(G2), 'imaginary part comes first'],
    ['off the curve', [G2[0], [G2[1][0], plus(G2[1][1], 1n)]], 'not on the curve'],
    [
      'a coordinate with the field prime added',
      [[plus(G2[0][0], PRIME), G2[0][1]], G2[1]],
      'not below the field prime',
    ],
    ['on the curve, off the subgroup', OFF_SUBGROUP, 'not in the subgroup'],
  ] as const)('refuses %s', ([, words, why]) => {
    expect(() => decodeG2(words as unknown as G2Words)).toThrow(RangeError)
    expect(() => decodeG2(words as unknown as G2Words)).toThrow(why)
    expect(g2Words.safeParse(words).success).toBe(false)
  })

  it('refuses every key with its parts swapped', () => {
    for (const { publicKeyG2 } of keys) expect(() => decodeG2(swapped(publicKeyG2))).toThrow(RangeError)
  })

  it('refuses the key that an operator tool once published in the wrong order', () => {
    const [reversed] = proofs.cases.filter((vector) => vector.publicKeyG2AsPublished !== undefined)
    expect(() => decodeG2(reversed?.publicKeyG2AsPublished as unknown as G2Words)).toThrow('imaginary part comes first')
    expect(() => decodeG2(reversed?.pubkeyRegistrationParams.publicKeyG2 as unknown as G2Words)).not.toThrow()
  })

  it('the point off the subgroup is on the curve, and the group order does not take it to infinity', () => {
    const [[x1, x0], [y1, y0]] = OFF_SUBGROUP
    const point = bn254.G2.Point.fromAffine({
      x: { c0: BigInt(x0), c1: BigInt(x1) },
      y: { c0: BigInt(y0), c1: BigInt(y1) },
    })
    // Double and add by hand: the library's own subgroup test is what is under test.
    let [sum, double] = [bn254.G2.Point.ZERO, point]
    for (let rest = GROUP_ORDER; rest > 0n; rest >>= 1n) {
      if ((rest & 1n) === 1n) sum = sum.add(double)
      double = double.double()
    }
    expect(sum.is0()).toBe(false)
  })
})

describe('hashing to G1', () => {
  const modPow = (base: bigint, exponent: bigint): bigint => {
    let [result, square] = [1n, base % PRIME]
    for (let rest = exponent; rest > 0n; rest >>= 1n) {
      if ((rest & 1n) === 1n) result = (result * square) % PRIME
      square = (square * square) % PRIME
    }
    return result
  }
  const isSquare = (value: bigint): boolean => value === 0n || modPow(value, (PRIME - 1n) / 2n) === 1n
  const right = (x: bigint): bigint => (x * x * x + 3n) % PRIME

  it.for([...known.cases, ...published.cases])('$input', ({ input, increments, point }) => {
    const [x, y] = encodeG1(hashToG1(input as Bytes32))
    expect([x, y]).toEqual(point)
    // The first square at or after the digest, and of its two roots the one that the exponent gives.
    const start = BigInt(input) % PRIME
    expect(BigInt(x)).toBe((start + BigInt(increments)) % PRIME)
    for (let step = 0n; step < BigInt(increments); step += 1n)
      expect(isSquare(right((start + step) % PRIME))).toBe(false)
    expect(BigInt(y)).toBe(modPow(right(BigInt(x)), (PRIME + 1n) / 4n))
  })

  it('has more than forty answers, some of them after many steps', () => {
    expect(known.cases.length + published.cases.length).toBeGreaterThan(40)
    expect(Math.max(...known.cases.map(({ increments }) => increments))).toBe(18)
  })
})

describe('operator ids', () => {
  it('are those of the contracts', () => {
    for (const from of registrations) {
      expect(operatorId(from.params.publicKeyG1 as unknown as G1Words)).toBe(from.operatorId)
    }
  })
})

describe('the pairing', () => {
  const [one, two] = [bn254.G1.Point.BASE, bn254.G2.Point.BASE]

  it('is one when both sides are the same', () => {
    const [g1, g2] = [one.multiply(6n), two.multiply(35n)]
    const sides = [
      { g1, g2: g2.negate() },
      { g1: one.multiply(210n), g2: two },
    ]
    expect(pairingIsOne(sides)).toBe(true)
  })

  it('is not one when they differ by one', () => {
    const sides = [
      { g1: one.multiply(6n), g2: two.negate() },
      { g1: one, g2: two.multiply(7n) },
    ]
    expect(pairingIsOne(sides)).toBe(false)
    expect(pairingIsOne([{ g1: one, g2: two }])).toBe(false)
  })
})
