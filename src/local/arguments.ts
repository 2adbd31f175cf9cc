// Values of the command line that both programs take.
import { InvalidArgumentError } from 'commander'
import type { UnixSeconds } from '../shared/base/fields.ts'
import { readUtc } from '../shared/base/units.ts'

/** A whole number within bounds. */
export const wholeArgument =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN
    return value >= least && value <= most ? value : invalid(least, most)
  }

function invalid(least: number, most: number): never {
  throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`)
}

/** A time in UTC: a day, "2026-11-28 14:00", or seconds since 1970. */
export function timeArgument(text: string): UnixSeconds {
  const time = readUtc(text)
  if (time !== null) return time
  throw new InvalidArgumentError('expected a UTC time such as 2026-11-28 or "2026-11-28 14:00"')
}

/** A flag that may be given more than once: all its values, in order. */
export const collected = (value: string, before: readonly string[]): readonly string[] => [...before, value]

/** A time in UTC as the end of something: a day stands for its last second. */
export function untilArgument(text: string): UnixSeconds {
  const time = timeArgument(text)
  return (/^\d{4}-\d{2}-\d{2}$/.test(text) ? time + 86_399 : time) as UnixSeconds
}
