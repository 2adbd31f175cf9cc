// JSON-RPC over HTTP with one node, in batches, trusted for nothing but liveness.
//
// Every answer must carry the id of its question: where a batch drops or repeats one, viem's transport would shift the answers by
// one place. A node that passes is asked again, within --timeout (retry.ts); one that does not answer a batch gets halves of
// it, down to single questions without a list around them (rpc-answer.ts), and what it took is remembered. Every question here
// may be asked twice without harm. A no to a question is not asked again.
import { refusal, type AirlockError } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { nodeAddress, type Header } from './node-url.ts'
import { busy, OTHER_KEY, OTHER_NODE, post, type Place } from './post.ts'
import { readBatch, readSingle, type RpcAnswer } from './rpc-answer.ts'
import { isDeniedError, isLater, isLimit, lacksBlockHash, type RpcError } from './rpc-faults.ts'
import { realPace, sideBySide, tried, type Fault, type Pace, type Tried } from './retry.ts'
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
  /** Sent with every request, and never shown. */
  readonly headers?: readonly Header[]
}

/** What to do about a node without EIP-1898: nothing is read by a number, which another block may have at the next read. */
const NODE_WITH_HASHES =
  'give the --rpc-url of a node that can: geth, reth, Nethermind, Besu and Erigon can; a gateway before them may not'

/** HTTP requests to one node at the same time, where batches had to be split. */
const IN_FLIGHT = 4

/** A question in a batch: its id is its place there. */
interface Numbered extends RpcQuestion {
  readonly id: number
}

/** What a batch came to: all is answered, or it must be smaller. */
type Exchanged = 'answered' | 'halves' | 'singles'

/** The answers so far, by the ids of their questions. */
type Answers = Map<number, RpcAnswer>

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
  constructor(url: string, { timeout, rps, pace = realPace, name, headers }: RpcOptions) {
    const address = nodeAddress(url, headers)
    this.#place = { ...address, host: name ?? address.url.host, timeout }
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
    const answers: Answers = new Map()
    const parts = partsOf(numbered, this.#most).map((part) => () => this.#part(part, answers))
    await sideBySide(parts, IN_FLIGHT)
    return numbered.map((question) => {
      const answer = answers.get(question.id)
      if (answer === undefined) throw this.refused(question, answer)
      return answer
    })
  }

  /**
   * Asks one question whose answer is no error.
   *
   * @throws AirlockError rpc_refused when the node answers with an error
   */
  async ask(method: string, params: readonly unknown[]): Promise<unknown> {
    const [answer] = await this.batch([{ method, params }])
    if (answer === undefined || 'error' in answer) throw this.refused({ method, params }, answer)
    return answer.result
  }

  /**
   * The refusal for a question that the node answered with an error.
   *
   * @param asked the question, or its name where its parameters do not matter
   */
  refused(asked: string | RpcQuestion, answer: RpcAnswer | undefined): AirlockError {
    const doing = 'reading the chain'
    const what = typeof asked === 'string' ? asked : (asked.name ?? asked.method)
    const error = answer !== undefined && 'error' in answer ? answer.error : null
    const said = error === null ? 'nothing' : `${error.code} ${quote(error.message)}`
    if (typeof asked !== 'string' && error !== null && lacksBlockHash(asked.params, error)) {
      const seen = `${this.host} cannot read at a block by its hash (EIP-1898): it answered ${what} with ${said}`
      return refusal(doing, 'rpc_no_block_hash', seen, NODE_WITH_HASHES)
    }
    const seen = `${this.host} answered ${what} with an error: ${said}`
    return refusal(doing, 'rpc_refused', seen, error !== null && isDeniedError(error) ? OTHER_KEY : OTHER_NODE)
  }

  /** Asks what is not answered yet in one HTTP request, or in smaller ones when the node does not take that. */
  async #part(questions: readonly Numbered[], answers: Answers): Promise<void> {
    const open = questions.filter(({ id }) => !answers.has(id))
    if (open.length <= this.#most) {
      const found = open.length === 0 ? 'answered' : await this.#exchanged(open, answers)
      if (found === 'answered') return
      this.#traffic.splits += 1
      this.#most = Math.min(this.#most, found === 'singles' ? 1 : Math.ceil(open.length / 2))
    }
    for (const part of partsOf(open, this.#most)) await this.#part(part, answers)
  }

  /** One batch with its tries; of a batch that hit a limit in part, that part alone is asked again. */
  #exchanged(questions: readonly Numbered[], answers: Answers): Promise<Exchanged> {
    const bounds = {
      pace: this.#pace,
      time: this.#place.timeout,
      turn: () => this.#traffic.turn(),
      onRetry: () => (this.#traffic.retries += 1),
    }
    return tried(bounds, (milliseconds) => this.#try(questions, answers, milliseconds))
  }

  async #try(questions: readonly Numbered[], answers: Answers, milliseconds: number): Promise<Tried<Exchanged>> {
    const open = questions.filter(({ id }) => !answers.has(id))
    const calls = open.map(({ id, method, params }) => ({ jsonrpc: '2.0', id, method, params }))
    const [single] = this.#most === 1 && calls.length === 1 ? calls : []
    const posted = await post(this.#place, this.#traffic, JSON.stringify(single ?? calls), milliseconds)
    if ('fault' in posted) return orSmaller(posted, open)
    const ids = open.map(({ id }) => id)
    const read =
      single === undefined
        ? readBatch(this.#place, posted.value, ids)
        : readSingle(this.#place, posted.value, single.id)
    if ('smaller' in read) return { value: read.smaller }
    if ('later' in read) return orSmaller(this.#later('a batch', read.later), open)
    let later: Fault | null = null
    for (const { id, name, method } of open) {
      const answer = read.answers.get(id)
      if (answer === undefined) continue
      if ('error' in answer && isLater(answer.error)) later ??= this.#later(name ?? method, answer.error)
      else answers.set(id, answer)
    }
    return later === null ? { value: 'answered' } : orSmaller(later, open)
  }

  #later(what: string, error: RpcError): Fault {
    const limit = busy(this.host, `it answered ${what} with ${error.code} ${quote(error.message)}`)
    return { fault: isLimit(error) ? limit : this.refused(what, { error }), after: null }
  }
}

/** A batch that a node has no time for at any try may be one that is too large for it. */
const orSmaller = (fault: Fault, { length }: readonly Numbered[]): Tried<Exchanged> =>
  length > 1 && fault.fault.code === 'rpc_busy' ? { ...fault, instead: 'halves' } : fault

function partsOf<T>(all: readonly T[], most: number): readonly (readonly T[])[] {
  if (all.length <= most) return [all]
  return Array.from({ length: Math.ceil(all.length / most) }, (_, part) => all.slice(part * most, (part + 1) * most))
}
