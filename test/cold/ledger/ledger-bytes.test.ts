// Every change of a ledger of a thousand entries is found: of each byte, of lines, of files, of head.json.
//
// The entries are made without the code that reads them: JSON with sorted keys and node:crypto (test/support/stopped/ledger-check.ts).
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Ledger } from '../../../src/cold/ledger/ledger.ts'
import { readEntries } from '../../../src/cold/ledger/ledger-store.ts'
import { isFault, readEntry, type LedgerEntry } from '../../../src/shared/ledger/ledger-entry.ts'
import { digestOf, type Json } from '../../documents/canonical.ts'
import { refusalOf } from '../../documents/refusal.ts'
import { line } from '../../support/stopped/ledger-check.ts'
import { Seeded } from '../../support/seeded.ts'

const COUNT = 1000
const hex = (digits: number, number: number): string => digestOf(Buffer.from(String(number))).slice(0, digits)
const address = '0x00000000219ab540356cBB839Cbe05303d7705Fa'

const request = (number: number): Json => ({
  ...{
    avs: address,
    blockTime: 1_790_000_000,
    chainId: 1,
    code: null,
    contracts: [address, address],
    digest: hex(64, number),
    kind: 'register',
  },
  ...{
    expiry: 1_790_600_000,
    meaning: hex(64, 7),
    nonce: number,
    operator: address,
    sender: address,
    salt: `0x${hex(64, number)}`,
  },
})
const program = { sha256: hex(64, 1), version: '0.1.0' }
const decided = (number: number): { [field: string]: Json } => ({
  ...{ blind: hex(32, number), policy: null, program, request: request(number) },
})

/** Mostly the short events, and some of each long one. */
function body(number: number): Json {
  const blind = hex(32, number)
  if (number === 1) return { blind, event: 'begun', program }
  if (number % 50 === 0) return { ...decided(number), event: 'seen' }
  if (number % 50 === 1)
    return {
      ...{ ...decided(number), approvals: [], event: 'signed', review: hex(64, 3), reviewedBy: 'person' },
      digests: [{ digest: `0x${hex(64, number)}`, part: 'transactions' }],
      keys: { address, operatorId: null },
    }
  if (number % 50 === 2) return { blind, event: 'frozen', reason: 'grüße "quoted"', scope: { of: 'all' } }
  return { blind, event: 'delivered', of: 51, response: hex(64, number) }
}

function made(): readonly string[] {
  let previous = '0'.repeat(64)
  return Array.from({ length: COUNT }, (_, index) => {
    const whole = body(index + 1)
    const rest = {
      airlock: 'ledger/1',
      bodyHash: digestOf(Buffer.from(line(whole))),
      entry: index + 1,
      previous,
      time: 1_790_000_000 + index,
    }
    const hash = digestOf(Buffer.from(line(rest)))
    previous = hash
    return line({ ...rest, body: whole, hash })
  })
}

const lines = made()
const random = new Seeded(1000)
let place: string
let ledger: string
let entries: readonly LedgerEntry[]

const fileOf = (number: number): string => join(ledger, 'entries', `${String(number).padStart(6, '0')}.json`)
const head = (): string => join(ledger, 'head.json')
const hashOf = (number: number): string => (JSON.parse(lines[number - 1] ?? '') as { hash: string }).hash

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'airlock-bytes-'))
  const pristine = join(place, 'pristine')
  mkdirSync(join(pristine, 'entries'), { recursive: true })
  for (const [index, text] of lines.entries())
    writeFileSync(join(pristine, 'entries', `${String(index + 1).padStart(6, '0')}.json`), `${text}\n`)
  writeFileSync(
    join(pristine, 'head.json'),
    `${line({ airlock: 'ledger-head/1', entry: COUNT, hash: hashOf(COUNT) })}\n`,
  )
  ledger = pristine
  entries = Ledger.open(pristine).entries
})
afterAll(() => rmSync(place, { recursive: true, force: true }))

test('as it was made, it verifies', () => {
  expect(entries).toHaveLength(COUNT)
  expect(entries.at(-1)?.hash).toBe(hashOf(COUNT))
})

const before = (index: number): LedgerEntry | null => entries[index - 1] ?? null
const found = (changed: string, index: number): boolean => isFault(readEntry(changed, before(index)))

