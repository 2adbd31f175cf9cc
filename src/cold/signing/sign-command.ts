// airlock-cold sign REQUEST: the ceremony's offline half, gate by gate.
//
// validate, record that it was seen, ask the ledger and the policy, show, approve, unlock, sign, check, record, write. Nothing is
// asked of the person before all that can be refused has been, no key is opened before the approval, and nothing is
// written before every signature has been checked and recorded.
import { coldLine, hotLine } from '../../shared/base/commands.ts'
import { basename, dirname } from 'node:path'
import { clockNow } from '../../local/clock.ts'
import { readDocument } from '../../local/document-file.ts'
import { checkOutput, clearUnfinished, writeWhole } from '../../local/files.ts'
import { plainReader } from '../../local/scan.ts'
import { hang, labelled, print, printJson, say } from '../../local/terminal.ts'
import { partsAsked } from '../../shared/request/derive.ts'
import { digestWords, documentDigest } from '../../shared/base/document.ts'
import type { ResponsePart } from '../../shared/operation-parts/operation.ts'
import { documentKind } from '../../shared/qr/packed.ts'
import { wipe, type OpenedKeys } from '../keystore/keys.ts'
import { stateOf } from '../ledger/ledger-state.ts'
import { Ledger, ledgerFolder } from '../ledger/ledger.ts'
import { offerCode } from './offer-code.ts'
import { signBundle } from './sign-bundle.ts'
import { chooseKeystores, noteUnasked, openKeys, readCandidates } from './sign-keys.ts'
import { conditionsOf, hasEcdsa, recordDelivery, type SignOptions } from './sign-options.ts'
import type { SignedAndChecked } from './sign.ts'
import { approve, prepare, showReview, signAndRecord } from './signing.ts'
import { RecordedResponse, Visit } from './visit.ts'

/** Signs a request, or the requests of a bundle, after the person approved. */
export async function sign(path: string, options: SignOptions): Promise<void> {
  checkOutput('preparing the response', options.output, options.force === true)
  const bytes = await readDocument('reading request', path, plainReader)
  const ledger = Ledger.openOrBegin(ledgerFolder(options.ledger))
  if (documentKind(bytes) === 'bundle') {
    sayUndelivered(ledger)
    return signBundle(bytes, ledger, options)
  }
  const visit = Visit.begin(ledger, bytes, clockNow())
  await visit.during(() => rest(visit, options))
  if (options.json !== true) await offerCode(options.output)
}

/** What is done to a request that was seen: everything that stops it from here on is a decision, and recorded. */
async function rest(visit: Visit, options: SignOptions): Promise<void> {
  const { ledger } = visit
  sayUndelivered(ledger)
  const conditions = await conditionsOf(ledger, options)
  const prepared = prepare(visit, conditions, hasEcdsa(options))
  noteUnasked(visit.valid.request, options)
  const keystores = chooseKeystores(visit.valid.request, readCandidates(options))
  showReview(prepared)
  const byPolicy = options.yes === true
  const reviewed = await approve(prepared, byPolicy, keystores)
  const [keys = NO_KEYS] = await openKeys([keystores], options)
  try {
    const { response, signed } = await signAndRecord(prepared, reviewed, keys, { conditions, byPolicy })
    deliver(visit, response, signed, options)
  } finally {
    wipe(keys)
  }
}

const NO_KEYS: OpenedKeys = { ecdsa: null, bls: null, signing: null }

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
  print(labelled('Show it: ', coldLine('qr', { FILE: output })))
  print('Next, on the online machine:')
  print(`  ${hotLine('verify', { RESPONSE: output })}`)
}
