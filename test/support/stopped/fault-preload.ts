// Loaded into a real process before its program (`node --require`): makes its file operations fail to happen.
//
// What it does stands in the environment, as a Faults in JSON. It counts the operations of node:fs on the folders named, writes
// their names down, ends the process by SIGKILL at one of them, or slows fsync down. The operations are those that
// the program asks for; the reads of Node's own loader are not among them.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** What goes wrong, and where. */
export interface Faults {
  /** Operations on paths that begin with one of these are counted. */
  readonly folders: readonly string[]
  /** Nothing is counted before the program emits the event 'arm'. */
  readonly later?: boolean
  /** Gets a line for each operation: its name and its path. */
  readonly log?: string
  /**
   * At which operation the process ends, counted from 1: before it, after it, or with half of its bytes written. 'signal' sends a byte to
   * descriptor 3 and goes on: whoever reads it does the killing.
   */
  readonly kill?: { readonly at: number; readonly when: 'before' | 'half' | 'after' | 'signal' }
  /** How long each fsync takes, in milliseconds. */
  readonly slowSync?: number
}

type Operation = (...args: unknown[]) => unknown
const faults = JSON.parse(process.env['AIRLOCK_FAULTS'] ?? '{"folders":[]}') as Faults
const plain = { ...fs }
const table = fs as unknown as Record<string, Operation>

const watched = new Map<number, string>()
let armed = faults.later !== true
let count = 0
process.once('arm', () => (armed = true))

const die = (): void => {
  process.kill(process.pid, 'SIGKILL')
  // The signal is on its way; nothing more may happen meanwhile.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

/** The path that an operation is about, where it is one of those watched. */
function pathOf(args: readonly unknown[]): string | null {
  const path = args
    .slice(0, 2)
    .map((arg) => (typeof arg === 'number' ? watched.get(arg) : arg))
    .find((arg) => typeof arg === 'string' && faults.folders.some((folder) => arg.startsWith(folder)))
  return typeof path === 'string' ? path : null
}

function wrapped(name: string, operation: Operation): Operation {
  return (...args) => {
    const path = pathOf(args)
    if (path === null || !armed) return operation(...args)
    count += 1
    if (faults.log !== undefined) plain.appendFileSync(faults.log, `${name} ${path}\n`)
    const when = faults.kill?.at === count ? faults.kill.when : null
    if (when === 'before') die()
    if (when === 'signal') plain.writeSync(3, '!')
    if (when === 'half' && name === 'writeSync') halve(args, operation)
    if (name === 'fsyncSync' && faults.slowSync !== undefined)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, faults.slowSync)
    const result = operation(...args)
    if (when === 'half' || when === 'after') die()
    if (name === 'openSync') watched.set(Number(result), path)
    if (name === 'closeSync') watched.delete(Number(args[0]))
    return result
  }
}

function halve([file, bytes]: readonly unknown[], write: Operation): void {
  if (bytes instanceof Uint8Array) write(file, bytes.subarray(0, Math.floor(bytes.length / 2)))
  die()
}

const names = 'openSync writeSync fsyncSync closeSync linkSync renameSync rmSync mkdirSync'.split(' ')
const reading = 'readSync readdirSync readFileSync existsSync statSync fstatSync lstatSync'.split(' ')
for (const name of [...names, ...reading]) {
  const operation = table[name]
  if (operation !== undefined) table[name] = wrapped(name, operation)
}
syncBuiltinESMExports()
