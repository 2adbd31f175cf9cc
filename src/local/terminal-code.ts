// A QR code in a terminal: two squares in each character cell, black on white whatever the theme.
//
// Colours are those of the 256-colour cube (16 black, 231 white), which no theme changes, and are written even where
// NO_COLOR is set: they are the code, not its decoration. Equal halves are spaces on a coloured ground, because a block
// glyph may be smaller than its cell and leave lines that stop a reader (docs/qr-transport.md).
import { QUIET_ZONE, sizeWithQuietZone, type QrCode } from '../shared/qr/qr-code.ts'

const BLACK = 16
const WHITE = 231
const RESET = '\x1b[0m'

/** A window, in character cells. */
export interface Window {
  readonly columns: number
  readonly rows: number
}

/** The line below a code: what is shown, and the keys. */
export const CAPTION_ROWS = 1

/** The cells that a code of a version takes. */
export function cellsOf(version: number): Window {
  const side = sizeWithQuietZone(version)
  return { columns: side, rows: Math.ceil(side / 2) }
}

/** The highest QR version whose code fits a window with its caption; 0 or less when none does. */
export function fittingVersion({ columns, rows }: Window): number {
  const side = Math.min(columns, 2 * (rows - CAPTION_ROWS))
  return Math.min(40, Math.floor((side - sizeWithQuietZone(0)) / 4))
}

/** A code as lines of text with colours, the quiet zone included. */
export function codeLines(code: QrCode): readonly string[] {
  const { columns, rows } = cellsOf(code.version)
  const dark = (row: number, column: number): boolean => {
    const [y, x] = [row - QUIET_ZONE, column - QUIET_ZONE]
    return y >= 0 && x >= 0 && y < code.size && x < code.size && code.isDark(y, x)
  }
  return Array.from({ length: rows }, (_, line) => {
    const cells = Array.from({ length: columns }, (__, column) =>
      cell(dark(2 * line, column), dark(2 * line + 1, column)),
    )
    return joined(cells)
  })
}

/** What a cell shows, and on which ground. */
type Cell = readonly [ground: number, glyph: ' ' | '▀' | '▄']

function cell(upper: boolean, lower: boolean): Cell {
  if (upper === lower) return [upper ? BLACK : WHITE, ' ']
  return [WHITE, upper ? '▀' : '▄']
}

/** The cells of a line, a colour code only where the ground changes. */
function joined(cells: readonly Cell[]): string {
  const text = cells.map(([ground, glyph], index) => {
    const changes = cells[index - 1]?.[0] !== ground
    return (changes ? `\x1b[38;5;${BLACK};48;5;${ground}m` : '') + glyph
  })
  return text.join('') + RESET
}
