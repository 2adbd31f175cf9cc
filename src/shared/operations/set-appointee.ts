// The operation "set-appointee": PermissionController.setAppointee, which lets one address call one function of one contract
// of EigenLayer in the operator's stead, for ever or until it is removed.
//
// Follows PermissionController.sol in eigenlayer-contracts at f84a515. An admin sends it: the operator, while it has no others.
import * as z from 'zod'
import { gasFor, type Operation } from '../operation.ts'
import {
  judgePermission,
  packedPermission,
  permissionConcerns,
  permissionLines,
  permissionName,
  permissionShape,
} from '../permissions.ts'

export const setAppointeeOperation = z.strictObject({ kind: z.literal('set-appointee'), ...permissionShape }).readonly()
export type SetAppointeeOperation = z.output<typeof setAppointeeOperation>

/** setAppointee(account, appointee, target, selector). */
export const setAppointee: Operation<SetAppointeeOperation> = {
  packing: packedPermission,
  title: 'Let somebody call a function for the operator',
  appointees: true,
  concerns: permissionConcerns,
  messages: () => [],
  call: ({ appointee, operator, permissionController, selector, target }) => ({
    to: permissionController,
    signature: 'setAppointee(address,address,address,bytes4)',
    args: [operator, appointee, target, selector],
  }),
  // Measured on the contract of test/devnet: 95,000; the real one keeps two lists, and stands behind a proxy.
  gas: () => gasFor(170_000),
  review: permissionLines,
  summary: (fields, context) =>
    `let ${fields.appointee} call ${permissionName(context, fields)} for ${fields.operator}, until it is removed`,
  judge: judgePermission,
  meaning: (fields) => fields,
}
