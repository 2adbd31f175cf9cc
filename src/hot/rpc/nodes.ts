// Several nodes as one: every question is put to each of them, and their answers must be the same.
//
// A node can lie for one operator at one moment; two that are run by different people seldom tell the same lie. What is
// compared is what the nodes say, word for word, before anything is made of it. A difference refuses and names the read,
// the hosts and what each said; none of them is believed over another. With one node nothing is compared.
import { keccak256 } from 'viem'
import { AirlockError, refusal, refuseAll, type Problem } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { readHeaderFile } from './header-file.ts'
import { OTHER_NODE } from './post.ts'
import { realPace, type Pace } from './retry.ts'
import { Rpc, type RpcQuestion } from './rpc.ts'
import type { RpcAnswer } from './rpc-answer.ts'
import { isRevert } from './rpc-faults.ts'

/** Flags of a command that asks nodes. */
export interface NodeOptions {
  readonly rpcUrl: readonly string[]
  /** Seconds for one answer, all tries and waits included. */
  readonly timeout: number
  /** Requests a second at most, to each node. */
  readonly rps?: number
  /** Files of headers, each for the node at the same place; nodes beyond them get none. */
  readonly rpcHeaderFile?: readonly string[]
}

/** What one node said. */
export interface Said<T> {
  readonly host: string
  readonly value: T
}

/** What all nodes said, in the order of their --rpc-url. */
export type SaidByAll<T> = readonly [Said<T>, ...Said<T>[]]

const DOING = 'comparing the nodes'
const HINT =
  'run the same command again; if they differ again, one of them is wrong: ask a third, and sign nothing before you know which'

/** All nodes of a command. */
export class Nodes {
  readonly all: readonly [Rpc, ...Rpc[]]
  /** The clock of waits for a node that is behind. */
  readonly pace: Pace

  /**
   * @param pace the clock of waits; the real one unless told otherwise
   * @throws AirlockError usage for what is no URL, and for the same URL twice; those of reading a file of headers
   */
  constructor({ rpcUrl, timeout, rps, rpcHeaderFile = [] }: NodeOptions, pace: Pace = realPace) {
    const names = namesOf(rpcUrl)
    if (rpcHeaderFile.length > rpcUrl.length) {
      const seen = `${rpcHeaderFile.length} --rpc-header-file for ${rpcUrl.length} --rpc-url`
      throw refusal('reading the command line', 'usage', seen, 'give one for each --rpc-url at most, in the same order')
    }
    const headers = rpcHeaderFile.map(readHeaderFile)
    const [first, ...rest] = rpcUrl.map((url, index) => {
      return new Rpc(url, { timeout: timeout * 1000, rps, pace, headers: headers[index] ?? [], ...names[index] })
    })
    if (first === undefined) throw refusal('reading the command line', 'usage', 'no --rpc-url', 'give one')
    this.all = [first, ...rest]
    this.pace = pace
  }

  /** The hosts, the only part of the URLs that is ever shown. */
  get hosts(): string {
    return this.all.map(({ host }) => host).join(', ')
  }

  /** HTTP requests made so far, to all of them. */
  get requests(): number {
    return this.all.reduce((sum, { requests }) => sum + requests, 0)
  }

  /** What was asked of each, a paragraph for each. */
  get summary(): string {
    return this.all.map(({ summary }) => summary).join('\n')
  }

  /**
   * Asks every node at the same time.
   *
   * @throws AirlockError with the problems of all nodes that failed
   */
  async each<T>(ask: (rpc: Rpc) => Promise<T>): Promise<SaidByAll<T>> {
    const [first, ...rest] = this.all
    const [one, ...others] = await Promise.all([attempt(first, ask), ...rest.map((rpc) => attempt(rpc, ask))])
    const failed = [one, ...others].flatMap((said) => ('failed' in said ? [said.failed] : []))
    if (failed.length > 0) throw joined(failed)
    return [one, ...others] as unknown as SaidByAll<T>
  }

  /**
   * Asks questions of every node; all must answer each in the same way, reverts included.
   *
   * @returns the answers in the order of the questions
   * @throws AirlockError rpc_disagree for each question that was answered in several ways, and those of the connection
   */
  async agreed(questions: readonly RpcQuestion[]): Promise<readonly RpcAnswer[]> {
    const said = await this.each((rpc) => rpc.batch(questions))
    if (said.length === 1) return said[0].value
    const problems = questions.flatMap((question, index) => {
      const spellings = told(said, (answers, host) => spelled(this, host, question, answers[index]))
      return disagreement(question.name ?? question.method, spellings)
    })
    refuseAll(DOING, problems)
    return said[0].value
  }
}

