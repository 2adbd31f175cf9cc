// Patterns of sockets against a matcher that is not ours: the engine's own regular expressions, thousands of seeded cases.
import { expect, it } from 'vitest'
import { fitsPattern } from '../../../src/shared/operation-parts/socket-pattern.ts'
import { Seeded } from '../../support/seeded.ts'

const ESCAPED = /[.+^${}()|[\]\\/-]/g

/** The pattern as a regular expression: what docs/policy.md says of its two signs. */
const expression = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(ESCAPED, '\\$&').replaceAll('*', '[^;\\s]*').replaceAll('?', '[^;\\s]')}$`, 'u')

it.each([
  ['203.0.113.7:*;*', '203.0.113.7:32005;32004', true],
  ['203.0.113.7:*;*', '203.0.113.7:32005;32004;1', false],
  ['203.0.113.7:*;*', '203x0.113.7:32005;32004', false],
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['?', '', false],
  ['*', 'a;b', false],
  ['*', 'a b', false],
  ['*', 'a\u00a0b', false],
  ['a?c', 'a;c', false],
  ['?', '\u{1f600}', true],
  ['Node:1', 'node:1', false],
  ['[ab]', 'a', false],
  ['a\\*', 'a\\x', true],
])('%o and %o: %o', (pattern, socket, fits) => {
  expect(fitsPattern(pattern, socket)).toBe(fits)
})

it('agrees with regular expressions on 20,000 pairs', () => {
  const seeded = new Seeded(7)
  const word = (letters: readonly [string, ...string[]], most: number): string =>
    Array.from({ length: seeded.below(most) }, () => seeded.pick(letters)).join('')
  let fitting = 0
  for (let round = 0; round < 20_000; round++) {
    const pattern = word(['a', 'b', ';', ' ', '*', '*', '?', '.', '['], 8)
    const socket = word(['a', 'b', ';', ' ', '.', '*', '['], 8)
    const expected = expression(pattern).test(socket)
    if (expected) fitting += 1
    expect([pattern, socket, fitsPattern(pattern, socket)]).toEqual([pattern, socket, expected])
  }
  expect(fitting).toBeGreaterThan(500)
})

it('is done soon where backtracking never is', () => {
  expect(fitsPattern(`${'*a'.repeat(255)}b`, 'a'.repeat(512))).toBe(false)
})
