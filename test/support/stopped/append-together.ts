// Many processes that append to one ledger at the same moment.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { entriesOf, type EntryJson } from './ledger-check.ts'
import { buildDriver } from './sign-room.ts'

/**
 * Starts them, waits for all, and reads the ledger without the code that wrote it.
 *
 * @throws Error when a process failed, or the chain does not hold
 */
export async function appendTogether(folder: string, processes: number, count: number): Promise<readonly EntryJson[]> {
  const driver = await buildDriver(folder, 'append-driver')
  const ledger = join(folder, 'ledger')
  const one = (mark: number): Promise<string> =>
    new Promise((done, fail) => {
      const child = spawn(process.execPath, [driver, ledger, String(count), String(mark)], { timeout: 600_000 })
      let stderr = ''
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
      child.on('error', fail)
      child.on('close', (exitCode) =>
        done(exitCode === 0 ? '' : `process ${mark} (${exitCode ?? 'signal'}): ${stderr}`),
      )
    })
  const ended = await Promise.all(Array.from({ length: processes }, (_, mark) => one(mark)))
  const failed = ended.filter((text) => text !== '')
  if (failed.length > 0) throw new Error(failed.join('\n'))
  return entriesOf(ledger)
}

/** What of the appends is not there exactly once, or not in its process's own order. */
export function lostAppends(entries: readonly EntryJson[], processes: number, count: number): readonly string[] {
  const marks = entries.flatMap(({ body }) => (typeof body['reason'] === 'string' ? [body['reason']] : []))
  const of = (mark: number): readonly string[] => marks.filter((reason) => reason.startsWith(`${mark}:`))
  const wanted = (mark: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `${mark}:${index + 1}`)
  const wrong = Array.from({ length: processes }, (_, mark) => mark).filter(
    (mark) => of(mark).join() !== wanted(mark).join(),
  )
  return [...wrong.map((mark) => `process ${mark}`), ...(entries.length === 1 + processes * count ? [] : ['the count'])]
}
