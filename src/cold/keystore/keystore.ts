// Key files as operators have them in ~/.eigenlayer/operator_keys, read up to the point where a password is needed.
//
// The formats are those of keystore-formats.ts; which one a file has is told by its fields, never by its name. What a
// file says of its public key is neither authenticated nor trusted: keys.ts compares it once the secret is open.
//
// Refused before any work is done: a KDF whose cost could hang the machine, a key of another kind or curve, and whatever
// the format refuses.
import { refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { readBounded } from '../../local/files.ts'
import { formats, kindOf, recognise, type KeyFormat, type KeyKind, type KeystoreContent } from './keystore-formats.ts'
import { isAbsurd, type Kdf } from './seal.ts'

export type { KeyFormat, KeyKind } from './keystore-formats.ts'

/** A key file that is well-formed, still locked. */
export interface Keystore extends KeystoreContent {
  readonly kind: KeyKind
  readonly format: KeyFormat
  readonly path: string
}

const MAX_KEY_FILE = 64 * 1024

/** The name of a kind of key, for a person. */
export const kindName: Readonly<Record<KeyKind, string>> = { ecdsa: 'ECDSA', bls: 'BLS' }

/**
 * Reads a key file that must hold a key of one kind.
 *
 * @param path the file
 * @param kind which of the two kinds is expected
 * @throws AirlockError key_file_invalid, key_file_wrong_kind, key_file_cost, and those of reading a file
 */
export function readKeystore(path: string, kind: KeyKind): Keystore {
  const doing = `reading ${kindName[kind]} key file`
  const json = readJson(doing, path)
  const format = recognise(json) ?? (kind === 'ecdsa' ? 'web3-v3' : 'eigenlayer-bls')
  if (format === 'other-curve') throw otherCurve(doing, path, kindHint(kind))
  if (kindOf[format] !== kind) {
    const seen = kind === 'ecdsa' ? 'a BLS key file, expected an ECDSA one (web3 secret storage)' : ECDSA_SEEN
    throw refusal(doing, 'key_file_wrong_kind', `${quote(path)} is ${seen}`, kindHint(kind))
  }
  return keystoreFrom(doing, path, json, format, kindHint(kind))
}

/**
 * Reads a key file of whichever kind it is.
 *
 * @throws AirlockError key_file_invalid, key_file_wrong_kind, key_file_cost, and those of reading a file
 */
export function readAnyKeystore(path: string): Keystore {
  const doing = 'reading key file'
  const json = readJson(doing, path)
  const format = recognise(json)
  if (format === 'other-curve') throw otherCurve(doing, path, NAME_A_KEY_FILE)
  if (format === null) {
    const seen = `${quote(path)} has none of the forms of a key file: web3 secret storage, eigenlayer-cli's BLS, EIP-2335`
    throw refusal(doing, 'key_file_invalid', seen, NAME_A_KEY_FILE)
  }
  return keystoreFrom(doing, path, json, format, NAME_A_KEY_FILE)
}

const ECDSA_SEEN = 'an ECDSA key file, expected a BLS one (with a pubKey field, or EIP-2335 with curve bn254)'
const NAME_A_KEY_FILE = 'name a key file, such as ~/.eigenlayer/operator_keys/NAME.ecdsa.key.json'

const kindHint = (kind: KeyKind): string =>
  kind === 'ecdsa'
    ? 'give --ecdsa-keystore the file NAME.ecdsa.key.json'
    : 'give --bls-keystore the file NAME.bls.key.json'

function keystoreFrom(doing: string, path: string, json: unknown, format: KeyFormat, hint: string): Keystore {
  const kind = kindOf[format]
  const result = formats[format].safeParse(json)
  if (!result.success) {
    const faults = result.error.issues.map((found) => `${found.path.join('.')}: ${found.message}`).join('; ')
    throw refusal(doing, 'key_file_invalid', `${quote(path)} is no ${kind} key file: ${faults}`, hint)
  }
  checkCost(doing, path, result.data.sealed.kdf)
  return { kind, format, path, ...result.data }
}

function otherCurve(doing: string, path: string, hint: string): Error {
  const seen = `${quote(path)} does not say that its key is of BN254; EIP-2335 without that is a beacon chain validator's`
  return refusal(doing, 'key_file_wrong_kind', seen, hint)
}

function readJson(doing: string, path: string): unknown {
  const bytes = readBounded(doing, path, MAX_KEY_FILE)
  const fault = (what: string): Error => refusal(doing, 'key_file_invalid', `${quote(path)} ${what}`, NAME_A_KEY_FILE)
  if (bytes.length === 0) throw fault('is empty')
  if (bytes.length > MAX_KEY_FILE) throw fault(`is larger than ${MAX_KEY_FILE} bytes: no key file`)
  try {
    return lowerCased(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch {
    throw fault('is not JSON: no key file, or a damaged one')
  }
}

/** ethers and early geth write "Crypto" for "crypto". */
function lowerCased(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || !('Crypto' in json) || 'crypto' in json) return json
  const { Crypto: crypto, ...rest } = json
  return { ...rest, crypto }
}

function checkCost(doing: string, path: string, kdf: Kdf): void {
  if (!isAbsurd(kdf)) return
  const message = `${quote(path)} asks for a ${kdf.name} cost that would block this machine: more than 1 GiB or 10,000,000 rounds`
  throw refusal(doing, 'key_file_cost', message, 'this is no cost that a wallet writes: is the file damaged?')
}
