// Where key files stand and what they are called: NAME.ecdsa.key.json, NAME.bls.key.json or NAME-AVS.bls.key.json in
// ~/.eigenlayer/operator_keys, as eigenlayer-cli has them.
//
// Names are letters, digits, dots, dashes and underscores. A folder that is missing is made for its owner alone. A file
// that is there already is never overwritten: it may be the only copy of a key, and there is no flag that says otherwise.
import { lstatSync, mkdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { errorCode } from '../../local/files.ts'
import { refusal, refuseAll, type Problem } from '../../shared/base/errors.ts'
import { isPlainName, quote } from '../../shared/base/quote.ts'
import type { KeyKind } from '../keystore/keystore-formats.ts'

/**
 * Refuses a name of a key that is no name of a file.
 *
 * @throws AirlockError usage
 */
export function checkName(what: string, name: string): void {
  if (isPlainName(name)) return
  const seen = `the ${what} is ${quote(name)}, expected at most 64 letters, digits, dots, dashes and underscores`
  throw refusal('reading the command line', 'usage', seen, 'begin it with a letter or a digit, as in operator-1')
}

/** The file name of a key. */
export const keyFileName = (name: string, kind: KeyKind, avs: string | null): string =>
  `${avs === null ? name : `${name}-${avs}`}.${kind}.key.json`

/** The name in a file's name: what stands before .ecdsa.key.json or .bls.key.json, with odd characters replaced. */
export function nameInFile(path: string): string {
  const stem = basename(path).replace(/(\.(ecdsa|bls))?(\.key)?\.json$/, '')
  const plain = stem.replace(/[^\w.-]/g, '-').replace(/^[^A-Za-z0-9]+/, '')
  return plain === '' ? 'key' : plain.slice(0, 64)
}

/**
 * The folder that eigenlayer-cli keeps its keys in.
 *
 * @throws AirlockError usage
 */
export function defaultFolder(): string {
  const home = process.env['HOME'] ?? ''
  if (home !== '') return join(home, '.eigenlayer', 'operator_keys')
  throw refusal('looking for the key folder', 'usage', 'HOME is not set, and no folder was named', 'give --folder DIR')
}

/**
 * Makes a folder, for its owner alone, where there is none.
 *
 * @throws AirlockError output_unwritable
 */
export function ensureFolder(folder: string): void {
  const doing = 'preparing the key folder'
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (statSync(folder).isDirectory()) return
  } catch (error) {
    const seen = `${quote(folder)} cannot be made (${errorCode(error)})`
    throw refusal(doing, 'output_unwritable', seen, 'name another with --folder')
  }
}

/**
 * Refuses files that are there already, all at once.
 *
 * @throws AirlockError key_exists, output_unwritable
 */
export function checkNew(doing: string, paths: readonly string[]): void {
  const problems = paths.flatMap((path): Problem[] => {
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
      const message = `${quote(path)} exists already, and keys and backups are never overwritten`
      return [{ code: 'key_exists', message, hint: 'take another name, or move that file away first' }]
    }
    if (statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() === true) return []
    const message = `there is no folder ${quote(dirname(path))}`
    return [{ code: 'output_unwritable', message, hint: 'make it, or name another' }]
  })
  refuseAll(doing, problems)
}
