// airlock-cold sign REQUEST: the ceremony's offline half, gate by gate.
//
// validate, record that it was seen, ask the ledger and the policy, show, approve, unlock, sign, check, record, write. Nothing is
// asked of the person before all that can be refused has been, no key is opened before the approval, and nothing is
// written before every signature has been checked and recorded.
import { basename, dirname } from 'node:path'
import { clockNow } from '../local/clock.ts'
import { readDocument } from '../local/document-file.ts'
import { checkOutput, clearUnfinished, writeWhole } from '../local/files.ts'
import { plainReader } from '../local/scan.ts'
import { reviewText } from '../local/screen.ts'
import { hang, print, printJson, say } from '../local/terminal.ts'
import { encodeApproval } from '../shared/approval.ts'
import { partsAsked } from '../shared/derive.ts'
import { digestWords, documentDigest } from '../shared/document.ts'
import { AirlockError, refusal, refuseAll, type Problem } from '../shared/errors.ts'
import { ordered } from '../shared/findings.ts'
import type { ResponsePart } from '../shared/operation.ts'
import { quote } from '../shared/quote.ts'
import { reviewSections, reviewSummary } from '../shared/review.ts'
import { codeFindings } from './code-findings.ts'
import { repetitions } from './equivocation.ts'
import { historyFindings, intentOf, ledgerProblems } from './gate.ts'
import { wipe, type OpenedKeys } from './keys.ts'
import { stateOf } from './ledger-state.ts'
import { Ledger, ledgerFolder } from './ledger.ts'
import { networkState } from './network-state.ts'
import { offerCode } from './offer-code.ts'
import {
  conditionFindings,
  conditionProblems,
  findingsUnder,
  policySection,
  readApprovals,
  verdictsOn,
  type Conditions,
} from './policy-gate.ts'
import { policyInForce, replacedProblems } from './policy-in-force.ts'
import type { Verdict } from './policy-verdict.ts'
import { askLine } from './prompt.ts'
import { ReviewedRequest } from './review.ts'
import { neededKeystores, openKeys, type KeyOptions, type SlotKeystore } from './sign-keys.ts'
import { signReviewed, type SignedAndChecked } from './sign.ts'
import type { ValidRequest } from './validate.ts'
import { keyBound, RecordedResponse, Visit } from './visit.ts'

export interface SignOptions extends KeyOptions {
  readonly output: string
  readonly approval?: readonly string[]
  readonly ledger?: string
  readonly policy?: string
  readonly yes?: boolean
  readonly force?: boolean
  readonly json?: boolean
}

/** Signs a request after the person approved it. */
export async function sign(path: string, options: SignOptions): Promise<void> {
  checkOutput('preparing the response', options.output, options.force === true)
  const bytes = await readDocument('reading request', path, plainReader)
  const ledger = Ledger.openOrBegin(ledgerFolder(options.ledger))
  const visit = Visit.begin(ledger, bytes, clockNow())
  await visit.during(() => rest(visit, options))
  if (options.json !== true) await offerCode(options.output)
}

/** What is done to a request that was seen: everything that stops it from here on is a decision, and recorded. */
async function rest(visit: Visit, options: SignOptions): Promise<void> {
  const { ledger } = visit
  sayUndelivered(ledger)
  const approvals = await readApprovals(options.approval ?? [])
  const conditions = { policy: policyInForce(ledger, options.policy), approvals, network: networkState() }
  const ecdsa = options.ecdsaKeystore !== undefined
  const before = judge(visit, conditions, { ecdsa, bls: null })
  refuseAll('asking the ledger and the policy', before.problems)
  const valid = withFindings(visit, conditions)
  const keystores = neededKeystores(valid, options)
  const sections = [...reviewSections(valid, clockNow()), policySection(conditions.policy, before.verdicts)]
  say(`${reviewText(sections, valid.findings, process.stderr)}\n`)
  say(`${hang('In short: ', reviewSummary(valid))}\n`)
  const byPolicy = options.yes === true
  const reviewed = byPolicy
    ? ReviewedRequest.byPolicy(valid, judgedOpen(before.verdicts, keystores))
    : await ReviewedRequest.review(valid, askLine)
  const keys = await openKeys(keystores, options)
  try {
    const signed = await signReviewed(reviewed, keys)
    const decision = {
      approvals: approvals.map((approval) => ledger.keep(encodeApproval(approval))),
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
    deliver(visit, response, signed, options)
  } finally {
    wipe(keys)
  }
}

/**
 * What may be open until the key is: which BLS key it is. Everything else must be covered before a key is opened; the rest
 * is judged once more when it is recorded.
 */
const judgedOpen = (verdicts: readonly Verdict[], keystores: readonly SlotKeystore[]): readonly Verdict[] =>
  keystores.some(({ slot }) => slot === 'bls')
    ? verdicts.filter((each) => each.rule !== 'bls_key' || each.says !== 'silent' || each.why !== 'unknown')
    : verdicts

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
  const found = [...repetitions(intent, signed, clockNow()), ...codeFindings(facts, signed)]
  const missing = historyFindings(ledger, valid.request.anchors)
  return {
    ...valid,
    findings: ordered([
      ...findingsUnder(valid, conditions.policy),
      ...found,
      ...missing,
      ...conditionFindings(conditions),
    ]),
  }
}

