// The layouts of key files: JSON in, one sealed secret and what the file says of its public key out.
//
// web3-v3: web3 secret storage v3 (ECDSA), as geth, cast and eigenlayer-cli write it; the address may be missing (Rust
// tools leave it out). eigenlayer-bls: {"pubKey":"E([x,y])","crypto":{...}} of eigenlayer-cli and eigensdk, whose crypto
// part is that of web3 v3. eip2335-bn254: EIP-2335 with BN254 in place of BLS12-381, as cerberus writes it (version 0,
// "curve", pubkey is a compressed G1) and Hourglass (version 4, "curveType", pubkey is an uncompressed G2).
//
// Refused: another cipher, another checksum, wrong lengths, numbers that no key derivation can have. Fields that say
// nothing of the secret (id, uuid, description, path) are not looked at. No public key in a file is authenticated.
import { hexToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import type { G1Words, G2Words } from '../../shared/chain/bn254.ts'
import { g1FromCompressed, g1FromText, G1_TEXT, g2FromHex } from './gnark-points.ts'
import type { Kdf, SealedSecret } from './seal.ts'

export type KeyKind = 'ecdsa' | 'bls'

export type KeyFormat = 'web3-v3' | 'eigenlayer-bls' | 'eip2335-bn254'

/** What a file says of its own public key: to be compared once the key is open, never to be trusted. */
export type Claim = { readonly address: string } | { readonly publicKeyG1: G1Words } | { readonly publicKeyG2: G2Words }

/** What a well-formed key file holds. */
export interface KeystoreContent {
  readonly sealed: SealedSecret
  /** null where the file says nothing. */
  readonly claims: Claim | null
}

/** Which kind of key each format holds. */
export const kindOf: Readonly<Record<KeyFormat, KeyKind>> = {
  'web3-v3': 'ecdsa',
  'eigenlayer-bls': 'bls',
  'eip2335-bn254': 'bls',
}

const hex = (least: number, most = least): z.ZodString => {
  const count = least === most ? `${least}` : `${least} to ${most}`
  const pattern = new RegExp(`^([0-9a-fA-F]{2}){${least},${most}}$`)
  return z.string().regex(pattern, `expected ${count} bytes of hex without 0x`)
}
const bytes = (least: number, most = least): z.ZodPipe<z.ZodString, z.ZodTransform<Uint8Array, string>> =>
  hex(least, most).transform(hexToBytes)

const dklen = z.literal(32, 'expected 32')
const salt = bytes(8, 128)

const scryptParams = z
  .object({
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
  .transform(({ n, r, p, salt }): Kdf => ({ name: 'scrypt', n, r, p, salt }))

const pbkdf2Params = z
  .object({
    dklen,
    c: z.number().int().min(1),
    prf: z.literal('hmac-sha256', 'expected hmac-sha256'),
    salt,
  })
  .transform(({ c, salt }): Kdf => ({ name: 'pbkdf2', rounds: c, salt }))

const web3Base = {
  cipher: z.literal('aes-128-ctr', 'expected aes-128-ctr'),
  cipherparams: z.object({ iv: bytes(16) }),
  ciphertext: bytes(32),
  mac: bytes(32),
}

const web3Crypto = z
  .discriminatedUnion('kdf', [
    z.object({ ...web3Base, kdf: z.literal('scrypt'), kdfparams: scryptParams }),
    z.object({ ...web3Base, kdf: z.literal('pbkdf2'), kdfparams: pbkdf2Params }),
  ])
  .transform(({ kdfparams: kdf, cipherparams: { iv }, ciphertext, mac }): SealedSecret => ({
    scheme: 'web3',
    kdf,
    iv,
    ciphertext,
    checksum: mac,
  }))

const web3V3 = z
  .object({
    version: z.literal(3, 'expected version 3'),
    crypto: web3Crypto,
    address: z
      .string()
      .regex(/^(0x)?[0-9a-fA-F]{40}$/, 'expected 40 hex digits')
      .optional(),
  })
  .transform(({ crypto: sealed, address }): KeystoreContent => {
    const claims = address === undefined ? null : { address: `0x${address.replace(/^0x/, '').toLowerCase()}` }
    return { sealed, claims }
  })

const eigenlayerBls = z
  .object({ pubKey: z.string().regex(G1_TEXT, 'expected E([x,y]) in decimal'), crypto: web3Crypto })
  .transform(({ crypto: sealed, pubKey }): KeystoreContent => ({ sealed, claims: { publicKeyG1: g1FromText(pubKey) } }))

/** A module of EIP-2335: what it does, with which parameters, on which bytes. */
const eip2335Crypto = z
  .object({
    kdf: z.discriminatedUnion('function', [
      z.object({ function: z.literal('scrypt'), params: scryptParams, message: z.literal('') }),
      z.object({ function: z.literal('pbkdf2'), params: pbkdf2Params, message: z.literal('') }),
    ]),
    checksum: z.object({ function: z.literal('sha256', 'expected sha256'), message: bytes(32) }),
    cipher: z.object({
      function: z.literal('aes-128-ctr', 'expected aes-128-ctr'),
      params: z.object({ iv: bytes(16) }),
      // cerberus leaves out the zero bytes that an imported secret begins with.
      message: bytes(1, 32),
    }),
  })
  .transform(({ kdf, checksum, cipher }): SealedSecret => ({
    scheme: 'eip2335',
    kdf: kdf.params,
    iv: cipher.params.iv,
    ciphertext: cipher.message,
    checksum: checksum.message,
  }))

const eip2335Bn254 = z
  .object({
    crypto: eip2335Crypto,
    pubkey: z.union([hex(32), hex(128)], 'expected a compressed G1 (32 bytes) or a G2 (128 bytes), hex without 0x'),
  })
  .transform(({ crypto: sealed, pubkey }, context): KeystoreContent => {
    try {
      const g1 = pubkey.length === 64
      return { sealed, claims: g1 ? { publicKeyG1: g1FromCompressed(pubkey) } : { publicKeyG2: g2FromHex(pubkey) } }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      context.addIssue({ code: 'custom', path: ['pubkey'], message: error.message })
      return z.NEVER
    }
  })

/** What a file of each format must look like. */
export const formats: Readonly<Record<KeyFormat, z.ZodType<KeystoreContent>>> = {
  'web3-v3': web3V3,
  'eigenlayer-bls': eigenlayerBls,
  'eip2335-bn254': eip2335Bn254,
}

type Fields = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null

/**
 * The format of a key file, by the fields that only that format has.
 *
 * @returns 'other-curve' for EIP-2335 of another curve, as beacon chain validators have; null for what looks like none
 */
export function recognise(json: unknown): KeyFormat | 'other-curve' | null {
  if (!isObject(json)) return null
  if ('pubKey' in json) return 'eigenlayer-bls'
  if (isObject(json['crypto']) && isObject(json['crypto']['kdf'])) {
    const curve = json['curve'] ?? json['curveType']
    return curve === 'bn254' ? 'eip2335-bn254' : 'other-curve'
  }
  return json['version'] === 3 ? 'web3-v3' : null
}
