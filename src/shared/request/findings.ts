// What there is to say about a request: notes, warnings and refusals, each a sentence with its consequence.
//
// A refusal has no override: the request is untrue, or signing it could only harm. A warning must be typed away by the
// person. A note is worth knowing. Both sides judge with this file, so that hot never builds what cold refuses.
//
// Time: the request's block says when it was read, the caller says what its own clock shows. An offline laptop's clock
// may be wrong, so the later of the two decides whether the expiry has passed.
import { judgeContracts } from './contract-findings.ts'
import { messagesAsked } from './derive.ts'
import type { Problem } from '../base/errors.ts'
import type { UnixSeconds } from '../base/fields.ts'
import { buildCommand } from '../base/commands.ts'
import { buildAgainLine } from './build-again.ts'
import { buildingAgain, buildSame, note, refuse, warning, when, type Finding } from '../base/finding.ts'
import { deadlinesOf, gasOf, judgeOperation, messagesOf, operationOf } from '../operations/operation-kinds.ts'
import { gasFarAbove, gasText, type Gas } from '../operation-parts/gas.ts'
import type { UnsignedRequest } from './request.ts'
import { highestCost } from '../chain/transaction.ts'
import { DAY, duration, ether, grouped, utc } from '../base/units.ts'

/** A clock further behind the request's block than this is worth a warning. */
const CLOCK_TOLERANCE = 15 * 60
const OLD = 2 * DAY
/** What it takes to carry a response back and have it mined, with room to spare. */
const COURIER = 60 * 60
const FAR = 31 * DAY
/** Years of validity are a signature waiting to leak; nobody needs them (one published registration had six). */
const TOO_FAR = 366 * DAY

/** 2026-01-01: a clock before this program was written was never set. */
const UNSET = 1_767_225_600

const FEE_HIGH = 10n ** 17n
const FEE_ABSURD = 10n ** 18n

/**
 * Judges a well-formed request.
 *
 * @param request as decoded
 * @param clock what the judging machine's clock shows, seconds since 1970
 * @returns refusals first, then warnings, then notes
 */
export function judge(request: UnsignedRequest, clock: UnixSeconds): readonly Finding[] {
  const findings = [
    ...judgeTime(request, clock),
    ...judgeDeadlines(request, clock),
    ...judgeContracts(request),
    ...judgeTransaction(request),
    ...judgeOperation(request),
    ...judgeParts(request),
  ]
  const commands = { another: buildCommand(request.operation.kind), same: buildAgainLine(request) }
  return ordered(findings.map((finding) => buildingAgain(finding, commands)))
}

/** Findings, the gravest first. */
export function ordered(findings: readonly Finding[]): readonly Finding[] {
  const rank = { refusal: 0, warning: 1, note: 2 }
  return findings.toSorted((a, b) => rank[a.level] - rank[b.level])
}

/** The refusals among findings, as problems. */
export function refusals(findings: readonly Finding[]): readonly Problem[] {
  return findings.flatMap((finding) => (finding.level === 'refusal' ? [finding] : []))
}

