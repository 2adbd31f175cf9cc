// Runs the programs as a person does: a real terminal where one is needed, a process of its own where that is the point.
//
// The offline program runs in an empty network namespace where the system allows one.
import { spawn, spawnSync } from 'node:child_process'
import { spawn as spawnInTerminal, type IPty } from '@lydell/node-pty'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endMark } from './kept/driver.ts'
import { askKept, driverOf } from './kept/kept.ts'
import { inProject } from './project.ts'

export type ProgramName = 'airlock-hot' | 'airlock-cold'

export interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** What to type once a prompt is seen; the match is given, because an approval repeats words of the screen. */
export interface Answer {
  readonly prompt: RegExp
  readonly type: string | ((match: RegExpExecArray) => string)
}

/** Seconds after which a program is stopped: far more than any needs, so that a slow machine fails nothing. */
const LIMIT = 600

const bundle = (name: ProgramName): string => inProject(`dist/${name}.mjs`)

/** True where this system lets a user have a network namespace without interfaces. */
export const canUnshare: boolean = spawnSync('unshare', ['-rn', 'true']).status === 0

/**
 * What `sign` needs besides where the system gives no namespace: the network is there then, and a policy has to allow it.
 *
 * @param folder where the policy goes
 */
export function policyFlags(folder: string): readonly string[] {
  if (canUnshare) return []
  const path = join(folder, 'network-policy.yaml')
  writeFileSync(path, 'airlock: policy/1\nnetwork: allow\n')
  return ['--policy', path]
}

/** The command that starts a program, without a network where that is asked for and possible. */
export function commandOf(name: ProgramName, offline: boolean): readonly [string, ...string[]] {
  const node = [process.execPath, bundle(name)] as const
  return offline && canUnshare ? ['unshare', '-rn', ...node] : node
}

interface RunOptions {
  readonly cwd?: string
  readonly input?: string
  readonly seconds?: number
  /** On top of the environment of the tests. */
  readonly env?: Readonly<Record<string, string>>
}

/** The command that starts a program which is kept running (kept/driver.ts). */
function keptCommand(name: ProgramName): readonly [string, ...string[]] {
  const node = [process.execPath, driverOf(name)] as const
  return name === 'airlock-cold' && canUnshare ? ['unshare', '-rn', ...node] : node
}

/** Runs a command line without a terminal, with a bound on its time: by a program that is kept running. */
export function run(name: ProgramName, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { cwd = process.cwd(), input = '', seconds = LIMIT } = options
  return askKept(keptCommand(name), { args, cwd, env: { ...process.env, ...options.env }, input }, seconds)
}

