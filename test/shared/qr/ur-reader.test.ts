// The reader of Uniform Resources: what a camera does to codes, how many it needs, and what a hostile screen can show.
import { describe, expect, it } from 'vitest'
import { encodeBytewords } from '../../../src/shared/qr/bytewords.ts'
import { encodeByteString, encodePart } from '../../../src/shared/qr/cbor.ts'
import { crc32 } from '../../../src/shared/qr/crc32.ts'
import { Elimination } from '../../../src/shared/qr/elimination.ts'
import { FountainEncoder, FragmentChooser, type FountainPart } from '../../../src/shared/qr/fountain.ts'
import { UrReader, type UrReceipt } from '../../../src/shared/qr/ur-reader.ts'
import { encodeUr, urFaults, type UrFault } from '../../../src/shared/qr/ur.ts'
import { Seeded } from '../../support/seeded.ts'
import { startWatch } from '../../support/transport-fuzz.ts'

const list = <T>(length: number, item: (index: number) => T): T[] => Array.from({ length }, (_, index) => item(index))
const upTo = (last: number): number[] => list(last, (index) => index + 1)
const codeOf = (cbor: Uint8Array, number = ''): string => `UR:BYTES/${number}${encodeBytewords(cbor)}`.toUpperCase()
const partCode = (part: FountainPart): string => codeOf(encodePart(part), `${part.sequence}-${part.count}/`)
const rejected = (fault: UrFault): UrReceipt => ({ outcome: 'rejected', fault })

const MESSAGE = new Seeded(1).bytes(1000)
const OTHER = new Seeded(2).bytes(1000)
const codes = encodeUr(MESSAGE, 100)
const others = encodeUr(OTHER, 100)

function read(texts: Iterable<string>, reader = new UrReader()): UrReader {
  for (const text of texts) reader.receive(text)
  return reader
}

describe('a message', () => {
  it('of one code is whole at once', () => {
    const reader = new UrReader()
    expect(reader.receive(encodeUr(MESSAGE, 1000).code(1))).toEqual({ outcome: 'whole' })
    expect(reader.message).toEqual(MESSAGE)
    expect(reader.progress).toMatchObject({ needed: 1, held: 1, seen: 1, missing: [] })
  })

  it('comes together in any order, in either case, with repeats', () => {
    const random = new Seeded(3)
    for (let round = 0; round < 50; round += 1) {
      const texts = [...upTo(11), ...upTo(11), ...upTo(11)].map((sequence) => codes.code(sequence))
      const shown = random.shuffled(texts).map((text) => (random.chance(0.5) ? text.toLowerCase() : text))
      expect(read(shown).message).toEqual(MESSAGE)
    }
  })

  it('comes together from mixed parts alone', () => {
    const reader = new UrReader()
    for (let sequence = 12; reader.message === null && sequence < 60; sequence += 1)
      reader.receive(codes.code(sequence))
    expect(reader.message).toEqual(MESSAGE)
  })

  it.each([1, 2, 22, 23, 24, 255, 256, 257, 4000, 65_535, 65_536])('of %i bytes comes back', (length) => {
    const message = new Seeded(length).bytes(length)
    const made = encodeUr(message, 70)
    expect(read(upTo(made.count).map((sequence) => made.code(sequence))).message).toEqual(message)
  })

  it('is not touched by what follows it', () => {
    const reader = read(upTo(11).map((sequence) => codes.code(sequence)))
    expect(reader.receive(codes.code(12))).toEqual({ outcome: 'known' })
    for (const sequence of upTo(40)) expect(reader.receive(others.code(sequence))).toEqual({ outcome: 'stranger' })
    expect(reader.message).toEqual(MESSAGE)
  })
})

