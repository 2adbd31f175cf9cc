// Waiting for one of the rungs to be mined: look, bump when its time is up, explain what happens meanwhile.
//
// A second run asks after all rungs first and goes on from there. All waits are bounded.
import { setTimeout as pause } from 'node:timers/promises'
import { hang, Progress } from '../../local/terminal.ts'
import { refusal } from '../../shared/base/errors.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'
import type { Following } from './following.ts'
import { accountOf } from '../journal/journal-request.ts'
import type { Nodes } from '../rpc/nodes.ts'
import { whereabouts, type MinedTransaction } from '../verify/receipt.ts'
import type { AssembledTransaction } from '../verify/verify.ts'

/** How long a transaction is waited for. */
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
