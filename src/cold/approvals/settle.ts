// airlock-cold unfreeze and airlock-cold ledger settle: a person takes a protection back, with a reason, and with the approvers
// whom the policy in force names (authority.ts).
//
// To settle an entry is to state that what it recorded can do nothing any more: a transaction that was replaced, a response
// that was destroyed. Only then may another take its place (equivocation.ts). What one request recorded is settled in one
// step: its parts may be in several entries, here and in histories that were imported. It also takes a wrong clock back: the
// times up to that entry are not compared any more.
import { coldCommand } from '../../shared/base/commands.ts'
import type { Command } from 'commander'
import { collected } from '../../local/arguments.ts'
import { addCommand } from '../../local/program.ts'
import { print, printJson } from '../../local/terminal.ts'
import type { LedgerId } from '../../shared/base/anchor.ts'
import type { DocumentDigest } from '../../shared/base/document.ts'
import { refusal, type AirlockError } from '../../shared/base/errors.ts'
import type { LedgerEntry } from '../../shared/ledger/ledger-entry.ts'
import { quote } from '../../shared/base/quote.ts'
import type { ReviewSection } from '../../shared/request/review.ts'
import { grouped, utc } from '../../shared/base/units.ts'
import { decideOn, type AuthorityOptions } from './authority.ts'
import { checkedReason } from './freeze.ts'
import { scopeText } from '../ledger/gate.ts'
import { Ledger, ledgerFolder } from '../ledger/ledger.ts'
import { stateOf, type Freeze } from '../ledger/ledger-state.ts'

interface LiftOptions extends AuthorityOptions {
  readonly reason: string
  readonly ledger?: string
  readonly json?: boolean
}

/** The flags of a command that takes a protection back. */
const addLiftFlags = (command: Command): Command =>
  command
    .requiredOption('--reason <text>', 'why, for whoever reads the ledger')
    .option('--approval <file>', 'an approval of the statement (more than once)', collected, [])
    .option('--statement <file>', 'write what approvers are asked, and stop')
    .option('--force', 'overwrite that file')

/** Adds `unfreeze`. */
export function addUnfreeze(program: Command): void {
  const command = addCommand(program, 'unfreeze <entry>', 'lift a freeze, by the entry that froze', [
    'airlock-cold unfreeze 14 --reason "upgrade reviewed"',
    'airlock-cold unfreeze 14 --reason "upgrade reviewed" --statement ask.json',
    'airlock-cold unfreeze 14 --reason "upgrade reviewed" --approval alice.json',
  ])
  addLiftFlags(command).option('--ledger <folder>', 'the ledger (default: ~/.airlock/ledger)').action(unfreeze)
}

/** Adds `ledger settle`; the ledger's own flag is there already. */
export function addSettle(command: Command): void {
  addLiftFlags(command).action(settle)
}

/** Lifts a freeze. */
export async function unfreeze(entry: string, options: LiftOptions): Promise<void> {
  const doing = 'lifting a freeze'
  const reason = checkedReason(doing, options.reason)
  const ledger = Ledger.open(ledgerFolder(options.ledger))
  const { of } = entryNamed(doing, ledger, entry)
  const { frozen } = stateOf(ledger)
  if (!frozen.some((freeze) => freeze.entry === of)) {
    const active = frozen.map((freeze) => String(freeze.entry)).join(', ') || 'none'
    throw unknownEntry(doing, `entry ${of} froze nothing that is still frozen; freezes that hold: ${active}`)
  }
  const statement = {
    entry: of,
    entryHash: hashOf(ledger, of),
    ledger: ledger.id,
    reason,
    statement: 'unfreeze',
  } as const
  const about = { title: 'What is frozen', lines: frozen.filter((freeze) => freeze.entry === of).map(freezeLine) }
  const written = await decideOn(ledger, [{ statement, about }], options, (approvals) => {
    return { approvals, event: 'unfrozen', of, reason }
  })
  for (const { entry: as } of written ?? [])
    if (options.json === true) printJson({ unfrozen: of, entry: as })
    else print(`Lifted: the freeze of entry ${of}, as entry ${as} of the ledger.`)
}

/** An entry to settle, of this ledger or of one whose history was imported. */
interface Settled {
  readonly ledger: LedgerId
  readonly of: number
}