describe('progress', () => {
  it('is nothing at first', () =>
    expect(new UrReader().progress).toEqual({
      message: null,
      needed: 0,
      held: 0,
      seen: 0,
      missing: [],
      strangers: 0,
      stranger: null,
      rejected: {},
    }))

  it('counts what is held, what was seen, what is missing, who else was there, and what was refused', () => {
    const reader = read([1, 3, 3, 5].map((sequence) => codes.code(sequence)))
    read([others.code(1), others.code(2), 'hello', 'hello', codes.code(2).slice(0, -2)], reader)
    expect(reader.progress).toEqual({
      message: `11 parts, checksum ${crc32(encodeByteString(MESSAGE)).toString(16).padStart(8, '0')}`,
      needed: 11,
      held: 3,
      seen: 4,
      missing: [2, 4, 6, 7, 8, 9, 10, 11],
      strangers: 2,
      stranger: `11 parts, checksum ${crc32(encodeByteString(OTHER)).toString(16).padStart(8, '0')}`,
      rejected: { not_ur: 2, checksum_wrong: 1 },
    })
  })

  it('has no missing part that was solved from mixed ones', () => {
    const chooser = new FragmentChooser(11, crc32(encodeByteString(MESSAGE)))
    const pair = list(200, (index) => index + 12).find((sequence) => chooser.choose(sequence).length === 2) ?? 0
    const [first = 0, second = 0] = chooser.choose(pair)
    const reader = read([pair, first + 1].map((sequence) => codes.code(sequence)))
    expect(reader.progress.missing).toEqual(upTo(11).filter((sequence) => ![first + 1, second + 1].includes(sequence)))
  })
})

describe('another message', () => {
  it('is never mixed in', () => {
    const random = new Seeded(4)
    const reader = new UrReader()
    reader.receive(codes.code(1))
    for (let sequence = 2; reader.message === null; sequence += 1) {
      reader.receive((random.chance(0.5) ? others : codes).code(sequence))
    }
    expect(reader.message).toEqual(MESSAGE)
    expect(reader.progress.strangers).toBeGreaterThan(3)
  })

  it('becomes the one that is read after ten codes in a row', () => {
    const reader = read([codes.code(1), codes.code(2)])
    for (const sequence of upTo(9)) expect(reader.receive(others.code(sequence)).outcome).toBe('stranger')
    expect(reader.receive(others.code(10)).outcome).toBe('new')
    expect(reader.progress).toMatchObject({ held: 1, strangers: 9 })
    expect(
      read(
        upTo(11).map((sequence) => others.code(sequence)),
        reader,
      ).message,
    ).toEqual(OTHER)
  })

  it('does not while codes of the first come between', () => {
    const reader = read(upTo(30).flatMap((sequence) => [codes.code(1), others.code(sequence)]))
    expect(reader.progress).toMatchObject({ held: 1, seen: 30, strangers: 30 })
  })

  it('is the same message in fragments of another length, too', () =>
    expect(read([codes.code(1)]).receive(encodeUr(MESSAGE, 90).code(1)).outcome).toBe('stranger'))
})

describe('a false part', () => {
  const encoder = new FountainEncoder(encodeByteString(MESSAGE), 100)
  const falsePart = partCode({ ...encoder.part(4), data: new Seeded(5).bytes(encoder.part(4).data.length) })

  it('is noticed when the message is whole, and reading starts again', () => {
    const reader = read([falsePart, ...[1, 2, 3, 5, 6, 7, 8, 9, 10].map((sequence) => codes.code(sequence))])
    expect(reader.receive(codes.code(4))).toEqual(rejected('contradiction'))
    expect(reader.receive(codes.code(11))).toEqual(rejected('message_damaged'))
    expect(reader.progress).toMatchObject({ held: 0, needed: 11 })
    expect(
      read(
        upTo(11).map((sequence) => codes.code(sequence)),
        reader,
      ).message,
    ).toEqual(MESSAGE)
  })
})

