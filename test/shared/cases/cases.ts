// How a vector is made from a valid document: one edit of its JSON, or one edit of its text.
import type { Vector } from '../../support/vectors.ts'
import { bytesOf, canonical, edited, sealed, type Json } from '../../documents/canonical.ts'

/** A valid document and what a vector's header says of it. */
export interface Base {
  readonly json: Json
  readonly source: string
  readonly against: string
}

type Expect = Vector['expect']
/** Name, code, comment, edits (undefined removes), and who else refuses it. */
export type JsonRow = readonly [string, Expect, string, Readonly<Record<string, unknown>>, (string | undefined)?]
/** Name, code, comment, the text that occurs once, what stands there instead. */
export type TextRow = readonly [string, Expect, string, string, string]
/** Name, code, comment, the bytes. */
export type BytesRow = readonly [string, Expect, string, Uint8Array | string]

/** The words for a refusal that the real contracts gave too. */
export const refusedBy = (outcome: string): string =>
  `the contract refuses it: ${outcome} of vectors/devnet/registration-outcome.json`

const described = (source: string, done: string): string => `${source}; ${done}`

const changes = (count: number): string[] =>
  count === 0 ? ['not changed'] : [count === 1 ? 'one field changed' : `${count} fields changed`]

/** A valid document as it stands. */
export const valid = (name: string, comment: string, { json, source, against }: Base): Vector => ({
  name,
  expect: 'ok',
  comment,
  source,
  against,
  document: bytesOf(json),
})

/** Documents whose fields were changed; spelled as they should be. */
export function jsonCases({ json, source, against }: Base, rows: readonly JsonRow[]): Vector[] {
  return rows.map(([name, expect, comment, edits, why]) => {
    const done = [...changes(Object.keys(edits).length), ...(why === undefined ? [] : [why])].join('; ')
    const document = bytesOf(edited(json, edits))
    return { name, expect, comment, source: described(source, done), against, document }
  })
}

/** Documents whose text was changed in one place. */
export function textCases({ json, source, against }: Base, rows: readonly TextRow[]): Vector[] {
  const text = canonical(sealed(json))
  return rows.map(([name, expect, comment, from, to]) => {
    const parts = text.split(from)
    if (parts.length !== 2) throw new Error(`making ${name}: ${from} occurs ${parts.length - 1} times`)
    const document = Buffer.from(parts.join(to))
    return { name, expect, comment, source: described(source, 'one spelling changed'), against, document }
  })
}

/** Documents given as bytes. */
export function bytesCases({ source, against }: Base, rows: readonly BytesRow[]): Vector[] {
  return rows.map(([name, expect, comment, bytes]) => {
    const document = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
    return { name, expect, comment, source: described(source, 'its bytes changed'), against, document }
  })
}

/** A path, the subject's name, and a value of another type. */
export type Field = readonly [string, string, Json]

/** Field by field: removed, and of another type. */
export const fieldRows = (fields: readonly Field[]): readonly JsonRow[] =>
  fields.flatMap(([path, subject, other]): JsonRow[] => [
    [`${subject}_missing`, 'field_missing', `${path} removed from an otherwise valid document`, { [path]: undefined }],
    [`${subject}_wrong_type`, 'field_invalid', `${path} is of another JSON type`, { [path]: other }],
  ])

const LIMIT = 64 * 1024
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]

const reversed = (json: Json): Json => {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json
  return Object.fromEntries(
    Object.entries(json)
      .toSorted(([a], [b]) => (a < b ? 1 : -1))
      .map(([key, value]) => [key, reversed(value)]),
  )
}

