// Valid requests and responses, made from the answers of the real contracts, without the code under test.
//
// What a chain accepted is copied: fields, signatures, the transaction's signature. Where no chain has accepted the very
// document (a fee ladder, a proof carried in the request), the rest of it is signed here by ethers with the same test
// keys. How they are spelled: canonical.ts.
import { Interface, SigningKey, Transaction, TypedDataEncoder, type TypedDataDomain } from 'ethers'
import answers from '../../vectors/known-answers/registration-transaction.json' with { type: 'json' }
import published from '../../vectors/known-answers/public-registrations.json' with { type: 'json' }
import { bytesOf, digestOf } from './canonical.ts'

type Pair = [string, string]

// Type aliases, because an interface is no Json.
export type Params = { publicKeyG1: Pair; publicKeyG2: [Pair, Pair]; signature: Pair }
export type Rung = { maxFeePerGas: string; maxPriorityFeePerGas: string }
export type AnchorJson = { entry: number; hash: string; ledger: string }
export type ClaimJson = { claim: 'removed'; operator: string | null; ownStake: string; quorum: number; stake: string }
export type RequestJson = {
  airlock: string
  anchors: AnchorJson[]
  block: { hash: string; number: number; timestamp: number }
  chainId: number
  claims: ClaimJson[]
  code: string | null
  expiry: number
  operation: {
    kind: string
    operator: string
    operatorSignature: {
      avsDirectory: string
      domainVersion: string | null
      salt: string
      signer: { address: string; signs: 'digest' | 'safe-message' } | null
    } | null
    pubkeyRegistration: { from: string; operatorId: string | null } | { from: string; params: Params } | null
    quorums: number[]
    registryCoordinator: string
    serviceManager: string
    socket: string
  }
  transaction: { fees: Rung[]; from: string | null; gasLimit: number; nonce: number } | null
}
export type ResponseJson = {
  airlock: string
  anchors: AnchorJson[]
  keySignature: string | null
  operatorSignature: string | null
  pubkeyRegistrationParams: Params | null
  requestDigest: string
  transactions: string[] | null
}

/** A registration that a contract accepted, with the test keys that signed it. */
export interface Registration {
  readonly source: string
  readonly request: RequestJson
  readonly ecdsaSecret: string
  readonly blsSecret: string
  readonly operatorId: string
  readonly operatorSignature: string
  readonly params: Params
  /** The transaction as the chain took it; null where only its calldata was run. */
  readonly rawTransaction: string | null
}

const DAY = 86_400
/** Not in the answers: any entry of any ledger will do. */
export const ANCHOR: AnchorJson = { entry: 3, hash: 'a9c0'.repeat(8), ledger: '1ed9e41ed9e41ed9' }
/** Not in the answers: any 32 bytes and any number will do. */
const BLOCK = { hash: `0x${'b10c'.repeat(16)}`, number: 1024 }

type Answer = (typeof answers.cases)[number]

const pair = (words: readonly string[]): Pair => [words[0] ?? '', words[1] ?? '']
const quorumsOf = (hex: string): number[] => [...Buffer.from(hex.slice(2), 'hex')]

function paramsOf(from: Answer['pubkeyRegistrationParams']): Params {
  const [x, y] = [pair(from.publicKeyG2[0] ?? []), pair(from.publicKeyG2[1] ?? [])]
  return { publicKeyG1: pair(from.publicKeyG1), publicKeyG2: [x, y], signature: pair(from.signature) }
}

function operationOf(
  fields: Pick<Answer, 'operator' | 'avsDirectory' | 'avsDirectoryDomainVersion' | 'quorumNumbers' | 'socket'> &
    Pick<Answer, 'registryCoordinator' | 'serviceManager' | 'salt'>,
): RequestJson['operation'] {
  const { operator, avsDirectory, avsDirectoryDomainVersion: domainVersion, salt } = fields
  const { quorumNumbers, registryCoordinator, serviceManager, socket } = fields
  return {
    kind: 'register',
    operator,
    operatorSignature: { avsDirectory, domainVersion, salt, signer: null },
    pubkeyRegistration: { from: 'signer', operatorId: null },
    quorums: quorumsOf(quorumNumbers),
    registryCoordinator,
    serviceManager,
    socket,
  }
}

