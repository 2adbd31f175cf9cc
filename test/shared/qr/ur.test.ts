// Uniform Resources against the published vectors: each layer by its own, then whole codes; and what each layer refuses.
//
// The expected values are those of the reference implementation and of the two papers, by name in ur-published.json.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeBytewords, encodeBytewords } from '../../../src/shared/qr/bytewords.ts'
import {
  byteStringLength,
  decodeByteString,
  decodePart,
  encodeByteString,
  encodePart,
} from '../../../src/shared/qr/cbor.ts'
import { crc32 } from '../../../src/shared/qr/crc32.ts'
import {
  AliasSampler,
  FountainEncoder,
  FragmentChooser,
  shuffled,
  Xoshiro256,
} from '../../../src/shared/qr/fountain.ts'
import { UrReader } from '../../../src/shared/qr/ur-reader.ts'
import { encodeUr } from '../../../src/shared/qr/ur.ts'
import published from './ur-published.json' with { type: 'json' }

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const list = <T>(length: number, item: (index: number) => T): T[] => Array.from({ length }, (_, index) => item(index))
const WOLF = utf8('Wolf')

/** The message of the vectors: bytes of the generator itself. */
function wolfMessage(length: number): Uint8Array {
  const random = new Xoshiro256(WOLF)
  return Uint8Array.from({ length }, () => random.below(256))
}

const harmonic = list(11, (index) => 1 / (index + 1))

describe('the published vectors', () => {
  it.each(published.crc32)('CRC-32 of $text', ({ text, checksum }) =>
    expect(crc32(utf8(text)).toString(16)).toBe(checksum),
  )

  it.each(published.bytewords)('bytewords $minimal', ({ hex, minimal }) => {
    expect(encodeBytewords(Buffer.from(hex, 'hex'))).toBe(minimal)
    expect(decodeBytewords(minimal)).toEqual(new Uint8Array(Buffer.from(hex, 'hex')))
  })

  it('Xoshiro256**', () => {
    const [words, ofChecksum, small] = [
      new Xoshiro256(WOLF),
      new Xoshiro256(Buffer.from('598c84dc', 'hex')),
      new Xoshiro256(WOLF),
    ]
    expect(list(100, () => Number(words.next() % 100n))).toEqual(published.next)
    expect(list(100, () => Number(ofChecksum.next() % 100n))).toEqual(published.nextOfChecksum)
    expect(list(100, () => small.below(10) + 1)).toEqual(published.oneToTen)
  })

  it('the sampler', () => {
    const [sampler, random] = [new AliasSampler([1, 2, 4, 8]), new Xoshiro256(WOLF)]
    expect(list(500, () => sampler.draw(random))).toEqual(published.sampler)
  })

  it('the shuffle', () => {
    const [random, items] = [new Xoshiro256(WOLF), list(10, (index) => index + 1)]
    expect(list(10, () => shuffled(items, 10, random))).toEqual(published.shuffles)
  })

  it('the degrees', () => {
    const [sampler, random] = [new AliasSampler(harmonic), new Xoshiro256(WOLF)]
    expect(list(1000, () => sampler.draw(random) + 1)).toEqual(published.degrees)
    const ofNonce = (nonce: number): number => sampler.draw(new Xoshiro256(utf8(`Wolf-${nonce + 1}`))) + 1
    expect(list(200, ofNonce)).toEqual(published.degreesOfNonces)
  })

  it('the fragments of a part', () => {
    const chooser = new FragmentChooser(11, crc32(wolfMessage(1024)))
    const chosen = list(50, (index) => chooser.choose(index + 1).toSorted((a, b) => a - b))
    expect(chosen).toEqual(published.fragments)
  })

  it('the fragments of a message', () => {
    const encoder = new FountainEncoder(wolfMessage(1024), 100)
    expect(list(encoder.count, (index) => hexOf(encoder.part(index + 1).data))).toEqual(published.partition)
  })

  it('the parts as CBOR', () => {
    const encoder = new FountainEncoder(wolfMessage(256), 30)
    const parts = list(20, (index) => encoder.part(index + 1))
    expect(parts.map((part) => hexOf(encodePart(part)))).toEqual(published.parts)
    expect(published.parts.map((hex) => decodePart(Buffer.from(hex, 'hex'))?.sequence)).toEqual(
      parts.map(({ sequence }) => sequence),
    )
  })

  it('a static code', () => expect(encodeUr(wolfMessage(50), 50).code(1)).toBe(published.single.toUpperCase()))

  it('the codes of a message', () => {
    const codes = encodeUr(wolfMessage(256), 30)
    expect(list(20, (index) => codes.code(index + 1))).toEqual(published.codes.map((code) => code.toUpperCase()))
  })

  it('a message of 32,767 bytes, read from its hundredth part on', () => {
    const [codes, reader] = [encodeUr(wolfMessage(32_767), 1000), new UrReader()]
    for (let sequence = 101; reader.message === null; sequence += 1) reader.receive(codes.code(sequence))
    expect(reader.message).toEqual(wolfMessage(32_767))
  })

  it.each(published['bc-ur-1.1.13'])(
    'codes $first to more of $length bytes in fragments of $fragmentLength, as bc-ur makes them',
    ({ length, fragmentLength, first, codes, sha256 }) => {
      const ours = encodeUr(wolfMessage(length), fragmentLength)
      const text = list(codes, (index) => ours.code(first + index).toLowerCase()).join('\n')
      expect(createHash('sha256').update(text).digest('hex')).toBe(sha256)
    },
  )
})