describe('each byte of the lines', () => {
  test('changed to another one', () => {
    let [tried, missed] = [0, 0]
    for (const [index, text] of lines.entries()) {
      for (let at = 0; at < text.length; at += 1) {
        const other = String.fromCharCode(text.charCodeAt(at) ^ (1 + random.below(127)))
        tried += 1
        if (!found(text.slice(0, at) + other + text.slice(at + 1), index)) missed += 1
      }
    }
    expect(missed).toBe(0)
    expect(tried).toBe(lines.join('').length)
  })

  test.each([1, 50, 51, 52, COUNT])('changed to any other in the file of entry %i', (number) => {
    const bytes = Buffer.from(`${lines[number - 1] ?? ''}\n`)
    const folder = join(place, `one-${number}`)
    mkdirSync(join(folder, 'entries'), { recursive: true })
    // Only the entry's own file is there, and what is known before it: each reading costs one file.
    const path = join(folder, 'entries', `${String(number).padStart(6, '0')}.json`)
    const known = entries.slice(0, number - 1)
    let missed = 0
    for (let tries = 0; tries < 400; tries += 1) {
      const changed = Buffer.from(bytes)
      const at = random.below(bytes.length)
      changed[at] = (changed[at] ?? 0) ^ (1 + random.below(255))
      writeFileSync(path, changed)
      if (!isBroken(() => readEntries(folder, known))) missed += 1
    }
    expect(missed).toBe(0)
    writeFileSync(path, bytes)
    writeFileSync(
      join(folder, 'head.json'),
      `${line({ airlock: 'ledger-head/1', entry: number, hash: hashOf(number) })}\n`,
    )
    expect(readEntries(folder, known)).toHaveLength(number)
  })

  test('removed, doubled, or put between', () => {
    let missed = 0
    for (const [index, text] of lines.entries()) {
      for (let tries = 0; tries < 10; tries += 1) {
        const [at, put] = [random.below(text.length), String.fromCharCode(random.below(128))]
        const changes = [
          text.slice(0, at) + text.slice(at + 1),
          text.slice(0, at) + (text[at] ?? '') + text.slice(at),
          text.slice(0, at) + put + text.slice(at),
        ]
        missed += changes.filter((changed) => !found(changed, index)).length
      }
    }
    expect(missed).toBe(0)
  })
})

/** True where a reading ends in ledger_broken; what else is thrown goes on. */
function isBroken(reading: () => unknown): boolean {
  try {
    reading()
    return false
  } catch (error) {
    if ((error as { code?: string }).code !== 'ledger_broken') throw error
    return true
  }
}

