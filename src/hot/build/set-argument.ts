// Which operator set a command is about, and which KeyRegistrar keeps its keys.
//
// The AVS is a name of the catalogue (--avs), whose ServiceManager EigenLayer knows it by, or an address (--avs-address); one of
// the two. The KeyRegistrar is that of the catalogue for the chain; --key-registrar names it where the catalogue has none.
import { hotCommand } from '../../shared/base/commands.ts'
import { addressOf } from '../../shared/catalogue/address-book.ts'
import { refusal } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import { entriesOf, networkName, onChain } from './avs-argument.ts'

/** The options as typed. */
export interface SetOptions {
  readonly avs?: string
  readonly avsAddress?: Address
  readonly operatorSetId: number
  readonly keyRegistrar?: Address
}

/** An operator set, once the chain is known. */
export type SetOn = (chainId: number) => {
  readonly avs: Address
  readonly keyRegistrar: Address
  readonly operatorSet: number
}

const DOING = 'choosing the operator set'

/**
 * Looks at what was typed.
 *
 * @returns what finds the addresses; it throws avs_not_on_chain, avs_coordinator_unknown, usage
 * @throws AirlockError usage, when both or neither of the options are given; avs_name_unknown
 */
export function chosenSet({ avs, avsAddress, operatorSetId, keyRegistrar }: SetOptions): SetOn {
  if ((avs === undefined) === (avsAddress === undefined)) {
    const seen = `${avs === undefined ? 'neither' : 'both'} of --avs and --avs-address given, expected one of them`
    throw refusal(DOING, 'usage', seen, `see the names with ${hotCommand('avs list')}`)
  }
  const known = avs === undefined ? null : entriesOf(avs)
  return (chainId) => ({
    avs: known === null ? (avsAddress as Address) : managerOf(onChain(known, chainId, '--avs-address')),
    keyRegistrar: keyRegistrarOn(chainId, keyRegistrar),
    operatorSet: operatorSetId,
  })
}

function managerOf({ name, chainId, contracts }: ReturnType<typeof onChain>): Address {
  const manager = contracts['ServiceManager']
  if (manager !== undefined) return manager
  const seen = `no source of the catalogue names the address of ${name} on ${networkName(chainId)}`
  throw refusal(DOING, 'avs_coordinator_unknown', seen, 'give --avs-address, with the address that the AVS publishes')
}

function keyRegistrarOn(chainId: number, given: Address | undefined): Address {
  const keyRegistrar = given ?? addressOf(chainId, 'EigenLayer', 'KeyRegistrar')
  if (keyRegistrar !== undefined) return keyRegistrar
  const seen = `the catalogue has no KeyRegistrar of ${networkName(chainId)}`
  throw refusal(DOING, 'usage', seen, 'give --key-registrar, with the address that EigenLayer publishes')
}
