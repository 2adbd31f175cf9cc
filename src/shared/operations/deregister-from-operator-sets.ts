// The operation "deregister-from-operator-sets": AllocationManager.deregisterFromOperatorSets of the slashing generation.
//
// Follows AllocationManager.sol in eigenlayer-contracts at f84a515. The AVS's registrar is called too and may refuse. The
// operator stays slashable for DEALLOCATION_DELAY blocks, and cannot come back before they are over; that delay is a
// constant of the contract, which the online side reads. Allocations to the sets stay as they are.
import * as z from 'zod'
import { blocksText } from '../operation-parts/blocks.ts'
import { address, integer } from '../base/fields.ts'
import { note } from '../base/finding.ts'
import type { Operation } from '../operation-parts/operation.ts'
import { judgeAvs, operatorSetIds, setsLines, setsText } from '../operation-parts/operator-sets.ts'
import * as packing from '../packing/packing.ts'
import { avsText } from '../catalogue/review-names.ts'

export const deregisterFromOperatorSetsOperation = z
  .strictObject({
    kind: z.literal('deregister-from-operator-sets'),
    allocationManager: address,
    avs: address,
    // In blocks, as the contract had it; shown, and in nothing that is signed.
    deallocationDelay: integer(0),
    operator: address,
    operatorSets: operatorSetIds,
  })
  .readonly()
export type DeregisterFromOperatorSetsOperation = z.output<typeof deregisterFromOperatorSetsOperation>

/** deregisterFromOperatorSets((operator, avs, operatorSetIds)). */
export const deregisterFromOperatorSets: Operation<DeregisterFromOperatorSetsOperation> = {
  packing: packing.record({
    allocationManager: packing.address,
    avs: packing.address,
    deallocationDelay: packing.integer(),
    operator: packing.address,
    operatorSets: packing.list(packing.integer()),
  }),
  title: 'Take an operator out of operator sets of an AVS',
  appointees: true,
  leaves: true,
  concerns: ({ allocationManager, avs, operatorSets }) => ({
    avs,
    contracts: [
      ['allocationManager', allocationManager],
      ['avs', avs],
    ],
    quorums: null,
    operatorSets,
    socket: null,
    salt: null,
  }),
  messages: () => [],
  call: ({ allocationManager, avs, operator, operatorSets }) => ({
    to: allocationManager,
    signature: 'deregisterFromOperatorSets((address,address,uint32[]))',
    args: [[operator, avs, operatorSets]],
  }),
  // Least: the keys are in the KeyRegistrar. Most: a coordinator is asked, and the operator is not the last in its list.
  gas: ({ operatorSets: { length } }) => ({ least: 84_000 + 34_000 * length, most: 170_000 + 309_000 * length }),
  review: (fields, context) => [
    ...setsLines(fields, context),
    ['Operator sets', fields.operatorSets.join(', ')],
    ['Slashable for', blocksText(fields.deallocationDelay)],
    ['', 'more once it is mined, by what the other machine read'],
  ],
  summary: ({ avs, operator, operatorSets }, { chainId }) =>
    `take ${operator} out of ${setsText(operatorSets)} of ${avsText(chainId, avs)}`,
  judge: ({ avs, deallocationDelay }, { chainId }) => [
    ...judgeAvs(chainId, avs),
    note(
      'slashable_after_leaving',
      `the operator can still be slashed for ${blocksText(deallocationDelay)} after the transaction is mined, and cannot come back before they are over`,
    ),
    note(
      'allocations_stay',
      'what is allocated to the sets stays allocated until the operation modify-allocations frees it',
    ),
  ],
  meaning: ({ allocationManager, avs, kind, operator, operatorSets }) => ({
    allocationManager,
    avs,
    kind,
    operator,
    operatorSets,
  }),
}

/** No limit is below this where the registrar is a coordinator, whose registries keep a history by block. */
export const setsDeregisterFloor = (sets: number): number => 180_000 + 310_000 * sets