/** Runs a built program without a terminal, with a bound on its time: a process of its own, as a person starts it. */
export function runProcess(name: ProgramName, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const [command, ...prefix] = commandOf(name, name === 'airlock-cold')
  return new Promise((done, fail) => {
    const child = spawn(command, [...prefix, ...args], {
      cwd: options.cwd,
      stdio: 'pipe',
      timeout: (options.seconds ?? LIMIT) * 1000,
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('error', fail)
    child.on('close', (exitCode, signal) => {
      if (exitCode === null) fail(new Error(`${name} ${args[0] ?? ''} ended by ${signal ?? 'nothing'}: ${stderr}`))
      else done({ exitCode, stdout, stderr })
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.input ?? '')
  })
}

interface TerminalOptions {
  readonly cwd?: string
  readonly seconds?: number
  /** Is given what appears, as it appears. */
  readonly onScreen?: (text: string) => void
  readonly env?: Readonly<Record<string, string>>
}

/** What the person saw, and how it ended. */
interface Shown {
  readonly exitCode: number
  /** Everything that was on the screen. */
  readonly screen: string
}

/** Runs a command line in a terminal of 80 columns and types the answers as their prompts appear: by a program kept running. */
export async function runInTerminal(
  name: ProgramName,
  args: readonly string[],
  answers: readonly Answer[],
  options: TerminalOptions = {},
): Promise<Shown> {
  const { cwd = process.cwd(), seconds = LIMIT } = options
  const terminal = open(HOLDER, options)
  const device = await deviceOf(terminal)
  const env = terminalEnv(options)
  const command = [...keptCommand(name), 'in a terminal'] as const
  const asked = askKept(command, { args, cwd, env, input: '', terminal: device }, seconds)
  // Where the program ends without its mark, what it failed with is the reason.
  const failed = asked.then(() => new Promise<never>(() => undefined))
  return Promise.race([typed(terminal, args.join(' '), answers, options), failed])
}

/** Runs a built program in a terminal, as a process of its own. */
export function runProcessInTerminal(
  name: ProgramName,
  args: readonly string[],
  answers: readonly Answer[],
  options: TerminalOptions = {},
): Promise<Shown> {
  return inTerminal([...commandOf(name, name === 'airlock-cold'), ...args], answers, options)
}

/** Runs any command in a terminal. */
export function inTerminal(
  command: readonly string[],
  answers: readonly Answer[],
  options: TerminalOptions = {},
): Promise<Shown> {
  return typed(open(['-c', HELD, 'sh', ...command], options), command.join(' '), answers, options)
}

/**
 * Says the exit code on the screen and holds the terminal open: on a busy machine a terminal that closes with its program
 * loses the program's last words. Ctrl-C is for the program alone.
 */
const HELD = `trap : INT; "$@"; printf '${endMark('%s')}' $?; read -r _`
/** Names its terminal and holds it open for a program that is kept running. */
const HOLDER = ['-c', 'trap "" INT; tty; exec sleep infinity']
const ENDED = new RegExp(endMark('(\\d+)'))

/** What the offer to show a code gets where a test has no other answer. */
const noCode: Answer = { prompt: /Show it as QR code now\? \[y\/N\] /, type: '\r' }

function terminalEnv({ env }: TerminalOptions): Record<string, string> {
  return { ...(process.env as Record<string, string>), TERM: 'xterm-256color', ...env }
}

function open(shell: readonly string[], options: TerminalOptions): IPty {
  const { cwd = process.cwd() } = options
  return spawnInTerminal('sh', [...shell], { cols: 80, rows: 50, cwd, env: terminalEnv(options) })
}

/** The device that the holder names. */
function deviceOf(terminal: IPty): Promise<string> {
  return new Promise((done) => {
    let text = ''
    const listener = terminal.onData((more) => {
      text += more
      const [line, rest] = text.split('\r\n')
      if (line === undefined || rest === undefined) return
      listener.dispose()
      done(line)
    })
  })
}

/** Types the answers, in order, until the mark of the end is seen. */
function typed(terminal: IPty, what: string, answers: readonly Answer[], options: TerminalOptions): Promise<Shown> {
  const waiting = [...answers, noCode]
  let [screen, unread] = ['', '']
  return new Promise((done, fail) => {
    const end = (settle: () => void): void => {
      clearTimeout(limit)
      terminal.kill('SIGKILL')
      settle()
    }
    const tooLong = (): void => end(() => fail(new Error(`${what} did not end; its screen:\n${screen}`)))
    const limit = setTimeout(tooLong, (options.seconds ?? LIMIT) * 1000)
    terminal.onData((text) => {
      unread += text
      const ended = ENDED.exec(screen + text)
      options.onScreen?.(text.replace(ENDED, ''))
      screen += text
      if (ended !== null) {
        end(() => done({ exitCode: Number(ended[1]), screen: screen.replace(ENDED, '') }))
        return
      }
      const next = waiting[0]
      const match = next?.prompt.exec(unread) ?? null
      if (next === undefined || match === null) return
      waiting.shift()
      unread = unread.slice(match.index + match[0].length)
      terminal.write(typeof next.type === 'string' ? next.type : next.type(match))
    })
  })
}

/** The answer that approves: it types the phrase that the screen shows. */
export const approve: Answer = {
  prompt: /To (?:sign|approve), type: ([a-z0-9 ]+)\r?\n[^:]*: /,
  type: (match) => `${match[1] ?? ''}\r`,
}
