// What a checked response proves, and what to type next: said alike by verify, merge and wallet answer.
import { hang, print } from '../../local/terminal.ts'
import type { ResponseCheck } from '../../shared/request/check-response.ts'
import type { MergedResponse } from '../../shared/request/merge-responses.ts'
import { ecdsaSignerOf } from '../../shared/request/derive.ts'
import type { RequestDocument } from '../../shared/request/request.ts'

/** A response that was checked against its request. */
export interface Checked {
  readonly document: RequestDocument
  readonly response: MergedResponse
  readonly check: ResponseCheck
}

/** The response as data. */
export function responseJson({ check, document, response }: Checked): object {
  const { missing, operatorId, transactions } = check
  return {
    requestDigest: document.digest,
    words: document.words.join(' '),
    complete: missing.length === 0,
    missing,
    transactions,
    operatorId,
    anchors: response.anchors,
  }
}

/** Prints who signed what, and where that is recorded. */
export function printResponse({ check, document, response }: Checked): void {
  print(`  request      ${document.digest}`)
  print(`  signer       ${ecdsaSignerOf(document.request) ?? 'none but the BLS key'}`)
  if (check.operatorId !== null) print(`  operator id  ${check.operatorId}`)
  for (const { hash } of check.transactions) print(`  transaction  ${hash}`)
  for (const { entry, ledger } of response.anchors) print(`  recorded     entry ${entry} of ledger ${ledger}`)
  if (response.anchors.length === 0) print('  recorded     in no ledger: signed by a wallet')
}

/** Prints what is missing, and the commands that get it. */
export function printNext(checked: Checked, requestPath: string, responsePath: string): void {
  const { missing } = checked.check
  const steps = nextSteps(checked, requestPath, responsePath)
  if (missing.length === 0) print(`Next: ${steps.map(({ type }) => type).join('')}`)
  else print(hang('Partial: ', `still missing is ${missing.join(' and ')}`))
  for (const { type, where } of steps) if (where !== '') print(`${where}:\n  ${folded(type)}`)
}

/** A command on two lines where one would be longer than the screen. */
const folded = (command: string): string => (command.length > 78 ? command.replace(' --', ' \\\n      --') : command)

/** One way to go on. */
export interface NextStep {
  /** Where that is the way, to go before the command; empty where it is the only one. */
  readonly where: string
  readonly type: string
}

/** The wallet's flags, with the path that most of them begin with. */
export const WALLET_KEY = `--path "m/44'/60'/0'/0/0" --fingerprint HEX`

/** The ways to go on from a response: each is a command to type. */
export function nextSteps(checked: Checked, request: string, response: string): readonly NextStep[] {
  const { check, response: made } = checked
  const [part] = check.missing.filter((each) => each !== 'transactions')
  if (check.missing.length === 0 && checked.document.request.transaction === null)
    return [{ where: '', type: `airlock-hot safe ${request} ${response} -o safe.json --rpc-url URL` }]
  if (check.missing.length === 0) return [{ where: '', type: `airlock-hot send ${request} ${response} --rpc-url URL` }]
  if (check.missing.includes('pubkeyRegistrationParams')) return blsSteps(request, response)
  const ask = `airlock-hot wallet ask ${request} ${response} --part ${part ?? 'transactions'} ${WALLET_KEY}`
  // The offline program signs its three parts together: over a proof, it needs a request that carries it.
  const offline =
    made.pubkeyRegistrationParams === null
      ? `airlock-cold sign ${request} -o response.json --ecdsa-keystore FILE`
      : `airlock-hot build register ... --bls-proof ${response} -o request-2.json`
  return [
    { where: 'Next, where a wallet holds the operator key', type: ask },
    { where: 'Next, where an offline machine holds it', type: offline },
  ]
}

const blsSteps = (request: string, response: string): readonly NextStep[] => [
  {
    where: 'Next, on the offline machine with the BLS key',
    type: `airlock-cold sign ${request} -o bls.json --bls-keystore FILE`,
  },
  { where: 'Then, here', type: `airlock-hot merge ${request} ${response} bls.json -o response.json` },
]
