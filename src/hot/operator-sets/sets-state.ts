// What the AllocationManager has of an operator and of operator sets, and who may call it; the reasons that follow for all
// operations of operator sets alike.
//
// Follows AllocationManager.sol in eigenlayer-contracts at f84a515.
import { blockAhead, blocksText } from '../../shared/operation-parts/blocks.ts'
import type { Problem } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import { isAscending, setsText } from '../../shared/operation-parts/operator-sets.ts'
import type { Site } from '../build/site.ts'
import type { ChainHead } from '../rpc/head.ts'
import { permissionProblems, readPermission } from '../eigenlayer/permissions.ts'
import { call, contractCode, list, optional, record, type Read } from '../rpc/reader.ts'

/** One operator set and one operator. */
export interface SetState {
  readonly id: number
  readonly exists: boolean
  readonly isMember: boolean
  readonly slashable: boolean
  /** Who can slash its members; null before core 1.9.0. */
  readonly slasher: Address | null
  /** Who gets what is slashed; null where the build has no such function. */
  readonly recipient: Address | null
}

/** What the AllocationManager says. */
export interface ManagerState {
  readonly pausedBits: bigint
  readonly delegation: Address
  readonly deallocationDelay: number
  readonly configurationDelay: number
  readonly sets: readonly SetState[]
}

/** Operator, AVS, sets and where they are kept. */
export interface SetsWish {
  readonly allocationManager: Address
  readonly avs: Address
  readonly operator: Address
  readonly operatorSets: readonly number[]
}

/** A view of the AllocationManager. */
export const managerCall = <T>(at: Address, signature: string, ...args: readonly unknown[]): Read<T> =>
  call<T>('AllocationManager', at, signature, ...args)

/** What the AllocationManager says of an operator and of sets. */
export function managerReads({ allocationManager: at, avs, operator, operatorSets }: SetsWish): Read<ManagerState> {
  const reads = record({
    code: contractCode('AllocationManager', at),
    pausedBits: managerCall<bigint>(at, 'paused() view returns (uint256)'),
    delegation: managerCall<Address>(at, 'delegation() view returns (address)'),
    deallocationDelay: managerCall<number>(at, 'DEALLOCATION_DELAY() view returns (uint32)'),
    configurationDelay: managerCall<number>(at, 'ALLOCATION_CONFIGURATION_DELAY() view returns (uint32)'),
    sets: list(operatorSets.map((id) => setReads(at, avs, id, operator))),
  })
  return reads
}

function setReads(at: Address, avs: Address, id: number, operator: Address): Read<SetState> {
  const of = 'address,(address avs, uint32 id)'
  const reads = record({
    exists: managerCall<boolean>(at, 'isOperatorSet((address avs, uint32 id)) view returns (bool)', { avs, id }),
    isMember: managerCall<boolean>(at, `isMemberOfOperatorSet(${of}) view returns (bool)`, operator, { avs, id }),
    slashable: managerCall<boolean>(at, `isOperatorSlashable(${of}) view returns (bool)`, operator, { avs, id }),
    slasher: optional(
      managerCall<Address>(at, 'getSlasher((address avs, uint32 id)) view returns (address)', { avs, id }),
    ),
    recipient: optional(
      managerCall<Address>(at, 'getRedistributionRecipient((address avs, uint32 id)) view returns (address)', {
        avs,
        id,
      }),
    ),
  })
  return { ...reads, decode: (answers) => ({ id, ...reads.decode(answers) }) }
}

/** Bits of paused(). */
export const pausedBit = { modifyAllocations: 1n, membership: 4n } as const

/** The AllocationManager's pause. */
export function pausedProblems(pausedBits: bigint, bit: bigint, what: string): readonly Problem[] {
  if ((pausedBits & bit) === 0n) return []
  const message = `EigenLayer's AllocationManager has paused ${what}`
  return [{ code: 'paused', message, hint: 'wait until EigenLayer unpauses it; it announces that in its channels' }]
}

/** Sets that there are not, and ids out of order. */
export function setProblems(ids: readonly number[], sets: readonly SetState[]): readonly Problem[] {
  const unknown = sets.filter(({ exists }) => !exists).map(({ id }) => id)
  const problems: Problem[] = []
  if (unknown.length > 0) {
    const message = `the AVS has no ${setsText(unknown)}`
    problems.push({ code: 'operator_set_unknown', message, hint: 'give --operator-sets that exist' })
  }
  if (!isAscending(ids)) {
    const sorted = [...new Set(ids)].toSorted((a, b) => a - b).join(',')
    const message = `the operator sets ${ids.join(',')} are not ascending, each one once: registrars refuse them`
    problems.push({ code: 'operator_set_order', message, hint: `give --operator-sets ${sorted}` })
  }
  return problems
}

/** Sets that the operator is in, or left so lately that it cannot come back. */
export function membershipProblems(
  { sets, deallocationDelay }: ManagerState,
  { block }: ChainHead,
): readonly Problem[] {
  return sets.flatMap(({ id, isMember, slashable }): Problem[] => {
    if (isMember) {
      const message = `the operator is in operator set ${id} already`
      const hint = 'leave that set out of --operator-sets; one that it is in makes the whole call revert'
      return [{ code: 'already_registered', message, hint }]
    }
    if (!slashable) return []
    // The contract tells nobody the last block; from the delay alone it follows that it is no later than this.
    const end = blockAhead(block, deallocationDelay + 1)
    const message = `the operator left operator set ${id} less than ${blocksText(deallocationDelay)} ago: it can still be slashed, and come back at ${end} at the latest`
    return [{ code: 'still_slashable', message, hint: 'build the request again after that block' }]
  })
}

/** What should be known of the sets: who can take stake, and who gets it. */
export const slasherRemarks = (sets: readonly SetState[]): readonly string[] =>
  sets.flatMap(({ id, slasher, recipient }) =>
    slasher === null ? [] : [`operator set ${id}: ${slasher} can slash its members${recipientText(recipient)}`],
  )

/** Where slashed stake goes when it is burnt. */
const BURN_ADDRESS: string = '0x00000000000000000000000000000000000E16E4'

const recipientText = (recipient: Address | null): string =>
  recipient === null || recipient === BURN_ADDRESS ? '' : `, and ${recipient} gets what is slashed`

/**
 * Whether the sender may call a function for the operator, and if not, who may.
 *
 * @throws AirlockError contracts_disagree, and those of reading
 */
export async function senderProblems(
  { reader, sender }: Pick<Site, 'reader' | 'sender'>,
  { allocationManager: target, operator }: Pick<SetsWish, 'allocationManager' | 'operator'>,
  signature: string,
): Promise<readonly Problem[]> {
  const asked = { contract: 'AllocationManager', target, signature, operator, sender }
  return permissionProblems(asked, await readPermission(reader, asked))
}
