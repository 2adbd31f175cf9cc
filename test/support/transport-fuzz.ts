// Hostile input for everything that a scanner hands on: codes as text, CBOR with a right checksum, packed documents, and
// codes of several messages between each other. Seeded: the same seed gives the same inputs.
//
// Each input is timed by the clock or by the processor time of the process, whichever is less: the one counts other
// programs, the other the collection of garbage, and neither is less than what the input took.
//
// A message that is accepted must be the true one: the one that its checksum names, or for a message that the fuzz made up
// on the spot, one whose code is the text that was shown. A packed document that is accepted must be one that was packed,
// and must pack to the same bytes again.
import { encodeBytewords } from '../../src/shared/qr/bytewords.ts'
import { encodeByteString, encodePart } from '../../src/shared/qr/cbor.ts'
import { crc32 } from '../../src/shared/qr/crc32.ts'
import { AirlockError } from '../../src/shared/base/errors.ts'
import { FountainEncoder, type FountainPart } from '../../src/shared/qr/fountain.ts'
import { packDocument, unpackDocument } from '../../src/shared/qr/packed.ts'
import { UrReader } from '../../src/shared/qr/ur-reader.ts'
import { randomRequest, randomResponse } from './random-documents.ts'
import { Seeded } from './seeded.ts'

// A packed document costs a hundred times as much as a code: it comes less often.
const KINDS = ['text', 'text', 'text', 'cbor', 'cbor', 'cbor', 'mixed', 'mixed', 'mixed', 'packed'] as const
export type FuzzKind = (typeof KINDS)[number]

/** What came of the inputs so far. */
export interface FuzzReport {
  /** How often each kind of input ended how. */
  readonly counts: Readonly<Record<FuzzKind, Readonly<Record<string, number>>>>
  /** The longest that an input of each kind took, in milliseconds. */
  readonly slowest: Readonly<Record<FuzzKind, number>>
  /** Messages and documents accepted whole. */
  readonly accepted: number
  /** What should not have been, one sentence each; empty when all is well. */
  readonly faults: readonly string[]
}

/** A message with its parts; what a reader may give out. */
interface Truth {
  readonly message: Uint8Array
  readonly encoder: FountainEncoder
  readonly checksum: number
}

/** A reader, and the messages that are shown to it. */
interface Scene {
  readonly reader: UrReader
  readonly truths: readonly [Truth, Truth]
  /** What the parts of a message have in common that never was one. */
  readonly phantom: Pick<FountainPart, 'count' | 'messageLength' | 'checksum'> & { readonly length: number }
  readonly ends: number
  inputs: number
}

const SIZES = [1, 30, 200, 900, 4000, 20_000, 65_536] as const
const EDGES = [
  0,
  1,
  2,
  23,
  24,
  255,
  256,
  1000,
  1024,
  1025,
  65_535,
  65_536,
  65_541,
  10 ** 7,
  2 ** 31,
  2 ** 32 - 1,
] as const
const ALPHABET = Array.from('UR:BYTES/-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+.abcxyz\u212a\u017f\n\0\u{1f511}')

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** The code of any CBOR, with a right checksum. */
const codeOf = (cbor: Uint8Array, number = ''): string => `UR:BYTES/${number}${encodeBytewords(cbor)}`.toUpperCase()
const partCode = (part: FountainPart): string => codeOf(encodePart(part), `${part.sequence}-${part.count}/`)

/** Milliseconds that are worth a second look. */
const SUSPECT = 20

/** Starts to measure; the function that it returns ends. */
/** Milliseconds since now, by the clock or by the processor time of the process, whichever is less. */
export function startWatch(): () => number {
  const [clock, processor] = [performance.now(), process.cpuUsage()]
  return () => {
    const { user, system } = process.cpuUsage(processor)
    return Math.min((user + system) / 1000, performance.now() - clock)
  }
}

function repeated(run: () => unknown): number {
  const watch = startWatch()
  run()
  return watch()
}

/** Makes inputs, feeds them, and keeps the tally. */
export class TransportFuzz {
  readonly #random: Seeded
  readonly #counts: Record<FuzzKind, Record<string, number>> = { text: {}, cbor: {}, packed: {}, mixed: {} }
  readonly #packed: readonly Uint8Array[]
  readonly #faults: string[] = []
  readonly #slowest: Record<FuzzKind, number> = { text: 0, cbor: 0, packed: 0, mixed: 0 }
  #accepted = 0
  #scene: Scene

