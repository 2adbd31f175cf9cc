// One key file from the file to the opened key, and back: what every command of `keys` is made of.
//
// Opening: no symbolic link, permissions for the owner alone, the format's own checks, the password, the secret, the public
// half computed and compared. Saving: sealed, written whole with mode 0600, then read and opened again, and the public half
// compared once more: a file that cannot be opened again is removed.
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { fileMode, isLink, readBounded, writeWhole } from '../../local/files.ts'
import { hang, Progress, say } from '../../local/terminal.ts'
import { refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { blsKey, ecdsaKey, type BlsKey, type EcdsaKey, BN254_PATH } from './keys.ts'
import type { KeyFormat } from './keystore-formats.ts'
import {
  writeEigenlayerBls,
  writeEip2335,
  writeWeb3V3,
  type FileRandomness,
  type SealingOptions,
} from './keystore-write.ts'
import { readAnyKeystore, type Keystore } from './keystore.ts'
import { passwordFor, type PasswordSource } from './passwords.ts'
import { unlock } from './unlock.ts'

/** An opened key of either kind; its holder wipes the secret. */
export type AnyKey = ({ readonly kind: 'ecdsa' } & EcdsaKey) | ({ readonly kind: 'bls' } & BlsKey)

/** The one public name of a key: the address, or the operator id. */
export const keyName = (key: AnyKey): string => (key.kind === 'ecdsa' ? key.address : key.operatorId)

/**
 * Refuses a key file that is a link, or that others can read.
 *
 * @param isRehearsal true where nothing is signed with the key: then a file that nobody can write is taken for a copy in an
 *   archive or on a read-only medium, and only warned about
 * @throws AirlockError key_file_is_link, key_file_open_to_others, and those of reading a file
 */
export function checkKeyFile(path: string, isRehearsal = false): void {
  const doing = 'reading key file'
  if (isLink(path)) {
    const seen = `${quote(path)} is a symbolic link, expected the key file itself`
    throw refusal(doing, 'key_file_is_link', seen, 'name the file that the link points to')
  }
  readBounded(doing, path, 0)
  const mode = fileMode(path)
  if ((mode & 0o077) === 0) return
  const seen = `${quote(path)} can be read by others (mode ${mode.toString(8).padStart(3, '0')}), expected 600`
  const hint = `chmod 600 ${quote(path).slice(1, -1)}`
  if (!isRehearsal || (mode & 0o222) !== 0) throw refusal(doing, 'key_file_open_to_others', seen, hint)
  say(hang('warning: ', `${seen}: ${hint}`))
}

/**
 * Opens a key file.
 *
 * @param source where its password comes from
 * @param flags how the flags of that password begin; isRehearsal: see checkKeyFile
 * @throws AirlockError of reading, of the password, and of comparing the public half
 */
export async function openKeyFile(
  path: string,
  source: PasswordSource,
  { isRehearsal = false, flags = '--password' } = {},
): Promise<AnyKey> {
  checkKeyFile(path, isRehearsal)
  const keystore = readAnyKeystore(path)
  return openKeystore(keystore, await passwordFor(keystore.kind, path, source, flags))
}

/**
 * Opens what was read.
 *
 * @param password is wiped
 * @throws AirlockError of the password, and of comparing the public half
 */
export async function openKeystore(keystore: Keystore, password: Uint8Array): Promise<AnyKey> {
  const [secret = new Uint8Array()] = await unlock([{ keystore, password }])
  try {
    return keystore.kind === 'ecdsa'
      ? { kind: 'ecdsa', ...ecdsaKey(keystore, secret) }
      : { kind: 'bls', ...blsKey(keystore, secret) }
  } catch (error) {
    secret.fill(0)
    throw error
  }
}

/** What a key is saved as. */
export interface Saving {
  readonly format: KeyFormat
  /** Stays the caller's to wipe. */
  readonly password: Uint8Array
  /** The path that the key was derived at, for the formats that keep one. */
  readonly derivationPath?: string
  readonly force?: boolean
}

/**
 * Saves a key, opens the file again, and compares.
 *
 * @throws AirlockError output_exists, output_unwritable, key_file_wrong_kind, key_file_not_reopened
 */
export async function saveKeyFile(path: string, key: AnyKey, saving: Saving): Promise<void> {
  const doing = 'writing key file'
  const file = await Progress.while(`sealing: ${key.kind}`, () => sealed(key, saving))
  writeWhole(doing, path, file, saving.force === true)
  try {
    const again = await openKeystore(readAnyKeystore(path), Uint8Array.from(saving.password))
    again.secret.fill(0)
    if (keyName(again) === keyName(key)) return
  } catch {
    // Whatever it was, the file is of no use.
  }
  rmSync(path, { force: true })
  const seen = `${quote(path)} did not open again to the same key, and was removed`
  throw refusal(doing, 'key_file_not_reopened', seen, 'try another disk: this one does not keep what is written to it')
}

async function sealed(key: AnyKey, { format, password, derivationPath }: Saving): Promise<Uint8Array> {
  const options: SealingOptions = { password, randomness: fresh() }
  if (key.kind === 'ecdsa' && format === 'web3-v3') return writeWeb3V3(key, options)
  if (key.kind === 'bls' && format === 'eigenlayer-bls') return writeEigenlayerBls(key, options)
  if (key.kind === 'bls' && format === 'eip2335-bn254') return writeEip2335(key, derivationPath ?? BN254_PATH, options)
  const seen = `the format ${format} holds no ${key.kind} key`
  const hint = key.kind === 'ecdsa' ? 'give --to web3-v3' : 'give --to eigenlayer-bls or --to eip2335-bn254'
  throw refusal('writing key file', 'key_file_wrong_kind', seen, hint)
}

const fresh = (): FileRandomness => ({ salt: randomBytes(32), iv: randomBytes(16), uuid: randomBytes(16) })
