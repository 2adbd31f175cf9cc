// Uniform Resources: a message as the text of one QR code, or of as many as a camera needs.
//
// Documents are of type "bytes": their CBOR is one byte string. What wallets understand is of a type of its own, its CBOR an
// item of its own (resourceOf; wallet-question.ts, wallet-answer.ts).
//
// Follows BCR-2020-005 2.1 and BCR-2024-001. Made in upper case, which QR codes hold in alphanumeric mode; read in either
// case. A message that fits is one static code without a number; any other is shown as numbered parts (fountain.ts).
//
// This half makes codes and takes a text apart; ur-reader.ts puts a message together. What is refused, and before anything
// of that size is allocated: text longer than a QR code, other characters, another type, bytewords that are none or whose
// checksum is wrong, CBOR in any other form, a number outside of its text, sizes beyond the limits or at odds with each
// other.
import { decodeBytewords, encodeBytewords } from './bytewords.ts'
import { byteStringLength, decodeByteString, decodePart, encodeByteString, encodePart } from './cbor.ts'
import { crc32 } from './crc32.ts'
import { FountainEncoder, MAX_SEQUENCE, type FountainPart } from './fountain.ts'
import { partOrder } from './part-order.ts'

/** A type of Uniform Resource, and how its CBOR becomes a message: as it is, or null where it is none of this type. */
export interface UrType {
  readonly name: string
  readonly message: (cbor: Uint8Array) => Uint8Array | null
}

/** The type of a document: its CBOR is a byte string. */
export const bytesType: UrType = { name: 'bytes', message: decodeByteString }

/** A type whose CBOR is an item of its own: the message is the CBOR itself. */
export const resourceOf = (name: string): UrType => ({ name, message: (cbor) => cbor })

/** What a reader takes at most. */
export interface UrLimits {
  /** Characters of one code; 4,296 is all that the largest QR code holds. */
  readonly text: number
  /** Bytes of a message. */
  readonly message: number
  /** Fragments of a message. */
  readonly parts: number
  /** Bytes of a fragment. */
  readonly fragment: number
}

/** The limits where none are given. */
export const urLimits: UrLimits = { text: 4296, message: 64 * 1024, parts: 1024, fragment: 1024 }

/** The codes of one message. */
export interface UrCodes {
  /** Plain parts; 1 when the message is one static code. */
  readonly count: number
  /**
   * The code of a number from 1: the plain parts first, then mixed ones without end. A static code is the same for
   * every number.
   */
  code(sequence: number): string
  /** The numbers to show, in order, and then from the start again (part-order.ts); [1] for a static code. */
  readonly round: readonly number[]
}

/**
 * Makes the codes of a message.
 *
 * @param message any bytes
 * @param fragmentLength the most bytes of the message that one code may carry
 * @throws RangeError when the length is no whole number of at least 1, or gives more than 1,024 parts
 */
export function encodeUr(message: Uint8Array, fragmentLength: number): UrCodes {
  const isStatic = message.length <= fragmentLength
  return encodeResource(bytesType.name, encodeByteString(message), fragmentLength, isStatic)
}

/**
 * Makes the codes of an item of CBOR.
 *
 * @param type of the Uniform Resource, such as "eth-sign-request"
 * @param cbor the item
 * @param fragmentLength the most bytes of it that one part may carry
 * @param isStatic true for one code without a number
 * @throws RangeError as encodeUr
 */
export function encodeResource(
  type: string,
  cbor: Uint8Array,
  fragmentLength: number,
  isStatic = cbor.length <= fragmentLength,
): UrCodes {
  if (!Number.isInteger(fragmentLength) || fragmentLength < 1) {
    throw new RangeError(`making codes: ${fragmentLength} bytes a code, expected a whole number from 1`)
  }
  if (isStatic) return staticCode(type, cbor)
  const needed = Math.ceil(cbor.length / fragmentLength)
  if (needed > urLimits.parts || fragmentLength > urLimits.fragment) {
    const most = `expected at most ${urLimits.parts} of at most ${urLimits.fragment} bytes`
    throw new RangeError(`making codes: ${needed} parts of ${fragmentLength} bytes, ${most}`)
  }
  return fountainCodes(type, new FountainEncoder(cbor, fragmentLength))
}

