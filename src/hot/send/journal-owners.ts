// Whose a transaction or a nonce is, as far as the journal knows.
import type { Hex } from 'viem'
import type { UnsignedRequest } from '../../shared/request/request.ts'
import type { Kept } from '../journal/journal.ts'
import { accountOf, nonceOf } from '../journal/journal-request.ts'
import type { AssembledTransaction } from '../verify/verify.ts'

/**
 * Says whose a transaction is.
 *
 * @param rungs those of the request itself
 * @param name of the request itself
 * @returns null for one that is not known here
 */
export function whoseTransaction(
  hash: Hex,
  rungs: readonly Pick<AssembledTransaction, 'hash'>[],
  kept: readonly Kept[],
  name: string,
): string | null {
  const rung = rungs.findIndex((each) => each.hash === hash)
  if (rung >= 0) return `rung ${rung + 1} of this very request; the node gives no receipt for it, so ask another one`
  const owner = kept.find((each) => transactionsOf(each).has(hash))
  if (owner === undefined) return null
  return owner.name === name
    ? 'one of this very request, in another response'
    : `that of request ${owner.name} in the journal`
}

/** The hashes of all rungs of all responses to a request that were verified. */
const transactionsOf = ({ events }: Kept): ReadonlySet<Hex> =>
  new Set(events.flatMap(({ what }) => (what.event === 'verified' ? what.transactions : [])))

/** Names of other requests of the same operator on the same chain, by their nonce; of several with one nonce the last. */
export function nonceOwners(kept: readonly Kept[], request: UnsignedRequest): ReadonlyMap<number, string> {
  const others = kept.flatMap(({ name, request: other }) => {
    const found = other?.document.request
    if (found === undefined || found.transaction === null || found.chainId !== request.chainId) return []
    return accountOf(found) === accountOf(request) ? [[found.transaction.nonce, name] as const] : []
  })
  return new Map(others.filter(([nonce]) => nonce !== nonceOf(request)))
}
