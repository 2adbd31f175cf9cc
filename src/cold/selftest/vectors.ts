// Vector files, and the check for each kind of known answer.
//
// Format: {"airlock":"vectors/1","source":"...","cases":[{"kind":"...", ...}]}; 32-byte words as 0x-hex, expiry as a
// decimal string, G2 with the imaginary part first. Every expected value comes from outside: a contract that ran, or a
// published transaction. A check compares what this build computes, by the code that a ceremony uses.
import { hexToBytes, type Hex } from 'viem'
import * as z from 'zod'
import { decodeG1, encodeG1, g1Words, g2Words, hashToG1, operatorId } from '../../shared/chain/bn254.ts'
import { checkPubkeyRegistration, pubkeyRegistrationParams, sameSecret } from '../../shared/chain/bls-registration.ts'
import { encodeCall } from '../../shared/chain/call.ts'
import { avssNamed, cores } from '../../shared/catalogue/catalogue.ts'
import { address, bytes32, ecdsaSignature, type UnixSeconds } from '../../shared/base/fields.ts'
import { blsProofMessage } from '../../shared/operation-parts/bls-proof.ts'
import type { ProofMessage } from '../../shared/operation-parts/operation.ts'
import { callOf } from '../../shared/operations/operation-kinds.ts'
import type { RegisterOperation } from '../../shared/operations/register.ts'
import {
  avsDirectoryDomain,
  domainSeparator,
  hashTyped,
  operatorAvsRegistration,
} from '../../shared/chain/typed-data.ts'
import type { Quorums } from '../../shared/operation-parts/quorums.ts'
import type { Comparison } from './comparison.ts'
import { chainId, decimal, hex, version } from './vector-fields.ts'
import { checkRegistrationTransaction } from './vectors-transaction.ts'
import { blsKeyOf } from '../keystore/keys.ts'
import { checkApproval } from './vectors-approval.ts'
import { checkChurnApproval } from './vectors-churn.ts'
import { checkBn254Key, checkEcdsaKey } from './vectors-keys.ts'
import { checkRegisterKey } from './vectors-register-key.ts'
import { checkSetsTransaction } from './vectors-sets.ts'

/** A vector file as it stands. */
export const vectorFile = z.object({
  airlock: z.literal('vectors/1'),
  source: z.string(),
  cases: z.array(z.looseObject({ kind: z.string() })),
})
export type VectorCase = z.output<typeof vectorFile>['cases'][number]

const hashToG1Case = z.object({ input: bytes32, point: g1Words })

function checkHashToG1(fields: unknown): Comparison[] {
  const { input, point } = hashToG1Case.parse(fields)
  return [['point', point, encodeG1(hashToG1(input))]]
}

const domainCase = z.object({
  name: z.string(),
  version: z.string().nullable(),
  chainId,
  verifyingContract: address,
  domainSeparator: bytes32,
})

function checkDomain(fields: unknown): Comparison[] {
  const { domainSeparator: expected, version, ...domain } = domainCase.parse(fields)
  return [['domainSeparator', expected, domainSeparator(version === null ? domain : { ...domain, version })]]
}

const avsCase = z.object({
  chainId,
  avsDirectory: address,
  domainVersion: version,
  operator: address,
  avs: address,
  salt: bytes32,
  expiry: decimal,
  domainSeparator: bytes32,
  digest: bytes32,
})

function checkOperatorAvsRegistration(fields: unknown): Comparison[] {
  const { operator, avs, salt, expiry, ...rest } = avsCase.parse(fields)
  const domain = avsDirectoryDomain(rest.chainId, rest.avsDirectory, rest.domainVersion)
  const hashes = hashTyped(operatorAvsRegistration(domain, { operator, avs, salt, expiry }))
  return [
    ['domainSeparator', rest.domainSeparator, hashes.domainHash],
    ['digest', rest.digest, hashes.digest],
  ]
}

const pubkeyCase = z.object({
  chainId,
  registryCoordinator: address,
  operator: address,
  digest: bytes32,
  point: g1Words,
})

function checkPubkeyRegistrationCase(fields: unknown): Comparison[] {
  const { digest, point, ...of } = pubkeyCase.parse(fields)
  const message = proofFor(of)
  return [
    ['digest', digest, message.hashes.digest],
    ['point', point, encodeG1(message.point)],
  ]
}

/** The message of a proof that is still to be made. */
const proofFor = ({
  operator,
  registryCoordinator,
  ...of
}: Omit<z.output<typeof pubkeyCase>, 'digest' | 'point'>): ProofMessage =>
  blsProofMessage(
    { from: 'signer', operatorId: null },
    { operator, coordinator: registryCoordinator, chainId: of.chainId },
  )

