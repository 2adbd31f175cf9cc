// Whether the contracts of a request are the ones that its reader will take them for.
//
// The catalogue pins who is who; what it does not know is a warning, what contradicts it a refusal. Addresses and EigenLayer's
// own contracts are judged here, for all operations alike; an AVS by its operation (coordinator-findings.ts and others).
import {
  addressOf,
  chainName,
  coreOf,
  isRetiredChain,
  knownContracts,
  knownElsewhere,
} from '../catalogue/address-book.ts'
import type { Address } from '../base/fields.ts'
import { buildAgain, refuse, warning, when, type Finding } from '../base/finding.ts'
import type { ContractRole } from '../operation-parts/operation.ts'
import { concernsOf } from '../operations/operation-kinds.ts'
import type { UnsignedRequest } from './request.ts'

const ZERO_ADDRESS = `0x${'0'.repeat(40)}`

/** Everything that there is to say about the chain and the addresses of a request. */
export function judgeContracts(request: UnsignedRequest): Finding[] {
  const named = roles(request)
  return [
    ...judgeAddresses(named),
    ...judgeChain(request),
    ...named.flatMap(([role, address]) => judgeCore(request, role, address)),
    ...named.flatMap(([role, address]) => elsewhere(request.chainId, role, address)),
  ]
}

type Named = readonly (readonly [role: ContractRole | 'operator' | 'from' | 'signer', address: Address])[]

/** The addresses of a request with the role that each has. */
function roles({ operation, transaction }: UnsignedRequest): Named {
  const from = transaction?.from ?? null
  const signer = 'operatorSignature' in operation ? (operation.operatorSignature?.signer?.address ?? null) : null
  return [
    ['operator', operation.operator],
    ...(from === null ? [] : ([['from', from]] as const)),
    ...(signer === null ? [] : ([['signer', signer]] as const)),
    ...concernsOf({ operation }).contracts,
  ]
}

/** Roles that one contract may play together: a registrar is often the AVS itself, and so is its coordinator. */
const sharing: ReadonlySet<string> = new Set(['avs', 'registrar', 'registryCoordinator'])

function judgeAddresses(named: Named): Finding[] {
  return named.flatMap(([role, address], index) => [
    ...when(address === ZERO_ADDRESS, () => refuse('address_zero', `${role} is the zero address`, buildAgain())),
    ...named
      .slice(0, index)
      .flatMap(([other, same]) =>
        when(address === same && !(sharing.has(role) && sharing.has(other)), () =>
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

/** EigenLayer's own contracts by their role, as the catalogue calls them. */
const coreNames: Readonly<Partial<Record<string, string>>> = {
  avsDirectory: 'AVSDirectory',
  delegationManager: 'DelegationManager',
  allocationManager: 'AllocationManager',
  keyRegistrar: 'KeyRegistrar',
  permissionController: 'PermissionController',
}

/** The warning of a contract of EigenLayer on a chain where the catalogue has none. */
export function contractUnknown(role: string, address: Address): Finding {
  const seen = `${role} is not in the catalogue: compare ${address}, digit by digit, with what EigenLayer publishes`
  return warning('contract_unknown', seen)
}

/** On a chain that the catalogue knows, EigenLayer's contracts are those that it pins, and no others. */
function judgeCore({ chainId, operation }: UnsignedRequest, role: string, address: Address): Finding[] {
  const name = coreNames[role]
  if (name === undefined) return []
  const pinned = addressOf(chainId, 'EigenLayer', name)
  if (pinned === undefined) {
    // The AVSDirectory is in what is signed, and is not called: a wrong one makes a signature that nobody takes.
    return when(role !== 'avsDirectory', () => contractUnknown(role, address))
  }
  if (pinned !== address) {
    const seen = `${role} is ${address}, EigenLayer's on this chain is ${pinned}`
    return [refuse('core_contract_foreign', seen, `${buildAgain()}, with an RPC that you trust`)]
  }
  return role === 'avsDirectory' && 'operatorSignature' in operation && operation.operatorSignature !== null
    ? judgeDomainVersion(chainId, operation.operatorSignature.domainVersion)
    : []
}

function judgeDomainVersion(chainId: number, seen: string | null): Finding[] {
  const spelled = (version: string | null): string => (version === null ? 'no version' : `version "${version}"`)
  const expected = coreOf(chainId)?.domainVersion
  return when(expected !== undefined && expected !== seen, () => {
    const then = `the AVSDirectory's domain has ${spelled(seen)} here, ${spelled(expected ?? null)} when this program was built`
    return warning('domain_version_unexpected', `${then}: it was upgraded, or the signature will not be accepted`)
  })
}

function elsewhere(chainId: number, role: string, address: Address): Finding[] {
  const others = knownContracts(chainId, address).length > 0 ? [] : knownElsewhere(chainId, address)
  return others.slice(0, 1).map((other) => {
    const where = chainName(other.chainId) ?? `chain ${other.chainId}`
    const seen = `${role} ${address} is ${other.project} ${other.contract} on ${where}, and nothing known on this chain: was the request meant for that one?`
    return warning('address_elsewhere', seen)
  })
}
