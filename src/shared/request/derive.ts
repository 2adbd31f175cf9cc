// What follows from a request: its messages, the call, the transactions. Derived on each side, carried by neither.
import { encodeCall, type Call } from '../chain/call.ts'
import type { Address, Bytes32 } from '../base/fields.ts'
import type {
  CallSignatures,
  EcdsaMessage,
  Message,
  MessagePart,
  ProofMessage,
  ResponsePart,
} from '../operation-parts/operation.ts'
import { messageParts, responseParts } from '../operation-parts/operation.ts'
import { callOf, messagesOf } from '../operations/operation-kinds.ts'
import { senderOf, type RequestDocument, type UnsignedRequest } from './request.ts'
import type { Signatures } from './response.ts'
import { unsignedTransactions, type UnsignedTransaction } from '../chain/transaction.ts'
import type { Hex } from 'viem'

/** The call of a request with all that goes into it, and a transaction for each fee rung. */
export interface CompleteCall {
  readonly call: Call
  readonly calldata: Hex
  /** None where the operator is a contract, whose own wallet makes the call. */
  readonly transactions: readonly UnsignedTransaction[]
}

/** A request with everything that follows from its fields alone. */
export interface DerivedRequest extends RequestDocument {
  readonly messages: readonly Message[]
  /** Null while the calldata still waits for a signature of this request. */
  readonly complete: CompleteCall | null
}

/** The messages that a request asks signatures of; one that carries its proof asks for none. */
export const messagesAsked = (messages: readonly Message[]): readonly Message[] =>
  messages.filter((message) => !('carried' in message) || message.carried === null)

/** The parts that a request asks for. */
export function partsAsked(request: UnsignedRequest): readonly ResponsePart[] {
  const asked = new Set<ResponsePart>(messagesAsked(messagesOf(request)).map(({ part }) => part))
  return responseParts.filter((part) => (part === 'transactions' ? request.transaction !== null : asked.has(part)))
}

/** The message of the BLS proof, where the operation has one. */
export const proofMessage = (messages: readonly Message[]): ProofMessage | null =>
  messages.find((message) => message.part === 'pubkeyRegistrationParams') ?? null

/** The message that an ECDSA key signs for a part, where the operation has one. */
export const ecdsaMessage = (messages: readonly Message[], part: EcdsaMessage['part']): EcdsaMessage | null =>
  messages.find((message): message is EcdsaMessage => message.part === part) ?? null

/** The BLS key that a request names or carries the proof of; null where it does neither. */
export const namedOperatorId = (request: UnsignedRequest): Bytes32 | null =>
  proofMessage(messagesOf(request))?.operatorId ?? null

/** Whose ECDSA key the request wants: the sender's, or that of the owner who signs for a contract; null for neither. */
export const ecdsaSignerOf = (request: UnsignedRequest): Address | null =>
  senderOf(request) ?? ecdsaMessage(messagesOf(request), 'operatorSignature')?.signer ?? null

/** The signatures that the calldata carries: made for the request, carried by it, or none. */
export function callSignatures(
  request: UnsignedRequest,
  made: Readonly<Pick<Signatures, MessagePart>>,
): CallSignatures {
  const carried = proofMessage(messagesOf(request))?.carried ?? null
  const { operatorSignature, keySignature } = made
  return { operatorSignature, keySignature, pubkeyRegistrationParams: carried ?? made.pubkeyRegistrationParams }
}

/** No signature of any message. */
export const nothingMade: CallSignatures = {
  operatorSignature: null,
  keySignature: null,
  pubkeyRegistrationParams: null,
}

/** Builds the call and the transactions; one function, so that hot reassembles what cold signed. */
export function completeCall(request: UnsignedRequest, signatures: CallSignatures): CompleteCall {
  const call = callOf(request, signatures)
  const calldata = encodeCall(call)
  const { chainId, transaction } = request
  const transactions = transaction === null ? [] : unsignedTransactions(chainId, transaction, call.to, calldata)
  return { call, calldata, transactions }
}

/** Derives the messages of a request, and its transactions where they wait for no other signature. */
export function derive(document: RequestDocument): DerivedRequest {
  const { request } = document
  const messages = messagesOf(request)
  const waits = messagesAsked(messages).some(({ part }) => messageParts.includes(part))
  return {
    ...document,
    messages,
    complete: waits ? null : completeCall(request, callSignatures(request, nothingMade)),
  }
}
