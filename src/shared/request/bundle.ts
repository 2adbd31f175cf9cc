// bundle/1: several requests that cross the gap together, and bundle-responses/1: what comes back.
//
// Canonical JSON like the other documents, one page in docs/bundle-format.md. A bundle is a container and nothing more: each of
// its requests is a request/1 with a digest of its own, judged, shown, signed, recorded and sent as if it had come alone; what
// they share (the blocks that they were read at) is written once. Two of them may share a nonce of one sender: they are
// alternatives then, of which the chain takes one.
//
// Refused: no request or more than 256, a block that no request names, the same request twice.
import { coldCommand, hotCommand } from '../base/commands.ts'
import * as z from 'zod'
import {
  checksum,
  decodeDocument,
  digestField,
  digestWords,
  documentDigest,
  encodeDocument,
  type DocumentDigest,
} from '../base/document.ts'
import { refusal, refuseAll, type Problem } from '../base/errors.ts'
import { integer, issue } from '../base/fields.ts'
import { checkClaims } from './claims.ts'
import {
  checkSender,
  encodeRequest,
  requestBlock,
  requestFields,
  type RequestDocument,
  type UnsignedRequest,
} from './request.ts'
import { encodeResponse, responseFields, type SignedResponse } from './response.ts'

const HEADER = 'bundle/1'
const RESPONSES_HEADER = 'bundle-responses/1'

/** The most requests of a bundle. */
export const MAX_REQUESTS = 256
/** About 256 requests or responses, each with three rungs. */
export const MAX_BUNDLE_BYTES = 1024 * 1024

const block = z.strictObject({ chainId: integer(1), ...requestBlock }).readonly()

const member = z
  .strictObject({
    // Its place among the blocks.
    block: integer(0),
    ...requestFields,
  })
  .readonly()
  .superRefine(checkSender)
  .superRefine(checkClaims)
export type BundledRequest = z.output<typeof member>

const bundle = z
  .strictObject({
    airlock: z.literal(HEADER),
    blocks: z.array(block).readonly(),
    checksum,
    requests: z
      .array(member)
      .min(1, 'expected at least one request')
      .max(MAX_REQUESTS, `expected at most ${MAX_REQUESTS} requests`)
      .readonly(),
  })
  .readonly()
  .superRefine(({ blocks, requests }, context) => {
    const fault = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, ...issue('field_invalid', message) })
    const order: number[] = []
    requests.forEach((request, index) => {
      if (request.block >= blocks.length) fault(['requests', index, 'block'], 'expected the place of a block')
      if (!order.includes(request.block)) order.push(request.block)
    })
    // One spelling: the blocks stand in the order in which the requests name them first, each once.
    if (order.length !== blocks.length || order.some((place, index) => place !== index)) {
      fault(['blocks'], 'expected the blocks of the requests, each once, in the order of the requests')
    }
    const spelled = blocks.map((each) => JSON.stringify(each))
    if (new Set(spelled).size !== spelled.length) fault(['blocks'], 'expected each block once')
  })

/** A bundle whose every field is well-formed. */
export type Bundle = Omit<z.output<typeof bundle>, 'airlock' | 'checksum'>

/** A bundle with its requests as documents of their own. */
export interface BundleDocument {
  readonly bundle: Bundle
  readonly digest: DocumentDigest
  readonly words: readonly string[]
  readonly requests: readonly { readonly bytes: Uint8Array; readonly document: RequestDocument }[]
}

/**
 * Decodes a bundle and takes it apart.
 *
 * @throws AirlockError with every fault of spelling, schema and range; bundle_repeats
 */
export function decodeBundle(doing: string, bytes: Uint8Array): BundleDocument {
  const again = `make the bundle again on the online machine with ${hotCommand('bundle')}, and copy it whole`
  const decoded = decodeDocument(doing, bytes, HEADER, bundle, again, MAX_BUNDLE_BYTES)
  const { blocks, requests } = decoded
  const digest = documentDigest(bytes)
  const members = requests.map((request) => encodeRequest(doing, unbundled(request, blocks)))
  refuseAll(doing, repetitions(members))
  return {
    bundle: { blocks, requests },
    digest,
    words: digestWords(digest),
    requests: members,
  }
}

/** The same request twice would be signed twice, and is a mistake of whoever put them together. */
const repetitions = (members: BundleDocument['requests']): readonly Problem[] =>
  members.flatMap(({ document: { digest } }, place) => {
    const first = members.findIndex(({ document }) => document.digest === digest)
    if (first === place) return []
    const message = `request ${place + 1} of the bundle is request ${first + 1} again: ${digest}`
    return [{ code: 'bundle_repeats', message, hint: 'make the bundle again, with each request once' }]
  })

