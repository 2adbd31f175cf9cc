// airlock-hot build register-for-operator-sets, its preflight, and the state after.
//
// Follows registerForOperatorSets of AllocationManager.sol (paused, permission, operator, sets, membership) and then the AVS's
// registrar. What the registrar is decides what is asked for: found by what it answers, never guessed.
import type { Bytes32 } from '../../shared/base/fields.ts'
import { operatorId } from '../../shared/chain/bn254.ts'
import type { PubkeyRegistrationParams } from '../../shared/chain/bls-registration.ts'
import type { RegisterForOperatorSetsOperation } from '../../shared/operations/register-for-operator-sets.ts'
import { coordinatorSetsGas, MOST_STRATEGIES } from '../../shared/operation-parts/registration-gas.ts'
import { operatorIdOf, proofOf, socketOf, type SetRegistration } from '../../shared/operation-parts/set-registration.ts'
import { refusal, type AirlockError, type Problem } from '../../shared/base/errors.ts'
import { build, type BuildOptions } from '../build/build.ts'
import type { PlannedGas } from '../build/gas.ts'
import type { Site } from '../build/site.ts'
import { readProof } from '../m2/build-register.ts'
import { readChurnApproval } from '../m2/churn-file.ts'
import { approvedRemovals, churnRemarks, kickProblems } from '../m2/churn-state.ts'
import type { HotOperation, SentRequest } from '../build/outcome.ts'
import { readRegistrar, registrarRead, type Registrar, type RegistrarWish } from './registrar.ts'
import { hasBoundKey, registrarProblems } from './registrar-problems.ts'
import { isOperatorRead, operatorProblems } from '../eigenlayer/delegation-state.ts'
import { approvalReasons, readSetsChurn, type SetsChurn } from './sets-churn.ts'
import { setsOutcome } from './sets-outcome.ts'
import { chosenManager, chosenSetsAvs, type SetsOptions } from '../build/sets-argument.ts'
import * as sets from './sets-state.ts'
import { withSlashableStake } from './slashable-stake.ts'

export interface RegisterForOperatorSetsOptions extends SetsOptions, BuildOptions {
  readonly operatorSets: readonly number[]
  readonly socket?: string
  readonly operatorId?: Bytes32
  readonly blsProof?: string
  readonly churnApproval?: string
}

const SIGNATURE = 'registerForOperatorSets(address,(address,uint32[],bytes))'

/** Builds a registration for operator sets and writes it. */
export async function buildRegisterForOperatorSets(options: RegisterForOperatorSetsOptions): Promise<void> {
  const avsOn = chosenSetsAvs(options)
  const proof = options.blsProof === undefined ? null : await readProof(options.blsProof)
  const given = options.churnApproval === undefined ? null : readChurnApproval(options.churnApproval)
  await build(options, async (site) => {
    const { chainId } = site.head
    const wish: RegistrarWish = {
      allocationManager: chosenManager(options, chainId),
      avs: avsOn(chainId),
      operator: options.operator,
      operatorSets: options.operatorSets,
      operatorId: options.operatorId ?? (proof && operatorId(proof.publicKeyG1)),
    }
    const state = await readState(site, wish)
    const { registrar } = state
    const churn = given === null ? null : await readSetsChurn(site, registrar, wish, given)
    const registration = registrationFor(registrar, options, { proof, churn, operatorId: wish.operatorId })
    return {
      operation: {
        kind: 'register-for-operator-sets',
        allocationManager: wish.allocationManager,
        avs: wish.avs,
        operator: wish.operator,
        operatorSets: wish.operatorSets,
        registrar: registrar.at,
        registration,
      },
      gas: gasFor(registrar, registration),
      problems: problems(state, wish, site, churn),
      remarks: [
        ...sets.slasherRemarks(state.manager.sets),
        ...keyRemarks(registrar, wish),
        ...(churn === null ? [] : churnRemarks(churn.state)),
      ],
      claims: churn === null ? [] : approvedRemovals(churn.state),
    }
  })
}

/** What the registration needs: by the strategies that its sets weigh, and whether only allocated stake counts in one. */
function gasFor(registrar: Registrar, registration: SetRegistration): PlannedGas {
  if (registrar.kind === 'keyed') return {}
  const strategies = registrar.quorums.map((quorum) => quorum.strategies ?? MOST_STRATEGIES)
  const key = proofOf(registration) === null ? 'known' : 'new'
  const slashable = registrar.quorums.some(({ countsSlashable }) => countsSlashable)
  const churn = registration.type === 'churn'
  return {
    need: coordinatorSetsGas({ key, socket: socketOf(registration) ?? '', strategies }, { churn, slashable }).most,
  }
}

/** Everything read before a registration. */
interface State {
  readonly manager: sets.ManagerState
  readonly registrar: Registrar
  readonly isOperator: boolean
  readonly permission: readonly Problem[]
}

