// What the contracts of a request run, on a real chain with real proxies: the print, what is said when they are upgraded, and
// what it costs in HTTP requests.
//
// Expected prints come from sha256 of Node and keccak256 of ethers over what anvil answers, put together here as
// docs/request-format.md says.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keccak256 } from 'ethers'
import { zeroAddress, type Address } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Devnet } from '../../devnet/devnet.ts'
import { Proxies } from '../../devnet/proxies.ts'
import { startProxy } from '../../support/proxy.ts'
import { codesIn, readJson, Stage } from '../../support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())

interface Built {
  readonly httpRequests: number
  readonly contracts: readonly { address: Address; codeHash: string; implementation: { address: Address } | null }[]
  readonly findings: readonly { level: string; code: string; message: string }[]
  readonly request: { code: string }
}

/** A devnet of its own with an operator, and what one online machine knows. */
class Builds {
  readonly proxies: Proxies
  readonly folder = stage.path('contracts')
  readonly #operator: string

  private constructor(proxies: Proxies, operator: string) {
    this.proxies = proxies
    this.#operator = operator
  }

  static async open(): Promise<Builds> {
    const devnet = await stage.deploy({})
    return new Builds(await Proxies.on(devnet), (await stage.operator({ devnet })).operator)
  }

  get devnet(): Devnet {
    return this.proxies.devnet
  }

