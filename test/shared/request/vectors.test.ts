// The vector files themselves: a strict header, the generator's very bytes, and no field of either document left out.
import { describe, expect, it } from 'vitest'
import outcomes from '../../../vectors/devnet/registration-outcome.json' with { type: 'json' }
import { formatRows } from '../../support/field-rows.ts'
import {
  FIELDS,
  folders,
  formatVector,
  parseVector,
  readVectors,
  vectorBytes,
  type Vector,
} from '../../support/vectors.ts'
import { jsonType, valueAt, type Json } from '../../documents/canonical.ts'
import { fieldCases } from '../cases/request-field-cases.ts'
import { requestVectors } from '../cases/request-cases.ts'
import { responseVectors } from '../cases/response-cases.ts'

/** What stands in files of its own, and what the rows of fields.json make. */
const files: Readonly<Record<(typeof folders)[number], readonly Vector[]>> = {
  requests: requestVectors,
  responses: responseVectors,
}
const ofRows = { requests: fieldCases.map(({ vector }) => vector), responses: [] }

const HEADER = 'expect: ok\ncomment: a\nsource: b\nclock: 2099-12-25T06:00:00Z\n\n'
const parse = (text: string): Vector => parseVector('requests', 'some_name', Buffer.from(text))

describe('the header', () => {
  it('is read with the bytes after it', () => {
    const vector = parse(`${HEADER}{\n\n`)
    expect(vector).toMatchObject({ expect: 'ok', comment: 'a', source: 'b', against: '2099-12-25T06:00:00Z' })
    expect(Buffer.from(vector.document).toString()).toBe('{\n\n')
  })

  it('may be all there is', () => expect(parse(HEADER).document).toHaveLength(0))

  it.for([
    ['an unknown key', HEADER.replace('comment', 'remark')],
    ['a key given twice', HEADER.replace('source: b', 'comment: b')],
    ['a key too many', HEADER.replace('\n\n', '\nnote: c\n\n')],
    ['a key of responses', HEADER.replace('clock: 2099-12-25T06:00:00Z', 'request: register_valid')],
    ['a missing key', HEADER.replace('source: b\n', '')],
    ['a missing last key', HEADER.replace(/clock.*\n/, '')],
    ['another order', HEADER.replace('comment: a\nsource: b', 'source: b\ncomment: a')],
    ['an unknown code', HEADER.replace('ok', 'not_a_code')],
    ['a code that every object has', HEADER.replace('ok', 'toString')],
    ['an empty value', HEADER.replace('comment: a', 'comment: ')],
    ['a space at the end', HEADER.replace('comment: a', 'comment: a ')],
    ['a clock without a zone', HEADER.replace('00Z', '00')],
    ['CRLF', HEADER.replaceAll('\n', '\r\n')],
    ['no empty line', HEADER.trimEnd()],
  ] as const)('is refused with %s', ([, text]) =>
    expect(() => parse(text)).toThrow('reading vector requests/some_name'),
  )

  it('is refused under a name in capitals', () =>
    expect(() => parseVector('requests', 'Some_Name', Buffer.from(HEADER))).toThrow('the name'))
})

