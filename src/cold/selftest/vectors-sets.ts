// The known answers of kind "registration-transaction registerForOperatorSets": the whole ceremony with test keys, up to the very
// bytes that an AllocationManager and the registrar behind it accepted.
import { hexToBytes, parseTransaction, type Hex } from 'viem'
import * as z from 'zod'
import { encodeG1, g1Words, g2Words } from '../../shared/chain/bn254.ts'
import { encodeCall } from '../../shared/chain/call.ts'
import { derive, proofMessage } from '../../shared/request/derive.ts'
import { address, bytes32, type Bytes32, type UnixSeconds, type Wei } from '../../shared/base/fields.ts'
import { callOf } from '../../shared/operations/operation-kinds.ts'
import type { RegisterForOperatorSetsOperation } from '../../shared/operations/register-for-operator-sets.ts'
import { encodeRequest } from '../../shared/request/request.ts'
import { DAY } from '../../shared/base/units.ts'
import { blsKeyOf, ecdsaKeyOf } from '../keystore/keys.ts'
import { approvalPhrase, ReviewedRequest } from '../signing/review.ts'
import { compareRequest } from '../validate/second-opinion.ts'
import { signReviewed } from '../signing/sign.ts'
import type { Comparison } from './comparison.ts'
import { chainId, hex } from './vector-fields.ts'

/** A vector says nothing of a block, and nothing that is signed depends on it. */
const NO_BLOCK = `0x${'0'.repeat(64)}` as Bytes32

const transaction = {
  chainId,
  allocationManager: address,
  avs: address,
  operatorSetIds: z.array(z.int()),
  operator: address,
  operatorPrivateKey: bytes32,
  socket: z.string(),
  calldata: hex,
  rawTransaction: hex,
}

/** With a SlashingRegistryCoordinator as registrar, which wants a BLS proof. */
const coordinatorCase = z.object({
  ...transaction,
  registryCoordinator: address,
  registrationType: z.literal(0),
  blsSecretKey: bytes32,
  blsMessageDigest: bytes32,
  blsMessagePoint: g1Words,
  pubkeyRegistrationParams: z.object({ signature: g1Words, publicKeyG1: g1Words, publicKeyG2: g2Words }),
  operatorId: bytes32,
})

/** With an AVSRegistrarWithSocket; the vector does not name it, and nothing that is signed does. */
const socketCase = z.object({ ...transaction, registryCoordinator: z.undefined().optional() })

/** One registration for operator sets. */
export async function checkSetsTransaction(fields: unknown): Promise<Comparison[]> {
  const vector = z.union([coordinatorCase, socketCase]).parse(fields)
  if (vector.registryCoordinator === undefined) {
    const registration = { type: 'socket' as const, socket: vector.socket }
    return (await ceremony(vector, { registrar: vector.avs, registration }, null)).compared
  }
  const { registryCoordinator: registrar, pubkeyRegistrationParams: expected, operatorId, socket } = vector
  const pubkeyRegistration = { from: 'signer' as const, operatorId }
  const asked = { registrar, registration: { type: 'normal' as const, pubkeyRegistration, socket } }
  const { compared, params, message } = await ceremony(vector, asked, vector.blsSecretKey)
  return [
    ['blsMessageDigest', vector.blsMessageDigest, message?.hashes.digest],
    ['blsMessagePoint', vector.blsMessagePoint, message && encodeG1(message.point)],
    ['signature', expected.signature, params?.signature],
    ['publicKeyG1', expected.publicKeyG1, params?.publicKeyG1],
    ['publicKeyG2', expected.publicKeyG2, params?.publicKeyG2],
    ...compared,
  ]
}

/** Request, review, signatures, response checked, transaction. */
async function ceremony(
  vector: z.output<typeof socketCase> | z.output<typeof coordinatorCase>,
  asked: Pick<RegisterForOperatorSetsOperation, 'registrar' | 'registration'>,
  blsSecret: Bytes32 | null,
) {
  const { document, derived } = requestOf(vector, asked)
  compareRequest(derived)
  const reviewed = await ReviewedRequest.review(derived, () => Promise.resolve(approvalPhrase(derived)))
  const keys = {
    ecdsa: ecdsaKeyOf(hexToBytes(vector.operatorPrivateKey), 'the vector'),
    bls: blsSecret === null ? null : blsKeyOf(hexToBytes(blsSecret), 'the vector'),
    signing: null,
  }
  const { signatures, check } = await signReviewed(reviewed, keys)
  const compared: Comparison[] = [
    ['operator', vector.operator, keys.ecdsa.address],
    ['calldata', vector.calldata, encodeCall(callOf(document.request, signatures))],
    ['rawTransaction', vector.rawTransaction, check.transactions[0]?.raw],
  ]
  return { compared, params: signatures.pubkeyRegistrationParams, message: proofMessage(derived.messages) }
}

/** The request that asks for the transaction of a vector. */
function requestOf(
  vector: z.output<typeof socketCase> | z.output<typeof coordinatorCase>,
  asked: Pick<RegisterForOperatorSetsOperation, 'registrar' | 'registration'>,
) {
  const expected = parseTransaction(vector.rawTransaction as Hex)
  const fees = {
    maxFeePerGas: (expected.maxFeePerGas ?? 0n) as Wei,
    maxPriorityFeePerGas: (expected.maxPriorityFeePerGas ?? 0n) as Wei,
  }
  const { allocationManager, avs, operator, operatorSetIds: operatorSets } = vector
  const { document } = encodeRequest('reading vector', {
    anchors: [],
    block: { hash: NO_BLOCK, number: 1, timestamp: (4_000_000_000 - 7 * DAY) as UnixSeconds },
    chainId: vector.chainId,
    claims: [],
    code: null,
    expiry: 4_000_000_000 as UnixSeconds,
    operation: { kind: 'register-for-operator-sets', allocationManager, avs, operator, operatorSets, ...asked },
    transaction: { fees: [fees], from: null, gasLimit: Number(expected.gas), nonce: expected.nonce ?? 0 },
  })
  return { document, derived: { ...derive(document), findings: [] } }
}
