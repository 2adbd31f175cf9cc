// From one verified response to what the contracts confirm: find out what happened before, simulate, broadcast, wait, read back.
//
// Each step refuses by name; run again after any of them, it begins with what is true then.
import { buildAgainLine } from '../../shared/request/build-again.ts'
import { findingsText } from '../../local/screen.ts'
import { hang, say } from '../../local/terminal.ts'
import type { Code } from '../../shared/base/error-codes.ts'
import { AirlockError, refusal, refuseAll, type Problem } from '../../shared/base/errors.ts'
import { messagesOf } from '../../shared/operations/operation-kinds.ts'
import { proofMessage } from '../../shared/request/derive.ts'
import { senderOf, type UnsignedRequest } from '../../shared/request/request.ts'
import { ether, grouped, utc } from '../../shared/base/units.ts'
import { blockPlace } from './ask-fate.ts'
import { firstRung } from './broadcast.ts'
import type { Pair } from './document-pair.ts'
import { Following } from './following.ts'
import { readHead, type ChainHead } from '../rpc/head.ts'
import { hotOperation } from './hot-operations.ts'
import { journalFolder } from '../journal/journal.ts'
import { accountOf } from '../journal/journal-request.ts'
import { makeReceipt, writeReceipt } from './keep-receipt.ts'
import { Nodes, type NodeOptions } from '../rpc/nodes.ts'
import { removalNotes } from '../build/foreseen.ts'
import type { Outcome, SentRequest } from '../build/outcome.ts'
import type { Site } from '../build/site.ts'
import { quantity, Reader } from '../rpc/reader.ts'
import { nextBlock } from '../rpc/try-call.ts'
import { blockOf, whereabouts, type MinedTransaction } from '../verify/receipt.ts'
import { didRevert, simulate, wouldRevert, type Reported } from '../verify/simulate.ts'
import { verified, type Checked, type VerifyOptions } from './verified.ts'
import { assemble, VerifiedResponse, type AssembledTransaction, type Verified } from '../verify/verify.ts'
import { waitMined, type Patience } from './wait-mined.ts'

export interface SendOptions extends Patience, VerifyOptions, NodeOptions {
  readonly receipt?: string
  /** Of a bundle: the requests to send, by their numbers from 1. */
  readonly only?: readonly number[]
  readonly force?: boolean
  readonly verbose?: boolean
}

/** What became of a transaction that was mined and did what was signed for. */
export interface Sent {
  readonly lines: readonly string[]
  readonly json: object
  readonly receipt: Uint8Array
}

/**
 * Sends one response's transaction, waits until it is mined, and reads the state back.
 *
 * @throws AirlockError of verifying, simulating, broadcasting, waiting and reading back
 */
export async function sendPair(pair: Pair, options: SendOptions): Promise<Sent> {
  const checked = await verified(pair, options)
  const { response, findings, journal } = checked
  if (findings.length > 0) say(findingsText(findings, process.stderr))
  const proven = VerifiedResponse.open(response)
  const { request } = proven.document
  const rungs = assemble(response)
  const nodes = new Nodes(options)
  const head = await readHead(nodes, request.chainId)
  if (head.behind !== null) say(hang('Note: ', head.behind))
  const mined = await getMined(nodes, head, proven, rungs, checked, options)
  const outcome = mined.succeeded ? await outcomeOf(nodes, proven, mined) : null
  const { receipt: path, force } = options
  const receipt = await makeReceipt(nodes, proven.document.digest, mined, outcome)
  journal.keepReceipt(receipt)
  if (path !== undefined) writeReceipt(path, receipt, force === true)
  const place = { block: blockPlace(mined), transaction: mined.transaction.hash }
  if (outcome === null) {
    journal.note({ event: 'reverted', ...place })
    throw await explainMined(nodes, request, mined)
  }
  if (outcome.refused !== null) {
    if (leavesOut(outcome.refused)) journal.note({ event: 'left-out', ...place })
    throw outcome.refused
  }
  journal.note({ event: 'confirmed', confirmations: options.confirmations, ...place })
  if (options.verbose === true) say(nodes.summary)
  return { lines: sentLines(mined, outcome), json: sentJson(request, mined, outcome, path), receipt }
}

/** True where the transaction succeeded and the contracts do not have what was signed for. */
const leavesOut = ({ code }: AirlockError): boolean =>
  code === 'mined_but_not_registered' || code === 'mined_but_not_done'

/** Gets the transaction mined, from wherever an earlier run left it. */
async function getMined(
  nodes: Nodes,
  head: ChainHead,
  { document, check }: Verified,
  rungs: readonly AssembledTransaction[],
  { digest: response, journal }: Checked,
  options: SendOptions,
): Promise<MinedTransaction> {
  const { request } = document
  const { confirmations } = options
  const folder = journalFolder(options.journal)
  const following = new Following(nodes, { request, rungs, journal, folder, response, confirmations })
  const before = await whereabouts(nodes, accountOf(request), rungs)
  const fate = await following.before(before)
  if (fate.kind === 'mined') say('The transaction was mined before.')
  else if (fate.kind === 'pending') {
    await sentBefore(nodes, following, fate.rung)
  } else if (fate.kind !== 'receipt-missing') {
    refuseExpired(request, head)
    const first = firstRung(rungs, head.baseFee)
    const transaction = rungs[first]
    if (transaction === undefined) throw new RangeError('no such rung')
    await refuseUnfunded(nodes, head, request, transaction)
    const places = nextBlock(head.block)
    const revert = await simulate(
      nodes,
      accountOf(request),
      transaction,
      places,
      reportedAs('simulation_reverted', request),
    )
    if (revert !== null)
      throw wouldRevert(revert, await reasons(nodes, head, { request, operatorId: check.operatorId }))
    await lookAhead(nodes, head, { request, operatorId: check.operatorId })
    say('Simulated: the contract accepts the transaction.')
    const { hash, number } = head.block
    journal.note({ event: 'simulated', block: { hash, number }, transaction: transaction.hash })
    await following.send(first, 'sent')
    say(`Sent ${transaction.hash}`)
    return waitMined(nodes, request, rungs, following, first, options)
  }
  const highest = fate.kind === 'pending' ? fate.rung : rungs.length - 1
  return waitMined(nodes, request, rungs, following, highest, options)
}

