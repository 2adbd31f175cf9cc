// A throw-away operator: keys from a label, and the registration that those keys sign.
//
// Written against ethers and noble, apart from the code under test in src, so that the devnet's answers and ours come
// from two hands. Hashing to G1 and the order of G2 coordinates follow contracts/BN254.sol.

import { bn254 } from '@noble/curves/bn254.js'
import {
  AbiCoder,
  concat,
  getBytes,
  keccak256,
  SigningKey,
  TypedDataEncoder,
  computeAddress,
  toUtf8Bytes,
} from 'ethers'
import type { Address, Hex } from 'viem'

const REGISTER_OPERATOR = '0xa50857bf'
const FAR_FUTURE = 4_102_444_800n

export type DomainFlavour = null | '1.' | 'v1' | '1'

export interface OperatorKeys {
  readonly address: Address
  readonly privateKey: Hex
  readonly blsSecretKey: bigint
}

/** The contracts that a registration is bound to. A Devnet is one. */
export interface RegistrationTarget {
  readonly chainId: number
  readonly domain: DomainFlavour
  readonly avsDirectory: Address
  readonly serviceManager: Address
  readonly registryCoordinator: Address
}

export type G1 = readonly [bigint, bigint]
/** As on chain: [imaginary, real] of X, then of Y. */
export type G2 = readonly [readonly [bigint, bigint], readonly [bigint, bigint]]

export interface Registration {
  readonly quorums: readonly number[]
  readonly socket: string
  readonly blsSignature: G1
  readonly publicKeyG1: G1
  readonly publicKeyG2: G2
  readonly signature: Hex
  readonly salt: Hex
  readonly expiry: bigint
}

export interface RegistrationWishes {
  readonly quorums?: readonly number[]
  readonly socket?: string
  readonly salt?: Hex
  readonly expiry?: bigint
}

export function operatorKeys(label: string): OperatorKeys {
  const privateKey = keccak256(toUtf8Bytes(`airlock devnet operator ${label}`)) as Hex
  const bls = BigInt(keccak256(toUtf8Bytes(`airlock devnet bls ${label}`)))
  return {
    address: computeAddress(privateKey) as Address,
    privateKey,
    blsSecretKey: (bls % (bn254.fields.Fr.ORDER - 1n)) + 1n,
  }
}

/** Who approves that an operator is churned out, in every devnet. */
export const CHURN_APPROVER = operatorKeys('churn approver')

export function signRegistration(
  keys: OperatorKeys,
  target: RegistrationTarget,
  wishes: RegistrationWishes = {},
): Registration {
  const quorums = wishes.quorums ?? [0]
  const salt = wishes.salt ?? (keccak256(toUtf8Bytes(`salt ${keys.address} ${quorums.join()}`)) as Hex)
  const expiry = wishes.expiry ?? FAR_FUTURE
  const digest = avsRegistrationDigest(target, keys.address, salt, expiry)
  return {
    quorums,
    socket: wishes.socket ?? '203.0.113.7:32005;32006',
    ...blsProof(keys.blsSecretKey, pubkeyRegistrationPoint(target, keys.address)),
    signature: signDigest(keys.privateKey, digest),
    salt,
    expiry,
  }
}

export function blsProof(
  secretKey: bigint,
  message: G1,
): Pick<Registration, 'blsSignature' | 'publicKeyG1' | 'publicKeyG2'> {
  const { x, y } = bn254.G2.Point.BASE.multiply(secretKey).toAffine()
  return {
    blsSignature: timesSecret(bn254.G1.Point.fromAffine({ x: message[0], y: message[1] }), secretKey),
    publicKeyG1: timesSecret(bn254.G1.Point.BASE, secretKey),
    publicKeyG2: [
      [x.c1, x.c0],
      [y.c1, y.c0],
    ],
  }
}

export function signDigest(privateKey: Hex, digest: Hex): Hex {
  return new SigningKey(privateKey).sign(digest).serialized as Hex
}

export function avsRegistrationDigest(
  target: Pick<RegistrationTarget, 'chainId' | 'domain' | 'avsDirectory' | 'serviceManager'>,
  operator: Address,
  salt: Hex,
  expiry: bigint,
): Hex {
  const domain = {
    name: 'EigenLayer',
    ...(target.domain === null ? {} : { version: target.domain }),
    chainId: target.chainId,
    verifyingContract: target.avsDirectory,
  }
  const types = {
    OperatorAVSRegistration: [
      { name: 'operator', type: 'address' },
      { name: 'avs', type: 'address' },
      { name: 'salt', type: 'bytes32' },
      { name: 'expiry', type: 'uint256' },
    ],
  }
  return TypedDataEncoder.hash(domain, types, { operator, avs: target.serviceManager, salt, expiry }) as Hex
}

export function pubkeyRegistrationPoint(
  target: Pick<RegistrationTarget, 'chainId' | 'registryCoordinator'>,
  operator: Address,
): G1 {
  const domain = {
    name: 'AVSRegistryCoordinator',
    version: 'v0.0.1',
    chainId: target.chainId,
    verifyingContract: target.registryCoordinator,
  }
  const types = { BN254PubkeyRegistration: [{ name: 'operator', type: 'address' }] }
  return hashToG1(TypedDataEncoder.hash(domain, types, { operator }) as Hex)
}

export function hashToG1(digest: Hex): G1 {
  const { Fp } = bn254.fields
  for (let x = BigInt(digest) % Fp.ORDER; ; x = Fp.add(x, 1n)) {
    const square = Fp.add(Fp.pow(x, 3n), 3n)
    const y = Fp.pow(square, (Fp.ORDER + 1n) / 4n)
    if (Fp.eql(Fp.sqr(y), square)) return [x, y]
  }
}

export function quorumBytes(quorums: readonly number[]): Hex {
  return `0x${Buffer.from(quorums).toString('hex')}`
}

export function registrationCalldata(given: Registration): Hex {
  const types = [
    'bytes',
    'string',
    'tuple(tuple(uint256,uint256),tuple(uint256,uint256),tuple(uint256[2],uint256[2]))',
    'tuple(bytes,bytes32,uint256)',
  ]
  const args = AbiCoder.defaultAbiCoder().encode(types, [
    getBytes(quorumBytes(given.quorums)),
    given.socket,
    [given.blsSignature, given.publicKeyG1, given.publicKeyG2],
    [given.signature, given.salt, given.expiry],
  ])
  return concat([REGISTER_OPERATOR, args]) as Hex
}

function timesSecret(point: typeof bn254.G1.Point.BASE, secretKey: bigint): G1 {
  const { x, y } = point.multiply(secretKey).toAffine()
  return [x, y]
}
