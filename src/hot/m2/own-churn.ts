// What an AVS that churns by itself does with a full quorum: who leaves it, said before anything is signed and again before it is
// sent, and the refusal where that would be the newcomer.
//
// Follows _churnOperator of EigenDARegistryCoordinator.sol at 61019b4: the newcomer is let in, then the first of those with the
// lowest stake leaves. A newcomer with less than all others leaves itself, in a transaction that succeeds.
import { formatEther } from 'viem'
import type { Problem } from '../../shared/base/errors.ts'
import type { Foreseen } from '../build/foreseen.ts'
import type { Removal } from '../../shared/request/claims.ts'
import { churnsByItself, isFull, missingStake, wouldBeLeftOut, type CloserLook, type Lowest } from './closer-look.ts'
import { quorumStates, type QuorumState, type RegistrationState, type RegistrationWish } from './registration-state.ts'

/** The quorums of a wish that make room by themselves, and must. */
const churning = (state: RegistrationState, { quorums }: RegistrationWish): readonly QuorumState[] =>
  churnsByItself(state)
    ? quorumStates(state, quorums).filter((quorum) => quorum.number < state.coordinator.quorumCount && isFull(quorum))
    : []

const full = (number: number): string => `quorum ${number} is full and this AVS removes whoever has the lowest stake`

/** Who has the lowest stake, by name. */
const named = ({ operator, operatorId }: Lowest): string => operator ?? `the operator with id ${operatorId}`

/** Every quorum that would leave the newcomer out, with both stakes and what is missing. */
export function leftOutProblems(
  state: RegistrationState,
  wish: RegistrationWish,
  { lowest, strategies }: CloserLook,
): readonly Problem[] {
  return churning(state, wish).flatMap((quorum): Problem[] => {
    const { number, weight } = quorum
    const least = lowest.get(number)
    if (least === undefined || weight === null || !wouldBeLeftOut(quorum, least)) return []
    const missing = least.stake - weight
    const has = `this operator has ${formatEther(weight)}, ${formatEther(missing)} below the ${formatEther(least.stake)} of ${named(least)}`
    const message = `${full(number)}: ${has}, the lowest in it: the transaction would succeed and leave this operator out`
    return [{ code: 'newcomer_left_out', message, hint: missingStake(missing, strategies.get(number)) }]
  })
}

/** What each full quorum does, where it does not leave the newcomer out. */
export function churnRemarks(
  state: RegistrationState,
  wish: RegistrationWish,
  { lowest }: CloserLook,
): readonly string[] {
  return churning(state, wish).flatMap((quorum) => {
    const { number, weight } = quorum
    const least = lowest.get(number)
    if (least === undefined || weight === null) {
      return [`${full(number)}: if that is this operator, the transaction succeeds and leaves it out`]
    }
    if (wouldBeLeftOut(quorum, least)) return []
    const [has, lead] = [formatEther(weight), formatEther(weight - least.stake)]
    return [
      `${full(number)}: that is ${named(least)} with ${formatEther(least.stake)}; this operator has ${has}, ${lead} more`,
    ]
  })
}

/** Who is removed for the newcomer, quorum by quorum. */
export function ownRemovals(state: RegistrationState, wish: RegistrationWish, closer: CloserLook): readonly Removal[] {
  return churning(state, wish).flatMap((quorum): Removal[] => {
    const { number, weight } = quorum
    const least = closer.lowest.get(number)
    if (least === undefined || weight === null || wouldBeLeftOut(quorum, least)) return []
    return [{ claim: 'removed', operator: least.operator, ownStake: weight, quorum: number, stake: least.stake }]
  })
}

/** Both: what must keep a registration from being sent, and who is removed for it. */
export const ownChurn = (state: RegistrationState, wish: RegistrationWish, closer: CloserLook): Foreseen => ({
  problems: leftOutProblems(state, wish, closer),
  removals: ownRemovals(state, wish, closer),
})
