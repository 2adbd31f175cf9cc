// The journal of the online machine: of each request a folder with its documents and what happened to it.
//
//   ~/.airlock/journal/0123456789abcdef/   the first 16 hex digits of the request's digest
//     request.json, response-01234567.json (the first 8 of the response's), receipt.json
//     000001.json ...                      one file an event (journal-event.ts), in the order in which they were written
//
// Every file is written whole beside its place and put there in one step, so that a program that is killed leaves none that is
// half; an event's number is taken by whoever is first. Nothing is done because of the journal alone, so a journal that cannot
// be written stops no transaction: it says so once. It holds no secret; whoever has it can send what was signed, and nothing else.
import { hotCommand } from '../../shared/base/commands.ts'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { clockNow } from '../../local/clock.ts'
import { clearUnfinished, errorCode, isFolder, readBounded, writeWhole } from '../../local/files.ts'
import { hang, say } from '../../local/terminal.ts'
import { canonicalLine, documentDigest, MAX_DOCUMENT_BYTES, type DocumentDigest } from '../../shared/base/document.ts'
import { AirlockError, refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { decodeRequest, type RequestDocument } from '../../shared/request/request.ts'
import { decodeEvent, encodeEvent, MAX_EVENT_BYTES, type Happening, type JournalEvent } from './journal-event.ts'

const READING = 'reading the journal'
const WRITING = 'writing the journal'

const NAMED = /^[0-9a-f]{16}$/
const NUMBERED = /^(\d{6})\.json$/
const RESPONSE = /^response-([0-9a-f]{8})\.json$/

/** Where the journal is, unless --journal says otherwise; null where there is no home to keep it in. */
export function journalFolder(given: string | undefined): string | null {
  if (given !== undefined) return given
  const home = process.env['HOME'] ?? ''
  return home === '' ? null : join(home, '.airlock', 'journal')
}

/** The name of a request in the journal. */
export const nameOf = (digest: DocumentDigest): string => digest.slice(0, 16)

/** A response of the journal. */
export interface KeptResponse {
  readonly digest: DocumentDigest
  readonly bytes: Uint8Array
}

/** A request as the journal has it, with all that came of it. */
export interface Kept {
  readonly name: string
  readonly folder: string
  /** Null where its request is missing or damaged. */
  readonly request: { readonly bytes: Uint8Array; readonly document: RequestDocument } | null
  readonly responses: readonly KeptResponse[]
  readonly hasReceipt: boolean
  /** In the order in which they were written. */
  readonly events: readonly JournalEvent[]
  /** What of it cannot be read, in sentences. */
  readonly faults: readonly string[]
}

/** A request of the journal that is being written. */
export class JournalWriter {
  readonly name: string
  /** Null once it turned out that nothing can be written. */
  #folder: string | null
  #events: readonly JournalEvent[]

  /**
   * Finds or begins the folder of a request, and keeps the request in it.
   *
   * @param journal null where there is no home
   * @param bytes those of the request, decoded before
   */
  constructor(journal: string | null, bytes: Uint8Array) {
    this.name = nameOf(documentDigest(bytes))
    this.#folder = journal === null ? null : join(journal, this.name)
    this.#events = []
    if (journal === null) cannot(refusal(WRITING, 'usage', 'HOME is not set', 'give --journal FOLDER'))
    this.#attempt((folder) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      clearUnfinished(folder)
      keepFile(join(folder, 'request.json'), bytes)
      this.#events = readKept(folder, this.name).events
    })
  }

  /** What is known to have happened, in its order. */
  get events(): readonly JournalEvent[] {
    return this.#events
  }

  /** Keeps a response beside its request. */
  keepResponse(bytes: Uint8Array): void {
    this.#attempt((folder) => keepFile(join(folder, `response-${documentDigest(bytes).slice(0, 8)}.json`), bytes))
  }

  /** Keeps the receipt, in place of an older one: a reorganisation makes another. */
  keepReceipt(bytes: Uint8Array): void {
    this.#attempt((folder) => writeWhole(WRITING, join(folder, 'receipt.json'), bytes, true))
  }

  /** Writes down what happened, and waits until it is on the disk; what was the last known already is not repeated. */
  note(what: Happening): void {
    if (this.#isKnown(what)) return
    const event = { at: clockNow(), what }
    this.#attempt((folder) => append(folder, event))
    this.#events = [...this.#events, event]
  }

  #isKnown(what: Happening): boolean {
    const spelled = canonicalLine(what)
    const known = this.#events.findLastIndex((before) => canonicalLine(before.what) === spelled)
    return known > this.#events.findLastIndex(({ what: { event } }) => undoing[what.event].includes(event))
  }

  #attempt(write: (folder: string) => void): void {
    if (this.#folder === null) return
    try {
      write(this.#folder)
    } catch (error) {
      cannot(error, this.#folder)
      this.#folder = null
    }
  }
}

type Name = Happening['event']
const setbacks: readonly Name[] = ['dropped', 'reorganised']
const progress: readonly Name[] = ['sent', 'bumped', 'mined']

/** After which events one of a kind is news again, though the same was written down before. */
const undoing: Readonly<Record<Name, readonly Name[]>> = {
  built: [],
  verified: [],
  simulated: [],
  sent: setbacks,
  bumped: setbacks,
  mined: ['reorganised'],
  confirmed: ['reorganised'],
  reverted: ['reorganised'],
  'left-out': ['reorganised'],
  dropped: progress,
  replaced: progress,
  reorganised: progress,
}

function cannot(error: unknown, folder?: string): void {
  const where = folder === undefined ? '' : ` ${quote(folder)}`
  const why = error instanceof AirlockError ? error.problems[0].message : `it cannot be written (${errorCode(error)})`
  say(hang('warning: ', `the journal${where} is not kept: ${why}. ${hotCommand('status')} will not know of this run`))
}

/** Writes a file that has one content for ever, unless it is there; what is there and differs was never whole. */
function keepFile(path: string, bytes: Uint8Array): void {
  if (existsSync(path) && documentDigest(readBounded(WRITING, path, MAX_DOCUMENT_BYTES)) === documentDigest(bytes))
    return
  writeWhole(WRITING, path, bytes, true)
}

/** Takes the next number; another program that writes at the same time may be faster, and then the one after. */
function append(folder: string, event: JournalEvent): void {
  const bytes = encodeEvent(event)
  for (;;) {
    const last = numbersIn(folder).at(-1) ?? 0
    try {
      writeWhole(WRITING, join(folder, `${String(last + 1).padStart(6, '0')}.json`), bytes, false)
      return
    } catch (error) {
      if (!(error instanceof AirlockError) || error.code !== 'output_exists') throw error
    }
  }
}

const numbersIn = (folder: string): readonly number[] =>
  readdirSync(folder)
    .flatMap((name) => NUMBERED.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b)

/**
 * All requests of a journal, in the order of their names; none where there is no such folder.
 *
 * @throws AirlockError file_unreadable
 */
export function readJournal(journal: string | null): readonly Kept[] {
  if (journal === null || !isFolder(journal)) return []
  return listed(journal)
    .filter((name) => isKept(join(journal, name)))
    .toSorted()
    .map((name) => readKept(join(journal, name), name))
}

/** True for the folder of a request, by its name. */
export const isKept = (path: string): boolean => NAMED.test(basename(path)) && isFolder(path)

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    const seen = `${quote(folder)} cannot be read (${errorCode(error)})`
    throw refusal(READING, 'file_unreadable', seen, 'check its permissions with `ls -ld`')
  }
}

