// Delays that the contracts count in blocks, for people: the count, and about how long that is.
//
// A block takes 12 seconds on every network of the catalogue; a slot may stay empty, so it is never less.
import type { UnixSeconds } from '../base/fields.ts'
import { duration, grouped, utc } from '../base/units.ts'

const SECONDS_PER_BLOCK = 12

/** A number of blocks: "100,800 blocks (about 14 days)"; "no blocks" for none. */
export const blocksText = (blocks: number): string =>
  blocks === 0
    ? 'no blocks'
    : `${grouped(blocks)} block${blocks === 1 ? '' : 's'} (about ${duration(blocks * SECONDS_PER_BLOCK)})`

/** A block that lies ahead of another: "block 1,234 (about 2026-11-28 14:02:05 UTC)". */
export function blockAhead(from: { readonly number: number; readonly timestamp: UnixSeconds }, blocks: number): string {
  const about = utc((from.timestamp + blocks * SECONDS_PER_BLOCK) as UnixSeconds)
  return `block ${grouped(from.number + blocks)} (about ${about})`
}
