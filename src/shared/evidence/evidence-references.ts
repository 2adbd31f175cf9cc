// Whether the entries of a pack fit each other: each that names an earlier one names the right kind of it, and each that names a
// policy names the one that was in force. Where a content was left out, what it might say is not held against another.
import type { DocumentDigest } from '../base/document.ts'
import type { Problem } from '../base/errors.ts'
import { entriesOf, wrong } from './evidence-view.ts'
import { ledgerIdOf, type LedgerEntry } from '../ledger/ledger-entry.ts'
import type { LedgerEvent } from '../ledger/ledger-events.ts'

/** Everything that one entry says of another and that is not so. */
export function referenceProblems(entries: readonly [LedgerEntry, ...LedgerEntry[]]): readonly Problem[] {
  return [
    ...firstProblems(entries),
    ...entries.flatMap((entry) => ofProblems(entries, entry)),
    ...policyProblems(entries),
  ]
}

function firstProblems([first, ...rest]: readonly [LedgerEntry, ...LedgerEntry[]]): readonly Problem[] {
  const begun = [first, ...rest].filter(({ body }) => body?.event === 'begun')
  if (first.body !== null && first.body.event !== 'begun')
    return [
      wrong('evidence_reference_wrong', `entry 1 records "${first.body.event}", expected the beginning of a ledger`),
    ]
  return begun
    .filter(({ entry }) => entry !== 1)
    .map(({ entry }) => wrong('evidence_reference_wrong', `entry ${entry} says that the ledger began there`))
}

/** The events that an entry of each kind may point back at. */
const pointsAt: Readonly<Partial<Record<LedgerEvent['event'], readonly LedgerEvent['event'][]>>> = {
  delivered: ['signed'],
  repeated: ['signed'],
  unfrozen: ['frozen', 'imported'],
}

function ofProblems(
  entries: readonly [LedgerEntry, ...LedgerEntry[]],
  { body, entry }: LedgerEntry,
): readonly Problem[] {
  if (body === null || !('of' in body)) return []
  if (body.event === 'settled' && body.ledger !== ledgerIdOf(entries[0])) return []
  const target = body.of < entry ? entries[body.of - 1] : undefined
  if (target === undefined)
    return [wrong('evidence_reference_wrong', `entry ${entry} is about entry ${body.of}, which is not before it`)]
  const expected = pointsAt[body.event]
  if (target.body === null || expected === undefined) return []
  if (!expected.includes(target.body.event)) {
    const seen = `entry ${entry} (${body.event}) is about entry ${body.of}, which records "${target.body.event}"`
    return [wrong('evidence_reference_wrong', `${seen}, expected ${expected.join(' or ')}`)]
  }
  return body.event === 'repeated' ? repeatedProblems(body.request.digest, entry, target) : []
}

function repeatedProblems(
  request: DocumentDigest,
  entry: number,
  { body, entry: of }: LedgerEntry,
): readonly Problem[] {
  if (body?.event !== 'signed' || body.request.digest === request) return []
  return [
    wrong(
      'evidence_reference_wrong',
      `entry ${entry} repeats request ${request}, entry ${of} signed ${body.request.digest}`,
    ),
  ]
}

/** Each policy that an entry names is the one that the last change before it put in force, where every content between is shown. */
function policyProblems(entries: readonly LedgerEntry[]): readonly Problem[] {
  const problems: Problem[] = []
  let inForce: DocumentDigest | null | 'unknown' = null
  for (const { body, entry } of entries) {
    if (body === null) inForce = 'unknown'
    else if (body.event === 'policy') {
      if (inForce !== 'unknown' && body.replaced !== inForce)
        problems.push(policyProblem(entry, body.replaced, inForce))
      inForce = body.policy
    } else if ('policy' in body && inForce !== 'unknown' && body.policy !== inForce)
      problems.push(policyProblem(entry, body.policy, inForce))
  }
  return problems
}

const policyProblem = (entry: number, said: DocumentDigest | null, inForce: DocumentDigest | null): Problem =>
  wrong(
    'evidence_reference_wrong',
    `entry ${entry} names policy ${said ?? 'none'}; in force before it was ${inForce ?? 'none'}`,
  )

/** True where a request was signed before an entry, or may have been in an entry whose content was left out. */
export const maySign = (entries: readonly LedgerEntry[], request: DocumentDigest, before: number): boolean =>
  entries.slice(0, before - 1).some(({ body }) => body === null) ||
  entriesOf(entries.slice(0, before - 1), 'signed').some(({ body }) => body.request.digest === request)
