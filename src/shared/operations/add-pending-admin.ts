// The operation "add-pending-admin": PermissionController.addPendingAdmin, the first of the two steps to a new admin.
//
// Follows PermissionController.sol in eigenlayer-contracts at f84a515. An admin sends it: the operator, while it has no others.
// The new admin has no rights before it accepts, and can accept at any time until it is removed.
import * as z from 'zod'
import { gasFor, type Operation } from '../operation.ts'
import { adminLines, adminShape, judgeNewAdmin, packedAdmin, permissionConcerns } from '../permissions.ts'

export const addPendingAdminOperation = z
  .strictObject({ kind: z.literal('add-pending-admin'), ...adminShape })
  .readonly()
export type AddPendingAdminOperation = z.output<typeof addPendingAdminOperation>

/** addPendingAdmin(account, admin). */
export const addPendingAdmin: Operation<AddPendingAdminOperation> = {
  packing: packedAdmin,
  title: 'Propose an admin of the operator',
  appointees: true,
  concerns: permissionConcerns,
  messages: () => [],
  call: ({ admin, operator, permissionController }) => ({
    to: permissionController,
    signature: 'addPendingAdmin(address,address)',
    args: [operator, admin],
  }),
  // Measured on the contract of test/devnet: 98,000.
  gas: () => gasFor(110_000),
  review: (fields, context) => adminLines('New admin', fields, context),
  summary: ({ admin, operator }) => `propose ${admin} as admin of ${operator}, with all its rights once it accepts`,
  judge: judgeNewAdmin,
  meaning: (fields) => fields,
}
