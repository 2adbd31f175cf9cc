// Opens key files: as many at once as there are cores, while the person sees progress and Ctrl-C works.
//
// The derivations run beside the main thread (scrypt.ts). The secrets are wiped by whoever holds the OpenedKeys; where one key
// file stays locked, those of the others are wiped here.
import { availableParallelism } from 'node:os'
import { Progress } from '../../local/terminal.ts'
import { AirlockError, refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { kindName, type Keystore } from './keystore.ts'
import { open, WrongPassword } from './seal.ts'

export interface LockedKey {
  readonly keystore: Keystore
  readonly password: Uint8Array
}

/** Never more than four: each scrypt at the standard cost takes 256 MiB, and Node's pool has four threads. */
const AT_ONCE = Math.min(4, availableParallelism())

/**
 * Decrypts key files, a few at the same time.
 *
 * @param locked the key files with their passwords, which are wiped here
 * @returns the 32-byte secrets, in the same order; the caller wipes them
 * @throws AirlockError password_wrong, password_not_text, internal
 */
export async function unlock(locked: readonly LockedKey[]): Promise<readonly Uint8Array[]> {
  const secrets: Uint8Array[] = []
  try {
    for (let from = 0; from < locked.length; from += AT_ONCE) {
      const before = locked.length > AT_ONCE ? `${from} of ${locked.length} keys, ` : ''
      secrets.push(...(await unlockTogether(locked.slice(from, from + AT_ONCE), before)))
    }
    return secrets
  } catch (error) {
    for (const secret of secrets) secret.fill(0)
    throw error
  } finally {
    for (const { password } of locked) password.fill(0)
  }
}

/** All of them end before the first fault is reported: a derivation cannot be broken off, and its secret is wiped. */
async function unlockTogether(locked: readonly LockedKey[], before: string): Promise<readonly Uint8Array[]> {
  const kinds = locked.map(({ keystore }) => keystore.kind).join(', ')
  const attempts = locked.map(openOne)
  const ended = await Progress.while(`unlocking: ${before}${kinds}`, () => Promise.allSettled(attempts))
  try {
    return await Promise.all(attempts)
  } catch (error) {
    for (const each of ended) if (each.status === 'fulfilled') each.value.fill(0)
    throw error
  }
}

async function openOne({ keystore, password }: LockedKey): Promise<Uint8Array> {
  try {
    return await open(keystore.sealed, password)
  } catch (error) {
    throw unlockFault(keystore, error)
  }
}

function unlockFault({ kind, path }: Keystore, error: unknown): Error {
  const doing = `unlocking the ${kindName[kind]} key`
  if (error instanceof WrongPassword) {
    const hint = 'type it again, or check that the password belongs to this file; a damaged file looks the same'
    return refusal(doing, 'password_wrong', `the password does not open ${quote(path)}`, hint)
  }
  if (error instanceof AirlockError) {
    const hint = 'type it on a terminal that is set to UTF-8, or save the password file as UTF-8'
    return refusal(doing, 'password_not_text', `the password of ${quote(path)} is not UTF-8, as EIP-2335 wants`, hint)
  }
  const hint = 'close other programs, check that 512 MiB of memory are free, and try again'
  return refusal(doing, 'internal', `the key derivation of ${quote(path)} ended before its work was done`, hint)
}
