// What an operator signs and sends in the generation of operator sets: keys for the KeyRegistrar, and the data that an
// AVS's registrar wants with registerForOperatorSets.
//
// Written against ethers and noble, apart from the code under test in src. Everything is encoded at the top level: a
// registrar refuses the same fields wrapped in one tuple, by an empty revert.

import { AbiCoder, concat, getBytes, TypedDataEncoder } from 'ethers'
import type { Address, Hex } from 'viem'
import { kickTuples, type ChurnApproval } from './churn.ts'
import {
  blsProof,
  hashToG1,
  pubkeyRegistrationPoint,
  signDigest,
  type OperatorKeys,
  type Registration,
} from './operator.ts'

const REGISTER_FOR_OPERATOR_SETS = '0xadc2e3d9'
const PARAMS = 'tuple(tuple(uint256,uint256),tuple(uint256,uint256),tuple(uint256[2],uint256[2]))'
const coder = AbiCoder.defaultAbiCoder()

export interface OperatorSet {
  readonly avs: Address
  readonly id: number
}

/** The contract that a key registration is bound to. A CurrentDevnet is one. */
export interface KeyRegistrarTarget {
  readonly chainId: number
  readonly keyRegistrar: Address
}

export interface KeyRegistration {
  readonly keyData: Hex
  readonly signature: Hex
}

export type BlsProof = Pick<Registration, 'blsSignature' | 'publicKeyG1' | 'publicKeyG2'>

// ---- keys

/** A BN254 key with its proof. keyData: G1, then G2 with the imaginary parts first, 192 bytes; signature: G1, 64. */
export function signBn254Key(keys: OperatorKeys, target: KeyRegistrarTarget, set: OperatorSet): KeyRegistration {
  const { publicKeyG1, publicKeyG2 } = blsProof(keys.blsSecretKey, hashToG1(`0x${'00'.repeat(32)}`))
  const keyData = coder.encode(Array<string>(6).fill('uint256'), [...publicKeyG1, ...publicKeyG2.flat()]) as Hex
  const digest = bn254KeyDigest(target, keys.address, set, keyData)
  const { blsSignature } = blsProof(keys.blsSecretKey, hashToG1(digest))
  return { keyData, signature: coder.encode(['uint256', 'uint256'], [...blsSignature]) as Hex }
}

/** An ECDSA key, which signs for itself: keyData is its address in 20 bytes. */
export function signEcdsaKey(
  operator: Address,
  key: Pick<OperatorKeys, 'address' | 'privateKey'>,
  target: KeyRegistrarTarget,
  set: OperatorSet,
): KeyRegistration {
  const digest = ecdsaKeyDigest(target, operator, set, key.address)
  return { keyData: key.address.toLowerCase() as Hex, signature: signDigest(key.privateKey, digest) }
}

export function bn254KeyDigest(target: KeyRegistrarTarget, operator: Address, set: OperatorSet, keyData: Hex): Hex {
  return keyDigest(target, 'BN254KeyRegistration', { name: 'keyData', type: 'bytes' }, operator, set, keyData)
}

export function ecdsaKeyDigest(target: KeyRegistrarTarget, operator: Address, set: OperatorSet, key: Address): Hex {
  return keyDigest(target, 'ECDSAKeyRegistration', { name: 'keyAddress', type: 'address' }, operator, set, key)
}

function keyDigest(
  { chainId, keyRegistrar }: KeyRegistrarTarget,
  type: string,
  last: { name: string; type: string },
  operator: Address,
  set: OperatorSet,
  key: Hex,
): Hex {
  const domain = { name: 'EigenLayer', version: '1', chainId, verifyingContract: keyRegistrar }
  const fields = [
    { name: 'operator', type: 'address' },
    { name: 'avs', type: 'address' },
    { name: 'operatorSetId', type: 'uint32' },
    last,
  ]
  const message = { operator, avs: set.avs, operatorSetId: set.id, [last.name]: key }
  return TypedDataEncoder.hash(domain, { [type]: fields }, message) as Hex
}

// ---- registering

/** The proof that a SlashingRegistryCoordinator wants, over the same message as M2's. */
export function slashingProof(
  keys: Pick<OperatorKeys, 'address' | 'blsSecretKey'>,
  target: { readonly chainId: number; readonly slashingCoordinator: Address },
): BlsProof {
  const { chainId, slashingCoordinator: registryCoordinator } = target
  return blsProof(keys.blsSecretKey, pubkeyRegistrationPoint({ chainId, registryCoordinator }, keys.address))
}

/** data for a SlashingRegistryCoordinator: NORMAL (0), or CHURN (1) with an approval. Any other type does not decode. */
export function slashingData(socket: string, proof: BlsProof, approval?: ChurnApproval, type?: number): Hex {
  const params = [proof.blsSignature, proof.publicKeyG1, proof.publicKeyG2]
  if (approval === undefined) return coder.encode(['uint8', 'string', PARAMS], [type ?? 0, socket, params]) as Hex
  return coder.encode(
    ['uint8', 'string', PARAMS, 'tuple(uint8,address)[]', 'tuple(bytes,bytes32,uint256)'],
    [type ?? 1, socket, params, kickTuples(approval.kicks), [approval.signature, approval.salt, approval.expiry]],
  ) as Hex
}

/** data for an AVSRegistrarWithSocket. */
export function socketData(socket: string): Hex {
  return coder.encode(['string'], [socket]) as Hex
}

export function operatorSetsCalldata(operator: Address, avs: Address, ids: readonly number[], data: Hex): Hex {
  const args = coder.encode(['address', 'tuple(address,uint32[],bytes)'], [operator, [avs, [...ids], getBytes(data)]])
  return concat([REGISTER_FOR_OPERATOR_SETS, args]) as Hex
}
