// What the chain knows of our transactions: mined, pending, or nothing.
//
// Of several nodes: mined is what all of them have mined, in the same block and with the same outcome. One that is a little
// behind is waited for; two receipts of the same block that differ are refused.
import * as z from 'zod'
import type { Hex } from 'viem'
import { refusal } from '../../shared/base/errors.ts'
import type { Bytes32 } from '../../shared/base/fields.ts'
import type { AssembledTransaction } from './verify.ts'
import { decoded } from '../rpc/common-block.ts'
import { same, told, type Nodes, type SaidByAll } from '../rpc/nodes.ts'
import type { Rpc } from '../rpc/rpc.ts'

const hex = z.string().regex(/^0x[0-9a-fA-F]*$/)
const small = hex.transform(Number).refine(Number.isSafeInteger)

const receiptSchema = z.object({
  transactionHash: hex,
  blockNumber: small,
  blockHash: hex,
  status: z.union([z.literal('0x0'), z.literal('0x1')]),
  gasUsed: small,
  effectiveGasPrice: hex.transform(BigInt),
  logs: z.array(z.object({ address: hex, topics: z.array(hex), data: hex })),
})

/** A mined transaction of ours. */
export interface MinedTransaction extends MinedCall {
  readonly transaction: AssembledTransaction
  readonly rung: number
}

/** What is known of any mined transaction. */
export interface MinedCall {
  readonly block: number
  readonly blockHash: Hex
  readonly succeeded: boolean
  readonly gasUsed: number
  readonly fee: bigint
  readonly logs: readonly { readonly address: Hex; readonly topics: readonly Hex[]; readonly data: Hex }[]
}

/** What became of the rungs so far. */
export interface Whereabouts {
  /** Of the node that is furthest behind. */
  readonly head: number
  /** The operator's next nonce, as each node has it. */
  readonly nonces: SaidByAll<number>
  /** Mined in the same block by all nodes. */
  readonly mined: MinedTransaction | null
  /** Rungs that any node has, in its pool or mined, by index. */
  readonly pending: readonly number[]
  /** What a node knows that others do not, in words: null where all know the same. */
  readonly divided: string | null
}

/** What one node knows. */
interface Known {
  readonly head: number
  readonly nonce: number
  readonly mined: MinedTransaction | null
  readonly pending: readonly number[]
}

/**
 * Asks every node after all rungs at once, in one HTTP request to each.
 *
 * @throws AirlockError rpc_disagree, rpc_bad_answer, rpc_refused, and those of the connection
 */
export async function whereabouts(
  nodes: Nodes,
  operator: Hex,
  rungs: readonly AssembledTransaction[],
): Promise<Whereabouts> {
  const said = await nodes.each((rpc) => whereaboutsOn(rpc, operator, rungs))
  const mined = minedByAll(said)
  return {
    head: Math.min(...said.map(({ value }) => value.head)),
    nonces: told(said, ({ nonce }) => nonce),
    mined,
    pending: [...new Set(said.flatMap(({ value }) => [...value.pending, ...minedRung(value)]))].toSorted(
      (a, b) => a - b,
    ),
    divided: mined === null ? division(said) : null,
  }
}

const minedRung = ({ mined }: Known): readonly number[] => (mined === null ? [] : [mined.rung])

function minedByAll(said: SaidByAll<Known>): MinedTransaction | null {
  const [first, ...rest] = said.flatMap(({ host, value: { mined } }) =>
    mined === null ? [] : [{ host, value: mined }],
  )
  if (first === undefined || rest.length < said.length - 1) return null
  // Around a reorganisation nodes differ for a moment; what they say of one block does not change any more.
  if (rest.some(({ value }) => value.blockHash !== first.value.blockHash)) return null
  return same(`the receipt in block ${first.value.blockHash}`, [first, ...rest], spellReceipt)
}

const spellReceipt = (mined: MinedTransaction): string => `${mined.transaction.hash}; ${spellMined(mined)}`

