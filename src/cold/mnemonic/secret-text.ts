// A secret key as text: how tools print it, and how a person pastes it.
//
// Hex with 0x, 64 digits; hex without 0x, 64 digits of which one is a letter; decimal of 65 to 78 digits, as
// eigenlayer-cli prints a BLS key. White space around it does no harm.
//
// Refused: another length (a cut-off paste looks like a smaller number), and 64 digits without a letter, which may be
// either. No message repeats any of it. The text stays bytes throughout; big integers on the way cannot be wiped.
import { numberToBytesBE } from '@noble/curves/utils.js'
import { refusal } from '../../shared/base/errors.ts'

const DOING = 'reading secret'
const SECRET_LENGTH = 32
const DIGITS = 2 * SECRET_LENGTH
/** As many decimal digits has 2^256. */
const MOST_DECIMAL = 78
const SPACE = 32

/**
 * The secret of a text.
 *
 * @param typed the bytes typed or read; the caller wipes them
 * @returns 32 bytes big-endian, which the caller wipes; not yet held against the order of a curve
 * @throws AirlockError secret_invalid, key_out_of_range
 */
export function secretFrom(typed: Uint8Array): Uint8Array {
  const text = trimmed(typed)
  const isHexMarked = text[0] === 0x30 && (text[1] === 0x78 || text[1] === 0x58)
  const digits = isHexMarked ? text.subarray(2) : text
  const values = digits.map(digitOf)
  try {
    return isHexMarked ? fromHex(values) : fromUnmarked(values)
  } finally {
    values.fill(0)
  }
}

function fromUnmarked(values: Uint8Array): Uint8Array {
  if (values.some((value) => value > 9)) return fromHex(values)
  if (values.length === DIGITS) {
    const hint = 'put 0x before it if it is hex; put a 0 before it if it is decimal'
    throw refusal(
      DOING,
      'secret_invalid',
      'the secret is 64 digits without a letter: hex or decimal cannot be told',
      hint,
    )
  }
  if (values.length < DIGITS || values.length > MOST_DECIMAL) throw wrongLength(values.length)
  return fromDecimal(values)
}

function fromHex(values: Uint8Array): Uint8Array {
  if (values.some((value) => value > 15)) {
    const seen = 'the secret has characters that are no hex digits'
    throw refusal(DOING, 'secret_invalid', seen, 'if it is a list of words, give --words')
  }
  if (values.length !== DIGITS) throw wrongLength(values.length)
  const secret = new Uint8Array(SECRET_LENGTH)
  return secret.map((_, index) => (values[2 * index] ?? 0) * 16 + (values[2 * index + 1] ?? 0))
}

function fromDecimal(values: Uint8Array): Uint8Array {
  let number = 0n
  for (const value of values) number = number * 10n + BigInt(value)
  if (number >> 256n === 0n) return numberToBytesBE(number, SECRET_LENGTH)
  const hint = 'check that nothing was pasted twice'
  throw refusal(DOING, 'key_out_of_range', 'the secret is above 2^256, and so above the order of any curve here', hint)
}

function wrongLength(length: number): Error {
  const seen = `the secret has ${length} digits, expected 64 of hex, or 65 to 78 of decimal`
  const hint = 'check that the whole of it was pasted; a short hex number is filled up with zeros after 0x'
  return refusal(DOING, 'secret_invalid', seen, hint)
}

/** The value of a digit; 255 for what is none. */
function digitOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : 255
}

function trimmed(typed: Uint8Array): Uint8Array {
  let [start, end] = [0, typed.length]
  while (start < end && (typed[start] ?? 0) <= SPACE) start += 1
  while (end > start && (typed[end - 1] ?? 0) <= SPACE) end -= 1
  return typed.subarray(start, end)
}
