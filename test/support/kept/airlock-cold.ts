// The offline program, kept running (driver.ts). Like src/cold/main.ts it is the thread that opens key files too.
import { isMainThread } from 'node:worker_threads'
import { coldProgram } from '../../../src/cold/cli.ts'
import { isUnlockThread, runUnlockThread } from '../../../src/cold/keystore/unlock-thread.ts'
import { harden } from '../../../src/cold/machine/harden.ts'
import { runProgram } from '../../../src/local/program.ts'
import { keep } from './driver.ts'

if (!isMainThread && isUnlockThread()) runUnlockThread()
else {
  harden()
  keep((args) => runProgram(coldProgram(), args))
}
