// sealed-responses/1: the responses to a bundle under a passphrase, with a plain label that says what they are.
//
// Canonical JSON like the other documents; `age` is an armoured age file (scrypt passphrase) that the program age opens too. Inside:
// the bundle and its responses, each whole. The label is not signed by anybody: it is there to be read before the glass is
// broken, and what is inside is checked again when it is opened.
import { coldCommand } from '../base/commands.ts'
import * as z from 'zod'
import { MAX_BUNDLE_BYTES } from './bundle.ts'
import { checksum, decodeDocument, digestField, encodeDocument, type DocumentDigest } from '../base/document.ts'
import { refusal } from '../base/errors.ts'
import { address, integer, unixSeconds, type UnixSeconds } from '../base/fields.ts'
import { operationKinds } from '../operations/operation-kinds.ts'
import { senderOf, type UnsignedRequest } from './request.ts'

const HEADER = 'sealed-responses/1'
/** Base64 and its lines add about 40 %, to a bundle and its responses. */
const MAX_SEALED_BYTES = 4 * MAX_BUNDLE_BYTES

const operation = z
  .strictObject({
    chainId: integer(1),
    kind: z.enum(operationKinds),
    /** Null where no transaction is signed. */
    nonce: integer(0).nullable(),
    operator: address,
    sender: address.nullable(),
    /** Neither program sends it after this time. */
    validUntil: unixSeconds,
  })
  .readonly()

const sealedResponses = z
  .strictObject({
    age: z.string().startsWith('-----BEGIN AGE ENCRYPTED FILE-----', 'expected an armoured age file'),
    airlock: z.literal(HEADER),
    bundle: digestField,
    checksum,
    operations: z.array(operation).min(1, 'expected at least one operation').readonly(),
    /** The first of the operations' times: from then on the file is no longer whole. */
    validUntil: unixSeconds,
  })
  .readonly()
export type SealedResponses = Omit<z.output<typeof sealedResponses>, 'airlock' | 'checksum'>

/** The canonical bytes of sealed responses, with the label that follows from the requests. */
export function encodeSealedResponses({
  bundle,
  requests,
  age,
}: {
  readonly bundle: DocumentDigest
  readonly requests: readonly UnsignedRequest[]
  readonly age: string
}): Uint8Array {
  const operations = requests.map((request) => ({
    chainId: request.chainId,
    kind: request.operation.kind,
    nonce: request.transaction?.nonce ?? null,
    operator: request.operation.operator,
    sender: senderOf(request),
    validUntil: request.expiry,
  }))
  const validUntil = Math.min(...requests.map(({ expiry }) => expiry)) as UnixSeconds
  return encodeDocument({ airlock: HEADER, age, bundle, operations, validUntil })
}

/**
 * Decodes sealed responses, without opening them.
 *
 * @throws AirlockError with every fault of spelling, schema and range
 */
export function decodeSealedResponses(doing: string, bytes: Uint8Array): SealedResponses {
  const again = 'copy the file again from where it is kept'
  return decodeDocument(doing, bytes, HEADER, sealedResponses, again, MAX_SEALED_BYTES)
}

const content = z.strictObject({ bundle: z.string(), responses: z.string() })

/** What is put under the passphrase: both documents as text. */
export function encodeSealedContent(bundle: Uint8Array, responses: Uint8Array): Uint8Array {
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
  return new TextEncoder().encode(JSON.stringify({ bundle: text(bundle), responses: text(responses) }))
}

/**
 * What was under the passphrase.
 *
 * @throws AirlockError document_not_json
 */
export function decodeSealedContent(
  doing: string,
  bytes: Uint8Array,
): { readonly bundle: Uint8Array; readonly responses: Uint8Array } {
  try {
    const { bundle, responses } = content.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
    const utf8 = new TextEncoder()
    return { bundle: utf8.encode(bundle), responses: utf8.encode(responses) }
  } catch {
    const seen = 'what is inside is not a bundle and its responses'
    throw refusal(
      doing,
      'document_not_json',
      seen,
      `seal the responses again: ${coldCommand('sign', { REQUEST: 'BUNDLE', '-o': 'sealed.json', '--seal': true })}`,
    )
  }
}
