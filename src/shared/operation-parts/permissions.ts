// What the operations of the PermissionController have in common: their fields, their calls, their findings.
//
// Follows PermissionController.sol of eigenlayer-contracts at f84a515. The account is the operator here. An admin can do all that
// the account can in EigenLayer's contracts, an appointee one function of one contract. An account without admins is its
// own; the first admin that accepts takes that from it, unless it is that admin itself.
import { bytesToHex, hexToBytes } from 'viem'
import * as z from 'zod'
import { knownContracts } from '../catalogue/address-book.ts'
import { address, type Address } from '../base/fields.ts'
import { buildAgain, note, refuse, warning, when, type Finding, type ReviewLine } from '../base/finding.ts'
import type { Concerns, OperationContext } from './operation.ts'
import * as packing from '../packing/packing.ts'
import type { Packing } from '../packing/packing.ts'
import { permittedFunction, permittedFunctions, type PermittedFunction, type Selector } from './permitted-functions.ts'
import { contractLines } from '../catalogue/review-names.ts'

/** Four bytes, lower-case hex. */
export const selector = z
  .string()
  .regex(/^0x[0-9a-f]{8}$/, 'expected a function selector: 0x and 8 lower-case hex digits')
  .transform((text) => text as Selector)

const packedSelector: Packing<Selector> = {
  write: (value) => [...hexToBytes(value)],
  read: (from) => bytesToHex(from.take(4)) as Selector,
}

/** The fields of a permission: who may call what. */
export const permissionShape = {
  appointee: address,
  operator: address,
  permissionController: address,
  selector,
  target: address,
}
export interface PermissionFields {
  readonly appointee: Address
  readonly operator: Address
  readonly permissionController: Address
  readonly selector: Selector
  readonly target: Address
}

/** The fields of what is done with an admin. */
export const adminShape = { admin: address, operator: address, permissionController: address }
export interface AdminFields {
  readonly admin: Address
  readonly operator: Address
  readonly permissionController: Address
}

export const packedPermission: Packing<PermissionFields> = packing.record({
  appointee: packing.address,
  operator: packing.address,
  permissionController: packing.address,
  selector: packedSelector,
  target: packing.address,
})

export const packedAdmin: Packing<AdminFields> = packing.record({
  admin: packing.address,
  operator: packing.address,
  permissionController: packing.address,
})

/** What they are about: the PermissionController alone. */
export const permissionConcerns = ({ permissionController }: { permissionController: Address }): Concerns => ({
  avs: null,
  contracts: [['permissionController', permissionController]],
  quorums: null,
  operatorSets: null,
  socket: null,
  salt: null,
})

/** EigenLayer's contract at an address, by its name in the catalogue. */
const coreName = (chainId: number, target: Address): string | undefined =>
  knownContracts(chainId, target).find(({ kind }) => kind === 'core')?.contract

/** A permission in a sentence: "AllocationManager.modifyAllocations", or what is known of it. */
export function permissionName({ chainId }: OperationContext, { selector, target }: PermissionFields): string {
  const known = permittedFunction(selector)
  const contract = coreName(chainId, target)
  if (known === undefined) return `${selector} of ${contract ?? target}`
  return contract === known.contract ? `${contract}.${known.name}` : `${known.name} of ${contract ?? target}`
}

/** The lines of a review. */
export function permissionLines(fields: PermissionFields, context: OperationContext): ReviewLine[] {
  const { chainId } = context
  const known = permittedFunction(fields.selector)
  return [
    ['Appointee', fields.appointee],
    ...contractLines('Target', chainId, fields.target),
    ['Function', known === undefined ? `${fields.selector}, not known here` : `${known.name}, ${fields.selector}`],
    ...contractLines('Controller', chainId, fields.permissionController),
  ]
}

/** The lines of a review of what is done with an admin. */
export const adminLines = (
  label: string,
  { admin, operator, permissionController }: AdminFields,
  { chainId }: OperationContext,
): ReviewLine[] => [
  [label, admin],
  ...(admin === operator ? ([['', 'the operator itself']] as const) : []),
  ...contractLines('Controller', chainId, permissionController),
]

const ZERO_ADDRESS: string = `0x${'0'.repeat(40)}`

/** The zero address is nobody: a permission for it would be a mistake. */
export const judgeZero = (role: string, value: Address): Finding[] =>
  when(value === ZERO_ADDRESS, () => refuse('address_zero', `${role} is the zero address`, buildAgain()))

/** What there is to say of a permission that is given. */
export function judgePermission(fields: PermissionFields, context: OperationContext): Finding[] {
  const { appointee, operator } = fields
  return [
    ...judgeZero('appointee', appointee),
    ...judgeZero('target', fields.target),
    ...when(appointee === operator, () =>
      warning(
        'appointee_is_operator',
        'the appointee is the operator itself: it needs this only where it is none of its own admins any more',
      ),
    ),
    judgeFunction(fields, context),
    note('permission_unlimited', 'the permission has no end and counts any number of times, until it is removed'),
  ]
}

function judgeFunction(fields: PermissionFields, { chainId }: OperationContext): Finding {
  const { appointee, selector, target } = fields
  const contract = coreName(chainId, target)
  const known = permittedFunction(selector)
  if (contract === 'PermissionController') {
    const seen = 'the PermissionController lets admins alone call it: this permission would have no effect'
    return warning('permission_unknown', seen)
  }
  if (known !== undefined && contract === known.contract) return judgePower(appointee, known)
  const power =
    known === undefined ? 'not known here' : `that of ${known.contract}.${known.name}, which lets it ${known.power}`
  if (contract === undefined) {
    const seen = `the target ${target} is not in the catalogue: what the appointee could do there cannot be said; the selector is ${power}`
    return warning('permission_unknown', seen)
  }
  const names = permittedFunctions.filter((each) => each.contract === contract).map(({ name }) => name)
  const has = names.length === 0 ? 'none is known there' : `known there are ${names.join(', ')}`
  return warning('permission_unknown', `${contract} has no function for appointees with selector ${selector}: ${has}`)
}

function judgePower(appointee: Address, { contract, name, power, grave }: PermittedFunction): Finding {
  const seen = `${appointee} can call ${contract}.${name} without the operator key, and so can ${power}`
  return grave ? warning('appointee_power', seen) : note('appointee_permission', seen)
}

/** What there is to say of a new admin: its power, and what the operator loses by it. */
export function judgeNewAdmin({ admin, operator }: AdminFields): Finding[] {
  const others = when(admin !== operator, () =>
    warning(
      'admin_power',
      `as admin, ${admin} can do all that the operator can in EigenLayer's contracts: allocate stake that AVSs can slash, appoint others, remove admins`,
    ),
  )
  const lost = when(admin !== operator, () =>
    warning(
      'operator_loses_rights',
      'once an admin has accepted, the operator key itself loses these rights, unless the operator is one of its admins too: have it accepted first',
    ),
  )
  const own = when(admin === operator, () =>
    note('operator_keeps_rights', 'as one of its own admins the operator keeps its rights when others are accepted'),
  )
  return [...judgeZero('admin', admin), ...others, ...lost, ...own]
}

/** Rights that are taken away count until the transaction is mined. */
export const judgeRemoval = (who: Address): Finding =>
  note(
    'permission_until_mined',
    `${who} keeps what is taken from it until the transaction is mined, and can use it first`,
  )
