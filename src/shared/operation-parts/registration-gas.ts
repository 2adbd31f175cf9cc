// The gas of a registration, in parts: what it costs once, for each quorum or set, for each strategy that one of them weighs.
//
// Least squares over what the real contracts needed (vectors/gas.json): `least` is the cheapest generation, `most` the dearest, so
// that `most` with the true number of strategies is a need that no measured registration exceeded by more than the room of a limit.
import { storedWords, STORED_WORD, type Gas, type GasNeed } from './gas.ts'

/** What the state of the contracts says of a registration's size. */
export interface RegistrationSize {
  /** Of each quorum or set, how many strategies it weighs. */
  readonly strategies: readonly number[]
  /** The BLS key is new to the registry, known from before, or the operator is a member already. */
  readonly key: 'new' | 'known' | 'member'
  readonly socket: string
}

interface Parts {
  readonly once: Gas
  readonly each: Gas
  readonly strategy: Gas
}

type Keys = Readonly<Record<RegistrationSize['key'], Gas>>

/** RegistryCoordinator.registerOperator of M2 and of EigenDA. */
const COORDINATOR = {
  each: { least: 260_000, most: 264_000 },
  strategy: { least: 6_100, most: 7_500 },
  once: {
    new: { least: 516_000, most: 605_000 },
    known: { least: 184_000, most: 286_000 },
    member: { least: 142_000, most: 185_000 },
  } satisfies Keys,
}

/** AllocationManager.registerForOperatorSets with a SlashingRegistryCoordinator behind it. */
const SETS = {
  each: { least: 400_000, most: 420_000 },
  strategy: { least: 7_000, most: 7_800 },
  /** Stake that counts only where it is allocated is asked of the AllocationManager. */
  slashable: { least: 7_000, most: 18_500 },
  once: {
    new: { least: 538_000, most: 615_000 },
    known: { least: 165_000, most: 225_000 },
    member: { least: 165_000, most: 225_000 },
  } satisfies Keys,
}

/** What an operator who makes room costs beside: once, and for each quorum or set. */
const CHURN = { once: 36_000, quorum: 142_000, set: 190_000, setsOnce: 130_000 }

/** What a full quorum costs that removes somebody by itself (EigenDA): once, and for each operator in it. */
const OWN_CHURN = { once: 160_000, operator: 18_200 }

/** The most strategies that a quorum or a set had where this was measured. */
export const MOST_STRATEGIES = 13
/** The largest quorum of EigenDA. */
export const MOST_OPERATORS = 200

/** Gas of a registration in quorums. */
export function coordinatorGas(size: RegistrationSize, churn = false): Gas {
  const { each, strategy, once } = COORDINATOR
  const gas = inParts({ once: once[size.key], each, strategy }, size)
  const count = size.strategies.length
  return churn ? { least: gas.least, most: gasWithChurn(gas.most, count) } : gas
}

/** The need of a registration in quorums, in each of which somebody makes room. */
export const gasWithChurn = (need: number, quorums: number): number => need + CHURN.once + CHURN.quorum * quorums

/** Gas of a registration for operator sets that are quorums of a coordinator. */
export function coordinatorSetsGas(size: RegistrationSize, { churn = false, slashable = false } = {}): Gas {
  const { each, strategy, once } = SETS
  const gas = inParts({ once: once[size.key], each, strategy: slashable ? SETS.slashable : strategy }, size)
  const count = size.strategies.length
  return churn ? { least: gas.least, most: gas.most + CHURN.setsOnce + CHURN.set * count } : gas
}

/** Gas of a registration for operator sets whose keys are in the KeyRegistrar. */
export function keyedSetsGas(sets: number, socket: string): Gas {
  const stored = STORED_WORD * storedWords(socket)
  return { least: 110_000 + 110_000 * sets, most: 137_000 + 132_000 * sets + stored }
}

/** What full quorums cost that remove somebody by themselves. */
export const ownChurnGas = (operators: readonly number[]): number =>
  operators.reduce((sum, count) => sum + OWN_CHURN.once + OWN_CHURN.operator * count, 0)

/** How many operators a quorum has, and how many it may have. */
export interface Places {
  readonly operators: number
  readonly maximum: number
}

/** A quorum with fewer free places than this share of all may be full before the transaction is mined. */
const NEARLY_FULL = 0.2

/** The need of a registration, where full quorums remove somebody by themselves: now, and of those that may be full by then. */
export function withOwnChurn(need: number, quorums: readonly Places[]): GasNeed {
  const free = ({ operators, maximum }: Places): number => maximum - operators
  const full = quorums.filter((places) => free(places) <= 0)
  const near = quorums.filter((places) => free(places) > 0 && free(places) <= places.maximum * NEARLY_FULL)
  return {
    need: need + ownChurnGas(full.map(({ operators }) => operators)),
    addition: ownChurnGas(near.map(({ maximum }) => maximum)),
  }
}

function inParts({ once, each, strategy }: Parts, { strategies, socket }: RegistrationSize): Gas {
  const weighed = strategies.reduce((sum, count) => sum + count, 0)
  const stored = STORED_WORD * storedWords(socket)
  return {
    least: once.least + each.least * strategies.length + strategy.least * strategies.length,
    most: once.most + each.most * strategies.length + strategy.most * weighed + stored,
  }
}

/** So many quorums or sets of which nothing is known: each with as many strategies as were ever measured. */
export const unknownStrategies = (count: number): readonly number[] =>
  Array.from({ length: count }, () => MOST_STRATEGIES)
