// One program kept running for many command lines: the same code as the program that ships, without its start.
//
// Each command line gets what a process of its own would have: its arguments, folder, environment and standard input, and its
// output and exit code are its own; or a real terminal for all three streams. What a process has beyond that (signals, its end,
// its own file, being the terminal's own process) is tested on the built programs themselves.
import { constants, openSync } from 'node:fs'
import { Readable } from 'node:stream'
import { ReadStream, WriteStream } from 'node:tty'

/** A command line to run. */
export interface Asked {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly input: string
  /** The device of a terminal, such as /dev/pts/3, which then takes the place of input and output. */
  readonly terminal?: string
}

/** How it ended. */
export interface Answered {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** What a terminal shows last, after everything that the program wrote: its exit code. */
export const endMark = (exitCode: number | string): string => `\x1b]ended ${exitCode}\x07`

/** Runs one command line; what it sets is process.exitCode. */
export type Run = (args: readonly string[]) => Promise<void>

/** What a program listens for while it runs. */
const EVENTS = ['uncaughtException', 'unhandledRejection', 'SIGINT', 'SIGTERM', 'exit'] as const

/** Answers command lines, one after another, until the other side is gone. */
export function keep(run: Run): void {
  process.on('disconnect', () => {
    leave()
  })
  let last = Promise.resolve()
  process.on('message', (asked: Asked) => {
    last = last.then(async () => {
      process.send?.(await answer(run, asked))
    })
  })
}

const leave = process.exit.bind(process)

async function answer(run: Run, { args, cwd, env, input, terminal }: Asked): Promise<Answered> {
  const before = { cwd: process.cwd(), env: process.env }
  const output = { stdout: '', stderr: '' }
  const restore =
    terminal === undefined
      ? [put('stdin', Readable.from([Buffer.from(input)])), capture('stdout', output), capture('stderr', output)]
      : [attach(terminal)]
  process.chdir(cwd)
  process.env = { ...env }
  process.exitCode = undefined
  try {
    const exitCode = await Promise.race([run(args).then(() => Number(process.exitCode ?? 0)), exited()])
    if (terminal !== undefined) process.stdout.write(endMark(exitCode))
    return { exitCode, ...output }
  } finally {
    process.emit('exit', 0)
    for (const event of EVENTS) process.removeAllListeners(event)
    process.stdout.removeAllListeners('error')
    for (const back of restore) back()
    process.chdir(before.cwd)
    process.env = before.env
    process.exitCode = undefined
  }
}

/** The exit code that the program ends itself with, where it does. */
function exited(): Promise<number> {
  return new Promise((done) => {
    process.exit = ((code?: number) => {
      done(Number(code ?? process.exitCode ?? 0))
    }) as typeof process.exit
  })
}

/** Puts another stream in the place of one of the process's own; gives what puts it back. */
function put(name: 'stdin' | 'stdout' | 'stderr', value: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(process, name) ?? {}
  Object.defineProperty(process, name, { configurable: true, value })
  return () => {
    Object.defineProperty(process, name, own)
  }
}

/** Puts a terminal in the place of all three streams. */
function attach(device: string): () => void {
  const open = (): number => openSync(device, constants.O_RDWR | constants.O_NOCTTY)
  const [stdin, stdout, stderr] = [new ReadStream(open()), new WriteStream(open()), new WriteStream(open())]
  const back = [put('stdin', stdin), put('stdout', stdout), put('stderr', stderr)]
  return () => {
    for (const restore of back) restore()
    for (const stream of [stdin, stdout, stderr]) stream.destroy()
  }
}

function capture(name: 'stdout' | 'stderr', output: { stdout: string; stderr: string }): () => void {
  const stream = process[name]
  const write = stream.write.bind(stream)
  stream.write = (chunk: string | Uint8Array, ...rest: readonly unknown[]) => {
    output[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    const done = rest.at(-1)
    if (typeof done === 'function') (done as () => void)()
    return true
  }
  return () => {
    stream.write = write
  }
}
