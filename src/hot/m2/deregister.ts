// airlock-hot build deregister, its preflight, and the state after.
//
// Follows _deregisterOperator of RegistryCoordinator.sol: paused, registered at all, registered for each quorum named; and where the
// coordinator has operator sets, which it leaves to the AllocationManager.
import { hotCommand } from '../../shared/base/commands.ts'
import type { Problem } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import { deregisterFloor, type DeregisterOperation } from '../../shared/operations/deregister.ts'
import { quorumBitmap } from '../../shared/operation-parts/quorums.ts'
import { chosenAvs, type AvsOptions } from '../build/avs-argument.ts'
import { build, type BuildOptions } from '../build/build.ts'
import type { Site } from '../build/site.ts'
import { bitmapQuorums, readMembership, statusName, type Membership } from './membership.ts'
import { notDone, type HotOperation } from '../build/outcome.ts'
import { operatorStatus } from './registration-state.ts'
import { call, list, optional, type Read } from '../rpc/reader.ts'
import { leavingProblems, setsBesideReads, setsPlaceReads, type SetsBeside } from './sets-beside.ts'

export interface DeregisterOptions extends AvsOptions, BuildOptions {
  readonly quorums: readonly number[]
}

/** Builds a deregistration and writes it. */
export async function buildDeregister(options: DeregisterOptions): Promise<void> {
  const coordinatorOn = chosenAvs(options)
  await build(options, async (site) => {
    const { operator, quorums } = options
    const asked = { operator, quorums, registryCoordinator: coordinatorOn(site.head.chainId) }
    const { serviceManager, found } = await look(site, asked)
    return {
      operation: { kind: 'deregister', ...asked, serviceManager },
      problems: found,
      remarks: [],
      gas: { floor: deregisterFloor(quorums.length) },
    }
  })
}

/** Bit 1 pauses deregistration in the RegistryCoordinator. */
const PAUSED_DEREGISTER = 2n

/** Who leaves what. */
interface Leaving {
  readonly operator: Address
  readonly quorums: readonly number[]
  readonly registryCoordinator: Address
}

/** The AVS's contract, and every reason why deregisterOperator would revert. */
async function look(
  site: Site,
  leaving: Leaving,
): Promise<{ readonly serviceManager: Address; readonly found: readonly Problem[] }> {
  const [state, beside] = await Promise.all([
    readMembership(site.reader, leaving),
    site.reader.read(setsBesideReads(leaving.registryCoordinator, leaving.quorums)),
  ])
  const { serviceManager } = state
  return { serviceManager, found: [...problems(state, leaving), ...(await throughSets(site, state, beside, leaving))] }
}

/**
 * Quorums that the operator leaves through the AllocationManager: operator sets, and those that it entered as operator sets, whose
 * AVS the AVSDirectory does not have it with, so that deregisterOperator reverts with OperatorNotRegisteredToAVS().
 */
async function throughSets(
  { reader, head }: Site,
  { serviceManager, status, avsStatus, bitmap }: Membership,
  { sets }: SetsBeside,
  { operator, quorums, registryCoordinator }: Leaving,
): Promise<readonly Problem[]> {
  if (status !== operatorStatus.registered) return []
  const held = quorums.filter((number) => ((bitmap >> BigInt(number)) & 1n) === 1n)
  const heldSets = held.filter((number) => sets.includes(number))
  const isInDirectory = avsStatus === operatorStatus.registered
  if (held.length === 0 || (heldSets.length === 0 && isInDirectory)) return []
  const place = await reader.read(setsPlaceReads(registryCoordinator))
  const { allocationManager: at } = place
  const avs = place.avs ?? serviceManager
  const isMember = 'isMemberOfOperatorSet(address,(address avs, uint32 id)) view returns (bool)'
  const membersRead = (manager: Address): Read<readonly (boolean | null)[]> =>
    list(held.map((id) => optional(call<boolean>('AllocationManager', manager, isMember, operator, { avs, id }))))
  const members = at === null || isInDirectory ? [] : await reader.read(membersRead(at))
  const through = held.filter((number, index) => sets.includes(number) || members[index] === true)
  return leavingProblems(through, { chainId: head.chainId, operator, serviceManager, place }, held)
}

function problems(state: Membership, { operator, quorums }: Leaving): readonly Problem[] {
  const found: Problem[] = []
  if ((state.pausedBits & PAUSED_DEREGISTER) !== 0n) {
    const message = 'the RegistryCoordinator has paused deregistrations'
    found.push({ code: 'paused', message, hint: 'wait until its owners unpause it; the AVS announces that' })
  }
  if (state.status !== operatorStatus.registered) {
    const message = `${operator} has status ${statusName(state.status)} there: it can leave nothing`
    const hint = `see what it is registered for with ${hotCommand('status', { '--avs': 'NAME', '--operator': operator, '--rpc-url': 'URL' })}`
    return [...found, { code: 'not_registered', message, hint }]
  }
  const left = quorums.filter((number) => ((state.bitmap >> BigInt(number)) & 1n) === 0n)
  if (left.length > 0) {
    const message = `${operator} is not in quorum ${left.join(', ')}; it is in ${bitmapQuorums(state.bitmap).join(', ')}`
    found.push({ code: 'not_registered', message, hint: 'give --quorums that it is in' })
  }
  return found
}

/** The online side of a deregistration. */
export const deregisterOnChain: HotOperation<DeregisterOperation> = {
  problems: async (site, fields) => (await look(site, fields)).found,
  outcome: async (reader, fields) => {
    const { status, bitmap, avsStatus } = await readMembership(reader, fields)
    const remaining = bitmapQuorums(bitmap)
    const still = (bitmap & quorumBitmap(fields.quorums)) !== 0n
    return {
      facts: [
        { name: 'operator', value: fields.operator },
        { name: 'RegistryCoordinator', value: statusName(status) },
        { name: 'AVSDirectory', value: statusName(avsStatus) },
        { name: 'quorums left', value: remaining.join(', ') || 'none' },
      ],
      json: { operatorStatus: statusName(status), avsOperatorStatus: statusName(avsStatus), quorums: remaining },
      refused: still ? notDone(`${fields.operator} is still in quorums ${remaining.join(', ')}`) : null,
    }
  },
}
