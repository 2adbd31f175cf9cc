// Uniform Resources against the published vectors: each layer by its own, then whole codes both ways.
//
// The expected values are those of the reference implementation and of the two papers, by name in ur-published.json.
import { describe, expect, it } from 'vitest'
import { decodeBytewords, encodeBytewords } from '../../src/shared/bytewords.ts'
import { decodePart, encodePart } from '../../src/shared/cbor.ts'
import { crc32 } from '../../src/shared/crc32.ts'
import { AliasSampler, FountainEncoder, FragmentChooser, shuffled, Xoshiro256 } from '../../src/shared/fountain.ts'
import { UrReader } from '../../src/shared/ur-reader.ts'
import { encodeUr } from '../../src/shared/ur.ts'
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
})
