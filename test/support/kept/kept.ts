// A program kept running by each worker of the tests: what a start costs is paid once, not for every command line.
import { spawn, type ChildProcess } from 'node:child_process'
import { inProject } from '../project.ts'
import type { Answered, Asked } from './driver.ts'

type ProgramName = 'airlock-hot' | 'airlock-cold'

/** The file of a kept program. */
export const driverOf = (name: ProgramName): string => inProject('node_modules/.cache/airlock-tests', `${name}.mjs`)

interface Waiting {
  readonly asked: Asked
  readonly seconds: number
  readonly done: (answer: Answered) => void
  readonly fail: (error: Error) => void
}

/** One kept program; started when it is first asked, and again after one that did not answer. */
class Kept {
  readonly #command: readonly [string, ...string[]]
  readonly #waiting: Waiting[] = []
  #child: ChildProcess | null = null
  #busy = false

  constructor(command: readonly [string, ...string[]]) {
    this.#command = command
  }

  ask(asked: Asked, seconds: number): Promise<Answered> {
    return new Promise((done, fail) => {
      this.#waiting.push({ asked, seconds, done, fail })
      this.#next()
    })
  }

  #next(): void {
    const next = this.#busy ? undefined : this.#waiting.shift()
    if (next === undefined) return
    this.#busy = true
    const child = (this.#child ??= this.#start())
    const settle = (finish: () => void): void => {
      clearTimeout(limit)
      child.off('message', onMessage).off('exit', onExit)
      this.#busy = false
      finish()
      this.#next()
    }
    const stop = (why: string): void => {
      this.#child = null
      child.kill('SIGKILL')
      settle(() => next.fail(new Error(`${next.asked.args.slice(0, 2).join(' ')} ${why}`)))
    }
    const onMessage = (answer: Answered): void => settle(() => next.done(answer))
    const onExit = (): void => stop('ended the kept program')
    const limit = setTimeout(() => stop(`did not end within ${next.seconds} s`), next.seconds * 1000)
    child.on('message', onMessage).on('exit', onExit)
    child.send(next.asked)
  }

  #start(): ChildProcess {
    const [command, ...args] = this.#command
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    child.unref()
    child.channel?.unref()
    return child
  }
}

const kept = new Map<string, Kept>()

/** Runs one command line in the program that is kept running by this command. */
export function askKept(command: readonly [string, ...string[]], asked: Asked, seconds: number): Promise<Answered> {
  const key = command.join(' ')
  const program = kept.get(key) ?? new Kept(command)
  kept.set(key, program)
  return program.ask(asked, seconds)
}
