// What the KeyRegistrar and the AllocationManager say of a key and its operator set, and why they would refuse.
//
// Follows registerKey and deregisterKey of KeyRegistrar.sol in eigenlayer-contracts at f84a515, in the order of its checks: who may
// call, the curve of the set, a key there already, the key itself. Domain and digest are compared with what this program
// derives: a KeyRegistrar that hashes otherwise is refused before anything is signed.
import { buildCommand, coldCommand } from '../../shared/base/commands.ts'
import { addressOf } from '../../shared/catalogue/address-book.ts'
import { AirlockError, type Problem } from '../../shared/base/errors.ts'
import type { Address, Bytes32, UnixSeconds } from '../../shared/base/fields.ts'
import { keyRegistrarDomain, REGISTER_KEY, type KeyedSet } from '../../shared/operation-parts/key-registration.ts'
import { domainSeparator } from '../../shared/chain/typed-data.ts'
import { grouped, duration, utc } from '../../shared/base/units.ts'
import type { Site } from '../build/site.ts'
import {
  permissionProblems,
  readPermission,
  type Permission,
  type PermissionQuestion,
} from '../eigenlayer/permissions.ts'
import { call, contractCode, optional, record, type Read, type Reader } from '../rpc/reader.ts'

/** CurveType of the KeyRegistrar. */
export const curves = { none: 0, ecdsa: 1, bn254: 2 } as const
export const curveName = (curve: number): string => ['none', 'ECDSA', 'BN254'][curve] ?? `unknown (${curve})`

/** An operator set, and whose key it is about. */
export type KeyPlace = KeyedSet & { readonly operator: Address }

/** The key that is to be registered, as far as the contract is asked about it. */
export interface KeyWish {
  readonly curve: (typeof curves)['ecdsa'] | (typeof curves)['bn254']
  /** By what the KeyRegistrar tells keys apart. */
  readonly keyHash: Bytes32
  /** The digest that the key will sign. */
  readonly digest: Bytes32
  /** The same of the contract. */
  readonly theirDigest: Read<Bytes32>
}

/** Everything read of an operator set and an operator's key in it. */
export interface KeyState {
  readonly curve: number
  readonly registered: boolean
  readonly permission: Permission
  readonly isSet: boolean
  readonly isMember: boolean
  readonly isSlashable: boolean
  /** Blocks for which an operator can be slashed after it left. */
  readonly deallocationDelay: number
  readonly isOperator: boolean
}

const SET = '(address,uint32)'

/** A view of the KeyRegistrar. */
export const keyRegistrarCall = <T>({ keyRegistrar }: KeyedSet, signature: string, ...args: unknown[]): Read<T> =>
  call<T>('KeyRegistrar', keyRegistrar, signature, ...args)

/** The operator set as an argument. */
export const setArgument = ({ avs, operatorSet }: KeyedSet): readonly [Address, number] => [avs, operatorSet]

/** True while the operator has a key there. */
export const registeredRead = (place: KeyPlace): Read<boolean> =>
  keyRegistrarCall(place, `isRegistered(${SET},address) view returns (bool)`, setArgument(place), place.operator)

/**
 * Reads the state, in three batches; a permission shares them.
 *
 * @throws AirlockError domain_unknown, contracts_disagree; and those of reading
 */