/** Signatures that an earlier run recorded, and that nobody may have got. */
function sayUndelivered(ledger: Ledger): void {
  for (const { body, entry } of stateOf(ledger).undelivered) {
    if (body?.event !== 'signed') continue
    const what = `entry ${entry}: recorded, may not have been delivered. Signing that request again gives the same response`
    say(hang('note: ', `${what}: request ${body.request.digest}`))
  }
}

const partNames: Readonly<Record<ResponsePart, string>> = {
  operatorSignature: 'OperatorAVSRegistration (ECDSA)',
  keySignature: 'the registration of a signing key (ECDSA)',
  pubkeyRegistrationParams: 'the proof of the BLS key (BLS)',
  transactions: 'the transaction (ECDSA)',
}

/** Writes the response and says what it is and what comes next. */
function deliver(visit: Visit, response: RecordedResponse, signed: SignedAndChecked, options: SignOptions): void {
  const bytes = RecordedResponse.open(response)
  // A run that was stopped before may have left half of this very response.
  clearUnfinished(dirname(options.output), basename(options.output))
  writeWhole('writing the response', options.output, bytes, options.force === true)
  recordDelivery(visit, response, options.output)
  const { check, signatures } = signed
  const made = partsAsked(visit.valid.request).filter((part) => signatures[part] !== null)
  if (options.json === true) printJson(deliveredJson(visit, response, signed, made, options.output))
  else printDelivered(visit, response, check, made, options.output)
}

/** The response is out: a ledger that cannot be written now must not look as if it were not. */
function recordDelivery(visit: Visit, response: RecordedResponse, output: string): void {
  try {
    visit.delivered(response)
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error
    const { code, message, hint } = error.problems[0]
    const seen = `${quote(output)} is written whole, and its signatures are entry ${response.entry.entry} of the ledger`
    throw refusal('recording the delivery', code, `${seen}; that it was delivered cannot be recorded: ${message}`, hint)
  }
}

function deliveredJson(
  { ledger, facts }: Visit,
  response: RecordedResponse,
  { check }: SignedAndChecked,
  made: readonly ResponsePart[],
  output: string,
): object {
  const digest = documentDigest(RecordedResponse.open(response))
  return {
    response: output,
    digest,
    words: digestWords(digest).join(' '),
    requestDigest: facts.digest,
    made,
    missing: check.missing,
    transactions: check.transactions.map(({ hash }) => hash),
    operatorId: check.operatorId,
    ledger: { folder: ledger.folder, entry: response.entry.entry, hash: response.entry.hash, head: headJson(ledger) },
  }
}

const headJson = ({ head }: Ledger): object => ({
  entry: head.entry,
  hash: head.hash,
  words: digestWords(head.hash).join(' '),
})

function printDelivered(
  { ledger }: Visit,
  response: RecordedResponse,
  check: SignedAndChecked['check'],
  made: readonly ResponsePart[],
  output: string,
): void {
  const digest = documentDigest(RecordedResponse.open(response))
  print(hang('Signed and checked: ', made.map((part) => partNames[part]).join(', ')))
  for (const { hash } of check.transactions) print(`  transaction  ${hash}`)
  if (check.operatorId !== null) print(`  operator id  ${check.operatorId}`)
  if (check.missing.length > 0)
    print(hang('Partial: ', `still missing is ${check.missing.map((part) => partNames[part]).join(', ')}`))
  print(`Recorded as entry ${response.entry.entry} of the ledger; its head is entry ${ledger.head.entry}`)
  print(`  words    ${digestWords(ledger.head.hash).join(' ')}`)
  print(`Response ${output}`)
  print(`  SHA-256  ${digest}`)
  print(`  words    ${digestWords(digest).join(' ')}`)
  print(hang('Show it: ', `airlock-cold qr ${output}`))
  print('Next, on the online machine:')
  print(`  airlock-hot verify REQUEST ${output}`)
}