  async build(more: readonly string[] = []): Promise<Built> {
    const flags = ['--contracts', this.folder, '--json', ...more]
    const ended = await stage.build(this.#operator, stage.path('request.json'), flags, this.devnet)
    if (ended.exitCode !== 0) throw new Error(ended.stderr)
    return JSON.parse(ended.stdout) as Built
  }

  async screen(): Promise<string> {
    const flags = ['--contracts', this.folder]
    const { stdout } = await stage.build(this.#operator, stage.path('request.json'), flags, this.devnet)
    return stdout.replace(/\s+/g, ' ')
  }

  async hash(address: Address): Promise<string> {
    return keccak256(await this.proxies.codeAt(address))
  }

  /** The print by other libraries; implementations in the order of the contracts, null for no proxy. */
  async expected(implementations: readonly (Address | null)[]): Promise<string> {
    const { registryCoordinator, serviceManager, avsDirectory } = this.devnet
    const hash = createHash('sha256')
    for (const [index, address] of [registryCoordinator, serviceManager, avsDirectory].entries()) {
      const behind = implementations[index] ?? null
      const last = behind === null ? 'none none' : `${behind} ${await this.hash(behind)}`
      hash.update(`${address} ${await this.hash(address)} ${last}\n`)
    }
    return hash.digest('hex').slice(0, 16)
  }
}

const changes = ({ findings }: Built): readonly string[] =>
  findings.filter(({ code }) => code === 'code_changed').map(({ message }) => message)

describe('the print', () => {
  test('of contracts that are no proxies', async () => {
    const builds = await Builds.open()
    const { request, contracts } = await builds.build()
    expect(request.code).toBe(await builds.expected([null, null, null]))
    expect(contracts.map(({ address }) => address)).toEqual([
      builds.devnet.registryCoordinator,
      builds.devnet.serviceManager,
      builds.devnet.avsDirectory,
    ])
  })

  test('of an EIP-1967 proxy, a beacon proxy and a minimal one, each with what is behind it', async () => {
    const builds = await Builds.open()
    const { registryCoordinator, serviceManager, avsDirectory } = builds.devnet
    const behind = [
      await builds.proxies.cover(registryCoordinator),
      await builds.proxies.coverByBeacon(serviceManager),
      await builds.proxies.coverMinimally(avsDirectory),
    ]
    const { request, contracts } = await builds.build()
    expect(contracts.map(({ implementation }) => implementation?.address)).toEqual(behind)
    expect(request.code).toBe(await builds.expected(behind))
  })
})

describe('an upgrade between two builds', () => {
  test('is a warning with addresses and hashes, once, and another print', async () => {
    const builds = await Builds.open()
    const { registryCoordinator } = builds.devnet
    const before = await builds.proxies.cover(registryCoordinator)
    const first = await builds.build()
    expect(changes(first)).toEqual([])
    expect(changes(await builds.build())).toEqual([])

    const after = await builds.proxies.copyOf(before, '0x00')
    await builds.proxies.upgrade(registryCoordinator, after)
    const second = await builds.build()
    expect(second.request.code).not.toBe(first.request.code)
    expect(second.request.code).toBe(await builds.expected([after, null, null]))
    const [said, ...others] = changes(second)
    expect(others).toEqual([])
    for (const part of [registryCoordinator, before, after, await builds.hash(before), await builds.hash(after)])
      expect(said).toContain(part)
    expect(changes(await builds.build())).toEqual([])

    await builds.proxies.upgrade(registryCoordinator, before)
    const screen = await builds.screen()
    expect(screen).toContain('(code_changed)')
    expect(screen).toContain(`Contract code ${first.request.code}`)
    expect(changes(await builds.build())).toEqual([])
  })

  test('of a beacon, and of a contract that is no proxy', async () => {
    const builds = await Builds.open()
    const { registryCoordinator, serviceManager } = builds.devnet
    const before = await builds.proxies.coverByBeacon(serviceManager)
    await builds.build()
    const after = await builds.proxies.copyOf(before, '0x00')
    const beacon = await builds.devnet.client.getStorageAt({
      address: serviceManager,
      slot: '0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50',
    })
    await builds.proxies.upgrade(`0x${(beacon ?? zeroAddress).slice(-40)}`, after)
    const bytecode = `${await builds.proxies.codeAt(registryCoordinator)}00` as const
    await builds.devnet.client.setCode({ address: registryCoordinator, bytecode })
    const [coordinator, manager, ...others] = changes(await builds.build())
    expect(others).toEqual([])
    expect(coordinator).toContain(registryCoordinator)
    expect(manager).toContain(after)
  })

  test('is said again where the request could not be built', async () => {
    const builds = await Builds.open()
    const { registryCoordinator } = builds.devnet
    const before = await builds.proxies.cover(registryCoordinator)
    await builds.build()
    await builds.proxies.upgrade(registryCoordinator, await builds.proxies.copyOf(before, '0x00'))
    await builds.devnet.pauseCoordinator(true)
    await expect(builds.build()).rejects.toThrow('paused')
    await builds.devnet.pauseCoordinator(false)
    expect(changes(await builds.build())).toHaveLength(1)
  })
})

describe('HTTP requests', () => {
  test('one more than before where nothing is new, one or two more the first time', async () => {
    const builds = await Builds.open()
    const plain = (await builds.build()).httpRequests
    await builds.proxies.cover(builds.devnet.registryCoordinator)
    await builds.proxies.cover(builds.devnet.avsDirectory)
    const first = (await builds.build()).httpRequests
    const again = (await builds.build()).httpRequests
    // Before the code was read there were four: the head, and three layers of addresses.
    expect({ plain, first, again }).toEqual({ plain: 5, first: 6, again: 5 })
  })
})

describe('what is not believed', () => {
  test('a node that says something else than the other of a slot', async () => {
    const builds = await Builds.open()
    await builds.proxies.cover(builds.devnet.registryCoordinator)
    const proxy = await startProxy(stage.anvil.rpcUrl, {
      answer: (question, answer) =>
        question.method === 'eth_getStorageAt' ? { ...answer, result: `0x${'11'.repeat(32)}` } : answer,
    })
    try {
      await expect(builds.build(['--rpc-url', proxy.url])).rejects.toThrow('rpc_disagree')
    } finally {
      await proxy.close()
    }
  })

  test('a file of the folder that was changed', async () => {
    const builds = await Builds.open()
    await builds.build()
    const [name = ''] = readdirSync(builds.folder)
    const path = join(builds.folder, name)
    writeFileSync(path, readFileSync(path, 'utf8').replace('"chainId": 31337', '"chainId": 31338'))
    const flags = ['--contracts', builds.folder]
    const { operator } = await stage.operator({ devnet: builds.devnet })
    const ended = await stage.build(operator, stage.path('request.json'), flags, builds.devnet)
    expect([ended.exitCode, ...codesIn(ended.stderr)]).toEqual([3, 'document_checksum_wrong'])
  })

  test('files that are called otherwise are left alone', async () => {
    const builds = await Builds.open()
    await builds.build()
    writeFileSync(join(builds.folder, 'notes.txt'), 'mine')
    expect(changes(await builds.build())).toEqual([])
    const kept = readdirSync(builds.folder).filter((name) => name.endsWith('.json'))
    expect(kept).toHaveLength(3)
    for (const name of kept) expect(readJson(join(builds.folder, name))['airlock']).toBe('contract/1')
  })
})
