// The operation "register": RegistryCoordinator.registerOperator of the M2 generation and of EigenDA.
//
// Follows RegistryCoordinator.sol in eigenlayer-middleware at 7d49b51. The sender is the operator: there is no path on
// behalf of another. The contract ignores the BLS parameters once it knows a key of this operator, and the operator's
// signature while the operator is registered for any quorum; a request asks for neither then.
//
// The `avs` of the signed message is the ServiceManager, while the call goes to the RegistryCoordinator. Forks with
// other selectors (eOracle, Openlayer and more) are not this operation.
import * as z from 'zod'
import { hashToG1, type G1Point } from '../bn254.ts'
import { pubkeyRegistrationParams, type PubkeyRegistrationParams } from '../bls-registration.ts'
import type { Call } from '../call.ts'
import { address, bytes32, issue, type Bytes32, type EcdsaSignature, type UnixSeconds } from '../fields.ts'
import { quorumBytes, quorums } from '../quorums.ts'
import {
  avsDirectoryDomain,
  hashTyped,
  operatorAvsRegistration,
  pubkeyRegistration,
  registryCoordinatorDomain,
  type TypedData,
  type TypedDataHashes,
} from '../typed-data.ts'

const MAX_SOCKET = 512

/** The ECDSA authorisation, asked for while the operator is not registered with the AVS. */
const operatorSignature = z
  .strictObject({
    avsDirectory: address,
    domainVersion: z.literal(['1', '1.', 'v1', null], {
      error: 'expected "1", "1.", "v1" or null: the flavours of the AVSDirectory\'s domain',
    }),
    salt: bytes32,
  })
  .readonly()

/** The BLS proof, needed while the BLSApkRegistry knows no key of this operator. */
const pubkeyRegistrationField = z.discriminatedUnion('from', [
  // To be made by whoever signs this request; the operator id, when given, says which key.
  z.strictObject({ from: z.literal('signer'), operatorId: bytes32.nullable() }).readonly(),
  // Made elsewhere before: carried, checked by pairing, signed over.
  z.strictObject({ from: z.literal('request'), params: pubkeyRegistrationParams }).readonly(),
])

export const registerOperation = z
  .strictObject({
    kind: z.literal('register'),
    operator: address,
    operatorSignature: operatorSignature.nullable(),
    pubkeyRegistration: pubkeyRegistrationField.nullable(),
    quorums,
    registryCoordinator: address,
    serviceManager: address,
    socket: z
      .string()
      .max(MAX_SOCKET, `expected at most ${MAX_SOCKET} characters`)
      .superRefine((text, context) => {
        // Any text that a person can see; controls, formatting marks and lone surrogates could only deceive.
        if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) {
          context.addIssue({ code: 'custom', ...issue('socket_unprintable', 'expected printable characters only') })
        }
      }),
  })
  .readonly()
  .superRefine((operation, context) => {
    if (operation.operatorSignature === null && operation.pubkeyRegistration !== null) {
      const message = 'expected null: an operator registered with the AVS has a BLS key there already'
      context.addIssue({ code: 'custom', path: ['pubkeyRegistration'], ...issue('field_invalid', message) })
    }
  })
export type RegisterOperation = z.output<typeof registerOperation>

/** An EIP-712 message with its hashes. */
export interface HashedMessage {
  readonly data: TypedData
  readonly hashes: TypedDataHashes
}

/** A BLS message: the EIP-712 digest and the curve point that it hashes to. */
export interface PointMessage extends HashedMessage {
  readonly point: G1Point
}

/** The messages of a registration; null where the contract does not check that signature. */
export interface RegisterMessages {
  readonly operatorSignature: HashedMessage | null
  readonly pubkeyRegistration: PointMessage | null
}

/** The signatures that go into the calldata; null where there is none (yet, or by the contract's leave). */
export interface RegisterSignatures {
  readonly operatorSignature: EcdsaSignature | null
  readonly pubkeyRegistrationParams: PubkeyRegistrationParams | null
}

