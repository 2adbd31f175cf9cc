// Real key files of the tools that operators use: each opens, to the key that its source names.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decryptKeystoreJson } from 'ethers'
import { describe, expect, test } from 'vitest'
import { blsKey, ecdsaKey } from '../../../src/cold/keystore/keys.ts'
import { readAnyKeystore, readKeystore, type KeyFormat } from '../../../src/cold/keystore/keystore.ts'
import { open, WrongPassword } from '../../../src/cold/keystore/seal.ts'
import { refusalOf } from '../../documents/refusal.ts'
import { inProject } from '../../support/project.ts'

interface KeyFile {
  readonly file: string
  readonly format: KeyFormat
  readonly password: string
  readonly address?: string
  readonly operatorId?: string
  readonly publicKeyG1?: readonly string[]
  readonly publicKeyG2?: readonly (readonly string[])[]
}
interface OtherCurve {
  readonly file: string
  readonly password: string
  readonly secret: string
}

const folder = process.env['AIRLOCK_KEYSTORES'] ?? inProject('vectors/keystores')
const { cases, otherCurves } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
  cases: KeyFile[]
  otherCurves: OtherCurve[]
}

const password = (text: string): Uint8Array => new TextEncoder().encode(text)

test.each(cases)('$file', async ({ file, format, ...expected }) => {
  const keystore = readAnyKeystore(join(folder, file))
  expect(keystore.format).toBe(format)
  expect(keystore.kind).toBe(expected.address === undefined ? 'bls' : 'ecdsa')
  expect(readKeystore(keystore.path, keystore.kind)).toEqual(keystore)
  const secret = await open(keystore.sealed, password(expected.password))
  if (keystore.kind === 'ecdsa') expect(ecdsaKey(keystore, secret).address).toBe(expected.address)
  else {
    const { publicKeyG1, publicKeyG2, operatorId } = blsKey(keystore, secret)
    expect({ publicKeyG1, publicKeyG2, operatorId }).toEqual({
      publicKeyG1: expected.publicKeyG1,
      publicKeyG2: expected.publicKeyG2,
      operatorId: expected.operatorId,
    })
  }
})

test.each(cases.slice(0, 1))('a password of other case does not open $file', async ({ file, password: text }) => {
  const { sealed } = readAnyKeystore(join(folder, file))
  await expect(open(sealed, password(text.toUpperCase()))).rejects.toThrow(WrongPassword)
})

test.each(cases.filter(({ format }) => format === 'web3-v3').slice(0, 1))('ethers agrees on $file', async (of) => {
  const path = join(folder, of.file)
  const { privateKey } = await decryptKeystoreJson(readFileSync(path, 'utf8'), password(of.password))
  const secret = await open(readAnyKeystore(path).sealed, password(of.password))
  expect(`0x${Buffer.from(secret).toString('hex')}`).toBe(privateKey)
})

describe('EIP-2335 of another curve', () => {
  test.each(otherCurves)('$file is refused', ({ file }) => {
    const path = join(folder, file)
    expect(refusalOf(() => readAnyKeystore(path)).code).toBe('key_file_wrong_kind')
    expect(refusalOf(() => readKeystore(path, 'bls')).code).toBe('key_file_wrong_kind')
    expect(refusalOf(() => readKeystore(path, 'ecdsa')).code).toBe('key_file_wrong_kind')
  })
})
