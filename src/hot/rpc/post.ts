// One HTTP request to one node: bounded in size and time, redirects refused, the URL shown by its host alone.
//
// Sorts what can go wrong: what may be gone at the next try, and what is refused at once.
import { AirlockError, refusal } from '../../shared/base/errors.ts'
import { firstWords } from './first-words.ts'
import type { Header } from './node-url.ts'
import { brokenConnection, passingStatuses } from './rpc-faults.ts'
import { retryAfter, type Fault } from './retry.ts'
import type { Traffic } from './traffic.ts'

const MAX_ANSWER_BYTES = 16 * 1024 * 1024
const DOING = 'reading the chain'

/** What to do about a node that answers wrongly. */
export const OTHER_NODE = 'run the same command again, or give another --rpc-url'

/** What to do about a node that does not know who asks, or that asks for another plan. */
export const OTHER_KEY =
  'check the key or the password in --rpc-url, ETH_RPC_URL or --rpc-header-file, and what its plan allows; or give another --rpc-url'

/** An HTTP answer, whatever its status. */
export interface Posted {
  readonly status: number
  readonly text: string
}

/** An HTTP answer, or what kept the node from giving one. */
export type Replied = { readonly value: Posted } | Fault

/** Where to ask: the URL, which may hold an API key, the headers, and the name that is shown for it. */
export interface Place {
  readonly url: URL
  readonly headers: readonly Header[]
  readonly host: string
  /** Takes what is secret of URL and headers out of a text. */
  readonly hide: (text: string) => string
  /** Milliseconds, for the sentence of a timeout. */
  readonly timeout: number
}

/**
 * Sends a body and reads the answer.
 *
 * @param milliseconds bound of this request
 * @throws AirlockError rpc_bad_answer, rpc_unreachable, where another try would be in vain
 */
export async function post(place: Place, traffic: Traffic, body: string, milliseconds: number): Promise<Replied> {
  try {
    return await traffic.timed(Buffer.byteLength(body), () => exchange(place, traffic, body, milliseconds))
  } catch (error) {
    return faultOf(place, error)
  }
}

async function exchange(place: Place, traffic: Traffic, body: string, milliseconds: number): Promise<Replied> {
  const { url, headers, host } = place
  const response = await fetch(url, {
    method: 'POST',
    headers: [['content-type', 'application/json'], ...headers.map(([name, value]): [string, string] => [name, value])],
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(milliseconds),
  })
  const text = await readBody(response, traffic)
  if (text === null) throw badAnswer(host, `more than ${MAX_ANSWER_BYTES} bytes`)
  const posted = { status: response.status, text }
  if (!passingStatuses.has(posted.status)) return { value: posted }
  return { fault: busy(host, statusOf(place, posted)), after: retryAfter(response.headers) }
}

/** An HTTP status, with the first words that came with it. */
function statusOf({ hide }: Place, { status, text }: Posted): string {
  const words = firstWords(text, hide)
  return `HTTP status ${status}${words === null ? '' : `: ${words}`}`
}

/** True where the node says that the key or the password is not the right one (RFC 9110, 15.5.2). */
export const isDenied = ({ status }: Posted): boolean => status === 401

/** The refusal for an HTTP status other than 2xx. */
export const badStatus = (place: Place, posted: Posted): Error =>
  badAnswer(place.host, statusOf(place, posted), isDenied(posted) || posted.status === 403 ? OTHER_KEY : OTHER_NODE)

/** The refusal for an answer that is not one. */
export const badAnswer = (host: string, seen: string, hint: string = OTHER_NODE): Error =>
  refusal(DOING, 'rpc_bad_answer', `${host} gave ${seen}`, hint)

/** The refusal for a node that has no time for us, and had none at the last try either. */
export function busy(host: string, seen: string): AirlockError {
  const hint = 'wait a minute and run the same command again, with --rps 1 or another --rpc-url'
  return refusal(DOING, 'rpc_busy', `${host} takes no more requests now: ${seen}`, hint)
}

function faultOf({ host, timeout }: Place, error: unknown): Fault {
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
  // fetch makes a network error without a word of HTTP status 407 (Fetch standard, 4.6).
  if (code === null && error.cause instanceof Error && error.cause.message === '') {
    throw badAnswer(host, 'an answer that is kept back here, such as HTTP status 407', OTHER_KEY)
  }
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
