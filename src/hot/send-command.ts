// airlock-hot verify and send: from the response to a registration that the contracts confirm.
//
// send: verify, find out what happened before, simulate, broadcast, wait, read back. Each step refuses by name; run again
// after any of them, it begins with what is true then.
import { clockNow } from '../local/clock.ts'
import { readDocument } from '../local/document-file.ts'
import { checkOutput } from '../local/files.ts'
import { findingsText } from '../local/screen.ts'
import { hang, print, printJson, say } from '../local/terminal.ts'
import { refusal, type Problem } from '../shared/errors.ts'
import type { Finding } from '../shared/finding.ts'
import type { UnsignedRequest } from '../shared/request.ts'
import { quote } from '../shared/quote.ts'
import { ether, grouped, utc } from '../shared/units.ts'
import { anchorsFolder, judgeAnchor, keepAnchor, readAnchors, seenIn } from './anchors.ts'
import { broadcast, checkNonce, firstRung, offer, waitMined, type Patience } from './broadcast.ts'
import { readHead, type ChainHead } from './head.ts'
import { keepReceipt, tellReceipt } from './keep-receipt.ts'
import { preflight } from './preflight.ts'
import { readBack, registrationIn, type Registration } from './read-back.ts'
import { whereabouts, type MinedTransaction } from './receipt.ts'
import { readRegistrationState } from './registration-state.ts'
import { Nodes, type NodeOptions } from './nodes.ts'
import { didRevert, simulate, wouldRevert } from './simulate.ts'
import { zxingReader } from './zxing.ts'
import { assemble, VerifiedResponse, type AssembledTransaction, type Verified } from './verify.ts'
import { blockReference, quantity, Reader } from './reader.ts'
import { nextSteps, printNext, printResponse, responseJson } from './tell-response.ts'
import type { Wei } from '../shared/fields.ts'

export interface VerifyOptions {
  readonly anchors?: string
  readonly json?: boolean
}

export interface SendOptions extends Patience, VerifyOptions, NodeOptions {
  readonly receipt?: string
  readonly force?: boolean
  readonly verbose?: boolean
}

/** Verifies a response, compares its anchors with those that are kept, and keeps them. */
async function verified(
  requestPath: string,
  responsePath: string,
  options: VerifyOptions,
): Promise<{ readonly response: VerifiedResponse; readonly findings: readonly Finding[] }> {
  const requestBytes = await readDocument('reading the request', requestPath, zxingReader)
  const responseBytes = await readDocument('reading the response', responsePath, zxingReader)
  const response = await VerifiedResponse.verify(requestBytes, responseBytes)
  const { document, response: signed } = VerifiedResponse.open(response)
  const folder = anchorsFolder(options.anchors)
  const known = readAnchors(folder)
  const findings = signed.anchors.flatMap((anchor) => judgeAnchor(anchor, known))
  for (const seen of seenIn(signed, document.request.operation.operator, clockNow())) keepAnchor(folder, seen)
  return { response, findings }
}

