// airlock-hot build: from what the chain says to an unsigned request, the same way for every operation.
//
// A planner reads what its operation needs and says what to ask for and what would revert; everything else is done here:
// the head of the chain, the sender's nonce and balance, fees, the refusal of all reasons at once, the request itself, judged
// with the eyes of the offline side, so that nothing is carried across the gap that would be refused there.
import { clockNow } from '../../local/clock.ts'
import { checkOutput, writeWhole } from '../../local/files.ts'
import { reviewText } from '../../local/screen.ts'
import { hang, print, printJson, Progress, say } from '../../local/terminal.ts'
import { encodeCall } from '../../shared/chain/call.ts'
import { codePrint, type ContractCode } from '../../shared/chain/code-print.ts'
import { derive, messagesAsked, nothingMade, proofMessage } from '../../shared/request/derive.ts'
import { refusal, refuseAll, type Problem } from '../../shared/base/errors.ts'
import type { Address, UnixSeconds } from '../../shared/base/fields.ts'
import { judge, ordered, refusals } from '../../shared/request/findings.ts'
import {
  callOf,
  concernsOf,
  gasOf,
  messagesOf,
  operationSummary,
  type AnyOperation,
} from '../../shared/operations/operation-kinds.ts'
import { encodeRequest, type RequestDocument } from '../../shared/request/request.ts'
import { reviewSections } from '../../shared/request/review.ts'
import { reviewJson } from '../../shared/request/review-json.ts'
import { highestCost, type TransactionFields } from '../../shared/chain/transaction.ts'
import { DAY, duration, utc } from '../../shared/base/units.ts'
import { accountProblems, accountReads, accountRemarks, isContract, type Account } from './account.ts'
import { anchorsFolder, anchorsFor, readAnchors } from '../seen/anchors.ts'
import type { Expiry } from './arguments.ts'
import { signCommand, type KeyNames } from './commands.ts'
import { readCode } from '../rpc/contract-code.ts'
import { callProblem, writeCall } from './contract-call.ts'
import { beyondContract, signedByOwner, unneeded } from './contract-operator.ts'
import { feeLadder } from './fees.ts'
import type { Leaver } from './foreseen.ts'
import { chooseGas, roughGas, type PlannedGas } from './gas.ts'
import { readPredecessors, readyCall, tryBefore } from './trial.ts'
import { readHead } from '../rpc/head.ts'
import { journalFolder, JournalWriter } from '../journal/journal.ts'
import { Nodes, type NodeOptions } from '../rpc/nodes.ts'
import { Reader } from '../rpc/reader.ts'
import type { Site } from './site.ts'
import { contractsFolder, SeenContracts } from '../seen/seen-contracts.ts'

/** The options that every `build` has. */
export interface BuildOptions extends KeyNames, NodeOptions {
  readonly operator: Address
  /** Who sends the transaction in the operator's stead. */
  readonly from?: Address
  /** Whose key signs for an operator that is a contract. */
  readonly owner?: Address
  readonly output: string
  readonly expiry?: Expiry
  readonly feeRungs: number
  readonly nonce?: number
  readonly gasLimit?: number
  /** Requests that are sent before this one. */
  readonly after?: readonly string[]
  readonly gasPrice?: bigint
  readonly priorityGasPrice?: bigint
  readonly chain?: number
  readonly anchors?: string
  readonly contracts?: string
  readonly journal?: string
  readonly force?: boolean
  readonly verbose?: boolean
  readonly json?: boolean
}

/** What a planner makes of the chain. */
export interface Plan {
  readonly operation: AnyOperation
  /** Every reason why the call would revert, in the order of the contracts. */
  readonly problems: readonly Problem[]
  /** What would not revert but should be known. */
  readonly remarks: readonly string[]
  /** What the state says of the gas that the call needs, where that is more than a node's estimate tells. */
  readonly gas?: PlannedGas
  /** Who leaves a full quorum for this operator. */
  readonly leavers?: readonly Leaver[]
}

export type Planner = (site: Site) => Promise<Plan>

const DOING = 'building the request'
/** Long enough for a courier, short enough for a signature that got lost. */
const DEFAULT_EXPIRY = 7 * DAY

/**
 * Builds a request and writes it.
 *
 * @param options as typed
 * @param plan reads the chain for one operation
 * @throws AirlockError every reason why the call would revert, at once; and those of reading and writing
 */
