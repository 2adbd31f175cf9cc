// How much an operator that is no member yet would weigh in a quorum that counts only what is allocated to it.
//
// Follows _getSlashableStakePerStrategy of StakeRegistry.sol in eigenlayer-middleware (f310f097) and getMinimumSlashableStake of
// AllocationManager.sol (f84a515). The contracts answer zero for whoever is not in the set, and are asked during the
// registration, when the operator is: so the sum is made here. A part that is due to fall within the look-ahead has fallen.
import type { Address } from '../../shared/base/fields.ts'
import { allocationRead } from './allocation.ts'
import { call, list, record, type Read, type Reader } from '../rpc/reader.ts'
import type { CoordinatorRegistrar, RegistrarQuorum, RegistrarWish } from './registrar.ts'
import { managerCall } from './sets-state.ts'

interface StrategyParams {
  readonly strategy: Address
  readonly multiplier: bigint
}

const WEIGHTING_DIVISOR = 10n ** 18n

/**
 * The registrar with the weight that its quorums of allocated stake would give the operator as a member.
 *
 * @param block of the reads; the look-ahead is counted from it
 * @throws AirlockError those of reading
 */
export async function withSlashableStake(
  reader: Reader,
  registrar: CoordinatorRegistrar,
  wish: RegistrarWish,
  delegation: Address,
  block: number,
): Promise<CoordinatorRegistrar> {
  if (!registrar.quorums.some(({ countsSlashable }) => countsSlashable)) return registrar
  const weigh = async (quorum: RegistrarQuorum): Promise<RegistrarQuorum> =>
    quorum.countsSlashable ? { ...quorum, weight: await weightOf(quorum.number) } : quorum
  const weightOf = async (number: number): Promise<bigint> => {
    const { count, lookAhead } = await reader.read(sizeReads(registrar.stakeRegistry, number))
    const params = await reader.read(
      list(indexes(count).map((index) => paramsRead(registrar.stakeRegistry, number, index))),
    )
    const parts = await reader.read(list(params.map((one) => partRead(wish, delegation, number, one))))
    return parts.reduce((sum, part) => sum + part(block + lookAhead), 0n)
  }
  return { ...registrar, quorums: await Promise.all(registrar.quorums.map(weigh)) }
}

const indexes = (count: bigint): readonly bigint[] => Array.from({ length: Number(count) }, (_, index) => BigInt(index))

const sizeReads = (at: Address, number: number) =>
  record({
    count: call<bigint>('StakeRegistry', at, 'strategyParamsLength(uint8) view returns (uint256)', number),
    lookAhead: call<number>(
      'StakeRegistry',
      at,
      'slashableStakeLookAheadPerQuorum(uint8) view returns (uint32)',
      number,
    ),
  })

const paramsRead = (at: Address, number: number, index: bigint): Read<StrategyParams> =>
  call<StrategyParams>(
    'StakeRegistry',
    at,
    'strategyParamsByIndex(uint8,uint256) view returns ((address strategy, uint96 multiplier))',
    number,
    index,
  )

/** What one strategy adds to the weight, given the last block that counts. */
function partRead(
  { allocationManager: at, avs, operator }: RegistrarWish,
  delegation: Address,
  id: number,
  { strategy, multiplier }: StrategyParams,
): Read<(until: number) => bigint> {
  const shares = 'operatorShares(address,address) view returns (uint256)'
  const reads = record({
    shares: call<bigint>('DelegationManager', delegation, shares, operator, strategy),
    maximum: managerCall<bigint>(at, 'getMaxMagnitude(address,address) view returns (uint64)', operator, strategy),
    allocation: allocationRead(at, operator, { avs, id }, strategy),
  })
  return {
    ...reads,
    decode: (answers) => {
      const { shares: held, maximum, allocation } = reads.decode(answers)
      return (until) => {
        const { currentMagnitude, pendingDiff, effectBlock } = allocation
        const falls = pendingDiff < 0n && effectBlock <= until
        const magnitude = falls ? currentMagnitude + pendingDiff : currentMagnitude
        return maximum === 0n ? 0n : (((held * magnitude) / maximum) * multiplier) / WEIGHTING_DIVISOR
      }
    },
  }
}
