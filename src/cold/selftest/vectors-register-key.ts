// The known answers of kind "registration-transaction registerKey": a key put into an operator set, up to the very bytes that a
// KeyRegistrar accepted. The calldata says what was asked for: a request is made of it, and the same calldata must come out.
//
// Where a case has the secrets, the code of a ceremony signs with them; where it has not, its own signatures are held against the
// request as a response's are. For either curve: 192 bytes of key are BN254, 20 are ECDSA (KeyRegistrar.sol).
import {
  concat,
  decodeFunctionData,
  getAddress,
  hexToBytes,
  parseAbi,
  parseTransaction,
  serializeSignature,
  size,
  slice,
  type Hex,
} from 'viem'
import * as z from 'zod'
import { encodeG1, g1Words, g2Words } from '../../shared/chain/bn254.ts'
import { encodeCall } from '../../shared/chain/call.ts'
import { checkResponse } from '../../shared/request/check-response.ts'
import { callSignatures, derive, ecdsaMessage, proofMessage } from '../../shared/request/derive.ts'
import { address, bytes32, ecdsaSignature, type Bytes32, type UnixSeconds, type Wei } from '../../shared/base/fields.ts'
import { DAY } from '../../shared/base/units.ts'
import { operatorSetId, REGISTER_KEY } from '../../shared/operation-parts/key-registration.ts'
import { callOf, type AnyOperation } from '../../shared/operations/operation-kinds.ts'
import { encodeRequest, type RequestDocument } from '../../shared/request/request.ts'
import type { Signatures } from '../../shared/request/response.ts'
import { transactionSender } from '../../shared/chain/transaction.ts'
import { blsKeyOf, ecdsaKeyOf, type OpenedKeys } from '../keystore/keys.ts'
import { approvalPhrase, ReviewedRequest } from '../signing/review.ts'
import { signReviewed, type SignedAndChecked } from '../signing/sign.ts'
import { compareRequest } from '../validate/second-opinion.ts'
import type { Comparison } from './comparison.ts'
import { chainId, hex } from './vector-fields.ts'

/** What the case says beside the calldata is compared with it; the secrets sign. */
const registerKeyCase = z.object({
  chainId,
  calldata: hex,
  rawTransaction: hex,
  keyRegistrar: address.optional(),
  operator: address.optional(),
  avs: address.optional(),
  operatorSetId: operatorSetId.optional(),
  keyAddress: address.optional(),
  keyData: hex.optional(),
  digest: bytes32.optional(),
  point: g1Words.optional(),
  signature: z.union([hex, g1Words.transform((words) => concat([...words]))]).optional(),
  operatorPrivateKey: bytes32.optional(),
  fromPrivateKey: bytes32.optional(),
  blsSecretKey: bytes32.optional(),
  secretKey: bytes32.optional(),
  keyPrivateKey: bytes32.optional(),
})
type RegisterKeyCase = z.output<typeof registerKeyCase>

/** The arguments of registerKey, and to which contract they went. */
const asked = z.object({
  keyRegistrar: address,
  operator: address,
  avs: address,
  operatorSet: operatorSetId,
  keyData: hex,
  signature: hex,
})
type Asked = z.output<typeof asked>
type RegisterKeyOperation = Extract<AnyOperation, { readonly kind: 'register-key-bn254' | 'register-key-ecdsa' }>

const BN254_KEY_BYTES = 192

/** One registration of a key. */
export async function checkRegisterKey(fields: unknown): Promise<Comparison[]> {
  const vector = registerKeyCase.parse(fields)
  const call = decodeCalldata(vector)
  const isBn254 = size(call.keyData as Hex) === BN254_KEY_BYTES
  const keys = keysOf(vector, isBn254)
  const document = await requestOf(vector, operationOf(call, isBn254, keys.bls !== null))
  const derived = { ...derive(document), findings: [] }
  compareRequest(derived)
  const signs = keys.ecdsa !== null && (isBn254 ? keys.bls : keys.signing) !== null
  const { signatures, check } = signs
    ? await signReviewed(await ReviewedRequest.review(derived, () => Promise.resolve(approvalPhrase(derived))), keys)
    : await given(document, signaturesOf(vector, call, document.digest, isBn254))
  const message = isBn254 ? proofMessage(derived.messages) : ecdsaMessage(derived.messages, 'keySignature')
  const { operation } = document.request
  return [
    ['calldata', vector.calldata, encodeCall(callOf(document.request, callSignatures(document.request, signatures)))],
    ['signatures', '', check.problems.map((problem) => problem.message).join('; ')],
    ['rawTransaction', vector.rawTransaction, check.transactions[0]?.raw],
    ...said(vector, 'keyRegistrar', call.keyRegistrar),
    ...said(vector, 'operator', call.operator),
    ...said(vector, 'avs', call.avs),
    ...said(vector, 'operatorSetId', call.operatorSet),
    ...said(vector, 'keyData', call.keyData),
    ...said(vector, 'signature', call.signature),
    ...said(vector, 'keyAddress', operation.kind === 'register-key-ecdsa' ? operation.keyAddress : null),
    ...said(vector, 'digest', message?.hashes.digest),
    ...said(vector, 'point', message && 'point' in message ? encodeG1(message.point) : null),
  ]
}

