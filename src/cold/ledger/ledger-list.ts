// airlock-cold ledger list: the entries, one or two lines each, with filters.
import { hang, print, printJson, say } from '../../local/terminal.ts'
import type { UnixSeconds } from '../../shared/base/fields.ts'
import type { LedgerEntry } from '../../shared/ledger/ledger-entry.ts'
import type { LedgerEvent } from '../../shared/ledger/ledger-events.ts'
import { quote } from '../../shared/base/quote.ts'
import type { RequestFacts } from '../../shared/ledger/request-facts.ts'
import { utc } from '../../shared/base/units.ts'
import { scopeText } from './gate.ts'
import { Ledger, ledgerFolder } from './ledger.ts'

export interface ListOptions {
  readonly ledger?: string
  readonly event?: LedgerEvent['event']
  readonly request?: string
  readonly operator?: string
  readonly avs?: string
  readonly from?: UnixSeconds
  readonly to?: UnixSeconds
  readonly last?: number
  readonly json?: boolean
}

/** Lists entries. */
export function ledgerList(options: ListOptions): void {
  const ledger = Ledger.open(ledgerFolder(options.ledger))
  const chosen = ledger.entries.filter((entry) => matches(entry, options))
  const shown = chosen.slice(-(options.last ?? chosen.length))
  if (options.json === true) {
    printJson({ ledger: ledger.folder, id: ledger.id, entries: shown })
    return
  }
  if (shown.length === 0) say('no entry is like that')
  for (const entry of shown) print(entryText(entry))
}

/** The facts of the request that an event is about, where it names them. */
export const factsIn = (body: LedgerEvent | null): RequestFacts | null =>
  body !== null && 'request' in body && typeof body.request === 'object' ? body.request : null

/** The digest of a request whose facts an event does not have. */
function digestIn(body: LedgerEvent | null): string | undefined {
  if (body?.event === 'receipt') return body.request
  if (body?.event === 'refused') return body.document
  return body?.event === 'approved' ? body.digest : undefined
}

/** True when the text is how an address or a digest begins, in any case. */
const begins = (value: string | undefined, start: string | undefined): boolean =>
  start === undefined || (value?.toLowerCase().startsWith(start.toLowerCase()) ?? false)

function matches({ body, time }: LedgerEntry, options: ListOptions): boolean {
  const facts = factsIn(body) ?? undefined
  const digest = facts?.digest ?? digestIn(body)
  return (
    (options.event === undefined || body?.event === options.event) &&
    begins(digest, options.request) &&
    begins(facts?.operator, options.operator) &&
    [facts?.avs ?? undefined, ...(facts?.contracts ?? [undefined])].some((each) => begins(each, options.avs)) &&
    time >= (options.from ?? 0) &&
    time <= (options.to ?? Infinity)
  )
}

const INDENT = ' '.repeat(38)

/** An entry as lines of at most 80 columns. */
export function entryText({ body, entry, time }: LedgerEntry): string {
  const what = body === null ? '(left out)' : body.event
  const head = `${String(entry).padStart(5)}  ${utc(time).slice(0, 19)}  ${what.padEnd(10)}`
  const lines = body === null ? [] : linesOf(body)
  const [first = '', ...rest] = lines
  return [hang(`${head}  `, first), ...rest.map((line) => hang(INDENT, line))].join('\n').trimEnd()
}

/** What an event says, beside its name. */
export function linesOf(body: LedgerEvent): readonly string[] {
  switch (body.event) {
    case 'begun':
      return [`by airlock-cold ${body.program.version}`]
    case 'seen':
    case 'declined':
      return requestLines(body.request)
    case 'refused':
      return [...body.problems.map(({ code }) => code), ...(body.request === null ? [] : requestLines(body.request))]
    case 'signed':
      return [...requestLines(body.request), `${body.digests.length} digests, approved by the ${body.reviewedBy}`]
    case 'repeated':
      return [`as entry ${body.of}`, ...requestLines(body.request)]
    case 'delivered':
      return [`response of entry ${body.of}: ${body.response.slice(0, 16)}…`]
    case 'policy':
      return [body.policy === null ? 'none any more' : `${body.policy.slice(0, 16)}…`]
    case 'frozen':
      // An operator id is longer than the line.
      return [
        ...scopeText(body)
          .replace(/(?<=0x\w{20})\w{44}$/, '…')
          .split(' '),
        quote(body.reason, 200),
      ]
    case 'unfrozen':
      return [`entry ${body.of}`, quote(body.reason, 200)]
    case 'settled':
      return [`entry ${body.of} of ledger ${body.ledger}`, quote(body.reason, 200)]
    case 'imported':
      return [`a history of ${body.records} records`]
    case 'receipt':
      return [`for request ${body.request.slice(0, 16)}…`]
    case 'approved':
      return [`${body.subject} ${body.digest.slice(0, 16)}… by ${body.approver}`]
  }
}

const requestLines = ({ kind, operator, avs, chainId, digest }: RequestFacts): string[] => [
  `${kind}, request ${digest.slice(0, 16)}…`,
  `operator ${operator.slice(0, 12)}…, ${avs === null ? 'no AVS' : `AVS ${avs.slice(0, 12)}…`}`,
  `chain ${chainId}`,
]
