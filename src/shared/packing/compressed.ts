// Points and signatures in half their size, for codes that a camera reads: one form each, and back again exactly.
//
// A point of G1 is its x in 32 bytes, a point of G2 its x in 64, imaginary part first as in bn254.ts. The top bit says
// which of the two roots y is: set when y is odd; in G2, when the real part of y is odd, or zero and the imaginary part
// odd. A coordinate is below p and p below 2^254, so the next bit is always clear. An ECDSA signature is r and s in 64
// bytes; s is below 2^255, and its top bit is set for v = 28 (EIP-2098).
//
// An x that is not below p, or that no point has, is refused. Infinity has no form. That a point of G2 is in the subgroup,
// and that r and s are in their ranges, is left to the schema of the document, which follows.
import { bn254 } from '@noble/curves/bn254.js'
import { bytesToHex, hexToBytes } from 'viem'
import { word, type G1Words, type G2Words } from '../chain/bn254.ts'
import type { EcdsaSignature } from '../base/fields.ts'

const { Fp, Fp2 } = bn254.fields
type Fp2Element = ReturnType<typeof Fp2.sqr>
const G1_B = bn254.G1.Point.CURVE().b
const G2_B = bn254.G2.Point.CURVE().b

const TOP_BIT = 0x80

const isOdd = (y: bigint): boolean => (y & 1n) === 1n
const isOddPair = ({ c0, c1 }: Fp2Element): boolean => (c0 === 0n ? isOdd(c1) : isOdd(c0))

/** Sets the top bit of the first byte, which is clear. */
function withTopBit(bytes: Uint8Array, set: boolean): Uint8Array {
  const marked = Uint8Array.from(bytes)
  if (set) marked[0] = (marked[0] ?? 0) | TOP_BIT
  return marked
}

/** Takes the top bit off. */
function splitTopBit(bytes: Uint8Array): { readonly rest: Uint8Array; readonly set: boolean } {
  const rest = Uint8Array.from(bytes)
  const first = rest[0] ?? 0
  rest[0] = first & ~TOP_BIT
  return { rest, set: first >= TOP_BIT }
}

const toInteger = (bytes: Uint8Array): bigint => BigInt(bytesToHex(bytes))

/** 32 bytes of a point of G1 that the schema has checked. */
export function compressG1([x, y]: G1Words): Uint8Array {
  return withTopBit(hexToBytes(x), isOdd(BigInt(y)))
}

/** The point of 32 bytes, or null when there is none. */
export function decompressG1(bytes: Uint8Array): G1Words | null {
  const { rest, set } = splitTopBit(bytes)
  const x = toInteger(rest)
  if (x >= Fp.ORDER) return null
  const y = rootOrNull(() => Fp.sqrt(Fp.add(Fp.mul(Fp.sqr(x), x), G1_B)))
  if (y === null) return null
  return [word(x), word(isOdd(y) === set ? y : Fp.neg(y))]
}

/** 64 bytes of a point of G2 that the schema has checked. */
export function compressG2([[x1, x0], [y1, y0]]: G2Words): Uint8Array {
  const x = new Uint8Array([...hexToBytes(x1), ...hexToBytes(x0)])
  return withTopBit(x, isOddPair({ c0: BigInt(y0), c1: BigInt(y1) }))
}

/** The point of 64 bytes, or null when there is none; it may be off the subgroup. */
export function decompressG2(bytes: Uint8Array): G2Words | null {
  const { rest, set } = splitTopBit(bytes)
  const x = { c0: toInteger(rest.subarray(32)), c1: toInteger(rest.subarray(0, 32)) }
  if (x.c0 >= Fp.ORDER || x.c1 >= Fp.ORDER) return null
  const root = rootOrNull(() => Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), G2_B)))
  if (root === null) return null
  const y = isOddPair(root) === set ? root : Fp2.neg(root)
  return [
    [word(x.c1), word(x.c0)],
    [word(y.c1), word(y.c0)],
  ]
}

/** The library throws where there is no root. */
function rootOrNull<Element>(root: () => Element): Element | null {
  try {
    return root()
  } catch {
    return null
  }
}

/** 64 bytes of a signature that the schema has checked. */
export function compressSignature(signature: EcdsaSignature): Uint8Array {
  const bytes = hexToBytes(signature)
  return new Uint8Array([...bytes.subarray(0, 32), ...withTopBit(bytes.subarray(32, 64), bytes[64] === 28)])
}

/** The signature of 64 bytes; its r and s are for the schema to judge. */
export function decompressSignature(bytes: Uint8Array): EcdsaSignature {
  const { rest, set } = splitTopBit(bytes.subarray(32))
  return bytesToHex(new Uint8Array([...bytes.subarray(0, 32), ...rest, set ? 28 : 27])) as EcdsaSignature
}
