// A command of `airlock-hot build` as a hint or a next step prints it: it can be typed as it stands, but for the node's URL, which may
// hold a key and is never shown, and for files whose names are not known: they stand as URL and FILE.
//
// Contracts go by their addresses, so that a command means the same on a chain that the catalogue does not know; EigenLayer's own
// are left out where the catalogue has them.
import { addressOf } from '../../shared/catalogue/address-book.ts'
import type { Address } from '../../shared/base/fields.ts'
import { shellWord } from '../../shared/base/shell-word.ts'

/** A flag with its value; null where the operation needs none. */
export type Flag = readonly [name: string, value: string | number] | null

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

/** The command that builds an operation of this kind. */
export function buildCommandLine(kind: string, flags: readonly Flag[]): string {
  const typed = flags.flatMap((flag) => (flag === null ? [] : [`${flag[0]} ${shellWord(String(flag[1]))}`]))
  return ['airlock-hot build', kind, ...typed, '--rpc-url URL', '-o request.json'].join(' ')
}
