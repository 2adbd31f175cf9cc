// The rows of vectors/requests/fields.json themselves: strict, and true of the valid request that each is made from.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { validDocument } from '../../support/documents.ts'
import { bytesOfRow, formatRows, lineOf, parseRows, type FieldRow } from '../../support/field-rows.ts'
import { inProject } from '../../support/project.ts'
import { FIELDS, readVector, vectorBytes } from '../../support/vectors.ts'

const TEXT = Buffer.from(vectorBytes('requests', FIELDS)).toString()
const rows = parseRows(TEXT)

function rowNamed(name: string): FieldRow {
  const found = rows.find((row) => row.name === name)
  if (found === undefined) throw new Error(`no row ${name}`)
  return found
}

const MISSING = rowNamed('chain_id_missing')
const RETYPED = rowNamed('chain_id_wrong_type')
const ADDED = rowNamed('deregister_calldata')
const make = (row: object): Uint8Array => bytesOfRow(row as FieldRow, validDocument('requests', MISSING.base))

describe('the file', () => {
  it('has one line a row, as each is written', () =>
    expect(TEXT.split('\n').slice(3, -3)).toEqual(
      rows.map((row, index) => `    ${lineOf(row)}${index + 1 < rows.length ? ',' : ''}`),
    ))

  it('has each name once, and no defect of a field twice', () => {
    const told = rows.map(({ base, path, defect }) => `${base} ${path} ${defect}`)
    expect(new Set(told).size).toBe(rows.length)
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
  })

  const refused = (row: object): void => {
    const text = formatRows([MISSING]).replace(lineOf(MISSING), JSON.stringify(row))
    expect(() => parseRows(text)).toThrow()
  }

  it('is read as it was written', () => expect(parseRows(formatRows([MISSING, RETYPED, ADDED]))).toHaveLength(3))
  it('is refused in another version', () =>
    expect(() => parseRows(TEXT.replace('request-fields/1', 'request-fields/2'))).toThrow())

  it.for<readonly [string, object]>([
    ['an unknown key', { ...MISSING, note: 'a' }],
    ['a missing key', { ...MISSING, base: undefined }],
    ['an unknown code', { ...MISSING, expect: 'not_a_code' }],
    ['a code that every object has', { ...MISSING, expect: 'toString' }],
    ['a defect that passes', { ...MISSING, expect: 'ok' }],
    ['an unknown defect', { ...MISSING, defect: 'moved' }],
    ['a value of what is missing', { ...MISSING, value: 1 }],
    ['no value of what is of another type', { ...RETYPED, value: undefined }],
    ['a name in capitals', { ...MISSING, name: 'Chain_id_missing' }],
    ['a base that is a path', { ...MISSING, base: '../responses/register_valid' }],
    ['a checksum in capitals', { ...MISSING, checksum: MISSING.checksum.toUpperCase() }],
  ])('is refused with %s', ([, row]) => refused(row))
})

describe('a row', () => {
  it.each([MISSING, RETYPED, ADDED])('is read by its name, $name', (row) => {
    const vector = readVector('requests', row.name)
    expect(vector.expect).toBe(row.expect)
    expect(vector.document).toEqual(bytesOfRow(row, validDocument('requests', row.base)))
  })

  it.for<readonly [string, object, string]>([
    ['of another kind', { ...MISSING, kind: 'deregister' }, 'the kind'],
    ['without its field', { ...MISSING, path: 'chain' }, 'is not in'],
    ['that adds what is there', { ...ADDED, kind: 'register', path: 'chainId' }, 'should be added'],
    ['with a value of the same type', { ...RETYPED, value: 31338 }, 'another type'],
    ['with another value', { ...RETYPED, value: '31338' }, 'the checksum'],
    ['of another field', { ...MISSING, path: 'code' }, 'the checksum'],
    ['with another checksum', { ...MISSING, checksum: '0'.repeat(16) }, 'the checksum'],
  ])('is refused %s', ([, row, why]) => expect(() => make(row)).toThrow(why))

  it('that no file and no row has is refused', () =>
    expect(() => readVector('requests', 'chain_id_moved')).toThrow('no such file'))
})

describe('docs/vectors.md', () => {
  const examples = readFileSync(inProject('docs/vectors.md'), 'utf8').match(/^\{ "name": .*$/gm) ?? []

  it('shows a row of each defect', () =>
    expect(new Set(examples.map((line) => (JSON.parse(line) as FieldRow).defect)).size).toBe(3))
  it.each(examples)('shows %s as it stands in the file', (line) => expect(rows.map(lineOf)).toContain(line))
})
