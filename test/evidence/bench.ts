// A ledger with a whole ceremony in it, on a real chain: operator A's registration signed, sent, its receipt brought back; operator
// B's signed and left. And the online program alone, as somebody has it who was given a pack.
import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyFiles } from '../support/keystores.ts'
import { run, type Ended } from '../support/programs.ts'
import { Stage } from '../support/stage.ts'
import { sha256 } from './pack.ts'
import { readFileSync } from 'node:fs'
import { inProject } from '../support/project.ts'

export interface Signed {
  readonly keys: KeyFiles
  readonly request: string
  readonly response: string
  /** The SHA-256 of the request. */
  readonly digest: string
}

export class Bench {
  readonly stage: Stage
  readonly a: Signed
  readonly b: Signed
  readonly receipt: string
  /** A folder with airlock-hot.mjs and nothing else. */
  readonly alone: string

  private constructor(stage: Stage, a: Signed, b: Signed, receipt: string) {
    this.stage = stage
    this.a = a
    this.b = b
    this.receipt = receipt
    this.alone = mkdtempSync(join(stage.folder, 'alone-'))
    copyFileSync(inProject('dist/airlock-hot.mjs'), join(this.alone, 'airlock-hot.mjs'))
  }

  static async open(): Promise<Bench> {
    const stage = await Stage.open()
    const a = await signedBy(stage)
    const receipt = stage.path('receipt.json')
    await must(stage.send(a.request, a.response, ['--receipt', receipt]))
    await must(run('airlock-cold', ['ledger', 'receipt', receipt]))
    const b = await signedBy(stage)
    return new Bench(stage, a, b, receipt)
  }

  /** Exports a pack; it must succeed. */
  async pack(...flags: readonly string[]): Promise<string> {
    const folder = this.stage.path('pack')
    await must(run('airlock-cold', ['ledger', 'export', '-o', folder, ...flags]))
    return folder
  }

  /** airlock-hot evidence verify, by the one file, with a home that is empty and without any other variable. */
  verify(folder: string, ...flags: readonly string[]): Promise<Ended> {
    const home = join(this.alone, 'home')
    mkdirSync(home, { recursive: true })
    const child = spawn(process.execPath, ['airlock-hot.mjs', 'evidence', 'verify', folder, ...flags], {
      cwd: this.alone,
      env: { HOME: home },
      timeout: 60_000,
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    return new Promise((done, fail) => {
      child.on('error', fail)
      child.on('close', (exitCode) => done({ exitCode: exitCode ?? -1, stdout, stderr }))
    })
  }
}

async function signedBy(stage: Stage): Promise<Signed> {
  const keys = await stage.operator()
  const [request, response] = await stage.signed(keys)
  return { keys, request, response, digest: sha256(readFileSync(request)) }
}

async function must(running: Promise<Ended>): Promise<void> {
  const { exitCode, stderr } = await running
  if (exitCode !== 0) throw new Error(stderr)
}
