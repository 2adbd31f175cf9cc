// Approvals of churning, as the churn approver of every devnet gives them, and the calls that carry one.
//
// Written against ethers, apart from the code under test in src. The digest is not standard EIP-712: the list of kicks is
// ABI-encoded in place, so no typed-data library makes it.

import { AbiCoder, concat, getBytes, keccak256, TypedDataEncoder, toUtf8Bytes } from 'ethers'
import type { Address, Hex } from 'viem'
import { CHURN_APPROVER, quorumBytes, signDigest, type Registration } from './operator.ts'

const REGISTER_OPERATOR_WITH_CHURN = '0x9b5d177b'
const FAR_FUTURE = 4_102_444_800n
const TYPE =
  'OperatorChurnApproval(address registeringOperator,bytes32 registeringOperatorId,OperatorKickParam[] operatorKickParams,bytes32 salt,uint256 expiry)OperatorKickParam(uint8 quorumNumber,address operator)'

export interface Kick {
  readonly quorumNumber: number
  readonly operator: Address
}

export interface ChurnApproval {
  readonly kicks: readonly Kick[]
  readonly signature: Hex
  readonly salt: Hex
  readonly expiry: bigint
}

export interface ChurnTarget {
  readonly chainId: number
  readonly registryCoordinator: Address
}

export interface ApprovalWishes {
  readonly salt?: Hex
  readonly expiry?: bigint
  /** Who signs; default the approver of the devnet. */
  readonly privateKey?: Hex
}

/** The approver's signature that `operator` may take the places of those in `kicks`, one for each quorum it joins. */
export function approveChurn(
  target: ChurnTarget,
  operator: Address,
  operatorId: Hex,
  kicks: readonly Kick[],
  wishes: ApprovalWishes = {},
): ChurnApproval {
  const salt = wishes.salt ?? (keccak256(toUtf8Bytes(`churn ${operator}`)) as Hex)
  const expiry = wishes.expiry ?? FAR_FUTURE
  const digest = churnApprovalDigest(target, operator, operatorId, kicks, salt, expiry)
  return { kicks, salt, expiry, signature: signDigest(wishes.privateKey ?? CHURN_APPROVER.privateKey, digest) }
}

export function churnApprovalDigest(
  target: ChurnTarget,
  operator: Address,
  operatorId: Hex,
  kicks: readonly Kick[],
  salt: Hex,
  expiry: bigint,
): Hex {
  const domain = {
    name: 'AVSRegistryCoordinator',
    version: 'v0.0.1',
    chainId: target.chainId,
    verifyingContract: target.registryCoordinator,
  }
  const structHash = keccak256(
    AbiCoder.defaultAbiCoder().encode(
      ['bytes32', 'address', 'bytes32', 'tuple(uint8,address)[]', 'bytes32', 'uint256'],
      [keccak256(toUtf8Bytes(TYPE)), operator, operatorId, kickTuples(kicks), salt, expiry],
    ),
  )
  return keccak256(concat(['0x1901', TypedDataEncoder.hashDomain(domain), structHash])) as Hex
}

/** What a newcomer calls itself: the hash of its G1 key. */
export function operatorIdOf(publicKeyG1: Registration['publicKeyG1']): Hex {
  return keccak256(AbiCoder.defaultAbiCoder().encode(['uint256', 'uint256'], [...publicKeyG1])) as Hex
}

/** registerOperatorWithChurn of the M2 coordinators. */
export function churnCalldata(given: Registration, approval: ChurnApproval): Hex {
  const types = [
    'bytes',
    'string',
    'tuple(tuple(uint256,uint256),tuple(uint256,uint256),tuple(uint256[2],uint256[2]))',
    'tuple(uint8,address)[]',
    'tuple(bytes,bytes32,uint256)',
    'tuple(bytes,bytes32,uint256)',
  ]
  const args = AbiCoder.defaultAbiCoder().encode(types, [
    getBytes(quorumBytes(given.quorums)),
    given.socket,
    [given.blsSignature, given.publicKeyG1, given.publicKeyG2],
    kickTuples(approval.kicks),
    [approval.signature, approval.salt, approval.expiry],
    [given.signature, given.salt, given.expiry],
  ])
  return concat([REGISTER_OPERATOR_WITH_CHURN, args]) as Hex
}

export function kickTuples(kicks: readonly Kick[]): [number, Address][] {
  return kicks.map(({ quorumNumber, operator }) => [quorumNumber, operator])
}
