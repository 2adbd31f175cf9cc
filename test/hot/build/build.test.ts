// Building a request on a real chain: what it reads, what it asks for, and every reason for which it builds nothing.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { getAddress, parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Devnet } from '../../devnet/devnet.ts'
import { operatorKeys } from '../../devnet/operator.ts'
import { run } from '../../support/programs.ts'
import { codesIn, readJson, SOCKET, Stage } from '../../support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())

interface Request {
  readonly chainId: number
  readonly block: { timestamp: number; number: number }
  readonly expiry: number
  readonly operation: Record<string, unknown>
  readonly transaction: {
    fees: { maxFeePerGas: string; maxPriorityFeePerGas: string }[]
    gasLimit: number
    nonce: number
  }
}
const requestAt = (path: string): Request => readJson(path) as unknown as Request

describe('what is built', () => {
  test('five HTTP requests, everything else found from the RegistryCoordinator', async () => {
    const { operator } = await stage.operator()
    const path = stage.path('request.json')
    const ended = await stage.build(operator, path, ['--verbose'])
    expect(ended.exitCode).toBe(0)
    expect(ended.stderr).toMatch(
      /^All reads at block \d+ 0x[0-9a-f]{64}\n127\.0\.0\.1:\d+: 5 HTTP requests, 0 retries, 0 splits,/,
    )
    const { operation, transaction, chainId, expiry, block } = requestAt(path)
    expect(chainId).toBe(31337)
    expect(expiry).toBe(block.timestamp + 7 * 86_400)
    expect(operation).toMatchObject({
      kind: 'register',
      operator,
      registryCoordinator: stage.devnet.registryCoordinator,
      serviceManager: stage.devnet.serviceManager,
      operatorSignature: { avsDirectory: stage.devnet.avsDirectory, domainVersion: '1' },
      pubkeyRegistration: { from: 'signer', operatorId: null },
      quorums: [0, 1],
      socket: SOCKET,
    })
    expect(transaction.fees).toHaveLength(1)
    expect(transaction.nonce).toBe(1)
  })

  test('what sha256sum prints is what the screen says', async () => {
    const { operator } = await stage.operator()
    const path = stage.path('request.json')
    const { stdout } = await stage.build(operator, path)
    const digest = createHash('sha256').update(readFileSync(path)).digest('hex')
    expect(stdout.split(digest)).toHaveLength(3)
  })

  test('each salt is new', async () => {
    const { operator } = await stage.operator()
    const paths = [stage.path('a.json'), stage.path('b.json')]
    for (const path of paths) expect((await stage.build(operator, path)).exitCode).toBe(0)
    const [a, b] = paths.map((path) => (requestAt(path).operation['operatorSignature'] as { salt: string }).salt)
    expect(a).not.toBe(b)
  })

  test.each([null, '1.', 'v1', '1'] as const)(
    'the AVSDirectory domain %j is found by its separator',
    async (domain) => {
      const devnet = await stage.deploy({ domain, generation: domain === null ? 'A' : 'A2' })
      const { operator } = await stage.operator({ devnet })
      const path = stage.path('request.json')
      expect((await stage.build(operator, path, [], devnet)).exitCode).toBe(0)
      expect(requestAt(path).operation['operatorSignature']).toMatchObject({ domainVersion: domain })
    },
  )

  test('a fee ladder rises by at least a tenth a rung, in both prices', async () => {
    const { operator } = await stage.operator()
    const path = stage.path('request.json')
    expect(
      (await stage.build(operator, path, ['--fee-rungs', '4', '--gas-price', '3gwei', '--priority-gas-price', '1']))
        .exitCode,
    ).toBe(0)
    const { fees } = requestAt(path).transaction
    expect(fees).toHaveLength(4)
    expect(fees[0]).toEqual({ maxFeePerGas: '3000000000', maxPriorityFeePerGas: '1' })
    for (const [index, rung] of fees.entries()) {
      const before = fees[index - 1]
      if (before === undefined) continue
      expect(BigInt(rung.maxFeePerGas) * 10n).toBeGreaterThanOrEqual(BigInt(before.maxFeePerGas) * 11n)
      expect(BigInt(rung.maxPriorityFeePerGas) * 10n).toBeGreaterThanOrEqual(BigInt(before.maxPriorityFeePerGas) * 11n)
    }
  })

  const expiries: readonly (readonly [string, (block: number) => number])[] = [
    ['12h', (block) => block + 43_200],
    ['3d', (block) => block + 259_200],
    ['4102444800', () => 4_102_444_800],
  ]
  test.each(expiries)('--expiry %s', async (given, expected) => {
    const { operator } = await stage.operator()
    const path = stage.path('request.json')
    const ended = await stage.build(operator, path, ['--expiry', given])
    if (given.length === 10) expect(codesIn(ended.stderr)).toEqual(['expiry_too_far'])
    else expect(requestAt(path).expiry).toBe(expected(requestAt(path).block.timestamp))
  })

  test('--expiry as a UTC time', async () => {
    const { operator } = await stage.operator()
    const path = stage.path('request.json')
    const time = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 16)
    expect((await stage.build(operator, path, ['--expiry', `${time}Z`])).exitCode).toBe(0)
    expect(requestAt(path).expiry).toBe(Date.parse(`${time}:00Z`) / 1000)
  })

  test('the spellings of eigenlayer-cli work too', async () => {
    const { operator } = await stage.operator()
    const path = stage.path('request.json')
    const wish = ['--registry-coordinator-address', stage.devnet.registryCoordinator, `--operator-address=${operator}`]
    const more = ['--quorums', '0', '--socket', SOCKET, '--eth-rpc-url', stage.anvil.rpcUrl, '--output-file', path]
    expect((await run('airlock-hot', ['build', 'register', ...wish, ...more])).exitCode).toBe(0)
  })

  test('--json gives the request, its digests and its findings', async () => {
    const { operator } = await stage.operator()
    const { stdout } = await stage.build(operator, stage.path('request.json'), ['--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      httpRequests: 5,
      request: { airlock: 'request/1' },
      findings: [{ code: 'avs_unknown' }, {}],
    })
  })
})

