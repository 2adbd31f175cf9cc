// The digests that signatures are of: recorded when they are made, derived again by whoever checks the record.
import { callSignatures, completeCall, type DerivedRequest } from './derive.ts'
import type { Bytes32 } from './fields.ts'
import type { EventOf } from './ledger-events.ts'
import type { Signatures } from './response.ts'
import { signingHash } from './transaction.ts'

export type SignedDigests = EventOf<'signed'>['digests']

/** The digests that the signatures of a request are of, in the order of the response's parts. */
export function signedDigestsOf(
  { request, messages }: Pick<DerivedRequest, 'request' | 'messages'>,
  signatures: Signatures,
): SignedDigests {
  const { operatorSignature, pubkeyRegistration } = messages
  const { transactions } = completeCall(request, callSignatures(request, signatures))
  const one = (part: SignedDigests[number]['part'], digest: Bytes32 | undefined): SignedDigests =>
    digest === undefined || signatures[part] === null ? [] : [{ digest, part }]
  return [
    ...one('operatorSignature', operatorSignature?.hashes.digest),
    ...one('pubkeyRegistrationParams', pubkeyRegistration?.hashes.digest),
    ...transactions.flatMap((each) => one('transactions', signingHash(each))),
  ]
}
