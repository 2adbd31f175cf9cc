// What the contract would do with the transaction: eth_call from its sender on every node, the revert in plain words.
//
// Out of gas inside a call comes back like a precompile that fails: without a reason. The two are told apart by calling again
// with as much as a transaction may have. Only a call that carries points of BN254 can fail for one of them.
import type { Hex } from 'viem'
import { parseTransaction } from 'viem'
import type { BuildKind } from '../../shared/base/commands.ts'
import type { Code } from '../../shared/base/error-codes.ts'
import { AirlockError, refusal, type Problem } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import { grouped } from '../../shared/base/units.ts'
import { MAX_GAS_LIMIT } from '../../shared/chain/transaction.ts'
import { explainRevert } from './reverts.ts'
import type { Nodes } from '../rpc/nodes.ts'
import { estimates, tryCall, type Place, type TriedCall } from '../rpc/try-call.ts'
import type { MinedTransaction } from './receipt.ts'
import type { AssembledTransaction } from './verify.ts'

/** What is known of a call beside its bytes, and how its revert is reported. */
export interface Reported {
  readonly code: Code
  /** Whether it carries points of BN254. */
  readonly points: boolean
  /** Of the request that makes it, for the commands of a remedy. */
  readonly kind: BuildKind
}

/**
 * Calls the contract as the transaction would, with the gas that is signed.
 *
 * @param places states that all nodes have, in the order in which they are tried
 * @returns the revert as a problem with this code, out_of_gas where more gas would do, or null when the call succeeds
 * @throws AirlockError rpc_refused when a node could not simulate, rpc_disagree, and those of the connection
 */
export async function simulate(
  nodes: Nodes,
  from: Address,
  { raw }: AssembledTransaction,
  places: readonly Place[],
  reported: Reported,
): Promise<Problem | null> {
  const { to, data, gas } = parseTransaction(raw)
  return simulateCall(nodes, { from, to, data, gas: toHex(gas ?? 0n) }, places, reported)
}

const toHex = (value: bigint | number): Hex => `0x${value.toString(16)}`

/** The same for a call that is in no transaction of ours; without its own gas a node gives it as much as it has. */
export async function simulateCall(
  nodes: Nodes,
  call: TriedCall,
  places: readonly Place[],
  reported: Reported,
): Promise<Problem | null> {
  const what = 'the simulation of the transaction'
  const outcome = await tryCall(nodes, what, call, places)
  if ('result' in outcome) return null
  const limit = Number(call.gas ?? MAX_GAS_LIMIT)
  if (limit < MAX_GAS_LIMIT) {
    const again = await tryCall(nodes, what, { ...call, gas: toHex(MAX_GAS_LIMIT) }, places)
    if ('result' in again) return outOfGas(limit, await needOf(nodes, call, places), reported.points)
  }
  return revertProblem(outcome.revert.data ?? '0x', reported)
}

/** A revert as a problem. */
export function revertProblem(data: Hex, { code, points, kind }: Reported): Problem {
  const { name, says, remedy } = explainRevert(data, points, kind)
  return { code, message: `${name}: ${says}`, hint: remedy }
}

/** The problem of a call that more gas would carry through. */
export function outOfGas(limit: number, need: number | null, points: boolean): Problem {
  const needs = need === null ? 'with more gas it succeeds' : `it needs about ${grouped(need)}`
  const message = `out of gas: the limit is ${grouped(limit)}, and ${needs}; no ${points ? 'point and no argument' : 'argument'} is at fault`
  const hint =
    'build the request again without `--gas-limit`, so that the limit follows from what the call needs now, and sign it'
  return { code: 'out_of_gas', message, hint }
}

/** The highest estimate of a call's need; null where no node gives one. */
async function needOf(
  nodes: Nodes,
  { gas: _gas, ...call }: TriedCall,
  places: readonly Place[],
): Promise<number | null> {
  const said = await estimates(nodes, call, places)
  const needs = said.flatMap(({ value }) => ('gas' in value ? [value.gas] : []))
  return needs.length === 0 ? null : Math.max(...needs)
}

/** The refusal for a call that would revert, with everything else that is known to be wrong. */
export function wouldRevert(revert: Problem, reasons: readonly Problem[]): AirlockError {
  return new AirlockError('simulating the transaction', [revert, ...reasons])
}

/** From this share of the limit on, a call that failed may have failed for want of gas: a 64th is kept back at each depth. */
const NEARLY_ALL = 0.9

/** The refusal for a transaction that was mined and reverted: its nonce is gone, its salt is not. */
export function didRevert(
  revert: Problem | null,
  { transaction: { hash }, gasUsed }: Pick<MinedTransaction, 'transaction' | 'gasUsed'>,
  limit: number,
): AirlockError {
  const burnt = `it used ${grouped(gasUsed)} gas of its limit of ${grouped(limit)}`
  const used = `transaction ${hash} was mined and reverted; ${burnt}; its nonce is used up, the salt is not`
  const hint = 'mend the cause, then build and sign a new request'
  if (revert !== null)
    return new AirlockError('confirming', [{ code: 'transaction_reverted', message: used, hint }, revert])
  const why = gasUsed >= limit * NEARLY_ALL ? 'it ran out of gas, by what it used' : 'it did not run out of gas'
  return refusal(
    'confirming',
    'transaction_reverted',
    `${used}; called again with the same gas it would succeed: ${why}`,
    hint,
  )
}
