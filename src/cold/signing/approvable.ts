// What a reviewer is asked to approve: a request, a statement or a policy, told apart by how it begins, judged and made readable.
//
// A request passes everything that it passes before it is signed: what `sign` refuses cannot be approved either. Another
// kind of document is one more entry of the list.
import type { ApprovalSubject } from '../../shared/ledger/approval.ts'
import type { DocumentDigest } from '../../shared/base/document.ts'
import type { Address, UnixSeconds } from '../../shared/base/fields.ts'
import type { Finding } from '../../shared/base/finding.ts'
import { documentKind } from '../../shared/qr/packed.ts'
import { reviewSections, reviewSummary, type ReviewSection } from '../../shared/request/review.ts'
import { decodeStatement, statementSections, statementSummary } from '../../shared/ledger/statement.ts'
import { parsePolicy } from '../policy/policy.ts'
import { policySections } from '../policy/policy-text.ts'
import { validateRequest } from '../validate/validate.ts'

/** A document that may be approved, with all that a person has to read of it. */
export interface Approvable {
  readonly subject: ApprovalSubject
  readonly digest: DocumentDigest
  readonly words: readonly string[]
  readonly sections: readonly ReviewSection[]
  readonly findings: readonly Finding[]
  /** One sentence, to stand right above the question. */
  readonly summary: string
  /** Whose matter it is; null where it is no operator's. */
  readonly operator: Address | null
}

interface Kind {
  readonly isThis: (bytes: Uint8Array) => boolean
  readonly read: (bytes: Uint8Array, clock: UnixSeconds) => Approvable
}

const kinds: readonly Kind[] = [
  { isThis: (bytes) => documentKind(bytes) === 'statement', read: readStatement },
  { isThis: isPolicy, read: readPolicy },
  // The last: what is of no known kind is refused with what a request must look like.
  { isThis: () => true, read: readRequest },
]

/**
 * Reads and judges a document that is to be approved.
 *
 * @param bytes the file's content
 * @param clock what this machine's clock shows
 * @throws AirlockError with every problem of the stage that refused
 */
export function readApprovable(bytes: Uint8Array, clock: UnixSeconds): Approvable {
  const kind = kinds.find(({ isThis }) => isThis(bytes))
  return (kind?.read ?? readRequest)(bytes, clock)
}

/** A policy in either spelling says so in its first lines; it is no canonical document. */
function isPolicy(bytes: Uint8Array): boolean {
  return /^["\s{]*"?airlock"?\s*:\s*"?policy\//m.test(new TextDecoder().decode(bytes.subarray(0, 4096)))
}

function readPolicy(bytes: Uint8Array): Approvable {
  const document = parsePolicy('checking policy', bytes)
  const { digest, words } = document
  const summary = `put the policy with the words ${words.join(' ')} in force`
  return { subject: 'policy', digest, words, sections: policySections(document), findings: [], summary, operator: null }
}

function readRequest(bytes: Uint8Array, clock: UnixSeconds): Approvable {
  const valid = validateRequest(bytes, clock)
  const { digest, findings, request, words } = valid
  const sections = reviewSections(valid, clock)
  const { operator } = request.operation
  return { subject: 'request', digest, words, sections, findings, summary: reviewSummary(valid), operator }
}

function readStatement(bytes: Uint8Array): Approvable {
  const document = decodeStatement('checking statement', bytes)
  const { digest, words } = document
  const [sections, summary] = [statementSections(document), statementSummary(document)]
  return { subject: 'statement', digest, words, sections, findings: [], summary, operator: null }
}
