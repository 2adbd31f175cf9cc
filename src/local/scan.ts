// Reads a document out of codes: from pictures and folders of them, or from lines as a scanner types them.
//
// Everything seen goes to one reader (src/shared/qr/ur-reader.ts): any order, repeats, other codes between. Reading ends as
// soon as the message is whole; what comes out is the canonical document, judged by its schema. Refused: pictures that are
// none, an end before the message is whole (with what is missing and what else was seen), a message that is no document.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { AirlockError, refusal, type Problem } from '../shared/base/errors.ts'
import { unpackDocument } from '../shared/qr/packed.ts'
import type { GrayPicture } from '../shared/qr/picture.ts'
import { quote } from '../shared/base/quote.ts'
import { readPicture } from '../shared/qr/read-qr.ts'
import { urFaults, type UrFault } from '../shared/qr/ur.ts'
import { UrReader, type UrProgress } from '../shared/qr/ur-reader.ts'
import { fileFault, isFolder } from './files.ts'
import { readPictureFile } from './pictures.ts'
import { Progress } from './terminal.ts'

/** Finds the texts of all codes in a picture: one at least, or none. */
export type PictureReader = (picture: GrayPicture) => Promise<readonly string[]>

/** The reader that needs nothing but JavaScript; it finds one code in a picture. */
export const plainReader: PictureReader = (picture) => {
  const reading = readPicture(picture)
  return Promise.resolve(reading === null ? [] : [reading.text])
}

/** A line longer than a code can be is no code; nothing of it is kept. */
const MAX_LINE = 8192
/** zbarcam without --raw writes this before each code. */
const ZBAR_PREFIX = 'QR-Code:'

/** The text of a code in a line, without white space and what zbarcam writes before it. */
export function codeIn(text: string): string {
  const line = text.trim()
  return line.startsWith(ZBAR_PREFIX) ? line.slice(ZBAR_PREFIX.length) : line
}

/** One scan: what was seen so far, and how it is told. */
class Scan {
  readonly #reader = new UrReader()
  readonly #progress = new Progress()
  readonly #problems: Problem[] = []

  /** True once the message is whole. */
  get isWhole(): boolean {
    return this.#reader.message !== null
  }

  /** Takes one text. */
  see(text: string): void {
    const code = codeIn(text)
    if (code === '') return
    this.#reader.receive(code)
    this.#progress.update(`scanning: ${progressText(this.#reader.progress)}`)
  }

  /** Notes a picture that could not be read; others may be enough. */
  note(problems: readonly Problem[]): void {
    this.#problems.push(...problems)
  }

  tell(line: string): void {
    this.#progress.update(line)
  }

  /** The document, or the refusal that says what is missing. */
  end(doing: string): Uint8Array {
    this.#progress.end()
    const { message } = this.#reader
    if (message !== null) return unpackDocument(message)
    const incomplete = incompleteProblem(this.#reader.progress)
    throw new AirlockError(doing, [incomplete, ...this.#problems])
  }
}

const SHOWN_PARTS = 12

function numbers(parts: readonly number[]): string {
  const shown = parts.slice(0, SHOWN_PARTS).join(', ')
  return parts.length > SHOWN_PARTS ? `${shown} and ${parts.length - SHOWN_PARTS} more` : shown
}

/** How far a scan is, in one line. */
export function progressText({ message, needed, held, missing, strangers, stranger }: UrProgress): string {
  if (message === null) return 'no part of a document yet'
  const open = missing.length === 0 ? '' : `, missing ${numbers(missing)}`
  const others = strangers === 0 ? '' : `; ${strangers} of another message (${stranger ?? ''})`
  return `${held} of ${needed} parts${open}${others}`
}

function incompleteProblem(progress: UrProgress): Problem {
  const seen = progress.message === null ? 'no code of a document was seen' : progressText(progress)
  const hint =
    progress.message === null
      ? 'show the document with `qr FILE` on the other machine, and scan that'
      : 'scan the missing codes too, in any order, together with the others'
  return { code: 'scan_incomplete', message: `${seen}${rejectedText(progress)}`, hint }
}

/** What was seen and not taken, to follow a sentence; nothing where all was taken. */
export function rejectedText({ rejected }: Pick<UrProgress, 'rejected'>): string {
  return (Object.entries(rejected) as [UrFault, number][])
    .map(([fault, count]) => `; ${count === 1 ? 'once' : `${count} times`} ${urFaults[fault]}`)
    .join('')
}

/** The pictures that paths mean: a folder stands for the PNG and JPEG files in it, in the order of their names. */
export function picturePaths(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    if (!isFolder(path)) return [path]
    const names = folderNames(path).filter((name) => /\.(png|jpe?g)$/i.test(name))
    if (names.length > 0) return names.toSorted().map((name) => join(path, name))
    const seen = `${quote(path)} is a folder with no PNG and no JPEG in it`
    throw refusal('scanning', 'file_is_folder', seen, 'name the file, or the folder with pictures of its codes')
  })
}

function folderNames(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    throw fileFault('scanning', path, error)
  }
}

/**
 * Reads a document from pictures.
 *
 * @param doing what the program is doing, for the refusal
 * @param paths PNG and JPEG files, and folders of them
 * @param read finds the codes in one picture
 * @returns the canonical bytes of a document
 * @throws AirlockError file_is_folder, scan_incomplete with every picture that could not be read, and those of unpackDocument
 */
export async function scanPictures(doing: string, paths: readonly string[], read: PictureReader): Promise<Uint8Array> {
  const scan = new Scan()
  const pictures = picturePaths(paths)
  for (const [index, path] of pictures.entries()) {
    scan.tell(`scanning: picture ${index + 1} of ${pictures.length}`)
    try {
      const texts = await read(readPictureFile(path))
      if (texts.length === 0) scan.note([noCode(path)])
      for (const text of texts) scan.see(text)
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error
      scan.note(error.problems)
    }
    if (scan.isWhole) break
  }
  return scan.end(doing)
}

/** The problem of a picture with no code in it. */
export function noCode(path: string): Problem {
  const hint = 'take the picture again: straight, sharp, the code filling most of it, the white border visible'
  return { code: 'picture_without_code', message: `no QR code was found in ${quote(path)}`, hint }
}

/**
 * Reads a document from lines, one code a line.
 *
 * @param doing what the program is doing, for the refusal
 * @param input is read until the message is whole or the input ends
 * @returns the canonical bytes of a document
 * @throws AirlockError scan_incomplete, and those of unpackDocument
 */
export async function scanLines(doing: string, input: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const scan = new Scan()
  for await (const line of linesOf(input)) {
    scan.see(line)
    if (scan.isWhole) break
  }
  return scan.end(doing)
}

/** The lines of an input, none of them kept beyond MAX_LINE characters. */
export async function* linesOf(input: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<string> {
  let open = ''
  for await (const chunk of input) {
    // Codes are ASCII; a byte beyond it makes a line that is no code.
    const [first = '', ...rest] = Buffer.from(chunk)
      .toString('latin1')
      .split(/[\r\n]/)
    open = (open + first).slice(0, MAX_LINE)
    for (const next of rest) {
      yield open
      open = next.slice(0, MAX_LINE)
    }
  }
  yield open
}
