// airlock-cold keys backup and restore, against the package age-encryption by itself: it opens what is written here, with
// its own handling of passphrases, and writes what is opened here.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bn254 } from '@noble/curves/bn254.js'
import { armor, Decrypter, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import { decryptKeystoreJson, HDNodeWallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readIndex } from '../../../src/cold/keys/key-index.ts'
import { readAnyKeystore } from '../../../src/cold/keystore/keystore.ts'
import { open } from '../../../src/cold/keystore/seal.ts'
import { makeKeyFiles, type KeyFiles } from '../../support/keystores.ts'
import { blocks, page } from '../../docs/pages.ts'
import { run, runInTerminal, type Ended } from '../../support/programs.ts'
import { inProject } from '../../support/project.ts'

const { words } = JSON.parse(readFileSync(inProject('vectors/derivation.json'), 'utf8')) as {
  words: [{ mnemonic: string; cerberus: string; operatorId: string; publicKeyG1: string[] }]
}
const [known] = words
const wallet = HDNodeWallet.fromPhrase(known.mnemonic)
const PASSPHRASE = 'thirteen geese over the lock'
const PASSWORD = 'a different one for files'
const { x, y } = bn254.G2.Point.BASE.multiply(BigInt(known.cerberus)).toAffine()
const word = (value: bigint): string => `0x${value.toString(16).padStart(64, '0')}`
/** Imaginary parts first. */
const G2 = [x, y].map(({ c0, c1 }) => [word(c1), word(c0)])
const blsEntry = {
  ...{ avs: 'eigenda', kind: 'bls', label: 'op', operatorId: known.operatorId, path: 'm/254/60/0/0' },
  ...{ publicKeyG1: known.publicKeyG1, publicKeyG2: G2, secret: known.cerberus, tree: 'cerberus' },
}
const ecdsaEntry = {
  ...{ address: wallet.address, avs: null, kind: 'ecdsa', label: 'op', path: "m/44'/60'/0'/0/0" },
  ...{ secret: wallet.privateKey, tree: null },
}
const contentOf = (...keys: readonly object[]): string => `${JSON.stringify({ airlock: 'backup/1', keys }, null, 2)}\n`

let folder: string
let keys: KeyFiles
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'airlock-backup-'))
  keys = await makeKeyFiles(folder, 'light')
  write('passphrase', PASSPHRASE)
  write('password', PASSWORD)
  write('whole.age', await sealed(contentOf(ecdsaEntry, blsEntry)))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o600 })

/** An age file by the package alone, at a light cost. */
async function sealed(content: string): Promise<string> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(PASSPHRASE)
  encrypter.setScryptWorkFactor(8)
  return armor.encode(await encrypter.encrypt(content))
}
const cold = (...args: readonly string[]): Promise<Ended> => run('airlock-cold', ['keys', ...args], { cwd: folder })
const drill = (file: string, ...args: readonly string[]): Promise<Ended> =>
  cold('restore', file, '--drill', '--password-file', 'passphrase', ...args)
const oneLine = (text: string): string => text.replace(/\s+/g, ' ')

