// keys test and keys export on real key files: the key that others computed, and a statement that others can check.
import { copyFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyMessage } from 'ethers'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from '../../support/programs.ts'
import { inProject } from '../../support/project.ts'

const folder = mkdtempSync(join(tmpdir(), 'airlock-keys-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface IndexEntry {
  readonly file: string
  readonly password: string
  readonly address?: string
  readonly operatorId?: string
}
const vectors = inProject('vectors/keystores')
const { cases: keystores } = JSON.parse(readFileSync(join(vectors, 'index.json'), 'utf8')) as { cases: IndexEntry[] }

function entry(file: string): IndexEntry {
  const found = keystores.find((each) => each.file === file)
  if (found === undefined) throw new Error(`no ${file} in vectors/keystores/index.json`)
  return found
}

/** A copy as its owner should have it, and its password in a file. */
function prepared(file: string): { readonly path: string; readonly password: string; readonly expected: string } {
  const { address, operatorId, password } = entry(file)
  const [path, passwordFile] = [join(folder, file), join(folder, `${file}.password`)]
  copyFileSync(join(vectors, file), path)
  chmodSync(path, 0o600)
  writeFileSync(passwordFile, password, { mode: 0o600 })
  return { path, password: passwordFile, expected: address ?? operatorId ?? '' }
}

const ECDSA = 'mach.test1.ecdsa.key.json'
const BLS = 'eigensdk-go.1.bls.key.json'

describe('keys test', () => {
  it.each([ECDSA, BLS])('%s opens to the expected key', async (file) => {
    const { expected, password, path } = prepared(file)
    const args = ['keys', 'test', path, '--password-file', password, '--expect', expected]
    const { exitCode, stdout } = await run('airlock-cold', [...args, '--json'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ signs: true, expected })
    expect(Object.values(JSON.parse(stdout) as object)).toContain(expected)
  })

  it('another key than the expected one is refused', async () => {
    const { password, path } = prepared(BLS)
    const args = ['keys', 'test', path, '--password-file', password, '--expect', `0x${'12'.repeat(32)}`]
    const { exitCode, stderr } = await run('airlock-cold', args)
    expect([exitCode, stderr.includes('key_not_expected')]).toEqual([11, true])
  })

  it.each([
    [0o644, 11, 'key_file_open_to_others'],
    [0o640, 11, 'key_file_open_to_others'],
    [0o444, 0, 'warning'],
  ])('a file of mode %o', async (mode, exitCode, said) => {
    const { password, path } = prepared(ECDSA)
    chmodSync(path, mode)
    const ended = await run('airlock-cold', ['keys', 'test', path, '--password-file', password])
    expect(ended.exitCode).toBe(exitCode)
    expect(ended.stderr).toContain(said)
    expect(ended.stderr).toContain('chmod 600')
  })

  it('a symbolic link is refused', async () => {
    const { password, path } = prepared(ECDSA)
    const link = join(folder, 'link.json')
    symlinkSync(path, link)
    const ended = await run('airlock-cold', ['keys', 'test', link, '--password-file', password])
    expect([ended.exitCode, ended.stderr.includes('key_file_is_link')]).toEqual([11, true])
  })
})

describe('keys export', () => {
  it('writes a statement that ethers and the online program find true', async () => {
    const [ecdsa, bls] = [prepared(ECDSA), prepared(BLS)]
    const output = join(folder, 'public-key.json')
    const exported = await run('airlock-cold', [
      ...['keys', 'export', '-o', output, '--ecdsa-keystore', ecdsa.path, '--bls-keystore', bls.path],
      ...['--ecdsa-password-file', ecdsa.password, '--bls-password-file', bls.password],
    ])
    expect(exported.exitCode).toBe(0)
    const document = JSON.parse(readFileSync(output, 'utf8')) as Record<string, string>
    expect(document).toMatchObject({ operator: ecdsa.expected, operatorId: bls.expected })
    const text = `Airlock public key statement 1\noperator ${ecdsa.expected}\noperator id ${bls.expected}\nThis is no transaction and no registration.\n`
    expect(verifyMessage(text, document['operatorSignature'] ?? '')).toBe(ecdsa.expected)

    expect((await run('airlock-hot', ['public-key', output])).exitCode).toBe(0)
    const forged = join(folder, 'forged.json')
    const { publicKeyG1, blsSignature } = document
    const swapped = { ...document, blsSignature: publicKeyG1, publicKeyG1: blsSignature }
    writeFileSync(forged, `${JSON.stringify(swapped, null, 2)}\n`)
    const refused = await run('airlock-hot', ['public-key', forged])
    expect(refused.exitCode).toBe(3)
  })
})
