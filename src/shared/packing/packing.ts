// Fields as bytes: one form for each value, described once for both directions.
//
// Fixed sizes where the schema has them (addresses 20 bytes, words 32), integers of up to 53 bits as varints of seven bits
// a byte, the low ones first, wei and quorum bitmaps as a length and big-endian bytes, text as a length and UTF-8, lists as
// a length and their items. The nullable fields of a record are told by the bits of one byte before it, the first field
// lowest.
//
// Refused: an end too early, a varint that is longer than it need be or above 2^53 - 1, leading zeros, text that is not
// UTF-8, a byte that no choice has, a flag without a field. Nothing of a length that the input claims is ever allocated.
// What is read has the form of a field and no more: the schema of the document must judge it before anybody else sees it.
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { bytesToHex, getAddress, hexToBytes, type Hex } from 'viem'
import type { DocumentDigest } from '../base/document.ts'
import type { Code } from '../base/error-codes.ts'
import { refusal, type AirlockError } from '../base/errors.ts'
import type { Address, Bytes32, Wei } from '../base/fields.ts'

/** What the program is doing, for a refusal. */
export const UNPACKING = 'unpacking a scanned document'

/** The refusal of packed bytes. */
export function unpackingRefused(code: Code, seen: string): AirlockError {
  const again = 'scan the code again; if it is refused again, copy the file itself'
  return refusal(UNPACKING, code, seen, again)
}

const invalid = (seen: string): AirlockError => unpackingRefused('packed_invalid', seen)

/** Packed bytes, read from the front. */
export class PackedReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The next bytes. */
  take(length: number): Uint8Array {
    const end = this.#at + length
    const total = this.#bytes.length
    if (end > total) throw invalid(`the packed bytes end too early: ${total}, expected at least ${end}`)
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  /** The next byte. */
  byte(): number {
    return this.take(1)[0] ?? 0
  }

  /** Refuses what is left over. */
  end(): void {
    const left = this.#bytes.length - this.#at
    if (left > 0) throw invalid(`${left} bytes follow the end of the document`)
  }
}

/** How a value becomes bytes, and comes back. */
export interface Packing<Value> {
  readonly write: (value: Value) => readonly number[]
  readonly read: (from: PackedReader) => Value
  /** True when null is told by the record's flags; write and read never meet it then. */
  readonly nullable?: true
}

/** A whole number from 0 to 2^53 - 1. */
export const integer = <Value extends number>(): Packing<Value> => ({
  write: (value) => varint(value),
  read: (from) => readVarint(from) as Value,
})

function varint(value: number): readonly number[] {
  return value < 0x80 ? [value] : [0x80 | (value % 0x80), ...varint(Math.floor(value / 0x80))]
}

function readVarint(from: PackedReader): number {
  let value = 0
  for (let unit = 1; ; unit *= 0x80) {
    const byte = from.byte()
    value += (byte & 0x7f) * unit
    if (value > Number.MAX_SAFE_INTEGER) throw invalid('an integer is above 2^53 - 1')
    if (byte === 0 && unit > 1) throw invalid('an integer is longer than it need be')
    if (byte < 0x80) return value
  }
}

/** 20 bytes. */
export const address: Packing<Address> = {
  write: (value) => [...hexToBytes(value)],
  read: (from) => getAddress(bytesToHex(from.take(20))) as Address,
}

/** 32 bytes. */
export const bytes32: Packing<Bytes32> = {
  write: (value) => [...hexToBytes(value)],
  read: (from) => bytesToHex(from.take(32)) as Bytes32,
}

/** Hex digits without 0x, as so many bytes. */
export const hex = <Value extends string>(bytes: number): Packing<Value> => ({
  write: (value) => [...hexToBytes(`0x${value}`)],
  read: (from) => bytesToHex(from.take(bytes)).slice(2) as Value,
})

/** The 32 bytes of a digest, which has no 0x in a document. */
export const digest: Packing<DocumentDigest> = hex(32)

/** Bytes of one size in a form of their own. */
export function compressed<Value>(
  length: number,
  compress: (value: Value) => Uint8Array,
  decompress: (bytes: Uint8Array) => Value | null,
): Packing<Value> {
  return {
    write: (value) => [...compress(value)],
    read: (from) => {
      const value = decompress(from.take(length))
      if (value === null) throw unpackingRefused('point_not_on_curve', `${length} bytes are no point of the curve`)
      return value
    },
  }
}

const sized = (bytes: Uint8Array): readonly number[] => [...varint(bytes.length), ...bytes]

