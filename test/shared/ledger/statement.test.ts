// Statements: one spelling, every field in its range, and a screen that has every field of them.
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reviewText } from '../../../src/local/screen.ts'
import { wrap } from '../../../src/local/terminal.ts'
import type { Code } from '../../../src/shared/base/error-codes.ts'
import {
  decodeStatement,
  encodeStatement,
  statementSections,
  statementSummary,
} from '../../../src/shared/ledger/statement.ts'
import { wordsOf } from '../cases/approval-cases.ts'
import { bytesOf, digestOf, edited } from '../../documents/canonical.ts'
import { refusalOf } from '../../documents/refusal.ts'
import { unfreeze } from '../../documents/statements.ts'
import { inProject } from '../../support/project.ts'

const decoded = (edits: Record<string, unknown> = {}): ReturnType<typeof decodeStatement> =>
  decodeStatement('testing', bytesOf(edited(unfreeze, edits)))

describe('accepted', () => {
  it.each<[string, Record<string, unknown>]>([
    ['unfreeze', {}],
    ['settle', { statement: 'settle' }],
    ['entry 1', { entry: 1 }],
    ['the last entry', { entry: 2 ** 53 - 1 }],
    ['a reason of one letter', { reason: 'x' }],
    ['a reason of 200 characters', { reason: 'é'.repeat(200) }],
  ])('%s', (_, edits) => {
    const bytes = bytesOf(edited(unfreeze, edits))
    const { digest, statement, words } = decodeStatement('testing', bytes)
    expect(digest).toBe(digestOf(bytes))
    expect(words.join(' ')).toBe(wordsOf(digest))
    expect(Buffer.from(encodeStatement(statement))).toEqual(Buffer.from(bytes))
  })
})

describe('one defect each', () => {
  it.each<[string, Record<string, unknown>, Code]>([
    ['an unknown statement', { statement: 'sign' }, 'field_invalid'],
    ['a negative entry', { entry: -1 }, 'field_invalid'],
    ['entry 0, which no ledger has', { entry: 0 }, 'field_invalid'],
    ['half an entry', { entry: 1.5 }, 'field_invalid'],
    ['an entry as text', { entry: '7' }, 'field_invalid'],
    ['an entry above 2^53 - 1', { entry: 2 ** 53 }, 'field_invalid'],
    ['an entry hash with 0x', { entryHash: `0x${unfreeze.entryHash}` }, 'field_invalid'],
    ['a ledger in upper case', { ledger: unfreeze.ledger.toUpperCase() }, 'field_invalid'],
    ['a ledger of 7 bytes', { ledger: unfreeze.ledger.slice(2) }, 'field_invalid'],
    ['no reason', { reason: undefined }, 'field_missing'],
    ['an empty reason', { reason: '' }, 'field_invalid'],
    ['a blank reason', { reason: '   ' }, 'field_invalid'],
    ['a reason of 201 characters', { reason: 'x'.repeat(201) }, 'field_invalid'],
    ['a reason of two lines', { reason: 'a\nb' }, 'field_invalid'],
    ['a reason with an escape code', { reason: 'fine\x1b[1A' }, 'field_invalid'],
    ['a reason with a mark that reorders', { reason: 'fine\u202e' }, 'field_invalid'],
    ['a field more', { until: 9 }, 'field_unknown'],
    ['a later version', { airlock: 'statement/2' }, 'document_version_unsupported'],
    ['another kind', { airlock: 'approval/1' }, 'document_kind_wrong'],
    ['a wrong checksum', { checksum: 'f'.repeat(16) }, 'document_checksum_wrong'],
  ])('%s', (_, edits, code) => expect(refusalOf(() => decoded(edits)).code).toBe(code))
})

describe.each(['unfreeze', 'settle'] as const)('the screen of %s', (kind) => {
  const document = decoded({ statement: kind })
  const review = reviewText(statementSections(document), [], { isTTY: false })
  const screen = `${review}\n\nIn short: ${statementSummary(document)}\n`

  it('is the screen that was reviewed', () => {
    const path = inProject(`vectors/screens/statement_${kind}.txt`)
    if (process.env['AIRLOCK_WRITE_SCREENS'] === '1') writeFileSync(path, screen)
    expect(screen).toBe(readFileSync(path, 'utf8'))
  })

  it('has every field, in 80 columns', () => {
    const { entry, entryHash, ledger, reason } = unfreeze
    for (const value of [String(entry), entryHash, ledger, reason, document.digest]) expect(review).toContain(value)
    for (const line of review.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    for (const line of wrap(statementSummary(document))) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('quotes what cannot be told from something else', () =>
    expect(statementSummary(decoded({ reason: 'раypal' }))).not.toContain('раypal'))
})
