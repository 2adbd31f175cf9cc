// The viewer of codes, without a terminal: what fits, what the keys do, how a code looks in cells.
import { describe, expect, it } from 'vitest'
import { caption, fittedCodes, pressed, SPEED, type View } from '../../src/local/code-viewer.ts'
import { cellsOf, codeLines, fittingVersion } from '../../src/local/terminal-code.ts'
import { documentCodes, type CodeMaker } from '../../src/shared/qr/document-codes.ts'
import { makeQrCode } from '../../src/shared/qr/qr-code.ts'
import { refusalOf } from '../documents/refusal.ts'
import { validDocument } from '../support/documents.ts'

const REQUEST = validDocument('requests', 'register_valid')
const CODES: CodeMaker = (densest) => documentCodes(REQUEST, densest)
const VIEW: View = { place: 0, speed: 8, isHeld: false, densest: null }

describe('a window', () => {
  // The sizes measured for a quiet zone of four squares, with one line for the caption.
  it.each([
    [80, 24, 5],
    [100, 30, 8],
    [120, 40, 13],
    [200, 60, 23],
    [250, 70, 28],
    [40, 60, 3],
    [80, 10, -2],
  ])('of %i by %i fits version %i', (columns, rows, version) => expect(fittingVersion({ columns, rows })).toBe(version))

  it('that is large gets one code, a smaller one parts', () => {
    expect(fittedCodes(CODES, { columns: 120, rows: 50 }, null).count).toBe(1)
    const small = fittedCodes(CODES, { columns: 80, rows: 24 }, null)
    expect(small.count).toBeGreaterThan(1)
    for (const number of small.round) expect(small.qr(number).version).toBeLessThanOrEqual(5)
  })

  it('gets codes as dense as is wanted, but none that it cannot hold', () => {
    expect(fittedCodes(CODES, { columns: 120, rows: 50 }, 6).version).toBeLessThanOrEqual(6)
    expect(fittedCodes(CODES, { columns: 80, rows: 24 }, 12).version).toBeLessThanOrEqual(5)
  })

  it('that is too small is refused with the size that is needed', () => {
    const { problems } = refusalOf(() => fittedCodes(CODES, { columns: 80, rows: 20 }, null))
    expect(problems[0].code).toBe('window_too_small')
    expect(problems[0].message).toMatch(/80 columns and 20 rows, expected at least 41 and 22/)
    expect(problems[0].hint).toMatch(/--png FOLDER or .*--html FILE/)
  })
})

describe('a key', () => {
  it.each<[string, string, Partial<View>]>([
    ['space holds', ' ', { isHeld: true }],
    ['right steps on', '\x1b[C', { isHeld: true, place: 1 }],
    ['left steps back', '\x1b[D', { isHeld: true, place: -1 }],
    ['plus', '+', { speed: 9 }],
    ['minus', '-', { speed: 7 }],
    ['] is denser', ']', { densest: 13 }],
    ['[ is less dense', '[', { densest: 11 }],
    ['any other does nothing', 'x', {}],
  ])('%s', (_, key, change) => expect(pressed(VIEW, key, 12)).toEqual({ ...VIEW, ...change }))

  it.each(['q', 'Q', '\r', '\x1b', '\x03', '\x04'])('%j quits', (key) => expect(pressed(VIEW, key, 12)).toBe('quit'))

  it('stays within the bounds', () => {
    expect(pressed({ ...VIEW, speed: SPEED.most }, '+', 12)).toMatchObject({ speed: SPEED.most })
    expect(pressed({ ...VIEW, speed: SPEED.least }, '-', 12)).toMatchObject({ speed: SPEED.least })
    expect(pressed(VIEW, ']', 40)).toMatchObject({ densest: 40 })
    expect(pressed(VIEW, '[', 4)).toMatchObject({ densest: 4 })
  })
})

describe('the caption', () => {
  it('fits 80 columns, whatever is shown', () => {
    for (const rows of [22, 24, 30, 50]) {
      const codes = fittedCodes(CODES, { columns: 80, rows }, null)
      for (const place of codes.round.keys()) {
        expect(caption(codes, { ...VIEW, place, speed: 15 }).length).toBeLessThanOrEqual(80)
      }
    }
  })

  it('counts the parts and says when it is held', () => {
    const codes = fittedCodes(CODES, { columns: 80, rows: 24 }, null)
    expect(caption(codes, { ...VIEW, place: 2, isHeld: true })).toMatch(/^part 3 of \d+, held/)
  })
})

describe('a code in cells', () => {
  const code = makeQrCode('UR:BYTES/HDTLBYJYSOLKSSVDDTKTPYKS')
  const lines = codeLines(code)

  /** The squares that a terminal shows: two a cell, by the ground and the glyph. */
  const squares = lines.flatMap((line) => {
    const rows: [boolean[], boolean[]] = [[], []]
    let isGroundDark = false
    for (const [, ground, glyph] of line.replace('\x1b[0m', '').matchAll(/(?:\x1b\[38;5;16;48;5;(16|231)m)?([ ▀▄])/g)) {
      if (ground !== undefined) isGroundDark = ground === '16'
      rows[0].push(glyph === ' ' ? isGroundDark : glyph === '▀')
      rows[1].push(glyph === ' ' ? isGroundDark : glyph === '▄')
    }
    return rows
  })

  it('has the squares of the code and four light ones around', () => {
    const { columns, rows } = cellsOf(code.version)
    expect(lines).toHaveLength(rows)
    expect(squares.every((row) => row.length === columns)).toBe(true)
    squares.forEach((row, y) =>
      row.forEach((dark, x) => {
        const [inRow, inColumn] = [y - 4, x - 4]
        const isInside = [inRow, inColumn].every((at) => at >= 0 && at < code.size)
        expect(dark, `${y} ${x}`).toBe(isInside && code.isDark(inRow, inColumn))
      }),
    )
  })
})
