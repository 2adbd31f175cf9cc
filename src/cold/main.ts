// airlock-cold: the program, and the thread that opens a key file for it (one file is both).
import { isMainThread } from 'node:worker_threads'
import { runProgram } from '../local/program.ts'
import { coldProgram } from './cli.ts'
import { harden } from './machine/harden.ts'
import { isUnlockThread, runUnlockThread } from './keystore/unlock-thread.ts'

if (!isMainThread && isUnlockThread()) runUnlockThread()
else {
  harden()
  await runProgram(coldProgram(), process.argv.slice(2))
}