/** Settles entries, each with all others that recorded the same request. */
export async function settle(entries: readonly string[], options: LiftOptions): Promise<void> {
  const doing = 'settling an entry'
  const reason = checkedReason(doing, options.reason)
  const ledger = Ledger.open(ledgerFolder(options.ledger))
  const named = entries.map((text) => entryNamed(doing, ledger, text))
  const all = withSameRequest(ledger, named)
  const asked = all.map(({ ledger: of, of: entry }) => {
    const entryHash = of === ledger.id ? hashOf(ledger, entry) : importedHash(doing, ledger, of, entry)
    const statement = { entry, entryHash, ledger: of, reason, statement: 'settle' } as const
    return { statement, about: { title: 'What it recorded', lines: recordLines(ledger, of, entry) } }
  })
  const written = await decideOn(ledger, asked, options, (approvals, place) => {
    const { ledger: of, of: entry } = all[place] ?? { ledger: ledger.id, of: 0 }
    return { approvals, event: 'settled', ledger: of, of: entry, reason }
  })
  if (written !== null) tellSettled(all, written, options.json === true)
}

function tellSettled(all: readonly Settled[], written: readonly LedgerEntry[], json: boolean): void {
  const done = all.map(({ ledger, of }, place) => ({ settled: of, ledger, entry: written[place]?.entry ?? 0 }))
  if (json) printJson({ settled: done })
  else
    for (const { entry, ledger, settled } of done)
      print(`Settled: entry ${settled} of ledger ${ledger}, as entry ${entry} of this ledger.`)
}

/** The entries named, each once, and after them all others that recorded the same requests and are not settled yet. */
function withSameRequest(ledger: Ledger, named: readonly Settled[]): readonly Settled[] {
  const { signed } = stateOf(ledger)
  const requests = new Set(
    named.flatMap((one) => signed.filter((record) => isAt(record, one))).map(({ request }) => request.digest),
  )
  const others = signed.filter(({ request, settled }) => !settled && requests.has(request.digest))
  const all = [...named, ...others.map(({ entry, ledger: id }) => ({ ledger: id, of: entry }))]
  return [...new Map(all.map((one) => [`${one.ledger}:${one.of}`, one])).values()]
}

const isAt = ({ entry, ledger }: { entry: number; ledger: LedgerId }, at: Settled): boolean =>
  entry === at.of && ledger === at.ledger

const freezeLine = (freeze: Freeze): readonly [string, string] => [
  '',
  `${scopeText(freeze)}: ${quote(freeze.reason, 200)}`,
]

/** What can do nothing any more once an entry is settled; of an entry that signed nothing, its time. */
function recordLines(ledger: Ledger, id: LedgerId, entry: number): ReviewSection['lines'] {
  const records = stateOf(ledger).signed.filter((record) => isAt(record, { ledger: id, of: entry }))
  if (records.length === 0) return [['', 'no signature: the times up to this entry are not compared any more']]
  return records.flatMap(({ digests, request }): ReviewSection['lines'] => [
    ['Signed', [...new Set(digests.map(({ part }) => part))].join(', ')],
    ['Operator', request.operator],
    ['AVS', `${request.avs ?? 'none'} on chain ${request.chainId}`],
    ['Nonce', request.nonce === null ? 'none' : grouped(request.nonce)],
    ['Valid until', utc(request.expiry)],
    ['Request', request.digest],
  ])
}

const HINT = `look it up with ${coldCommand('ledger list')}`
const unknownEntry = (doing: string, seen: string): AirlockError => refusal(doing, 'ledger_entry_unknown', seen, HINT)

/** "14", or "3f21a0c49e8b7d65:14" for an entry of another ledger. */
function entryNamed(doing: string, ledger: Ledger, text: string): Settled {
  const [, id = ledger.id, number = ''] = /^(?:([0-9a-f]{16}):)?([1-9][0-9]{0,11})$/.exec(text) ?? []
  if (number === '') throw unknownEntry(doing, `${quote(text, 60)} is no entry, expected its number or LEDGER:NUMBER`)
  const of = Number(number)
  if (id === ledger.id && of > ledger.head.entry)
    throw unknownEntry(doing, `there is no entry ${of}: the ledger ends at ${ledger.head.entry}`)
  return { ledger: id as LedgerId, of }
}

const hashOf = ({ entries, head }: Ledger, entry: number): DocumentDigest => entries[entry - 1]?.hash ?? head.hash

/** An imported entry is named by the request that it signed: its own hash stayed in the other ledger. */
function importedHash(doing: string, ledger: Ledger, id: LedgerId, entry: number): DocumentDigest {
  const record = stateOf(ledger).signed.find((signed) => isAt(signed, { ledger: id, of: entry }))
  if (record === undefined) throw unknownEntry(doing, `no history that was imported has entry ${entry} of ledger ${id}`)
  return record.request.digest
}