  constructor(seed: number) {
    this.#random = new Seeded(seed)
    this.#packed = Array.from({ length: 40 }, (_, index) =>
      packDocument(index % 2 === 0 ? randomRequest(this.#random) : randomResponse(this.#random)),
    )
    this.#scene = this.#newScene()
  }

  get report(): FuzzReport {
    return { counts: this.#counts, slowest: this.#slowest, accepted: this.#accepted, faults: this.#faults }
  }

  /** One input. */
  step(): void {
    const kind = this.#random.pick(KINDS)
    if (kind === 'packed') this.#unpack()
    else this.#read(kind, { text: () => this.#text(), cbor: () => this.#cbor(), mixed: () => this.#mixed() }[kind]())
  }

  #newScene(): Scene {
    const truth = (): Truth => {
      const message = this.#random.bytes(this.#random.below(this.#random.pick(SIZES)) + 1)
      const longest = Math.max(this.#random.pick([20, 200, 1000]), Math.ceil((message.length + 5) / 1024))
      const cbor = encodeByteString(message)
      return { message, encoder: new FountainEncoder(cbor, longest), checksum: crc32(cbor) }
    }
    const truths = [truth(), truth()] as const
    const most = Math.max(...truths.map(({ encoder }) => encoder.count))
    return { reader: new UrReader(), truths, phantom: this.#newPhantom(), inputs: 0, ends: 60 + 6 * most }
  }

  #newPhantom(): Scene['phantom'] {
    const [count, length] = [2 + this.#random.below(1023), 1 + this.#random.below(64)]
    const messageLength = count * length - this.#random.below(length)
    return { count, length, messageLength, checksum: this.#random.next() }
  }

  #read(kind: FuzzKind, text: string): void {
    const { reader, truths } = this.#scene
    const receipt = this.#timed(kind, () => reader.receive(text))
    if (receipt === undefined) return
    this.#count(kind, receipt.outcome === 'rejected' ? receipt.fault : receipt.outcome)
    if (receipt.outcome === 'whole') this.#judge(reader, truths, text)
    this.#scene.inputs += 1
    if (receipt.outcome === 'whole' || this.#scene.inputs >= this.#scene.ends) this.#scene = this.#newScene()
  }

  #judge({ message, progress }: UrReader, truths: readonly Truth[], text: string): void {
    this.#accepted += 1
    if (message === null) return void this.#faults.push('a reader is done and has no message')
    const cbor = encodeByteString(message)
    const truth = truths.find(({ checksum }) => progress.message?.endsWith(checksum.toString(16).padStart(8, '0')))
    const right =
      truth === undefined
        ? progress.needed === 1 &&
          [codeOf(cbor), codeOf(cbor).toLowerCase()].some((code) => text.endsWith(code.slice(-8)))
        : sameBytes(truth.message, message)
    if (!right) this.#faults.push(`a wrong message was accepted: ${text.slice(0, 80)}`)
  }

  #unpack(): void {
    const packed = this.#packedBytes()
    const outcome = this.#timed('packed', () => {
      try {
        return unpackDocument(packed)
      } catch (error) {
        if (error instanceof AirlockError) return error.code
        throw error
      }
    })
    if (outcome === undefined) return
    this.#count('packed', typeof outcome === 'string' ? outcome : 'whole')
    if (typeof outcome === 'string') return
    this.#accepted += 1
    if (!sameBytes(packDocument(outcome), packed)) this.#faults.push('a document has two packed forms')
    if (!this.#packed.some((known) => sameBytes(known, packed))) this.#faults.push('a changed document was accepted')
  }

  #timed<T>(kind: FuzzKind, run: () => T): T | undefined {
    const watch = startWatch()
    try {
      return run()
    } catch (error) {
      this.#faults.push(`thrown at ${kind}: ${String(error)}`)
      return undefined
    } finally {
      // What can be done twice is: a busy machine is slow once, a slow input each time.
      const first = watch()
      const took = kind === 'packed' && first > SUSPECT ? Math.min(first, repeated(run), repeated(run)) : first
      this.#slowest[kind] = Math.max(this.#slowest[kind], took)
    }
  }

