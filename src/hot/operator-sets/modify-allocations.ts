// airlock-hot build modify-allocations, its preflight, and the state after.
//
// Follows modifyAllocations of AllocationManager.sol: paused, permission, allocation delay, sets; then each pair of set and
// strategy in its order: a change that still waits, no change, more than there is. What a pair frees at once can be used by
// the pairs after it.
import { buildCommand } from '../../shared/base/commands.ts'
import { blockAhead, blocksText } from '../../shared/operation-parts/blocks.ts'
import type { Problem } from '../../shared/base/errors.ts'
import type { Address } from '../../shared/base/fields.ts'
import {
  percentText,
  WHOLE,
  type Magnitude,
  type ModifyAllocationsOperation,
  type SetAllocation,
} from '../../shared/operations/modify-allocations.ts'
import { grouped } from '../../shared/base/units.ts'
import { allocationRead, type Allocation } from './allocation.ts'
import type { AllocationArgument } from '../build/arguments.ts'
import { build, type BuildOptions } from '../build/build.ts'
import type { Site } from '../build/site.ts'
import type { ChainHead } from '../rpc/head.ts'
import { notDone, type HotOperation } from '../build/outcome.ts'
import { list, record, type Read } from '../rpc/reader.ts'
import { delayRead } from './set-allocation-delay.ts'
import { chosenManager, chosenSetsAvs, type SetsOptions } from '../build/sets-argument.ts'
import { queuedGas } from './queued-deallocations.ts'
import * as sets from './sets-state.ts'

export interface ModifyAllocationsOptions extends SetsOptions, BuildOptions {
  readonly allocation: readonly AllocationArgument[]
}

const SIGNATURE = 'modifyAllocations(address,((address,uint32),address[],uint64[])[])'

/** Builds a change of allocations and writes it. */
export async function buildModifyAllocations(options: ModifyAllocationsOptions): Promise<void> {
  const avsOn = chosenSetsAvs(options)
  await build(options, async (site) => {
    const { chainId } = site.head
    const place = {
      allocationManager: chosenManager(options, chainId),
      avs: avsOn(chainId),
      operator: options.operator,
    }
    const state = await look(site, place, options.allocation)
    const changes = options.allocation.map(({ magnitude }, index) => magnitude(state.pairs[index]?.maximum ?? WHOLE))
    const strategies = options.allocation.map(({ strategy }) => strategy)
    return {
      gas: await queuedGas(site, place, strategies),
      operation: {
        kind: 'modify-allocations',
        ...place,
        allocationDelay: state.allocationDelay ?? 0,
        deallocationDelay: state.manager.deallocationDelay,
        sets: grouping(options.allocation, changes, state.pairs),
      },
      problems: problems(state, changes, site.head),
      remarks: [...sets.slasherRemarks(state.manager.sets), ...remarks(state, changes, site.head)],
    }
  })
}

/** One pair of set and strategy, as the contracts have it. */
interface Pair {
  readonly id: number
  readonly strategy: Address
  readonly allocation: Allocation
  readonly maximum: bigint
  /** What of the strategy no set has; the same in every pair of it. */
  readonly allocatable: bigint
  /** Whether the operator can be slashed for what is allocated now. */
  readonly slashable: boolean
  readonly inSet: boolean
}

interface State {
  readonly manager: sets.ManagerState
  /** In blocks; null where none was ever set. */
  readonly allocationDelay: number | null
  readonly permission: readonly Problem[]
  readonly pairs: readonly Pair[]
}

type Place = Pick<ModifyAllocationsOperation, 'allocationManager' | 'avs' | 'operator'>
type PairWish = Pick<Pair, 'id' | 'strategy'>

