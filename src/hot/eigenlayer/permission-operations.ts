// airlock-hot build set-appointee, remove-appointee, add-pending-admin, remove-pending-admin, accept-admin and remove-admin: what
// would revert, and the state after.
//
// Follows PermissionController.sol of eigenlayer-contracts at f84a515, in the order of its checks. Every function asks that an
// admin of the account sends it, but acceptAdmin, which the new admin itself sends.
import { buildCommand } from '../../shared/base/commands.ts'
import { isAddressEqual } from 'viem'
import { quote } from '../../shared/base/quote.ts'
import type { Problem } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import type {
  AcceptAdminOperation,
  AddPendingAdminOperation,
  RemoveAdminOperation,
  RemoveAppointeeOperation,
  RemovePendingAdminOperation,
  SetAppointeeOperation,
} from '../../shared/operations/permission-controller.ts'
import type { Selector } from '../../shared/operation-parts/permitted-functions.ts'
import { build, type BuildOptions } from '../build/build.ts'
import type { Site } from '../build/site.ts'
import { coreContract } from '../build/core-argument.ts'
import { notDone, type HotOperation, type Outcome } from '../build/outcome.ts'
import { adminsRead, appointeesRead, controllerCall, controllerRead } from './permissions.ts'
import { contractCode, list, record, type Reader } from '../rpc/reader.ts'

type PermissionOperation = SetAppointeeOperation | RemoveAppointeeOperation
type AdminOperation =
  AddPendingAdminOperation | RemovePendingAdminOperation | AcceptAdminOperation | RemoveAdminOperation

interface ControllerOptions extends BuildOptions {
  readonly permissionController?: Address
}

/** A contract as typed: an address, or a name of EigenLayer's. */
export type Target = { readonly address: Address } | { readonly name: string }

export interface AppointeeOptions extends ControllerOptions {
  readonly appointee: Address
  readonly selector: Selector
  readonly target: Target
}

export interface AdminOptions extends ControllerOptions {
  readonly admin: Address
}

/** Makes the action of a command that gives or takes a permission. */
export const buildAppointee =
  (kind: PermissionOperation['kind']) =>
  async (options: AppointeeOptions): Promise<void> => {
    await build(options, async (site) => {
      const { chainId } = site.head
      const { appointee, operator, selector } = options
      const target = targetOn(chainId, options.target)
      const operation = { kind, appointee, operator, ...controllerOn(chainId, options), selector, target }
      return {
        operation,
        problems: await permissionOperationProblems(site, operation),
        remarks: kind === 'set-appointee' ? await targetRemarks(site.reader, operation) : [],
      }
    })
  }

/** Makes the action of a command about an admin; the new admin itself sends its acceptance. */
export const buildAdmin =
  (kind: AdminOperation['kind']) =>
  async (typed: AdminOptions): Promise<void> => {
    const options = kind === 'accept-admin' ? { ...typed, from: typed.admin } : typed
    await build(options, async (site) => {
      const { admin, operator } = options
      const operation = { kind, admin, operator, ...controllerOn(site.head.chainId, options) }
      return { operation, ...(await adminOperationProblems(site, operation)) }
    })
  }

const controllerOn = (
  chainId: number,
  { permissionController: given }: ControllerOptions,
): { readonly permissionController: Address } => ({
  permissionController: coreContract(chainId, 'PermissionController', '--permission-controller', given),
})

function targetOn(chainId: number, target: Target): Address {
  if ('address' in target) return target.address
  return coreContract(chainId, quotedName(target.name), '--target ADDRESS', undefined)
}

/** A name that the catalogue cannot have is not repeated as it was typed. */
const quotedName = (name: string): string => (/^[A-Za-z0-9]{1,40}$/.test(name) ? name : quote(name, 40))

