// qr FILE, in both programs: a document as codes, in the terminal, as pictures, as a page, or told in JSON.
import { join } from 'node:path'
import { MAX_BUNDLE_BYTES } from '../shared/request/bundle.ts'
import { digestWords } from '../shared/base/document.ts'
import { documentCodes, type CodeMaker, type DocumentCodes, type ShownCodes } from '../shared/qr/document-codes.ts'
import { pageWith } from '../shared/qr/carrying-page.ts'
import { ECC } from '../shared/qr/qr-code.ts'
import { SPEED, viewCodes } from './code-viewer.ts'
import { checkOutput, ensureFolder, readBounded, writeWhole } from './files.ts'
import { pageTemplate } from './page-template.ts'
import { pngOf } from './pictures.ts'
import { print, printJson } from './terminal.ts'

/** How codes are shown: as pictures, or in the terminal. */
export interface CodeOptions {
  readonly png?: string
  readonly density?: number
  readonly speed?: number
  readonly force?: boolean
  readonly json?: boolean
}

export interface ShowOptions extends CodeOptions {
  readonly html?: string
}

const DOING = 'showing codes'

/** Shows a document as codes: where the options say, else in the terminal. */
export async function showCodes(path: string, options: ShowOptions): Promise<void> {
  const bytes = readBounded(DOING, path, MAX_BUNDLE_BYTES)
  const codes = documentCodes(bytes, options.density)
  const stem = `${codes.kind}-${codes.digest.slice(0, 8)}`
  const files = [...codePictures(codes, stem, options), ...page(bytes, options)]
  writeOutputs(files, options)
  if (options.json === true) printJson(facts(path, bytes, codes, files))
  else if (files.length === 0) await viewMade((densest) => documentCodes(bytes, densest), options)
  else for (const line of lines(codes, files)) print(line)
}

/** Shows codes in the terminal until the person quits. */
export const viewMade = (make: CodeMaker, { density, speed }: CodeOptions): Promise<void> =>
  viewCodes(make, { speed: speed ?? SPEED.usual, densest: density ?? null })

/** A file that is to be written. */
export interface Output {
  readonly path: string
  readonly content: () => Uint8Array
}

/** Writes files, all of them or, where one is there already, none. */
export function writeOutputs(files: readonly Output[], { force }: CodeOptions): void {
  for (const { path } of files) checkOutput(DOING, path, force === true)
  for (const { path, content } of files) writeWhole(DOING, path, content(), force === true)
}

/**
 * The plain parts as pictures: nothing is lost between files, so that mixed ones are not needed.
 *
 * @param stem how the files' names begin
 */
export function codePictures(codes: ShownCodes, stem: string, { png }: CodeOptions): readonly Output[] {
  if (png === undefined) return []
  ensureFolder(DOING, png)
  const { count } = codes
  const width = String(count).length
  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(width, '0')
    const name = `${stem}-${number}-of-${count}.png`
    return { path: join(png, name), content: () => pngOf(codes.qr(index + 1)) }
  })
}

const page = (bytes: Uint8Array, { html }: ShowOptions): readonly Output[] =>
  html === undefined ? [] : [{ path: html, content: () => Buffer.from(pageWith(pageTemplate(), bytes)) }]

function facts(path: string, bytes: Uint8Array, codes: DocumentCodes, files: readonly Output[]): object {
  const { count, digest, kind, packedBytes, version } = codes
  const texts = Array.from({ length: count }, (_, index) => codes.text(index + 1))
  return {
    file: path,
    kind,
    digest,
    words: digestWords(digest).join(' '),
    parts: count,
    version,
    ecc: ECC,
    documentBytes: bytes.length,
    packedBytes,
    codes: texts,
    written: files.map((file) => file.path),
  }
}

function lines({ count, digest, kind, version }: DocumentCodes, files: readonly Output[]): readonly string[] {
  const parts = count === 1 ? 'one code' : `${count} codes`
  return [
    `The ${kind} as ${parts} of QR version ${version}`,
    `  SHA-256  ${digest}`,
    `  words    ${digestWords(digest).join(' ')}`,
    ...files.map((file) => `  written  ${file.path}`),
  ]
}
