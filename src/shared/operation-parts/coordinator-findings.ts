// Whether a RegistryCoordinator and a ServiceManager belong to one AVS, of a kind that is registered with here.
import { buildCommand } from '../base/commands.ts'
import { addressOf, knownContracts, type KnownContract } from '../catalogue/address-book.ts'
import { isRegistrable, registerCommands } from '../catalogue/catalogue.ts'
import type { Address } from '../base/fields.ts'
import { buildAgain, refuse, warning, when, type Finding } from '../base/finding.ts'

/** The two contracts of an AVS of the M2 generation. */
export interface CoordinatorFields {
  readonly registryCoordinator: Address
  readonly serviceManager: Address
}

const namesOf = (contracts: readonly KnownContract[]): string =>
  contracts.map((known) => `${known.project} ${known.contract}`).join(' and ')

/** What the catalogue says of a RegistryCoordinator and its ServiceManager. */
export function judgeCoordinator(chainId: number, fields: CoordinatorFields): Finding[] {
  const { registryCoordinator } = fields
  const known = knownContracts(chainId, registryCoordinator)
  const project = known.find(({ contract }) => contract === 'RegistryCoordinator')
  if (project !== undefined) return judgeKnownCoordinator(chainId, fields, project)
  if (known.length === 0) return judgeUnknownCoordinator(chainId, fields)
  const seen = `registryCoordinator ${registryCoordinator} is known as ${namesOf(known)}`
  return [refuse('contracts_mismatch', seen, buildAgain())]
}

/** The catalogue knows the coordinator: then it knows how it registers, and which ServiceManager it has. */
function judgeKnownCoordinator(
  chainId: number,
  { serviceManager }: CoordinatorFields,
  { project, kind }: KnownContract,
): Finding[] {
  const pinned = addressOf(chainId, project, 'ServiceManager')
  return [
    ...when(!registrable(kind), () => otherKind(project, kind)),
    ...when(pinned !== undefined && pinned !== serviceManager, () => {
      const seen = `serviceManager is ${serviceManager}, but ${project} has ${pinned ?? ''}: the signature would let another AVS register this operator`
      return refuse('contracts_mismatch', seen, `${buildAgain()}, with an RPC that you trust`)
    }),
  ]
}

const registrable = (kind: KnownContract['kind']): boolean => kind !== 'core' && isRegistrable(kind)

function otherKind(project: string, kind: KnownContract['kind']): Finding {
  const command = kind === 'core' ? null : registerCommands[kind]
  const seen = `${project} takes another registerOperator than this one: the call would not do what is shown`
  const hint = command === null ? 'register with the tool that this AVS names' : `use ${buildCommand(command)}`
  return refuse('avs_kind_unsupported', seen, hint)
}

/** The catalogue does not know the coordinator: what it knows of the ServiceManager may still contradict it. */
function judgeUnknownCoordinator(chainId: number, fields: CoordinatorFields): Finding[] {
  const { registryCoordinator, serviceManager } = fields
  const manager = knownContracts(chainId, serviceManager)
  const avs = manager.find((known) => known.contract === 'ServiceManager')
  const project = avs?.project
  const pinned = project && addressOf(chainId, project, 'RegistryCoordinator')
  if (avs !== undefined && !registrable(avs.kind)) return [otherKind(avs.project, avs.kind)]
  if (manager.length > 0 && (project === undefined || pinned !== undefined)) {
    const seen = `serviceManager is ${namesOf(manager)}, but registryCoordinator ${registryCoordinator} is not the one known for it`
    return [refuse('contracts_mismatch', seen, `${buildAgain()}, with the RegistryCoordinator of that AVS`)]
  }
  const unknown =
    project === undefined ? 'registryCoordinator and serviceManager are' : `the RegistryCoordinator of ${project} is`
  return [
    warning(
      'avs_unknown',
      `${unknown} not in the catalogue: compare the addresses, digit by digit, with what the AVS publishes`,
    ),
  ]
}
