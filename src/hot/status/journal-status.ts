// airlock-hot status without an operator: every request of the journal, how it stands, when it expires, what to type next.
//
// Without --rpc-url from the files alone, by the clock of this machine. With it the chain is asked about those requests that
// are for it, by the time of its newest block; those for other chains are shown from their files, and said to be. Writes nothing.
import { clockNow } from '../../local/clock.ts'
import { hang, print, printJson, say, styled } from '../../local/terminal.ts'
import { AirlockError } from '../../shared/base/errors.ts'
import type { UnixSeconds } from '../../shared/base/fields.ts'
import { quote } from '../../shared/base/quote.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'
import { contractName } from '../../shared/catalogue/review-names.ts'
import { networkName } from '../build/avs-argument.ts'
import { readHead, type ChainHead } from '../rpc/head.ts'
import { journalFolder, readJournal, type Kept } from '../journal/journal.ts'
import { askedOf } from './journal-ask.ts'
import { nextCommands, type NextCommand } from './journal-next.ts'
import { avsOf, accountOf } from '../journal/journal-request.ts'
import {
  expiryText,
  heldOf,
  isOutstanding,
  standingFromFiles,
  standingOnChain,
  states,
  type Standing,
} from './journal-state.ts'
import { Nodes, type NodeOptions } from '../rpc/nodes.ts'

export interface JournalStatusOptions extends Omit<NodeOptions, 'rpcUrl'> {
  readonly rpcUrl?: readonly string[]
  readonly journal?: string
  readonly chain?: number
  readonly verbose?: boolean
  readonly json?: boolean
}

/** One request with everything that is said of it. */
interface Row extends Standing {
  readonly kept: Kept
  readonly request: UnsignedRequest | null
  readonly now: UnixSeconds
  /** False where only the files were read. */
  readonly asked: boolean
  readonly next: readonly NextCommand[]
}

/** Shows what the journal holds; refuses nothing that is merely bad news. */
export async function journalStatus(options: JournalStatusOptions): Promise<void> {
  const folder = journalFolder(options.journal)
  const kept = readJournal(folder)
  const nodes = options.rpcUrl === undefined ? null : new Nodes({ ...options, rpcUrl: options.rpcUrl })
  const head = nodes === null ? null : await readHead(nodes, options.chain)
  const rows: Row[] = []
  for (const each of kept) rows.push(await rowOf(each, nodes, head, kept, options))
  const sorted = rows.toSorted((a, b) => order(a) - order(b))
  if (options.verbose === true && nodes !== null) say(nodes.summary)
  if (options.json === true) printJson(sorted.map(factsOf))
  else show(sorted, folder, head)
}

async function rowOf(
  kept: Kept,
  nodes: Nodes | null,
  head: ChainHead | null,
  all: readonly Kept[],
  options: JournalStatusOptions,
): Promise<Row> {
  const request = kept.request?.document.request ?? null
  const now = clockNow()
  if (request === null) {
    return { kept, request, now, asked: false, next: [], state: 'unreadable', because: [], confirmations: null }
  }
  const held = heldOf(kept, request.expiry)
  const rowWith = (standing: Standing, at: UnixSeconds, asked: boolean): Row => {
    const next = nextCommands(kept, request, standing.state, options.journal)
    return { ...standing, kept, request, now: at, asked, next }
  }
  if (nodes === null || head === null || head.chainId !== request.chainId || request.transaction === null) {
    return rowWith(standingFromFiles(held, now), now, false)
  }
  const { timestamp } = head.block
  try {
    return rowWith(
      standingOnChain(held, await askedOf(nodes, kept, request, held.memory, all), timestamp),
      timestamp,
      true,
    )
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error
    const standing = standingFromFiles(held, now)
    return rowWith({ ...standing, because: [...standing.because, error.problems[0].message] }, now, false)
  }
}

/** What has to be done first comes first: by expiry; what is over comes last, the newest of it first. */
const order = ({ state, request }: Row): number => {
  const expiry = request?.expiry ?? 0
  return isOutstanding(state) ? expiry : Number.MAX_SAFE_INTEGER - expiry
}

function factsOf({ kept, request, state, because, confirmations, asked, next }: Row): object {
  return {
    name: kept.name,
    folder: kept.folder,
    state,
    outstanding: isOutstanding(state),
    because,
    confirmations,
    asked,
    ...(request === null ? {} : requestFacts(request)),
    requestDigest: kept.request?.document.digest ?? null,
    receipt: kept.hasReceipt,
    events: kept.events.map(({ at, what }) => ({ at, ...what })),
    faults: kept.faults,
    next,
  }
}

const requestFacts = (request: UnsignedRequest): object => ({
  kind: request.operation.kind,
  chainId: request.chainId,
  operator: accountOf(request),
  avs: avsOf(request),
  nonce: request.transaction?.nonce ?? null,
  expiry: request.expiry,
})

function show(rows: readonly Row[], folder: string | null, head: ChainHead | null): void {
  if (rows.length === 0) {
    print(`Nothing in the journal${folder === null ? ': HOME is not set' : ` ${quote(folder)}`}`)
    return
  }
  const left = rows.filter(({ state }) => isOutstanding(state)).length
  print(`${rows.length} in the journal, ${left} of them outstanding`)
  const others = rows.flatMap(({ request }) =>
    request === null || request.chainId === head?.chainId ? [] : [request.chainId],
  )
  if (head !== null && others.length > 0) {
    const names = [...new Set(others)].map(networkName).join('; ')
    say(
      hang('Note: ', `the node serves ${networkName(head.chainId)}: requests for ${names} are shown from their files`),
    )
  }
  for (const row of rows) showRow(row)
}

function showRow({ kept, request, state, because, confirmations, now, next }: Row): void {
  const count =
    confirmations === null || state !== 'mined'
      ? ''
      : `, ${confirmations.seen} of ${confirmations.wanted} confirmations`
  const style = isOutstanding(state) ? 'yellow' : state === 'done' ? 'green' : 'red'
  print(`\n${kept.name}  ${styled(process.stdout, style, states[state])}${count}`)
  if (request !== null) {
    print(`  operator  ${accountOf(request)}`)
    const avs = avsOf(request)
    if (avs !== null) print(`  AVS       ${avs}`)
    if (avs !== null) print(`            ${contractName(request.chainId, avs)}`)
    print(
      `  chain     ${networkName(request.chainId)}, ${request.transaction === null ? 'no transaction asked' : `nonce ${request.transaction.nonce}`}`,
    )
    print(`  expires   ${expiryText(request.expiry, now)}`)
  }
  for (const why of because) print(hang('  why       ', why))
  for (const fault of kept.faults) print(hang('  damaged   ', fault))
  for (const { machine, command } of next) print(`  next, ${machine}:\n    ${command}`)
}
