// What the online machine keeps from one command to the next: small documents without a secret, in folders of ~/.airlock.
//
// Nothing is ever rewritten: what is new is a new file, put there in one step, so that programs that run at once cannot lose
// each other's. The name of a file says what is in it.
//
// Refused: a file that was damaged or changed, or that holds something else than its name says.
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type * as z from 'zod'
import { readBounded, writeWhole } from '../../local/files.ts'
import { decodeDocument, encodeDocument } from '../../shared/base/document.ts'
import { AirlockError, refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'

const MAX_BYTES = 4096

/** A kind of documents that are kept. */
export interface Keeping<Schema extends z.ZodType> {
  /** The folder below ~/.airlock, and the option that names another one. */
  readonly folder: string
  readonly header: string
  readonly schema: Schema
  /** Names of files; whatever else is in the folder is nobody's business. */
  readonly named: RegExp
  readonly fileName: (kept: z.output<Schema>) => string
  /** What a document of this kind is, to be compared with the name of its file, such as "the anchor of entry 3". */
  readonly what: (kept: z.output<Schema>) => string
  readonly reading: string
  readonly writing: string
  /** How it is written again once a damaged one is deleted, such as "the next `airlock-hot build` writes it again". */
  readonly again: string
}

/** Where documents are kept, unless an option says otherwise; null where there is no home to keep them in. */
export function keptFolder(given: string | undefined, { folder }: { readonly folder: string }): string | null {
  if (given !== undefined) return given
  const home = process.env['HOME'] ?? ''
  return home === '' ? null : join(home, '.airlock', folder)
}

/**
 * All documents of a kind that are kept; none where the folder is not there.
 *
 * @throws AirlockError those of decoding a document, which name the file; file_unreadable
 */
export function readKept<Schema extends z.ZodType>(
  folder: string | null,
  keeping: Keeping<Schema>,
): readonly z.output<Schema>[] {
  if (folder === null || !existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => keeping.named.test(name))
    .map((name) => readOne(join(folder, name), name, keeping))
}

function readOne<Schema extends z.ZodType>(path: string, name: string, keeping: Keeping<Schema>): z.output<Schema> {
  const again = `delete ${quote(path)}; ${keeping.again}`
  const doing = `${keeping.reading}, ${quote(path)}`
  const bytes = readBounded(doing, path, MAX_BYTES)
  const read = decodeDocument(doing, bytes, keeping.header, keeping.schema, again, MAX_BYTES)
  if (keeping.fileName(read) === name) return read
  const seen = `it holds ${keeping.what(read)}, not the one of its name`
  throw refusal(doing, 'document_checksum_wrong', seen, again)
}

/**
 * Keeps a document.
 *
 * @param folder null where there is no home
 * @param kept all its fields but `airlock` and `checksum`
 * @returns why it could not be kept; null where it is
 */
export function keep<Schema extends z.ZodType>(
  folder: string | null,
  keeping: Keeping<Schema>,
  kept: Omit<z.output<Schema>, 'airlock' | 'checksum'>,
): string | null {
  try {
    if (folder === null) throw refusal(keeping.writing, 'usage', 'HOME is not set', `give --${keeping.folder} FOLDER`)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, keeping.fileName(kept as z.output<Schema>))
    const bytes = encodeDocument({ airlock: keeping.header, ...kept })
    if (!existsSync(path)) writeWhole(keeping.writing, path, bytes, false)
    return null
  } catch (error) {
    // Another run has kept the same meanwhile.
    if (error instanceof AirlockError && error.code === 'output_exists') return null
    return error instanceof AirlockError ? error.problems[0].message : `${quote(folder ?? '')} cannot be made`
  }
}