test('two keys, each with its own password typed, into one file that age opens; then the drill', async () => {
  const backup = join(folder, 'typed.age')
  const files = [keys.ecdsaKeystore, keys.blsKeystore]
  const { exitCode, screen } = await runInTerminal(
    'airlock-cold',
    ['keys', 'backup', ...files, '-o', backup],
    [
      { prompt: /Password of the ECDSA key .*: /, type: `${keys.ecdsaPassword}\r` },
      { prompt: /Password of the BLS key .*: /, type: `${keys.blsPassword}\r` },
      { prompt: /New password of the backup .*: /, type: `${PASSPHRASE}\r` },
      { prompt: /Once more: /, type: `${PASSPHRASE}\r` },
    ],
  )
  expect(exitCode).toBe(0)
  const decrypter = new Decrypter()
  decrypter.addPassphrase(PASSPHRASE)
  const text = await decrypter.decrypt(armor.decode(readFileSync(backup, 'utf8')), 'text')
  const content = JSON.parse(text) as { airlock: string; keys: { secret: string; operatorId?: string }[] }
  const blsSecret = `0x${keys.blsSecret.toString(16).padStart(64, '0')}`
  expect(text).toBe(`${JSON.stringify(content, null, 2)}\n`)
  expect(content.keys.map(({ secret }) => secret)).toEqual([keys.operatorSecret, blsSecret])
  expect(content.keys[0]).toMatchObject({ kind: 'ecdsa', label: 'demo', address: keys.operator })
  const secrets = [keys.operatorSecret.slice(2), blsSecret.slice(2), keys.blsPassword, keys.ecdsaPassword, PASSPHRASE]
  for (const secret of secrets) expect(screen).not.toContain(secret)
  const beside = join(folder, 'operator_keys')
  const tried = await drill('typed.age', '--folder', beside, '--expect', keys.operator.toLowerCase())
  expect(tried.exitCode).toBe(0)
  expect(oneLine(tried.stdout)).toContain(`ECDSA key of ${keys.operator} is whole in this backup it is one that you`)
  expect(oneLine(tried.stdout)).toContain(
    `${content.keys[1]?.operatorId ?? ''} is whole in this backup demo.bls.key.json`,
  )
  expect(tried.stderr).toBe('')
  for (const secret of secrets) expect(tried.stdout).not.toContain(secret)
  expect(readdirSync(beside)).toHaveLength(2)
})

test('a drill of what age-encryption wrote names what is missing on either side', async () => {
  const { exitCode, stdout, stderr } = await drill('whole.age', '--folder', join(folder, 'operator_keys'), '--json')
  expect(exitCode).toBe(0)
  const found = JSON.parse(stdout) as { keys: object[]; notInBackup: string[] }
  expect(found.keys).toMatchObject([
    { kind: 'ecdsa', name: wallet.address, keyFiles: [] },
    { kind: 'bls', name: known.operatorId, avs: 'eigenda', file: 'op-eigenda.bls.key.json', keyFiles: [] },
  ])
  expect(found.notInBackup).toEqual(['demo.bls.key.json', 'demo.ecdsa.key.json'])
  expect(stderr).toContain('not in this backup')
})

test('the example of docs/key-backup.md is a backup', async () => {
  const example = blocks(page('docs/key-backup.md')).find((block) => block.startsWith('{')) ?? ''
  write('example.age', await sealed(example))
  expect((await drill('example.age', '--expect', wallet.address, '--expect', known.operatorId)).exitCode).toBe(0)
})

test('restored, the files open in ethers and here, and the index knows them; not over files that are there', async () => {
  const args = ['restore', 'whole.age', '--folder', 'restored', '--password-file', 'passphrase']
  const flags = ['--new-password-file', 'password']
  expect((await cold(...args, ...flags)).exitCode).toBe(0)
  const restored = join(folder, 'restored')
  const file = readFileSync(join(restored, 'op.ecdsa.key.json'), 'utf8')
  expect((await decryptKeystoreJson(file, PASSWORD)).privateKey).toBe(wallet.privateKey)
  const { sealed: bls } = readAnyKeystore(join(restored, 'op-eigenda.bls.key.json'))
  expect(Buffer.from(await open(bls, Buffer.from(PASSWORD))).toString('hex')).toBe(known.cerberus.slice(2))
  expect(readIndex(restored)).toMatchObject([
    { file: 'op-eigenda.bls.key.json', avs: 'eigenda', path: 'm/254/60/0/0', tree: 'cerberus', publicKeyG2: G2 },
    { file: 'op.ecdsa.key.json', address: wallet.address },
  ])
  const again = await cold(...args, ...flags)
  expect(again.exitCode).toBe(11)
  expect(again.stderr.match(/\(key_exists\)/g)).toHaveLength(2)
})

