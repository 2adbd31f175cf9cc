// Whether the contracts of a request are the ones that its reader will take them for.
//
// The address book pins who is who; what it does not know is a warning, what contradicts it a refusal. Part of findings.ts.
import { addressOf, chainName, coreOf, isRetiredChain, knownContracts, knownElsewhere } from './address-book.ts'
import type { Address } from './fields.ts'
import { BUILD, refuse, warning, when, type Finding } from './finding.ts'
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
    ...when(address === ZERO_ADDRESS, () => refuse('address_zero', `${role} is the zero address`, BUILD)),
    ...named
      .slice(0, index)
      .flatMap(([other, same]) =>
        when(address === same, () => refuse('addresses_collide', `${role} and ${other} are both ${address}`, BUILD)),
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

function judgeProject(request: UnsignedRequest): Finding[] {
  const { chainId, operation } = request
  const { registryCoordinator, serviceManager } = operation
  const coordinator = knownContracts(chainId, registryCoordinator)
  const manager = knownContracts(chainId, serviceManager)
  const project = coordinator.find((known) => known.contract === 'RegistryCoordinator')
  const pinned = project && addressOf(chainId, project.project, 'ServiceManager')
  return [
    ...judgeDirectory(request),
    ...when(coordinator.length > 0 && project === undefined, () => {
      const names = coordinator.map((known) => `${known.project} ${known.contract}`).join(', ')
      return refuse('contracts_mismatch', `registryCoordinator ${registryCoordinator} is known as ${names}`, BUILD)
    }),
    ...when(project !== undefined && project.registration !== 'm2', () => {
      const seen = `${project?.project ?? ''} takes another registerOperator than this one: the call would not do what is shown`
      return refuse('avs_kind_unsupported', seen, 'register with the tool that this AVS names')
    }),
    ...when(pinned !== undefined && pinned !== serviceManager, () => {
      const seen = `serviceManager is ${serviceManager}, but ${project?.project ?? ''} has ${pinned ?? ''}: the signature would let another AVS register this operator`
      return refuse('contracts_mismatch', seen, `${BUILD}, with an RPC that you trust`)
    }),
    ...when(project === undefined && manager.length > 0, () => {
      const names = manager.map((known) => `${known.project} ${known.contract}`).join(', ')
      const seen = `serviceManager is ${names}, but registryCoordinator ${registryCoordinator} is not the one known for it`
      return refuse('contracts_mismatch', seen, `${BUILD}, with the RegistryCoordinator of that AVS`)
    }),
    ...when(project === undefined && manager.length === 0 && coordinator.length === 0, () => {
      const seen = `registryCoordinator and serviceManager are not in the address book: compare both, digit by digit, with what the AVS publishes`
      return warning('avs_unknown', seen)
    }),
    ...roles(request).flatMap(([role, address]) => elsewhere(chainId, role, address)),
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
      return refuse('avs_directory_foreign', seen, `${BUILD}, with an RPC that you trust`)
    }),
    ...when(asked.avsDirectory === core.avsDirectory && asked.domainVersion !== core.domainVersion, () => {
      const seen = `the AVSDirectory's domain has ${spelled(asked.domainVersion)} here, ${spelled(core.domainVersion)} when this program was built: it was upgraded, or the signature will not be accepted`
      return warning('domain_version_unexpected', seen)
    }),
  ]
}
