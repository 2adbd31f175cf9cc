// Documents as few bytes, for one QR code each.
//
// One page in docs/packed-format.md. The first byte is the version of this format (high four bits, now 1) and the kind of
// document (1 request/1, 2 response/1, 3 approval/1, 4 statement/1, 5 receipt/1); then each field in the order below or in
// packed-approval.ts, in the forms of packing.ts and compressed.ts; then the first 8 bytes of the document's digest. The
// document's own checksum follows from its fields and is left out.
// A document in its canonical spelling begins with "{", which would be version 7: that version will not be used.
//
// Nothing is lost: what is unpacked has passed the schema, and is byte by byte the document whose digest stands at the end.
// It is packed again and compared, so that each document has one packed form. Any other is refused, as are an unknown
// version and bytes after the end.
import { hexToBytes } from '@noble/hashes/utils.js'
import type { Anchor, LedgerId } from './anchor.ts'
import { encodeApproval, parseApproval } from './approval.ts'
import type { PubkeyRegistrationParams } from './bls-registration.ts'
import * as compressed from './compressed.ts'
import { documentDigest, MAX_DOCUMENT_BYTES } from './document.ts'
import type { EcdsaSignature, UnixSeconds } from './fields.ts'
import type { RegisterOperation } from './operations/register.ts'
import { approval, statement } from './packed-approval.ts'
import * as packing from './packing.ts'
import { PackedReader, UNPACKING, unpackingRefused, type Packing } from './packing.ts'
import { decodeReceipt, encodeReceipt, operatorStatuses, type Receipt } from './receipt-document.ts'
import { decodeRequest, encodeRequest, type UnsignedRequest } from './request.ts'
import { decodeResponse, encodeResponse, type SignedResponse } from './response.ts'
import { decodeStatement, encodeStatement } from './statement.ts'

const { address, bytes32, choice, integer, list, nullable, record, union, wei } = packing

const VERSION = 1

const g1 = packing.compressed(32, compressed.compressG1, compressed.decompressG1)
const g2 = packing.compressed(64, compressed.compressG2, compressed.decompressG2)
const signature: Packing<EcdsaSignature> = packing.compressed(
  64,
  compressed.compressSignature,
  compressed.decompressSignature,
)
const params: Packing<PubkeyRegistrationParams> = record({ publicKeyG1: g1, publicKeyG2: g2, signature: g1 })

// The types make each list of fields complete: a field of the schema that stands in none does not compile.
type Body<Document extends { airlock: string }> = Omit<Document, 'airlock' | 'checksum'>
type Asked<Name extends keyof RegisterOperation> = NonNullable<RegisterOperation[Name]>

const operatorSignature: Packing<Asked<'operatorSignature'>> = record({
  avsDirectory: address,
  domainVersion: choice([null, '1', '1.', 'v1']),
  salt: bytes32,
})

const pubkeyRegistration: Packing<Asked<'pubkeyRegistration'>> = union('from', {
  signer: [1, record({ operatorId: nullable(bytes32) })],
  request: [2, record({ params })],
})

const anchor: Packing<Anchor> = record({
  entry: integer<number>(),
  hash: packing.hex(16),
  ledger: packing.hex<LedgerId>(8),
})

const register: Packing<Omit<RegisterOperation, 'kind'>> = record({
  operator: address,
  operatorSignature: nullable(operatorSignature),
  pubkeyRegistration: nullable(pubkeyRegistration),
  quorums: packing.quorums,
  registryCoordinator: address,
  serviceManager: address,
  socket: packing.text,
})

const request: Packing<Body<UnsignedRequest>> = record({
  anchors: list(anchor),
  block: record({ hash: bytes32, number: integer<number>(), timestamp: integer<UnixSeconds>() }),
  chainId: integer<number>(),
  expiry: integer<UnixSeconds>(),
  operation: union('kind', { register: [1, register] }),
  transaction: record({
    fees: list(record({ maxFeePerGas: wei, maxPriorityFeePerGas: wei })),
    gasLimit: integer<number>(),
    nonce: integer<number>(),
  }),
})

const response: Packing<Body<SignedResponse>> = record({
  anchors: list(anchor),
  operatorSignature: nullable(signature),
  pubkeyRegistrationParams: nullable(params),
  requestDigest: packing.digest,
  transactions: nullable(list(signature)),
})

const registration: Packing<NonNullable<Receipt['registration']>> = record({
  operatorStatus: choice(operatorStatuses),
  quorums: packing.quorums,
})

const receipt: Packing<Receipt> = record({
  block: record({ hash: bytes32, number: integer<number>(), timestamp: integer<UnixSeconds>() }),
  feeWei: wei,
  gasUsed: integer<number>(),
  registration: nullable(registration),
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

/**
 * Unpacks a document.
 *
 * @param packed what a scanner read
 * @param limit the most bytes that it may have, packed and unpacked
 * @returns the canonical bytes of a document that its schema accepts
 * @throws AirlockError when the bytes are not exactly what packDocument makes of it
 */
export function unpackDocument(packed: Uint8Array, limit = MAX_DOCUMENT_BYTES): Uint8Array {
  if (packed.length > limit) throw tooLarge(packed.length, limit)
  const written = readFields(new PackedReader(packed))
  const { bytes, fields } = written
  if (bytes.length > limit) throw tooLarge(bytes.length, limit)
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
