// The items of CBOR that the messages of wallets are made of (EIP-4527), as values.
//
// Follows RFC 8949: unsigned integers, byte strings, texts, booleans, arrays, maps with unsigned integers for keys, tags;
// each head in its shortest form, which BCR-2020-005 asks for. Refused, by giving null: everything else, a key given twice,
// items nested deeper than a wallet has use for, integers beyond 32 bits, lengths beyond the end, bytes after the end. No
// length that the input claims is ever allocated.
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { head, readHead } from '../qr/cbor.ts'

/** An item with a tag before it that says what it means. */
export class Tagged {
  readonly tag: number
  readonly item: CborItem

  constructor(tag: number, item: CborItem) {
    this.tag = tag
    this.item = item
  }
}

/** A map by its keys. */
export type CborMap = ReadonlyMap<number, CborItem>

/** A value: a number is an unsigned integer, bytes are a byte string. */
export type CborItem = number | boolean | string | Uint8Array | readonly CborItem[] | CborMap | Tagged

/** Deeper than a map in a tag in a map in a tag no message of a wallet goes. */
const MAX_DEPTH = 8
const FALSE = 20
const TRUE = 21

/** The bytes of an item; the keys of a map in the order in which it has them. */
export function encodeItem(item: CborItem): Uint8Array {
  return Uint8Array.from(written(item))
}

function written(item: CborItem): readonly number[] {
  if (typeof item === 'number') return head(0, item)
  if (typeof item === 'boolean') return head(7, item ? TRUE : FALSE)
  if (typeof item === 'string') return sized(3, utf8ToBytes(item))
  if (item instanceof Uint8Array) return sized(2, item)
  if (item instanceof Tagged) return [...head(6, item.tag), ...written(item.item)]
  if (item instanceof Map) return writtenMap(item)
  return isList(item) ? [...head(4, item.length), ...item.flatMap(written)] : []
}

const sized = (major: 2 | 3, bytes: Uint8Array): readonly number[] => [...head(major, bytes.length), ...bytes]

const writtenMap = (map: CborMap): readonly number[] => [
  ...head(5, map.size),
  ...[...map].flatMap(([key, item]) => [...head(0, key), ...written(item)]),
]

const isList = (item: CborItem): item is readonly CborItem[] => Array.isArray(item)

/** The item that the bytes are, all of them, or null. Never throws. */
export function decodeItem(cbor: Uint8Array): CborItem | null {
  const read = readItem(cbor, 0, 0)
  return read !== null && read.end === cbor.length ? read.item : null
}

interface ReadItem {
  readonly item: CborItem
  readonly end: number
}

function readItem(cbor: Uint8Array, at: number, depth: number): ReadItem | null {
  const major = (cbor[at] ?? 0xff) >>> 5
  if (depth > MAX_DEPTH || major === 1) return null
  const start = readHead(cbor, at, major as Parameters<typeof readHead>[2])
  if (start === null) return null
  const { value, end } = start
  switch (major) {
    case 0:
      return { item: value, end }
    case 2:
    case 3:
      return readBytes(cbor, end, value, major === 3)
    case 4:
      return readList(cbor, end, value, depth)
    case 5:
      return readMap(cbor, end, value, depth)
    case 6: {
      const tagged = readItem(cbor, end, depth + 1)
      return tagged && { item: new Tagged(value, tagged.item), end: tagged.end }
    }
    default:
      return value === FALSE || value === TRUE ? { item: value === TRUE, end } : null
  }
}

function readBytes(cbor: Uint8Array, at: number, length: number, isText: boolean): ReadItem | null {
  const end = at + length
  if (end > cbor.length) return null
  const bytes = Uint8Array.from(cbor.subarray(at, end))
  if (!isText) return { item: bytes, end }
  try {
    return { item: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), end }
  } catch {
    return null
  }
}

function readList(cbor: Uint8Array, at: number, length: number, depth: number): ReadItem | null {
  const items: CborItem[] = []
  let end = at
  // An item has at least one byte: whatever the length claims, the bytes end.
  while (items.length < length) {
    const read = readItem(cbor, end, depth + 1)
    if (read === null) return null
    items.push(read.item)
    end = read.end
  }
  return { item: items, end }
}

function readMap(cbor: Uint8Array, at: number, size: number, depth: number): ReadItem | null {
  const map = new Map<number, CborItem>()
  let end = at
  while (map.size < size) {
    const key = readHead(cbor, end, 0)
    const read = key && readItem(cbor, key.end, depth + 1)
    if (key === null || read === null || map.has(key.value)) return null
    map.set(key.value, read.item)
    end = read.end
  }
  return { item: map, end }
}
