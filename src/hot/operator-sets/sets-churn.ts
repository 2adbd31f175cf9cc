// A churn approval for operator sets: read against the chain as that for a RegistryCoordinator of M2, whose approval it is.
import { churnDigest, type ChurnApproval, type ChurnTarget } from '../../shared/operation-parts/churn-approval.ts'
import { refusal, type Problem } from '../../shared/base/errors.ts'
import type { Site } from '../build/site.ts'
import type { GivenApproval } from '../m2/churn-file.ts'
import { approvalProblems, readChurnState, type ChurnState } from '../m2/churn-state.ts'
import type { ChainHead } from '../rpc/head.ts'
import { hasBoundKey } from './registrar-problems.ts'
import type { Registrar, RegistrarWish } from './registrar.ts'

/** An approval, whose it is, and what the chain says of it. */
export interface SetsChurn {
  readonly state: ChurnState
  readonly target: ChurnTarget
  readonly approval: ChurnApproval
}

const DOING = 'building the request'

/**
 * Reads what decides a churn.
 *
 * @throws AirlockError usage, churn_unsupported, digest_mismatch, and those of reading
 */
export async function readSetsChurn(
  { reader, head }: Pick<Site, 'reader' | 'head'>,
  registrar: Registrar,
  { operator, operatorId, operatorSets }: RegistrarWish,
  given: GivenApproval,
): Promise<SetsChurn> {
  if (registrar.kind === 'keyed') {
    const seen = 'the registrar of this AVS takes no churn approval: it has no limit of operators'
    throw refusal(DOING, 'churn_unsupported', seen, 'leave --churn-approval out')
  }
  const key = hasBoundKey(registrar) ? registrar.boundKey : operatorId
  if (key === null) {
    const seen = 'the churn approval is for one BLS key, and nothing says which'
    throw refusal(DOING, 'usage', seen, 'give --operator-id, or --bls-proof')
  }
  const target = { chainId: head.chainId, registryCoordinator: registrar.at, operator, operatorId: key }
  const place = { coordinator: registrar, registries: registrar }
  const state = await readChurnState(reader, place, target, given, operatorSets)
  refuseOtherDigest(state, churnDigest(target, given))
  const { expiry, kicks, salt, signature } = given
  const { approver, approverIsContract } = state
  return { state, target, approval: { approver, approverIsContract, expiry, kicks, salt, signature } }
}

function refuseOtherDigest({ digest }: ChurnState, ours: string): void {
  if (digest === ours) return
  const seen = `the registrar computes the churn digest ${digest}, this program ${ours}`
  const hint = 'give an --rpc-url that you trust; if two nodes agree, the contract is of a kind not known here'
  throw refusal('comparing with the contracts', 'digest_mismatch', seen, hint)
}

/** Why the approval would be refused. */
export const approvalReasons = (
  { state, target, approval }: SetsChurn,
  ids: readonly number[],
  { block }: ChainHead,
): readonly Problem[] => approvalProblems(state, target, approval, ids, block.timestamp)
