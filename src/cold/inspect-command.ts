// airlock-cold inspect REQUEST: validate and show, with no key in sight.
import { clockNow } from '../local/clock.ts'
import { readDocument } from '../local/document-file.ts'
import { plainReader } from '../local/scan.ts'
import { print, printJson } from '../local/terminal.ts'
import { reviewText } from '../local/screen.ts'
import type { UnixSeconds } from '../shared/fields.ts'
import { reviewSections } from '../shared/review.ts'
import { reviewJson } from '../shared/review-json.ts'
import { Ledger, ledgerFolder } from './ledger.ts'
import { stateOf, type LedgerState } from './ledger-state.ts'
import { ledgerExists } from './ledger-store.ts'
import { networkState } from './network-state.ts'
import { loadPolicy } from './policy.ts'
import { findingsUnder, policySection, verdictsOn, type Conditions } from './policy-gate.ts'
import { adoptedPolicy } from './policy-in-force.ts'
import { keyBound } from './visit.ts'
import { validateRequest, type ValidRequest } from './validate.ts'

/** Reads and validates a request: the file, or pictures of its codes. */
export async function loadRequest(path: string, clock: UnixSeconds): Promise<ValidRequest> {
  return validateRequest(await readDocument('reading request', path, plainReader), clock)
}

export interface InspectOptions {
  readonly ledger?: string
  readonly policy?: string
  readonly json?: boolean
}

/** Shows a request, and what the policy says of it. */
export async function inspect(path: string, options: InspectOptions): Promise<void> {
  const clock = clockNow()
  const valid = await loadRequest(path, clock)
  const { policy, signed } = policyShown(options)
  const conditions = { policy, approvals: null, network: networkState() }
  const verdicts = verdictsOn(valid, conditions, signed, { operatorId: keyBound(valid, { bls: null }), clock })
  const findings = findingsUnder(valid, policy)
  const sections = [...reviewSections(valid, clock), policySection(policy, verdicts)]
  if (options.json === true) {
    const judged = policy && { digest: policy.digest, words: policy.words.join(' '), verdicts }
    printJson({ ...reviewJson(valid, findings), policy: judged })
  } else print(reviewText(sections, findings, process.stdout))
}

/** The policy named, else the one that the ledger has; and what was signed before, where there is a ledger. */
function policyShown(options: InspectOptions): Pick<Conditions, 'policy'> & Pick<LedgerState, 'signed'> {
  const named = options.policy === undefined ? null : loadPolicy(options.policy)
  const folder = options.ledger ?? (process.env['HOME'] === undefined ? null : ledgerFolder(undefined))
  if (folder === null || (options.ledger === undefined && !ledgerExists(folder))) return { policy: named, signed: [] }
  const ledger = Ledger.open(folder)
  return { policy: named ?? adoptedPolicy(ledger), signed: stateOf(ledger).signed }
}
