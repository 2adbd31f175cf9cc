// Why an AVS's registrar would refuse a registration for operator sets: each reason with its numbers and a remedy.
//
// Follows the checks of SlashingRegistryCoordinator.registerOperator (paused, AVS, order, BLS key, quorums, cooldown, stake,
// room) and of AVSRegistrar.registerOperator (allow-list, keys), in their order. Pure: a state in, problems out.
import { buildCommand } from '../../shared/base/commands.ts'
import { formatEther } from 'viem'
import { word } from '../../shared/chain/bn254.ts'
import type { Problem } from '../../shared/base/errors.ts'
import type { Address, UnixSeconds } from '../../shared/base/fields.ts'
import { beyondQuorums } from '../../shared/operation-parts/operator-sets.ts'
import { duration, grouped, utc } from '../../shared/base/units.ts'
import type { ChainHead } from '../rpc/head.ts'
import type {
  CoordinatorRegistrar,
  KeyedRegistrar,
  Registrar,
  RegistrarQuorum,
  RegistrarWish,
  SetKey,
} from './registrar.ts'

const ZERO_ADDRESS: string = `0x${'0'.repeat(40)}`
const ZERO_WORD = word(0n)
/** Bit 0 pauses registration in the coordinator. */
const PAUSED_REGISTER = 1n

/** True when the coordinator knows a BLS key of the operator: then it ignores a proof. */
export const hasBoundKey = ({ boundKey }: CoordinatorRegistrar): boolean => boundKey !== ZERO_WORD

/** All reasons for which the registrar would refuse; with an approval of the churn approver, a full set is none. */
export function registrarProblems(
  registrar: Registrar,
  wish: RegistrarWish,
  head: ChainHead,
  hasApproval: boolean,
): readonly Problem[] {
  const others = otherAvs(registrar, wish)
  if (registrar.kind === 'keyed') return [...others, ...keyedProblems(registrar, wish)]
  // What the registries say of a quorum that does not exist means nothing.
  const quorums = registrar.quorums.filter(({ number }) => number < registrar.quorumCount)
  return [
    ...paused(registrar),
    ...others,
    ...keyProblems(registrar, wish),
    ...quorumProblems(registrar, wish),
    ...cooldownProblems(registrar, head),
    ...quorums.flatMap(stakeProblems),
    ...(hasApproval ? [] : quorums.flatMap(roomProblems)),
  ]
}

function paused({ at, pausedBits }: CoordinatorRegistrar): Problem[] {
  if ((pausedBits & PAUSED_REGISTER) === 0n) return []
  const message = `the registrar ${at} of the AVS has paused registrations`
  return [{ code: 'paused', message, hint: 'wait until its owners unpause it; the AVS announces that in its channels' }]
}

function otherAvs({ at, supportsAvs }: Registrar, { avs }: RegistrarWish): Problem[] {
  if (supportsAvs !== false) return []
  const message = `the registrar ${at} says that it does not serve AVS ${avs}`
  return [{ code: 'contracts_disagree', message, hint: 'ask the AVS: its own contracts contradict each other' }]
}

function keyProblems({ boundKey, keyOwner }: CoordinatorRegistrar, { operator, operatorId }: RegistrarWish): Problem[] {
  if (operatorId === null) return []
  if (boundKey !== ZERO_WORD && boundKey !== operatorId) {
    const message = `this AVS has bound the operator to BLS key ${boundKey} for ever; operator id ${operatorId} is another`
    const hint = 'leave --operator-id out: the contract uses the key that it knows'
    return [{ code: 'bls_key_taken', message, hint }]
  }
  if (keyOwner === ZERO_ADDRESS || keyOwner === operator) return []
  const message = `the BLS key ${operatorId} belongs to operator ${keyOwner} at this AVS, for ever`
  return [{ code: 'bls_key_taken', message, hint: 'use another BLS key: one for each operator and AVS' }]
}

