// Reads of contracts, all pinned to one block by its hash, and many to an HTTP request; the same from every node.
//
// A read is a description: its questions, and how their answers become a value. record() and list() make one read of
// many, and Reader.read() asks all of it in one batch. A function that a generation does not have is wrapped in
// optional(): a revert is null then. Any other fault of an answer refuses, with contract and function by name.
import { decodeFunctionResult, encodeFunctionData, parseAbiItem, type AbiFunction, type Hex } from 'viem'
import type { Code } from '../../shared/base/error-codes.ts'
import { refusal } from '../../shared/base/errors.ts'
import type { Address, Bytes32 } from '../../shared/base/fields.ts'
import type { Nodes } from './nodes.ts'
import type { RpcQuestion } from './rpc.ts'
import type { RpcAnswer } from './rpc-answer.ts'
import { isRevert } from './rpc-faults.ts'

/** EIP-1898: a block by its hash, which must still be in the chain. */
export interface BlockReference {
  readonly blockHash: Hex
  readonly requireCanonical: true
}

/** The block of this hash. */
export const blockReference = (blockHash: Hex): BlockReference => ({ blockHash, requireCanonical: true })

/** A description of what to ask and what the answers mean. */
export interface Read<T> {
  readonly questions: (block: BlockReference) => readonly RpcQuestion[]
  readonly decode: (answers: readonly RpcAnswer[]) => T
}

type Values<Reads> = { readonly [Key in keyof Reads]: Reads[Key] extends Read<infer T> ? T : never }

/** An answer that is no value; read() makes the refusal, which knows the node. */
class BadAnswer extends Error {
  readonly code: Code
  constructor(code: Code, message: string) {
    super(message)
    this.code = code
  }
}

const hints: Partial<Readonly<Record<Code, string>>> = {
  no_contract_code: 'check the address that was given, and that --rpc-url is of the right chain',
  contract_kind_unknown: 'check the address that was given; contracts of other kinds are not for this command',
}

/** All nodes at one block. */
export class Reader {
  readonly #nodes: Nodes
  readonly #block: BlockReference
  #waiting: Waiting[] = []

  constructor(nodes: Nodes, blockHash: Bytes32) {
    this.#nodes = nodes
    this.#block = blockReference(blockHash)
  }

  /**
   * Asks a read, however composed, in one HTTP request to each node.
   *
   * @throws AirlockError no_contract_code, contract_kind_unknown, rpc_disagree, rpc_bad_answer, rpc_refused, and those of
   *   the connection
   */
  async read<T>(read: Read<T>): Promise<T> {
    const answers = await this.#ask(read.questions(this.#block))
    try {
      return read.decode(answers)
    } catch (error) {
      if (!(error instanceof BadAnswer)) throw error
      const hint = hints[error.code] ?? 'run the same command again, or give another --rpc-url'
      throw refusal('reading the chain', error.code, `${this.#nodes.hosts}: ${error.message}`, hint)
    }
  }

  /** Reads that begin at the same moment share one HTTP request to each node. */
  #ask(questions: readonly RpcQuestion[]): Promise<readonly RpcAnswer[]> {
    if (this.#waiting.length === 0) queueMicrotask(() => void this.#flush())
    return new Promise((resolve, reject) => this.#waiting.push({ questions, resolve, reject }))
  }

  async #flush(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = []
    try {
      const answers = await this.#nodes.agreed(waiting.flatMap(({ questions }) => questions))
      let from = 0
      for (const { questions, resolve } of waiting) resolve(answers.slice(from, (from += questions.length)))
    } catch (error) {
      for (const { reject } of waiting) reject(error)
    }
  }
}

/** Questions that wait for others of the same moment, and who asked them. */
interface Waiting {
  readonly questions: readonly RpcQuestion[]
  readonly resolve: (answers: readonly RpcAnswer[]) => void
  readonly reject: (error: unknown) => void
}

/** One read of a record of reads. */
export function record<Reads extends Readonly<Record<string, Read<unknown>>>>(reads: Reads): Read<Values<Reads>> {
  const entries = Object.entries(reads)
  const all = list(entries.map(([, read]) => read))
  return {
    questions: all.questions,
    decode: (answers) => {
      const values = all.decode(answers)
      return Object.fromEntries(entries.map(([key], index) => [key, values[index]])) as Values<Reads>
    },
  }
}

