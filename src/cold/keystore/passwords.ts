// Passwords: asked for on the terminal, or read from a file that only its owner can read, or from a file descriptor.
//
// There is no flag and no variable that takes a password itself. One line end is taken off the end of a file, because
// editors put it there; other white space belongs to the password, and is worth a word. New passwords have a floor.
import { askPassword } from '../../local/prompt.ts'
import { kindName, type KeyKind } from './keystore.ts'
import { fileMode, readBounded, readDescriptor } from '../../local/files.ts'
import { hang, say } from '../../local/terminal.ts'
import { refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'

/** Where a password comes from; from the person where neither is given. */
export interface PasswordSource {
  readonly file?: string | undefined
  readonly descriptor?: number | undefined
}

const MAX_PASSWORD_FILE = 4096
const LF = 10
const CR = 13
const SPACES = [9, LF, CR, 32]

/** The characters that a new password has at least. */
export const PASSWORD_FLOOR = 12
/** As many different characters: "aaaaaaaaaaaa" is not twelve characters' worth of guessing. */
const DISTINCT_FLOOR = 6

/**
 * The password of a key: from the source when one is given, else from the person.
 *
 * @param flags how the flags of this password begin: "--password", "--ecdsa-password"
 * @returns bytes, which the caller wipes
 * @throws AirlockError password_file_invalid, password_file_open_to_others, no_terminal, interrupted
 */
export async function passwordFor(
  kind: KeyKind,
  path: string,
  source: PasswordSource,
  flags: string,
): Promise<Uint8Array> {
  return given(source) ?? askPassword(`Password of the ${kindName[kind]} key ${quote(path)}: `, `${flags}-file`)
}

/**
 * A new password: typed twice, or from the source; not below the floor.
 *
 * @param what it will open, for the question
 * @returns bytes, which the caller wipes
 * @throws AirlockError password_weak, password_differs, and those of passwordFor
 */
export async function newPassword(what: string, source: PasswordSource, flags: string): Promise<Uint8Array> {
  const typed = given(source)
  const password = typed ?? (await askPassword(`New password of ${what}: `, `${flags}-file`))
  try {
    checkFloor(password)
    if (typed === null) await confirm(password, flags)
    return password
  } catch (error) {
    password.fill(0)
    throw error
  }
}

/**
 * Asks for a password a second time.
 *
 * @throws AirlockError password_differs, no_terminal, interrupted
 */
export async function confirm(password: Uint8Array, flags: string): Promise<void> {
  const again = await askPassword('Once more: ', `${flags}-file`)
  const same = again.length === password.length && again.every((byte, index) => byte === password[index])
  again.fill(0)
  if (same) return
  const seen = 'the two passwords typed are not the same'
  throw refusal('choosing a password', 'password_differs', seen, 'type the command again; nothing was written')
}

function checkFloor(password: Uint8Array): void {
  if (password.length >= PASSWORD_FLOOR && new Set(password).size >= DISTINCT_FLOOR) return
  const seen = `the password has fewer than ${PASSWORD_FLOOR} characters, or fewer than ${DISTINCT_FLOOR} different ones`
  const hint = 'whoever copies the file may guess for years: take four or more words that no book has side by side'
  throw refusal('choosing a password', 'password_weak', seen, hint)
}

/**
 * The password of a source; null when it names none.
 *
 * @returns bytes, which the caller wipes
 * @throws AirlockError password_file_invalid, password_file_open_to_others, usage
 */
export function given({ file, descriptor }: PasswordSource): Uint8Array | null {
  if (file !== undefined && descriptor !== undefined) {
    const seen = 'a password file and a file descriptor were both named, expected one of them'
    throw refusal('reading password', 'usage', seen, 'leave one of the two flags out')
  }
  if (file !== undefined) {
    checkPasswordFile(file)
    return trimmed(quote(file), readBounded(DOING, file, MAX_PASSWORD_FILE))
  }
  if (descriptor === undefined) return null
  return trimmed(`file descriptor ${descriptor}`, readDescriptor(DOING, descriptor, MAX_PASSWORD_FILE))
}

/** Refuses early what reading the password files would refuse after minutes of typing; undefined is none. */
export function checkPasswordFiles(...paths: readonly (string | undefined)[]): void {
  for (const path of paths) if (path !== undefined) checkPasswordFile(path)
}

const DOING = 'reading password file'

/** The password without its line end; the bytes of the source are wiped. */
function trimmed(name: string, bytes: Uint8Array): Uint8Array {
  const password = withoutLineEnd(bytes)
  bytes.fill(0)
  if (bytes.length > MAX_PASSWORD_FILE) {
    const seen = `${name} is larger than ${MAX_PASSWORD_FILE} bytes`
    throw refusal(DOING, 'password_file_invalid', seen, 'name the file that holds the password alone')
  }
  if (password.length === 0) say(hang('warning: ', `${name} is empty: the empty password is tried`))
  const edges = [password[0] ?? 0, password.at(-1) ?? 0]
  if (edges.some((byte) => SPACES.includes(byte))) {
    say(hang('warning: ', `the password in ${name} begins or ends with white space, which is taken as part of it`))
  }
  return password
}

/**
 * Refuses a file with a secret in it that others can read.
 *
 * @throws AirlockError password_file_open_to_others, file_not_found, file_is_folder, file_unreadable
 */
export function checkPasswordFile(path: string): void {
  readBounded(DOING, path, 0)
  const mode = fileMode(path)
  if ((mode & 0o077) === 0) return
  const seen = `${quote(path)} can be read by others (mode ${mode.toString(8)}), expected 600`
  throw refusal(DOING, 'password_file_open_to_others', seen, `chmod 600 ${quote(path).slice(1, -1)}`)
}

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  const lf = bytes.at(-1) === LF ? 1 : 0
  const cr = lf === 1 && bytes.at(-2) === CR ? 1 : 0
  return bytes.slice(0, bytes.length - lf - cr)
}
