// A terminal that can be looked at: a tmux server of our own, and its screen as a picture.
//
// The picture is drawn cell by cell from what tmux says is on the screen: the ground, and of the glyphs the two half
// blocks; other letters are drawn as a bar, which no code contains.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { PNG } from 'pngjs'

const CELL = { width: 8, height: 16 } as const
const themes = { light: { ground: 255, letters: 0 }, dark: { ground: 0, letters: 255 } } as const

/** One window of a terminal. */
export class Tmux {
  readonly #folder = mkdtempSync(join(tmpdir(), 'airlock-tmux-'))
  readonly #columns: number
  readonly #rows: number

  constructor(columns: number, rows: number) {
    this.#columns = columns
    this.#rows = rows
  }

  #tmux(...args: string[]): string {
    // No status line and no configuration of the person's: the window is all screen.
    return execFileSync('tmux', ['-u', '-S', join(this.#folder, 'socket'), '-f', '/dev/null', ...args], {
      encoding: 'utf8',
    })
  }

  /** Starts a command in the window, which stays when the command ends. */
  start(command: readonly string[]): void {
    const spelled = command.map((part) => `'${part.replaceAll("'", "'\\''")}'`).join(' ')
    const size = ['-x', String(this.#columns), '-y', String(this.#rows)]
    const options = ['set-option', '-g', 'status', 'off', ';', 'set-option', '-g', 'remain-on-exit', 'on', ';']
    this.#tmux(...options, 'new-session', '-d', ...size, spelled)
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows))
  }

  /** Waits until the screen shows something; fails after half a minute. */
  async see(text: RegExp): Promise<void> {
    for (let waited = 0; waited < 300; waited += 1) {
      if (text.test(this.#tmux('capture-pane', '-p'))) return
      await pause(100)
    }
    throw new Error(`the terminal never showed ${String(text)}:\n${this.#tmux('capture-pane', '-p')}`)
  }

  /** The screen as a picture. */
  screenshot(theme: keyof typeof themes): PNG {
    const lines = this.#tmux('capture-pane', '-p', '-e', '-N').split('\n').slice(0, this.#rows)
    const picture = new PNG({ width: this.#columns * CELL.width, height: this.#rows * CELL.height })
    picture.data.fill(255)
    const { ground, letters } = themes[theme]
    // tmux says a style once, and it holds beyond the end of a line.
    const colours: Colours = { ground, letters }
    for (let row = 0; row < this.#rows; row += 1) {
      let column = 0

      for (const [, style, glyph = ' '] of (lines[row] ?? '').matchAll(/\x1b\[([\d;]*)m|(.)/gu)) {
        if (style === undefined) draw(picture, row, column++, glyph, colours)
        else apply(style, colours, themes[theme])
      }
      while (column < this.#columns) draw(picture, row, column++, ' ', themes[theme])
    }
    return picture
  }

  stop(): void {
    try {
      this.#tmux('kill-server')
    } finally {
      rmSync(this.#folder, { recursive: true, force: true })
    }
  }
}

interface Colours {
  ground: number
  letters: number
}

/** The few styles that a code uses; the rest leaves the colours as they are. */
function apply(style: string, colours: Colours, theme: Readonly<Colours>): void {
  if (style === '' || style === '0') Object.assign(colours, theme)
  const shade = { 16: 0, 231: 255 } as const
  for (const [, which, colour] of style.matchAll(/([34])8;5;(16|231)/g)) {
    const value = shade[Number(colour) as 16 | 231]
    if (which === '3') colours.letters = value
    else colours.ground = value
  }
  if (/(^|;)39($|;)/.test(style)) colours.letters = theme.letters
  if (/(^|;)49($|;)/.test(style)) colours.ground = theme.ground
}

function draw(picture: PNG, row: number, column: number, glyph: string, { ground, letters }: Colours): void {
  const isInk = (y: number): boolean => {
    if (glyph === ' ') return false
    if (glyph === '▀') return y < CELL.height / 2
    if (glyph === '▄') return y >= CELL.height / 2
    return y > 4 && y < 12
  }
  for (let y = 0; y < CELL.height; y += 1) {
    for (let x = 0; x < CELL.width; x += 1) {
      const at = 4 * ((row * CELL.height + y) * picture.width + column * CELL.width + x)
      picture.data.fill(isInk(y) ? letters : ground, at, at + 3)
    }
  }
}