export async function readKeyState(
  { head, reader }: Site,
  place: KeyPlace,
  asked: PermissionQuestion,
): Promise<KeyState> {
  const of = <T>(signature: string, ...args: unknown[]): Read<T> => keyRegistrarCall(place, signature, ...args)
  const set = setArgument(place)
  const [registrar, permission] = await Promise.all([
    reader.read(
      record({
        code: contractCode('KeyRegistrar', place.keyRegistrar),
        separator: of<Bytes32>('domainSeparator() view returns (bytes32)'),
        curve: of<number>(`getOperatorSetCurveType(${SET}) view returns (uint8)`, set),
        registered: registeredRead(place),
        allocationManager: of<Address>('allocationManager() view returns (address)'),
      }),
    ),
    readPermission(reader, asked),
  ])
  const { allocationManager: at, separator, curve, registered } = registrar
  refuseAny(crossCheck(head.chainId, place, separator, at))
  const manager = <T>(signature: string, ...args: unknown[]): Read<T> =>
    call('AllocationManager', at, signature, ...args)
  const { delegation, ...sets } = await reader.read(
    record({
      isSet: manager<boolean>(`isOperatorSet(${SET}) view returns (bool)`, set),
      isMember: manager<boolean>(`isMemberOfOperatorSet(address,${SET}) view returns (bool)`, place.operator, set),
      isSlashable: manager<boolean>(`isOperatorSlashable(address,${SET}) view returns (bool)`, place.operator, set),
      deallocationDelay: manager<number>('DEALLOCATION_DELAY() view returns (uint32)'),
      delegation: manager<Address>('delegation() view returns (address)'),
    }),
  )
  const isOperator = await reader.read(
    call<boolean>('DelegationManager', delegation, 'isOperator(address) view returns (bool)', place.operator),
  )
  return { curve, registered, permission, ...sets, isOperator }
}

const TRUST =
  'give an --rpc-url that you trust; if two nodes agree, report it: the contract is of a kind not known here'

function refuseAny([first, ...rest]: readonly Problem[]): void {
  if (first !== undefined) throw new AirlockError('comparing with the contracts', [first, ...rest])
}

function crossCheck(chainId: number, { keyRegistrar }: KeyedSet, separator: Bytes32, manager: Address): Problem[] {
  const ours = domainSeparator(keyRegistrarDomain(chainId, keyRegistrar))
  const pinned = addressOf(chainId, 'EigenLayer', 'AllocationManager')
  const problems: Problem[] = []
  if (ours !== separator) {
    const message = `the KeyRegistrar ${keyRegistrar} has domain separator ${separator} on chain ${chainId}, which is not that of "EigenLayer" version "1"`
    problems.push({ code: 'domain_unknown', message, hint: TRUST })
  }
  if (pinned !== undefined && pinned !== manager) {
    const message = `the KeyRegistrar names AllocationManager ${manager}, EigenLayer's on this chain is ${pinned}`
    problems.push({ code: 'contracts_disagree', message, hint: TRUST })
  }
  return problems
}

/**
 * Asks about the key itself.
 *
 * @returns true where it was registered before, by anybody
 * @throws AirlockError digest_mismatch, and those of reading
 */
export async function readKeyTaken(reader: Reader, place: KeyPlace, wish: KeyWish): Promise<boolean> {
  const { taken, digest } = await reader.read(
    record({
      taken: keyRegistrarCall<boolean>(place, 'isKeyGloballyRegistered(bytes32) view returns (bool)', wish.keyHash),
      // Of another curve's set the digest may not be asked.
      digest: optional(wish.theirDigest),
    }),
  )
  if (digest !== null && digest !== wish.digest) {
    const message = `the KeyRegistrar computes the digest ${digest}, this program ${wish.digest}`
    refuseAny([{ code: 'digest_mismatch', message, hint: TRUST }])
  }
  return taken
}

/** The permission that registerKey asks for. */
export const registerQuestion = (place: KeyPlace, sender: Address): PermissionQuestion => ({
  ...{ contract: 'KeyRegistrar', target: place.keyRegistrar, signature: REGISTER_KEY },
  ...{ operator: place.operator, sender },
})

/** The flags of commands about this set and this operator. */
const setFlags = ({ avs, keyRegistrar, operator, operatorSet }: KeyPlace): SetFlags => ({
  '--avs-address': avs,
  '--operator-set-id': operatorSet,
  '--key-registrar': keyRegistrar,
  '--operator': operator,
})

interface SetFlags {
  readonly '--avs-address': Address
  readonly '--operator-set-id': number
  readonly '--key-registrar': Address
  readonly '--operator': Address
}