/** A target that asks another PermissionController, or none, takes no notice of what is permitted here. */
async function targetRemarks(
  reader: Reader,
  { permissionController, target }: PermissionOperation,
): Promise<readonly string[]> {
  const asked = await reader.read(controllerRead({ contract: 'target', target }))
  if (asked !== null && isAddressEqual(asked, permissionController)) return []
  const whom = asked === null ? 'no PermissionController' : `another PermissionController, ${asked}`
  return [`the target asks ${whom}: the permission would have no effect there`]
}

function adminNeeded(
  admins: readonly Address[],
  { operator, sender }: { operator: Address; sender: Address },
): Problem[] {
  if (admins.includes(sender)) return []
  const whose = admins.join(', ')
  const own =
    sender === operator ? 'has given its rights to its admins and is none of them' : `is no admin of ${operator}`
  const message = `${sender} ${own}: its admins are ${whose}`
  return [{ code: 'admin_needed', message, hint: 'have one of them send it, with `--from ADDRESS`' }]
}

/** Every reason why a permission cannot be given or taken. */
async function permissionOperationProblems(
  { reader, sender }: Pick<Site, 'reader' | 'sender'>,
  { kind, appointee, operator, permissionController: at, selector, target }: PermissionOperation,
): Promise<readonly Problem[]> {
  const { admins, appointees } = await reader.read(
    record({
      code: contractCode('PermissionController', at),
      admins: adminsRead(at, operator),
      appointees: appointeesRead(at, operator, target, selector),
    }),
  )
  const problems = adminNeeded(admins, { operator, sender })
  if (kind === 'set-appointee' && appointees.includes(appointee)) {
    const message = `${appointee} has this permission already`
    problems.push({ code: 'appointee_already_set', message, hint: 'nothing is to be done: it can send the call now' })
  }
  if (kind === 'remove-appointee' && !appointees.includes(appointee)) {
    const message = `${appointee} does not have this permission; ${appointees.join(', ') || 'nobody'} has it`
    problems.push({ code: 'appointee_not_set', message, hint: 'check --appointee, --target and --selector' })
  }
  return problems
}

/** Every reason why an admin cannot be proposed, accepted or removed, and what should be known. */
async function adminOperationProblems(
  { reader, sender }: Pick<Site, 'reader' | 'sender'>,
  operation: AdminOperation,
): Promise<{ readonly problems: readonly Problem[]; readonly remarks: readonly string[] }> {
  const { kind, admin, operator } = operation
  const { admins, pending } = await readAdmins(reader, operation)
  const problems = kind === 'accept-admin' ? [] : adminNeeded(admins, { operator, sender })
  // The operator alone on the list is an operator with itself as admin, or one that never had any.
  const unsure = admins.length === 1 && admins[0] === operator
  const isAdmin = admins.includes(admin) && !unsure
  if (kind === 'add-pending-admin' && isAdmin) {
    const message = `${admin} is an admin of ${operator} already`
    problems.push({ code: 'admin_already_set', message, hint: 'nothing is to be done: it has all the rights of one' })
  }
  if (kind === 'add-pending-admin' && pending.includes(admin)) {
    const message = `${admin} is proposed already, and has not accepted yet`
    const hint = `it accepts with ${buildCommand('accept-admin', { '--operator': operator, '--admin': admin })}`
    problems.push({ code: 'admin_already_pending', message, hint })
  }
  if ((kind === 'accept-admin' || kind === 'remove-pending-admin') && !pending.includes(admin)) {
    const message = `${admin} is not proposed as admin of ${operator}; proposed: ${pending.join(', ') || 'nobody'}`
    const hint = `an admin proposes it with ${buildCommand('add-pending-admin', { '--operator': operator, '--admin': admin })}`
    problems.push({ code: 'admin_not_pending', message, hint })
  }
  if (kind === 'remove-admin') problems.push(...removalProblems(admins, operation))
  const unsureRemark = `whether ${operator} is on its own list of admins cannot be read: if it is, this reverts`
  return { problems, remarks: kind === 'add-pending-admin' && unsure && admin === operator ? [unsureRemark] : [] }
}

