// airlock-hot build deregister, its preflight, and the state after.
//
// Follows _deregisterOperator of RegistryCoordinator.sol: paused, registered at all, registered for each quorum named.
import type { Problem } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import { deregisterFloor, type DeregisterOperation } from '../../shared/operations/deregister.ts'
import { quorumBitmap } from '../../shared/operation-parts/quorums.ts'
import { chosenAvs, type AvsOptions } from '../build/avs-argument.ts'
import { build, type BuildOptions } from '../build/build.ts'
import { bitmapQuorums, readMembership, statusName, type Membership } from './membership.ts'
import { notDone, type HotOperation } from '../build/outcome.ts'
import { operatorStatus } from './registration-state.ts'

export interface DeregisterOptions extends AvsOptions, BuildOptions {
  readonly quorums: readonly number[]
}

/** Builds a deregistration and writes it. */
export async function buildDeregister(options: DeregisterOptions): Promise<void> {
  const coordinatorOn = chosenAvs(options)
  await build(options, async ({ head, reader }) => {
    const { operator, quorums } = options
    const asked = { operator, quorums, registryCoordinator: coordinatorOn(head.chainId) }
    const state = await readMembership(reader, asked)
    return {
      operation: { kind: 'deregister', ...asked, serviceManager: state.serviceManager },
      problems: problems(state, asked),
      remarks: [],
      gas: { floor: deregisterFloor(quorums.length) },
    }
  })
}

/** Bit 1 pauses deregistration in the RegistryCoordinator. */
const PAUSED_DEREGISTER = 2n

/** Every reason why deregisterOperator would revert. */
function problems(
  state: Membership,
  { operator, quorums }: { readonly operator: Address; readonly quorums: readonly number[] },
): readonly Problem[] {
  const found: Problem[] = []
  if ((state.pausedBits & PAUSED_DEREGISTER) !== 0n) {
    const message = 'the RegistryCoordinator has paused deregistrations'
    found.push({ code: 'paused', message, hint: 'wait until its owners unpause it; the AVS announces that' })
  }
  if (state.status !== operatorStatus.registered) {
    const message = `${operator} has status ${statusName(state.status)} there: it can leave nothing`
    const hint = 'see what it is registered for with `airlock-hot status`'
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
  problems: async ({ reader }, fields) => problems(await readMembership(reader, fields), fields),
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
