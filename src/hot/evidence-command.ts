// airlock-hot evidence verify FOLDER: checks a pack of evidence, on any machine, without a key and without a chain.
//
// The chain, every document, every signature, and the summary, which is written again from the rest and compared byte by byte
// (docs/evidence.md). With --anchor, that a response held here names an entry of this very chain; what it says of other ledgers
// is not looked at.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readDocument } from '../local/document-file.ts'
import { readEvidenceWithProgress } from '../local/evidence-reading.ts'
import { isFolder, readBounded } from '../local/files.ts'
import { hang, print, printJson } from '../local/terminal.ts'
import type { Anchor } from '../shared/base/anchor.ts'
import { digestWords, type DocumentDigest } from '../shared/base/document.ts'
import { refusal, refuseAll, type Problem } from '../shared/base/errors.ts'
import { MAX_LEDGER_BYTES, type Evidence, type EvidenceFiles } from '../shared/evidence/evidence.ts'
import {
  EVIDENCE_HEADER,
  evidenceSummary,
  provenLines,
  summaryDifference,
  unprovenLines,
} from '../shared/evidence/evidence-summary.ts'
import { wrong } from '../shared/evidence/evidence-view.ts'
import { MAX_HISTORY_BYTES } from '../shared/ledger/history.ts'
import { anchorOf } from '../shared/ledger/ledger-entry.ts'
import { quote } from '../shared/base/quote.ts'
import { decodeResponse } from '../shared/request/response.ts'
import { utc } from '../shared/base/units.ts'
import { zxingReader } from './scan/zxing.ts'

export interface EvidenceOptions {
  readonly anchor?: readonly string[]
  readonly json?: boolean
}

const READING = 'reading the evidence'
const CHECKING = 'checking the evidence'

/** Checks a pack, and says what it proves and what it does not. */
export async function verifyEvidence(folder: string, options: EvidenceOptions): Promise<void> {
  const files = readPack(folder)
  const summary = strictText(readWhole(join(folder, 'summary.md'), MAX_LEDGER_BYTES))
  const held = await readResponses(options.anchor ?? [])
  const { evidence, problems } = await readEvidenceWithProgress(files)
  refuseAll(CHECKING, problems)
  if (evidence === null) throw new RangeError('a chain without a problem and without evidence')
  refuseAll(CHECKING, [
    ...summaryProblems(summary, evidence),
    ...held.flatMap((each) => anchorProblems(each, evidence)),
  ])
  if (options.json === true) printJson(evidenceJson(folder, evidence, held))
  else printEvidence(evidence, held)
}

/** The files of a pack. Documents are read one at a time, when they are looked at. */
function readPack(folder: string): EvidenceFiles {
  const documents = join(folder, 'documents')
  return {
    lines: linesOf(readWhole(join(folder, 'ledger.jsonl'), MAX_LEDGER_BYTES)),
    document: (digest) => {
      const path = join(documents, digest)
      return existsSync(path) ? readWhole(path, MAX_HISTORY_BYTES) : null
    },
    names: isFolder(documents) ? readdirSync(documents).toSorted() : [],
  }
}

/** Each line as text; a line that is no UTF-8 as an empty one, which the chain refuses. So it does a last line without newline. */
function linesOf(bytes: Uint8Array): readonly string[] {
  const lines: string[] = []
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start)
    lines.push(end === -1 ? '' : strictText(bytes.subarray(start, end)))
    start = end === -1 ? bytes.length : end + 1
  }
  return lines
}

function strictText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return ''
  }
}

/** A whole file; the buffer is as large as the file, not as the bound. */
function readWhole(path: string, limit: number): Uint8Array {
  const size = Math.min(statSync(path, { throwIfNoEntry: false })?.size ?? 0, limit)
  const bytes = readBounded(READING, path, size)
  if (bytes.length <= size) return bytes
  throw refusal(READING, 'document_too_large', `${quote(path)} is larger than ${limit} bytes`, 'ask for a smaller pack')
}

/** A response held here: where it is recorded in the ledger of the pack, or anywhere else. */
interface Held {
  readonly path: string
  readonly anchors: readonly Anchor[]
}

async function readResponses(paths: readonly string[]): Promise<readonly Held[]> {
  const held: Held[] = []
  for (const path of paths) {
    const doing = `reading the response ${quote(path)}`
    const { anchors } = decodeResponse(doing, await readDocument(doing, path, zxingReader))
    held.push({ path, anchors })
  }
  return held
}

