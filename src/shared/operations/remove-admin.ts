// The operation "remove-admin": PermissionController.removeAdmin, which takes all rights from one of several admins.
//
// Follows PermissionController.sol in eigenlayer-contracts at f84a515. An admin sends it. The last one cannot be removed: an
// operator that has had an admin is never again its own without being on the list.
import * as z from 'zod'
import { warning, when } from '../finding.ts'
import { gasFor, type Operation } from '../operation.ts'
import { adminLines, adminShape, judgeRemoval, packedAdmin, permissionConcerns } from '../permissions.ts'

export const removeAdminOperation = z.strictObject({ kind: z.literal('remove-admin'), ...adminShape }).readonly()
export type RemoveAdminOperation = z.output<typeof removeAdminOperation>

/** removeAdmin(account, admin). */
export const removeAdmin: Operation<RemoveAdminOperation> = {
  packing: packedAdmin,
  title: 'Remove an admin of the operator',
  appointees: true,
  concerns: permissionConcerns,
  messages: () => [],
  call: ({ admin, operator, permissionController }) => ({
    to: permissionController,
    signature: 'removeAdmin(address,address)',
    args: [operator, admin],
  }),
  // Measured on the contract of test/devnet: 42,000.
  gas: () => gasFor(70_000),
  review: (fields, context) => adminLines('Admin', fields, context),
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
  meaning: (fields) => fields,
}
