// Visits within the test's own process, with the test keys of registrations that contracts took: for the rules that need a
// clock of their own. The approval is given by whoever calls.
import { computeAddress, getBytes } from 'ethers'
import { clockNow } from '../../src/local/clock.ts'
import { intentOf, ledgerProblems, repetitionFindings } from '../../src/cold/ledger/gate.ts'
import type { BlsKey, EcdsaKey, OpenedKeys } from '../../src/cold/keystore/keys.ts'
import type { Ledger } from '../../src/cold/ledger/ledger.ts'
import { approvalPhrase, ReviewedRequest } from '../../src/cold/signing/review.ts'
import { signReviewed } from '../../src/cold/signing/sign.ts'
import { validateRequest } from '../../src/cold/validate/validate.ts'
import { keyBound, RecordedResponse, Visit } from '../../src/cold/signing/visit.ts'
import { refuseAll } from '../../src/shared/base/errors.ts'
import type { Bytes32 } from '../../src/shared/base/fields.ts'
import { factsOf } from '../../src/shared/ledger/request-facts.ts'
import { bytesOf } from '../documents/canonical.ts'
import type { Registration, RequestJson } from '../documents/documents.ts'
import { AirlockError } from '../../src/shared/base/errors.ts'

export const ecdsaOf = (from: Registration): EcdsaKey => ({
  address: computeAddress(from.ecdsaSecret) as EcdsaKey['address'],
  secret: getBytes(from.ecdsaSecret),
})
export const blsOf = ({ params, operatorId, blsSecret }: Registration): BlsKey => ({
  publicKeyG1: params.publicKeyG1 as unknown as BlsKey['publicKeyG1'],
  publicKeyG2: params.publicKeyG2 as unknown as BlsKey['publicKeyG2'],
  operatorId: operatorId as Bytes32,
  secret: getBytes(blsSecret),
})
export const keysOf = (from: Registration): OpenedKeys => ({ ecdsa: ecdsaOf(from), bls: blsOf(from), signing: null })

/** Signs a request as `airlock-cold sign` does, and gives the bytes of the response. */
export async function visit(
  ledger: Ledger,
  request: RequestJson,
  keys: OpenedKeys,
  { sharedBls = false } = {},
): Promise<Uint8Array> {
  const begun = Visit.begin(ledger, bytesOf(request), clockNow())
  return begun.during(async () => {
    const { valid, facts } = begun
    const reviewed = await ReviewedRequest.review(valid, () => Promise.resolve(approvalPhrase(valid)))
    const { signatures } = await signReviewed(reviewed, keys)
    const decision = { approvals: [], keys, review: 'shown\n', reviewedBy: 'person' } as const
    const response = begun.record(signatures, decision, () => {
      const intent = intentOf(valid, facts, { ecdsa: keys.ecdsa !== null, operatorId: keyBound(valid, keys) })
      const rules = { oneBlsKeyPerAvs: !sharedBls, clock: clockNow() }
      refuseAll('recording', ledgerProblems(ledger, intent, valid.request.anchors, rules))
    })
    begun.delivered(response)
    return RecordedResponse.open(response)
  })
}

/** The codes that refuse a request, in order, each once whatever the number of entries; none where it was signed. */
export async function refusedCodes(...visited: Parameters<typeof visit>): Promise<readonly string[]> {
  try {
    await visit(...visited)
    return []
  } catch (error) {
    if (error instanceof AirlockError) return [...new Set(error.problems.map(({ code }) => code))]
    throw error
  }
}

/** What the ledger makes of a request that it does not forbid: the codes of its findings, as the review shows them. */
export function repeatedCodes(ledger: Ledger, request: RequestJson): readonly string[] {
  const valid = validateRequest(bytesOf(request), clockNow())
  const intent = intentOf(valid, factsOf(valid), { ecdsa: true, operatorId: keyBound(valid, { bls: null }) })
  return repetitionFindings(ledger, intent, clockNow()).map(({ code }) => code)
}
