// Getting one of the rungs mined: find out what happened before, send the lowest that will do, bump, wait.
//
// Safe at any moment: the transactions are fixed, so sending one twice changes nothing, and a second run asks after all
// rungs first. All waits are bounded. Every node gets every transaction, and one that takes it is enough.
import { setTimeout as pause } from 'node:timers/promises'
import { hang, Progress, say } from '../local/terminal.ts'
import { AirlockError, refusal } from '../shared/errors.ts'
import type { UnsignedRequest } from '../shared/request.ts'
import { quote } from '../shared/quote.ts'
import { gwei } from '../shared/units.ts'
import type { Following } from './following.ts'
import { accountOf } from './journal-request.ts'
import { whereabouts, type MinedTransaction } from './receipt.ts'
import type { Rpc } from './rpc.ts'
import type { Nodes } from './nodes.ts'
import type { AssembledTransaction } from './verify.ts'

export interface Patience {
  /** Blocks on top of each other, the transaction's own included. */
  readonly confirmations: number
  /** Seconds until a rung that is not mined is followed by the next. */
  readonly bumpAfter: number
  /** Seconds in all. */
  readonly wait: number
}

const POLL_MS = 500
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
export async function broadcast(nodes: Nodes, transaction: AssembledTransaction): Promise<void> {
  const refused = await offer(nodes, transaction)
  const [first, ...rest] = refused
  if (first === undefined) return
  if (refused.length === nodes.all.length) {
    const others = rest.flatMap(({ problems }) => problems)
    throw others.length === 0 ? first : new AirlockError(DOING, [...first.problems, ...others])
  }
  for (const { message } of refused.flatMap(({ problems }) => problems)) say(hang('Note: ', message))
}

/** Offers a transaction to all nodes and gives what those said that did not take it. */
export async function offer(nodes: Nodes, transaction: AssembledTransaction): Promise<readonly AirlockError[]> {
  const said = await nodes.each((rpc) => offerTo(rpc, transaction))
  return said.flatMap(({ value }) => (value === null ? [] : [value]))
}

async function offerTo(rpc: Rpc, { raw, hash }: AssembledTransaction): Promise<AirlockError | null> {
  try {
    const [answer] = await rpc.batch([{ method: 'eth_sendRawTransaction', params: [raw] }])
    if (answer === undefined) throw rpc.refused('eth_sendRawTransaction', answer)
    if ('result' in answer) return null
    const { message } = answer.error
    // A node that has it already, from a run before this one, is no failure.
    if (/already known|already imported|alreadyexists/i.test(message)) return null
    // A try whose answer got lost can have been mined before the next one.
    if (/nonce.{0,12}low/i.test(message) && (await rpc.ask('eth_getTransactionByHash', [hash])) !== null) return null
    const seen = `${rpc.host} did not take the transaction: ${quote(message)}`
    return refusal(DOING, 'broadcast_refused', seen, 'mend the cause and run the same command again')
  } catch (error) {
    if (error instanceof AirlockError) return error
    throw error
  }
}

/**
 * Waits until a rung is mined and confirmed, bumping to the next rung when its time is up; what is dropped or reorganised
 * meanwhile is explained and sent again.
 *
 * @param following what is told of each look, and sends
 * @param sent the highest rung broadcast so far
 * @throws AirlockError not_mined when the time is over, nonce_used, rpc_disagree
 */
export async function waitMined(
  nodes: Nodes,
  request: UnsignedRequest,
  rungs: readonly AssembledTransaction[],
  following: Following,
  sent: number,
  patience: Patience,
): Promise<MinedTransaction> {
  const progress = new Progress()
  const started = performance.now()
  const seconds = (): number => (performance.now() - started) / 1000
  let rung = sent
  let bumpAt = patience.bumpAfter
  try {
    for (;;) {
      const seen = await whereabouts(nodes, accountOf(request), rungs)
      const { mined, head, divided } = seen
      await following.look(seen, rung, (text) => progress.end(hang('Note: ', text)))
      const confirmed = mined === null ? 0 : head - mined.block + 1
      if (mined !== null && confirmed >= patience.confirmations) return mined
      const what =
        mined === null
          ? (divided ?? `rung ${rung + 1} of ${rungs.length} sent, not mined yet`)
          : `${confirmed} of ${patience.confirmations} confirmations`
      progress.update(`${what}, ${Math.floor(seconds())} s`)
      if (seconds() > patience.wait) throw notMined(patience, mined, confirmed, divided)
      const next = rungs[rung + 1]
      if (mined === null && divided === null && next !== undefined && seconds() > bumpAt) {
        rung += 1
        const refused = await following.offered(rung, 'bumped')
        const sent = `Sent rung ${rung + 1} of ${rungs.length}: ${next.hash}`
        progress.end(refused === null ? sent : hang('Note: ', refused))
        bumpAt = seconds() + patience.bumpAfter
      }
      await pause(POLL_MS)
    }
  } finally {
    progress.end()
  }
}

function notMined(
  { wait, confirmations }: Patience,
  mined: MinedTransaction | null,
  confirmed: number,
  divided: string | null,
): Error {
  const not = divided === null ? 'the transaction is not mined' : `the nodes do not say the same: ${divided}`
  const seen = mined === null ? not : `the transaction has ${confirmed} of ${confirmations} confirmations`
  return refusal(
    DOING,
    'not_mined',
    `after ${wait} seconds ${seen}`,
    'run the same command again: it goes on from here',
  )
}
