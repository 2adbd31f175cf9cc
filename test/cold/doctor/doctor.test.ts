// airlock-cold doctor as a person runs it, and its checks of files and folders.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Check } from '../../../src/cold/machine/check.ts'
import { fileChecks, type CeremonyFiles } from '../../../src/cold/machine/file-checks.ts'
import { run, runInTerminal, runProcess } from '../../support/programs.ts'
import { inProject } from '../../support/project.ts'

const folder = mkdtempSync(join(tmpdir(), 'airlock-doctor-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, mode: number): string {
  const path = join(folder, name)
  writeFileSync(path, 'never read')
  chmodSync(path, mode)
  return path
}

describe('files and folders', () => {
  const look = (given: Partial<CeremonyFiles>): readonly Check[] =>
    fileChecks({ keyFiles: [], passwordFiles: [], keyFolder: null, outputFolder: folder, home: null, ...given })
  const codesOf = (given: Partial<CeremonyFiles>): readonly string[] =>
    look(given).flatMap((check) => (check.says === 'problem' ? [check.code] : []))

  test('nothing wrong', () => {
    expect(codesOf({ keyFiles: [file('a.json', 0o600)], passwordFiles: [file('a.password', 0o400)] })).toEqual([])
  })

  test.each(['640', '604', '660', '602', '610'])('a mode of %s: open to others', (mode) => {
    const path = file(`mode-${mode}`, parseInt(mode, 8))
    expect(codesOf({ keyFiles: [path] })).toEqual(['key_file_open_to_others'])
    expect(codesOf({ passwordFiles: [path] })).toEqual(['password_file_open_to_others'])
  })

  test('a key file that is a link; a password file may be one, and is followed', () => {
    const [key, password, dangling] = ['link.json', 'link.password', 'dangling'].map((name) => join(folder, name))
    symlinkSync(file('target.json', 0o600), key ?? '')
    symlinkSync(file('target.password', 0o644), password ?? '')
    symlinkSync(join(folder, 'gone'), dangling ?? '')
    expect(codesOf({ keyFiles: [key ?? ''] })).toEqual(['key_file_is_link'])
    expect(codesOf({ passwordFiles: [password ?? ''] })).toEqual(['password_file_open_to_others'])
    expect(codesOf({ passwordFiles: [dangling ?? ''] })).toEqual(['file_not_found'])
  })

  test('all of them at once, and a file that is not there', () => {
    const keyFiles = [file('b.json', 0o644), join(folder, 'nowhere')]
    expect(codesOf({ keyFiles })).toEqual(['key_file_open_to_others', 'file_not_found'])
  })

  test('a folder of keys that others can write to, also where only a file in it is named', () => {
    const open = join(folder, 'open')
    mkdirSync(open)
    const keyFiles = [file('open/c.json', 0o600)]
    chmodSync(open, 0o777)
    expect(codesOf({ keyFolder: open })).toEqual(['key_folder_open_to_others'])
    expect(codesOf({ keyFiles, keyFolder: open })).toEqual(['key_folder_open_to_others'])
    expect(codesOf({ keyFiles })).toEqual(['key_folder_open_to_others'])
    chmodSync(open, 0o770)
    expect(codesOf({ keyFiles })).toEqual(['key_folder_open_to_others'])
    // With the sticky bit, as /tmp has it, nobody replaces the file of another.
    for (const mode of [0o1777, 0o755]) {
      chmodSync(open, mode)
      expect(codesOf({ keyFiles, keyFolder: open })).toEqual([])
    }
  })

  test('a home that others can look into is a warning', () => {
    const home = join(folder, 'home')
    mkdirSync(home)
    const warned = (mode: number): boolean => {
      chmodSync(home, mode)
      return look({ home }).some(
        ({ name, says, message }) => name === 'permissions' && says === 'warning' && message.includes('home'),
      )
    }
    expect([0o755, 0o750, 0o700].map(warned)).toEqual([true, false, false])
  })

  test('an output folder that is not there', () => {
    expect(codesOf({ outputFolder: join(folder, 'nowhere') })).toEqual(['output_unwritable'])
  })

  // Its size is what the kernel gives a file system of 64 KiB.
  const canMount =
    spawnSync('unshare', ['-rm', 'sh', '-ec', `mkdir ${folder}/m; mount -t tmpfs -o size=64k none ${folder}/m`])
      .status === 0
  test.skipIf(!canMount)('a disk that is full', () => {
    const bundle = inProject('dist/airlock-cold.mjs')
    const script = `mount -t tmpfs -o size=64k none ${folder}/m; exec "${process.execPath}" "${bundle}" doctor -o ${folder}/m/r.json`
    const { stderr } = spawnSync('unshare', ['-rmn', 'sh', '-ec', script], { encoding: 'utf8', timeout: 60_000 })
    expect(stderr.replace(/\s+/g, ' ')).toContain('0 MiB are free')
    expect(stderr).toContain('(disk_full)')
  })
})

interface Told {
  readonly version: string
  readonly sha256: string
  readonly checks: readonly (Check & { readonly code?: string })[]
}

describe('the command', () => {
  const bundle = inProject('dist/airlock-cold.mjs')
  type Ended = Told & { exitCode: number; stderr: string }
  const told = async (way: typeof run, ...args: string[]): Promise<Ended> => {
    const { exitCode, stdout, stderr } = await way('airlock-cold', ['doctor', '--json', ...args])
    return { ...(JSON.parse(stdout) as Told), exitCode, stderr }
  }
  let bare: Ended
  beforeAll(async () => {
    bare = await told(runProcess)
  })
  const codesOf = ({ checks }: Told): string[] => checks.flatMap(({ code }) => code ?? [])

  test('the SHA-256 is that of sha256sum, and the version that of the program', async () => {
    const { sha256, version } = bare
    expect(spawnSync('sha256sum', [bundle], { encoding: 'utf8' }).stdout.slice(0, 64)).toBe(sha256)
    expect((await run('airlock-cold', ['--version'])).stdout.trim()).toBe(version)
  })

  test('every check is there, and the exit code is that of its problems', () => {
    const { checks, exitCode, stderr } = bare
    const names = [...new Set(checks.map(({ name }) => name))]
    expect(names).toEqual([
      ...['network', 'wireless', 'Bluetooth', 'swap', 'core dumps', 'memory', 'clock', 'randomness'],
      ...['disk space', 'permissions', 'user', 'ledger', 'self-test'],
    ])
    const problems = checks.filter(({ says }) => says === 'problem')
    expect(exitCode === 0).toBe(problems.length === 0)
    expect(stderr === '').toBe(problems.length === 0)
  })

  test('a key file that others can read ends it, and files that are not there come last', async () => {
    const ended = await told(run, '--ecdsa-keystore', join(folder, 'none'), '--bls-keystore', file('d.json', 0o640))
    const { error } = JSON.parse(ended.stderr) as { error: { problems: { code: string }[] } }
    expect(error.problems.map(({ code }) => code).toSorted()).toEqual(codesOf(ended).toSorted())
    expect(error.problems.slice(-2).map(({ code }) => code)).toEqual(['key_file_open_to_others', 'file_not_found'])
    expect([4, 11]).toContain(ended.exitCode)
  })

  test('a request that is none is a line of the list, and the rest is looked at all the same', async () => {
    const path = join(folder, 'request.json')
    writeFileSync(path, '{}')
    const ended = await told(run, path)
    expect(ended.checks[0]).toMatchObject({ name: 'request', says: 'problem' })
    expect(ended.checks.at(-1)).toMatchObject({ name: 'self-test', says: 'ok' })
    expect(ended.exitCode).not.toBe(0)
  })

  test('the screen: 80 columns, a word in column one, a summary and the next command', async () => {
    const { screen } = await runInTerminal('airlock-cold', ['doctor'], [], { env: { NO_COLOR: '1' } })
    const lines = screen
      .replace(/\r\x1b\[2K[^\r\n]*(?=\r\x1b)/g, '')
      .replace(/\r\x1b\[2K/g, '')
      .split(/\r?\n/)
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    expect(lines.filter((line) => /^(ok|WARNING|PROBLEM|\?) +\S/.test(line)).length).toBeGreaterThan(10)
    expect(screen).toMatch(/(All \d+ checks are well|\d+ (problem|warning|unknown)s?)/)
    expect(screen.replace(/\s+/g, ' ')).toMatch(
      /Next: `airlock-cold inspect request\.json`|type the same command again/,
    )
  })
})
