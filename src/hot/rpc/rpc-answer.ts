// The text of an HTTP answer as the answers to questions of JSON-RPC 2.0, each with the id of its own.
//
// Nodes and their providers refuse a list of questions in many ways: with HTTP 413, 400, 403 or 500, as text, as a web page, as one
// error, as an error without an id in a list of one, as fewer answers than questions. Whatever is not an answer to the list says only
// that it should be shorter; down to single questions, without a list around them, where a node says what it has against each.
import * as z from 'zod'
import type { Hex } from 'viem'
import { firstWords } from './first-words.ts'
import { badAnswer, badStatus, isDenied, type Place, type Posted } from './post.ts'
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
/** An error for all that was asked: a node that understood nothing gives it no id, or no envelope, or puts it into a list. */
const wholeErrorSchema = z.union([
  z.object({ error: errorSchema }).transform(({ error }) => error),
  z.tuple([z.object({ id: z.null().optional(), error: errorSchema })]).transform(([{ error }]) => error),
  errorSchema,
])

/**
 * Reads the answer to a list of questions.
 *
 * @param ids of the questions
 * @throws AirlockError rpc_bad_answer, where the node does not know who asks
 */
export function readBatch(place: Place, posted: Posted, ids: readonly number[]): Sorted {
  if (isDenied(posted)) throw badStatus(place, posted)
  const json = parsed(posted.text)
  const whole = wholeErrorSchema.safeParse(json)
  if (whole.success) return sortedWhole(errorOf(place, whole.data))
  const batch = batchSchema.safeParse(json)
  if (!isSuccess(posted) || !batch.success || batch.data.length !== ids.length) return { smaller: 'halves' }
  const answers = new Map(batch.data.map((answer) => [answer.id, answerOf(place, answer)]))
  if (ids.some((id) => !answers.has(id))) return { smaller: 'halves' }
  const tooMuch = [...answers.values()].some((answer) => 'error' in answer && isTooMuch(answer.error))
  return tooMuch ? { smaller: 'halves' } : { answers }
}

/** What to make of one error for a whole list: a limit of its length, a limit that passes, or a node that takes no lists. */
function sortedWhole(error: RpcError): Sorted {
  if (isTooMuch(error)) return { smaller: 'halves' }
  return isLater(error) ? { later: error } : { smaller: 'singles' }
}

/**
 * Reads the answer to one question that was sent without a list around it. An error counts, whatever the HTTP status is.
 *
 * @throws AirlockError rpc_bad_answer
 */
export function readSingle(place: Place, posted: Posted, id: number): Sorted {
  const json = parsed(posted.text)
  const refused = wholeErrorSchema.safeParse(json)
  if (refused.success && !isDenied(posted)) return { answers: new Map([[id, { error: errorOf(place, refused.data) }]]) }
  if (!isSuccess(posted)) throw badStatus(place, posted)
  const answer = answerSchema.safeParse(json)
  if (!answer.success) throw notAnAnswer(place, posted, json)
  if (answer.data.id !== id) throw badAnswer(place.host, 'the answer to another question')
  return { answers: new Map([[id, answerOf(place, answer.data)]]) }
}

function notAnAnswer({ host, hide }: Place, { text }: Posted, json: unknown): Error {
  const what = json === undefined ? 'no JSON' : 'an answer that is not JSON-RPC'
  const words = firstWords(text, hide)
  return badAnswer(host, words === null ? what : `${what}: ${words}`)
}

const isSuccess = ({ status }: Posted): boolean => status >= 200 && status <= 299

/** The text as JSON, undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function answerOf(place: Place, { result, error }: z.output<typeof answerSchema>): RpcAnswer {
  return error === undefined ? { result } : { error: errorOf(place, error) }
}

function errorOf({ hide }: Place, { code, message, data }: z.output<typeof errorSchema>): RpcError {
  const hex = hexData.safeParse(data)
  return { code, message: hide(message), data: hex.success ? (hex.data as Hex) : null }
}
