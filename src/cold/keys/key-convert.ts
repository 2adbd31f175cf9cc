// airlock-cold keys convert FILE: the same key in another format, or under another password.
//
// The secret goes from the opened file into the new one in memory only. What the index of its folder says of the key goes
// along where the new file's folder has an index; a folder without one gets none.
import { Option, type Command } from 'commander'
import { basename, dirname } from 'node:path'
import { addCommand } from '../../local/program.ts'
import { print, printJson, say } from '../../local/terminal.ts'
import { refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { keyFactLines, keyHeading } from './key-facts.ts'
import { checkKeyFile, openKeyFile, saveKeyFile } from '../keystore/key-file.ts'
import { checkNew, nameInFile } from './key-folder.ts'
import { addToIndex, entryOf, isIndexable, readIndex, type KeyLabel } from './key-index.ts'
import { kindOf, type KeyFormat } from '../keystore/keystore-formats.ts'
import { kindName, readAnyKeystore } from '../keystore/keystore.ts'
import { addPasswordFlags } from '../keystore/password-flags.ts'
import { checkPasswordFiles, newPassword } from '../keystore/passwords.ts'

export interface ConvertOptions {
  readonly to: KeyFormat
  readonly output: string
  readonly passwordFile?: string
  readonly passwordFd?: number
  readonly newPasswordFile?: string
  readonly newPasswordFd?: number
  readonly json?: boolean
}

const DOING = 'converting key file'

/** Adds `keys convert`. */
export function addConvert(keys: Command): void {
  const command = addCommand(keys, 'convert <file>', 'write a key in another format, or under another password', [
    'airlock-cold keys convert operator.bls.key.json --to eip2335-bn254 \\',
    '    -o operator.cerberus.json',
  ])
    .addOption(new Option('--to <format>', 'format of the new file').choices(Object.keys(kindOf)).makeOptionMandatory())
    .requiredOption('-o, --output <file>', 'where the new file goes')
    .action(convertKey)
  addPasswordFlags(command, 'password', 'password of the key file')
  addPasswordFlags(command, 'new-password', 'password of the new file')
}

/** Converts a key file. */
export async function convertKey(path: string, options: ConvertOptions): Promise<void> {
  const { to, output } = options
  checkNew(DOING, [output])
  checkPasswordFiles(options.passwordFile, options.newPasswordFile)
  checkKeyFile(path)
  checkHolds(path, to)
  const label = labelOf(path)
  const key = await openKeyFile(path, { file: options.passwordFile, descriptor: options.passwordFd })
  try {
    const source = { file: options.newPasswordFile, descriptor: options.newPasswordFd }
    const password = await newPassword(quote(output), source, '--new-password')
    try {
      const place = label.path !== null && key.kind === 'bls' ? { derivationPath: label.path } : {}
      await saveKeyFile(output, key, { format: to, password, ...place })
    } finally {
      password.fill(0)
    }
    const entry = entryOf(basename(output), key, to, label)
    if (readIndex(dirname(output)).length > 0 && isIndexable(entry.file)) addToIndex(dirname(output), [entry])
    if (options.json === true) printJson({ keyFile: output, ...entry })
    else print([keyHeading(quote(entry.file), entry), ...keyFactLines(entry)].join('\n'))
    say(`written to ${quote(output)}, and opened again`)
  } finally {
    key.secret.fill(0)
  }
}

/** Refuses a format for another kind of key, before a password is asked for. */
function checkHolds(path: string, to: KeyFormat): void {
  const { kind } = readAnyKeystore(path)
  if (kindOf[to] === kind) return
  const seen = `${quote(path)} holds the ${kindName[kind]} key, and ${to} is a format for the other kind`
  const hint = kind === 'ecdsa' ? 'give --to web3-v3' : 'give --to eigenlayer-bls or --to eip2335-bn254'
  throw refusal(DOING, 'key_file_wrong_kind', seen, hint)
}

/** What the index of the key's folder says of it, or its file's name. */
function labelOf(path: string): KeyLabel {
  const known = readIndex(dirname(path)).find(({ file }) => file === basename(path))
  return known ?? { label: nameInFile(path), avs: null, path: null, tree: null }
}
