// Opens key files: a few at once, each in a thread of its own, so that the person sees progress and Ctrl-C works.
//
// The thread is given the sealed secret alone, without the rest of the file. What comes back is the secret as bytes. The
// thread ends with its memory; the bytes are wiped by whoever holds the OpenedKeys.
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { Progress } from '../../local/terminal.ts'
import { refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { kindName, type Keystore } from './keystore.ts'
import type { SealedSecret } from './seal.ts'

/** What the thread is given. */
export interface UnlockTask {
  readonly airlock: 'unlock'
  readonly sealed: SealedSecret
  readonly password: Uint8Array
}

/** Why a key file stays locked: the password is wrong, or not the text that the format wants; or the thread failed. */
export type UnlockFault = 'password' | 'text' | 'thread'

/** What the thread sends: progress from 0 to 1, then one of the others. */
export type UnlockMessage =
  { readonly progress: number } | { readonly secret: Uint8Array } | { readonly fault: UnlockFault }

export interface LockedKey {
  readonly keystore: Keystore
  readonly password: Uint8Array
}

/** Each scrypt at the standard cost takes 256 MiB. */
const AT_ONCE = 4

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

async function unlockTogether(locked: readonly LockedKey[], before: string): Promise<readonly Uint8Array[]> {
  const progress = new Progress()
  const done = locked.map(() => 0)
  let over = false
  const show = (): void => {
    // A thread that is still at work speaks on after another has failed.
    if (over) return
    const parts = locked.map(({ keystore }, index) => `${keystore.kind} ${Math.floor((done[index] ?? 0) * 100)} %`)
    progress.update(`unlocking: ${before}${parts.join(', ')}`)
  }
  const workers: Worker[] = []
  try {
    const secrets = locked.map((key, index) => {
      const { worker, secret } = start(key, (part) => {
        done[index] = part
        show()
      })
      workers.push(worker)
      return secret
    })
    return await Promise.all(secrets)
  } finally {
    over = true
    progress.end()
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

function start(
  { keystore, password }: LockedKey,
  onProgress: (part: number) => void,
): { worker: Worker; secret: Promise<Uint8Array> } {
  const task: UnlockTask = { airlock: 'unlock', sealed: keystore.sealed, password }
  // The program's one file is the thread's too: main.ts tells the two apart.
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: task, argv: [], env: {} })
  const secret = new Promise<Uint8Array>((resolve, reject) => {
    worker.on('message', (message: UnlockMessage) => {
      if ('progress' in message) onProgress(message.progress)
      else if ('secret' in message) resolve(message.secret)
      else reject(unlockFault(keystore, message.fault))
    })
    worker.on('error', () => reject(unlockFault(keystore, 'thread')))
  })
  return { worker, secret }
}

function unlockFault({ kind, path }: Keystore, fault: UnlockFault): Error {
  const doing = `unlocking the ${kindName[kind]} key`
  if (fault === 'thread') {
    const hint = 'close other programs, check that 512 MiB of memory are free, and try again'
    return refusal(doing, 'internal', `the thread that opens ${quote(path)} ended before its work was done`, hint)
  }
  if (fault === 'text') {
    const hint = 'type it on a terminal that is set to UTF-8, or save the password file as UTF-8'
    return refusal(doing, 'password_not_text', `the password of ${quote(path)} is not UTF-8, as EIP-2335 wants`, hint)
  }
  const hint = 'type it again, or check that the password belongs to this file; a damaged file looks the same'
  return refusal(doing, 'password_wrong', `the password does not open ${quote(path)}`, hint)
}
