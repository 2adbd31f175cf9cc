// A clock behind the ledger: refused by the second, with what helps: waiting, setting the clock, or settling up to one entry.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clockProblems } from '../../../src/cold/ledger/ledger-clock.ts'
import { Ledger } from '../../../src/cold/ledger/ledger.ts'
import { stateOf } from '../../../src/cold/ledger/ledger-state.ts'
import type { UnixSeconds } from '../../../src/shared/base/fields.ts'
import { registration } from '../../documents/documents.ts'
import { keysOf, visit } from '../../support/visits.ts'

const NOW = registration(1).request.expiry - 7 * 86_400 + 3600
const DAY = 86_400

const folder = mkdtempSync(join(tmpdir(), 'airlock-clock-'))
afterAll(() => rmSync(folder, { recursive: true }))
let made = 0
let ledger: Ledger
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 })
  ledger = Ledger.openOrBegin(join(folder, `ledger-${(made += 1)}`))
})
afterEach(() => vi.useRealTimers())

/** Writes an entry at a time. */
function at(time: number): void {
  vi.setSystemTime(time * 1000)
  ledger.append(() => ({ event: 'frozen', reason: 'tested', scope: { of: 'all' } }))
}

const found = (clock: number): ReturnType<typeof clockProblems> =>
  clockProblems(ledger, stateOf(ledger), clock as UnixSeconds)
const hint = (clock: number): string => found(clock)[0]?.hint ?? ''
const settle = (of: number): unknown =>
  ledger.append(() => ({ approvals: [], event: 'settled', ledger: ledger.id, of, reason: 'tested' }))
const named = (clock: number): number =>
  Number(/`airlock-cold ledger settle (\d+) --reason '[^']+' --ledger /.exec(hint(clock))?.[1])

describe('how far the clock is back', () => {
  it.each<[back: number, says: string, remedy: RegExp]>([
    [1, '1 second before entry 1', /wait 1 second, and type the same command again$/],
    [2, '2 seconds before entry 1', /wait 2 seconds, and type the same command again$/],
    [60, '1 minute before entry 1', /wait 1 minute, and type the same command again$/],
    [
      61,
      '1 minute 1 second before entry 1',
      /^set the clock, in UTC: `sudo date -u -s "YYYY-MM-DD HH:MM:SS"`; where it is right, /,
    ],
    [3600, '1 hour before entry 1', /^set the clock, in UTC: `sudo date -u -s /],
    [365 * DAY, '365 days before entry 1', /^set the clock, in UTC: `sudo date -u -s /],
  ])('%i seconds', (back, says, remedy) => {
    const [problem, ...others] = found(NOW - back)
    expect([problem?.code, others.length]).toEqual(['ledger_clock_backwards', 0])
    expect(problem?.message).toContain(says)
    expect(problem?.hint).toMatch(remedy)
    expect(/settle/.test(problem?.hint ?? '')).toBe(back > 60)
  })

  it('not at all: the very second, and later', () => {
    expect([found(NOW), found(NOW + 1)]).toEqual([[], []])
  })
})

describe('a clock that was wrong when entries were written', () => {
  it('two entries of one second are taken back in one step', () => {
    for (const time of [NOW + 400 * DAY, NOW + 400 * DAY]) at(time)
    vi.setSystemTime((NOW + 100) * 1000)
    expect(found(NOW + 100)[0]?.message).toContain('before entry 3 ')
    settle(named(NOW + 100))
    expect(found(NOW + 100)).toEqual([])
  })

  it('and so are entries whose clock fell from the first to the last', () => {
    for (const days of [400, 300, 200]) at(NOW + days * DAY)
    vi.setSystemTime((NOW + 100) * 1000)
    expect(found(NOW + 100)[0]?.message).toContain('before entry 2 ')
    expect(named(NOW + 100)).toBe(4)
    settle(4)
    expect(found(NOW + 100)).toEqual([])
  })

  it('no more than those: an entry after them that is later than the clock is still compared', () => {
    at(NOW + 400 * DAY)
    at(NOW + 50)
    settle(2)
    expect(found(NOW + 49).length).toBe(1)
    expect(found(NOW + 50)).toEqual([])
  })

  it('by an entry that signed nothing, where there is one: nothing that was signed is set free with it', async () => {
    await visit(ledger, registration(1).request, keysOf(registration(1)))
    expect(ledger.entries.map(({ body }) => body?.event)).toEqual(['begun', 'seen', 'signed', 'delivered'])
    expect(named(NOW - DAY)).toBe(4)
  })

  it('by the entry that signed, and not by the one before it, where it is the last', async () => {
    await visit(ledger, registration(1).request, keysOf(registration(1)))
    const { body } = ledger.entries[2] ?? {}
    if (body?.event !== 'signed') throw new Error('entry 3 signed nothing')
    ledger.append(() => body)
    vi.setSystemTime((NOW - DAY) * 1000)
    expect(named(NOW - DAY)).toBe(5)
    settle(5)
    expect(found(NOW - DAY)).toEqual([])
  })
})