function removalProblems(admins: readonly Address[], { admin, operator }: AdminOperation): Problem[] {
  if (admins.length <= 1) {
    const message = `${admins.join(', ')} is the only admin of ${operator}, and the last one cannot be removed`
    const hint = 'propose another admin and have it accepted first'
    return [{ code: 'last_admin', message, hint }]
  }
  if (admins.includes(admin)) return []
  const message = `${admin} is no admin of ${operator}; its admins are ${admins.join(', ')}`
  return [{ code: 'admin_not_set', message, hint: 'give --admin one of those' }]
}

interface Admins {
  readonly admins: readonly Address[]
  readonly pending: readonly Address[]
}

const readAdmins = (
  reader: Reader,
  { operator, permissionController: at }: { readonly operator: Address; readonly permissionController: Address },
): Promise<Admins> =>
  reader.read(
    record({
      code: contractCode('PermissionController', at),
      admins: adminsRead(at, operator),
      pending: controllerCall<readonly Address[]>(at, 'getPendingAdmins(address) view returns (address[])', operator),
    }),
  )

/** The online side of giving or taking a permission. */
const permissionOnChain: HotOperation<PermissionOperation> = {
  problems: permissionOperationProblems,
  outcome: async (reader, { kind, appointee, operator, permissionController: at, selector, target }) => {
    const [appointees = []] = await reader.read(list([appointeesRead(at, operator, target, selector)]))
    const has = appointees.includes(appointee)
    return {
      facts: [
        { name: 'operator', value: operator },
        { name: 'appointee', value: appointee },
        { name: 'may call', value: has ? `${selector} of ${target}` : 'no longer, unless it is an admin' },
      ],
      json: { appointee, target, selector, appointed: has, appointees },
      refused:
        has === (kind === 'set-appointee') ? null : notDone(`${appointee} is ${has ? 'still' : 'not'} appointed`),
    }
  },
}

/** The online side of what is done with an admin. */
const adminOnChain: HotOperation<AdminOperation> = {
  problems: async (site, fields) => (await adminOperationProblems(site, fields)).problems,
  outcome: async (reader, fields) => {
    const { admin, operator } = fields
    const state = await readAdmins(reader, fields)
    return {
      facts: [
        { name: 'operator', value: operator },
        { name: 'admins', value: state.admins.join(', ') },
        { name: 'proposed', value: state.pending.join(', ') || 'nobody' },
      ],
      json: { admin, admins: state.admins, pendingAdmins: state.pending },
      refused: adminRefused(state, fields),
    }
  },
}

function adminRefused({ admins, pending }: Admins, { kind, admin }: AdminOperation): Outcome['refused'] {
  const done = {
    // What was proposed may have been accepted in the same block.
    'add-pending-admin': pending.includes(admin) || admins.includes(admin),
    'remove-pending-admin': !pending.includes(admin),
    'accept-admin': admins.includes(admin),
    'remove-admin': !admins.includes(admin),
  }[kind]
  const now = admins.includes(admin) ? 'an admin' : pending.includes(admin) ? 'proposed' : 'neither admin nor proposed'
  return done ? null : notDone(`${admin} is ${now}`)
}

export const setAppointeeOnChain: HotOperation<SetAppointeeOperation> = permissionOnChain
export const removeAppointeeOnChain: HotOperation<RemoveAppointeeOperation> = permissionOnChain
export const addPendingAdminOnChain: HotOperation<AddPendingAdminOperation> = adminOnChain
export const removePendingAdminOnChain: HotOperation<RemovePendingAdminOperation> = adminOnChain
export const acceptAdminOnChain: HotOperation<AcceptAdminOperation> = adminOnChain
export const removeAdminOnChain: HotOperation<RemoveAdminOperation> = adminOnChain