/** Reads everything of one batch, beside the permission. */
async function look(site: Site, place: Place, wished: readonly PairWish[]): Promise<State> {
  const { allocationManager: at, operator } = place
  const operatorSets = [...new Set(wished.map(({ id }) => id))]
  const [{ manager, delay, found }, permission] = await Promise.all([
    site.reader.read(
      record({
        manager: sets.managerReads({ ...place, operatorSets }),
        delay: delayRead(at, operator),
        found: list(wished.map((pair) => pairReads(place, pair))),
      }),
    ),
    sets.senderProblems(site, place, SIGNATURE),
  ])
  const slashableIds = manager.sets.filter(({ slashable }) => slashable).map(({ id }) => id)
  const pairs = wished.map(({ id, strategy }, index): Pair => {
    const { allocation, maximum, allocatable, strategies } = found[index] ?? NOTHING
    const inSet = strategies.includes(strategy)
    const slashable = slashableIds.includes(id) && inSet && allocation.currentMagnitude !== 0n
    return { id, strategy, allocation, maximum, allocatable, inSet, slashable }
  })
  const [isSet, blocks] = delay
  return { manager, allocationDelay: isSet ? blocks : null, permission, pairs }
}

interface PairAnswers {
  readonly allocation: Allocation
  readonly maximum: bigint
  readonly allocatable: bigint
  readonly strategies: readonly Address[]
}

const NOTHING: PairAnswers = {
  allocation: { currentMagnitude: 0n, pendingDiff: 0n, effectBlock: 0 },
  maximum: WHOLE,
  allocatable: 0n,
  strategies: [],
}

function pairReads({ allocationManager: at, avs, operator }: Place, { id, strategy }: PairWish): Read<PairAnswers> {
  const of = 'address,address'
  const strategies = 'getStrategiesInOperatorSet((address avs, uint32 id)) view returns (address[])'
  return record({
    allocation: allocationRead(at, operator, { avs, id }, strategy),
    maximum: sets.managerCall<bigint>(at, `getMaxMagnitude(${of}) view returns (uint64)`, operator, strategy),
    allocatable: sets.managerCall<bigint>(
      at,
      `getAllocatableMagnitude(${of}) view returns (uint64)`,
      operator,
      strategy,
    ),
    strategies: sets.managerCall<readonly Address[]>(at, strategies, { avs, id }),
  })
}

/** The pairs by their sets, ascending; a pair given twice stays twice, for the schema to refuse. */
function grouping(
  wished: readonly PairWish[],
  changes: readonly bigint[],
  pairs: readonly Pair[],
): readonly SetAllocation[] {
  const rows = wished.map(({ id, strategy }, index) => ({
    id,
    strategy,
    magnitude: (changes[index] ?? 0n) as Magnitude,
    current: (pairs[index]?.allocation.currentMagnitude ?? 0n) as Magnitude,
    maximum: (pairs[index]?.maximum ?? WHOLE) as Magnitude,
  }))
  const ids = [...new Set(rows.map(({ id }) => id))].toSorted((a, b) => a - b)
  return ids.map((id) => ({
    id,
    strategies: rows
      .filter((row) => row.id === id)
      .toSorted((a, b) => (BigInt(a.strategy) < BigInt(b.strategy) ? -1 : 1))
      .map(({ current, magnitude, maximum, strategy }) => ({ current, magnitude, maximum, strategy })),
  }))
}

/** Every reason why modifyAllocations would revert. */
function problems(
  { manager, permission, allocationDelay, pairs }: State,
  changes: readonly bigint[],
  head: ChainHead,
): readonly Problem[] {
  const free = new Map(pairs.map(({ strategy, allocatable }) => [strategy, allocatable]))
  const known = new Set(manager.sets.filter(({ exists }) => exists).map(({ id }) => id))
  const inOrder = pairs
    .map((pair, index) => ({ ...pair, next: changes[index] ?? 0n }))
    .filter(({ id }) => known.has(id))
    .toSorted((a, b) => a.id - b.id || (BigInt(a.strategy) < BigInt(b.strategy) ? -1 : 1))
  return [
    ...sets.pausedProblems(manager.pausedBits, sets.pausedBit.modifyAllocations, 'changes of allocations'),
    ...permission,
    ...(allocationDelay === null ? [delayUnset] : []),
    ...sets.setProblems([], manager.sets),
    ...inOrder.flatMap((pair) => pairProblems(pair, free, head)),
  ]
}

const delayUnset: Problem = {
  code: 'allocation_delay_unset',
  message: 'the operator has no allocation delay: the contract allocates nothing before one counts',
  hint: `set one with ${buildCommand('set-allocation-delay')}, and wait until it counts`,
}

