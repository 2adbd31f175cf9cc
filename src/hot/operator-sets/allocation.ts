// How much of an operator's stake in a strategy backs an operator set, as the AllocationManager has it now: a change that is due
// has happened, whether or not anybody wrote it down.
import type { Address } from '../../shared/base/fields.ts'
import type { Read } from '../rpc/reader.ts'
import { managerCall } from './sets-state.ts'

/** An allocation as the AllocationManager has it. */
export interface Allocation {
  readonly currentMagnitude: bigint
  readonly pendingDiff: bigint
  readonly effectBlock: number
}

/** An allocation of an operator to a set. */
export const allocationRead = (
  at: Address,
  operator: Address,
  set: { readonly avs: Address; readonly id: number },
  strategy: Address,
): Read<Allocation> => {
  const returned = '(uint64 currentMagnitude, int128 pendingDiff, uint32 effectBlock)'
  const signature = `getAllocation(address,(address avs, uint32 id),address) view returns (${returned})`
  return managerCall<Allocation>(at, signature, operator, set, strategy)
}
