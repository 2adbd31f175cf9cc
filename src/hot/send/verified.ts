// A response verified on this machine: its anchors compared with those kept and kept too, and the journal told.
import { clockNow } from '../../local/clock.ts'
import { documentDigest, type DocumentDigest } from '../../shared/base/document.ts'
import type { Finding } from '../../shared/base/finding.ts'
import { anchorsFolder, judgeAnchor, keepAnchor, readAnchors, seenIn } from '../seen/anchors.ts'
import type { Pair } from './document-pair.ts'
import { journalFolder, JournalWriter } from '../journal/journal.ts'
import { VerifiedResponse } from '../verify/verify.ts'

/** Where a command that verifies keeps what it learns. */
export interface VerifyOptions {
  readonly anchors?: string
  readonly journal?: string
  readonly json?: boolean
}

/** A response that was verified, and the place in the journal where it is kept. */
export interface Checked {
  readonly response: VerifiedResponse
  readonly digest: DocumentDigest
  readonly findings: readonly Finding[]
  readonly journal: JournalWriter
}

/** Verifies a response, compares its anchors with those that are kept, and keeps them, in the journal too. */
export async function verified({ request, response: answer }: Pair, options: VerifyOptions): Promise<Checked> {
  const response = await VerifiedResponse.verify(request, answer)
  const { document, check, response: signed } = VerifiedResponse.open(response)
  const folder = anchorsFolder(options.anchors)
  const known = readAnchors(folder)
  const findings = signed.anchors.flatMap((anchor) => judgeAnchor(anchor, known))
  for (const seen of seenIn(signed, document.request.operation.operator, clockNow())) keepAnchor(folder, seen)
  const journal = new JournalWriter(journalFolder(options.journal), request)
  journal.keepResponse(answer)
  const digest = documentDigest(answer)
  const transactions = check.transactions.map(({ hash }) => hash)
  journal.note({ event: 'verified', complete: check.missing.length === 0, response: digest, transactions })
  return { response, digest, findings, journal }
}
