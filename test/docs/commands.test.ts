// Every command that is printed can be typed: the table that hints take them from, the sentences on reverts, the examples of help
// texts and the documents, each given to the program's own command line. And no line is broken within one.
import { describe, expect, test } from 'vitest'
import reverts from '../../src/hot/verify/reverts.json' with { type: 'json' }
import { coldProgram } from '../../src/cold/cli.ts'
import { hotProgram } from '../../src/hot/cli.ts'
import { withCommands } from '../../src/hot/verify/remedy-commands.ts'
import { hang, wrap } from '../../src/local/terminal.ts'
import { buildLine, buildWith, coldLine, hotLine, type BuildKind } from '../../src/shared/base/commands.ts'
import { BUILD_MAY, builds, cold, hot, type Row, type Term } from '../../src/shared/base/command-table.ts'
import { operationKinds } from '../../src/shared/operations/operation-kinds.ts'
import { commandsBelow, faultOf, shellWords } from '../support/command-lines.ts'
import { blocks, pages } from './pages.ts'

/** Every way in which a hint can print a command: as it is, with each alternative, with each that it may have, with all. */
function waysOf(row: Row, more: readonly string[] = []): readonly Readonly<Record<string, string | true>>[] {
  const alternatives = row.needs.flatMap((term: Term) => (typeof term === 'string' ? [] : term))
  const optional = [...(row.may ?? []), ...more]
  const valueOf = (term: string): readonly [string, string | true] => {
    const [name = '', value] = term.split(' ')
    return [name, value ?? (name.startsWith('-') ? true : name)]
  }
  const one = [...alternatives, ...optional].map((term) => Object.fromEntries([valueOf(term)]))
  return [{}, ...one, Object.fromEntries(optional.map(valueOf))]
}

type Lines = readonly string[]

const kinds = Object.keys(builds) as readonly BuildKind[]
const built: Lines = kinds.flatMap((kind) => waysOf(builds[kind], BUILD_MAY).map((given) => buildLine(kind, given)))
const named: Lines = [
  ...(Object.keys(hot) as (keyof typeof hot)[]).flatMap((name) =>
    waysOf(hot[name]).map((given) => hotLine(name, given)),
  ),
  ...(Object.keys(cold) as (keyof typeof cold)[]).flatMap((name) =>
    waysOf(cold[name]).map((given) => coldLine(name, given)),
  ),
]

const remedies: Lines = reverts.flatMap(({ says, remedy }) =>
  [...kinds, null].map((kind) => withCommands(`${says} ${remedy}`, kind)),
)
const inRemedies: Lines = remedies.flatMap((text) =>
  [...text.matchAll(/`(airlock-[^`]+)`/g)].map(([, code = '']) => code),
)

/** The examples of the help of every command. */
const examples: Lines = [hotProgram(), coldProgram()].flatMap(commandsBelow).flatMap((command) => {
  let text = ''
  command.configureOutput({ writeOut: (more) => void (text += more) })
  command.outputHelp()
  return commandLines(text.split('Examples:\n')[1] ?? '')
})

/** The whole commands of a text: what has dots instead of flags, or pipes into something, is not one. */
function commandLines(text: string): Lines {
  return text
    .replaceAll(/ *\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) => /^(?:\s*\d\.)?\s*(?:\w+)?\$ +(airlock-(?:hot|cold) .*)$/.exec(line)?.[1] ?? [])
    .map((line) => line.replace(/ {3,}\(.*\)$/, '').replace(/ # .*$/, ''))
    .filter((line) => !/ \.\.\.( |$)|[|<>&]/.test(line))
}

const written: Lines = pages.flatMap(({ text }) => blocks(text).flatMap(commandLines))

const all = [...new Set([...built, ...named, ...inRemedies, ...examples, ...written])]
const words = shellWords(all)

describe('a command that is printed', () => {
  test.each(all)('%s', async (line) => {
    expect(await faultOf(words.get(line) ?? [])).toBeNull()
  })

  test('there are some from each source', () => {
    const counts = [built, named, inRemedies, examples, written].map((lines) => new Set(lines).size)
    expect(counts.every((count) => count > 5)).toBe(true)
  })

  test.each([
    ['an unknown command', ['airlock-hot', 'build', 'register-key'], 'unknown command'],
    ['an unknown flag', [...(words.get(hotLine('verify')) ?? []), '--policy', 'FILE'], 'unknown option'],
    ['a flag too few', ['airlock-cold', 'sign', 'REQUEST'], 'required option'],
    ['a value that is not one', ['airlock-hot', 'avs', 'list', '--chain', 'one'], 'expected a whole number'],
  ])('%s would be seen', async (_, line, fault) => {
    expect(await faultOf(line)).toContain(fault)
  })
})

test('there is a command for each kind of request, and no other', () => {
  expect([...kinds].toSorted()).toEqual([...operationKinds].toSorted())
})

test('no sentence on a revert has braces left', () => {
  expect(remedies.filter((text) => /[{}]/.test(text))).toEqual([])
})

describe('at 80 columns', () => {
  const fits = (line: string): boolean => line.length <= 80 || /^ *airlock-(hot|cold) /.test(line)

  test.each([...new Set([...built, ...named])])('%s', (line) => {
    const text = `what was wrong is mended on the other machine: \`${line}\`, and the file is carried over, whole`
    const shown = hang('airlock-cold: hint: ', text).split('\n')
    expect(shown.filter((each) => each.includes(line))).toHaveLength(1)
    expect(shown.filter((each) => !fits(each))).toEqual([])
  })

  test('the sentences on reverts', () => {
    const broken = [...new Set(remedies)].filter((text) => {
      const shown = hang('airlock-hot: hint: ', text).split('\n')
      const commands = [...text.matchAll(/`(airlock-[^`]+)`/g)].map(([, code = '']) => code)
      return !shown.every(fits) || !commands.every((code) => shown.some((line) => line.includes(code)))
    })
    expect(broken).toEqual([])
  })

  test('a long command loses its backquotes, which a shell would obey', () => {
    const line = buildWith('deregister', [['--operator', `0x${'1'.repeat(40)}`]])
    expect(hang('next: ', `leave with \`${line}\`; then wait`)).toBe(`next: leave with\n  ${line}\n      then wait`)
    expect(wrap(`\`${line}\``)).toEqual([line])
  })

  test('a short one keeps them, and begins a line where it does not fit on the one before', () => {
    const line = hotLine('verify', { REQUEST: 'request.json', RESPONSE: 'response.json' })
    expect(hang('', `${'a '.repeat(20)}\`${line}\``).split('\n')).toEqual(['a '.repeat(20).trimEnd(), `\`${line}\``])
  })
})
