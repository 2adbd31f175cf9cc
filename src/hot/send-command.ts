// airlock-hot verify and send: from the response to what the contracts confirm.
//
// send: verify, find out what happened before, simulate, broadcast, wait, read back. Each step refuses by name; run again
// after any of them, it begins with what is true then. What happened goes into the journal, and is explained out of it.
import { clockNow } from '../local/clock.ts'
import { checkOutput } from '../local/files.ts'
import { findingsText } from '../local/screen.ts'
import { hang, print, printJson, say } from '../local/terminal.ts'
import { documentDigest, type DocumentDigest } from '../shared/document.ts'
import { AirlockError, refusal, type Problem } from '../shared/errors.ts'
import type { Finding } from '../shared/finding.ts'
import { senderOf, type UnsignedRequest } from '../shared/request.ts'
import { ether, grouped, utc } from '../shared/units.ts'
import { documentKind } from '../shared/packed.ts'
import { anchorsFolder, judgeAnchor, keepAnchor, readAnchors, seenIn } from './anchors.ts'
import { firstRung, offer, waitMined, type Patience } from './broadcast.ts'
import { blockPlace } from './ask-fate.ts'
import { Following } from './following.ts'
import { readHead, type ChainHead } from './head.ts'
import { hotOperation } from './hot-operations.ts'
import { journalFolder, JournalWriter } from './journal.ts'
import { accountOf } from './journal-request.ts'
import { makeReceipt, tellReceipt, writeReceipt } from './keep-receipt.ts'
import { sendBundle, verifyBundle } from './bundle-send.ts'
import type { Outcome, SentRequest } from './outcome.ts'
import { blockOf, whereabouts, type MinedTransaction } from './receipt.ts'
import { Nodes, type NodeOptions } from './nodes.ts'
import { didRevert, simulate, wouldRevert } from './simulate.ts'
import { readPair, type Pair } from './document-pair.ts'
import { assemble, VerifiedResponse, type AssembledTransaction, type Verified } from './verify.ts'
import { blockReference, quantity, Reader } from './reader.ts'
import { nextSteps, printNext, printResponse, responseJson } from './tell-response.ts'

export interface VerifyOptions {
  readonly anchors?: string
  readonly journal?: string
  readonly json?: boolean
}

export interface SendOptions extends Patience, VerifyOptions, NodeOptions {
  readonly receipt?: string
  /** Of a bundle: the requests to send, by their numbers from 1. */
  readonly only?: readonly number[]
  readonly force?: boolean
  readonly verbose?: boolean
}

/** A response that was verified, and the place in the journal where it is kept. */
export interface Checked {
  readonly response: VerifiedResponse
  readonly digest: DocumentDigest
  readonly findings: readonly Finding[]
  readonly journal: JournalWriter
}

/** Verifies a response, compares its anchors with those that are kept, and keeps them, in the journal too. */
export async function verified({ request, response: answer }: Pair, options: VerifyOptions): Promise<Checked> {
  const response = await VerifiedResponse.verify(request, answer)
  const { document, check, response: signed } = VerifiedResponse.open(response)
  const folder = anchorsFolder(options.anchors)
  const known = readAnchors(folder)
  const findings = signed.anchors.flatMap((anchor) => judgeAnchor(anchor, known))
  for (const seen of seenIn(signed, document.request.operation.operator, clockNow())) keepAnchor(folder, seen)
  const journal = new JournalWriter(journalFolder(options.journal), request)
  journal.keepResponse(answer)
  const digest = documentDigest(answer)
  const transactions = check.transactions.map(({ hash }) => hash)
  journal.note({ event: 'verified', complete: check.missing.length === 0, response: digest, transactions })
  return { response, digest, findings, journal }
}

