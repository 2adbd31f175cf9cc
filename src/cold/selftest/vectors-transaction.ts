// The known answers of kind "registration-transaction registerOperator": the whole ceremony with test keys, up to the very bytes that
// a RegistryCoordinator accepted.
import { hexToBytes, parseTransaction, type Hex } from 'viem'
import * as z from 'zod'
import { encodeG1, g1Words, g2Words } from '../../shared/chain/bn254.ts'
import { encodeCall } from '../../shared/chain/call.ts'
import { derive, ecdsaMessage, proofMessage } from '../../shared/request/derive.ts'
import { address, bytes32, ecdsaSignature, type UnixSeconds, type Wei } from '../../shared/base/fields.ts'
import { callOf } from '../../shared/operations/operation-kinds.ts'
import type { RegisterOperation } from '../../shared/operations/register.ts'
import type { Quorums } from '../../shared/operation-parts/quorums.ts'
import { encodeRequest } from '../../shared/request/request.ts'
import { DAY } from '../../shared/base/units.ts'
import { blsKeyOf, ecdsaKeyOf } from '../keystore/keys.ts'
import { approvalPhrase, ReviewedRequest } from '../signing/review.ts'
import { signReviewed } from '../signing/sign.ts'
import { compareRequest } from '../validate/second-opinion.ts'
import type { Comparison } from './comparison.ts'
import { chainId, decimal, hex, version } from './vector-fields.ts'

const transactionCase = z.object({
  call: z.literal('registerOperator'),
  chainId,
  avsDirectoryDomainVersion: version,
  avsDirectory: address,
  serviceManager: address,
  registryCoordinator: address,
  operator: address,
  operatorPrivateKey: bytes32,
  blsSecretKey: bytes32,
  quorumNumbers: hex,
  socket: z.string(),
  salt: bytes32,
  expiry: decimal,
  avsDigest: bytes32,
  ecdsaSignature,
  blsMessageDigest: bytes32,
  blsMessagePoint: g1Words,
  pubkeyRegistrationParams: z.object({ signature: g1Words, publicKeyG1: g1Words, publicKeyG2: g2Words }),
  operatorId: bytes32,
  calldata: hex,
  rawTransaction: hex,
})

/** The whole ceremony with test keys: request, review, signatures, and the very bytes that a contract accepted. */
export async function checkRegistrationTransaction(fields: unknown): Promise<Comparison[]> {
  const vector = transactionCase.parse(fields)
  const expected = parseTransaction(vector.rawTransaction as Hex)
  const operation: RegisterOperation = {
    kind: 'register',
    operator: vector.operator,
    operatorSignature: {
      avsDirectory: vector.avsDirectory,
      domainVersion: vector.avsDirectoryDomainVersion,
      salt: vector.salt,
      signer: null,
    },
    pubkeyRegistration: { from: 'signer', operatorId: vector.operatorId },
    quorums: [...hexToBytes(vector.quorumNumbers as Hex)] as Quorums,
    registryCoordinator: vector.registryCoordinator,
    serviceManager: vector.serviceManager,
    socket: vector.socket,
  }
  const fees = {
    maxFeePerGas: (expected.maxFeePerGas ?? 0n) as Wei,
    maxPriorityFeePerGas: (expected.maxPriorityFeePerGas ?? 0n) as Wei,
  }
  const expiry = Number(vector.expiry) as UnixSeconds
  const { document } = encodeRequest('reading vector', {
    anchors: [],
    block: { hash: vector.salt, number: 1, timestamp: (expiry - 7 * DAY) as UnixSeconds },
    chainId: vector.chainId,
    claims: [],
    code: null,
    expiry,
    operation,
    transaction: { fees: [fees], from: null, gasLimit: Number(expected.gas), nonce: expected.nonce ?? 0 },
  })
  const derived = { ...derive(document), findings: [] }
  compareRequest(derived)
  const reviewed = await ReviewedRequest.review(derived, () => Promise.resolve(approvalPhrase(derived)))
  const keys = {
    ecdsa: ecdsaKeyOf(hexToBytes(vector.operatorPrivateKey), 'the vector'),
    bls: blsKeyOf(hexToBytes(vector.blsSecretKey), 'the vector'),
    signing: null,
  }
  const { signatures, check } = await signReviewed(reviewed, keys)
  const avs = ecdsaMessage(derived.messages, 'operatorSignature')
  const pubkey = proofMessage(derived.messages)
  return [
    ['operator', vector.operator, keys.ecdsa.address],
    ['operatorId', vector.operatorId, keys.bls.operatorId],
    ['avsDigest', vector.avsDigest, avs?.hashes.digest],
    ['blsMessageDigest', vector.blsMessageDigest, pubkey?.hashes.digest],
    ['blsMessagePoint', vector.blsMessagePoint, pubkey && encodeG1(pubkey.point)],
    ['ecdsaSignature', vector.ecdsaSignature, signatures.operatorSignature],
    ['signature', vector.pubkeyRegistrationParams.signature, signatures.pubkeyRegistrationParams?.signature],
    ['publicKeyG1', vector.pubkeyRegistrationParams.publicKeyG1, signatures.pubkeyRegistrationParams?.publicKeyG1],
    ['publicKeyG2', vector.pubkeyRegistrationParams.publicKeyG2, signatures.pubkeyRegistrationParams?.publicKeyG2],
    ['calldata', vector.calldata, encodeCall(callOf(document.request, signatures))],
    ['rawTransaction', vector.rawTransaction, check.transactions[0]?.raw],
  ]
}
