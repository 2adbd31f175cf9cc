// The operations there are, in one list: what a request can ask for, and nothing else.
//
// The number beside each is its byte in a packed request. It never changes its meaning.
import * as z from 'zod'
import type { Call } from '../chain/call.ts'
import type { Finding, ReviewLine } from '../base/finding.ts'
import type { Gas } from '../operation-parts/gas.ts'
import type {
  CallSignatures,
  Concerns,
  Deadline,
  Message,
  Operation,
  OperationContext,
} from '../operation-parts/operation.ts'
import { register, registerOperation } from './register.ts'
import { deregister, deregisterOperation } from './deregister.ts'
import { registerWithChurn, registerWithChurnOperation } from './register-with-churn.ts'
import { updateSocket, updateSocketOperation } from './update-socket.ts'
import { cancelSalt, cancelSaltOperation } from './cancel-salt.ts'
import { registerAsOperator, registerAsOperatorOperation } from './register-as-operator.ts'
import { modifyOperatorDetails, modifyOperatorDetailsOperation } from './modify-operator-details.ts'
import { updateMetadataUri, updateMetadataUriOperation } from './update-metadata-uri.ts'
import {
  setAppointee,
  setAppointeeOperation,
  removeAppointee,
  removeAppointeeOperation,
  addPendingAdmin,
  addPendingAdminOperation,
  removePendingAdmin,
  removePendingAdminOperation,
  acceptAdmin,
  acceptAdminOperation,
  removeAdmin,
  removeAdminOperation,
} from './permission-controller.ts'
import { registerForOperatorSets, registerForOperatorSetsOperation } from './register-for-operator-sets.ts'
import { deregisterFromOperatorSets, deregisterFromOperatorSetsOperation } from './deregister-from-operator-sets.ts'
import { modifyAllocations, modifyAllocationsOperation } from './modify-allocations.ts'
import { setAllocationDelay, setAllocationDelayOperation } from './set-allocation-delay.ts'
import { registerKeyBn254, registerKeyBn254Operation } from './register-key-bn254.ts'
import { registerKeyEcdsa, registerKeyEcdsaOperation } from './register-key-ecdsa.ts'
import { deregisterKey, deregisterKeyOperation } from './deregister-key.ts'
import { registerWithStakeRegistry, registerWithStakeRegistryOperation } from './register-with-stake-registry.ts'
import { updateSigningKey, updateSigningKeyOperation } from './update-signing-key.ts'
import { deregisterFromStakeRegistry, deregisterFromStakeRegistryOperation } from './deregister-from-stake-registry.ts'
import { selfTransfer, selfTransferOperation } from './self-transfer.ts'
import { union, type Packing } from '../packing/packing.ts'

/** An operation as a field, told apart by its kind. */
export const operationField = z.discriminatedUnion('kind', [
  registerOperation,
  deregisterOperation,
  registerWithChurnOperation,
  updateSocketOperation,
  cancelSaltOperation,
  registerAsOperatorOperation,
  modifyOperatorDetailsOperation,
  updateMetadataUriOperation,
  setAppointeeOperation,
  removeAppointeeOperation,
  addPendingAdminOperation,
  removePendingAdminOperation,
  acceptAdminOperation,
  removeAdminOperation,
  registerForOperatorSetsOperation,
  deregisterFromOperatorSetsOperation,
  modifyAllocationsOperation,
  setAllocationDelayOperation,
  registerKeyBn254Operation,
  registerKeyEcdsaOperation,
  deregisterKeyOperation,
  registerWithStakeRegistryOperation,
  updateSigningKeyOperation,
  deregisterFromStakeRegistryOperation,
  selfTransferOperation,
])
export type AnyOperation = z.output<typeof operationField>

const operations: { readonly [Kind in AnyOperation['kind']]: Operation<Extract<AnyOperation, { kind: Kind }>> } = {
  register,
  deregister,
  'register-with-churn': registerWithChurn,
  'update-socket': updateSocket,
  'cancel-salt': cancelSalt,
  'register-as-operator': registerAsOperator,
  'modify-operator-details': modifyOperatorDetails,
  'update-metadata-uri': updateMetadataUri,
  'set-appointee': setAppointee,
  'remove-appointee': removeAppointee,
  'add-pending-admin': addPendingAdmin,
  'remove-pending-admin': removePendingAdmin,
  'accept-admin': acceptAdmin,
  'remove-admin': removeAdmin,
  'register-for-operator-sets': registerForOperatorSets,
  'deregister-from-operator-sets': deregisterFromOperatorSets,
  'modify-allocations': modifyAllocations,
  'set-allocation-delay': setAllocationDelay,
  'register-key-bn254': registerKeyBn254,
  'register-key-ecdsa': registerKeyEcdsa,
  'deregister-key': deregisterKey,
  'register-with-stake-registry': registerWithStakeRegistry,
  'update-signing-key': updateSigningKey,
  'deregister-from-stake-registry': deregisterFromStakeRegistry,
  'self-transfer': selfTransfer,
}

