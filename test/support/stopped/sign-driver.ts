// `airlock-cold sign` without the slow parts, for tests that start it a thousand times: its own sign-command.ts, ledger and signer,
// but the approval is typed by stand-in-prompt.ts, and keys come unlocked from stand-in-keys.ts.
//
// Its one argument is a list of visits in JSON, done one after the other. The exit code is that of the first that was refused.
import { sign } from '../../../src/cold/signing/sign-command.ts'
import type { SignOptions } from '../../../src/cold/signing/sign-options.ts'
import { AirlockError } from '../../../src/shared/base/errors.ts'

/** One signing; `arm` begins to count file operations (fault-preload.ts). */
export interface DriverVisit extends SignOptions {
  readonly request: string
  readonly arm?: boolean
}

const visits = JSON.parse(process.argv[2] ?? '[]') as readonly DriverVisit[]
try {
  for (const { request, arm, ...options } of visits) {
    if (arm === true) process.emit('arm' as 'exit', 0)
    await sign(request, options)
  }
} catch (error) {
  if (!(error instanceof AirlockError)) throw error
  console.error(error.message)
  process.exitCode = error.exitCode
}
