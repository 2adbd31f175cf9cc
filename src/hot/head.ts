// The first look at a chain: its id, its latest block, what a tip costs. Everything after is pinned to this block.
import * as z from 'zod'
import { refusal } from '../shared/errors.ts'
import { bytes32, type Bytes32, type UnixSeconds } from '../shared/fields.ts'
import type { Rpc, RpcAnswer } from './rpc.ts'

/** The chain as it stands. */
export interface ChainHead {
  readonly chainId: number
  readonly block: { readonly hash: Bytes32; readonly number: number; readonly timestamp: UnixSeconds }
  readonly baseFee: bigint
  readonly tip: bigint
}

const quantity = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/i)
  .transform(BigInt)
const small = quantity.refine((value) => value <= BigInt(Number.MAX_SAFE_INTEGER)).transform(Number)
const blockSchema = z.object({ hash: bytes32, number: small, timestamp: small, baseFeePerGas: quantity })

/** What is offered to the proposer where the node has no opinion. */
const FALLBACK_TIP = 1_000_000_000n

/**
 * Reads the head of the chain, in one HTTP request.
 *
 * @param expectedChain refuse any other chain, when given
 * @throws AirlockError chain_mismatch, rpc_bad_answer, rpc_refused, and those of the connection
 */
export async function readHead(rpc: Rpc, expectedChain: number | undefined): Promise<ChainHead> {
  const [id, block, tip] = await rpc.batch([
    { method: 'eth_chainId', params: [] },
    { method: 'eth_getBlockByNumber', params: ['latest', false] },
    { method: 'eth_maxPriorityFeePerGas', params: [] },
  ])
  const chainId = decoded(rpc, 'eth_chainId', small, id)
  if (expectedChain !== undefined && chainId !== expectedChain) {
    const seen = `${rpc.host} serves chain ${chainId}, expected ${expectedChain}`
    throw refusal('reading the chain', 'chain_mismatch', seen, 'give an --rpc-url of the right chain')
  }
  const { baseFeePerGas, ...found } = decoded(rpc, 'eth_getBlockByNumber', blockSchema, block)
  const suggested = quantity.safeParse(tip !== undefined && 'result' in tip ? tip.result : undefined)
  return {
    chainId,
    block: { ...found, timestamp: found.timestamp as UnixSeconds },
    baseFee: baseFeePerGas,
    tip: suggested.success ? suggested.data : FALLBACK_TIP,
  }
}

function decoded<T extends z.ZodType>(rpc: Rpc, name: string, schema: T, answer: RpcAnswer | undefined): z.output<T> {
  if (answer === undefined || 'error' in answer) throw rpc.refused(name, answer)
  const result = schema.safeParse(answer.result)
  if (result.success) return result.data
  const seen = `${rpc.host} gave an answer to ${name} that does not decode`
  throw refusal('reading the chain', 'rpc_bad_answer', seen, 'give another --rpc-url')
}
