// What to do about a node that refuses a transaction: for each known refusal what it means, and a remedy of its own.
//
// The words are those of the nodes: geth (core/txpool/errors.go, core/error.go), reth and anvil, which say the same in most cases,
// Nethermind (AcceptTxResult), Besu (RpcErrorType), Erigon (txpool DiscardReason), and of the gateways before them. A request is
// named by its name in the journal, so that each command can be typed as it stands, but for the node's URL.
import { journalFolder } from '../journal/journal.ts'
import { nonceOf } from '../journal/journal-request.ts'
import { isDeniedError, type RpcError } from '../rpc/rpc-faults.ts'
import { OTHER_KEY } from '../rpc/post.ts'
import { hotCommand, hotLine } from '../../shared/base/commands.ts'
import { ether, gwei } from '../../shared/base/units.ts'
import { senderOf, type UnsignedRequest } from '../../shared/request/request.ts'
import type { AssembledTransaction } from '../verify/verify.ts'

/** What is being sent, as far as a remedy names it. */
export interface Sending {
  readonly request: UnsignedRequest
  /** Its name in the journal. */
  readonly name: string
  /** The folder of the journal; null where there is none. */
  readonly journal: string | null
}

/** What a refusal means, and what to do. */
export interface Remedy {
  readonly means: string
  readonly hint: string
}

/** What the sentences of a remedy are made of. */
interface Told {
  readonly nonce: number
  readonly sender: string
  readonly gasLimit: number
  readonly cost: string
  readonly maxFee: string
  readonly chainId: number
  /** The command that sends again. */
  readonly again: string
  /** The command that says how to build. */
  readonly build: string
}

interface Known {
  readonly says: RegExp
  readonly means: (told: Told) => string
  readonly hint: (told: Told) => string
}

const NONCE_USED = /nonce.{0,12}low|OldNonce|OwnNonceAlreadyUsed|lower than the current nonce/i