describe('only the signatures that the contracts will check', () => {
  test('an operator that adds a quorum signs the transaction alone', async () => {
    const keys = await stage.operator()
    await stage.devnet.register(
      { address: keys.operator, privateKey: keys.operatorSecret, blsSecretKey: keys.blsSecret },
      [0],
    )
    const path = stage.path('request.json')
    expect((await stage.build(keys.operator, path, ['--quorums', '1'])).exitCode).toBe(0)
    expect(requestAt(path).operation).toMatchObject({ operatorSignature: null, pubkeyRegistration: null })
  })

  test('an operator that comes back signs no BLS message', async () => {
    const keys = await stage.operator()
    const { devnet } = stage
    await devnet.register(
      { address: keys.operator, privateKey: keys.operatorSecret, blsSecretKey: keys.blsSecret },
      [0],
    )
    await devnet.sendAs(
      keys.operator,
      devnet.registryCoordinator,
      devnet.calldata('RegistryCoordinator', 'deregisterOperator', ['0x00']),
    )
    const path = stage.path('request.json')
    expect((await stage.build(keys.operator, path, ['--quorums', '0'])).exitCode).toBe(0)
    expect(requestAt(path).operation).toMatchObject({ pubkeyRegistration: null })
    expect(requestAt(path).operation['operatorSignature']).not.toBeNull()
  })
})

