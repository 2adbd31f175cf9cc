// A chain of our own: the real anvil binary on 127.0.0.1, on a port that the system chooses.
//
// The binary is started directly, from the platform package that @foundry-rs/anvil would start, so the pid is anvil's
// and killing it ends it. It ends with us: on stop(), on exit and on signals; on Linux with util-linux it also ends when
// we are killed without a chance to react (setpriv sets the parent-death signal and then becomes anvil, same pid).

import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'

/** Where util-linux has it; without it only SIGKILL of our own process leaves anvil behind. */
export const SETPRIV = '/usr/bin/setpriv'
const TAIL_CHARACTERS = 4_000

export interface AnvilOptions {
  /** Default 31337. Any number up to 2^53 - 1. */
  readonly chainId?: number
  /** More flags of anvil, e.g. ['--block-base-fee-per-gas', '7']. */
  readonly flags?: readonly string[]
  /** How long anvil may take to listen. Default 20 seconds. */
  readonly timeoutMs?: number
}

export interface Anvil {
  readonly rpcUrl: string
  readonly port: number
  readonly pid: number
  readonly chainId: number
  /** Kills anvil and waits until it is gone. Calling it again is harmless. */
  stop(): Promise<void>
}

export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const chainId = options.chainId ?? 31337
  const flags = ['--host', '127.0.0.1', '--port', '0', '--chain-id', String(chainId), ...(options.flags ?? [])]
  const child = spawnWithUs(anvilBinary(), flags)
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = async (): Promise<void> => {
    running.delete(child)
    child.ref()
    child.kill('SIGKILL')
    await gone
  }

  try {
    const port = await listeningPort(child, options.timeoutMs ?? 20_000)
    if (child.pid === undefined) throw new Error('starting anvil: it listens and yet has no pid')
    return { rpcUrl: `http://127.0.0.1:${port}`, port, pid: child.pid, chainId, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function anvilBinary(): string {
  const machine = process.arch === 'x64' ? 'amd64' : process.arch
  const fromAnvil = createRequire(createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json'))
  const found = fromAnvil.resolve(`@foundry-rs/anvil-${process.platform}-${machine}/package.json`)
  return join(dirname(found), 'bin', process.platform === 'win32' ? 'anvil.exe' : 'anvil')
}

function listeningPort(child: ChildProcess, timeoutMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = ''
    let isSettled = false
    const fail = (reason: string): void => {
      isSettled = true
      clearTimeout(timer)
      reject(new Error(`starting anvil: ${reason}; the end of its output:\n${output.trim() || '(none)'}`))
    }
    const timer = setTimeout(() => fail(`not listening after ${timeoutMs} ms`), timeoutMs)
    // Reading never stops: with nobody at the other end of its pipe anvil would come to a halt.
    const read = (chunk: Buffer): void => {
      if (isSettled) return
      output = (output + chunk.toString()).slice(-TAIL_CHARACTERS)
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(output)?.[1]
      if (port === undefined) return
      isSettled = true
      clearTimeout(timer)
      letUsExit(child)
      resolve(Number(port))
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('error', (error) => fail(error.message))
    child.once('close', (code, signal) => {
      if (!isSettled) fail(`it ended with ${signal ?? `code ${code ?? '?'}`} before it listened`)
    })
  })
}

/** A test that forgets stop() may still end; the exit handler takes anvil along. */
function letUsExit(child: ChildProcess): void {
  child.unref()
  for (const pipe of [child.stdout, child.stderr]) (pipe as { unref?: () => void } | null)?.unref?.()
}

// ---- ending with us

const running = new Set<ChildProcess>()
let isWatching = false

function spawnWithUs(binary: string, flags: string[]): ChildProcess {
  if (!isWatching) watchOurEnd()
  const diesWithParent = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', '--'] : []
  const [program = binary, ...args] = [...diesWithParent, binary, ...flags]
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.once('close', () => running.delete(child))
  return child
}

function watchOurEnd(): void {
  isWatching = true
  const killAll = (): void => {
    for (const child of running) child.kill('SIGKILL')
  }
  process.once('exit', killAll)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      killAll()
      // Whoever else listens decides what the signal does; with nobody left it would have ended us.
      if (process.listenerCount(signal) === 0) process.exit(128 + constants.signals[signal])
    })
  }
}
