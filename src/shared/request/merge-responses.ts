// Parts of one response, made on several machines, put together.
//
// Nothing is judged here but whether the parts fit: each response is checked against the request before, and the whole once
// more after (check-response.ts). The same part with other bytes is refused, also where both are true: two signatures of one
// thing mean that two keys, or one key twice, signed what was to be signed once. Of each ledger the newest anchor stays.
import { MAX_ANCHORS, type Anchor } from '../base/anchor.ts'
import { responseParts, type ResponsePart } from '../operation-parts/operation.ts'
import { canonicalLine } from '../base/document.ts'
import type { Problem } from '../base/errors.ts'
import { quote } from '../base/quote.ts'
import type { SignedResponse } from './response.ts'

/** A response, and what a person calls it: its path. */
export interface NamedResponse {
  readonly name: string
  readonly response: MergedResponse
}

/** A response without the line that says what it is. */
export type MergedResponse = Omit<SignedResponse, 'airlock'>

/**
 * Puts responses to one request together.
 *
 * @param responses at least one, all to the same request
 * @returns the whole, worth nothing where there are problems (parts_conflict, anchor_contradicts, field_invalid)
 */
export function mergeResponses(responses: readonly [NamedResponse, ...NamedResponse[]]): {
  readonly merged: MergedResponse
  readonly problems: readonly Problem[]
} {
  const anchors = mergedAnchors(responses)
  const merged = {
    anchors: anchors.merged,
    requestDigest: responses[0].response.requestDigest,
    keySignature: firstOf(responses, 'keySignature'),
    operatorSignature: firstOf(responses, 'operatorSignature'),
    pubkeyRegistrationParams: firstOf(responses, 'pubkeyRegistrationParams'),
    transactions: firstOf(responses, 'transactions'),
  }
  return { merged, problems: [...responseParts.flatMap((part) => conflicts(responses, part)), ...anchors.problems] }
}

function firstOf<Part extends ResponsePart>(responses: readonly NamedResponse[], part: Part): MergedResponse[Part] {
  return responses.find(({ response }) => response[part] !== null)?.response[part] ?? null
}

function conflicts(responses: readonly NamedResponse[], part: ResponsePart): readonly Problem[] {
  const [first, ...others] = responses.filter(({ response }) => response[part] !== null)
  if (first === undefined) return []
  const spelled = (response: MergedResponse): string => canonicalLine({ part: response[part] })
  return others
    .filter(({ response }) => spelled(response) !== spelled(first.response))
    .map(({ name }) => ({
      code: 'parts_conflict',
      message: `${part} in ${quote(name)} is not the one in ${quote(first.name)}: one part, signed twice`,
      hint: 'find out who signed twice, and why; then leave one of the two responses out',
    }))
}

function mergedAnchors(responses: readonly NamedResponse[]): {
  readonly merged: readonly Anchor[]
  readonly problems: readonly Problem[]
} {
  const all = responses.flatMap(({ name, response: { anchors } }) => anchors.map((anchor) => ({ name, anchor })))
  const newest = new Map<string, Anchor>()
  const problems: Problem[] = []
  for (const { name, anchor } of all) {
    const known = newest.get(anchor.ledger)
    if (known?.entry === anchor.entry && known.hash !== anchor.hash) problems.push(contradiction(name, anchor, known))
    if (known === undefined || known.entry < anchor.entry) newest.set(anchor.ledger, anchor)
  }
  if (newest.size > MAX_ANCHORS) {
    const message = `the responses are recorded in ${newest.size} ledgers, expected at most ${MAX_ANCHORS}`
    problems.push({ code: 'field_invalid', message, hint: 'leave out the responses whose parts others have too' })
  }
  return { merged: [...newest.values()].toSorted((a, b) => (a.ledger < b.ledger ? -1 : 1)), problems }
}

const contradiction = (name: string, { entry, hash, ledger }: Anchor, known: Anchor): Problem => ({
  code: 'anchor_contradicts',
  message: `entry ${entry} of ledger ${ledger} has the hash ${hash}... in ${quote(name)}, and ${known.hash}... in another response: one number, two entries`,
  hint: 'send nothing and sign nothing more: the ledger was rolled back or copied; see docs/evidence.md',
})