function accepted(answer: Answer, index: number): Registration {
  const raw = Transaction.from(answer.rawTransaction)
  const fees = [
    { maxFeePerGas: `${raw.maxFeePerGas ?? 0n}`, maxPriorityFeePerGas: `${raw.maxPriorityFeePerGas ?? 0n}` },
  ]
  const expiry = Number(answer.expiry)
  return {
    source: `registration-transaction ${index + 1} of vectors/known-answers/registration-transaction.json, whose transaction the real ${answer.note} accepted`,
    request: {
      airlock: 'request/1',
      anchors: [],
      block: { ...BLOCK, timestamp: expiry - 7 * DAY },
      chainId: Number(answer.chainId),
      claims: [],
      code: null,
      expiry,
      operation: operationOf(answer),
      transaction: { fees, from: null, gasLimit: Number(raw.gasLimit), nonce: raw.nonce },
    },
    ecdsaSecret: answer.operatorPrivateKey,
    blsSecret: answer.blsSecretKey,
    operatorId: answer.operatorId,
    operatorSignature: answer.ecdsaSignature,
    params: paramsOf(answer.pubkeyRegistrationParams),
    rawTransaction: answer.rawTransaction,
  }
}

/** The registrations that real contracts mined, in the order of the file. */
export const registrations: readonly Registration[] = answers.cases.map(accepted)

/** A registration by its number in the file, counted from 1. */
export function registration(number: number): Registration {
  const found = registrations[number - 1]
  if (found === undefined) throw new Error(`reading known answers: there is no registration ${number}`)
  return found
}

/** EigenDA on mainnet in 2026: calldata that the real bytecode accepted; nonce, gas and fees are ours. */
export const mainnet: Registration = mainnetOf(published.cases[2])

function mainnetOf(run: (typeof published.cases)[number] | undefined): Registration {
  if (run === undefined) throw new Error('reading known answers: public-registrations.json has no third case')
  const fees = [{ maxFeePerGas: '30000000000', maxPriorityFeePerGas: '1000000000' }]
  return {
    source:
      'case 3 of vectors/known-answers/public-registrations.json, whose calldata the bytecode of mainnet accepted',
    request: {
      airlock: 'request/1',
      anchors: [],
      block: { ...BLOCK, timestamp: Number(run.blockTimestamp) },
      chainId: Number(run.chainId),
      claims: [],
      code: null,
      expiry: Number(run.operatorSignature.expiry),
      operation: operationOf({ ...run, salt: run.operatorSignature.salt }),
      transaction: { fees, from: null, gasLimit: 1_440_000, nonce: 41 },
    },
    ecdsaSecret: run.operatorPrivateKey,
    blsSecret: run.blsSecretKey,
    operatorId: run.operatorId,
    operatorSignature: run.operatorSignature.signature,
    params: paramsOf(run.pubkeyRegistrationParams),
    rawTransaction: null,
  }
}

// ---- what ethers signs

const REGISTER_OPERATOR =
  'function registerOperator(bytes quorums, string socket, ((uint256,uint256) signature, (uint256,uint256) g1, (uint256[2],uint256[2]) g2) params, (bytes signature, bytes32 salt, uint256 expiry) operatorSignature)'
const ZERO_WORD = `0x${'0'.repeat(64)}`
const NO_PAIR: Pair = [ZERO_WORD, ZERO_WORD]
const NO_PARAMS: Params = { publicKeyG1: NO_PAIR, publicKeyG2: [NO_PAIR, NO_PAIR], signature: NO_PAIR }

/** A 65-byte signature of a digest. */
export const signedBy = (secret: string, digest: string): string => new SigningKey(secret).sign(digest).serialized

