// airlock-hot show FILE: a request as both sides see it, without a chain and without a key.
import { readDocument } from '../local/document-file.ts'
import { reviewText } from '../local/screen.ts'
import { hang, print, printJson } from '../local/terminal.ts'
import { derive } from '../shared/request/derive.ts'
import { judge } from '../shared/request/findings.ts'
import { decodeBundle } from '../shared/request/bundle.ts'
import { documentKind } from '../shared/qr/packed.ts'
import { decodeRequest } from '../shared/request/request.ts'
import { reviewSections, reviewSummary } from '../shared/request/review.ts'
import { reviewJson } from '../shared/request/review-json.ts'
import { clockNow } from '../local/clock.ts'
import { zxingReader } from './scan/zxing.ts'

/** Shows a request with its findings, refusals included. */
export async function show(path: string, options: { readonly json?: boolean }): Promise<void> {
  const clock = clockNow()
  const doing = 'reading the request'
  const bytes = await readDocument(doing, path, zxingReader)
  if (documentKind(bytes) === 'bundle') {
    showBundle(bytes, options)
    return
  }
  const derived = derive(decodeRequest(doing, bytes))
  const findings = judge(derived.request, clock)
  if (options.json === true) printJson(reviewJson(derived, findings))
  else print(reviewText(reviewSections(derived, clock), findings, process.stdout))
}

/** Shows the requests of a bundle, a sentence each. */
function showBundle(bytes: Uint8Array, options: { readonly json?: boolean }): void {
  const { digest, words, requests } = decodeBundle('reading the bundle', bytes)
  const derived = requests.map(({ document }) => derive(document))
  const clock = clockNow()
  if (options.json === true) {
    const members = derived.map((each) => reviewJson(each, judge(each.request, clock)))
    printJson({ digest, words: words.join(' '), requests: members })
    return
  }
  print(`Bundle of ${requests.length} requests`)
  print(`  SHA-256  ${digest}`)
  print(`  words    ${words.join(' ')}`)
  derived.forEach((each, place) => {
    const nonce = each.request.transaction === null ? 'no transaction' : `nonce ${each.request.transaction.nonce}`
    print(hang(`  ${place + 1}  `, `${reviewSummary(each)}; ${nonce}`))
  })
}
