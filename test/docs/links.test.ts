// What the documents name is there: files, headings, npm scripts, commands and flags of the built programs.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { blocks, headings, inline, page, pages, prose, root } from './pages.ts'
import { run, type ProgramName } from '../support/programs.ts'

const links = (text: string): string[] =>
  [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^https?:/.test(target))

/** The anchor of a heading, as the repository's host makes it. */
const anchor = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')

const ROOTED = /^(src|test|docs|vectors|scripts|dist)(\/[\w.-]+)+\/?$/

describe.each(pages)('$path', ({ path, text }) => {
  test('its links lead somewhere', () => {
    const broken = links(text).filter((link) => {
      const [target = '', heading] = link.split('#')
      const file = target === '' ? path : normalize(join(dirname(path), target))
      if (!existsSync(join(root, file))) return true
      return heading !== undefined && !headings(page(file)).map(anchor).includes(heading)
    })
    expect(broken).toEqual([])
  })

  test('the files that it names exist', () => {
    const named = inline(text).filter((code) => ROOTED.test(code) && !/^\w+\/\d+$/.test(code))
    expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([])
  })

  test('the npm scripts that it names exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
    const named = [...text.matchAll(/\bnpm run (?:--?\w+ )*([\w:]+(?:-\w+)*)/g)].map(([, script = '']) => script)
    expect(named.filter((script) => !(script in scripts))).toEqual([])
  })
})

/** A command of a program, with its help text and the flags in it. */
interface Command {
  readonly name: string
  readonly text: string
  readonly flags: ReadonlySet<string>
}

async function help(program: ProgramName, ...words: readonly string[]): Promise<string> {
  const { exitCode, stdout } = await run(program, [...words, '--help'])
  if (exitCode !== 0) throw new Error(`${program} ${words.join(' ')} --help ended with ${exitCode}`)
  return stdout
}

const flagsOf = (text: string): string[] =>
  [...text.matchAll(/^ {2}(?:(-\w), )?(--[\w-]+)/gm)].flatMap(([, short, long = '']) =>
    short === undefined ? [long] : [short, long],
  )

/** The commands of a program by their words, as its help texts list them. */
async function commandsOf(program: ProgramName, words: readonly string[] = []): Promise<Command[]> {
  const text = await help(program, ...words)
  const listed = [...(text.split('Commands:\n')[1] ?? '').matchAll(/^ {2}([a-z][a-z0-9-]*)/gm)].map(
    ([, word = '']) => word,
  )
  const below = await Promise.all(
    listed.filter((word) => word !== 'help').map((word) => commandsOf(program, [...words, word])),
  )
  return [{ name: [program, ...words].join(' '), text, flags: new Set(flagsOf(text)) }, ...below.flat()]
}

const commands: readonly Command[] = (
  await Promise.all((['airlock-hot', 'airlock-cold'] as const).map((program) => commandsOf(program)))
).flat()

/** The command lines of a text: in blocks with their continuations, and in backquotes. */
function commandLines(text: string): string[] {
  const lines = blocks(text).flatMap((block) => block.replaceAll(/\\\n\s*/g, '').split('\n'))
  return [...lines, ...inline(text)]
    .flatMap((line) => /\bairlock-(?:hot|cold) (?![A-Z]).*/.exec(line.replaceAll('\n', ' '))?.[0] ?? [])
    .filter((line) => /^airlock-\w+ [a-z-]/.test(line))
}

/** What is wrong with a command line: its command, or the flags that it does not have. */
function faultsOf(line: string): string[] {
  const words = line.split(/[\s`|]+/)
  const candidates = [3, 2, 1].map((count) => words.slice(0, count).join(' '))
  const command = commands.find(
    ({ name }) => name === candidates.find((name) => commands.some((one) => one.name === name)),
  )
  const isBare = command?.name === words[0] && /^[a-z]/.test(words[1] ?? '')
  if (command === undefined || isBare) return [`no such command: ${line}`]
  const flags = words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.replace(/[=,.;:)].*$/, ''))
  return flags.filter((flag) => !command.flags.has(flag)).map((flag) => `${command.name} has no ${flag}`)
}

describe('commands', () => {
  test('the programs list them', () => {
    const names = commands.map(({ name }) => name)
    expect(names).toContain('airlock-hot build register')
    expect(names).toContain('airlock-cold sign')
  })

  test('the help of each fits 80 columns, its examples too', () => {
    const lines = commands.flatMap(({ text }) => text.split('\n'))
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })

  test.each(pages)('$path: every command and its flags exist', ({ text }) => {
    expect(commandLines(text).flatMap(faultsOf)).toEqual([])
  })

  test.each(pages)('$path: every flag that stands alone is one of a program', ({ text }) => {
    const all = new Set(commands.flatMap(({ flags }) => [...flags]))
    const alone = inline(text).flatMap((code) => /^(--?[a-z][\w-]*)( |$)/.exec(code)?.[1] ?? [])
    expect(alone.filter((flag) => !all.has(flag))).toEqual([])
  })

  test('README and ceremony name every command', () => {
    const leaves = commands.filter(({ flags }) => flags.has('--json')).map(({ name }) => name)
    const named = page('README.md') + page('docs/ceremony.md')
    expect(leaves.filter((name) => !named.includes(name))).toEqual([])
  })
})
