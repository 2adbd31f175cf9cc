// airlock-cold sign REQUEST: the ceremony's offline half, gate by gate.
//
// validate, record that it was seen, ask the ledger, show, approve, unlock, sign, check, record, write. Nothing is asked of the
// person before all that can be refused has been, no key is opened before the approval, and nothing is written before
// every signature has been checked and recorded.
import { basename, dirname } from 'node:path'
import { clockNow } from '../local/clock.ts'
import { readDocument } from '../local/document-file.ts'
import { checkOutput, clearUnfinished, writeWhole } from '../local/files.ts'
import { plainReader } from '../local/scan.ts'
import { reviewText } from '../local/screen.ts'
import { showCodes } from '../local/show-codes.ts'
import { hang, print, printJson, say } from '../local/terminal.ts'
import { partsAsked, type ResponsePart } from '../shared/derive.ts'
import { digestWords, documentDigest } from '../shared/document.ts'
import { refuseAll, type Problem } from '../shared/errors.ts'
import { ordered } from '../shared/findings.ts'
import { reviewSections, reviewSummary } from '../shared/review.ts'
import { repetitions } from './equivocation.ts'
import { intentOf, ledgerProblems } from './gate.ts'
import { wipe, type OpenedKeys } from './keys.ts'
import { stateOf } from './ledger-state.ts'
import { Ledger, ledgerFolder } from './ledger.ts'
import { askLine } from './prompt.ts'
import { ReviewedRequest } from './review.ts'
import { neededKeystores, openKeys, type KeyOptions } from './sign-keys.ts'
import { signReviewed, type SignedAndChecked } from './sign.ts'
import type { ValidRequest } from './validate.ts'
import { keyBound, RecordedResponse, Visit } from './visit.ts'

export interface SignOptions extends KeyOptions {
  readonly output: string
  readonly ledger?: string
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
  refuseAll('asking the ledger', visitProblems(visit, { ecdsa: options.ecdsaKeystore !== undefined, bls: null }))
  const valid = withHistory(visit)
  const keystores = neededKeystores(valid, options)
  const clock = clockNow()
  const sections = reviewSections(valid, clock)
  say(`${reviewText(sections, valid.findings, process.stderr)}\n`)
  say(`${hang('In short: ', reviewSummary(valid))}\n`)
  const reviewed = await ReviewedRequest.review(valid, askLine)
  const keys = await openKeys(keystores, options)
  try {
    const signed = await signReviewed(reviewed, keys)
    const review = `${reviewText(sections, valid.findings, { isTTY: false })}\n`
    const decision = { approvals: [], keys, review, reviewedBy: 'person' } as const
    const response = visit.record(signed.signatures, decision, () => {
      refuseAll('recording', visitProblems(visit, { ecdsa: keys.ecdsa !== null, bls: keys.bls }))
    })
    deliver(visit, response, signed, options)
  } finally {
    wipe(keys)
  }
}

/** What forbids this visit now, with the keys as far as they are known. */
function visitProblems(
  visit: Visit,
  keys: { readonly ecdsa: boolean; readonly bls: OpenedKeys['bls'] },
): readonly Problem[] {
  const { ledger, valid, facts } = visit
  const intent = intentOf(valid, facts, { ecdsa: keys.ecdsa, operatorId: keyBound(valid, keys) })
  return ledgerProblems(ledger, intent, valid.request.anchors, { oneBlsKeyPerAvs: true, clock: clockNow() })
}

/** The request with what the ledger adds to its findings. */
function withHistory({ ledger, valid, facts }: Visit): ValidRequest {
  const intent = intentOf(valid, facts, { ecdsa: true, operatorId: keyBound(valid, { bls: null }) })
  const found = repetitions(intent, stateOf(ledger).signed, clockNow())
  return { ...valid, findings: ordered([...valid.findings, ...found]) }
}

/** Signatures that an earlier run recorded, and that nobody may have got. */
function sayUndelivered(ledger: Ledger): void {
  for (const { body, entry } of stateOf(ledger).undelivered) {
    if (body?.event !== 'signed') continue
    const what = `entry ${entry}: recorded, may not have been delivered. Signing that request again gives the same response`
    say(hang('note: ', `${what}: request ${body.request.digest}`))
  }
}

/** Offers to show the response at once. It is written already: whatever happens here, the command is done. */
async function offerCode(path: string): Promise<void> {
  if (!process.stdout.isTTY) return
  const answer = await askLine('\nShow it as QR code now? [y/N] ').catch(() => '')
  if (/^y(es)?$/i.test(answer.trim())) await showCodes(path, {})
}

const partNames: Readonly<Record<ResponsePart, string>> = {
  operatorSignature: 'OperatorAVSRegistration (ECDSA)',
  pubkeyRegistrationParams: 'BN254PubkeyRegistration (BLS)',
  transactions: 'the transaction (ECDSA)',
}

/** Writes the response and says what it is and what comes next. */
function deliver(visit: Visit, response: RecordedResponse, signed: SignedAndChecked, options: SignOptions): void {
  const bytes = RecordedResponse.open(response)
  // A run that was stopped before may have left half of this very response.
  clearUnfinished(dirname(options.output), basename(options.output))
  writeWhole('writing the response', options.output, bytes, options.force === true)
  visit.delivered(response)
  const { check, signatures } = signed
  const made = partsAsked(visit.valid.request).filter((part) => signatures[part] !== null)
  if (options.json === true) printJson(deliveredJson(visit, response, signed, made, options.output))
  else printDelivered(visit, response, check, made, options.output)
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
  print(`Signed and checked: ${made.map((part) => partNames[part]).join(', ')}`)
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