  #count(kind: FuzzKind, outcome: string): void {
    this.#counts[kind][outcome] = (this.#counts[kind][outcome] ?? 0) + 1
  }

  /** A part of a message of this scene: a plain one, or a mixed one of any number. */
  #part({ encoder }: Truth): FountainPart {
    const { count } = encoder
    const sequence = this.#random.chance(0.5) ? this.#random.below(count) : this.#random.next()
    return encoder.part(Math.max(1, (sequence + 1) % 2 ** 32))
  }

  /** Parts of two messages, the first more often, with false and misread ones between. */
  #mixed(): string {
    const random = this.#random
    const [first, second] = this.#scene.truths
    const part = this.#part(random.chance(0.8) ? first : second)
    if (random.chance(0.002)) return partCode({ ...part, data: random.bytes(part.data.length) })
    const code = partCode(part)
    if (random.chance(0.05)) return this.#misread(code)
    return random.chance(0.3) ? code.toLowerCase() : code
  }

  /** A code with something wrong in its letters, or no code at all. */
  #text(): string {
    const random = this.#random
    if (random.chance(0.2)) {
      const length = random.below(random.pick([10, 200, 5000]))
      return Array.from({ length }, () => ALPHABET[random.below(ALPHABET.length)] ?? '').join('')
    }
    return this.#misread(partCode(this.#part(random.pick(this.#scene.truths))))
  }

  #misread(code: string): string {
    const random = this.#random
    const at = random.below(code.length)
    const letter = String.fromCharCode(random.pick([65, 97, 48, 47, 0x212a]) + random.below(10))
    const changes = [
      (): string => code.slice(0, at),
      (): string => code.slice(at),
      (): string => code + code,
      (): string => code.repeat(1 + Math.ceil(4300 / code.length)),
      (): string => ` ${code}`,
      (): string => `${code}\n`,
      (): string => code.slice(0, at) + letter + code.slice(at),
      (): string => code.replace(/\d+-\d+/, `${random.next()}-${random.pick(EDGES)}`),
      (): string => code.replace('BYTES', random.pick(['CRYPTO-PSBT', 'ETH-SIGNATURE', '', 'B/'])),
    ] as const
    // Most often one letter for another.
    return random.chance(0.5) ? code.slice(0, at) + letter + code.slice(at + 1) : random.pick(changes)()
  }

  /** CBOR that is no part, or a part with false numbers, its checksum always right. */
  #cbor(): string {
    const random = this.#random
    const number = (): number => (random.chance(0.7) ? random.pick(EDGES) : random.next() >>> random.below(32))
    if (random.chance(0.3)) {
      const [sequence, count, messageLength, checksum] = [number(), number(), number(), random.next()]
      return partCode({ sequence, count, messageLength, checksum, data: random.bytes(random.below(300)) })
    }
    if (random.chance(0.3)) {
      // Plausible in every number, for a message that never existed.
      const { length, ...phantom } = random.chance(0.8) ? this.#scene.phantom : this.#newPhantom()
      return partCode({ ...phantom, sequence: (random.next() | 1) >>> 0, data: random.bytes(length) })
    }
    const whole = encodePart(this.#part(this.#scene.truths[0]))
    const body = random.chance(0.5) ? random.bytes(random.below(80)) : this.#changed(whole)
    return codeOf(body, random.chance(0.5) ? `${1 + random.below(9)}-${1 + random.below(9)}/` : '')
  }

  #packedBytes(): Uint8Array {
    const random = this.#random
    const whole = this.#packed[random.below(this.#packed.length)] ?? new Uint8Array()
    if (random.chance(0.02)) return whole
    if (random.chance(0.1)) return Uint8Array.from([random.pick([0x11, 0x12]), ...random.bytes(random.below(400))])
    return this.#changed(whole)
  }

  /** Some bytes with one change or a few. */
  #changed(bytes: Uint8Array): Uint8Array {
    const random = this.#random
    const at = random.below(bytes.length + 1)
    const some = random.bytes(random.below(6))
    const flipped = Uint8Array.from(bytes)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8))
    const changes = [
      (): Uint8Array => flipped,
      (): Uint8Array => bytes.subarray(0, at),
      (): Uint8Array => Buffer.concat([bytes.subarray(0, at), some, bytes.subarray(at)]),
      (): Uint8Array => Buffer.concat([bytes.subarray(0, at), some, bytes.subarray(at + some.length)]),
      (): Uint8Array => Buffer.concat([bytes, some]),
      (): Uint8Array => bytes.map((byte, index) => (index < at ? byte : 255)),
    ] as const
    return random.chance(0.4) ? flipped : random.pick(changes)()
  }
}
