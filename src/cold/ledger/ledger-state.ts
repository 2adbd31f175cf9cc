// What follows from a ledger's entries, read from the first to the last: what was signed, what is frozen, which policy is in
// force, what may not have been delivered.
import type { LedgerId } from '../../shared/base/anchor.ts'
import { canonicalLine, type DocumentDigest } from '../../shared/base/document.ts'
import { refusal } from '../../shared/base/errors.ts'
import { decodeHistory } from '../../shared/ledger/history.ts'
import type { LedgerEntry } from '../../shared/ledger/ledger-entry.ts'
import type { EventOf, FreezeScope } from '../../shared/ledger/ledger-events.ts'
import { recordOf, type SignedRecord } from '../../shared/ledger/signed-record.ts'
import type { Ledger } from './ledger.ts'

/** Something that is frozen now. */
export interface Freeze {
  readonly entry: number
  readonly scope: FreezeScope
  readonly reason: string
}

export interface LedgerState {
  /** Everything signed, here and in the histories that were imported. */
  readonly signed: readonly SignedRecord[]
  readonly frozen: readonly Freeze[]
  readonly policy: DocumentDigest | null
  /** Other ledgers whose history was imported, with the newest entry that it reached. */
  readonly imported: ReadonlyMap<LedgerId, number>
  /** Entries that recorded signatures whose response may never have been written. */
  readonly undelivered: readonly LedgerEntry[]
  /** The entries whose times the clock is compared with: those after the newest one that was settled here. */
  readonly timed: readonly LedgerEntry[]
}

/**
 * Reads the state of a ledger.
 *
 * @throws AirlockError ledger_broken when an imported history is gone or was changed
 */
export function stateOf(ledger: Ledger): LedgerState {
  const { entries } = ledger
  const settled = settledOf(entries)
  return {
    signed: allSigned(ledger).map((record) => ({
      ...record,
      settled: record.settled || settled.has(key(record.ledger, record.entry)),
    })),
    frozen: frozenNow(ledger),
    policy: eventsOf(entries, 'policy').at(-1)?.body.policy ?? null,
    imported: reached(ledger),
    undelivered: undelivered(entries),
    timed: entries.slice(entries.findLastIndex(({ entry }) => settled.has(key(ledger.id, entry))) + 1),
  }
}

const key = (ledger: LedgerId, entry: number): string => `${ledger} ${entry}`

/** The entries of one event, with their bodies. */
export function eventsOf<Name extends EventOf<'begun'>['event'] | LedgerEventName>(
  entries: readonly LedgerEntry[],
  name: Name,
): readonly (LedgerEntry & { readonly body: EventOf<Name> })[] {
  return entries.flatMap((entry) =>
    entry.body?.event === name ? [entry as LedgerEntry & { readonly body: EventOf<Name> }] : [],
  )
}
type LedgerEventName = NonNullable<LedgerEntry['body']>['event']

const settledOf = (entries: readonly LedgerEntry[]): ReadonlySet<string> =>
  new Set(eventsOf(entries, 'settled').map(({ body }) => key(body.ledger, body.of)))

/** The histories that were imported, in order. */
const histories = (ledger: Ledger): readonly ReturnType<typeof decodeHistory>[] =>
  eventsOf(ledger.entries, 'imported').map(({ body, entry }) => {
    const bytes = ledger.document(body.history)
    if (bytes !== null) return decodeHistory('reading an imported history', bytes)
    const seen = `the history that entry ${entry} imported is gone from documents/, or was changed`
    throw refusal('reading the ledger', 'ledger_broken', seen, `put the file with SHA-256 ${body.history} back`)
  })

/**
 * Own records, then imported ones; of one record that came twice, the stricter. Two that name one entry and differ in
 * anything else are two: neither may hide the other.
 */
function allSigned(ledger: Ledger): readonly SignedRecord[] {
  const own = ledger.entries.flatMap((entry) => recordOf(ledger.id, entry) ?? [])
  const all = new Map<string, SignedRecord>()
  for (const record of [...own, ...histories(ledger).flatMap(({ records }) => records)]) {
    const name = canonicalLine({ ...record, settled: null })
    const before = all.get(name)
    all.set(name, before === undefined ? record : { ...before, settled: before.settled && record.settled })
  }
  return [...all.values()]
}

function reached(ledger: Ledger): ReadonlyMap<LedgerId, number> {
  const all = new Map<LedgerId, number>()
  for (const { anchor } of histories(ledger))
    all.set(anchor.ledger, Math.max(anchor.entry, all.get(anchor.ledger) ?? 0))
  return all
}

/** Freezes without an unfreeze after them. Those of an imported history hang on the entry that imported it. */
function frozenNow(ledger: Ledger): readonly Freeze[] {
  const own = eventsOf(ledger.entries, 'frozen').map(({ body, entry }) => ({ entry, ...body }))
  const imports = eventsOf(ledger.entries, 'imported')
  const imported = histories(ledger).flatMap(({ frozen }, index) =>
    frozen.map((freeze) => ({ entry: imports[index]?.entry ?? 0, ...freeze })),
  )
  const lifted = new Set(eventsOf(ledger.entries, 'unfrozen').map(({ body }) => body.of))
  return [...own, ...imported]
    .filter(({ entry }) => !lifted.has(entry))
    .map(({ entry, reason, scope }) => ({ entry, reason, scope }))
}

function undelivered(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const delivered = new Set(eventsOf(entries, 'delivered').map(({ body }) => body.of))
  return eventsOf(entries, 'signed').filter(({ entry }) => !delivered.has(entry))
}
