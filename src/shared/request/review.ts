// A request in plain words: what a person reads before deciding, the same on both machines.
//
// Rules of the screen: every signed field is shown, in human units beside the exact value; addresses by name where the
// catalogue knows them, and "not in the catalogue" where it does not; text of the other machine quoted; each
// signature about to be made with the hashes that ERC-8213 names, so that another tool can be held against it. The digest of
// the catalogue stands beside that of the request: two builds that know other contracts differ there.
import { size, type Hex } from 'viem'
import { chainName } from '../catalogue/address-book.ts'
import { encodeG1 } from '../chain/bn254.ts'
import { claimLines } from './claims.ts'
import { calldataDigest } from '../chain/call.ts'
import { catalogueDigest } from '../catalogue/catalogue.ts'
import { messagesAsked, nothingMade, type DerivedRequest } from './derive.ts'
import type { Address, UnixSeconds } from '../base/fields.ts'
import { gasText, type Gas } from '../operation-parts/gas.ts'
import { innerMessage, type Message } from '../operation-parts/operation.ts'
import {
  callOf,
  deadlinesOf,
  gasOf,
  operationLines,
  operationOf,
  operationSummary,
  titleOf,
} from '../operations/operation-kinds.ts'
import { contractName } from '../catalogue/review-names.ts'
import { senderOf, type UnsignedRequest } from './request.ts'
import { highestCost, signingHash, type TransactionFields } from '../chain/transaction.ts'
import { duration, ether, grouped, gwei, utc } from '../base/units.ts'
import type { ReviewLine } from '../base/finding.ts'

const CLAIMED = 'What the other machine says: not checked here, and in nothing that is signed'

export interface ReviewSection {
  readonly title: string
  readonly lines: readonly ReviewLine[]
}

/** The review of a request, in the order in which it is read. */
export function reviewSections(derived: DerivedRequest, clock: UnixSeconds): readonly ReviewSection[] {
  return [
    { title: 'Request', lines: identity(derived, clock) },
    { title: titleOf(derived.request), lines: operation(derived, clock) },
    ...claimed(derived),
    transaction(derived),
    ...signatures(derived),
  ]
}

function identity({ digest, words, request }: DerivedRequest, clock: UnixSeconds): ReviewLine[] {
  const { number, timestamp } = request.block
  return [
    ['SHA-256', digest],
    ['Words', words.slice(0, 4).join(' ')],
    ['', words.slice(4).join(' ')],
    ['Built at', `block ${grouped(number)}, ${utc(timestamp)}`],
    [
      '',
      clock >= timestamp
        ? `${duration(clock - timestamp)} ago`
        : `${duration(timestamp - clock)} ahead of this machine's clock`,
    ],
    ['Catalogue', catalogueDigest()],
    ['Contract code', request.code ?? 'not read'],
  ]
}

function operation({ request }: DerivedRequest, clock: UnixSeconds): ReviewLine[] {
  const { chainId, operation: fields, expiry } = request
  return [
    ['Network', `${chainName(chainId) ?? 'unknown network'}, chain id ${chainId}`],
    ['Operator', fields.operator],
    ...operationLines(request),
    ...deadlinesOf(request).flatMap(({ label, until }) => timeLines(label, until, clock)),
    ...timeLines('Expiry', expiry, clock),
  ]
}

/** Beside the operation, and told apart from it: whoever lies to the online machine, or from it, can lie here. */
const claimed = ({ request: { claims } }: DerivedRequest): ReviewSection[] =>
  claims.length === 0 ? [] : [{ title: CLAIMED, lines: claimLines(claims) }]

const timeLines = (label: string, until: UnixSeconds, clock: UnixSeconds): ReviewLine[] => [
  [label, utc(until)],
  ['', until > clock ? `in ${duration(until - clock)}` : `${duration(clock - until)} ago`],
]

/** The call that the signatures are for: as a transaction, or as what a contract's own wallet has to send. */
function transaction({ request, complete }: DerivedRequest): ReviewSection {
  const { transaction: fields } = request
  const called = complete === null ? [] : calldataLines(complete.calldata)
  if (fields === null)
    return {
      title: 'The call, for the operator to make: no transaction is signed',
      lines: [...target(request), ...called],
    }
  return {
    title: 'Transaction',
    lines: [sender(request), ...target(request), ...prices(fields, gasOf(request)), ...called],
  }
}

