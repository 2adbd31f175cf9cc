// airlock-cold ledger export: a pack of evidence, for somebody who has neither the ledger nor a key (docs/evidence.md).
//
// Every entry goes in, from the first to the head, so that the chain can be checked; contents and documents go in as far as they
// were asked for. What is written is read and proven first, as the other side will: a ledger that contradicts itself is
// refused. The folder is made beside its place and put there in one step; nothing is ever overwritten.
import { hotLine } from '../../shared/base/commands.ts'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readEvidenceWithProgress } from '../../local/evidence-reading.ts'
import { besideOf, errorCode, isFolder, writeSynced } from '../../local/files.ts'
import { hang, print, printJson } from '../../local/terminal.ts'
import { digestWords, type DocumentDigest } from '../../shared/base/document.ts'
import { refusal, refuseAll } from '../../shared/base/errors.ts'
import type { Evidence } from '../../shared/evidence/evidence.ts'
import { evidenceSummary } from '../../shared/evidence/evidence-summary.ts'
import { entryLine, type LedgerEntry } from '../../shared/ledger/ledger-entry.ts'
import { namedDocuments, type KeptKind } from '../../shared/ledger/ledger-events.ts'
import { quote } from '../../shared/base/quote.ts'
import type { UnixSeconds } from '../../shared/base/fields.ts'
import { entriesInScope, type Scope } from './evidence-scope.ts'
import { Ledger, ledgerFolder } from '../ledger/ledger.ts'

export interface ExportOptions {
  readonly output: string
  readonly ledger?: string
  readonly request?: DocumentDigest
  readonly entry?: number
  readonly from?: UnixSeconds
  readonly to?: UnixSeconds
  readonly all?: boolean
  readonly without?: readonly KeptKind[]
  readonly withoutEntry?: readonly number[]
  readonly json?: boolean
}

const DOING = 'exporting evidence'

/** Writes a pack of evidence. */
export async function exportEvidence(options: ExportOptions): Promise<void> {
  const scope = scopeOf(options)
  checkPlace(options.output)
  const ledger = Ledger.open(ledgerFolder(options.ledger))
  const shown = entriesInScope(ledger.entries, scope)
  const hidden = new Set(options.withoutEntry ?? [])
  const lines = ledger.entries.map((entry) => entryLine(entry, !shown.has(entry.entry) || hidden.has(entry.entry)))
  const bodies = ledger.entries.filter(({ entry }) => shown.has(entry) && !hidden.has(entry))
  const documents = documentsFor(ledger, bodies, new Set(options.without ?? []))
  const evidence = await proven(lines, documents)
  writePack(options.output, lines, documents, evidence)
  tell(evidence, options)
}

/** Exactly one of the ways to say what a pack is about. */
function scopeOf({ all, entry, from, request, to }: ExportOptions): Scope {
  const scopes: Scope[] = [
    ...(all === true ? [{ of: 'all' } as const] : []),
    ...(entry === undefined ? [] : [{ of: 'entry', entry } as const]),
    ...(request === undefined ? [] : [{ of: 'request', digest: request } as const]),
    ...(from === undefined && to === undefined ? [] : [timeScope(from, to)]),
  ]
  const [scope, ...more] = scopes
  if (scope !== undefined && more.length === 0) return scope
  const seen =
    scope === undefined ? 'nothing says what it should be about' : 'it cannot be about several things at once'
  throw refusal(DOING, 'usage', seen, 'give one of --request DIGEST, --entry N, --from and --to TIME, --all')
}

const timeScope = (from: UnixSeconds | undefined, to: UnixSeconds | undefined): Scope => ({
  of: 'time',
  from: from ?? (0 as UnixSeconds),
  to: to ?? (Number.MAX_SAFE_INTEGER as UnixSeconds),
})

