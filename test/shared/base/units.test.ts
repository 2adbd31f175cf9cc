// Numbers as a person reads them, and text that must not rewrite the screen.
import { describe, expect, it } from 'vitest'
import type { UnixSeconds } from '../../../src/shared/base/fields.ts'
import { quorumBitmap, quorumBytes, quorums } from '../../../src/shared/operation-parts/quorums.ts'
import { quote } from '../../../src/shared/base/quote.ts'
import { DAY, duration, ether, grouped, gwei, readAmount, readDuration, utc } from '../../../src/shared/base/units.ts'

describe('duration', () => {
  it.for([
    [-5, '0 seconds'],
    [0, '0 seconds'],
    [1, '1 second'],
    [59, '59 seconds'],
    [60, '1 minute'],
    [61, '1 minute 1 second'],
    [119, '1 minute 59 seconds'],
    [3600, '1 hour'],
    [3601, '1 hour'],
    [3660, '1 hour 1 minute'],
    [86_399, '23 hours 59 minutes'],
    [DAY, '1 day'],
    [DAY + 3599, '1 day'],
    [DAY + 3600, '1 day 1 hour'],
    [7 * DAY - 1, '6 days 23 hours'],
    [366 * DAY + 1, '366 days'],
    [1000 * DAY + 2 * 3600, '1000 days 2 hours'],
  ] as const)('%i seconds: %s', ([seconds, text]) => expect(duration(seconds)).toBe(text))
})

describe('what a person writes', () => {
  it.for([
    ['90s', 90],
    ['15m', 900],
    ['24h', DAY],
    ['7d', 7 * DAY],
    ['2w', 14 * DAY],
    ['0d', 0],
    ['', null],
    ['7', null],
    ['d', null],
    ['7 d', null],
    ['7D', null],
    ['-1d', null],
    ['1.5d', null],
    ['1d12h', null],
    ['1234567890s', null],
  ] as const)('a span %o: %o', ([text, seconds]) => expect(readDuration(text)).toBe(seconds))

  it.for([
    ['1 wei', 1n],
    ['30gwei', 30_000_000_000n],
    ['0.000000001 gwei', 1n],
    ['0.05 ether', 50_000_000_000_000_000n],
    ['1.000000000000000001 ETH', 10n ** 18n + 1n],
    ['0.0000000001 gwei', null],
    ['1.5 wei', null],
    ['1', null],
    ['1 eth', null],
    ['1 Gwei', null],
    ['1  gwei', null],
    ['.5 ether', null],
    ['1. ether', null],
    ['-1 gwei', null],
    ['1e9 wei', null],
    ['1,000 wei', null],
    ['1 constructor', null],
  ] as const)('an amount %o: %o', ([text, amount]) =>
    expect(readAmount(text, ['wei', 'gwei', 'ether', 'ETH'])).toBe(amount),
  )

  it('an amount in a unit that was not asked for is none', () => {
    expect(readAmount('1 ether', ['gwei'])).toBe(null)
  })
})