function unbundled(
  { block: place, ...fields }: BundledRequest,
  blocks: Bundle['blocks'],
): Omit<UnsignedRequest, 'airlock' | 'checksum'> {
  const at = blocks[place]
  if (at === undefined) throw new RangeError('a request names no block of its bundle')
  const { chainId, ...read } = at
  return { ...fields, block: read, chainId }
}

/** Puts requests together, in the order given. */
export function bundleOf(requests: readonly Omit<UnsignedRequest, 'airlock' | 'checksum'>[]): Bundle {
  const blocks: Bundle['blocks'][number][] = []
  const placeOf = (at: Bundle['blocks'][number]): number => {
    const place = blocks.findIndex((known) => known.chainId === at.chainId && known.hash === at.hash)
    return place === -1 ? blocks.push(at) - 1 : place
  }
  const members = requests.map(({ anchors, block: read, chainId, claims, code, expiry, operation, transaction }) => ({
    ...{ anchors, claims, code, expiry, operation, transaction },
    block: placeOf({ chainId, ...read }),
  }))
  return { blocks, requests: members }
}

/** The canonical bytes of a bundle. */
export const encodeBundle = (from: Bundle): Uint8Array => encodeDocument({ airlock: HEADER, ...from })

const response = z
  .strictObject({
    ...responseFields,
    // Which request of the bundle it answers, from 0.
    request: integer(0),
  })
  .readonly()

const responses = z
  .strictObject({
    airlock: z.literal(RESPONSES_HEADER),
    // The digest of the bundle that is answered.
    bundle: digestField,
    checksum,
    responses: z
      .array(response)
      .min(1, 'expected at least one response')
      .max(MAX_REQUESTS, `expected at most ${MAX_REQUESTS} responses`)
      .readonly(),
  })
  .readonly()
  .superRefine(({ responses: all }, context) => {
    if (all.some(({ request }, index) => index > 0 && request <= (all[index - 1]?.request ?? 0))) {
      const message = 'expected responses in the order of their requests, at most one for each'
      context.addIssue({ code: 'custom', path: ['responses'], ...issue('field_invalid', message) })
    }
  })

/** Responses to a bundle; requests that were declined or refused have none. */
export type BundleResponses = Omit<z.output<typeof responses>, 'airlock' | 'checksum'>

/**
 * Decodes the responses to a bundle.
 *
 * @throws AirlockError with every fault of spelling, schema and range
 */
export function decodeBundleResponses(doing: string, bytes: Uint8Array): BundleResponses {
  const again = `copy the responses again from the offline machine, or sign the bundle again with ${coldCommand('sign', { REQUEST: 'BUNDLE', '-o': 'responses.json' })}`
  const { bundle: of, responses: all } = decodeDocument(
    doing,
    bytes,
    RESPONSES_HEADER,
    responses,
    again,
    MAX_BUNDLE_BYTES,
  )
  return { bundle: of, responses: all }
}

/**
 * The responses to a bundle that is at hand.
 *
 * @throws AirlockError response_for_other_request, and those of decodeBundleResponses
 */
export function bundleAnswers(bundle: BundleDocument, bytes: Uint8Array): BundleResponses['responses'] {
  const doing = 'reading the responses'
  const { bundle: of, responses: all } = decodeBundleResponses(doing, bytes)
  if (of === bundle.digest && (all.at(-1)?.request ?? 0) < bundle.requests.length) return all
  const seen = `the responses answer bundle ${of}, this bundle is ${bundle.digest}`
  throw refusal(doing, 'response_for_other_request', seen, 'find the bundle that these responses were signed for')
}

/** The canonical bytes of the responses to a bundle. */
export const encodeBundleResponses = (from: BundleResponses): Uint8Array =>
  encodeDocument({ airlock: RESPONSES_HEADER, ...from })

/** One of the responses to a bundle as a response/1 of its own: the very bytes that the ledger recorded. */
export function responseBytes(
  { request, ...signatures }: BundleResponses['responses'][number],
  of: BundleDocument,
): Uint8Array {
  const answered = of.requests[request]
  if (answered === undefined) throw new RangeError('a response answers no request of the bundle')
  return encodeResponse({ ...signatures, requestDigest: answered.document.digest })
}

/** A response/1 as one of the responses to a bundle. */
export function bundledResponse(place: number, from: SignedResponse): BundleResponses['responses'][number] {
  const { anchors, keySignature, operatorSignature, pubkeyRegistrationParams, transactions } = from
  return { anchors, keySignature, operatorSignature, pubkeyRegistrationParams, request: place, transactions }
}