function pairProblems(
  { id, strategy, allocation, maximum, slashable, next }: Pair & { readonly next: bigint },
  free: Map<Address, bigint>,
  { block }: ChainHead,
): Problem[] {
  const { currentMagnitude: current, pendingDiff, effectBlock } = allocation
  const named = `operator set ${id}, strategy ${strategy}`
  if (effectBlock !== 0) {
    const when = blockAhead(block, Math.max(effectBlock - block.number, 0))
    const message = `${named}: a change to ${percentText(current + pendingDiff, maximum)} waits until ${when}; the contract takes one at a time`
    return [{ code: 'allocation_pending', message, hint: 'build the request again after that block' }]
  }
  const difference = next - current
  if (difference === 0n) {
    const message = `${named} has exactly ${grouped(current)} already, ${percentText(current, maximum)}`
    return [
      { code: 'allocation_same', message, hint: 'leave that --allocation out: no change makes the whole call revert' },
    ]
  }
  const available = free.get(strategy) ?? 0n
  if (difference > available) {
    const message = `${named} would need ${grouped(difference)} more, ${percentText(difference, maximum)}; ${grouped(available)} is free, ${percentText(available, maximum)}`
    const hint = `give at most ${current + available} for that set, or free some of the strategy in another set first`
    return [{ code: 'magnitude_insufficient', message, hint }]
  }
  // What the operator can be slashed for is freed after the deallocation delay only.
  if (difference > 0n || !slashable) free.set(strategy, available - difference)
  return []
}

/** When each change would count, and what is allocated in vain. */
function remarks({ manager, allocationDelay, pairs }: State, changes: readonly bigint[], head: ChainHead): string[] {
  return pairs.flatMap(({ id, strategy, allocation, inSet, slashable }, index) => {
    const rises = (changes[index] ?? 0n) > allocation.currentMagnitude
    const wait = rises ? (allocationDelay ?? 0) : slashable ? manager.deallocationDelay + 1 : 0
    const from =
      wait === 0 ? 'at once' : `after ${blocksText(wait)}: ${blockAhead(head.block, wait)} if it is mined now`
    return [
      `operator set ${id}, ${strategy}: ${rises ? 'more' : 'less'} counts ${from}`,
      ...(inSet
        ? []
        : [`operator set ${id} does not use ${strategy}: nothing of it can be slashed, nor does it count`]),
    ]
  })
}

/** The online side of a change of allocations. */
export const modifyAllocationsOnChain: HotOperation<ModifyAllocationsOperation> = {
  problems: async (site, fields) => {
    const wished = pairsOf(fields)
    return problems(
      await look(site, fields, wished),
      wished.map((pair) => pair.magnitude),
      site.head,
    )
  },
  outcome: async (reader, fields) => {
    const { allocationManager: at, avs, operator } = fields
    const wished = pairsOf(fields)
    const found = await reader.read(
      list(wished.map(({ id, strategy }) => allocationRead(at, operator, { avs, id }, strategy))),
    )
    const allocations = wished.map((pair, index) => ({ ...pair, ...(found[index] ?? NOTHING.allocation) }))
    const other = allocations.filter((one) => one.currentMagnitude + one.pendingDiff !== one.magnitude)
    return {
      facts: [
        { name: 'operator', value: operator },
        ...allocations.map((one) => ({ name: `set ${one.id}`, value: `${one.strategy}: ${standing(one)}` })),
      ],
      json: {
        allocations: allocations.map(({ id, strategy, currentMagnitude, pendingDiff, effectBlock }) => ({
          operatorSet: id,
          strategy,
          currentMagnitude,
          pendingDiff,
          effectBlock,
        })),
      },
      refused:
        other.length > 0
          ? notDone(
              other.map(({ id, strategy }) => `operator set ${id} has another magnitude of ${strategy}`).join(', '),
            )
          : null,
    }
  },
}

const pairsOf = ({ sets: all }: ModifyAllocationsOperation) =>
  all.flatMap(({ id, strategies }) => strategies.map((one) => ({ id, ...one })))

const standing = ({ currentMagnitude, pendingDiff, effectBlock }: Allocation): string =>
  pendingDiff === 0n
    ? grouped(currentMagnitude)
    : `${grouped(currentMagnitude)}, from block ${grouped(effectBlock)} on ${grouped(currentMagnitude + pendingDiff)}`
