// What the contract would do with the transaction now: eth_call from the operator, the revert in plain words.
import type { Hex } from 'viem'
import { parseTransaction } from 'viem'
import { AirlockError, refusal, type Code, type Problem } from '../shared/errors.ts'
import type { Address } from '../shared/fields.ts'
import { isRevert } from './reader.ts'
import { explainRevert } from './reverts.ts'
import type { Rpc } from './rpc.ts'
import type { AssembledTransaction } from './verify.ts'

/**
 * Calls the contract as the transaction would.
 *
 * @param at a block tag or number
 * @returns the revert as a problem with this code, or null when the call succeeds
 * @throws AirlockError rpc_refused when the node could not simulate, and those of the connection
 */
export async function simulate(
  rpc: Rpc,
  from: Address,
  { raw }: AssembledTransaction,
  at: Hex | 'latest',
  code: Code,
): Promise<Problem | null> {
  const { to, data, gas } = parseTransaction(raw)
  const call = { from, to, data, gas: `0x${(gas ?? 0n).toString(16)}` }
  const [answer] = await rpc.batch([{ method: 'eth_call', params: [call, at] }])
  if (answer === undefined) throw rpc.refused('eth_call', answer)
  if ('result' in answer) return null
  if (!isRevert(answer.error)) throw rpc.refused('eth_call', answer)
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
