// The request and the response of a command: two files, one file whose response the journal has, or a name of the journal.
import { hotCommand } from '../../shared/base/commands.ts'
import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { readDocument } from '../../local/document-file.ts'
import { documentDigest } from '../../shared/base/document.ts'
import { refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { memoryOf } from './fate.ts'
import { findKept, isKept, nameOf, readJournal, type Kept, type KeptResponse } from '../journal/journal.ts'
import { zxingReader } from '../scan/zxing.ts'

/** Both documents as bytes. */
export interface Pair {
  readonly request: Uint8Array
  readonly response: Uint8Array
}

const READING = 'reading the journal'

/**
 * Reads the documents that were named.
 *
 * @param first a request, or without `second` the name of a request in the journal, or its folder in any
 * @param second a response
 * @throws AirlockError journal_unknown, journal_ambiguous, journal_damaged, response_incomplete, and those of reading files
 */
export async function readPair(first: string, second: string | undefined, journal: string | null): Promise<Pair> {
  if (second === undefined && !existsSync(first)) return documentsOf(findKept(journal, first))
  const path = resolve(first)
  if (second === undefined && isKept(path)) return documentsOf(findKept(dirname(path), basename(path)))
  const request = await readDocument('reading the request', first, zxingReader)
  if (second !== undefined) {
    return { request, response: await readDocument('reading the response', second, zxingReader) }
  }
  const name = nameOf(documentDigest(request))
  const kept = readJournal(journal).find((each) => each.name === name)
  return { request, response: kept === undefined ? throwMissing(first) : responseOf(kept).bytes }
}

function documentsOf(kept: Kept): Pair {
  if (kept.request !== null) return { request: kept.request.bytes, response: responseOf(kept).bytes }
  const seen = `${kept.name} in the journal has no request that can be read: ${kept.faults.join('; ')}`
  throw refusal(READING, 'journal_damaged', seen, 'name the files of request and response')
}

/** The response whose transaction was sent, or else the complete one that was verified last, or else the only one. */
export function chosenResponse({ responses, events }: Kept): KeptResponse | null {
  const complete = events.flatMap(({ what }) => (what.event === 'verified' && what.complete ? [what.response] : []))
  const wanted = [memoryOf(events).sent?.response, ...complete.toReversed()]
  for (const digest of wanted) {
    const found = responses.find((response) => response.digest === digest)
    if (found !== undefined) return found
  }
  return responses.length === 1 ? (responses[0] ?? null) : null
}

const responseOf = (kept: Kept): KeptResponse => chosenResponse(kept) ?? throwMissing(kept.name)

function throwMissing(name: string): never {
  const seen = `the journal has no complete response for ${quote(name)}`
  const hint = `name it: ${hotCommand('send', { RESPONSE: 'RESPONSE' })}`
  throw refusal(READING, 'response_incomplete', seen, hint)
}
