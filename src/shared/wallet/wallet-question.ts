// What a wallet is asked to sign, as the `eth-sign-request` of EIP-4527: for Keystone and others that read QR codes.
//
// Follows EIP-4527, its keys and tags, and BCR-2020-007 for the path of the key. Two things are asked, never a bare hash: the
// EIP-712 message as the JSON of eth_signTypedData_v4 (data type 2), which the wallet shows and hashes itself; the transaction
// as its unsigned EIP-1559 bytes (data type 4). The types 1 (legacy transaction) and 3 (personal message) are not made.
//
// The request id is made of what is asked (request, part, rung, digest), so that nothing has to be remembered: whoever reads
// the answer derives the question again.
import { sha1 } from '@noble/hashes/legacy.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { hexToBytes, serializeTransaction } from 'viem'
import { encodeItem, Tagged, type CborItem } from './cbor-items.ts'
import { callSignatures, completeCall, derive, ecdsaMessage, partsAsked } from '../request/derive.ts'
import type { Address, Bytes32 } from '../base/fields.ts'
import type { MessagePart, ResponsePart } from '../operation-parts/operation.ts'
import { senderOf, type RequestDocument } from '../request/request.ts'
import type { Signatures } from '../request/response.ts'
import { signingHash, type UnsignedTransaction } from '../chain/transaction.ts'
import { typedDataJson, type TypedDataHashes } from '../chain/typed-data.ts'

/** The parts that a wallet with an ECDSA key can sign. */
export const walletParts = ['operatorSignature', 'transactions'] as const satisfies readonly ResponsePart[]
export type WalletPart = (typeof walletParts)[number]

/** The type of the Uniform Resource. */
export const QUESTION_TYPE = 'eth-sign-request'

/** eth-typed-data and eth-typed-transaction of EIP-4527. */
export type DataType = 2 | 4

/** A message as it is asked for. */
export interface AskedMessage extends TypedDataHashes {
  readonly primaryType: string
}

/** One thing to sign. */
export interface WalletQuestion {
  readonly part: WalletPart
  /** The fee rung of a transaction, from 1; null for the message. */
  readonly rung: number | null
  /** 16 bytes: a UUID of version 5 (RFC 9562). */
  readonly requestId: Uint8Array
  readonly dataType: DataType
  /** What the wallet gets: UTF-8 JSON, or the bytes of the unsigned transaction. */
  readonly signData: Uint8Array
  /** What the key then signs. */
  readonly digest: Bytes32
  /** The same, to be shown: the message with its hashes, or the transaction. */
  readonly content: AskedMessage | UnsignedTransaction
  readonly chainId: number
  /** Who has to sign. */
  readonly signer: Address
}

/** What is signed already of what the calldata carries. */
export type SignedParts = Pick<Signatures, MessagePart>

/** The parts that the transaction of a request still waits for: its calldata carries them. */
export const awaitedParts = (document: RequestDocument, made: SignedParts): readonly (keyof SignedParts)[] =>
  partsAsked(document.request).flatMap((part) => (part !== 'transactions' && made[part] === null ? [part] : []))

/** Everything that a wallet can sign of a request now: the message where it is asked for, each rung once nothing is awaited. */
export function walletQuestions(document: RequestDocument, made: SignedParts): readonly WalletQuestion[] {
  return [...messageQuestions(document), ...transactionQuestions(document, made)]
}

function messageQuestions(document: RequestDocument): readonly WalletQuestion[] {
  const message = ecdsaMessage(derive(document).messages, 'operatorSignature')
  if (message === null) return []
  const { data, hashes, signer } = message
  const content = { ...hashes, primaryType: data.primaryType }
  const asked = { dataType: 2, signData: utf8ToBytes(typedDataJson(data)), digest: hashes.digest, content } as const
  return [question(document, 'operatorSignature', null, signer, asked)]
}

function transactionQuestions(document: RequestDocument, made: SignedParts): readonly WalletQuestion[] {
  const signer = senderOf(document.request)
  if (signer === null || awaitedParts(document, made).length > 0) return []
  const { transactions } = completeCall(document.request, callSignatures(document.request, made))
  return transactions.map((transaction, index) => {
    const signData = hexToBytes(serializeTransaction(transaction))
    const asked = { dataType: 4, signData, digest: signingHash(transaction), content: transaction } as const
    return question(document, 'transactions', index + 1, signer, asked)
  })
}

function question(
  { digest: requestDigest, request }: RequestDocument,
  part: WalletPart,
  rung: number | null,
  signer: Address,
  asked: Pick<WalletQuestion, 'content' | 'dataType' | 'signData' | 'digest'>,
): WalletQuestion {
  const { chainId } = request
  const name = ['airlock wallet', requestDigest, part, rung ?? 0, asked.digest].join('\n')
  return { ...asked, part, rung, requestId: uuid(name), chainId, signer }
}

/** The namespace of the names below: drawn once, 40b7f2e6-3d0c-4c58-9a41-7e5d2b8c6f13. */
const NAMESPACE = hexToBytes('0x40b7f2e63d0c4c589a417e5d2b8c6f13')

/**
 * A UUID of version 5: the start of a SHA-1 of a namespace and a name. Wallets know no later version. It proves nothing: it
 * only tells questions apart, and what the wallet signed is checked.
 */
function uuid(name: string): Uint8Array {
  return sha1(concatBytes(NAMESPACE, utf8ToBytes(name)))
    .slice(0, 16)
    .map((byte, index) => (index === 6 ? 0x50 | (byte & 0x0f) : index === 8 ? 0x80 | (byte & 0x3f) : byte))
}

/** A step of the path to a key. */
export interface PathStep {
  readonly index: number
  readonly isHardened: boolean
}

/** Which key of a wallet: the path from its master key, and that key's fingerprint in 8 hex digits. */
export interface WalletKey {
  readonly path: readonly PathStep[]
  readonly fingerprint: string
}

const MAX_STEPS = 16

/** The steps of a path such as m/44'/60'/0'/0/0, or null. */
export function readKeyPath(text: string): readonly PathStep[] | null {
  const [root, ...steps] = text.split('/')
  const read = steps.map((step) => {
    const [, digits, mark] = /^(0|[1-9]\d{0,9})(['hH]?)$/.exec(step) ?? []
    return digits === undefined ? null : { index: Number(digits), isHardened: mark !== '' }
  })
  const good = read.flatMap((step) => (step === null || step.index >= 2 ** 31 ? [] : [step]))
  return root === 'm' && good.length > 0 && good.length === steps.length && good.length <= MAX_STEPS ? good : null
}

const [UUID, KEYPATH] = [37, 304]
/** Who asks, as the wallet shows it. */
const ORIGIN = 'airlock'

/** The CBOR of a question, for one key. */
export function encodeQuestion(asked: WalletQuestion, { fingerprint, path }: WalletKey): Uint8Array {
  const steps = path.flatMap(({ index, isHardened }): readonly CborItem[] => [index, isHardened])
  const keyPath = new Map<number, CborItem>([
    [1, steps],
    [2, Number.parseInt(fingerprint, 16)],
  ])
  return encodeItem(
    new Map<number, CborItem>([
      [1, new Tagged(UUID, asked.requestId)],
      [2, asked.signData],
      [3, asked.dataType],
      [4, asked.chainId],
      [5, new Tagged(KEYPATH, keyPath)],
      [6, hexToBytes(asked.signer)],
      [7, ORIGIN],
    ]),
  )
}
