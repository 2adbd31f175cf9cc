// Operator sets beside M2 quorums, in one RegistryCoordinator: which quorums are sets, and which command works for them.
//
// Follows RegistryCoordinator.sol of eigenlayer-middleware's slashing generation: registerOperator, registerOperatorWithChurn and
// deregisterOperator revert with OnlyM2QuorumsAllowed() for a quorum that is an operator set, the first two with
// M2QuorumRegistrationIsDisabled() once the AVS has ended them. Builds differ in the names of their getters, and older ones have
// none: each is asked, and what one does not say another may.
import { buildWith, type BuildKind, type Flag } from '../../shared/base/commands.ts'
import type { Problem } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import { allocationManagerFlag, type Place } from '../../shared/catalogue/core-flag.ts'
import { call, list, optional, record, type Read } from '../rpc/reader.ts'

/** What a coordinator says of its quorums. */
export interface SetsBeside {
  /** Of the quorums asked for, those that are operator sets. */
  readonly sets: readonly number[]
  /** True where registration for M2 quorums has ended. */
  readonly registrationEnded: boolean
  /** True where there are operator sets, and no getter known here tells which quorums they are. */
  readonly unclear: boolean
}

/** Which quorums are operator sets. */
export function setsBesideReads(at: Address, quorums: readonly number[]): Read<SetsBeside> {
  const of = <T>(signature: string, ...args: readonly unknown[]): Read<T | null> =>
    optional(call<T>('RegistryCoordinator', at, signature, ...args))
  const reads = record({
    enabled: of<boolean>('operatorSetsEnabled() view returns (bool)'),
    ended: of<boolean>('isM2QuorumRegistrationDisabled() view returns (bool)'),
    bitmap: of<bigint>('m2QuorumBitmap() view returns (uint256)'),
    areM2: list(quorums.map((number) => of<boolean>('isM2Quorum(uint8) view returns (bool)', number))),
  })
  return {
    ...reads,
    decode: (answers) => {
      const { enabled, ended, bitmap, areM2 } = reads.decode(answers)
      const isM2 = (number: number, index: number): boolean | null =>
        areM2[index] ?? (bitmap === null ? null : ((bitmap >> BigInt(number)) & 1n) === 1n)
      return {
        sets: quorums.filter((number, index) => isM2(number, index) === false),
        registrationEnded: ended === true,
        unclear: enabled === true && quorums.some((number, index) => isM2(number, index) === null),
      }
    },
  }
}

/** Where the operator sets of a coordinator are kept; null for what it does not say. */
export interface SetsPlace {
  readonly avs: Address | null
  readonly allocationManager: Address | null
}

/** Where the operator sets of a coordinator are kept. */
export function setsPlaceReads(at: Address): Read<SetsPlace> {
  const of = (signature: string): Read<Address | null> =>
    optional(call<Address>('RegistryCoordinator', at, `${signature} view returns (address)`))
  const reads = record({
    avs: of('avs()'),
    // The name in the build of February 2025.
    account: of('accountIdentifier()'),
    allocationManager: of('allocationManager()'),
  })
  return {
    ...reads,
    decode: (answers) => {
      const { avs, account, allocationManager } = reads.decode(answers)
      return { avs: avs ?? account, allocationManager }
    },
  }
}

/** Who wants in or out, and where. */
export interface SetsAsked extends Place {
  readonly operator: Address
  readonly serviceManager: Address
  readonly place: SetsPlace | undefined
}

/** The command for operator sets, as it can be typed. An AVS that its coordinator does not name is its service manager. */
function setsCommand(kind: BuildKind, asked: SetsAsked, sets: readonly number[], more: readonly Flag[] = []): string {
  const { operator, serviceManager, place } = asked
  const manager = place?.allocationManager ?? null
  return buildWith(kind, [
    ['--avs-address', place?.avs ?? serviceManager],
    manager === null ? null : allocationManagerFlag(manager, asked),
    ['--operator', operator],
    ['--operator-sets', sets.join(',')],
    ...more,
  ])
}

/** Why the calls of M2 would be refused for quorums that are operator sets, and for all once registration has ended. */
export function enteringProblems(
  { sets, registrationEnded }: SetsBeside,
  asked: SetsAsked,
  quorums: readonly number[],
  socket: string | undefined,
): readonly Problem[] {
  const others = quorums.filter((number) => !sets.includes(number))
  const ended: Problem = {
    code: 'm2_registration_ended',
    message: `the AVS has ended registration for quorums that are not operator sets; --quorums names ${others.join(', ')}`,
    hint: 'leave them out; which operator sets it has instead, the AVS says in its channels',
  }
  const socketFlag: Flag = socket === undefined ? null : ['--socket', socket]
  const command = setsCommand('register-for-operator-sets', asked, sets, [socketFlag])
  const rest = others.length === 0 || registrationEnded ? '' : `, and for the others give --quorums ${others.join(',')}`
  return [
    ...(registrationEnded && others.length > 0 ? [ended] : []),
    ...sets.map((number) => isSet(number, 'registerOperator', `register with \`${command}\`${rest}`)),
  ]
}

/** Why deregisterOperator would be refused for quorums that are operator sets. */
export function leavingProblems(
  sets: readonly number[],
  asked: SetsAsked,
  quorums: readonly number[],
): readonly Problem[] {
  const others = quorums.filter((number) => !sets.includes(number))
  const command = setsCommand('deregister-from-operator-sets', asked, sets)
  const rest = others.length === 0 ? '' : `, and for the others give --quorums ${others.join(',')}`
  return sets.map((number) => isSet(number, 'deregisterOperator', `leave with \`${command}\`${rest}`))
}

const isSet = (number: number, call: string, hint: string): Problem => ({
  code: 'quorum_is_operator_set',
  message: `quorum ${number} is an operator set of this AVS: ${call} does not take it`,
  hint,
})

/** The remark where nobody says which quorums are sets. */
export const setsRemarks = ({ unclear }: SetsBeside): readonly string[] =>
  unclear
    ? [
        'the AVS has operator sets, and its RegistryCoordinator does not say which quorums they are: one of them would be refused',
      ]
    : []
