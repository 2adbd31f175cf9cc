// The summary of a pack of evidence, for people: Markdown, and nothing in it but what follows from the other files.
//
// Written by the machine that makes the pack, written again by whoever checks it, and compared byte by byte: so it cannot say
// what the entries and documents do not. The number in its third line changes with any word of it.
import { hotCommand } from '../base/commands.ts'
import { digestWords } from '../base/document.ts'
import { eventText } from './evidence-events.ts'
import type { Evidence, EvidenceDocument } from './evidence.ts'
import type { SignedProof } from './evidence-proof.ts'
import { entriesOf } from './evidence-view.ts'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import { utc } from '../base/units.ts'

/** The kind and version of a pack, by its summary. */
export const EVIDENCE_HEADER = 'evidence/1'

/** The summary of a pack, with a final newline. */
export function evidenceSummary(evidence: Evidence): string {
  const sections = [
    ...[`# Evidence from ledger ${evidence.ledger}`, opening, bullets(contents(evidence))],
    ...['## What happened', ...happened(evidence)],
    ...['## What this pack proves', bullets(provenLines(evidence))],
    ...['## What it does not prove', bullets(unprovenLines(evidence))],
    ...['## Documents', bullets(documentLines(evidence.documents))],
  ]
  return `${sections.join('\n\n')}\n`
}

// Its words are those of a format, the same in every version.
// eslint-disable-next-line no-restricted-syntax
const opening = `${EVIDENCE_HEADER}: written by \`airlock-cold ledger export\` from the other files of this folder.
${hotCommand('evidence verify')} checks all of them, on any machine and without a key, and
writes this page again: it must be the same, byte by byte.`

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n')

/** Numbers with their runs joined: "1, 3 to 5". */
export function runs(numbers: readonly number[]): string {
  const starts = numbers.filter((number, index) => number !== (numbers[index - 1] ?? -1) + 1)
  return starts
    .map((start, index) => {
      const next = starts[index + 1]
      const end = (next === undefined ? numbers.at(-1) : numbers[numbers.indexOf(next) - 1]) ?? start
      return start === end ? `${start}` : `${start} to ${end}`
    })
    .join(', ')
}

const numbersOf = (entries: readonly LedgerEntry[]): string =>
  entries.length === 0 ? 'none' : runs(entries.map(({ entry }) => entry))

function contents({ documents, entries, head }: Evidence): readonly string[] {
  const [first] = entries
  const shown = documents.filter((each) => each.shown).length
  return [
    `Entries: 1 to ${head.entry}, from ${utc(first.time)} to ${utc(head.time)}`,
    `With their content: ${numbersOf(entries.filter(({ body }) => body !== null))}`,
    `Content left out: ${numbersOf(entries.filter(({ body }) => body === null))}`,
    `Documents: ${shown} shown, ${documents.length - shown} left out`,
    `Head: entry ${head.entry}, \`${head.hash}\``,
    `Head in words: ${digestWords(head.hash).join(' ')}`,
  ]
}

const happened = (evidence: Evidence): readonly string[] =>
  evidence.entries.flatMap((entry) => {
    if (entry.body === null) return []
    const { lines, title } = eventText(evidence, entry, entry.body)
    return [`### Entry ${entry.entry}, ${utc(entry.time)}: ${title}`, bullets(lines)]
  })

/** What follows from a pack without a contradiction, a sentence each. */
export function provenLines(evidence: Evidence): readonly string[] {
  const { anchored, approvals, entries, head, receipts, signed } = evidence
  const whole = `Entries 1 to ${head.entry} are one chain: none of them was changed, removed, moved or added since the head was as above`
  return [
    whole,
    'Every content and every document that is shown is the one that its entry recorded',
    ...signed.flatMap((proof) => signedLines(evidence, proof)),
    ...anchored.map(({ entry, of }) => `Entry ${entry}: the response says that it is recorded as entry ${of}, and is`),
    ...approvals.map(({ approver, entry }) => `Entry ${entry}: \`${approver}\` signed an approval of the very thing`),
    ...receipts.flatMap(({ entry, transactionProven }) =>
      transactionProven ? [`Entry ${entry}: the receipt is of a transaction that was signed`] : [],
    ),
    ...(entries.some(({ body }) => body === null)
      ? ['Content that was left out cannot be another than the one recorded: its hash stands in the chain']
      : []),
  ]
}

