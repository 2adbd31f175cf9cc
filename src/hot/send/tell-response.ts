// What a checked response proves, and what to type next: said alike by verify, merge and wallet answer.
import { hang, labelled, print } from '../../local/terminal.ts'
import { coldLine, hotLine } from '../../shared/base/commands.ts'
import { buildAgainLine } from '../../shared/request/build-again.ts'
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
  if (missing.length > 0) print(hang('Partial: ', `still missing is ${missing.join(' and ')}`))
  for (const { type, where } of steps) print(where === '' ? labelled('Next: ', type) : `${where}:\n  ${type}`)
}

/** One way to go on. */
export interface NextStep {
  /** Where that is the way, to go before the command; empty where it is the only one. */
  readonly where: string
  readonly type: string
}

/** The wallet's flags, with the path that most of them begin with. */
export const WALLET_KEY = { '--path': "m/44'/60'/0'/0/0", '--fingerprint': 'HEX' } as const

/** The ways to go on from a response: each is a command to type. */
export function nextSteps(checked: Checked, request: string, response: string): readonly NextStep[] {
  const { check, document, response: made } = checked
  const pair = { REQUEST: request, RESPONSE: response }
  const [part] = check.missing.filter((each) => each !== 'transactions')
  if (check.missing.length === 0 && document.request.transaction === null)
    return [{ where: '', type: hotLine('safe', pair) }]
  if (check.missing.length === 0) return [{ where: '', type: hotLine('send', pair) }]
  if (check.missing.includes('pubkeyRegistrationParams')) return blsSteps(request, response)
  const asked = { REQUEST: request, RESPONSES: response, '--part': part ?? 'transactions' }
  // The offline program signs its three parts together: over a proof, it needs a request that carries it.
  const offline =
    made.pubkeyRegistrationParams === null
      ? coldLine('sign', { REQUEST: request, '-o': 'response.json', '--ecdsa-keystore': 'FILE' })
      : buildAgainLine(document.request, [
          ['--bls-proof', response],
          ['-o', 'request-2.json'],
        ])
  return [
    { where: 'Next, where a wallet holds the operator key', type: hotLine('wallet ask', { ...asked, ...WALLET_KEY }) },
    { where: 'Next, where an offline machine holds it', type: offline },
  ]
}

const blsSteps = (request: string, response: string): readonly NextStep[] => [
  {
    where: 'Next, on the offline machine with the BLS key',
    type: coldLine('sign', { REQUEST: request, '-o': 'bls.json', '--bls-keystore': 'FILE' }),
  },
  { where: 'Then, here', type: hotLine('merge', { REQUEST: request, RESPONSES: [response, 'bls.json'] }) },
]
