// A closer look at the quorums that need one: which strategies make up a stake that is too low, and who would be removed from a
// quorum that is full and churns by itself.
//
// Follows weightOfOperatorForQuorum of StakeRegistry.sol (shares * multiplier / 1e18, strategy by strategy) and _churnOperator of
// EigenDARegistryCoordinator.sol at 61019b4: the first of those with the lowest stake leaves, and the newcomer is last in the list.
// Nothing is read where no quorum needs it; what a generation does not answer is left out of the sentences.
import { formatEther } from 'viem'
import { word } from '../../shared/chain/bn254.ts'
import type { Address, Bytes32 } from '../../shared/base/fields.ts'
import { call, list, optional, type Read, type Reader } from '../rpc/reader.ts'
import { quorumStates, type QuorumState, type RegistrationState, type RegistrationWish } from './registration-state.ts'

/** One strategy that a quorum counts. */
export interface StrategyStake {
  readonly strategy: Address
  /** What a share counts, in units of 10^-18. */
  readonly multiplier: bigint
  readonly shares: bigint
}

/** Who has the lowest stake in a quorum. */
export interface Lowest {
  /** Null where the registry does not say who has this id. */
  readonly operator: Address | null
  readonly operatorId: Bytes32
  readonly stake: bigint
}

/** By quorum number; a quorum that needs no closer look is not in it. */
export interface CloserLook {
  readonly strategies: ReadonlyMap<number, readonly StrategyStake[]>
  readonly lowest: ReadonlyMap<number, Lowest>
}

export const noCloserLook: CloserLook = { strategies: new Map(), lowest: new Map() }

const ZERO_WORD = word(0n)
const WAD = 10n ** 18n

/** True where a full quorum makes room by itself: EigenDA since 2025-09. */
export const churnsByItself = ({ coordinator }: RegistrationState): boolean => coordinator.churnDigest === ZERO_WORD

/** True where no place is left. */
export const isFull = ({ operators, maximum }: QuorumState): boolean =>
  operators !== null && maximum !== null && operators >= maximum

export const isBelowMinimum = ({ weight, minimum }: QuorumState): boolean =>
  weight !== null && minimum !== null && weight < minimum

/** True where the newcomer itself would leave a full quorum: with less than the lowest; of equals the one before it leaves. */
export const wouldBeLeftOut = ({ weight }: QuorumState, lowest: Lowest | undefined): boolean =>
  lowest !== undefined && weight !== null && weight < lowest.stake

/** Reads what the quorums of a wish need. */
export async function lookCloser(
  reader: Reader,
  state: RegistrationState,
  wish: RegistrationWish,
): Promise<CloserLook> {
  const quorums = quorumStates(state, wish.quorums).filter(({ number }) => number < state.coordinator.quorumCount)
  const poor = quorums.filter(isBelowMinimum)
  const full = churnsByItself(state) ? quorums.filter(isFull) : []
  const strategiesOf = (some: readonly QuorumState[]): Promise<readonly (readonly [number, StrategyStakes])[]> =>
    Promise.all(some.map(async ({ number }) => [number, await readStrategies(reader, state, wish, number)] as const))
  const [ofPoor, found] = await Promise.all([
    strategiesOf(poor),
    Promise.all(full.map(async ({ number }) => [number, await readLowest(reader, state, number)] as const)),
  ])
  const lowest = new Map(found.flatMap(([number, one]) => (one === null ? [] : [[number, one] as const])))
  const weak = full.filter((quorum) => !isBelowMinimum(quorum) && wouldBeLeftOut(quorum, lowest.get(quorum.number)))
  return { strategies: new Map([...ofPoor, ...(await strategiesOf(weak))]), lowest }
}

type StrategyStakes = readonly StrategyStake[]

/** MAX_WEIGHING_FUNCTION_LENGTH of the StakeRegistry. */
const MOST_STRATEGIES = 32

async function readStrategies(
  reader: Reader,
  { coordinator, registries }: RegistrationState,
  { operator }: RegistrationWish,
  number: number,
): Promise<readonly StrategyStake[]> {
  const of = <T>(signature: string, ...args: readonly unknown[]): Read<T | null> =>
    optional(call<T>('StakeRegistry', coordinator.stakeRegistry, signature, ...args))
  const length = await reader.read(of<bigint>('strategyParamsLength(uint8) view returns (uint256)', number))
  const count = Number(length ?? 0n)
  if (count > MOST_STRATEGIES) return []
  const byIndex = 'strategyParamsByIndex(uint8,uint256) view returns ((address strategy, uint96 multiplier))'
  const params = await reader.read(
    list(Array.from({ length: count }, (_, index) => of<Omit<StrategyStake, 'shares'>>(byIndex, number, index))),
  )
  const known = params.flatMap((each) => (each === null ? [] : [each]))
  const sharesOf = 'operatorShares(address,address) view returns (uint256)'
  const shares = await reader.read(
    list(
      known.map(({ strategy }) =>
        optional(call<bigint>('DelegationManager', registries.delegationManager, sharesOf, operator, strategy)),
      ),
    ),
  )
  return known.flatMap((each, index) => {
    const has = shares[index] ?? null
    return has === null ? [] : [{ ...each, shares: has }]
  })
}

async function readLowest(reader: Reader, state: RegistrationState, number: number): Promise<Lowest | null> {
  const { blsApkRegistry, indexRegistry, stakeRegistry } = state.coordinator
  const members = 'getOperatorListAtBlockNumber(uint8,uint32) view returns (bytes32[])'
  const at = state.head.block.number
  const ids = await reader.read(optional(call<readonly Bytes32[]>('IndexRegistry', indexRegistry, members, number, at)))
  const stakeOf = 'getCurrentStake(bytes32,uint8) view returns (uint96)'
  const stakes = await reader.read(
    list((ids ?? []).map((id) => call<bigint>('StakeRegistry', stakeRegistry, stakeOf, id, number))),
  )
  const [first] = (ids ?? [])
    .map((operatorId, index) => ({ operatorId, stake: stakes[index] ?? 0n }))
    .toSorted((a, b) => (a.stake < b.stake ? -1 : a.stake > b.stake ? 1 : 0))
  if (first === undefined) return null
  const ownerOf = 'pubkeyHashToOperator(bytes32) view returns (address)'
  const operator = await reader.read(
    optional(call<Address>('BLSApkRegistry', blsApkRegistry, ownerOf, first.operatorId)),
  )
  return { ...first, operator }
}

/** What is missing, strategy by strategy: any one of them would do. */
export function missingStake(missing: bigint, strategies: readonly StrategyStake[] | undefined): string {
  const more = `${formatEther(missing)} more must be delegated to the operator`
  if (strategies === undefined || strategies.length === 0) return `${more}, in the strategies of that quorum`
  const each = strategies.map(({ strategy, multiplier, shares }) => {
    const counts = multiplier === WAD ? '' : `, each counted ${formatEther(multiplier)} times`
    const has = `strategy ${strategy} (the operator has ${formatEther(shares)} shares${counts})`
    return multiplier === 0n ? `${has} counts nothing` : `${formatEther(sharesFor(missing, multiplier))} in ${has}`
  })
  return `${more}: ${each.join(', or ')}`
}

/** Shares that count as much as what is missing, rounded up. */
const sharesFor = (missing: bigint, multiplier: bigint): bigint => (missing * WAD + multiplier - 1n) / multiplier
