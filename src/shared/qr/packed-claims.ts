// What the online machine claims, as packed bytes (docs/packed-format.md). The byte of a claim never changes its meaning.
import * as packing from '../packing/packing.ts'
import type { Packing } from '../packing/packing.ts'
import type { Claim } from '../request/claims.ts'

const stake = packing.amount<bigint>()

const claim: Packing<Claim> = packing.union('claim', {
  removed: [
    1,
    packing.record({
      operator: packing.nullable(packing.address),
      ownStake: stake,
      quorum: packing.integer<number>(),
      stake,
    }),
  ],
})

/** The claims of a request. */
export const packedClaims: Packing<readonly Claim[]> = packing.list(claim)
