// A file of HTTP headers for one node, such as the key of a provider: `Name: value`, one a line, as `curl -H @FILE` reads them.
//
// Names are tokens and values printable ASCII (RFC 9110, 5.1 and 5.5), so that no value can begin another line of the request.
// Empty lines and lines that begin with # are left out; folded lines are refused, and so are headers that this program or HTTP
// itself sets. The file is for its owner alone. Nothing of it is ever shown, not even in a refusal.
import { fileMode, readBounded } from '../../local/files.ts'
import { refusal, type AirlockError } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import { shellWord } from '../../shared/base/shell-word.ts'
import type { Header } from './node-url.ts'

const DOING = 'reading the headers'
const MAX_FILE = 16 * 1024
const MOST_HEADERS = 32
const LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}):[ \t]*([\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)[ \t]*$/

/** What this program sets, and what says where a request ends or goes. */
const reserved: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * Reads the headers in a file.
 *
 * @throws AirlockError rpc_headers_invalid, rpc_headers_open_to_others, and those of reading a file
 */
export function readHeaderFile(path: string): readonly Header[] {
  const bytes = readBounded(DOING, path, MAX_FILE)
  const mode = fileMode(path)
  if ((mode & 0o077) !== 0 && bytes.length > 0) {
    const seen = `${quote(path)} is open to others (mode ${mode.toString(8)}), expected 600`
    throw refusal(DOING, 'rpc_headers_open_to_others', seen, `type \`chmod 600 ${shellWord(path)}\``)
  }
  if (bytes.length > MAX_FILE) throw invalid(path, `more than ${MAX_FILE} bytes`)
  const headers = textOf(path, bytes)
    .split(/\r?\n/)
    .flatMap((line, index) => headerOf(path, line, index + 1))
  if (headers.length > MOST_HEADERS) throw invalid(path, `${headers.length} headers, expected at most ${MOST_HEADERS}`)
  const names = headers.map(([name]) => name)
  if (new Set(names).size < names.length) throw invalid(path, 'one header twice')
  return headers
}

function textOf(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw invalid(path, 'it is not text in UTF-8')
  }
}

function headerOf(path: string, line: string, number: number): readonly Header[] {
  if (/^[ \t]*(?:#.*)?$/.test(line)) return []
  const [, name, value] = LINE.exec(line) ?? []
  if (name === undefined || value === undefined) {
    throw invalid(path, `line ${number} is not \`Name: value\` in printable ASCII`)
  }
  const lower = name.toLowerCase()
  if (!reserved.has(lower)) return [[lower, value]]
  throw invalid(path, `line ${number} sets ${lower}, which is not for this file`)
}

const invalid = (path: string, seen: string): AirlockError =>
  refusal(
    DOING,
    'rpc_headers_invalid',
    `${quote(path)}: ${seen}`,
    'write one header a line, such as `Authorization: Bearer KEY`',
  )
