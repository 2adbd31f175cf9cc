// What the contract would do with the transaction: eth_call from the operator on every node, the revert in plain words.
import type { Hex } from 'viem'
import { parseTransaction } from 'viem'
import type { Code } from '../../shared/base/error-codes.ts'
import { AirlockError, refusal, type Problem } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import { explainRevert } from './reverts.ts'
import type { Nodes } from '../rpc/nodes.ts'
import type { BlockReference } from '../rpc/reader.ts'
import { isRevert } from '../rpc/rpc-faults.ts'
import type { AssembledTransaction } from './verify.ts'

/**
 * Calls the contract as the transaction would.
 *
 * @param at a block by its hash or number, so that all nodes speak of the same state
 * @returns the revert as a problem with this code, or null when the call succeeds
 * @throws AirlockError rpc_refused when a node could not simulate, rpc_disagree, and those of the connection
 */
export async function simulate(
  nodes: Nodes,
  from: Address,
  { raw }: AssembledTransaction,
  at: Hex | BlockReference,
  code: Code,
): Promise<Problem | null> {
  const { to, data, gas } = parseTransaction(raw)
  return simulateCall(nodes, { from, to, data, gas: `0x${(gas ?? 0n).toString(16)}` }, at, code)
}

/** A call for eth_call. */
export interface SimulatedCall {
  readonly from: Address
  readonly to: string | null | undefined
  readonly data: Hex | undefined
  readonly gas?: Hex
}

/** The same for a call that is in no transaction of ours. */
export async function simulateCall(
  nodes: Nodes,
  call: SimulatedCall,
  at: Hex | BlockReference,
  code: Code,
): Promise<Problem | null> {
  const what = 'the simulation of the transaction'
  const [answer] = await nodes.agreed([{ method: 'eth_call', params: [call, at], name: what }])
  if (answer !== undefined && 'result' in answer) return null
  if (answer === undefined || !isRevert(answer.error)) throw nodes.all[0].refused(what, answer)
  const { name, says, remedy } = explainRevert(answer.error.data ?? '0x')
  return { code, message: `${name}: ${says}`, hint: remedy }
}

/** The refusal for a call that would revert, with everything else that is known to be wrong. */
export function wouldRevert(revert: Problem, reasons: readonly Problem[]): AirlockError {
  return new AirlockError('simulating the transaction', [revert, ...reasons])
}

/** The refusal for a transaction that was mined and reverted: its nonce is gone, its salt is not. */
export function didRevert(revert: Problem | null, hash: string): AirlockError {
  const used = `transaction ${hash} was mined and reverted; its nonce is used up, the salt is not`
  const hint = 'mend the cause, then build and sign a new request'
  if (revert === null)
    return refusal('confirming', 'transaction_reverted', `${used}; called again now it would succeed`, hint)
  return new AirlockError('confirming', [{ code: 'transaction_reverted', message: used, hint }, revert])
}