function natural(value: bigint): readonly number[] {
  const hex = value.toString(16)
  return sized(value === 0n ? new Uint8Array() : hexToBytes(`0x${hex.padStart(hex.length + (hex.length % 2), '0')}`))
}

function readNatural(from: PackedReader): bigint {
  const length = readVarint(from)
  if (length > 32) throw invalid(`an amount has ${length} bytes, expected at most 32`)
  if (length === 0) return 0n
  const bytes = from.take(length)
  if (bytes[0] === 0) throw invalid('an amount has leading zeros')
  return BigInt(bytesToHex(bytes))
}

/** A whole number of up to 256 bits. */
export const amount = <Value extends bigint>(): Packing<Value> => ({
  write: natural,
  read: (from) => readNatural(from) as Value,
})

/** An amount in wei. */
export const wei: Packing<Wei> = amount()

/** Bytes of any number, as 0x-hex. */
export const bytes: Packing<Hex> = {
  write: (value) => sized(hexToBytes(value)),
  read: (from) => bytesToHex(from.take(readVarint(from))),
}

/** Text without a byte-order mark taken off. */
export const text: Packing<string> = {
  write: (value) => sized(utf8ToBytes(value)),
  read: (from) => {
    const bytes = from.take(readVarint(from))
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    } catch {
      throw invalid('a text is not UTF-8')
    }
  },
}

/** One of a few values, as its place among them. */
export function choice<Value>(values: readonly Value[]): Packing<Value> {
  return {
    write: (value) => [values.indexOf(value)],
    read: (from) => {
      const place = from.byte()
      const value = values[place]
      if (value === undefined) throw invalid(`a choice is number ${place}, expected at most ${values.length - 1}`)
      return value
    },
  }
}

/** Any number of items. */
export function list<Item>(item: Packing<Item>): Packing<readonly Item[]> {
  return {
    write: (items) => [...varint(items.length), ...items.flatMap(item.write)],
    read: (from) => {
      const items: Item[] = []
      // An item has at least one byte: whatever the length claims, the bytes end.
      for (let left = readVarint(from); left > 0; left -= 1) items.push(item.read(from))
      return items
    },
  }
}

/** A field that may be null, in a record. */
export function nullable<Value>({ write, read }: Packing<Value>): Packing<Value | null> {
  return { write: (value) => (value === null ? [] : write(value)), read, nullable: true }
}

/** Fields in the order in which they stand here; up to eight of them nullable. */
export function record<Fields extends object>(fields: {
  readonly [Key in keyof Fields]: Packing<Fields[Key]>
}): Packing<Fields> {
  const keys = Object.keys(fields) as (keyof Fields)[]
  const flagged = keys.filter((key) => fields[key].nullable)
  const flagOf = (key: keyof Fields): number => 1 << flagged.indexOf(key)
  return {
    write: (value) => {
      const flags = flagged.reduce((sum, key) => (value[key] === null ? sum : sum | flagOf(key)), 0)
      return [...(flagged.length > 0 ? [flags] : []), ...keys.flatMap((key) => fields[key].write(value[key]))]
    },
    read: (from) => {
      const flags = flagged.length > 0 ? from.byte() : 0
      if (flags >>> flagged.length !== 0) throw invalid('a flag stands for no field')
      const isNull = (key: keyof Fields): boolean => flagged.includes(key) && (flags & flagOf(key)) === 0
      return Object.fromEntries(keys.map((key) => [key, isNull(key) ? null : fields[key].read(from)])) as Fields
    },
  }
}

/** A union told apart by the text in one field, each case with a byte of its own that never changes its meaning. */
export function union<Key extends string, Union extends Readonly<Record<Key, string>>>(
  key: Key,
  cases: { readonly [Name in Union[Key]]: readonly [byte: number, packing: Packing<Case<Key, Union, Name>>] },
): Packing<Union> {
  const names = Object.keys(cases) as Union[Key][]
  return {
    write: (value) => {
      const [byte, packing] = cases[value[key]]
      return [byte, ...packing.write(value as unknown as Case<Key, Union, Union[Key]>)]
    },
    read: (from) => {
      const byte = from.byte()
      const name = names.find((candidate) => cases[candidate][0] === byte)
      if (name === undefined) throw invalid(`${key} is number ${byte}, which this version does not know`)
      return { [key]: name, ...cases[name][1].read(from) } as unknown as Union
    },
  }
}

type Case<Key extends string, Union, Name> = Omit<Extract<Union, Readonly<Record<Key, Name>>>, Key>
