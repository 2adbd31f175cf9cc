// vectors/requests/fields.json: valid requests with one field missing, of another JSON type, or added. A row is a vector; its
// bytes are made from those of its base, which is a vector file, as docs/vectors.md says under "One field".
//
// A row that is not true of its base fails the run: another kind of operation, a path that is not there (or is, where it should
// be added), a value of the type that it replaces, or other bytes than those whose checksum it gives.
import * as z from 'zod'
import { codes, type Code } from '../../src/shared/base/error-codes.ts'
import { bytesOf, edited, jsonType, valueAt, type Json } from '../documents/canonical.ts'

const FORMAT = 'request-fields/1'
const NAME = /^[a-z0-9]+(_[a-z0-9]+)*$/

const row = {
  /** The name of the vector. */
  name: z.string().regex(NAME),
  /** The kind of operation of its base. */
  kind: z.string(),
  /** The valid vector file that it is made from. */
  base: z.string().regex(NAME),
  path: z.string(),
  expect: z.string().refine((code): code is Code => Object.hasOwn(codes, code)),
  /** The document's checksum, which shows that other bytes were made than those that this row was written for. */
  checksum: z.string().regex(/^[0-9a-f]{16}$/),
}

const file = z.strictObject({
  airlock: z.literal(FORMAT),
  rows: z.array(
    z.discriminatedUnion('defect', [
      z.strictObject({ ...row, defect: z.literal('missing') }),
      z.strictObject({ ...row, defect: z.enum(['wrong_type', 'added']), value: z.json() }),
    ]),
  ),
})

/** A row of the file. */
export type FieldRow = z.infer<typeof file>['rows'][number]

/** Reads the file; throws when a row is not exactly as described above. */
export const parseRows = (text: string): readonly FieldRow[] => file.parse(JSON.parse(text)).rows

/** Writes the file; what parseRows reads. One line a row, so that a change of a row is a change of a line. */
export const formatRows = (rows: readonly FieldRow[]): string =>
  `{\n  "airlock": "${FORMAT}",\n  "rows": [\n${rows.map((each) => `    ${lineOf(each)}`).join(',\n')}\n  ]\n}\n`

/** A row as it stands in the file. */
export function lineOf(row: FieldRow): string {
  const { name, kind, base, path, defect, expect, checksum } = row
  const value = defect === 'missing' ? {} : { value: row.value }
  const fields = Object.entries({ name, kind, base, path, defect, ...value, expect, checksum })
  return `{ ${fields.map(([key, value]) => `"${key}": ${JSON.stringify(value)}`).join(', ')} }`
}

/** The one defect in words, as the header of a vector file has it. */
export function commentOf({ kind, path, defect }: FieldRow): string {
  if (defect === 'missing') return `${path} removed from an otherwise valid document`
  if (defect === 'wrong_type') return `${path} is of another JSON type`
  return `${path.split('.').at(-1) ?? ''} in a ${kind}`
}

/** The bytes that a row makes from those of its base. */
export function bytesOfRow(row: FieldRow, base: Uint8Array): Uint8Array {
  const wrong = (seen: string): Error => new Error(`making requests/${row.name}: ${seen}`)
  const { checksum: _, ...json } = JSON.parse(Buffer.from(base).toString()) as { [key: string]: Json }
  const kind = valueAt(json, 'operation.kind')
  if (kind !== row.kind) throw wrong(`${row.base} has the kind ${JSON.stringify(kind)}, expected ${row.kind}`)
  const was = valueAt(json, row.path)
  if ((was === undefined) !== (row.defect === 'added')) {
    throw wrong(`${row.path} ${was === undefined ? 'is not' : 'is'} in ${row.base}, and should be ${row.defect}`)
  }
  if (row.defect === 'wrong_type' && was !== undefined && jsonType(was) === jsonType(row.value)) {
    throw wrong(`the value is a ${jsonType(was)} in ${row.base} too, expected another type`)
  }
  const bytes = bytesOf(edited(json, { [row.path]: row.defect === 'missing' ? undefined : row.value }))
  const checksum = checksumIn(bytes)
  if (checksum !== row.checksum) throw wrong(`the checksum of its document is ${checksum}, expected ${row.checksum}`)
  return bytes
}

/** The checksum that a document carries. */
export const checksumIn = (bytes: Uint8Array): string =>
  (JSON.parse(Buffer.from(bytes).toString()) as { checksum: string }).checksum
