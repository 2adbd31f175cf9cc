// Sealed secrets: the published vectors of EIP-2335, its passwords, and what no key file may ask for.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eip2335Password, normalText } from '../../../src/cold/keystore/password-text.ts'
import { isAbsurd, open, seal, WrongPassword, type Kdf, type SealedSecret } from '../../../src/cold/keystore/seal.ts'
import { refusalOf } from '../../documents/refusal.ts'
import { inProject } from '../../support/project.ts'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')

const folder = inProject('vectors/keystores')
const { otherCurves } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
  otherCurves: { file: string; password: string; secret: string }[]
}

interface Eip2335File {
  readonly crypto: {
    readonly kdf: { function: string; params: { salt: string; n: number; r: number; p: number; c: number } }
    readonly checksum: { message: string }
    readonly cipher: { params: { iv: string }; message: string }
  }
}

/** The two vectors in EIP-2335 are of BLS12-381, which the reader of key files refuses: here they are read by hand. */
function sealedIn(file: string): SealedSecret {
  const { kdf, checksum, cipher } = (JSON.parse(readFileSync(join(folder, file), 'utf8')) as Eip2335File).crypto
  const { salt, n, r, p, c } = kdf.params
  return {
    scheme: 'eip2335',
    kdf:
      kdf.function === 'scrypt'
        ? { name: 'scrypt', n, r, p, salt: bytes(salt) }
        : { name: 'pbkdf2', rounds: c, salt: bytes(salt) },
    iv: bytes(cipher.params.iv),
    ciphertext: bytes(cipher.message),
    checksum: bytes(checksum.message),
  }
}

describe('the vectors of EIP-2335', () => {
  test.each(otherCurves)('$file', async ({ file, password, secret }) => {
    expect(`0x${hex(await open(sealedIn(file), text(password)))}`).toBe(secret)
  })
})

describe('passwords', () => {
  test('EIP-2335: its example becomes testpassword and a key', () => {
    expect(hex(eip2335Password(text('𝔱𝔢𝔰𝔱𝔭𝔞𝔰𝔰𝔴𝔬𝔯𝔡🔑')))).toBe('7465737470617373776f7264f09f9491')
  })

  test.each([
    ['control characters of ASCII', 'a\u0000b\tc\nd\u001fe\u007ff', 'abcdef'],
    ['control characters beside other text', 'ä\u0080b\u009fc\u007f\u0007', 'a\u0308bc'],
    ['a byte order mark, which is no control character', '\ufeffä', '\ufeffa\u0308'],
    ['spaces, which stay', ' a b ', ' a b '],
    ['nothing', '', ''],
  ])('EIP-2335: %s', (_, typed, wanted) => {
    expect(eip2335Password(text(typed))).toEqual(text(wanted))
  })

  test('a BIP-39 passphrase keeps its control characters', () => {
    expect(normalText(text('ä\tb'))).toBe('a\u0308\tb')
  })

  test('what is no UTF-8 is refused where text is wanted, and taken as it is where not', async () => {
    const latin1 = Uint8Array.of(0x70, 0xe4, 0x73)
    expect(refusalOf(() => eip2335Password(latin1)).code).toBe('password_not_text')
    const sealed = await seal('web3', secret, latin1, light, iv)
    expect(await open(sealed, latin1)).toEqual(secret)
  })
})

const salt = bytes('5a'.repeat(32))
const iv = bytes('a5'.repeat(16))
const secret = bytes('0123456789abcdef'.repeat(4))
const light: Kdf = { name: 'scrypt', n: 1024, r: 8, p: 1, salt }

describe('what is sealed', () => {
  test.each(['web3', 'eip2335'] as const)('%s: opens again, and only with its password', async (scheme) => {
    const sealed = await seal(scheme, secret, text('right'), light, iv)
    expect(await open(sealed, text('right'))).toEqual(secret)
    await expect(open(sealed, text('wrong'))).rejects.toThrow(WrongPassword)
  })

  test.each(['web3', 'eip2335'] as const)('%s: one bit of the ciphertext changed is found', async (scheme) => {
    const sealed = await seal(scheme, secret, text('right'), light, iv)
    const ciphertext = sealed.ciphertext.map((byte, index) => (index === 31 ? byte ^ 1 : byte))
    await expect(open({ ...sealed, ciphertext }, text('right'))).rejects.toThrow(WrongPassword)
  })

  test('the password given stays as it is, for its owner to wipe', async () => {
    const password = text('right')
    await seal('eip2335', secret, password, light, iv)
    expect(password).toEqual(text('right'))
  })

  test.each([
    ['a short secret', secret.slice(1), salt, iv],
    ['a short salt', secret, salt.slice(1), iv],
    ['a short iv', secret, salt, iv.slice(1)],
  ])('%s is not sealed', async (_, wrongSecret, wrongSalt, wrongIv) => {
    const kdf = { ...light, salt: wrongSalt }
    await expect(seal('web3', wrongSecret, text('right'), kdf, wrongIv)).rejects.toThrow(RangeError)
  })
})

test.each([
  ['geth, standard', { name: 'scrypt', n: 262_144, r: 8, p: 1, salt }, false],
  ['geth, light', { name: 'scrypt', n: 4096, r: 8, p: 6, salt }, false],
  ['1 GiB', { name: 'scrypt', n: 2 ** 20, r: 8, p: 1, salt }, false],
  ['2 GiB', { name: 'scrypt', n: 2 ** 21, r: 8, p: 1, salt }, true],
  ['1 GiB, twice', { name: 'scrypt', n: 2 ** 20, r: 8, p: 2, salt }, true],
  ['ten million rounds', { name: 'pbkdf2', rounds: 10_000_000, salt }, false],
  ['one round more', { name: 'pbkdf2', rounds: 10_000_001, salt }, true],
] as const)('the cost of %s', (_, kdf, absurd) => {
  expect(isAbsurd(kdf)).toBe(absurd)
})