function quorumProblems(registrar: CoordinatorRegistrar, { operatorSets }: RegistrarWish): Problem[] {
  const { bitmap, quorumCount } = registrar
  const beyond = beyondQuorums(operatorSets)
  const missing = operatorSets.filter((id) => !beyond.includes(id) && id >= quorumCount)
  const there = operatorSets.filter((id) => !beyond.includes(id) && ((bitmap >> BigInt(id)) & 1n) === 1n)
  return [
    ...beyond.map((id): Problem => {
      const message = `operator set ${id} is beyond what its registrar can have: it would take it for set ${id & 0xff}`
      return { code: 'operator_set_unknown', message, hint: 'ask the AVS: no operator can register for that set' }
    }),
    ...missing.map((id): Problem => {
      const message = `the registrar has no quorum ${id}: it has ${quorumCount}, numbered from 0`
      return { code: 'operator_set_unknown', message, hint: 'ask the AVS: its own contracts contradict each other' }
    }),
    ...there.map((id): Problem => {
      const message = `the registrar has the operator in quorum ${id} already`
      return { code: 'already_registered', message, hint: 'leave that set out of --operator-sets' }
    }),
  ]
}

function cooldownProblems({ cooldown, lastEjection }: CoordinatorRegistrar, { block }: ChainHead): Problem[] {
  if (lastEjection === 0n) return []
  // The contract compares with <: at the very second of the end it still refuses.
  const end = Number(lastEjection + cooldown) as UnixSeconds
  if (end < block.timestamp) return []
  const wait = duration(end + 1 - block.timestamp)
  const message = `the operator was ejected at ${utc(Number(lastEjection) as UnixSeconds)} and may return after ${utc(end)}, in ${wait}`
  return [{ code: 'cooldown', message, hint: 'build the request again after that time' }]
}

const amount = (value: bigint): string => `${formatEther(value)} (${value} in units of 10^-18)`

function stakeProblems({ number, weight, minimum, countsSlashable }: RegistrarQuorum): Problem[] {
  if (weight === null || minimum === null || weight >= minimum) return []
  const what = countsSlashable ? 'allocated stake' : 'stake'
  const message = `operator set ${number} asks for ${what} of ${amount(minimum)}; the operator has ${amount(weight)}`
  const more = formatEther(minimum - weight)
  const hint = countsSlashable
    ? `${more} more must be allocated to that set first: ${buildCommand('modify-allocations')}, and its delay waited for`
    : `${more} more must be delegated to the operator, in the strategies of that set`
  return [{ code: 'stake_below_minimum', message, hint }]
}

function roomProblems({ number, operators, maximum }: RegistrarQuorum): Problem[] {
  if (operators === null || maximum === null || operators < maximum) return []
  const message = `operator set ${number} is full: ${grouped(operators)} of at most ${grouped(maximum)} operators`
  const hint = 'wait for room, or ask the AVS for a churn approval and give it with --churn-approval'
  return [{ code: 'quorum_full', message, hint }]
}

function keyedProblems({ allowed, keyRegistrar, keys }: KeyedRegistrar, wish: RegistrarWish): Problem[] {
  const missing = keys.filter(({ hasKey }) => !hasKey)
  const problems: Problem[] = []
  if (allowed === false) {
    const message = 'the AVS admits operators on its allow-list only, and this operator is not on it'
    const hint = 'ask the AVS to add the operator, then build the request again'
    problems.push({ code: 'operator_not_allowlisted', message, hint })
  }
  return [...problems, ...missing.map((key) => keyMissing(keyRegistrar, wish, key))]
}

/** The kinds that register a key, by the curve as the KeyRegistrar numbers it. */
const keyKinds = new Map([
  [1, 'register-key-ecdsa'],
  [2, 'register-key-bn254'],
] as const)

function keyMissing(keyRegistrar: Address, { avs, operator }: RegistrarWish, { id, curve }: SetKey): Problem {
  const message = `the KeyRegistrar has no key of the operator for operator set ${id}`
  const kind = keyKinds.get(curve as 1 | 2)
  const flags = {
    ...{ '--avs-address': avs, '--operator-set-id': id },
    ...{ '--key-registrar': keyRegistrar, '--operator': operator },
  }
  const hint =
    kind === undefined
      ? 'ask the AVS which keys that set takes: the KeyRegistrar does not know'
      : `register a key first: ${buildCommand(kind, flags)}`
  return { code: 'set_key_missing', message, hint }
}
