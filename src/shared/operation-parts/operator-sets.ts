// Operator sets of an AVS, as EigenLayer's AllocationManager keeps them: their ids, their lines, what is known of the AVS.
//
// Follows AllocationManager.sol in eigenlayer-contracts at f84a515. The AllocationManager takes ids in any order; a
// SlashingRegistryCoordinator refuses all but ascending ones and drops all but their low byte. So one order is written here,
// for every registrar, and quorumSetIds holds what a coordinator can have.
import * as z from 'zod'
import { addressOf, knownContracts } from '../catalogue/address-book.ts'
import { avss } from '../catalogue/catalogue.ts'
import type { Avs } from '../catalogue/catalogue-schema.ts'
import { integer, issue, type Address } from '../base/fields.ts'
import { buildAgain, refuse, warning, type Finding, type ReviewLine } from '../base/finding.ts'
import type { OperationContext } from './operation.ts'
import { contractLines, contractName } from '../catalogue/review-names.ts'

const LARGEST_ID = 2 ** 32 - 1
/** A coordinator keeps its quorums in the 192 bits of one number. */
const LARGEST_QUORUM = 191
/** More sets in one call than any AVS has; a bound for what is shown. */
const MOST_SETS = 64

/** The id of an operator set: 32 bits. */
export const operatorSetId = integer(0).refine((id) => id <= LARGEST_ID, `expected at most ${LARGEST_ID}`)

/** Ids of operator sets of one AVS, ascending, each one once. */
export const operatorSetIds = z
  .array(operatorSetId)
  .max(MOST_SETS, `expected at most ${MOST_SETS} operator sets`)
  .readonly()
  .superRefine((ids, context) => {
    if (ids.length === 0) {
      context.addIssue({ code: 'custom', ...issue('operator_sets_empty', 'expected at least one operator set') })
    }
    if (!isAscending(ids)) {
      const message = 'expected ascending ids, each one once: registrars refuse any other order'
      context.addIssue({ code: 'custom', ...issue('operator_sets_unordered', message) })
    }
  })
export type OperatorSetIds = z.output<typeof operatorSetIds>

/** True where each id is above the one before it. */
export const isAscending = (ids: readonly number[]): boolean =>
  ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? 0))

/** The ids that no SlashingRegistryCoordinator can have: it would take their low byte for another set. */
export const beyondQuorums = (ids: readonly number[]): readonly number[] => ids.filter((id) => id > LARGEST_QUORUM)

/** Operator sets within a sentence: "operator sets 0, 1". */
export const setsText = (ids: readonly number[]): string =>
  `operator set${ids.length === 1 ? '' : 's'} ${ids.join(', ')}`

/** The two contracts that every operation of operator sets names. */
export interface SetsFields {
  readonly allocationManager: Address
  readonly avs: Address
}

/** The lines of a review. */
export const setsLines = ({ allocationManager, avs }: SetsFields, { chainId }: OperationContext): ReviewLine[] => [
  ...contractLines('AVS', chainId, avs),
  ...contractLines('AllocationManager', chainId, allocationManager),
]

/** The AVS by the address that EigenLayer knows it by. */
export const avsAt = (chainId: number, avs: Address): Avs | undefined =>
  avss.find((known) => known.chainId === chainId && known.contracts['ServiceManager'] === avs)

/** What the catalogue says of an AVS that operator sets belong to. */
export function judgeAvs(chainId: number, avs: Address): Finding[] {
  const known = knownContracts(chainId, avs)
  if (known.some(({ contract }) => contract === 'ServiceManager')) return []
  if (known.length > 0) {
    const seen = `avs ${avs} is known as ${contractName(chainId, avs)}, which is no AVS`
    return [refuse('contracts_mismatch', seen, buildAgain())]
  }
  const seen = 'the AVS is not in the catalogue: compare its address, digit by digit, with what it publishes'
  return [warning('avs_unknown', seen)]
}

/** What the catalogue says of the contract that an AVS lets its operators in by. */
export function judgeRegistrar(chainId: number, avs: Address, registrar: Address): Finding[] {
  if (registrar === avs) return []
  const project = avsAt(chainId, avs)?.name
  const known = knownContracts(chainId, registrar)
  if (known.some((one) => one.project !== project)) {
    const seen = `registrar ${registrar} is known as ${contractName(chainId, registrar)}, and not of this AVS`
    return [refuse('contracts_mismatch', seen, `${buildAgain()}, with an RPC that you trust`)]
  }
  const pinned = project && addressOf(chainId, project, 'RegistryCoordinator')
  if (known.length > 0 || project === undefined) return []
  const other = pinned === undefined ? '' : `; the RegistryCoordinator that it has for this AVS is ${pinned}`
  const seen = `the registrar is not in the catalogue${other}: compare ${registrar}, digit by digit, with what the AVS publishes`
  return [warning('contract_unknown', seen)]
}
