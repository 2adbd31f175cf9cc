// airlock-cold keys import: secrets and words that exist, as a person types them and as files.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decryptKeystoreJson, HDNodeWallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bn254Candidates } from '../../../src/cold/mnemonic/derive-bn254.ts'
import { BN254_PATH } from '../../../src/cold/keystore/keys.ts'
import { addToIndex, readIndex } from '../../../src/cold/keys/key-index.ts'
import { readAnyKeystore } from '../../../src/cold/keystore/keystore.ts'
import { Mnemonic } from '../../../src/cold/mnemonic/mnemonic.ts'
import { open } from '../../../src/cold/keystore/seal.ts'
import { secretFrom } from '../../../src/cold/mnemonic/secret-text.ts'
import { run, runInTerminal, type Ended } from '../../support/programs.ts'
import { refusalOf } from '../../documents/refusal.ts'
import { inProject } from '../../support/project.ts'

interface Words {
  readonly mnemonic: string
  readonly cerberus: string
  readonly operatorId: string
  readonly publicKeyG1: [string, string]
}
const vectors = inProject('vectors/derivation.json')
const { words } = JSON.parse(readFileSync(vectors, 'utf8')) as { words: [Words, ...Words[]] }
const [{ mnemonic, cerberus: secret, operatorId, publicKeyG1 }] = words
const decimal = BigInt(secret).toString()
const PASSWORD = 'a paper boat in the rain'
/** With this passphrase the two trees give different keys. */
const PARTING = '57'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const hex = (secretBytes: Uint8Array): string => `0x${Buffer.from(secretBytes).toString('hex')}`

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'airlock-import-'))
  write('password', `${PASSWORD}\n`)
  write('secret', `${decimal}\n`)
  write('words', `${mnemonic}\n`)
  write('parting', `${PARTING}\n`)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

const write = (name: string, text: string, mode = 0o600): string => {
  const path = join(home, name)
  writeFileSync(path, text, { mode })
  return path
}
const importing = (...args: readonly string[]): Promise<Ended> =>
  run('airlock-cold', ['keys', 'import', ...args], { cwd: home })
const asked = { prompt: /New password of .*: /, type: `${PASSWORD}\r` }
const again = { prompt: /Once more: /, type: `${PASSWORD}\r` }

test('a secret typed unseen becomes a key file for its owner alone, and an entry of the index', async () => {
  const folder = join(home, 'typed/operator_keys')
  const typed = { prompt: /Secret of the BLS key .*: /, type: `${secret}\r` }
  const args = ['keys', 'import', 'op', '--bls', '--avs', 'eigenda', '--folder', folder]
  const { exitCode, screen } = await runInTerminal('airlock-cold', args, [typed, asked, again])
  expect(exitCode).toBe(0)
  for (const hidden of [secret.slice(2), decimal, PASSWORD]) expect(screen).not.toContain(hidden)
  expect(screen).toContain(operatorId)
  const path = join(folder, 'op-eigenda.bls.key.json')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  const keystore = readAnyKeystore(path)
  expect(keystore).toMatchObject({ format: 'eigenlayer-bls', claims: { publicKeyG1 } })
  expect(hex(await open(keystore.sealed, bytes(PASSWORD)))).toBe(secret)
  expect(readIndex(folder)).toMatchObject([{ label: 'op', avs: 'eigenda', operatorId, path: null, tree: null }])
})

test('of words whose trees part, the expected one is taken and named; another AVS of the key is warned of', async () => {
  const folder = join(home, 'parting-keys')
  const { eip2333 } = bn254Candidates(Mnemonic.read(bytes(mnemonic)).seed(bytes(PARTING)), BN254_PATH)
  const args = ['op', '--bls', '--words', '--file', 'words', '--passphrase-file', 'parting', '--folder', folder]
  const more = ['--expect', eip2333.operatorId, '--avs', 'second', '--password-file', 'password', '--json']
  await importing(...args) // refused; makes the folder
  const none = { path: null, tree: null, address: null, publicKeyG1: null, publicKeyG2: null }
  const entry = { file: 'x.json', kind: 'bls' as const, format: 'eigenlayer-bls' as const, label: 'x', avs: 'first' }
  addToIndex(folder, [{ ...entry, ...none, operatorId: eip2333.operatorId }])
  const { exitCode, stdout, stderr } = await importing(...args, ...more, '--format', 'eip2335-bn254')
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ operatorId: eip2333.operatorId, trees: ['eip2333'], path: BN254_PATH })
  expect(stderr.replace(/\s+/g, ' ')).toContain('already used for "first"')
  expect(readIndex(folder)).toHaveLength(2)
})

