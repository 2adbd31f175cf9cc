// qr FILE, in both programs: a document as codes, in the terminal, as pictures, as a page, or told in JSON.
import { join } from 'node:path'
import { MAX_BUNDLE_BYTES } from '../shared/bundle.ts'
import { digestWords } from '../shared/document.ts'
import { documentCodes, type DocumentCodes } from '../shared/document-codes.ts'
import { pageWith } from '../shared/carrying-page.ts'
import { ECC } from '../shared/qr-code.ts'
import { SPEED, viewCodes } from './code-viewer.ts'
import { checkOutput, ensureFolder, readBounded, writeWhole } from './files.ts'
import { pageTemplate } from './page-template.ts'
import { pngOf } from './pictures.ts'
import { print, printJson } from './terminal.ts'

export interface ShowOptions {
  readonly png?: string
  readonly html?: string
  readonly density?: number
  readonly speed?: number
  readonly force?: boolean
  readonly json?: boolean
}

const DOING = 'showing codes'

/** Shows a document as codes: where the options say, else in the terminal. */
export async function showCodes(path: string, options: ShowOptions): Promise<void> {
  const bytes = readBounded(DOING, path, MAX_BUNDLE_BYTES)
  const codes = documentCodes(bytes, options.density)
  const files = [...pictures(codes, options), ...page(bytes, options)]
  for (const { path: target } of files) checkOutput(DOING, target, options.force === true)
  for (const { path: target, content } of files) writeWhole(DOING, target, content(), options.force === true)
  if (options.json === true) printJson(facts(path, bytes, codes, files))
  else if (files.length === 0)
    await viewCodes(bytes, { speed: options.speed ?? SPEED.usual, densest: options.density ?? null })
  else for (const line of lines(codes, files)) print(line)
}

interface Output {
  readonly path: string
  readonly content: () => Uint8Array
}

/** The plain parts as pictures: nothing is lost between files, so that mixed ones are not needed. */
function pictures(codes: DocumentCodes, { png }: ShowOptions): readonly Output[] {
  if (png === undefined) return []
  ensureFolder(DOING, png)
  const { count, digest, kind } = codes
  const width = String(count).length
  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(width, '0')
    const name = `${kind}-${digest.slice(0, 8)}-${number}-of-${count}.png`
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
