// The packed forms of approvals and statements, field by field; packed.ts puts them between first byte and digest.
//
// One page in docs/packed-format.md. A choice is the place of its word in a list that only ever grows at its end.
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { approvalSubjects, type ApprovalDocument } from './approval.ts'
import { compressSignature, decompressSignature } from './compressed.ts'
import * as packing from './packing.ts'
import { choice, record, type Packing } from './packing.ts'
import { statementKinds, type EntryHash, type LedgerId, type Statement } from './statement.ts'

/** Bytes of one length whose hex digits stand in a document without 0x. */
const bareHex = <Value extends string>(length: number): Packing<Value> => ({
  write: (value) => [...hexToBytes(value)],
  read: (from) => bytesToHex(from.take(length)) as Value,
})

/** An approval: 117 bytes. */
export const approval: Packing<Omit<ApprovalDocument, 'airlock'>> = record({
  approver: packing.address,
  digest: packing.digest,
  signature: packing.compressed(64, compressSignature, decompressSignature),
  subject: choice(approvalSubjects),
})

/** A statement. */
export const statement: Packing<Omit<Statement, 'airlock'>> = record({
  entry: packing.integer<number>(),
  entryHash: bareHex<EntryHash>(32),
  ledger: bareHex<LedgerId>(8),
  reason: packing.text,
  statement: choice(statementKinds),
})
