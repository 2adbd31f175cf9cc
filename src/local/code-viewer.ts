// Shows the codes of a message in the terminal: one that stands still, or parts in turn, with keys.
//
// On the alternate screen, so that nothing of it stays behind. Fitted to the window, anew when that changes. What the keys
// do is a pure function of the state, below; the rest draws, waits and gives the terminal back as it was on every way out.
import {
  LEAST_VERSION,
  PART_VERSION,
  SINGLE_VERSION,
  type CodeMaker,
  type ShownCodes,
} from '../shared/qr/document-codes.ts'
import { refusal } from '../shared/base/errors.ts'
import { cellsOf, CAPTION_ROWS, codeLines, fittingVersion, type Window } from './terminal-code.ts'

/** Codes a second: what cameras follow. */
export const SPEED = { least: 2, usual: 8, most: 15 } as const

/** What a viewer shows and how. */
export interface View {
  /** Place in the round. */
  readonly place: number
  /** Codes a second. */
  readonly speed: number
  readonly isHeld: boolean
  /** The highest QR version that the person wants; null for the usual. */
  readonly densest: number | null
}

/** The end of viewing, or the next view. */
export type Step = View | 'quit'

const KEYS: Readonly<Record<string, (view: View, version: number) => Step>> = {
  ' ': (view) => ({ ...view, isHeld: !view.isHeld }),
  '\x1b[C': (view) => ({ ...view, isHeld: true, place: view.place + 1 }),
  '\x1b[D': (view) => ({ ...view, isHeld: true, place: view.place - 1 }),
  '+': (view) => ({ ...view, speed: Math.min(SPEED.most, view.speed + 1) }),
  '-': (view) => ({ ...view, speed: Math.max(SPEED.least, view.speed - 1) }),
  ']': (view, version) => ({ ...view, place: 0, densest: Math.min(40, Math.max(version, view.densest ?? 0) + 1) }),
  '[': (view, version) => ({ ...view, place: 0, densest: Math.max(LEAST_VERSION, version - 1) }),
  q: () => 'quit',
  Q: () => 'quit',
  '\r': () => 'quit',
  '\x1b': () => 'quit',
  '\x03': () => 'quit',
  '\x04': () => 'quit',
}

/** The view after a key; version is that of the code on the screen. */
export function pressed(view: View, key: string, version: number): Step {
  return KEYS[key]?.(view, version) ?? view
}

/**
 * The codes of a message that fit a window.
 *
 * @param make makes the codes
 * @param densest the highest QR version wanted; null for the usual
 * @throws AirlockError window_too_small
 */
export function fittedCodes(make: CodeMaker, window: Window, densest: number | null): ShownCodes {
  const fitting = fittingVersion(window)
  if (fitting < LEAST_VERSION) throw tooSmall(window)
  if (densest !== null) return make(Math.min(fitting, densest))
  const single = make(Math.min(fitting, SINGLE_VERSION))
  return single.count === 1 ? single : make(Math.min(fitting, PART_VERSION))
}

function tooSmall({ columns, rows }: Window): Error {
  const least = cellsOf(LEAST_VERSION)
  const seen = `the window has ${columns} columns and ${rows} rows, expected at least ${least.columns} and ${least.rows + CAPTION_ROWS}`
  const hint =
    'enlarge the window or make its letters smaller, or write pictures with --png FOLDER or a page with --html FILE'
  return refusal('showing codes', 'window_too_small', seen, hint)
}

/** The line below a code. */
export function caption({ count, kind, round, version }: ShownCodes, { isHeld, place, speed }: View): string {
  if (count === 1) return `${kind}, one code, version ${version}   [ ] split or join   q quit`
  const number = round[place] ?? 1
  const part = number <= count ? `part ${number} of ${count}` : `mixed, ${count} needed`
  const pace = isHeld ? 'held' : `${speed}/s`
  return `${part}, ${pace}, version ${version}  space hold ←→ step +- speed [] density q quit`
}

/**
 * Shows the codes of a message until the person quits.
 *
 * @param make makes the codes
 * @param start speed and density at the start
 * @throws AirlockError no_terminal, window_too_small
 */
export async function viewCodes(make: CodeMaker, start: Pick<View, 'speed' | 'densest'>): Promise<void> {
  const { stdin, stdout } = process
  if (!stdin.isTTY || !stdout.isTTY) {
    const hint = 'run this command in a terminal, or write pictures with --png FOLDER or a page with --html FILE'
    throw refusal('showing codes', 'no_terminal', 'there is no terminal to show them on', hint)
  }
  const viewer = new Viewer(make, { ...start, place: 0, isHeld: false })
  const restore = (): unknown => stdout.write('\x1b[?25h\x1b[?1049l')
  // Ended by a signal, the program leaves no hidden cursor behind.
  process.once('exit', restore)
  stdin.setRawMode(true)
  stdout.write('\x1b[?1049h\x1b[?25l')
  try {
    await viewer.run()
  } finally {
    restore()
    process.off('exit', restore)
    stdin.setRawMode(false)
    stdin.pause()
  }
}

class Viewer {
  readonly #make: CodeMaker
  #view: View
  #codes: ShownCodes

  constructor(make: CodeMaker, view: View) {
    this.#make = make
    this.#view = view
    this.#codes = fittedCodes(make, process.stdout, view.densest)
  }

  run(): Promise<void> {
    const { stdin, stdout } = process
    return new Promise<void>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      const end = (settle: () => void): void => {
        clearTimeout(timer)
        stdin.off('data', onKey).off('end', onEnd)
        stdout.off('resize', onResize)
        settle()
      }
      const next = (): void => {
        clearTimeout(timer)
        this.#draw()
        if (this.#codes.count === 1 || this.#view.isHeld) return
        timer = setTimeout(() => {
          this.#view = this.#at(this.#view.place + 1)
          next()
        }, 1000 / this.#view.speed)
      }
      const guarded = (step: () => void): void => {
        try {
          step()
        } catch (error) {
          end(() => reject(error instanceof Error ? error : new Error('a viewer failed')))
        }
      }
      const onKey = (data: Uint8Array): void =>
        guarded(() => {
          const step = pressed(this.#view, Buffer.from(data).toString('latin1'), this.#codes.version)
          if (step === 'quit') {
            end(resolve)
            return
          }
          this.#turn(step)
          next()
        })
      const onEnd = (): void => end(resolve)
      const onResize = (): void =>
        guarded(() => {
          this.#codes = fittedCodes(this.#make, stdout, this.#view.densest)
          this.#view = this.#at(0)
          next()
        })
      stdin.on('data', onKey).on('end', onEnd).resume()
      stdout.on('resize', onResize)
      guarded(next)
    })
  }

  #turn(view: View): void {
    if (view.densest !== this.#view.densest) {
      this.#codes = fittedCodes(this.#make, process.stdout, view.densest)
    }
    this.#view = view
    this.#view = this.#at(view.place)
  }

  /** The view at a place of the round, which has no end. */
  #at(place: number): View {
    const { length } = this.#codes.round
    return { ...this.#view, place: ((place % length) + length) % length }
  }

  #draw(): void {
    const number = this.#codes.round[this.#view.place] ?? 1
    const below = caption(this.#codes, this.#view).slice(0, process.stdout.columns)
    const lines = [...codeLines(this.#codes.qr(number)), below]
    // Between the two marks a terminal that knows them shows nothing half-drawn.
    process.stdout.write(`\x1b[?2026h\x1b[H${lines.join('\x1b[K\r\n')}\x1b[K\x1b[J\x1b[?2026l`)
  }
}
