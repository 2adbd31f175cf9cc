// The files and folders of a ceremony: permissions, free space, who runs the program. Looked at by their names and modes;
// no key file and no password file is opened.
//
// Key files and password files are for their owner alone, and no links; the folder they stand in, the program itself and
// its folder are written by their owner alone. The home folder should not be read by others. Root is a warning: whatever
// this program gets wrong, it then gets wrong with every right.
import { lstatSync, statfsSync, statSync, type Stats } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { errorCode } from '../../local/files.ts'
import type { Problem } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { ok, problem, unknown, warn, type Check } from './check.ts'
import { ownPath } from './own-build.ts'

/** What was named on the command line, or stands where it usually does. */
export interface CeremonyFiles {
  readonly keyFiles: readonly string[]
  readonly passwordFiles: readonly string[]
  /** The folder of keys; null where there is none. */
  readonly keyFolder: string | null
  /** Where the response goes. */
  readonly outputFolder: string
  readonly home: string | null
}

const MIB = 1024 * 1024
/** A response has 64 KiB at most; a disk with less than this free is as good as full. */
const LEAST_SPACE = 4 * MIB
const LITTLE_SPACE = 64 * MIB

/** All checks of files and folders. */
export function fileChecks(files: CeremonyFiles): readonly Check[] {
  const folders = [
    ...new Set(
      [files.outputFolder, ...(files.keyFolder === null ? [] : [files.keyFolder])].map((path) => resolve(path)),
    ),
  ]
  return [...folders.map(spaceCheck), ...permissionChecks(files), userCheck()]
}

function spaceCheck(folder: string): Check {
  const name = 'disk space'
  let free: number
  try {
    const { bavail, bsize } = statfsSync(folder)
    free = bavail * bsize
  } catch (error) {
    const message = `${quote(folder)} cannot be looked at (${errorCode(error)})`
    return problem(name, { code: 'output_unwritable', message, hint: 'make the folder, or name another with -o' })
  }
  const message = `${Math.floor(free / MIB)} MiB are free in ${quote(folder)}`
  const hint = 'delete what is not needed, or name another folder'
  if (free < LEAST_SPACE) return problem(name, { code: 'disk_full', message, hint })
  return free < LITTLE_SPACE ? warn(name, message, hint) : ok(name, message)
}

function permissionChecks(files: CeremonyFiles): readonly Check[] {
  const problems = [
    ...files.keyFiles.flatMap((path) => secretFileProblems(path, 'key')),
    ...files.passwordFiles.flatMap((path) => secretFileProblems(path, 'password')),
    ...keyFolders(files).flatMap(keyFolderProblems),
  ].map((one) => problem('permissions', one))
  const warnings = [
    ...[ownPath(), dirname(ownPath())].flatMap(programWarnings),
    ...(files.home === null ? [] : homeWarnings(files.home)),
  ]
  if (problems.length + warnings.length > 0) return [...problems, ...warnings]
  const looked = files.keyFiles.length + files.passwordFiles.length
  return [
    ok(
      'permissions',
      looked === 0 ? 'folders and program are in order' : `${looked} files with secrets are their owner's alone`,
    ),
  ]
}

/** The folder of keys, and those of the key files named. */
const keyFolders = ({ keyFolder, keyFiles }: CeremonyFiles): readonly string[] => [
  ...new Set(
    [...(keyFolder === null ? [] : [keyFolder]), ...keyFiles.map((path) => dirname(path))].map((path) => resolve(path)),
  ),
]

function secretFileProblems(path: string, what: 'key' | 'password'): readonly Problem[] {
  const named = stateOf(path, lstatSync)
  const state = stateOf(path, statSync)
  const file = `the ${what} file ${quote(path)}`
  if (named === null || state === null)
    return [{ code: 'file_not_found', message: `there is no file ${quote(path)}`, hint: 'check the path' }]
  if (named.isSymbolicLink() && what === 'key') {
    return [
      { code: 'key_file_is_link', message: `${file} is a symbolic link`, hint: 'name the file that it points to' },
    ]
  }
  const { mode } = state
  if ((mode & 0o077) === 0) return []
  const code = what === 'key' ? 'key_file_open_to_others' : 'password_file_open_to_others'
  return [{ code, message: `${file} is open to others (mode ${octal(mode)}), expected 600`, hint: chmod('600', path) }]
}

function keyFolderProblems(path: string): readonly Problem[] {
  const state = stateOf(path)
  if (state === null || !isWrittenByOthers(state)) return []
  const message = `others can put files into the folder of keys ${quote(path)} (mode ${octal(state.mode)}), expected 700`
  return [{ code: 'key_folder_open_to_others', message, hint: chmod('700', path) }]
}

function programWarnings(path: string): readonly Check[] {
  const state = stateOf(path)
  if (state === null || !isWrittenByOthers(state)) return []
  return [
    warn(
      'permissions',
      `others can change this program: ${quote(path)} has mode ${octal(state.mode)}`,
      chmod('go-w', path),
    ),
  ]
}

function homeWarnings(path: string): readonly Check[] {
  const state = stateOf(path)
  if (state === null || (state.mode & 0o007) === 0) return []
  return [
    warn(
      'permissions',
      `others can look into your home ${quote(path)} (mode ${octal(state.mode)})`,
      chmod('700', path),
    ),
  ]
}

/** A folder with the sticky bit, such as /tmp, lets others add files but not replace them. */
const isWrittenByOthers = ({ mode }: Stats): boolean => (mode & 0o022) !== 0 && (mode & 0o1000) === 0

/** What the system says of a path; null where it says nothing. */
const stateOf = (path: string, look: (path: string) => Stats = statSync): Stats | null => {
  try {
    return look(path)
  } catch {
    return null
  }
}

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(3, '0')
const chmod = (mode: string, path: string): string => `chmod ${mode} ${quote(path).slice(1, -1)}`

function userCheck(): Check {
  const user = process.geteuid?.()
  if (user === undefined) return unknown('user', 'this system has no user numbers', 'do not run this as administrator')
  if (user !== 0) return ok('user', 'an ordinary user, not root')
  return warn('user', 'you are root', 'run this as an ordinary user, who owns the key files')
}
