// What follows from a request: its messages, the call, the transactions. Derived on each side, carried by neither.
import { encodeCall, type Call } from './call.ts'
import type { PubkeyRegistrationParams } from './bls-registration.ts'
import {
  registerCall,
  registerMessages,
  type RegisterMessages,
  type RegisterSignatures,
} from './operations/register.ts'
import type { RequestDocument, UnsignedRequest } from './request.ts'
import type { Signatures } from './response.ts'
import { unsignedTransactions, type UnsignedTransaction } from './transaction.ts'
import type { Hex } from 'viem'

/** A part of a response, by its field's name, in the order in which it is made. */
export const responseParts = ['operatorSignature', 'pubkeyRegistrationParams', 'transactions'] as const
export type ResponsePart = (typeof responseParts)[number]

/** The call of a request with all that goes into it, and a transaction for each fee rung. */
export interface CompleteCall {
  readonly call: Call
  readonly calldata: Hex
  readonly transactions: readonly UnsignedTransaction[]
}

/** A request with everything that follows from its fields alone. */
export interface DerivedRequest extends RequestDocument {
  readonly messages: RegisterMessages
  /** Null while the calldata still waits for a signature of this request. */
  readonly complete: CompleteCall | null
}

/** The parts that a request asks for. */
export function partsAsked({ operation }: UnsignedRequest): readonly ResponsePart[] {
  const asked = {
    operatorSignature: operation.operatorSignature !== null,
    pubkeyRegistrationParams: operation.pubkeyRegistration?.from === 'signer',
    transactions: true,
  }
  return responseParts.filter((part) => asked[part])
}

/** The signatures that the calldata carries: made for the request, carried by it, or none. */
export function callSignatures(
  { operation }: UnsignedRequest,
  made: Pick<Signatures, 'operatorSignature' | 'pubkeyRegistrationParams'>,
): RegisterSignatures {
  return {
    operatorSignature: made.operatorSignature,
    pubkeyRegistrationParams: proofFor(operation.pubkeyRegistration, made.pubkeyRegistrationParams),
  }
}

function proofFor(
  field: UnsignedRequest['operation']['pubkeyRegistration'],
  made: PubkeyRegistrationParams | null,
): PubkeyRegistrationParams | null {
  if (field === null) return null
  return field.from === 'request' ? field.params : made
}

/** Builds the call and the transactions; one function, so that hot reassembles what cold signed. */
export function completeCall(request: UnsignedRequest, signatures: RegisterSignatures): CompleteCall {
  const call = registerCall(request.operation, request.expiry, signatures)
  const calldata = encodeCall(call)
  return { call, calldata, transactions: unsignedTransactions(request.chainId, request.transaction, call.to, calldata) }
}

/** Derives the messages of a request, and its transactions where they wait for no other signature. */
export function derive(document: RequestDocument): DerivedRequest {
  const { request } = document
  const alone = partsAsked(request).length === 1
  const none = { operatorSignature: null, pubkeyRegistrationParams: null }
  return {
    ...document,
    messages: registerMessages(request.operation, request.chainId, request.expiry),
    complete: alone ? completeCall(request, callSignatures(request, none)) : null,
  }
}
