// Documents as few bytes, for one QR code each.
//
// One page in docs/packed-format.md. The first byte is the version of this format (high four bits, now 1) and the kind of
// document (1 request/1, 2 response/1, 3 approval/1, 4 statement/1, 5 receipt/1, 6 bundle/1, 7 bundle-responses/1); then each field in the order below or in
// packed-approval.ts, in the forms of packing.ts and compressed.ts; then the first 8 bytes of the document's digest. The
// document's own checksum follows from its fields and is left out.
// A document in its canonical spelling begins with "{", which would be version 7: that version will not be used.
//
// Nothing is lost: what is unpacked has passed the schema, and is byte by byte the document whose digest stands at the end.
// It is packed again and compared, so that each document has one packed form. Any other is refused, as are an unknown
// version and bytes after the end.
import { hexToBytes } from '@noble/hashes/utils.js'
import type { Anchor, LedgerId } from '../base/anchor.ts'
import { encodeApproval, parseApproval } from '../ledger/approval.ts'
import { packedParams } from '../operation-parts/bls-proof.ts'
import {
  decodeBundle,
  decodeBundleResponses,
  encodeBundle,
  encodeBundleResponses,
  MAX_BUNDLE_BYTES,
  type Bundle,
  type BundledRequest,
  type BundleResponses,
} from '../request/bundle.ts'
import * as compressed from '../packing/compressed.ts'
import { documentDigest, MAX_DOCUMENT_BYTES } from '../base/document.ts'
import type { EcdsaSignature, UnixSeconds } from '../base/fields.ts'
import { packedOperation } from '../operations/operation-kinds.ts'
import { approval, statement } from './packed-approval.ts'
import { packedClaims } from './packed-claims.ts'
import * as packing from '../packing/packing.ts'
import { PackedReader, UNPACKING, unpackingRefused, type Packing } from '../packing/packing.ts'
import { decodeReceipt, encodeReceipt, type Receipt } from '../ledger/receipt-document.ts'
import { decodeRequest, encodeRequest, type UnsignedRequest } from '../request/request.ts'
import { decodeResponse, encodeResponse, type SignedResponse } from '../request/response.ts'
import { decodeStatement, encodeStatement } from '../ledger/statement.ts'

const { address, bytes32, choice, integer, list, nullable, record, wei } = packing

const VERSION = 1

const signature: Packing<EcdsaSignature> = packing.compressed(
  64,
  compressed.compressSignature,
  compressed.decompressSignature,
)
// The types make each list of fields complete: a field of the schema that stands in none does not compile.
type Body<Document extends { airlock: string }> = Omit<Document, 'airlock' | 'checksum'>

const anchor: Packing<Anchor> = record({
  entry: integer<number>(),
  hash: packing.hex(16),
  ledger: packing.hex<LedgerId>(8),
})

const readAt = { hash: bytes32, number: integer<number>(), timestamp: integer<UnixSeconds>() }

const expiry = integer<UnixSeconds>()
const code = nullable(packing.hex<string>(8))
const transaction: Packing<UnsignedRequest['transaction']> = nullable(
  record({
    fees: list(record({ maxFeePerGas: wei, maxPriorityFeePerGas: wei })),
    from: nullable(address),
    gasLimit: integer<number>(),
    nonce: integer<number>(),
  }),
)

const request: Packing<Body<UnsignedRequest>> = record({
  anchors: list(anchor),
  block: record(readAt),
  chainId: integer<number>(),
  claims: packedClaims,
  code,
  expiry,
  operation: packedOperation,
  transaction,
})

const bundle: Packing<Bundle> = record({
  blocks: list(record({ chainId: integer<number>(), ...readAt })),
  requests: list<BundledRequest>(
    record({
      anchors: list(anchor),
      block: integer<number>(),
      claims: packedClaims,
      code,
      expiry,
      operation: packedOperation,
      transaction,
    }),
  ),
})

