// Values of the command line: what a person types, turned into the types of the core or refused as usage.
import { getAddress, isAddress } from 'viem'
import { InvalidArgumentError } from 'commander'
import type { Address, Bytes32, UnixSeconds } from '../../shared/base/fields.ts'
import { quote } from '../../shared/base/quote.ts'
import { readAmount, readDuration, readUtc } from '../../shared/base/units.ts'

const invalid = (message: string): never => {
  throw new InvalidArgumentError(message)
}

/** An address; a mixed-case spelling must have the right EIP-55 checksum, because one typo is a slashed stake. */
export function addressArgument(text: string): Address {
  const oneCase = /^0x([0-9a-f]{40}|[0-9A-F]{40})$/.test(text)
  if (!oneCase && !isAddress(text, { strict: true })) {
    return invalid(
      /^0x[0-9a-fA-F]{40}$/.test(text)
        ? 'its EIP-55 checksum is wrong: a mistyped digit?'
        : 'expected 0x and 40 hex digits',
    )
  }
  return getAddress(text.toLowerCase()) as Address
}

/** 32 bytes of hex. */
export function bytes32Argument(text: string): Bytes32 {
  return /^0x[0-9a-fA-F]{64}$/.test(text) ? (text.toLowerCase() as Bytes32) : invalid('expected 0x and 64 hex digits')
}

/** Quorum numbers such as "0,1"; their order is judged with the other reasons. */
export function quorumsArgument(text: string): readonly number[] {
  if (!/^\d{1,3}(,\d{1,3})*$/.test(text)) return invalid('expected numbers such as 0,1')
  return text.split(',').map(Number)
}

/** Numbers from 1, such as "1,3": places in a list that a person sees. */
export function placesArgument(text: string): readonly number[] {
  if (!/^[1-9]\d{0,2}(,[1-9]\d{0,2})*$/.test(text)) return invalid('expected numbers such as 1,3')
  return text.split(',').map(Number)
}

/** Ids of operator sets such as "0,1"; their order is judged with the other reasons. */
export function operatorSetsArgument(text: string): readonly number[] {
  if (!/^\d{1,10}(,\d{1,10})*$/.test(text)) return invalid('expected ids such as 0,1')
  return text.split(',').map(operatorSetArgument)
}

/** The id of an operator set. */
export function operatorSetArgument(text: string): number {
  return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 ? Number(text) : invalid('expected a number below 2^32')
}

/** What a set shall have of a strategy, once the most that there can be is known. */
export interface AllocationArgument {
  readonly id: number
  readonly strategy: Address
  /** Of the maximum magnitude, in parts of 10^18. */
  readonly magnitude: (maximum: bigint) => bigint
}

/** "SET:STRATEGY:MAGNITUDE", the magnitude exact or as a percentage of the maximum; given once or more. */
export function allocationsArgument(
  text: string,
  before?: readonly AllocationArgument[],
): readonly AllocationArgument[] {
  const [, id, strategy, amount, percent] =
    /^(\d{1,10}):(0x[0-9a-fA-F]{40}):(?:(\d{1,19})|([\d.]{1,9})%)$/.exec(text) ?? []
  if (id === undefined || strategy === undefined) {
    return invalid('expected SET:STRATEGY:MAGNITUDE, such as 0:0x...:25% or 0:0x...:250000000000000000')
  }
  const magnitude = amount === undefined ? percentOf(percent ?? '') : (): bigint => BigInt(amount)
  return [...(before ?? []), { id: operatorSetArgument(id), strategy: addressArgument(strategy), magnitude }]
}

/** Percentages have four digits behind the point at most: what is allocated is never rounded by more than the last wei. */
function percentOf(text: string): AllocationArgument['magnitude'] {
  if (!/^(100|\d{1,2})(\.\d{1,4})?$/.test(text) || Number(text) > 100) {
    return invalid('expected a percentage up to 100 with four digits behind the point at most')
  }
  const [whole = '', fraction = ''] = text.split('.')
  const parts = BigInt(whole + fraction.padEnd(4, '0'))
  return (maximum) => (maximum * parts) / 1_000_000n
}

/** A price of gas as cast takes it: wei, or a number with "gwei". */
export function gasPriceArgument(text: string): bigint {
  if (/^\d{1,30}$/.test(text)) return BigInt(text)
  return readAmount(text, ['gwei']) ?? invalid('expected wei, or a number with "gwei", such as 30gwei')
}

/** How long from now, or until when: resolved against the time of the block. */
export type Expiry = (block: UnixSeconds) => UnixSeconds

/** An expiry: a duration ("7d", "12h"), a time ("2026-12-01T12:00Z") or seconds since 1970 as eigenlayer-cli takes it. */
export function expiryArgument(text: string): Expiry {
  const span = readDuration(text)
  if (span !== null) return (block) => (block + span) as UnixSeconds
  const time = readUtc(text)
  if (time !== null) return () => time
  const expected = 'expected a duration such as 7d, a time such as 2026-12-01T12:00Z, or seconds since 1970'
  return invalid(`${quote(text, 30)}: ${expected}`)
}
