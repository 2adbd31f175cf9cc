// What crossing as codes costs: `npx tsx scripts/bench-transport.ts [SECTION]`, where SECTION is parts, speed or sizes.
//
// Prints the tables of docs/qr-transport.md. Counts and sizes are the same in each run (seeded); times are not. A code is
// lost or read whole, independently of the others; the reader joins at a random moment. How many codes are needed depends on
// the number of parts alone, so that the fragments here are of ten bytes.
import { byteStringLength } from '../src/shared/qr/cbor.ts'
import { packDocument } from '../src/shared/qr/packed.ts'
import { partOrder } from '../src/shared/qr/part-order.ts'
import { makeQrCode } from '../src/shared/qr/qr-code.ts'
import { UrReader } from '../src/shared/qr/ur-reader.ts'
import { encodeUr } from '../src/shared/qr/ur.ts'
import { otherDecoder, otherEncoder } from '../test/support/bc-ur.ts'
import { Seeded } from '../test/support/seeded.ts'
import { readVector } from '../test/support/vectors.ts'
import { leastRequest, leastResponse, type LeastField } from '../test/support/least-sizes.ts'

const LOSSES = [0, 0.1, 0.3, 0.5] as const
const CODES_A_SECOND = 10
const FRAGMENT = 10

const print = (rows: readonly (readonly (string | number)[])[]): void =>
  console.log(`${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`)

/** Codes in the order in which they are shown, without end. */
type Show = (at: number) => string
/** Takes a code; true when the message is whole. */
type Read = (text: string) => boolean

interface Way {
  readonly name: string
  /** How many codes to choose the moment of joining from. */
  show(message: Uint8Array): { readonly code: Show; readonly period: number }
  reader(): Read
  /** Whether a trial takes tenths of a second. */
  readonly slow: boolean
}

const remembered = (make: Show): Show => {
  const known = new Map<number, string>()
  return (at) => {
    const code = known.get(at) ?? make(at)
    known.set(at, code)
    return code
  }
}

const ourOrder: Way['show'] = (message) => {
  const codes = encodeUr(message, FRAGMENT)
  const { length } = codes.round
  const inRound = remembered((at) => codes.code(codes.round[at] ?? 1))
  return { code: (at) => inRound(at % length), period: length }
}

const upwards: Way['show'] = (message) => {
  const codes = encodeUr(message, FRAGMENT)
  return { code: remembered((at) => codes.code(at + 1)), period: 4 * codes.count }
}

const otherUpwards: Way['show'] = (message) => {
  const encoder = otherEncoder(message, FRAGMENT)
  const shown: string[] = []
  const code: Show = (at) => {
    while (shown.length <= at) shown.push(encoder.nextPart())
    return shown[at] ?? ''
  }
  return { code, period: 4 * encodeUr(message, FRAGMENT).count }
}

function ourReader(): Read {
  const reader = new UrReader()
  return (text) => reader.receive(text).outcome === 'whole'
}

function otherReader(): Read {
  const decoder = otherDecoder()
  return (text) => decoder.receivePart(text) && decoder.isSuccess()
}

const ways: readonly Way[] = [
  { name: 'our order, our reader', show: ourOrder, reader: ourReader, slow: false },
  { name: 'numbers upwards, our reader', show: upwards, reader: ourReader, slow: false },
  { name: 'bc-ur both sides', show: otherUpwards, reader: otherReader, slow: true },
  { name: 'our order, bc-ur as reader', show: ourOrder, reader: otherReader, slow: true },
]

/** A message whose CBOR fills so many fragments. */
function messageOf(parts: number, random: Seeded): Uint8Array {
  let length = parts * FRAGMENT
  while (byteStringLength(length) > parts * FRAGMENT) length -= 1
  return random.bytes(length)
}

/** Codes shown until whole, on average. */
function meanShown(way: Way, parts: number, loss: number): number {
  const random = new Seeded(parts)
  const rounds = parts < 20 ? 20 : 5
  const joins = parts < 20 ? 20 : way.slow ? 3 : 20
  let total = 0
  for (let round = 0; round < rounds; round += 1) {
    const { code, period } = way.show(messageOf(parts, random))
    for (let join = 0; join < joins; join += 1)
      total += shownOnce(way.reader(), code, random.below(period), loss, random)
  }
  return total / (rounds * joins)
}

