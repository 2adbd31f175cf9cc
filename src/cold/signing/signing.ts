// What is done to one request between its reading and its response, the same for a request that came alone and for one of a
// bundle: judged, shown, approved; later, with the keys open, signed, checked, judged once more and recorded.
import { clockNow } from '../../local/clock.ts'
import { reviewText } from '../../local/screen.ts'
import { hang, say } from '../../local/terminal.ts'
import { encodeApproval } from '../../shared/ledger/approval.ts'
import { refuseAll, type Problem } from '../../shared/base/errors.ts'
import { ordered } from '../../shared/request/findings.ts'
import { reviewSections, reviewSummary, type ReviewSection } from '../../shared/request/review.ts'
import { cancelledSalts } from '../ledger/cancelled-salt.ts'
import { codeFindings } from '../ledger/code-findings.ts'
import { historyFindings, intentOf, ledgerProblems, repetitionFindings } from '../ledger/gate.ts'
import type { OpenedKeys } from '../keystore/keys.ts'
import { stateOf } from '../ledger/ledger-state.ts'
import { networkState } from '../machine/network-state.ts'
import {
  conditionFindings,
  conditionProblems,
  findingsUnder,
  policySection,
  verdictsOn,
  type Conditions,
} from '../policy/policy-gate.ts'
import { replacedProblems } from '../policy/policy-in-force.ts'
import type { Verdict } from '../policy/policy-verdict.ts'
import { askLine } from '../../local/prompt.ts'
import { ReviewedRequest } from './review.ts'
import type { SlotKeystore } from './sign-keys.ts'
import { signReviewed, type SignedAndChecked } from './sign.ts'
import type { ValidRequest } from '../validate/validate.ts'
import { keyBound, type RecordedResponse, type Visit } from './visit.ts'

/** A request that nothing forbids so far, with what a person has to read of it. */
export interface Prepared {
  readonly visit: Visit
  readonly valid: ValidRequest
  readonly sections: readonly ReviewSection[]
  readonly verdicts: readonly Verdict[]
}

/**
 * Asks the ledger and the policy about a request.
 *
 * @param ecdsa whether an ECDSA key is at hand
 * @throws AirlockError everything that forbids it, at once
 */
export function prepare(visit: Visit, conditions: Conditions, ecdsa: boolean): Prepared {
  const { problems, verdicts } = judge(visit, conditions, { ecdsa, bls: null })
  refuseAll('asking the ledger and the policy', problems)
  const valid = withFindings(visit, conditions)
  const sections = [...reviewSections(valid, clockNow()), policySection(conditions.policy, verdicts)]
  return { visit, valid, sections, verdicts }
}

/** Shows a request. */
export function showReview({ valid, sections }: Prepared): void {
  say(`${reviewText(sections, valid.findings, process.stderr)}\n`)
  say(`${hang('In short: ', reviewSummary(valid))}\n`)
}

/**
 * Approves a request: by a person, or with --yes by the policy, which must cover all but which BLS key it is.
 *
 * @throws AirlockError declined, yes_without_policy, yes_not_covered
 */
export function approve(
  { valid, verdicts }: Prepared,
  byPolicy: boolean,
  keystores: readonly SlotKeystore[],
): Promise<ReviewedRequest> {
  if (!byPolicy) return ReviewedRequest.review(valid, askLine)
  return Promise.resolve(ReviewedRequest.byPolicy(valid, judgedOpen(verdicts, keystores)))
}

/**
 * What may be open until the key is: which BLS key it is. Everything else must be covered before a key is opened; the rest
 * is judged once more when it is recorded.
 */
const judgedOpen = (verdicts: readonly Verdict[], keystores: readonly SlotKeystore[]): readonly Verdict[] =>
  keystores.some(({ slot }) => slot === 'bls')
    ? verdicts.filter((each) => each.rule !== 'bls_key' || each.says !== 'silent' || each.why !== 'unknown')
    : verdicts

/** Signatures that are recorded and may leave. */
export interface Recorded {
  readonly visit: Visit
  readonly response: RecordedResponse
  readonly signed: SignedAndChecked
}

/**
 * Signs an approved request, checks the signatures, and records them.
 *
 * @throws AirlockError what signReviewed throws, and everything that forbids them at the moment of recording
 */
export async function signAndRecord(
  { visit, valid, sections }: Prepared,
  reviewed: ReviewedRequest,
  keys: OpenedKeys,
  { conditions, byPolicy }: { readonly conditions: Conditions; readonly byPolicy: boolean },
): Promise<Recorded> {
  const { ledger } = visit
  const signed = await signReviewed(reviewed, keys)
  const decision = {
    approvals: (conditions.approvals ?? []).map((approval) => ledger.keep(encodeApproval(approval))),
    keys,
    review: `${reviewText(sections, valid.findings, { isTTY: false })}\n`,
    reviewedBy: byPolicy ? 'policy' : 'person',
  } as const
  const response = visit.record(signed.signatures, decision, () => {
    // The time at the question may have been long: what is outside of this process is looked at once more.
    const now = { ...conditions, network: networkState() }
    const { problems, verdicts } = judge(visit, now, { ecdsa: keys.ecdsa !== null, bls: keys.bls })
    refuseAll('recording', [...problems, ...replacedProblems(ledger, conditions.policy)])
    if (byPolicy) ReviewedRequest.byPolicy(valid, verdicts)
  })
  return { visit, response, signed }
}

interface Judged {
  readonly problems: readonly Problem[]
  readonly verdicts: readonly Verdict[]
}

/** What ledger, policy, approvals and network say now, with the keys as far as they are known. */
function judge(
  { ledger, valid, facts }: Visit,
  conditions: Conditions,
  keys: { readonly ecdsa: boolean; readonly bls: OpenedKeys['bls'] },
): Judged {
  const clock = clockNow()
  const operatorId = keyBound(valid, keys)
  const { signed } = stateOf(ledger)
  const verdicts = verdictsOn(valid, conditions, signed, { operatorId, clock })
  const rules = { oneBlsKeyPerAvs: conditions.policy?.policy.blsKeys !== 'shared', clock }
  const intent = intentOf(valid, facts, { ecdsa: keys.ecdsa, operatorId })
  const problems = [
    ...ledgerProblems(ledger, intent, valid.request.anchors, rules),
    ...conditionProblems(valid, conditions, verdicts),
  ]
  return { problems, verdicts }
}

/** The request with what the ledger and this machine add to its findings. */
function withFindings({ ledger, valid, facts }: Visit, conditions: Conditions): ValidRequest {
  const intent = intentOf(valid, facts, { ecdsa: true, operatorId: keyBound(valid, { bls: null }) })
  const { signed } = stateOf(ledger)
  const found = [...repetitionFindings(ledger, intent, clockNow()), ...codeFindings(facts, signed)]
  const missing = historyFindings(ledger, valid.request.anchors)
  return {
    ...valid,
    findings: ordered([
      ...findingsUnder(valid, conditions.policy),
      ...found,
      ...missing,
      ...cancelledSalts(valid.request, signed),
      ...conditionFindings(conditions),
    ]),
  }
}
