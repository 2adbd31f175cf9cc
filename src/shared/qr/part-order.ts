// Which parts of a message are shown, in which order: the numbers of one round, after which the round begins again.
//
// BCR-2024-001 lets an encoder show any numbers. Counting upwards shows many sums of two or three fragments, of which a
// scanner that has most fragments already learns nothing. Here the mixed parts are chosen by what is in them, so that nearly
// each is new to a reader that eliminates (elimination.ts), wherever it joins and whatever it loses.
//
// A round is finite, so that a page or a list of pictures can hold it. In it the plain parts come twice, because other
// readers only peel: they solve a sum once all but one of its fragments are known, and wait for the plain parts. The lengths
// were measured for both kinds of reader (scripts/bench-transport.ts, docs/qr-transport.md).
//
// Nothing here is needed to read: a reader takes any order. The caller has judged the count (ur.ts).
import { FragmentChooser } from './fountain.ts'

/** Up to this count, a round is every sum of fragments there is. */
const ALL_SUMS = 4

/** Up to this count, each mixed part is checked against those before it; above, hardly one in a hundred is lost without. */
const CHECKED = 32

/** The fewest fragments in a mixed part; fewer, and a reader often knows all of them. More, and it cannot be peeled. */
const leastDegree = (count: number): number => Math.max(2, Math.min(6, count / 3))

/**
 * The numbers of one round: the plain parts, mixed ones, the plain parts again, other mixed ones.
 *
 * Up to four parts, it is each sum of fragments once. Otherwise it has about 4.25 times as many numbers as there are parts.
 *
 * @param count fragments of the message
 * @param checksum CRC-32 of the message
 */
export function partOrder(count: number, checksum: number): readonly number[] {
  if (count === 1) return [1]
  const chooser = new FragmentChooser(count, checksum)
  if (count <= ALL_SUMS) return allSums(count, chooser)
  const plain = upTo(count)
  const mixed = new MixedParts(count, chooser)
  return [...plain, ...mixed.runAfter(plain), ...plain, ...mixed.runAfter(plain)]
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1)

/** An eighth more mixed parts than plain ones: at a loss of one half, a reader needs two parts for each fragment. */
const runLength = (count: number): number => Math.ceil((count * 9) / 8)

/** The fragments of a part, bit i set for fragment i; for at most 32 fragments. */
const sumOf = (indexes: readonly number[]): number => indexes.reduce((sum, index) => sum | (1 << index), 0) >>> 0

/**
 * Every sum once, as the powers of x modulo x^n + x + 1, which is primitive for 2, 3 and 4: any n neighbours are
 * independent, those across the end of a round too, and the first n are the plain parts.
 */
function allSums(count: number, chooser: FragmentChooser): readonly number[] {
  const sums = 2 ** count - 1
  const numbers = new Map<number, number>()
  for (let sequence = 1; numbers.size < sums; sequence += 1) {
    const sum = sumOf(chooser.choose(sequence))
    if (!numbers.has(sum)) numbers.set(sum, sequence)
  }
  const order: number[] = []
  for (let power = 1; order.length < sums; power = timesX(power, count)) order.push(numbers.get(power) ?? 0)
  return order
}

function timesX(power: number, count: number): number {
  const shifted = power << 1
  return shifted < 2 ** count ? shifted : shifted ^ ((1 << count) | 3)
}

/** Chooses the mixed parts: each of enough fragments, and for few fragments independent of the parts just before it. */
class MixedParts {
  readonly #count: number
  readonly #chooser: FragmentChooser
  /** The sums of the parts shown last, one fewer than there are fragments; kept for few fragments only. */
  #sums: readonly number[] = []
  #last: number

  constructor(count: number, chooser: FragmentChooser) {
    this.#count = count
    this.#chooser = chooser
    this.#last = count
  }

  /** The mixed parts to show after these plain ones. */
  runAfter(plain: readonly number[]): readonly number[] {
    this.#show(plain)
    return Array.from({ length: runLength(this.#count) }, () => this.#next())
  }

  /** The next number that is wanted. There is one: half of all sums are no sums of any n - 1 of them. */
  #next(): number {
    do this.#last += 1
    while (!this.#isWanted(this.#last))
    this.#show([this.#last])
    return this.#last
  }

  #isWanted(sequence: number): boolean {
    if (this.#chooser.degree(sequence) < leastDegree(this.#count)) return false
    return this.#count > CHECKED || isNew(this.#sumOf(sequence), this.#sums)
  }

  #show(sequences: readonly number[]): void {
    if (this.#count > CHECKED) return
    const sums = sequences.map((sequence) => this.#sumOf(sequence))
    this.#sums = [...this.#sums, ...sums].slice(-(this.#count - 1))
  }

  #sumOf(sequence: number): number {
    return sumOf(this.#chooser.choose(sequence))
  }
}

/** Whether a sum is none of those that others make. */
function isNew(sum: number, others: readonly number[]): boolean {
  const rows: number[] = []
  // The smaller of two values is the one without the row's highest bit; no later row has that bit.
  const reduced = (value: number): number => rows.reduce((rest, row) => Math.min(rest, (rest ^ row) >>> 0), value)
  for (const other of others) {
    const row = reduced(other)
    if (row !== 0) rows.push(row)
  }
  return reduced(sum) !== 0
}
