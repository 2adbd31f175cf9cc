// The two things of CBOR that a Uniform Resource of type "bytes" needs, and the heads that cbor-items.ts builds on.
//
// Follows RFC 8949, deterministic encoding: one byte string, which is the message; or an array of five, which is a part of
// a message (BCR-2024-001): sequence number, number of fragments, message length, checksum, data. Every length and integer
// has its shortest form and at most 32 bits when it is read. Anything else is refused: other types, indefinite lengths, tags, trailing
// bytes, a length beyond the end. No length that the input claims is ever allocated.
import type { FountainPart } from './fountain.ts'

/** Unsigned integer, byte string, text, array, map, tag, simple value: the major types in use. */
export type Major = 0 | 2 | 3 | 4 | 5 | 6 | 7

/** What precedes a value: its major type and its integer (at most 2^53 - 1), length or number of items. */
export function head(major: Major, value: number): readonly number[] {
  const type = major << 5
  if (value < 24) return [type | value]
  if (value < 0x100) return [type | 24, value]
  if (value < 0x1_0000) return [type | 25, value >>> 8, value & 0xff]
  const low = [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]
  if (value < 0x1_0000_0000) return [type | 26, ...low]
  const high = Math.floor(value / 0x1_0000_0000)
  return [type | 27, high >>> 24, (high >>> 16) & 0xff, (high >>> 8) & 0xff, high & 0xff, ...low]
}

/** How many bytes of CBOR a byte string takes. */
export const byteStringLength = (length: number): number => head(2, length).length + length

/** A byte string. */
export function encodeByteString(bytes: Uint8Array): Uint8Array {
  return joined(head(2, bytes.length), bytes)
}

/** A part of a message. */
export function encodePart(part: FountainPart): Uint8Array {
  const { sequence, count, messageLength, checksum, data } = part
  const integers = [sequence, count, messageLength, checksum].flatMap((value) => head(0, value))
  return joined([...head(4, 5), ...integers, ...head(2, data.length)], data)
}

function joined(start: readonly number[], end: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(start.length + end.length)
  bytes.set(start)
  bytes.set(end, start.length)
  return bytes
}

/** The content of a byte string that is all there is, or null. */
export function decodeByteString(cbor: Uint8Array): Uint8Array | null {
  const start = readHead(cbor, 0, 2)
  return start !== null && start.end + start.value === cbor.length ? cbor.subarray(start.end) : null
}

/** A part of a message, its form checked and its numbers not yet judged, or null. */
export function decodePart(cbor: Uint8Array): FountainPart | null {
  const array = readHead(cbor, 0, 4)
  if (array?.value !== 5) return null
  const integers: number[] = []
  let at = array.end
  for (let index = 0; index < 4; index += 1) {
    const integer = readHead(cbor, at, 0)
    if (integer === null) return null
    integers.push(integer.value)
    at = integer.end
  }
  const data = decodeByteString(cbor.subarray(at))
  const [sequence = 0, count = 0, messageLength = 0, checksum = 0] = integers
  return data && { sequence, count, messageLength, checksum, data }
}

/** A head that was read: its integer, and where what follows it begins. */
export interface ReadHead {
  readonly value: number
  readonly end: number
}

/** Reads a head of the expected type in its shortest form, of at most 32 bits, or null. */
export function readHead(cbor: Uint8Array, at: number, major: Major): ReadHead | null {
  const first = cbor[at]
  if (first === undefined || first >>> 5 !== major) return null
  const short = first & 31
  if (short < 24) return { value: short, end: at + 1 }
  if (short > 26) return null
  const end = at + 1 + 2 ** (short - 24)
  if (end > cbor.length) return null
  const value = cbor.subarray(at + 1, end).reduce((sum, byte) => sum * 256 + byte, 0)
  return head(major, value).length === end - at ? { value, end } : null
}
