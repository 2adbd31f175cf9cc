// Which AVS, and which AllocationManager, a command of operator sets is about.
//
// An AVS is named as the catalogue knows it (--avs), or by the address that EigenLayer knows it by (--avs-address); one of the
// two. The AllocationManager is the one that the catalogue pins for the chain; only for a chain that it does not know is it
// given, with --allocation-manager.
import { hotCommand } from '../../shared/base/commands.ts'
import { addressOf } from '../../shared/catalogue/address-book.ts'
import { refusal } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import { entriesOf, networkName, onChain } from './avs-argument.ts'

/** The options as typed. */
export interface SetsOptions extends ManagerOptions {
  readonly avs?: string
  readonly avsAddress?: Address
  readonly chain?: number
}

export interface ManagerOptions {
  readonly allocationManager?: Address
}

/** Gives an address, once the chain is known. */
export type AddressOn = (chainId: number) => Address

const DOING = 'choosing the AVS'

/**
 * Looks at what was typed of the AVS.
 *
 * @returns what finds its address; it throws avs_not_on_chain, avs_coordinator_unknown
 * @throws AirlockError usage, when both or neither of the options are given; avs_name_unknown; and with --chain, all of those
 */
export function chosenSetsAvs({ avs, avsAddress, chain }: SetsOptions): AddressOn {
  if ((avs === undefined) === (avsAddress === undefined)) {
    const seen = `${avs === undefined ? 'neither' : 'both'} of --avs and --avs-address`
    throw refusal(DOING, 'usage', `${seen} given, expected one of them`, `see the names with ${hotCommand('avs list')}`)
  }
  if (avs === undefined) return () => avsAddress as Address
  const known = entriesOf(avs)
  const addressOn = (chainId: number): Address => {
    const entry = onChain(known, chainId, '--avs-address')
    const address = entry.contracts['ServiceManager']
    if (address !== undefined) return address
    const seen = `no source of the catalogue names the address of ${entry.name} on ${networkName(chainId)}`
    const hint = 'give --avs-address instead, with the address that the AVS publishes'
    throw refusal(DOING, 'avs_coordinator_unknown', seen, hint)
  }
  if (chain !== undefined) addressOn(chain)
  return addressOn
}

/**
 * The AllocationManager of a chain.
 *
 * @throws AirlockError usage, where the catalogue has none and none is given
 */
export function chosenManager({ allocationManager }: ManagerOptions, chainId: number): Address {
  const found = allocationManager ?? addressOf(chainId, 'EigenLayer', 'AllocationManager')
  if (found !== undefined) return found
  const seen = `the catalogue has no AllocationManager on ${networkName(chainId)}`
  throw refusal('choosing the contracts', 'usage', seen, 'give it with --allocation-manager')
}
