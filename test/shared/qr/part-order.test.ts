// The order in which parts are shown: what a round is made of, and how many codes a scanner needs that joins at any moment.
import { describe, expect, it } from 'vitest'
import { Elimination } from '../../../src/shared/qr/elimination.ts'
import { FragmentChooser } from '../../../src/shared/qr/fountain.ts'
import { partOrder } from '../../../src/shared/qr/part-order.ts'
import { encodeUr } from '../../../src/shared/qr/ur.ts'
import { Seeded } from '../../support/seeded.ts'

const CHECKSUM = 0x0167aa07
const NOTHING = new Uint8Array()
const list = <T>(length: number, item: (index: number) => T): T[] => Array.from({ length }, (_, index) => item(index))
const upTo = (last: number): number[] => list(last, (index) => index + 1)
const from = (first: number, last: number): number[] => list(last - first + 1, (index) => first + index)

/** Independent parts among these. */
function rank(count: number, chooser: FragmentChooser, sequences: readonly number[]): number {
  const equations = new Elimination(count, 0)
  for (const sequence of sequences) equations.add(chooser.choose(sequence), NOTHING)
  return equations.rank
}

describe('a round', () => {
  it.each([1, 2, 3, 4, 5, 11, 32, 33, 63, 125, 1024])('of %i parts begins with the plain ones', (count) => {
    const order = partOrder(count, CHECKSUM)
    expect(order.slice(0, count)).toEqual(upTo(count))
    expect(order.every((sequence) => Number.isInteger(sequence) && sequence >= 1 && sequence < 2 ** 32)).toBe(true)
    expect(partOrder(count, CHECKSUM)).toEqual(order)
  })

  it.each([5, 11, 32, 33, 63, 125, 1024])('of %i parts has the plain ones twice and each mixed one once', (count) => {
    const order = partOrder(count, CHECKSUM)
    const half = count + Math.ceil((count * 9) / 8)
    expect(order.length).toBe(2 * half)
    expect(order.slice(half, half + count)).toEqual(upTo(count))
    const mixed = order.filter((sequence) => sequence > count)
    expect(new Set(mixed).size).toBe(2 * (half - count))
  })

  it('of one part is that part', () => {
    expect(partOrder(1, CHECKSUM)).toEqual([1])
    expect(encodeUr(new Uint8Array(9), 9).round).toEqual([1])
  })

  it('is that of the message', () => {
    const [first, second] = [1, 2].map((seed) => encodeUr(new Seeded(seed).bytes(900), 100).round)
    expect(first).not.toEqual(second)
    expect(first?.slice(0, 10)).toEqual(upTo(10))
  })

  it('of 1,024 parts is made at once', () => {
    const start = performance.now()
    partOrder(1024, CHECKSUM)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

describe('few parts', () => {
  it.each([2, 3, 4])('of %i, a round is every sum, and any as many neighbours are independent', (count) => {
    for (const checksum of upTo(20)) {
      const [order, chooser] = [partOrder(count, checksum), new FragmentChooser(count, checksum)]
      const sums = order.map((sequence) => chooser.choose(sequence).reduce((sum, index) => sum | (1 << index), 0))
      expect(sums.toSorted((a, b) => a - b)).toEqual(upTo(2 ** count - 1))
      for (const at of order.keys()) {
        expect(rank(count, chooser, [...order, ...order].slice(at, at + count))).toBe(count)
      }
    }
  })

  it.each([...from(5, 12), 22, 32])('of %i, a mixed part is independent of those just before it', (count) => {
    const [order, chooser] = [partOrder(count, CHECKSUM), new FragmentChooser(count, CHECKSUM)]
    order.forEach((sequence, at) => {
      if (sequence <= count) return
      const before = order.slice(at - count + 1, at)
      expect(rank(count, chooser, [...before, sequence])).toBe(rank(count, chooser, before) + 1)
    })
  })
})

describe('the degree of a part', () => {
  it('is the number of its fragments', () => {
    const chooser = new FragmentChooser(11, CHECKSUM)
    for (const sequence of upTo(60)) expect(chooser.degree(sequence)).toBe(chooser.choose(sequence).length)
  })
})

describe('codes shown until a message is whole, on average', () => {
  /** As a multiple of the least possible; the scanner joins at any moment of a round. */
  function shown(count: number, loss: number, trials: number): number {
    const random = new Seeded(count)
    const totals = list(trials, () => {
      const checksum = random.next()
      const [order, chooser] = [partOrder(count, checksum), new FragmentChooser(count, checksum)]
      const equations = new Elimination(count, 0)
      let total = 0
      for (let at = random.below(order.length); equations.rank < count; at = (at + 1) % order.length) {
        total += 1
        if (!random.chance(loss)) equations.add(chooser.choose(order[at] ?? 0), NOTHING)
      }
      return total
    })
    return totals.reduce((sum, total) => sum + total, 0) / trials / (count / (1 - loss))
  }

  const losses = [0, 0.1, 0.3, 0.5]

  it.each(losses)('3 parts at a loss of %d: at most 1.3 of the least possible', (loss) =>
    expect(shown(3, loss, 1000)).toBeLessThan(1.3),
  )

  it.each(losses)('11 parts at a loss of %d: at most 1.25 of the least possible', (loss) =>
    expect(shown(11, loss, 300)).toBeLessThan(1.25),
  )

  it.each(losses)('63 parts at a loss of %d: at most 1.05 of the least possible', (loss) =>
    expect(shown(63, loss, 100)).toBeLessThan(1.05),
  )

  it.each(losses)('125 parts at a loss of %d: at most 1.05 of the least possible', (loss) =>
    expect(shown(125, loss, 40)).toBeLessThan(1.05),
  )
})