function sender(request: UnsignedRequest): ReviewLine {
  const { operator } = request.operation
  const from = senderOf(request) ?? operator
  const sole = operationOf(request.operation).soleSender?.(request.operation) ?? null
  const why = sole === null ? 'by its permission' : 'nobody else can send this'
  return ['From', from === operator ? `${from} (the operator)` : `${from} (not the operator: ${why})`]
}

function target(request: UnsignedRequest): ReviewLine[] {
  const { to, signature } = callOf(request, nothingMade)
  return [
    ['To', to],
    ['', signature === '' ? 'the operator itself' : `${contractName(request.chainId, to)}, ${functionName(signature)}`],
    ['Value', '0 ETH'],
  ]
}

const functionName = (signature: string): string => signature.slice(0, signature.indexOf('('))

function prices(fields: TransactionFields, gas: Gas): ReviewLine[] {
  return [
    ['Nonce', grouped(fields.nonce)],
    ['Gas limit', grouped(fields.gasLimit)],
    ['', `such a call needed ${gasText(gas)} on the real contracts`],
    ...fields.fees.map(({ maxFeePerGas, maxPriorityFeePerGas }, index): ReviewLine => {
      const label = fields.fees.length === 1 ? 'Fee' : `Fee rung ${index + 1}`
      return [label, `at most ${gwei(maxFeePerGas)} a gas, of it ${gwei(maxPriorityFeePerGas)} tip`]
    }),
    ['Highest fee', ether(highestCost(fields))],
  ]
}

const calldataLines = (calldata: Hex): ReviewLine[] => [
  ['Calldata', `${grouped(size(calldata))} bytes, derived here`],
  ['Calldata Digest', calldataDigest(calldata)],
]

/** Whose key signs a message, in words. */
function signerOf(message: Message, operator: Address): string {
  switch (message.part) {
    case 'operatorSignature':
      return message.signer === operator ? 'the operator key (ECDSA)' : 'the key named above (ECDSA)'
    case 'keySignature':
      return 'the key that is registered (ECDSA)'
    case 'pubkeyRegistrationParams':
      return 'the BLS key'
  }
}

function signatures({ request, messages, complete }: DerivedRequest): ReviewSection[] {
  const sections: ReviewSection[] = messagesAsked(messages).map((message) => ({
    title: `${message.data.primaryType}, by ${signerOf(message, request.operation.operator)}`,
    lines: [...innerLines(message), ...hashes(message)],
  }))
  if (request.transaction !== null) {
    const by = request.transaction.from === null ? 'the operator key' : "the sender's key"
    const lines = rungHashes(request.transaction.fees.length, complete)
    sections.push({ title: `The transaction above, by ${by} (ECDSA)`, lines })
  }
  return sections.map((section, index) => ({
    ...section,
    title: `Signature ${index + 1} of ${sections.length}: ${section.title}`,
  }))
}

/** What the digest in a Safe's message stands for. */
function innerLines(message: Message): ReviewLine[] {
  const inner = innerMessage(message)
  if (inner === null) return []
  return [
    ['For', `the EIP-712 digest of ${inner.data.primaryType}`],
    ['', inner.hashes.digest],
  ]
}

function hashes(message: Message): ReviewLine[] {
  const { digest, domainHash, messageHash } = message.hashes
  const [x, y] = 'point' in message ? encodeG1(message.point) : []
  return [
    ['EIP-712 Digest', digest],
    ['Domain Hash', domainHash],
    ['Message Hash', messageHash],
    ...(x === undefined || y === undefined
      ? []
      : ([
          ['Message Point X', x],
          ['Message Point Y', y],
        ] as const)),
  ]
}

function rungHashes(rungs: number, complete: DerivedRequest['complete']): ReviewLine[] {
  if (complete === null) {
    const count = rungs === 1 ? 'one transaction' : `${rungs} transactions, one for each fee rung`
    return [['Signing hash', `of ${count}; known once the signatures above are made, as the calldata carries them`]]
  }
  return complete.transactions.map((unsigned, index) => [`Signing hash ${index + 1}`, signingHash(unsigned)])
}

/** The request in one sentence, to stand right above the question: the top of a long review may have scrolled away. */
export function reviewSummary({ request }: DerivedRequest): string {
  const { chainId, transaction: paid } = request
  const network = chainName(chainId) ?? `chain ${chainId}`
  const fee = paid === null ? '' : `, for at most ${ether(highestCost(paid))} in fees`
  return `${operationSummary(request)}, on ${network}${fee}`
}
