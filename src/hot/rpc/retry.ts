// Asking a node again: when, how long after, and how often.
//
// Exponential back-off with full jitter, so that many clients of one node do not come back together; a Retry-After of the
// node counts on top. Bounded by a number of tries and by a time in all: a wait that would end later is not begun. Only
// for questions that change nothing when asked twice, which all of ours are: reads, and broadcasts of the same bytes.
import { setTimeout as pause } from 'node:timers/promises'
import type { AirlockError } from '../../shared/base/errors.ts'

/** The clock of waits, in milliseconds, and the dice of the jitter. */
export interface Pace {
  readonly now: () => number
  readonly sleep: (milliseconds: number) => Promise<unknown>
  /** From 0 to 1. */
  readonly random: () => number
}

/** The pace of the real world. */
export const realPace: Pace = {
  now: () => performance.now(),
  sleep: (time) => pause(time),
  random: () => Math.random(),
}

/** A fault that may be gone at the next try. */
export interface Fault {
  /** The refusal, where no try is left. */
  readonly fault: AirlockError
  /** Milliseconds that the node asked for, if it did. */
  readonly after: number | null
}

/** What one try came to: a value, or a fault. */
export type Tried<T> = { readonly value: T } | FaultOf<T>

interface FaultOf<T> extends Fault {
  /** What is made of it where no try is left, in place of the refusal; not where the node asks for a longer wait than there is. */
  readonly instead?: T
}

export interface Bounds {
  readonly pace: Pace
  /** Milliseconds for all tries together, waits included. */
  readonly time: number
  /** Waits for permission to ask; that wait does not count. */
  readonly turn: () => Promise<void>
  /** Is told of each further try. */
  readonly onRetry: () => void
}

const TRIES = 4
const FIRST_WAIT = 250
const LONGEST_WAIT = 4000

/**
 * Tries until there is a value, or no try or no time is left.
 *
 * @param attempt one try, given the milliseconds that it may take: half of all for the first, so that there is a second
 * @throws whatever attempt throws, at once; and the fault of the last try, where nothing is made of it
 */
export async function tried<T>(
  { pace, time, turn, onRetry }: Bounds,
  attempt: (milliseconds: number) => Promise<Tried<T>>,
): Promise<T> {
  let left = time
  for (let count = 1; ; count += 1) {
    await turn()
    const begun = pace.now()
    const outcome = await attempt(Math.max(1, Math.ceil(count === 1 ? left / 2 : left)))
    if ('value' in outcome) return outcome.value
    left -= pace.now() - begun
    const wait = (outcome.after ?? 0) + pace.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (count - 1))
    if (count === TRIES || wait >= left) {
      if (outcome.instead !== undefined && (outcome.after ?? 0) < left) return outcome.instead
      throw outcome.fault
    }
    left -= wait
    onRetry()
    await pace.sleep(wait)
  }
}

/**
 * What a Retry-After header asks for (RFC 9110, 10.2.3): seconds, or a date.
 *
 * A date is held against the Date header of the same answer: the clock of this machine may be wrong.
 *
 * @returns milliseconds, or null where it says nothing that can be understood
 */
export function retryAfter(headers: Headers): number | null {
  const said = headers.get('retry-after')
  if (said === null) return null
  if (/^\d{1,9}$/.test(said)) return Number(said) * 1000
  const span = Date.parse(said) - Date.parse(headers.get('date') ?? '')
  return Number.isNaN(span) ? null : Math.max(0, span)
}

/** Does all tasks, at most `most` of them at once; begins no other after one failed. */
export async function sideBySide<T>(tasks: readonly (() => Promise<T>)[], most: number): Promise<readonly T[]> {
  const results: T[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < tasks.length; index = next++) {
      const task = tasks[index]
      if (task === undefined) return
      try {
        results[index] = await task()
      } catch (error) {
        next = tasks.length
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, tasks.length) }, worker))
  return results
}
