// What the journal needs of a request, whichever operation it is for: whose nonce it uses, and which AVS it is about.
import type { Address } from '../../shared/base/fields.ts'
import { concernsOf } from '../../shared/operations/operation-kinds.ts'
import { senderOf, type UnsignedRequest } from '../../shared/request/request.ts'

/** Whose nonce the transaction uses; of an operator that is a contract, and sends nothing itself, that contract. */
export const accountOf = (request: UnsignedRequest): Address => senderOf(request) ?? request.operation.operator

/** The AVS that the operation is about; null where it is about none. */
export const avsOf = (request: UnsignedRequest): Address | null => concernsOf(request).avs

/**
 * The nonce of a request that asks for a transaction.
 *
 * @throws RangeError for one that asks for none: there is nothing of it to follow on the chain
 */
export function nonceOf({ transaction }: UnsignedRequest): number {
  if (transaction === null) throw new RangeError('the request asks for no transaction')
  return transaction.nonce
}