function summaryProblems(summary: string, evidence: Evidence): readonly Problem[] {
  const version = summary.split('\n')[2]?.split(':')[0] ?? ''
  if (/^evidence\/\d+$/.test(version) && version !== EVIDENCE_HEADER) {
    const message = `summary.md is of an ${version}, this program reads ${EVIDENCE_HEADER}`
    return [
      { code: 'document_version_unsupported', message, hint: 'use the program of the version that made the pack' },
    ]
  }
  const differs = summaryDifference(summary, evidenceSummary(evidence))
  if (differs === null) return []
  const seen = `line ${differs.line} is ${quote(differs.found, 200)}, and what follows from the pack is ${quote(differs.expected, 200)}`
  return [wrong('evidence_summary_differs', `summary.md: ${seen}`)]
}

function anchorProblems({ anchors, path }: Held, { entries, ledger: own }: Evidence): readonly Problem[] {
  const anchor = anchors.find(({ ledger }) => ledger === own)
  if (anchor === undefined) {
    const places = anchors.map(({ entry, ledger }) => `entry ${entry} of ledger ${ledger}`).join(' and ')
    const said = `${quote(path)} is recorded as ${places === '' ? 'no entry of any ledger' : places}`
    return [wrong('evidence_anchor_wrong', `${said}, and the pack is of ledger ${own}`)]
  }
  const { entry, hash, ledger } = anchor
  const found = entries[entry - 1]
  if (found !== undefined && anchorOf(entries[0], found).hash === hash) return []
  const said = `${quote(path)} is recorded as entry ${entry} of ledger ${ledger}`
  const seen =
    found === undefined ? `the pack ends at entry ${entries.length}` : `entry ${entry} of the pack is another one`
  return [wrong('evidence_anchor_wrong', `${said}, and ${seen}`)]
}

/** Where the responses held here are recorded in the ledger of the pack, once that is proven. */
const heldThere = (held: readonly Held[], { ledger: own }: Evidence): readonly (Anchor & Pick<Held, 'path'>)[] =>
  held.flatMap(({ anchors, path }) =>
    anchors.filter(({ ledger }) => ledger === own).map((anchor) => ({ path, ...anchor })),
  )

const heldLine = ({ entry, path }: Pick<Anchor, 'entry'> & Pick<Held, 'path'>): string =>
  `The response ${quote(path)}, held here, is recorded as entry ${entry} of this very chain`

function printEvidence(evidence: Evidence, held: readonly Held[]): void {
  const { documents, entries, head, ledger } = evidence
  const shown = entries.filter(({ body }) => body !== null).length
  const there = documents.filter((each) => each.shown).length
  print('Every file of the pack was checked, and nothing in it contradicts anything else.')
  print(`  ledger     ${ledger}`)
  print(`  entries    ${head.entry}, ${shown} of them with their content`)
  print(`  documents  ${there}, ${documents.length - there} left out`)
  print(`  head       entry ${head.entry}, ${utc(head.time)}`)
  print(`    ${head.hash}`)
  print(`    ${digestWords(head.hash).join(' ')}`)
  print('Proven:')
  for (const line of [...provenLines(evidence), ...heldThere(held, evidence).map(heldLine)]) print(hang('  - ', line))
  print('Not proven:')
  for (const line of unprovenLines(evidence)) print(hang('  - ', line))
}

function evidenceJson(folder: string, evidence: Evidence, held: readonly Held[]): object {
  const { anchored, approvals, documents, entries, head, ledger, receipts, signed } = evidence
  const digests = (shown: boolean): readonly DocumentDigest[] =>
    documents.filter((each) => each.shown === shown).map(({ digest }) => digest)
  return {
    folder,
    ledger,
    head: { entry: head.entry, hash: head.hash, words: digestWords(head.hash).join(' '), time: head.time },
    entries: entries.map(({ body, entry, time }) => ({ entry, time, event: body?.event ?? null })),
    documents: digests(true),
    documentsLeftOut: digests(false),
    signed: signed.map(({ request, ...proof }) => ({ ...proof, requestDigest: request?.digest ?? null })),
    responsesWithoutSigning: anchored,
    approvals,
    receipts,
    anchors: heldThere(held, evidence),
    proven: [...provenLines(evidence), ...heldThere(held, evidence).map(heldLine)],
    notProven: unprovenLines(evidence),
  }
}
