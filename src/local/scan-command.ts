// scan, in both programs: codes in, the canonical document out.
import { checkOutput, writeWhole } from './files.ts'
import { digestWords, documentDigest } from '../shared/base/document.ts'
import { refusal } from '../shared/base/errors.ts'
import { documentKind, type DocumentKind } from '../shared/qr/packed.ts'
import { scanLines, scanPictures, type PictureReader } from './scan.ts'
import { print, printJson, say } from './terminal.ts'

export interface ScanOptions {
  readonly output: string
  readonly force?: boolean
  readonly json?: boolean
}

/** The command to type next, by kind of document. */
export type NextCommand = Readonly<Record<DocumentKind, (file: string) => string>>

/** Reads a document out of pictures, or out of lines on standard input where the only path is "-". */
export async function scan(
  paths: readonly string[],
  options: ScanOptions,
  read: PictureReader,
  next: NextCommand,
): Promise<void> {
  const doing = 'scanning'
  checkOutput(doing, options.output, options.force === true)
  if (paths.includes('-') && paths.length > 1) {
    const hint = 'give pictures, or - alone'
    throw refusal(doing, 'usage', 'both pictures and standard input (-) were named, expected one of them', hint)
  }
  const bytes = paths.includes('-') ? await fromInput(doing) : await scanPictures(doing, paths, read)
  writeWhole(doing, options.output, bytes, options.force === true)
  tell(bytes, options, next)
}

async function fromInput(doing: string): Promise<Uint8Array> {
  const { stdin } = process
  if (stdin.isTTY)
    say('Scan the codes, or paste them, one on a line; Ctrl-D ends. Reading ends by itself when all is there.')
  try {
    return await scanLines(doing, stdin)
  } finally {
    // The writer at the other end must not go on for nobody.
    stdin.destroy()
  }
}

function tell(bytes: Uint8Array, { output, json }: ScanOptions, next: NextCommand): void {
  const kind = documentKind(bytes)
  const digest = documentDigest(bytes)
  const words = digestWords(digest).join(' ')
  if (json === true) {
    printJson({ file: output, kind, digest, words })
    return
  }
  print(`Scanned ${kind === 'approval' ? 'an' : 'a'} ${kind}: ${output}`)
  print(`  SHA-256  ${digest}`)
  print(`  words    ${words}`)
  print('Compare the words with the other screen. Next:')
  print(`  ${next[kind](output)}`)
}
