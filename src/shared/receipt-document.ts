// receipt/1: what the online machine says became of a transaction, carried back to the ledger that recorded its signatures.
//
// "airlock": "receipt/1", canonical JSON (document.ts), one page in docs/evidence.md. Nothing in it is signed: it is the word
// of one node. What can be held against the request and its signatures is the hash of the transaction.
import * as z from 'zod'
import { checksum, decodeDocument, digestField, encodeDocument } from './document.ts'
import { bytes32, integer, unixSeconds, wei } from './fields.ts'

const HEADER = 'receipt/1'

/** What a RegistryCoordinator answers for an operator: 0, 1 and 2 on chain. */
export const operatorStatuses = ['NEVER_REGISTERED', 'REGISTERED', 'DEREGISTERED'] as const
export type OperatorStatusName = (typeof operatorStatuses)[number]

/** A bitmap of the contract has 192 quorums. */
const quorumsHeld = z
  .array(integer(0).refine((number) => number <= 191, 'expected numbers up to 191'))
  .refine(
    (numbers) => numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0)),
    'expected ascending quorum numbers, each one once',
  )
  .readonly()

const receipt = z
  .strictObject({
    airlock: z.literal(HEADER),
    /** The block that holds the transaction, and its time. */
    block: z.strictObject({ hash: bytes32, number: integer(0), timestamp: unixSeconds }).readonly(),
    checksum,
    /** What was paid: gas used times the effective price. */
    feeWei: wei,
    gasUsed: integer(0),
    /** What the contracts said of the operator at that block; null for a transaction that reverted. */
    registration: z
      .strictObject({ operatorStatus: z.enum(operatorStatuses), quorums: quorumsHeld })
      .readonly()
      .nullable(),
    requestDigest: digestField,
    status: z.enum(['success', 'reverted']),
    /** The hash of the transaction. */
    transaction: bytes32,
  })
  .refine(({ registration, status }) => (registration === null) === (status === 'reverted'), {
    path: ['registration'],
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
  const again = 'write it again on the online machine: `airlock-hot send REQUEST RESPONSE --receipt FILE`'
  return decodeDocument(doing, bytes, HEADER, receipt, again)
}

/** The canonical bytes of a receipt. */
export const encodeReceipt = (document: Receipt): Uint8Array => encodeDocument({ airlock: HEADER, ...document })
