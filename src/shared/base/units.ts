// Numbers in the units that a person reads and writes: ETH, UTC times, durations, grouped digits. All pure: time is a value.
import { formatEther, formatGwei, parseUnits } from 'viem'
import type { UnixSeconds } from './fields.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Wei as ETH, all digits kept: "0.0428 ETH". */
export const ether = (amount: bigint): string => `${formatEther(amount)} ETH`

/** Wei as gwei: "30 gwei". */
export const gwei = (amount: bigint): string => `${formatGwei(amount)} gwei`

/** A whole number with its digits in groups of three: "1,440,000". */
export const grouped = (value: number | bigint): string => value.toString().replace(/\B(?=(\d{3})+$)/g, ',')

/** A time as "2026-11-28 14:02:05 UTC"; a time beyond year 9999 as its seconds. */
export function utc(seconds: UnixSeconds): string {
  if (seconds > 253_402_300_799) return `${seconds} seconds after 1970`
  const [day, time] = new Date(seconds * 1000).toISOString().split('T')
  return `${day ?? ''} ${time?.slice(0, 8) ?? ''} UTC`
}

/** A span of time in its two largest units: "6 days 23 hours". */
export function duration(seconds: number): string {
  const units = [
    ['day', DAY],
    ['hour', HOUR],
    ['minute', MINUTE],
    ['second', 1],
  ] as const
  const first = units.findIndex(([, size]) => seconds >= size)
  if (first === -1) return '0 seconds'
  const parts = units.slice(first, first + 2).map(([name, size], index, chosen) => {
    const before = index === 0 ? seconds : seconds % (chosen[index - 1]?.[1] ?? size)
    return [Math.floor(before / size), name] as const
  })
  return parts
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${name}${count === 1 ? '' : 's'}`)
    .join(' ')
}

const SPANS: Readonly<Record<string, number>> = { s: 1, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY }

/** Reads a span of time as a person writes it, "7d" or "12h" (s, m, h, d, w): its seconds, or null. */
export function readDuration(text: string): number | null {
  const [, count, unit = ''] = /^(\d{1,9})([smhdw])$/.exec(text) ?? []
  return count === undefined ? null : Number(count) * (SPANS[unit] ?? 1)
}

const AMOUNTS = { wei: 0, gwei: 9, ether: 18, ETH: 18 } as const
export type AmountUnit = keyof typeof AMOUNTS

/** Reads an amount with its unit, "100 gwei" or "0.05 ether": its wei, or null where it has no such unit. */
export function readAmount(text: string, units: readonly AmountUnit[]): bigint | null {
  const [, number = '', unit] = /^(\d{1,30}(?:\.\d{1,18})?) ?([A-Za-z]+)$/.exec(text) ?? []
  const known = units.find((one) => one === unit)
  if (known === undefined || (number.split('.')[1] ?? '').length > AMOUNTS[known]) return null
  return parseUnits(number, AMOUNTS[known])
}

/** Reads a time in UTC: a day, a day with a time behind a space or T, with or without Z, or seconds since 1970. */
export function readUtc(text: string): UnixSeconds | null {
  if (/^\d{10}$/.test(text)) return Number(text) as UnixSeconds
  const [, day, time = '00:00'] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)Z?)?$/.exec(text) ?? []
  const milliseconds = day === undefined ? NaN : Date.parse(`${day}T${time}Z`)
  return Number.isNaN(milliseconds) ? null : (Math.floor(milliseconds / 1000) as UnixSeconds)
}
