// A ledger on the disk: a folder with one file an entry, the documents that entries name, and the newest entry's hash.
//
//   entries/000001.json  one line of canonical JSON each (shared/ledger-entry.ts)
//   documents/SHA256     requests, reviews, policies, approvals, responses, receipts, by the SHA-256 of their bytes
//   head.json            the newest entry's number and hash, so that a lost last file is noticed
//
// An entry is written whole beside its place, synced, and then linked to its number: link(2) makes a name that nobody has,
// or fails. So two programs can never write the same number, a torn entry has no number, and a program that is killed
// holds nothing that another must wait for. Then the folder is synced. Only after that may a signature leave.
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { besideOf, clearUnfinished, errorCode, writeSynced } from '../../local/files.ts'
import { canonicalLine, digestField, documentDigest, type DocumentDigest } from '../../shared/base/document.ts'
import { refusal, type AirlockError } from '../../shared/base/errors.ts'
import { integer } from '../../shared/base/fields.ts'
import { entryLine, isFault, MAX_LINE_BYTES, readEntry, type LedgerEntry } from '../../shared/ledger/ledger-entry.ts'
import { quote } from '../../shared/base/quote.ts'

const READING = 'reading the ledger'
const WRITING = 'writing the ledger'

const NUMBERED = /^(\d{6,15})\.json$/

const entriesIn = (folder: string): string => join(folder, 'entries')
const documentsIn = (folder: string): string => join(folder, 'documents')
const headIn = (folder: string): string => join(folder, 'head.json')
const fileOf = (entry: number): string => `${String(entry).padStart(6, '0')}.json`

/** A ledger that does not hold together. It stays as it is: it is evidence. */
export const broken = (folder: string, message: string): AirlockError =>
  refusal(
    READING,
    'ledger_broken',
    `${message}; the ledger is ${quote(folder)}`,
    'sign nothing with it; keep it, find the last good copy, and see docs/ledger-format.md',
  )

function unwritable(folder: string, error: unknown): AirlockError {
  const code = errorCode(error)
  const links = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)
  const why = links ? `its file system has no hard links, or forbids them (${code})` : code
  const hint = links
    ? 'keep the ledger on the own disk of this machine, with --ledger FOLDER'
    : 'check the free space and the permissions; nothing was signed that is not recorded'
  return refusal(WRITING, 'ledger_unwritable', `${quote(folder)} cannot be written: ${why}`, hint)
}

/** True where a ledger was begun: one that has lost its first entry is broken, and not absent. */
export const ledgerExists = (folder: string): boolean =>
  existsSync(headIn(folder)) || (existsSync(entriesIn(folder)) && entryNumbers(folder).length > 0)

/**
 * Makes the folders of a ledger, for its owner alone.
 *
 * @throws AirlockError ledger_unwritable
 */
export function makeFolders(folder: string): void {
  try {
    for (const path of [folder, entriesIn(folder), documentsIn(folder)]) {
      const made = mkdirSync(path, { recursive: true, mode: 0o700 })
      // A folder that is new must survive a power cut as well as what is put into it.
      if (made === undefined) continue
      for (let parent = dirname(path); parent.length >= dirname(made).length; parent = dirname(parent)) {
        syncFolder(parent)
        if (parent === dirname(parent)) break
      }
    }
  } catch (error) {
    throw unwritable(folder, error)
  }
}

/**
 * Reads the entries that follow on those known, and checks the chain.
 *
 * @param known the entries read before
 * @throws AirlockError ledger_broken, which names the entry
 */
export function readEntries(folder: string, known: readonly LedgerEntry[]): readonly LedgerEntry[] {
  // The head first: an entry that another program adds meanwhile must not look as if it were missing.
  const head = readHead(folder)
  const entries = [...known]
  for (const number of numbersAfter(folder, known.length)) {
    const read = readEntry(readLine(folder, number), entries.at(-1) ?? null)
    if (isFault(read)) throw broken(folder, read.message)
    if (read.entry !== number) throw broken(folder, `entry ${read.entry} stands in ${fileOf(number)}: it was renamed`)
    // The chain would hold without it, and what it forbids would be forgotten: bodies are left out of packs, never of a ledger.
    if (read.body === null)
      throw broken(folder, `entry ${number} has lost its body: it was taken out after it was written`)
    entries.push(read)
  }
  // Another program began this ledger meanwhile: head.json is there before entry 2 is.
  if (head === 'absent' && entries.length > 1 && readHead(folder) !== 'absent') return readEntries(folder, entries)
  checkHead(folder, head, entries)
  return entries
}

/**
 * The numbers of the entries that follow on those known. A folder of many names is read in parts, and another program may add
 * entries between two of them, so that a later one is seen and an earlier one is not. All up to that later one are
 * there when the folder is read again: a gap that is still there then is one.
 */
function numbersAfter(folder: string, known: number): readonly number[] {
  const seen = entryNumbers(folder).filter((number) => number > known)
  if (seen.every((number, index) => number === known + 1 + index)) return seen
  const last = seen.at(-1) ?? known
  return entryNumbers(folder).filter((number) => number > known && number <= last)
}

