// receipt/1: what the online machine says became of a transaction, carried back to the ledger that recorded its signatures.
//
// "airlock": "receipt/1", canonical JSON (document.ts), one page in docs/evidence.md. Nothing in it is signed: it is the word
// of one node. What can be held against the request and its signatures is the hash of the transaction.
import { hotCommand } from '../base/commands.ts'
import * as z from 'zod'
import { checksum, decodeDocument, digestField, encodeDocument } from '../base/document.ts'
import { bytes32, integer, unixSeconds, wei } from '../base/fields.ts'

const HEADER = 'receipt/1'

/** Holds a socket of 512 characters that are all quoted as \u{ffff}, and any list of quorums. */
export const MOST_VALUE = 4200

/** A fact that the contracts told after the transaction: what, and what they said of it. */
const fact = z
  .strictObject({
    name: z.string().min(1, 'expected a name').max(40, 'expected at most 40 characters'),
    value: z.string().max(MOST_VALUE, `expected at most ${MOST_VALUE} characters`),
  })
  .readonly()
export type ReadBackFact = z.output<typeof fact>

const receipt = z
  .strictObject({
    airlock: z.literal(HEADER),
    /** The block that holds the transaction, and its time. */
    block: z.strictObject({ hash: bytes32, number: integer(0), timestamp: unixSeconds }).readonly(),
    checksum,
    /** What was paid: gas used times the effective price. */
    feeWei: wei,
    gasUsed: integer(0),
    /** What the contracts said at that block; null for a transaction that reverted. */
    readBack: z.array(fact).max(32, 'expected at most 32 facts').readonly().nullable(),
    requestDigest: digestField,
    status: z.enum(['success', 'reverted']),
    /** The hash of the transaction. */
    transaction: bytes32,
  })
  .refine(({ readBack, status }) => (readBack === null) === (status === 'reverted'), {
    path: ['readBack'],
    message: 'expected null for a transaction that reverted, and for no other',
  })
  .readonly()

/** A receipt whose every field is well-formed; nothing is said about whether it is true. */
export type Receipt = Omit<z.output<typeof receipt>, 'airlock' | 'checksum'>

/**
 * Decodes a receipt.
 *
 * @param doing what the caller is doing, for the refusal
 * @throws AirlockError with every fault of spelling, schema and range
 */
export function decodeReceipt(doing: string, bytes: Uint8Array): Receipt {
  const again = `write it again on the online machine: ${hotCommand('send', { RESPONSE: 'RESPONSE', '--receipt': 'FILE' })}`
  return decodeDocument(doing, bytes, HEADER, receipt, again)
}

/** The canonical bytes of a receipt. */
export const encodeReceipt = (document: Receipt): Uint8Array => encodeDocument({ airlock: HEADER, ...document })
