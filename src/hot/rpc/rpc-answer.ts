// The text of an HTTP answer as the answers to questions of JSON-RPC 2.0, each with the id of its own.
//
// One error for a whole batch is sorted: a batch that is too large may be halved, a limit may pass, and with any other
// the node is asked without batches, where it says what it has against each question.
import * as z from 'zod'
import type { Hex } from 'viem'
import { quote } from '../../shared/base/quote.ts'
import { badAnswer, type Posted } from './post.ts'
import { isLater, isTooMuch, type RpcError } from './rpc-faults.ts'

/** An answer: a value, or the node's error. */
export type RpcAnswer = { readonly result: unknown } | { readonly error: RpcError }

/** What an HTTP answer holds: answers by the ids of their questions; or how to ask better; or that it may pass. */
export type Sorted =
  | { readonly answers: ReadonlyMap<number, RpcAnswer> }
  | { readonly smaller: 'halves' | 'singles' }
  | { readonly later: RpcError }

const hexData = z.string().regex(/^0x([0-9a-fA-F]{2})*$/)
const errorSchema = z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() })
const answerSchema = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  error: errorSchema.optional(),
})
const batchSchema = z.array(answerSchema)
/** An error, whatever id it carries: a node that understood nothing has none. */
const refusedSchema = z.object({ error: errorSchema })

/**
 * Reads the answer to a list of questions.
 *
 * @param ids of the questions
 * @throws AirlockError rpc_bad_answer
 */
export function readBatch(host: string, { status, text }: Posted, ids: readonly number[]): Sorted {
  if (status === 413 && ids.length > 1) return { smaller: 'halves' }
  const json = parsed(text)
  const whole = refusedSchema.safeParse(json)
  if (whole.success) {
    const error = errorOf(whole.data.error)
    if (isTooMuch(error) && ids.length > 1) return { smaller: 'halves' }
    return isLater(error) ? { later: error } : { smaller: 'singles' }
  }
  const batch = batchSchema.safeParse(jsonOf(host, { status, text }))
  if (!batch.success) throw badAnswer(host, 'an answer that is no JSON-RPC batch')
  if (batch.data.length !== ids.length) throw badAnswer(host, `${batch.data.length} answers to ${ids.length} questions`)
  const answers = new Map(batch.data.map((answer) => [answer.id, answerOf(answer)]))
  const missing = ids.find((id) => !answers.has(id))
  if (missing !== undefined) throw badAnswer(host, 'an answer twice, and none to another question')
  const tooMuch = [...answers.values()].some((answer) => 'error' in answer && isTooMuch(answer.error))
  return tooMuch && ids.length > 1 ? { smaller: 'halves' } : { answers }
}

/**
 * Reads the answer to one question that was sent without a list around it.
 *
 * @throws AirlockError rpc_bad_answer
 */
export function readSingle(host: string, posted: Posted, id: number): Sorted {
  const json = jsonOf(host, posted)
  const refused = refusedSchema.safeParse(json)
  if (refused.success) return { answers: new Map([[id, { error: errorOf(refused.data.error) }]]) }
  const answer = answerSchema.safeParse(json)
  if (!answer.success) throw badAnswer(host, 'an answer that is no JSON-RPC')
  if (answer.data.id !== id) throw badAnswer(host, 'the answer to another question')
  return { answers: new Map([[id, answerOf(answer.data)]]) }
}

function jsonOf(host: string, { status, text }: Posted): unknown {
  if (status < 200 || status > 299) throw badAnswer(host, `HTTP status ${status}`)
  const json = parsed(text)
  if (json === undefined) throw badAnswer(host, `no JSON: ${quote(text, 60)}`)
  return json
}

/** The text as JSON, undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function answerOf({ result, error }: z.output<typeof answerSchema>): RpcAnswer {
  return error === undefined ? { result } : { error: errorOf(error) }
}

function errorOf({ code, message, data }: z.output<typeof errorSchema>): RpcError {
  const hex = hexData.safeParse(data)
  return { code, message, data: hex.success ? (hex.data as Hex) : null }
}
