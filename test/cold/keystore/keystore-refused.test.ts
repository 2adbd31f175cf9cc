// Key files that are refused, one defect each; and secrets that only some formats may hold.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  g1FromCompressed,
  g1FromText,
  g1ToCompressed,
  g1ToText,
  g2FromHex,
} from '../../../src/cold/keystore/gnark-points.ts'
import { blsKey, blsKeyOf, type BlsKey, BN254_PATH } from '../../../src/cold/keystore/keys.ts'
import { writeEigenlayerBls, writeEip2335, type SealingOptions } from '../../../src/cold/keystore/keystore-write.ts'
import { readAnyKeystore, readKeystore, type KeyKind } from '../../../src/cold/keystore/keystore.ts'
import { open } from '../../../src/cold/keystore/seal.ts'
import { GROUP_ORDER } from '../../../src/shared/chain/bn254.ts'
import { refusalOf, refusalSoon } from '../../documents/refusal.ts'
import { inProject } from '../../support/project.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const bytesOf = (value: bigint): Uint8Array => Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'airlock-refused-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const place = (content: Uint8Array | string): string => {
  const path = join(folder, 'key.json')
  writeFileSync(path, content, { mode: 0o600 })
  return path
}

const real = (file: string): string => readFileSync(inProject('vectors/keystores', file), 'utf8')
const cerberus = real('cerberus.a3111a22.json')
const hourglass = real('ponos.executor.key_bn254.json')
const validator = real('bn254-keystore-go.test0.json')
const bls = real('eigensdk-go.1.bls.key.json')
const ecdsa = real('eigensdk-go.1.ecdsa.key.json')

/** A file with one defect. */
function changed(content: string, from: string | RegExp, to: string): string {
  const other = content.replace(from, to)
  if (other === content) throw new Error(`there is nothing to change: ${String(from)}`)
  return other
}

/** With PBKDF2, which cerberus reads too, and far too many rounds. */
const absurdRounds = changed(
  cerberus,
  /"scrypt","params":{[^}]*}/,
  `"pbkdf2","params":{"dklen":32,"c":1000000000,"prf":"hmac-sha256","salt":"${'00'.repeat(32)}"}`,
)

describe('read as', () => {
  test.each([
    ['cerberus', cerberus, 'bls'],
    ['Hourglass', hourglass, 'bls'],
    ['eigenlayer-cli, BLS', bls, 'bls'],
    ['eigenlayer-cli, ECDSA', ecdsa, 'ecdsa'],
  ] as const)('%s: its kind, and not the other', (_, content, kind) => {
    const other: KeyKind = kind === 'bls' ? 'ecdsa' : 'bls'
    expect(readKeystore(place(content), kind)).toEqual(readAnyKeystore(place(content)))
    expect(refusalOf(() => readKeystore(place(content), other)).code).toBe('key_file_wrong_kind')
  })

  test.each([
    ['no curve', changed(cerberus, ',"curve":"bn254"', ''), 'key_file_wrong_kind'],
    ['another curve', changed(cerberus, '"bn254"', '"bls12-381"'), 'key_file_wrong_kind'],
    ["a validator's key", validator, 'key_file_wrong_kind'],
    ["a validator's key that says BN254", changed(validator, 'bls12-381', 'bn254'), 'key_file_invalid'],
    ['a public key off the curve', changed(cerberus, '"a3111a22', '"a3111a25'), 'key_file_invalid'],
    ['a public key without its flag', changed(cerberus, '"a3111a22', '"23111a22'), 'key_file_invalid'],
    [
      'the public key of infinity',
      changed(cerberus, /"a3111a22.{56}"/, `"${'40'.padEnd(64, '0')}"`),
      'key_file_invalid',
    ],
    ['a public key in G2 off the curve', changed(hourglass, '"11d5ec23', '"11d5ec24'), 'key_file_invalid'],
    ['a secret of 33 bytes', changed(cerberus, '"1481a16a', '"001481a16a'), 'key_file_invalid'],
    ['no secret', changed(cerberus, /"1481a16a.{56}"/, '""'), 'key_file_invalid'],
    ['another cipher', changed(cerberus, 'aes-128-ctr', 'aes-256-ctr'), 'key_file_invalid'],
    ['another checksum', changed(cerberus, '"sha256"', '"keccak256"'), 'key_file_invalid'],
    ['another key length', changed(cerberus, '"dklen":32', '"dklen":64'), 'key_file_invalid'],
    ['a cost that is no power of two', changed(cerberus, '"n":262144', '"n":262145'), 'key_file_invalid'],
    ['an absurd cost', changed(cerberus, '"n":262144', '"n":1073741824'), 'key_file_cost'],
    ['an absurd number of rounds', absurdRounds, 'key_file_cost'],
    ['an ECDSA file of version 2', changed(ecdsa, '"version":3', '"version":2'), 'key_file_invalid'],
    ['no object', '[]', 'key_file_invalid'],
    ['null', 'null', 'key_file_invalid'],
    ['an object of something else', '{"hello":"world"}', 'key_file_invalid'],
  ])('%s', (_, content, code) => {
    expect(refusalOf(() => readAnyKeystore(place(content))).code).toBe(code)
  })
})

