// A stage for whole ceremonies: a chain with the test contracts, an operator with key files, a folder of its own.
//
// Each test file opens its own and closes it; nothing is shared between files, so that they run in parallel.
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEther } from 'viem'
import { startAnvil, type Anvil } from '../devnet/anvil.ts'
import { deployDevnet, type DevnetOptions } from '../devnet/deploy.ts'
import type { Devnet } from '../devnet/devnet.ts'
import { makeKeyFiles, type KeyFiles } from './keystores.ts'
import { approve, policyFlags, run, runInTerminal, type Answer, type Ended } from './programs.ts'

export const SOCKET = '203.0.113.7:32005;32006'

let names = 0

export class Stage {
  readonly folder: string
  readonly anvil: Anvil
  readonly devnet: Devnet

  private constructor(folder: string, anvil: Anvil, devnet: Devnet) {
    this.folder = folder
    this.anvil = anvil
    this.devnet = devnet
  }

  static async open(options: DevnetOptions = {}, flags: readonly string[] = [], chainId?: number): Promise<Stage> {
    const anvil = await startAnvil(chainId === undefined ? { flags } : { flags, chainId })
    const devnet = await deployDevnet(anvil.rpcUrl, options)
    return new Stage(mkdtempSync(join(tmpdir(), 'airlock-test-')), anvil, devnet)
  }

  async close(): Promise<void> {
    await this.anvil.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** A second set of contracts on the same chain. */
  async deploy(options: DevnetOptions): Promise<Devnet> {
    return deployDevnet(this.anvil.rpcUrl, options)
  }

  /** A path in the folder that no other test uses. */
  path(name: string): string {
    names += 1
    return join(this.folder, `${names}-${name}`)
  }

  /** A new operator of EigenLayer with key files, and enough stake unless told otherwise. */
  async operator(options: { devnet?: Devnet; shares?: bigint; password?: string } = {}): Promise<KeyFiles> {
    names += 1
    const keys = await makeKeyFiles(this.folder, 'light', `operator${names}`, options.password)
    await (options.devnet ?? this.devnet).makeOperator(keys.operator, options.shares ?? parseEther('100'))
    return keys
  }

  /** airlock-hot build register; later arguments win. */
  build(
    operator: string,
    output: string,
    more: readonly string[] = [],
    devnet: Devnet = this.devnet,
    rpcUrl: string = this.anvil.rpcUrl,
  ): Promise<Ended> {
    const wish = ['--registry-coordinator', devnet.registryCoordinator, '--operator', operator, '--quorums', '0,1']
    return run('airlock-hot', [
      'build',
      'register',
      ...wish,
      '--socket',
      SOCKET,
      '--rpc-url',
      rpcUrl,
      '-o',
      output,
      ...more,
    ])
  }

  /** airlock-cold sign in a terminal, approving. */
  sign(
    request: string,
    response: string,
    keys: KeyFiles,
    more: readonly string[] = [],
    answers: readonly Answer[] = [approve],
  ): Promise<{ exitCode: number; screen: string }> {
    const ecdsa = ['--ecdsa-keystore', keys.ecdsaKeystore, '--ecdsa-password-file', keys.ecdsaPasswordFile]
    const bls = ['--bls-keystore', keys.blsKeystore, '--bls-password-file', keys.blsPasswordFile]
    const flags = [...ecdsa, ...bls, ...policyFlags(this.folder), ...more]
    return runInTerminal('airlock-cold', ['sign', request, '-o', response, ...flags], answers)
  }

  /** airlock-hot send. */
  send(
    request: string,
    response: string,
    more: readonly string[] = [],
    rpcUrl: string = this.anvil.rpcUrl,
  ): Promise<Ended> {
    return run('airlock-hot', ['send', request, response, '--rpc-url', rpcUrl, ...more])
  }

  /** Builds and signs; both must succeed. */
  async signed(
    keys: KeyFiles,
    more: readonly string[] = [],
    devnet: Devnet = this.devnet,
  ): Promise<readonly [request: string, response: string]> {
    const [request, response] = [this.path('request.json'), this.path('response.json')]
    const built = await this.build(keys.operator, request, more, devnet)
    if (built.exitCode !== 0) throw new Error(`build: ${built.stderr}`)
    const signed = await this.sign(request, response, keys)
    if (signed.exitCode !== 0) throw new Error(`sign: ${signed.screen}`)
    return [request, response]
  }
}

/** A document of the folder as an object. */
export const readJson = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>

/** The code words of a refusal, in order: the last word in brackets of each error. */
export function codesIn(text: string): readonly string[] {
  const said = text.split(/^airlock-(?:hot|cold): /m).filter((part) => part.startsWith('error: '))
  return said.map((part) => /\(([a-z_0-9]+)\)\s*$/.exec(part)?.[1] ?? part)
}

/** The text of a document with the checksum that its fields have now, as somebody would who changes it on purpose. */
export function resealed(text: string): string {
  const without = text.replace(/ {2}"checksum": "[0-9a-f]*",\n/, '')
  const checksum = createHash('sha256').update(without).digest('hex').slice(0, 16)
  return text.replace(/"checksum": "[0-9a-f]*"/, `"checksum": "${checksum}"`)
}

/** Writes a file with some text changed; the text must be there. */
export function writeChanged(path: string, from: string, search: string, replacement: string): void {
  const text = readFileSync(from, 'utf8')
  if (!text.includes(search)) throw new Error(`${from} does not hold ${search}`)
  writeFileSync(path, text.replace(search, replacement))
}
