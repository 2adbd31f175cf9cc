// The other end of unlock.ts: decrypts one key file in a thread of its own.
//
// ethers reads "web3 secret storage"; the address is left out, because what a file says of itself is compared later.
// The password stays bytes: ethers would normalise a string, geth and eigenlayer-cli do not.
import { decryptKeystoreJson, getBytes, isError } from 'ethers'
import { parentPort, workerData } from 'node:worker_threads'
import type { EncryptedPart } from './keystore.ts'
import type { UnlockMessage, UnlockTask } from './unlock.ts'

/** True when this thread was started by unlock.ts. */
export function isUnlockThread(): boolean {
  const task: unknown = workerData
  return typeof task === 'object' && task !== null && 'airlock' in task && task.airlock === 'unlock'
}

/**
 * Decrypts the encrypted part of a key file.
 *
 * @param onProgress is given 0 to 1 as the work goes on
 * @returns the secret, 32 bytes
 * @throws Error of ethers: INVALID_ARGUMENT on "password" when the MAC does not match
 */
export async function decrypt(
  crypto: EncryptedPart,
  password: Uint8Array,
  onProgress: (part: number) => void,
): Promise<Uint8Array> {
  const { privateKey } = await decryptKeystoreJson(JSON.stringify({ version: 3, crypto }), password, onProgress)
  return getBytes(privateKey)
}

/** Decrypts, reports progress, sends the secret, and wipes what it can. */
export async function runUnlockThread(): Promise<void> {
  const { crypto, password } = workerData as UnlockTask
  const send = (message: UnlockMessage, transfer: ArrayBuffer[] = []): void =>
    parentPort?.postMessage(message, transfer)
  try {
    const secret = await decrypt(crypto, password, (part) => send({ progress: part }))
    send({ secret }, [secret.buffer as ArrayBuffer])
  } catch (error) {
    // ethers redacts the password itself; the secret would be in no message of ours.
    const wrong = isError(error, 'INVALID_ARGUMENT') && error.argument === 'password'
    send({ fault: wrong ? 'password' : 'secret' })
  } finally {
    password.fill(0)
  }
}