/** Verifies a response and says what it proves and what is missing. */
export async function verify(requestPath: string, responsePath: string, options: VerifyOptions): Promise<void> {
  const { response, findings } = await verified(requestPath, responsePath, options)
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

/** Sends a response's transaction and reads the registration back. */
export async function send(requestPath: string, responsePath: string, options: SendOptions): Promise<void> {
  if (options.receipt !== undefined) checkOutput('preparing the receipt', options.receipt, options.force === true)
  const { response, findings } = await verified(requestPath, responsePath, options)
  if (findings.length > 0) say(findingsText(findings, process.stderr))
  const proven = VerifiedResponse.open(response)
  const { request } = proven.document
  const rungs = assemble(response)
  const nodes = new Nodes(options)
  const head = await readHead(nodes, request.chainId)
  if (head.behind !== null) say(hang('Note: ', head.behind))
  const mined = await getMined(nodes, head, proven, rungs, options)
  const state = mined.succeeded ? await readBack(nodes, request, mined) : null
  const { receipt: path, force } = options
  const receipt =
    path === undefined
      ? null
      : await keepReceipt(nodes, proven.document.digest, mined, state, { path, force: force === true })
  if (state === null) throw await explainMined(nodes, request, mined)
  const registration = registrationIn(state, request, mined, proven.check.operatorId)
  if (options.verbose === true) say(nodes.summary)
  report(request, mined, registration, options)
  if (path !== undefined && receipt !== null && options.json !== true) tellReceipt(path, receipt)
}

/** Gets the transaction mined, from wherever an earlier run left it. */
async function getMined(
  nodes: Nodes,
  head: ChainHead,
  { document, check }: Verified,
  rungs: readonly AssembledTransaction[],
  options: SendOptions,
): Promise<MinedTransaction> {
  const { request } = document
  const { operator } = request.operation
  const before = await whereabouts(nodes, operator, rungs)
  const pending = before.pending.at(-1)
  if (before.mined !== null) say('The transaction was mined before.')
  else if (pending !== undefined) await sentBefore(nodes, rungs, pending)
  else {
    checkNonce(request, before)
    refuseExpired(request, head)
    const first = firstRung(rungs, head.baseFee)
    const transaction = rungs[first]
    if (transaction === undefined) throw new RangeError('no such rung')
    await refuseUnfunded(nodes, head, request, transaction)
    const revert = await simulate(nodes, operator, transaction, blockReference(head.block.hash), 'simulation_reverted')
    if (revert !== null) throw wouldRevert(revert, await reasons(nodes, head, request, check.operatorId))
    say('Simulated: the contract accepts the transaction.')
    await broadcast(nodes, transaction)
    say(`Sent ${transaction.hash}`)
    return waitMined(nodes, request, rungs, first, options)
  }
  return waitMined(nodes, request, rungs, pending ?? rungs.length - 1, options)
}

/** What one node has may be unknown to the others, or a lie: all get it again. */
async function sentBefore(nodes: Nodes, rungs: readonly AssembledTransaction[], rung: number): Promise<void> {
  say(`Rung ${rung + 1} was sent before and is not mined yet.`)
  const transaction = rungs[rung]
  if (nodes.all.length > 1 && transaction !== undefined) await offer(nodes, transaction)
}

function refuseExpired({ expiry }: UnsignedRequest, { block }: ChainHead): void {
  if (block.timestamp <= expiry) return
  const seen = `the request expired at ${utc(expiry)}; the chain is at ${utc(block.timestamp)}`
  throw refusal(
    'sending',
    'expiry_past',
    seen,
    'build the request again with `airlock-hot build register`, and sign it',
  )
}

async function refuseUnfunded(
  nodes: Nodes,
  head: ChainHead,
  { operation, transaction }: UnsignedRequest,
  { fees }: AssembledTransaction,
): Promise<void> {
  const balance = await new Reader(nodes, head.block.hash).read(quantity('eth_getBalance', operation.operator))
  const cost = fees.maxFeePerGas * BigInt(transaction.gasLimit)
  if (balance >= cost) return
  const seen = `the transaction may cost ${ether(cost)}; ${operation.operator} has ${ether(balance)}`
  throw refusal(
    'sending',
    'balance_below_gas',
    seen,
    `send at least ${ether(cost - balance)} to the operator, then run again`,
  )
}

/** The preflight's reasons, for a call that would revert: they have the numbers that a revert has not. */
async function reasons(
  nodes: Nodes,
  head: ChainHead,
  request: UnsignedRequest,
  operatorId: Verified['check']['operatorId'],
): Promise<readonly Problem[]> {
  const { operation, expiry } = request
  const salt = operation.operatorSignature?.salt ?? (`0x${'0'.repeat(64)}` as NonNullable<typeof operatorId>)
  const wish = { ...operation, operatorId, salt, expiry }
  return preflight(await readRegistrationState(nodes, head, wish), wish, 0n as Wei)
}

async function explainMined(
  nodes: Nodes,
  { operation }: UnsignedRequest,
  { transaction, block }: MinedTransaction,
): Promise<Error> {
  const parent = `0x${(block - 1).toString(16)}` as const
  const revert = await simulate(nodes, operation.operator, transaction, parent, 'transaction_reverted')
  return didRevert(revert, transaction.hash)
}

function report(
  { operation }: UnsignedRequest,
  mined: MinedTransaction,
  registration: Registration,
  { json, receipt }: SendOptions,
): void {
  const { transaction, block, gasUsed, fee, rung } = mined
  if (json === true) {
    printJson({
      transaction: transaction.hash,
      rung,
      block,
      gasUsed,
      feeWei: fee,
      operator: operation.operator,
      ...registration,
      ...(receipt === undefined ? {} : { receipt }),
    })
    return
  }
  print(`Mined in block ${grouped(block)}: ${grouped(gasUsed)} gas, ${ether(fee)}`)
  print(`  transaction         ${transaction.hash}`)
  print('Read back from the contracts:')
  print(`  operator            ${operation.operator}`)
  print(`  RegistryCoordinator ${registration.operatorStatus}`)
  print(`  AVSDirectory        ${registration.avsOperatorStatus}`)
  print(`  quorums             ${registration.quorums.join(', ')}`)
  print(`  operator id         ${registration.operatorId}`)
  print(`  socket              ${registration.socket === null ? 'as it was before' : quote(registration.socket)}`)
}