const options: SealingOptions = {
  password: text('password'),
  randomness: { salt: new Uint8Array(32).fill(1), iv: new Uint8Array(16).fill(2), uuid: new Uint8Array(16).fill(3) },
  cost: { n: 1024, r: 8, p: 1 },
}
const key = blsKeyOf(bytesOf(69n), 'the secret')
const holding = (secret: bigint): BlsKey => ({ ...key, secret: bytesOf(secret) })
const opened = async (file: Promise<Uint8Array>): Promise<BlsKey> => {
  const keystore = readAnyKeystore(place(await file))
  return blsKey(keystore, await open(keystore.sealed, options.password))
}
const eip2335 = (of: BlsKey): Promise<Uint8Array> => writeEip2335(of, BN254_PATH, options)

describe('a secret above the order', () => {
  const above = 69n + GROUP_ORDER

  test('is reduced in EIP-2335, where the public key is that of the reduced one', async () => {
    expect(await opened(eip2335(holding(above)))).toEqual(key)
    expect(await opened(eip2335(holding(above + GROUP_ORDER)))).toEqual(key)
  })

  test.each([
    ['EIP-2335, and the public key is another', () => eip2335(holding(above + 1n)), 'key_file_public_key_differs'],
    ['EIP-2335, and it is a multiple of the order', () => eip2335(holding(2n * GROUP_ORDER)), 'key_out_of_range'],
    ['EIP-2335, and it is zero', () => eip2335(holding(0n)), 'key_out_of_range'],
    ['the file of eigenlayer-cli', () => writeEigenlayerBls(holding(above), options), 'key_out_of_range'],
  ])('is refused in %s', async (_, write, code) => {
    expect((await refusalSoon(() => opened(write()))).code).toBe(code)
  })
})

test('a public key of another in G2 is found', async () => {
  const { publicKeyG2 } = blsKeyOf(bytesOf(70n), 'the secret')
  const pubkey = publicKeyG2.flat().join('').replaceAll('0x', '')
  const file = JSON.parse(new TextDecoder().decode(await eip2335(key))) as Record<string, unknown>
  const changed = Promise.resolve(text(JSON.stringify({ ...file, pubkey })))
  const refused = await refusalSoon(() => opened(changed))
  expect(refused.code).toBe('key_file_public_key_differs')
})

describe('public keys as files spell them', () => {
  // Scalar 1 is the generator (1, 2); -1 has the other y.
  test.each([
    [1n, `80${'01'.padStart(62, '0')}`],
    [GROUP_ORDER - 1n, `c0${'01'.padStart(62, '0')}`],
  ])('scalar %i: compressed as gnark does it', (scalar, compressed) => {
    const { publicKeyG1 } = blsKeyOf(bytesOf(scalar), 'the secret')
    expect(g1ToCompressed(publicKeyG1)).toBe(compressed)
    expect(g1FromCompressed(compressed)).toEqual(publicKeyG1)
  })

  test('there and back, for many points', () => {
    for (let scalar = 2n; scalar < 40n; scalar += 1n) {
      const { publicKeyG1, publicKeyG2 } = blsKeyOf(bytesOf(scalar), 'the secret')
      expect(g1FromCompressed(g1ToCompressed(publicKeyG1))).toEqual(publicKeyG1)
      expect(g1FromText(g1ToText(publicKeyG1))).toEqual(publicKeyG1)
      expect(g2FromHex(publicKeyG2.flat().join('').replaceAll('0x', ''))).toEqual(publicKeyG2)
    }
  })

  test('a coordinate just below the prime, which gnark prints as a negative number', () => {
    expect(g1FromText('E([1,-2])')).toEqual(blsKeyOf(bytesOf(GROUP_ORDER - 1n), 'the secret').publicKeyG1)
  })
})
