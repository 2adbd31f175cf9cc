// Vector files of vectors/requests and vectors/responses: one defect each, named for what it proves.
//
//   expect: <a code word of src/shared/base/errors.ts, or ok>
//   comment: <which one defect>
//   source: <the outside truth that the document, or its refusal, comes from>
//   clock: <requests: what the judging machine's clock shows, as 2099-12-25T06:00:00Z>
//   request: <responses: the vector of vectors/requests that is answered>
//
// Then an empty line, then the bytes of the document, exactly: they may be empty, cut short, or no text at all. A key that
// is unknown, missing, given twice, out of order or of the other folder fails the run.
//
// Requests with one field missing, of another type or added are rows of vectors/requests/fields.json instead, and are read as
// vectors like the others: field-rows.ts.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { codes, type Code } from '../../src/shared/base/error-codes.ts'
import type { UnixSeconds } from '../../src/shared/base/fields.ts'
import { bytesOfRow, commentOf, parseRows, type FieldRow } from './field-rows.ts'
import { inProject } from './project.ts'

export const folders = ['requests', 'responses'] as const
export type Folder = (typeof folders)[number]

/** A vector file. */
export interface Vector {
  readonly name: string
  readonly expect: Code | 'ok'
  readonly comment: string
  readonly source: string
  /** ISO time in a request's vector, the name of the request in a response's. */
  readonly against: string
  readonly document: Uint8Array
}

/** The last key of the header, which differs between the folders. */
const lastKey: Readonly<Record<Folder, string>> = { requests: 'clock', responses: 'request' }

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const NAME = /^[a-z0-9]+(_[a-z0-9]+)*$/

/** Reads one vector; throws when its header is not exactly as described above. */
export function parseVector(folder: Folder, name: string, bytes: Uint8Array): Vector {
  const wrong = (seen: string): Error => new Error(`reading vector ${folder}/${name}: ${seen}`)
  if (!NAME.test(name)) throw wrong('the name is not lower-case words with underscores')
  const buffer = Buffer.from(bytes)
  const end = buffer.indexOf('\n\n')
  if (end === -1) throw wrong('no empty line ends the header')
  const lines = buffer.subarray(0, end).toString('utf8').split('\n')
  const keys = ['expect', 'comment', 'source', lastKey[folder]]
  const values = lines.map((line, index) => {
    const [, key = '', value = ''] = /^([^:]*): (\S|\S.*\S)$/.exec(line) ?? []
    if (key !== keys[index]) throw wrong(`header line ${index + 1} is ${JSON.stringify(line)}, expected ${keys[index]}`)
    return value
  })
  const [expected = '', comment = '', source = '', against] = values
  if (against === undefined) throw wrong(`the header ends after ${lines.length} lines, expected ${keys.length}`)
  if (expected !== 'ok' && !Object.hasOwn(codes, expected)) throw wrong(`expect names no code: ${expected}`)
  if (!(folder === 'requests' ? TIME : NAME).test(against)) throw wrong(`${lastKey[folder]} is ${against}`)
  return { name, expect: expected as Code | 'ok', comment, source, against, document: buffer.subarray(end + 2) }
}

/** Writes one vector; what parseVector reads. */
export function formatVector(folder: Folder, vector: Vector): Uint8Array {
  const { expect, comment, source, against } = vector
  const header = `expect: ${expect}\ncomment: ${comment}\nsource: ${source}\n${lastKey[folder]}: ${against}\n\n`
  return Buffer.concat([Buffer.from(header), vector.document])
}

/** Where a folder of vectors is. */
export const vectorFolder = (folder: Folder): string => inProject('vectors', folder)

/** The bytes of a vector file. */
export const vectorBytes = (folder: Folder, name: string): Uint8Array =>
  readFileSync(resolve(vectorFolder(folder), name))

/** The rows of vectors/requests/fields.json. */
export const FIELDS = 'fields.json'
const readRows = (): readonly FieldRow[] => parseRows(readFileSync(resolve(vectorFolder('requests'), FIELDS), 'utf8'))

/** The vector that a row makes; its source and its clock are those of its base. */
function fieldVector(row: FieldRow): Vector {
  const { expect, source, against, document } = readFile('requests', row.base)
  if (expect !== 'ok') throw new Error(`making requests/${row.name}: its base ${row.base} is not a valid document`)
  return {
    name: row.name,
    expect: row.expect,
    comment: commentOf(row),
    source: `${source}; one field changed`,
    against,
    document: bytesOfRow(row, document),
  }
}

const readFile = (folder: Folder, name: string): Vector => parseVector(folder, name, vectorBytes(folder, name))

/** All vectors of a folder, by name. */
export function readVectors(folder: Folder): readonly Vector[] {
  const files = readdirSync(vectorFolder(folder)).filter((name) => folder !== 'requests' || name !== FIELDS)
  const vectors = files.map((name) => readFile(folder, name))
  if (folder === 'requests') vectors.push(...readRows().map(fieldVector))
  return vectors.toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

/** One vector by name. */
export function readVector(folder: Folder, name: string): Vector {
  if (folder === 'responses' || existsSync(resolve(vectorFolder(folder), name))) return readFile(folder, name)
  const row = readRows().find((each) => each.name === name)
  if (row === undefined) throw new Error(`reading vector ${folder}/${name}: no such file, and no such row of ${FIELDS}`)
  return fieldVector(row)
}

/** The clock of a request's vector, as the programs take it. */
export const clockOf = (vector: Vector): UnixSeconds => (Date.parse(vector.against) / 1000) as UnixSeconds
