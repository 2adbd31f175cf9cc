// The rules of a policy that look at more than the request: signatures made before, BLS keys used before, the time of day.
//
// A window is counted backwards from this machine's clock; the signature about to be made counts, and so do signatures that
// claim to be of the future, because a clock that was set back must not win anything.
import type { Bytes32, UnixSeconds } from '../../shared/base/fields.ts'
import { namedOperatorId, proofMessage } from '../../shared/request/derive.ts'
import { concernsOf, messagesOf } from '../../shared/operations/operation-kinds.ts'
import { duration, utc } from '../../shared/base/units.ts'
import { weekdays, type AvsPolicy, type LimitPolicy, type Policy } from './policy.ts'
import {
  allows,
  either,
  leftOut,
  refuses,
  unknown,
  type PastSignature,
  type PolicyFacts,
  type Says,
} from './policy-verdict.ts'

/** The BLS key that is to be used; null where none is, undefined where it is not known yet. */
function keyInUse({ request, operatorId }: PolicyFacts): Bytes32 | null | undefined {
  if (proofMessage(messagesOf(request)) === null) return null
  return namedOperatorId(request) ?? operatorId ?? undefined
}

/** Whether the BLS key is the one pinned, and one that no other AVS has. */
export function judgeBlsKey(policy: Policy, avs: AvsPolicy | undefined, facts: PolicyFacts): Says {
  const pinned = avs?.blsOperatorId
  if (policy.blsKeys === undefined && pinned === undefined) return leftOut('BLS keys')
  const key = keyInUse(facts)
  if (key === null) return allows('the request asks for no BLS key')
  if (key === undefined) return unknown('not known which BLS key will sign: the request names none')
  if (pinned !== undefined && key !== pinned)
    return refuses(`the BLS key has operator id ${key}; pinned for this AVS is ${pinned}`)
  if (policy.blsKeys === 'one-per-avs') {
    const other = otherUse(policy, facts, key)
    if (other !== null) return refuses(`the BLS key ${key} ${other}; allowed is one key for each AVS`)
  }
  return allows(`the BLS key has operator id ${key}${pinned === undefined ? '' : ', as pinned'}`)
}

/** Where else a BLS key belongs, in words; null where nowhere. */
function otherUse({ avss = [] }: Policy, { request, before }: PolicyFacts, key: Bytes32): string | null {
  const { avs } = concernsOf(request)
  const elsewhere = (chainId: number, other: string | null): boolean => chainId !== request.chainId || other !== avs
  const pin = avss.find((entry) => entry.blsOperatorId === key && elsewhere(entry.chain, entry.serviceManager))
  if (pin !== undefined) return `is pinned for another AVS, ${pin.serviceManager} on chain ${pin.chain}`
  const used = before.find((past) => past.operatorId === key && elsewhere(past.chainId, past.avs))
  return used === undefined ? null : `signed for another AVS, ${used.avs ?? ''} on chain ${used.chainId}`
}

/** Whether one more signature stays within every limit. */
export function judgeLimits({ limits }: Policy, facts: PolicyFacts): Says {
  if (limits === undefined) return leftOut('limits')
  const counts = limits.map((limit) => ({ ...limit, number: 1 + usedOf(limit, facts) }))
  const sentence = ({ number, signatures, window, per }: (typeof counts)[number]): string =>
    `this would be signature ${number} in ${duration(window)} for this ${per === 'avs' ? 'AVS' : 'key'}, of ${signatures}`
  const over = counts.filter(({ number, signatures }) => number > signatures)
  return over.length > 0 ? refuses(over.map(sentence).join('; ')) : allows(counts.map(sentence).join('; '))
}

/** How many signatures of its window a limit has to count already. */
function usedOf({ window, per }: LimitPolicy, facts: PolicyFacts): number {
  const { before, clock, request } = facts
  const { operator } = request.operation
  const { avs } = concernsOf(request)
  const recent = before.filter(({ time }) => time > clock - window)
  const count = (fits: (past: PastSignature) => boolean): number => recent.filter(fits).length
  if (per === 'avs') return count((past) => past.chainId === request.chainId && past.avs === avs)
  const key = keyInUse(facts) ?? null
  const byBls = key === null ? 0 : count((past) => past.operatorId === key)
  return Math.max(
    byBls,
    count((past) => past.operator === operator),
  )
}

const DAY_MINUTES = 24 * 60

/** Whether the clock shows office hours. A window over midnight belongs to the day on which it begins. */
export function judgeHours({ hours }: Policy, clock: UnixSeconds): Says {
  if (hours === undefined) return leftOut('office hours')
  const { days, from, to, utcOffset } = hours
  const minutes = Math.floor(clock / 60) + utcOffset
  const [day, time] = [Math.floor(minutes / DAY_MINUTES), minutes % DAY_MINUTES]
  // 1970-01-01 was a Thursday, the fifth day of weekdays.
  const isDay = (number: number): boolean => days.includes(weekdays[(number + 4) % 7] ?? 'sun')
  const open =
    from < to ? isDay(day) && time >= from && time < to : (isDay(day) && time >= from) || (isDay(day - 1) && time < to)
  return either(
    open,
    `it is ${weekdays[(day + 4) % 7] ?? ''} ${clockTime(time)} (${utc(clock)}); allowed is ${hoursText(hours)}`,
  )
}

/** Minutes after midnight as "08:05". */
export const clockTime = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** Office hours in words: "mon to fri, 08:00 to 18:00 at UTC+02:00". */
export function hoursText({ days, from, to, utcOffset }: NonNullable<Policy['hours']>): string {
  const zone = `UTC${utcOffset < 0 ? '-' : '+'}${clockTime(Math.abs(utcOffset))}`
  const next = from > to ? ' of the next day' : ''
  return `${days.join(', ')}, ${clockTime(from)} to ${clockTime(to)}${next} at ${zone}`
}
