// Points of BN254 (alt_bn128) as EigenLayer's contracts read and write them.
//
// Follows BN254.sol in eigenlayer-middleware at 7d49b51: signatures in G1, public keys in G1 and G2, hash-to-G1 by
// try-and-increment from the digest reduced mod p (not RFC 9380). The loop is not constant time; its input is public.
//
// Words are 32-byte big-endian. In G2 the imaginary part comes first (EIP-197). The contract's comment on G2Point says
// the opposite; its generator constants show the order used here, and the known answers pin it.
//
// Every decoder refuses infinity, coordinates not below p, points off the curve and points of G2 off the subgroup:
// the library's own assertValidity accepts (0,0). The curve arithmetic and the pairing are @noble/curves'.
//
// Nothing is signed here. Every multiplication by a secret is in src/cold.
import { bn254 } from '@noble/curves/bn254.js'
import { concat, keccak256, type Hex } from 'viem'
import * as z from 'zod'
import { bytes32, issue, type Branded, type Bytes32 } from '../base/fields.ts'
import type { Code } from '../base/error-codes.ts'

const { Fp, Fp2 } = bn254.fields
type Fp2Element = Parameters<typeof Fp2.sqr>[0]
const G1 = bn254.G1.Point
const G2 = bn254.G2.Point

/** A point of G1, checked: on the curve, not infinity. */
export type G1Point = Branded<InstanceType<typeof G1>, 'G1Point'>
/** A point of G2, checked: on the curve, in the subgroup, not infinity. */
export type G2Point = Branded<InstanceType<typeof G2>, 'G2Point'>

/** The words of a G1 point: [X, Y]. */
export type G1Words = readonly [Bytes32, Bytes32]
/** The words of a G2 point in contract order: [[X.c1, X.c0], [Y.c1, Y.c0]], imaginary part first. */
export type G2Words = readonly [G1Words, G1Words]

/** The order of the groups; a secret key is in 1 to r - 1. */
export const GROUP_ORDER = G1.Fn.ORDER

/** A fault of a point, as code word and sentence. */
interface PointFault {
  readonly code: Code
  readonly message: string
}

const OFF_CURVE: PointFault = { code: 'point_not_on_curve', message: 'the point is not on the curve' }
const SWAPPED: PointFault = {
  code: 'point_not_on_curve',
  message: 'the point is not on the curve; in G2 the imaginary part comes first',
}
const TOO_LARGE: PointFault = { code: 'point_not_on_curve', message: 'a coordinate is not below the field prime' }
const INFINITY: PointFault = { code: 'point_infinity', message: 'the point at infinity is no key and no signature' }
const OFF_SUBGROUP: PointFault = { code: 'point_not_in_subgroup', message: 'the point is not in the subgroup of G2' }

/** One word of a point: 32 bytes, big-endian. */
export function word(value: bigint): Bytes32 {
  return `0x${value.toString(16).padStart(64, '0')}` as Bytes32
}

const integers = (words: readonly Hex[]): bigint[] => words.map(BigInt)

function coordinateFault(coordinates: readonly bigint[]): PointFault | null {
  if (coordinates.every((value) => value === 0n)) return INFINITY
  return coordinates.some((value) => value >= Fp.ORDER) ? TOO_LARGE : null
}

function g1Fault([x, y]: G1Words): PointFault | null {
  const coordinates = coordinateFault(integers([x, y]))
  if (coordinates !== null) return coordinates
  return Fp.eql(Fp.sqr(BigInt(y)), curveG1(BigInt(x))) ? null : OFF_CURVE
}

function g2Fault(words: G2Words): PointFault | null {
  const coordinates = coordinateFault(integers(words.flat()))
  if (coordinates !== null) return coordinates
  const { x, y } = affineG2(words)
  return Fp2.eql(Fp2.sqr(y), Fp2.add(Fp2.mul(Fp2.sqr(x), x), G2.CURVE().b)) ? null : SWAPPED
}

/** The point of words that have no fault so far, if it is in the subgroup; the library remembers of a point that it is. */
function subgroupPoint(words: G2Words): InstanceType<typeof G2> | null {
  const point = G2.fromAffine(affineG2(words))
  try {
    point.assertValidity()
    return point
  } catch {
    return null
  }
}