/** What one node has may be unknown to the others, or a lie: all get it again. */
async function sentBefore(nodes: Nodes, following: Following, rung: number): Promise<void> {
  say(`Rung ${rung + 1} was sent before and is not mined yet.`)
  if (nodes.all.length > 1) await following.offerAgain(rung)
}

function refuseExpired(request: UnsignedRequest, { block }: ChainHead): void {
  const { expiry } = request
  if (block.timestamp <= expiry) return
  const seen = `the request expired at ${utc(expiry)}; the chain is at ${utc(block.timestamp)}`
  throw refusal(
    'sending',
    'expiry_past',
    seen,
    `build the request again with \`${buildAgainLine(request)}\`, and sign it`,
  )
}

async function refuseUnfunded(
  nodes: Nodes,
  head: ChainHead,
  request: UnsignedRequest,
  { fees }: AssembledTransaction,
): Promise<void> {
  const sender = senderOf(request)
  if (sender === null || request.transaction === null) return
  const balance = await new Reader(nodes, head.block.hash).read(quantity('eth_getBalance', sender))
  const cost = fees.maxFeePerGas * BigInt(request.transaction.gasLimit)
  if (balance >= cost) return
  const seen = `the transaction may cost ${ether(cost)}; ${sender} has ${ether(balance)}`
  throw refusal(
    'sending',
    'balance_below_gas',
    seen,
    `send at least ${ether(cost - balance)} to ${sender}, then run again`,
  )
}

/** The preflight's reasons, for a call that would revert: they have the numbers that a revert has not. */
const reasons = (nodes: Nodes, head: ChainHead, sent: SentRequest): Promise<readonly Problem[]> =>
  hotOperation(sent.request.operation).problems(siteOf(nodes, head, sent), sent.request.operation, sent)

/** A call that succeeds can leave the operator out, or remove another than was foreseen: the one is refused, the other said. */
async function lookAhead(nodes: Nodes, head: ChainHead, sent: SentRequest): Promise<void> {
  const { operation, claims } = sent.request
  const found = await hotOperation(operation).foreseen?.(siteOf(nodes, head, sent), operation, sent)
  if (found === undefined) return
  refuseAll('looking ahead', found.problems)
  for (const note of removalNotes(claims, found.removals)) say(hang('Note: ', note))
}

const siteOf = (nodes: Nodes, head: ChainHead, { request }: SentRequest): Site => ({
  head,
  reader: new Reader(nodes, head.block.hash),
  expiry: request.expiry,
  sender: accountOf(request),
})

/** What the contracts say at the block of the transaction. */
const outcomeOf = (nodes: Nodes, { document, check }: Verified, mined: MinedTransaction): Promise<Outcome> => {
  const { request } = document
  const { operation } = request
  const reader = new Reader(nodes, blockOf(mined))
  return hotOperation(operation).outcome(reader, operation, mined, { request, operatorId: check.operatorId })
}

/** Called again on the state before its block, as in its block, with the gas that was signed: what it failed for then. */
async function explainMined(nodes: Nodes, request: UnsignedRequest, mined: MinedTransaction): Promise<Error> {
  const { transaction, block } = mined
  const parent = `0x${(block - 1).toString(16)}` as const
  const places = [{ block: parent, number: block }, { block: parent }]
  const sender = accountOf(request)
  const revert = await simulate(nodes, sender, transaction, places, reportedAs('transaction_reverted', request))
  return didRevert(revert, mined, request.transaction?.gasLimit ?? 0)
}

const reportedAs = (code: Code, request: UnsignedRequest): Reported => ({
  code,
  kind: request.operation.kind,
  points: proofMessage(messagesOf(request)) !== null,
})

function sentJson(
  { operation }: UnsignedRequest,
  { transaction, block, gasUsed, fee, rung }: MinedTransaction,
  outcome: Outcome,
  receipt: string | undefined,
): object {
  return {
    transaction: transaction.hash,
    rung,
    block,
    gasUsed,
    feeWei: fee,
    operation: operation.kind,
    operator: operation.operator,
    ...outcome.json,
    ...(receipt === undefined ? {} : { receipt }),
  }
}

const sentLines = ({ transaction, block, gasUsed, fee }: MinedTransaction, outcome: Outcome): readonly string[] => [
  `Mined in block ${grouped(block)}: ${grouped(gasUsed)} gas, ${ether(fee)}`,
  `  transaction         ${transaction.hash}`,
  'Read back from the contracts:',
  ...outcome.facts.map(({ name, value }) => hang(`  ${name.padEnd(19)} `, value)),
]