function checkPlace(path: string): void {
  if (existsSync(path)) {
    const hint = 'name another folder with -o; a pack is never overwritten'
    throw refusal(DOING, 'output_exists', `${quote(path)} exists already and is not overwritten`, hint)
  }
  if (isFolder(dirname(path))) return
  throw refusal(
    DOING,
    'output_unwritable',
    `there is no folder ${quote(dirname(path))}`,
    'make it, or name another with -o',
  )
}

type Documents = ReadonlyMap<DocumentDigest, Uint8Array>

/** The documents that the contents name, without those kinds that are left out. */
function documentsFor(ledger: Ledger, bodies: readonly LedgerEntry[], without: ReadonlySet<KeptKind>): Documents {
  const found = new Map<DocumentDigest, Uint8Array>()
  for (const { body, entry } of bodies) {
    for (const { digest, kind } of body === null ? [] : namedDocuments(body)) {
      if (without.has(kind) || found.has(digest)) continue
      const bytes = ledger.document(digest)
      if (bytes === null) throw documentGone(entry, digest, kind)
      found.set(digest, bytes)
    }
  }
  return found
}

function documentGone(entry: number, digest: DocumentDigest, kind: KeptKind): Error {
  const seen = `documents/${digest}, of the ${kind} that entry ${entry} names, is gone or was changed`
  const hint = `put it back from the last good copy of the ledger, or export --without ${kind}`
  return refusal(DOING, 'ledger_broken', seen, hint)
}

async function proven(lines: readonly string[], documents: Documents): Promise<Evidence> {
  const files = {
    lines,
    document: (digest: DocumentDigest) => documents.get(digest) ?? null,
    names: [...documents.keys()],
  }
  const { evidence, problems } = await readEvidenceWithProgress(files)
  refuseAll(DOING, problems)
  if (evidence === null) throw new RangeError('a chain without a problem and without evidence')
  return evidence
}

function writePack(path: string, lines: readonly string[], documents: Documents, evidence: Evidence): void {
  const beside = besideOf(path)
  const text = (content: string): Uint8Array => new TextEncoder().encode(content)
  try {
    mkdirSync(join(beside, 'documents'), { recursive: true, mode: 0o700 })
    for (const [digest, bytes] of documents) writeSynced(join(beside, 'documents', digest), bytes)
    writeSynced(join(beside, 'ledger.jsonl'), text(`${lines.join('\n')}\n`))
    writeSynced(join(beside, 'summary.md'), text(evidenceSummary(evidence)))
    checkPlace(path)
    renameSync(beside, path)
  } catch (error) {
    if (error instanceof Error && error.name === 'AirlockError') throw error
    const seen = `${quote(path)} cannot be written (${errorCode(error)})`
    throw refusal(
      DOING,
      'output_unwritable',
      seen,
      'check the free space and the permissions, or name another folder with -o',
    )
  } finally {
    rmSync(beside, { recursive: true, force: true })
  }
}

function tell({ documents, entries, head, ledger }: Evidence, { json, output }: ExportOptions): void {
  const words = digestWords(head.hash).join(' ')
  const shown = entries.filter(({ body }) => body !== null).map(({ entry }) => entry)
  const there = documents.filter((each) => each.shown).map(({ digest }) => digest)
  if (json === true) {
    const leftOut = documents.filter((each) => !each.shown).map(({ digest }) => digest)
    printJson({
      folder: output,
      ledger,
      head: { entry: head.entry, hash: head.hash, words },
      shownEntries: shown,
      documents: there,
      documentsLeftOut: leftOut,
    })
    return
  }
  print(`Evidence from ledger ${ledger}: ${output}`)
  print(`  entries    ${head.entry}, ${shown.length} of them with their content`)
  print(`  documents  ${there.length}, ${documents.length - there.length} left out`)
  print(`Head: entry ${head.entry}`)
  print(`  SHA-256  ${head.hash}`)
  print(`  words    ${words}`)
  print(hang('Read it: ', join(output, 'summary.md')))
  print('Next, on any machine:')
  print(`  ${hotLine('evidence verify', { FOLDER: output })}`)
}
