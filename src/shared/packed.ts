// The two documents as few bytes, for one QR code each.
//
// One page in docs/packed-format.md. The first byte is the version of this format (high four bits, now 1) and the kind of
// document (1 request/1, 2 response/1); then each field in the order below, in the forms of packing.ts and compressed.ts.
// The document in its canonical spelling begins with "{", which is version 7: that version will not be used.
//
// Nothing is lost: unpacked bytes are the canonical document, their digest is its digest, and they have passed the schema.
// What was unpacked is packed again and compared, so that a document has one packed form; any other is refused, as are an
// unknown version and bytes after the end.
import type { PubkeyRegistrationParams } from './bls-registration.ts'
import * as compressed from './compressed.ts'
import { MAX_DOCUMENT_BYTES } from './document.ts'
import type { EcdsaSignature, UnixSeconds } from './fields.ts'
import type { RegisterOperation } from './operations/register.ts'
import * as packing from './packing.ts'
import { PackedReader, unpackingRefused, type Packing } from './packing.ts'
import { decodeRequest, encodeRequest, type UnsignedRequest } from './request.ts'
import { decodeResponse, encodeResponse, type SignedResponse } from './response.ts'

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
type Body<Document extends { airlock: string }> = Omit<Document, 'airlock'>
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
  operatorSignature: nullable(signature),
  pubkeyRegistrationParams: nullable(params),
  requestDigest: packing.digest,
  transactions: nullable(list(signature)),
})

const firstByte = { request: (VERSION << 4) | 1, response: (VERSION << 4) | 2 } as const

const packRequest = (document: UnsignedRequest): Uint8Array =>
  Uint8Array.from([firstByte.request, ...request.write(document)])
const packResponse = (document: SignedResponse): Uint8Array =>
  Uint8Array.from([firstByte.response, ...response.write(document)])

/**
 * Packs a document.
 *
 * @param canonicalBytes a request or a response in its one spelling
 * @throws AirlockError when it is neither, with every fault of spelling, schema and range
 */
export function packDocument(canonicalBytes: Uint8Array): Uint8Array {
  const doing = 'packing a document for a code'
  const start = new TextDecoder().decode(canonicalBytes.subarray(0, 40))
  return start.includes('"airlock": "response/')
    ? packResponse(decodeResponse(doing, canonicalBytes))
    : packRequest(decodeRequest(doing, canonicalBytes).request)
}

/**
 * Unpacks a document.
 *
 * @param packed what a scanner read
 * @param limit the most bytes that it may have, packed and unpacked
 * @returns the canonical bytes of a request or a response that its schema accepts
 * @throws AirlockError when the bytes are not exactly what packDocument makes of it
 */
export function unpackDocument(packed: Uint8Array, limit = MAX_DOCUMENT_BYTES): Uint8Array {
  if (packed.length > limit) throw tooLarge(packed.length, limit)
  const { bytes, again } = read(new PackedReader(packed))
  if (bytes.length > limit) throw tooLarge(bytes.length, limit)
  if (again.some((byte, index) => byte !== packed[index])) {
    throw unpackingRefused('packed_invalid', 'the document has another packed form than the one scanned')
  }
  return bytes
}

function tooLarge(length: number, limit: number): Error {
  return unpackingRefused('packed_invalid', `the document has ${length} bytes, expected at most ${limit}`)
}

/** The canonical bytes of what was packed, and its one packed form. */
function read(from: PackedReader): { readonly bytes: Uint8Array; readonly again: Uint8Array } {
  const doing = 'unpacking a scanned document'
  const first = from.byte()
  switch (first) {
    case firstByte.request: {
      const { bytes, document } = encodeRequest(doing, whole(request, from))
      return { bytes, again: packRequest(document.request) }
    }
    case firstByte.response: {
      const bytes = encodeResponse(whole(response, from))
      return { bytes, again: packResponse(decodeResponse(doing, bytes)) }
    }
    default:
      throw unknownStart(first)
  }
}

function whole<Value>(document: Packing<Value>, from: PackedReader): Value {
  const value = document.read(from)
  from.end()
  return value
}

function unknownStart(first: number): Error {
  const version = first >>> 4
  if (version === VERSION) {
    return unpackingRefused('packed_invalid', `the document is of kind ${first & 15}, expected 1 or 2`)
  }
  const seen = `the packed format is version ${version}, this program reads version ${VERSION}`
  return unpackingRefused('packed_version_unsupported', seen)
}
