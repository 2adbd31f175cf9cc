// The second opinion: ethers encodes again what viem encoded, and they must agree before a key is opened.
//
// viem and ethers were written by different people on different copies of the hash and curve code. A bug or a planted
// change in one of them shows here as a refusal, and not as a signature over something else than what was shown.
import { Interface, Transaction, TypedDataEncoder, type TypedDataField } from 'ethers'
import type { Hex } from 'viem'
import { encodeG1, encodeG2, hashToG1 } from '../shared/bn254.ts'
import type { Call } from '../shared/call.ts'
import { completeCall, partsAsked, callSignatures, type CompleteCall, type DerivedRequest } from '../shared/derive.ts'
import { refusal } from '../shared/errors.ts'
import type { Bytes32, EcdsaSignature } from '../shared/fields.ts'
import type { HashedMessage } from '../shared/operations/register.ts'
import type { SignedResponse } from '../shared/response.ts'
import { assembleTransaction, signingHash, type UnsignedTransaction } from '../shared/transaction.ts'
import { bn254 } from '@noble/curves/bn254.js'

const DOING = 'comparing two encoders'

function agree(what: string, ours: string, theirs: string): void {
  if (ours === theirs) return
  const message = `viem and ethers disagree on ${what}: ${ours} and ${theirs}`
  throw refusal(
    DOING,
    'encoders_disagree',
    message,
    'sign nothing with this build; compare its SHA-256 with the published one',
  )
}

function agreeOnMessage({ data, hashes }: HashedMessage): void {
  const types: Record<string, TypedDataField[]> = { [data.primaryType]: data.fields.map((field) => ({ ...field })) }
  agree('the domain hash', hashes.domainHash, TypedDataEncoder.hashDomain(data.domain))
  agree('the message hash', hashes.messageHash, TypedDataEncoder.hashStruct(data.primaryType, types, data.message))
  agree('the EIP-712 digest', hashes.digest, TypedDataEncoder.hash(data.domain, types, data.message))
}

function agreeOnCall(call: Call, calldata: Hex): void {
  const contract = new Interface([`function ${call.signature}`])
  const name = call.signature.slice(0, call.signature.indexOf('('))
  agree('the calldata', calldata, contract.encodeFunctionData(name, call.args))
}

/** The same transaction in ethers' words. */
function asEthers({
  chainId,
  nonce,
  gas,
  maxFeePerGas,
  maxPriorityFeePerGas,
  to,
  value,
  data,
}: UnsignedTransaction): Transaction {
  const fees = { maxFeePerGas, maxPriorityFeePerGas }
  return Transaction.from({ type: 2, chainId, nonce, gasLimit: gas, ...fees, to, value, data, accessList: [] })
}

function agreeOnTransaction(unsigned: UnsignedTransaction): void {
  agree('the signing hash of the transaction', signingHash(unsigned), asEthers(unsigned).unsignedHash)
}

function agreeOnSigned(unsigned: UnsignedTransaction, signature: EcdsaSignature): void {
  const ours = assembleTransaction(unsigned, signature)
  const theirs = asEthers(unsigned)
  theirs.signature = signature
  agree('the signed transaction', ours.raw, theirs.serialized)
  agree('the transaction hash', ours.hash, theirs.hash ?? 'none')
}

function agreeOnComplete({ call, calldata, transactions }: CompleteCall): void {
  agreeOnCall(call, calldata)
  transactions.forEach(agreeOnTransaction)
}

/** Signatures of the right shape, to have calldata to compare while the real ones are not made yet. */
const PLACEHOLDER = {
  operatorSignature: `0x${'11'.repeat(64)}1b` as EcdsaSignature,
  pubkeyRegistrationParams: {
    publicKeyG1: encodeG1(bn254.G1.Point.BASE),
    publicKeyG2: encodeG2(bn254.G2.Point.BASE),
    signature: encodeG1(hashToG1(`0x${'11'.repeat(32)}` as Bytes32)),
  },
}

/**
 * Compares everything that follows from a request: each digest, the calldata, the signing hash of each fee rung. Where
 * the calldata waits for signatures, placeholders of their shape stand in, and compareSigned comes again at the end.
 *
 * @throws AirlockError encoders_disagree
 */
export function compareRequest({ request, messages, complete }: DerivedRequest): void {
  const { operatorSignature, pubkeyRegistration } = messages
  if (operatorSignature !== null) agreeOnMessage(operatorSignature)
  if (pubkeyRegistration !== null) agreeOnMessage(pubkeyRegistration)
  const asked = partsAsked(request)
  const made = {
    operatorSignature: asked.includes('operatorSignature') ? PLACEHOLDER.operatorSignature : null,
    pubkeyRegistrationParams: asked.includes('pubkeyRegistrationParams') ? PLACEHOLDER.pubkeyRegistrationParams : null,
  }
  agreeOnComplete(complete ?? completeCall(request, callSignatures(request, made)))
}

/**
 * Compares what is about to leave: calldata, signing hashes, and each signed transaction with its hash.
 *
 * @throws AirlockError encoders_disagree
 */
export function compareSigned({ request }: DerivedRequest, response: SignedResponse): void {
  const complete = completeCall(request, callSignatures(request, response))
  agreeOnComplete(complete)
  complete.transactions.forEach((unsigned, index) => {
    const signature = response.transactions?.[index]
    if (signature !== undefined) agreeOnSigned(unsigned, signature)
  })
}
