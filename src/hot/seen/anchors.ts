// What the online machine remembers of the ledgers: the anchor of every response that it verified.
//
// A folder (~/.airlock/anchors) with one small document for each anchor, "anchors" of no secret (kept.ts). `build` puts the newest anchor of each ledger that signed for the operator into the request; the offline machine refuses where its
// ledger does not have that entry (docs/evidence.md).
//
// Refused: an anchor that contradicts one that is known (the same entry of the same ledger with another hash), and a file
// that was damaged or changed. An anchor older than the newest known is a warning: a response may be verified late.
import { hotCommand } from '../../shared/base/commands.ts'
import * as z from 'zod'
import { hang, say } from '../../local/terminal.ts'
import { anchor, MAX_ANCHORS, type Anchor } from '../../shared/base/anchor.ts'
import { checksum, digestField } from '../../shared/base/document.ts'
import { refusal, type AirlockError } from '../../shared/base/errors.ts'
import { address, unixSeconds, type Address, type UnixSeconds } from '../../shared/base/fields.ts'
import { warning, type Finding } from '../../shared/base/finding.ts'
import { utc } from '../../shared/base/units.ts'
import { keep, keptFolder, readKept, type Keeping } from './kept.ts'

const HEADER = 'anchor/1'

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

const keeping: Keeping<typeof seenAnchor> = {
  folder: 'anchors',
  header: HEADER,
  schema: seenAnchor,
  named: /^[0-9a-f]{16}-\d{6,16}-[0-9a-f]{32}\.json$/,
  fileName: ({ anchor: { entry, hash, ledger } }) => `${ledger}-${String(entry).padStart(6, '0')}-${hash}.json`,
  what: ({ anchor: { entry, ledger } }) => `the anchor of entry ${entry} of ledger ${ledger}`,
  reading: 'reading the anchors that this machine keeps',
  writing: 'keeping the anchor',
  again: `${hotCommand('verify')} of its response writes it again`,
}

/** Where the anchors are, unless --anchors says otherwise; null where there is no home to keep them in. */
export const anchorsFolder = (given: string | undefined): string | null => keptFolder(given, keeping)

/**
 * All anchors that are kept, in the order of ledgers and entries; none where the folder is not there.
 *
 * @throws AirlockError those of decoding a document, which name the file; file_unreadable
 */
export const readAnchors = (folder: string | null): readonly SeenAnchor[] =>
  readKept(folder, keeping).toSorted(
    (a, b) => compare(a.anchor.ledger, b.anchor.ledger) || a.anchor.entry - b.anchor.entry,
  )

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

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
  const why = keep(folder, keeping, kept)
  if (why === null) return
  const what = `the anchor of entry ${kept.anchor.entry} of ledger ${kept.anchor.ledger} was not kept`
  say(hang('warning: ', `${what}: ${why}. A ledger that is rolled back to before it would not be noticed`))
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
