// The fragments of a message from its parts, by Gauss-Jordan elimination over GF(2).
//
// A part is an equation: the XOR of some fragments is its data. The rows held here are always fully reduced, so that each
// part costs about the same and none waits for a long last step. A part helps if it is independent of those before it;
// peeling, which waits for parts with one unknown left, needs up to twice as many (measured in test/shared/qr/ur-reader.test.ts).
//
// Bounded by its two numbers, which the caller has judged: at most `count` rows of `length` bytes are ever held.
import { xorInto } from './fountain.ts'

/** What a part added: something, nothing, or the proof that one of the parts is false. */
export type Added = 'new' | 'known' | 'contradiction'

interface Row {
  /** Bit i is set when fragment i is in the sum. */
  readonly sum: Uint32Array
  readonly data: Uint8Array
}

const has = (sum: Uint32Array, index: number): boolean => (((sum[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1

/** The equations of one message. */
export class Elimination {
  /** The row that was solved for a fragment; no other row has that fragment in its sum. */
  readonly #rows: (Row | undefined)[]
  readonly #length: number
  #rank = 0

  /**
   * @param count fragments of the message
   * @param length bytes of a fragment
   */
  constructor(count: number, length: number) {
    this.#rows = Array.from({ length: count }, () => undefined)
    this.#length = length
  }

  /** Independent parts held; the fragments are known when there are as many as fragments. */
  get rank(): number {
    return this.#rank
  }

  /** The fragments that are not known yet, counted from 0. */
  get missing(): readonly number[] {
    return [...this.#rows.keys()].filter((index) => !this.#isKnown(index))
  }

  #isKnown(index: number): boolean {
    const row = this.#rows[index]
    return row?.sum.every((word, at) => word === (at === index >>> 5 ? (1 << (index & 31)) >>> 0 : 0)) ?? false
  }

  /**
   * Takes a part.
   *
   * @param indexes the fragments in it, each one once
   * @param data their XOR; it is copied
   */
  add(indexes: readonly number[], data: Uint8Array): Added {
    const row = this.#reduced(indexes, data)
    const pivot = indexOfFirst(row.sum)
    if (pivot === null) return row.data.every((byte) => byte === 0) ? 'known' : 'contradiction'
    for (const other of this.#rows) if (other !== undefined && has(other.sum, pivot)) subtract(other, row)
    this.#rows[pivot] = row
    this.#rank += 1
    return 'new'
  }

  #reduced(indexes: readonly number[], data: Uint8Array): Row {
    const row = { sum: new Uint32Array(Math.ceil(this.#rows.length / 32)), data: Uint8Array.from(data) }
    for (const index of indexes) row.sum[index >>> 5] = (row.sum[index >>> 5] ?? 0) | (1 << (index & 31))
    for (const index of indexes) {
      const known = this.#rows[index]
      if (known !== undefined) subtract(row, known)
    }
    return row
  }

  /** All fragments in order, or null while some are not known. */
  joined(): Uint8Array | null {
    if (this.#rank < this.#rows.length) return null
    const bytes = new Uint8Array(this.#rows.length * this.#length)
    this.#rows.forEach((row, index) => bytes.set(row?.data ?? [], index * this.#length))
    return bytes
  }
}

/** Subtraction is addition here. */
function subtract(from: Row, row: Row): void {
  for (let at = 0; at < from.sum.length; at += 1) from.sum[at] = (from.sum[at] ?? 0) ^ (row.sum[at] ?? 0)
  xorInto(from.data, row.data)
}

function indexOfFirst(sum: Uint32Array): number | null {
  const at = sum.findIndex((word) => word !== 0)
  if (at === -1) return null
  const word = sum[at] ?? 0
  return at * 32 + 31 - Math.clz32(word & -word)
}
