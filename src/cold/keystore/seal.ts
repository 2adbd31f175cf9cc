// A secret sealed with a password: the part that all formats of key files have in common.
//
// Scrypt or PBKDF2-HMAC-SHA256 gives 32 bytes; the first 16 are the key of AES-128-CTR, the last 16 begin the bytes that
// the checksum is taken of. Two schemes, which differ in two things: 'web3' (secret storage v3, and the BLS files of
// eigenlayer-cli) takes the password as its bytes and keccak256; 'eip2335' normalises the password and takes sha256.
//
// Scrypt, PBKDF2, AES and SHA-256 are Node's, and the two derivations run beside the main thread (scrypt.ts). No library reads
// all the formats, so one small file does, and the tests hold it against ethers, cast and the scrypt of @noble/hashes.
//
// Refused before any work is done: a cost that could hang the machine, another key length. A wrong password is found by
// the checksum before anything is decrypted.
import { keccak_256 } from '@noble/hashes/sha3.js'
import { createCipheriv, createHash, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { MOST_SCRYPT_BYTES, scryptKey, type ScryptCost } from '../../local/scrypt.ts'
import { eip2335Password } from './password-text.ts'

/** How a password becomes a key. */
export type Kdf =
  | ({ readonly name: 'scrypt'; readonly salt: Uint8Array } & ScryptCost)
  | { readonly name: 'pbkdf2'; readonly rounds: number; readonly salt: Uint8Array }

/** Which rules hold for the password and the checksum. */
export type Scheme = 'web3' | 'eip2335'

/** A secret under a password. */
export interface SealedSecret {
  readonly scheme: Scheme
  readonly kdf: Kdf
  /** 16 bytes: the counter that AES-128-CTR begins with. */
  readonly iv: Uint8Array
  /** As long as the secret. */
  readonly ciphertext: Uint8Array
  /** 32 bytes over the second half of the derived key and the ciphertext. */
  readonly checksum: Uint8Array
}

/** The password does not belong to the sealed secret, or that was changed. */
export class WrongPassword extends Error {}

const MAX_PBKDF2_ROUNDS = 10_000_000
const SECRET_LENGTH = 32

/** True when a key derivation asks for more than 1 GiB or 10,000,000 rounds: it would block the machine. */
export function isAbsurd(kdf: Kdf): boolean {
  return kdf.name === 'scrypt' ? 128 * kdf.n * kdf.r * kdf.p > MOST_SCRYPT_BYTES : kdf.rounds > MAX_PBKDF2_ROUNDS
}

/**
 * Opens a sealed secret.
 *
 * @param password the bytes typed; the caller wipes them
 * @returns the secret, 32 bytes big-endian; a shorter one in the file is filled up on the left
 * @throws WrongPassword
 * @throws AirlockError password_not_text
 */
export async function open(sealed: SealedSecret, password: Uint8Array): Promise<Uint8Array> {
  const key = await derivedKey(sealed.scheme, sealed.kdf, password)
  try {
    const checksum = checksumOf(sealed.scheme, key, sealed.ciphertext)
    if (!timingSafeEqual(checksum, sealed.checksum)) throw new WrongPassword('the checksum differs')
    const stored = aes(key, sealed.iv, sealed.ciphertext)
    const secret = new Uint8Array(SECRET_LENGTH)
    secret.set(stored, SECRET_LENGTH - stored.length)
    stored.fill(0)
    return secret
  } finally {
    key.fill(0)
  }
}

/**
 * Seals a secret under a password.
 *
 * @param secret 32 bytes; the caller wipes them
 * @param password the bytes typed; the caller wipes them
 * @param iv 16 random bytes, never used before with this password and salt
 * @throws AirlockError password_not_text
 * @throws RangeError when the cost, the salt, the iv or the secret is not what a key file may hold
 */
export async function seal(
  scheme: Scheme,
  secret: Uint8Array,
  password: Uint8Array,
  kdf: Kdf,
  iv: Uint8Array,
): Promise<SealedSecret> {
  if (secret.length !== SECRET_LENGTH) throw new RangeError('a secret has 32 bytes')
  if (kdf.salt.length !== 32 || iv.length !== 16) throw new RangeError('a salt has 32 bytes and an iv 16')
  if (isAbsurd(kdf)) throw new RangeError('the cost of the key derivation is above the bound')
  const key = await derivedKey(scheme, kdf, password)
  try {
    const ciphertext = aes(key, iv, secret)
    return { scheme, kdf, iv, ciphertext, checksum: checksumOf(scheme, key, ciphertext) }
  } finally {
    key.fill(0)
  }
}

async function derivedKey(scheme: Scheme, kdf: Kdf, password: Uint8Array): Promise<Uint8Array> {
  const text = scheme === 'eip2335' ? eip2335Password(password) : Uint8Array.from(password)
  try {
    return await (kdf.name === 'scrypt'
      ? scryptKey(text, kdf.salt, kdf)
      : pbkdf2Key(text, kdf.salt, kdf.rounds, 32, 'sha256'))
  } finally {
    text.fill(0)
  }
}

const pbkdf2Key = promisify(pbkdf2)

/** AES-128-CTR, which is its own inverse. */
function aes(key: Uint8Array, iv: Uint8Array, input: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-ctr', key.subarray(0, 16), iv)
  return cipher.update(input)
}

function checksumOf(scheme: Scheme, key: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + ciphertext.length)
  bytes.set(key.subarray(16, 32))
  bytes.set(ciphertext, 16)
  const checksum = scheme === 'web3' ? keccak_256(bytes) : createHash('sha256').update(bytes).digest()
  bytes.fill(0)
  return checksum
}
