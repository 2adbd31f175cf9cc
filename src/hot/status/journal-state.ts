// How a request stands: one word, the sentences that explain it, and the next command to type. Pure.
//
// From the files alone (what the journal remembers), or from the chain, which wins where the two differ.
import type { UnixSeconds } from '../../shared/base/fields.ts'
import { duration, utc } from '../../shared/base/units.ts'
import {
  droppedText,
  endingOf,
  memoryOf,
  reorganisationText,
  type Ending,
  type Fate,
  type Memory,
  type Reorganisation,
} from '../send/fate.ts'
import type { Kept } from '../journal/journal.ts'
import type { HappeningNamed } from '../journal/journal-event.ts'

/** The words for how a request stands. */
export const states = {
  unreadable: 'its request cannot be read',
  waiting: 'waiting for the response',
  partial: 'waiting for another signature',
  ready: 'signed, ready to be sent',
  gap: 'signed, behind an unused nonce',
  sent: 'sent, or about to be',
  pending: 'sent, waiting to be mined',
  dropped: 'dropped: to be sent again',
  reorganised: 'taken out of the chain: to be sent again',
  mined: 'mined',
  done: 'done',
  'left-out': 'mined, and the contracts do not have it',
  reverted: 'mined and reverted',
  replaced: 'its nonce was used by another transaction',
  expired: 'expired',
} as const
export type State = keyof typeof states

/** States in which something can still be done with what was signed, or will be. */
const open: readonly State[] = [
  'waiting',
  'partial',
  'ready',
  'gap',
  'sent',
  'pending',
  'dropped',
  'reorganised',
  'mined',
]

/** True where there is something left to do or to wait for. */
export const isOutstanding = (state: State): boolean => open.includes(state)

/** How a request stands. */
export interface Standing {
  readonly state: State
  /** Why, in sentences. */
  readonly because: readonly string[]
  /** Blocks on top of each other, and how many are waited for; null where nothing is mined, or nobody asked the chain. */
  readonly confirmations: { readonly seen: number; readonly wanted: number } | null
}

/** What a request has, whatever the chain says. */
export interface Held {
  readonly memory: Memory
  /** The last response that was verified; null where none was. */
  readonly verified: HappeningNamed<'verified'> | null
  readonly expiry: UnixSeconds
}

/** What is held of a request that can be read. */
export function heldOf({ events }: Pick<Kept, 'events'>, expiry: UnixSeconds): Held {
  const verified = events.flatMap(({ what }) => (what.event === 'verified' ? [what] : []))
  return {
    memory: memoryOf(events),
    verified: verified.findLast(({ complete }) => complete) ?? verified.at(-1) ?? null,
    expiry,
  }
}

/** How a request stands by the files alone. */
export function standingFromFiles(held: Held, now: UnixSeconds): Standing {
  const { mined, replaced, sent } = held.memory
  const ending = endingOf(held.memory)
  if (ending !== null) return standing(stateOf(ending))
  if (replaced !== null) return standing('replaced', by(replaced))
  if (mined !== null) return standing('mined', `in block ${mined.block.number}, when it was looked at last`)
  if (sent !== null)
    return standing('sent', ...late(held, now), 'whether a node has it only the chain can say: --rpc-url URL')
  return unsent(held, now)
}

/** What the chain said of a request. */
export interface Asked {
  readonly fate: Fate
  readonly gone: Reorganisation | null
  readonly succeeded: boolean
  readonly head: number
  /** Why its nonce cannot be the next, or by what it was used: the sentence of the refusal. */
  readonly problem: string | null
}

/** How a request stands by what the chain says, at the time of its newest block. */
export function standingOnChain(held: Held, asked: Asked, now: UnixSeconds): Standing {
  const { fate, gone, problem } = asked
  const moved = gone === null ? [] : [reorganisationText(gone, fate)]
  const why = problem === null ? moved : [...moved, problem]
  switch (fate.kind) {
    case 'mined':
      return minedStanding(held, asked, fate.block, why)
    case 'receipt-missing': {
      const state = stateOf(endingOf(held.memory))
      const seen = `the journal has it in block ${fate.block.number}, which is in the chain; the node gives no receipt any more`
      return standing(state, ...why, seen)
    }
    case 'pending':
      return standing('pending', ...why, `rung ${fate.rung + 1} is in the pool of a node`, ...late(held, now))
    case 'replaced':
      return standing('replaced', ...why)
    case 'gap':
      return held.verified?.complete === true ? standing('gap', ...why, ...late(held, now)) : unsent(held, now)
    case 'unsent':
      return gone === null ? unsent(held, now) : standing('reorganised', ...why, ...late(held, now))
    case 'dropped': {
      const state = gone === null ? 'dropped' : 'reorganised'
      return standing(state, ...(gone === null ? [droppedText(fate)] : why), ...late(held, now))
    }
  }
}

function minedStanding(
  { memory }: Held,
  { succeeded, head }: Asked,
  block: { readonly hash: string; readonly number: number },
  why: readonly string[],
): Standing {
  const ending = endingOf(memory)
  const isKnown = (memory.mined ?? memory.ended)?.block.hash === block.hash
  const place = `in block ${block.number} (${block.hash})`
  const confirmations = { seen: head - block.number + 1, wanted: memory.confirmations }
  if (!succeeded) return { state: 'reverted', because: [...why, place], confirmations }
  return { state: stateOf(isKnown ? ending : null), because: [...why, place], confirmations }
}

const stateOf = (ending: Ending | null): State => (ending === null ? 'mined' : ending === 'confirmed' ? 'done' : ending)

function unsent(held: Held, now: UnixSeconds): Standing {
  if (now > held.expiry) return standing('expired')
  if (held.verified === null) return standing('waiting')
  return held.verified.complete ? standing('ready') : standing('partial')
}

const standing = (state: State, ...because: readonly string[]): Standing => ({ state, because, confirmations: null })

const by = ({ by: hash, block }: HappeningNamed<'replaced'>): string => {
  const where = block === null ? '' : ` in block ${block.number}`
  return hash === null ? 'by one that could not be found' : `by ${hash}${where}`
}

/** What an expiry means for a transaction that may be under way. */
const late = ({ expiry }: Held, now: UnixSeconds): readonly string[] =>
  now > expiry ? ['the request has expired: mined now, it would revert'] : []

/** An expiry, and how far it is. */
export function expiryText(expiry: UnixSeconds, now: UnixSeconds): string {
  const far = now > expiry ? `${duration(now - expiry)} ago` : `in ${duration(expiry - now)}`
  return `${utc(expiry)}, ${far}`
}