function judgeTime({ expiry, block }: UnsignedRequest, clock: UnixSeconds): Finding[] {
  const now = Math.max(clock, block.timestamp) as UnixSeconds
  // A block that claims to be of the future must not stretch what is signed, unless it is the clock that was never set.
  const start = clock < UNSET ? block.timestamp : Math.min(clock, block.timestamp)
  return [
    ...when(expiry <= now, () => {
      const seen = `it would be expired: expiry is ${utc(expiry)}; `
      const time =
        clock >= block.timestamp ? `this machine's clock says ${utc(clock)}` : `its block is of ${utc(block.timestamp)}`
      return refuse('expiry_past', seen + time, `if the clock is right, ${buildSame('--expiry 7d')}`)
    }),
    ...when(expiry - start > TOO_FAR, () => {
      const most = utc((start + TOO_FAR) as UnixSeconds)
      const seen = `expiry is ${utc(expiry)}; a request of this block is signed until ${most} at most (366 days)`
      return refuse('expiry_too_far', seen, buildSame('--expiry 7d'))
    }),
    ...when(expiry - block.timestamp > FAR && expiry - start <= TOO_FAR, () => {
      const span = duration(expiry - block.timestamp)
      return warning(
        'expiry_far',
        `the signature stays valid for ${span}: whoever gets hold of it can use it until then`,
      )
    }),
    ...when(clock < block.timestamp - CLOCK_TOLERANCE, () => {
      const behind = duration(block.timestamp - clock)
      return warning(
        'clock_behind',
        `this machine's clock is ${behind} behind the request's block: set it, or the expiry shown is not true`,
      )
    }),
    ...when(clock > block.timestamp + OLD, () => {
      const age = duration(clock - block.timestamp)
      return warning('request_old', `the request was built ${age} ago: nonce, stake and fees may have changed since`)
    }),
  ]
}

/** What somebody else signed for this request may end long before the request does. */
function judgeDeadlines(request: UnsignedRequest, clock: UnixSeconds): Finding[] {
  const now = Math.max(clock, request.block.timestamp)
  return deadlinesOf(request).flatMap(({ of, until, renew }) => [
    ...when(until <= now, () => refuse('deadline_past', `${of} ended at ${utc(until)}`, renew)),
    ...when(until > now && until - now < COURIER, () => {
      const seen = `${of} ends in ${duration(until - now)}: by then the transaction must be mined, or it fails`
      return warning('deadline_short', seen)
    }),
  ])
}

function judgeTransaction(request: UnsignedRequest): Finding[] {
  const { transaction } = request
  if (transaction === null) return []
  const cost = highestCost(transaction)
  return [
    ...when(cost > FEE_ABSURD, () => {
      const seen = `the transaction may cost ${ether(cost)}; more than ${ether(FEE_ABSURD)} is never signed`
      return refuse('fee_absurd', seen, buildSame('--gas-price PRICE'))
    }),
    ...when(cost > FEE_HIGH && cost <= FEE_ABSURD, () =>
      warning('fee_high', `the transaction may cost up to ${ether(cost)}: the other machine chose the price`),
    ),
    ...judgeGasLimit(transaction.gasLimit, gasOf(request)),
  ]
}

/** The limit beside what such calls needed on the real contracts. */
function judgeGasLimit(limit: number, gas: Gas): Finding[] {
  const seen = `the gas limit is ${grouped(limit)}; such a call needed ${gasText(gas)} on the real contracts`
  return [
    ...when(limit < gas.least, () =>
      warning('gas_limit_unusual', `${seen}: with less it fails, and burns what it is given`),
    ),
    ...when(limit > gasFarAbove(gas), () =>
      warning('gas_limit_unusual', `${seen}: that is far above it, and a call that fails may burn all of it`),
    ),
  ]
}

/** What holds of the request as a whole: whether anything is asked for, and how long it can be used. */
function judgeParts(request: UnsignedRequest): Finding[] {
  const from = request.transaction?.from ?? null
  const sole = operationOf(request.operation).soleSender?.(request.operation) ?? null
  const messages = messagesOf(request)
  const expires = messages.some(({ part }) => part === 'operatorSignature')
  return [
    ...when(request.transaction === null && messagesAsked(messages).length === 0, () => {
      const hint = 'there is nothing to sign here: where the operator is a contract, its own wallet makes the call'
      return refuse('nothing_asked', 'the request asks for no signature: no transaction, and no message', hint)
    }),
    ...when(from !== null && sole === null, () =>
      note(
        'sent_for_operator',
        `${from ?? ''} sends this for the operator and pays for it: it counts only while the operator's permission does`,
      ),
    ),
    ...when(request.transaction !== null && !expires, () =>
      note(
        'transaction_never_expires',
        'the contract checks no expiry here: the signed transaction stays valid until its nonce is used',
      ),
    ),
  ]
}
