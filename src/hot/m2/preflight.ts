// Why a registration would revert, found before anything is signed: each reason with its numbers and a remedy.
//
// Follows the checks of registerOperator in the order of the contracts (RegistryCoordinator, BLSApkRegistry,
// AVSDirectory, StakeRegistry, IndexRegistry) and reports all that apply. Pure: a state in, problems out.
import { buildCommand } from '../../shared/base/commands.ts'
import { formatEther } from 'viem'
import { word } from '../../shared/chain/bn254.ts'
import type { Problem } from '../../shared/base/errors.ts'
import type { UnixSeconds } from '../../shared/base/fields.ts'
import { duration, grouped, utc } from '../../shared/base/units.ts'
import { enteringProblems, setsRemarks } from './sets-beside.ts'
import { churnsByItself, isBelowMinimum, isFull, missingStake, noCloserLook, type CloserLook } from './closer-look.ts'
import { operatorProblems } from '../eigenlayer/delegation-state.ts'
import { churnRemarks, leftOutProblems } from './own-churn.ts'
import {
  operatorStatus,
  quorumStates,
  type QuorumState,
  type RegistrationState,
  type RegistrationWish,
} from './registration-state.ts'

const ZERO_ADDRESS = `0x${'0'.repeat(40)}`
const ZERO_WORD = word(0n)
/** Bit 0 pauses registration in the RegistryCoordinator and in the AVSDirectory. */
const PAUSED_REGISTER = 1n

/** True while the operator is registered for any quorum: then the contract ignores the operator's signature. */
export const isRegistered = ({ coordinator }: RegistrationState): boolean =>
  coordinator.status === operatorStatus.registered

/** True when the BLSApkRegistry knows a key of the operator: then the contract ignores the BLS parameters. */
export const hasBoundKey = ({ registries }: RegistrationState): boolean => registries.boundKey !== ZERO_WORD

/**
 * All reasons for which registerOperator would revert, or succeed and leave the operator out.
 *
 * @param closer what lookCloser() read, for sentences that say more
 */
export function preflight(
  state: RegistrationState,
  wish: RegistrationWish,
  closer: CloserLook = noCloserLook,
): readonly Problem[] {
  // What the registries say of a quorum that does not exist means nothing.
  const quorums = quorumStates(state, wish.quorums).filter(({ number }) => number < state.coordinator.quorumCount)
  return [
    ...checkPaused(state),
    ...checkOperatorSets(state, wish),
    ...checkKey(state, wish),
    ...checkQuorumNumbers(state, wish),
    ...checkNotRegistered(state, wish),
    ...checkCooldown(state),
    ...checkAllowlist(state),
    ...checkDirectory(state, wish),
    ...quorums.flatMap((quorum) => checkStake(quorum, closer)),
    ...quorums.flatMap((quorum) => checkRoom(quorum, state)),
    ...leftOutProblems(state, wish, closer),
  ]
}

function checkPaused(state: RegistrationState): Problem[] {
  const { coordinator, core, registries } = state
  // MACH's ServiceManager pauses as a whole; others use the same getter for bits that do not concern registration.
  const machPaused = registries.allowlistEnabled !== null && (registries.managerPaused ?? 0n) !== 0n
  const paused = [
    ...((coordinator.pausedBits & PAUSED_REGISTER) === 0n ? [] : ['the RegistryCoordinator']),
    ...(isRegistered(state) || (core.pausedBits & PAUSED_REGISTER) === 0n ? [] : ['the AVSDirectory']),
    ...(isRegistered(state) || !machPaused ? [] : ['the ServiceManager']),
  ]
  return paused.map((contract) => ({
    code: 'paused',
    message: `${contract} has paused registrations`,
    hint: 'wait until its owners unpause it; the AVS announces that in its channels',
  }))
}

function checkOperatorSets(state: RegistrationState, { operator, quorums, socket }: RegistrationWish) {
  const { coordinator, registries, head } = state
  const { serviceManager, beside, quorumCount } = coordinator
  const exist = (numbers: readonly number[]): readonly number[] => numbers.filter((number) => number < quorumCount)
  const asked = { chainId: head.chainId, operator, serviceManager, place: registries.setsPlace[0] }
  return enteringProblems({ ...beside, sets: exist(beside.sets) }, asked, exist(quorums), socket)
}

function checkKey({ registries }: RegistrationState, { operator, operatorId }: RegistrationWish): Problem[] {
  if (operatorId === null) return []
  const { keyOwner, boundKey } = registries
  if (boundKey !== ZERO_WORD && boundKey !== operatorId) {
    const message = `this AVS has bound the operator to BLS key ${boundKey} for ever; --operator-id names ${operatorId}`
    return [
      { code: 'bls_key_taken', message, hint: 'leave --operator-id out: the contract uses the key that it knows' },
    ]
  }
  if (keyOwner === ZERO_ADDRESS || keyOwner === operator) return []
  const message = `the BLS key ${operatorId} belongs to operator ${keyOwner} at this AVS, for ever`
  return [{ code: 'bls_key_taken', message, hint: 'use another BLS key: one for each operator and AVS' }]
}

