// Entropy for new keys: the randomness of the machine, and dice or coins on top of it where a person wants them.
//
// The method, for a check by hand: the 64 random bytes as 128 lower-case hex digits, the rolls right behind them, both
// as ASCII text; SHA-256 of it; of the hash as many bytes from the left as the key needs. On a command line:
//
//     printf '%s%s' "$HEX" "$ROLLS" | sha256sum
//
// The rolls never weaken the machine's randomness: 512 random bits go in and at most 256 come out, whatever stands behind
// them. And where the machine's are worthless, the rolls alone still count in full. Without rolls the method is the same,
// with nothing behind the digits.
//
// Refused: rolls that are no dice or coins, too few for the key, and rolls that look made up.
import { sha256 } from '@noble/hashes/sha2.js'
import { refusal } from '../../shared/base/errors.ts'

/** dice: 1 to 6. coin: 0 and 1, or H and T. */
export type RollKind = 'dice' | 'coin'

/** The bytes of entropy that a mnemonic can have; 32 are a key. */
export type EntropyLength = 16 | 20 | 24 | 28 | 32

/** Rolls that passed the checks. Only Rolls.read makes one. */
export class Rolls {
  readonly kind: RollKind
  /** One ASCII character for each roll, nothing between; letters in upper case. To be wiped by its holder. */
  readonly text: Uint8Array

  private constructor(kind: RollKind, text: Uint8Array) {
    this.kind = kind
    this.text = text
  }

  /**
   * Reads rolls as typed: white space and commas are left out, h and t become H and T.
   *
   * @param typed ASCII; the caller wipes it
   * @param length the bytes of entropy that the rolls are for
   * @throws AirlockError rolls_invalid, rolls_too_few, rolls_biased
   */
  static read(kind: RollKind, typed: Uint8Array, length: EntropyLength): Rolls {
    const text = typed.filter((byte) => !SEPARATORS.has(byte)).map(upperCase)
    try {
      const faces = facesOf(kind, text)
      checkCount(kind, faces.length, length)
      checkBias(kind, faces)
      return new Rolls(kind, text)
    } catch (error) {
      text.fill(0)
      throw error
    }
  }
}

/** The bytes of system randomness that the method begins with. */
export const SYSTEM_BYTES = 64

/**
 * Entropy for a new key, by the method above.
 *
 * @param system 64 bytes of the system's randomness; the caller wipes them
 * @param rolls null for none
 * @returns the entropy, which the caller wipes
 * @throws RangeError when there are not 64 bytes
 */
export function mixEntropy(system: Uint8Array, rolls: Rolls | null, length: EntropyLength): Uint8Array {
  if (system.length !== SYSTEM_BYTES) throw new RangeError(`system randomness has ${SYSTEM_BYTES} bytes`)
  const behind = rolls?.text ?? new Uint8Array(0)
  const text = new Uint8Array(2 * SYSTEM_BYTES + behind.length)
  writeHex(text, system)
  text.set(behind, 2 * SYSTEM_BYTES)
  const hash = sha256(text)
  const entropy = hash.slice(0, length)
  text.fill(0)
  hash.fill(0)
  return entropy
}

const DIGITS = new TextEncoder().encode('0123456789abcdef')

/** Lower-case hex as ASCII, without a string in between: that could not be wiped. */
function writeHex(text: Uint8Array, bytes: Uint8Array): void {
  for (const [index, byte] of bytes.entries()) {
    text[2 * index] = DIGITS[byte >> 4] ?? 0
    text[2 * index + 1] = DIGITS[byte & 15] ?? 0
  }
}

/**
 * How many rolls carry as many bits as a key of this length needs.
 *
 * A die has log2(6) = 2.585 bits. 50 and 99 are the counts that other tools and the books have settled on: 129 bits for
 * 128, 255.9 for 256.
 */
export function rollsNeeded(kind: RollKind, length: EntropyLength): number {
  return kind === 'coin' ? 8 * length : DICE_NEEDED[length]
}

const DICE_NEEDED: Readonly<Record<EntropyLength, number>> = { 16: 50, 20: 62, 24: 75, 28: 87, 32: 99 }

const DOING = 'reading rolls'
/** Tab, line feed, carriage return, space, comma. */
const SEPARATORS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0d, 0x20, 0x2c])
const ALPHABETS: Readonly<Record<RollKind, readonly string[]>> = { dice: ['123456'], coin: ['01', 'HT'] }

const upperCase = (byte: number): number => (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte)

/** Each roll as the number of its face, from 0. */
function facesOf(kind: RollKind, text: Uint8Array): Uint8Array {
  for (const alphabet of ALPHABETS[kind]) {
    const faces = Int8Array.from(text, (byte) => alphabet.indexOf(String.fromCharCode(byte)))
    if (faces.every((face) => face >= 0)) return Uint8Array.from(faces)
  }
  const seen = kind === 'dice' ? 'not every roll is one of 1 to 6' : 'not every roll is 0 or 1, or every one H or T'
  throw refusal(DOING, 'rolls_invalid', seen, 'type one character for each roll; spaces and commas may stand between')
}

function checkCount(kind: RollKind, count: number, length: EntropyLength): void {
  const needed = rollsNeeded(kind, length)
  if (count >= needed) return
  const seen = `there are ${count} rolls, expected at least ${needed} for ${8 * length} bits`
  throw refusal(DOING, 'rolls_too_few', seen, 'go on rolling, or leave the rolls out')
}

/**
 * What a fair die or coin stays below but once in a million times: chi-square over the faces (5 and 1 degrees of
 * freedom), and one face so many times in a row.
 */
const CHI_SQUARE: Readonly<Record<RollKind, number>> = { dice: 35.89, coin: 23.93 }
const LONGEST_RUN: Readonly<Record<RollKind, number>> = { dice: 10, coin: 27 }
/** The share of rolls equal to those a fixed distance before, from which they count as copied: one half is chance. */
const REPEATED = 0.9

function checkBias(kind: RollKind, faces: Uint8Array): void {
  const biased = (seen: string): Error =>
    refusal(DOING, 'rolls_biased', seen, 'roll a real die or coin, each time anew, and write down every roll')
  if (longestRun(faces) > LONGEST_RUN[kind]) {
    throw biased(`one face comes more than ${LONGEST_RUN[kind]} times in a row, which chance does not do`)
  }
  if (chiSquare(faces, kind === 'dice' ? 6 : 2) > CHI_SQUARE[kind]) {
    throw biased('the faces come too unevenly: chance does that less than once in a million times')
  }
  const distance = repeatDistance(faces)
  if (distance !== null) throw biased(`the rolls repeat themselves after ${distance}`)
}

/** The sum over the faces of (seen - expected)^2 / expected. */
function chiSquare(faces: Uint8Array, count: number): number {
  const expected = faces.length / count
  const seen = Array.from({ length: count }, (_, face) => faces.filter((other) => other === face).length)
  return seen.reduce((sum, times) => sum + (times - expected) ** 2 / expected, 0)
}

function longestRun(faces: Uint8Array): number {
  let [longest, run] = [0, 0]
  for (const [index, face] of faces.entries()) {
    run = index > 0 && face === faces[index - 1] ? run + 1 : 1
    longest = Math.max(longest, run)
  }
  return longest
}

/** The first distance, up to half of all, after which nine rolls in ten come again; null where none does. */
function repeatDistance(faces: Uint8Array): number | null {
  for (let distance = 1; distance <= faces.length / 2; distance += 1) {
    const later = faces.subarray(distance)
    const same = later.filter((face, index) => face === faces[index]).length
    if (same >= REPEATED * later.length) return distance
  }
  return null
}
