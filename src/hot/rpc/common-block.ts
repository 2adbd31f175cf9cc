// The block that every read is pinned to: the latest of the first node, which every other must know by its hash.
//
// A node that does not know it yet gets six seconds, half a slot. After that the latest block that all have is taken, if
// it is not older than an epoch of 32 blocks; a node further behind is refused, and so are nodes with different blocks at
// one height, or with different headers under one hash.
import * as z from 'zod'
import { refusal } from '../../shared/base/errors.ts'
import { bytes32, type UnixSeconds } from '../../shared/base/fields.ts'
import { same, undecodable, type Nodes, type Said, type SaidByAll } from './nodes.ts'
import type { Rpc } from './rpc.ts'
import type { RpcAnswer } from './rpc-answer.ts'

const quantity = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/i)
  .transform(BigInt)
const small = quantity.refine((value) => value <= BigInt(Number.MAX_SAFE_INTEGER)).transform(Number)

/** A block as far as it is used. */
export const blockSchema = z.object({
  hash: bytes32,
  number: small,
  timestamp: small.transform((seconds) => seconds as UnixSeconds),
  baseFeePerGas: quantity,
})
export type Block = z.output<typeof blockSchema>

const LOOKS = 12
const BETWEEN_LOOKS = 500
const MOST_BEHIND = 32

/**
 * Finds the block to read at.
 *
 * @param latest what each node calls its latest
 * @returns the block, and in words why it is not the first node's latest; null where it is
 * @throws AirlockError rpc_disagree, rpc_behind, rpc_bad_answer, rpc_refused, and those of the connection
 */
export async function commonBlock(
  nodes: Nodes,
  latest: SaidByAll<Block>,
): Promise<{ readonly block: Block; readonly behind: string | null }> {
  const [{ host, value: wanted }] = latest
  if (latest.every(({ value }) => value.hash === wanted.hash)) return { block: agreedBlock(latest), behind: null }
  let lacking: readonly string[] = []
  for (let count = 0; count < LOOKS; count += 1) {
    if (count > 0) await nodes.pace.sleep(BETWEEN_LOOKS)
    const known = await nodes.each((rpc) => blockAt(rpc, 'eth_getBlockByHash', wanted.hash))
    const [first, ...rest] = known.flatMap(({ host: name, value }) => (value === null ? [] : [{ host: name, value }]))
    if (first !== undefined && rest.length === known.length - 1) {
      return { block: agreedBlock([first, ...rest]), behind: null }
    }
    lacking = known.flatMap(({ host: name, value }) => (value === null ? [name] : []))
  }
  const block = await olderBlock(nodes, wanted.number)
  const behind = `${lacking.join(', ')} did not get block ${wanted.number} of ${host} in time: all is read at block ${block.number}`
  return { block, behind }
}

/** The latest block that all nodes have by now. */
async function olderBlock(nodes: Nodes, wanted: number): Promise<Block> {
  const heads = await nodes.each(async (rpc) => present(rpc, await blockAt(rpc, 'eth_getBlockByNumber', 'latest')))
  const lowest = heads.reduce((low, head) => (head.value.number < low.value.number ? head : low))
  const number = Math.min(lowest.value.number, wanted)
  if (wanted - number > MOST_BEHIND) throw tooFarBehind(lowest, wanted)
  const at = `0x${number.toString(16)}`
  return agreedBlock(await nodes.each(async (rpc) => present(rpc, await blockAt(rpc, 'eth_getBlockByNumber', at))))
}

function tooFarBehind({ host, value: { number } }: Said<Block>, wanted: number): Error {
  const seen = `${host} is at block ${number}, ${wanted - number} blocks behind; at most ${MOST_BEHIND} are waited for`
  const hint = 'wait until it has caught up, or give another --rpc-url in its place'
  return refusal('reading the chain', 'rpc_behind', seen, hint)
}

const agreedBlock = (said: SaidByAll<Block>): Block =>
  same(
    `block ${said[0].value.number}`,
    said,
    ({ hash, number, timestamp, baseFeePerGas }) =>
      `${hash}, number ${number}, time ${timestamp}, base fee ${baseFeePerGas}`,
  )

async function blockAt(rpc: Rpc, method: string, at: string): Promise<Block | null> {
  const [answer] = await rpc.batch([{ method, params: [at, false] }])
  return decoded(rpc, method, blockSchema.nullable(), answer)
}

function present(rpc: Rpc, block: Block | null): Block {
  if (block === null) throw undecodable(rpc.host, 'eth_getBlockByNumber')
  return block
}

/**
 * The value of an answer that is no error.
 *
 * @throws AirlockError rpc_refused, rpc_bad_answer
 */
export function decoded<T extends z.ZodType>(
  rpc: Rpc,
  name: string,
  schema: T,
  answer: RpcAnswer | undefined,
): z.output<T> {
  if (answer === undefined || 'error' in answer) throw rpc.refused(name, answer)
  const result = schema.safeParse(answer.result)
  if (result.success) return result.data
  throw undecodable(rpc.host, name)
}
