// Key files written: opened by ethers, cast and Node's own crypto, laid out as the files of the operators' tools.
import { execFileSync } from 'node:child_process'
import { scrypt } from '@noble/hashes/scrypt.js'
import { createDecipheriv, createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decryptKeystoreJson, keccak256 } from 'ethers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blsKey, blsKeyOf, ecdsaKey, ecdsaKeyOf, BN254_PATH } from '../../../src/cold/keystore/keys.ts'
import {
  STANDARD_COST,
  writeEigenlayerBls,
  writeEip2335,
  writeWeb3V3,
  type SealingOptions,
} from '../../../src/cold/keystore/keystore-write.ts'
import { readAnyKeystore } from '../../../src/cold/keystore/keystore.ts'
import { open } from '../../../src/cold/keystore/seal.ts'
import { root } from '../../support/project.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')

const LIGHT = { n: 4096, r: 8, p: 1 }
const PASSWORD = 'correct horse, batterie à cheval'
const randomness = { salt: bytes('5a'.repeat(32)), iv: bytes('a5'.repeat(16)), uuid: bytes('ff'.repeat(16)) }
const options = (password = PASSWORD): SealingOptions => ({ password: text(password), randomness, cost: LIGHT })

/** In range for both curves; one of them begins with zero bytes. */
const secrets = ['000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f', '0123456789abcdef'.repeat(4)]
const ecdsa = (secret: string): ReturnType<typeof ecdsaKeyOf> => ecdsaKeyOf(bytes(secret), 'the secret')
const bls = (secret: string): ReturnType<typeof blsKeyOf> => blsKeyOf(bytes(secret), 'the secret')

interface Web3Crypto {
  ciphertext: string
  cipherparams: { iv: string }
  kdfparams: { n: number; r: number; p: number; dklen: number; salt: string }
  mac: string
}
interface Eip2335 {
  crypto: {
    kdf: { params: { n: number; r: number; p: number; dklen: number; salt: string } }
    checksum: { message: string }
    cipher: { params: { iv: string }; message: string }
  }
  pubkey: string
  uuid: string
}
const parsed = (file: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(file))

/** The fields of a file in their order, with what kind of value each has. */
function layout(value: unknown): unknown {
  if (typeof value === 'string')
    return value === '' ? 'empty' : `text of ${/^[0-9a-f]+$/.test(value) ? value.length : 'words'}`
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).map(([name, inner]) => [name, layout(inner)])
}
/** The layout of a real file, which has geth's standard cost where a test has a light one. */
const layoutOf = (file: string): unknown =>
  layout(JSON.parse(readFileSync(join(root, 'vectors/keystores', file), 'utf8')))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'airlock-write-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const place = (file: Uint8Array): string => {
  const path = join(folder, `${hex(createHash('sha256').update(file).digest()).slice(0, 16)}.json`)
  writeFileSync(path, file, { mode: 0o600 })
  return path
}

/** Opens with the scrypt of @noble/hashes and Node's cipher: another scrypt than the one that wrote. */
function openedElsewhere(
  password: string,
  params: { n: number; r: number; p: number; salt: string },
  sealed: { iv: string; ciphertext: string; checksum: string },
  hash: (input: Uint8Array) => string,
): string {
  const { n, r, p, salt } = params
  const key = scrypt(password, bytes(salt), { N: n, r, p, dkLen: 32 })
  expect(hash(Buffer.concat([key.subarray(16), bytes(sealed.ciphertext)]))).toBe(sealed.checksum)
  const cipher = createDecipheriv('aes-128-ctr', key.subarray(0, 16), bytes(sealed.iv))
  return hex(Buffer.concat([cipher.update(bytes(sealed.ciphertext)), cipher.final()]))
}

describe('web3 secret storage', () => {
  test.each(secrets)('%s: read again, and by ethers', async (secret) => {
    const key = ecdsa(secret)
    const file = await writeWeb3V3(key, options())
    const keystore = readAnyKeystore(place(file))
    expect(keystore.format).toBe('web3-v3')
    expect(ecdsaKey(keystore, await open(keystore.sealed, text(PASSWORD)))).toEqual(key)
    const theirs = await decryptKeystoreJson(new TextDecoder().decode(file), text(PASSWORD))
    expect(theirs).toEqual({ address: key.address, privateKey: `0x${secret}` })
  })

  test.each(secrets)('%s: cast signs with it', async (secret) => {
    const key = ecdsa(secret)
    const path = place(await writeWeb3V3(key, options()))
    const passwordFile = place(text(PASSWORD))
    const args = ['wallet', 'address', '--keystore', path, '--password-file', passwordFile]
    const printed = execFileSync(join(root, 'node_modules/.bin/cast'), args, { encoding: 'utf8' })
    expect(printed.trim()).toBe(key.address)
  })

  test('laid out as eigenlayer-cli lays it out, at the standard cost', async () => {
    const file = await writeWeb3V3(ecdsa(secrets[1] ?? ''), { password: text(PASSWORD), randomness })
    expect(layout(parsed(file))).toEqual(layoutOf('eigenlayer-cli.opr.ecdsa.key.json'))
    expect(STANDARD_COST).toEqual({ n: 262_144, r: 8, p: 1 })
    expect(parsed(file)).toMatchObject({ id: 'ffffffff-ffff-4fff-bfff-ffffffffffff', version: 3 })
  })
})

