// What a ledger keeps of a request: enough to tell, years later and without the request, whether another one contradicts it.
import * as z from 'zod'
import { canonicalLine, digestField, documentDigest, type DocumentDigest } from './document.ts'
import { address, bytes32, integer, unixSeconds } from './fields.ts'
import type { RequestDocument, UnsignedRequest } from './request.ts'

export const requestFacts = z
  .strictObject({
    /** The AVS: its ServiceManager. */
    avs: address,
    /** The time in the request: that of the block it was read at. */
    blockTime: unixSeconds,
    chainId: integer(1),
    /** What the transaction calls. */
    contract: address,
    digest: digestField,
    expiry: unixSeconds,
    kind: z.enum(['register']),
    meaning: digestField,
    nonce: integer(0),
    operator: address,
    /** Of the operator's signature; null where none is asked for. */
    salt: bytes32.nullable(),
  })
  .readonly()
export type RequestFacts = z.output<typeof requestFacts>

/** The facts of a request. */
export function factsOf({ request, digest }: RequestDocument): RequestFacts {
  const { operation, transaction } = request
  return {
    avs: operation.serviceManager,
    blockTime: request.block.timestamp,
    chainId: request.chainId,
    contract: operation.registryCoordinator,
    digest,
    expiry: request.expiry,
    kind: operation.kind,
    meaning: meaningOf(request),
    nonce: transaction.nonce,
    operator: operation.operator,
    salt: operation.operatorSignature?.salt ?? null,
  }
}

/**
 * What a request does, as a digest: SHA-256 of one line of canonical JSON of its chain and its operation, without salt,
 * domain version and BLS key. Requests that differ in expiry, nonce, fees or salt alone mean the same. The BLS key
 * is compared apart, because a request may leave it open.
 */
export function meaningOf({ chainId, operation }: Pick<UnsignedRequest, 'chainId' | 'operation'>): DocumentDigest {
  const { kind, operator, operatorSignature, quorums, registryCoordinator, serviceManager, socket } = operation
  const avsDirectory = operatorSignature?.avsDirectory ?? null
  const meaning = { avsDirectory, chainId, kind, operator, quorums, registryCoordinator, serviceManager, socket }
  return documentDigest(new TextEncoder().encode(canonicalLine(meaning)))
}
