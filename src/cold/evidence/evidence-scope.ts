// Which entries of a ledger a pack of evidence shows with their content.
//
// Entry 1 always: it says which ledger it is. Of one request everything that is about it: read, refused, declined, signed, made
// again, written, settled, its receipts; the policies that were in force at those; freezes that covered it, and their end.
import { coldCommand } from '../../shared/base/commands.ts'
import type { DocumentDigest } from '../../shared/base/document.ts'
import { refusal } from '../../shared/base/errors.ts'
import { entriesOf } from '../../shared/evidence/evidence-view.ts'
import type { UnixSeconds } from '../../shared/base/fields.ts'
import { ledgerIdOf, type LedgerEntry } from '../../shared/ledger/ledger-entry.ts'
import type { EventOf, LedgerEvent } from '../../shared/ledger/ledger-events.ts'
import type { RequestFacts } from '../../shared/ledger/request-facts.ts'
import { utc } from '../../shared/base/units.ts'

/** What a pack is about. */
export type Scope =
  | { readonly of: 'all' }
  | { readonly of: 'request'; readonly digest: DocumentDigest }
  | { readonly of: 'entry'; readonly entry: number }
  | { readonly of: 'time'; readonly from: UnixSeconds; readonly to: UnixSeconds }

const DOING = 'choosing the entries'

/**
 * The numbers of the entries that a scope shows.
 *
 * @throws AirlockError ledger_entry_unknown where there is none
 */
export function entriesInScope(entries: readonly LedgerEntry[], scope: Scope): ReadonlySet<number> {
  const found = numbersIn(entries, scope)
  if (found.length > 0) return new Set([1, ...found])
  const hint = `look it up with ${coldCommand('ledger list')}, or name another`
  throw refusal(DOING, 'ledger_entry_unknown', `the ledger has no entry ${scopeText(scope)}`, hint)
}

function scopeText(scope: Scope): string {
  if (scope.of === 'request') return `about request ${scope.digest}`
  if (scope.of === 'entry') return String(scope.entry)
  return scope.of === 'time' ? `from ${utc(scope.from)} to ${utc(scope.to)}` : 'at all'
}

function numbersIn(entries: readonly LedgerEntry[], scope: Scope): readonly number[] {
  switch (scope.of) {
    case 'all':
      return entries.map(({ entry }) => entry)
    case 'time':
      return entries.filter(({ time }) => time >= scope.from && time <= scope.to).map(({ entry }) => entry)
    case 'request':
      return aboutRequest(entries, scope.digest)
    case 'entry': {
      const body = entries[scope.entry - 1]?.body ?? null
      if (body === null) return []
      const request = requestOf(entries, body)
      return request === null ? [scope.entry] : [scope.entry, ...aboutRequest(entries, request)]
    }
  }
}

/** The request that an event is about; null where it is about none. */
function requestOf(entries: readonly LedgerEntry[], body: LedgerEvent): DocumentDigest | null {
  switch (body.event) {
    case 'seen':
    case 'declined':
    case 'signed':
    case 'repeated':
      return body.request.digest
    case 'refused':
      return body.document
    case 'receipt':
      return body.request
    case 'delivered':
      return entriesOf(entries, 'signed').find(({ entry }) => entry === body.of)?.body.request.digest ?? null
    case 'approved':
      return body.subject === 'request' ? body.digest : null
    case 'begun':
    case 'policy':
    case 'frozen':
    case 'unfrozen':
    case 'settled':
    case 'imported':
      return null
  }
}

function aboutRequest(entries: readonly LedgerEntry[], digest: DocumentDigest): readonly number[] {
  const [first] = entries
  if (first === undefined) return []
  const own = entries.filter(({ body }) => body !== null && requestOf(entries, body) === digest)
  const signed = new Set(own.flatMap(({ body, entry }) => (body?.event === 'signed' ? [entry] : [])))
  const settled = entriesOf(entries, 'settled').filter(
    ({ body }) => body.ledger === ledgerIdOf(first) && signed.has(body.of),
  )
  const freezes = freezesOf(entries, own)
  return [...own, ...settled, ...policiesAt(entries, own), ...freezes].map(({ entry }) => entry)
}

/** The entries that put those policies in force under which something was decided. */
function policiesAt(entries: readonly LedgerEntry[], decided: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const changes = entriesOf(entries, 'policy')
  return decided.flatMap(({ entry }) => changes.findLast((change) => change.entry < entry) ?? [])
}

/** Freezes that covered the request, and the entries that lifted them. */
function freezesOf(entries: readonly LedgerEntry[], own: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const facts = own.flatMap(({ body }) => (body !== null && 'request' in body ? (factsIn(body) ?? []) : []))
  const ids = new Set(own.flatMap(({ body }) => (body?.event === 'signed' ? [body.keys.operatorId] : [])))
  const covers = ({ scope }: EventOf<'frozen'>): boolean => {
    if (scope.of === 'all') return true
    if (scope.of === 'avs')
      return facts.some(({ avs, contracts }) => scope.address === avs || contracts.includes(scope.address))
    return facts.some(({ operator }) => scope.key === operator) || [...ids].some((id) => id === scope.key)
  }
  const frozen = entriesOf(entries, 'frozen').filter(({ body }) => covers(body))
  const numbers = new Set(frozen.map(({ entry }) => entry))
  return [...frozen, ...entriesOf(entries, 'unfrozen').filter(({ body }) => numbers.has(body.of))]
}

const factsIn = (body: LedgerEvent): RequestFacts | null =>
  'request' in body && typeof body.request === 'object' ? body.request : null
