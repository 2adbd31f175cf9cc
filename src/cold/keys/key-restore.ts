// airlock-cold keys restore BACKUP: a drill that proves a backup whole and writes nothing, or the key files themselves.
//
// In both, every public half is computed anew from the secrets and compared with what the backup states. A drill also
// compares with the key files of a folder, as far as they say who they are without a password. What is expected with
// --expect must be in the backup. Restoring writes nothing before all file names are known to be free.
import type { Command } from 'commander'
import { join } from 'node:path'
import { collected } from '../../local/arguments.ts'
import { addCommand } from '../../local/program.ts'
import { hang, print, printJson, say } from '../../local/terminal.ts'
import { refusal, refuseAll, type Problem } from '../../shared/base/errors.ts'
import { quote, shown } from '../../shared/base/quote.ts'
import { restoredName, type BackedUpKey } from './backup-content.ts'
import { readBackup } from './backup-file.ts'
import { expectedFrom, expectedName, isExpected, type ExpectedKey } from './expected-key.ts'
import { keyName, saveKeyFile, type AnyKey } from '../keystore/key-file.ts'
import { checkNew, ensureFolder } from './key-folder.ts'
import { addToIndex, entryOf, readIndex } from './key-index.ts'
import { keysIn, type ListedKey } from './key-list.ts'
import type { KeyFormat } from '../keystore/keystore-formats.ts'
import { addPasswordFlags } from '../keystore/password-flags.ts'
import { checkPasswordFiles, given, newPassword } from '../keystore/passwords.ts'
import { askPassword } from '../../local/prompt.ts'

export interface RestoreOptions {
  readonly drill?: boolean
  readonly folder?: string
  readonly expect: readonly string[]
  readonly passwordFile?: string
  readonly passwordFd?: number
  readonly newPasswordFile?: string
  readonly newPasswordFd?: number
  readonly json?: boolean
}

/** Adds `keys restore`. */
export function addRestore(keys: Command): void {
  const command = addCommand(
    keys,
    'restore <backup>',
    'prove that a backup is whole, or write its keys into a folder',
    [
      'airlock-cold keys restore keys.backup.age --drill',
      'airlock-cold keys restore keys.backup.age --drill \\',
      '    --folder ~/.eigenlayer/operator_keys',
      'airlock-cold keys restore keys.backup.age \\',
      '    --folder ~/.eigenlayer/operator_keys',
    ],
  )
    .option('--drill', 'open it, prove every key, write nothing')
    .option('--folder <dir>', 'where the key files go; with --drill, key files to compare with')
    .option('--expect <pub>', 'address, operator id or G1 that must be in it (more than once)', collected, [])
    .action(restoreKeys)
  addPasswordFlags(command, 'password', 'passphrase of the backup')
  addPasswordFlags(command, 'new-password', 'password of the key files that are written')
}

/** Restores keys, or proves that it could. */
export async function restoreKeys(path: string, options: RestoreOptions): Promise<void> {
  const { drill, folder } = options
  const expected = options.expect.map(expectedFrom)
  if (drill !== true && folder === undefined) {
    const seen = 'neither --drill nor --folder was given'
    throw refusal('reading the command line', 'usage', seen, 'give --drill to try the backup, --folder DIR to restore')
  }
  checkPasswordFiles(options.passwordFile, options.newPasswordFile)
  const beside = drill === true && folder !== undefined ? keysIn(folder).keys : null
  const keys = await open(path, options)
  try {
    checkAllExpected(path, keys, expected)
    if (drill === true) deliverDrill(path, keys, { expected, beside, json: options.json === true })
    else await restoreTo(folder ?? '', keys, options)
  } finally {
    for (const { key } of keys) key.secret.fill(0)
  }
}

async function open(path: string, options: RestoreOptions): Promise<readonly BackedUpKey[]> {
  const source = { file: options.passwordFile, descriptor: options.passwordFd }
  const passphrase = given(source) ?? (await askPassword(`Passphrase of ${quote(path)}: `, '--password-file'))
  try {
    return await readBackup(path, passphrase)
  } finally {
    passphrase.fill(0)
  }
}

