// What the system says of itself in /proc, /sys and /dev: small texts, and names of folders.
//
// The only door through which doctor looks at the machine. Its root is a parameter, so that a folder of recorded files
// can stand in for a machine that nobody here has. Nothing is written, no device is set, and of a file no more than
// 256 KiB is read; what is not there or cannot be read is null, and the caller says what that means.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readBounded } from '../../local/files.ts'

const MOST = 256 * 1024

/** The files of a system, by their paths without the first slash: "proc/swaps". */
export interface SystemFiles {
  /** The text of a file; null where it is absent or unreadable. */
  readonly text: (path: string) => string | null
  /** The text without the white space at its ends. */
  readonly word: (path: string) => string | null
  /** The names in a folder, in order; null where there is no such folder. */
  readonly names: (path: string) => readonly string[] | null
  /** True when a byte can be read at once: a device that has to wait for one gives none. */
  readonly givesByte: (path: string) => boolean
}

/** The files below a root, which is "/" but for tests. */
export function systemFiles(root = '/'): SystemFiles {
  const read = (path: string, most: number): Uint8Array => readBounded('looking at the machine', join(root, path), most)
  const text = (path: string): string | null => orNull(() => new TextDecoder().decode(read(path, MOST)))
  return {
    text,
    word: (path) => text(path)?.trim() ?? null,
    names: (path) => orNull(() => readdirSync(join(root, path)).toSorted()),
    givesByte: (path) => orNull(() => read(path, 0).length > 0) ?? false,
  }
}

/** Whatever the reason is that a file cannot be read, its absence is the answer. */
function orNull<Value>(read: () => Value): Value | null {
  try {
    return read()
  } catch {
    return null
  }
}
