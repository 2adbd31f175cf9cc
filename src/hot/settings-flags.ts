// Flags out of the files that operators have already: `--env-opt` (MACH's .env.opt, EigenDA's .env) and `--operator-yaml`
// (eigenlayer-cli).
//
// A file stands for those flags that it settles and the command has; what is typed wins over it. Only `build` and `status` take
// them. Where nothing of a file is used, that is said. A password in such a
// file is warned of by its name, and goes no further. The flag is not called --env-file: Node takes that one for itself, wherever it
// stands, and would put the whole file into the environment.
import type { Command } from 'commander'
import { hang, say } from '../local/terminal.ts'
import { refusal } from '../shared/base/errors.ts'
import { quote } from '../shared/base/quote.ts'
import { readEnvFile, readOperatorYaml, type Settings } from './settings-file.ts'

/**
 * Puts the flags that files settle behind those that were typed.
 *
 * @throws AirlockError those of reading the files; usage, where a file's name is missing
 */
export function withSettings(argv: readonly string[], program: Command): readonly string[] {
  if (argv[0] !== 'build' && argv[0] !== 'status') return argv
  const command = commandOf(program, argv)
  const typed = cut(cut({ rest: argv, files: [] }, '--env-opt', readEnvFile), '--operator-yaml', readOperatorYaml)
  return typed.files.reduce(
    (flags, { path, settings }) => {
      const more = missing(flags, settings, command)
      tell(path, settings, more.length > 0)
      return [...flags, ...more]
    },
    [...typed.rest],
  )
}

/** The command that the first words name. */
function commandOf(program: Command, words: readonly string[]): Command {
  const [word, ...rest] = words
  const command = program.commands.find((each) => each.name() === word)
  return command === undefined ? program : commandOf(command, rest)
}

interface Cut {
  readonly rest: readonly string[]
  readonly files: readonly { readonly path: string; readonly settings: Settings }[]
}

/** Takes a flag with its file out of what was typed. */
function cut({ rest, files }: Cut, flag: string, read: (path: string) => Settings): Cut {
  const at = rest.findIndex((argument) => argument === flag || argument.startsWith(`${flag}=`))
  if (at === -1) return { rest, files }
  const joined = rest[at]?.slice(flag.length + 1) ?? ''
  const path = joined === '' ? rest[at + 1] : joined
  if (path === undefined) {
    throw refusal('reading the command line', 'usage', `${flag} has no file`, `type ${flag} FILE`)
  }
  const left = [...rest.slice(0, at), ...rest.slice(at + (joined === '' ? 2 : 1))]
  return { rest: left, files: [...files, { path, settings: read(path) }] }
}

/** The flags of a file that the command has and nobody typed. */
function missing(typed: readonly string[], settings: Settings, command: Command): readonly string[] {
  const takes = (name: string): boolean => command.options.some(({ long }) => long === name)
  const has = (...flags: readonly string[]): boolean =>
    typed.some((argument) => flags.some((flag) => argument === flag || argument.startsWith(`${flag}=`)))
  const flag = (name: string, value: string | number | undefined, ...others: readonly string[]): readonly string[] =>
    value === undefined || !takes(name) || has(name, ...others) ? [] : [name, String(value)]
  const { registryCoordinator, avs } = settings
  return [
    ...flag('--operator', settings.operator),
    ...flag('--registry-coordinator', registryCoordinator, '--avs'),
    // Where a command has no RegistryCoordinator, its --avs is another contract.
    ...(registryCoordinator === undefined && takes('--registry-coordinator')
      ? flag('--avs', avs, '--registry-coordinator')
      : []),
    ...flag('--chain', settings.chain),
    ...flag('--rpc-url', settings.rpcUrl, '-r'),
    ...flag('--quorums', settings.quorums?.join(',')),
    ...flag('--socket', settings.socket),
    ...flag('--ecdsa-keystore', settings.ecdsaKeystore),
    ...flag('--bls-keystore', settings.blsKeystore),
  ]
}

function tell(path: string, { passwords, ...settled }: Settings, isUsed: boolean): void {
  if (!isUsed) {
    const why =
      Object.keys(settled).length === 0
        ? 'it has no setting that is known here'
        : 'all that it settles was typed, or this command has no flag for it'
    say(hang('Note: ', `nothing of ${quote(path)} was used: ${why}`))
  }
  if (passwords.length === 0) return
  const seen = `${quote(path)} holds ${passwords.join(', ')}: a password in a file of an online machine. It was not read here; take it out, and move the key offline`
  say(hang('Warning: ', seen))
}
