// Gas limits that are asked of nodes, calls that are tried before they are signed, and nodes that say nonsense of either.
import { existsSync } from 'node:fs'
import { encodeErrorResult, parseAbi, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OperatorKeys } from '../../devnet/operator.ts'
import type { KeyFiles } from '../../support/keystores.ts'
import { startProxy, type Answer, type Faults, type Question } from '../../support/proxy.ts'
import { run, type Ended } from '../../support/programs.ts'
import { codesIn, readJson, SOCKET, Stage } from '../../support/stage.ts'

let stage: Stage
let keys: KeyFiles
beforeAll(async () => {
  stage = await Stage.open()
  keys = await stage.operator()
  await stage.devnet.register(asOperator(keys), [0, 1])
})
afterAll(() => stage.close())

const asOperator = (of: KeyFiles): OperatorKeys => ({
  address: of.operator,
  privateKey: of.operatorSecret,
  blsSecretKey: of.blsSecret,
})

interface Built {
  readonly ended: Ended
  readonly path: string
  readonly said: string
  readonly limit: number | null
}

/** airlock-hot build for the operator, with one node or more. */
async function built(kind: string, flags: readonly string[], urls = [stage.anvil.rpcUrl]): Promise<Built> {
  const path = stage.path('request.json')
  const common = ['--registry-coordinator', stage.devnet.registryCoordinator, '--operator', keys.operator, '-o', path]
  const nodes = urls.flatMap((url) => ['--rpc-url', url])
  const ended = await run('airlock-hot', ['build', kind, ...common, ...nodes, ...flags])
  const { transaction } = existsSync(path) ? (readJson(path) as { transaction: { gasLimit: number } }) : {}
  const said = `${ended.stdout} ${ended.stderr}`.replace(/\s+/g, ' ')
  return { ended, path, said, limit: transaction?.gasLimit ?? null }
}

const leave = (urls?: string[], flags: readonly string[] = []): Promise<Built> =>
  built('deregister', ['--quorums', '0', ...flags], urls)

async function through<T>(faults: Faults, task: (url: string) => Promise<T>): Promise<T> {
  const proxy = await startProxy(stage.anvil.rpcUrl, faults)
  try {
    return await task(proxy.url)
  } finally {
    await proxy.close()
  }
}

/** A node that answers one method as told. */
const answering = (method: string, say: (question: Question, real: Answer) => Partial<Answer>): Faults => ({
  answer: (question, real) => (question.method === method ? { id: real.id, ...say(question, real) } : real),
})
const estimating = (gas: number): Faults => answering('eth_estimateGas', () => ({ result: `0x${gas.toString(16)}` }))

describe('an estimate', () => {
  test('in the block of the last change is too low here too', async () => {
    const { devnet } = stage
    const newcomer = await stage.operator()
    await devnet.register(asOperator(newcomer), [0])
    const call = {
      from: newcomer.operator,
      to: devnet.registryCoordinator,
      data: devnet.calldata('RegistryCoordinator', 'deregisterOperator', ['0x00']),
    }
    const ask = async (block: string): Promise<number> =>
      Number(await devnet.client.request({ method: 'eth_estimateGas', params: [call, block] } as never))
    const [same, next] = [await ask('latest'), await ask('pending')]
    expect(same).toBeLessThan(next * 0.8)
    await devnet.client.mine({ blocks: 1 })
    expect(await ask('latest')).toBe(next)
  })

  test('is where the limit comes from; the floor of leaving is above it', async () => {
    const { ended, limit, said } = await leave()
    expect([ended.exitCode, limit]).toEqual([0, 440_000])
    expect(said).toContain(
      'the gas limit is 440,000: 45 % above a need of 304,000, the least that the real contracts needed',
    )
    expect(said).toContain('such a call needed 304,000 to 432,500 on the real contracts')
  })

  test('of 21,000 is not believed, and named', async () => {
    const { ended, limit, said } = await through(estimating(21_000), (url) => leave([url]))
    expect([ended.exitCode, limit]).toEqual([0, 440_000])
    expect(said).toContain('estimates 21,000 gas; such a call needed 304,000 to 432,500')
  })

  test('far above what was ever measured is taken, named and warned of', async () => {
    const { ended, limit, said } = await through(estimating(9_000_000), (url) => leave([url]))
    expect([ended.exitCode, limit]).toEqual([0, 11_300_000])
    expect(said).toMatch(/26 % above a need of 9,000,000, as 127\.0\.0\.1:\d+ estimates it/)
    expect(said).toContain('compare with another --rpc-url before you sign')
    expect(said).toContain('(gas_limit_unusual)')
  })

  test.each([16_777_217, 30_000_000, 2 ** 60])('above what a transaction may have is refused: %i', async (gas) => {
    const { ended, limit } = await through(estimating(gas), (url) => leave([url]))
    expect([ended.exitCode, codesIn(ended.stderr), limit]).toEqual([7, ['gas_above_cap'], null])
  })

  test('that a node refuses: by what was measured, and it is said', async () => {
    const no = answering('eth_estimateGas', () => ({ error: { code: -32601, message: 'method not available' } }))
    const { ended, limit, said } = await through(no, (url) => leave([url]))
    // A quarter and 50,000 above the most that one quorum needed.
    expect([ended.exitCode, limit]).toEqual([0, 590_625])
    expect(said).toContain('gives no estimate of the gas')
    const both = await through(no, (url) => leave([stage.anvil.rpcUrl, url]))
    expect([both.ended.exitCode, both.limit]).toEqual([0, 440_000])
  })

  test('that reverts, where the call itself passes, is refused', async () => {
    const data = encodeErrorResult({ abi: parseAbi(['error Error(string)']), errorName: 'Error', args: ['no'] })
    const no = answering('eth_estimateGas', () => ({ error: { code: 3, message: 'execution reverted', data } }))
    const { ended } = await through(no, (url) => leave([url]))
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['estimate_reverted']])
  })

  test('where "pending" is not known: in the block after the pinned one', async () => {
    const asked: unknown[] = []
    const no = answering('eth_estimateGas', ({ params }, { id: _, ...real }) => {
      asked.push(params)
      return params[1] === 'pending' ? { error: { code: -32602, message: 'no such tag' } } : real
    })
    const { ended, said } = await through(no, (url) => leave([url]))
    expect(ended.exitCode).toBe(0)
    expect(said).not.toContain('gives no estimate')
    const { number } = await stage.devnet.client.getBlock()
    expect(asked.at(-1)).toMatchObject([
      {},
      { requireCanonical: true },
      {},
      { number: `0x${(number + 1n).toString(16)}` },
    ])
  })

  test('of two nodes: the higher one, and a large difference is named', async () => {
    const { ended, limit, said } = await through(estimating(600_000), (url) => leave([stage.anvil.rpcUrl, url]))
    expect([ended.exitCode, limit]).toEqual([0, 800_000])
    expect(said).toContain('the nodes estimate the gas differently')
  })
})

