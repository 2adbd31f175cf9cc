// What the nodes say of a transaction, in the light of what the journal remembers: with the one question more that a
// reorganisation takes, and the search for what used a nonce.
import { buildAgainLine } from '../../shared/request/build-again.ts'
import type { Problem } from '../../shared/base/errors.ts'
import type { Bytes32 } from '../../shared/base/fields.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'
import {
  fateOf,
  gapOf,
  gapProblem,
  memoryOf,
  reorganisation,
  replacedProblem,
  type Fate,
  type Memory,
  type NonceUse,
  type Reorganisation,
  type Seen,
} from './fate.ts'
import type { Kept } from '../journal/journal.ts'
import { nonceOwners, whoseTransaction } from './journal-owners.ts'
import { accountOf, nonceOf } from '../journal/journal-request.ts'
import { findNonceUse, hashAt, pendingNonce } from './nonce-use.ts'
import type { Nodes } from '../rpc/nodes.ts'
import type { MinedCall, Whereabouts } from '../verify/receipt.ts'
import type { AssembledTransaction } from '../verify/verify.ts'

/** What the chain says by now, and what it took back. */
export interface Judged {
  readonly fate: Fate
  readonly gone: Reorganisation | null
  readonly seen: Seen
}

/**
 * Judges what the nodes said in the light of what the journal remembers; asks for one block more where that is needed.
 *
 * @throws AirlockError those of the connection
 */
export async function judge(
  nodes: Nodes,
  request: UnsignedRequest,
  { mined, pending, nonces, head }: Whereabouts,
  memory: Memory,
): Promise<Judged> {
  const place = mined && { rung: mined.rung, block: blockPlace(mined) }
  const lost = memory.mined !== null && memory.mined.block.hash !== place?.block.hash ? memory.mined.block : null
  const canonical = lost === null ? null : await hashAt(nodes, lost.number, lost.hash)
  const next = Math.min(...nonces.map(({ value }) => value))
  const seen = { nonce: nonceOf(request), next, mined: place, pending, canonical }
  return { seen, fate: fateOf(seen, memory), gone: reorganisation(seen, memory, head) }
}

/** The block of a mined transaction. */
export const blockPlace = ({ block, blockHash }: MinedCall): { hash: Bytes32; number: number } => ({
  hash: blockHash.toLowerCase() as Bytes32,
  number: block,
})

/** What used the nonce of a request, and the refusal that says so. */
export interface Replaced {
  readonly use: NonceUse | null
  readonly problem: Problem
}

/**
 * Finds what used the nonce of a request.
 *
 * @param kept the journal, to say whose that is
 * @param name of the request in it
 * @throws AirlockError rpc_disagree, and those of the connection
 */
export async function replacedOn(
  nodes: Nodes,
  request: UnsignedRequest,
  seen: Seen,
  head: number,
  rungs: readonly AssembledTransaction[],
  kept: readonly Kept[],
  name: string,
): Promise<Replaced> {
  const operator = accountOf(request)
  const own = kept.find((each) => each.name === name)
  const use = (await foundBefore(nodes, own)) ?? (await findNonceUse(nodes, operator, seen.nonce, head))
  const whose = use === null || use.transaction === null ? null : whoseTransaction(use.transaction, rungs, kept, name)
  return { use, problem: replacedProblem(operator, seen, use, whose, buildAgainLine(request)) }
}

/** What the journal says was found, if that block is still in the chain: the search takes many questions. */
async function foundBefore(nodes: Nodes, own: Kept | undefined): Promise<NonceUse | null> {
  const { by, block } = memoryOf(own?.events ?? []).replaced ?? { by: null, block: null }
  if (by === null || block === null) return null
  return (await hashAt(nodes, block.number, block.hash)) === block.hash ? { transaction: by, block } : null
}

/**
 * Finds out what lies before the nonce of a request.
 *
 * @param kept the journal, to say whose nonces those are
 * @throws AirlockError those of the connection
 */
export async function gapOn(
  nodes: Nodes,
  request: UnsignedRequest,
  { nonce, next }: Seen,
  kept: readonly Kept[],
): Promise<Problem> {
  const operator = accountOf(request)
  const gap = gapOf(nonce, next, await pendingNonce(nodes, operator))
  return gapProblem(operator, nonce, gap, nonceOwners(kept, request))
}
