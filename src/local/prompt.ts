// Questions to the person at this machine: a line that is seen, or a password that is not.
//
// Asked on the terminal only: a pipe cannot approve, and a password never comes through an argument or the environment.
// Ctrl-C at any question stops the program with nothing written. Passwords are bytes, so that they can be wiped.
import { refusal } from '../shared/base/errors.ts'
import { interrupted } from './program.ts'

const CTRL_C = 3
const CTRL_D = 4
const LF = 10
const CR = 13
const BACKSPACE = 8
const DELETE = 127
const MAX_LINE = 1024

/** What was typed or pasted ahead of a line's end: it belongs to the next question. */
let ahead = new Uint8Array(0)

/** Asks a question and gives the line that was typed. */
export async function askLine(question: string): Promise<string> {
  const bytes = await readLine(question, true, 'run this command in a terminal: an approval cannot come from a pipe')
  return new TextDecoder().decode(bytes)
}

/**
 * Asks for a password; nothing is echoed.
 *
 * @param question what is asked for
 * @param instead the flag that names a file, for when there is no terminal; null where there is none
 * @returns the bytes typed, which the caller wipes
 */
export async function askPassword(question: string, instead: string | null): Promise<Uint8Array> {
  const file = instead === null ? '' : `, or give ${instead} FILE`
  return readLine(question, false, `run this command in a terminal${file}`)
}

async function readLine(question: string, echo: boolean, hint: string): Promise<Uint8Array> {
  const { stdin, stderr } = process
  if (!stdin.isTTY || !stderr.isTTY) throw refusal('asking', 'no_terminal', 'there is no terminal to ask on', hint)
  // Raw before the question is seen: what is typed early must not be echoed by the terminal.
  stdin.setRawMode(true)
  stdin.resume()
  stderr.write(question)
  try {
    return await collect(echo)
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    stderr.write('\n')
  }
}

function collect(echo: boolean): Promise<Uint8Array> {
  const { stdin, stderr } = process
  const line = new Uint8Array(MAX_LINE)
  let length = 0
  return new Promise((resolve, reject) => {
    const stop = (settle: () => void): void => {
      stdin.off('data', onData).off('end', onEnd)
      settle()
      line.fill(0)
    }
    const onEnd = (): void => stop(() => reject(interrupted()))
    const onData = (chunk: Uint8Array): void => {
      const bytes = Uint8Array.from(chunk)
      chunk.fill(0)
      for (const [index, byte] of bytes.entries()) {
        if (byte === CTRL_C || (byte === CTRL_D && length === 0)) {
          onEnd()
          break
        }
        if (byte === CR || byte === LF) {
          stop(() => resolve(line.slice(0, length)))
          ahead = bytes.slice(index + 1)
          break
        }
        if (byte === BACKSPACE || byte === DELETE) length = erase(line, length, echo)
        else if (length < MAX_LINE && byte >= 32) {
          line[length] = byte
          length += 1
          if (echo) stderr.write(Uint8Array.of(byte))
        }
      }
      bytes.fill(0)
    }
    stdin.on('data', onData).on('end', onEnd)
    const typed = ahead
    ahead = new Uint8Array(0)
    if (typed.length > 0) onData(typed)
  })
}

/** Takes the last character back, all bytes of it. */
function erase(line: Uint8Array, length: number, echo: boolean): number {
  if (length === 0) return 0
  let rest = length - 1
  while (rest > 0 && ((line[rest] ?? 0) & 0xc0) === 0x80) rest -= 1
  line.fill(0, rest, length)
  if (echo) process.stderr.write('\b \b')
  return rest
}
