// Deallocations that wait in the AllocationManager's queues: what is due is cleared on the way of the next change, and paid by it.
//
// Follows _clearDeallocationQueue of AllocationManager.sol in eigenlayer-contracts at f84a515. What is due now is in every
// estimate; what becomes due before the request expires is not.
import type { Address } from '../../shared/base/fields.ts'
import { DUE_DEALLOCATION } from '../../shared/operations/modify-allocations.ts'
import type { PlannedGas } from '../build/gas.ts'
import type { Site } from '../build/site.ts'
import { list, optional } from '../rpc/reader.ts'
import { managerCall } from './sets-state.ts'

type Answer = readonly [
  sets: readonly unknown[],
  allocations: readonly { readonly pendingDiff: bigint; readonly effectBlock: number }[],
]

const SIGNATURE =
  'getStrategyAllocations(address,address) view returns ((address avs, uint32 id)[], (uint64 currentMagnitude, int128 pendingDiff, uint32 effectBlock)[])'
/** Of Ethereum. */
const SECONDS_A_BLOCK = 12

/** What is to be kept free for deallocations of these strategies that become due before the request expires. */
export async function queuedGas(
  { reader, head: { block }, expiry }: Site,
  { allocationManager, operator }: { readonly allocationManager: Address; readonly operator: Address },
  strategies: readonly Address[],
): Promise<PlannedGas> {
  const reads = [...new Set(strategies)].map((strategy) =>
    optional(managerCall<Answer>(allocationManager, SIGNATURE, operator, strategy)),
  )
  const last = block.number + Math.ceil((expiry - block.timestamp) / SECONDS_A_BLOCK)
  const queued = (await reader.read(list(reads))).flatMap((answer) =>
    (answer?.[1] ?? []).filter(
      ({ pendingDiff, effectBlock }) => pendingDiff < 0n && effectBlock > block.number && effectBlock <= last,
    ),
  )
  return { addition: DUE_DEALLOCATION * queued.length }
}