test('words whose trees part are refused without more, with both operator ids', async () => {
  const { cerberus, eip2333 } = bn254Candidates(Mnemonic.read(bytes(mnemonic)).seed(bytes(PARTING)), BN254_PATH)
  const typed = [
    { prompt: /Words .*: /, type: `${mnemonic}\r` },
    { prompt: /BIP-39 passphrase of the words: /, type: `${PARTING}\r` },
    { prompt: /Once more: /, type: `${PARTING}\r` },
  ]
  const args = ['keys', 'import', 'op', '--bls', '--words', '--passphrase', '--folder', join(home, 'parted')]
  const { exitCode, screen } = await runInTerminal('airlock-cold', args, typed)
  expect(exitCode).toBe(2)
  expect(screen).toContain(cerberus.operatorId)
  expect(screen).toContain(eip2333.operatorId)
  expect(screen).not.toContain('abandon')
  expect(existsSync(join(home, 'parted/op.bls.key.json'))).toBe(false)
})

test('the words of an ECDSA key give what ethers derives and opens', async () => {
  const args = ['op', '--ecdsa', '--words', '--file', 'words', '--password-file', 'password', '--folder', 'ecdsa']
  const { exitCode, stdout } = await importing(...args)
  const wallet = HDNodeWallet.fromPhrase(mnemonic)
  expect(exitCode).toBe(0)
  expect(stdout).toContain(wallet.address)
  const file = readFileSync(join(home, 'ecdsa/op.ecdsa.key.json'), 'utf8')
  expect((await decryptKeystoreJson(file, PASSWORD)).privateKey).toBe(wallet.privateKey)
})

describe('refused', () => {
  const ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n
  const hexOf = (value: bigint): string => `0x${value.toString(16).padStart(64, '0')}`
  const wanted = (...args: readonly string[]): readonly string[] => ['op', '--bls', '--folder', 'refused', ...args]
  const cases: readonly (readonly [string, string, readonly string[], string])[] = [
    ['zero', hexOf(0n), wanted(), 'key_out_of_range'],
    ['the order itself', hexOf(ORDER), wanted(), 'key_out_of_range'],
    ['a decimal above 2^256', '9'.repeat(78), wanted(), 'key_out_of_range'],
    ['a digit too few', secret.slice(0, -1), wanted(), 'secret_invalid'],
    ['digits that may be hex or decimal', '1'.repeat(64), wanted(), 'secret_invalid'],
    ['another key than expected', secret, wanted('--expect', hexOf(1n)), 'key_not_expected'],
    ['another key than expected, of words', mnemonic, wanted('--words', '--expect', hexOf(1n)), 'derivation_no_match'],
    ['an odd name', secret, ['../op', '--bls'], 'usage'],
    ['an AVS of an ECDSA key', secret, ['op', '--ecdsa', '--avs', 'x'], 'usage'],
    ['a path without words', secret, wanted('--path', BN254_PATH), 'usage'],
  ]
  test.each(cases)('%s', async (name, text, args, code) => {
    const file = write(`refused ${name}`, text)
    const { exitCode, stdout, stderr } = await importing(...args, '--file', file, '--password-file', 'password')
    expect(stderr).toContain(`(${code})`)
    expect(exitCode).not.toBe(0)
    expect(stdout + stderr).not.toContain(text)
    expect(existsSync(join(home, 'refused/op.bls.key.json'))).toBe(false)
  })

  test('a secret in a file that others can read', async () => {
    const file = write('open', secret, 0o644)
    expect((await importing(...wanted('--file', file))).stderr).toContain('(password_file_open_to_others)')
  })

  test('a key file that is there already, before anything is asked', async () => {
    await importing('there', '--ecdsa', '--folder', 'there')
    write('there/there.ecdsa.key.json', 'precious')
    expect((await importing('there', '--ecdsa', '--folder', 'there')).stderr).toContain('(key_exists)')
    expect(readFileSync(join(home, 'there/there.ecdsa.key.json'), 'utf8')).toBe('precious')
  })
})

describe('the text of a secret', () => {
  test.each([secret, secret.slice(2), secret.toUpperCase().replace('0X', '0x'), decimal, ` ${secret}\r\n`])(
    '%s',
    (text) => expect(hex(secretFrom(bytes(text)))).toBe(secret),
  )

  test('64 digits are told by what is put before them', () => {
    const digits = '12345678'.repeat(8)
    expect(refusalOf(() => secretFrom(bytes(digits))).code).toBe('secret_invalid')
    expect(hex(secretFrom(bytes(`0x${digits}`)))).toBe(`0x${digits}`)
    expect(BigInt(hex(secretFrom(bytes(`0${digits}`))))).toBe(BigInt(digits))
  })
})
