// What a person sees: 80 columns, colour only on a terminal and never the only signal, data on stdout and all else on
// stderr. NO_COLOR is honoured. Text that came from another machine has passed quote() before it gets here.
import { styleText } from 'node:util'

const WIDTH = 80

/** What is written to, as far as its looks go. */
export type Screen = Pick<NodeJS.WriteStream, 'isTTY'>

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan'

/** Styles text for a stream, or leaves it alone where that stream is no terminal or NO_COLOR is set. */
export function styled(stream: Screen, style: Style, text: string): string {
  const plain = !stream.isTTY || (process.env['NO_COLOR'] ?? '') !== '' || process.env['TERM'] === 'dumb'
  return plain ? text : styleText(style, text)
}

/** A command in the middle of a sentence: between backquotes, of which a command has none (shell-word.ts). */
const COMMAND = /`(airlock-(?:hot|cold) [^`\n]*)`/g

/** Stands for a space inside of a command, where no line may be broken. */
const UNBROKEN = '\0'

interface Line {
  readonly text: string
  /** A command that is too long for the width: it has its line for itself, and neither backquotes nor a full stop behind it. */
  readonly isCommand: boolean
}

function lines(text: string, width: number): readonly Line[] {
  const made: Line[] = []
  const words = text.replaceAll(COMMAND, (command) => command.replaceAll(' ', UNBROKEN)).split(' ')
  for (const word of words.map((each) => each.replaceAll(UNBROKEN, ' '))) {
    const last = made.at(-1)
    const [command] = word.length > width ? [...word.matchAll(COMMAND)] : []
    if (command?.[1] !== undefined) made.push({ text: command[1], isCommand: true })
    else if (last !== undefined && !last.isCommand && last.text.length + 1 + word.length <= width)
      made[made.length - 1] = { text: `${last.text} ${word}`, isCommand: false }
    else made.push({ text: word, isCommand: false })
  }
  return made
}

/** Breaks text into lines of at most `width` columns; a word or a command longer than that gets a line of its own. */
export const wrap = (text: string, width = WIDTH): readonly string[] => lines(text, width).map((line) => line.text)

/** Wraps text behind a first indent, the further lines behind spaces of the same width; a long command stands at the left. */
export function hang(first: string, text: string): string {
  const made = lines(text, WIDTH - first.length)
  const indented = made.map((line) => (line.isCommand ? `  ${line.text}` : ' '.repeat(first.length) + line.text))
  if (made[0]?.isCommand !== true) return first + indented.join('\n').slice(first.length)
  return [...(first.trim() === '' ? [] : [first.trimEnd()]), ...indented].join('\n')
}

/** A command behind its label: on one line, or on the next where that is too long. */
export const labelled = (label: string, command: string): string =>
  label.length + command.length <= WIDTH ? label + command : `${label.trimEnd()}\n  ${command}`

/** Writes a line for people, to stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Writes the result of a command, to stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Writes data as JSON, to stdout; amounts become decimal strings. */
export function printJson(data: unknown): void {
  const spelled = JSON.stringify(data, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 2)
  process.stdout.write(`${spelled}\n`)
}

/** One line of progress on stderr: rewritten in place on a terminal, printed only when it ends elsewhere. */
export class Progress {
  #line = ''

  /** Shows the line until work is done that does not say how far it is, from the first second on with the seconds it took. */
  static async while<Result>(line: string, work: () => Promise<Result>): Promise<Result> {
    const progress = new Progress()
    const begun = performance.now()
    const show = (): void => progress.update(`${line}, ${Math.round((performance.now() - begun) / 1000)} s`)
    progress.update(line)
    const timer = setInterval(show, 1000)
    try {
      return await work()
    } finally {
      clearInterval(timer)
      progress.end()
    }
  }

  /** Shows the line in place of the one before. */
  update(line: string): void {
    if (line === this.#line || !process.stderr.isTTY) return
    this.#line = line
    process.stderr.write(`\r\x1b[2K${line.slice(0, WIDTH - 1)}`)
  }

  /** Leaves a last line behind, or none. */
  end(line?: string): void {
    if (process.stderr.isTTY && this.#line !== '') process.stderr.write('\r\x1b[2K')
    this.#line = ''
    if (line !== undefined) say(line)
  }
}
