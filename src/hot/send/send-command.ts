// airlock-hot verify and send: from the response to what the contracts confirm, of one request or of a bundle.
import { checkOutput } from '../../local/files.ts'
import { findingsText } from '../../local/screen.ts'
import { print, printJson } from '../../local/terminal.ts'
import { documentKind } from '../../shared/qr/packed.ts'
import { sendBundle, verifyBundle } from './bundle-send.ts'
import { readPair } from './document-pair.ts'
import { journalFolder } from '../journal/journal.ts'
import { tellReceipt } from './keep-receipt.ts'
import { sendPair, type SendOptions } from './send-pair.ts'
import { nextSteps, printNext, printResponse, responseJson } from './tell-response.ts'
import { verified, type VerifyOptions } from './verified.ts'
import { VerifiedResponse } from '../verify/verify.ts'

/** Verifies a response and says what it proves and what is missing. */
export async function verify(requestPath: string, responsePath: string, options: VerifyOptions): Promise<void> {
  const pair = await readPair(requestPath, responsePath, journalFolder(options.journal))
  if (documentKind(pair.request) === 'bundle') return verifyBundle(pair, options)
  const { response, findings } = await verified(pair, options)
  const checked = VerifiedResponse.open(response)
  if (options.json === true) {
    const next = nextSteps(checked, requestPath, responsePath).map(({ type }) => type)
    printJson({ ...responseJson(checked), findings, next })
    return
  }
  print('The response answers this request, and every signature in it was checked.')
  printResponse(checked)
  if (findings.length > 0) print(findingsText(findings, process.stdout))
  printNext(checked, requestPath, responsePath)
}

/**
 * Sends a response's transaction and reads the state back; of a bundle, one after another.
 *
 * @param first a request or a bundle, or the name of a request in the journal
 * @param second a response; without it that of the journal
 */
export async function send(first: string, second: string | undefined, options: SendOptions): Promise<void> {
  const pair = await readPair(first, second, journalFolder(options.journal))
  if (documentKind(pair.request) === 'bundle') return sendBundle(pair, options)
  if (options.receipt !== undefined) checkOutput('preparing the receipt', options.receipt, options.force === true)
  const sent = await sendPair(pair, options)
  if (options.json === true) printJson(sent.json)
  else for (const line of sent.lines) print(line)
  const { receipt: path } = options
  if (path !== undefined && options.json !== true) tellReceipt(path, sent.receipt)
}