/** Fields of a response that are its own among those of a bundle too. */
const responseFields = {
  anchors: list(anchor),
  keySignature: nullable(signature),
  operatorSignature: nullable(signature),
  pubkeyRegistrationParams: nullable(packedParams),
  transactions: nullable(list(signature)),
}

const response: Packing<Body<SignedResponse>> = record({ ...responseFields, requestDigest: packing.digest })

const bundleResponses: Packing<BundleResponses> = record({
  bundle: packing.digest,
  responses: list<BundleResponses['responses'][number]>(record({ ...responseFields, request: integer<number>() })),
})

const receipt: Packing<Receipt> = record({
  block: record({ hash: bytes32, number: integer<number>(), timestamp: integer<UnixSeconds>() }),
  feeWei: wei,
  gasUsed: integer<number>(),
  readBack: nullable(list(record({ name: packing.text, value: packing.text }))),
  requestDigest: packing.digest,
  status: choice(['success', 'reverted'] as const),
  transaction: bytes32,
})

const firstByte = {
  request: (VERSION << 4) | 1,
  response: (VERSION << 4) | 2,
  approval: (VERSION << 4) | 3,
  statement: (VERSION << 4) | 4,
  receipt: (VERSION << 4) | 5,
  bundle: (VERSION << 4) | 6,
  'bundle-responses': (VERSION << 4) | 7,
} as const

/** The kinds of documents that cross as codes. */
export type DocumentKind = keyof typeof firstByte
const kinds = Object.keys(firstByte) as readonly DocumentKind[]

/** What a document in its canonical spelling says it is, by its first line; a request where it says nothing known. */
export function documentKind(canonicalBytes: Uint8Array): DocumentKind {
  const start = new TextDecoder().decode(canonicalBytes.subarray(0, 40))
  return kinds.find((kind) => start.includes(`"airlock": "${kind}/`)) ?? 'request'
}

/** How much of its digest a packed document carries. */
const DIGEST_BYTES = 8

/** A document's fields as packed bytes, and its canonical bytes. */
interface Written {
  readonly kind: DocumentKind
  readonly fields: readonly number[]
  readonly bytes: Uint8Array
}

function assemble({ kind, fields, bytes }: Written): Uint8Array {
  return Uint8Array.from([firstByte[kind], ...fields, ...hexToBytes(documentDigest(bytes)).subarray(0, DIGEST_BYTES)])
}

/**
 * Packs a document.
 *
 * @param canonicalBytes a document of one of these kinds in its one spelling
 * @throws AirlockError when it is none, with every fault of spelling, schema and range
 */
export function packDocument(canonicalBytes: Uint8Array): Uint8Array {
  const doing = 'packing a document for a code'
  switch (documentKind(canonicalBytes)) {
    case 'request':
      return assemble(writtenRequest(canonicalBytes, decodeRequest(doing, canonicalBytes).request))
    case 'response':
      return assemble(writtenResponse(doing, canonicalBytes))
    case 'approval':
      return assemble(writtenApproval(doing, canonicalBytes))
    case 'statement':
      return assemble(writtenStatement(doing, canonicalBytes))
    case 'receipt':
      return assemble(writtenReceipt(doing, canonicalBytes))
    case 'bundle':
      return assemble(writtenBundle(doing, canonicalBytes))
    case 'bundle-responses':
      return assemble(writtenBundleResponses(doing, canonicalBytes))
  }
}

const writtenRequest = (bytes: Uint8Array, document: UnsignedRequest): Written => ({
  kind: 'request',
  fields: request.write(document),
  bytes,
})

const writtenResponse = (doing: string, bytes: Uint8Array): Written => ({
  kind: 'response',
  fields: response.write(decodeResponse(doing, bytes)),
  bytes,
})

const writtenApproval = (doing: string, bytes: Uint8Array): Written => ({
  kind: 'approval',
  fields: approval.write(parseApproval(doing, bytes)),
  bytes,
})

const writtenStatement = (doing: string, bytes: Uint8Array): Written => ({
  kind: 'statement',
  fields: statement.write(decodeStatement(doing, bytes).statement),
  bytes,
})

