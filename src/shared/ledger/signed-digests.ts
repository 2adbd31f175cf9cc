// The digests that signatures are of: recorded when they are made, derived again by whoever checks the record.
import { callSignatures, completeCall, messagesAsked, type DerivedRequest } from '../request/derive.ts'
import type { EventOf } from './ledger-events.ts'
import type { Signatures } from '../request/response.ts'
import { signingHash } from '../chain/transaction.ts'

export type SignedDigests = EventOf<'signed'>['digests']

/** The digests that the signatures of a request are of, in the order of the response's parts. */
export function signedDigestsOf(
  { request, messages }: Pick<DerivedRequest, 'request' | 'messages'>,
  signatures: Signatures,
): SignedDigests {
  const { transactions } = completeCall(request, callSignatures(request, signatures))
  const signed = messagesAsked(messages).filter(({ part }) => signatures[part] !== null)
  return [
    ...signed.map(({ part, hashes }) => ({ digest: hashes.digest, part })),
    ...(signatures.transactions === null
      ? []
      : transactions.map((each) => ({ digest: signingHash(each), part: 'transactions' as const }))),
  ]
}
