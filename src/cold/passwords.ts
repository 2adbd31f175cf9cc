// Passwords: asked for on the terminal, or read from a file that only its owner can read.
//
// There is no flag and no variable that takes a password itself. One line end is taken off the end of a file, because
// editors put it there; other white space belongs to the password, and is worth a word.
import { askPassword } from './prompt.ts'
import type { KeyKind } from './keystore.ts'
import { fileMode, readBounded } from '../local/files.ts'
import { say } from '../local/terminal.ts'
import { refusal } from '../shared/errors.ts'
import { quote } from '../shared/quote.ts'

const MAX_PASSWORD_FILE = 4096
const LF = 10
const CR = 13
const SPACES = [9, LF, CR, 32]

/**
 * The password of a key: from the file when one is given, else from the person.
 *
 * @returns bytes, which the caller wipes
 * @throws AirlockError password_file_invalid, password_file_open_to_others, no_terminal, interrupted
 */
export async function passwordFor(kind: KeyKind, path: string, file: string | undefined): Promise<Uint8Array> {
  const name = kind === 'ecdsa' ? 'ECDSA' : 'BLS'
  if (file !== undefined) return readPasswordFile(file)
  return askPassword(`Password of the ${name} key ${quote(path)}: `, `--${kind}-password-file`)
}

/** Reads a password file; the bytes of the file are wiped. */
function readPasswordFile(path: string): Uint8Array {
  const doing = 'reading password file'
  checkPasswordFile(path)
  const bytes = readBounded(doing, path, MAX_PASSWORD_FILE)
  const password = withoutLineEnd(bytes)
  bytes.fill(0)
  if (password.length === 0 || bytes.length > MAX_PASSWORD_FILE) {
    const seen = password.length === 0 ? 'is empty' : `is larger than ${MAX_PASSWORD_FILE} bytes`
    throw refusal(
      doing,
      'password_file_invalid',
      `${quote(path)} ${seen}`,
      'put the password into it; for an empty password leave the flag out and press Enter',
    )
  }
  const edges = [password[0] ?? 0, password.at(-1) ?? 0]
  if (edges.some((byte) => SPACES.includes(byte))) {
    say(`warning: the password in ${quote(path)} begins or ends with white space, which is taken as part of it`)
  }
  return password
}

/**
 * Refuses a password file that others can read.
 *
 * @throws AirlockError password_file_open_to_others, file_not_found, file_is_folder, file_unreadable
 */
export function checkPasswordFile(path: string): void {
  const doing = 'reading password file'
  readBounded(doing, path, 0)
  const mode = fileMode(path)
  if ((mode & 0o077) === 0) return
  const seen = `${quote(path)} can be read by others (mode ${mode.toString(8)}), expected 600`
  throw refusal(doing, 'password_file_open_to_others', seen, `chmod 600 ${quote(path).slice(1, -1)}`)
}

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  const lf = bytes.at(-1) === LF ? 1 : 0
  const cr = lf === 1 && bytes.at(-2) === CR ? 1 : 0
  return bytes.slice(0, bytes.length - lf - cr)
}
