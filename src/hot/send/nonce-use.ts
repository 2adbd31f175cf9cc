// Which transaction used a nonce: found by halving the chain over eth_getTransactionCount, then in that block.
//
// Looks back from the newest block in growing steps, so that a node without old state can answer where it happened lately; about
// forty questions at the most. A node that does not keep the state of a block answers with an error: then nothing is found.
import * as z from 'zod'
import type { Hex } from 'viem'
import { AirlockError } from '../../shared/base/errors.ts'
import { bytes32, type Address, type Bytes32 } from '../../shared/base/fields.ts'
import type { NonceUse } from './fate.ts'
import type { Nodes } from '../rpc/nodes.ts'

const small = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,13}$/)
  .transform(Number)
const lower = z.string().transform((text) => text.toLowerCase())
const blockWithTransactions = z.object({
  hash: lower.pipe(bytes32),
  number: small,
  transactions: z.array(z.object({ from: lower, hash: lower.pipe(bytes32), nonce: small })),
})
const blockAlone = z.object({ hash: lower.pipe(bytes32) })

/** Nothing that can be used. */
class NotKept extends Error {}

/**
 * Finds the transaction that used a nonce.
 *
 * @param head the newest block; the nonce is used there
 * @returns null where the nodes do not keep what it takes
 * @throws AirlockError rpc_disagree, and those of the connection
 */
export async function findNonceUse(
  nodes: Nodes,
  operator: Address,
  nonce: number,
  head: number,
): Promise<NonceUse | null> {
  try {
    const isUsedAt = async (block: number): Promise<boolean> =>
      (await asked(nodes, 'eth_getTransactionCount', [operator, hexOf(block)], small)) > nonce
    const number = await firstBlock(head, isUsedAt)
    const block = await asked(nodes, 'eth_getBlockByNumber', [hexOf(number), true], blockWithTransactions)
    const user = block.transactions.find((each) => each.from === operator.toLowerCase() && each.nonce === nonce)
    return { block: { hash: block.hash, number }, transaction: user?.hash ?? null }
  } catch (error) {
    if (error instanceof NotKept || (error instanceof AirlockError && error.code === 'rpc_refused')) return null
    throw error
  }
}

/** The first block at which something holds that holds from then on, and at `head`. */
async function firstBlock(head: number, holds: (block: number) => Promise<boolean>): Promise<number> {
  let [below, at] = [-1, head]
  for (let step = 1; at > 0 && below < 0; step *= 2) {
    const block = Math.max(0, head - step)
    if (await holds(block)) at = block
    else below = block
  }
  while (at - below > 1 && at > 0) {
    const middle = Math.floor((below + at) / 2)
    if (await holds(middle)) at = middle
    else below = middle
  }
  return at
}

/**
 * The hash of the block of a number, as the chain has it now.
 *
 * @param expected given back when any node still has it: the others may be ahead of it, or behind
 * @returns null where no node has a block of that number
 * @throws AirlockError those of the connection
 */
export async function hashAt(nodes: Nodes, number: number, expected: Bytes32): Promise<Bytes32 | null> {
  const said = await nodes.each(async (rpc) => {
    const [answer] = await rpc.batch([{ method: 'eth_getBlockByNumber', params: [hexOf(number), false] }])
    const block = blockAlone.safeParse(answer !== undefined && 'result' in answer ? answer.result : undefined)
    return block.success ? block.data.hash : null
  })
  const hashes = said.flatMap(({ value }) => value ?? [])
  return hashes.find((hash) => hash === expected) ?? hashes[0] ?? null
}

/** The operator's next nonce when everything in the pools is mined: of several nodes the highest. */
export async function pendingNonce(nodes: Nodes, operator: Address): Promise<number> {
  const said = await nodes.each(async (rpc) => {
    const [answer] = await rpc.batch([{ method: 'eth_getTransactionCount', params: [operator, 'pending'] }])
    const count = small.safeParse(answer !== undefined && 'result' in answer ? answer.result : undefined)
    return count.success ? count.data : 0
  })
  return Math.max(...said.map(({ value }) => value))
}

async function asked<T extends z.ZodType>(
  nodes: Nodes,
  method: string,
  params: readonly unknown[],
  schema: T,
): Promise<z.output<T>> {
  const [answer] = await nodes.agreed([{ method, params }])
  const read = schema.safeParse(answer !== undefined && 'result' in answer ? answer.result : undefined)
  if (read.success) return read.data
  throw new NotKept()
}

const hexOf = (number: number): Hex => `0x${number.toString(16)}`
