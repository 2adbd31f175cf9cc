// Public keys of BN254 as the key files of operators spell them; on chain they look otherwise (src/shared/chain/bn254.ts).
//
// Three spellings: the text that gnark prints, E([x,y]) in decimal; gnark's compressed G1, 32 bytes: x big-endian, the
// two highest bits 10 for the smaller y and 11 for the larger; and an uncompressed G2, 128 bytes: X.c1, X.c0, Y.c1, Y.c0.
//
// Refused: infinity, a point off the curve, a coordinate not below the field prime. The text is not held against the
// curve: it is only ever compared.
import { bn254 } from '@noble/curves/bn254.js'
import { decodeG2, word, type G1Words, type G2Words } from '../../shared/chain/bn254.ts'

const { Fp } = bn254.fields
const LARGER = 0b11n
const SMALLER = 0b10n
const FLAG_SHIFT = 254n

/** gnark prints a point as E([x,y]), decimal, and a coordinate just below the prime as a negative number. */
export const G1_TEXT = /^E\(\[(-?[0-9]{1,78}),(-?[0-9]{1,78})\]\)$/

/** The words of a G1 point from its text, which G1_TEXT has matched; not held against the curve. */
export function g1FromText(text: string): G1Words {
  const [, x = '', y = ''] = G1_TEXT.exec(text) ?? []
  return [word(Fp.create(BigInt(x))), word(Fp.create(BigInt(y)))]
}

/** The text of a G1 point: E([x,y]) in decimal. */
export const g1ToText = ([x, y]: G1Words): string => `E([${BigInt(x)},${BigInt(y)}])`

/**
 * The words of a G1 point from its compressed form.
 *
 * @param hex 64 digits without 0x
 * @throws RangeError when it is no point, or infinity
 */
export function g1FromCompressed(hex: string): G1Words {
  const bits = BigInt(`0x${hex}`)
  const flag = bits >> FLAG_SHIFT
  const x = bits & ((1n << FLAG_SHIFT) - 1n)
  if (flag !== LARGER && flag !== SMALLER) throw new RangeError('the two highest bits mark no compressed point')
  if (x >= Fp.ORDER) throw new RangeError('the x coordinate is not below the field prime')
  const root = rootOf(Fp.add(Fp.mul(Fp.sqr(x), x), 3n))
  const y = isLarger(root) === (flag === LARGER) ? root : Fp.neg(root)
  return [word(x), word(y)]
}

/** The compressed form of a G1 point: 64 hex digits without 0x. */
export function g1ToCompressed([x, y]: G1Words): string {
  const flag = isLarger(BigInt(y)) ? LARGER : SMALLER
  return ((flag << FLAG_SHIFT) | BigInt(x)).toString(16)
}

/**
 * The words of a G2 point from its uncompressed form.
 *
 * @param hex 256 digits without 0x, imaginary parts first
 * @throws RangeError when it is no point of the subgroup, or infinity
 */
export function g2FromHex(hex: string): G2Words {
  const at = (index: number): G1Words[0] => word(BigInt(`0x${hex.slice(64 * index, 64 * index + 64)}`))
  const words: G2Words = [
    [at(0), at(1)],
    [at(2), at(3)],
  ]
  decodeG2(words)
  return words
}

function rootOf(square: bigint): bigint {
  try {
    return Fp.sqrt(square)
  } catch {
    throw new RangeError('no point of the curve has this x coordinate')
  }
}

const isLarger = (y: bigint): boolean => y > Fp.neg(y)
