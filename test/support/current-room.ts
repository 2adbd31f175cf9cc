// A room for ceremonies with the contracts of the current generation: a chain, operators with key files, a folder of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEther } from 'viem'
import { startAnvil, type Anvil } from '../devnet/anvil.ts'
import type { CurrentDevnet } from '../devnet/current.ts'
import { deployCurrent, type CurrentOptions } from '../devnet/deploy-current.ts'
import { operatorKeys } from '../devnet/operator.ts'
import { makeKeyFiles, type KeyFiles } from './keystores.ts'
import { approve, policyFlags, run, runInTerminal, type Ended } from './programs.ts'

let names = 0

export class CurrentRoom {
  readonly folder: string
  readonly anvil: Anvil
  readonly devnet: CurrentDevnet

  private constructor(folder: string, anvil: Anvil, devnet: CurrentDevnet) {
    this.folder = folder
    this.anvil = anvil
    this.devnet = devnet
  }

  static async open(options: CurrentOptions = {}): Promise<CurrentRoom> {
    const anvil = await startAnvil()
    const devnet = await deployCurrent(anvil.rpcUrl, options)
    return new CurrentRoom(mkdtempSync(join(tmpdir(), 'airlock-room-')), anvil, devnet)
  }

  async close(): Promise<void> {
    await this.anvil.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** A path in the folder that no other test uses. */
  path(name: string): string {
    names += 1
    return join(this.folder, `${names}-${name}`)
  }

  /** Key files of somebody who is no operator, with 100 ETH. */
  async person(): Promise<KeyFiles> {
    names += 1
    const keys = await makeKeyFiles(this.folder, 'light', `person${names}`)
    await this.devnet.fund(keys.operator)
    return keys
  }

  /** A new operator of EigenLayer with key files. */
  async operator(shares = parseEther('100')): Promise<KeyFiles> {
    names += 1
    const keys = await makeKeyFiles(this.folder, 'light', `operator${names}`)
    await this.devnet.makeOperator(keys.operator, shares)
    return keys
  }

  /** airlock-hot build, for an operator. */
  build(kind: string, operator: string, output: string, more: readonly string[]): Promise<Ended> {
    const args = ['build', kind, '--rpc-url', this.anvil.rpcUrl, '--operator', operator, '-o', output]
    return run('airlock-hot', [...args, ...more])
  }

  /** airlock-cold sign in a terminal, approving. */
  sign(request: string, response: string, flags: readonly string[]): Promise<{ exitCode: number; screen: string }> {
    const args = ['sign', request, '-o', response, ...policyFlags(this.folder), ...flags]
    return runInTerminal('airlock-cold', args, [approve])
  }

  /** Builds, signs, verifies and sends; all must succeed. What `send --json` said. */
  async through(
    kind: string,
    operator: string,
    more: readonly string[],
    flags: readonly string[],
  ): Promise<Record<string, unknown>> {
    const [request, response] = [this.path('request.json'), this.path('response.json')]
    mustEnd('build', await this.build(kind, operator, request, more))
    const signed = await this.sign(request, response, flags)
    if (signed.exitCode !== 0) throw new Error(`sign: ${signed.screen}`)
    mustEnd('verify', await run('airlock-hot', ['verify', request, response]))
    const sent = await run('airlock-hot', ['send', request, response, '--rpc-url', this.anvil.rpcUrl, '--json'])
    mustEnd('send', sent)
    return JSON.parse(sent.stdout) as Record<string, unknown>
  }
}

function mustEnd(what: string, { exitCode, stderr }: Ended): void {
  if (exitCode !== 0) throw new Error(`${what}: ${stderr}`)
}

/** The flags with which a person signs as operator or sender. */
export const ecdsaFlags = (keys: KeyFiles): readonly string[] => [
  ...['--ecdsa-keystore', keys.ecdsaKeystore],
  ...['--ecdsa-password-file', keys.ecdsaPasswordFile],
]

export const blsFlags = (keys: KeyFiles): readonly string[] => [
  ...['--bls-keystore', keys.blsKeystore],
  ...['--bls-password-file', keys.blsPasswordFile],
]

/** The same ECDSA key file, as the key that is registered. */
export const signingFlags = (keys: KeyFiles): readonly string[] => [
  ...['--signing-keystore', keys.ecdsaKeystore],
  ...['--signing-password-file', keys.ecdsaPasswordFile],
]

/** Key files as the devnet's own operators are. */
export const asOperator = (keys: KeyFiles): ReturnType<typeof operatorKeys> => ({
  address: keys.operator,
  privateKey: keys.operatorSecret,
  blsSecretKey: keys.blsSecret,
})
