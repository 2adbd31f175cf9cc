// How much gas a transaction may use: the limit that follows from what a call needs, and what such calls were measured to need.
//
// Measured on the real contracts (vectors/gas.json has every row). A limit has room above the need: an estimate in the block of
// the last change is too low, because the registries overwrite in that block what they append to in the next one, and others
// join and leave before the transaction is mined. None is above what EIP-7825 allows.
import { grouped } from '../base/units.ts'
import { MAX_GAS_LIMIT } from '../chain/transaction.ts'

/** What calls of one shape were measured to need: the least and the most of all contracts and states. */
export interface Gas {
  readonly least: number
  readonly most: number
}

/** What a call needs, and what has to be kept free beside it. */
export interface GasNeed {
  /** What it needs as the contracts are now. */
  readonly need: number
  /** What may come about before it is mined: a quorum that fills up, deallocations that become due. */
  readonly addition?: number
  /** No limit is below this. */
  readonly floor?: number
}

/** What any transaction costs; a transfer to an account without code costs nothing more. */
export const PLAIN_TRANSFER = 21_000

/** Cheap calls are not given more than twice their need. */
const ROOM = { share: 0.25, fixed: 50_000 }

/** The gas limit for a need: a quarter and 50,000 more, at most twice the need, and never above what EIP-7825 allows. */
export function gasLimit({ need, addition = 0, floor = 0 }: GasNeed): number {
  const room = need === PLAIN_TRANSFER ? 0 : Math.min(need, need * ROOM.share + ROOM.fixed)
  return Math.min(MAX_GAS_LIMIT, Math.max(Math.ceil(need + room + addition), floor))
}

/** A limit above this is more than twice what a call like the dearest of its shape is given. */
export const gasFarAbove = ({ most }: Gas): number => 2 * gasLimit({ need: most })

/** The words of a string in storage where it does not fit into the word that has its length. */
export const storedWords = (text: string): number => {
  const bytes = new TextEncoder().encode(text).length
  return bytes < 32 ? 0 : Math.ceil(bytes / 32)
}

/** What a word of a string costs that is stored anew. */
export const STORED_WORD = 24_100

/** The need in words: one number, or from the least to the most. */
export const gasText = ({ least, most }: Gas): string =>
  least === most ? grouped(least) : `${grouped(least)} to ${grouped(most)}`
