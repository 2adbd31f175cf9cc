// Which AVS a command is about: a name of the catalogue (--avs), or the address of its RegistryCoordinator; one of the two.
//
// A name stands for another address on each chain, and the node says which chain it is. What is refused without asking the
// node is refused before it is asked. An AVS of a kind that cannot be registered with here, or whose RegistryCoordinator no
// source names, is refused; no address is guessed.
import { buildCommand, hotCommand } from '../../shared/base/commands.ts'
import { chainName } from '../../shared/catalogue/address-book.ts'
import { avssNamed, isRegistrable, kindNames, registerCommands, similarIds } from '../../shared/catalogue/catalogue.ts'
import type { Avs } from '../../shared/catalogue/catalogue-schema.ts'
import { refusal, type AirlockError } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import { quote } from '../../shared/base/quote.ts'

/** The options as typed. */
export interface AvsOptions {
  readonly avs?: string
  readonly registryCoordinator?: Address
  readonly chain?: number
}

/** Gives the RegistryCoordinator, once the chain is known. */
export type CoordinatorOn = (chainId: number) => Address

const DOING = 'choosing the AVS'

/**
 * Looks at what was typed.
 *
 * @returns what finds the address; it throws avs_not_on_chain, avs_kind_unsupported, avs_coordinator_unknown
 * @throws AirlockError usage, when both or neither of the options are given; avs_name_unknown; and with --chain, all of those
 */
export function chosenAvs({ avs, registryCoordinator, chain }: AvsOptions): CoordinatorOn {
  if ((avs === undefined) === (registryCoordinator === undefined)) {
    const seen = `${avs === undefined ? 'neither' : 'both'} of --avs and --registry-coordinator`
    throw refusal(DOING, 'usage', `${seen} given, expected one of them`, `see the names with ${hotCommand('avs list')}`)
  }
  if (avs === undefined) return () => registryCoordinator as Address
  const known = entriesOf(avs)
  const coordinatorOn = (chainId: number): Address => coordinatorOf(onChain(known, chainId, '--registry-coordinator'))
  if (chain !== undefined) coordinatorOn(chain)
  return coordinatorOn
}

/**
 * The entries of a name, one a chain.
 *
 * @throws AirlockError avs_name_unknown, with the names that may have been meant
 */
export function entriesOf(name: string): readonly [Avs, ...Avs[]] {
  const [first, ...rest] = avssNamed(name)
  if (first !== undefined) return [first, ...rest]
  const similar = similarIds(name)
  const meant = similar.length === 0 ? '' : `; did you mean ${similar.join(', ')}?`
  const seen = `the catalogue has no AVS ${quote(name, 60)}${meant}`
  throw refusal(DOING, 'avs_name_unknown', seen, `see the names with ${hotCommand('avs list')}`)
}

/**
 * The entry for a chain.
 *
 * @param instead the flag of the command that names the AVS by an address
 * @throws AirlockError avs_not_on_chain
 */
export function onChain(known: readonly [Avs, ...Avs[]], chainId: number, instead?: string): Avs {
  const found = known.find((entry) => entry.chainId === chainId)
  if (found !== undefined) return found
  const where = known.map((entry) => networkName(entry.chainId)).join('; ')
  const seen = `${known[0].id} is not on ${networkName(chainId)}: the catalogue has it on ${where}`
  throw refusal(
    DOING,
    'avs_not_on_chain',
    seen,
    `give an --rpc-url of that chain${instead === undefined ? '' : `, or ${instead}`}`,
  )
}

/** A chain by its name and its number. */
export const networkName = (chainId: number): string => {
  const name = chainName(chainId)
  return name === undefined ? `chain ${chainId}` : `${name}, chain ${chainId}`
}

function coordinatorOf(avs: Avs): Address {
  if (!isRegistrable(avs.kind)) throw otherKind(avs)
  const coordinator = avs.contracts['RegistryCoordinator']
  if (coordinator !== undefined) return coordinator
  const seen = `no source of the catalogue names the RegistryCoordinator of ${avs.name} on ${networkName(avs.chainId)}`
  const hint = 'give --registry-coordinator instead, with the address that the AVS publishes'
  throw refusal(DOING, 'avs_coordinator_unknown', seen, hint)
}

/** The refusal of an AVS that a command cannot register with; the hint names the command that can, where there is one. */
export function otherKind({ id, name, kind, registerFunction }: Avs): AirlockError {
  const call = registerFunction === null ? '' : ` (${registerFunction})`
  const seen = `${name} has ${kindNames[kind]}${call}: operators register there in another way`
  const command = registerCommands[kind]
  const hint =
    command === null
      ? `register with the tool that this AVS names; ${hotCommand('avs show', { NAME: id })} has its sources`
      : `register with ${buildCommand(command, { '--avs': id })}`
  return refusal(DOING, 'avs_kind_unsupported', seen, hint)
}
