// sign --seal: the responses to a bundle, closed with a passphrase, for the day on which they are needed (break glass).
//
// What is written is sealed-responses/1 (src/shared/request/sealed-responses.ts): in plain, what it is for, which nonces it uses and until
// when it is valid; under the passphrase, as an age file, the bundle and its responses. Signed transactions need no key any
// more: whoever opens the file can send them, which is why they are not left lying about in plain.
import { sealWithPassphrase } from '../../local/age-passphrase.ts'
import type { BundleDocument } from '../../shared/request/bundle.ts'
import { encodeSealedContent, encodeSealedResponses } from '../../shared/request/sealed-responses.ts'
import { newPassword, type PasswordSource } from '../keystore/passwords.ts'

/** What of a bundle was signed. */
interface SignedPlace {
  readonly place: number
}

/**
 * Seals responses; the passphrase is asked for twice where no source gives it.
 *
 * @throws AirlockError password_differs, no_terminal, and that of a passphrase too short
 */
export async function sealed(
  bundleBytes: Uint8Array,
  bundle: BundleDocument,
  responses: Uint8Array,
  signed: readonly SignedPlace[],
  source: PasswordSource,
): Promise<Uint8Array> {
  const passphrase = await newPassword('the sealed responses', source, '--seal-passphrase')
  try {
    const content = encodeSealedContent(bundleBytes, responses)
    const age = new TextDecoder().decode(await sealWithPassphrase(content, passphrase))
    const requests = signed.flatMap(({ place }) => bundle.requests[place]?.document.request ?? [])
    return encodeSealedResponses({ bundle: bundle.digest, requests, age })
  } finally {
    passphrase.fill(0)
  }
}
