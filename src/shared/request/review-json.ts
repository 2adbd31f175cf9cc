// A request for programs: the same facts as the review, as one JSON object.
import { encodeG1 } from '../chain/bn254.ts'
import { calldataDigest } from '../chain/call.ts'
import { catalogueDigest } from '../catalogue/catalogue.ts'
import { messagesAsked, type DerivedRequest } from './derive.ts'
import type { Finding } from '../base/finding.ts'
import { innerMessage, type HashedMessage } from '../operation-parts/operation.ts'
import { highestCost, signingHash } from '../chain/transaction.ts'

/** The JSON of `inspect` and `show`: the request, its digest and words, every digest to sign, and the findings. */
export function reviewJson(derived: DerivedRequest, findings: readonly Finding[]): object {
  const { request, digest, words } = derived
  return {
    digest,
    words: words.join(' '),
    catalogue: catalogueDigest(),
    request,
    highestFeeWei: highestCost(request.transaction),
    calldataDigest: derived.complete && calldataDigest(derived.complete.calldata),
    signatures: signaturesJson(derived),
    findings,
  }
}

const keys = { operatorSignature: 'ecdsa', keySignature: 'signing', pubkeyRegistrationParams: 'bls' } as const

function signaturesJson({ request, messages, complete }: DerivedRequest): object[] {
  const asked = messagesAsked(messages)
  return [
    ...asked
      .map((message) => ({ message, inner: innerMessage(message) }))
      .map(({ message, inner }) => ({
        part: message.part,
        key: keys[message.part],
        ...messageJson(message),
        ...(inner === null ? {} : { inner: messageJson(inner) }),
        ...('point' in message ? { messagePoint: encodeG1(message.point) } : {}),
      })),
    ...(request.transaction?.fees ?? []).map((_, rung) => {
      const unsigned = complete?.transactions[rung]
      const signing = unsigned === undefined ? null : signingHash(unsigned)
      return {
        part: 'transactions',
        key: 'ecdsa',
        rung,
        signingHash: signing,
        waitsFor: signing === null ? asked.map(({ part }) => part) : [],
      }
    }),
  ]
}

function messageJson({ data, hashes }: HashedMessage): object {
  return { primaryType: data.primaryType, domain: data.domain, message: data.message, ...hashes }
}