describe('refused', () => {
  /** The header's lines, with one of them changed. */
  const changed = (change: (header: string) => string): string => {
    const bytes = Buffer.from(armor.decode(readFileSync(join(folder, 'whole.age'), 'utf8'))).toString('latin1')
    return armor.encode(new Uint8Array(Buffer.from(change(bytes), 'latin1')))
  }
  const toKey = async (): Promise<string> => {
    const encrypter = new Encrypter()
    encrypter.addRecipient(await identityToRecipient(await generateIdentity()))
    return armor.encode(await encrypter.encrypt(contentOf(blsEntry)))
  }
  const cases: readonly (readonly [string, () => string | Promise<string>, string])[] = [
    ['a work factor above the bound', () => changed((bytes) => bytes.replace(/^(-> scrypt \S+) 8$/m, '$1 21')), '21'],
    [
      'a work factor with a zero before it',
      () => changed((bytes) => bytes.replace(/^(-> scrypt \S+) 8$/m, '$1 08')),
      'scrypt stanza',
    ],
    [
      'a changed byte of the content',
      () => changed((bytes) => `${bytes.slice(0, -1)}${bytes.endsWith('a') ? 'b' : 'a'}`),
      'damaged',
    ],
    ['a content cut off', () => changed((bytes) => bytes.slice(0, -40)), 'damaged'],
    ['a file for a key', toKey, 'for a key'],
    ['a key file in place of a backup', () => readFileSync(keys.blsKeystore, 'utf8'), 'no armoured age file'],
    ['another content', () => sealed('{"airlock":"request/1"}'), 'backup/1'],
    [
      'a public half that the secret does not give',
      () => sealed(contentOf({ ...blsEntry, secret: wallet.privateKey.replace(/^0x./, '0x0') })),
      'its secret gives',
    ],
    ['a secret of zero', () => sealed(contentOf({ ...blsEntry, secret: `0x${'0'.repeat(64)}` })), 'zero'],
    ['a secret in the label', () => sealed(contentOf({ ...blsEntry, label: '"secret": "0x' })), 'backup/1'],
    ['a field that is unknown', () => sealed(contentOf({ ...blsEntry, note: '' })), 'backup/1'],
    ['another spelling', () => sealed(JSON.stringify({ airlock: 'backup/1', keys: [blsEntry] })), 'backup/1'],
    [
      'the fields in another order',
      () => sealed(contentOf(Object.fromEntries(Object.entries(blsEntry).toReversed()))),
      'spelled',
    ],
  ]
  test.each(cases)('%s', async (name, make, seen) => {
    write(`${name}.age`, await make())
    const { exitCode, stdout, stderr } = await drill(`${name}.age`)
    expect(oneLine(stderr)).toContain(seen)
    expect(oneLine(stderr)).toContain('(backup_invalid)')
    expect(exitCode).toBe(11)
    expect(stdout).toBe('')
  })

  test('a wrong passphrase', async () => {
    const { exitCode, stderr } = await cold('restore', 'whole.age', '--drill', '--password-file', 'password')
    expect(stderr).toContain('(password_wrong)')
    expect(exitCode).toBe(11)
  })

  test('a key that is expected and not there', async () => {
    const { exitCode, stderr } = await drill(
      'whole.age',
      '--expect',
      known.operatorId,
      '--expect',
      `0x${'1'.repeat(64)}`,
    )
    expect(stderr.match(/\(key_not_expected\)/g)).toHaveLength(1)
    expect(exitCode).toBe(11)
  })

  test('neither a drill nor a folder; a backup that is there; two files of one name', async () => {
    expect((await cold('restore', 'whole.age')).stderr).toContain('(usage)')
    expect((await cold('backup', keys.blsKeystore, '-o', 'whole.age')).stderr).toContain('(key_exists)')
    mkdirSync(join(folder, 'other'))
    copyFileSync(keys.blsKeystore, join(folder, 'other/demo.bls.key.json'))
    const both = [keys.blsKeystore, 'other/demo.bls.key.json']
    expect((await cold('backup', ...both, '-o', 'both.age')).stderr).toContain('(usage)')
  })
})
