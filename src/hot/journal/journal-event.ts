// journal-event/1: one thing that happened to a request, as a small file of the journal (docs/journal.md).
//
// Nothing in it is signed, and nothing is done because of it alone: what the chain says wins. It is for people, and for two
// things that no node can tell any more: what may have been sent, and in which block a transaction stood before a
// reorganisation took that block away.
import { hotCommand } from '../../shared/base/commands.ts'
import * as z from 'zod'
import { checksum, decodeDocument, digestField, encodeDocument } from '../../shared/base/document.ts'
import { bytes32, integer, unixSeconds } from '../../shared/base/fields.ts'

const HEADER = 'journal-event/1'
/** The largest holds sixteen hashes. */
export const MAX_EVENT_BYTES = 4096

const block = z.strictObject({ hash: bytes32, number: integer(0) }).readonly()
const rung = { rung: integer(0), transaction: bytes32 }
const inBlock = { block, transaction: bytes32 }
const offered = { ...rung, nonce: integer(0), response: digestField }

const event = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('built') }),
  /** A response was checked; `transactions` are the hashes of its rungs, none where it is partial. */
  z.strictObject({
    event: z.literal('verified'),
    complete: z.boolean(),
    response: digestField,
    transactions: z.array(bytes32),
  }),
  z.strictObject({ event: z.literal('simulated'), ...inBlock }),
  // Written before it is sent: where the program ends in between, it may have been sent.
  z.strictObject({ event: z.literal('sent'), ...offered }),
  z.strictObject({ event: z.literal('bumped'), ...offered }),
  /** `confirmations` is how many are waited for. */
  z.strictObject({ event: z.literal('mined'), ...rung, block, confirmations: integer(1) }),
  /** With this many confirmations, and the contracts have what was asked for. */
  z.strictObject({ event: z.literal('confirmed'), ...inBlock, confirmations: integer(1) }),
  z.strictObject({ event: z.literal('reverted'), ...inBlock }),
  /** It succeeded, and the contracts do not have what was asked for. */
  z.strictObject({ event: z.literal('left-out'), ...inBlock }),
  /** No node has it, and its nonce is unused. */
  z.strictObject({ event: z.literal('dropped'), ...rung }),
  /** Its nonce was used by another transaction; null where that could not be found. */
  z.strictObject({ event: z.literal('replaced'), nonce: integer(0), by: bytes32.nullable(), block: block.nullable() }),
  /** It was mined in `block`, which is not in the chain any more: `now` stands in its place, null while nothing does. */
  z.strictObject({
    event: z.literal('reorganised'),
    ...rung,
    block,
    head: integer(0),
    now: bytes32.nullable(),
  }),
])

const file = z.strictObject({ airlock: z.literal(HEADER), at: unixSeconds, checksum, what: event }).readonly()

/** What happened. Rungs are counted from 0, as in `send --json`. */
export type Happening = z.output<typeof event>
export type HappeningNamed<Name extends Happening['event']> = Extract<Happening, { event: Name }>

/** What happened, and when by the clock of the machine that wrote it down. */
export type JournalEvent = Omit<z.output<typeof file>, 'airlock' | 'checksum'>

/**
 * Decodes an event.
 *
 * @param doing what the caller is doing, for the refusal
 * @throws AirlockError with every fault of spelling, schema and range
 */
export function decodeEvent(doing: string, bytes: Uint8Array): JournalEvent {
  const again = `delete the file: what happened is read from the chain by ${hotCommand('status', { '--rpc-url': 'URL' })}`
  return decodeDocument(doing, bytes, HEADER, file, again, MAX_EVENT_BYTES)
}

/** The canonical bytes of an event. */
export const encodeEvent = (event: JournalEvent): Uint8Array => encodeDocument({ airlock: HEADER, ...event })