describe('how many codes it takes', () => {
  /** Mean of the codes shown until the message is whole, when the camera joins at any moment and loses some. */
  function shown(message: number, fragment: number, loss: number, rounds: number): number {
    const random = new Seeded(6)
    const totals = list(rounds, () => {
      const count = Math.ceil(message / fragment)
      const [chooser, equations] = [new FragmentChooser(count, random.next()), new Elimination(count, 1)]
      let total = 0
      for (let sequence = 1 + random.below(2 * count); equations.rank < count; sequence += 1) {
        total += 1
        if (!random.chance(loss)) equations.add(chooser.choose(sequence), new Uint8Array(1))
      }
      return total
    })
    return totals.reduce((sum, total) => sum + total, 0) / rounds
  }

  // Peeling takes 237, 269, 356 and 510 of the same codes.
  it.each([
    [0, 1.08],
    [0.1, 1.08],
    [0.3, 1.08],
    [0.5, 1.08],
  ])('125 parts at a loss of %d: at most %d of the least possible', (loss, most) =>
    expect(shown(25_000, 200, loss, 40) / (125 / (1 - loss))).toBeLessThan(most),
  )

  it.each([
    [0, 1.4],
    [0.1, 1.4],
    [0.3, 1.4],
    [0.5, 1.4],
  ])('10 parts at a loss of %d: at most %d of the least possible', (loss, most) =>
    expect(shown(2000, 200, loss, 300) / (10 / (1 - loss))).toBeLessThan(most),
  )
})