const writtenReceipt = (doing: string, bytes: Uint8Array): Written => ({
  kind: 'receipt',
  fields: receipt.write(decodeReceipt(doing, bytes)),
  bytes,
})

const writtenBundle = (doing: string, bytes: Uint8Array): Written => ({
  kind: 'bundle',
  fields: bundle.write(decodeBundle(doing, bytes).bundle),
  bytes,
})

const writtenBundleResponses = (doing: string, bytes: Uint8Array): Written => ({
  kind: 'bundle-responses',
  fields: bundleResponses.write(decodeBundleResponses(doing, bytes)),
  bytes,
})

/** The most bytes that a document has unpacked, by its kind. */
export const limitOf = (kind: DocumentKind): number =>
  kind === 'bundle' || kind === 'bundle-responses' ? MAX_BUNDLE_BYTES : MAX_DOCUMENT_BYTES

/**
 * Unpacks a document.
 *
 * @param packed what a scanner read
 * @param limit the most bytes that it may have, packed or unpacked; unpacked never more than limitOf its kind
 * @returns the canonical bytes of a document that its schema accepts
 * @throws AirlockError when the bytes are not exactly what packDocument makes of it
 */
export function unpackDocument(packed: Uint8Array, limit = Infinity): Uint8Array {
  const most = Math.min(limit, MAX_DOCUMENT_BYTES)
  if (packed.length > most) throw tooLarge(packed.length, most)
  const written = readFields(new PackedReader(packed))
  const { bytes, fields } = written
  const unpacked = Math.min(limit, limitOf(written.kind))
  if (bytes.length > unpacked) throw tooLarge(bytes.length, unpacked)
  const readLength = packed.length - 1 - DIGEST_BYTES
  if (fields.length !== readLength || fields.some((byte, index) => byte !== packed[1 + index])) {
    throw unpackingRefused('packed_invalid', 'the document has another packed form than the one scanned')
  }
  if (assemble(written).some((byte, index) => byte !== packed[index])) {
    const seen = 'the digest at the end is not that of the document: something was changed on the way'
    throw unpackingRefused('document_checksum_wrong', seen)
  }
  return bytes
}

function tooLarge(length: number, limit: number): Error {
  return unpackingRefused('packed_invalid', `the document has ${length} bytes, expected at most ${limit}`)
}

/** The document that was packed, judged by its schema and written again. */
function readFields(from: PackedReader): Written {
  const first = from.byte()
  switch (first) {
    case firstByte.request: {
      const { bytes, document } = encodeRequest(UNPACKING, whole(request, from))
      return writtenRequest(bytes, document.request)
    }
    case firstByte.response:
      return writtenResponse(UNPACKING, encodeResponse(whole(response, from)))
    case firstByte.approval:
      return writtenApproval(UNPACKING, encodeApproval(whole(approval, from)))
    case firstByte.statement:
      return writtenStatement(UNPACKING, encodeStatement(whole(statement, from)))
    case firstByte.receipt:
      return writtenReceipt(UNPACKING, encodeReceipt(whole(receipt, from)))
    case firstByte.bundle:
      return writtenBundle(UNPACKING, encodeBundle(whole(bundle, from)))
    case firstByte['bundle-responses']:
      return writtenBundleResponses(UNPACKING, encodeBundleResponses(whole(bundleResponses, from)))
    default:
      throw unknownStart(first)
  }
}

function whole<Value>(document: Packing<Value>, from: PackedReader): Value {
  const value = document.read(from)
  from.take(DIGEST_BYTES)
  from.end()
  return value
}

function unknownStart(first: number): Error {
  const version = first >>> 4
  if (version === VERSION) {
    return unpackingRefused('packed_invalid', `the document is of kind ${first & 15}, expected 1 to ${kinds.length}`)
  }
  const seen = `the packed format is version ${version}, this program reads version ${VERSION}`
  return unpackingRefused('packed_version_unsupported', seen)
}