/** One read of a list of reads. */
export function list<T>(reads: readonly Read<T>[]): Read<readonly T[]> {
  return {
    questions: (block) => reads.flatMap((read) => read.questions(block)),
    decode: (answers) => {
      let from = 0
      return reads.map((read) => {
        const count = read.questions(blockReference('0x')).length
        from += count
        return read.decode(answers.slice(from - count, from))
      })
    },
  }
}

/** A read of one question. */
function single<T>(
  name: string,
  question: (block: BlockReference) => RpcQuestion,
  decode: (result: unknown) => T,
): Read<T> {
  return {
    questions: (block) => [{ name, ...question(block) }],
    decode: ([answer]) => {
      if (answer !== undefined && 'result' in answer) return decode(answer.result)
      const error = answer?.error ?? { code: 0, message: 'nothing', data: null }
      if (isRevert(error))
        throw new BadAnswer('contract_kind_unknown', `${name} reverts: it is no contract of the kind expected`)
      throw new BadAnswer('rpc_refused', `${name} was answered with error ${error.code}`)
    },
  }
}

const isHex = (value: unknown): value is Hex => typeof value === 'string' && /^0x[0-9a-fA-F]*$/.test(value)

/**
 * A function of a contract.
 *
 * @param contract the contract's name, for refusals
 * @param to its address
 * @param signature human-readable ABI with the return type, such as "paused() view returns (uint256)"
 */
export function call<T>(contract: string, to: Address, signature: string, ...args: readonly unknown[]): Read<T> {
  const item = parseAbiItem(`function ${signature}`) as AbiFunction
  const data = encodeFunctionData({ abi: [item], functionName: item.name, args })
  const name = `${contract}.${item.name} at ${to}`
  return single(
    name,
    (block) => ({ method: 'eth_call', params: [{ to, data }, block] }),
    (result) => {
      if (result === '0x')
        throw new BadAnswer('contract_kind_unknown', `${name} answers nothing: it is no contract of the kind expected`)
      if (!isHex(result)) throw new BadAnswer('rpc_bad_answer', `the answer to ${name} is no hex`)
      try {
        return decodeFunctionResult({ abi: [item], functionName: item.name, data: result }) as T
      } catch {
        throw new BadAnswer('rpc_bad_answer', `the answer to ${name} is not of the type expected`)
      }
    },
  )
}

/** The same read, null where the contract has no such function or reverts. */
export function optional<T>(read: Read<T>): Read<T | null> {
  return {
    ...read,
    decode: (answers) => {
      try {
        return read.decode(answers)
      } catch (error) {
        if (error instanceof BadAnswer && error.code === 'contract_kind_unknown') return null
        throw error
      }
    },
  }
}

/** A quantity that the node keeps of an address: "eth_getBalance" or "eth_getTransactionCount". */
export function quantity(method: string, of: Address, at?: 'pending'): Read<bigint> {
  return single(
    at === undefined ? `${method} of ${of}` : `${method} of ${of}, ${at}`,
    (block) => ({ method, params: [of, at ?? block] }),
    (result) => {
      if (isHex(result) && result !== '0x' && result.length <= 66) return BigInt(result)
      throw new BadAnswer('rpc_bad_answer', `the answer to ${method} is no quantity`)
    },
  )
}

/** The code at an address, "0x" where there is none. */
export function code(at: Address): Read<Hex> {
  return single(
    `eth_getCode of ${at}`,
    (block) => ({ method: 'eth_getCode', params: [at, block] }),
    (result) => {
      if (isHex(result)) return result
      throw new BadAnswer('rpc_bad_answer', 'the answer to eth_getCode is no hex')
    },
  )
}

/** A word of a contract's storage, such as a slot of EIP-1967. */
export function storage(at: Address, slot: Hex): Read<bigint> {
  return single(
    `eth_getStorageAt of ${at}`,
    (block) => ({ method: 'eth_getStorageAt', params: [at, slot, block] }),
    (result) => {
      if (isHex(result) && result !== '0x' && result.length <= 66) return BigInt(result)
      throw new BadAnswer('rpc_bad_answer', 'the answer to eth_getStorageAt is no word')
    },
  )
}

/** The code at an address where there must be some. */
export function contractCode(contract: string, at: Address): Read<Hex> {
  const read = code(at)
  return {
    ...read,
    decode: (answers) => {
      const found = read.decode(answers)
      if (found === '0x') throw new BadAnswer('no_contract_code', `there is no ${contract} at ${at}: no code`)
      return found
    },
  }
}
