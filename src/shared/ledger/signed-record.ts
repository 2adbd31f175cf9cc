// What a ledger remembers of something it signed: enough to refuse what would contradict it, here or on another machine.
import * as z from 'zod'
import { ledgerId, type LedgerId } from '../base/anchor.ts'
import type { ResponsePart } from '../operation-parts/operation.ts'
import { address, bytes32, integer, unixSeconds, type Bytes32 } from '../base/fields.ts'
import { signedDigests } from './ledger-events.ts'
import type { LedgerEntry } from './ledger-entry.ts'
import { requestFacts } from './request-facts.ts'

export const signedRecord = z
  .strictObject({
    /** The address of the ECDSA key that signed; null where only the BLS key did. */
    address: address.nullable(),
    digests: signedDigests,
    /** Where it was recorded: the entry's number in the ledger of that id. */
    entry: integer(1),
    ledger: ledgerId,
    /** The BLS key that the request binds, whether it signed here or came as a finished proof. */
    operatorId: bytes32.nullable(),
    request: requestFacts,
    /** A person has stated that it can do nothing any more. */
    settled: z.boolean(),
    time: unixSeconds,
  })
  .readonly()
export type SignedRecord = z.output<typeof signedRecord>

/** The record of an entry; null for an entry that signed nothing. */
export function recordOf(ledger: LedgerId, { body, entry, time }: LedgerEntry): SignedRecord | null {
  if (body?.event !== 'signed') return null
  const { digests, keys, request } = body
  return { ...keys, digests, entry, ledger, request, settled: false, time }
}

/** The digest that a record signed for a part of the response (of the lowest fee rung); null where it did not sign that part. */
export const signedPart = ({ digests }: Pick<SignedRecord, 'digests'>, part: ResponsePart): Bytes32 | null =>
  digests.find((signed) => signed.part === part)?.digest ?? null
