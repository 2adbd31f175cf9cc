// airlock-hot build register-as-operator, modify-operator-details and update-metadata-uri: what would revert, and the state after.
//
// Follows DelegationManager.sol of eigenlayer-contracts in both generations, in the order of its checks: permission, being (or
// not being) an operator, the window, the pause. Which form the call has follows from what the contract is (delegation-state.ts).
import { buildCommand } from '../../shared/base/commands.ts'
import { refusal, type Problem } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import type { ModifyOperatorDetailsOperation } from '../../shared/operations/modify-operator-details.ts'
import { NOBODY } from '../../shared/operation-parts/operator-details.ts'
import type { RegisterAsOperatorOperation } from '../../shared/operations/register-as-operator.ts'
import type { UpdateMetadataUriOperation } from '../../shared/operations/update-metadata-uri.ts'
import { grouped } from '../../shared/base/units.ts'
import { build, type BuildOptions, type Plan } from '../build/build.ts'
import type { Site } from '../build/site.ts'
import { coreContract } from '../build/core-argument.ts'
import { operatorProblems, readDelegation, type DelegationState } from './delegation-state.ts'
import { permissionProblems, readPermission } from './permissions.ts'

/** An approver as typed; the command line has no null. */
export type Approver = Address | 'none'

interface DelegationOptions extends BuildOptions {
  readonly delegationManager?: Address
}

export interface RegisterAsOperatorOptions extends DelegationOptions {
  readonly metadataUri: string
  readonly delegationApprover?: Approver
  readonly allocationDelay?: number
  readonly stakerOptOutWindowBlocks?: number
  readonly earningsReceiver?: Address
}

export interface ModifyDetailsOptions extends DelegationOptions {
  readonly delegationApprover: Approver
  readonly stakerOptOutWindowBlocks?: number
  readonly earningsReceiver?: Address
}

export interface MetadataOptions extends DelegationOptions {
  readonly metadataUri: string
}

/** Builds the registration of an operator with EigenLayer. */
export async function buildRegisterAsOperator(options: RegisterAsOperatorOptions): Promise<void> {
  await build(options, async (site) => {
    const place = placeOf(site, options)
    const state = await readDelegation(site.reader, place)
    const operation = registration(place, state, options)
    return { operation, problems: registrationProblems(state, operation), remarks: [] }
  })
}

/** Builds a change of an operator's details. */
export async function buildModifyDetails(options: ModifyDetailsOptions): Promise<void> {
  await build(options, async (site): Promise<Plan> => {
    const place = placeOf(site, options)
    const state = await readDelegation(site.reader, place)
    const operation = modification(place, state, options)
    return { operation, problems: await modificationProblems(site, state, operation), remarks: [] }
  })
}

/** Builds an announcement of where an operator's metadata is. */
export async function buildMetadataUri(options: MetadataOptions): Promise<void> {
  await build(options, async (site): Promise<Plan> => {
    const place = placeOf(site, options)
    const state = await readDelegation(site.reader, place)
    const generation = state.details === null ? 'slashing' : 'm2'
    const { metadataUri } = options
    const operation = { kind: 'update-metadata-uri' as const, ...place, generation, metadataUri } as const
    return { operation, problems: await metadataProblems(site, state, operation), remarks: [] }
  })
}

interface Place {
  readonly operator: Address
  readonly delegationManager: Address
}

const placeOf = ({ head }: Site, { operator, delegationManager }: DelegationOptions): Place => ({
  operator,
  delegationManager: coreContract(head.chainId, 'DelegationManager', '--delegation-manager', delegationManager),
})

const approverOf = (typed: Approver = 'none'): Address | null => (typed === 'none' ? null : typed)

const usage = (seen: string, hint: string): Error => refusal('reading the command line', 'usage', seen, hint)

function registration(
  place: Place,
  { details }: DelegationState,
  options: RegisterAsOperatorOptions,
): RegisterAsOperatorOperation {
  const { allocationDelay, metadataUri, stakerOptOutWindowBlocks } = options
  const delegationApprover = approverOf(options.delegationApprover)
  const base = { kind: 'register-as-operator', ...place, metadataUri } as const
  if (details === null) {
    refuseM2Flags(options)
    if (allocationDelay === undefined) throw usage('--allocation-delay is missing', ALLOCATION_HINT)
    return { ...base, details: { generation: 'slashing', allocationDelay, delegationApprover } }
  }
  if (allocationDelay !== undefined) {
    throw usage('--allocation-delay: the DelegationManager there is of the M2 generation', 'leave it out')
  }
  if (stakerOptOutWindowBlocks === undefined) throw usage('--staker-opt-out-window-blocks is missing', WINDOW_HINT)
  const earningsReceiver = options.earningsReceiver ?? place.operator
  const settled = { delegationApprover, earningsReceiver, stakerOptOutWindowBlocks }
  return { ...base, details: { generation: 'm2', ...settled } }
}

const ALLOCATION_HINT =
  'give it in blocks of 12 seconds: how long an allocation waits before it can be slashed; 1200 is four hours'
const WINDOW_HINT = 'give it in blocks: how long stakers may take to leave; 0 is usual, and it can only grow'

