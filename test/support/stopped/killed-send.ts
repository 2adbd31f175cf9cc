// One `airlock-hot send` that is ended by SIGKILL somewhere: at a file operation in the journal, at an HTTP request to the node
// (before it gets there, or after the node has acted and before the answer is back), or at some moment; or not at all.
import { spawn } from 'node:child_process'
import type { Hex } from 'viem'
import type { Faults } from './fault-preload.ts'
import { startProxy, type Proxy } from '../proxy.ts'
import type { Stage } from '../stage.ts'
import { inProject } from '../project.ts'

/** How a send is ended. */
export type Kill =
  | { readonly kind: 'file'; readonly at: number; readonly when: 'before' | 'half' | 'after' }
  | { readonly kind: 'http'; readonly at: number; readonly when: 'before' | 'after' }
  | { readonly kind: 'time'; readonly milliseconds: number }

/** Whether the node mines at once, or only while it is asked: then there is time to bump, and to wait for confirmations. */
export type Pace = 'at once' | 'slowly'

/** What is sent where, and how it is ended. */
export interface Sending {
  readonly args: readonly string[]
  readonly journal: string
  readonly pace: Pace
  /** Null for one that comes to its own end. */
  readonly kill: Kill | null
  /** A file that gets a line for each file operation in the journal. */
  readonly log?: string
}

interface Run {
  /** Null for one that was killed. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** How it ended, how many HTTP requests it made, and which transactions it sent. */
export interface Sent extends Run {
  readonly requests: number
  readonly transactions: readonly Hex[]
}

/** Runs one send through a proxy before the node of a stage, with the preload that counts its file operations. */
export async function sendOnce(stage: Stage, preload: string, sending: Sending): Promise<Sent> {
  const { args, journal, pace, kill, log } = sending
  const end: { kill: () => void } = { kill: () => undefined }
  const proxy = await proxyFor(stage, pace, kill, () => end.kill())
  const slow = pace === 'slowly' ? ['--bump-after', '1', '--confirmations', '2'] : []
  const flags = [...args, '--rpc-url', proxy.url, '--wait', '30', '--json', ...slow]
  const file = kill?.kind === 'file' ? { kill: { at: kill.at, when: kill.when } } : {}
  const faults: Faults = { folders: [journal], ...file, ...(log === undefined ? {} : { log }) }
  try {
    const ended = await start(preload, flags, faults, (stop) => {
      end.kill = stop
      if (kill?.kind === 'time') setTimeout(stop, kill.milliseconds)
    })
    return { ...ended, requests: proxy.bodies.length, transactions: sentThrough(proxy) }
  } finally {
    await proxy.close()
  }
}

/** The node, which ends the program at a request, and in the slow pace mines one block for four looks. */
function proxyFor(stage: Stage, pace: Pace, kill: Kill | null, stop: () => void): Promise<Proxy> {
  let [count, looks] = [0, 0]
  const at = kill?.kind === 'http' ? kill.at : 0
  return startProxy(stage.anvil.rpcUrl, {
    before: (_, questions) => {
      count += 1
      if (count === at && kill?.kind === 'http' && kill.when === 'before') {
        stop()
        return true
      }
      if (pace === 'slowly' && questions.some(({ method }) => method === 'eth_blockNumber')) {
        looks += 1
        if (looks % 4 === 0) void stage.devnet.mine()
      }
      return false
    },
    http: (response, body) => {
      if (count === at && kill?.kind === 'http' && kill.when === 'after') stop()
      else response.setHeader('content-type', 'application/json').end(body)
    },
  })
}

function start(
  preload: string,
  flags: readonly string[],
  faults: Faults,
  started: (stop: () => void) => void,
): Promise<Run> {
  const program = inProject('dist/airlock-hot.mjs')
  const env = { ...process.env, AIRLOCK_FAULTS: JSON.stringify(faults) }
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['--require', preload, program, 'send', ...flags], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('error', fail)
    child.on('close', (exitCode) => done({ exitCode, stdout, stderr }))
    started(() => child.kill('SIGKILL'))
  })
}

const sentThrough = ({ questions }: Proxy): readonly Hex[] =>
  questions.flatMap(({ method, params }) => (method === 'eth_sendRawTransaction' ? [params[0] as Hex] : []))
