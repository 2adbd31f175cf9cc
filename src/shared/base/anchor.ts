// An anchor: where a ledger stood, small enough to travel with a document.
//
// A response carries the anchor of the entry that recorded it; the online machine keeps the newest one of each ledger and
// puts it into the next request. A ledger that was rolled back, or exchanged, has no such entry: the offline machine
// finds that before it signs (docs/ledger-format.md).
import * as z from 'zod'
import { integer, type Branded } from './fields.ts'

/** The first 8 bytes of the hash of a ledger's first entry: which ledger it is. 16 hex digits without 0x. */
export type LedgerId = Branded<string, 'LedgerId'>

const hex = (digits: number): z.ZodString =>
  z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`), `expected ${digits} lower-case hex digits without 0x`)

/** The id of a ledger, as a field. */
export const ledgerId = hex(16).transform((text) => text as LedgerId)

/** Half of an entry's hash, 16 bytes: nobody finds another entry that begins alike. */
export const ANCHOR_HASH_DIGITS = 32

/** The anchor of one entry. */
export const anchor = z
  .strictObject({
    /** The entry's number. */
    entry: integer(1),
    /** The first 16 bytes of its hash. */
    hash: hex(ANCHOR_HASH_DIGITS),
    ledger: ledgerId,
  })
  .readonly()
export type Anchor = z.output<typeof anchor>

/** More ledgers than these have no business with one operator. */
export const MAX_ANCHORS = 8

/** The newest anchor of each ledger that the online machine knows of, by the ledgers' ids. */
export const anchors = z
  .array(anchor)
  .max(MAX_ANCHORS, `expected at most ${MAX_ANCHORS} anchors`)
  .refine(
    (list) => list.every((each, index) => index === 0 || (list[index - 1]?.ledger ?? '') < each.ledger),
    'expected the anchors in the order of their ledgers, each ledger once',
  )
  .readonly()
