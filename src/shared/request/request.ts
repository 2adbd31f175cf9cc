// The unsigned request: what the online side asks for, as typed fields.
//
// "airlock": "request/1", canonical JSON (document.ts), one page in docs/request-format.md. It carries no digest, no
// curve point to sign, no calldata and no raw transaction: each side derives those from the fields.
import { hotCommand } from '../base/commands.ts'
import * as z from 'zod'
import { anchors } from '../base/anchor.ts'
import {
  checksum,
  decodeDocument,
  digestWords,
  documentDigest,
  encodeDocument,
  type DocumentDigest,
} from '../base/document.ts'
import { checkClaims, claims } from './claims.ts'
import { bytes32, integer, issue, unixSeconds, type Address } from '../base/fields.ts'
import { operationField, operationOf } from '../operations/operation-kinds.ts'
import type { AnyOperation } from '../operations/operation-kinds.ts'
import { transactionFields, type TransactionFields } from '../chain/transaction.ts'

const HEADER = 'request/1'

/** The first 8 bytes of a SHA-256 over what the contracts run (code-print.ts). */
export const codePrintField = z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 lower-case hex digits without 0x')

/** Fields of a request that are its own in a bundle too. */
export const requestFields = {
  // What the online side knows of the ledgers that signed for this operator before; nothing that is signed depends on it.
  anchors,
  // What the online side says of the state of the chain; nothing that is signed depends on it, and nobody offline can check it.
  claims,
  // What the contracts concerned ran when they were read; a change since an earlier request is worth a warning.
  code: codePrintField.nullable(),
  // In the signed message where one is asked for; neither program signs or sends after it in any case.
  expiry: unixSeconds,
  operation: operationField,
  // Null where the operator is a contract: then its own wallet makes the call, and only signatures are asked for.
  transaction: transactionFields.nullable(),
} as const

/** The block that a request was read at: it dates the request, and gives the offline side a time to compare its clock with. */
export const requestBlock = { hash: bytes32, number: integer(0), timestamp: unixSeconds } as const

const unsignedRequest = z
  .strictObject({
    airlock: z.literal(HEADER),
    block: z.strictObject(requestBlock).readonly(),
    chainId: integer(1),
    checksum,
    ...requestFields,
  })
  .readonly()
  .superRefine(checkSender)
  .superRefine(checkClaims)

/** A refinement of a request, and of one in a bundle: one spelling for each meaning of who sends and who signs. */
export function checkSender(request: SenderFields, context: z.core.$RefinementCtx): void {
  for (const { path, message } of senderFaults(request)) {
    context.addIssue({ code: 'custom', input: request, path: [...path], ...issue('field_invalid', message) })
  }
}

interface SenderFields {
  readonly operation: AnyOperation
  readonly transaction: TransactionFields | null
}

/** Who may send, and who signs: one spelling for each meaning, and no two signers in one request. */
function senderFaults({
  operation,
  transaction,
}: SenderFields): { readonly path: readonly string[]; readonly message: string }[] {
  const from = transaction?.from ?? null
  const path = ['transaction', 'from']
  if (from !== null && from === operation.operator)
    return [{ path, message: 'expected null: the operator itself sends it' }]
  const sole = operationOf(operation).soleSender?.(operation) ?? null
  if (sole !== null && transaction !== null && sole !== (from ?? operation.operator)) {
    const expected = sole === operation.operator ? 'null: the operator itself' : `${sole}: that address`
    return [{ path, message: `expected ${expected} must send this operation` }]
  }
  if (sole === null && from !== null && !operationOf(operation).appointees) {
    return [{ path, message: 'expected null: only the operator can send this operation' }]
  }
  const signer = 'operatorSignature' in operation ? (operation.operatorSignature?.signer?.address ?? null) : null
  if (signer === null) return []
  const asked = ['operation', 'operatorSignature', 'signer', 'address']
  if (signer === operation.operator) return [{ path: asked, message: 'expected null: the operator itself signs' }]
  if (transaction === null) return []
  return [{ path: ['transaction'], message: 'expected null: an operator that is a contract signs no transaction' }]
}

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
  const again = `build the request again on the online machine, and copy it whole; ${hotCommand('build')} lists the kinds`
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

/** Who sends the transaction: the operator, or whoever acts for it. Null where no transaction is signed. */
export const senderOf = ({ operation, transaction }: UnsignedRequest): Address | null =>
  transaction === null ? null : (transaction.from ?? operation.operator)
