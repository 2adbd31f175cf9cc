// Machines that nobody here has: recorded files of /proc and /sys, written out below a folder that stands for "/".
//
// A recording (test/cold/machines/*.txt) has its source in its first line, then "== PATH" and the content of each file.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inProject } from './project.ts'

const recordings = inProject('test/cold/machine/machines')

/** The files of a machine, by path; null takes one out. */
export type MachineFiles = Readonly<Record<string, string | null>>

/** The files of a recording. */
export function recorded(name: string): MachineFiles {
  const [, ...parts] = readFileSync(join(recordings, `${name}.txt`), 'utf8').split(/^== /m)
  return Object.fromEntries(
    parts.map((part) => {
      const end = part.indexOf('\n')
      return [part.slice(0, end), part.slice(end + 1)]
    }),
  )
}

/** Writes a machine's files and gives the folder that stands for "/"; the caller's parent folder is removed with it. */
export function machine(parent: string, ...layers: readonly MachineFiles[]): string {
  const root = mkdtempSync(join(parent, 'machine-'))
  const files = Object.assign({}, ...layers) as MachineFiles
  for (const [path, content] of Object.entries(files)) {
    if (content === null) continue
    const target = join(root, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, content)
  }
  return root
}

/** A folder for machines. */
export const machinesFolder = (): string => mkdtempSync(join(tmpdir(), 'airlock-machines-'))
