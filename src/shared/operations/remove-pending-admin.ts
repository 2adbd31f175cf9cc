// The operation "remove-pending-admin": PermissionController.removePendingAdmin, which takes back a proposal.
//
// Follows PermissionController.sol in eigenlayer-contracts at f84a515. An admin sends it: the operator, while it has no others.
import * as z from 'zod'
import { gasFor, type Operation } from '../operation.ts'
import { adminLines, adminShape, judgeRemoval, packedAdmin, permissionConcerns } from '../permissions.ts'

export const removePendingAdminOperation = z
  .strictObject({ kind: z.literal('remove-pending-admin'), ...adminShape })
  .readonly()
export type RemovePendingAdminOperation = z.output<typeof removePendingAdminOperation>

/** removePendingAdmin(account, admin). */
export const removePendingAdmin: Operation<RemovePendingAdminOperation> = {
  packing: packedAdmin,
  title: 'Take back the proposal of an admin',
  appointees: true,
  leaves: true,
  concerns: permissionConcerns,
  messages: () => [],
  call: ({ admin, operator, permissionController }) => ({
    to: permissionController,
    signature: 'removePendingAdmin(address,address)',
    args: [operator, admin],
  }),
  // Measured on the contract of test/devnet: 36,000.
  gas: () => gasFor(70_000),
  review: (fields, context) => adminLines('Proposed', fields, context),
  summary: ({ admin, operator }) => `take back the proposal of ${admin} as admin of ${operator}`,
  judge: ({ admin }) => [judgeRemoval(admin)],
  meaning: (fields) => fields,
}