describe.each(folders)('vectors/%s', (folder) => {
  const vectors = readVectors(folder)
  const documents = vectors.map((vector) => ({ vector, json: jsonOf(vector) }))
  const valid = documents.filter(({ vector }) => vector.expect === 'ok').map(({ json }) => json)

  it('holds what scripts/make-vectors.ts makes, byte for byte, and nothing else', () => {
    const made = [...files[folder], ...ofRows[folder]]
    expect(vectors.map(({ name }) => name)).toEqual(made.map(({ name }) => name).toSorted())
    for (const vector of files[folder]) {
      const same = Buffer.compare(formatVector(folder, vector), vectorBytes(folder, vector.name)) === 0
      expect(same, `${folder}/${vector.name}: run npx tsx scripts/make-vectors.ts`).toBe(true)
    }
  })

  it('has at least 60 vectors that must be refused', () =>
    expect(vectors.filter((vector) => vector.expect !== 'ok').length).toBeGreaterThanOrEqual(60))

  it('has each field of the document removed once, and of another type once', () => {
    const negative = documents.filter(({ vector }) => vector.expect !== 'ok').map(({ json }) => json)
    const differences = negative.flatMap((json) => valid.flatMap((base) => onlyDifference(base, json)))
    const fields = [...new Set(valid.flatMap((json) => pathsOf(json)))].toSorted()
    const lacking = (kind: string): string[] =>
      fields.filter((path) => !differences.some((found) => found.path === path && found.kind === kind))
    expect(lacking('removed')).toEqual([])
    expect(lacking('retyped')).toEqual([])
    expect(fields.length).toBeGreaterThanOrEqual(folder === 'requests' ? 35 : 12)
  })

  it('cites outcomes that the real contracts gave', () => {
    const known = (name: string, ok: boolean): boolean =>
      outcomes.cases.some((outcome) => outcome.case === name && outcome.ok === ok)
    for (const { name, source } of vectors) {
      for (const [, verb, outcome = ''] of source.matchAll(/the contract (refuses|takes)[^:]*: (\S+) of vectors/g)) {
        expect(known(outcome, verb === 'takes'), `${name} cites ${outcome}`).toBe(true)
      }
    }
  })
})

describe(`vectors/requests/${FIELDS}`, () => {
  const vectors = new Map(readVectors('requests').map((vector) => [vector.name, vector]))

  it('holds the rows that scripts/make-vectors.ts makes, byte for byte', () => {
    const same =
      formatRows(fieldCases.map(({ row }) => row)) === Buffer.from(vectorBytes('requests', FIELDS)).toString()
    expect(same, 'run npx tsx scripts/make-vectors.ts').toBe(true)
  })

  it.each(ofRows.requests)('gives $name as it was made', (vector) =>
    expect(vectors.get(vector.name)).toEqual({ ...vector, document: Buffer.from(vector.document) }),
  )
})

/** The JSON of a vector, or null where it has none, or one too deep to be walked. */
function jsonOf({ document }: Vector): Json {
  const text = Buffer.from(document).toString('utf8')
  try {
    return text.includes('['.repeat(100)) ? null : (JSON.parse(text) as Json)
  } catch {
    return null
  }
}

/** Paths of all fields; the items of a list are one, and a point's words are none. */
function pathsOf(json: Json, above = ''): string[] {
  if (typeof json !== 'object' || json === null) return []
  if (Array.isArray(json)) return json.flatMap((item) => pathsOf(item, `${above}0.`))
  return Object.entries(json).flatMap(([key, value]) => [`${above}${key}`, ...pathsOf(value, `${above}${key}.`)])
}

interface Difference {
  readonly path: string
  readonly kind: 'added' | 'changed' | 'removed' | 'retyped'
}

/** The one field in which two documents differ, when that is all; a checksum follows from the others. */
function onlyDifference(base: Json, json: Json): Difference[] {
  const found = differences(base, json).filter(({ path, kind }) => path !== 'checksum' || kind !== 'changed')
  return found.length === 1 ? found : []
}

/** Where two documents differ; the items of a list are one. Lists of other lengths and keys in another order are changed as a whole. */
function differences(base: Json | undefined, json: Json | undefined, above: readonly string[] = []): Difference[] {
  const here = (kind: Difference['kind']): Difference[] => [{ path: above.join('.'), kind }]
  if (base === undefined) return here('added')
  if (json === undefined) return here('removed')
  if (jsonType(base) !== jsonType(json)) return here('retyped')
  if (typeof base !== 'object' || base === null) return base === json ? [] : here('changed')
  if (Array.isArray(base)) {
    const items = json as Json[]
    if (items.length !== base.length) return here('changed')
    return base.flatMap((item, index) => differences(item, items[index], [...above, '0']))
  }
  const fields = json as typeof base
  const shared = (one: object, other: object): string[] => Object.keys(one).filter((key) => Object.hasOwn(other, key))
  if (shared(base, fields).join() !== shared(fields, base).join()) return here('changed')
  const keys = new Set([...Object.keys(base), ...Object.keys(fields)])
  return [...keys].flatMap((key) => differences(valueAt(base, key), valueAt(fields, key), [...above, key]))
}
