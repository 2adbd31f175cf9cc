// Whether somebody may call one of EigenLayer's contracts for an operator: the PermissionController asked, the answer in words.
//
// Follows PermissionController.sol and PermissionControllerMixin.sol of eigenlayer-contracts at f84a515. A caller may when it is
// an admin of the operator, or its appointee for this function of this contract. An operator without admins is its own; once
// it has one, it is none itself unless it stands among them. Which controller counts is what the called contract says itself.
import { buildCommand } from '../../shared/base/commands.ts'
import { isAddressEqual, toFunctionSelector, zeroAddress, type Hex } from 'viem'
import { refusal, type Problem } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import { call, optional, record, type Read, type Reader } from '../rpc/reader.ts'

/** What is asked: may `sender` call this function for `operator`? */
export interface PermissionQuestion {
  /** The contract that is called, as the catalogue names it, such as "AllocationManager". */
  readonly contract: string
  readonly target: Address
  /** Canonical signature of the function, such as "modifyOperatorDetails(address,address)". */
  readonly signature: string
  readonly operator: Address
  readonly sender: Address
}

/** What the PermissionController says. */
export interface Permission {
  readonly mayCall: boolean
  /** The operator itself, where it has no others. */
  readonly admins: readonly Address[]
  readonly appointees: readonly Address[]
}

/** What the contract that is called says of its controller; zero or nothing where it has none (M2). */
export const controllerRead = ({
  contract,
  target,
}: Pick<PermissionQuestion, 'contract' | 'target'>): Read<Address | null> =>
  optional(call<Address>(contract, target, 'permissionController() view returns (address)'))

/** The reads of a permission, all of one batch. */
export const permissionReads = (
  controller: Address,
  { operator, sender, target, signature }: PermissionQuestion,
): Read<Permission> => {
  const selector = toFunctionSelector(signature)
  return record({
    mayCall: controllerCall<boolean>(
      controller,
      'canCall(address,address,address,bytes4) view returns (bool)',
      ...[operator, sender, target, selector],
    ),
    admins: adminsRead(controller, operator),
    appointees: appointeesRead(controller, operator, target, selector),
  })
}

/** A view of the PermissionController. */
export const controllerCall = <T>(controller: Address, signature: string, ...args: readonly unknown[]): Read<T> =>
  call<T>('PermissionController', controller, signature, ...args)

/** The admins of an account: itself, where it has no others. */
export const adminsRead = (controller: Address, account: Address): Read<readonly Address[]> =>
  controllerCall(controller, 'getAdmins(address) view returns (address[])', account)

/** Who may call one function of one contract for an account, beside its admins. */
export const appointeesRead = (
  controller: Address,
  account: Address,
  target: Address,
  selector: Hex,
): Read<readonly Address[]> =>
  controllerCall(
    controller,
    'getAppointees(address,address,bytes4) view returns (address[])',
    ...[account, target, selector],
  )

/**
 * Reads a permission, in two batches: which controller counts, and what it says.
 *
 * @throws AirlockError contracts_disagree where its answers contradict each other, and those of reading
 */
export async function readPermission(reader: Reader, question: PermissionQuestion): Promise<Permission> {
  const controller = await reader.read(controllerRead(question))
  const { operator, sender } = question
  if (controller === null || isAddressEqual(controller, zeroAddress)) {
    return { mayCall: sender === operator, admins: [operator], appointees: [] }
  }
  const permission = await reader.read(permissionReads(controller, question))
  const isListed = [...permission.admins, ...permission.appointees].some((one) => isAddressEqual(one, sender))
  if (isListed === permission.mayCall) return permission
  const seen = `canCall ${permission.mayCall ? 'lets' : 'does not let'} ${sender} call, the lists of admins and appointees ${isListed ? 'do' : 'do not'}`
  const hint = 'ask another node with --rpc-url; if it says the same, the contract is of a kind not known here'
  throw refusal('reading the permissions', 'contracts_disagree', seen, hint)
}

/** Why the call would be refused for want of a permission: who has it, and how it is given. */
export function permissionProblems(question: PermissionQuestion, permission: Permission): readonly Problem[] {
  if (permission.mayCall) return []
  const { contract, signature, operator, sender, target } = question
  const name = signature.slice(0, signature.indexOf('('))
  const whose = permission.admins.join(', ')
  if (sender === operator) {
    const message = `${operator} may not call ${contract}.${name} itself any more: it has given its rights to its admins ${whose}`
    const hint = 'have one of its admins send it, with `--from ADDRESS`, or let that admin appoint the operator'
    return [{ code: 'permission_missing', message, hint }]
  }
  const others = permission.appointees.length === 0 ? 'nobody' : permission.appointees.join(', ')
  const message = `${sender} may not call ${contract}.${name} for ${operator}: admins are ${whose}; appointed for it is ${others}`
  const command = buildCommand('set-appointee', {
    '--operator': operator,
    '--appointee': sender,
    '--target': target,
    '--selector': toFunctionSelector(signature),
  })
  const hint = `give it the permission first: ${command}, signed by the operator or an admin`
  return [{ code: 'permission_missing', message, hint }]
}
