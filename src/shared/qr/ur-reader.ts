// Puts a message together from the texts that a scanner sees: in any order, with repeats, strangers and damage between.
//
// One message at a time. The first part seen decides which; parts of another are counted and named, never mixed in. When
// one other message is seen ten times in a row, the person has turned to it, and so does the reader: a stray code at the
// start does not block what follows. Nothing thrown, whatever the text; nothing allocated beyond the limits (ur.ts).
//
// A message is given out when its fragments are all known and their CRC-32 is the announced one. If it is not, one of the
// parts was false, nobody can say which, and reading starts again. The checksum proves nothing about who made the message.
import { crc32 } from './crc32.ts'
import { Elimination } from './elimination.ts'
import { FragmentChooser, type FountainPart } from './fountain.ts'
import { bytesType, parseUr, urLimits, type UrFault, type UrLimits } from './ur.ts'

/** So many codes of one other message in a row, and it becomes the message that is read. */
const TURN = 10

/** What became of a text. */
export type UrReceipt =
  | { readonly outcome: 'new' | 'known' | 'stranger' | 'whole' }
  | { readonly outcome: 'rejected'; readonly fault: UrFault }

/** How far a reader is. */
export interface UrProgress {
  /** The message being read, as "9 parts, checksum 0167aa07"; null before its first part. */
  readonly message: string | null
  /** Parts needed; 0 before the first. */
  readonly needed: number
  /** Independent parts held: the message is whole when they are as many as are needed. */
  readonly held: number
  /** Codes of this message seen, repeats included. */
  readonly seen: number
  /** Numbers of the plain parts that are not known yet, neither seen nor solved. */
  readonly missing: readonly number[]
  /** Codes of other messages seen, and the last of those messages. */
  readonly strangers: number
  readonly stranger: string | null
  /** Texts that were not taken, by reason. */
  readonly rejected: Readonly<Partial<Record<UrFault, number>>>
}

/** One message while it is put together. */
interface Reading {
  readonly identity: string
  readonly name: string
  readonly chooser: FragmentChooser
  readonly needed: number
  equations: Elimination
  seen: number
}

/** All that the parts of one message have in common, and no part of another. */
const identityOf = ({ count, messageLength, checksum, data }: FountainPart): string =>
  [count, messageLength, checksum, data.length].join('-')

function nameOf({ count, checksum }: FountainPart): string {
  const hex = checksum.toString(16).padStart(8, '0')
  return `${count === 1 ? 'one code' : `${count} parts`}, checksum ${hex}`
}

function begin(part: FountainPart): Reading {
  const { checksum, count, data } = part
  const chooser = new FragmentChooser(count, checksum)
  const equations = new Elimination(count, data.length)
  return { identity: identityOf(part), name: nameOf(part), chooser, needed: count, equations, seen: 0 }
}

/** Reads one message. */
export class UrReader {
  readonly #limits: UrLimits
  readonly #type: typeof bytesType
  readonly #rejected: Partial<Record<UrFault, number>> = {}
  #reading: Reading | null = null
  #message: Uint8Array | null = null
  #strangers = 0
  #stranger: string | null = null
  #turn = { identity: '', times: 0 }

  /**
   * @param limits what to take at most, where it is not the default
   * @param type of the Uniform Resources that are read
   */
  constructor(limits: Partial<UrLimits> = {}, type = bytesType) {
    this.#limits = { ...urLimits, ...limits }
    this.#type = type
  }

  /** The message, once it is whole. */
  get message(): Uint8Array | null {
    return this.#message
  }

  /** How far the reader is. */
  get progress(): UrProgress {
    const reading = this.#reading
    return {
      message: reading?.name ?? null,
      needed: reading?.needed ?? 0,
      held: reading?.equations.rank ?? 0,
      seen: reading?.seen ?? 0,
      missing: reading?.equations.missing.map((index) => index + 1) ?? [],
      strangers: this.#strangers,
      stranger: this.#stranger,
      rejected: { ...this.#rejected },
    }
  }

  /**
   * Takes one text, without white space around it. Never throws.
   *
   * @param text what a scanner read, of any origin
   */
  receive(text: string): UrReceipt {
    const part = parseUr(text, this.#limits, this.#type)
    if (typeof part === 'string') return this.#reject(part)
    const reading = this.#readingOf(part)
    if (reading !== null) return this.#add(reading, part)
    this.#strangers += 1
    this.#stranger = nameOf(part)
    return { outcome: 'stranger' }
  }

  /** The message that a part belongs to: the one being read, or the one that is read from now on; null for a stranger. */
  #readingOf(part: FountainPart): Reading | null {
    const identity = identityOf(part)
    const times = this.#turn.identity === identity ? this.#turn.times + 1 : 1
    this.#turn = { identity, times }
    if (this.#reading?.identity === identity) return this.#reading
    if (this.#message !== null || (this.#reading !== null && times < TURN)) return null
    this.#reading = begin(part)
    return this.#reading
  }

  #add(reading: Reading, part: FountainPart): UrReceipt {
    reading.seen += 1
    if (this.#message !== null) return { outcome: 'known' }
    const added = reading.equations.add(reading.chooser.choose(part.sequence), part.data)
    if (added === 'contradiction') return this.#reject(added)
    const joined = reading.equations.joined()
    if (joined === null) return { outcome: added }
    const cbor = joined.subarray(0, part.messageLength)
    const message = crc32(cbor) === part.checksum ? this.#type.message(cbor) : null
    if (message === null || message.length > this.#limits.message) {
      reading.equations = new Elimination(part.count, part.data.length)
      return this.#reject('message_damaged')
    }
    this.#message = Uint8Array.from(message)
    return { outcome: 'whole' }
  }

  #reject(fault: UrFault): UrReceipt {
    this.#rejected[fault] = (this.#rejected[fault] ?? 0) + 1
    return { outcome: 'rejected', fault }
  }
}