/** Reads AllocationManager, permission and registrar, in few batches. */
async function readState(site: Site, wish: RegistrarWish): Promise<State> {
  const { reader, head } = site
  const { allocationManager, avs, operator } = wish
  const [manager, at, permission] = await Promise.all([
    reader.read(sets.managerReads(wish)),
    reader.read(registrarRead(allocationManager, avs)),
    sets.senderProblems(site, wish, SIGNATURE),
  ])
  const [isOperator, registrar] = await Promise.all([
    reader.read(isOperatorRead(manager.delegation, operator)),
    readRegistrar(reader, head.chainId, at, wish),
  ])
  const weighed =
    registrar.kind === 'coordinator'
      ? await withSlashableStake(reader, registrar, wish, manager.delegation, head.block.number)
      : registrar
  return { manager, isOperator, permission, registrar: weighed }
}

/** The registrar looks at its pause, at its AVS and at the BLS key first, then at an approval, then at quorums and stakes. */
const FIRST: ReadonlySet<string> = new Set(['paused', 'contracts_disagree', 'bls_key_taken'])

/** Every reason why registerForOperatorSets would revert. */
function problems(
  { manager, registrar, isOperator, permission }: State,
  wish: RegistrarWish,
  { head }: Site,
  churn: SetsChurn | null,
): readonly Problem[] {
  const registering = registrarProblems(registrar, wish, head, churn !== null)
  return [
    ...sets.pausedProblems(manager.pausedBits, sets.pausedBit.membership, 'changes of membership'),
    ...permission,
    ...operatorProblems(isOperator, wish.operator),
    ...sets.setProblems(wish.operatorSets, manager.sets),
    ...sets.membershipProblems(manager, head),
    ...registering.filter(({ code }) => FIRST.has(code)),
    ...(churn === null ? [] : approvalReasons(churn, wish.operatorSets, head)),
    ...registering.filter(({ code }) => !FIRST.has(code)),
    ...(churn === null ? [] : kickProblems(churn.state, wish.operator)),
  ]
}

interface Given {
  readonly proof: PubkeyRegistrationParams | null
  readonly churn: SetsChurn | null
  readonly operatorId: Bytes32 | null
}

/** What the registrar wants, asking for no signature that it ignores. */
function registrationFor(
  registrar: Registrar,
  { socket }: RegisterForOperatorSetsOptions,
  { proof, churn, operatorId: named }: Given,
): SetRegistration {
  if (registrar.kind === 'keyed') {
    if (named !== null) throw useless('--operator-id and --bls-proof', 'takes keys from the KeyRegistrar')
    if (registrar.socket !== null) return { type: 'socket', socket: needed(socket) }
    if (socket !== undefined) throw useless('--socket', 'keeps no sockets')
    return { type: 'empty' }
  }
  const id = churn?.target.operatorId ?? named
  const asked =
    proof === null ? { from: 'signer' as const, operatorId: id } : { from: 'request' as const, params: proof }
  const pubkeyRegistration = hasBoundKey(registrar) ? null : asked
  if (churn === null) return { type: 'normal', pubkeyRegistration, socket: needed(socket) }
  const { approval, target } = churn
  return {
    type: 'churn',
    churnApproval: approval,
    operatorId: target.operatorId,
    pubkeyRegistration,
    socket: needed(socket),
  }
}

const DOING = 'building the request'

function needed(socket: string | undefined): string {
  if (socket !== undefined) return socket
  throw refusal(DOING, 'usage', 'the registrar of this AVS keeps a socket of each operator', 'give --socket HOST:PORT')
}

const useless = (flags: string, why: string): AirlockError =>
  refusal(DOING, 'usage', `${flags} given, but the registrar of this AVS ${why}`, `leave ${flags} out`)

const keyRemarks = (registrar: Registrar, { operatorId: id }: RegistrarWish): readonly string[] =>
  registrar.kind === 'coordinator' && id === null && !hasBoundKey(registrar)
    ? ['whether the BLS key is free was not checked; give --operator-id to have it checked now']
    : []

/** The online side of a registration for operator sets. */
export const registerForOperatorSetsOnChain: HotOperation<RegisterForOperatorSetsOperation> = {
  problems: async (site, fields, sent) => {
    const { state, wish, churn } = await lookAgain(site, fields, sent)
    return [...changedRegistrar(state, fields), ...problems(state, wish, site, churn)]
  },
  foreseen: async (site, fields, sent) => {
    if (fields.registration.type !== 'churn') return { problems: [], removals: [] }
    const { churn } = await lookAgain(site, fields, sent)
    return { problems: [], removals: churn === null ? [] : approvedRemovals(churn.state) }
  },
  outcome: (reader, fields, _, { operatorId: id }) => setsOutcome(reader, fields, id),
}

/** What build read, read afresh. */
async function lookAgain(site: Site, fields: RegisterForOperatorSetsOperation, { operatorId: id }: SentRequest) {
  const { registration } = fields
  const wish = { ...fields, operatorId: id ?? operatorIdOf(registration) }
  const state = await readState(site, wish)
  const churn =
    registration.type === 'churn' ? await readSetsChurn(site, state.registrar, wish, registration.churnApproval) : null
  return { state, wish, churn }
}

/** The AVS may change its registrar while a request is on its way. */
function changedRegistrar(
  { registrar }: State,
  { avs, registrar: signed }: RegisterForOperatorSetsOperation,
): readonly Problem[] {
  if (registrar.at === signed) return []
  const message = `AVS ${avs} has ${registrar.at} as its registrar now, ${signed} when the request was built`
  return [{ code: 'contracts_disagree', message, hint: 'build the request again, and sign it again' }]
}
