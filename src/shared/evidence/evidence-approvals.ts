// What the approvals in a pack of evidence prove: that a key which no entry needs to hold signed the very request, policy or
// statement that an entry records. A statement is made again from its entry: every field of it stands there.
import { decodeApproval, type ApprovalSubject } from '../ledger/approval.ts'
import { documentDigest, type DocumentDigest } from '../base/document.ts'
import { AirlockError, type Problem } from '../base/errors.ts'
import { shownDocument, wrong, type EvidenceView } from './evidence-view.ts'
import type { Address } from '../base/fields.ts'
import { ledgerIdOf, type LedgerEntry } from '../ledger/ledger-entry.ts'
import { encodeStatement } from '../ledger/statement.ts'

/** An approval whose signature is its approver's, of what its entry is about. */
export interface ApprovalProof {
  readonly entry: number
  readonly approver: Address
}

interface Approved {
  readonly subject: ApprovalSubject
  /** Null where what was approved cannot be known from what is shown. */
  readonly digest: DocumentDigest | null
}

/** Proves every approval that is shown. */
export async function proveApprovals(
  view: EvidenceView,
): Promise<{ readonly approvals: readonly ApprovalProof[]; readonly problems: readonly Problem[] }> {
  const approvals: ApprovalProof[] = []
  const problems: Problem[] = []
  for (const entry of view.entries) {
    const { counted, approved } = approvalsOf(view, entry)
    for (const digest of counted) {
      const proof = await proveApproval(view, entry.entry, digest, approved)
      if (proof === null) continue
      if ('code' in proof) problems.push(proof)
      else approvals.push(proof)
    }
  }
  return { approvals, problems }
}

const NONE = { counted: [], approved: { subject: 'request', digest: null } } as const

/** The approvals that an entry counted, and what they must be of. */
function approvalsOf(
  { entries }: EvidenceView,
  { body }: LedgerEntry,
): { readonly counted: readonly DocumentDigest[]; readonly approved: Approved } {
  if (body === null) return NONE
  switch (body.event) {
    case 'signed':
      return { counted: body.approvals, approved: { subject: 'request', digest: body.request.digest } }
    case 'policy':
      return { counted: body.approvals, approved: { subject: 'policy', digest: body.policy } }
    case 'unfrozen':
    case 'settled': {
      const ledger = entries[0] === undefined ? null : ledgerIdOf(entries[0])
      const own = body.event === 'unfrozen' || body.ledger === ledger
      const entryHash = own ? entries[body.of - 1]?.hash : undefined
      // An entry of another ledger is not in this pack: what was approved about it stays open.
      if (ledger === null || entryHash === undefined)
        return { counted: body.approvals, approved: { subject: 'statement', digest: null } }
      const statement = body.event === 'unfrozen' ? 'unfreeze' : 'settle'
      const bytes = encodeStatement({ entry: body.of, entryHash, ledger, reason: body.reason, statement })
      return { counted: body.approvals, approved: { subject: 'statement', digest: documentDigest(bytes) } }
    }
    case 'approved':
      return { counted: [body.approval], approved: { subject: body.subject, digest: body.digest } }
    case 'begun':
    case 'seen':
    case 'refused':
    case 'declined':
    case 'repeated':
    case 'delivered':
    case 'frozen':
    case 'imported':
    case 'receipt':
      return NONE
  }
}

async function proveApproval(
  view: EvidenceView,
  entry: number,
  digest: DocumentDigest,
  { subject, digest: about }: Approved,
): Promise<ApprovalProof | Problem | null> {
  const bytes = shownDocument(view, digest)
  if (bytes === null) return null
  try {
    const approval = await decodeApproval('checking the evidence', bytes)
    const fits = approval.subject === subject && (about === null || approval.digest === about)
    if (fits) return { entry, approver: approval.approver }
    const seen = `an approval of entry ${entry} is of ${approval.subject} ${approval.digest}`
    return wrong('evidence_approval_wrong', `${seen}, expected ${subject}${about === null ? '' : ` ${about}`}`)
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error
    const seen = `an approval of entry ${entry} does not hold: ${error.problems[0].message}`
    return wrong('evidence_approval_wrong', seen)
  }
}
