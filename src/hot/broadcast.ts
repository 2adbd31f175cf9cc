// Getting one of the rungs mined: find out what happened before, send the lowest that will do, bump, wait.
//
// Safe at any moment: the transactions are fixed, so sending one twice changes nothing, and a second run asks after all
// rungs first. All waits are bounded.
import { setTimeout as pause } from 'node:timers/promises'
import { Progress } from '../local/terminal.ts'
import { refusal } from '../shared/errors.ts'
import type { UnsignedRequest } from '../shared/request.ts'
import { quote } from '../shared/quote.ts'
import { gwei } from '../shared/units.ts'
import { whereabouts, type MinedTransaction, type Whereabouts } from './receipt.ts'
import type { Rpc } from './rpc.ts'
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
 * Refuses when the nonce of the request cannot be the next to be mined.
 *
 * @throws AirlockError nonce_used, nonce_gap
 */
export function checkNonce({ operation, transaction }: UnsignedRequest, { nonce }: Whereabouts): void {
  if (nonce > transaction.nonce) {
    const seen = `nonce ${transaction.nonce} of ${operation.operator} was used by another transaction; the next is ${nonce}`
    throw refusal(
      DOING,
      'nonce_used',
      seen,
      'see what that was; `airlock-hot build register` says whether anything is left to do',
    )
  }
  if (nonce < transaction.nonce) {
    const seen = `the request has nonce ${transaction.nonce}, and nonce ${nonce} of ${operation.operator} is still unused`
    throw refusal(DOING, 'nonce_gap', seen, 'send the transactions before it first, or build the request again')
  }
}

/**
 * Broadcasts one transaction.
 *
 * @throws AirlockError broadcast_refused when the node does not take it
 */
export async function broadcast(rpc: Rpc, { raw }: AssembledTransaction): Promise<void> {
  const [answer] = await rpc.batch([{ method: 'eth_sendRawTransaction', params: [raw] }])
  if (answer === undefined) throw rpc.refused('eth_sendRawTransaction', answer)
  // A node that has it already, from a run before this one, is no failure.
  if ('result' in answer || /already known|already imported|alreadyexists/i.test(answer.error.message)) return
  const seen = `${rpc.host} did not take the transaction: ${quote(answer.error.message)}`
  throw refusal(DOING, 'broadcast_refused', seen, 'mend the cause and run the same command again')
}

/**
 * Waits until a rung is mined and confirmed, bumping to the next rung when its time is up.
 *
 * @param sent the highest rung broadcast so far
 * @throws AirlockError not_mined when the time is over
 */
export async function waitMined(
  rpc: Rpc,
  request: UnsignedRequest,
  rungs: readonly AssembledTransaction[],
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
      const { mined, head } = await whereabouts(rpc, request.operation.operator, rungs)
      const confirmed = mined === null ? 0 : head - mined.block + 1
      if (mined !== null && confirmed >= patience.confirmations) return mined
      const what =
        mined === null
          ? `rung ${rung + 1} of ${rungs.length} sent, not mined yet`
          : `${confirmed} of ${patience.confirmations} confirmations`
      progress.update(`${what}, ${Math.floor(seconds())} s`)
      if (seconds() > patience.wait) throw notMined(patience, mined, confirmed)
      const next = rungs[rung + 1]
      if (mined === null && next !== undefined && seconds() > bumpAt) {
        await broadcast(rpc, next)
        rung += 1
        progress.end(`Sent rung ${rung + 1} of ${rungs.length}: ${next.hash}`)
        bumpAt = seconds() + patience.bumpAfter
      }
      await pause(POLL_MS)
    }
  } finally {
    progress.end()
  }
}

function notMined({ wait, confirmations }: Patience, mined: MinedTransaction | null, confirmed: number): Error {
  const seen =
    mined === null
      ? 'the transaction is not mined'
      : `the transaction has ${confirmed} of ${confirmations} confirmations`
  return refusal(
    DOING,
    'not_mined',
    `after ${wait} seconds ${seen}`,
    'run the same command again: it goes on from here',
  )
}
