// The unsigned request: what the online side asks for, as typed fields.
//
// "airlock": "request/1", canonical JSON (document.ts), one page in docs/request-format.md. It carries no digest, no
// curve point to sign, no calldata and no raw transaction: each side derives those from the fields.
import * as z from 'zod'
import { anchors } from './anchor.ts'
import {
  checksum,
  decodeDocument,
  digestWords,
  documentDigest,
  encodeDocument,
  type DocumentDigest,
} from './document.ts'
import { bytes32, integer, unixSeconds } from './fields.ts'
import { registerOperation } from './operations/register.ts'
import { transactionFields } from './transaction.ts'

const HEADER = 'request/1'

const unsignedRequest = z
  .strictObject({
    airlock: z.literal(HEADER),
    // What the online side knows of the ledgers that signed for this operator before; nothing that is signed depends on it.
    anchors,
    // Where the online side read: it dates the request, and gives the offline side a time to compare its clock with.
    block: z.strictObject({ hash: bytes32, number: integer(0), timestamp: unixSeconds }).readonly(),
    chainId: integer(1),
    checksum,
    // In the signed message where one is asked for; neither program signs or sends after it in any case.
    expiry: unixSeconds,
    operation: z.discriminatedUnion('kind', [registerOperation]),
    transaction: transactionFields,
  })
  .readonly()

/** A request whose every field is well-formed; nothing is said about whether it should be signed. */
export type UnsignedRequest = z.output<typeof unsignedRequest>

/** A request with the digest of its bytes. */
export interface RequestDocument {
  readonly request: UnsignedRequest
  readonly digest: DocumentDigest
  readonly words: readonly string[]
}

/**
 * Decodes a request.
 *
 * @param doing what the caller is doing, for the refusal
 * @param bytes the file's content
 * @throws AirlockError with every fault of spelling, schema and range
 */
export function decodeRequest(doing: string, bytes: Uint8Array): RequestDocument {
  const again = 'build the request again on the online machine with `airlock-hot build register`, and copy it whole'
  const request = decodeDocument(doing, bytes, HEADER, unsignedRequest, again)
  const digest = documentDigest(bytes)
  return { request, digest, words: digestWords(digest) }
}

/**
 * Encodes a request in its one spelling, and reads it back.
 *
 * @throws AirlockError when a field is out of range: what is written here would be refused there
 */
export function encodeRequest(
  doing: string,
  request: Omit<UnsignedRequest, 'airlock' | 'checksum'>,
): {
  readonly bytes: Uint8Array
  readonly document: RequestDocument
} {
  const bytes = encodeDocument({ airlock: HEADER, ...request })
  return { bytes, document: decodeRequest(doing, bytes) }
}
