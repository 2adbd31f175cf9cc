// The fountain of Uniform Resources: a message as any number of parts, enough of which give it back.
//
// Follows BCR-2024-001 and BCR-2020-005. Parts 1 to n are the n fragments of the message. Each later part is the XOR of
// some of them: which ones follows from its number and from the checksum of the message, so that both sides agree. All
// randomness is Xoshiro256** seeded by SHA-256; the arithmetic is that of IEEE 754 doubles, and its order is part of the
// format.
//
// Reading is elsewhere: elimination.ts solves, ur.ts bounds. Here every number comes from a caller who has judged it.
import { sha256 } from '@noble/hashes/sha2.js'
import { crc32 } from './crc32.ts'

/** One part of a message. */
export interface FountainPart {
  /** From 1; parts 1 to count are plain fragments, later ones mixed. */
  readonly sequence: number
  /** Fragments of the message. */
  readonly count: number
  readonly messageLength: number
  /** CRC-32 of the whole message. */
  readonly checksum: number
  readonly data: Uint8Array
}

/** The largest number of a part. */
export const MAX_SEQUENCE = 0xffff_ffff

const rotated = (value: bigint, bits: bigint): bigint => BigInt.asUintN(64, (value << bits) | (value >> (64n - bits)))

/** The generator Xoshiro256** (Blackman and Vigna), its state the SHA-256 of a seed in four big-endian words. */
export class Xoshiro256 {
  #state: readonly [bigint, bigint, bigint, bigint]

  constructor(seed: Uint8Array) {
    const digest = sha256(seed)
    const words = new DataView(digest.buffer, digest.byteOffset)
    this.#state = [words.getBigUint64(0), words.getBigUint64(8), words.getBigUint64(16), words.getBigUint64(24)]
  }

  /** The next 64 bits. */
  next(): bigint {
    const [a, b, c, d] = this.#state
    const [mixedC, mixedD] = [c ^ a, d ^ b]
    this.#state = [a ^ mixedD, b ^ mixedC, mixedC ^ BigInt.asUintN(64, b << 17n), rotated(mixedD, 45n)]
    return BigInt.asUintN(64, rotated(BigInt.asUintN(64, b * 5n), 7n) * 9n)
  }

  /** The next number from 0 to 1: the 64 bits rounded to a double, divided by 2^64. */
  fraction(): number {
    return Number(this.next()) / 2 ** 64
  }

  /** The next whole number below a limit; rounding can make the fraction 1 itself, which counts as the last number. */
  below(limit: number): number {
    return Math.min(Math.floor(this.fraction() * limit), limit - 1)
  }
}

/** Draws indexes in proportion to weights: Vose's alias method, taking the indexes in the order of BCR-2024-001. */
export class AliasSampler {
  readonly #shares: Float64Array
  readonly #aliases: Uint32Array

  constructor(weights: readonly number[]) {
    const sum = weights.reduce((total, weight) => total + weight, 0)
    const scaled = Float64Array.from(weights, (weight) => (weight * weights.length) / sum)
    this.#shares = new Float64Array(weights.length).fill(1)
    this.#aliases = new Uint32Array(weights.length)
    const small: number[] = []
    const large: number[] = []
    const sort = (index: number): unknown => ((scaled[index] ?? 0) < 1 ? small : large).push(index)
    for (let index = weights.length - 1; index >= 0; index -= 1) sort(index)
    for (;;) {
      const [less, more] = [small.at(-1), large.at(-1)]
      if (less === undefined || more === undefined) return
      small.pop()
      large.pop()
      const share = scaled[less] ?? 0
      this.#shares[less] = share
      this.#aliases[less] = more
      // Not `+= share - 1` in another order: the rounding is part of the format.
      scaled[more] = (scaled[more] ?? 0) + (share - 1)
      sort(more)
    }
  }

  /** The next index; takes two numbers of the generator. */
  draw(random: Xoshiro256): number {
    const column = random.below(this.#shares.length)
    return random.fraction() < (this.#shares[column] ?? 1) ? column : (this.#aliases[column] ?? 0)
  }
}

/** The first `length` items of a Fisher-Yates shuffle that keeps the order of what remains. */
export function shuffled(items: readonly number[], length: number, random: Xoshiro256): readonly number[] {
  const remaining = [...items]
  return Array.from({ length }, () => remaining.splice(random.below(remaining.length), 1)).flat()
}

/** Which fragments a part mixes. */
export class FragmentChooser {
  readonly #indexes: readonly number[]
  readonly #checksum: number
  readonly #degrees: AliasSampler

  /**
   * @param count fragments of the message
   * @param checksum CRC-32 of the message
   */
  constructor(count: number, checksum: number) {
    this.#indexes = Array.from({ length: count }, (_, index) => index)
    this.#checksum = checksum
    this.#degrees = new AliasSampler(this.#indexes.map((index) => 1 / (index + 1)))
  }

  /** The indexes of the fragments in a part, counted from 0, in no particular order. */
  choose(sequence: number): readonly number[] {
    if (sequence <= this.#indexes.length) return [sequence - 1]
    const random = this.#generator(sequence)
    const degree = this.#degrees.draw(random) + 1
    return shuffled(this.#indexes, degree, random)
  }

  /** How many fragments are in a part; cheaper than choosing them. */
  degree(sequence: number): number {
    return sequence <= this.#indexes.length ? 1 : this.#degrees.draw(this.#generator(sequence)) + 1
  }

  #generator(sequence: number): Xoshiro256 {
    const seed = new DataView(new ArrayBuffer(8))
    seed.setUint32(0, sequence)
    seed.setUint32(4, this.#checksum)
    return new Xoshiro256(new Uint8Array(seed.buffer))
  }
}

/** XORs bytes into others of the same length. */
export function xorInto(target: Uint8Array, source: Uint8Array): void {
  for (let index = 0; index < target.length; index += 1) target[index] = (target[index] ?? 0) ^ (source[index] ?? 0)
}

/** Makes the parts of one message. */
export class FountainEncoder {
  readonly #chooser: FragmentChooser
  readonly #fragments: readonly Uint8Array[]
  readonly #messageLength: number
  readonly #checksum: number

  /**
   * Cuts a message into the fewest fragments of one length; the last one ends in zeros.
   *
   * @param message at least one byte
   * @param longest the most bytes that a fragment may have
   */
  constructor(message: Uint8Array, longest: number) {
    const length = Math.ceil(message.length / Math.ceil(message.length / longest))
    this.#fragments = Array.from({ length: Math.ceil(message.length / length) }, (_, index) => {
      const fragment = new Uint8Array(length)
      fragment.set(message.subarray(index * length, (index + 1) * length))
      return fragment
    })
    this.#messageLength = message.length
    this.#checksum = crc32(message)
    this.#chooser = new FragmentChooser(this.#fragments.length, this.#checksum)
  }

  /** Fragments of the message. */
  get count(): number {
    return this.#fragments.length
  }

  /** CRC-32 of the message. */
  get checksum(): number {
    return this.#checksum
  }

  /** The part of a number. */
  part(sequence: number): FountainPart {
    const [first = 0, ...rest] = this.#chooser.choose(sequence)
    const data = Uint8Array.from(this.#fragments[first] ?? [])
    for (const index of rest) xorInto(data, this.#fragments[index] ?? data)
    return { sequence, count: this.count, messageLength: this.#messageLength, checksum: this.#checksum, data }
  }
}