export async function build(options: BuildOptions, plan: Planner): Promise<void> {
  checkOutput(DOING, options.output, options.force === true)
  const nodes = new Nodes(options)
  const progress = new Progress()
  progress.update(`reading the chain from ${nodes.hosts}`)
  const found = await read(nodes, options, plan).finally(() => progress.end())
  const { site, planned, account, contracts, before } = found
  const { block, behind } = site.head
  if (behind !== null) say(hang('Note: ', behind))
  if (options.verbose === true) say(`All reads at block ${block.number} ${block.hash}\n${nodes.summary}`)
  if (found.byContract && asksNothing(found)) return putOutCall(nodes, found, options)
  const { bytes, document, remarks: told } = await makeRequest(nodes, found, options)
  const clock = clockNow()
  const findings = ordered([...judge(document.request, clock), ...before.judge(contracts)])
  refuseAll(DOING, refusals(findings))
  writeWhole('writing the request', options.output, bytes, options.force === true)
  before.keep(contracts, block.number, clock)
  const journal = new JournalWriter(journalFolder(options.journal), bytes)
  for (const leaver of planned.leavers ?? []) journal.note({ event: 'foreseen', ...leaver })
  journal.note({ event: 'built' })
  const derived = derive(document)
  const remarks = [...planned.remarks, ...told, ...(found.byContract ? [] : accountRemarks(account))]
  if (options.json === true) {
    const facts = { output: options.output, httpRequests: nodes.requests, contracts, remarks }
    printJson({ ...facts, ...reviewJson(derived, findings) })
    return
  }
  print(`${reviewText(reviewSections(derived, clock), findings, process.stdout)}\n`)
  for (const remark of remarks) print(hang('Remark: ', remark))
  printNext(document, options)
}

/** What the chain says. */
interface Found {
  readonly site: Site
  readonly planned: Plan
  readonly account: Account
  /** What the contracts of the operation run, and what is known of them from before. */
  readonly contracts: readonly ContractCode[]
  readonly before: SeenContracts
  /** True where the operator is a contract, which makes the call itself: no transaction is signed. */
  readonly byContract: boolean
}

async function read(nodes: Nodes, options: BuildOptions, plan: Planner): Promise<Found> {
  const head = await readHead(nodes, options.chain)
  const sender = options.from ?? options.operator
  const before = new SeenContracts(contractsFolder(options.contracts), head.chainId)
  const reader = new Reader(nodes, head.block.hash)
  const site = { head, reader, expiry: expiryFor(options, head.block.timestamp), sender }
  // Read together, so that they share their HTTP requests.
  const [planned, account] = await Promise.all([plan(site), reader.read(accountReads(sender))])
  const byContract = isContract(account) && options.from === undefined
  const beyond = byContract ? beyondContract(planned.operation, options) : []
  const signed = byContract
    ? await signedByOwner(site, planned.operation, options.owner)
    : { operation: planned.operation, problems: options.owner === undefined ? [] : [unneeded()] }
  const named = concernsOf(planned).contracts.map(([, address]) => address)
  const contracts = await readCode(reader, named, (address) => before.expected(address))
  const whole = {
    ...planned,
    operation: signed.operation,
    problems: [...planned.problems, ...beyond, ...signed.problems],
  }
  return { site, planned: whole, account, contracts, before, byContract }
}

/** True where no key signs any message of the operation. */
const asksNothing = ({ site, planned: { operation } }: Found): boolean =>
  messagesAsked(messagesOf({ operation, chainId: site.head.chainId, expiry: site.expiry })).length === 0

/** The call of an operator that is a contract, where nothing has to be signed for it: there is no request, and no other trip. */
async function putOutCall(nodes: Nodes, { site, planned, contracts }: Found, options: BuildOptions): Promise<void> {
  const { head, expiry } = site
  const { operation, problems, remarks } = planned
  const asked = { operation, chainId: head.chainId, expiry }
  const call = callOf(asked, nothingMade)
  const made = { chainId: head.chainId, operator: operation.operator, summary: operationSummary(asked) }
  const complete = { call, calldata: encodeCall(call) }
  refuseAll(DOING, problems)
  refuseAll(DOING, await callProblem(nodes, head, { ...made, complete }, { kind: operation.kind, points: false }))
  writeCall({ ...made, complete }, options, { contracts, remarks, httpRequests: nodes.requests })
}

