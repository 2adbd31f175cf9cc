// The rooms of src/: each README says what the table behind the lint rules says, and the rules let nothing else through.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Linter, type Rule } from 'eslint'
import tseslint from 'typescript-eslint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { page, root, sections } from './pages.ts'

const load = (file: string): Promise<unknown> => import(pathToFileURL(join(root, file)).href)

const { ROOMS, importsOf } = (await load('eslint-rooms.js')) as {
  ROOMS: ReadonlyMap<string, readonly string[]>
  importsOf: (folder: string) => Linter.RulesRecord
}
const { noCycles } = (await load('eslint-cycles.js')) as {
  noCycles: (root: string, folders: readonly string[]) => Rule.RuleModule
}

const WALLS = ['cold', 'hot', 'shared']

const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)

const foldersIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))

/** The table of rooms in the README of a wall: each with what it may import, by its whole name. */
function tableOf(wall: string): ReadonlyMap<string, readonly string[]> {
  const own = foldersIn(`src/${wall}`)
  const body = new Map(sections(page(`src/${wall}/README.md`), '##')).get('Rooms') ?? ''
  const rows = [...body.matchAll(/^\| \[([\w-]+)\]\(\1\/\) *\|.*\| ([^|]+) \|$/gm)]
  return new Map(
    rows.map(([, room = '', may = '']) => [
      `${wall}/${room}`,
      quoted(may).map((name) => (own.includes(name) ? `${wall}/${name}` : name)),
    ]),
  )
}

describe.each(WALLS)('src/%s', (wall) => {
  test('its README has the rooms of the table, with what each may import', () => {
    const rooms = [...ROOMS].filter(([room]) => room.startsWith(`${wall}/`))
    expect([...tableOf(wall)].toSorted()).toEqual(rooms.toSorted())
  })

  test('its folders are those rooms, and no room has a folder of its own', () => {
    const rooms = foldersIn(`src/${wall}`)
    expect(rooms.map((room) => `${wall}/${room}`).toSorted()).toEqual([...tableOf(wall).keys()].toSorted())
    expect(rooms.filter((room) => foldersIn(`src/${wall}/${room}`).length > 0)).toEqual([])
  })

  test('its README names every file beside the rooms', () => {
    const files = readdirSync(join(root, 'src', wall)).filter((name) => /\.(ts|json)$/.test(name))
    const readme = page(`src/${wall}/README.md`)
    expect(files.filter((name) => !readme.includes(`](${name})`))).toEqual([])
  })
})

describe.each(['local', 'page'])('src/%s', (folder) => {
  test('its README says what it may import, and it has no folders', () => {
    const [, may = ''] = /^May import ([^.]+)\./m.exec(page(`src/${folder}/README.md`)) ?? []
    expect(quoted(may)).toEqual(ROOMS.get(folder))
    expect(foldersIn(`src/${folder}`)).toEqual([])
  })
})

test('there are no other folders in src', () => {
  expect(foldersIn('src').toSorted()).toEqual(['local', 'page', ...WALLS].toSorted())
})

test('no room leads back to itself', () => {
  // Taken away again and again: the rooms that import none of those left.
  let left = [...ROOMS]
  for (;;) {
    const rest = left.filter(([, may]) => may.some((other) => left.some(([room]) => room === other)))
    if (rest.length === left.length) break
    left = rest
  }
  expect(left.map(([room]) => room)).toEqual([])
})

const linter = new Linter()

const typescript: Linter.Config = {
  files: ['**/*.ts'],
  languageOptions: { parser: tseslint.parser },
}

/** Which of some lines the rule of a folder refuses; a line that does not parse ends the test. */
function refusedBy(folder: string, lines: readonly string[]): string[] {
  const messages = linter.verify(lines.join('\n'), [{ ...typescript, rules: importsOf(folder) }], 'x.ts')
  expect(messages.filter(({ fatal }) => fatal)).toEqual([])
  return [...new Set(messages.map(({ line }) => lines[line - 1] ?? ''))]
}

function importFrom(folder: string, other: string, file: string): string {
  const path = relative(join('/src', folder), join('/src', other, file))
  return `import type { X } from '${path.startsWith('.') ? path : `./${path}`}'`
}

const everywhere = [...ROOMS.keys(), 'cold', 'hot']

/** The folders of which a folder may import a file of this name. */
function openTo(folder: string, file = 'x.ts'): string[] {
  const lines = everywhere.map((other) => importFrom(folder, other, file))
  const refused = refusedBy(folder, lines)
  return everywhere.filter((_, index) => !refused.includes(lines[index] ?? '')).toSorted()
}

test.each([...ROOMS])('the rule of %s lets through what it may import, and nothing else', (room, may) => {
  expect(openTo(room)).toEqual([room, ...may.filter((other) => ROOMS.has(other))].toSorted())
})

test.each(['cold', 'hot'])('the files beside the rooms of %s may import those, shared and local', (wall) => {
  const own = everywhere.filter((other) => ['local', 'shared', wall].includes(other.split('/')[0] ?? ''))
  expect(openTo(wall)).toEqual(own.toSorted())
})

test('sign.ts is for four rooms', () => {
  const asking = everywhere.filter((folder) => openTo(folder, 'sign.ts').includes('cold/signing'))
  expect(asking.toSorted()).toEqual(['cold/approvals', 'cold/keys', 'cold/selftest', 'cold/signing'])
})

test.each(['cold/machine', 'cold/policy', 'cold/ledger'])('%s never sees a key file, however it is spelled', (room) => {
  const lines = [
    "import { openKeys } from '../keystore/keys.ts'",
    "import type { Key } from '../../cold/keystore/keys.ts'",
    "export * from '../../../src/cold/keystore/keys.ts'",
  ]
  expect(refusedBy(room, lines)).toEqual(lines)
})

test.each(['shared/base', 'shared/qr', 'page'])('%s knows nothing of Node', (folder) => {
  const lines = ["import { readFileSync } from 'node:fs'", "import { join } from 'path'"]
  expect(refusedBy(folder, lines)).toEqual(lines)
})

describe('no circles', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'airlock-circles-'))
    mkdirSync(join(folder, 'src'))
    writeFileSync(join(folder, 'src/a.ts'), "import { b } from './b.ts'\nexport const a = b\n")
    writeFileSync(join(folder, 'src/b.ts'), "import type { C } from './c.ts'\nexport const b: C = 1\n")
    writeFileSync(join(folder, 'src/c.ts'), "export type { A as C } from './a.ts'\n")
    writeFileSync(join(folder, 'src/outside.ts'), "import { a } from './a.ts'\nexport const x = a\n")
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  function circlesIn(file: string, line: string): string[] {
    const rules: Linter.Config = {
      plugins: { airlock: { rules: { 'no-cycles': noCycles(folder, ['src']) } } },
      rules: { 'airlock/no-cycles': 'error' },
    }
    const messages = new Linter({ cwd: folder }).verify(line, [{ ...typescript, ...rules }], join(folder, file))
    return messages.map(({ message }) => message)
  }

  test('one of values and types is named with all its files', () => {
    expect(circlesIn('src/a.ts', "import { b } from './b.ts'")).toEqual([
      'a circle of imports: src/a.ts -> src/b.ts -> src/c.ts -> src/a.ts',
    ])
    expect(circlesIn('src/c.ts', "export type { A as C } from './a.ts'")).toEqual([
      'a circle of imports: src/c.ts -> src/a.ts -> src/b.ts -> src/c.ts',
    ])
  })

  test('a file that only leads into one is not in it', () => {
    expect(circlesIn('src/outside.ts', "import { a } from './a.ts'")).toEqual([])
  })
})
