// JSON-RPC over HTTP, in batches, trusted for nothing but liveness.
//
// Every answer must carry the id of its question: a batch that drops or repeats one is refused, where viem's transport
// would shift the answers by one place. Answers are bounded in size and time, redirects are refused, and the URL, which
// may hold an API key, is shown by its host alone.
import * as z from 'zod'
import { refusal } from '../shared/errors.ts'
import { quote } from '../shared/quote.ts'
import type { Hex } from 'viem'

/** One question. */
export interface RpcQuestion {
  readonly method: string
  readonly params: readonly unknown[]
}

/** An answer: a value, or the node's error with the revert data where there is some. */
export type RpcAnswer =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string; readonly data: Hex | null } }

const MAX_ANSWER_BYTES = 16 * 1024 * 1024

const hexData = z.string().regex(/^0x([0-9a-fA-F]{2})*$/)
const answerSchema = z.object({
  id: z.number(),
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }).optional(),
})
const batchSchema = z.array(answerSchema)

const DOING = 'reading the chain'
const OTHER_NODE = 'run the same command again, or give another --rpc-url'

/** A connection to one node. */
export class Rpc {
  readonly #url: URL
  readonly #timeout: number
  #requests = 0

  /**
   * @param url http or https
   * @param timeout milliseconds for one HTTP request
   * @throws AirlockError usage when the URL is none
   */
  constructor(url: string, timeout: number) {
    const parsed = URL.canParse(url) ? new URL(url) : null
    if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
      throw refusal(
        'reading the command line',
        'usage',
        '--rpc-url is no http or https URL',
        'give a URL such as http://127.0.0.1:8545',
      )
    }
    if (parsed.username !== '' || parsed.password !== '') {
      const seen = '--rpc-url holds a user name or a password, which this program does not send'
      throw refusal('reading the command line', 'usage', seen, 'give a URL without them')
    }
    this.#url = parsed
    this.#timeout = timeout
  }

  /** The node's host, the only part of the URL that is ever shown. */
  get host(): string {
    return this.#url.host
  }

  /** HTTP requests made so far. */
  get requests(): number {
    return this.#requests
  }

  /**
   * Asks all questions in one HTTP request.
   *
   * @returns the answers in the order of the questions
   * @throws AirlockError rpc_unreachable, rpc_timeout, rpc_bad_answer
   */
  async batch(questions: readonly RpcQuestion[]): Promise<readonly RpcAnswer[]> {
    const body = JSON.stringify(questions.map((question, id) => ({ jsonrpc: '2.0', id, ...question })))
    const answers = this.#parse(await this.#post(body), questions.length)
    return questions.map((question, id) => {
      const answer = answers.find((candidate) => candidate.id === id)
      if (answer === undefined) throw this.#bad(`no answer to ${question.method}`)
      return toAnswer(answer)
    })
  }

  /**
   * Asks one question whose answer is no error.
   *
   * @throws AirlockError rpc_refused when the node answers with an error
   */
  async ask(method: string, params: readonly unknown[]): Promise<unknown> {
    const [answer] = await this.batch([{ method, params }])
    if (answer === undefined || 'error' in answer) throw this.refused(method, answer)
    return answer.result
  }

  /** The refusal for a question that the node answered with an error. */
  refused(what: string, answer: RpcAnswer | undefined): Error {
    const said =
      answer !== undefined && 'error' in answer ? `${answer.error.code} ${quote(answer.error.message)}` : 'nothing'
    return refusal(DOING, 'rpc_refused', `${this.host} answered ${what} with an error: ${said}`, OTHER_NODE)
  }

  #bad(seen: string): Error {
    return refusal(DOING, 'rpc_bad_answer', `${this.host} gave ${seen}`, OTHER_NODE)
  }

  async #post(body: string): Promise<string> {
    this.#requests += 1
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(this.#timeout),
      })
      const text = await readBody(response)
      if (text === null) throw this.#bad(`more than ${MAX_ANSWER_BYTES} bytes`)
      if (!response.ok) throw this.#bad(`HTTP status ${response.status}`)
      return text
    } catch (error) {
      throw this.#fault(error)
    }
  }

  #fault(error: unknown): Error {
    if (!(error instanceof Error)) return this.#bad('an unknown fault')
    if (error.name === 'AirlockError') return error
    if (error.name === 'TimeoutError') {
      const seen = `${this.host} did not answer within ${this.#timeout / 1000} seconds`
      return refusal(
        DOING,
        'rpc_timeout',
        seen,
        'run the same command again, with --timeout SECONDS or another --rpc-url',
      )
    }
    if (error.cause instanceof Error && error.cause.message === 'unexpected redirect') {
      return this.#bad('a redirect to another place')
    }
    const cause = error.cause instanceof Error && 'code' in error.cause ? ` (${String(error.cause.code)})` : ''
    return refusal(
      DOING,
      'rpc_unreachable',
      `there was no answer from ${this.host}${cause}`,
      'check --rpc-url and the connection',
    )
  }

  #parse(text: string, expected: number): z.output<typeof batchSchema> {
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      throw this.#bad(`no JSON: ${quote(text, 60)}`)
    }
    const single = answerLike.safeParse(json)
    if (single.success) throw this.refused('a batch of questions', { error: { ...single.data.error, data: null } })
    const batch = batchSchema.safeParse(json)
    if (!batch.success) throw this.#bad('an answer that is no JSON-RPC batch')
    if (batch.data.length !== expected) throw this.#bad(`${batch.data.length} answers to ${expected} questions`)
    return batch.data
  }
}

/** A node that takes no batches answers all of one with a single error. */
const answerLike = z.object({ error: z.object({ code: z.number(), message: z.string() }) })

async function readBody(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > MAX_ANSWER_BYTES) return null
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

function toAnswer({ result, error }: z.output<typeof answerSchema>): RpcAnswer {
  if (error === undefined) return { result }
  const data = hexData.safeParse(error.data)
  return { error: { code: error.code, message: error.message, data: data.success ? (data.data as Hex) : null } }
}