describe('--gas-limit', () => {
  test('below the need is refused, with limit and need', async () => {
    const { ended, said } = await leave(undefined, ['--gas-limit', '60000'])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['out_of_gas']])
    expect(said).toMatch(/the limit is 60,000, and it needs about \d{3},\d{3}; no argument is at fault/)
  })

  test('above it is taken, and judged', async () => {
    const { limit, said } = await leave(undefined, ['--gas-limit', '5000000'])
    expect(limit).toBe(5_000_000)
    expect(said).toContain('as --gas-limit says')
    expect(said).toContain('(gas_limit_unusual)')
  })
})

describe('a call that needs no signature', () => {
  test('is tried: what the contract refuses is not built, and nobody speaks of points', async () => {
    const { client } = stage.devnet
    const before = await client.snapshot()
    // Nothing that build reads; the coordinator asks it when somebody leaves.
    const address = (await stage.devnet.read('RegistryCoordinator', 'blsApkRegistry', [])) as Hex
    await client.setCode({ address, bytecode: '0x5f5ffd' })
    const { ended, path, said } = await leave()
    await client.revert({ id: before })
    expect([ended.exitCode, codesIn(ended.stderr), existsSync(path)]).toEqual([7, ['simulation_reverted'], false])
    expect(said).toContain('--after REQUEST')
    expect(said).not.toContain('precompile')
  })

  test('after others: on what they leave', async () => {
    const first = await leave()
    const again = await leave(undefined, ['--after', first.path])
    expect([again.ended.exitCode, codesIn(again.ended.stderr)]).toEqual([7, ['simulation_reverted']])
    const other = await built('deregister', ['--quorums', '1', '--after', first.path])
    expect(other.ended.exitCode).toBe(0)
  })

  test('after others: what speaks against it now is a remark, if the contract takes it then', async () => {
    const member = await stage.operator()
    await stage.devnet.register(asOperator(member), [0])
    const flags = ['--operator', member.operator]
    const join = await built('register', ['--quorums', '1', '--socket', SOCKET, ...flags])
    expect([join.ended.stderr, join.ended.exitCode]).toEqual(['', 0])
    const now = await built('deregister', ['--quorums', '0,1', ...flags])
    expect([now.ended.exitCode, codesIn(now.ended.stderr)]).toEqual([7, ['not_registered']])
    const later = await built('deregister', ['--quorums', '0,1', ...flags, '--after', join.path])
    expect([later.ended.exitCode, later.limit]).toEqual([0, 690_000])
    expect(later.said).toContain('until the requests before it are mined')
    const no = answering('eth_simulateV1', () => ({ error: { code: -32601, message: 'the method does not exist' } }))
    const untried = await through(no, (url) =>
      built('deregister', ['--quorums', '0', ...flags, '--after', join.path], [url]),
    )
    expect(untried.ended.exitCode).toBe(0)
    expect(untried.said).toContain('cannot simulate calls one after another')
  })

  test('after a registration, whose signatures nobody has yet: it is said', async () => {
    const newcomer = await stage.operator()
    const request = stage.path('request.json')
    expect((await stage.build(newcomer.operator, request)).exitCode).toBe(0)
    const { ended, said } = await leave(undefined, ['--after', request])
    expect(ended.exitCode).toBe(0)
    expect(said).toContain(`the signatures of ${request} are still to be made`)
  })
})
