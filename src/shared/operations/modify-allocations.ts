// The operation "modify-allocations": AllocationManager.modifyAllocations, how much of an operator's stake each set can slash.
//
// Follows AllocationManager.sol in eigenlayer-contracts at f84a515. A magnitude is a part of 10^18, which is all of the
// operator's stake in one strategy until somebody slashes it. More waits for the operator's allocation delay; less waits for
// DEALLOCATION_DELAY + 1 blocks where the operator can be slashed for it, and happens at once where it cannot.
//
// One AVS a request, and each pair of set and strategy once, in ascending order: the contract takes them in any, and the second
// of a pair reverts. What is allocated now, and the delays, are what the online side read: shown, and in nothing signed.
import * as z from 'zod'
import { formatUnits } from 'viem'
import { blocksText } from '../operation-parts/blocks.ts'
import { address, integer, issue, wei, type Branded } from '../base/fields.ts'
import { note, warning, when, type Finding, type ReviewLine } from '../base/finding.ts'
import type { Operation } from '../operation-parts/operation.ts'
import type { Gas } from '../operation-parts/gas.ts'
import { judgeAvs, operatorSetId, setsLines, setsText, isAscending } from '../operation-parts/operator-sets.ts'
import * as packing from '../packing/packing.ts'
import type { Packing } from '../packing/packing.ts'
import { avsText, contractLines } from '../catalogue/review-names.ts'
import { grouped } from '../base/units.ts'

/** A part of 10^18. */
export type Magnitude = Branded<bigint, 'Magnitude'>
export const WHOLE = 10n ** 18n

const magnitude = wei
  .transform((amount): bigint => amount)
  .refine((amount) => amount <= WHOLE, 'expected at most 10^18, which is all')
  .transform((amount) => amount as Magnitude)

const strategyAllocation = z
  .strictObject({
    /** What is allocated now, by what the online side read. */
    current: magnitude,
    magnitude,
    /** What of 10^18 no slashing has taken yet, by what the online side read. */
    maximum: magnitude,
    strategy: address,
  })
  .readonly()
export type StrategyAllocation = z.output<typeof strategyAllocation>

const setAllocation = z
  .strictObject({
    id: operatorSetId,
    strategies: z
      .array(strategyAllocation)
      .min(1)
      .max(32)
      .readonly()
      .refine((all) => all.every(({ strategy }, index) => index === 0 || isAbove(strategy, all[index - 1]?.strategy)), {
        error: 'expected strategies in ascending order, each one once',
      }),
  })
  .readonly()
export type SetAllocation = z.output<typeof setAllocation>

const isAbove = (one: string, other: string | undefined): boolean => BigInt(one) > BigInt(other ?? 0)

export const modifyAllocationsOperation = z
  .strictObject({
    kind: z.literal('modify-allocations'),
    allocationDelay: integer(0),
    allocationManager: address,
    avs: address,
    deallocationDelay: integer(0),
    operator: address,
    sets: z.array(setAllocation).max(32).readonly(),
  })
  .readonly()
  .superRefine(({ sets }, context) => {
    const path = ['sets']
    if (sets.length === 0) {
      context.addIssue({ code: 'custom', path, ...issue('operator_sets_empty', 'expected at least one operator set') })
    }
    if (!isAscending(sets.map(({ id }) => id))) {
      const message = 'expected ascending ids, each one once'
      context.addIssue({ code: 'custom', path, ...issue('operator_sets_unordered', message) })
    }
  })
export type ModifyAllocationsOperation = z.output<typeof modifyAllocationsOperation>

const packedMagnitude: Packing<Magnitude> = packing.amount()

