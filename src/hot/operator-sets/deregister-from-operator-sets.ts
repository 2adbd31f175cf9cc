// airlock-hot build deregister-from-operator-sets, its preflight, and the state after.
//
// Follows deregisterFromOperatorSets of AllocationManager.sol: paused, permission (of the operator or of the AVS), sets,
// membership. Then the AVS's registrar is called; what it would refuse shows in the simulation before anything is sent.
import { blockAhead } from '../../shared/operation-parts/blocks.ts'
import type { Problem } from '../../shared/base/errors.ts'
import {
  setsDeregisterFloor,
  type DeregisterFromOperatorSetsOperation,
} from '../../shared/operations/deregister-from-operator-sets.ts'
import { setsText } from '../../shared/operation-parts/operator-sets.ts'
import { build, type BuildOptions } from '../build/build.ts'
import type { Site } from '../build/site.ts'
import { notDone, type HotOperation } from '../build/outcome.ts'
import { chosenManager, chosenSetsAvs, type SetsOptions } from '../build/sets-argument.ts'
import { call, optional } from '../rpc/reader.ts'
import { registrarRead } from './registrar.ts'
import { idsAt, membershipReads } from './sets-outcome.ts'
import * as sets from './sets-state.ts'

export interface DeregisterFromOperatorSetsOptions extends SetsOptions, BuildOptions {
  readonly operatorSets: readonly number[]
}

const SIGNATURE = 'deregisterFromOperatorSets((address,address,uint32[]))'

/** Builds a deregistration from operator sets and writes it. */
export async function buildDeregisterFromOperatorSets(options: DeregisterFromOperatorSetsOptions): Promise<void> {
  const avsOn = chosenSetsAvs(options)
  await build(options, async (site) => {
    const { chainId, block } = site.head
    const wish: sets.SetsWish = {
      allocationManager: chosenManager(options, chainId),
      avs: avsOn(chainId),
      operator: options.operator,
      operatorSets: options.operatorSets,
    }
    const { manager, found } = await look(site, wish)
    const isHistoric = await keepsHistory(site, wish)
    const end = blockAhead(block, manager.deallocationDelay)
    return {
      operation: { kind: 'deregister-from-operator-sets', ...wish, deallocationDelay: manager.deallocationDelay },
      problems: found,
      gas: isHistoric ? { floor: setsDeregisterFloor(wish.operatorSets.length) } : {},
      remarks: [`were it mined in the block of the request, the operator could be slashed until ${end}`],
    }
  })
}

/** True where the registrar is a coordinator, whose registries keep a history by block. */
async function keepsHistory({ reader }: Site, { allocationManager, avs }: sets.SetsWish): Promise<boolean> {
  const at = await reader.read(registrarRead(allocationManager, avs))
  return (await reader.read(optional(call('registrar', at, 'indexRegistry() view returns (address)')))) !== null
}

/** What the AllocationManager says, and every reason why deregisterFromOperatorSets would revert in it. */
async function look(
  site: Site,
  wish: sets.SetsWish,
): Promise<{ readonly manager: sets.ManagerState; readonly found: readonly Problem[] }> {
  const [manager, permission] = await Promise.all([
    site.reader.read(sets.managerReads(wish)),
    sets.senderProblems(site, wish, SIGNATURE),
  ])
  const left = manager.sets.filter(({ exists, isMember }) => exists && !isMember).map(({ id }) => id)
  const found = [
    ...sets.pausedProblems(manager.pausedBits, sets.pausedBit.membership, 'changes of membership'),
    ...permission,
    ...sets.setProblems(wish.operatorSets, manager.sets),
  ]
  if (left.length === 0) return { manager, found }
  const message = `${wish.operator} is not in ${setsText(left)} of this AVS`
  return { manager, found: [...found, { code: 'not_registered', message, hint: 'give --operator-sets that it is in' }] }
}

/** The online side of a deregistration from operator sets. */
export const deregisterFromOperatorSetsOnChain: HotOperation<DeregisterFromOperatorSetsOperation> = {
  problems: async (site, fields) => (await look(site, fields)).found,
  outcome: async (reader, fields, { block }) => {
    const { avs, operator, operatorSets, deallocationDelay } = fields
    const { members, registered } = await reader.read(membershipReads(fields))
    const still = operatorSets.filter((_, index) => members[index] === true)
    const remaining = idsAt(avs, registered)
    const last = block + deallocationDelay
    return {
      facts: [
        { name: 'operator', value: operator },
        { name: 'operator sets left', value: remaining.join(', ') || 'none of this AVS' },
        { name: 'slashable until', value: `block ${last}` },
      ],
      json: { operatorSets: remaining, slashableUntilBlock: last },
      refused: still.length > 0 ? notDone(`${operator} is still in ${setsText(still)}`) : null,
    }
  },
}
