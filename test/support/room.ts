// A room for whole ceremonies: a chain, a folder of its own, and the built programs on an operation from build to send.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Anvil } from '../devnet/anvil.ts'
import { makeKeyFiles, type KeyFiles } from './keystores.ts'
import { approve, policyFlags, run, runInTerminal, type Ended } from './programs.ts'

let names = 0

export class Room {
  readonly folder: string
  readonly anvil: Anvil

  constructor(anvil: Anvil) {
    this.folder = mkdtempSync(join(tmpdir(), 'airlock-room-'))
    this.anvil = anvil
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

  /** Fresh key files, of somebody whom the chain does not know. */
  keys(name: string): Promise<KeyFiles> {
    names += 1
    return makeKeyFiles(this.folder, 'light', `${name}${names}`)
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