describe('files and lines', () => {
  const rewrite = (number: number, text: string): void => writeFileSync(fileOf(number), text)
  const swap = (one: number, other: number): void => {
    const [first, second] = [readFileSync(fileOf(one)), readFileSync(fileOf(other))]
    writeFileSync(fileOf(one), second)
    writeFileSync(fileOf(other), first)
  }
  const headOf = (number: number): string =>
    `${line({ airlock: 'ledger-head/1', entry: number, hash: hashOf(number) })}\n`

  const changes: readonly (readonly [string, () => void, RegExp])[] = [
    ['two neighbours swapped', () => swap(500, 501), /entry 500 is missing: entry 501 stands in its place/],
    ['two distant entries swapped', () => swap(3, 900), /entry 3 is missing/],
    ['the first and the last swapped', () => swap(1, COUNT), /entry 1 is missing/],
    ['an entry in the place of another too', () => copyFileSync(fileOf(7), fileOf(8)), /entry 8 is missing: entry 7/],
    ['the first removed', () => unlinkSync(fileOf(1)), /./],
    ['one removed', () => unlinkSync(fileOf(500)), /entry 500 is missing: entry 501 stands in its place/],
    ['ten removed', () => range(500, 509).forEach((n) => unlinkSync(fileOf(n))), /entry 500 is missing: entry 510/],
    ['the last removed', () => unlinkSync(fileOf(COUNT)), /entry 1000 is missing: head.json says that there were 1000/],
    ['the last ten removed', () => range(991, COUNT).forEach((n) => unlinkSync(fileOf(n))), /entry 991 is missing/],
    ['all removed but the first', () => range(2, COUNT).forEach((n) => unlinkSync(fileOf(n))), /entry 2 is missing/],
    ['one renamed out of the list', () => renameSync(fileOf(500), join(ledger, 'entries', 'old.json')), /entry 500/],
    [
      'the last renamed to the next number',
      () => renameSync(fileOf(COUNT), fileOf(COUNT + 1)),
      /000\.json|001001\.json/,
    ],
    ['the last renamed far on', () => renameSync(fileOf(COUNT), fileOf(5000)), /005000\.json/],
    ['an entry of another number put at the end', () => copyFileSync(fileOf(5), fileOf(COUNT + 1)), /entry 1001/],
    ['the last one twice', () => copyFileSync(fileOf(COUNT), fileOf(COUNT + 1)), /entry 1001 is missing/],
    ['a number with a zero more', () => renameSync(fileOf(500), join(ledger, 'entries', '0000500.json')), /entry 500/],
    ['an empty file', () => rewrite(500, ''), /entry 500/],
    ['a file cut in half', () => rewrite(COUNT, (lines[COUNT - 1] ?? '').slice(0, 200)), /entry 1000/],
    ['a line without its newline', () => rewrite(500, lines[499] ?? ''), /entry 500/],
    ['a line with two', () => rewrite(500, `${lines[499] ?? ''}\n\n`), /entry 500/],
    ['two lines in one file', () => rewrite(500, `${lines[499] ?? ''}\n${lines[500] ?? ''}\n`), /entry 500/],
    ['a mark of order before a line', () => rewrite(500, `\uFEFF${lines[499] ?? ''}\n`), /entry 500/],
    ['a space more', () => rewrite(500, `${(lines[499] ?? '').replace(':', ': ')}\n`), /entry 500/],
    ['keys in another order', () => rewrite(500, `${JSON.stringify(reversed(lines[499] ?? ''))}\n`), /entry 500/],
    ['a body exchanged with its hash', () => rewrite(500, `${forged(499)}\n`), /entry 500/],
    [
      'a folder in the place of a file',
      () => {
        unlinkSync(fileOf(500))
        mkdirSync(fileOf(500))
      },
      /entry 500/,
    ],
    ['head.json gone', () => unlinkSync(head()), /head.json is gone/],
    ['head.json empty', () => writeFileSync(head(), ''), /head.json/],
    ['head.json ahead', () => writeFileSync(head(), headOf(COUNT).replace('1000', '1001')), /entry 1001 is missing/],
    [
      'head.json of another entry',
      () => writeFileSync(head(), headOf(10).replace('10', '11')),
      /entry 11 is not the one/,
    ],
  ]

  test.each(changes)('%s', (_, change, message) => {
    change()
    const refused = refusalOf(() => Ledger.openOrBegin(ledger))
    expect([refused.code, refused.exitCode]).toEqual(['ledger_broken', 9])
    expect(refused.message).toMatch(message)
    expect(refused.problems[0].hint).toContain('sign nothing with it')
  })

  afterEach(() => {
    const folder = join(ledger, 'entries')
    const right = new Map(lines.map((text, index) => [fileOf(index + 1), `${text}\n`]))
    for (const name of readdirSync(folder)) {
      const [path, text] = [join(folder, name), right.get(join(folder, name))]
      if (text !== undefined && statSync(path).isFile() && readFileSync(path, 'utf8') === text) right.delete(path)
      else rmSync(path, { recursive: true })
    }
    for (const [path, text] of right) writeFileSync(path, text)
    writeFileSync(head(), headOf(COUNT))
  })

  test('every byte of head.json', () => {
    const bytes = readFileSync(head())
    let missed = 0
    for (const [at, byte] of bytes.entries()) {
      for (let tries = 0; tries < 4; tries += 1) {
        const changed = Buffer.from(bytes)
        changed[at] = byte ^ (1 + random.below(255))
        writeFileSync(head(), changed)
        if (!isBroken(() => readEntries(ledger, entries))) missed += 1
      }
    }
    expect(missed).toBe(0)
  })

  const range = (from: number, to: number): readonly number[] =>
    Array.from({ length: to - from + 1 }, (_, n) => from + n)
  const reversed = (text: string): object => Object.fromEntries(Object.entries(JSON.parse(text) as object).toReversed())
  /** An entry whose body and bodyHash fit each other, and whose own hash is left as it was. */
  const forged = (index: number): string => {
    const json = JSON.parse(lines[index] ?? '') as { [field: string]: Json }
    const other = { blind: hex(32, 0), event: 'frozen', reason: 'forged', scope: { of: 'all' } }
    return line({ ...json, body: other, bodyHash: digestOf(Buffer.from(line(other))) })
  }
})
