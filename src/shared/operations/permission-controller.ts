// The operations of the PermissionController: who may act for an operator in EigenLayer's contracts.
//
// Follows PermissionController.sol in eigenlayer-contracts at f84a515. An appointee may call one function of one contract, for
// ever or until it is removed; an admin may do all that the operator may. A new admin is proposed, then accepts, and has no
// rights before that. An admin sends all of these but acceptAdmin: the operator, while it has no others. acceptAdmin is sent by
// the new admin itself and nobody else. The last admin cannot be removed: an operator that has had one is never again its own
// without being on the list.
import * as z from 'zod'
import { warning, when } from '../base/finding.ts'
import type { Operation, OperationFields } from '../operation-parts/operation.ts'
import {
  adminLines,
  adminShape,
  judgeNewAdmin,
  judgePermission,
  judgeRemoval,
  packedAdmin,
  packedPermission,
  permissionConcerns,
  permissionLines,
  permissionName,
  permissionShape,
  type AdminFields,
  type PermissionFields,
} from '../operation-parts/permissions.ts'

export const setAppointeeOperation = z.strictObject({ kind: z.literal('set-appointee'), ...permissionShape }).readonly()
export type SetAppointeeOperation = z.output<typeof setAppointeeOperation>

export const removeAppointeeOperation = z
  .strictObject({ kind: z.literal('remove-appointee'), ...permissionShape })
  .readonly()
export type RemoveAppointeeOperation = z.output<typeof removeAppointeeOperation>

export const addPendingAdminOperation = z
  .strictObject({ kind: z.literal('add-pending-admin'), ...adminShape })
  .readonly()
export type AddPendingAdminOperation = z.output<typeof addPendingAdminOperation>

export const removePendingAdminOperation = z
  .strictObject({ kind: z.literal('remove-pending-admin'), ...adminShape })
  .readonly()
export type RemovePendingAdminOperation = z.output<typeof removePendingAdminOperation>

export const acceptAdminOperation = z.strictObject({ kind: z.literal('accept-admin'), ...adminShape }).readonly()
export type AcceptAdminOperation = z.output<typeof acceptAdminOperation>

export const removeAdminOperation = z.strictObject({ kind: z.literal('remove-admin'), ...adminShape }).readonly()
export type RemoveAdminOperation = z.output<typeof removeAdminOperation>

/** What one of these operations says of itself, beside what they all say alike. */
type Own<Fields extends OperationFields> = Pick<Operation<Fields>, 'title' | 'gas' | 'summary' | 'judge' | 'leaves'>
type OnPermission = PermissionFields & OperationFields
type OnAdmin = AdminFields & OperationFields

/** An operation on a permission: NAME(account, appointee, target, selector). */
const onPermission = (name: string, own: Own<OnPermission>): Operation<OnPermission> => ({
  ...own,
  packing: packedPermission,
  appointees: true,
  concerns: permissionConcerns,
  messages: () => [],
  call: ({ appointee, operator, permissionController, selector, target }) => ({
    to: permissionController,
    signature: `${name}(address,address,address,bytes4)`,
    args: [operator, appointee, target, selector],
  }),
  review: permissionLines,
  meaning: (fields) => ({ ...fields }),
})

/** An operation on an admin: NAME(account, admin). */
const onAdmin = (name: string, label: string, own: Own<OnAdmin>): Operation<OnAdmin> => ({
  ...own,
  packing: packedAdmin,
  appointees: true,
  concerns: permissionConcerns,
  messages: () => [],
  call: ({ admin, operator, permissionController }) => ({
    to: permissionController,
    signature: `${name}(address,address)`,
    args: [operator, admin],
  }),
  review: (fields, context) => adminLines(label, fields, context),
  meaning: (fields) => ({ ...fields }),
})

/** setAppointee(account, appointee, target, selector). */
export const setAppointee: Operation<SetAppointeeOperation> = onPermission('setAppointee', {
  title: 'Let somebody call a function for the operator',
  // Measured on the contract of test/devnet: 95,000; the real one keeps two lists, and stands behind a proxy.
  gas: () => ({ least: 153_000, most: 174_000 }),
  summary: (fields, context) =>
    `let ${fields.appointee} call ${permissionName(context, fields)} for ${fields.operator}, until it is removed`,
  judge: judgePermission,
})

/** removeAppointee(account, appointee, target, selector): takes back what setAppointee gave. */
export const removeAppointee: Operation<RemoveAppointeeOperation> = onPermission('removeAppointee', {
  title: 'Take a permission back from an appointee',
  leaves: true,
  // Measured on the contract of test/devnet: 36,000.
  gas: () => ({ least: 67_000, most: 89_000 }),
  summary: (fields, context) =>
    `let ${fields.appointee} no longer call ${permissionName(context, fields)} for ${fields.operator}`,
  judge: ({ appointee }) => [judgeRemoval(appointee)],
})

/** addPendingAdmin(account, admin): the first of the two steps to a new admin. */
export const addPendingAdmin: Operation<AddPendingAdminOperation> = onAdmin('addPendingAdmin', 'New admin', {
  title: 'Propose an admin of the operator',
  // Measured on the contract of test/devnet: 98,000.
  gas: () => ({ least: 86_000, most: 104_000 }),
  summary: ({ admin, operator }) => `propose ${admin} as admin of ${operator}, with all its rights once it accepts`,
  judge: judgeNewAdmin,
})

/** removePendingAdmin(account, admin): takes back a proposal. */
export const removePendingAdmin: Operation<RemovePendingAdminOperation> = onAdmin('removePendingAdmin', 'Proposed', {
  title: 'Take back the proposal of an admin',
  leaves: true,
  // Measured on the contract of test/devnet: 36,000.
  gas: () => ({ least: 60_000, most: 60_500 }),
  summary: ({ admin, operator }) => `take back the proposal of ${admin} as admin of ${operator}`,
  judge: ({ admin }) => [judgeRemoval(admin)],
})

/** acceptAdmin(account): the second of the two steps; the operator key signs nothing, unless it becomes its own admin. */
export const acceptAdmin: Operation<AcceptAdminOperation> = {
  ...onAdmin('acceptAdmin', 'New admin', {
    title: 'Become an admin of the operator',
    // Measured on the contract of test/devnet: 93,000.
    gas: () => ({ least: 107_000, most: 125_500 }),
    summary: ({ admin, operator }) => `make ${admin} an admin of ${operator}, with all its rights`,
    judge: judgeNewAdmin,
  }),
  appointees: false,
  soleSender: ({ admin }) => admin,
  call: ({ operator, permissionController }) => ({
    to: permissionController,
    signature: 'acceptAdmin(address)',
    args: [operator],
  }),
}

/** removeAdmin(account, admin): takes all rights from one of several admins. */
export const removeAdmin: Operation<RemoveAdminOperation> = onAdmin('removeAdmin', 'Admin', {
  title: 'Remove an admin of the operator',
  // Measured on the contract of test/devnet: 42,000.
  gas: () => ({ least: 49_000, most: 59_000 }),
  summary: ({ admin, operator }) => `take all rights of an admin of ${operator} from ${admin}`,
  judge: ({ admin, operator }) => [
    ...when(admin === operator, () =>
      warning(
        'operator_loses_rights',
        "the operator key itself loses its rights in EigenLayer's contracts: its other admins have them alone, and could refuse to give them back",
      ),
    ),
    judgeRemoval(admin),
  ],
})
