// From bytes that arrived to a request that may be shown: the first of the offline side's three gates.
//
// Checked, in this order: spelling, schema and ranges; then everything that can be said about the fields, with every
// refusal at once; then that two independent encoders agree on all that would be signed. Nothing that arrived is used
// as a digest, a point, calldata or a transaction: those are derived here.
import { derive, type DerivedRequest } from '../../shared/request/derive.ts'
import { refuseAll } from '../../shared/base/errors.ts'
import type { UnixSeconds } from '../../shared/base/fields.ts'
import type { Finding } from '../../shared/base/finding.ts'
import { judge, refusals } from '../../shared/request/findings.ts'
import { decodeRequest } from '../../shared/request/request.ts'
import { compareRequest } from './second-opinion.ts'

/** A request that is well-formed, true as far as this machine can tell, and derived anew. */
export interface ValidRequest extends DerivedRequest {
  readonly findings: readonly Finding[]
}

/**
 * Validates the bytes of a request.
 *
 * @param bytes the file's content
 * @param clock what this machine's clock shows
 * @throws AirlockError with every problem of the stage that refused
 */
export function validateRequest(bytes: Uint8Array, clock: UnixSeconds): ValidRequest {
  const doing = 'checking request'
  const document = decodeRequest(doing, bytes)
  const findings = judge(document.request, clock)
  refuseAll(doing, refusals(findings))
  const derived = derive(document)
  compareRequest(derived)
  return { ...derived, findings }
}
