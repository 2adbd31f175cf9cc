// airlock-cold inspect REQUEST: validate and show, with no key in sight.
import { clockNow } from '../local/clock.ts'
import { readDocument } from '../local/document-file.ts'
import { plainReader } from '../local/scan.ts'
import { print, printJson } from '../local/terminal.ts'
import { reviewText } from '../local/screen.ts'
import type { UnixSeconds } from '../shared/fields.ts'
import { reviewSections } from '../shared/review.ts'
import { reviewJson } from '../shared/review-json.ts'
import { validateRequest, type ValidRequest } from './validate.ts'

/** Reads and validates a request: the file, or pictures of its codes. */
export async function loadRequest(path: string, clock: UnixSeconds): Promise<ValidRequest> {
  return validateRequest(await readDocument('reading request', path, plainReader), clock)
}

/** Shows a request. */
export async function inspect(path: string, options: { readonly json?: boolean }): Promise<void> {
  const clock = clockNow()
  const valid = await loadRequest(path, clock)
  if (options.json === true) printJson(reviewJson(valid, valid.findings))
  else print(reviewText(reviewSections(valid, clock), valid.findings, process.stdout))
}