/** The ways in which any document can be spelled wrong. `kind` is "request" or "response". */
export function spellings(base: Base, kind: string, other: Uint8Array): Vector[] {
  const text = canonical(sealed(base.json))
  const header = `"airlock": "${kind}/1"`
  const sum = /"checksum": "[0-9a-f]{16}/.exec(text)?.[0] ?? ''
  const twice = `${header},\n  ${header}`
  const flat = JSON.stringify(JSON.parse(text))
  const padded = (size: number): string => text + ' '.repeat(size - text.length)
  return [
    ...bytesCases(base, [
      ['empty_file', 'document_empty', 'no bytes at all', ''],
      ['blank_file', 'document_not_json', 'one newline and nothing else', '\n'],
      ['truncated', 'document_not_json', 'the last two bytes are cut off', text.slice(0, -2)],
      ['truncated_half', 'document_not_json', 'the second half is cut off', text.slice(0, text.length / 2)],
      ['binary', 'document_not_text', 'the first bytes of a PNG image', Uint8Array.from(PNG)],
      ['utf16', 'document_not_text', 'UTF-16 with its byte order mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
      ['utf16_no_mark', 'document_not_json', 'UTF-16 without a byte order mark', Buffer.from(text, 'utf16le')],
      ['utf8_overlong', 'document_not_text', 'a byte that no UTF-8 has', Buffer.from(`\xc0\xaf${text}`, 'latin1')],
      ['byte_order_mark', 'document_not_json', 'a UTF-8 byte order mark before the document', `\ufeff${text}`],
      ['newline_crlf', 'document_not_canonical', 'CRLF line ends', text.replaceAll('\n', '\r\n')],
      ['newline_missing', 'document_not_canonical', 'no newline at the end', text.slice(0, -1)],
      ['newline_twice', 'document_not_canonical', 'an empty line at the end', `${text}\n`],
      ['space_before', 'document_not_canonical', 'a space before the document', ` ${text}`],
      ['indent_tabs', 'document_not_canonical', 'tabs for indentation', text.replaceAll('  ', '\t')],
      ['indent_none', 'document_not_canonical', 'all on one line', `${flat}\n`],
      ['key_order_reversed', 'document_not_canonical', 'keys in falling order', `${reversedText(sealed(base.json))}\n`],
      ['trailing_garbage', 'document_not_json', 'a second document after the first', text + text],
      ['trailing_nul', 'document_not_json', 'a zero byte at the end', `${text}\0`],
      ['not_an_object', 'document_kind_wrong', 'a list with the document in it', `[${flat}]\n`],
      ['null_document', 'document_kind_wrong', 'the word null', 'null\n'],
      ['other_kind', 'document_kind_wrong', `another document of this program, no ${kind}`, other],
      ['too_large', 'document_too_large', 'one byte more than 64 KiB, by spaces at the end', padded(LIMIT + 1)],
      ['padded_to_limit', 'document_not_canonical', 'exactly 64 KiB, by spaces at the end', padded(LIMIT)],
    ]),
    ...textCases(base, [
      ['airlock_missing', 'document_kind_wrong', 'airlock, the kind and version, removed', `  ${header},\n`, ''],
      ['airlock_wrong_type', 'document_kind_wrong', 'airlock is a number', header, '"airlock": 1'],
      [
        'airlock_upper_case',
        'document_kind_wrong',
        'the kind in capitals',
        header,
        `"airlock": "${kind.toUpperCase()}/1"`,
      ],
      ['version_future', 'document_version_unsupported', 'version 2', header, `"airlock": "${kind}/2"`],
      ['version_older', 'document_version_unsupported', 'version 0', header, `"airlock": "${kind}/0"`],
      ['version_spelled_1_0', 'document_version_unsupported', 'version 1.0', header, `"airlock": "${kind}/1.0"`],
      ['checksum_missing', 'field_missing', 'checksum removed from an otherwise valid document', `  ${sum}",\n`, ''],
      ['checksum_wrong_type', 'field_invalid', 'checksum is of another JSON type', `${sum}"`, '"checksum": 7'],
      ['checksum_digit', 'document_checksum_wrong', 'one digit of the checksum changed', sum, flipped(sum)],
      ['checksum_short', 'field_invalid', 'the checksum without its last digit', sum, sum.slice(0, -1)],
      ['checksum_upper_case', 'field_invalid', 'the checksum with a letter in capitals', sum, capital(sum)],
      ['airlock_twice', 'document_not_canonical', 'airlock given twice, with one value', header, twice],
      ['key_escaped', 'document_not_canonical', 'a letter of a key as an escape', '"airlock"', '"\\u0061irlock"'],
      ['value_escaped', 'document_not_canonical', 'a slash as an escape', `"${kind}/1"`, `"${kind}\\/1"`],
      ['comment_inside', 'document_not_json', 'a comment, which JSON has not', header, `/* one */ ${header}`],
      ['extra_field', 'field_unknown', 'a field at the top that no version has', header, `${header},\n  "hint": "x"`],
    ]),
  ]
}

const reversedText = (json: Json): string => JSON.stringify(reversed(json), null, 2)

/** The same with its last hex digit changed. */
const flipped = (text: string): string => text.replace(/.$/, (last) => (last === '0' ? '1' : '0'))

/** The same with its last hex digits in capitals: there is a letter among them, or the vector's text would not change. */
const capital = (text: string): string => text.replace(/[0-9a-f]{16}$/, (digits) => digits.toUpperCase())