function refuseM2Flags({
  stakerOptOutWindowBlocks,
  earningsReceiver,
}: ModifyDetailsOptions | RegisterAsOperatorOptions): void {
  if (stakerOptOutWindowBlocks === undefined && earningsReceiver === undefined) return
  const flag = stakerOptOutWindowBlocks === undefined ? '--earnings-receiver' : '--staker-opt-out-window-blocks'
  throw usage(`${flag}: the DelegationManager there has no such detail any more`, 'leave it out')
}

/** What is not given stays as it is. */
function modification(
  place: Place,
  { details }: DelegationState,
  options: ModifyDetailsOptions,
): ModifyOperatorDetailsOperation {
  const delegationApprover = approverOf(options.delegationApprover)
  const base = { kind: 'modify-operator-details', ...place } as const
  if (details === null) {
    refuseM2Flags(options)
    return { ...base, details: { generation: 'slashing', delegationApprover } }
  }
  const earningsReceiver = options.earningsReceiver ?? details.earningsReceiver
  const stakerOptOutWindowBlocks = options.stakerOptOutWindowBlocks ?? details.stakerOptOutWindowBlocks
  return { ...base, details: { generation: 'm2', delegationApprover, earningsReceiver, stakerOptOutWindowBlocks } }
}

/** Bit 0 pauses new delegations, and becoming an operator is one. */
const PAUSED_NEW_DELEGATION = 1n

/** Every reason why registerAsOperator would revert. */
export function registrationProblems(
  state: DelegationState,
  { operator, details }: RegisterAsOperatorOperation,
): readonly Problem[] {
  const problems: Problem[] = []
  if (state.isOperator) {
    const message = `${operator} is an operator of EigenLayer already`
    const hint = `go on with the registration at an AVS; its details change with ${buildCommand('modify-operator-details', { '--operator': operator })}`
    problems.push({ code: 'already_operator', message, hint })
  } else if (state.delegatedTo !== NOBODY) {
    const message = `${operator} has delegated its stake to operator ${state.delegatedTo}: an operator is delegated to itself`
    const hint = 'undelegate first (DelegationManager.undelegate, which queues its withdrawals), or use another address'
    problems.push({ code: 'already_delegated', message, hint })
  }
  problems.push(...windowProblems(state, details))
  if ((state.pausedBits & PAUSED_NEW_DELEGATION) !== 0n) {
    const message = 'the DelegationManager has paused new delegations, and with them new operators'
    problems.push({ code: 'paused', message, hint: 'wait until EigenLayer unpauses it' })
  }
  return problems
}

function windowProblems(
  { details: now }: DelegationState,
  details: RegisterAsOperatorOperation['details'] | ModifyOperatorDetailsOperation['details'],
): readonly Problem[] {
  if (now === null || details.generation !== 'm2') return []
  const { stakerOptOutWindowBlocks: asked } = details
  if (asked >= now.stakerOptOutWindowBlocks) return []
  const least = grouped(now.stakerOptOutWindowBlocks)
  const message = `the opt-out window is ${least} blocks and cannot be shortened to ${grouped(asked)}`
  return [{ code: 'window_decreased', message, hint: `give --staker-opt-out-window-blocks of at least ${least}` }]
}

/** Every reason why modifyOperatorDetails would revert. */
export async function modificationProblems(
  site: Site,
  state: DelegationState,
  operation: ModifyOperatorDetailsOperation,
): Promise<readonly Problem[]> {
  return [
    ...(await senderProblems(site, state, operation, 'modifyOperatorDetails(address,address)')),
    ...operatorProblems(state.isOperator, operation.operator),
    ...windowProblems(state, operation.details),
  ]
}

/** Every reason why updateOperatorMetadataURI would revert. */
export async function metadataProblems(
  site: Site,
  state: DelegationState,
  operation: UpdateMetadataUriOperation,
): Promise<readonly Problem[]> {
  return [
    ...(await senderProblems(site, state, operation, 'updateOperatorMetadataURI(address,string)')),
    ...operatorProblems(state.isOperator, operation.operator),
  ]
}

/** In the M2 generation the sender is the operator, whatever else is permitted. */
async function senderProblems(
  { reader, sender }: Site,
  { details }: DelegationState,
  { operator, delegationManager: target }: Place,
  signature: string,
): Promise<readonly Problem[]> {
  if (details !== null && sender !== operator) {
    const message = `${sender} cannot act for ${operator}: the M2 generation takes the sender for the operator`
    return [{ code: 'permission_missing', message, hint: 'leave --from out: the operator itself must send it' }]
  }
  if (details !== null) return []
  const question = { contract: 'DelegationManager', target, signature, operator, sender }
  return permissionProblems(question, await readPermission(reader, question))
}

/** Why an operator cannot undelegate, and what it can do instead. */
export function refuseUndelegate(): never {
  const seen =
    'an operator is delegated to itself and can never be undelegated: DelegationManager.undelegate reverts for it (OperatorsCannotUndelegate)'
  const hint = `to stop, leave each AVS, with ${buildCommand('deregister')} or ${buildCommand('deregister-from-operator-sets')}, take back what is allocated to them, then withdraw; a staker that is not an operator undelegates with its own wallet`
  throw refusal('building the request', 'operator_cannot_undelegate', seen, hint)
}
