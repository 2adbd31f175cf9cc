// Whether a response is what its request asked for, proven signature by signature.
//
// Both sides run it: cold on its own work before it leaves, hot on what arrived. Checked as the contracts will check:
// ECDSA by recovery to the operator, the BLS proof by gamma and pairing, every fee rung by recovering its sender from
// the very transaction that would be broadcast.
import { coldCommand } from '../base/commands.ts'
import { recoverAddress } from 'viem'
import { operatorId } from '../chain/bn254.ts'
import { callSignatures, completeCall, partsAsked, proofMessage } from './derive.ts'
import type { Problem } from '../base/errors.ts'
import type { Address, Bytes32 } from '../base/fields.ts'
import { responseParts, type EcdsaMessage, type ResponsePart } from '../operation-parts/operation.ts'
import { messagesOf } from '../operations/operation-kinds.ts'
import { senderOf, type RequestDocument, type UnsignedRequest } from './request.ts'
import type { Signatures } from './response.ts'
import { assembleTransaction, transactionSender, type SignedTransaction } from '../chain/transaction.ts'

/** What the checks found. */
export interface ResponseCheck {
  /** Everything that is untrue; the response is worth nothing when this is not empty. */
  readonly problems: readonly Problem[]
  /** Parts that the request asked for and that are not there yet. */
  readonly missing: readonly ResponsePart[]
  /** The transactions, lowest rung first; empty while a part is missing or untrue. */
  readonly transactions: readonly SignedTransaction[]
  /** The operator id of the BLS key in the response or in the request, where there is one. */
  readonly operatorId: Bytes32 | null
}

const HINT = `sign the request again with ${coldCommand('sign')}`

/** Checks a response against its request. */
export async function checkResponse(document: RequestDocument, response: Signatures): Promise<ResponseCheck> {
  const { request } = document
  const unbound = checkBinding(document, response)
  if (unbound.length > 0) return { problems: unbound, missing: [], transactions: [], operatorId: null }
  const transactions = assembleAll(request, response)
  const problems = [
    ...checkAsked(request, response),
    ...(await checkEcdsa(request, response)),
    ...checkProof(request, response),
    ...(await checkSenders(request, response, transactions)),
  ]
  const proof = callSignatures(request, response).pubkeyRegistrationParams
  return {
    problems,
    missing: partsAsked(request).filter((part) => response[part] === null),
    transactions: problems.length === 0 ? transactions : [],
    operatorId: proof && operatorId(proof.publicKeyG1),
  }
}

function checkBinding(document: RequestDocument, response: Signatures): Problem[] {
  if (response.requestDigest === document.digest) return []
  const message = `the response answers request ${response.requestDigest}, this request is ${document.digest}`
  return [
    {
      code: 'response_for_other_request',
      message,
      hint: 'find the request that this response was signed for, or sign this one',
    },
  ]
}

function checkAsked(request: UnsignedRequest, response: Signatures): Problem[] {
  const asked = partsAsked(request)
  if (responseParts.every((part) => response[part] === null)) {
    return [{ code: 'signature_missing', message: 'the response holds no signature at all', hint: HINT }]
  }
  return responseParts
    .filter((part) => response[part] !== null && !asked.includes(part))
    .map((part) => ({
      code: 'signature_unasked',
      message: `${part} is there, and the request did not ask for it`,
      hint: HINT,
    }))
}

async function checkEcdsa(request: UnsignedRequest, response: Signatures): Promise<Problem[]> {
  const found = messagesOf(request).map(async (message) => {
    if (message.part === 'pubkeyRegistrationParams') return []
    const signature = response[message.part]
    if (signature === null) return []
    const signer = await recovered(() => recoverAddress({ hash: message.hashes.digest, signature }))
    return signer === message.signer ? [] : [wrongSigner(message, request.operation.operator, signer)]
  })
  return (await Promise.all(found)).flat()
}

function wrongSigner({ part, signer }: EcdsaMessage, operator: Address, found: string): Problem {
  const acting = signer === operator ? 'the operator' : 'the signer named,'
  const whose = part === 'operatorSignature' ? acting : 'the key to be registered,'
  const message = `${part} was made by ${found}, expected ${whose} ${signer}`
  const code = part === 'operatorSignature' ? 'operator_signature_wrong_signer' : 'key_signature_wrong_signer'
  return { code, message, hint: HINT }
}

function checkProof(request: UnsignedRequest, response: Signatures): Problem[] {
  const message = proofMessage(messagesOf(request))
  const proof = callSignatures(request, response).pubkeyRegistrationParams
  if (proof === null || message === null) return []
  const verdict = message.check(proof)
  const problems: Problem[] = []
  if (verdict === 'keys_differ') {
    const seen = 'publicKeyG1 and publicKeyG2 do not have the same secret (pairing)'
    problems.push({ code: 'bls_key_mismatch', message: seen, hint: HINT })
  }
  if (verdict === 'signature_invalid') {
    const seen = `the BLS signature is not one of this request's ${message.data.primaryType} (pairing)`
    problems.push({ code: 'bls_signature_invalid', message: seen, hint: HINT })
  }
  const found = operatorId(proof.publicKeyG1)
  if (message.operatorId !== null && message.operatorId !== found) {
    const seen = `the BLS key has operator id ${found}, the request names ${message.operatorId}`
    problems.push({ code: 'bls_operator_id_wrong', message: seen, hint: HINT })
  }
  return problems
}

function assembleAll(request: UnsignedRequest, response: Signatures): readonly SignedTransaction[] {
  const signatures = response.transactions
  if (signatures === null || signatures.length !== request.transaction?.fees.length) return []
  const unsigned = completeCall(request, callSignatures(request, response)).transactions
  return signatures.flatMap((signature, index) => {
    const transaction = unsigned[index]
    return transaction === undefined ? [] : [assembleTransaction(transaction, signature)]
  })
}

async function checkSenders(
  request: UnsignedRequest,
  response: Signatures,
  transactions: readonly SignedTransaction[],
): Promise<Problem[]> {
  if (response.transactions === null || request.transaction === null) return []
  const rungs = request.transaction.fees.length
  if (response.transactions.length !== rungs) {
    const message = `transactions has ${response.transactions.length} signatures, expected one for each of ${rungs} fee rungs`
    return [{ code: 'transaction_count_wrong', message, hint: HINT }]
  }
  const absent = partsAsked(request).filter((part) => part !== 'transactions' && response[part] === null)
  if (absent.length > 0) {
    const message = `the transaction is signed, and ${absent.join(' and ')} that it carries is not there`
    return [{ code: 'signature_missing', message, hint: HINT }]
  }
  const senders = await Promise.all(transactions.map(({ raw }) => recovered(() => transactionSender(raw))))
  return senders.flatMap((sender, index) => {
    const expected = senderOf(request) ?? ''
    if (sender === expected) return []
    const whose = expected === request.operation.operator ? 'the operator' : 'the sender named,'
    const message = `transactions[${index}] is from ${sender}, expected ${whose} ${expected}`
    return [{ code: 'transaction_wrong_signer' as const, message, hint: HINT }]
  })
}

/** The recovered address, or the words for none: some r are no x of a curve point. */
async function recovered(recover: () => Promise<string>): Promise<string> {
  try {
    return await recover()
  } catch {
    return 'no key at all'
  }
}
