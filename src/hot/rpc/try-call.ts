// A call tried on every node without sending it: eth_call, eth_estimateGas, and eth_simulateV1 for several calls one after another.
//
// Where it is tried matters: contracts that keep a history by block overwrite their last entry in the block of the last change,
// and append in the next one, which costs more. So a place may say that the block's number is another (the block overrides that
// geth and its like take as a fourth parameter). A node that does not take a place is asked for the next one.
import * as z from 'zod'
import type { Hex } from 'viem'
import { AirlockError } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { same, undecodable, type Nodes, type SaidByAll } from './nodes.ts'
import { blockReference, type BlockReference } from './reader.ts'
import type { Rpc } from './rpc.ts'
import type { RpcAnswer } from './rpc-answer.ts'
import { isRevert, type RpcError } from './rpc-faults.ts'

/** A call as a node takes it. */
export interface TriedCall {
  readonly from: Hex
  readonly to: Hex | null | undefined
  readonly data: Hex | undefined
  readonly gas?: Hex
}

/** A state to call on, and the number of the block that the call is told it is in. */
export interface Place {
  readonly block: Hex | BlockReference | 'pending'
  readonly number?: number
}

const toHex = (value: number): Hex => `0x${value.toString(16)}`

/** Places in a block after the last change, whatever of them a node takes: this block with the next number, or what is pending. */
export const nextBlock = ({ hash, number }: { readonly hash: Hex; readonly number: number }): readonly Place[] => [
  { block: blockReference(hash), number: number + 1 },
  { block: 'pending' },
]

const parameters = (call: TriedCall, { block, number }: Place): readonly unknown[] =>
  number === undefined ? [call, block] : [call, block, {}, { number: toHex(number) }]

/** What became of a call: its value, or the error of a node that says that it reverts. */
export type Outcome = { readonly result: string } | { readonly revert: RpcError }

const value = z.string().regex(/^0x[0-9a-fA-F]*$/)

/**
 * Calls on every node; all must say the same.
 *
 * @param places in the order in which a node is asked for them, until it takes one
 * @throws AirlockError rpc_disagree, rpc_refused where a node takes none, and those of the connection
 */
export async function tryCall(nodes: Nodes, what: string, call: TriedCall, places: readonly Place[]): Promise<Outcome> {
  const said = await nodes.each(async (rpc): Promise<Outcome> => {
    const answer = await firstTaken(rpc, 'eth_call', call, places)
    if ('error' in answer && isRevert(answer.error)) return { revert: answer.error }
    if ('error' in answer) throw rpc.refused(what, answer)
    const result = value.safeParse(answer.result)
    if (!result.success) throw undecodable(rpc.host, 'eth_call')
    return { result: result.data.toLowerCase() }
  })
  return same(what, said, (outcome) => ('result' in outcome ? outcome.result : 'a revert'))
}

/** What a node says a call needs; or that it reverts; or why it does not say. */
export type Estimate = { readonly gas: number } | { readonly revert: RpcError } | { readonly refused: string }

const quantity = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/i)
  .transform(Number)

/** Asks every node what a call needs; a node that refuses is no fault. */
export const estimates = (nodes: Nodes, call: TriedCall, places: readonly Place[]): Promise<SaidByAll<Estimate>> =>
  nodes.each(async (rpc) => {
    const answer = await firstTaken(rpc, 'eth_estimateGas', call, places)
    if ('error' in answer)
      return isRevert(answer.error) ? { revert: answer.error } : { refused: quote(answer.error.message, 100) }
    const gas = quantity.safeParse(answer.result)
    return gas.success ? { gas: gas.data } : { refused: 'an answer that is no number' }
  })

/** The answer at the first place that a node takes: a value where there is one, else a revert, else its last error. */
async function firstTaken(rpc: Rpc, method: string, call: TriedCall, places: readonly Place[]): Promise<RpcAnswer> {
  const isEstimate = method === 'eth_estimateGas'
  let last: RpcAnswer = { error: { code: 0, message: 'nothing was asked', data: null } }
  for (const place of places) {
    const answer = await asked(rpc, method, parameters(call, place))
    if ('result' in answer) return answer
    const known = 'error' in last && last.error.code !== 0 && isRevert(last.error)
    // What waits in a pool may be what an estimate at "pending" fails for: the next place is without it.
    if (isRevert(answer.error) && !isEstimate) return answer
    if (!known) last = answer
  }
  return last
}

/** One answer; a node that has not the block asked for says no like any other. */
async function asked(rpc: Rpc, method: string, params: readonly unknown[]): Promise<RpcAnswer> {
  try {
    const [answer] = await rpc.batch([{ method, params }])
    return answer ?? { error: { code: 0, message: 'no answer', data: null } }
  } catch (error) {
    if (!(error instanceof AirlockError) || error.code !== 'rpc_refused') throw error
    return { error: { code: 0, message: error.problems[0].message, data: null } }
  }
}

/** What became of one call of several. */
export interface Simulated {
  readonly succeeded: boolean
  readonly gasUsed: number
  readonly data: Hex
}

const simulatedCall = z.object({
  status: z.union([z.literal('0x0'), z.literal('0x1')]),
  gasUsed: quantity,
  returnData: value.optional(),
  error: z.object({ data: value.optional() }).optional(),
})
const simulatedBlocks = z.array(z.object({ calls: z.array(simulatedCall).length(1) }))

/**
 * Makes calls one after another, each in a block of its own, and forgets them again: eth_simulateV1.
 *
 * @returns of each node what became of each call; null where it does not simulate
 */
export const simulateInTurn = (
  nodes: Nodes,
  calls: readonly TriedCall[],
  block: Hex,
): Promise<SaidByAll<readonly Simulated[] | null>> =>
  nodes.each(async (rpc) => {
    const blockStateCalls = calls.map((call) => ({ calls: [call] }))
    const answer = await asked(rpc, 'eth_simulateV1', [{ blockStateCalls }, blockReference(block)])
    if ('error' in answer) return null
    const blocks = simulatedBlocks.safeParse(answer.result)
    if (!blocks.success || blocks.data.length !== calls.length) throw undecodable(rpc.host, 'eth_simulateV1')
    return blocks.data.flatMap(({ calls: [call] }) =>
      call === undefined ? [] : [{ succeeded: call.status === '0x1', gasUsed: call.gasUsed, data: revertData(call) }],
    )
  })

const revertData = ({ error, returnData }: z.output<typeof simulatedCall>): Hex =>
  (error?.data ?? returnData ?? '0x') as Hex
