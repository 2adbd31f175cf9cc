// airlock-hot show FILE: a request as both sides see it, without a chain and without a key.
import { readDocument } from '../local/document-file.ts'
import { reviewText } from '../local/screen.ts'
import { print, printJson } from '../local/terminal.ts'
import { derive } from '../shared/derive.ts'
import { judge } from '../shared/findings.ts'
import { decodeRequest } from '../shared/request.ts'
import { reviewSections } from '../shared/review.ts'
import { reviewJson } from '../shared/review-json.ts'
import { clockNow } from '../local/clock.ts'
import { zxingReader } from './zxing.ts'

/** Shows a request with its findings, refusals included. */
export async function show(path: string, options: { readonly json?: boolean }): Promise<void> {
  const clock = clockNow()
  const doing = 'reading the request'
  const derived = derive(decodeRequest(doing, await readDocument(doing, path, zxingReader)))
  const findings = judge(derived.request, clock)
  if (options.json === true) printJson(reviewJson(derived, findings))
  else print(reviewText(reviewSections(derived, clock), findings, process.stdout))
}