/** Signatures that were made elsewhere, held against their request. */
const given = async (document: RequestDocument, signatures: Signatures): Promise<SignedAndChecked> => ({
  signatures,
  check: await checkResponse(document, signatures),
})

const said = (vector: RegisterKeyCase, name: keyof RegisterKeyCase, seen: unknown): Comparison[] =>
  vector[name] === undefined ? [] : [[name, vector[name], seen]]

function decodeCalldata({ calldata, rawTransaction }: RegisterKeyCase): Asked {
  const abi = parseAbi([`function ${REGISTER_KEY}`])
  const [operator, [avs, operatorSet], keyData, signature] = decodeFunctionData({ abi, data: calldata as Hex }).args
  const { to } = parseTransaction(rawTransaction as Hex)
  return asked.parse({ keyRegistrar: getAddress(to ?? '0x'), operator, avs, operatorSet, keyData, signature })
}

function keysOf(vector: RegisterKeyCase, isBn254: boolean): OpenedKeys {
  const sender = vector.operatorPrivateKey ?? vector.fromPrivateKey
  const secret = (isBn254 ? vector.blsSecretKey : vector.keyPrivateKey) ?? vector.secretKey
  const where = 'the vector'
  return {
    ecdsa: sender === undefined ? null : ecdsaKeyOf(hexToBytes(sender), where),
    bls: isBn254 && secret !== undefined ? blsKeyOf(hexToBytes(secret), where) : null,
    signing: !isBn254 && secret !== undefined ? ecdsaKeyOf(hexToBytes(secret), where) : null,
  }
}

/** A BLS proof is asked for where the secret is known, and carried where it is not. */
function operationOf(call: Asked, isBn254: boolean, isAsked: boolean): RegisterKeyOperation {
  const { operator, avs, keyRegistrar, operatorSet, keyData, signature } = call
  const set = { operator, avs, keyRegistrar, operatorSet }
  if (!isBn254) return { kind: 'register-key-ecdsa', ...set, keyAddress: address.parse(getAddress(keyData)) }
  const [x, y, x1, x0, y1, y0] = words(keyData)
  const key = {
    publicKeyG1: g1Words.parse([x, y]),
    publicKeyG2: g2Words.parse([
      [x1, x0],
      [y1, y0],
    ]),
  }
  return { kind: 'register-key-bn254', ...set, ...key, signature: isAsked ? null : g1Words.parse(words(signature)) }
}

const words = (bytes: string): Hex[] =>
  Array.from({ length: size(bytes as Hex) / 32 }, (_, index) => slice(bytes as Hex, index * 32, index * 32 + 32))

/** A vector says nothing of a block, and nothing that is signed depends on it. */
const NO_BLOCK = `0x${'0'.repeat(64)}` as Bytes32

/** The request that asks for the transaction of a vector; who sent it stands in the transaction. */
async function requestOf({ chainId, rawTransaction }: RegisterKeyCase, operation: RegisterKeyOperation) {
  const { gas, nonce, maxFeePerGas = 0n, maxPriorityFeePerGas = 0n } = parseTransaction(rawTransaction as Hex)
  const sender = await transactionSender(rawTransaction as Hex)
  const expiry = 4_000_000_000 as UnixSeconds
  const fees = { maxFeePerGas: maxFeePerGas as Wei, maxPriorityFeePerGas: maxPriorityFeePerGas as Wei }
  const from = sender === operation.operator ? null : sender
  return encodeRequest('reading vector', {
    anchors: [],
    block: { hash: NO_BLOCK, number: 1, timestamp: (expiry - 7 * DAY) as UnixSeconds },
    chainId,
    claims: [],
    code: null,
    expiry,
    operation,
    transaction: { fees: [fees], from, gasLimit: Number(gas), nonce: nonce ?? 0 },
  }).document
}

/** The vector's own signatures, as a response to that request. */
function signaturesOf(
  { rawTransaction }: RegisterKeyCase,
  { signature }: Asked,
  requestDigest: Signatures['requestDigest'],
  isBn254: boolean,
): Signatures {
  const { r = '0x', s = '0x', yParity = 0 } = parseTransaction(rawTransaction as Hex)
  return {
    requestDigest,
    operatorSignature: null,
    keySignature: isBn254 ? null : ecdsaSignature.parse(signature),
    pubkeyRegistrationParams: null,
    transactions: [ecdsaSignature.parse(serializeSignature({ r, s, yParity }))],
  }
}
