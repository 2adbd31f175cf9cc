// The fee ladder: what each rung of a request offers.
//
// The first rung is what a wallet would offer: twice the base fee plus the tip. Each further rung is half as much again
// in both prices, well above the 10 % that nodes ask of a replacement; the highest is what cold shows as the cost.
import { refusal } from '../../shared/base/errors.ts'
import type { Wei } from '../../shared/base/fields.ts'
import type { FeeRung } from '../../shared/chain/transaction.ts'
import type { ChainHead } from '../rpc/head.ts'

/** Prices given on the command line, in wei; they set the first rung. */
export interface FeeWish {
  readonly rungs: number
  readonly maxFeePerGas: bigint | undefined
  readonly maxPriorityFeePerGas: bigint | undefined
}

/**
 * The rungs of a ladder, lowest first.
 *
 * @throws AirlockError usage when the tip is above the cap
 */
export function feeLadder({ baseFee, tip }: Pick<ChainHead, 'baseFee' | 'tip'>, wish: FeeWish): readonly FeeRung[] {
  // A tip of zero could not be raised by a tenth.
  const priority = wish.maxPriorityFeePerGas ?? (tip > 0n ? tip : 1n)
  const max = wish.maxFeePerGas ?? 2n * baseFee + priority
  if (priority > max) {
    const seen = `the tip of ${priority} wei is above the fee cap of ${max} wei`
    throw refusal('choosing fees', 'usage', seen, 'raise --gas-price or lower --priority-gas-price')
  }
  const rungs: FeeRung[] = []
  for (
    let rung = { max, priority };
    rungs.length < wish.rungs;
    rung = { max: raised(rung.max), priority: raised(rung.priority) }
  ) {
    rungs.push({ maxFeePerGas: rung.max as Wei, maxPriorityFeePerGas: rung.priority as Wei })
  }
  return rungs
}

const raised = (price: bigint): bigint => (price === 0n ? 1n : (price * 3n + 1n) / 2n)
