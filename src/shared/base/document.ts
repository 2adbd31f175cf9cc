// The two documents as bytes: one spelling, one digest, the same words on both screens.
//
// Canonical JSON: UTF-8, keys sorted by code unit, two-space indent, final newline. A document is decoded, encoded
// again and compared byte by byte; any other spelling is refused, so that nobody can hide a second meaning in a
// duplicate key, an escape or a trailing byte. The digest is the SHA-256 of the file: sha256sum prints the same.
//
// Each document also carries a checksum of its other fields, so that a slip on the way, or an edit by hand, is refused
// before anybody reads a word of it. It authenticates nothing: that is what the compared words are for.
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import * as z from 'zod'
import { codes, type Code } from './error-codes.ts'
import { refusal, refuseAll, type Problem } from './errors.ts'
import type { Branded } from './fields.ts'
import { quote } from './quote.ts'

/** SHA-256 of a document's canonical bytes, lower-case hex without 0x, as sha256sum prints it. */
export type DocumentDigest = Branded<string, 'DocumentDigest'>

/** A document larger than this is refused before it is parsed. */
export const MAX_DOCUMENT_BYTES = 64 * 1024

/** The digest of a document's bytes. */
export function documentDigest(bytes: Uint8Array): DocumentDigest {
  return bytesToHex(sha256(bytes)) as DocumentDigest
}

/**
 * The first 88 bits of a digest as eight words of the BIP-39 English list (11 bits a word, no checksum), for two
 * people who compare their screens aloud.
 */
export function digestWords(digest: DocumentDigest): readonly string[] {
  const bits = BigInt(`0x${digest.slice(0, 22)}`)
  return Array.from({ length: 8 }, (_, index) => wordlist[Number((bits >> BigInt(77 - 11 * index)) & 2047n)] ?? '')
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

function sorted(value: unknown): Json {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
  }
  return value as Json
}

/** One line of canonical JSON, without white space or a final newline: an entry of a ledger. */
export const canonicalLine = (value: object): string => JSON.stringify(sorted(value))

/** The digest of a document, as a field. */
export const digestField = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected a SHA-256: 64 lower-case hex digits without 0x')
  .transform((text) => text as DocumentDigest)

/** A document's field for its own checksum. */
export const checksum = z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 lower-case hex digits without 0x')

/** The one spelling of JSON: sorted keys, two-space indent, final newline; a bigint becomes a decimal string. */
export const canonicalBytes = (document: object): Uint8Array =>
  utf8ToBytes(`${JSON.stringify(sorted(document), null, 2)}\n`)

/** The first 8 bytes of the SHA-256 of the canonical bytes without the checksum itself. */
function checksumOf(document: object): string {
  const rest = Object.entries(document).filter(([key]) => key !== 'checksum')
  return documentDigest(canonicalBytes(Object.fromEntries(rest))).slice(0, 16)
}

/** The canonical bytes of a document, with its checksum; a bigint becomes a decimal string. */
export function encodeDocument(document: object): Uint8Array {
  return canonicalBytes({ ...document, checksum: checksumOf(document) })
}

/**
 * Decodes a document that came across the gap.
 *
 * @param doing what the caller is doing, for the refusal
 * @param bytes the file's content
 * @param header the kind and version expected, such as "request/1"
 * @param schema the document's schema; it must refuse unknown fields
 * @param again the hint: how to get a good document
 * @param limit the most bytes that it may have
 * @throws AirlockError with every problem found
 */
export function decodeDocument<Schema extends z.ZodType>(
  doing: string,
  bytes: Uint8Array,
  header: string,
  schema: Schema,
  again: string,
  limit = MAX_DOCUMENT_BYTES,
): z.output<Schema> {
  const text = decodeText(doing, bytes, again, limit)
  const json = parseJson(doing, text, again)
  checkHeader(doing, json, header, again)
  const result = schema.safeParse(json)
  if (!result.success) {
    refuseAll(doing, schemaProblems(result.error.issues, json, again))
    throw result.error
  }
  const document = result.data
  const canonical = new TextDecoder().decode(canonicalBytes(document as object))
  if (canonical !== text) throw refusal(doing, 'document_not_canonical', firstDifference(text, canonical), again)
  checkSum(doing, document as object, again)
  return document
}

function checkSum(doing: string, document: object, again: string): void {
  if ('checksum' in document && document.checksum === checksumOf(document)) return
  const seen = 'its checksum is not that of its fields: something was changed, by hand or on the way'
  throw refusal(doing, 'document_checksum_wrong', seen, again)
}

