// airlock-hot build register-with-stake-registry, update-signing-key, deregister-from-stake-registry: their preflight, and the
// state after.
//
// Follows ECDSAStakeRegistry.sol in eigenlayer-middleware at b42aa0b, and the AVSDirectory behind it, in the order of their
// checks. A weight below the minimum refuses nobody; it counts as none, and is said.
import { buildCommand } from '../../shared/base/commands.ts'
import { randomBytes } from 'node:crypto'
import { bytesToHex, formatEther } from 'viem'
import type { Problem } from '../../shared/base/errors.ts'
import type { Address, Bytes32 } from '../../shared/base/fields.ts'
import type { DeregisterFromStakeRegistryOperation } from '../../shared/operations/deregister-from-stake-registry.ts'
import {
  stakeRegistryGas,
  type RegisterWithStakeRegistryOperation,
} from '../../shared/operations/register-with-stake-registry.ts'
import type { UpdateSigningKeyOperation } from '../../shared/operations/update-signing-key.ts'
import type { StakeRegistryFields } from '../../shared/operation-parts/stake-registry.ts'
import { build, type BuildOptions } from '../build/build.ts'
import { operatorProblems } from '../eigenlayer/delegation-state.ts'
import { statusName } from '../m2/membership.ts'
import { notDone, type HotOperation, type Outcome } from '../build/outcome.ts'
import type { Reader } from '../rpc/reader.ts'
import { operatorStatus } from '../m2/registration-state.ts'
import {
  chosenStakeRegistry,
  readStakeRegistry,
  type StakeRegistryOptions,
  type StakeRegistryState,
} from './stake-registry-state.ts'

export interface LeaveOptions extends StakeRegistryOptions, BuildOptions {}

export interface SigningKeyOptions extends LeaveOptions {
  readonly signingKey: Address
}

export interface JoinOptions extends SigningKeyOptions {
  readonly salt?: Bytes32
}

/** Builds a registration and writes it. */
export async function buildRegisterWithStakeRegistry(options: JoinOptions): Promise<void> {
  const contractsOn = chosenStakeRegistry(options)
  const { operator, signingKey } = options
  const salt = options.salt ?? (bytesToHex(randomBytes(32)) as Bytes32)
  await build(options, async ({ head, reader, expiry }) => {
    const fields = { operator, signingKey, ...contractsOn(head.chainId) }
    const state = await readStakeRegistry(reader, head.chainId, { ...fields, signature: { salt, expiry } })
    const { avsDirectory, domainVersion } = state
    const operatorSignature = { avsDirectory, domainVersion, salt, signer: null }
    return {
      operation: { kind: 'register-with-stake-registry', ...fields, operatorSignature },
      problems: joinProblems(state, operator, salt),
      gas: { need: stakeRegistryGas(state.strategies.length) },
      remarks: weightRemarks(state),
    }
  })
}

/** Builds a change of the signing key and writes it. */
export async function buildUpdateSigningKey(options: SigningKeyOptions): Promise<void> {
  const contractsOn = chosenStakeRegistry(options)
  const { operator, signingKey } = options
  await build(options, async ({ head, reader }) => {
    const fields = { operator, signingKey, ...contractsOn(head.chainId) }
    const state = await readStakeRegistry(reader, head.chainId, { ...fields, signature: null })
    const same = state.signingKey === signingKey
    return {
      operation: { kind: 'update-signing-key', ...fields },
      problems: memberProblems(state, operator),
      remarks: same ? [`${signingKey} is the signing key already: the transaction would change nothing`] : [],
    }
  })
}

/** Builds a deregistration and writes it. */
export async function buildDeregisterFromStakeRegistry(options: LeaveOptions): Promise<void> {
  const contractsOn = chosenStakeRegistry(options)
  const { operator } = options
  await build(options, async ({ head, reader }) => {
    const fields = { operator, ...contractsOn(head.chainId) }
    const state = await readStakeRegistry(reader, head.chainId, { ...fields, signature: null })
    const enrolled = state.challengers ?? []
    const remark = `the operator is enrolled with challengers ${enrolled.join(', ')}: the AVS refuses until startUnenrollment was called for each and its delay has passed`
    return {
      operation: { kind: 'deregister-from-stake-registry', ...fields },
      problems: leaveProblems(state, operator),
      remarks: enrolled.length === 0 ? [] : [remark],
    }
  })
}

/** Bit 0 pauses registration and deregistration in the AVSDirectory. */
const PAUSED = 1n

function pausedProblems({ directoryPaused }: StakeRegistryState, what: string): Problem[] {
  if ((directoryPaused & PAUSED) === 0n) return []
  const hint = 'wait until its owners unpause it; EigenLayer announces that'
  return [{ code: 'paused', message: `the AVSDirectory has paused ${what}`, hint }]
}