/** Refused before anything is read: a time that has passed needs no node to tell. */
function expiryFor({ expiry }: BuildOptions, block: UnixSeconds): UnixSeconds {
  const until = expiry === undefined ? ((block + DEFAULT_EXPIRY) as UnixSeconds) : expiry(block)
  if (until > block) return until
  const seen = `the request would be expired: expiry is ${utc(until)}, the chain is at ${utc(block)}, ${duration(block - until)} later`
  throw refusal(DOING, 'expiry_past', seen, 'give a later --expiry, such as 7d')
}

/** A request, and what the trial of its call and the choice of its gas limit have to tell. */
interface Made extends ReturnType<typeof encodeRequest> {
  readonly remarks: readonly string[]
}

/**
 * Makes the request twice: first with a rough gas limit, so that all fields are held against their ranges before a node is
 * asked about the call, then with the one that follows from the answer.
 */
async function makeRequest(nodes: Nodes, found: Found, options: BuildOptions): Promise<Made> {
  const { site, planned, account, byContract } = found
  const { operation, problems, gas = {} } = planned
  const after = await readPredecessors(options.after ?? [])
  const measured = gasOf({ operation, chainId: site.head.chainId, expiry: site.expiry })
  const wish = { planned: gas, measured, wished: options.gasLimit }
  const accountFaults = (limit: number): readonly Problem[] =>
    byContract ? [] : accountProblems(account, site.sender, highestCost(paidFor(found, options, limit)))
  const rough = roughGas(wish)
  if (after.length === 0 && problems.length > 0) refuseAll(DOING, [...problems, ...accountFaults(rough)])
  const draft = encode(found, options, rough)
  const call = readyCall(draft.document.request)
  const points = proofMessage(messagesOf(draft.document.request)) !== null
  const trial = await tryBefore(nodes, site.head, { call, points, kind: operation.kind }, after)
  // What the contract takes after the requests before it, it takes, whatever speaks against it as the chain is now.
  const against = trial.passed ? [] : problems
  if (trial.problem !== null || against.length > 0) {
    refuseAll(DOING, [...(trial.problem === null ? [] : [trial.problem]), ...against, ...accountFaults(rough)])
  }
  const overtaken = trial.passed
    ? problems.map(({ message }) => `until the requests before it are mined: ${message}`)
    : []
  if (byContract) return { ...draft, remarks: [...trial.remarks, ...overtaken] }
  const chosen = await chooseGas({ nodes, head: site.head, call, simulated: trial.gasUsed, ...wish })
  refuseAll(DOING, accountFaults(chosen.limit))
  const remarks = [...trial.remarks, ...overtaken, ...chosen.remarks]
  return { ...encode(found, options, chosen.limit), remarks }
}

function paidFor({ site, account }: Found, options: BuildOptions, gasLimit: number): TransactionFields {
  const { head, sender } = site
  const prices = {
    rungs: options.feeRungs,
    maxFeePerGas: options.gasPrice,
    maxPriorityFeePerGas: options.priorityGasPrice,
  }
  return {
    fees: feeLadder(head, prices),
    from: sender === options.operator ? null : sender,
    gasLimit,
    nonce: options.nonce ?? Number(account.nonce),
  }
}

function encode(found: Found, options: BuildOptions, gasLimit: number): ReturnType<typeof encodeRequest> {
  const { site, planned, contracts, byContract } = found
  const { head, expiry } = site
  const { operation } = planned
  return encodeRequest(DOING, {
    anchors: anchorsFor(operation.operator, readAnchors(anchorsFolder(options.anchors))),
    block: head.block,
    chainId: head.chainId,
    code: contracts.length === 0 ? null : codePrint(contracts),
    expiry,
    operation,
    transaction: byContract ? null : paidFor(found, options, gasLimit),
  })
}

function printNext({ digest, words, request }: RequestDocument, options: BuildOptions): void {
  const { output } = options
  print(`Request ${output}`)
  print(`  SHA-256  ${digest}`)
  print(`  words    ${words.join(' ')}`)
  print('Next: carry the file to the offline machine, compare the words, and there')
  print(`  ${signCommand(request, output, options)}`)
}