describe('bytewords', () => {
  it('are 256 words with as many pairs of first and last letters', () => {
    const words = list(256, (value) => encodeBytewords(Uint8Array.of(value)).slice(0, 2))
    expect(new Set(words).size).toBe(256)
  })

  it.each([
    ['', 'not_bytewords'],
    ['aeadao', 'not_bytewords'],
    ['aeadaolazmjendeot', 'not_bytewords'],
    ['xxadaolazmjendeoti', 'not_bytewords'],
    ['ae adaolazmjendeoti', 'not_bytewords'],
    ['aeadaolazojendeowf', 'checksum_wrong'],
    ['aeadaolazmjendeota', 'checksum_wrong'],
  ])('%j is refused: %s', (text, fault) => expect(decodeBytewords(text)).toBe(fault))

  it('are read in either case', () =>
    expect(decodeBytewords('AEADAOlazmJENDEOTI')).toEqual(decodeBytewords('aeadaolazmjendeoti')))
})

describe('CBOR', () => {
  const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex')
  const PART = '850c0818641a12345678450105030305'

  it('is that of the paper', () => {
    const part = {
      sequence: 12,
      count: 8,
      messageLength: 100,
      checksum: 0x12345678,
      data: Uint8Array.of(1, 5, 3, 3, 5),
    }
    expect(hexOf(encodePart(part))).toBe(PART)
    expect(decodePart(bytes(PART))).toEqual({ ...part, data: Buffer.from(part.data) })
  })

  it.each([0, 1, 23, 24, 255, 256, 65_535, 65_536])('a byte string of %i bytes comes back', (length) => {
    const cbor = encodeByteString(new Uint8Array(length))
    expect(cbor.length).toBe(byteStringLength(length))
    expect(decodeByteString(cbor)?.length).toBe(length)
  })

  it.each([
    ['nothing', ''],
    ['a byte string that ends too early', '4201'],
    ['bytes after the end', '410102'],
    ['a length that is longer than it need be', '580101'],
    ['a length of two bytes for one', '5900ff' + '00'.repeat(255)],
    ['a length of 2^32 - 1', '5affffffff00'],
    ['a length of 64 bits', '5b0000000000000001ff'],
    ['a string without an announced length', '5f4101ff'],
    ['text', '6101'],
    ['a tag before it', 'd9010341ff'],
    ['the byte bf', 'bf'],
  ])('no byte string: %s', (_, hex) => expect(decodeByteString(bytes(hex))).toBeNull())

  it.each([
    ['nothing', ''],
    ['an array that ends too early', PART.slice(0, -2)],
    ['a byte after the end', `${PART}00`],
    ['four items', '84' + PART.slice(2)],
    ['six items', '86' + PART.slice(2) + '00'],
    ['2^32 - 1 items', '9affffffff' + PART.slice(2)],
    ['an array without an announced length', '9f' + PART.slice(2) + 'ff'],
    ['an array whose length is longer than it need be', '9805' + PART.slice(2)],
    ['a number that is longer than it need be', '85180c' + PART.slice(4)],
    ['a negative number', '852b' + PART.slice(4)],
    ['a number of 64 bits', '851b000000000000000c' + PART.slice(4)],
    ['a floating-point number', '85f94a00' + PART.slice(4)],
    ['data that is text', PART.replace('45010503', '65010503')],
  ])('no part: %s', (_, hex) => expect(decodePart(bytes(hex))).toBeNull())
})

describe('codes', () => {
  it('are static up to the length that is asked for', () => {
    expect(encodeUr(new Uint8Array(200), 200).count).toBe(1)
    expect(encodeUr(new Uint8Array(200), 200).code(5)).toBe(encodeUr(new Uint8Array(200), 200).code(1))
    expect(encodeUr(new Uint8Array(201), 200).count).toBe(2)
    expect(encodeUr(new Uint8Array(), 200).code(1)).toBe(
      `UR:BYTES/${encodeBytewords(Uint8Array.of(0x40))}`.toUpperCase(),
    )
  })

  it('hold only what alphanumeric mode holds', () => {
    for (const sequence of [1, 2, 77, 2 ** 32 - 1])
      expect(encodeUr(wolfMessage(900), 100).code(sequence)).toMatch(/^[0-9A-Z:/-]+$/)
  })

  it('of two packed documents fit the versions that they are meant for', () => {
    // Characters of versions 12 and 15 at level L: ISO 18004, table 7.
    expect(encodeUr(new Uint8Array(256), 400).code(1).length).toBeLessThanOrEqual(535)
    expect(encodeUr(new Uint8Array(367), 400).code(1).length).toBeLessThanOrEqual(758)
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('cannot have %d bytes', (length) =>
    expect(() => encodeUr(new Uint8Array(5), length)).toThrow(RangeError),
  )

  it('are no more than a reader takes', () => {
    expect(encodeUr(new Uint8Array(65_536), 65).count).toBe(1009)
    expect(() => encodeUr(new Uint8Array(65_536), 64)).toThrow('1025 parts')
    expect(() => encodeUr(new Uint8Array(65_536), 1025)).toThrow('1025 bytes')
    for (const sequence of [0, -1, 1.5, 2 ** 32])
      expect(() => encodeUr(new Uint8Array(9), 3).code(sequence)).toThrow(RangeError)
  })
})
