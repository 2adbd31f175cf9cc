// What follows from what a node says and the journal remembers: every word of fate.ts, without a chain.
import { describe, expect, test } from 'vitest'
import {
  endingOf,
  fateOf,
  gapOf,
  gapProblem,
  memoryOf,
  reorganisation,
  replacedProblem,
  type Memory,
  type Seen,
} from '../../../src/hot/send/fate.ts'
import type { Happening } from '../../../src/hot/journal/journal-event.ts'
import { shellWord } from '../../../src/shared/base/shell-word.ts'
import type { DocumentDigest } from '../../../src/shared/base/document.ts'
import type { Address, Bytes32, UnixSeconds } from '../../../src/shared/base/fields.ts'

const word = (digits: string): Bytes32 => `0x${digits.repeat(32)}` as Bytes32
const [A, B, C, T] = [word('aa'), word('bb'), word('cc'), word('11')]
const OPERATOR = '0x00000000000000000000000000000000000000Aa' as Address
const response = 'ab'.repeat(32) as DocumentDigest

const sent: Happening = { event: 'sent', nonce: 5, response, rung: 0, transaction: T }
const mined: Happening = { event: 'mined', block: { hash: A, number: 100 }, confirmations: 1, rung: 0, transaction: T }
const confirmed: Happening = { event: 'confirmed', block: { hash: A, number: 100 }, confirmations: 1, transaction: T }
const moved: Happening = { ...mined, block: { hash: B, number: 101 } }
const gone: Happening = { event: 'reorganised', block: mined.block, head: 120, now: B, rung: 0, transaction: T }

const remembered = (...happened: readonly Happening[]): Memory =>
  memoryOf(happened.map((what) => ({ at: 1 as UnixSeconds, what })))

const seen = (over: Partial<Seen> = {}): Seen => ({
  nonce: 5,
  next: 5,
  mined: null,
  pending: [],
  canonical: null,
  ...over,
})

describe('what became of it', () => {
  const place = { rung: 1, block: { hash: C, number: 7 } }
  const cases: readonly (readonly [string, Seen, Memory, string])[] = [
    ['mined, whatever the journal says', seen({ mined: place, next: 6 }), remembered(), 'mined'],
    ['in a pool', seen({ pending: [0, 1] }), remembered(sent), 'pending'],
    ['never sent', seen(), remembered(), 'unsent'],
    ['sent, and nobody has it', seen(), remembered(sent), 'dropped'],
    ['its nonce is used', seen({ next: 6 }), remembered(sent), 'replaced'],
    ['its nonce is used, never sent from here', seen({ next: 6 }), remembered(), 'replaced'],
    ['a nonce before it is unused', seen({ next: 4 }), remembered(sent), 'gap'],
    [
      'mined by the journal, in a block that is there',
      seen({ next: 6, canonical: A }),
      remembered(sent, mined),
      'receipt-missing',
    ],
    ['mined by the journal, in a block that is not', seen({ canonical: B }), remembered(sent, mined), 'dropped'],
    ['the same, and the nonce is used', seen({ next: 6, canonical: B }), remembered(sent, mined), 'replaced'],
  ]
  test.each(cases)('%s', (_, what, memory, kind) => {
    expect(fateOf(what, memory).kind).toBe(kind)
  })
})

describe('reorganised', () => {
  test('where another block stands at that height', () => {
    const memory = remembered(sent, mined)
    expect(reorganisation(seen({ canonical: B }), memory, 163)).toMatchObject({ now: B, head: 163, transaction: T })
  })

  test.each([
    ['the block is still there', seen({ canonical: A }), remembered(sent, mined)],
    ['the node has not come to that height: it may be behind', seen(), remembered(sent, mined)],
    ['nothing was mined', seen({ canonical: B }), remembered(sent)],
    ['it is known already', seen({ canonical: B }), remembered(sent, mined, gone)],
  ])('not where %s', (_, what, memory) => {
    expect(reorganisation(what, memory, 163)).toBeNull()
  })
})

describe('how it ended', () => {
  test.each([
    ['in the block where it is', [sent, mined, confirmed], 'confirmed'],
    ['in a block that is gone', [sent, mined, confirmed, gone], null],
    ['in another block than the one where it is now', [sent, mined, confirmed, moved], null],
    ['not yet', [sent, mined], null],
    ['with the event of the block lost', [sent, confirmed, mined], 'confirmed'],
  ] as const)('%s', (_, happened, ending) => {
    expect(endingOf(remembered(...happened))).toBe(ending)
  })
})

describe('gaps', () => {
  test.each([
    ['nothing in the pool', 8, 5, 5, [], [5, 6, 7]],
    ['the first in the pool', 8, 5, 6, [5], [6, 7]],
    ['all in the pool', 8, 5, 8, [5, 6, 7], []],
    ['more in the pool than up to it', 8, 5, 11, [5, 6, 7], []],
    ['a node that does not know "pending"', 6, 5, 0, [], [5]],
  ])('%s', (_, nonce, next, pending, waiting, missing) => {
    expect(gapOf(nonce, next, pending)).toEqual({ waiting, missing })
  })

  test('a long one by its ends, and whose nonces they are', () => {
    const { message } = gapProblem(OPERATOR, 30, gapOf(30, 3, 3), new Map([[4, 'aabb']]))
    expect(message).toContain('nonce 3 to 29 (27 of them)')
    expect(message).toContain('nonce 4 is that of request aabb')
  })
})

describe('what used the nonce', () => {
  const block = { hash: A, number: 9 }
  test.each([
    ['a stranger', { block, transaction: B }, null, `It was ${B} in block 9 (${A})`],
    ['one of ours', { block, transaction: B }, 'rung 2', `(${A}), which is rung 2`],
    ['no transaction of the operator', { block, transaction: null }, null, 'by an EIP-7702 authorisation'],
    ['not found', null, null, 'does not keep the state of older blocks'],
  ])('%s', (_, use, whose, text) => {
    const { code, message } = replacedProblem(OPERATOR, { nonce: 5, next: 7 }, use, whose, 'COMMAND')
    expect([code, message]).toEqual(['nonce_used', expect.stringContaining(text)])
  })
})

test.each([
  ['/home/a/.airlock/journal', '/home/a/.airlock/journal'],
  ['203.0.113.7:32005;32006', "'203.0.113.7:32005;32006'"],
  ["a b'c", `"a b'c"`],
  ["m/44'/60'", `"m/44'/60'"`],
  ["a!'c", "'a!'\\''c'"],
  ['a`b', "$'a\\140b'"],
  ['$(x)', "'$(x)'"],
  ["$(x)'\\\u001b[2Jé", "$'$(x)\\047\\134\\033[2J\\303\\251'"],
  ['', "''"],
])('a word for the shell: %j', (text, spelled) => {
  expect(shellWord(text)).toBe(spelled)
})