/** Every reason why registerOperatorWithSignature would revert. */
function joinProblems(state: StakeRegistryState, operator: Address, salt: Bytes32): readonly Problem[] {
  const problems: Problem[] = []
  if (state.registered) {
    const hint = `change its signing key with ${buildCommand('update-signing-key')}, or leave first`
    problems.push({ code: 'already_registered', message: `${operator} is registered with this AVS already`, hint })
  }
  problems.push(...pausedProblems(state, 'registrations'))
  if (!state.registered && state.avsStatus === operatorStatus.registered) {
    const message = 'the AVSDirectory has the operator registered with this AVS, while its registry has not'
    const hint = 'ask the AVS: only it can deregister the operator there'
    problems.push({ code: 'already_registered', message, hint })
  }
  if (state.saltSpent) {
    const message = `the salt ${salt} is spent: it counts for all AVSs of an operator together`
    problems.push({ code: 'salt_spent', message, hint: 'leave --salt out: a random one is made' })
  }
  return [...problems, ...operatorProblems(state.isOperator, operator)]
}

/** Every reason why updateOperatorSigningKey would revert. */
function memberProblems({ registered }: StakeRegistryState, operator: Address): readonly Problem[] {
  if (registered) return []
  const hint = `compare --operator and the AVS; register with ${buildCommand('register-with-stake-registry')}`
  return [{ code: 'not_registered', message: `${operator} is not registered with this AVS`, hint }]
}

/** Every reason why deregisterOperator would revert. */
function leaveProblems(state: StakeRegistryState, operator: Address): readonly Problem[] {
  const problems = [...memberProblems(state, operator), ...pausedProblems(state, 'deregistrations')]
  if (state.registered && state.avsStatus !== operatorStatus.registered) {
    const message =
      'the registry has the operator registered, while the AVSDirectory has not: it can leave nothing there'
    problems.push({ code: 'not_registered', message, hint: 'ask the AVS' })
  }
  return problems
}

const amount = (value: bigint): string => `${formatEther(value)} (${value} in units of 10^-18)`

const BPS = 10_000n

/** What the stake is worth to the AVS, in numbers. */
function weightRemarks({ minimumWeight, strategies }: StakeRegistryState): readonly string[] {
  const weighed = strategies.reduce((sum, { shares, multiplier }) => sum + shares * multiplier, 0n) / BPS
  if (weighed >= minimumWeight && weighed > 0n) return [`the operator's weight is ${amount(weighed)}`]
  const names = strategies.map(({ strategy }) => strategy).join(', ')
  if (minimumWeight === 0n) return [`the operator has no stake in the strategies of this AVS: ${names}`]
  return [
    `the operator's weight is ${amount(weighed)}, the minimum is ${amount(minimumWeight)}: it would be registered and count for nothing until ${formatEther(minimumWeight - weighed)} more is delegated to it, in the strategies ${names}`,
  ]
}

type AnyFields = StakeRegistryFields & { readonly operator: Address }

/** What the registry and the AVSDirectory say afterwards. */
async function outcomeOf(
  reader: Reader,
  chainId: number,
  fields: AnyFields,
  refused: (state: StakeRegistryState) => string | null,
): Promise<Outcome> {
  const state = await readStakeRegistry(reader, chainId, { ...fields, signature: null })
  const { registered, signingKey, avsStatus, weight } = state
  const seen = refused(state)
  return {
    facts: [
      { name: 'operator', value: fields.operator },
      { name: 'stake registry', value: registered ? 'REGISTERED' : 'NOT REGISTERED' },
      { name: 'AVSDirectory', value: statusName(avsStatus) },
      { name: 'signing key', value: signingKey ?? 'not told' },
      { name: 'weight', value: formatEther(weight) },
    ],
    json: { registered, avsOperatorStatus: statusName(avsStatus), signingKey, weight: weight.toString() },
    refused: seen === null ? null : notDone(seen),
  }
}

const otherKey = ({ signingKey }: StakeRegistryState, signed: Address): string | null =>
  signingKey === null || signingKey === signed ? null : `the signing key is ${signingKey}, not ${signed}`

/** The registration on chain. */
export const registerWithStakeRegistryOnChain: HotOperation<RegisterWithStakeRegistryOperation> = {
  problems: async ({ head, reader, expiry }, fields) => {
    const { salt } = fields.operatorSignature
    const wish = { ...fields, signature: { salt, expiry } }
    return joinProblems(await readStakeRegistry(reader, head.chainId, wish), fields.operator, salt)
  },
  outcome: (reader, fields, _, { request }) =>
    outcomeOf(reader, request.chainId, fields, (state) =>
      state.registered && state.avsStatus === operatorStatus.registered
        ? otherKey(state, fields.signingKey)
        : `${fields.operator} is not registered with the registry and the AVSDirectory`,
    ),
}

/** The change of a signing key on chain. */
export const updateSigningKeyOnChain: HotOperation<UpdateSigningKeyOperation> = {
  problems: async ({ head, reader }, fields) =>
    memberProblems(await readStakeRegistry(reader, head.chainId, { ...fields, signature: null }), fields.operator),
  outcome: (reader, fields, _, { request }) =>
    outcomeOf(reader, request.chainId, fields, (state) => otherKey(state, fields.signingKey)),
}

/** The deregistration on chain. */
export const deregisterFromStakeRegistryOnChain: HotOperation<DeregisterFromStakeRegistryOperation> = {
  problems: async ({ head, reader }, fields) =>
    leaveProblems(await readStakeRegistry(reader, head.chainId, { ...fields, signature: null }), fields.operator),
  outcome: (reader, fields, _, { request }) =>
    outcomeOf(reader, request.chainId, fields, (state) =>
      state.registered || state.avsStatus === operatorStatus.registered
        ? `${fields.operator} is still registered`
        : null,
    ),
}
