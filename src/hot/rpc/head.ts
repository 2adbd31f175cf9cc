// The first look at a chain: its id, its latest block, what a tip costs. Everything after is pinned to this block.
//
// Several nodes must serve the same chain and know the block by its hash (common-block.ts). Their tips may differ and are
// not compared: the median is taken, of two the lower, so that no node alone can make the operator pay more.
import * as z from 'zod'
import { refuseAll } from '../../shared/base/errors.ts'
import type { Bytes32, UnixSeconds } from '../../shared/base/fields.ts'
import { blockSchema, commonBlock, decoded, type Block } from './common-block.ts'
import { same, told, type Nodes, type SaidByAll } from './nodes.ts'
import type { Rpc } from './rpc.ts'

/** The chain as it stands. */
export interface ChainHead {
  readonly chainId: number
  readonly block: { readonly hash: Bytes32; readonly number: number; readonly timestamp: UnixSeconds }
  readonly baseFee: bigint
  readonly tip: bigint
  /** Why this is not the latest block of the first node; null where it is. */
  readonly behind: string | null
}

const quantity = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/i)
  .transform(BigInt)
const small = quantity.refine((value) => value <= BigInt(Number.MAX_SAFE_INTEGER)).transform(Number)

/** What is offered to the proposer where no node has an opinion. */
const FALLBACK_TIP = 1_000_000_000n

/** What one node says at the first look. */
interface Look {
  readonly chainId: number
  readonly block: Block
  readonly tip: bigint | null
}

/**
 * Reads the head of the chain, in one HTTP request to each node that has the same one.
 *
 * @param expectedChain refuse any other chain, when given
 * @throws AirlockError chain_mismatch, rpc_disagree, rpc_behind, rpc_bad_answer, rpc_refused, and those of the connection
 */
export async function readHead(nodes: Nodes, expectedChain: number | undefined): Promise<ChainHead> {
  const looks = await nodes.each((rpc) => look(rpc))
  refuseOtherChains(looks, expectedChain)
  const chainId = same('eth_chainId', looks, ({ chainId: id }) => String(id))
  const { block, behind } = await commonBlock(
    nodes,
    told(looks, ({ block: latest }) => latest),
  )
  const { baseFeePerGas, hash, number, timestamp } = block
  const tips = looks.flatMap(({ value: { tip } }) => (tip === null ? [] : [tip]))
  return {
    chainId: chainId.chainId,
    block: { hash, number, timestamp },
    baseFee: baseFeePerGas,
    tip: median(tips),
    behind,
  }
}

async function look(rpc: Rpc): Promise<Look> {
  const [id, block, tip] = await rpc.batch([
    { method: 'eth_chainId', params: [] },
    { method: 'eth_getBlockByNumber', params: ['latest', false] },
    { method: 'eth_maxPriorityFeePerGas', params: [] },
  ])
  const suggested = quantity.safeParse(tip !== undefined && 'result' in tip ? tip.result : undefined)
  return {
    chainId: decoded(rpc, 'eth_chainId', small, id),
    block: decoded(rpc, 'eth_getBlockByNumber', blockSchema, block),
    tip: suggested.success ? suggested.data : null,
  }
}

function refuseOtherChains(looks: SaidByAll<Look>, expected: number | undefined): void {
  if (expected === undefined) return
  const hint = 'give an --rpc-url of the right chain'
  const others = looks.filter(({ value: { chainId } }) => chainId !== expected)
  const problems = others.map(({ host, value: { chainId } }) => {
    return { code: 'chain_mismatch', message: `${host} serves chain ${chainId}, expected ${expected}`, hint } as const
  })
  refuseAll('reading the chain', problems)
}

/** The middle of the tips; of an even number, the lower one of the two in the middle. */
function median(tips: readonly bigint[]): bigint {
  const sorted = tips.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? FALLBACK_TIP
}
