// Reads what wallets answer: Uniform Resources of type eth-signature, from pictures, from files of lines, or as they are
// scanned.
//
// A person holds several answers where a request has several fee rungs, so that reading goes on until the caller has what
// it wants. Any order, repeats, other codes between. Refused: an end before that, with what was seen instead.
import { hotCommand } from '../../shared/base/commands.ts'
import { isFolder, readBounded } from '../../local/files.ts'
import { isPicture, readPictureFile } from '../../local/pictures.ts'
import { codeIn, linesOf, noCode, picturePaths, progressText, rejectedText } from '../../local/scan.ts'
import { Progress, say } from '../../local/terminal.ts'
import { MAX_DOCUMENT_BYTES } from '../../shared/base/document.ts'
import { AirlockError, type Problem } from '../../shared/base/errors.ts'
import { resourceOf } from '../../shared/qr/ur.ts'
import { UrReader, type UrProgress } from '../../shared/qr/ur-reader.ts'
import { ANSWER_TYPE } from '../../shared/wallet/wallet-answer.ts'
import { zxingReader } from '../scan/zxing.ts'

/** What becomes of the CBOR of one answer: true once all that is wanted is there. */
export type TakeAnswer = (cbor: Uint8Array) => boolean

/**
 * Reads answers until all that is wanted is there.
 *
 * @param doing what the program is doing, for a refusal
 * @param paths pictures, folders of them, files of lines; "-" is standard input
 * @param take is given each answer once it is whole; the same one again where it is seen again
 * @param wanted says what is still missing, for a refusal
 * @throws AirlockError scan_incomplete with every picture that could not be read; whatever `take` throws
 */
export async function scanAnswers(
  doing: string,
  paths: readonly string[],
  take: TakeAnswer,
  wanted: () => string,
): Promise<void> {
  const progress = new Progress()
  const problems: Problem[] = []
  let reader = newReader()
  try {
    for await (const text of textsIn(doing, paths, problems)) {
      const code = codeIn(text)
      if (code === '') continue
      reader.receive(code)
      progress.update(`scanning: ${progressText(reader.progress)}`)
      if (reader.message === null) continue
      if (take(reader.message)) return
      reader = newReader()
    }
  } finally {
    progress.end()
    // The writer at the other end must not go on for nobody.
    if (paths.includes('-')) process.stdin.destroy()
  }
  throw new AirlockError(doing, [incomplete(reader.progress, wanted()), ...problems])
}

const newReader = (): UrReader => new UrReader({}, resourceOf(ANSWER_TYPE))

function incomplete(progress: UrProgress, wanted: string): Problem {
  const seen = progress.message === null ? '' : `; of the last one seen, ${progressText(progress)}`
  const message = `the codes ended before ${wanted} was there${seen}${rejectedText(progress)}`
  const hint = `let the wallet show its signature, and scan all of its codes; ${hotCommand('wallet ask')} asks again`
  return { code: 'scan_incomplete', message, hint }
}

async function* textsIn(doing: string, paths: readonly string[], problems: Problem[]): AsyncGenerator<string> {
  for (const path of paths) {
    if (path === '-') yield* typed()
    else if (isFolder(path)) for (const picture of picturePaths([path])) yield* codesIn(picture, problems)
    else {
      const bytes = readBounded(doing, path, MAX_DOCUMENT_BYTES)
      yield* isPicture(bytes) ? codesIn(path, problems) : linesOf([bytes])
    }
  }
}

function typed(): AsyncGenerator<string> {
  const { stdin } = process
  if (stdin.isTTY) say("Scan the wallet's codes, or paste them, one on a line; Ctrl-D ends.")
  return linesOf(stdin)
}

/** The texts in a picture; a picture that cannot be read is noted, others may be enough. */
async function* codesIn(path: string, problems: Problem[]): AsyncGenerator<string> {
  try {
    const texts = await zxingReader(readPictureFile(path))
    if (texts.length === 0) problems.push(noCode(path))
    yield* texts
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error
    problems.push(...error.problems)
  }
}
