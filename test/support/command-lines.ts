// Command lines as they are printed, given to the programs' own parsers: a shell takes each apart, and no action is run.
//
// A word in capitals, and what has dots for digits, stands for a value that a person puts there: it is not read as one.
import { execFileSync } from 'node:child_process'
import type { Command } from 'commander'
import { coldProgram } from '../../src/cold/cli.ts'
import { hotProgram } from '../../src/hot/cli.ts'
import { respelled } from '../../src/local/program.ts'

const programs = { 'airlock-hot': hotProgram, 'airlock-cold': coldProgram } as const

const isPlaceholder = (text: string): boolean => /^[A-Z][A-Z0-9:-]*$|\.\.\.|0x[A-Z]*[G-Z]/.test(text)

/** The words that a shell makes of each line, by the line. */
export function shellWords(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const function_ = (name: string): string => `${name}() { printf '%s\\0' ${name} "$@"; printf '\\n\\0'; }`
  const script = ['set -f', ...Object.keys(programs).map(function_), ...lines].join('\n')
  const said = execFileSync('bash', ['-c', script], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  const all = said.split('\0\n\0').slice(0, -1)
  if (all.length !== lines.length) throw new Error(`the shell made ${all.length} commands of ${lines.length}`)
  return new Map(lines.map((line, index) => [line, (all[index] ?? '').split('\0')]))
}

/** The commands below one, and itself. */
export const commandsBelow = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap(commandsBelow),
]

/** A program that parses and does nothing else. */
function parserOf(name: keyof typeof programs, run: () => void): Command {
  const program = programs[name]()
  for (const command of commandsBelow(program)) {
    command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    if (command.commands.length === 0) command.action(run)
    for (const option of command.options) {
      const read = option.parseArg
      if (read !== undefined) {
        option.parseArg = (value, before) => (isPlaceholder(value) ? value : read.call(option, value, before)) as never
      }
    }
  }
  return program
}

/** Flags that bring others out of a file, so that what is lacking here may be there. */
const FROM_FILES = ['--env-opt', '--operator-yaml']

/** What a program has against a command line; null where it would run, or print its help. */
export async function faultOf([name = '', ...argv]: readonly string[]): Promise<string | null> {
  if (name !== 'airlock-hot' && name !== 'airlock-cold') return `no such program: ${name}`
  let runs = 0
  const program = parserOf(name, () => void (runs += 1))
  try {
    await program.parseAsync(argv.map(respelled), { from: 'user' })
  } catch (error) {
    if ((error as { exitCode?: unknown }).exitCode === 0) return null
    const { problems = [] } = error as { problems?: readonly { message: string }[] }
    const said = problems.map(({ message }) => message)
    const fromFile = argv.some((word) => FROM_FILES.includes(word))
    if (fromFile && said.length > 0 && said.every((message) => message.startsWith('required option'))) return null
    return said.join('; ') || String(error)
  }
  return runs === 1 ? null : 'nothing was run'
}

/** What was said as one line, where a long command that stood on a line of its own is in backquotes as a short one is. */
export const unbroken = (said: string): string =>
  said.replaceAll(/^ {2}(airlock-(?:hot|cold) .*)$/gm, ' `$1` ').replaceAll(/\s+/g, ' ')