/** Derives both messages of a registration from its fields. */
export function registerMessages(operation: RegisterOperation, chainId: number, expiry: UnixSeconds): RegisterMessages {
  const { operator, registryCoordinator, serviceManager } = operation
  return {
    operatorSignature: operation.operatorSignature && hashed(avsMessage(operation.operatorSignature)),
    pubkeyRegistration: operation.pubkeyRegistration && pointMessage(chainId, registryCoordinator, operator),
  }

  function avsMessage({
    avsDirectory,
    domainVersion,
    salt,
  }: NonNullable<RegisterOperation['operatorSignature']>): TypedData {
    const domain = avsDirectoryDomain(chainId, avsDirectory, domainVersion)
    return operatorAvsRegistration(domain, { operator, avs: serviceManager, salt, expiry })
  }
}

/** BN254PubkeyRegistration of an operator at a RegistryCoordinator, hashed to its point. */
export function pointMessage(
  chainId: number,
  registryCoordinator: RegisterOperation['registryCoordinator'],
  operator: RegisterOperation['operator'],
): PointMessage {
  const message = hashed(pubkeyRegistration(registryCoordinatorDomain(chainId, registryCoordinator), operator))
  return { ...message, point: hashToG1(message.hashes.digest) }
}

const hashed = (data: TypedData): HashedMessage => ({ data, hashes: hashTyped(data) })

const REGISTER_OPERATOR =
  'registerOperator(bytes,string,((uint256,uint256),(uint256,uint256),(uint256[2],uint256[2])),(bytes,bytes32,uint256))'

const ZERO_WORD = `0x${'0'.repeat(64)}` as Bytes32

/** What the contract ignores when it knows a key of the operator already. */
const NO_PARAMS = [
  [ZERO_WORD, ZERO_WORD],
  [ZERO_WORD, ZERO_WORD],
  [
    [ZERO_WORD, ZERO_WORD],
    [ZERO_WORD, ZERO_WORD],
  ],
] as const

const words = (pair: readonly string[]): bigint[] => pair.map(BigInt)

/**
 * The call of registerOperator. One function for both sides: cold signs over what hot reassembles.
 *
 * Order of the arguments: quorumNumbers, socket, params (signature, G1 key, G2 key with imaginary parts first),
 * operatorSignature (signature, salt, expiry).
 */
export function registerCall(operation: RegisterOperation, expiry: UnixSeconds, signatures: RegisterSignatures): Call {
  const { operatorSignature: asked, quorums: numbers, registryCoordinator, socket } = operation
  const { operatorSignature: signature, pubkeyRegistrationParams: params } = signatures
  const [g1Signature, g1Key, g2Key] =
    params === null ? NO_PARAMS : [params.signature, params.publicKeyG1, params.publicKeyG2]
  return {
    to: registryCoordinator,
    signature: REGISTER_OPERATOR,
    args: [
      quorumBytes(numbers),
      socket,
      [words(g1Signature), words(g1Key), [words(g2Key[0]), words(g2Key[1])]],
      asked === null ? ['0x', ZERO_WORD, 0n] : [signature ?? '0x', asked.salt, BigInt(expiry)],
    ],
  }
}

/**
 * Gas of a registration: what it used on the real contracts, and the limit to sign.
 *
 * Measured with one or two quorums of few strategies (M2, late M2, EigenDA): first registration 774,000 to 894,000, and
 * about 290,000 for each further quorum; registering again 448,000 to 499,000; one more quorum 417,000 to 444,000. The
 * limit adds 60 %: a quorum may weigh 13 strategies, and an EigenDA quorum that is full churns within the call. The
 * limit stays low otherwise, because a point that the precompile refuses burns all of it.
 */
export function registerGas(
  operation: Pick<RegisterOperation, 'operatorSignature' | 'pubkeyRegistration' | 'quorums'>,
): {
  readonly expected: number
  readonly limit: number
} {
  const fixed =
    operation.pubkeyRegistration !== null ? 600_000 : operation.operatorSignature !== null ? 200_000 : 150_000
  const expected = fixed + 300_000 * operation.quorums.length
  return { expected, limit: Math.ceil((expected * 1.6) / 10_000) * 10_000 }
}
