// airlock-cold ledger verify: is the ledger whole, and what does it hold?
//
// The chain, the counters and head.json are checked whenever a ledger is opened. This adds the documents: each must be there and
// have the SHA-256 that its entry names. Nothing is repaired: a ledger that breaks is evidence.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { hang, print, printJson } from '../../local/terminal.ts'
import { digestWords, type DocumentDigest } from '../../shared/base/document.ts'
import { refuseAll, type Problem } from '../../shared/base/errors.ts'
import { namedDocuments, type KeptKind } from '../../shared/ledger/ledger-events.ts'
import type { LedgerEntry } from '../../shared/ledger/ledger-entry.ts'
import { quote } from '../../shared/base/quote.ts'
import { utc } from '../../shared/base/units.ts'
import { Ledger, ledgerFolder } from './ledger.ts'
import { stateOf } from './ledger-state.ts'
import { openToOthers } from './ledger-store.ts'

/** What there is to say about a ledger that holds together. */
export interface LedgerReport {
  readonly ledger: Ledger
  readonly documents: number
  readonly counts: Readonly<Record<string, number>>
  /** Worth knowing, and nothing that breaks it. */
  readonly remarks: readonly string[]
}

/**
 * Verifies a ledger, whole.
 *
 * @throws AirlockError ledger_missing; ledger_broken for the first fault of the chain, or for every document at once
 */
export function verifyLedger(folder: string): LedgerReport {
  const ledger = Ledger.open(folder)
  const named = documentsNamed(ledger.entries)
  refuseAll('verifying the ledger', [...missing(ledger, named), ...strangers(ledger, named)])
  const counts: Record<string, number> = {}
  for (const { body } of ledger.entries) if (body !== null) counts[body.event] = (counts[body.event] ?? 0) + 1
  return { ledger, documents: named.size, counts, remarks: remarksOn(ledger) }
}

interface Named {
  readonly entry: number
  readonly kind: KeptKind
}

/** The documents that entries name, with the first entry that does. */
function documentsNamed(entries: readonly LedgerEntry[]): ReadonlyMap<DocumentDigest, Named> {
  const named = new Map<DocumentDigest, Named>()
  for (const { body, entry } of entries)
    for (const { digest, kind } of body === null ? [] : namedDocuments(body))
      if (!named.has(digest)) named.set(digest, { entry, kind })
  return named
}

const HINT = 'find the last good copy of that file; the chain of entries itself is whole'

function missing(ledger: Ledger, named: ReadonlyMap<DocumentDigest, Named>): Problem[] {
  return [...named].flatMap(([digest, { entry, kind }]): Problem[] => {
    if (ledger.document(digest) !== null) return []
    const message = `a document that entry ${entry} names (one of its ${kind}) is gone or was changed: documents/${digest}`
    return [{ code: 'ledger_broken', message, hint: HINT }]
  })
}

/** Files that no entry names: a program that was stopped leaves whole ones behind, and those have the name of their hash. */
function strangers(ledger: Ledger, named: ReadonlyMap<DocumentDigest, Named>): Problem[] {
  const folder = join(ledger.folder, 'documents')
  return readdirSync(folder)
    .filter((name) => /^[0-9a-f]{64}$/.test(name) && !named.has(name as DocumentDigest))
    .filter((name) => ledger.document(name as DocumentDigest) === null)
    .map((name) => ({
      code: 'ledger_broken',
      message: `documents/${name}, which no entry names, does not have the SHA-256 of its name: it was changed`,
      hint: 'look at it, and move it away',
    }))
}

function remarksOn(ledger: Ledger): readonly string[] {
  const { undelivered, frozen } = stateOf(ledger)
  const back = ledger.entries.filter(({ time }, index) => time < (ledger.entries[index - 1]?.time ?? 0))
  return [
    ...undelivered.map(({ entry }) => `entry ${entry}: recorded, may not have been delivered`),
    ...frozen.map(({ entry, reason }) => `frozen since entry ${entry}: ${quote(reason, 200)}`),
    ...back.map(({ entry }) => `the clock went backwards before entry ${entry}`),
    ...(openToOthers(ledger.folder) ? ['others than its owner can write into the folder: chmod go-w'] : []),
  ]
}

/** Verifies and reports. */
export function ledgerVerify(options: { readonly ledger?: string; readonly json?: boolean }): void {
  const report = verifyLedger(ledgerFolder(options.ledger))
  if (options.json === true) printJson(reportJson(report))
  else printReport(report)
}

function reportJson({ ledger, documents, counts, remarks }: LedgerReport): object {
  const { entry, hash, time } = ledger.head
  const words = digestWords(hash).join(' ')
  return {
    ledger: ledger.folder,
    id: ledger.id,
    entries: entry,
    counts,
    documents,
    head: { entry, hash, words, time },
    remarks,
  }
}

function printReport({ ledger, documents, counts, remarks }: LedgerReport): void {
  const { head, entries } = ledger
  const began = entries[0]?.time ?? head.time
  print(`The ledger is whole: ${head.entry} entries in one chain, and ${documents} documents.`)
  print(hang('  folder    ', quote(ledger.folder, 500)))
  print(`  id        ${ledger.id}`)
  print(`  from      ${utc(began)}`)
  print(`  to        ${utc(head.time)}`)
  print(
    hang(
      '  events    ',
      Object.entries(counts)
        .map(([event, count]) => `${count} ${event}`)
        .join(', '),
    ),
  )
  print(`  head      entry ${head.entry}`)
  print(`  SHA-256   ${head.hash}`)
  print(`  words     ${digestWords(head.hash).join(' ')}`)
  for (const remark of remarks) print(hang('  note      ', remark))
  print('To notice a ledger that was put back: write the words down, with the number.')
}
