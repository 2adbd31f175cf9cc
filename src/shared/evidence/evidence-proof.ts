// What one signing in a pack of evidence proves: its digests derived again from the request, its signatures checked against
// them, its response bound to this very entry, its receipt bound to a transaction that was signed.
//
// Checked with the functions that both programs sign and send with. A document that was left out leaves that much unproven;
// one that is there and says something else is a contradiction.
import { checkResponse, type ResponseCheck } from '../request/check-response.ts'
import {
  derive,
  ecdsaSignerOf,
  messagesAsked,
  namedOperatorId,
  proofMessage,
  type DerivedRequest,
} from '../request/derive.ts'
import { canonicalLine, type DocumentDigest } from '../base/document.ts'
import type { Problem } from '../base/errors.ts'
import { decoded, entriesOf, shownDocument, wrong, type EntryOf, type EvidenceView } from './evidence-view.ts'
import { maySign } from './evidence-references.ts'
import { readResponse } from './evidence-responses.ts'
import type { Bytes32 } from '../base/fields.ts'
import { messagesOf } from '../operations/operation-kinds.ts'
import { decodeReceipt, type Receipt } from '../ledger/receipt-document.ts'
import { decodeRequest } from '../request/request.ts'
import { factsOf } from '../ledger/request-facts.ts'
import type { SignedResponse } from '../request/response.ts'
import { signedDigestsOf, type SignedDigests } from '../ledger/signed-digests.ts'
import type { UnsignedRequest } from '../request/request.ts'

/** A response of a signing, checked. */
export interface ResponseProof {
  /** The entry that recorded that it was written. */
  readonly entry: number
  readonly digest: DocumentDigest
  /** Hashes of the transactions that it signs, lowest fee rung first; none where it is partial. */
  readonly transactions: readonly Bytes32[]
}

/** What is proven of a signing. */
export interface SignedProof {
  readonly entry: number
  /** Null where the request was left out: then nothing is derived. */
  readonly request: DerivedRequest | null
  /** The digests that were derived again and are the recorded ones. */
  readonly derived: SignedDigests
  /** Responses whose every signature was checked. */
  readonly responses: readonly ResponseProof[]
  readonly reviewShown: boolean
  /** True where there was no policy, or it is shown. */
  readonly policyShown: boolean
}

/** What is proven of a receipt. */
export interface ReceiptProof {
  readonly entry: number
  readonly receipt: Receipt | null
  /** True where a response that is shown signs that very transaction. */
  readonly transactionProven: boolean
}

/**
 * Proves a signing as far as its documents are shown.
 *
 * @param proofs gets the proof
 * @returns what contradicts it
 */
export async function proveSigned(
  view: EvidenceView,
  entry: EntryOf<'signed'>,
  proofs: SignedProof[],
): Promise<readonly Problem[]> {
  const { body } = entry
  const { request, problems: requestProblems } = proveRequest(view, entry)
  const { responses, derived, problems } = await proveResponses(view, entry, request)
  proofs.push({
    entry: entry.entry,
    request,
    derived: request === null ? [] : derived,
    responses,
    reviewShown: shownDocument(view, body.review) !== null,
    policyShown: body.policy === null || shownDocument(view, body.policy) !== null,
  })
  return [...requestProblems, ...reviewProblems(view, entry), ...problems]
}

interface RequestProof {
  readonly request: DerivedRequest | null
  readonly problems: readonly Problem[]
}

function proveRequest(view: EvidenceView, { body, entry }: EntryOf<'signed'>): RequestProof {
  const { digest } = body.request
  const what = `the request of entry ${entry}`
  const read = decoded('evidence_request_differs', what, shownDocument(view, digest), (bytes) =>
    derive(decodeRequest('checking the evidence', bytes)),
  )
  if (read.value === null) return { request: null, problems: read.problems }
  if (canonicalLine(factsOf(read.value)) === canonicalLine(body.request)) return { request: read.value, problems: [] }
  const seen = `entry ${entry} records other facts of request ${digest} than the request has`
  return { request: read.value, problems: [wrong('evidence_request_differs', seen)] }
}

function reviewProblems(view: EvidenceView, { body, entry }: EntryOf<'signed'>): readonly Problem[] {
  const review = shownDocument(view, body.review)
  if (review === null || new TextDecoder().decode(review).includes(body.request.digest)) return []
  return [
    wrong('evidence_request_differs', `the review of entry ${entry} is not one of request ${body.request.digest}`),
  ]
}

async function proveResponses(
  view: EvidenceView,
  entry: EntryOf<'signed'>,
  request: DerivedRequest | null,
): Promise<{
  readonly responses: readonly ResponseProof[]
  readonly derived: SignedDigests
  readonly problems: readonly Problem[]
}> {
  const responses: ResponseProof[] = []
  const problems: Problem[] = []
  let derived: SignedDigests = []
  for (const delivered of entriesOf(view.entries, 'delivered').filter(({ body: { of } }) => of === entry.entry)) {
    const { body, entry: delivery } = delivered
    const { problems: untrue, response } = readResponse(view, delivered)
    problems.push(...untrue)
    if (response === null) continue
    if (request === null) continue
    const check = await checkResponse(request, response)
    problems.push(...signatureProblems(entry, delivery, request.request, response, check))
    if (check.problems.length > 0) continue
    responses.push({ entry: delivery, digest: body.response, transactions: check.transactions.map(({ hash }) => hash) })
    derived = signedDigestsOf(request, response)
    problems.push(...digestProblems(entry, derived, body.response))
  }
  if (request !== null && responses.length === 0) {
    derived = derivedAlone(request, entry)
    problems.push(...missingDigestProblems(entry, derived))
  }
  return { responses, derived, problems }
}

