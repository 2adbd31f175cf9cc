// A backup of keys as a file: the content of backup-content.ts in an armoured age file under a passphrase.
//
// Why age: its format is specified (C2SP, age), it is well kept and in wide use, and other programs read it: `age -d` shows
// what is inside without this one. Why not SLIP-39 or a split of our own: no library for it is as well kept, and a backup
// that one program alone can open is none.
import { coldCommand } from '../../shared/base/commands.ts'
import { rmSync } from 'node:fs'
import { readBounded, writeWhole } from '../../local/files.ts'
import { Progress } from '../../local/terminal.ts'
import { refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import {
  MAX_AGE_FILE,
  NoSuchFile,
  openWithPassphrase,
  sealWithPassphrase,
  WrongPassphrase,
} from '../../local/age-passphrase.ts'
import { decodeBackup, encodeBackup, NoBackup, type BackedUpKey } from './backup-content.ts'
import { keyName } from '../keystore/key-file.ts'

/**
 * Writes a backup, opens the file again, and compares every public half.
 *
 * @param passphrase stays the caller's to wipe, and so do the secrets
 * @throws AirlockError output_exists, output_unwritable, backup_invalid
 */
export async function writeBackup(path: string, keys: readonly BackedUpKey[], passphrase: Uint8Array): Promise<void> {
  const doing = 'writing backup'
  const content = encodeBackup(keys)
  const progress = new Progress()
  try {
    progress.update('sealing the backup')
    writeWhole(doing, path, await sealWithPassphrase(content, passphrase), false)
  } finally {
    progress.end()
    content.fill(0)
  }
  if (await opensAgain(path, keys, passphrase)) return
  rmSync(path, { force: true })
  const seen = `${quote(path)} did not open again to the same keys, and was removed`
  throw refusal(doing, 'backup_invalid', seen, 'try another disk: this one does not keep what is written to it')
}

async function opensAgain(path: string, keys: readonly BackedUpKey[], passphrase: Uint8Array): Promise<boolean> {
  try {
    const again = await readBackup(path, passphrase)
    for (const { key } of again) key.secret.fill(0)
    const names = again.map(({ key }) => keyName(key))
    return names.length === keys.length && keys.every(({ key }, index) => names[index] === keyName(key))
  } catch {
    return false
  }
}

/**
 * Opens a backup and derives every public half anew.
 *
 * @param passphrase stays the caller's to wipe
 * @returns the keys, whose secrets the caller wipes
 * @throws AirlockError backup_invalid, password_wrong, and those of reading a file
 */
export async function readBackup(path: string, passphrase: Uint8Array): Promise<readonly BackedUpKey[]> {
  const doing = 'opening backup'
  const file = readBounded(doing, path, MAX_AGE_FILE)
  const progress = new Progress()
  let content: Uint8Array = new Uint8Array()
  try {
    progress.update('opening the backup')
    content = await openWithPassphrase(file, passphrase)
    return decodeBackup(content)
  } catch (error) {
    if (error instanceof WrongPassphrase) {
      const hint = 'type it again, or check that it belongs to this backup; a damaged header looks the same'
      throw refusal(doing, 'password_wrong', `the passphrase does not open ${quote(path)}`, hint)
    }
    if (!(error instanceof NoSuchFile || error instanceof NoBackup)) throw error
    const hint = `name a file that ${coldCommand('keys backup')} wrote, or take another copy of it`
    throw refusal(doing, 'backup_invalid', `${quote(path)} ${error.message}`, hint)
  } finally {
    progress.end()
    content.fill(0)
  }
}
