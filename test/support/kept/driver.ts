// One program kept running for many command lines: the same code as the program that ships, without its start.
//
// Each command line gets what a process of its own would have: its arguments, folder, environment and standard input, and its
// output and exit code are its own. What a process has beyond that (signals, its end, its own file, a terminal) is tested on the
// built programs themselves.
import { Readable } from 'node:stream'

/** A command line to run. */
export interface Asked {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly input: string
}

/** How it ended. */
export interface Answered {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

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

async function answer(run: Run, { args, cwd, env, input }: Asked): Promise<Answered> {
  const before = { cwd: process.cwd(), env: process.env }
  const output = { stdout: '', stderr: '' }
  const restore = [capture('stdout', output), capture('stderr', output)]
  process.chdir(cwd)
  process.env = { ...env }
  Object.defineProperty(process, 'stdin', { configurable: true, value: Readable.from([Buffer.from(input)]) })
  process.exitCode = undefined
  try {
    const exitCode = await Promise.race([run(args).then(() => Number(process.exitCode ?? 0)), exited()])
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
