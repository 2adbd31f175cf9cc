// JSON-RPC over HTTP with one node, in batches, trusted for nothing but liveness.
//
// Every answer must carry the id of its question: a batch that drops or repeats one is refused, where viem's transport
// would shift the answers by one place. A node that passes is asked again, within --timeout (retry.ts); one that finds
// a batch too large gets halves of it, down to single calls, and one that knows no batches gets single calls at once:
// both are remembered. Every question here may be asked twice without harm. A no is not asked again.
import { refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { busy, OTHER_NODE, post, type Place } from './post.ts'
import { readBatch, readSingle, type RpcAnswer } from './rpc-answer.ts'
import { isLater, isLimit, type RpcError } from './rpc-faults.ts'
import { realPace, sideBySide, tried, type Pace, type Tried } from './retry.ts'
import { Traffic } from './traffic.ts'

/** One question. */
export interface RpcQuestion {
  readonly method: string
  readonly params: readonly unknown[]
  /** What is asked, for a refusal: contract and function. It is not sent; without it the method is the name. */
  readonly name?: string
}

/** How a node is asked. */
export interface RpcOptions {
  /** Milliseconds for one answer, all tries and waits included. */
  readonly timeout: number
  /** Requests a second at most. */
  readonly rps?: number | undefined
  /** The clock of waits; the real one unless told otherwise. */
  readonly pace?: Pace
  /** What is shown for the node instead of its host. */
  readonly name?: string
}

/** HTTP requests to one node at the same time, where batches had to be split. */
const IN_FLIGHT = 4

/** A question in a batch: its id is its place there. */
interface Numbered extends RpcQuestion {
  readonly id: number
}

/** What a batch came to: its answers, or the word that it must be smaller. */
type Exchanged = readonly RpcAnswer[] | 'halves' | 'singles'

/** A connection to one node. */
export class Rpc {
  readonly #place: Place
  readonly #pace: Pace
  readonly #traffic: Traffic
  /** Questions in one HTTP request; at 1 they are sent without a list around them. */
  #most = Infinity

  /**
   * @param url http or https
   * @throws AirlockError usage when the URL is none
   */
  constructor(url: string, { timeout, rps, pace = realPace, name }: RpcOptions) {
    const parsed = urlOf(url)
    this.#place = { url: parsed, host: name ?? parsed.host, timeout }
    this.#pace = pace
    this.#traffic = new Traffic(pace, rps)
  }

  /** The node's host, the only part of the URL that is ever shown. */
  get host(): string {
    return this.#place.host
  }

  /** HTTP requests made so far. */
  get requests(): number {
    return this.#traffic.requests
  }

  /** What was asked of it, for people. */
  get summary(): string {
    return this.#traffic.summary(this.host)
  }

  /**
   * Asks all questions, in one HTTP request where the node takes that.
   *
   * @returns the answers in the order of the questions
   * @throws AirlockError rpc_unreachable, rpc_timeout, rpc_bad_answer, rpc_busy; rpc_refused for a block that it lacks
   */
  async batch(questions: readonly RpcQuestion[]): Promise<readonly RpcAnswer[]> {
    const numbered = questions.map((question, id) => ({ ...question, id }))
    const parts = partsOf(numbered, this.#most).map((part) => () => this.#part(part))
    return (await sideBySide(parts, IN_FLIGHT)).flat()
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
    const seen = `${this.host} answered ${what} with an error: ${said}`
    return refusal('reading the chain', 'rpc_refused', seen, OTHER_NODE)
  }

  /** Asks questions in one HTTP request, or in smaller ones when the node says so. */
  async #part(questions: readonly Numbered[]): Promise<readonly RpcAnswer[]> {
    const found = questions.length > this.#most ? 'halves' : await this.#exchanged(questions)
    if (typeof found !== 'string') return found
    if (questions.length <= this.#most) {
      this.#traffic.splits += 1
      this.#most = found === 'singles' ? 1 : Math.ceil(questions.length / 2)
    }
    const answers: RpcAnswer[] = []
    for (const part of partsOf(questions, this.#most)) answers.push(...(await this.#part(part)))
    return answers
  }

  /** One batch with its tries; of a batch that hit a limit in part, that part alone is asked again. */
  #exchanged(questions: readonly Numbered[]): Promise<Exchanged> {
    const answers = new Map<number, RpcAnswer>()
    const bounds = {
      pace: this.#pace,
      time: this.#place.timeout,
      turn: () => this.#traffic.turn(),
      onRetry: () => (this.#traffic.retries += 1),
    }
    return tried(bounds, (milliseconds) => this.#try(questions, answers, milliseconds))
  }

  async #try(
    questions: readonly Numbered[],
    answers: Map<number, RpcAnswer>,
    milliseconds: number,
  ): Promise<Tried<Exchanged>> {
    const open = questions.filter(({ id }) => !answers.has(id))
    const calls = open.map(({ id, method, params }) => ({ jsonrpc: '2.0', id, method, params }))
    const [single] = this.#most === 1 ? calls : []
    const posted = await post(this.#place, this.#traffic, JSON.stringify(single ?? calls), milliseconds)
    if ('fault' in posted) return posted
    const ids = open.map(({ id }) => id)
    const read =
      single === undefined ? readBatch(this.host, posted.value, ids) : readSingle(this.host, posted.value, single.id)
    if ('smaller' in read) return { value: read.smaller }
    if ('later' in read) return this.#later('a batch', read.later)
    let later: Tried<Exchanged> | null = null
    for (const { id, name, method } of open) {
      const answer = read.answers.get(id)
      if (answer === undefined) continue
      if ('error' in answer && isLater(answer.error)) later ??= this.#later(name ?? method, answer.error)
      else answers.set(id, answer)
    }
    return later ?? { value: questions.flatMap(({ id }) => answers.get(id) ?? []) }
  }

  #later(what: string, error: RpcError): Tried<never> {
    const limit = busy(this.host, `it answered ${what} with ${error.code} ${quote(error.message)}`)
    return { fault: isLimit(error) ? limit : this.refused(what, { error }), after: null }
  }
}

function urlOf(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : null
  const doing = 'reading the command line'
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw refusal(doing, 'usage', '--rpc-url is no http or https URL', 'give a URL such as http://127.0.0.1:8545')
  }
  if (parsed.username !== '' || parsed.password !== '') {
    const seen = '--rpc-url holds a user name or a password, which this program does not send'
    throw refusal(doing, 'usage', seen, 'give a URL without them')
  }
  return parsed
}

function partsOf<T>(all: readonly T[], most: number): readonly (readonly T[])[] {
  if (all.length <= most) return [all]
  return Array.from({ length: Math.ceil(all.length / most) }, (_, part) => all.slice(part * most, (part + 1) * most))
}