/** Every reason why registerKey would revert. */
export function registerProblems(
  state: KeyState,
  place: KeyPlace,
  { curve }: KeyWish,
  taken: boolean,
  asked: PermissionQuestion,
): readonly Problem[] {
  const problems = [...permissionProblems(asked, state.permission), ...curveProblems(state, place, curve)]
  if (state.registered) {
    const message = `${place.operator} has a key in operator set ${place.operatorSet} already: one for each set`
    const hint = `to have another, leave the set, wait until it cannot be slashed, and ${buildCommand('deregister-key', setFlags(place))}`
    problems.push({ code: 'already_registered', message, hint })
  }
  if (taken) {
    const message = 'this key was registered before: the KeyRegistrar takes each key once, for all operators and AVSs'
    problems.push({
      code: 'key_taken',
      message,
      hint: `make another key, with ${coldCommand('keys new', { [curve === curves.ecdsa ? '--ecdsa' : '--bls']: true })}`,
    })
  }
  return problems
}

function curveProblems({ curve, isSet }: KeyState, place: KeyPlace, wished: number): Problem[] {
  const { avs, operatorSet } = place
  if (curve === wished) return []
  if (curve === curves.none) {
    const exists = isSet ? 'the AVS has not said which keys it takes' : 'there is no such operator set'
    const message = `operator set ${operatorSet} of ${avs} is not known to the KeyRegistrar: ${exists}`
    return [{ code: 'set_without_keys', message, hint: 'compare --operator-set-id with what the AVS publishes' }]
  }
  const kind = curve === curves.ecdsa ? 'register-key-ecdsa' : 'register-key-bn254'
  const message = `operator set ${operatorSet} of ${avs} takes ${curveName(curve)} keys, not ${curveName(wished)}`
  return [{ code: 'key_curve_wrong', message, hint: `use ${buildCommand(kind, setFlags(place))}` }]
}

/** What would not revert but should be known before a key is given away for ever. */
export function registerRemarks({ isOperator, isMember, registered }: KeyState, place: KeyPlace): readonly string[] {
  const { operator, operatorSet } = place
  return [
    ...(isOperator || registered
      ? []
      : [`${operator} is no operator of EigenLayer yet: the key is registered all the same, and cannot be taken back`]),
    ...(isMember ? [] : [`the key alone is no registration: next, register for operator set ${operatorSet}`]),
  ]
}

/** The permission that deregisterKey asks for. */
export const deregisterQuestion = (place: KeyPlace, sender: Address): PermissionQuestion => ({
  ...{ contract: 'KeyRegistrar', target: place.keyRegistrar, signature: 'deregisterKey(address,(address,uint32))' },
  ...{ operator: place.operator, sender },
})

/** Seconds from block to block on Ethereum. */
const BLOCK_TIME = 12

/** Every reason why deregisterKey would revert. */
export function deregisterProblems(
  state: KeyState,
  place: KeyPlace,
  { block }: Site['head'],
  asked: PermissionQuestion,
): readonly Problem[] {
  const { operator, avs, operatorSet } = place
  const problems = [...permissionProblems(asked, state.permission)]
  if (state.isSlashable) problems.push(slashable(state, place, block))
  if (state.curve === curves.none) {
    const message = `operator set ${operatorSet} of ${avs} is not known to the KeyRegistrar: it keeps no keys for it`
    problems.push({ code: 'set_without_keys', message, hint: 'compare --operator-set-id with what the AVS publishes' })
  } else if (!state.registered) {
    const message = `${operator} has no key in operator set ${operatorSet} of ${avs}`
    problems.push({ code: 'not_registered', message, hint: 'compare --operator, the AVS and --operator-set-id' })
  }
  return problems
}

function slashable(state: KeyState, { operator, operatorSet }: KeyPlace, block: Site['head']['block']): Problem {
  const blocks = state.deallocationDelay
  const span = `${grouped(blocks)} blocks (about ${duration(blocks * BLOCK_TIME)})`
  if (state.isMember) {
    const message = `${operator} is in operator set ${operatorSet}, and can be slashed there until ${span} after it has left`
    return { code: 'still_slashable', message, hint: 'deregister from the operator set first, then wait so long' }
  }
  const last = block.number + blocks
  const until = utc((block.timestamp + blocks * BLOCK_TIME) as UnixSeconds)
  const message = `${operator} left operator set ${operatorSet} within the last ${span}: it can be slashed there until block ${grouped(last)} at the latest, about ${until}`
  return { code: 'still_slashable', message, hint: 'build the request again after that block' }
}
