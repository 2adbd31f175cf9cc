// What the system lets a program do for its own secrets, before it has any.
//
// - No core dump with memory in it: Linux is told to leave every mapping out (core(5), coredump_filter). Node cannot set
//   the limit of the shell, which is what `ulimit -c 0` is for.
// - No debugger on a signal: Node would open a port on SIGUSR1.
// - No diagnostic report of Node, which would hold the environment and the heap's figures.
//
// What cannot be done from here stands in docs/threat-model.md.
import { writeFileSync } from 'node:fs'

/** Does all of it, as far as this system has it. */
export function harden(): void {
  process.on('SIGUSR1', () => undefined)
  const quiet = { reportOnFatalError: false, reportOnSignal: false, reportOnUncaughtException: false }
  Object.assign(process.report, quiet)
  if (process.platform !== 'linux') return
  try {
    writeFileSync('/proc/self/coredump_filter', '0x0')
  } catch {
    // A container may not have it; the limit of the shell is the better protection anyway.
  }
}