function checkQuorumNumbers({ coordinator }: RegistrationState, { quorums }: RegistrationWish): Problem[] {
  const unknown = quorums.filter((number) => number >= coordinator.quorumCount)
  const ordered = quorums.every((number, index) => index === 0 || number > (quorums[index - 1] ?? 0))
  const problems: Problem[] = unknown.map((number) => {
    const message = `quorum ${number} does not exist: this AVS has ${coordinator.quorumCount}, numbered from 0`
    return { code: 'quorum_unknown', message, hint: 'give --quorums that exist' }
  })
  if (ordered) return problems
  const sorted = [...new Set(quorums)].toSorted((a, b) => a - b).join(',')
  const message = `the quorums ${quorums.join(',')} are not ascending, each one once: the contract refuses them`
  return [...problems, { code: 'quorum_order', message, hint: `give --quorums ${sorted}` }]
}

function checkNotRegistered({ registries }: RegistrationState, { quorums }: RegistrationWish): Problem[] {
  const bitmap = registries.bitmap ?? 0n
  return quorums
    .filter((number) => ((bitmap >> BigInt(number)) & 1n) === 1n)
    .map((number) => ({
      code: 'already_registered',
      message: `the operator is registered for quorum ${number} already`,
      hint: 'leave that quorum out of --quorums; one that is registered makes the whole call revert',
    }))
}

function checkCooldown({ coordinator, head }: RegistrationState): Problem[] {
  if (coordinator.cooldown === null || coordinator.lastEjection === null || coordinator.lastEjection === 0n) return []
  // The contract compares with <: at the very second of the end it still refuses.
  const end = Number(coordinator.lastEjection + coordinator.cooldown) as UnixSeconds
  if (end < head.block.timestamp) return []
  const wait = duration(end + 1 - head.block.timestamp)
  const message = `the operator was ejected at ${utc(Number(coordinator.lastEjection) as UnixSeconds)} and may return after ${utc(end)}, in ${wait}`
  return [{ code: 'cooldown', message, hint: 'build the request again after that time' }]
}

function checkAllowlist(state: RegistrationState): Problem[] {
  const { allowlistEnabled, allowed } = state.registries
  if (isRegistered(state) || allowlistEnabled !== true || allowed !== false) return []
  const message = 'the AVS admits operators on its allow-list only, and this operator is not on it'
  return [
    {
      code: 'operator_not_allowlisted',
      message,
      hint: 'ask the AVS to add the operator, then build the request again',
    },
  ]
}

function checkDirectory(state: RegistrationState, { operator, salt }: RegistrationWish): Problem[] {
  const { core } = state
  const problems: Problem[] = []
  if (!isRegistered(state) && core.avsStatus === operatorStatus.registered) {
    const message = 'the AVSDirectory has the operator registered with this AVS, while its RegistryCoordinator has not'
    problems.push({
      code: 'already_registered',
      message,
      hint: 'ask the AVS: only it can deregister the operator there',
    })
  }
  problems.push(...operatorProblems(core.isOperator, operator))
  if (!isRegistered(state) && core.saltSpent) {
    const message = `the salt ${salt} is spent: it counts for all AVSs of an operator together`
    problems.push({ code: 'salt_spent', message, hint: 'leave --salt out: a random one is made' })
  }
  return problems
}

const amount = (value: bigint): string => `${formatEther(value)} (${value} in units of 10^-18)`

function checkStake(quorum: QuorumState, { strategies }: CloserLook): Problem[] {
  const { number, weight, minimum } = quorum
  if (!isBelowMinimum(quorum) || weight === null || minimum === null) return []
  const message = `quorum ${number} asks for a stake of ${amount(minimum)}; the operator has ${amount(weight)}`
  return [{ code: 'stake_below_minimum', message, hint: missingStake(minimum - weight, strategies.get(number)) }]
}

function checkRoom(quorum: QuorumState, state: RegistrationState): Problem[] {
  const { number, operators, maximum } = quorum
  if (!isFull(quorum) || churnsByItself(state)) return []
  const message = `quorum ${number} is full: ${grouped(operators ?? 0)} of at most ${grouped(maximum ?? 0)} operators`
  const hint = `wait for room, or ask the AVS for a churn approval, then ${buildCommand('register-with-churn')}`
  return [{ code: 'quorum_full', message, hint }]
}

/** Of an operator that is registered already, as through operator sets, the coordinator tells the AVSDirectory nothing. */
function unlistedRemarks(state: RegistrationState): readonly string[] {
  if (!isRegistered(state) || state.core.avsStatus === operatorStatus.registered) return []
  return [
    'the AVSDirectory does not list the operator, which the coordinator has as registered: this registration does not change that, and leaving its last M2 quorum reverts for as long as it is so',
  ]
}

/** What would not revert but should be known: said on the screen of the build. */
export function remarks(
  state: RegistrationState,
  wish: RegistrationWish,
  closer: CloserLook = noCloserLook,
): readonly string[] {
  return [
    ...churnRemarks(state, wish, closer),
    ...setsRemarks(state.coordinator.beside),
    ...unlistedRemarks(state),
    ...(wish.operatorId === null && !hasBoundKey(state)
      ? ['whether the BLS key is free was not checked; give --operator-id to have it checked now']
      : []),
  ]
}
