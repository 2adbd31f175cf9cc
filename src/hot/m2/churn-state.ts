// What the chain says of a churn: the approver, its salt, the stakes that decide; and every reason why the churn would revert.
//
// Follows _verifyChurnApproverSignature and _validateChurn of RegistryCoordinator.sol in eigenlayer-middleware at 7d49b51. The total is
// that with the newcomer in it; both comparisons are strict. A kick for a quorum that is not full is not looked at.
import { formatEther } from 'viem'
import { word } from '../../shared/chain/bn254.ts'
import {
  churnSigner,
  kicksFault,
  type ChurnApproval,
  type ChurnTarget,
} from '../../shared/operation-parts/churn-approval.ts'
import type { Problem } from '../../shared/base/errors.ts'
import type { Address, Bytes32 } from '../../shared/base/fields.ts'
import type { Removal } from '../../shared/request/claims.ts'
import { utc } from '../../shared/base/units.ts'
import { isFull } from './closer-look.ts'
import { call, code, list, optional, record, type Reader } from '../rpc/reader.ts'
import { quorumStates, type QuorumsRead } from './registration-state.ts'
import type { GivenApproval } from './churn-file.ts'

/** One quorum that is full, and who is to leave it. */
export interface ChurnQuorum {
  readonly number: number
  /** The newcomer's stake. */
  readonly stake: bigint
  /** Of all, without the newcomer. */
  readonly total: bigint
  readonly leaver: Address
  readonly leaverStake: bigint
  /** False where whoever is to leave has left already, or never was there. */
  readonly leaverIsIn: boolean
  readonly ofOperatorBips: number
  readonly ofTotalBips: number
}

export interface ChurnState {
  readonly approver: Address
  readonly approverIsContract: boolean
  readonly saltUsed: boolean
  /** The digest that the contract computes. */
  readonly digest: Bytes32
  readonly quorums: readonly ChurnQuorum[]
  /** Quorums that are not full: what the approval names for them has no effect. */
  readonly roomy: readonly number[]
}

const DIGEST =
  'calculateOperatorChurnApprovalDigestHash(address,bytes32,(uint8 quorumNumber,address operator)[],bytes32,uint256) view returns (bytes32)'

/**
 * Reads what decides a churn, in three batches.
 *
 * @param quorums as wished, in the order in which the state was read
 * @throws AirlockError those of reading
 */
export async function readChurnState(
  reader: Reader,
  state: QuorumsRead,
  target: ChurnTarget,
  given: GivenApproval,
  quorums: readonly number[],
): Promise<ChurnState> {
  const at = target.registryCoordinator
  const of = 'RegistryCoordinator'
  const kicks = given.kicks.map(({ quorum: quorumNumber, operator }) => ({ quorumNumber, operator }))
  const digestOf = [target.operator, target.operatorId, kicks, given.salt, BigInt(given.expiry)]
  const idOf = 'getOperatorId(address) view returns (bytes32)'
  const { ids, ...approval } = await reader.read(
    record({
      approver: call<Address>(of, at, 'churnApprover() view returns (address)'),
      saltUsed: call<boolean>(of, at, 'isChurnApproverSaltUsed(bytes32) view returns (bool)', given.salt),
      digest: call<Bytes32>(of, at, DIGEST, ...digestOf),
      ids: list(kicks.map(({ operator }) => call<Bytes32>(of, at, idOf, operator))),
    }),
  )
  const fits = kicksFault(given, quorums) === null
  const states = quorumStates(state, quorums).map((quorum, index) => ({
    ...quorum,
    leaver: given.kicks[index]?.operator ?? target.operator,
    leaverId: ids[index] ?? word(0n),
    bips: state.coordinator.maxima[index] ?? null,
  }))
  const full = fits ? states.filter(isFull) : []
  const [approverCode, stakes] = await Promise.all([
    reader.read(code(approval.approver)),
    reader.read(list(full.map(({ number, leaverId }) => leaverReads(state, at, number, leaverId)))),
  ])
  return {
    ...approval,
    approverIsContract: approverCode !== '0x',
    quorums: full.flatMap(({ number, weight, leaver, bips }, index) => {
      const read = stakes[index]
      if (weight === null || bips === null || read === undefined) return []
      const { kickBIPsOfOperatorStake: ofOperatorBips, kickBIPsOfTotalStake: ofTotalBips } = bips
      const { bitmap, leaverStake, total } = read
      const leaverIsIn = (((bitmap ?? 0n) >> BigInt(number)) & 1n) === 1n
      return [{ number, stake: weight, total, leaver, leaverStake, leaverIsIn, ofOperatorBips, ofTotalBips }]
    }),
    roomy: fits ? states.filter((quorum) => !isFull(quorum)).map(({ number }) => number) : [],
  }
}

function leaverReads({ coordinator }: QuorumsRead, at: Address, number: number, leaverId: Bytes32) {
  const stakes = coordinator.stakeRegistry
  const stakeOf = 'getCurrentStake(bytes32,uint8) view returns (uint96)'
  const bitmapOf = 'getCurrentQuorumBitmap(bytes32) view returns (uint192)'
  return record({
    leaverStake: call<bigint>('StakeRegistry', stakes, stakeOf, leaverId, number),
    // Reverts for an operator that was never there.
    bitmap: optional(call<bigint>('RegistryCoordinator', at, bitmapOf, leaverId)),
    total: call<bigint>('StakeRegistry', stakes, 'getCurrentTotalStake(uint8) view returns (uint96)', number),
  })
}