describe('what would revert is refused, and nothing is built', () => {
  type Refusal = readonly [string, number, readonly string[]]
  const cases: Readonly<
    Record<string, () => Promise<readonly [operator: string, more: readonly string[], devnet?: Devnet]>>
  > = {
    'not an operator of EigenLayer': async () => {
      const { address } = operatorKeys('stranger')
      await stage.devnet.fund(address)
      await stage.devnet.setShares(address, parseEther('100'))
      return [address, []]
    },
    'registered for the quorum': async () => {
      const keys = await stage.operator()
      await stage.devnet.register(
        { address: keys.operator, privateKey: keys.operatorSecret, blsSecretKey: keys.blsSecret },
        [0],
      )
      return [keys.operator, ['--quorums', '0']]
    },
    'an unknown quorum': async () => [(await stage.operator()).operator, ['--quorums', '0,7']],
    'quorums out of order': async () => [(await stage.operator()).operator, ['--quorums', '1,0']],
    'too little stake': async () => [(await stage.operator({ shares: parseEther('2') })).operator, []],
    'a full quorum': async () => {
      const devnet = await stage.deploy({ quorums: [{ minimumStake: 0n, maxOperatorCount: 1 }] })
      await devnet.fillQuorum(0)
      return [(await stage.operator({ devnet })).operator, ['--quorums', '0'], devnet]
    },
    'the coordinator paused': async () => {
      const devnet = await stage.deploy({})
      const { operator } = await stage.operator({ devnet })
      await devnet.pauseCoordinator(true)
      return [operator, [], devnet]
    },
    'the AVSDirectory paused': async () => {
      const devnet = await stage.deploy({})
      const { operator } = await stage.operator({ devnet })
      await devnet.pauseAvsDirectory(true)
      return [operator, [], devnet]
    },
    'a spent salt': async () => {
      const { operator } = await stage.operator()
      const salt = `0x${'77'.repeat(32)}` as const
      await stage.devnet.sendAs(
        operator,
        stage.devnet.avsDirectory,
        stage.devnet.calldata('AVSDirectory', 'cancelSalt', [salt]),
      )
      return [operator, ['--salt', salt]]
    },
    'an ejection cooldown': async () => {
      const keys = await stage.operator()
      await stage.devnet.register(
        { address: keys.operator, privateKey: keys.operatorSecret, blsSecretKey: keys.blsSecret },
        [0],
      )
      await stage.devnet.eject(keys.operator, [0])
      return [keys.operator, ['--quorums', '0']]
    },
    "another operator's BLS key": async () => {
      const keys = operatorKeys('owner of the key')
      await stage.devnet.makeOperator(keys.address, parseEther('100'))
      await stage.devnet.register(keys, [0])
      const id = await stage.devnet.read('BLSApkRegistry', 'operatorToPubkeyHash', [keys.address])
      return [(await stage.operator()).operator, ['--operator-id', String(id)]]
    },
    'too little ETH': async () => [
      (await stage.operator()).operator,
      ['--gas-price', '500000gwei', '--gas-limit', '1900000'],
    ],
    'no place on the allow-list': async () => {
      const devnet = await stage.deploy({ serviceManager: 'mach-NotAdded' })
      return [(await stage.operator({ devnet })).operator, [], devnet]
    },
    'the allow-listing service manager paused': async () => {
      const devnet = await stage.deploy({ serviceManager: 'mach-NotInAllowlist' })
      const { operator } = await stage.operator({ devnet })
      await devnet.allow(operator)
      await devnet.pauseServiceManager(true)
      return [operator, [], devnet]
    },
  }
  const refusals: readonly Refusal[] = [
    ['not an operator of EigenLayer', 7, ['operator_not_in_eigenlayer']],
    ['registered for the quorum', 7, ['already_registered']],
    ['an unknown quorum', 7, ['quorum_unknown']],
    ['quorums out of order', 7, ['quorum_order']],
    ['too little stake', 7, ['stake_below_minimum']],
    ['a full quorum', 7, ['quorum_full']],
    ['the coordinator paused', 7, ['paused']],
    ['the AVSDirectory paused', 7, ['paused']],
    ['a spent salt', 7, ['salt_spent']],
    ['an ejection cooldown', 7, ['cooldown']],
    ["another operator's BLS key", 7, ['bls_key_taken']],
    ['too little ETH', 7, ['balance_below_gas']],
    ['no place on the allow-list', 7, ['operator_not_allowlisted']],
    ['the allow-listing service manager paused', 7, ['paused']],
  ]

  test.each(refusals)('%s', async (name, exitCode, expected) => {
    const [operator, more, devnet] = (await cases[name]?.()) ?? ['', []]
    const path = stage.path('request.json')
    const ended = await stage.build(operator, path, more, devnet)
    expect(codesIn(ended.stderr)).toEqual(expected)
    expect(ended.exitCode).toBe(exitCode)
    expect(ended.stderr).toContain('hint: ')
    expect(existsSync(path)).toBe(false)
  })

  test('a contract cannot be the operator of this program', async () => {
    await stage.devnet.makeOperator(stage.devnet.serviceManager, parseEther('100'))
    const ended = await stage.build(stage.devnet.serviceManager, stage.path('request.json'))
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['operator_is_contract']])
  })

  test('all reasons at once, with their numbers', async () => {
    const { address } = operatorKeys('has nothing')
    const ended = await stage.build(address, stage.path('request.json'), ['--quorums', '1,0,9'])
    expect(codesIn(ended.stderr)).toEqual([
      ...['quorum_unknown', 'quorum_order', 'operator_not_in_eigenlayer'],
      ...['stake_below_minimum', 'stake_below_minimum', 'balance_below_gas'],
    ])
    expect(ended.stderr.replace(/\s+/g, ' ')).toContain('quorum 1 asks for a stake of 32 (32000000000000000000')
  })

  test('an operator that is on the allow-list is let in', async () => {
    const devnet = await stage.deploy({ serviceManager: 'mach-NotAdded' })
    const { operator } = await stage.operator({ devnet })
    await devnet.allow(operator)
    expect((await stage.build(operator, stage.path('request.json'), [], devnet)).exitCode).toBe(0)
  })

  test('a full quorum that churns by itself is built for, and it is said who leaves, by what margin', async () => {
    const devnet = await stage.deploy({ autoChurn: true, quorums: [{ minimumStake: 0n, maxOperatorCount: 1 }] })
    const [leaving] = await devnet.fillQuorum(0)
    const { operator } = await stage.operator({ devnet })
    const ended = await stage.build(operator, stage.path('request.json'), ['--quorums', '0'], devnet)
    expect(ended.exitCode).toBe(0)
    const lowest = `removes whoever has the lowest stake: that is ${leaving?.address} with 0; this operator has 100, 100 more`
    expect(ended.stdout.replace(/\s+/g, ' ')).toContain(lowest)
  })
})