/** In the order in which they are tried: the more exact words come first. */
const known: readonly Known[] = [
  {
    says: NONCE_USED,
    means: ({ nonce }) => `nonce ${nonce} is used already`,
    hint: ({ again }) => `type \`${again}\` again: it says which transaction used it`,
  },
  {
    says: /in-?flight transaction limit|gapped-nonce|delegated account|DelegatorHasPendingTx|authority already reserved/i,
    means: ({ sender }) => `${sender} has EIP-7702 code, and of such an account a pool takes one transaction at a time`,
    hint: ({ again }) => `wait until the one before is mined, then type \`${again}\` again`,
  },
  {
    says: /replace|PendingTxsOfConflictingType|address already reserved/i,
    means: ({ nonce }) => `another transaction with nonce ${nonce} waits there, at a price that this one does not beat`,
    hint: ({ again, build, nonce, maxFee }) =>
      `wait until it is mined, then type \`${again}\` again; or take its place: build with \`--nonce ${nonce}\` and a \`--gas-price\` a tenth above its own (this one has ${maxFee}); \`${build}\` has the flags`,
  },
  {
    says: /nonce too high|nonce.{0,20}(?:distant|future)|NonceGap|future nonce|lower nonce/i,
    means: ({ nonce }) => `a transaction before nonce ${nonce} is missing there`,
    hint: ({ again }) => `type ${hotCommand('status', { '--rpc-url': 'URL' })} to see which; then \`${again}\` again`,
  },
  {
    says: /insufficient (?:funds|balance)|InsufficientFunds|upfront cost|exceeds.{0,20}balance/i,
    means: ({ cost }) => `it may cost ${cost}, and what waits in the pool before it is counted too`,
    hint: ({ again, sender }) => `send ETH to ${sender}, then type \`${again}\` again`,
  },
  {
    says: /exceeds the configured cap|fee ?cap exceeded|exceeds.{0,20}tx ?fee ?cap/i,
    means: ({ cost }) =>
      `that node has a cap of its own for what a transaction may cost, and this one may cost ${cost}`,
    hint: ({ again, build }) =>
      `ask another node: \`${again}\`; your own takes it with a higher --rpc.txfeecap; or build with a lower \`--gas-price\`: \`${build}\` has the flags`,
  },
  {
    says: /base ?fee/i,
    means: ({ maxFee }) => `its fee cap of ${maxFee} is below the base fee`,
    hint: ({ again, build }) =>
      `wait until the base fee falls, then type \`${again}\` again; or build with a higher \`--gas-price\`: \`${build}\` has the flags`,
  },
  {
    says: /pool (?:is )?full|limit in txpool|account limit exceeded|TxPoolOverflow/i,
    means: () => 'its pool has no room',
    hint: ({ again }) => `ask another node, or the same one in a few minutes: \`${again}\``,
  },
  {
    says: /underpriced|fee ?too ?low|\btip\b|gas price (?:too low|below)|minimum gas price|below chain minimum/i,
    means: ({ maxFee }) => `that node wants a higher price than ${maxFee} with its tip`,
    hint: ({ again, build }) =>
      `ask another node: \`${again}\`; or build with a higher \`--priority-gas-price\`: \`${build}\` has the flags`,
  },
  {
    says: /intrinsic gas too high|block gas ?limit|gas ?limit.{0,12}(?:too high|exceeded)|GasLimitExceeded|EIP-?7825|exceeds the maximum/i,
    means: ({ gasLimit }) => `its gas limit of ${gasLimit} is above that of a block, or above 16777216 (EIP-7825)`,
    hint: ({ build }) =>
      `build again with a lower \`--gas-limit\`, or for fewer quorums, sets or strategies: \`${build}\` has the flags`,
  },
  {
    says: /intrinsic gas|floor data gas/i,
    means: ({ gasLimit }) => `its gas limit of ${gasLimit} is below what every transaction of its length costs`,
    hint: ({ build }) => `build again without \`--gas-limit\`: \`${build}\` has the flags`,
  },
  {
    says: /chain ?id|InvalidTxChainId|invalid sender|invalid signature|FailedToResolveSender|replay.?protect/i,
    means: ({ chainId }) =>
      `it is signed for chain ${chainId}, which this URL said it serves: its pool is that of another chain`,
    hint: ({ again, chainId }) => `give the URL of another node of chain ${chainId}: \`${again}\``,
  },
  {
    says: /type (?:is )?not supported|NotSupportedTxType|typed transaction/i,
    means: () => 'it does not know transactions of type 2 (EIP-1559)',
    hint: ({ again }) => `ask another node: \`${again}\``,
  },
  {
    says: /\bsync/i,
    means: () => 'it has not caught up with the chain',
    hint: ({ again }) => `ask another node, or wait until it has: \`${again}\``,
  },
  {
    says: /whitelist|not (?:allowed|permitted|available|supported|enabled|found|authori[sz]ed to send)|does not exist|disabled|read.?only/i,
    means: () => 'it takes no transactions',
    hint: ({ again }) => `ask another node: \`${again}\``,
  },
]

/** True when a node says that it has the very transaction already: no failure. */
export const hasItAlready = ({ message }: RpcError): boolean =>
  /already ?(?:known|imported|exists)|\bknown transaction|tx with same hash/i.test(message)

/** True when a node says that another transaction has used the nonce, or this one. */
export const isNonceUsed = ({ message }: RpcError): boolean => NONCE_USED.test(message)

/** What a refusal means and what to do about it; null where its words are not known. */
export function remedyFor(error: RpcError, transaction: AssembledTransaction, sending: Sending): Remedy | null {
  if (isDeniedError(error)) return { means: 'it does not know who asks, or wants another plan', hint: OTHER_KEY }
  const told = tell(transaction, sending)
  const found = known.find(({ says }) => says.test(error.message))
  return found === undefined ? null : { means: found.means(told), hint: found.hint(told) }
}

/** What to do about words that are not known here. */
export const otherNode = (sending: Sending): string => `ask another node: \`${sendAgain(sending)}\``

function tell({ fees }: AssembledTransaction, sending: Sending): Told {
  const { request } = sending
  const gasLimit = request.transaction?.gasLimit ?? 0
  return {
    nonce: nonceOf(request),
    sender: senderOf(request) ?? '',
    gasLimit,
    cost: ether(fees.maxFeePerGas * BigInt(gasLimit)),
    maxFee: gwei(fees.maxFeePerGas),
    chainId: request.chainId,
    again: sendAgain(sending),
    build: hotLine('build', { KIND: request.operation.kind }),
  }
}

function sendAgain({ name, journal }: Sending): string {
  if (journal === null) return hotLine('send', { RESPONSE: 'RESPONSE' })
  const place = journal === journalFolder(undefined) ? undefined : journal
  return hotLine('send', { REQUEST: name, '--journal': place })
}
