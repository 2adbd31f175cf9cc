// One HTTP request to one node: bounded in size and time, redirects refused, the URL shown by its host alone.
//
// Sorts what can go wrong: what may be gone at the next try, and what is refused at once.
import { refusal } from '../../shared/base/errors.ts'
import { brokenConnection, passingStatuses } from './rpc-faults.ts'
import { retryAfter, type Tried } from './retry.ts'
import type { Traffic } from './traffic.ts'

const MAX_ANSWER_BYTES = 16 * 1024 * 1024
const DOING = 'reading the chain'

/** What to do about a node that answers wrongly. */
export const OTHER_NODE = 'run the same command again, or give another --rpc-url'

/** An HTTP answer, whatever its status. */
export interface Posted {
  readonly status: number
  readonly text: string
}

/** Where to ask: the URL, which may hold an API key, and the name that is shown for it. */
export interface Place {
  readonly url: URL
  readonly host: string
  /** Milliseconds, for the sentence of a timeout. */
  readonly timeout: number
}

/**
 * Sends a body and reads the answer.
 *
 * @param milliseconds bound of this request
 * @throws AirlockError rpc_bad_answer, rpc_unreachable, where another try would be in vain
 */
export async function post(place: Place, traffic: Traffic, body: string, milliseconds: number): Promise<Tried<Posted>> {
  try {
    return await traffic.timed(Buffer.byteLength(body), () => exchange(place, traffic, body, milliseconds))
  } catch (error) {
    return faultOf(place, error)
  }
}

async function exchange(
  { url, host }: Place,
  traffic: Traffic,
  body: string,
  milliseconds: number,
): Promise<Tried<Posted>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(milliseconds),
  })
  const text = await readBody(response, traffic)
  if (text === null) throw badAnswer(host, `more than ${MAX_ANSWER_BYTES} bytes`)
  if (!passingStatuses.has(response.status)) return { value: { status: response.status, text } }
  return { fault: busy(host, `HTTP status ${response.status}`), after: retryAfter(response.headers) }
}

/** The refusal for an answer that is none. */
export const badAnswer = (host: string, seen: string): Error =>
  refusal(DOING, 'rpc_bad_answer', `${host} gave ${seen}`, OTHER_NODE)

/** The refusal for a node that has no time for us, and had none at the last try either. */
export function busy(host: string, seen: string): Error {
  const hint = 'wait a minute and run the same command again, with --rps 1 or another --rpc-url'
  return refusal(DOING, 'rpc_busy', `${host} takes no more requests now: ${seen}`, hint)
}

function faultOf({ host, timeout }: Place, error: unknown): Tried<Posted> {
  if (!(error instanceof Error)) throw badAnswer(host, 'an unknown fault')
  if (error.name === 'AirlockError') throw error
  if (error.name === 'TimeoutError') {
    const seen = `${host} did not answer within ${timeout / 1000} seconds`
    const hint = 'run the same command again, with --timeout SECONDS or another --rpc-url'
    return { fault: refusal(DOING, 'rpc_timeout', seen, hint), after: null }
  }
  if (error.cause instanceof Error && error.cause.message === 'unexpected redirect') {
    throw badAnswer(host, 'a redirect to another place')
  }
  const code = error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : null
  const seen = `there was no answer from ${host}${code === null ? '' : ` (${code})`}`
  const fault = refusal(DOING, 'rpc_unreachable', seen, 'check --rpc-url and the connection')
  if (code !== null && brokenConnection.has(code)) return { fault, after: null }
  throw fault
}

async function readBody(response: Response, traffic: Traffic): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length
    traffic.received += chunk.length
    if (length > MAX_ANSWER_BYTES) return null
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}
