// An entry of a ledger: one line of canonical JSON, chained to the one before it (docs/ledger-format.md).
//
//   {"airlock":"ledger/1","body":{...},"bodyHash":"..","entry":7,"hash":"..","previous":"..","time":1790000000}
//
// bodyHash is the SHA-256 of the body's line, hash that of the line without body and hash, previous the hash of entry 6 (64
// zeros before the first). So a body can be left out of what is given away, as null, and the chain still verifies.
// Every byte is covered: another spelling of the same entry is refused.
import * as z from 'zod'
import { ANCHOR_HASH_DIGITS, type Anchor, type LedgerId } from '../base/anchor.ts'
import { canonicalLine, digestField, documentDigest, type DocumentDigest } from '../base/document.ts'
import { integer, unixSeconds, type UnixSeconds } from '../base/fields.ts'
import { ledgerEvent, type LedgerEvent } from './ledger-events.ts'

const HEADER = 'ledger/1'

/** The largest line that is read. */
export const MAX_LINE_BYTES = 64 * 1024

const ledgerEntry = z
  .strictObject({
    airlock: z.literal(HEADER),
    body: ledgerEvent.nullable(),
    bodyHash: digestField,
    entry: integer(1),
    hash: digestField,
    previous: digestField,
    /** This machine's clock. */
    time: unixSeconds,
  })
  .readonly()

/** An entry that is whole in itself: its hashes are those of its content. */
export type LedgerEntry = Omit<z.output<typeof ledgerEntry>, 'airlock'>

/** What stands before the first entry. */
export const NO_ENTRY = '0'.repeat(64) as DocumentDigest

const digestOf = (value: object): DocumentDigest => documentDigest(new TextEncoder().encode(canonicalLine(value)))

const hashOf = ({ bodyHash, entry, previous, time }: Omit<LedgerEntry, 'body' | 'hash'>): DocumentDigest =>
  digestOf({ airlock: HEADER, bodyHash, entry, previous, time })

/** The entry that follows on another; null for the first of a ledger. */
export function nextEntry(last: LedgerEntry | null, body: LedgerEvent, time: UnixSeconds): LedgerEntry {
  const rest = { bodyHash: digestOf(body), entry: (last?.entry ?? 0) + 1, previous: last?.hash ?? NO_ENTRY, time }
  return { body, ...rest, hash: hashOf(rest) }
}

/** The line of an entry, without a newline; with `bare`, without its body. */
export const entryLine = (entry: LedgerEntry, bare = false): string =>
  canonicalLine({ airlock: HEADER, ...entry, ...(bare ? { body: null } : {}) })

/** Where a ledger breaks, and what that shows. */
export interface LedgerFault {
  readonly entry: number
  readonly message: string
}

/**
 * Reads a line as the entry that follows on another.
 *
 * @param line without its newline
 * @param last the entry before it; null before the first
 * @returns the entry, or what is wrong with it
 */
export function readEntry(line: string, last: LedgerEntry | null): LedgerEntry | LedgerFault {
  const number = (last?.entry ?? 0) + 1
  const fault = (message: string): LedgerFault => ({ entry: number, message: `entry ${number} ${message}` })
  const parsed = ledgerEntry.safeParse(parseLine(line))
  if (!parsed.success) return fault('is not an entry of a ledger: it was damaged or changed after it was written')
  const { body, bodyHash, entry: count, hash, previous, time } = parsed.data
  const entry: LedgerEntry = { body, bodyHash, entry: count, hash, previous, time }
  if (entryLine(entry) !== line) return fault('is not in its one spelling: it was changed after it was written')
  if (entry.body !== null && digestOf(entry.body) !== entry.bodyHash)
    return fault('has a content that its bodyHash does not cover: it was changed after it was written')
  if (hashOf(entry) !== entry.hash) return fault('has a hash that is not its own: it was changed after it was written')
  if (entry.entry !== number)
    return fault(`is missing: entry ${entry.entry} stands in its place, so entries were removed or moved`)
  if (entry.previous !== (last?.hash ?? NO_ENTRY))
    return fault(`does not follow on entry ${number - 1}: one of the two was exchanged, or belongs to another ledger`)
  return entry
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

/** True for what readEntry found wrong. */
export const isFault = (read: LedgerEntry | LedgerFault): read is LedgerFault => 'message' in read

/** The ledger that begins with an entry. */
export const ledgerIdOf = (first: LedgerEntry): LedgerId => first.hash.slice(0, 16) as LedgerId

/** The anchor of an entry. */
export const anchorOf = (first: LedgerEntry, { entry, hash }: LedgerEntry): Anchor => ({
  entry,
  hash: hash.slice(0, ANCHOR_HASH_DIGITS),
  ledger: ledgerIdOf(first),
})
