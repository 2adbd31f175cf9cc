// Real key files of the tools that operators use: each opens, to the key that its source names.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { blsKey, ecdsaKey } from '../../src/cold/keys.ts'
import { readKeystore } from '../../src/cold/keystore.ts'
import { decrypt } from '../../src/cold/unlock-thread.ts'

interface KeyFile {
  readonly file: string
  readonly password: string
  readonly address?: string
  readonly operatorId?: string
  readonly publicKeyG1?: readonly string[]
  readonly publicKeyG2?: readonly (readonly string[])[]
}

const folder = process.env['AIRLOCK_KEYSTORES'] ?? resolve(import.meta.dirname, '../../vectors/keystores')
const { cases } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { cases: KeyFile[] }

const password = (text: string): Uint8Array => new TextEncoder().encode(text)

test.each(cases)('$file', async ({ file, ...expected }) => {
  const keystore = readKeystore(join(folder, file), expected.address === undefined ? 'bls' : 'ecdsa')
  const progress: number[] = []
  const secret = await decrypt(keystore.crypto, password(expected.password), (part) => progress.push(part))
  expect(progress.at(-1)).toBe(1)
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

test('a password of other case does not open a file', async () => {
  const file = cases.find(({ password: text }) => text !== text.toUpperCase())
  const keystore = readKeystore(join(folder, file?.file ?? ''), file?.address === undefined ? 'bls' : 'ecdsa')
  const wrong = decrypt(keystore.crypto, password(file?.password.toUpperCase() ?? ''), () => undefined)
  await expect(wrong).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', argument: 'password' })
})
