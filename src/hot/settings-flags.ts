// Flags out of the files that operators have already: `--env-opt` (MACH's .env.opt) and `--operator-yaml` (eigenlayer-cli).
//
// A file stands for the flags that it settles; what is typed wins over it. Only `build` and `status` take them. A password in such a
// file is warned of by its name, and goes no further. The flag is not called --env-file: Node takes that one for itself, wherever it
// stands, and would put the whole file into the environment.
import { hang, say } from '../local/terminal.ts'
import { refusal } from '../shared/base/errors.ts'
import { quote } from '../shared/base/quote.ts'
import { readEnvFile, readOperatorYaml, type Settings } from './settings-file.ts'

/**
 * Puts the flags that files settle behind those that were typed.
 *
 * @throws AirlockError those of reading the files; usage, where a file's name is missing
 */
export function withSettings(argv: readonly string[]): readonly string[] {
  const [command = '', kind = ''] = argv
  if (command !== 'build' && command !== 'status') return argv
  const typed = cut(cut({ rest: argv, files: [] }, '--env-opt', readEnvFile), '--operator-yaml', readOperatorYaml)
  const quorums = command === 'build' && ['register', 'register-with-churn', 'deregister'].includes(kind)
  return typed.files.reduce(
    (flags, { path, settings }) => {
      warn(path, settings)
      return [...flags, ...missing(flags, { ...settings, quorums: quorums ? settings.quorums : undefined }, command)]
    },
    [...typed.rest],
  )
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

type Given = Omit<Settings, 'quorums'> & { readonly quorums: Settings['quorums'] | undefined }

/** The flags of a file that nobody typed. */
function missing(typed: readonly string[], settings: Given, command: string): readonly string[] {
  const has = (...flags: readonly string[]): boolean =>
    typed.some((argument) => flags.some((flag) => argument === flag || argument.startsWith(`${flag}=`)))
  const flag = (name: string, value: string | number | undefined, ...others: readonly string[]): readonly string[] =>
    value === undefined || has(name, ...others) ? [] : [name, String(value)]
  const keys =
    command === 'build'
      ? [...flag('--ecdsa-keystore', settings.ecdsaKeystore), ...flag('--bls-keystore', settings.blsKeystore)]
      : []
  return [
    ...flag('--operator', settings.operator),
    ...flag('--registry-coordinator', settings.registryCoordinator, '--avs'),
    ...flag('--chain', settings.chain),
    ...flag('--rpc-url', settings.rpcUrl, '-r'),
    ...flag('--quorums', settings.quorums?.join(',')),
    ...keys,
  ]
}

function warn(path: string, { passwords }: Settings): void {
  if (passwords.length === 0) return
  const seen = `${quote(path)} holds ${passwords.join(', ')}: a password in a file of an online machine. It was not read here; take it out, and move the key offline`
  say(hang('Warning: ', seen))
}