/** The EIP-712 digest of OperatorAVSRegistration; the request's own, or with parts of its domain or message replaced. */
export function avsDigest(
  request: RequestJson,
  other: { readonly domain?: TypedDataDomain; readonly avs?: string } = {},
): string {
  const { chainId, expiry, operation } = request
  const { avsDirectory, domainVersion, salt } = operation.operatorSignature ?? { avsDirectory: '', salt: '' }
  const version = domainVersion ?? undefined
  const domain = { name: 'EigenLayer', chainId, verifyingContract: avsDirectory, ...other.domain }
  const fields = [
    { name: 'operator', type: 'address' },
    { name: 'avs', type: 'address' },
    { name: 'salt', type: 'bytes32' },
    { name: 'expiry', type: 'uint256' },
  ]
  const message = { operator: operation.operator, avs: other.avs ?? operation.serviceManager, salt, expiry }
  const versioned = version === undefined ? domain : { version, ...domain }
  const digest = TypedDataEncoder.hash(versioned, { OperatorAVSRegistration: fields }, message)
  return operation.operatorSignature?.signer?.signs === 'safe-message' ? safeDigest(request, digest) : digest
}

/** The digest of a Safe's message, as CompatibilityFallbackHandler.sol of Safe 1.3.0 to 1.5.0 describes it. */
const safeDigest = ({ chainId, operation }: RequestJson, digest: string): string =>
  TypedDataEncoder.hash(
    { chainId, verifyingContract: operation.operator },
    { SafeMessage: [{ name: 'message', type: 'bytes' }] },
    { message: digest },
  )

/** registerOperator's calldata of a request. */
export function calldataOf(request: RequestJson, operatorSignature: string | null, params: Params | null): string {
  const { operation, expiry } = request
  const { publicKeyG1, publicKeyG2, signature } = params ?? NO_PARAMS
  const asked = operation.operatorSignature
  return new Interface([REGISTER_OPERATOR]).encodeFunctionData('registerOperator', [
    Uint8Array.from(operation.quorums),
    operation.socket,
    [signature, publicKeyG1, publicKeyG2],
    asked === null ? ['0x', ZERO_WORD, 0] : [operatorSignature ?? '0x', asked.salt, expiry],
  ])
}

/** The transaction of a fee rung, unsigned. */
export function transactionOf(request: RequestJson, data: string, rung: number): Transaction {
  const { chainId, operation, transaction } = request
  if (transaction === null) throw new Error('making a transaction: the request asks for none')
  const { gasLimit, nonce, fees } = transaction
  const common = { type: 2, chainId, nonce, gasLimit, to: operation.registryCoordinator, value: 0, accessList: [] }
  return Transaction.from({ ...common, ...fees[rung], data })
}

/** The response of whoever has all keys, every transaction signed here. */
export function responseTo(from: Registration, request: RequestJson): ResponseJson {
  const { operatorSignature: asked, pubkeyRegistration } = request.operation
  const operatorSignature = asked === null ? null : signedBy(from.ecdsaSecret, avsDigest(request))
  const params = pubkeyRegistration === null ? null : from.params
  const data = calldataOf(request, operatorSignature, params)
  const rungs = request.transaction?.fees.map((_, rung) => transactionOf(request, data, rung).unsignedHash) ?? null
  return {
    airlock: 'response/1',
    anchors: [ANCHOR],
    keySignature: null,
    operatorSignature,
    pubkeyRegistrationParams: pubkeyRegistration?.from === 'signer' ? params : null,
    requestDigest: digestOf(bytesOf(request)),
    transactions: rungs?.map((hash) => signedBy(from.ecdsaSecret, hash)) ?? null,
  }
}

/** The response whose three parts the chain accepted. */
export function acceptedResponse(from: Registration): ResponseJson {
  if (from.rawTransaction === null) throw new Error('making a response: no chain took this transaction')
  const { signature } = Transaction.from(from.rawTransaction)
  return {
    airlock: 'response/1',
    anchors: [ANCHOR],
    keySignature: null,
    operatorSignature: from.operatorSignature,
    pubkeyRegistrationParams: from.params,
    requestDigest: digestOf(bytesOf(from.request)),
    transactions: [signature?.serialized ?? ''],
  }
}