describe('utc', () => {
  it.for([
    [1, '1970-01-01 00:00:01 UTC'],
    [1_750_003_600, '2025-06-15 16:06:40 UTC'],
    [4_102_444_800, '2100-01-01 00:00:00 UTC'],
    [951_782_400, '2000-02-29 00:00:00 UTC'],
    [253_402_300_799, '9999-12-31 23:59:59 UTC'],
    [253_402_300_800, '253402300800 seconds after 1970'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991 seconds after 1970'],
  ] as const)('%i: %s', ([seconds, text]) => expect(utc(seconds as UnixSeconds)).toBe(text))
})

describe('amounts', () => {
  it.for([
    [0n, '0 ETH', '0 gwei'],
    [1n, '0.000000000000000001 ETH', '0.000000001 gwei'],
    [42_800_000_000_000_000n, '0.0428 ETH', '42800000 gwei'],
    [10n ** 18n, '1 ETH', '1000000000 gwei'],
    [10n ** 18n + 1n, '1.000000000000000001 ETH', '1000000000.000000001 gwei'],
    [30_000_000_000n, '0.00000003 ETH', '30 gwei'],
    [1_500_000_000n, '0.0000000015 ETH', '1.5 gwei'],
  ] as const)('%i wei: %s, %s', ([amount, inEther, inGwei]) => {
    expect(ether(amount)).toBe(inEther)
    expect(gwei(amount)).toBe(inGwei)
  })

  it.for([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_440_000, '1,440,000'],
    [2n ** 64n, '18,446,744,073,709,551,616'],
    [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991'],
  ] as const)('%i in groups: %s', ([value, text]) => expect(grouped(value)).toBe(text))
})

describe('quote', () => {
  it.for([
    ['nothing', '', '""'],
    ['plain text', '203.0.113.7:32005;32006', '"203.0.113.7:32005;32006"'],
    ['quotes and backslashes', 'a"b\\c', '"a\\"b\\\\c"'],
    ['line ends and tabs', 'a\r\n\tb', '"a\\r\\n\\tb"'],
    ['an escape code', '\u001b[2J', '"\\u{1b}[2J"'],
    ['the one-byte escape code', '\u009b2J', '"\\u{9b}2J"'],
    ['a zero byte and a delete', '\0\u007f', '"\\u{0}\\u{7f}"'],
    ['a bidirectional override', 'a\u202eb', '"a\\u{202e}b"'],
    ['letters beyond ASCII', 'sockét', '"sock\\u{e9}t"'],
    ['a letter that looks like another', '\u0430', '"\\u{430}"'],
    ['beyond 16 bits', '\u{1f600}', '"\\u{d83d}\\u{de00}"'],
    ['half a character', '\ud800', '"\\u{d800}"'],
    ['a line separator', '\u2028', '"\\u{2028}"'],
  ] as const)('%s', ([, text, quoted]) => expect(quote(text)).toBe(quoted))

  it('cuts, and says how much', () => {
    expect(quote('x'.repeat(120))).toBe(`"${'x'.repeat(120)}"`)
    expect(quote('x'.repeat(121))).toBe(`"${'x'.repeat(120)}"... (1 more characters)`)
    expect(quote('abcdef', 2)).toBe('"ab"... (4 more characters)')
    expect(quote('"'.repeat(5), 5)).toBe(`"${'\\"'.repeat(5)}"`)
  })

  it('lets nothing through that is not printable ASCII, and keeps texts apart', () => {
    const texts = Array.from({ length: 0x3000 }, (_, code) => `a${String.fromCharCode(code)}b`)
    // What a text could write to look like another one's quotation.
    const spelled = texts.map((text) => quote(text).slice(1, -1))
    const quoted = [...new Set([...texts, ...spelled])].map((text) => quote(text))
    for (const text of quoted) expect(text).toMatch(/^"[\x20-\x7e]*"$/)
    expect(new Set(quoted).size).toBe(quoted.length)
  })
})

describe('quorums', () => {
  it('are one byte each, and one bit', () => {
    const numbers = quorums.parse([0, 1, 7, 191])
    expect(quorumBytes(numbers)).toBe('0x000107bf')
    expect(quorumBitmap(numbers)).toBe(0b1000_0011n + 2n ** 191n)
  })

  it.for([[[]], [[1, 0]], [[0, 0]], [[0, 2, 1]], [[192]], [[255]], [[-1]], [[0.5]], ['0'], [null]] as const)(
    'are not %o',
    ([numbers]) => expect(quorums.safeParse(numbers).success).toBe(false),
  )

  it('can be all 192 that a contract can have', () => {
    const all = quorums.parse(Array.from({ length: 192 }, (_, index) => index))
    expect(quorumBytes(all)).toHaveLength(2 + 192 * 2)
    expect(quorumBitmap(all)).toBe(2n ** 192n - 1n)
  })
})
