// What an operator settles with the DelegationManager: who approves its stakers, and the delays that it promises.
//
// Follows DelegationManager.sol of eigenlayer-contracts in its two generations: M2 (v0.2.3 to v0.5.4) takes a tuple of three, the
// first of which only v0.2.3 reads; the slashing generation (since v1.0.2, on mainnet since 2025-04-17) takes the approver,
// and an allocation delay at the registration alone. Which one a contract is, the online side finds by asking it.
import * as z from 'zod'
import { address, integer, issue, type Address } from '../base/fields.ts'
import { note, warning, when, type Finding, type ReviewLine } from '../base/finding.ts'
import type { Concerns } from './operation.ts'
import * as packing from '../packing/packing.ts'
import type { Packing } from '../packing/packing.ts'
import { duration, grouped } from '../base/units.ts'

/** 180 days in blocks of 12 seconds: MAX_STAKER_OPT_OUT_WINDOW_BLOCKS of the M2 generation. */
export const MAX_OPT_OUT_WINDOW = 1_296_000

/** What the contracts have where there is nobody. */
export const NOBODY = `0x${'0'.repeat(40)}` as Address

/** Who must sign for each delegation; null where anybody may delegate. The contract writes null as the zero address. */
const delegationApprover = address
  .refine((given) => given !== NOBODY, {
    params: issue('field_invalid', '').params,
    error: 'expected null instead of the zero address: anybody may delegate',
  })
  .nullable()

const blocks = (most: number): z.ZodNumber => integer(0).max(most, `expected at most ${most} blocks`)

/** The details of the M2 generation. */
export const m2Details = z
  .strictObject({
    generation: z.literal('m2'),
    delegationApprover,
    earningsReceiver: address,
    stakerOptOutWindowBlocks: blocks(MAX_OPT_OUT_WINDOW),
  })
  .readonly()
export type M2Details = z.output<typeof m2Details>

/** The details of the slashing generation at the registration. */
export const initialDetails = z
  .strictObject({ generation: z.literal('slashing'), allocationDelay: blocks(2 ** 32 - 1), delegationApprover })
  .readonly()
export type InitialDetails = z.output<typeof initialDetails>

/** The details of the slashing generation afterwards. */
export const laterDetails = z.strictObject({ generation: z.literal('slashing'), delegationApprover }).readonly()
export type LaterDetails = z.output<typeof laterDetails>

const packedM2 = packing.record({
  delegationApprover: packing.nullable(packing.address),
  earningsReceiver: packing.address,
  stakerOptOutWindowBlocks: packing.integer<number>(),
})

export const packedInitialDetails: Packing<M2Details | InitialDetails> = packing.union('generation', {
  m2: [1, packedM2],
  slashing: [
    2,
    packing.record({
      allocationDelay: packing.integer<number>(),
      delegationApprover: packing.nullable(packing.address),
    }),
  ],
})

export const packedLaterDetails: Packing<M2Details | LaterDetails> = packing.union('generation', {
  m2: [1, packedM2],
  slashing: [2, packing.record({ delegationApprover: packing.nullable(packing.address) })],
})

/** An approver as an argument. */
export const approverArgument = (approver: Address | null): Address => approver ?? NOBODY

/** OperatorDetails of the M2 generation as an argument. */
export const detailsArgument = (details: M2Details): readonly unknown[] => [
  details.earningsReceiver,
  approverArgument(details.delegationApprover),
  details.stakerOptOutWindowBlocks,
]

/** What an operation of the DelegationManager is about. */
export const delegationConcerns = ({ delegationManager }: { readonly delegationManager: Address }): Concerns => ({
  avs: null,
  contracts: [['delegationManager', delegationManager]],
  quorums: null,
  operatorSets: null,
  socket: null,
  salt: null,
})

/** Blocks with the time that they take, 12 seconds each. */
export const blocksText = (count: number): string =>
  count === 0 ? '0 blocks' : `${grouped(count)} ${count === 1 ? 'block' : 'blocks'}, about ${duration(count * 12)}`

/** A generation, for people. */
export const generationText = (generation: 'm2' | 'slashing'): string =>
  generation === 'm2' ? 'M2 (before slashing)' : 'slashing (since 2025)'

/** The lines of a review. */
export function detailsLines(details: M2Details | InitialDetails | LaterDetails, operator: Address): ReviewLine[] {
  const own = (who: Address): ReviewLine[] => (who === operator ? [['', 'the operator itself']] : [])
  const approver = details.delegationApprover
  return [
    ['Generation', generationText(details.generation)],
    ['Approver', approver ?? 'none: anybody may delegate'],
    ...(approver === null ? [] : own(approver)),
    ...('stakerOptOutWindowBlocks' in details
      ? ([
          ['Opt-out window', blocksText(details.stakerOptOutWindowBlocks)],
          ['Earnings to', details.earningsReceiver],
          ...own(details.earningsReceiver),
        ] as const)
      : []),
    ...('allocationDelay' in details
      ? ([['Allocations', `wait ${blocksText(details.allocationDelay)}`]] as const)
      : []),
  ]
}

/** 30 days of blocks: an allocation that waits longer is of little use, and the delay cannot be shortened at once. */
const LONG_DELAY = 216_000

/** What there is to say of the details. */
export function judgeDetails(
  details: M2Details | InitialDetails | LaterDetails,
  { operator }: { readonly operator: Address },
): Finding[] {
  return [
    ...judgeApprover(details.delegationApprover, operator),
    ...('stakerOptOutWindowBlocks' in details ? judgeM2(details, operator) : []),
    ...('allocationDelay' in details ? judgeDelay(details.allocationDelay) : []),
  ]
}

function judgeApprover(approver: Address | null, operator: Address): Finding[] {
  if (approver === null) {
    return [note('delegation_open', 'no approver: anybody may delegate to this operator, and choose it unasked')]
  }
  if (approver === operator) {
    return [note('approver_is_operator', 'the operator key itself must sign for each staker that wants to delegate')]
  }
  const seen = `${approver} alone decides who may delegate to this operator, and can throw any staker out at any time`
  return [warning('approver_power', seen)]
}

function judgeM2({ earningsReceiver, stakerOptOutWindowBlocks: window }: M2Details, operator: Address): Finding[] {
  return [
    note(
      'window_only_grows',
      `the opt-out window of ${blocksText(window)} can be made longer later, and never shorter`,
    ),
    ...when(earningsReceiver !== operator, () =>
      warning(
        'earnings_receiver_foreign',
        `earnings go to ${earningsReceiver}, not to the operator; most contracts of this generation ignore the field, v0.2.3 does not`,
      ),
    ),
  ]
}

function judgeDelay(delay: number): Finding[] {
  const later = 'a later change counts only after a delay of its own (17 days on mainnet)'
  return [
    note(
      'allocation_delay',
      `stake that is allocated can be slashed after ${blocksText(delay)}; before v1.9.0 of the contracts this delay itself waits; ${later}`,
    ),
    ...when(delay > LONG_DELAY, () =>
      warning('allocation_delay_long', `each allocation waits ${blocksText(delay)} before it counts: AVSs expect days`),
    ),
  ]
}
