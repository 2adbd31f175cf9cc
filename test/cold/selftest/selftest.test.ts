// The self-test as a reviewer runs it: counts, skips, and every way to disagree.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkFor, kindOf, type VectorCase } from '../../../src/cold/selftest/vectors.ts'
import { run } from '../../support/programs.ts'
import { codesIn } from '../../support/stage.ts'
import { inProject } from '../../support/project.ts'

const vectors = inProject('vectors/known-answers')
const folder = mkdtempSync(join(tmpdir(), 'airlock-selftest-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Vector = Record<string, unknown>
interface File {
  readonly airlock: string
  readonly source: string
  readonly cases: Vector[]
}

const load = (name: string): File => JSON.parse(readFileSync(join(vectors, name), 'utf8')) as File

/** Writes a vector file that holds one case, changed. */
function changed(name: string, edit: (vector: Vector) => void): string {
  const { airlock, source, cases } = load(name)
  const vector = structuredClone(cases[0] ?? {})
  edit(vector)
  const path = join(folder, `${Math.random().toString(36).slice(2)}.json`)
  writeFileSync(path, JSON.stringify({ airlock, source, cases: [vector] }))
  return path
}

const flip = (hex: unknown): string => String(hex).replace(/.$/, (last) => (last === '0' ? '1' : '0'))

test('the built-in known answers agree, and a folder on top of them', async () => {
  const ended = await run('airlock-cold', ['selftest', vectors, '--strict', '--json'], { seconds: 120 })
  expect(ended.exitCode).toBe(0)
  const { passed, skipped } = JSON.parse(ended.stdout) as { passed: Record<string, number>; skipped: object }
  expect(skipped).toEqual({})
  expect(passed['registration-transaction registerOperator']).toBe(
    2 * load('registration-transaction.json').cases.length,
  )
  expect(passed['hash-to-g1']).toBeGreaterThanOrEqual(2 * load('hash-to-g1.json').cases.length)
}, 130_000)

describe('a disagreement is named and ends with 9', () => {
  const point = (vector: Vector, field: string): string[] => vector[field] as string[]
  const wrong: readonly (readonly [string, string, (vector: Vector) => void, string])[] = [
    ['a digest', 'operator-avs-registration.json', (vector) => (vector['digest'] = flip(vector['digest'])), 'digest'],
    [
      'a separator',
      'operator-avs-registration.json',
      (vector) => (vector['domainSeparator'] = flip(vector['domainSeparator'])),
      'domainSeparator',
    ],
    ['an expiry', 'operator-avs-registration.json', (vector) => (vector['expiry'] = '1'), 'digest'],
    [
      'an operator id',
      'bls-registration.json',
      (vector) => (vector['operatorId'] = flip(vector['operatorId'])),
      'operatorId',
    ],
    ['a message digest', 'pubkey-registration.json', (vector) => (vector['digest'] = flip(vector['digest'])), 'digest'],
    [
      'a raw transaction',
      'registration-transaction.json',
      (vector) => (vector['calldata'] = flip(vector['calldata'])),
      'calldata',
    ],
    [
      'an ECDSA signature',
      'registration-transaction.json',
      (vector) => (vector['ecdsaSignature'] = String(vector['ecdsaSignature']).replace('0xd1', '0xd2')),
      'ecdsaSignature',
    ],
    [
      'a published operator id',
      'published-registration.json',
      (vector) => (vector['operatorId'] = flip(vector['operatorId'])),
      'operatorId',
    ],
    [
      'a digest of a key',
      'register-key-transaction.json',
      (vector) => (vector['digest'] = flip(vector['digest'])),
      'digest',
    ],
    [
      'a signed transaction of a key',
      'register-key-transaction.json',
      (vector) => (vector['operator'] = vector['avs']),
      'operator',
    ],
    [
      'the secret of another key',
      'register-key-transaction.json',
      (vector) => (vector['secretKey'] = String(vector['fromPrivateKey']).replace(/^0x./, '0x0')),
      'refused',
    ],
    [
      'a point that is none',
      'hash-to-g1.json',
      (vector) => (point(vector, 'point')[0] = flip(point(vector, 'point')[0])),
      'refused',
    ],
  ]

  test.each(wrong)('%s', async (_, name, edit, field) => {
    const vector = structuredClone(load(name).cases[0] ?? {})
    edit(vector)
    expect(await disagreements(vector)).toContain(field)
  })

  test('the program names file, case and field', async () => {
    const path = changed('operator-avs-registration.json', (vector) => (vector['digest'] = flip(vector['digest'])))
    const ended = await run('airlock-cold', ['selftest', path], { seconds: 120 })
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([9, ['selftest_failed']])
    expect(ended.stderr.replace(/\s+/g, ' ')).toMatch(
      /case 1 \(operator-avs-registration\): digest is "0x[0-9a-f]{64}", expected "0x/,
    )
  })
})

/** The fields in which a case disagrees with this build; "refused" when it does not get that far. */
async function disagreements(vector: Vector): Promise<string[]> {
  const known = vector as VectorCase
  try {
    const comparisons = (await checkFor(kindOf(known))?.(known)) ?? []
    return comparisons.flatMap(([what, due, got]) => (JSON.stringify(due) === JSON.stringify(got) ? [] : [what]))
  } catch {
    return ['refused']
  }
}

describe('what it does not know', () => {
  const unknown = (): string => changed('hash-to-g1.json', (vector) => (vector['kind'] = 'key-of-tomorrow'))

  test('is counted and named', async () => {
    const ended = await run('airlock-cold', ['selftest', unknown()], { seconds: 120 })
    expect(ended.exitCode).toBe(0)
    expect(ended.stdout).toMatch(/skipped +key-of-tomorrow +1/)
    expect(ended.stdout).toMatch(/1 skipped/)
  })

  test('fails with --strict', async () => {
    const ended = await run('airlock-cold', ['selftest', unknown(), '--strict'], { seconds: 120 })
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([9, ['selftest_skipped']])
  })

  test('a file of another kind is no vector file', async () => {
    const path = join(folder, 'other.json')
    writeFileSync(path, '{"airlock":"request/1"}')
    const ended = await run('airlock-cold', ['selftest', path], { seconds: 120 })
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([9, ['vectors_invalid']])
  })

  test('a file that is not there', async () => {
    const ended = await run('airlock-cold', ['selftest', join(folder, 'none.json')], { seconds: 120 })
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([2, ['file_not_found']])
  })
})
