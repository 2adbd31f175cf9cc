// What a ledger keeps of a request: enough to tell, years later and without the request, whether another one contradicts it.
import * as z from 'zod'
import { canonicalLine, digestField, documentDigest, type DocumentDigest } from '../base/document.ts'
import { address, bytes32, integer, unixSeconds } from '../base/fields.ts'
import { concernsOf, operationKinds, operationOf } from '../operations/operation-kinds.ts'
import { codePrintField, senderOf, type RequestDocument, type UnsignedRequest } from '../request/request.ts'

export const requestFacts = z
  .strictObject({
    /** The AVS, by the address that EigenLayer knows it by; null where the operation concerns none. */
    avs: address.nullable(),
    /** The time in the request: that of the block it was read at. */
    blockTime: unixSeconds,
    chainId: integer(1),
    /** What those contracts ran, as a print (code-print.ts); null where it was not read. */
    code: codePrintField.nullable(),
    /** Every contract that the request names. */
    contracts: z.array(address).readonly(),
    digest: digestField,
    expiry: unixSeconds,
    kind: z.enum(operationKinds),
    meaning: digestField,
    /** Of the transaction; null where none is signed. */
    nonce: integer(0).nullable(),
    operator: address,
    /** Of the operator's signature; null where none is asked for. */
    salt: bytes32.nullable(),
    /** Who sends the transaction; null where none is signed. */
    sender: address.nullable(),
  })
  .readonly()
export type RequestFacts = z.output<typeof requestFacts>

/** The facts of a request. */
export function factsOf({ request, digest }: RequestDocument): RequestFacts {
  const { operation, transaction } = request
  const { avs, contracts, salt } = concernsOf(request)
  return {
    avs,
    blockTime: request.block.timestamp,
    chainId: request.chainId,
    code: request.code,
    contracts: contracts.map(([, contract]) => contract),
    digest,
    expiry: request.expiry,
    kind: operation.kind,
    meaning: meaningOf(request),
    nonce: transaction?.nonce ?? null,
    operator: operation.operator,
    salt,
    sender: senderOf(request),
  }
}

/**
 * What a request does, as a digest: SHA-256 of one line of canonical JSON of its chain and of what its operation means (for a
 * registration: no salt, no domain version, no BLS key). Requests that differ in expiry, nonce, fees or salt alone mean
 * the same. The BLS key is compared apart, because a request may leave it open.
 */
export function meaningOf({ chainId, operation }: Pick<UnsignedRequest, 'chainId' | 'operation'>): DocumentDigest {
  const meaning = { ...operationOf(operation).meaning(operation), chainId }
  return documentDigest(new TextEncoder().encode(canonicalLine(meaning)))
}