const BIPS = 10_000n
const NEW_ONE = 'ask the AVS for an approval of exactly this registration'

/**
 * Why the approval would be refused, in the order of the contract.
 *
 * @param now the chain's time
 */
export function approvalProblems(
  state: ChurnState,
  target: ChurnTarget,
  approval: ChurnApproval,
  quorums: readonly number[],
  now: number,
): readonly Problem[] {
  const fault = kicksFault(approval, quorums)
  const signer = churnSigner(target, approval)
  return [
    ...problem(fault !== null, 'churn_approval_unfit', `the churn approval does not fit: ${fault ?? ''}`, NEW_ONE),
    ...problem(
      state.saltUsed,
      'churn_approval_unfit',
      `the salt ${approval.salt} of the churn approval is used: each approval serves once`,
      NEW_ONE,
    ),
    ...problem(
      approval.expiry < now,
      'deadline_past',
      `the churn approval ended at ${utc(approval.expiry)}; the chain is at ${utc(now as typeof approval.expiry)}`,
      NEW_ONE,
    ),
    ...problem(
      state.approver !== approval.approver,
      'churn_approval_unfit',
      `the churn approver is ${state.approver} now; the request names ${approval.approver}`,
      NEW_ONE,
    ),
    ...problem(
      !state.approverIsContract && signer !== state.approver,
      'churn_approval_unfit',
      `the churn approval is signed by ${signer ?? 'no key'}, expected ${state.approver}: it is for another operator, BLS key, quorum or AVS`,
      NEW_ONE,
    ),
  ]
}

const problem = (holds: boolean, code: Problem['code'], message: string, hint: string): readonly Problem[] =>
  holds ? [{ code, message, hint }] : []

/** Why a full quorum would not let the newcomer in, in the order of the contract. */
export function kickProblems({ quorums }: ChurnState, operator: Address): readonly Problem[] {
  return quorums.flatMap((quorum) => {
    const { number, leaver, stake, leaverStake, ofOperatorBips, ofTotalBips } = quorum
    const [mustExceed, mustStayBelow] = limits(quorum)
    const [has, leaves] = [formatEther(stake), formatEther(leaverStake)]
    if (leaver === operator) {
      const self = `the approval would remove the operator itself from quorum ${number}`
      return problem(true, 'churn_approval_unfit', self, NEW_ONE)
    }
    return [
      ...problem(
        stake <= mustExceed,
        'churn_stake',
        `quorum ${number}: to replace ${leaver} with ${leaves} takes more than ${formatEther(mustExceed)} (${percent(ofOperatorBips)} of it); the operator has ${has}`,
        `more than ${formatEther(mustExceed - stake)} more must be delegated to the operator, or the AVS must approve the removal of a smaller one`,
      ),
      ...problem(
        leaverStake >= mustStayBelow,
        'churn_stake',
        `quorum ${number}: ${leaver} has ${leaves}, which is not below ${formatEther(mustStayBelow)} (${percent(ofTotalBips)} of all stakes with the newcomer's): it is too large to be removed`,
        'ask the AVS for an approval that names a smaller operator',
      ),
      ...problem(
        !quorum.leaverIsIn,
        'churn_approval_unfit',
        `quorum ${number} is full, and ${leaver}, whom the approval would remove, is not in it`,
        NEW_ONE,
      ),
    ]
  })
}

/** What the newcomer must have more than, and the leaver less than. */
function limits({ stake, total, leaverStake, ofOperatorBips, ofTotalBips }: ChurnQuorum): readonly [bigint, bigint] {
  return [(leaverStake * BigInt(ofOperatorBips)) / BIPS, ((total + stake) * BigInt(ofTotalBips)) / BIPS]
}

const percent = (bips: number): string => `${bips / 100} %`

/** Who is removed by the approval, of the quorums that are full. */
export const approvedRemovals = ({ quorums }: ChurnState): readonly Removal[] =>
  quorums.map(({ number, leaver, leaverStake, stake }) => ({
    claim: 'removed',
    operator: leaver,
    ownStake: stake,
    quorum: number,
    stake: leaverStake,
  }))

/** Who would leave which quorum, and by what margin. */
export function churnRemarks({ quorums, roomy }: ChurnState): readonly string[] {
  return [
    ...quorums.map((quorum) => {
      const { number, leaver, stake, leaverStake } = quorum
      const [mustExceed, mustStayBelow] = limits(quorum)
      const [margin, room] = [formatEther(stake - mustExceed), formatEther(mustStayBelow - leaverStake)]
      return `quorum ${number} is full: ${leaver} with ${formatEther(leaverStake)} leaves it; the operator has ${margin} more than it takes, the leaver ${room} less than would keep it in`
    }),
    ...roomy.map((number) => `quorum ${number} is not full: what the approval says of it has no effect`),
  ]
}
