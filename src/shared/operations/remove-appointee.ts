// The operation "remove-appointee": PermissionController.removeAppointee, which takes back what set-appointee gave.
//
// Follows PermissionController.sol in eigenlayer-contracts at f84a515. An admin sends it: the operator, while it has no others.
import * as z from 'zod'
import { gasFor, type Operation } from '../operation.ts'
import {
  judgeRemoval,
  packedPermission,
  permissionConcerns,
  permissionLines,
  permissionName,
  permissionShape,
} from '../permissions.ts'

export const removeAppointeeOperation = z
  .strictObject({ kind: z.literal('remove-appointee'), ...permissionShape })
  .readonly()
export type RemoveAppointeeOperation = z.output<typeof removeAppointeeOperation>

/** removeAppointee(account, appointee, target, selector). */
export const removeAppointee: Operation<RemoveAppointeeOperation> = {
  packing: packedPermission,
  title: 'Take a permission back from an appointee',
  appointees: true,
  leaves: true,
  concerns: permissionConcerns,
  messages: () => [],
  call: ({ appointee, operator, permissionController, selector, target }) => ({
    to: permissionController,
    signature: 'removeAppointee(address,address,address,bytes4)',
    args: [operator, appointee, target, selector],
  }),
  // Measured on the contract of test/devnet: 36,000.
  gas: () => gasFor(90_000),
  review: permissionLines,
  summary: (fields, context) =>
    `let ${fields.appointee} no longer call ${permissionName(context, fields)} for ${fields.operator}`,
  judge: ({ appointee }) => [judgeRemoval(appointee)],
  meaning: (fields) => fields,
}
