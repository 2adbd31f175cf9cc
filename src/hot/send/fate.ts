// What became of a transaction that was signed: mined, pending, dropped, replaced, behind a gap, reorganised. Pure: from what
// the nodes were asked and what the journal remembers, to one word and the sentence that explains it.
//
// The chain wins: the journal only adds what no node can tell, that something was sent, and where it stood before a
// reorganisation. Any depth is found, as long as the journal has the block; past FINAL blocks it is not the chain's usual way.
import type { Hex } from 'viem'
import type { Problem } from '../../shared/base/errors.ts'
import type { Address, Bytes32 } from '../../shared/base/fields.ts'
import type { HappeningNamed, JournalEvent } from '../journal/journal-event.ts'

/** Two epochs of mainnet: what lies deeper than this is final there. */
export const FINAL = 64

/** A block by hash and number. */
export interface BlockPlace {
  readonly hash: Bytes32
  readonly number: number
}

/** What the journal remembers of one request. */
export interface Memory {
  /** The last transaction that was sent, or may have been. */
  readonly sent: HappeningNamed<'sent' | 'bumped'> | null
  /** Where it was mined last, unless that block is known to be gone. */
  readonly mined: HappeningNamed<'mined'> | null
  /** How many confirmations were waited for last. */
  readonly confirmations: number
  /** How it ended in a block that got its confirmations. */
  readonly ended: HappeningNamed<Ending> | null
  /** What took its nonce. */
  readonly replaced: HappeningNamed<'replaced'> | null
}

/** How a transaction that was mined can end. */
export type Ending = 'confirmed' | 'reverted' | 'left-out'

/** How it ended, unless it was mined in another block since. */
export const endingOf = ({ mined, ended }: Memory): Ending | null =>
  ended === null || (mined !== null && mined.block.hash !== ended.block.hash) ? null : ended.event

/** What follows from the events of a request. */
export function memoryOf(events: readonly JournalEvent[]): Memory {
  let memory: Memory = { sent: null, mined: null, confirmations: 1, ended: null, replaced: null }
  for (const { what } of events) memory = after(memory, what)
  return memory
}

function after(memory: Memory, what: JournalEvent['what']): Memory {
  switch (what.event) {
    case 'sent':
    case 'bumped':
      return { ...memory, sent: what, replaced: null }
    case 'mined':
      return { ...memory, mined: what, confirmations: what.confirmations, replaced: null }
    case 'reorganised':
      return { ...memory, mined: null, ended: null }
    case 'confirmed':
    case 'reverted':
    case 'left-out':
      return { ...memory, ended: what, replaced: null }
    case 'replaced':
      return { ...memory, replaced: what }
    case 'built':
    case 'verified':
    case 'simulated':
    case 'dropped':
      return memory
  }
}

/** What the nodes say of the transactions and their sender. */
export interface Seen {
  /** The nonce that was signed. */
  readonly nonce: number
  /** The sender's next nonce. */
  readonly next: number
  /** The rung that is mined, and where. */
  readonly mined: { readonly rung: number; readonly block: BlockPlace } | null
  /** Rungs that some node has and not all have mined. */
  readonly pending: readonly number[]
  /** The hash that the block of memory.mined has in the chain now; null where the node has none of that number. */
  readonly canonical: Bytes32 | null
}

/** What became of it. */
export type Fate =
  | { readonly kind: 'mined'; readonly rung: number; readonly block: BlockPlace }
  | { readonly kind: 'pending'; readonly rung: number }
  | { readonly kind: 'unsent' }
  | { readonly kind: 'dropped'; readonly rung: number; readonly transaction: Bytes32 }
  | { readonly kind: 'replaced' }
  /** The nonces before it that are unused: from `next` up to its own. */
  | { readonly kind: 'gap' }
  /** The journal has it in a block that is in the chain, and the node has no receipt: it does not keep old ones. */
  | { readonly kind: 'receipt-missing'; readonly rung: number; readonly block: BlockPlace }

/** Says what became of a transaction. */
export function fateOf(seen: Seen, memory: Memory): Fate {
  if (seen.mined !== null) return { kind: 'mined', ...seen.mined }
  const pending = seen.pending.at(-1)
  if (pending !== undefined) return { kind: 'pending', rung: pending }
  if (memory.mined !== null && seen.canonical === memory.mined.block.hash) {
    return { kind: 'receipt-missing', rung: memory.mined.rung, block: memory.mined.block }
  }
  if (seen.next > seen.nonce) return { kind: 'replaced' }
  if (seen.next < seen.nonce) return { kind: 'gap' }
  return memory.sent === null ? { kind: 'unsent' } : { kind: 'dropped', ...memory.sent }
}

/** A block that the journal has, and the chain has not. */
export interface Reorganisation {
  readonly rung: number
  readonly transaction: Bytes32
  readonly block: BlockPlace
  /** What stands at that height now; null while nothing does. */
  readonly now: Bytes32 | null
  /** The newest block. */
  readonly head: number
}

/**
 * Whether the block in which the transaction was mined is gone. Where the chain has not come to that height, the node may just as
 * well be behind: that is no reorganisation yet.
 *
 * @param head the number of the newest block
 */