/** The numbers of the entries there are, in order. */
function entryNumbers(folder: string): readonly number[] {
  try {
    return readdirSync(entriesIn(folder))
      .flatMap((name) => NUMBERED.exec(name)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b)
  } catch (error) {
    throw broken(folder, `its entries cannot be read (${errorCode(error)})`)
  }
}

/** The line of an entry; anything else than one line with its newline is given on, for readEntry to refuse. */
function readLine(folder: string, number: number): string {
  try {
    const bytes = readFileSync(join(entriesIn(folder), fileOf(number)))
    if (bytes.length > MAX_LINE_BYTES || bytes.at(-1) !== 0x0a) return ''
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, -1))
  } catch {
    return ''
  }
}

const headFile = z.strictObject({ airlock: z.literal('ledger-head/1'), entry: integer(1), hash: digestField })

/**
 * Compares the entries with head.json. It may be behind, when a program was stopped between two writes; it can only be ahead
 * when entries are gone.
 */
function checkHead(folder: string, seen: Head, entries: readonly LedgerEntry[]): void {
  const last = entries.length
  if (seen === 'absent') {
    if (last > 1) throw broken(folder, `head.json is gone: it cannot be known whether entry ${last} is the last`)
    return
  }
  if (seen === 'damaged') throw broken(folder, `head.json, which says that entry ${last} is the last, was changed`)
  if (seen.entry > last)
    throw broken(
      folder,
      `entry ${last + 1} is missing: head.json says that there were ${seen.entry}, and ${last} are left`,
    )
  if (entries[seen.entry - 1]?.hash !== seen.hash)
    throw broken(folder, `entry ${seen.entry} is not the one that head.json names: one of them was exchanged`)
}

type Head = z.output<typeof headFile> | 'absent' | 'damaged'

function readHead(folder: string): Head {
  if (!existsSync(headIn(folder))) return 'absent'
  try {
    const text = readFileSync(headIn(folder), 'utf8')
    const parsed = headFile.parse(JSON.parse(text))
    return text === `${canonicalLine(parsed)}\n` ? parsed : 'damaged'
  } catch {
    return 'damaged'
  }
}

/**
 * Puts an entry at its number and waits until it is on the disk.
 *
 * @returns false when another program was faster: the number is taken
 * @throws AirlockError ledger_unwritable
 */
export function commitEntry(folder: string, entry: LedgerEntry): boolean {
  beginHead(folder, entry)
  const path = join(entriesIn(folder), fileOf(entry.entry))
  const beside = besideOf(path)
  try {
    writeSynced(beside, new TextEncoder().encode(`${entryLine(entry)}\n`))
    linkSync(beside, path)
    syncFolder(entriesIn(folder))
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw unwritable(folder, error)
  } finally {
    rmSync(beside, { force: true })
  }
  advanceHead(folder, entry)
  return true
}

/** Writes the head that a program did not live to write after the first entry: entry 2 without a head is a broken ledger. */
function beginHead(folder: string, { entry, previous }: LedgerEntry): void {
  if (entry > 1 && readHead(folder) === 'absent') advanceHead(folder, { entry: entry - 1, hash: previous })
}

function advanceHead(folder: string, { entry, hash }: Pick<LedgerEntry, 'entry' | 'hash'>): void {
  const before = readHead(folder)
  if (typeof before === 'object' && before.entry >= entry) return
  const line = `${canonicalLine({ airlock: 'ledger-head/1', entry, hash })}\n`
  replaceFile(folder, headIn(folder), new TextEncoder().encode(line))
}

/** Writes a file of the ledger whole, in the place of what stands there. */
function replaceFile(folder: string, path: string, bytes: Uint8Array): void {
  const beside = besideOf(path)
  try {
    writeSynced(beside, bytes)
    renameSync(beside, path)
    syncFolder(dirname(path))
  } catch (error) {
    throw unwritable(folder, error)
  } finally {
    rmSync(beside, { force: true })
  }
}

/** Waits until the names in a folder are on the disk. A file system without that is taken as it is. */
function syncFolder(path: string): void {
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'].includes(errorCode(error))) throw error
  } finally {
    closeSync(directory)
  }
}

/**
 * Keeps a document beside the entries, under the SHA-256 of its bytes.
 *
 * @throws AirlockError ledger_unwritable
 */
export function keepDocument(folder: string, bytes: Uint8Array): DocumentDigest {
  const digest = documentDigest(bytes)
  const path = join(documentsIn(folder), digest)
  if (readDocumentFile(folder, digest) !== null) return digest
  // Whatever stands there under this name and is another, was never whole.
  replaceFile(folder, path, bytes)
  return digest
}

/** The document of a digest; null where it is gone or is another. */
export function readDocumentFile(folder: string, digest: DocumentDigest): Uint8Array | null {
  const path = join(documentsIn(folder), digest)
  if (!existsSync(path)) return null
  try {
    const bytes = Uint8Array.from(readFileSync(path))
    return documentDigest(bytes) === digest ? bytes : null
  } catch {
    return null
  }
}

/** Removes what programs left behind that were stopped while they wrote. */
export function sweep(folder: string): void {
  for (const place of [folder, entriesIn(folder), documentsIn(folder)]) clearUnfinished(place)
}

/** True when others than its owner can write into a ledger. */
export const openToOthers = (folder: string): boolean => (statSync(folder).mode & 0o022) !== 0
