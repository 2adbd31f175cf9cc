// What the chain knows of our transactions: mined, pending, or nothing.
import * as z from 'zod'
import type { Hex } from 'viem'
import { refusal } from '../shared/errors.ts'
import type { Bytes32 } from '../shared/fields.ts'
import type { AssembledTransaction } from './verify.ts'
import type { Rpc, RpcAnswer } from './rpc.ts'

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
export interface MinedTransaction {
  readonly transaction: AssembledTransaction
  readonly rung: number
  readonly block: number
  readonly blockHash: Hex
  readonly succeeded: boolean
  readonly gasUsed: number
  readonly fee: bigint
  readonly logs: readonly { readonly address: Hex; readonly topics: readonly Hex[]; readonly data: Hex }[]
}

/** What became of the rungs so far. */
export interface Whereabouts {
  readonly head: number
  /** The operator's next nonce. */
  readonly nonce: number
  readonly mined: MinedTransaction | null
  /** Rungs that the node has in its pool, by index. */
  readonly pending: readonly number[]
}

/**
 * Asks after all rungs at once, in one HTTP request.
 *
 * @throws AirlockError rpc_bad_answer, rpc_refused, and those of the connection
 */
export async function whereabouts(
  rpc: Rpc,
  operator: Hex,
  rungs: readonly AssembledTransaction[],
): Promise<Whereabouts> {
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
  if (receipt.transactionHash !== transaction.hash) {
    throw refusal(
      'reading the receipt',
      'rpc_bad_answer',
      `${rpc.host} gave the receipt of another transaction`,
      'give another --rpc-url',
    )
  }
  return {
    transaction,
    rung,
    block: receipt.blockNumber,
    blockHash: receipt.blockHash as Hex,
    succeeded: receipt.status === '0x1',
    gasUsed: receipt.gasUsed,
    fee: BigInt(receipt.gasUsed) * receipt.effectiveGasPrice,
    logs: receipt.logs as MinedTransaction['logs'],
  }
}

function decoded<T extends z.ZodType>(rpc: Rpc, name: string, schema: T, answer: RpcAnswer | undefined): z.output<T> {
  if (answer === undefined || 'error' in answer) throw rpc.refused(name, answer)
  const result = schema.safeParse(answer.result)
  if (result.success) return result.data
  throw refusal(
    'reading the chain',
    'rpc_bad_answer',
    `${rpc.host} gave an answer to ${name} that does not decode`,
    'give another --rpc-url',
  )
}

/** The hash of the block that a mined transaction is in, as the state to read back from. */
export const blockOf = (mined: MinedTransaction): Bytes32 => mined.blockHash as Bytes32