function signedLines(
  { entries }: Evidence,
  { derived, entry, responses, reviewShown }: SignedProof,
): readonly string[] {
  const recorded = digestsIn(entries, entry)
  const reviewed = reviewShown ? ['what the person was shown is the review of this very request'] : []
  const derivedWords =
    derived.length === 0 ? [] : [`${derived.length} of ${recorded} digests follow from the request, derived again`]
  const checked = responses.map(
    ({ entry: delivery }) =>
      `every signature in the response of entry ${delivery} is by the keys named, and says that it is recorded here`,
  )
  return [...reviewed, ...derivedWords, ...checked].map((line) => `Entry ${entry}: ${line}`)
}

const digestsIn = (entries: readonly LedgerEntry[], number: number): number =>
  entriesOf(entries, 'signed').find(({ entry }) => entry === number)?.body.digests.length ?? 0

/** What a pack leaves open, a sentence each. */
export function unprovenLines({
  anchored,
  approvals,
  documents,
  entries,
  head,
  receipts,
  signed,
}: Evidence): readonly string[] {
  const { length } = entries.filter(({ body }) => body === null)
  const leftOut = documents.filter(({ shown }) => !shown)
  return [
    'The times are those of the offline machine, whose clock may be wrong',
    `Whether this is the ledger that was kept at the time: a whole ledger can be made up afterwards. It is shown by anchors that were kept elsewhere, such as the words of a head on paper, or the responses (\`--anchor\`). Whether it went on after entry ${head.entry} is shown by the same`,
    'Who typed the phrase, and whether the program named by its SHA-256 is the one that it says',
    ...(approvals.length > 0
      ? ['Whether those who approved are the ones whom the policy names, and as many as it wants: the policy says']
      : []),
    ...(receipts.length > 0 ? ['What the receipts say of the chain: they are the word of one node'] : []),
    ...(length > 0 ? [`What the ${length === 1 ? 'content' : `${length} contents`} that were left out say`] : []),
    ...leftOut.map(
      ({ digest, entry, kind }) => `Entry ${entry}: what \`${digest}\`, one of its ${kind}, says; it was left out`,
    ),
    ...signed.flatMap((proof) => openLines(entries, proof)),
    ...anchored.map(
      ({ entry, of }) => `Entry ${entry}: the signatures in its response; the content of entry ${of} was left out`,
    ),
    ...receipts.flatMap(({ entry, transactionProven }) =>
      transactionProven ? [] : [`Entry ${entry}: whether the receipt is of a transaction that was signed`],
    ),
  ]
}

function openLines(entries: readonly LedgerEntry[], { derived, entry, responses }: SignedProof): readonly string[] {
  const open = digestsIn(entries, entry) - derived.length
  return [
    ...(open === 0 ? [] : [`Entry ${entry}: whether ${open} of its digests follow from the request`]),
    ...(responses.length > 0 ? [] : [`Entry ${entry}: its signatures; no response to it is shown with its request`]),
  ]
}

function documentLines(documents: readonly EvidenceDocument[]): readonly string[] {
  if (documents.length === 0) return ['none is named']
  return documents.map(
    ({ digest, entry, kind, shown }) =>
      `\`${digest}\`: of the ${kind}, first named by entry ${entry}, ${shown ? 'shown' : 'left out'}`,
  )
}

/** How a summary differs from the one that follows from its pack: the first line that does; null where none does. */
export function summaryDifference(
  found: string,
  expected: string,
): { readonly line: number; readonly found: string; readonly expected: string } | null {
  if (found === expected) return null
  const [seen, due] = [found.split('\n'), expected.split('\n')]
  const at = due.findIndex((line, index) => line !== seen[index])
  const line = at === -1 ? due.length : at
  return { line: line + 1, found: seen[line] ?? '', expected: due[line] ?? '' }
}