function signatureProblems(
  { body, entry }: EntryOf<'signed'>,
  delivery: number,
  request: UnsignedRequest,
  response: SignedResponse,
  check: ResponseCheck,
): readonly Problem[] {
  const where = `entry ${entry}, response of entry ${delivery}`
  const untrue = check.problems.map(({ code, message }) =>
    wrong('evidence_signature_wrong', `${where}: ${message} (${code})`),
  )
  if (untrue.length > 0) return untrue
  const ecdsa = response.operatorSignature !== null || response.transactions !== null
  const keys = { address: ecdsa ? ecdsaSignerOf(request) : null, operatorId: keyBound(request, check) }
  if (canonicalLine(keys) === canonicalLine(body.keys)) return []
  const seen = `records the keys ${keysText(body.keys)}, its signatures are by ${keysText(keys)}`
  return [wrong('evidence_signature_wrong', `${where}: entry ${entry} ${seen}`)]
}

const keysText = ({ address, operatorId: id }: EntryOf<'signed'>['body']['keys']): string =>
  `${address ?? 'no ECDSA key'} and ${id ?? 'no BLS key'}`

/** The BLS key that was bound: of the proof in the response or in the request, else the one that the request names. */
function keyBound(request: UnsignedRequest, { operatorId: proven }: ResponseCheck): Bytes32 | null {
  return proofMessage(messagesOf(request)) === null ? null : (proven ?? namedOperatorId(request))
}

function digestProblems(
  { body, entry }: EntryOf<'signed'>,
  derived: SignedDigests,
  response: DocumentDigest,
): readonly Problem[] {
  if (JSON.stringify(derived.map(pair)) === JSON.stringify(body.digests.map(pair))) return []
  const seen = `entry ${entry} records other digests than those that follow from its request and response ${response}`
  return [wrong('evidence_digest_wrong', seen)]
}

const pair = ({ digest, part }: SignedDigests[number]): readonly string[] => [part, digest]

/** The digests that follow from the request alone, of the parts that the entry says were signed. */
function derivedAlone(request: DerivedRequest, { body }: EntryOf<'signed'>): SignedDigests {
  return messagesAsked(request.messages)
    .filter(({ part }) => body.digests.some((signed) => signed.part === part))
    .map(({ part, hashes }) => ({ digest: hashes.digest, part }))
}

function missingDigestProblems({ body, entry }: EntryOf<'signed'>, derived: SignedDigests): readonly Problem[] {
  const recorded = new Set(body.digests.map((each) => pair(each).join(' ')))
  return derived
    .filter((each) => !recorded.has(pair(each).join(' ')))
    .map(({ digest, part }) =>
      wrong(
        'evidence_digest_wrong',
        `entry ${entry} records another digest of ${part} than ${digest}, which follows from its request`,
      ),
    )
}

/**
 * Holds a receipt against what was signed.
 *
 * @param signed the proofs of the entries before it
 * @param proofs gets the proof
 * @returns what contradicts it
 */
export function proveReceipt(
  view: EvidenceView,
  { body, entry }: EntryOf<'receipt'>,
  signed: readonly SignedProof[],
  proofs: ReceiptProof[],
): readonly Problem[] {
  const problems: Problem[] = []
  const what = `the receipt of entry ${entry}`
  if (!maySign(view.entries, body.request, entry))
    problems.push(
      wrong('evidence_reference_wrong', `${what} is about request ${body.request}, which no entry before it signed`),
    )
  const read = decoded('evidence_receipt_wrong', what, shownDocument(view, body.receipt), (bytes) =>
    decodeReceipt('checking the evidence', bytes),
  )
  const receipt = read.value
  const hashes = transactionsOf(view, body.request, signed)
  const transactionProven = receipt !== null && hashes.includes(receipt.transaction)
  proofs.push({ entry, receipt, transactionProven })
  problems.push(...read.problems)
  if (receipt !== null && receipt.requestDigest !== body.request)
    problems.push(
      wrong(
        'evidence_receipt_wrong',
        `${what} is about request ${receipt.requestDigest}, the entry about ${body.request}`,
      ),
    )
  if (receipt !== null && hashes.length > 0 && !transactionProven)
    problems.push(
      wrong(
        'evidence_receipt_wrong',
        `${what} is of transaction ${receipt.transaction}, which was not signed: ${hashes.join(', ')}`,
      ),
    )
  return problems
}

/** The transactions that the shown responses to a request sign. */
function transactionsOf(
  { entries }: EvidenceView,
  request: DocumentDigest,
  signed: readonly SignedProof[],
): readonly Bytes32[] {
  const of = new Set(
    entriesOf(entries, 'signed')
      .filter(({ body }) => body.request.digest === request)
      .map(({ entry }) => entry),
  )
  return signed
    .filter(({ entry }) => of.has(entry))
    .flatMap(({ responses }) => responses.flatMap(({ transactions }) => transactions))
}