/** x^3 + 3, the right side of the curve's equation in G1. */
const curveG1 = (x: bigint): bigint => Fp.add(Fp.mul(Fp.sqr(x), x), 3n)

function affineG2([[x1, x0], [y1, y0]]: G2Words): { x: Fp2Element; y: Fp2Element } {
  return { x: { c0: BigInt(x0), c1: BigInt(x1) }, y: { c0: BigInt(y0), c1: BigInt(y1) } }
}

/** The words of a G1 point in a document; refuses what is no point. */
export const g1Words = z
  .tuple([bytes32, bytes32])
  .superRefine((words, context) => {
    const fault = g1Fault(words)
    if (fault !== null) context.addIssue({ code: 'custom', ...issue(fault.code, fault.message) })
  })
  .readonly()

/** The words of a G2 point in a document, imaginary parts first; refuses what is no point of the subgroup. */
export const g2Words = z
  .tuple([z.tuple([bytes32, bytes32]).readonly(), z.tuple([bytes32, bytes32]).readonly()])
  .superRefine((words, context) => {
    const fault = g2Fault(words) ?? (subgroupPoint(words) === null ? OFF_SUBGROUP : null)
    if (fault !== null) context.addIssue({ code: 'custom', ...issue(fault.code, fault.message) })
  })
  .readonly()

/**
 * Decodes a G1 point.
 *
 * @throws RangeError when it is infinity or not on the curve
 */
export function decodeG1(words: G1Words): G1Point {
  const fault = g1Fault(words)
  if (fault !== null) throw new RangeError(fault.message)
  return G1.fromAffine({ x: BigInt(words[0]), y: BigInt(words[1]) }) as G1Point
}

/**
 * Decodes a G2 point from contract order.
 *
 * @throws RangeError when it is infinity, not on the curve, or not in the subgroup
 */
export function decodeG2(words: G2Words): G2Point {
  const fault = g2Fault(words)
  const point = fault === null ? subgroupPoint(words) : null
  if (point === null) throw new RangeError((fault ?? OFF_SUBGROUP).message)
  return point as G2Point
}

/** The words of a G1 point: X, Y. */
export function encodeG1(point: InstanceType<typeof G1>): G1Words {
  const { x, y } = point.toAffine()
  return [word(x), word(y)]
}

/** The words of a G2 point in contract order, imaginary parts first. */
export function encodeG2(point: InstanceType<typeof G2>): G2Words {
  const { x, y } = point.toAffine()
  return [
    [word(x.c1), word(x.c0)],
    [word(y.c1), word(y.c0)],
  ]
}

/** (p + 1) / 4: raising to it gives a square root, because p = 3 mod 4. The contract takes this root and no other. */
const ROOT_EXPONENT = (Fp.ORDER + 1n) / 4n

/**
 * BN254.hashToG1: from x = digest mod p, the first x at or after it whose x^3 + 3 is a square.
 *
 * @param digest 32 bytes
 * @returns the point, its y exactly (x^3 + 3)^((p + 1) / 4), no choice of sign
 */
export function hashToG1(digest: Bytes32): G1Point {
  let x = BigInt(digest) % Fp.ORDER
  for (;;) {
    const beta = curveG1(x)
    const y = Fp.pow(beta, ROOT_EXPONENT)
    if (Fp.eql(Fp.sqr(y), beta)) return G1.fromAffine({ x, y }) as G1Point
    x = Fp.add(x, 1n)
  }
}

/** The operator id: keccak256 of the 64 bytes X, Y of the G1 public key (BN254.hashG1Point). */
export function operatorId([x, y]: G1Words): Bytes32 {
  return keccak256(concat([x, y])) as Bytes32
}

/** The generator of G2, negated: a side of every check by pairing. One point, so that the library tests it once. */
export const MINUS_G2 = G2.BASE.negate()

/** True when the product of the pairings e(g1, g2) is one, as the precompile at 0x08 answers. */
export function pairingIsOne(pairs: readonly { g1: InstanceType<typeof G1>; g2: InstanceType<typeof G2> }[]): boolean {
  const product = bn254.pairingBatch([...pairs])
  return bn254.fields.Fp12.eql(product, bn254.fields.Fp12.ONE)
}
