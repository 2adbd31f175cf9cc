// Items of CBOR against the examples of RFC 8949, appendix A, and against what must not be read.
import { describe, expect, it } from 'vitest'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { decodeItem, encodeItem, Tagged, type CborItem } from '../../../src/shared/wallet/cbor-items.ts'
import { Seeded } from '../../support/seeded.ts'

const map = (...entries: [number, CborItem][]): CborItem => new Map(entries)

/** RFC 8949, appendix A: those of its examples that are of these types. */
const examples: readonly (readonly [string, CborItem])[] = [
  ['00', 0],
  ['01', 1],
  ['0a', 10],
  ['17', 23],
  ['1818', 24],
  ['1819', 25],
  ['1864', 100],
  ['1903e8', 1000],
  ['1a000f4240', 1_000_000],
  ['f4', false],
  ['f5', true],
  ['c11a514b67b0', new Tagged(1, 1_363_896_240)],
  ['d74401020304', new Tagged(23, Uint8Array.of(1, 2, 3, 4))],
  ['d818456449455446', new Tagged(24, Uint8Array.of(0x64, 0x49, 0x45, 0x54, 0x46))],
  ['40', new Uint8Array()],
  ['4401020304', Uint8Array.of(1, 2, 3, 4)],
  ['60', ''],
  ['6161', 'a'],
  ['6449455446', 'IETF'],
  ['62225c', '"\\'],
  ['62c3bc', 'ü'],
  ['63e6b0b4', '水'],
  ['80', []],
  ['83010203', [1, 2, 3]],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  ['98190102030405060708090a0b0c0d0e0f101112131415161718181819', Array.from({ length: 25 }, (_, index) => index + 1)],
  ['a0', map()],
  ['a201020304', map([1, 2], [3, 4])],
]

describe('the examples of the RFC', () => {
  it.each(examples)('%s is written', (hex, item) => expect(bytesToHex(encodeItem(item))).toBe(hex))
  it.each(examples)('%s is read', (hex, item) => expect(decodeItem(hexToBytes(hex))).toEqual(item))
  it('an integer of 64 bits is written', () =>
    expect(bytesToHex(encodeItem(1_000_000_000_000))).toBe('1b000000e8d4a51000'))
})

describe('what is not read', () => {
  it.each([
    ['nothing', ''],
    ['a negative integer', '20'],
    ['null', 'f6'],
    ['undefined', 'f7'],
    ['a half float', 'f90000'],
    ['an integer of 64 bits', '1b000000e8d4a51000'],
    ['an integer longer than it need be', '1817'],
    ['bytes without end', '5f42010243030405ff'],
    ['a list without end', '9fff'],
    ['a map without end', 'bfff'],
    ['a byte after the end', '0000'],
    ['bytes that end too early', '44010203'],
    ['a list that ends too early', '830102'],
    ['four billion items', '9affffffff00'],
    ['four billion bytes', '5affffffff00'],
    ['a text that is not UTF-8', '62c328'],
    ['a map with a text for a key', 'a1616101'],
    ['a key given twice', 'a201020103'],
    ['a tag of nothing', 'd7'],
    ['ten lists in each other', '81818181818181818180'],
  ])('%s', (_, hex) => expect(decodeItem(hexToBytes(hex))).toBeNull())
})

it('any bytes are read as what they are written as, or not at all', () => {
  const random = new Seeded(4527)
  let read = 0
  for (let round = 0; round < 20_000; round += 1) {
    const bytes = random.bytes(1 + random.below(12))
    const item = decodeItem(bytes)
    if (item === null) continue
    read += 1
    expect(encodeItem(item)).toEqual(new Uint8Array(bytes))
  }
  expect(read).toBeGreaterThan(100)
})
