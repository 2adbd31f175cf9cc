// airlock-cold keys backup FILES: keys into one encrypted file, with what is needed to prove it whole (backup-file.ts).
//
// Each key file is opened with its own password; the backup gets a passphrase of its own. Before the command says done the
// file has been opened again, and every public half was computed from what is in it.
import { coldCommand } from '../../shared/base/commands.ts'
import type { Command } from 'commander'
import { basename, dirname } from 'node:path'
import { addCommand } from '../../local/program.ts'
import { hang, print, printJson, say } from '../../local/terminal.ts'
import { refusal } from '../../shared/base/errors.ts'
import { isPlainName, quote } from '../../shared/base/quote.ts'
import { MAX_KEYS, restoredName, type BackedUpKey } from './backup-content.ts'
import { writeBackup } from './backup-file.ts'
import { factLines } from './key-facts.ts'
import { checkKeyFile, keyName, openKeystore, type AnyKey } from '../keystore/key-file.ts'
import { checkNew, nameInFile } from './key-folder.ts'
import { readIndex, type KeyLabel } from './key-index.ts'
import { kindName, readAnyKeystore, type Keystore } from '../keystore/keystore.ts'
import { addPasswordFlags } from '../keystore/password-flags.ts'
import { checkPasswordFiles, given, newPassword, passwordFor } from '../keystore/passwords.ts'

export interface BackupOptions {
  readonly output: string
  readonly passwordFile?: string
  readonly passwordFd?: number
  readonly newPasswordFile?: string
  readonly newPasswordFd?: number
  readonly json?: boolean
}

const DOING = 'backing up keys'

/** Adds `keys backup`. */
export function addBackup(keys: Command): void {
  const command = addCommand(keys, 'backup <files...>', 'put keys into one encrypted file (age, with a passphrase)', [
    'airlock-cold keys backup ~/.eigenlayer/operator_keys/*.key.json \\',
    '    -o keys.backup.age',
  ])
    .requiredOption('-o, --output <backup>', 'where the backup goes')
    .action(backupKeys)
  addPasswordFlags(command, 'password', 'the one password of all the key files')
  addPasswordFlags(command, 'new-password', 'passphrase of the backup')
}

/** Backs keys up. */
export async function backupKeys(files: readonly string[], options: BackupOptions): Promise<void> {
  const { output } = options
  checkNew(DOING, [output])
  checkPasswordFiles(options.passwordFile, options.newPasswordFile)
  const keystores = readAll(files)
  const keys = await openAll(keystores, options)
  try {
    const source = { file: options.newPasswordFile, descriptor: options.newPasswordFd }
    const passphrase = await newPassword(`the backup ${quote(output)}`, source, '--new-password')
    try {
      await writeBackup(output, keys, passphrase)
    } finally {
      passphrase.fill(0)
    }
    deliver(output, keys, options.json === true)
  } finally {
    for (const { key } of keys) key.secret.fill(0)
  }
}

/** The key files, read and checked as far as that goes without a password. */
function readAll(files: readonly string[]): readonly Keystore[] {
  if (files.length > MAX_KEYS) {
    throw refusal(DOING, 'usage', `${files.length} files, expected at most ${MAX_KEYS}`, 'make more than one backup')
  }
  const keystores = files.map((path) => {
    checkKeyFile(path)
    return readAnyKeystore(path)
  })
  const taken = new Map<string, string>()
  for (const { path, kind } of keystores) {
    const { label, avs } = labelOf(path)
    const target = `${label}/${avs ?? ''}/${kind}`
    const other = taken.get(target)
    taken.set(target, path)
    if (other === undefined) continue
    const seen = `${quote(other)} and ${quote(path)} would be restored to one file name`
    throw refusal(DOING, 'usage', seen, 'leave one out, or copy it to another name first')
  }
  return keystores
}

async function openAll(keystores: readonly Keystore[], options: BackupOptions): Promise<readonly BackedUpKey[]> {
  const shared = given({ file: options.passwordFile, descriptor: options.passwordFd })
  const keys: BackedUpKey[] = []
  try {
    for (const keystore of keystores) {
      const { kind, path } = keystore
      const password = shared === null ? await passwordFor(kind, path, {}, '--password') : Uint8Array.from(shared)
      keys.push({ key: await openKeystore(keystore, password), label: labelOf(path) })
    }
    return keys
  } catch (error) {
    for (const { key } of keys) key.secret.fill(0)
    throw error
  } finally {
    shared?.fill(0)
  }
}

/** What the index of the key's folder says of it, or its file's name. */
function labelOf(path: string): KeyLabel {
  const known = readIndex(dirname(path)).find(({ file }) => file === basename(path))
  const bare: KeyLabel = { label: nameInFile(path), avs: null, path: null, tree: null }
  if (known === undefined) return bare
  const { label, avs, path: derivationPath, tree } = known
  const named = isPlainName(label) && (avs === null || isPlainName(avs))
  return named ? { label, avs, path: derivationPath, tree } : { ...bare, path: derivationPath, tree }
}

function deliver(output: string, keys: readonly BackedUpKey[], json: boolean): void {
  const listed = keys.map(({ key, label }) => ({
    kind: key.kind,
    name: keyName(key),
    restoredAs: restoredName({ key, label }),
  }))
  if (json) printJson({ backup: output, keys: listed })
  else print(keys.flatMap(({ key, label }) => keyLines(key, restoredName({ key, label }))).join('\n'))
  say(hang('', `written to ${quote(output)}, opened again, and every public half computed anew`))
  say(
    hang(
      'next: ',
      `copy it to two places, and try it where you would need it: ${coldCommand('keys restore', { BACKUP: basename(output) })}`,
    ),
  )
}

const keyLines = (key: AnyKey, file: string): readonly string[] => [
  `${file}  (${kindName[key.kind]})`,
  ...factLines(key.kind === 'ecdsa' ? 'address' : 'operator id', keyName(key)),
]