function decodeText(doing: string, bytes: Uint8Array, again: string, limit: number): string {
  if (bytes.length === 0) throw refusal(doing, 'document_empty', 'the file is empty', again)
  if (bytes.length > limit) {
    const sizes = `the file is larger than ${limit} bytes, the most that a document may have`
    throw refusal(doing, 'document_too_large', sizes, again)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw refusal(
      doing,
      'document_not_text',
      'the file is not UTF-8 text: a picture, an archive, a damaged copy?',
      again,
    )
  }
}

function parseJson(doing: string, text: string, again: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the document, which is hostile text: it is not repeated.
    const seen = text.trimEnd().endsWith('}') ? 'the file is not JSON' : 'the file is not JSON: it may be cut short'
    throw refusal(doing, 'document_not_json', seen, again)
  }
}

/**
 * Refuses what does not open with its kind and version.
 *
 * @throws AirlockError document_kind_wrong, document_version_unsupported
 */
export function checkHeader(doing: string, json: unknown, header: string, again: string): void {
  const found = typeof json === 'object' && json !== null && 'airlock' in json ? json.airlock : undefined
  if (found === header) return
  const kind = header.split('/')[0] ?? ''
  if (typeof found !== 'string') {
    throw refusal(doing, 'document_kind_wrong', `the file does not open with "airlock": "${header}"`, again)
  }
  if (found.startsWith(`${kind}/`)) {
    const seen = `the file is a ${quote(found)}, this program reads "${header}": outdated or too new`
    throw refusal(doing, 'document_version_unsupported', seen, again)
  }
  throw refusal(doing, 'document_kind_wrong', `the file is a ${quote(found)}, expected a "${header}"`, again)
}

/** Spells a zod path as a person would: operation.quorums[1]. */
function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${quoteKey(String(key))}`))
    .join('')
    .replace(/^\./, '')
}

const quoteKey = (key: string): string => (/^[A-Za-z0-9]{1,40}$/.test(key) ? key : quote(key, 40))

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    json,
  )
}

function shown(value: unknown): string {
  if (typeof value === 'string') return quote(value, 80)
  if (Array.isArray(value)) return `a list of ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : quote(String(value), 40).slice(1, -1)
}

/** Says where a field stands. */
type Place = (path: readonly PropertyKey[]) => string

/**
 * Turns what a schema found into problems with our own code words, each naming its field.
 *
 * @param issues what zod found
 * @param json what was judged, to show the values
 * @param hint of each problem
 * @param place where a field stands, to go before its name, such as "line 3: "
 */
export function schemaProblems(
  issues: readonly z.core.$ZodIssue[],
  json: unknown,
  hint: string,
  place: Place = () => '',
): readonly Problem[] {
  return issues.flatMap((found) => fieldProblems(found, json, hint, place))
}

function fieldProblems(found: z.core.$ZodIssue, json: unknown, hint: string, place: Place): Problem[] {
  if (found.code === 'unrecognized_keys') {
    return found.keys.map((key) => {
      const name = place([...found.path, key]) + fieldName([...found.path, key])
      return { code: 'field_unknown', message: `${name} is not a field of this document`, hint }
    })
  }
  if (found.code === 'invalid_union' && found.errors.length > 0) {
    // The branch that got furthest is the one that was meant.
    const branches = found.errors.map((branch) =>
      branch.map((inner) => ({ ...inner, path: [...found.path, ...inner.path] })),
    )
    const meant = branches.toSorted((a, b) => depth(b) - depth(a))[0] ?? []
    return meant.flatMap((inner) => fieldProblems(inner, json, hint, place))
  }
  const value = valueAt(json, found.path)
  const name = place(found.path) + fieldName(found.path)
  if (value === undefined) return [{ code: 'field_missing', message: `${name} is missing`, hint }]
  const code = customCode(found) ?? 'field_invalid'
  return [{ code, message: `${name} is ${shown(value)}: ${lowerFirst(found.message)}`, hint }]
}

const depth = (issues: readonly z.core.$ZodIssue[]): number => Math.max(...issues.map((found) => found.path.length))

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1)

function customCode(found: z.core.$ZodIssue): Code | undefined {
  const code: unknown = found.code === 'custom' ? found.params?.['code'] : undefined
  return typeof code === 'string' && code in codes ? (code as Code) : undefined
}

function firstDifference(text: string, canonical: string): string {
  const seen = text.split('\n')
  const expected = canonical.split('\n')
  const line = seen.findIndex((content, index) => content !== expected[index])
  const at = line === -1 ? seen.length : line
  const saw = seen[at] === undefined ? 'the end of the file' : quote(seen[at], 60)
  const due = expected[at] === undefined ? 'the end of the file' : quote(expected[at], 60)
  return `the spelling is not canonical: line ${at + 1} is ${saw}, expected ${due}`
}
