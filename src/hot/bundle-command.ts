// airlock-hot bundle and unbundle: several requests made one document, and taken apart again with their responses.
//
// A bundle gives dependent nonces: of the requests of one sender the first keeps its nonce and each further one has the next, in
// the order in which they are named. With --alternatives they keep the nonces that they were built with: of two with one
// nonce the chain takes one.
import { coldLine } from '../shared/base/commands.ts'
import { join } from 'node:path'
import { readDocument } from '../local/document-file.ts'
import { checkOutput, ensureFolder, writeWhole } from '../local/files.ts'
import { print, printJson } from '../local/terminal.ts'
import {
  bundleOf,
  decodeBundle,
  bundleAnswers,
  encodeBundle,
  responseBytes,
  type BundleDocument,
} from '../shared/request/bundle.ts'
import { digestWords, documentDigest } from '../shared/base/document.ts'
import { decodeRequest, senderOf, type UnsignedRequest } from '../shared/request/request.ts'
import { zxingReader } from './scan/zxing.ts'

export interface BundleOptions {
  readonly output: string
  readonly alternatives?: boolean
  readonly force?: boolean
  readonly json?: boolean
}

const DOING = 'bundling'
const READING = 'reading the responses'

/** Puts requests together and writes the bundle. */
export async function makeBundle(paths: readonly string[], options: BundleOptions): Promise<void> {
  checkOutput(DOING, options.output, options.force === true)
  const requests: UnsignedRequest[] = []
  for (const path of paths) {
    requests.push(
      decodeRequest('reading the request', await readDocument('reading the request', path, zxingReader)).request,
    )
  }
  const bytes = encodeBundle(bundleOf(options.alternatives === true ? requests : numbered(requests)))
  const { digest, words, requests: members } = decodeBundle(DOING, bytes)
  writeWhole(DOING, options.output, bytes, options.force === true)
  const nonces = members.map(({ document }) => document.request.transaction?.nonce ?? null)
  if (options.json === true) {
    printJson({ output: options.output, digest, words: words.join(' '), requests: members.length, nonces })
    return
  }
  print(`Bundle ${options.output}: ${members.length} request${members.length === 1 ? '' : 's'}`)
  print(`  SHA-256  ${digest}`)
  print(`  words    ${words.join(' ')}`)
  print('Next: carry the file to the offline machine, compare the words, and there')
  print(`  ${coldLine('sign', { REQUEST: options.output, '-o': 'responses.json' })}`)
}

/** The requests with a nonce of its own for each transaction of a sender. */
function numbered(requests: readonly UnsignedRequest[]): readonly UnsignedRequest[] {
  const next = new Map<string, number>()
  return requests.map((request) => {
    const { transaction, chainId } = request
    if (transaction === null) return request
    const key = `${chainId} ${senderOf(request) ?? ''}`
    const nonce = next.get(key) ?? transaction.nonce
    next.set(key, nonce + 1)
    return { ...request, transaction: { ...transaction, nonce } }
  })
}

export interface UnbundleOptions {
  readonly output: string
  readonly force?: boolean
  readonly json?: boolean
}

/** Writes the requests of a bundle, and the responses to them where they are given, as documents of their own. */
export async function unbundle(
  bundlePath: string,
  responsesPath: string | undefined,
  options: UnbundleOptions,
): Promise<void> {
  const bundle = decodeBundle('reading the bundle', await readDocument('reading the bundle', bundlePath, zxingReader))
  const responses =
    responsesPath === undefined ? [] : bundleAnswers(bundle, await readDocument(READING, responsesPath, zxingReader))
  const files = [
    ...bundle.requests.map(({ bytes }, place) => ({ path: fileOf(options.output, 'request', place, bundle), bytes })),
    ...responses.map((each) => ({
      path: fileOf(options.output, 'response', each.request, bundle),
      bytes: responseBytes(each, bundle),
    })),
  ]
  ensureFolder(DOING, options.output)
  for (const { path } of files) checkOutput(DOING, path, options.force === true)
  for (const { path, bytes } of files) writeWhole(DOING, path, bytes, options.force === true)
  if (options.json === true)
    printJson({ written: files.map(({ path, bytes }) => ({ path, digest: documentDigest(bytes) })) })
  else
    for (const { path, bytes } of files) print(`${path}  ${digestWords(documentDigest(bytes)).slice(0, 4).join(' ')}`)
}

function fileOf(folder: string, what: string, place: number, { requests }: BundleDocument): string {
  const width = String(requests.length).length
  return join(folder, `${what}-${String(place + 1).padStart(width, '0')}.json`)
}
