// Key files written: the same three formats that keystore.ts reads, for the tools that operators have.
//
// web3-v3 as geth writes it (web3 secret storage v3: address in lower case without 0x, uuid of version 4);
// eigenlayer-bls as eigensdk's BLS files, {"pubKey":"E([x,y])","crypto":{...}}; eip2335-bn254 as cerberus does (EIP-2335
// with version 0, "curve":"bn254", the public key as gnark's compressed G1, a uuid without dashes). One line of JSON.
//
// Scrypt only, at geth's standard cost unless told otherwise. Nothing random is drawn here: salt, iv and uuid come in as
// bytes. What goes in is a key whose public half was computed from its secret, so that no file can name another's.
import { bytesToHex } from '@noble/hashes/utils.js'
import type { ScryptCost } from '../../local/scrypt.ts'
import { g1ToCompressed, g1ToText } from './gnark-points.ts'
import type { BlsKey, EcdsaKey } from './keys.ts'
import { seal, type Kdf, type Scheme, type SealedSecret } from './seal.ts'

/** What must be fresh and random for each file. */
export interface FileRandomness {
  /** 32 bytes. */
  readonly salt: Uint8Array
  /** 16 bytes. */
  readonly iv: Uint8Array
  /** 16 bytes, of which six bits are overwritten. */
  readonly uuid: Uint8Array
}

/** geth's standard, which eigenlayer-cli and cerberus take too: 256 MiB and about a second. */
export const STANDARD_COST: ScryptCost = { n: 262_144, r: 8, p: 1 }

/** What sealing takes besides the key: the password stays the caller's to wipe. */
export interface SealingOptions {
  readonly password: Uint8Array
  readonly randomness: FileRandomness
  readonly cost?: ScryptCost
}

/**
 * An ECDSA key file: web3 secret storage v3.
 *
 * @returns the file's text, UTF-8
 * @throws RangeError when the randomness has wrong lengths, or the cost is no cost
 */
export async function writeWeb3V3(key: EcdsaKey, options: SealingOptions): Promise<Uint8Array> {
  const sealed = await sealSecret('web3', key.secret, options)
  return textOf({
    address: key.address.slice(2).toLowerCase(),
    crypto: web3Crypto(sealed),
    id: uuidText(options.randomness.uuid),
    version: 3,
  })
}

/**
 * A BLS key file of eigenlayer-cli.
 *
 * @returns the file's text, UTF-8
 * @throws RangeError when the randomness has wrong lengths, or the cost is no cost
 */
export async function writeEigenlayerBls(key: BlsKey, options: SealingOptions): Promise<Uint8Array> {
  const sealed = await sealSecret('web3', key.secret, options)
  return textOf({ pubKey: g1ToText(key.publicKeyG1), crypto: web3Crypto(sealed) })
}

/**
 * A BLS key file of cerberus: EIP-2335 with BN254.
 *
 * @param path from which the key was derived, as text; it says nothing to a reader
 * @returns the file's text, UTF-8
 * @throws AirlockError password_not_text
 * @throws RangeError when the randomness has wrong lengths, or the cost is no cost
 */
export async function writeEip2335(key: BlsKey, path: string, options: SealingOptions): Promise<Uint8Array> {
  const { kdf, iv, ciphertext, checksum } = await sealSecret('eip2335', key.secret, options)
  return textOf({
    crypto: {
      kdf: { function: 'scrypt', params: scryptParams(kdf), message: '' },
      checksum: { function: 'sha256', params: {}, message: bytesToHex(checksum) },
      cipher: { function: 'aes-128-ctr', params: { iv: bytesToHex(iv) }, message: bytesToHex(ciphertext) },
    },
    description: '',
    pubkey: g1ToCompressed(key.publicKeyG1),
    path,
    uuid: uuidText(options.randomness.uuid).replaceAll('-', ''),
    version: 0,
    curve: 'bn254',
  })
}

function sealSecret(scheme: Scheme, secret: Uint8Array, options: SealingOptions): Promise<SealedSecret> {
  const { password, randomness, cost = STANDARD_COST } = options
  const kdf: Kdf = { name: 'scrypt', ...cost, salt: randomness.salt }
  return seal(scheme, secret, password, kdf, randomness.iv)
}

const web3Crypto = ({ kdf, iv, ciphertext, checksum }: SealedSecret): object => ({
  cipher: 'aes-128-ctr',
  ciphertext: bytesToHex(ciphertext),
  cipherparams: { iv: bytesToHex(iv) },
  kdf: 'scrypt',
  kdfparams: scryptParams(kdf),
  mac: bytesToHex(checksum),
})

function scryptParams(kdf: Kdf): object {
  if (kdf.name !== 'scrypt') throw new RangeError('only scrypt is written')
  return { dklen: 32, n: kdf.n, p: kdf.p, r: kdf.r, salt: bytesToHex(kdf.salt) }
}

/** RFC 9562: version 4, random, with dashes. */
function uuidText(random: Uint8Array): string {
  if (random.length !== 16) throw new RangeError('a uuid has 16 bytes')
  const bytes = Uint8Array.from(random)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytesToHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

const textOf = (file: object): Uint8Array => new TextEncoder().encode(JSON.stringify(file))
