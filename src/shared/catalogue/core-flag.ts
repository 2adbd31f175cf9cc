// Flags that name a contract of EigenLayer's own, in commands that are printed.
//
// Contracts go by their addresses, so that a command means the same on a chain that the catalogue does not know; EigenLayer's own
// are left out where the catalogue has them.
import type { Flag } from '../base/commands.ts'
import type { Address } from '../base/fields.ts'
import { addressOf } from './address-book.ts'

/** The chain that a command is for. */
export interface Place {
  readonly chainId: number
}

/** A contract of EigenLayer's own, where the catalogue does not have it. */
export const coreFlag = (flag: string, name: string, at: Address, { chainId }: Place): Flag =>
  addressOf(chainId, 'EigenLayer', name) === at ? null : [flag, at]

/** The AllocationManager, where the catalogue does not have it. */
export const allocationManagerFlag = (at: Address, place: Place): Flag =>
  coreFlag('--allocation-manager', 'AllocationManager', at, place)