describe('a hostile screen', () => {
  /** Milliseconds and megabytes of buffers that one text costs a reader. */
  function cost(
    text: string,
    reader = new UrReader(),
  ): { receipt: UrReceipt; milliseconds: number; megabytes: number } {
    const [before, watch] = [process.memoryUsage().arrayBuffers, startWatch()]
    const receipt = reader.receive(text)
    const milliseconds = watch()
    return { receipt, milliseconds, megabytes: (process.memoryUsage().arrayBuffers - before) / 2 ** 20 }
  }

  const DATA = new Uint8Array(100)
  const announcing = (count: number, messageLength: number, sequence = 2 ** 31): string =>
    partCode({ sequence, count, messageLength, checksum: 1, data: DATA })
  const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex')

  it.each<[string, string, UrFault]>([
    ['10^7 parts', announcing(10 ** 7, 10 ** 9), 'too_large'],
    ['10^8 parts', announcing(10 ** 8, 2 ** 32 - 1), 'too_large'],
    ['2^32 - 1 parts', announcing(2 ** 32 - 1, 2 ** 32 - 1), 'too_large'],
    ['1,025 parts', announcing(1025, 64 * 1024), 'too_large'],
    ['a message of 64 KiB and one byte', announcing(656, 65_542), 'too_large'],
    ['a message of 2^32 - 1 bytes', announcing(656, 2 ** 32 - 1), 'too_large'],
    ['a message of no bytes', announcing(1, 0), 'lengths_differ'],
    ['no parts', codeOf(bytes('8501000000' + '4100'), '1-1/'), 'number_differs'],
    ['part 0', codeOf(bytes('8500010101' + '4100'), '0-1/'), 'not_ur'],
    ['fewer parts than the message needs', announcing(9, 1000), 'lengths_differ'],
    ['more parts than the message needs', announcing(11, 1000), 'lengths_differ'],
    ['fragments of no bytes', codeOf(bytes('8502020a0140'), '2-2/'), 'lengths_differ'],
    [
      'fragments of 1,025 bytes',
      partCode({ sequence: 2, count: 2, messageLength: 2000, checksum: 1, data: new Uint8Array(1025) }),
      'too_large',
    ],
    [
      'a number that the text denies',
      codeOf(encodePart({ sequence: 3, count: 10, messageLength: 1000, checksum: 1, data: DATA }), '4-10/'),
      'number_differs',
    ],
    [
      'a length that the text denies',
      codeOf(encodePart({ sequence: 3, count: 10, messageLength: 1000, checksum: 1, data: DATA }), '3-11/'),
      'number_differs',
    ],
    ['a number with zeros before it', codes.code(3).replace('/3-', '/03-'), 'not_ur'],
    ['a byte string that claims 2^32 - 1 bytes', codeOf(bytes('5affffffff00')), 'not_cbor'],
    ['a byte string that claims 2^64 - 1 bytes', codeOf(bytes('5bffffffffffffffff00')), 'not_cbor'],
    ['an array that claims 2^32 - 1 items', codeOf(bytes('9affffffff00'), '1-2/'), 'not_cbor'],
    ['an array that never ends', codeOf(bytes('9f' + '00'.repeat(500)), '1-2/'), 'not_cbor'],
    ['arrays in arrays', codeOf(bytes('81'.repeat(1000)), '1-2/'), 'not_cbor'],
    ['the byte bf', codeOf(bytes('bf')), 'not_cbor'],
    ['27 characters that end another reader', 'ur:bytes/1-2/neadaobgdiay', 'checksum_wrong'],
    ['text of 4,297 characters', `UR:BYTES/${'A'.repeat(4288)}`, 'too_long'],
    ['text of 10 million characters', 'UR:BYTES/1-1/'.repeat(800_000), 'too_long'],
    ['slashes', '/'.repeat(4296), 'not_ur'],
    ['a type of 4,200 characters', `UR:${'-'.repeat(4200)}/`, 'not_ur'],
    ['a number of 4,000 digits', `UR:BYTES/${'9'.repeat(4000)}-2/AEADAOLAZMJENDEOTI`, 'not_ur'],
    ['another type', codes.code(1).replace('BYTES', 'ETH-SIGNATURE'), 'type_unsupported'],
    ['letters that become ASCII in lower case', codes.code(1).replace(/K/g, '\u212a'), 'not_ur'],
    ['a line end', `${codes.code(1)}\n`, 'not_ur'],
    ['nothing', '', 'not_ur'],
  ])('that announces or shows %s', (_, text, fault) => {
    const { receipt, milliseconds, megabytes } = cost(text)
    expect(receipt).toEqual(rejected(fault))
    expect(milliseconds).toBeLessThan(50)
    expect(megabytes).toBeLessThan(1)
  })

  it('of 2,000 plausible parts of 1,000 costs little for each, and less than a message in all', () => {
    const [random, reader] = [new Seeded(7), new UrReader()]
    const costs = list(2000, () => {
      const sequence = 1001 + random.below(2 ** 31)
      const data = random.bytes(60)
      return cost(partCode({ sequence, count: 1000, messageLength: 60_000, checksum: 7, data }), reader)
    })
    expect(Math.max(...costs.map(({ milliseconds }) => milliseconds))).toBeLessThan(50)
    expect(reader.message).toBeNull()
    expect(reader.progress.rejected.message_damaged).toBe(1)
  })

  it('of 20,000 random bodies with a right checksum gives no message but what a body is', () => {
    const random = new Seeded(8)
    let reader = new UrReader()
    for (let round = 0; round < 20_000; round += 1) {
      const body = random.bytes(random.below(60))
      const { receipt, milliseconds } = cost(codeOf(body, random.chance(0.5) ? '1-2/' : ''), reader)
      expect(milliseconds).toBeLessThan(50)
      if (receipt.outcome === 'whole') expect(encodeByteString(reader.message ?? new Uint8Array())).toEqual(body)
      if (receipt.outcome !== 'rejected') reader = new UrReader()
    }
  })

  it('with one bit of a code turned is refused, whichever bit', () => {
    for (const code of [encodeUr(MESSAGE.subarray(0, 250), 250).code(1), codes.code(3), codes.code(4_000_000_000)]) {
      for (let bit = 0; bit < 8 * code.length; bit += 1) {
        const at = bit >>> 3
        const letter = String.fromCharCode(code.charCodeAt(at) ^ (1 << (bit & 7)))
        const turned = code.slice(0, at) + letter + code.slice(at + 1)
        if (turned.toUpperCase() === code) continue
        expect(new UrReader().receive(turned).outcome, turned).toBe('rejected')
      }
    }
  })

  it('is given the limits that the caller sets', () => {
    const reader = new UrReader({ message: 999, parts: 10, text: 500 })
    expect(reader.receive(encodeUr(MESSAGE, 200).code(1))).toEqual(rejected('too_large'))
    expect(reader.receive(codes.code(1))).toEqual(rejected('too_large'))
    expect(reader.receive(encodeUr(MESSAGE, 1000).code(1))).toEqual(rejected('too_long'))
    expect(new UrReader({ message: 999 }).receive(encodeUr(MESSAGE, 1000).code(1))).toEqual(rejected('too_large'))
  })

  it('has a sentence for each fault', () => {
    for (const sentence of Object.values(urFaults)) expect(sentence).toMatch(/^[a-z][\x20-\x7e]+$/)
  })
})