/**
 * The request of a name, or of the first digits of a request's digest.
 *
 * @throws AirlockError journal_unknown, journal_ambiguous
 */
export function findKept(journal: string | null, typed: string): Kept {
  const prefix = typed.toLowerCase()
  const isDigits = /^[0-9a-f]{4,64}$/.test(prefix)
  const found = readJournal(journal).filter(
    ({ name }) => isDigits && (name.startsWith(prefix) || prefix.startsWith(name)),
  )
  const [first, second] = found
  const hint = `see their names with ${hotCommand('status')}`
  if (first === undefined) {
    const where = journal === null ? 'no journal: HOME is not set' : `the journal ${quote(journal)}`
    const seen = `there is neither a file nor a request ${quote(typed)} in ${where}`
    throw refusal(READING, 'journal_unknown', seen, `${hint}, or name the files of request and response`)
  }
  if (second === undefined) return first
  const names = found.map(({ name }) => name).join(', ')
  throw refusal(READING, 'journal_ambiguous', `${quote(typed)} may be ${names}: type more digits`, hint)
}

function readKept(folder: string, name: string): Kept {
  const faults: string[] = []
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error
      faults.push(`${error.doing}: ${error.problems[0].message}`)
      return null
    }
  }
  const files = attempt(() => listed(folder)) ?? []
  return {
    name,
    folder,
    request: attempt(() => readRequest(folder, name)),
    responses: files
      .filter((file) => RESPONSE.test(file))
      .flatMap((file) => attempt(() => readResponse(folder, file)) ?? []),
    hasReceipt: files.includes('receipt.json'),
    events: files
      .filter((file) => NUMBERED.test(file))
      .toSorted()
      .flatMap((file) => attempt(() => readEvent(folder, file)) ?? []),
    faults,
  }
}

function readRequest(folder: string, name: string): NonNullable<Kept['request']> {
  const path = join(folder, 'request.json')
  const doing = `${READING}, ${quote(path)}`
  const bytes = readBounded(doing, path, MAX_DOCUMENT_BYTES)
  const document = decodeRequest(doing, bytes)
  if (nameOf(document.digest) === name) return { bytes, document }
  throw damaged(doing, `the request has the digest ${document.digest}, which is not the one of its folder`)
}

function readResponse(folder: string, file: string): KeptResponse {
  const path = join(folder, file)
  const doing = `${READING}, ${quote(path)}`
  const bytes = readBounded(doing, path, MAX_DOCUMENT_BYTES)
  const digest = documentDigest(bytes)
  if (digest.slice(0, 8) === RESPONSE.exec(file)?.[1]) return { digest, bytes }
  throw damaged(doing, `the response has the digest ${digest}, which is not the one of its name`)
}

function readEvent(folder: string, file: string): JournalEvent {
  const path = join(folder, file)
  const doing = `${READING}, ${quote(path)}`
  return decodeEvent(doing, readBounded(doing, path, MAX_EVENT_BYTES))
}

const damaged = (doing: string, seen: string): AirlockError =>
  refusal(doing, 'journal_damaged', seen, `delete it, and run ${hotCommand('verify')}: it is written again`)
