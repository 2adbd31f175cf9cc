// The operations there are, in one list: what a request can ask for, and nothing else.
//
// The number beside each is its byte in a packed request. It never changes its meaning.
import * as z from 'zod'
import type { Call } from './call.ts'
import type { Finding } from './finding.ts'
import type {
  CallSignatures,
  Concerns,
  Deadline,
  Gas,
  Message,
  Operation,
  OperationContext,
  ReviewLine,
} from './operation.ts'
import { cancelSalt, cancelSaltOperation } from './operations/cancel-salt.ts'
import { deregister, deregisterOperation } from './operations/deregister.ts'
import {
  deregisterFromOperatorSets,
  deregisterFromOperatorSetsOperation,
} from './operations/deregister-from-operator-sets.ts'
import { modifyAllocations, modifyAllocationsOperation } from './operations/modify-allocations.ts'
import { register, registerOperation } from './operations/register.ts'
import { registerForOperatorSets, registerForOperatorSetsOperation } from './operations/register-for-operator-sets.ts'
import { setAllocationDelay, setAllocationDelayOperation } from './operations/set-allocation-delay.ts'
import { registerWithChurn, registerWithChurnOperation } from './operations/register-with-churn.ts'
import { updateSocket, updateSocketOperation } from './operations/update-socket.ts'
import { union, type Packing } from './packing.ts'

/** An operation as a field, told apart by its kind. */
export const operationField = z.discriminatedUnion('kind', [
  registerOperation,
  deregisterOperation,
  registerForOperatorSetsOperation,
  deregisterFromOperatorSetsOperation,
  modifyAllocationsOperation,
  setAllocationDelayOperation,
  registerWithChurnOperation,
  updateSocketOperation,
  cancelSaltOperation,
])
export type AnyOperation = z.output<typeof operationField>

const operations: { readonly [Kind in AnyOperation['kind']]: Operation<Extract<AnyOperation, { kind: Kind }>> } = {
  register,
  deregister,
  'register-for-operator-sets': registerForOperatorSets,
  'deregister-from-operator-sets': deregisterFromOperatorSets,
  'modify-allocations': modifyAllocations,
  'set-allocation-delay': setAllocationDelay,
  'register-with-churn': registerWithChurn,
  'update-socket': updateSocket,
  'cancel-salt': cancelSalt,
}

/** What an operation can be: the names that a policy and the ledger know. */
export const operationKinds = Object.keys(operations) as [AnyOperation['kind'], ...AnyOperation['kind'][]]

/** An operation as packed bytes. */
export const packedOperation: Packing<AnyOperation> = union('kind', {
  register: [1, register.packing],
  deregister: [2, deregister.packing],
  'register-for-operator-sets': [20, registerForOperatorSets.packing],
  'deregister-from-operator-sets': [21, deregisterFromOperatorSets.packing],
  'modify-allocations': [22, modifyAllocations.packing],
  'set-allocation-delay': [23, setAllocationDelay.packing],
  'register-with-churn': [3, registerWithChurn.packing],
  'update-socket': [4, updateSocket.packing],
  'cancel-salt': [5, cancelSalt.packing],
})

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

/** The gas of an operation. */
export const gasOf = (operation: AnyOperation): Gas => operationOf(operation).gas(operation)

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
