// The responses in a pack of evidence: each says where it is recorded, and that is held against the chain, also where the
// content of that entry was left out, because its hash stands there.
import { canonicalLine, type DocumentDigest } from '../base/document.ts'
import type { Problem } from '../base/errors.ts'
import { decoded, entriesOf, shownDocument, wrong, type EntryOf, type EvidenceView } from './evidence-view.ts'
import { anchorOf } from '../ledger/ledger-entry.ts'
import { decodeResponse, type SignedResponse } from '../request/response.ts'

/** A response of which nothing but its anchor is proven: the content of the entry that signed it was left out. */
export interface AnchoredResponse {
  /** The entry that recorded that it was written. */
  readonly entry: number
  /** The entry that it says it is recorded as, and is. */
  readonly of: number
  readonly digest: DocumentDigest
}

/**
 * Reads a response and holds its anchor against the entry that its delivery is about.
 *
 * @returns null where it was left out or does not decode
 */
export function readResponse(
  view: EvidenceView,
  { body, entry }: EntryOf<'delivered'>,
): { readonly response: SignedResponse | null; readonly problems: readonly Problem[] } {
  const what = `the response that entry ${entry} names`
  const bytes = shownDocument(view, body.response)
  const { problems, value } = decoded('evidence_signature_wrong', what, bytes, (found) =>
    decodeResponse('checking the evidence', found),
  )
  if (value === null) return { response: null, problems }
  return { response: value, problems: anchorProblems(view, what, body.of, value) }
}

function anchorProblems(
  { entries }: EvidenceView,
  what: string,
  of: number,
  { anchors }: SignedResponse,
): readonly Problem[] {
  const [first, entry] = [entries[0], entries[of - 1]]
  // A delivery of an entry that is not there is a contradiction of its own.
  if (first === undefined || entry === undefined) return []
  const expected = anchorOf(first, entry)
  // What one ledger delivers is recorded there alone; only later is it put together with the parts of others.
  if (canonicalLine(anchors) === canonicalLine([expected])) return []
  const places = anchors.map((anchor) => `entry ${anchor.entry} of ledger ${anchor.ledger} (${anchor.hash}...)`)
  const seen = `${what} says that it is recorded as ${places.join(' and ') || 'no entry'}`
  const due = `expected entry ${of} of ledger ${expected.ledger} (${expected.hash}...)`
  return [wrong('evidence_anchor_wrong', `${seen}, ${due}`)]
}

/** Proves of each response whose signing is not shown that it is recorded where it says. */
export function proveAnchored(view: EvidenceView): {
  readonly anchored: readonly AnchoredResponse[]
  readonly problems: readonly Problem[]
} {
  const read = entriesOf(view.entries, 'delivered')
    .filter(({ body: { of } }) => view.entries[of - 1]?.body === null)
    .map((entry) => ({ entry, ...readResponse(view, entry) }))
  return {
    anchored: read.flatMap(({ entry: { body, entry }, problems, response }) =>
      response === null || problems.length > 0 ? [] : [{ entry, of: body.of, digest: body.response }],
    ),
    problems: read.flatMap(({ problems }) => problems),
  }
}
