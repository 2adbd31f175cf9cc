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

/** Breaks text into lines of at most `width` columns; a word longer than that gets a line of its own. */
export function wrap(text: string, width = WIDTH): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Wraps text behind a first indent, the further lines behind spaces of the same width. */
export function hang(first: string, text: string): string {
  const [head = '', ...rest] = wrap(text, WIDTH - first.length)
  return [first + head, ...rest.map((line) => ' '.repeat(first.length) + line)].join('\n')
}

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
