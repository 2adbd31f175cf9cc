// A pack of evidence, read and judged: what its entries and documents prove, and everything in it that contradicts something
// else (docs/evidence.md).
//
//   ledger.jsonl       every entry of a ledger from 1 to its head, one a line; a body can be left out, as null
//   documents/SHA256   what the bodies name: requests, reviews, responses, policies, approvals, histories, receipts
//
// Nothing but the pack is needed: no key, no chain, no clock. What was left out is said and proves nothing. A chain that breaks
// ends the reading; of everything else all contradictions are found in one pass, each naming its entry.
import { documentDigest, type DocumentDigest } from '../base/document.ts'
import type { LedgerId } from '../base/anchor.ts'
import type { Problem } from '../base/errors.ts'
import { proveApprovals, type ApprovalProof } from './evidence-approvals.ts'
import { proveReceipt, proveSigned, type ReceiptProof, type SignedProof } from './evidence-proof.ts'
import { referenceProblems } from './evidence-references.ts'
import { proveAnchored, type AnchoredResponse } from './evidence-responses.ts'
import { entriesOf, wrong } from './evidence-view.ts'
import { isFault, ledgerIdOf, readEntry, type LedgerEntry } from '../ledger/ledger-entry.ts'
import { namedDocuments, type KeptKind } from '../ledger/ledger-events.ts'
import { quote } from '../base/quote.ts'

/** The most bytes of ledger.jsonl: about 50,000 entries with their bodies. */
export const MAX_LEDGER_BYTES = 64 * 1024 * 1024

/** The files of a pack. */
export interface EvidenceFiles {
  /** The lines of ledger.jsonl, without newlines. */
  readonly lines: readonly string[]
  /** The bytes of documents/DIGEST as they are; null where there is none. */
  readonly document: (digest: DocumentDigest) => Uint8Array | null
  /** The names of all files in documents/. */
  readonly names: readonly string[]
}

/** A document that an entry names. */
export interface EvidenceDocument {
  readonly digest: DocumentDigest
  readonly kind: KeptKind
  /** The first entry that names it. */
  readonly entry: number
  readonly shown: boolean
}

/** What a pack proves. */
export interface Evidence {
  readonly ledger: LedgerId
  /** All entries, the first first; `body` is null where it was left out. */
  readonly entries: readonly [LedgerEntry, ...LedgerEntry[]]
  readonly head: LedgerEntry
  readonly documents: readonly EvidenceDocument[]
  readonly signed: readonly SignedProof[]
  /** Responses whose signing is not shown. */
  readonly anchored: readonly AnchoredResponse[]
  readonly receipts: readonly ReceiptProof[]
  readonly approvals: readonly ApprovalProof[]
}

/** A pack as it was read; without a whole chain there is no evidence. */
export interface EvidenceReading {
  readonly evidence: Evidence | null
  readonly problems: readonly Problem[]
}

/**
 * Reads a pack and checks everything in it.
 *
 * @param onSigning told before each signing: the checks of one are the slow part
 */
export async function readEvidence(
  files: EvidenceFiles,
  onSigning: (number: number, all: number) => void = () => undefined,
): Promise<EvidenceReading> {
  const chain = readChain(files.lines)
  if ('code' in chain) return { evidence: null, problems: [chain] }
  const documents = documentsNamed(chain, files)
  const view = { entries: chain, document: files.document }
  const signed: SignedProof[] = []
  const receipts: ReceiptProof[] = []
  const problems: Problem[] = [...documentProblems(documents, files), ...referenceProblems(chain)]
  const { length: signings } = entriesOf(chain, 'signed')
  for (const entry of chain) {
    const { body } = entry
    if (body?.event === 'signed') onSigning(signed.length + 1, signings)
    if (body?.event === 'signed') problems.push(...(await proveSigned(view, { ...entry, body }, signed)))
    if (body?.event === 'receipt') problems.push(...proveReceipt(view, { ...entry, body }, signed, receipts))
  }
  const { approvals, problems: disapproved } = await proveApprovals(view)
  const { anchored, problems: misplaced } = proveAnchored(view)
  problems.push(...misplaced, ...disapproved)
  const head = chain.at(-1) ?? chain[0]
  const ledger = ledgerIdOf(chain[0])
  return { evidence: { ledger, entries: chain, head, documents, signed, anchored, receipts, approvals }, problems }
}

function readChain(lines: readonly string[]): Evidence['entries'] | Problem {
  const entries: LedgerEntry[] = []
  for (const line of lines) {
    const read = readEntry(line, entries.at(-1) ?? null)
    if (isFault(read)) return wrong('evidence_broken', `ledger.jsonl: ${read.message}`)
    entries.push(read)
  }
  const [first, ...rest] = entries
  return first === undefined ? wrong('evidence_broken', 'ledger.jsonl is empty, expected entry 1') : [first, ...rest]
}

/** Each document once, at the first entry that names it. */
function documentsNamed(entries: readonly LedgerEntry[], { names }: EvidenceFiles): readonly EvidenceDocument[] {
  const present = new Set(names)
  const found = new Map<DocumentDigest, EvidenceDocument>()
  for (const { body, entry } of entries) {
    for (const { digest, kind } of body === null ? [] : namedDocuments(body))
      if (!found.has(digest)) found.set(digest, { digest, kind, entry, shown: present.has(digest) })
  }
  return [...found.values()]
}

function documentProblems(documents: readonly EvidenceDocument[], files: EvidenceFiles): readonly Problem[] {
  const named = new Set<string>(documents.map(({ digest }) => digest))
  const foreign = files.names.filter((name) => !named.has(name))
  return [
    ...documents.flatMap((each) => (each.shown ? changedProblem(each, files) : [])),
    ...foreign.map((name) =>
      wrong('evidence_document_foreign', `documents/${quote(name, 70)} is named by no entry whose content is shown`),
    ),
  ]
}

function changedProblem({ digest, entry, kind }: EvidenceDocument, { document }: EvidenceFiles): readonly Problem[] {
  const bytes = document(digest)
  if (bytes !== null && documentDigest(bytes) === digest) return []
  const seen = bytes === null ? 'cannot be read' : `has the SHA-256 ${documentDigest(bytes)}`
  return [
    wrong('evidence_document_changed', `documents/${digest}, one of the ${kind} that entry ${entry} names, ${seen}`),
  ]
}
