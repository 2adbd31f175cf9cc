// airlock-cold inspect REQUEST: validate and show, with no key in sight.
import { readBounded } from '../local/files.ts'
import { print, printJson } from '../local/terminal.ts'
import { reviewText } from '../local/screen.ts'
import { MAX_DOCUMENT_BYTES } from '../shared/document.ts'
import type { UnixSeconds } from '../shared/fields.ts'
import { reviewSections } from '../shared/review.ts'
import { reviewJson } from '../shared/review-json.ts'
import { validateRequest, type ValidRequest } from './validate.ts'

/** This machine's clock, in seconds. */
export const clockNow = (): UnixSeconds => Math.floor(Date.now() / 1000) as UnixSeconds

/** Reads and validates a request file. */
export function loadRequest(path: string, clock: UnixSeconds): ValidRequest {
  return validateRequest(readBounded('reading request', path, MAX_DOCUMENT_BYTES), clock)
}

/** Shows a request. */
export function inspect(path: string, options: { readonly json?: boolean }): void {
  const clock = clockNow()
  const valid = loadRequest(path, clock)
  if (options.json === true) printJson(reviewJson(valid, valid.findings))
  else print(reviewText(reviewSections(valid, clock), valid.findings, process.stdout))
}
