// The operations there are, in one list: what a request can ask for, and nothing else.
//
// The number beside each is its byte in a packed request. It never changes its meaning.
import * as z from 'zod'
import type { Call } from './call.ts'
import type { Finding } from './finding.ts'
import type { CallSignatures, Concerns, Gas, Message, Operation, OperationContext, ReviewLine } from './operation.ts'
import { deregister, deregisterOperation } from './operations/deregister.ts'
import { register, registerOperation } from './operations/register.ts'
import { selfTransfer, selfTransferOperation } from './operations/self-transfer.ts'
import { union, type Packing } from './packing.ts'

/** An operation as a field, told apart by its kind. */
export const operationField = z.discriminatedUnion('kind', [
  registerOperation,
  deregisterOperation,
  selfTransferOperation,
])
export type AnyOperation = z.output<typeof operationField>

const operations: { readonly [Kind in AnyOperation['kind']]: Operation<Extract<AnyOperation, { kind: Kind }>> } = {
  register,
  deregister,
  'self-transfer': selfTransfer,
}

/** What an operation can be: the names that a policy and the ledger know. */
export const operationKinds = Object.keys(operations) as [AnyOperation['kind'], ...AnyOperation['kind'][]]

/** An operation as packed bytes. */
export const packedOperation: Packing<AnyOperation> = union('kind', {
  register: [1, register.packing],
  deregister: [2, deregister.packing],
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

/** The gas of an operation. */
export const gasOf = (operation: AnyOperation): Gas => operationOf(operation).gas(operation)

/** The lines of an operation's review that are its own. */
export const operationLines = (asked: Asked): readonly ReviewLine[] =>
  operationOf(asked.operation).review(asked.operation, asked)

/** An operation in a few words. */
export const operationSummary = (asked: Asked): string => operationOf(asked.operation).summary(asked.operation, asked)

/** What there is to say of an operation alone. */
export const judgeOperation = (asked: Asked): readonly Finding[] =>
  operationOf(asked.operation).judge(asked.operation, asked)
