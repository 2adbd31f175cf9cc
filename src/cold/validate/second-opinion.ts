// The second opinion: ethers encodes again what viem encoded, and they must agree before a key is opened.
//
// viem and ethers were written by different people on different copies of the hash and curve code. A bug or a planted
// change in one of them shows here as a refusal, and not as a signature over something else than what was shown.
import { AbiCoder, FunctionFragment, Interface, Transaction, TypedDataEncoder, type TypedDataField } from 'ethers'
import { encodeG1, encodeG2, hashToG1 } from '../../shared/chain/bn254.ts'
import { flatArguments, type Call, type NestedArguments } from '../../shared/chain/call.ts'
import {
  completeCall,
  partsAsked,
  callSignatures,
  type CompleteCall,
  type DerivedRequest,
} from '../../shared/request/derive.ts'
import { refusal } from '../../shared/base/errors.ts'
import type { Bytes32, EcdsaSignature } from '../../shared/base/fields.ts'
import { innerMessage, type HashedMessage } from '../../shared/operation-parts/operation.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'
import type { Signatures } from '../../shared/request/response.ts'
import {
  assembleTransaction,
  signingHash,
  type SignedTransaction,
  type TransactionFields,
} from '../../shared/chain/transaction.ts'
import { bn254 } from '@noble/curves/bn254.js'

const DOING = 'comparing two encoders'

function agree(what: string, ours: string, theirs: string): void {
  if (ours === theirs) return
  const message = `viem and ethers disagree on ${what}: ${ours} and ${theirs}`
  throw refusal(
    DOING,
    'encoders_disagree',
    message,
    'sign nothing with this build; build it again from its source and compare the SHA-256',
  )
}

function agreeOnMessage({ data, hashes }: HashedMessage): void {
  const types: Record<string, TypedDataField[]> = { [data.primaryType]: data.fields.map((field) => ({ ...field })) }
  agree('the domain hash', hashes.domainHash, TypedDataEncoder.hashDomain(data.domain))
  agree('the message hash', hashes.messageHash, TypedDataEncoder.hashStruct(data.primaryType, types, data.message))
  agree('the EIP-712 digest', hashes.digest, TypedDataEncoder.hash(data.domain, types, data.message))
}

/** ethers' calldata of a call. */
function theirCalldata(call: Call): string {
  if (call.signature === '') return '0x'
  const name = call.signature.slice(0, call.signature.indexOf('('))
  return new Interface([`function ${call.signature}`]).encodeFunctionData(name, flatArguments(call.args, theirNested))
}

/** ethers' bytes of an argument that holds encoded values itself. */
const theirNested = ({ types, values }: NestedArguments): string =>
  AbiCoder.defaultAbiCoder().encode(FunctionFragment.from(`nested(${types})`).inputs, values)

/** ethers' transaction of a fee rung: from the request and its own calldata, not from what viem made of them. */
function theirTransaction(chainId: number, fields: TransactionFields, call: Call, rung: number): Transaction {
  const { nonce, gasLimit, fees } = fields
  const data = theirCalldata(call)
  return Transaction.from({
    type: 2,
    chainId,
    nonce,
    gasLimit,
    ...fees[rung],
    to: call.to,
    value: 0,
    data,
    accessList: [],
  })
}

function agreeOnComplete(request: UnsignedRequest, { call, calldata, transactions }: CompleteCall): void {
  agree('the calldata', calldata, theirCalldata(call))
  const { chainId, transaction } = request
  agree('the number of transactions', `${transactions.length}`, `${transaction?.fees.length ?? 0}`)
  transactions.forEach((unsigned, rung) => {
    if (transaction === null) return
    const theirs = theirTransaction(chainId, transaction, call, rung)
    agree('the signing hash of the transaction', signingHash(unsigned), theirs.unsignedHash)
  })
}

function agreeOnSigned(ours: SignedTransaction, theirs: Transaction, signature: EcdsaSignature): void {
  theirs.signature = signature
  agree('the signed transaction', ours.raw, theirs.serialized)
  agree('the transaction hash', ours.hash, theirs.hash ?? 'none')
}

/** Signatures of the right shape, to have calldata to compare while the real ones are not made yet. */
const SIGNATURE = `0x${'11'.repeat(64)}1b` as EcdsaSignature
const PARAMS = {
  publicKeyG1: encodeG1(bn254.G1.Point.BASE),
  publicKeyG2: encodeG2(bn254.G2.Point.BASE),
  signature: encodeG1(hashToG1(`0x${'11'.repeat(32)}` as Bytes32)),
}

/**
 * Compares everything that follows from a request: each digest, the calldata, the signing hash of each fee rung. Where
 * the calldata waits for signatures, placeholders of their shape stand in, and compareSigned comes again at the end.
 *
 * @throws AirlockError encoders_disagree
 */
export function compareRequest({ request, messages, complete }: DerivedRequest): void {
  for (const message of messages) {
    agreeOnMessage(message)
    const inner = innerMessage(message)
    if (inner !== null) agreeOnMessage(inner)
  }
  const asked = partsAsked(request)
  const made = {
    operatorSignature: asked.includes('operatorSignature') ? SIGNATURE : null,
    keySignature: asked.includes('keySignature') ? SIGNATURE : null,
    pubkeyRegistrationParams: asked.includes('pubkeyRegistrationParams') ? PARAMS : null,
  }
  agreeOnComplete(request, complete ?? completeCall(request, callSignatures(request, made)))
}

/**
 * Compares what is about to leave: calldata, signing hashes, and each signed transaction with its hash.
 *
 * @throws AirlockError encoders_disagree
 */
export function compareSigned({ request }: DerivedRequest, response: Signatures): void {
  const complete = completeCall(request, callSignatures(request, response))
  agreeOnComplete(request, complete)
  complete.transactions.forEach((unsigned, rung) => {
    const signature = response.transactions?.[rung]
    if (signature === undefined || request.transaction === null) return
    const theirs = theirTransaction(request.chainId, request.transaction, complete.call, rung)
    agreeOnSigned(assembleTransaction(unsigned, signature), theirs, signature)
  })
}
