// The other end of unlock.ts: decrypts one key file in a thread of its own.
//
// ethers reads "web3 secret storage"; the address is left out, because what a file says of itself is compared later.
// The password stays bytes: ethers would normalise a string, geth and eigenlayer-cli do not.
import { decryptKeystoreJson, getBytes, isError } from 'ethers'
import { parentPort, workerData } from 'node:worker_threads'
import type { UnlockMessage, UnlockTask } from './unlock.ts'

/** True when this thread was started by unlock.ts. */
export function isUnlockThread(): boolean {
  const task: unknown = workerData
  return typeof task === 'object' && task !== null && 'airlock' in task && task.airlock === 'unlock'
}

/** Decrypts, reports progress, sends the secret, and wipes what it can. */
export async function runUnlockThread(): Promise<void> {
  const { crypto, password } = workerData as UnlockTask
  const send = (message: UnlockMessage, transfer: ArrayBuffer[] = []): void =>
    parentPort?.postMessage(message, transfer)
  try {
    const json = JSON.stringify({ version: 3, crypto })
    const { privateKey } = await decryptKeystoreJson(json, password, (part) => send({ progress: part }))
    const secret = getBytes(privateKey)
    send({ secret }, [secret.buffer as ArrayBuffer])
  } catch (error) {
    // ethers redacts the password itself; the secret would be in no message of ours.
    const wrong = isError(error, 'INVALID_ARGUMENT') && error.argument === 'password'
    send({ fault: wrong ? 'password' : 'secret' })
  } finally {
    password.fill(0)
  }
}