describe('the BLS file of eigenlayer-cli', () => {
  test.each(secrets)('%s: read again, and by another scrypt', async (secret) => {
    const key = bls(secret)
    const file = await writeEigenlayerBls(key, options())
    const keystore = readAnyKeystore(place(file))
    expect(keystore.format).toBe('eigenlayer-bls')
    expect(blsKey(keystore, await open(keystore.sealed, text(PASSWORD)))).toEqual(key)
    const { crypto } = parsed(file) as { crypto: Web3Crypto }
    const sealed = { iv: crypto.cipherparams.iv, ciphertext: crypto.ciphertext, checksum: crypto.mac }
    expect(openedElsewhere(PASSWORD, crypto.kdfparams, sealed, (input) => keccak256(input).slice(2))).toBe(secret)
  })

  test('laid out as eigensdk lays it out, field by field, at the standard cost', async () => {
    const file = await writeEigenlayerBls(bls(secrets[1] ?? ''), { password: text(PASSWORD), randomness })
    expect(layout(parsed(file))).toEqual(layoutOf('eigensdk-go.1.bls.key.json'))
  })

  test('the key of a real file, written again with its salt and iv, is that file byte by byte', async () => {
    const path = join(root, 'vectors/keystores/eigensdk-go.1.bls.key.json')
    const keystore = readAnyKeystore(path)
    const password = text('fDUMDLmBROwlzzPXyIcy')
    const { kdf, iv } = keystore.sealed
    const key = blsKey(keystore, await open(keystore.sealed, password))
    const file = await writeEigenlayerBls(key, { password, randomness: { salt: kdf.salt, iv, uuid: randomness.uuid } })
    expect(new TextDecoder().decode(file)).toBe(readFileSync(path, 'utf8').trim())
  })
})

describe('EIP-2335 with BN254', () => {
  const awkward = 'ﬁne\tpässwörd\u0085 𝔱'
  const normal = 'finepa\u0308sswo\u0308rd t'

  test.each(secrets)('%s: read again, and by another scrypt with the password in its normal form', async (secret) => {
    const key = bls(secret)
    const file = await writeEip2335(key, BN254_PATH, options(awkward))
    const keystore = readAnyKeystore(place(file))
    expect(keystore.format).toBe('eip2335-bn254')
    expect(blsKey(keystore, await open(keystore.sealed, text(awkward)))).toEqual(key)
    const { kdf, checksum, cipher } = (parsed(file) as Eip2335).crypto
    const sealed = { iv: cipher.params.iv, ciphertext: cipher.message, checksum: checksum.message }
    const sha256 = (input: Uint8Array): string => createHash('sha256').update(input).digest('hex')
    expect(openedElsewhere(normal, kdf.params, sealed, sha256)).toBe(secret)
  })

  test('the key of a real file, written again with its salt and iv, is that file but for its uuid', async () => {
    const path = join(root, 'vectors/keystores/cerberus.a3111a22.json')
    const keystore = readAnyKeystore(path)
    const password = text('p@$$w0rd')
    const { kdf, iv } = keystore.sealed
    const key = blsKey(keystore, await open(keystore.sealed, password))
    const file = await writeEip2335(key, BN254_PATH, { password, randomness: { ...randomness, salt: kdf.salt, iv } })
    const real = readFileSync(path, 'utf8').trim()
    const { uuid } = JSON.parse(real) as Eip2335
    expect(new TextDecoder().decode(file)).toBe(real.replace(uuid, 'ffffffffffff4fffbfffffffffffffff'))
  })

  test.each([1, 31])('a secret of which %i bytes are stored is filled up on the left', async (length) => {
    const key = bls(secrets[1]?.slice(0, 2 * length).padStart(64, '0') ?? '')
    const file = parsed(await writeEip2335(key, BN254_PATH, options())) as Eip2335
    const { kdf, cipher, checksum } = file.crypto
    const cost = { N: LIGHT.n, r: LIGHT.r, p: LIGHT.p, dkLen: 32 }
    const derived = scrypt(PASSWORD.normalize('NFKD'), bytes(kdf.params.salt), cost)
    const stored = createDecipheriv('aes-128-ctr', derived.subarray(0, 16), randomness.iv)
    cipher.message = hex(stored.update(key.secret.slice(32 - length)))
    checksum.message = createHash('sha256').update(derived.subarray(16)).update(bytes(cipher.message)).digest('hex')
    const keystore = readAnyKeystore(place(text(JSON.stringify(file))))
    expect(blsKey(keystore, await open(keystore.sealed, text(PASSWORD)))).toEqual(key)
  })
})

test.each([
  ['a short salt', { ...randomness, salt: bytes('00') }],
  ['a short iv', { ...randomness, iv: bytes('00') }],
  ['a short uuid', { ...randomness, uuid: bytes('00') }],
])('%s makes no file', async (_, short) => {
  const key = ecdsa(secrets[1] ?? '')
  await expect(writeWeb3V3(key, { ...options(), randomness: short })).rejects.toThrow(RangeError)
})