function shownOnce(read: Read, code: Show, joined: number, loss: number, random: Seeded): number {
  for (let shown = 1; ; shown += 1) {
    const isLost = random.chance(loss)
    if (!isLost && read(code(joined + shown - 1))) return shown
  }
}

const messages = [
  { name: '500 B', bytes: 500, fragment: 200 },
  { name: '2 KB', bytes: 2000, fragment: 200 },
  { name: '25 KB', bytes: 25_000, fragment: 400 },
  { name: '25 KB', bytes: 25_000, fragment: 200 },
] as const

const cell = (shown: number, least: number): string =>
  `${shown.toFixed(1)} (${(shown / least).toFixed(2)}), ${(shown / CODES_A_SECOND).toFixed(1)} s`

function parts(): void {
  for (const { name, bytes, fragment } of messages) {
    const { count, round } = encodeUr(new Seeded(1).bytes(bytes), fragment)
    console.log(`### ${name} in ${count} parts of at most ${fragment} bytes, a round of ${round.length}\n`)
    print([
      ['way', ...LOSSES.map((loss) => `${loss * 100} % lost`)],
      ['---', ...LOSSES.map(() => '---')],
      ['least possible', ...LOSSES.map((loss) => cell(count / (1 - loss), count / (1 - loss)))],
      ...ways.map((way) => [way.name, ...LOSSES.map((loss) => cell(meanShown(way, count, loss), count / (1 - loss)))]),
    ])
  }
}

/** Milliseconds of the fastest of some runs. */
function milliseconds(run: () => unknown): string {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now()
    run()
    return performance.now() - start
  })
  return Math.min(...times).toFixed(1)
}

function speed(): void {
  const rows = messages.map(({ name, bytes, fragment }) => {
    const message = new Seeded(1).bytes(bytes)
    const codes = encodeUr(message, fragment)
    const texts = codes.round.map((sequence) => codes.code(sequence)).slice(-codes.count)
    const encode = milliseconds(() => {
      const made = encodeUr(message, fragment)
      return made.round.map((sequence) => made.code(sequence))
    })
    const decode = milliseconds(() => {
      const reader = new UrReader()
      for (const text of texts) reader.receive(text)
    })
    return [name, codes.count, codes.round.length, encode, decode]
  })
  print([
    ['message', 'parts', 'codes of a round', 'ms to make the round', 'ms to read as many as parts'],
    ['---', '--:', '--:', '--:', '--:'],
    ...rows,
  ])
  console.log(`order of 1,024 parts: ${milliseconds(() => partOrder(1024, 1))} ms\n`)
}

function sizes(): void {
  const documents = [
    { name: 'request', folder: 'requests', least: leastRequest },
    { name: 'response', folder: 'responses', least: leastResponse },
  ] as const
  const measured = documents.map(({ name, folder, least }) => {
    const json = Uint8Array.from(readVector(folder, 'register_two_quorums').document)
    const packed = packDocument(json)
    const text = encodeUr(packed, 1024).code(1)
    const { version } = makeQrCode(text)
    return { name, fields: least, row: [name, json.length, packed.length, text.length, version] }
  })
  print([
    ['document', 'JSON bytes', 'packed bytes', 'characters', 'version at L', 'bytes of entropy, least'],
    ['---', '--:', '--:', '--:', '--:', '--:'],
    ...measured.map(({ row, fields }) => [...row, Math.ceil(bitsOf(fields) / 8)]),
  ])
  for (const { name, fields } of measured) {
    print([
      [`field of the ${name}`, 'packed bytes', 'bits', 'why'],
      ['---', '--:', '--:', '---'],
      ...fields.map(({ field, packed, bits, why }) => [field, packed, bits, why]),
    ])
  }
}

const bitsOf = (fields: readonly LeastField[]): number => fields.reduce((sum, { bits }) => sum + bits, 0)

const sections = { parts, speed, sizes }
const [chosen] = process.argv.slice(2)
for (const [name, run] of Object.entries(sections)) if (chosen === undefined || chosen === name) run()
