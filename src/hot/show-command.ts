// airlock-hot show FILE: a request as both sides see it, without a chain and without a key.
import { readBounded } from '../local/files.ts'
import { reviewText } from '../local/screen.ts'
import { print, printJson } from '../local/terminal.ts'
import { derive } from '../shared/derive.ts'
import { MAX_DOCUMENT_BYTES } from '../shared/document.ts'
import { judge } from '../shared/findings.ts'
import { decodeRequest } from '../shared/request.ts'
import { reviewSections } from '../shared/review.ts'
import { reviewJson } from '../shared/review-json.ts'
import { clockNow } from './build-register.ts'

/** Shows a request with its findings, refusals included. */
export function show(path: string, options: { readonly json?: boolean }): void {
  const clock = clockNow()
  const doing = 'reading the request'
  const derived = derive(decodeRequest(doing, readBounded(doing, path, MAX_DOCUMENT_BYTES)))
  const findings = judge(derived.request, clock)
  if (options.json === true) printJson(reviewJson(derived, findings))
  else print(reviewText(reviewSections(derived, clock), findings, process.stdout))
}
