// What a node means by an error: the call reverts, come back later, ask for less at once; anything else is a no.
//
// The words are those of the nodes and of their providers. geth: -32600 "batch too large", -32003 "response too large";
// Besu: "Number of requests in batch exceeds --rpc-max-batch-size."; Nethermind: -32005 "Batch size limit exceeded";
// Infura and others: -32005, or 429 as code, for a rate. A revert is a revert, whatever its reason says.
import type { Hex } from 'viem'

/** The error of an answer, with the revert data where there is some. */
export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data: Hex | null
}

/** True when the node says that the call reverted or ran out of gas, and not that it could not answer. */
export function isRevert(error: RpcError): boolean {
  return (
    error.data !== null ||
    error.code === 3 ||
    /revert|invalid opcode|invalidfeopcode|out ?of ?gas|gas required exceeds|intrinsic gas/i.test(error.message)
  )
}

/** True when fewer questions at once would be answered. */
export const isTooMuch = (error: RpcError): boolean =>
  !isRevert(error) && /\bbatch|(?:response|content|body|payload|entity) (?:is )?too large/i.test(error.message)

/** True when the node asks for fewer questions in a time. Besu has -32005 for a gas limit above that of a block too. */
export const isLimit = ({ code, message }: RpcError): boolean =>
  (code === -32005 && !/gas limit/i.test(message)) ||
  code === 429 ||
  /rate.?limit|too many requests|request limit|per second|throughput|capacity/i.test(message)

/** True when the same question may be answered later: a limit, or a block that one of several machines has not yet. */
export const isLater = (error: RpcError): boolean =>
  !isRevert(error) && (isLimit(error) || /header not found|unknown block|block not found/i.test(error.message))

/**
 * True when the node does not know who asks, or has another plan for them. Besu has -32001 for a nonce too, and Optimism's proxyd
 * for a method that it does not pass on.
 */
export const isDeniedError = ({ code, message }: RpcError): boolean =>
  (code === -32001 && !/nonce|whitelist/i.test(message)) || DENIED.test(message)

const DENIED =
  /unauthori[sz]ed|forbidden|access denied|(?:api|access).?key|project.?id|credential|authenticat|(?:bad|invalid|expired) token|\b(?:free|your|current|paid) (?:plan|tier)/i

/**
 * True when a question at a block by its hash was refused because of that parameter. Older geth: "invalid argument 1: json: cannot
 * unmarshal object into Go value of type string"; Parity and others: "invalid type: map, expected a block number".
 *
 * @param params of the question
 */
export const lacksBlockHash = (params: readonly unknown[], error: RpcError): boolean =>
  params.some((param) => typeof param === 'object' && param !== null && 'blockHash' in param) &&
  !isRevert(error) &&
  !/missing trie|prun|archive|histor|not available/i.test(error.message) &&
  (error.code === -32602 ||
    /unmarshal|1898|block.?hash|block.?(?:number|param|identifier|tag)|invalid (?:type|argument|param)/i.test(
      error.message,
    ))

/** HTTP statuses that pass: too many requests, and three of gateways whose server is away. */
export const passingStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** Codes of the system and of undici for a connection that was there and broke, or did not come about in time. */
export const brokenConnection: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])
