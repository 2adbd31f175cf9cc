// The packed forms of approvals and statements, field by field; packed.ts puts them between first byte and digest.
//
// One page in docs/packed-format.md. A choice is the place of its word in a list that only ever grows at its end.
import type { LedgerId } from '../base/anchor.ts'
import { approvalSubjects, type ApprovalDocument } from '../ledger/approval.ts'
import { compressSignature, decompressSignature } from '../packing/compressed.ts'
import * as packing from '../packing/packing.ts'
import { choice, record, type Packing } from '../packing/packing.ts'
import { statementKinds, type Statement } from '../ledger/statement.ts'

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
  entryHash: packing.digest,
  ledger: packing.hex<LedgerId>(8),
  reason: packing.text,
  statement: choice(statementKinds),
})
