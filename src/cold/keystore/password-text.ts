// Passwords and passphrases as the text that EIP-2335 and BIP-39 want, from the bytes that were typed.
//
// EIP-2335: NFKD, then every control character out (C0, DELETE, C1), then UTF-8. BIP-39: NFKD alone. web3 secret storage
// knows no such rule, its passwords stay the bytes they are and do not come here. Refuses bytes that are no UTF-8.
//
// ASCII is its own normal form and is handled as bytes. Other text becomes a string for a moment, which cannot be wiped.
import { refusal } from '../../shared/base/errors.ts'

const ASCII_END = 0x80
const SPACE = 0x20
const DELETE = 0x7f

/**
 * The bytes of a password that EIP-2335 gives to the key derivation.
 *
 * @param password as typed, UTF-8; the caller wipes it, and wipes what comes back
 * @throws AirlockError password_not_text
 */
export function eip2335Password(password: Uint8Array): Uint8Array {
  if (isAscii(password)) return password.filter((byte) => byte >= SPACE && byte !== DELETE)
  return new TextEncoder().encode(normalText(password).replace(/\p{Cc}/gu, ''))
}

/**
 * A BIP-39 passphrase in its normal form, NFKD.
 *
 * @param passphrase as typed, UTF-8; the caller wipes it
 * @returns text, which cannot be wiped
 * @throws AirlockError password_not_text
 */
export function normalText(passphrase: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(passphrase).normalize('NFKD')
  } catch {
    throw refusal(
      'reading password',
      'password_not_text',
      'the password is not UTF-8, which this format expects of it',
      'type it on a terminal that is set to UTF-8, or save the password file as UTF-8',
    )
  }
}

const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < ASCII_END)
