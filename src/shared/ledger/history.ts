// history/1: what a ledger has signed and frozen, to be carried to another machine, in the manner of EIP-3076.
//
// Canonical JSON like the other documents, with no secret in it. It is whole: importing it adds every record and every freeze to
// what the other ledger knows, and takes nothing away there (docs/ledger-format.md).
import { coldCommand } from '../base/commands.ts'
import * as z from 'zod'
import { anchor } from '../base/anchor.ts'
import { checksum, decodeDocument, encodeDocument } from '../base/document.ts'
import { freezeScope, reason } from './ledger-events.ts'
import { signedRecord } from './signed-record.ts'

const HEADER = 'history/1'
/** About 30,000 records. */
export const MAX_HISTORY_BYTES = 32 * 1024 * 1024

const history = z
  .strictObject({
    airlock: z.literal(HEADER),
    /** Where the ledger stood that wrote it. */
    anchor,
    checksum,
    /** What was frozen then. */
    frozen: z.array(z.strictObject({ reason, scope: freezeScope }).readonly()).readonly(),
    records: z.array(signedRecord).readonly(),
  })
  .readonly()
export type History = Omit<z.output<typeof history>, 'airlock' | 'checksum'>

/**
 * Decodes a history.
 *
 * @throws AirlockError with every fault of spelling, schema and range
 */
export function decodeHistory(doing: string, bytes: Uint8Array): History {
  const again = `export it again on the other machine: ${coldCommand('ledger history')}`
  return decodeDocument(doing, bytes, HEADER, history, again, MAX_HISTORY_BYTES)
}

/** The canonical bytes of a history. */
export const encodeHistory = (from: History): Uint8Array => encodeDocument({ airlock: HEADER, ...from })