/** modifyAllocations(operator, ((avs, id), strategies, newMagnitudes)[]). */
export const modifyAllocations: Operation<ModifyAllocationsOperation> = {
  packing: packing.record({
    allocationDelay: packing.integer(),
    allocationManager: packing.address,
    avs: packing.address,
    deallocationDelay: packing.integer(),
    operator: packing.address,
    sets: packing.list(
      packing.record<SetAllocation>({
        id: packing.integer(),
        strategies: packing.list(
          packing.record<StrategyAllocation>({
            current: packedMagnitude,
            magnitude: packedMagnitude,
            maximum: packedMagnitude,
            strategy: packing.address,
          }),
        ),
      }),
    ),
  }),
  title: 'Change what operator sets of an AVS can slash',
  appointees: true,
  concerns: ({ allocationManager, avs, sets }) => ({
    avs,
    contracts: [
      ['allocationManager', allocationManager],
      ['avs', avs],
    ],
    quorums: null,
    operatorSets: idsOf(sets),
    socket: null,
    salt: null,
  }),
  messages: () => [],
  call: ({ allocationManager, avs, operator, sets }) => ({
    to: allocationManager,
    signature: 'modifyAllocations(address,((address,uint32),address[],uint64[])[])',
    args: [
      operator,
      sets.map(({ id, strategies }) => [
        [avs, id],
        strategies.map(({ strategy }) => strategy),
        strategies.map((one) => one.magnitude),
      ]),
    ],
  }),
  // Measured on the contracts of test/devnet: 190,000 for the first pair of set and strategy, 120,000 for each further one.
  gas: allocationGas,
  review: (fields, context) => [
    ...setsLines(fields, context),
    ...fields.sets.flatMap(({ id, strategies }): ReviewLine[] => [
      ['Operator set', String(id)],
      ...strategies.flatMap((one) => allocationLines(one, context.chainId)),
    ]),
    [
      'More counts',
      fields.allocationDelay === 0 ? 'once it is mined' : `${blocksText(fields.allocationDelay)} after it`,
    ],
    ['Less counts', `${blocksText(fields.deallocationDelay + 1)} after it,`],
    ['', 'or at once where the operator cannot be slashed'],
    ['', 'delays and what is allocated now: as the other machine read'],
  ],
  summary: ({ avs, operator, sets }, { chainId }) =>
    `change what ${setsText(idsOf(sets))} of ${avsText(chainId, avs)} can slash of ${operator}: ${changes(sets)}`,
  judge: (fields, { chainId }) => [
    ...judgeAvs(chainId, fields.avs),
    ...fields.sets.flatMap(({ id, strategies }) => strategies.flatMap((one) => judgeAllocation(fields, id, one))),
  ],
  // What is there now is no part of it: the same change built a day later is the same change.
  meaning: ({ allocationManager, avs, kind, operator, sets }) => ({
    allocationManager,
    avs,
    kind,
    operator,
    sets: sets.map(({ id, strategies }) => ({
      id,
      strategies: strategies.map((one) => ({ magnitude: one.magnitude, strategy: one.strategy })),
    })),
  }),
}

const idsOf = (sets: readonly SetAllocation[]): readonly number[] => sets.map(({ id }) => id)

/** A magnitude as a part of the most that there can be: "12.5 %". */
export function percentText(part: bigint, maximum: bigint): string {
  if (maximum === 0n) return part === 0n ? '0 %' : 'more than there is'
  // 4 digits behind the point, cut off and not rounded: 100 % is all, and nothing else.
  const units = (part * 1_000_000n) / maximum
  return units === 0n && part > 0n ? 'less than 0.0001 %' : `${formatUnits(units, 4)} %`
}

function allocationLines(
  { current, magnitude: next, maximum, strategy }: StrategyAllocation,
  chainId: number,
): ReviewLine[] {
  return [
    ...contractLines('Strategy', chainId, strategy),
    ['Magnitude', `${percentText(next, maximum)} of the stake in it`],
    ['', `exactly ${grouped(next)} of ${grouped(maximum)}`],
    ['Now', `${percentText(current, maximum)}, exactly ${grouped(current)}`],
  ]
}

const changes = (sets: readonly SetAllocation[]): string =>
  sets
    .flatMap(({ id, strategies }) =>
      strategies.map((one) => `${percentText(one.magnitude, one.maximum)} of ${one.strategy} to set ${id}`),
    )
    .join('; ')

/** Whatever the online side says of now, what is allocated afterwards can be lost. */
function judgeAllocation(
  { allocationDelay, deallocationDelay }: ModifyAllocationsOperation,
  id: number,
  { current, magnitude: next, maximum, strategy }: StrategyAllocation,
): Finding[] {
  const share = percentText(next, maximum)
  const grows = next >= current
  const from =
    allocationDelay === 0 ? 'the block of the transaction' : `${blocksText(allocationDelay)} after it is mined`
  return [
    ...when(next > 0n, () => {
      const change = grows
        ? `up from ${percentText(current, maximum)}, from ${from} on`
        : `down from ${percentText(current, maximum)}`
      return warning(
        'allocation_slashable',
        `operator set ${id} can take ${share} of all stake that the operator has in ${strategy}: ${change}`,
      )
    }),
    ...when(!grows, () =>
      note(
        'allocation_falls',
        `what operator set ${id} loses of ${strategy} stays slashable for ${blocksText(deallocationDelay)} where it is slashable now, and cannot be allocated elsewhere before`,
      ),
    ),
  ]
}

/** Least: what is freed at once. Most: first allocations, with ten deallocations of each strategy that are cleared on the way. */
function allocationGas({ sets }: Pick<ModifyAllocationsOperation, 'sets'>): Gas {
  const pairs = sets.reduce((sum, { strategies }) => sum + strategies.length, 0)
  const strategies = new Set(sets.flatMap(({ strategies: each }) => each.map(({ strategy }) => strategy))).size
  const first = 71_000 + 76_000 * sets.length + 26_500 * strategies + 82_500 * pairs
  return { least: 56_000 + 27_000 * pairs, most: first + MOST_DUE * DUE_DEALLOCATION * strategies }
}

/** What clearing one deallocation costs that is due, at most. */
export const DUE_DEALLOCATION = 46_000
/** The most deallocations of one strategy that were due where this was measured. */
const MOST_DUE = 10
