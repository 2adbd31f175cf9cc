// airlock-hot safe and read-back: the call of an operator that is a contract, put out, and what became of it.
//
// safe: verify, ask the contract whether it takes the signature in its name (ERC-1271), simulate, write. Somebody else sends it:
// read-back takes the transaction's hash, and asks the contracts at its block. Refused: a request that asks for a transaction.
import { hotCommand, hotLine } from '../shared/base/commands.ts'
import { checkOutput } from '../local/files.ts'
import { findingsText } from '../local/screen.ts'
import { hang, labelled, print, printJson, say } from '../local/terminal.ts'
import { callSignatures, completeCall, ecdsaMessage, proofMessage } from '../shared/request/derive.ts'
import { refusal, refuseAll, type Problem } from '../shared/base/errors.ts'
import type { Bytes32 } from '../shared/base/fields.ts'
import { messagesOf, operationSummary } from '../shared/operations/operation-kinds.ts'
import type { UnsignedRequest } from '../shared/request/request.ts'
import { ether, grouped } from '../shared/base/units.ts'
import { callProblem, writeCall, type CallOptions } from './build/contract-call.ts'
import { refusedByContract } from './build/contract-operator.ts'
import { readPair } from './send/document-pair.ts'
import { readHead } from './rpc/head.ts'
import { hotOperation } from './send/hot-operations.ts'
import { journalFolder, type JournalWriter } from './journal/journal.ts'
import { Nodes, type NodeOptions } from './rpc/nodes.ts'
import { Reader } from './rpc/reader.ts'
import { blockOf, minedElsewhere, type MinedCall } from './verify/receipt.ts'
import { verified, type VerifyOptions } from './send/verified.ts'
import { VerifiedResponse, type Verified } from './verify/verify.ts'

export interface SafeOptions extends CallOptions, VerifyOptions, NodeOptions {
  readonly json?: boolean
}

export interface ReadBackOptions extends VerifyOptions, NodeOptions {
  readonly transaction: Bytes32
}

/** A response that was proven, to a request that asks for messages alone. */
interface Proven {
  readonly proven: Verified
  readonly journal: JournalWriter
}

async function prove(
  doing: string,
  first: string,
  second: string | undefined,
  options: VerifyOptions,
): Promise<Proven> {
  const pair = await readPair(first, second, journalFolder(options.journal))
  const { response, findings, journal } = await verified(pair, options)
  if (findings.length > 0) say(findingsText(findings, process.stderr))
  const proven = VerifiedResponse.open(response)
  if (proven.document.request.transaction !== null) {
    const hint = `send it with ${hotCommand('send', { REQUEST: first, RESPONSE: second })}: the operator is not a contract`
    throw refusal(doing, 'usage', 'the request asks for a transaction, which the response holds', hint)
  }
  const { missing } = proven.check
  if (missing.length > 0) {
    const hint = `sign on the machine that holds the other key, and merge the responses: ${hotCommand('merge', { REQUEST: first })}`
    throw refusal(doing, 'response_incomplete', `the response is partial: ${missing.join(' and ')} missing`, hint)
  }
  return { proven, journal }
}

/** Puts out the call of a verified response. */
export async function safe(first: string, second: string | undefined, options: SafeOptions): Promise<void> {
  const doing = 'putting out the call'
  checkOutput(doing, options.output, options.force === true)
  const { proven } = await prove(doing, first, second, options)
  const { request } = proven.document
  const nodes = new Nodes(options)
  const head = await readHead(nodes, request.chainId)
  const complete = completeCall(request, callSignatures(request, proven.response))
  const made = {
    chainId: request.chainId,
    operator: request.operation.operator,
    summary: operationSummary(request),
    complete,
  }
  const about = { kind: request.operation.kind, points: proofMessage(messagesOf(request)) !== null }
  const problems = [
    ...(await signatureProblem(new Reader(nodes, head.block.hash), proven)),
    ...(await callProblem(nodes, head, made, about)),
  ]
  refuseAll(doing, problems)
  writeCall(made, options, { httpRequests: nodes.requests })
  if (options.json !== true) print(labelled('Then: ', hotLine('read-back', { REQUEST: first, RESPONSE: second })))
}

async function signatureProblem(reader: Reader, { document, response }: Verified): Promise<readonly Problem[]> {
  const { request } = document
  const message = ecdsaMessage(messagesOf(request), 'operatorSignature')
  const { operatorSignature } = response
  if (message === null || operatorSignature === null || message.signer === request.operation.operator) return []
  const { digest } = (message.inner ?? message).hashes
  const problem = await refusedByContract(reader, request.operation.operator, digest, operatorSignature)
  return problem === null ? [] : [problem]
}

/** Reads back what a transaction of somebody else's did. */
export async function readBackElsewhere(
  first: string,
  second: string | undefined,
  options: ReadBackOptions,
): Promise<void> {
  const doing = 'reading back'
  const { proven, journal } = await prove(doing, first, second, options)
  const { request } = proven.document
  const nodes = new Nodes(options)
  await readHead(nodes, request.chainId)
  const mined = await minedElsewhere(nodes, options.transaction)
  if (mined === null) {
    const seen = `transaction ${options.transaction} is not mined on every node`
    throw refusal(doing, 'not_mined', seen, 'wait until it is mined; compare the hash with what the Safe app shows')
  }
  await tellOutcome(doing, nodes, { proven, journal }, mined, options)
}

async function tellOutcome(
  doing: string,
  nodes: Nodes,
  { proven, journal }: Proven,
  mined: MinedCall,
  { json, transaction }: ReadBackOptions,
): Promise<void> {
  const { request } = proven.document
  const place = { block: { hash: blockOf(mined), number: mined.block }, transaction }
  if (!mined.succeeded) {
    journal.note({ event: 'reverted', ...place })
    const hint = 'see in the Safe app why it failed; the same call can be made again until its expiry'
    throw refusal(doing, 'transaction_reverted', `transaction ${transaction} was mined and reverted`, hint)
  }
  const { operation } = request
  const sent = { request, operatorId: proven.check.operatorId }
  const outcome = await hotOperation(operation).outcome(new Reader(nodes, blockOf(mined)), operation, mined, sent)
  if (outcome.refused !== null) throw outcome.refused
  journal.note({ event: 'confirmed', confirmations: 1, ...place })
  if (json === true) printJson(outcomeJson(request, transaction, mined, outcome.json))
  else {
    print(`Mined in block ${grouped(mined.block)}: ${grouped(mined.gasUsed)} gas, ${ether(mined.fee)}`)
    print('Read back from the contracts:')
    for (const { name, value } of outcome.facts) print(hang(`  ${name.padEnd(19)} `, value))
  }
}

const outcomeJson = (
  { operation }: UnsignedRequest,
  transaction: Bytes32,
  { block, gasUsed, fee }: MinedCall,
  facts: object,
): object => ({
  ...{ transaction, block, gasUsed, feeWei: fee, operation: operation.kind, operator: operation.operator },
  ...facts,
})