function checkAllExpected(path: string, keys: readonly BackedUpKey[], expected: readonly ExpectedKey[]): void {
  const absent = expected.filter((one) => !keys.some(({ key }) => isExpected(key, one)))
  const problems = absent.map((one): Problem => {
    const message = `${quote(path)} does not hold the key of ${expectedName(one)}`
    return { code: 'key_not_expected', message, hint: 'look for it in another backup; without --expect all are listed' }
  })
  refuseAll('comparing the backup', problems)
}

const FORMAT: Readonly<Record<AnyKey['kind'], KeyFormat>> = { ecdsa: 'web3-v3', bls: 'eigenlayer-bls' }

async function restoreTo(folder: string, keys: readonly BackedUpKey[], options: RestoreOptions): Promise<void> {
  ensureFolder(folder)
  readIndex(folder)
  checkNew(
    'restoring keys',
    keys.map((key) => join(folder, restoredName(key))),
  )
  const source = { file: options.newPasswordFile, descriptor: options.newPasswordFd }
  const password = await newPassword(`the key files in ${quote(folder)}`, source, '--new-password')
  try {
    for (const backedUp of keys) {
      const { key, label } = backedUp
      const file = restoredName(backedUp)
      await saveKeyFile(join(folder, file), key, { format: FORMAT[key.kind], password })
      addToIndex(folder, [entryOf(file, key, FORMAT[key.kind], label)])
      if (options.json !== true) print(hang('restored: ', `${keySentence(key)}, to ${quote(join(folder, file))}`))
    }
  } finally {
    password.fill(0)
  }
  if (options.json === true) printJson({ folder, keys: keys.map(listed) })
  say(hang('', 'each file was opened again; the backup is as it was'))
}

interface Drill {
  readonly expected: readonly ExpectedKey[]
  /** The key files to compare with; null where no folder was named. */
  readonly beside: readonly ListedKey[] | null
  readonly json: boolean
}

function deliverDrill(path: string, keys: readonly BackedUpKey[], { expected, beside, json }: Drill): void {
  const missing = (beside ?? []).filter((file) => !keys.some(({ key }) => claims(file, key)))
  if (json) {
    const filesOf = (key: AnyKey): readonly string[] => (beside ?? []).filter((one) => claims(one, key)).map(fileOf)
    const proven = keys.map((one) => ({ ...listed(one), keyFiles: beside && filesOf(one.key) }))
    printJson({ backup: path, keys: proven, expected: expected.length, notInBackup: missing.map(fileOf) })
  } else {
    for (const { key } of keys) print(drillLines(key, expected, beside))
    print(`${keys.length} ${keys.length === 1 ? 'key' : 'keys'}, all whole; nothing was written`)
  }
  for (const { file } of missing)
    say(hang('warning: ', `${shown(file)} says that it holds a key that is not in this backup`))
}

const CLAIM = 'says that it holds this key'

function drillLines(key: AnyKey, expected: readonly ExpectedKey[], beside: readonly ListedKey[] | null): string {
  const lines = [hang('', `${keySentence(key)} is whole in this backup`)]
  if (expected.some((one) => isExpected(key, one))) lines.push('  it is one that you expected')
  const files = (beside ?? []).filter((file) => claims(file, key)).map(({ file }) => shown(file))
  if (files.length > 0) lines.push(hang('  ', `${files.join(', ')}: ${CLAIM}`))
  if (beside !== null && files.length === 0) lines.push('  no key file of the folder says that it holds it')
  return lines.join('\n')
}

const fileOf = ({ file }: ListedKey): string => file

const keySentence = (key: AnyKey): string =>
  key.kind === 'ecdsa' ? `the ECDSA key of ${key.address}` : `the BLS key with operator id ${key.operatorId}`

const listed = (key: BackedUpKey): object => ({
  kind: key.key.kind,
  name: keyName(key.key),
  label: key.label.label,
  avs: key.label.avs,
  file: restoredName(key),
})

/** True when a key file says that it holds this key. */
function claims({ address, operatorId, publicKeyG2 }: ListedKey, key: AnyKey): boolean {
  if (key.kind === 'ecdsa') return address === key.address
  return operatorId === key.operatorId || publicKeyG2?.join() === key.publicKeyG2.join()
}
