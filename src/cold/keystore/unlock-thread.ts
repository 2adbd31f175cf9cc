// The other end of unlock.ts: opens one sealed secret in a thread of its own.
//
// The thread is busy from its first to its last moment and hears nothing meanwhile: it is stopped from outside.
import { parentPort, workerData } from 'node:worker_threads'
import { AirlockError } from '../../shared/base/errors.ts'
import { open, WrongPassword } from './seal.ts'
import type { UnlockFault, UnlockMessage, UnlockTask } from './unlock.ts'

/** True when this thread was started by unlock.ts. */
export function isUnlockThread(): boolean {
  const task: unknown = workerData
  return typeof task === 'object' && task !== null && 'airlock' in task && task.airlock === 'unlock'
}

/** Opens the secret, reports progress, sends it, and wipes the password. */
export function runUnlockThread(): void {
  const { sealed, password } = workerData as UnlockTask
  const send = (message: UnlockMessage, transfer: ArrayBuffer[] = []): void =>
    parentPort?.postMessage(message, transfer)
  try {
    const secret = open(sealed, password, (part) => send({ progress: part }))
    send({ secret }, [secret.buffer as ArrayBuffer])
  } catch (error) {
    send({ fault: faultOf(error) })
  } finally {
    password.fill(0)
  }
}

function faultOf(error: unknown): UnlockFault {
  if (error instanceof WrongPassword) return 'password'
  return error instanceof AirlockError ? 'text' : 'thread'
}
