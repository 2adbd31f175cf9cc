// airlock-hot merge: parts of one response, made on several machines, as one response.
//
// Each part is checked against the request before it is merged, and the whole after it. Refused, all at once: a response that
// does not decode or is untrue, the same part twice with other bytes, anchors that contradict each other.
import { hotCommand } from '../../shared/base/commands.ts'
import { readDocument } from '../../local/document-file.ts'
import { checkOutput, writeWhole } from '../../local/files.ts'
import { print, printJson } from '../../local/terminal.ts'
import { checkResponse } from '../../shared/request/check-response.ts'
import { AirlockError, refusal, refuseAll, type Problem } from '../../shared/base/errors.ts'
import { mergeResponses, type MergedResponse, type NamedResponse } from '../../shared/request/merge-responses.ts'
import { quote } from '../../shared/base/quote.ts'
import { decodeRequest, type RequestDocument } from '../../shared/request/request.ts'
import { decodeResponse, encodeResponse } from '../../shared/request/response.ts'
import { nextSteps, printNext, printResponse, responseJson, type Checked } from '../send/tell-response.ts'
import { zxingReader } from '../scan/zxing.ts'

export interface MergeOptions {
  readonly output: string
  readonly force?: boolean
  readonly json?: boolean
}

const MERGING = 'merging the responses'

/** Merges responses to one request and says what the whole proves. */
export async function merge(requestPath: string, paths: readonly string[], options: MergeOptions): Promise<void> {
  checkOutput(MERGING, options.output, options.force === true)
  if (paths.length < 2) {
    const hint = `give each part, such as ${hotCommand('merge', { REQUEST: requestPath, RESPONSES: ['bls.json', 'operator.json'] })}`
    throw refusal(MERGING, 'usage', 'one response was given, expected at least two', hint)
  }
  const document = await readRequest(requestPath)
  const [first, ...rest] = await readParts(document, paths)
  if (first === undefined) throw new RangeError('no responses')
  const checked = await mergedOf(MERGING, document, [first, ...rest])
  writeResponse(checked.response, options)
  if (options.json === true) {
    const next = nextSteps(checked, requestPath, options.output).map(({ type }) => type)
    printJson({ output: options.output, ...responseJson(checked), next })
    return
  }
  print(`${options.output}: ${paths.length} responses as one, each checked, and the whole once more.`)
  printResponse(checked)
  printNext(checked, requestPath, options.output)
}

/** Reads a request from a file or a picture. */
export async function readRequest(path: string): Promise<RequestDocument> {
  const doing = 'reading the request'
  return decodeRequest(doing, await readDocument(doing, path, zxingReader))
}

/**
 * Reads responses to a request and checks each.
 *
 * @throws AirlockError with what is wrong with any of them, each sentence naming its file
 */
export async function readParts(
  document: RequestDocument,
  paths: readonly string[],
): Promise<readonly NamedResponse[]> {
  const doing = 'checking the responses'
  const parts: NamedResponse[] = []
  const problems: Problem[] = []
  for (const path of paths) {
    const named = ({ message, ...rest }: Problem): Problem => ({ ...rest, message: `${quote(path)}: ${message}` })
    try {
      const response = decodeResponse(doing, await readDocument(doing, path, zxingReader))
      const check = await checkResponse(document, response)
      problems.push(...check.problems.map(named))
      parts.push({ name: path, response })
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error
      problems.push(...error.problems.map(named))
    }
  }
  refuseAll(doing, problems)
  return parts
}

/**
 * Puts responses together and checks the whole.
 *
 * @param hint replaces the hints of what is untrue in the whole
 * @throws AirlockError those of mergeResponses and checkResponse
 */
export async function mergedOf(
  doing: string,
  document: RequestDocument,
  parts: readonly [NamedResponse, ...NamedResponse[]],
  hint?: string,
): Promise<Checked> {
  const { merged, problems } = mergeResponses(parts)
  refuseAll(doing, problems)
  const check = await checkResponse(document, merged)
  refuseAll(
    doing,
    check.problems.map((problem) => (hint === undefined ? problem : { ...problem, hint })),
  )
  return { document, response: merged, check }
}

/** Writes a response. */
export function writeResponse(response: MergedResponse, { force, output }: MergeOptions): void {
  writeWhole('writing the response', output, encodeResponse(response), force === true)
}
