// A room in which a signing can be started a thousand times, stopped anywhere, and looked at: test keys whose signatures ethers
// makes too, requests without a chain, and sign-driver.ts as one file.
import { buildSync, build, type Plugin } from 'esbuild'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bytesOf, edited } from '../../documents/canonical.ts'
import { registration, responseTo, type RequestJson, type ResponseJson } from '../../documents/documents.ts'
import { canUnshare } from '../programs.ts'
import type { Faults } from './fault-preload.ts'
import type { DriverVisit } from './sign-driver.ts'

const DAY = 86_400
const here = (name: string): string => resolve(import.meta.dirname, name)

/** The prompt and the key files of the program, and what stands in for them. */
const standIns: Plugin = {
  name: 'stand-ins',
  setup(on) {
    on.onResolve({ filter: /\/local\/prompt\.ts$/ }, () => ({ path: here('stand-in-prompt.ts') }))
    on.onResolve({ filter: /^\.\/sign-keys\.ts$/ }, () => ({ path: here('stand-in-keys.ts') }))
    const template = { contents: `export const pageTemplate = () => ''` }
    on.onLoad({ filter: /page-template\.ts$/ }, () => template)
  },
}

/** Builds fault-preload.ts for `node --require`. */
export function buildPreload(folder: string): string {
  const outfile = join(folder, 'faults.cjs')
  buildSync({ entryPoints: [here('fault-preload.ts')], outfile, bundle: true, platform: 'node', format: 'cjs' })
  return outfile
}

/** Builds a driver of this folder as one file. */
export async function buildDriver(folder: string, name: 'sign-driver' | 'append-driver'): Promise<string> {
  const outfile = join(folder, `${name}.mjs`)
  const banner = { js: `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)` }
  const common = { bundle: true, platform: 'node', format: 'esm', target: 'node20', minify: true } as const
  await build({ ...common, entryPoints: [here(`${name}.ts`)], outfile, banner, plugins: [standIns] })
  return outfile
}

export interface Killed {
  /** Null when a signal ended it. */
  readonly exitCode: number | null
  readonly stderr: string
}

/** A request on the disk, with what ethers signs for it. */
export interface Wanted {
  readonly path: string
  readonly bytes: Uint8Array
  readonly expected: ResponseJson
  readonly keys: Pick<DriverVisit, 'ecdsaKeystore' | 'blsKeystore'>
}

/** No network, where the system lets it: with one, nothing is signed. */
export const UNSHARE = canUnshare ? ['unshare', '-rn'] : []

let requests = 0

export class SignRoom {
  readonly folder: string
  readonly preload: string
  readonly #driver: string

  private constructor(folder: string, preload: string, driver: string) {
    this.folder = folder
    this.preload = preload
    this.#driver = driver
  }

  static async open(): Promise<SignRoom> {
    const folder = mkdtempSync(join(tmpdir(), 'airlock-sign-'))
    for (const number of [1, 2]) {
      const { ecdsaSecret, blsSecret } = registration(number)
      writeFileSync(join(folder, `ecdsa${number}`), ecdsaSecret)
      writeFileSync(join(folder, `bls${number}`), blsSecret)
    }
    return new SignRoom(folder, buildPreload(folder), await buildDriver(folder, 'sign-driver'))
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** A folder that nobody has. */
  fresh(name: string): string {
    const path = mkdtempSync(join(this.folder, `${name}-`))
    mkdirSync(join(path, 'out'))
    return path
  }

  /**
   * A request that nobody made before.
   *
   * @param kind with both signatures and the transaction, or a further quorum: the transaction alone
   */
  request(kind: 'whole' | 'transaction', edits: Readonly<Record<string, unknown>> = {}): Wanted {
    requests += 1
    const from = registration(1)
    const now = Math.floor(Date.now() / 1000)
    const base = edited(from.request, { 'block.timestamp': now - 60, expiry: now + 7 * DAY })
    const salt = `0x${requests.toString(16).padStart(64, '0')}`
    const short = { 'operation.operatorSignature': null, 'operation.pubkeyRegistration': null }
    const json: RequestJson =
      kind === 'whole'
        ? edited(base, { 'operation.operatorSignature.salt': salt, 'transaction.nonce': requests, ...edits })
        : edited(base, { ...short, 'operation.quorums': [1], 'transaction.nonce': 100_000 + requests, ...edits })
    const path = join(this.folder, `request${requests}.json`)
    writeFileSync(path, bytesOf(json))
    const bls = kind === 'whole' ? { blsKeystore: [join(this.folder, 'bls1')] } : {}
    const keys = { ecdsaKeystore: [join(this.folder, 'ecdsa1')], ...bls }
    return { path, bytes: readFileSync(path), expected: responseTo(from, json), keys }
  }

  /** The command that starts the driver, within another one. */
  command(visits: readonly DriverVisit[], within: readonly string[] = []): readonly string[] {
    return [...UNSHARE, ...within, process.execPath, this.#driver, JSON.stringify(visits)]
  }

  /** Starts the driver in a process of its own. */
  run(
    visits: readonly DriverVisit[],
    faults: Faults | null = null,
    onSignal?: (kill: () => void) => void,
  ): Promise<Killed> {
    const prefix = faults === null ? [] : ['--require', this.preload]
    const env = { ...process.env, AIRLOCK_FAULTS: JSON.stringify(faults ?? { folders: [] }) }
    return new Promise((done, fail) => {
      // unshare becomes node: a signal to it is a signal to the program.
      const [command, ...first] = [...UNSHARE, process.execPath]
      const child = spawn(command, [...first, ...prefix, this.#driver, JSON.stringify(visits)], {
        env,
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        timeout: 120_000,
      })
      let stderr = ''
      child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
      child.stdio[3]?.on('data', () => onSignal?.(() => child.kill('SIGKILL')))
      child.on('error', fail)
      child.on('close', (exitCode) => done({ exitCode, stderr }))
    })
  }
}
