// Whether the contracts of a request are the ones that its reader will take them for.
//
// The catalogue pins who is who; what it does not know is a warning, what contradicts it a refusal. Part of findings.ts.
import {
  addressOf,
  chainName,
  coreOf,
  isRetiredChain,
  knownContracts,
  knownElsewhere,
  type KnownContract,
} from './address-book.ts'
import { isRegistrable } from './catalogue.ts'
import type { Address } from './fields.ts'
import { buildAgain, refuse, warning, when, type Finding } from './finding.ts'
import type { UnsignedRequest } from './request.ts'

const ZERO_ADDRESS = `0x${'0'.repeat(40)}`

/** Everything that there is to say about the chain and the addresses of a request. */
export function judgeContracts(request: UnsignedRequest): Finding[] {
  return [...judgeAddresses(request), ...judgeChain(request), ...judgeProject(request)]
}

/** The addresses of a request with the role that each has. */
function roles({ operation }: UnsignedRequest): readonly (readonly [string, Address])[] {
  const directory = operation.operatorSignature?.avsDirectory
  return [
    ['operator', operation.operator],
    ['registryCoordinator', operation.registryCoordinator],
    ['serviceManager', operation.serviceManager],
    ...(directory === undefined ? [] : ([['avsDirectory', directory]] as const)),
  ]
}

function judgeAddresses(request: UnsignedRequest): Finding[] {
  const named = roles(request)
  return named.flatMap(([role, address], index) => [
    ...when(address === ZERO_ADDRESS, () => refuse('address_zero', `${role} is the zero address`, buildAgain())),
    ...named
      .slice(0, index)
      .flatMap(([other, same]) =>
        when(address === same, () =>
          refuse('addresses_collide', `${role} and ${other} are both ${address}`, buildAgain()),
        ),
      ),
  ])
}

function judgeChain({ chainId }: UnsignedRequest): Finding[] {
  return [
    ...when(chainName(chainId) === undefined, () =>
      warning('chain_unknown', `chain ${chainId} is not one that this program knows: compare it with the one you mean`),
    ),
    ...when(isRetiredChain(chainId), () =>
      warning('chain_retired', `chain ${chainId} has been shut down: nothing can be registered there`),
    ),
  ]
}

const namesOf = (contracts: readonly KnownContract[]): string =>
  contracts.map((known) => `${known.project} ${known.contract}`).join(' and ')

function judgeProject(request: UnsignedRequest): Finding[] {
  const { chainId, operation } = request
  const { registryCoordinator } = operation
  const coordinator = knownContracts(chainId, registryCoordinator)
  const project = coordinator.find((known) => known.contract === 'RegistryCoordinator')
  const contradicted = coordinator.length > 0 && project === undefined
  return [
    ...judgeDirectory(request),
    ...when(contradicted, () => {
      const seen = `registryCoordinator ${registryCoordinator} is known as ${namesOf(coordinator)}`
      return refuse('contracts_mismatch', seen, buildAgain())
    }),
    ...(project === undefined ? [] : judgeKnownCoordinator(request, project)),
    ...(coordinator.length === 0 ? judgeUnknownCoordinator(request) : []),
    ...roles(request).flatMap(([role, address]) => elsewhere(chainId, role, address)),
  ]
}

/** The catalogue knows the coordinator: then it knows how it registers, and which ServiceManager it has. */
function judgeKnownCoordinator({ chainId, operation }: UnsignedRequest, { project, kind }: KnownContract): Finding[] {
  const pinned = addressOf(chainId, project, 'ServiceManager')
  return [
    ...when(!registrable(kind), () => otherKind(project)),
    ...when(pinned !== undefined && pinned !== operation.serviceManager, () => {
      const seen = `serviceManager is ${operation.serviceManager}, but ${project} has ${pinned ?? ''}: the signature would let another AVS register this operator`
      return refuse('contracts_mismatch', seen, `${buildAgain()}, with an RPC that you trust`)
    }),
  ]
}

const registrable = (kind: KnownContract['kind']): boolean => kind !== 'core' && isRegistrable(kind)

const otherKind = (project: string): Finding =>
  refuse(
    'avs_kind_unsupported',
    `${project} takes another registerOperator than this one: the call would not do what is shown`,
    'register with the tool that this AVS names',
  )

/** The catalogue does not know the coordinator: what it knows of the ServiceManager may still contradict it. */
function judgeUnknownCoordinator({ chainId, operation }: UnsignedRequest): Finding[] {
  const { registryCoordinator, serviceManager } = operation
  const manager = knownContracts(chainId, serviceManager)
  const avs = manager.find((known) => known.contract === 'ServiceManager')
  const project = avs?.project
  const pinned = project && addressOf(chainId, project, 'RegistryCoordinator')
  if (avs !== undefined && !registrable(avs.kind)) return [otherKind(avs.project)]
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

function elsewhere(chainId: number, role: string, address: Address): Finding[] {
  const others = knownContracts(chainId, address).length > 0 ? [] : knownElsewhere(chainId, address)
  return others.slice(0, 1).map((other) => {
    const where = chainName(other.chainId) ?? `chain ${other.chainId}`
    const seen = `${role} ${address} is ${other.project} ${other.contract} on ${where}, and nothing known on this chain: was the request meant for that one?`
    return warning('address_elsewhere', seen)
  })
}

function judgeDirectory({ chainId, operation }: UnsignedRequest): Finding[] {
  const core = coreOf(chainId)
  const asked = operation.operatorSignature
  if (core === undefined || asked === null) return []
  const spelled = (version: string | null): string => (version === null ? 'no version' : `version "${version}"`)
  return [
    ...when(asked.avsDirectory !== core.avsDirectory, () => {
      const seen = `avsDirectory is ${asked.avsDirectory}, EigenLayer's on this chain is ${core.avsDirectory}`
      return refuse('avs_directory_foreign', seen, `${buildAgain()}, with an RPC that you trust`)
    }),
    ...when(asked.avsDirectory === core.avsDirectory && asked.domainVersion !== core.domainVersion, () => {
      const seen = `the AVSDirectory's domain has ${spelled(asked.domainVersion)} here, ${spelled(core.domainVersion)} when this program was built: it was upgraded, or the signature will not be accepted`
      return warning('domain_version_unexpected', seen)
    }),
  ]
}