describe('wrong addresses, wrong arguments', () => {
  test('an address without a contract', async () => {
    const ended = await stage.build((await stage.operator()).operator, stage.path('r.json'), [
      '--registry-coordinator',
      getAddress(`0x${'ab'.repeat(20)}`),
    ])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['no_contract_code']])
  })

  test('a contract of another kind', async () => {
    const ended = await stage.build((await stage.operator()).operator, stage.path('r.json'), [
      '--registry-coordinator',
      stage.devnet.serviceManager,
    ])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['contract_kind_unknown']])
  })

  test('a node of another chain', async () => {
    const ended = await stage.build((await stage.operator()).operator, stage.path('r.json'), ['--chain', '1'])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['chain_mismatch']])
  })

  test('an expiry that has passed', async () => {
    const ended = await stage.build((await stage.operator()).operator, stage.path('r.json'), [
      '--expiry',
      '2024-01-01T00:00Z',
    ])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([8, ['expiry_past']])
  })

  const usage: readonly (readonly string[])[] = [
    ['--operator', '0x50eb7D5b7A51e684977089b9D48F6b2ACb7A523d'],
    ['--operator', 'operator.eth'],
    ['--quorums', '0;1'],
    ['--quorums', '-1'],
    ['--quorums', ''],
    ['--expiry', 'soon'],
    ['--fee-rungs', '0'],
    ['--fee-rungs', '17'],
    ['--gas-price', '1e9'],
    ['--nonce', '-1'],
    ['--salt', '0x00'],
    ['--rpc-url', 'ftp://127.0.0.1'],
    ['--rpc-url', 'nonsense'],
    ['--rpc-url', 'http://user:12/34@127.0.0.1:8545'],
    ['--gas-price', '1gwei', '--priority-gas-price', '2gwei'],
    ['--private-key', '0x1'],
  ]
  test.each(usage)('%s %s is refused as usage', async (...args) => {
    const ended = await stage.build((await stage.operator()).operator, stage.path('r.json'), args)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([2, ['usage']])
  })

  test('a socket that could rewrite a screen', async () => {
    const ended = await stage.build((await stage.operator()).operator, stage.path('r.json'), [
      '--socket',
      'host:1\u001b[2J',
    ])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([3, ['socket_unprintable']])
    expect(ended.stderr).not.toContain('\u001b[2J')
  })

  test('a request is never overwritten without --force', async () => {
    const { operator } = await stage.operator()
    const path = stage.path('request.json')
    writeFileSync(path, 'mine')
    expect(codesIn((await stage.build(operator, path)).stderr)).toEqual(['output_exists'])
    expect(readFileSync(path, 'utf8')).toBe('mine')
    expect((await stage.build(operator, path, ['--force'])).exitCode).toBe(0)
  })
})
