// EigenLayer's own contracts under a policy: pinned by its `cores`, a chain at a time.
//
// On a chain that the catalogue knows, it pins them too, and what contradicts it is refused whatever a policy says
// (shared/contract-findings.ts). On any other chain an entry here takes the warning of a stranger away.
import type { Address } from '../../shared/base/fields.ts'
import type { ContractRole } from '../../shared/operation-parts/operation.ts'
import { concernsOf } from '../../shared/operations/operation-kinds.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'
import type { CorePolicy, Policy } from './policy.ts'
import { refuses, type Says } from './policy-verdict.ts'

/** What an entry of `cores` can pin. */
export const coreRoles = [
  'avsDirectory',
  'delegationManager',
  'allocationManager',
  'permissionController',
  'keyRegistrar',
] as const satisfies readonly (keyof CorePolicy & ContractRole)[]

/** Contracts by the part that they play. */
export type Pins = Readonly<Partial<Record<ContractRole, Address | undefined>>>

/** The contracts of EigenLayer that a policy pins on the chain of a request. */
export function corePins({ cores = [] }: Pick<Policy, 'cores'>, { chainId }: UnsignedRequest): Pins {
  const core = cores.find(({ chain }) => chain === chainId)
  return core === undefined ? {} : Object.fromEntries(coreRoles.map((role) => [role, core[role]]))
}

/** A refusal where a contract of EigenLayer is another one than the policy pins; null where none is. */
export function judgeCores(policy: Pick<Policy, 'cores'>, request: UnsignedRequest): Says | null {
  const pins = corePins(policy, request)
  const wrong = concernsOf(request).contracts.flatMap(([role, seen]) => {
    const pinned = pins[role]
    return pinned === undefined || pinned === seen ? [] : [`${role} is ${seen}; allowed is ${pinned}`]
  })
  return wrong.length === 0 ? null : refuses(wrong.join(' and '))
}
