// What the chain says of one request of the journal, for `status`.
import type { Memory } from '../send/fate.ts'
import { gapOn, judge, replacedOn } from '../send/ask-fate.ts'
import type { Kept } from '../journal/journal.ts'
import { accountOf } from '../journal/journal-request.ts'
import type { Asked } from './journal-state.ts'
import type { Nodes } from '../rpc/nodes.ts'
import { whereabouts } from '../verify/receipt.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'
import { chosenResponse } from '../send/document-pair.ts'
import { VerifiedResponse, type AssembledTransaction } from '../verify/verify.ts'

/**
 * Asks the chain about one request.
 *
 * @param all of the journal, to say whose another transaction is
 * @throws AirlockError those of verifying its response, of the nodes and of the connection
 */
export async function askedOf(
  nodes: Nodes,
  kept: Kept,
  request: UnsignedRequest,
  memory: Memory,
  all: readonly Kept[],
): Promise<Asked> {
  const rungs = await rungsOf(kept)
  const known = await whereabouts(nodes, accountOf(request), rungs)
  const { fate, gone, seen } = await judge(nodes, request, known, memory)
  const base = { fate, gone, succeeded: known.mined?.succeeded ?? false, head: known.head }
  if (fate.kind === 'replaced') {
    const { problem } = await replacedOn(nodes, request, seen, known.head, rungs, all, kept.name)
    return { ...base, problem: problem.message }
  }
  if (fate.kind === 'gap') return { ...base, problem: (await gapOn(nodes, request, seen, all)).message }
  return { ...base, problem: null }
}

/** The transactions of the response that would be sent; none where there is none, or where it is partial. */
async function rungsOf(kept: Kept): Promise<readonly AssembledTransaction[]> {
  const response = chosenResponse(kept)
  if (response === null || kept.request === null) return []
  const verified = await VerifiedResponse.verify(kept.request.bytes, response.bytes)
  return VerifiedResponse.open(verified).check.transactions
}