/**
 * The problem of nodes that do not say the same, or none.
 *
 * @param what the read: contract and function, or the method
 */
export function disagreement(what: string, said: SaidByAll<string>): readonly Problem[] {
  const [first] = said
  if (said.every(({ value }) => value === first.value)) return []
  const sides = said.map(({ host, value }) => `${host} says ${shown(value)}`)
  return [{ code: 'rpc_disagree', message: `${what}: ${sides.join(', ')}`, hint: HINT }]
}

/**
 * The value that all nodes gave.
 *
 * @param spell what is compared, and shown where it differs
 * @throws AirlockError rpc_disagree
 */
export function same<T>(what: string, said: SaidByAll<T>, spell: (value: T) => string): T {
  refuseAll(DOING, disagreement(what, told(said, spell)))
  return said[0].value
}

/** A part of what each node said, or something made of it. */
export function told<T, U>([first, ...others]: SaidByAll<T>, part: (value: T, host: string) => U): SaidByAll<U> {
  const side = ({ host, value }: Said<T>): Said<U> => ({ host, value: part(value, host) })
  return [side(first), ...others.map(side)]
}

async function attempt<T>(rpc: Rpc, ask: (rpc: Rpc) => Promise<T>): Promise<Said<T> | { readonly failed: unknown }> {
  try {
    return { host: rpc.host, value: await ask(rpc) }
  } catch (error) {
    return { failed: error }
  }
}

/** The failures of several nodes as one; a fault of this program goes first. */
function joined(failed: readonly unknown[]): Error {
  const [first, ...rest] = failed.filter((error) => error instanceof AirlockError)
  if (first === undefined || rest.length + 1 < failed.length) {
    const fault = failed.find((error) => error instanceof Error && !(error instanceof AirlockError))
    return fault instanceof Error ? fault : new TypeError('a failure that is no error')
  }
  if (rest.length === 0) return first
  return new AirlockError(first.doing, [...first.problems, ...rest.flatMap(({ problems }) => problems)])
}

/** Quantities that nodes may spell in several ways. */
const quantities: ReadonlySet<string> = new Set(['eth_getBalance', 'eth_getTransactionCount', 'eth_getStorageAt'])

/** One spelling for everything that means the same. A revert is one, with or without its data: not all nodes give them. */
function spelled(nodes: Nodes, host: string, question: RpcQuestion, answer: RpcAnswer | undefined): string {
  const { method } = question
  if (answer !== undefined && 'result' in answer) {
    const { result } = answer
    if (typeof result !== 'string') return result === undefined ? 'nothing' : JSON.stringify(result)
    if (quantities.has(method) && /^0x[0-9a-f]{1,64}$/i.test(result)) return BigInt(result).toString()
    return result.toLowerCase()
  }
  if (answer !== undefined && isRevert(answer.error)) return 'a revert'
  const node = nodes.all.find((rpc) => rpc.host === host) ?? nodes.all[0]
  throw node.refused(question, answer)
}

/** A value as it is shown: quoted; a long one by its hash, because two of them may begin alike. */
function shown(text: string): string {
  if (text.length <= 200) return quote(text, 200)
  const bytes = new TextEncoder().encode(text)
  return `${bytes.length} characters with keccak256 ${keccak256(bytes)}`
}

/** Names for nodes of one host, which would be told apart by nothing that may be shown. */
function namesOf(urls: readonly string[]): readonly { readonly name?: string }[] {
  const parsed = urls.map((url) => (URL.canParse(url) ? new URL(url) : null))
  // Another user name makes no other node.
  const hrefs = parsed.flatMap((url) => (url === null ? [] : [`${url.origin}${url.pathname}${url.search}`]))
  if (new Set(hrefs).size < hrefs.length) {
    const seen = 'the same --rpc-url is given twice: a node compared with itself proves nothing'
    throw refusal('reading the command line', 'usage', seen, 'give nodes that different people run')
  }
  return parsed.map((url, index) => {
    const alone = parsed.filter((other) => other?.host === url?.host).length === 1
    return alone || url === null ? {} : { name: `${url.host} (--rpc-url ${index + 1})` }
  })
}

/** The refusal for an answer that does not decode. */
export const undecodable = (host: string, method: string): Error =>
  refusal('reading the chain', 'rpc_bad_answer', `${host} gave an answer to ${method} that does not decode`, OTHER_NODE)