const blsCase = pubkeyCase.extend({
  secretKey: bytes32,
  signature: g1Words,
  publicKeyG1: g1Words,
  publicKeyG2: g2Words,
  operatorId: bytes32,
})

function checkBlsRegistration(fields: unknown): Comparison[] {
  const { secretKey, signature, publicKeyG1, publicKeyG2, ...rest } = blsCase.parse(fields)
  const message = proofFor(rest)
  const key = blsKeyOf(hexToBytes(secretKey), 'the vector')
  const params = { signature, publicKeyG1, publicKeyG2 }
  return [
    ...checkPubkeyRegistrationCase(fields),
    ['publicKeyG1', publicKeyG1, key.publicKeyG1],
    ['publicKeyG2', publicKeyG2, key.publicKeyG2],
    ['operatorId', rest.operatorId, key.operatorId],
    ['signature', signature, encodeG1(message.point.multiply(BigInt(secretKey)))],
    ['pairing', 'valid', checkPubkeyRegistration(params, message.point)],
  ]
}

const publishedCase = z.object({
  call: z.literal('registerOperator'),
  quorumNumbers: hex,
  socket: z.string(),
  pubkeyRegistrationParams,
  operatorSignature: z.object({ signature: ecdsaSignature, salt: bytes32, expiry: decimal }),
  operatorId: bytes32,
  calldata: hex.optional(),
})

/** A registration whose secrets nobody here has: the points decode, the keys belong together, the id follows. */
function checkPublishedRegistration(fields: unknown): Comparison[] {
  const vector = publishedCase.parse(fields)
  const { signature, publicKeyG1, publicKeyG2 } = vector.pubkeyRegistrationParams
  return [
    ['signature', signature, encodeG1(decodeG1(signature))],
    ['one secret', true, sameSecret({ publicKeyG1, publicKeyG2 })],
    ['operatorId', vector.operatorId, operatorId(publicKeyG1)],
    ...(vector.calldata === undefined ? [] : ([['calldata', vector.calldata, publishedCalldata(vector)]] as const)),
  ]
}

/** The calldata of a published registration; its addresses are not in it. */
export function publishedCalldata(vector: z.output<typeof publishedCase>): Hex {
  const nowhere = z.parse(address, `0x${'0'.repeat(40)}`)
  const { signature, salt, expiry } = vector.operatorSignature
  const operation: RegisterOperation = {
    kind: 'register',
    operator: nowhere,
    operatorSignature: { avsDirectory: nowhere, domainVersion: null, salt, signer: null },
    pubkeyRegistration: { from: 'request', params: vector.pubkeyRegistrationParams },
    quorums: [...hexToBytes(vector.quorumNumbers as Hex)] as Quorums,
    registryCoordinator: nowhere,
    serviceManager: nowhere,
    socket: vector.socket,
  }
  const { pubkeyRegistrationParams: params } = vector
  const signatures = { operatorSignature: signature, keySignature: null, pubkeyRegistrationParams: params }
  return encodeCall(callOf({ operation, chainId: 1, expiry: Number(expiry) as UnixSeconds }, signatures))
}

const deploymentCase = z.object({ chainId, avs: z.string(), contract: z.string(), address })

function checkDeployment(fields: unknown): Comparison[] {
  const { chainId, avs, contract, address } = deploymentCase.parse(fields)
  const entries = avs === 'eigenlayer' ? cores : avssNamed(avs)
  return [['address', address, entries.find((entry) => entry.chainId === chainId)?.contracts[contract]]]
}

type Check = (fields: unknown) => Comparison[] | Promise<Comparison[]>

const checks: Readonly<Record<string, Check>> = {
  'hash-to-g1': checkHashToG1,
  'eip712-domain': checkDomain,
  'operator-avs-registration': checkOperatorAvsRegistration,
  'pubkey-registration': checkPubkeyRegistrationCase,
  'bls-registration': checkBlsRegistration,
  'registration-transaction registerOperator': checkRegistrationTransaction,
  'registration-transaction registerForOperatorSets': checkSetsTransaction,
  'registration-transaction registerKey': checkRegisterKey,
  'published-registration registerOperator': checkPublishedRegistration,
  approval: checkApproval,
  'churn-approval': checkChurnApproval,
  'key-registrar-bn254': checkBn254Key,
  'key-registrar-ecdsa': checkEcdsaKey,
  deployment: checkDeployment,
}

/** The kind of a case, with the call where the kind has several. */
export function kindOf(vector: VectorCase): string {
  return typeof vector['call'] === 'string' ? `${vector.kind} ${vector['call']}` : vector.kind
}

/** The check for a kind, or undefined where this version knows none. */
export const checkFor = (kind: string): Check | undefined => (Object.hasOwn(checks, kind) ? checks[kind] : undefined)
