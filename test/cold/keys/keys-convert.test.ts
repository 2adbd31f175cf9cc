// airlock-cold keys convert: the same key in another format, opened by other code than wrote it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decryptKeystoreJson } from 'ethers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { blsKey } from '../../../src/cold/keystore/keys.ts'
import { readAnyKeystore } from '../../../src/cold/keystore/keystore.ts'
import { open } from '../../../src/cold/keystore/seal.ts'
import { makeKeyFiles, type KeyFiles } from '../../support/keystores.ts'
import { run, runInTerminal, type Ended } from '../../support/programs.ts'

const PASSWORD = 'seven lamps on the quay'
let folder: string
let keys: KeyFiles
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'airlock-convert-'))
  keys = await makeKeyFiles(folder, 'light')
  writeFileSync(join(folder, 'password'), PASSWORD, { mode: 0o600 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const converting = (...args: readonly string[]): Promise<Ended> =>
  run('airlock-cold', ['keys', 'convert', ...args], { cwd: folder })

test("eigenlayer-cli's BLS file becomes one of cerberus, with all typed", async () => {
  const output = join(folder, 'cerberus.json')
  const args = ['keys', 'convert', keys.blsKeystore, '--to', 'eip2335-bn254', '-o', output]
  const { exitCode, screen } = await runInTerminal('airlock-cold', args, [
    { prompt: /Password of the BLS key .*: /, type: `${keys.blsPassword}\r` },
    { prompt: /New password of .*: /, type: `${PASSWORD}\r` },
    { prompt: /Once more: /, type: `${PASSWORD}\r` },
  ])
  expect(exitCode).toBe(0)
  const secret = keys.blsSecret.toString(16).padStart(64, '0')
  for (const hidden of [secret, keys.blsSecret.toString(), keys.blsPassword, PASSWORD])
    expect(screen).not.toContain(hidden)
  const keystore = readAnyKeystore(output)
  expect(keystore.format).toBe('eip2335-bn254')
  expect(statSync(output).mode & 0o777).toBe(0o600)
  const opened = await open(keystore.sealed, new TextEncoder().encode(PASSWORD))
  expect(Buffer.from(opened).toString('hex')).toBe(secret)
  expect(screen).toContain(blsKey(keystore, opened).operatorId)
  const texts = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isFile())
  for (const { name } of texts) expect(readFileSync(join(folder, name), 'latin1')).not.toContain(secret)
  // A folder without an index gets none.
  expect(texts.map(({ name }) => name)).not.toContain('airlock-keys.json')
})

test('an ECDSA file under a new password opens in ethers', async () => {
  const flags = ['--password-file', keys.ecdsaPasswordFile, '--new-password-file', 'password']
  const { exitCode } = await converting(keys.ecdsaKeystore, '--to', 'web3-v3', '-o', 'new.json', ...flags)
  expect(exitCode).toBe(0)
  const file = readFileSync(join(folder, 'new.json'), 'utf8')
  expect((await decryptKeystoreJson(file, PASSWORD)).privateKey).toBe(keys.operatorSecret)
})

test.each([
  ['a format for the other kind', ['--to', 'web3-v3', '-o', 'no.json'], 'key_file_wrong_kind'],
  ['an output that is there', ['--to', 'eip2335-bn254', '-o', 'password'], 'key_exists'],
  ['a format that is none', ['--to', 'pem', '-o', 'no.json'], 'usage'],
])('%s is refused', async (_, args, code) => {
  const { exitCode, stderr } = await converting(keys.blsKeystore, ...args)
  expect(exitCode).not.toBe(0)
  expect(stderr).toContain(`(${code})`)
})
