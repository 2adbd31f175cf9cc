// What the online machine says of the state of the chain, for a person to read: `claims` of a request.
//
// Nothing that is signed depends on a claim, and nothing here can check one. A claim is numbers and addresses, never text, and
// may not contradict what is signed beside it: it speaks of a quorum that the operation enters, and of whom the call names.
//
// "removed": a quorum is full, and another operator would be removed from it for this one: by _churnOperator of
// EigenDARegistryCoordinator.sol at 61019b4, or by a churn approval (_validateChurn of RegistryCoordinator.sol at 7d49b51).
import { formatEther } from 'viem'
import * as z from 'zod'
import { address, integer, issue, wei, type Address } from '../base/fields.ts'
import type { ReviewLine } from '../base/finding.ts'
import { operationOf, type AnyOperation } from '../operations/operation-kinds.ts'

/** As many as a coordinator has quorums. */
export const MAX_CLAIMS = 192

/** What the StakeRegistry keeps: a uint96, in units of 10^-18. */
const stake = wei
  .transform((value): bigint => value)
  .refine((value) => value < 2n ** 96n, 'expected at most 2^96 - 1, as the StakeRegistry has it')

const removed = z
  .strictObject({
    claim: z.literal('removed'),
    /** Null where the registries do not say who it is. */
    operator: address.nullable(),
    /** The stake of the operator that registers. */
    ownStake: stake,
    quorum: integer(0),
    /** The stake of the operator that would be removed. */
    stake,
  })
  .readonly()

const claim = z.discriminatedUnion('claim', [removed])
export type Claim = z.output<typeof claim>

/** An operator that would be removed from a full quorum. */
export type Removal = Extract<Claim, { claim: 'removed' }>

/** Claims are of one order: by what is claimed, then by quorum. */
const placeOf = ({ claim: claimed, quorum }: Claim): string => `${claimed} ${String(quorum).padStart(16, '0')}`
const isBefore = (one: Claim, other: Claim): boolean => placeOf(one) < placeOf(other)

/** The claims of a request, as a field. */
export const claims = z
  .array(claim)
  .max(MAX_CLAIMS, `expected at most ${MAX_CLAIMS} claims`)
  .refine(
    (list) => list.every((each, index) => index === 0 || isBefore(list[index - 1] ?? each, each)),
    'expected the claims in the order of what they claim and of their quorums, each once',
  )
  .readonly()

/** Claims in the order of the field. */
export const inOrder = (list: readonly Claim[]): readonly Claim[] => list.toSorted((a, b) => (isBefore(a, b) ? -1 : 1))

interface Claiming {
  readonly claims: readonly Claim[]
  readonly operation: AnyOperation
}

/** A refinement of a request, and of one in a bundle: no claim contradicts the operation. */
export function checkClaims(request: Claiming, context: z.core.$RefinementCtx): void {
  request.claims.forEach((each, index) => {
    const fault = faultOf(each, request.operation)
    if (fault === null) return
    const [field, message] = fault
    const path = ['claims', index, field]
    context.addIssue({ code: 'custom', input: request, path, ...issue('field_invalid', message) })
  })
}

function faultOf({ quorum, operator }: Removal, operation: AnyOperation): readonly [string, string] | null {
  const places = operationOf(operation).makesRoom?.(operation) ?? []
  const place = places.find(({ number }) => number === quorum)
  if (place === undefined) return ['quorum', 'expected a quorum that makes room for the operator in this operation']
  if (operator === operation.operator) return ['operator', 'expected another operator than the one that registers']
  if (place.named === null || place.named === operator) return null
  return ['operator', `expected ${place.named}: whom the churn approval names`]
}

/** The lines of a review, claim by claim. */
export const claimLines = (list: readonly Claim[]): ReviewLine[] =>
  list.flatMap(({ quorum, operator, stake: has, ownStake }): ReviewLine[] => [
    [`Quorum ${quorum}`, 'is full: for this operator it would remove'],
    ['', removedName(operator)],
    ['', `with a stake of ${formatEther(has)}; this operator has ${formatEther(ownStake)}`],
  ])

/** Whoever is removed, within a sentence. */
export const removedName = (operator: Address | null): string =>
  operator ?? 'an operator that the registries do not name'
