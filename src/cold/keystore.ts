// Key files as operators have them in ~/.eigenlayer/operator_keys, read up to the point where a password is needed.
//
// ECDSA: web3 secret storage v3, as geth, cast and eigenlayer-cli write it; the address field is optional (Rust tools
// leave it out) and never trusted. BLS: the JSON of eigenlayer-cli and eigensdk, {"pubKey":"E([x,y])","crypto":{...}},
// whose crypto part is that of web3 v3 (MAC with keccak256) and whose pubKey is not authenticated and not trusted.
//
// Refused before any work is done: a KDF whose cost could hang the machine, another cipher, wrong lengths.
import { bn254 } from '@noble/curves/bn254.js'
import * as z from 'zod'
import { refusal } from '../shared/errors.ts'
import { quote } from '../shared/quote.ts'
import { readBounded } from '../local/files.ts'

export type KeyKind = 'ecdsa' | 'bls'

/** A key file that is well-formed, still locked. */
export interface Keystore {
  readonly kind: KeyKind
  readonly path: string
  /** The encrypted part, as it stands in the file. */
  readonly crypto: EncryptedPart
  /** What the file itself says of its public key, to be compared once the key is open; null where it says nothing. */
  readonly claims: { readonly address: string } | { readonly x: bigint; readonly y: bigint } | null
}

const MAX_KEY_FILE = 64 * 1024
/** Memory that scrypt may take: 128 * n * r. The standard cost needs 256 MiB. */
const MAX_SCRYPT_BYTES = 1024 ** 3
const MAX_PBKDF2_ROUNDS = 10_000_000

const hex = (bytes: number): z.ZodString =>
  z.string().regex(new RegExp(`^[0-9a-fA-F]{${bytes * 2}}$`), `expected ${bytes} bytes of hex without 0x`)

const salt = z.string().regex(/^([0-9a-fA-F]{2}){8,128}$/, 'expected 8 to 128 bytes of hex without 0x')
const dklen = z.literal(32, 'expected 32')

const scrypt = z.object({
  dklen,
  n: z
    .number()
    .int()
    .min(2)
    .refine((n) => Number.isInteger(Math.log2(n)), 'expected a power of two'),
  r: z.number().int().min(1).max(64),
  p: z.number().int().min(1).max(16),
  salt,
})

const pbkdf2 = z.object({
  dklen,
  c: z.number().int().min(1),
  prf: z.literal('hmac-sha256', 'expected hmac-sha256'),
  salt,
})

const base = {
  cipher: z.literal('aes-128-ctr', 'expected aes-128-ctr'),
  cipherparams: z.object({ iv: hex(16) }),
  ciphertext: hex(32),
  mac: hex(32),
}

const encryptedPart = z.discriminatedUnion('kdf', [
  z.object({ ...base, kdf: z.literal('scrypt'), kdfparams: scrypt }),
  z.object({ ...base, kdf: z.literal('pbkdf2'), kdfparams: pbkdf2 }),
])
export type EncryptedPart = z.output<typeof encryptedPart>

const ecdsaFile = z.object({
  version: z.literal(3, 'expected version 3'),
  crypto: encryptedPart,
  address: z
    .string()
    .regex(/^(0x)?[0-9a-fA-F]{40}$/, 'expected 40 hex digits')
    .optional(),
})

/** gnark prints a point as E([x,y]), decimal, and a coordinate just below the prime as a negative number. */
const GNARK_POINT = /^E\(\[(-?[0-9]{1,78}),(-?[0-9]{1,78})\]\)$/
const blsFile = z.object({
  pubKey: z.string().regex(GNARK_POINT, 'expected E([x,y]) in decimal'),
  crypto: encryptedPart,
})

/**
 * Reads a key file.
 *
 * @param path the file
 * @param kind which of the two kinds is expected
 * @throws AirlockError key_file_invalid, key_file_wrong_kind, key_file_cost, and those of reading a file
 */
export function readKeystore(path: string, kind: KeyKind): Keystore {
  const doing = `reading ${kind === 'ecdsa' ? 'ECDSA' : 'BLS'} key file`
  const json = lowerCased(parse(doing, path, readBounded(doing, path, MAX_KEY_FILE)))
  const other = otherKind(json, kind)
  if (other !== null) throw refusal(doing, 'key_file_wrong_kind', `${quote(path)} is ${other}`, kindHint(kind))
  const schema = kind === 'ecdsa' ? ecdsaFile : blsFile
  const result = schema.safeParse(json)
  if (!result.success) {
    const faults = result.error.issues.map((found) => `${found.path.join('.')}: ${found.message}`).join('; ')
    throw refusal(doing, 'key_file_invalid', `${quote(path)} is no ${kind} key file: ${faults}`, kindHint(kind))
  }
  checkCost(doing, path, result.data.crypto)
  const claims = 'pubKey' in result.data ? claimedPoint(result.data.pubKey) : claimedAddress(result.data.address)
  return { kind, path, crypto: result.data.crypto, claims }
}

function parse(doing: string, path: string, bytes: Uint8Array): unknown {
  const fault = (what: string): Error =>
    refusal(
      doing,
      'key_file_invalid',
      `${quote(path)} ${what}`,
      'name a key file, such as ~/.eigenlayer/operator_keys/NAME.ecdsa.key.json',
    )
  if (bytes.length === 0) throw fault('is empty')
  if (bytes.length > MAX_KEY_FILE) throw fault(`is larger than ${MAX_KEY_FILE} bytes: no key file`)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
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

/** What else a file is, when it is not of the kind expected: the two are easily swapped on a command line. */
function otherKind(json: unknown, kind: KeyKind): string | null {
  if (typeof json !== 'object' || json === null) return null
  if (kind === 'ecdsa' && 'pubKey' in json) return 'a BLS key file, expected an ECDSA one (web3 secret storage)'
  if (kind === 'bls' && 'version' in json && json.version === 3 && !('pubKey' in json)) {
    return 'an ECDSA key file, expected a BLS one (with a pubKey field)'
  }
  return null
}

const kindHint = (kind: KeyKind): string =>
  kind === 'ecdsa'
    ? 'give --ecdsa-keystore the file NAME.ecdsa.key.json'
    : 'give --bls-keystore the file NAME.bls.key.json'

function checkCost(doing: string, path: string, { kdf, kdfparams }: EncryptedPart): void {
  const absurd =
    kdf === 'scrypt'
      ? 128 * kdfparams.n * kdfparams.r * kdfparams.p > MAX_SCRYPT_BYTES
      : kdfparams.c > MAX_PBKDF2_ROUNDS
  if (!absurd) return
  const message = `${quote(path)} asks for a ${kdf} cost that would block this machine: more than 1 GiB or 10,000,000 rounds`
  throw refusal(doing, 'key_file_cost', message, 'this is no cost that a wallet writes: is the file damaged?')
}

const claimedAddress = (address: string | undefined): Keystore['claims'] =>
  address === undefined ? null : { address: `0x${address.replace(/^0x/, '').toLowerCase()}` }

function claimedPoint(text: string): Keystore['claims'] {
  const [, x = '', y = ''] = GNARK_POINT.exec(text) ?? []
  const { Fp } = bn254.fields
  return { x: Fp.create(BigInt(x)), y: Fp.create(BigInt(y)) }
}
