// airlock-cold keys list: what is public of the key files of a folder, with no password anywhere.
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addToIndex, type KeyEntry } from '../../../src/cold/keys/key-index.ts'
import type { KeyList } from '../../../src/cold/keys/key-list.ts'
import { run } from '../../support/programs.ts'
import { inProject } from '../../support/project.ts'

interface Case {
  readonly file: string
  readonly format: KeyEntry['format']
  readonly address?: string
  readonly operatorId?: string
  readonly publicKeyG1?: [string, string]
  readonly publicKeyG2?: [[string, string], [string, string]]
}
const vectors = inProject('vectors/keystores')
const { cases } = JSON.parse(readFileSync(join(vectors, 'index.json'), 'utf8')) as { cases: readonly Case[] }

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'airlock-list-'))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

function folderOf(name: string, files: readonly Case[]): string {
  const folder = join(home, name)
  mkdirSync(folder)
  for (const { file } of files) {
    copyFileSync(join(vectors, file), join(folder, file))
    chmodSync(join(folder, file), 0o600)
  }
  return folder
}

async function listed(folder: string): Promise<KeyList> {
  const { exitCode, stdout } = await run('airlock-cold', ['keys', 'list', folder, '--json'])
  expect(exitCode).toBe(0)
  return JSON.parse(stdout) as KeyList
}

const entry = ({ file, format, ...of }: Case, avs: string): KeyEntry => ({
  ...{ file, format, kind: 'bls', label: 'op', avs, path: null, tree: null, address: null },
  operatorId: of.operatorId ?? null,
  publicKeyG1: of.publicKeyG1 ?? null,
  publicKeyG2: of.publicKeyG2 ?? null,
})
const bls = (at: number): Case => {
  const found = cases.filter(({ format }) => format === 'eigenlayer-bls')[at]
  if (found === undefined) throw new Error('there are fewer vectors than this test needs')
  return found
}

test('each published key file, as it says itself', async () => {
  const { keys, otherFiles, warnings } = await listed(folderOf('published', cases))
  expect(otherFiles).toEqual([])
  expect(warnings).toEqual([])
  expect(keys).toHaveLength(cases.length)
  for (const { file, format, ...of } of cases) {
    const found = keys.find((key) => key.file === file)
    expect(found).toMatchObject({ format, knownFrom: 'file', kind: of.address === undefined ? 'bls' : 'ecdsa' })
    if (found === undefined) continue
    if (found.address !== null) expect(found.address).toBe(of.address)
    if (found.publicKeyG1 !== null)
      expect(found).toMatchObject({ publicKeyG1: of.publicKeyG1, operatorId: of.operatorId })
    else if (found.publicKeyG2 !== null) expect(found.publicKeyG2).toEqual(of.publicKeyG2)
  }
})

test('on the screen: 80 columns, and what is unproven says so', async () => {
  const folder = folderOf('screen', cases)
  addToIndex(folder, [entry(bls(0), 'eigenda')])
  const { stdout } = await run('airlock-cold', ['keys', 'list', folder])
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  const parts = stdout.split('\n\n')
  const known = parts.find((part) => part.startsWith(bls(0).file)) ?? ''
  expect(known).toContain(bls(0).publicKeyG2?.[1][1])
  expect(known).toContain('eigenda')
  expect(known).not.toContain('as the file says')
  expect(parts.filter((part) => /as the file says|says nothing/.test(part))).toHaveLength(cases.length - 1)
})

test('one BLS key under two AVSs, an index that names another key, a file that is gone', async () => {
  const folder = folderOf('shared', [bls(0), bls(1)])
  copyFileSync(join(folder, bls(0).file), join(folder, 'copy.json'))
  const copy = entry({ ...bls(0), file: 'copy.json' }, 'second')
  const stranger = { ...entry(bls(0), 'third'), file: bls(1).file }
  addToIndex(folder, [entry(bls(0), 'first'), copy, stranger, { ...copy, file: 'gone.json' }])
  const { warnings, keys } = await listed(folder)
  expect(warnings).toHaveLength(3)
  expect(warnings.join('\n')).toMatch(
    new RegExp(`${bls(0).operatorId ?? ''} is used for (first and second|second and first)`),
  )
  expect(warnings.join('\n')).toContain(`${bls(1).file} is not the key file that the index names`)
  expect(warnings.join('\n')).toContain('gone.json is named in the index and not there')
  expect(keys.find(({ file }) => file === bls(1).file)).toMatchObject({
    knownFrom: 'differs',
    operatorId: bls(1).operatorId,
  })
})

test('files that are none, a link, and one that others can read', async () => {
  const folder = folderOf('mixed', [bls(0)])
  chmodSync(join(folder, bls(0).file), 0o644)
  writeFileSync(join(folder, 'notes.txt'), 'buy milk', { mode: 0o600 })
  symlinkSync(bls(0).file, join(folder, 'link.json'))
  const { otherFiles, warnings } = await listed(folder)
  expect(otherFiles.map(({ file }) => file)).toEqual(['link.json', 'notes.txt'])
  expect(warnings).toEqual([expect.stringContaining('can be read by others (mode 644)')])
})

test('a damaged index, and a folder that is not there', async () => {
  const folder = folderOf('damaged', [])
  writeFileSync(join(folder, 'airlock-keys.json'), '{"airlock":"keys/1","keys":[{}]}')
  expect((await run('airlock-cold', ['keys', 'list', folder])).stderr).toContain('(key_index_invalid)')
  expect((await run('airlock-cold', ['keys', 'list', join(home, 'no')])).stderr).toContain('(file_not_found)')
})
