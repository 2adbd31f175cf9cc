// Files of this machine: bounded reads, and writes that are whole or not there.
//
// A document is read up to a bound before anything looks at it. An output is written to a temporary file beside it,
// synced, and put in place in one step, so that neither a full disk nor a power cut leaves half of one; without
// --force nothing is ever overwritten. Modes are 0600: what is written here is for its owner.
import { randomBytes } from 'node:crypto'
import {
  mkdirSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { refusal, type AirlockError } from '../shared/base/errors.ts'
import { quote } from '../shared/base/quote.ts'

/** The code of an error of the system, such as ENOENT. */
export const errorCode = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown'

/** The refusal of a file or folder that could not be read. */
export function fileFault(doing: string, path: string, error: unknown): AirlockError {
  const code = errorCode(error)
  if (code === 'ENOENT') {
    return refusal(doing, 'file_not_found', `there is no file ${quote(path)}`, 'check the path, or copy the file there')
  }
  if (code === 'EISDIR') return folder(doing, path)
  return refusal(
    doing,
    'file_unreadable',
    `${quote(path)} cannot be read (${code})`,
    'check its permissions with `ls -l`',
  )
}

const folder = (doing: string, path: string): AirlockError =>
  refusal(doing, 'file_is_folder', `${quote(path)} is a folder, expected a file`, 'name the file inside of it')

/**
 * Reads a file, but never more than `limit` + 1 bytes of it: a caller that gets more than `limit` knows it is too large.
 *
 * @throws AirlockError file_not_found, file_is_folder, file_unreadable
 */
export function readBounded(doing: string, path: string, limit: number): Uint8Array {
  let file: number | undefined
  try {
    // Not blocking: a named pipe without a writer must not hang the program.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    if (fstatSync(file).isDirectory()) throw folder(doing, path)
    return readUpTo(file, limit + 1)
  } catch (error) {
    throw error instanceof Error && error.name === 'AirlockError' ? error : fileFault(doing, path, error)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/**
 * Reads what a file descriptor gives, but never more than `limit` + 1 bytes: a pipe of the shell, as in `3< <(pass show op)`.
 *
 * @throws AirlockError file_unreadable
 */
export function readDescriptor(doing: string, descriptor: number, limit: number): Uint8Array {
  try {
    return readUpTo(descriptor, limit + 1)
  } catch (error) {
    const seen = `file descriptor ${descriptor} cannot be read (${errorCode(error)})`
    throw refusal(doing, 'file_unreadable', seen, `give it one, such as \`${descriptor}< FILE\``)
  }
}

function readUpTo(file: number, most: number): Uint8Array {
  const buffer = new Uint8Array(most)
  let length = 0
  while (length < most) {
    const count = readSync(file, buffer, length, most - length, null)
    if (count === 0) break
    length += count
  }
  return buffer.slice(0, length)
}

/** True when a name is a symbolic link. */
export const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false

/** True when there is a folder of this name. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/**
 * Makes a folder where there is none.
 *
 * @throws AirlockError output_unwritable
 */
export function ensureFolder(doing: string, path: string): void {
  const hint = 'name another folder'
  if (existsSync(path) && !isFolder(path)) {
    throw refusal(doing, 'output_unwritable', `${quote(path)} is a file, expected a folder`, hint)
  }
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw refusal(doing, 'output_unwritable', `the folder ${quote(path)} cannot be made (${errorCode(error)})`, hint)
  }
}

/** The permission bits of a file. */
export const fileMode = (path: string): number => statSync(path).mode & 0o777

/**
 * Refuses early what writeWhole would refuse late: an output that is there already, a folder that is not.
 *
 * @throws AirlockError output_exists, output_unwritable
 */
export function checkOutput(doing: string, path: string, force: boolean): void {
  const target = statSync(path, { throwIfNoEntry: false })
  if (target?.isDirectory() === true) {
    throw refusal(
      doing,
      'output_unwritable',
      `${quote(path)} is a folder, expected a file name`,
      'add a file name to -o',
    )
  }
  if (target !== undefined && !target.isFile()) {
    const seen = `${quote(path)} is a device or a pipe, expected a file`
    throw refusal(doing, 'output_unwritable', seen, 'name a file with -o')
  }
  if (target !== undefined && !force) throw exists(doing, path)
  const parent = statSync(dirname(path), { throwIfNoEntry: false })
  if (parent?.isDirectory() !== true) {
    throw refusal(
      doing,
      'output_unwritable',
      `there is no folder ${quote(dirname(path))}`,
      'make it, or name another with -o',
    )
  }
}

const exists = (doing: string, path: string): AirlockError =>
  refusal(
    doing,
    'output_exists',
    `${quote(path)} exists already and is not overwritten`,
    'name another file with -o, or add --force',
  )

/**
 * Writes a file whole: beside its place first, synced, then put there in one step.
 *
 * @throws AirlockError output_exists, output_unwritable; nothing is left behind then
 */
export function writeWhole(doing: string, path: string, bytes: Uint8Array, force: boolean): void {
  checkOutput(doing, path, force)
  const beside = besideOf(path)
  try {
    writeSynced(beside, bytes)
    if (force) renameSync(beside, path)
    else placeNew(doing, beside, path)
    syncFolder(dirname(path))
  } catch (error) {
    if (error instanceof Error && error.name === 'AirlockError') throw error
    const seen = `${quote(path)} cannot be written (${errorCode(error)})`
    throw refusal(
      doing,
      'output_unwritable',
      seen,
      'check the free space and the permissions, or name another folder with -o',
    )
  } finally {
    rmSync(beside, { force: true })
  }
}

/** A name beside a file that nothing else has: it says whose it is, so that it can be cleared away after a crash. */
export const besideOf = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(4).toString('hex')}.part`)

const UNFINISHED = /^\.(.+)\.(\d+)-[0-9a-f]{8}\.part$/

/**
 * Removes what besideOf named and what programs left behind that were stopped while they wrote. What a program that still
 * runs is writing stays; so does what cannot be removed: nothing is ever read from it.
 *
 * @param name of the one file whose leftovers are meant; without it those of all files in the folder
 */
export function clearUnfinished(folder: string, name?: string): void {
  try {
    for (const found of readdirSync(folder)) {
      const [, of, writer] = UNFINISHED.exec(found) ?? []
      if (writer === undefined || (name !== undefined && of !== name)) continue
      if (!runs(Number(writer))) rmSync(join(folder, found), { force: true })
    }
  } catch {
    // A folder that is read-only, or may not be listed.
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) !== 'ESRCH'
  }
}

/** Writes a new file, mode 0600, and waits until it is on the disk. A file that is there already is an error (EEXIST). */
export function writeSynced(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    let written = 0
    while (written < bytes.length) written += writeSync(file, bytes, written)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Puts a file where none is. A USB stick's file system may know no links: then a look and a rename must do. */
function placeNew(doing: string, beside: string, path: string): void {
  try {
    linkSync(beside, path)
  } catch (error) {
    if (errorCode(error) === 'EEXIST' || existsSync(path)) throw exists(doing, path)
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errorCode(error))) throw error
    renameSync(beside, path)
  }
}

/** Makes the new name itself survive a power cut, where the system lets a folder be synced. */
function syncFolder(path: string): void {
  try {
    const directory = openSync(path, 'r')
    try {
      fsyncSync(directory)
    } finally {
      closeSync(directory)
    }
  } catch {
    // Some file systems refuse to sync a folder; the file itself is synced.
  }
}
