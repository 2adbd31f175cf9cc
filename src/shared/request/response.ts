// The signed response: the digest of the request it answers, signatures, and where they are recorded.
//
// "airlock": "response/1", canonical JSON (document.ts), one page in docs/response-format.md. Nothing is echoed that
// the online side can derive. A part is null when the request did not ask for it, or when the key that makes it is
// on another machine: such a response is partial.
import { coldCommand } from '../base/commands.ts'
import * as z from 'zod'
import { anchors } from '../base/anchor.ts'
import { pubkeyRegistrationParams } from '../chain/bls-registration.ts'
import { checksum, decodeDocument, digestField, encodeDocument } from '../base/document.ts'
import { ecdsaSignature } from '../base/fields.ts'

const HEADER = 'response/1'

/** Fields of a response that are its own among those of a bundle too. */
export const responseFields = {
  // The entries that recorded these signatures before they left, one of each ledger; none of a wallet without a ledger.
  anchors,
  // By the ECDSA key that is to be registered, where the operation registers one.
  keySignature: ecdsaSignature.nullable(),
  operatorSignature: ecdsaSignature.nullable(),
  pubkeyRegistrationParams: pubkeyRegistrationParams.nullable(),
  // One signature for each fee rung, in the request's order.
  transactions: z.array(ecdsaSignature).min(1, 'expected one signature for each fee rung').readonly().nullable(),
} as const

const signedResponse = z
  .strictObject({
    airlock: z.literal(HEADER),
    checksum,
    requestDigest: digestField,
    ...responseFields,
  })
  .readonly()

/** A response whose every field is well-formed; nothing is said about what it proves. */
export type SignedResponse = Omit<z.output<typeof signedResponse>, 'checksum'>

/** What a request is answered with, before it is recorded. */
export type Signatures = Omit<SignedResponse, 'airlock' | 'anchors'>

/**
 * Decodes a response.
 *
 * @param doing what the caller is doing, for the refusal
 * @param bytes the file's content
 * @throws AirlockError with every fault of spelling, schema and range
 */
export function decodeResponse(doing: string, bytes: Uint8Array): SignedResponse {
  const again = `copy the response again from the offline machine, or sign the request again with ${coldCommand('sign')}`
  return decodeDocument(doing, bytes, HEADER, signedResponse, again)
}

/** Encodes a response in its one spelling. */
export function encodeResponse(response: Omit<SignedResponse, 'airlock'>): Uint8Array {
  return encodeDocument({ airlock: HEADER, ...response })
}
