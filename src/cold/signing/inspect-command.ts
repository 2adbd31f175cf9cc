// airlock-cold inspect REQUEST: validate and show, with no key in sight; of a bundle each of its requests.
import { clockNow } from '../../local/clock.ts'
import { readDocument } from '../../local/document-file.ts'
import { plainReader } from '../../local/scan.ts'
import { print, printJson } from '../../local/terminal.ts'
import { reviewText } from '../../local/screen.ts'
import type { UnixSeconds } from '../../shared/base/fields.ts'
import { decodeBundle } from '../../shared/request/bundle.ts'
import { documentKind } from '../../shared/qr/packed.ts'
import { reviewSections } from '../../shared/request/review.ts'
import { reviewJson } from '../../shared/request/review-json.ts'
import { Ledger, ledgerFolder } from '../ledger/ledger.ts'
import { stateOf, type LedgerState } from '../ledger/ledger-state.ts'
import { ledgerExists } from '../ledger/ledger-store.ts'
import { networkState } from '../machine/network-state.ts'
import { loadPolicy } from '../policy/policy.ts'
import { findingsUnder, policySection, verdictsOn, type Conditions } from '../policy/policy-gate.ts'
import { adoptedPolicy } from '../policy/policy-in-force.ts'
import { keyBound } from './visit.ts'
import { validateRequest, type ValidRequest } from '../validate/validate.ts'

/** Reads and validates a request: the file, or pictures of its codes. */
export async function loadRequest(path: string, clock: UnixSeconds): Promise<ValidRequest> {
  return validateRequest(await readDocument('reading request', path, plainReader), clock)
}

export interface InspectOptions {
  readonly ledger?: string
  readonly policy?: string
  readonly json?: boolean
}

/** Shows a request, or each of a bundle, and what the policy says of it. */
export async function inspect(path: string, options: InspectOptions): Promise<void> {
  const bytes = await readDocument('reading request', path, plainReader)
  if (documentKind(bytes) !== 'bundle') {
    const shown = inspected(bytes, options)
    if (options.json === true) printJson(shown.json)
    else print(shown.text)
    return
  }
  const { digest, requests, words } = decodeBundle('reading bundle', bytes)
  const all = requests.map((request) => inspected(request.bytes, options))
  if (options.json === true) {
    printJson({ digest, words: words.join(' '), requests: all.map(({ json }) => json) })
    return
  }
  print(`Bundle of ${requests.length} requests\n  SHA-256  ${digest}\n  words    ${words.join(' ')}`)
  for (const [place, { text }] of all.entries()) print(`\nRequest ${place + 1} of ${requests.length}\n\n${text}`)
}

/** A request as it is shown, and as data. */
function inspected(bytes: Uint8Array, options: InspectOptions): { readonly text: string; readonly json: object } {
  const clock = clockNow()
  const valid = validateRequest(bytes, clock)
  const { policy, signed } = policyShown(options)
  const conditions = { policy, approvals: null, network: networkState() }
  const verdicts = verdictsOn(valid, conditions, signed, { operatorId: keyBound(valid, { bls: null }), clock })
  const findings = findingsUnder(valid, policy)
  const sections = [...reviewSections(valid, clock), policySection(policy, verdicts)]
  const judged = policy && { digest: policy.digest, words: policy.words.join(' '), verdicts }
  return {
    text: reviewText(sections, findings, process.stdout),
    json: { ...reviewJson(valid, findings), policy: judged },
  }
}

/** The policy named, else the one that the ledger has; and what was signed before, where there is a ledger. */
function policyShown(options: InspectOptions): Pick<Conditions, 'policy'> & Pick<LedgerState, 'signed'> {
  const named = options.policy === undefined ? null : loadPolicy(options.policy)
  const folder = options.ledger ?? (process.env['HOME'] === undefined ? null : ledgerFolder(undefined))
  if (folder === null || (options.ledger === undefined && !ledgerExists(folder))) return { policy: named, signed: [] }
  const ledger = Ledger.open(folder)
  return { policy: named ?? adoptedPolicy(ledger), signed: stateOf(ledger).signed }
}
