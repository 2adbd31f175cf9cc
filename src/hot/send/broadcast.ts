// Handing a signed transaction to the nodes.
//
// Safe at any moment: the transactions are fixed, so sending one twice changes nothing. Every node gets every transaction, and
// one that takes it is enough.
import { hang, say } from '../../local/terminal.ts'
import { AirlockError, refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { gwei } from '../../shared/base/units.ts'
import type { Rpc } from '../rpc/rpc.ts'
import type { Nodes } from '../rpc/nodes.ts'
import type { AssembledTransaction } from '../verify/verify.ts'
import { hasItAlready, isNonceUsed, otherNode, remedyFor, type Sending } from './broadcast-remedies.ts'

const DOING = 'sending'

/**
 * The first rung that the base fee lets in.
 *
 * @throws AirlockError broadcast_refused when the base fee is above every rung
 */
export function firstRung(rungs: readonly AssembledTransaction[], baseFee: bigint): number {
  const index = rungs.findIndex(({ fees }) => fees.maxFeePerGas >= baseFee)
  if (index >= 0) return index
  const highest = rungs.at(-1)?.fees.maxFeePerGas ?? 0n
  const seen = `the base fee is ${gwei(baseFee)}, above the ${gwei(highest)} of the highest rung signed`
  throw refusal(
    DOING,
    'broadcast_refused',
    seen,
    'wait until it falls and run again, or build a request with a higher --gas-price',
  )
}

/**
 * Broadcasts one transaction through all nodes; those that do not take it are named.
 *
 * @throws AirlockError broadcast_refused, or that of the connection, when no node takes it
 */
export async function broadcast(nodes: Nodes, transaction: AssembledTransaction, sending: Sending): Promise<void> {
  const refused = await offer(nodes, transaction, sending)
  const [first, ...rest] = refused
  if (first === undefined) return
  if (refused.length === nodes.all.length) {
    const others = rest.flatMap(({ problems }) => problems)
    throw others.length === 0 ? first : new AirlockError(DOING, [...first.problems, ...others])
  }
  for (const { message } of refused.flatMap(({ problems }) => problems)) say(hang('Note: ', message))
}

/** Offers a transaction to all nodes and gives what those said that did not take it. */
export async function offer(
  nodes: Nodes,
  transaction: AssembledTransaction,
  sending: Sending,
): Promise<readonly AirlockError[]> {
  const said = await nodes.each((rpc) => offerTo(rpc, transaction, sending))
  return said.flatMap(({ value }) => (value === null ? [] : [value]))
}

async function offerTo(rpc: Rpc, transaction: AssembledTransaction, sending: Sending): Promise<AirlockError | null> {
  const { raw, hash } = transaction
  try {
    const [answer] = await rpc.batch([{ method: 'eth_sendRawTransaction', params: [raw] }])
    if (answer === undefined) throw rpc.refused('eth_sendRawTransaction', answer)
    if ('result' in answer) return null
    const { error } = answer
    // A node that has it already, from a run before this one, is no failure.
    if (hasItAlready(error)) return null
    // A try whose answer got lost can have been mined before the next one.
    if (isNonceUsed(error) && (await rpc.ask('eth_getTransactionByHash', [hash])) !== null) return null
    const remedy = remedyFor(error, transaction, sending)
    const means = remedy === null ? '' : `: ${remedy.means}`
    const seen = `${rpc.host} did not take the transaction: ${quote(error.message)}${means}`
    return refusal(DOING, 'broadcast_refused', seen, remedy?.hint ?? otherNode(sending))
  } catch (error) {
    if (error instanceof AirlockError) return error
    throw error
  }
}
