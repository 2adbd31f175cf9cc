// The frame of both programs: parses, runs one command, and turns every failure into a refusal with its exit code.
//
// Rules of its output: data on stdout; on stderr one "error:" line a problem, then hints, in JSON when --json is given.
// A fault of the program itself is named by type and place only: its message might hold a secret.
import { Command, CommanderError } from 'commander'
import { AirlockError, refusal, refuseAll, type Problem } from '../shared/base/errors.ts'
import { hang, say, styled } from './terminal.ts'

/**
 * Makes a program whose commands are added by the caller.
 *
 * @param name as typed
 * @param description one paragraph for --help
 * @param version of the package
 */
export function makeProgram(name: string, description: string, version: string): Command {
  const program = new Command(name)
  return frame(program.description(description).version(version, '-V, --version', 'print the version'))
}

/** Adds a command that is a group of others, such as `build`. */
export const addGroup = (program: Command, name: string, description: string): Command =>
  frame(program.command(name).description(description))

/** Adds a command with the options that every command has. */
export function addCommand(program: Command, usage: string, description: string, examples: readonly string[]): Command {
  const help = `\nExamples:\n${examples.map((example) => (example.startsWith(' ') ? `    ${example}` : `  $ ${example}`)).join('\n')}\n`
  const command = program.command(usage).description(description).addHelpText('after', help)
  return frame(command.option('--json', 'print data as JSON on stdout, and errors as JSON on stderr'))
}

function frame(command: Command): Command {
  return command
    .exitOverride((error) => misused(command, error))
    .showSuggestionAfterError(true)
    .configureHelp({ helpWidth: 80, minWidthToWrap: 30 })
    .configureOutput({ outputError: () => undefined, getOutHelpWidth: () => 80, getErrHelpWidth: () => 80 })
    .helpOption('-h, --help', 'print this help')
}

/** Refuses what was typed; --help and --version are no mistakes, and end as they do. */
function misused(command: Command, error: CommanderError): never {
  if (error.exitCode === 0) throw error
  const hint = `type \`${namesOf(command).join(' ')} --help\``
  const problems = mistakes(command, error).map((message): Problem => ({ code: 'usage', message, hint }))
  refuseAll('reading the command line', problems)
  throw error
}

/** Of options that are missing all at once: the parser names the first. */
function mistakes(command: Command, { code, message }: CommanderError): readonly string[] {
  if (code === 'commander.help') return ['no command given']
  // What follows a flag that was misspelled may be a URL with a password.
  if (code === 'commander.unknownOption') return [sentence(message).replace(/'(-[^=']*)=.*'/, "'$1'")]
  if (code !== 'commander.missingMandatoryOptionValue') return [sentence(message)]
  return command.options
    .filter((option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined)
    .map(({ flags }) => `required option '${flags}' not specified`)
}

const sentence = (message: string): string => message.replace(/^error: /, '').replace(/\s+/g, ' ')

/** The program's name and those of the commands below it, as typed. */
const namesOf = (command: Command): readonly string[] => [
  ...(command.parent === null ? [] : namesOf(command.parent)),
  command.name(),
]

/** A hostile document can have thousands of faults; --json has them all. */
const MOST_SHOWN = 20

/** Flags of eigenlayer-cli that mean the same: both spellings work. */
const spellings: Readonly<Record<string, string>> = {
  '--eth-rpc-url': '--rpc-url',
  '--operator-address': '--operator',
  '--registry-coordinator-address': '--registry-coordinator',
  '--output-file': '--output',
  '--account-address': '--operator',
  '--admin-address': '--admin',
  '--pending-admin-address': '--admin',
  '--appointee-address': '--appointee',
  '--target-address': '--target',
  '--caller-address': '--from',
  '--permission-controller-address': '--permission-controller',
  '--operator-set-ids': '--operator-sets',
}

/** A flag as this program spells it; other spellings are those of eigenlayer-cli. */
export function respelled(argument: string): string {
  const [flag = '', ...value] = argument.split('=')
  return [spellings[flag] ?? flag, ...value].join('=')
}

/**
 * Runs a program to its end and sets the exit code; never throws.
 *
 * @param expand puts other flags in the place of some; what it throws is reported like all else
 */
export async function runProgram(
  program: Command,
  typed: readonly string[],
  expand: (argv: readonly string[], program: Command) => readonly string[] = (argv) => argv,
): Promise<void> {
  const argv = typed.map(respelled)
  const json = argv.includes('--json')
  const stop = (error: unknown): never => process.exit(report(program.name(), error, json))
  process.on('uncaughtException', stop).on('unhandledRejection', stop)
  process.once('SIGINT', () => stop(interrupted())).once('SIGTERM', () => stop(interrupted()))
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2))
  try {
    await program.parseAsync(expand(argv, program), { from: 'user' })
  } catch (error) {
    process.exitCode = report(program.name(), error, json)
  }
}

/** The refusal of a person who pressed Ctrl-C. */
export function interrupted(): AirlockError {
  const hint = 'type the same command to begin again; a `send` finds out by itself whether it had sent'
  return refusal('running', 'interrupted', 'stopped by you; no file was written', hint)
}

/** Prints what went wrong and gives the exit code. */
function report(name: string, error: unknown, json: boolean): number {
  // --help and --version end a program by throwing.
  if (error instanceof CommanderError) return error.exitCode
  const refused = error instanceof AirlockError ? error : internal(error)
  // A line of progress, or a question, may stand there unfinished.
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K')
  if (json)
    say(
      JSON.stringify(
        { error: { doing: refused.doing, exitCode: refused.exitCode, problems: refused.problems } },
        null,
        2,
      ),
    )
  else for (const line of errorLines(name, refused)) say(line)
  return refused.exitCode
}

function internal(error: unknown): AirlockError {
  const kind = error instanceof Error ? error.name : typeof error
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const place = /([\w.-]+\.(?:mjs|ts):\d+:\d+)/.exec(stack)?.[1] ?? 'an unknown place'
  return refusal(
    'running',
    'internal',
    `a fault of this program: ${kind} at ${place}`,
    'please report it with the command you typed, without any secret',
  )
}

function errorLines(name: string, { doing, problems }: AirlockError): readonly string[] {
  const mark = styled(process.stderr, 'red', 'error:')
  const colour = (line: string): string => line.replace('error:', mark)
  const errors = problems
    .slice(0, MOST_SHOWN)
    .map(({ code, message }) => colour(hang(`${name}: error: `, `${doing}: ${message} (${code})`)))
  const more = problems.length - errors.length
  if (more > 0) errors.push(`${name}: and ${more} more like these`)
  return [...errors, ...hints(problems.slice(0, MOST_SHOWN)).map((hint) => hang(`${name}: hint: `, hint))]
}

/** Each hint once, in the order of the problems. */
const hints = (problems: readonly Problem[]): readonly string[] => [
  ...new Set(problems.flatMap(({ hint }) => (hint === undefined ? [] : [hint]))),
]
