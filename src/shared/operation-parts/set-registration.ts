// What an AVS's registrar wants with a registration for operator sets: the `data` that the AllocationManager hands on.
//
// Follows SlashingRegistryCoordinator.sol (f310f097 and the build of February 2025), AVSRegistrarWithSocket.sol and
// AVSRegistrar.sol of eigenlayer-middleware (7b77195). The values stand at the top level of the encoding: wrapped in one
// tuple, as its types suggest, they are refused with an empty revert. A coordinator that knows a BLS key of the operator
// ignores the proof, so none is asked for then. Where a set is full, the churn approver says who makes room: its approval is
// for one operator with one BLS key. Any other data is no registration that is known here.
import * as z from 'zod'
import {
  blsProof,
  blsProofLines,
  blsProofMessage,
  packedBlsProof,
  PARAMS_TYPE,
  paramsArgument,
  type BlsProof,
} from './bls-proof.ts'
import { operatorId } from '../chain/bn254.ts'
import type { NestedArguments } from '../chain/call.ts'
import {
  churnApproval,
  churnLines,
  churnSignatureArgument,
  judgeChurnApproval,
  kicksArgument,
  kicksFault,
  KICKS_TYPE,
  packedChurnApproval,
} from './churn-approval.ts'
import { bytes32, type Address, type Bytes32 } from '../base/fields.ts'
import type { Finding, ReviewLine } from '../base/finding.ts'
import type { CallSignatures, OperationContext, ProofMessage } from './operation.ts'
import * as packing from '../packing/packing.ts'
import type { Packing } from '../packing/packing.ts'
import { quote } from '../base/quote.ts'
import { MAX_SOCKET, socket } from './socket.ts'

/** The registration as a field, told apart by its type. */
export const setRegistration = z.discriminatedUnion('type', [
  // A SlashingRegistryCoordinator, where there is room.
  z.strictObject({ type: z.literal('normal'), pubkeyRegistration: blsProof.nullable(), socket }).readonly(),
  // The same, in the place of another operator where a set is full.
  z
    .strictObject({
      type: z.literal('churn'),
      churnApproval,
      /** Of the BLS key that the approval is for. */
      operatorId: bytes32,
      pubkeyRegistration: blsProof.nullable(),
      socket,
    })
    .readonly(),
  // A registrar whose operators have their keys in the KeyRegistrar, and that keeps their sockets.
  z.strictObject({ type: z.literal('socket'), socket }).readonly(),
  // The same without sockets: it takes no data.
  z.strictObject({ type: z.literal('empty') }).readonly(),
])
export type SetRegistration = z.output<typeof setRegistration>

export const packedSetRegistration: Packing<SetRegistration> = packing.union('type', {
  normal: [1, packing.record({ pubkeyRegistration: packing.nullable(packedBlsProof), socket: packing.text })],
  churn: [
    2,
    packing.record({
      churnApproval: packedChurnApproval,
      operatorId: packing.bytes32,
      pubkeyRegistration: packing.nullable(packedBlsProof),
      socket: packing.text,
    }),
  ],
  socket: [3, packing.record({ socket: packing.text })],
  empty: [4, packing.record({})],
})

/** Both types of registration with a coordinator begin alike. */
const COORDINATOR_TYPES = `uint8,string,${PARAMS_TYPE}`

/** The data of a registration, for each encoder to encode. */
export function registrationData(
  registration: SetRegistration,
  { pubkeyRegistrationParams }: Pick<CallSignatures, 'pubkeyRegistrationParams'>,
): NestedArguments | '0x' {
  switch (registration.type) {
    case 'normal':
      return { types: COORDINATOR_TYPES, values: [0, registration.socket, paramsArgument(pubkeyRegistrationParams)] }
    case 'churn': {
      const { churnApproval: approval, socket: text } = registration
      const begin = [1, text, paramsArgument(pubkeyRegistrationParams)]
      return {
        types: `${COORDINATOR_TYPES},${KICKS_TYPE},(bytes,bytes32,uint256)`,
        values: [...begin, kicksArgument(approval), churnSignatureArgument(approval)],
      }
    }
    case 'socket':
      return { types: 'string', values: [registration.socket] }
    case 'empty':
      return '0x'
  }
}

/** True where a SlashingRegistryCoordinator is the registrar. */
export const isOfCoordinator = ({ type }: SetRegistration): boolean => type === 'normal' || type === 'churn'

/** The socket of a registration; null where it has none. */
export const socketOf = (registration: SetRegistration): string | null =>
  'socket' in registration ? registration.socket : null

/** The BLS proof that a registration asks for or carries; null where it needs none. */
export const proofOf = (registration: SetRegistration): BlsProof | null =>
  'pubkeyRegistration' in registration ? registration.pubkeyRegistration : null

/** The message of the BLS proof, bound to the operator and to the registrar; none where none is needed. */
export function registrationMessages(
  registration: SetRegistration,
  { operator, registrar }: { readonly operator: Address; readonly registrar: Address },
  { chainId }: OperationContext,
): readonly ProofMessage[] {
  const proof = proofOf(registration)
  return proof === null ? [] : [blsProofMessage(proof, { operator, coordinator: registrar, chainId })]
}

/** The BLS key that a registration names or carries the proof of; null where it is left to the signer. */
export function operatorIdOf(registration: SetRegistration): Bytes32 | null {
  if (registration.type === 'churn') return registration.operatorId
  const proof = proofOf(registration)
  if (proof === null) return null
  return proof.from === 'request' ? operatorId(proof.params.publicKeyG1) : proof.operatorId
}

/** What is wrong with a registration with churn, in words; null where nothing is. */
export function churnFault(registration: SetRegistration, ids: readonly number[]): string | null {
  if (registration.type !== 'churn') return null
  const { pubkeyRegistration: proof, operatorId: approved } = registration
  const own = proof?.from === 'request' ? operatorId(proof.params.publicKeyG1) : (proof?.operatorId ?? approved)
  if (proof !== null && (own !== approved || (proof.from === 'signer' && proof.operatorId === null))) {
    return `expected the BLS key of the churn approval, operator id ${approved}`
  }
  return kicksFault(registration.churnApproval, ids)
}

/** What there is to say of a churn approval; nothing where there is none. */
export const judgeRegistrationChurn = (
  registration: SetRegistration,
  { operator, registrar }: { readonly operator: Address; readonly registrar: Address },
  { chainId }: OperationContext,
): Finding[] =>
  registration.type === 'churn'
    ? judgeChurnApproval(
        { chainId, registryCoordinator: registrar, operator, operatorId: registration.operatorId },
        registration.churnApproval,
      )
    : []

const kinds: Readonly<Record<SetRegistration['type'], string>> = {
  normal: 'SlashingRegistryCoordinator, NORMAL (0)',
  churn: 'SlashingRegistryCoordinator, CHURN (1)',
  socket: 'AVSRegistrar with socket; the key is in the KeyRegistrar',
  empty: 'AVSRegistrar without data; the key is in the KeyRegistrar',
}

/** The lines of a review. */
export function registrationLines(registration: SetRegistration): ReviewLine[] {
  const text = socketOf(registration)
  return [
    ['Registration', kinds[registration.type]],
    ...(text === null ? [] : ([['Socket', quote(text, MAX_SOCKET)]] as const)),
    ...(isOfCoordinator(registration) ? blsProofLines(proofOf(registration)) : []),
    ...(registration.type === 'churn' ? churnLines(registration.churnApproval) : []),
  ]
}
