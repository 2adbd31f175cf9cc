// The ledger: every request seen and every decision about one, in one order (docs/ledger-format.md).
//
// Opened whole: a chain that breaks is refused before anything is signed. Written by append() alone, which checks and records
// in one step: what it is given to check sees every entry before its own, whichever program wrote it.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { clockNow } from '../../local/clock.ts'
import { anchorOf, type LedgerEntry, ledgerIdOf, nextEntry } from '../../shared/ledger/ledger-entry.ts'
import type { Anchor, LedgerId } from '../../shared/base/anchor.ts'
import type { DocumentDigest } from '../../shared/base/document.ts'
import { refusal } from '../../shared/base/errors.ts'
import type { LedgerEvent } from '../../shared/ledger/ledger-events.ts'
import { quote } from '../../shared/base/quote.ts'
import {
  broken,
  commitEntry,
  keepDocument,
  ledgerExists,
  makeFolders,
  readDocumentFile,
  readEntries,
  sweep,
} from './ledger-store.ts'
import { ownBuild } from '../machine/own-build.ts'

/** An event before it is written: append adds what nobody can guess. */
export type NewEvent = LedgerEvent extends infer Event
  ? Event extends LedgerEvent
    ? Omit<Event, 'blind'>
    : never
  : never

/** Where the ledger is, unless --ledger says otherwise. */
export function ledgerFolder(given: string | undefined): string {
  if (given !== undefined) return given
  const home = process.env['HOME'] ?? ''
  if (home !== '') return join(home, '.airlock', 'ledger')
  throw refusal('looking for the ledger', 'usage', 'HOME is not set, and no ledger was named', 'give --ledger FOLDER')
}

export class Ledger {
  readonly folder: string
  #entries: readonly LedgerEntry[]

  private constructor(folder: string, entries: readonly LedgerEntry[]) {
    this.folder = folder
    this.#entries = entries
  }

  /**
   * Opens a ledger to read it.
   *
   * @throws AirlockError ledger_missing, ledger_broken
   */
  static open(folder: string): Ledger {
    if (ledgerExists(folder)) return new Ledger(folder, readEntries(folder, []))
    const seen = `there is no ledger in ${quote(folder)}`
    throw refusal(
      'reading the ledger',
      'ledger_missing',
      seen,
      'name it with --ledger FOLDER; the first `sign` begins one',
    )
  }

  /**
   * Opens a ledger to write it, or begins one where there is none.
   *
   * @throws AirlockError ledger_broken, ledger_unwritable
   */
  static openOrBegin(folder: string): Ledger {
    makeFolders(folder)
    const ledger = new Ledger(folder, readEntries(folder, []))
    sweep(folder)
    // Of several programs that begin one ledger, one is first; the others find its entry.
    if (ledger.#entries.length === 0) ledger.#begin()
    return ledger
  }

  #begin(): void {
    const begun = { blind: blind(), event: 'begun', program: ownBuild() } as const
    commitEntry(this.folder, nextEntry(null, begun, clockNow()))
    this.#entries = readEntries(this.folder, [])
  }

  /** All entries, the first first. */
  get entries(): readonly LedgerEntry[] {
    return this.#entries
  }

  get #first(): LedgerEntry {
    const [first] = this.#entries
    if (first === undefined) throw broken(this.folder, 'entry 1 is missing')
    return first
  }

  /** The newest entry. */
  get head(): LedgerEntry {
    return this.#entries.at(-1) ?? this.#first
  }

  /** Which ledger this is. */
  get id(): LedgerId {
    return ledgerIdOf(this.#first)
  }

  /** The anchor of one of its entries. */
  anchor(entry: LedgerEntry): Anchor {
    return anchorOf(this.#first, entry)
  }

  /**
   * Checks and records in one step. The entry is on the disk when this returns.
   *
   * @param make gives the event, or throws to refuse it; called again when another program wrote an entry meanwhile
   * @throws AirlockError what `make` throws, ledger_unwritable, ledger_broken
   */
  append(make: (ledger: Ledger) => NewEvent): LedgerEntry {
    for (;;) {
      const body = { ...make(this), blind: blind() } as LedgerEvent
      const entry = nextEntry(this.head, body, clockNow())
      const written = commitEntry(this.folder, entry)
      this.#entries = readEntries(this.folder, this.#entries)
      if (written) return entry
    }
  }

  /** Reads what other programs have written since. */
  refresh(): void {
    this.#entries = readEntries(this.folder, this.#entries)
  }

  /** Keeps a document for the entry that will name it. */
  keep(bytes: Uint8Array): DocumentDigest {
    return keepDocument(this.folder, bytes)
  }

  /** A document that an entry names; null where it is gone or was changed. */
  document(digest: DocumentDigest): Uint8Array | null {
    return readDocumentFile(this.folder, digest)
  }
}

const blind = (): string => randomBytes(16).toString('hex')
