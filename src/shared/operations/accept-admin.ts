// The operation "accept-admin": PermissionController.acceptAdmin, the second of the two steps to a new admin.
//
// Follows PermissionController.sol in eigenlayer-contracts at f84a515. The new admin itself sends it, and nobody else can: the
// operator key signs nothing here, unless the operator becomes one of its own admins.
import * as z from 'zod'
import { gasFor, type Operation } from '../operation.ts'
import { adminLines, adminShape, judgeNewAdmin, packedAdmin, permissionConcerns } from '../permissions.ts'

export const acceptAdminOperation = z.strictObject({ kind: z.literal('accept-admin'), ...adminShape }).readonly()
export type AcceptAdminOperation = z.output<typeof acceptAdminOperation>

/** acceptAdmin(account). */
export const acceptAdmin: Operation<AcceptAdminOperation> = {
  packing: packedAdmin,
  title: 'Become an admin of the operator',
  appointees: false,
  soleSender: ({ admin }) => admin,
  concerns: permissionConcerns,
  messages: () => [],
  call: ({ operator, permissionController }) => ({
    to: permissionController,
    signature: 'acceptAdmin(address)',
    args: [operator],
  }),
  // Measured on the contract of test/devnet: 93,000.
  gas: () => gasFor(120_000),
  review: (fields, context) => adminLines('New admin', fields, context),
  summary: ({ admin, operator }) => `make ${admin} an admin of ${operator}, with all its rights`,
  judge: judgeNewAdmin,
  meaning: (fields) => fields,
}