export function reorganisation(seen: Seen, memory: Memory, head: number): Reorganisation | null {
  const { mined } = memory
  if (mined === null || seen.canonical === null || seen.canonical === mined.block.hash) return null
  return { rung: mined.rung, transaction: mined.transaction, block: mined.block, now: seen.canonical, head }
}

/** A reorganisation in words. */
export function reorganisationText({ block, now, head }: Reorganisation, fate: Fate): string {
  const gone = `the transaction was mined in block ${block.number} (${block.hash}), which a reorganisation took out of the chain`
  const stands = now === null ? '' : `: block ${block.number} is ${now} now`
  const deep = head - block.number + 1
  const depth = `, up to ${deep} ${deep === 1 ? 'block' : 'blocks'} deep`
  const odd =
    deep > FINAL
      ? `. That is deeper than the ${FINAL} blocks after which mainnet is final: ask another node whether it says the same`
      : ''
  return `${gone}${stands}${depth}${odd}. ${since(fate)}`
}

function since(fate: Fate): string {
  switch (fate.kind) {
    case 'mined':
      return `It is mined again, in block ${fate.block.number}`
    case 'pending':
      return 'It is waiting to be mined again'
    case 'replaced':
      return 'Its nonce was used by another transaction meanwhile'
    case 'gap':
      return 'Transactions before it went the same way: they come first'
    case 'unsent':
    case 'dropped':
    case 'receipt-missing':
      return 'No node has it any more: the same transaction has to be sent again, without another signature'
  }
}

/** The nonces that are unused before one, and those of them for which a pool has a transaction. */
export interface Gap {
  readonly missing: readonly number[]
  readonly waiting: readonly number[]
}

/** More than this are named by the first and the last. */
const MOST_NAMED = 8

/**
 * What lies between the sender's next nonce and the one that was signed.
 *
 * @param nextPending the next nonce when everything in the pool is mined
 */
export function gapOf(nonce: number, next: number, nextPending: number): Gap {
  const filled = Math.min(Math.max(nextPending, next), nonce)
  const upTo = (from: number, to: number): readonly number[] =>
    Array.from({ length: to - from }, (_, index) => from + index)
  return { waiting: upTo(next, filled), missing: upTo(filled, nonce) }
}

/**
 * The refusal of a gap.
 *
 * @param others names of requests in the journal, by their nonce
 */
export function gapProblem(
  operator: Address,
  nonce: number,
  { missing, waiting }: Gap,
  others: ReadonlyMap<number, string>,
): Problem {
  const parts = [`the request has nonce ${nonce}`]
  if (waiting.length > 0) parts.push(`the pool has transactions with nonce ${listed(waiting)}, not mined yet`)
  if (missing.length > 0) parts.push(`nonce ${listed(missing)} of ${operator} is still unused`)
  const known = missing.flatMap((number) => {
    const name = others.get(number)
    return name === undefined ? [] : [`nonce ${number} is that of request ${name} in the journal`]
  })
  const hint =
    missing.length === 0
      ? 'wait until those are mined, then run the same command again'
      : 'send the transactions before it first, or build the request again'
  return { code: 'nonce_gap', message: [...parts, ...known].join('; '), hint }
}

function listed(numbers: readonly number[]): string {
  if (numbers.length <= MOST_NAMED) return numbers.join(', ')
  return `${numbers[0] ?? ''} to ${numbers.at(-1) ?? ''} (${numbers.length} of them)`
}

/** The transaction that used a nonce. */
export interface NonceUse {
  readonly block: BlockPlace
  /** Null where no transaction of the sender in that block has the nonce: EIP-7702 lets another one use it up. */
  readonly transaction: Hex | null
}

/**
 * The refusal of a nonce that another transaction used.
 *
 * @param use null where it could not be found
 * @param whose what is known of that transaction, such as "rung 2 of this request"; null for a stranger
 * @param again the command that builds the request again
 */
export function replacedProblem(
  operator: Address,
  { nonce, next }: Pick<Seen, 'nonce' | 'next'>,
  use: NonceUse | null,
  whose: string | null,
  again: string,
): Problem {
  const used = `nonce ${nonce} of ${operator} was used by another transaction; the next is ${next}`
  const hint = `see what that was; \`${again}\` says whether anything is left to do`
  return { code: 'nonce_used', message: `${used}. ${useText(use, whose)}`, hint }
}

function useText(use: NonceUse | null, whose: string | null): string {
  if (use === null) return 'Which one could not be found: this node does not keep the state of older blocks'
  const { block, transaction } = use
  if (transaction === null) {
    return `It was used up in block ${block.number} (${block.hash}) and by no transaction of the operator: by an EIP-7702 authorisation`
  }
  return `It was ${transaction} in block ${block.number} (${block.hash})${whose === null ? '' : `, which is ${whose}`}`
}

/** A dropped transaction in words. */
export const droppedText = ({ rung }: Extract<Fate, { kind: 'dropped' }>): string =>
  `rung ${rung + 1} was sent before, or was about to be; no node has it, and its nonce is unused: it was dropped, or never left`
