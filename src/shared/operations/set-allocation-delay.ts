// The operation "set-allocation-delay": AllocationManager.setAllocationDelay, how long a new allocation waits.
//
// Follows AllocationManager.sol in eigenlayer-contracts at f84a515. The new delay takes effect ALLOCATION_CONFIGURATION_DELAY + 1
// blocks after the call. Only a delay that is given at registration with EigenLayer takes effect at once (since 1.9.0), and
// that is another call. A second call before then replaces the first, and the waiting begins again.
import * as z from 'zod'
import { blocksText } from '../operation-parts/blocks.ts'
import { address, integer } from '../base/fields.ts'
import { note, warning, when } from '../base/finding.ts'
import type { Operation } from '../operation-parts/operation.ts'
import * as packing from '../packing/packing.ts'
import { contractLines } from '../catalogue/review-names.ts'

/** 32 bits in the contract. */
const LARGEST_DELAY = 2 ** 32 - 1
/** A year of blocks. */
const YEAR = 2_628_000

export const setAllocationDelayOperation = z
  .strictObject({
    kind: z.literal('set-allocation-delay'),
    allocationManager: address,
    // In blocks, as the contract had it; shown, and in nothing that is signed.
    configurationDelay: integer(0),
    // In blocks.
    delay: integer(0).refine((delay) => delay <= LARGEST_DELAY, `expected at most ${LARGEST_DELAY} blocks`),
    operator: address,
  })
  .readonly()
export type SetAllocationDelayOperation = z.output<typeof setAllocationDelayOperation>

/** setAllocationDelay(operator, delay). */
export const setAllocationDelay: Operation<SetAllocationDelayOperation> = {
  packing: packing.record({
    allocationManager: packing.address,
    configurationDelay: packing.integer(),
    delay: packing.integer(),
    operator: packing.address,
  }),
  title: "Set an operator's allocation delay",
  appointees: true,
  concerns: ({ allocationManager }) => ({
    avs: null,
    contracts: [['allocationManager', allocationManager]],
    quorums: null,
    operatorSets: null,
    socket: null,
    salt: null,
  }),
  messages: () => [],
  call: ({ allocationManager, delay, operator }) => ({
    to: allocationManager,
    signature: 'setAllocationDelay(address,uint32)',
    args: [operator, delay],
  }),
  // Measured on the contracts of test/devnet: 80,000.
  gas: () => ({ least: 64_000, most: 66_500 }),
  review: ({ allocationManager, configurationDelay, delay }, { chainId }) => [
    ...contractLines('AllocationManager', chainId, allocationManager),
    ['New delay', blocksText(delay)],
    ['Takes effect', `${blocksText(configurationDelay + 1)} after it is mined`],
    ['', 'by what the other machine read'],
  ],
  summary: ({ delay, operator }) => `let new allocations of ${operator} wait for ${blocksText(delay)}`,
  judge: ({ configurationDelay, delay }) => [
    ...when(delay === 0, () =>
      warning(
        'allocation_delay_none',
        'without a delay, whatever is allocated from then on can be slashed in the block of its allocation',
      ),
    ),
    ...when(delay > YEAR, () =>
      warning(
        'allocation_delay_long',
        `new allocations would wait for ${blocksText(delay)}, and no AVS counts them before: is that number in blocks?`,
      ),
    ),
    note(
      'allocation_delay_waits',
      `until ${blocksText(configurationDelay + 1)} after it is mined, the delay of before counts; setting it again begins that wait anew`,
    ),
  ],
  meaning: ({ allocationManager, delay, kind, operator }) => ({ allocationManager, delay, kind, operator }),
}