function spellMined({ block, succeeded, gasUsed, fee, logs }: MinedCall): string {
  const events = logs.map(({ address, topics, data }) => [address, ...topics, data].join(' ').toLowerCase())
  const outcome = `${succeeded ? 'success' : 'reverted'}, block ${block}, gas ${gasUsed}, fee ${fee}`
  return [outcome, ...events].join('; ')
}

function division(said: SaidByAll<Known>): string | null {
  if (said.every(({ value }) => value.mined === null)) return null
  const sides = said.map(({ host, value: { mined } }) =>
    mined === null ? `${host} does not have it mined` : `${host} has it in block ${mined.block} ${mined.blockHash}`,
  )
  return sides.join(', ')
}

async function whereaboutsOn(rpc: Rpc, operator: Hex, rungs: readonly AssembledTransaction[]): Promise<Known> {
  const answers = await rpc.batch([
    { method: 'eth_blockNumber', params: [] },
    { method: 'eth_getTransactionCount', params: [operator, 'latest'] },
    ...rungs.map(({ hash }) => ({ method: 'eth_getTransactionReceipt', params: [hash] })),
    ...rungs.map(({ hash }) => ({ method: 'eth_getTransactionByHash', params: [hash] })),
  ])
  const receipts = rungs.map((_, index) =>
    decoded(rpc, 'eth_getTransactionReceipt', receiptSchema.nullable(), answers[2 + index]),
  )
  const known = rungs.map(
    (_, index) => decoded(rpc, 'eth_getTransactionByHash', z.unknown(), answers[2 + rungs.length + index]) !== null,
  )
  const index = receipts.findIndex((receipt) => receipt !== null)
  return {
    head: decoded(rpc, 'eth_blockNumber', small, answers[0]),
    nonce: decoded(rpc, 'eth_getTransactionCount', small, answers[1]),
    mined: minedOf(rpc, rungs[index], index, receipts[index] ?? null),
    pending: known.flatMap((is, rung) => (is && receipts[rung] === null ? [rung] : [])),
  }
}

function minedOf(
  rpc: Rpc,
  transaction: AssembledTransaction | undefined,
  rung: number,
  receipt: z.output<typeof receiptSchema> | null,
): MinedTransaction | null {
  if (transaction === undefined || receipt === null) return null
  return { transaction, rung, ...receiptOf(rpc, transaction.hash, receipt) }
}

function receiptOf(rpc: Rpc, hash: Hex, receipt: z.output<typeof receiptSchema>): MinedCall {
  if (receipt.transactionHash !== hash) {
    throw refusal(
      'reading the receipt',
      'rpc_bad_answer',
      `${rpc.host} gave the receipt of another transaction`,
      'give another --rpc-url',
    )
  }
  return {
    block: receipt.blockNumber,
    blockHash: receipt.blockHash as Hex,
    succeeded: receipt.status === '0x1',
    gasUsed: receipt.gasUsed,
    fee: BigInt(receipt.gasUsed) * receipt.effectiveGasPrice,
    logs: receipt.logs as MinedTransaction['logs'],
  }
}

/**
 * Asks every node for the receipt of a transaction that others sent.
 *
 * @returns null where it is not mined by all of them yet
 * @throws AirlockError rpc_disagree, rpc_bad_answer, rpc_refused, and those of the connection
 */
export async function minedElsewhere(nodes: Nodes, hash: Bytes32): Promise<MinedCall | null> {
  const method = 'eth_getTransactionReceipt'
  const said = await nodes.each(async (rpc) => {
    const [answer] = await rpc.batch([{ method, params: [hash] }])
    const receipt = decoded(rpc, method, receiptSchema.nullable(), answer)
    return receipt === null ? null : receiptOf(rpc, hash, receipt)
  })
  if (said.some(({ value }) => value === null)) return null
  return same(`the receipt of ${hash}`, said, (mined) => (mined === null ? '' : spellMined(mined)))
}

/** The hash of the block that a mined transaction is in, as the state to read back from. */
export const blockOf = (mined: MinedCall): Bytes32 => mined.blockHash as Bytes32
