// Quorum numbers: one byte each, strictly ascending, as BitmapUtils.orderedBytesArrayToBitmap demands.
//
// Order and uniqueness are checked, never repaired: the order is part of what a person reads and signs.
import { bytesToHex, type Hex } from 'viem'
import * as z from 'zod'
import type { Avs } from '../catalogue/catalogue-schema.ts'
import { integer, issue } from '../base/fields.ts'
import { amount, type Packing } from '../packing/packing.ts'
import type { ReviewLine } from '../base/finding.ts'

/** MAX_QUORUM_COUNT of the RegistryCoordinator is 192. */
const LARGEST_QUORUM = 191

/** Quorum numbers of an operation, such as [0, 1]. */
export const quorums = z
  .array(integer(0))
  .readonly()
  .superRefine((numbers, context) => {
    if (numbers.length === 0) {
      context.addIssue({ code: 'custom', ...issue('quorums_empty', 'expected at least one quorum') })
    }
    if (numbers.some((value) => value > LARGEST_QUORUM)) {
      context.addIssue({ code: 'custom', ...issue('quorum_out_of_range', `expected numbers up to ${LARGEST_QUORUM}`) })
    }
    if (numbers.some((value, index) => index > 0 && value <= (numbers[index - 1] ?? 0))) {
      const message = 'expected ascending quorum numbers, each one once: the contract refuses any other order'
      context.addIssue({ code: 'custom', ...issue('quorums_unordered', message) })
    }
  })
export type Quorums = z.output<typeof quorums>

/** The bytes that the contract reads: one a quorum. */
export function quorumBytes(numbers: Quorums): Hex {
  return bytesToHex(Uint8Array.from(numbers))
}

/** The bitmap that the contract keeps: bit i is quorum i. */
export function quorumBitmap(numbers: Quorums): bigint {
  return numbers.reduce((bitmap, value) => bitmap | (1n << BigInt(value)), 0n)
}

/** Quorums within a sentence: "quorums 0, 1". */
export const quorumsText = (numbers: Quorums): string =>
  `quorum${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}`

/** The lines of a review: the numbers, and below them what the catalogue calls them, where it has names. */
export function quorumLines(numbers: Quorums, avs: Avs | undefined): ReviewLine[] {
  const named = (avs?.quorums ?? []).filter(({ number }) => numbers.includes(number))
  return [
    ['Quorums', numbers.join(', ')],
    ...named.flatMap(({ number, name }): ReviewLine[] => (name === null ? [] : [['', `${number}: ${name}`]])),
  ]
}

const bitmap = amount<bigint>()

/** The packed form: the bitmap that the contract keeps, as an amount. */
export const packedQuorums: Packing<Quorums> = {
  write: (numbers) => bitmap.write(quorumBitmap(numbers)),
  read: (from) => {
    const bits = bitmap.read(from)
    const numbers = Array.from({ length: 256 }, (_, number) => number)
    return numbers.filter((number) => (bits >> BigInt(number)) & 1n)
  },
}
