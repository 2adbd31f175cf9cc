// The text of a policy as plain maps, lists and strings, with the line of each: YAML with its surprises taken out.
//
// YAML 1.2 as the package yaml parses it, under the failsafe schema: every scalar stays the text that it is, so that 0x12 is
// no number, `no` no boolean and 1e9 nothing at all. JSON is YAML and comes the same way; its numbers arrive as their text.
//
// Refused: more than 64 KiB, anything but printable UTF-8 (no byte order mark), nesting beyond 16 levels (counted before
// anything recursive looks), directives, tags, anchors, aliases, a key given twice, a second document, everything that the
// parser calls an error or a warning. Its own messages repeat the file and are replaced by ours.
import { coldCommand } from '../../shared/base/commands.ts'
import { Composer, isMap, isScalar, isSeq, LineCounter, Parser, type CST, type Document, type ErrorCode } from 'yaml'
import { MAX_DOCUMENT_BYTES } from '../../shared/base/document.ts'
import { refusal, refuseAll, type Problem } from '../../shared/base/errors.ts'

/** A policy's tree: maps without a prototype, so that no key can mean anything. */
export type Tree = string | readonly Tree[] | { readonly [key: string]: Tree }

/** A tree and where its parts stand. */
export interface ReadTree {
  readonly tree: Tree
  /** The line of a node by its path, counted from 1; that of the nearest node above where it has none. */
  readonly lineOf: (path: readonly PropertyKey[]) => number
}

export const POLICY_HINT = `mend the file; ${coldCommand('policy init')} writes one that is good`

const MOST_LEVELS = 16

const fault = (message: string): Problem => ({ code: 'policy_file_invalid', message, hint: POLICY_HINT })

/**
 * Reads the text of a policy.
 *
 * @param doing what the caller is doing, for the refusal
 * @param bytes the file's content
 * @throws AirlockError policy_file_invalid, with every problem that the parser found
 */
export function readTree(doing: string, bytes: Uint8Array): ReadTree {
  const text = decode(doing, bytes)
  const lines = new LineCounter()
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line)
  refuseAll(doing, forbidden(tokens, lineAt))
  const [document, second] = [...composer().compose(tokens, true, text.length)]
  if (document === undefined) throw refusal(doing, 'policy_file_invalid', 'the file is empty', POLICY_HINT)
  refuseAll(doing, parserFaults(document, second, lineAt))
  return plain(document, lineAt)
}

const composer = (): Composer =>
  new Composer({ schema: 'failsafe', version: '1.2', strict: true, uniqueKeys: true, stringKeys: true, merge: false })

function decode(doing: string, bytes: Uint8Array): string {
  const no = (message: string): never => {
    throw refusal(doing, 'policy_file_invalid', message, POLICY_HINT)
  }
  if (bytes.length > MAX_DOCUMENT_BYTES) no(`the file is larger than ${MAX_DOCUMENT_BYTES} bytes`)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return no('the file is not UTF-8 text')
  }
  if (text.startsWith('\ufeff')) no('the file begins with a byte order mark: save it as UTF-8 without one')
  // A control or formatting character could show a reader another policy than the one that is parsed.
  const unseen = /[\p{Zl}\p{Zp}]|(?![\n\t])\p{C}/u.exec(text.replaceAll('\r\n', '\n '))
  if (unseen === null) return text
  const code = (unseen[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const line = text.replaceAll('\r\n', '\n ').slice(0, unseen.index).split('\n').length
  return no(`line ${line}: the character U+${code} cannot be seen: take it out`)
}

const features: Readonly<Record<string, string>> = {
  anchor: 'an anchor (&): a policy has none, write the value where it belongs',
  alias: 'an alias (*): a policy has none; put quotes around text that begins with *',
  tag: 'a tag (!): a policy has none; put quotes around text that begins with !',
  directive: 'a directive (%): a policy has none',
}

/** What this file does not take of YAML, looked for without recursion: a file of brackets would exhaust the stack. */
function forbidden(tokens: readonly CST.Token[], lineAt: (offset: number) => number): readonly Problem[] {
  const found = new Map<string, Problem>()
  const waiting: { readonly token: CST.Token; readonly level: number }[] = tokens.map((token) => ({ token, level: 0 }))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, level } = next
    const what = features[token.type]
    const at = 'offset' in token ? token.offset : 0
    const note = (message: string): unknown =>
      found.set(`${lineAt(at)} ${message}`, fault(`line ${lineAt(at)}: ${message}`))
    if (what !== undefined) note(what)
    if (level > MOST_LEVELS) note(`nested deeper than ${MOST_LEVELS} levels`)
    else waiting.push(...inside(token).map((part) => ({ token: part, level: level + 1 })))
  }
  return [...found.values()]
}

/** The tokens within a token. */
function inside(token: CST.Token): readonly CST.Token[] {
  const parts: (CST.Token | null | undefined)[] = []
  if ('start' in token && Array.isArray(token.start)) parts.push(...token.start)
  if ('props' in token) parts.push(...token.props)
  if ('value' in token) parts.push(token.value)
  if ('items' in token) {
    for (const { start, key, sep, value } of token.items) parts.push(...start, key, ...(sep ?? []), value)
  }
  return parts.filter((part) => part !== null && part !== undefined)
}

const sentences: Readonly<Partial<Record<ErrorCode, string>>> = {
  DUPLICATE_KEY: 'a field is given twice',
  TAB_AS_INDENT: 'a tab stands where spaces must',
  BAD_INDENT: 'the indentation does not fit, or a bracket is not closed',
  MISSING_CHAR: 'a quote, bracket, comma or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a field goes over more than one line: is a colon missing?',
  BLOCK_AS_IMPLICIT_KEY: 'two colons in one line: put quotes around the text',
  NON_STRING_KEY: 'a field is named by something else than text',
}

function parserFaults(
  document: Document.Parsed,
  second: Document.Parsed | undefined,
  lineAt: (offset: number) => number,
): readonly Problem[] {
  const said = [...document.errors, ...document.warnings].map(({ code, pos }) => {
    return fault(`line ${lineAt(pos[0])}: ${sentences[code] ?? `this is not YAML (${code})`}`)
  })
  if (second === undefined) return said
  return [...said, fault(`line ${lineAt(second.range[0])}: a second document begins: a policy is one`)]
}

/** The tree of a document that has neither aliases nor deep nesting. */
function plain(document: Document.Parsed, lineAt: (offset: number) => number): ReadTree {
  const lines = new Map<string, number>()
  const tree = walk(document.contents, [])
  return { tree, lineOf }

  function walk(node: unknown, path: readonly string[]): Tree {
    const range = isMap(node) || isSeq(node) || isScalar(node) ? node.range : undefined
    if (range !== undefined && range !== null) lines.set(path.join('\n'), lineAt(range[0]))
    if (isSeq(node)) return node.items.map((item, index) => walk(item, [...path, String(index)]))
    if (!isMap(node)) return isScalar(node) && typeof node.value === 'string' ? node.value : ''
    const map = Object.create(null) as Record<string, Tree>
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : ''
      const below = [...path, name]
      map[name] = walk(value, below)
      if (isScalar(key) && key.range) lines.set(below.join('\n'), lineAt(key.range[0]))
    }
    return map
  }

  function lineOf(path: readonly PropertyKey[]): number {
    return lines.get(path.map(String).join('\n')) ?? (path.length === 0 ? 1 : lineOf(path.slice(0, -1)))
  }
}
