// What the online machine remembers of the ledgers: the anchor of every response that it verified.
//
// A folder (~/.airlock/anchors) with one small document for each anchor, "anchors" of no secret. Nothing is ever rewritten: a
// new anchor is a new file, put there in one step, so that programs that run at once cannot lose each other's. `build` puts
// the newest anchor of each ledger that signed for the operator into the request; the offline machine refuses where its
// ledger does not have that entry (docs/evidence.md).
//
// Refused: an anchor that contradicts one that is known (the same entry of the same ledger with another hash), and a file
// that was damaged or changed. An anchor older than the newest known is a warning: a response may be verified late.
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { readBounded, writeWhole } from '../local/files.ts'
import { hang, say } from '../local/terminal.ts'
import { anchor, MAX_ANCHORS, type Anchor } from '../shared/anchor.ts'
import { checksum, decodeDocument, digestField, encodeDocument } from '../shared/document.ts'
import { AirlockError, refusal } from '../shared/errors.ts'
import { address, unixSeconds, type Address, type UnixSeconds } from '../shared/fields.ts'
import { warning, type Finding } from '../shared/finding.ts'
import { quote } from '../shared/quote.ts'
import { utc } from '../shared/units.ts'

const HEADER = 'anchor/1'
const READING = 'reading the anchors that this machine keeps'
const WRITING = 'keeping the anchor'
const MAX_BYTES = 4096

const seenAnchor = z
  .strictObject({
    airlock: z.literal(HEADER),
    anchor,
    checksum,
    operator: address,
    requestDigest: digestField,
    /** When this machine verified the response, by its clock. */
    seen: unixSeconds,
  })
  .readonly()

/** An anchor with the response that it came in. */
export type SeenAnchor = Omit<z.output<typeof seenAnchor>, 'airlock' | 'checksum'>

/** Where the anchors are, unless --anchors says otherwise; null where there is no home to keep them in. */
export function anchorsFolder(given: string | undefined): string | null {
  if (given !== undefined) return given
  const home = process.env['HOME'] ?? ''
  return home === '' ? null : join(home, '.airlock', 'anchors')
}

const fileName = ({ entry, hash, ledger }: Anchor): string => `${ledger}-${String(entry).padStart(6, '0')}-${hash}.json`

const NAMED = /^[0-9a-f]{16}-\d{6,16}-[0-9a-f]{32}\.json$/

/**
 * All anchors that are kept, in the order of ledgers and entries; none where the folder is not there.
 *
 * @throws AirlockError those of decoding a document, which name the file; file_unreadable
 */
export function readAnchors(folder: string | null): readonly SeenAnchor[] {
  if (folder === null || !existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => NAMED.test(name))
    .map((name) => readAnchor(join(folder, name), name))
    .toSorted((a, b) => compare(a.anchor.ledger, b.anchor.ledger) || a.anchor.entry - b.anchor.entry)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function readAnchor(path: string, name: string): SeenAnchor {
  const again = `delete ${quote(path)}; \`airlock-hot verify\` of its response writes it again`
  const doing = `${READING}, ${quote(path)}`
  const read = decodeDocument(doing, readBounded(doing, path, MAX_BYTES), HEADER, seenAnchor, again, MAX_BYTES)
  if (fileName(read.anchor) === name) return read
  const seen = `it holds the anchor of entry ${read.anchor.entry} of ledger ${read.anchor.ledger}, not the one of its name`
  throw refusal(doing, 'document_checksum_wrong', seen, again)
}

/**
 * Compares an anchor with those that are kept.
 *
 * @returns a warning where the same ledger is known to have gone on since
 * @throws AirlockError anchor_contradicts
 */
export function judgeAnchor(given: Anchor, known: readonly SeenAnchor[]): readonly Finding[] {
  const same = known.filter(({ anchor: { ledger } }) => ledger === given.ledger)
  const other = same.find(({ anchor: { entry, hash } }) => entry === given.entry && hash !== given.hash)
  if (other !== undefined) throw contradiction(given, other)
  const newest = same.at(-1)
  if (newest === undefined || newest.anchor.entry <= given.entry) return []
  if (same.some(({ anchor: { entry } }) => entry === given.entry)) return []
  const seen = `the response was recorded as entry ${given.entry} of ledger ${given.ledger}`
  const since = `this machine knows entry ${newest.anchor.entry} since ${utc(newest.seen)}`
  const why =
    'fine where the response was signed before that one; else an older copy of the ledger was put in its place'
  return [warning('anchor_older', `${seen}, and ${since}: ${why}`)]
}

function contradiction(given: Anchor, other: SeenAnchor): AirlockError {
  const entry = `entry ${given.entry} of ledger ${given.ledger}`
  const seen = `${entry} has the hash ${given.hash}..., and had ${other.anchor.hash}... in the response to request ${other.requestDigest}`
  const hint = 'send nothing and sign nothing more: the ledger was rolled back or copied; see docs/evidence.md'
  return refusal('comparing the anchor', 'anchor_contradicts', `${seen}: one number, two entries`, hint)
}

/**
 * Keeps an anchor. Where that cannot be done, it says so and goes on: what the response is good for does not hang on it.
 *
 * @param folder null where there is no home
 */
export function keepAnchor(folder: string | null, kept: SeenAnchor): void {
  try {
    if (folder === null) throw refusal(WRITING, 'usage', 'HOME is not set', 'give --anchors FOLDER')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, fileName(kept.anchor))
    if (!existsSync(path)) writeWhole(WRITING, path, encodeDocument({ airlock: HEADER, ...kept }), false)
  } catch (error) {
    // Another run has kept the same anchor meanwhile.
    if (error instanceof AirlockError && error.code === 'output_exists') return
    const why = error instanceof AirlockError ? error.problems[0].message : `${quote(folder ?? '')} cannot be made`
    const what = `the anchor of entry ${kept.anchor.entry} of ledger ${kept.anchor.ledger} was not kept`
    say(hang('warning: ', `${what}: ${why}. A ledger that is rolled back to before it would not be noticed`))
  }
}

/**
 * What is known of the ledgers that signed for an operator, for a request: of each the newest entry, whichever operator it was
 * for. Of more ledgers than a request holds, those seen last.
 *
 * @throws AirlockError anchor_contradicts where two are kept that cannot both be true
 */
export function anchorsFor(operator: Address, known: readonly SeenAnchor[]): readonly Anchor[] {
  const ledgers = new Set(known.filter((each) => each.operator === operator).map(({ anchor: { ledger } }) => ledger))
  const newest = [...ledgers].flatMap((ledger) => known.filter((each) => each.anchor.ledger === ledger).at(-1) ?? [])
  for (const { anchor: each } of newest) judgeAnchor(each, known)
  return newest
    .toSorted((a, b) => b.seen - a.seen)
    .slice(0, MAX_ANCHORS)
    .map(({ anchor: each }) => each)
    .toSorted((a, b) => compare(a.ledger, b.ledger))
}

/** What is to be kept of a verified response: each of its anchors. */
export const seenIn = (
  { anchors, requestDigest }: { readonly anchors: readonly Anchor[] } & Pick<SeenAnchor, 'requestDigest'>,
  operator: Address,
  seen: UnixSeconds,
): readonly SeenAnchor[] => anchors.map((each) => ({ anchor: each, operator, requestDigest, seen }))
