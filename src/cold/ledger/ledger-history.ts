// airlock-cold ledger history and import: what was signed and frozen, carried to another machine (shared/history.ts).
//
// Importing adds and never takes away: a record counts as settled only where every copy of it says so, and freezes of the
// other machine hold here until somebody lifts them here.
import { coldLine } from '../../shared/base/commands.ts'
import { checkOutput, readBounded, writeWhole } from '../../local/files.ts'
import { hang, labelled, print, printJson } from '../../local/terminal.ts'
import { digestWords, documentDigest } from '../../shared/base/document.ts'
import type { Anchor } from '../../shared/base/anchor.ts'
import { refuseAll, type Problem } from '../../shared/base/errors.ts'
import { decodeHistory, encodeHistory, MAX_HISTORY_BYTES } from '../../shared/ledger/history.ts'
import { rollbackProblems } from './gate.ts'
import { Ledger, ledgerFolder } from './ledger.ts'
import { stateOf } from './ledger-state.ts'

interface HistoryOptions {
  readonly output: string
  readonly ledger?: string
  readonly force?: boolean
  readonly json?: boolean
}

/** Writes the history of a ledger. */
export function exportHistory(options: HistoryOptions): void {
  const doing = 'writing the history'
  checkOutput(doing, options.output, options.force === true)
  const ledger = Ledger.open(ledgerFolder(options.ledger))
  const { signed, frozen } = stateOf(ledger)
  const bytes = encodeHistory({
    anchor: ledger.anchor(ledger.head),
    frozen: frozen.map(({ reason, scope }) => ({ reason, scope })),
    records: signed,
  })
  writeWhole(doing, options.output, bytes, options.force === true)
  const digest = documentDigest(bytes)
  const words = digestWords(digest).join(' ')
  if (options.json === true) {
    printJson({ history: options.output, digest, words, records: signed.length, frozen: frozen.length })
    return
  }
  print(`History ${options.output}: ${signed.length} signings, ${frozen.length} freezes`)
  print(`  SHA-256  ${digest}`)
  print(`  words    ${words}`)
  print(labelled('Next, on the other offline machine: ', coldLine('ledger import', { HISTORY: options.output })))
  print(hang('note: ', 'from then on sign with one of the two machines only: neither learns what the other signs'))
}

/** A history of this very ledger that reaches further than it: two histories would grow from one entry. */
function ledgerBehind(ledger: Ledger, anchor: Anchor): readonly Problem[] {
  const hint = 'begin a new ledger with --ledger FOLDER, and import there: this history, and one of this ledger'
  return rollbackProblems(ledger, [anchor], 'the history').map((problem) => ({ ...problem, hint }))
}

/**
 * Counts the history of another ledger in this one.
 *
 * @throws AirlockError those of decoding a document; ledger_rolled_back, ledger_unwritable
 */
export function importHistory(path: string, options: { readonly ledger?: string; readonly json?: boolean }): void {
  const doing = 'reading the history'
  const bytes = readBounded(doing, path, MAX_HISTORY_BYTES)
  const { anchor, records, frozen } = decodeHistory(doing, bytes)
  const ledger = Ledger.openOrBegin(ledgerFolder(options.ledger))
  refuseAll(doing, ledgerBehind(ledger, anchor))
  const history = ledger.keep(bytes)
  const { entry } = ledger.append(() => ({ event: 'imported', history, records: records.length }))
  if (options.json === true) {
    printJson({ entry, from: anchor, records: records.length, frozen: frozen.length, ledger: ledger.folder })
    return
  }
  print(
    `Imported ${records.length} signings and ${frozen.length} freezes of ledger ${anchor.ledger}, as entry ${entry}.`,
  )
  print('They count here from now on, as if they had been made here.')
}