function staticCode(type: string, cbor: Uint8Array): UrCodes {
  const text = `UR:${type}/${encodeBytewords(cbor)}`.toUpperCase()
  return { count: 1, code: () => text, round: [1] }
}

function fountainCodes(type: string, encoder: FountainEncoder): UrCodes {
  const { checksum, count } = encoder
  let round: readonly number[] | undefined
  return {
    count,
    get round(): readonly number[] {
      round ??= partOrder(count, checksum)
      return round
    },
    code(sequence): string {
      if (!Number.isInteger(sequence) || sequence < 1 || sequence > MAX_SEQUENCE) {
        throw new RangeError(`making a code: number ${sequence}, expected 1 to ${MAX_SEQUENCE}`)
      }
      const part = encodePart(encoder.part(sequence))
      return `UR:${type}/${sequence}-${count}/${encodeBytewords(part)}`.toUpperCase()
    },
  }
}

/** Why a text was not taken, each with the sentence that a person reads. */
export const urFaults = {
  too_long: 'the text is longer than a QR code can hold',
  not_ur: 'the code is no Uniform Resource',
  type_unsupported: 'the code is a Uniform Resource of another type than is read here',
  not_bytewords: 'the code was misread or damaged: its letters are no bytewords',
  checksum_wrong: 'the code was misread or damaged: its checksum is wrong',
  not_cbor: 'the code holds no message and no part of one',
  number_differs: 'the code calls itself by another number than it holds',
  too_large: 'the code announces a message that is larger than this program takes',
  lengths_differ: 'the lengths in the code are at odds with each other',
  contradiction: 'the code contradicts those before it: one of them is false',
  message_damaged: 'the codes fit together, but not to the message that they announce: reading starts again',
} as const

export type UrFault = keyof typeof urFaults

// Linear: no two neighbours can match the same character, and the length is bounded before.
const FORM = /^ur:([a-z0-9-]+)\/(?:([1-9][0-9]{0,9})-([1-9][0-9]{0,9})\/)?([a-z]+)$/

/** Takes one text apart, or says why it is none of ours. A static code is a message of one part. Never throws. */
export function parseUr(text: string, limits: UrLimits, expected = bytesType): FountainPart | UrFault {
  if (text.length > limits.text) return 'too_long'
  // The lower case of some letters beyond ASCII is a letter of ASCII: they are refused before.
  const form = /^[\x21-\x7e]+$/.test(text) ? FORM.exec(text.toLowerCase()) : null
  if (form === null) return 'not_ur'
  const [, type, sequence, count, words = ''] = form
  if (type !== expected.name) return 'type_unsupported'
  const cbor = decodeBytewords(words)
  if (typeof cbor === 'string') return cbor
  if (sequence === undefined) return staticPart(cbor, limits, expected)
  const part = decodePart(cbor)
  if (part === null) return 'not_cbor'
  if (part.sequence !== Number(sequence) || part.count !== Number(count)) return 'number_differs'
  return partFault(part, limits) ?? part
}

function staticPart(cbor: Uint8Array, limits: UrLimits, type: UrType): FountainPart | UrFault {
  const message = type.message(cbor)
  if (message === null) return 'not_cbor'
  if (message.length > limits.message) return 'too_large'
  return { sequence: 1, count: 1, messageLength: cbor.length, checksum: crc32(cbor), data: cbor }
}

function partFault({ count, messageLength, data }: FountainPart, limits: UrLimits): UrFault | null {
  if (count > limits.parts || data.length > limits.fragment) return 'too_large'
  if (messageLength > byteStringLength(limits.message)) return 'too_large'
  return data.length > 0 && count === Math.ceil(messageLength / data.length) ? null : 'lengths_differ'
}