/** What an operation can be: the names that a policy and the ledger know. */
export const operationKinds = Object.keys(operations) as [AnyOperation['kind'], ...AnyOperation['kind'][]]

/** An operation as packed bytes. */
export const packedOperation: Packing<AnyOperation> = union('kind', {
  register: [1, register.packing],
  deregister: [2, deregister.packing],
  'register-with-churn': [3, registerWithChurn.packing],
  'update-socket': [4, updateSocket.packing],
  'cancel-salt': [5, cancelSalt.packing],
  'register-as-operator': [10, registerAsOperator.packing],
  'modify-operator-details': [11, modifyOperatorDetails.packing],
  'update-metadata-uri': [12, updateMetadataUri.packing],
  'set-appointee': [13, setAppointee.packing],
  'remove-appointee': [14, removeAppointee.packing],
  'add-pending-admin': [15, addPendingAdmin.packing],
  'remove-pending-admin': [16, removePendingAdmin.packing],
  'accept-admin': [17, acceptAdmin.packing],
  'remove-admin': [18, removeAdmin.packing],
  'register-for-operator-sets': [20, registerForOperatorSets.packing],
  'deregister-from-operator-sets': [21, deregisterFromOperatorSets.packing],
  'modify-allocations': [22, modifyAllocations.packing],
  'set-allocation-delay': [23, setAllocationDelay.packing],
  'register-key-bn254': [30, registerKeyBn254.packing],
  'register-key-ecdsa': [31, registerKeyEcdsa.packing],
  'deregister-key': [32, deregisterKey.packing],
  'register-with-stake-registry': [33, registerWithStakeRegistry.packing],
  'update-signing-key': [34, updateSigningKey.packing],
  'deregister-from-stake-registry': [35, deregisterFromStakeRegistry.packing],
  'self-transfer': [40, selfTransfer.packing],
})

/** True for kinds that only take an operator out of something. */
export const isLeaving = (kind: AnyOperation['kind']): boolean => operations[kind].leaves === true

/** The description of an operation's kind. */
export const operationOf = <Fields extends AnyOperation>({ kind }: Fields): Operation<Fields> =>
  operations[kind] as unknown as Operation<Fields>

/** A request as far as its operation is concerned. */
export interface Asked extends OperationContext {
  readonly operation: AnyOperation
}

/** The heading of an operation's review. */
export const titleOf = ({ operation }: Asked): string => operationOf(operation).title

/** What an operation is about. */
export const concernsOf = ({ operation }: Pick<Asked, 'operation'>): Concerns =>
  operationOf(operation).concerns(operation)

/** The messages of a request, in the order in which they are signed. */
export const messagesOf = (asked: Asked): readonly Message[] =>
  operationOf(asked.operation).messages(asked.operation, asked)

/** The call of a request, with the signatures that it carries. */
export const callOf = (asked: Asked, signatures: CallSignatures): Call =>
  operationOf(asked.operation).call(asked.operation, asked, signatures)

/** What calls like this one were measured to need. */
export const gasOf = (asked: Asked): Gas => operationOf(asked.operation).gas(asked.operation, asked)

/** The lines of an operation's review that are its own. */
export const operationLines = (asked: Asked): readonly ReviewLine[] =>
  operationOf(asked.operation).review(asked.operation, asked)

/** What of an operation ends before its request does. */
export const deadlinesOf = ({ operation }: Pick<Asked, 'operation'>): readonly Deadline[] =>
  operationOf(operation).deadlines?.(operation) ?? []

/** An operation in a few words. */
export const operationSummary = (asked: Asked): string => operationOf(asked.operation).summary(asked.operation, asked)

/** What there is to say of an operation alone. */
export const judgeOperation = (asked: Asked): readonly Finding[] =>
  operationOf(asked.operation).judge(asked.operation, asked)