/** Verifies a response and says what it proves and what is missing. */
export async function verify(requestPath: string, responsePath: string, options: VerifyOptions): Promise<void> {
  const pair = await readPair(requestPath, responsePath, journalFolder(options.journal))
  if (documentKind(pair.request) === 'bundle') return verifyBundle(pair, options)
  const { response, findings } = await verified(pair, options)
  const checked = VerifiedResponse.open(response)
  if (options.json === true) {
    const next = nextSteps(checked, requestPath, responsePath).map(({ type }) => type)
    printJson({ ...responseJson(checked), findings, next })
    return
  }
  print('The response answers this request, and every signature in it was checked.')
  printResponse(checked)
  if (findings.length > 0) print(findingsText(findings, process.stdout))
  printNext(checked, requestPath, responsePath)
}

/**
 * Sends a response's transaction and reads the state back; of a bundle, one after another.
 *
 * @param first a request or a bundle, or the name of a request in the journal
 * @param second a response; without it that of the journal
 */
export async function send(first: string, second: string | undefined, options: SendOptions): Promise<void> {
  const pair = await readPair(first, second, journalFolder(options.journal))
  if (documentKind(pair.request) === 'bundle') return sendBundle(pair, options)
  if (options.receipt !== undefined) checkOutput('preparing the receipt', options.receipt, options.force === true)
  const sent = await sendPair(pair, options)
  if (options.json === true) printJson(sent.json)
  else for (const line of sent.lines) print(line)
  const { receipt: path } = options
  if (path !== undefined && options.json !== true) tellReceipt(path, sent.receipt)
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
    await sentBefore(nodes, rungs, fate.rung)
  } else if (fate.kind !== 'receipt-missing') {
    refuseExpired(request, head)
    const first = firstRung(rungs, head.baseFee)
    const transaction = rungs[first]
    if (transaction === undefined) throw new RangeError('no such rung')
    await refuseUnfunded(nodes, head, request, transaction)
    const revert = await simulate(
      nodes,
      accountOf(request),
      transaction,
      blockReference(head.block.hash),
      'simulation_reverted',
    )
    if (revert !== null)
      throw wouldRevert(revert, await reasons(nodes, head, { request, operatorId: check.operatorId }))
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
async function sentBefore(nodes: Nodes, rungs: readonly AssembledTransaction[], rung: number): Promise<void> {
  say(`Rung ${rung + 1} was sent before and is not mined yet.`)
  const transaction = rungs[rung]
  if (nodes.all.length > 1 && transaction !== undefined) await offer(nodes, transaction)
}

function refuseExpired({ expiry, operation }: UnsignedRequest, { block }: ChainHead): void {
  if (block.timestamp <= expiry) return
  const seen = `the request expired at ${utc(expiry)}; the chain is at ${utc(block.timestamp)}`
  throw refusal(
    'sending',
    'expiry_past',
    seen,
    `build the request again with \`airlock-hot build ${operation.kind}\`, and sign it`,
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
async function reasons(nodes: Nodes, head: ChainHead, sent: SentRequest): Promise<readonly Problem[]> {
  const { operation, expiry } = sent.request
  const sender = accountOf(sent.request)
  const site = { head, reader: new Reader(nodes, head.block.hash), expiry, sender }
  return hotOperation(operation).problems(site, operation, sent)
}

/** What the contracts say at the block of the transaction. */
const outcomeOf = (nodes: Nodes, { document, check }: Verified, mined: MinedTransaction): Promise<Outcome> => {
  const { request } = document
  const { operation } = request
  const reader = new Reader(nodes, blockOf(mined))
  return hotOperation(operation).outcome(reader, operation, mined, { request, operatorId: check.operatorId })
}

async function explainMined(
  nodes: Nodes,
  request: UnsignedRequest,
  { transaction, block }: MinedTransaction,
): Promise<Error> {
  const parent = `0x${(block - 1).toString(16)}` as const
  const sender = accountOf(request)
  const revert = await simulate(nodes, sender, transaction, parent, 'transaction_reverted')
  return didRevert(revert, transaction.hash)
}

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
