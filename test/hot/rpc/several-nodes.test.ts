// Several nodes: two doors to one real chain, one of which lies, lags, hides or is away. Compared, and named.
import { toFunctionSelector, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountReads } from '../../../src/hot/build/account.ts'
import { readHead } from '../../../src/hot/rpc/head.ts'
import { Nodes } from '../../../src/hot/rpc/nodes.ts'
import { Reader } from '../../../src/hot/rpc/reader.ts'
import { readRegistrationState, type RegistrationWish } from '../../../src/hot/m2/registration-state.ts'
import type { Pace } from '../../../src/hot/rpc/retry.ts'
import { AirlockError } from '../../../src/shared/base/errors.ts'
import { startAnvil } from '../../devnet/anvil.ts'
import type { KeyFiles } from '../../support/keystores.ts'
import { startProxy, type Answer, type Faults, type Proxy, type Question } from '../../support/proxy.ts'
import { codesIn, Stage } from '../../support/stage.ts'

let stage: Stage
let keys: KeyFiles
beforeAll(async () => {
  stage = await Stage.open()
  keys = await stage.operator()
})
afterAll(() => stage.close())

const pace: Pace = { now: () => 0, sleep: () => Promise.resolve(), random: () => 0 }

/** Runs a task with the chain itself and a second door to it, through which faults come. */
async function withSecond<T>(faults: Faults, task: (url: string, proxy: Proxy) => Promise<T>): Promise<T> {
  const proxy = await startProxy(stage.anvil.rpcUrl, faults)
  try {
    return await task(proxy.url, proxy)
  } finally {
    await proxy.close()
  }
}

const wish = (): RegistrationWish => ({
  registryCoordinator: stage.devnet.registryCoordinator as RegistrationWish['registryCoordinator'],
  operator: keys.operator as RegistrationWish['operator'],
  quorums: [0, 1],
  operatorId: null,
  salt: `0x${'11'.repeat(32)}` as RegistrationWish['salt'],
  expiry: 4_000_000_000 as RegistrationWish['expiry'],
})

/** Reads everything that a build reads; the refusal, or the number of the block. */
async function read(
  rpcUrl: readonly string[],
  chain?: number,
): Promise<AirlockError | { number: number; behind: string | null; tip: bigint }> {
  const nodes = new Nodes({ rpcUrl, timeout: 5 }, pace)
  try {
    const head = await readHead(nodes, chain)
    const reader = new Reader(nodes, head.block.hash)
    await Promise.all([readRegistrationState(reader, head, wish()), reader.read(accountReads(wish().operator))])
    return { number: head.block.number, behind: head.behind, tip: head.tip }
  } catch (error) {
    if (error instanceof AirlockError) return error
    throw error
  }
}

const fieldsOf = (found: Awaited<ReturnType<typeof read>>): { codes: string[]; text: string } => {
  if (!(found instanceof AirlockError)) throw new Error('it was not refused')
  return { codes: found.problems.map(({ code }) => code), text: found.message }
}

describe('every read is compared', () => {
  test('nodes that agree', async () => {
    const found = await withSecond({}, (url) => read([stage.anvil.rpcUrl, url]))
    expect(found).toMatchObject({ behind: null })
  })

  const reads: readonly (readonly [named: string, method: string, signature?: string])[] = [
    ['eth_getCode of', 'eth_getCode'],
    ['eth_getBalance of', 'eth_getBalance'],
    ['eth_getTransactionCount of', 'eth_getTransactionCount'],
    ...[
      ['RegistryCoordinator.serviceManager', 'serviceManager()'],
      ['RegistryCoordinator.blsApkRegistry', 'blsApkRegistry()'],
      ['RegistryCoordinator.stakeRegistry', 'stakeRegistry()'],
      ['RegistryCoordinator.indexRegistry', 'indexRegistry()'],
      ['RegistryCoordinator.quorumCount', 'quorumCount()'],
      ['RegistryCoordinator.getOperatorStatus', 'getOperatorStatus(address)'],
      ['RegistryCoordinator.getOperatorId', 'getOperatorId(address)'],
      ['RegistryCoordinator.pubkeyRegistrationMessageHash', 'pubkeyRegistrationMessageHash(address)'],
      ['RegistryCoordinator.paused', 'paused()'],
      ['RegistryCoordinator.ejectionCooldown', 'ejectionCooldown()'],
      ['RegistryCoordinator.lastEjectionTimestamp', 'lastEjectionTimestamp(address)'],
      ['RegistryCoordinator.getOperatorSetParams', 'getOperatorSetParams(uint8)'],
      ['RegistryCoordinator.getCurrentQuorumBitmap', 'getCurrentQuorumBitmap(bytes32)'],
      ['ServiceManager.avsDirectory', 'avsDirectory()'],
      ['ServiceManager.allowlistEnabled', 'allowlistEnabled()'],
      ['ServiceManager.allowlist', 'allowlist(address)'],
      ['StakeRegistry.delegation', 'delegation()'],
      ['StakeRegistry.weightOfOperatorForQuorum', 'weightOfOperatorForQuorum(uint8,address)'],
      ['StakeRegistry.minimumStakeForQuorum', 'minimumStakeForQuorum(uint8)'],
      ['IndexRegistry.totalOperatorsForQuorum', 'totalOperatorsForQuorum(uint8)'],
      ['BLSApkRegistry.operatorToPubkeyHash', 'operatorToPubkeyHash(address)'],
      ['BLSApkRegistry.pubkeyHashToOperator', 'pubkeyHashToOperator(bytes32)'],
      ['AVSDirectory.domainSeparator', 'domainSeparator()'],
      [
        'AVSDirectory.calculateOperatorAVSRegistrationDigestHash',
        'calculateOperatorAVSRegistrationDigestHash(address,address,bytes32,uint256)',
      ],
      ['AVSDirectory.operatorSaltIsSpent', 'operatorSaltIsSpent(address,bytes32)'],
      ['AVSDirectory.avsOperatorStatus', 'avsOperatorStatus(address,address)'],
      ['DelegationManager.isOperator', 'isOperator(address)'],
    ].map(([named = '', signature = '']) => [named, 'eth_call', signature] as const),
  ]
  test.each(reads)('%s', async (named, method, signature) => {
    const selector = signature === undefined ? '' : toFunctionSelector(signature)
    const lie = (question: Question, real: Answer): Answer => {
      const data = (question.params[0] as { data?: string } | undefined)?.data ?? ''
      if (question.method !== method || !data.startsWith(selector)) return real
      return { id: real.id, result: `0x${'77'.repeat(32)}` }
    }
    const { found, host } = await withSecond({ answer: lie }, async (url) => ({
      found: await read([stage.anvil.rpcUrl, url]),
      host: new URL(url).host,
    }))
    const { codes, text } = fieldsOf(found)
    expect(new Set(codes)).toEqual(new Set(['rpc_disagree']))
    expect(text).toContain(named)
    expect(text).toContain(`${new URL(stage.anvil.rpcUrl).host} says`)
    expect(text).toMatch(new RegExp(`${host} says "(0x${'77'.repeat(32)}|\\d+)"`))
  })

  test('in whichever order they are given, and among three', async () => {
    const answer = (question: Question, real: Answer): Answer =>
      question.method === 'eth_getBalance' ? { id: real.id, result: '0x7' } : real
    await withSecond({ answer }, (liar) =>
      withSecond({}, async (third) => {
        for (const urls of [
          [liar, stage.anvil.rpcUrl],
          [stage.anvil.rpcUrl, third, liar],
        ]) {
          expect(fieldsOf(await read(urls)).codes).toEqual(['rpc_disagree'])
        }
      }),
    )
  })

  test('a value here, a revert there', async () => {
    const error = { code: 3, message: 'execution reverted', data: '0x' }
    const answer = (question: Question, real: Answer): Answer =>
      question.method === 'eth_call' ? { id: real.id, error } : real
    const { text } = fieldsOf(await withSecond({ answer }, (url) => read([stage.anvil.rpcUrl, url])))
    expect(text).toContain('says "a revert"')
  })

  test('the same quantity in two spellings is the same', async () => {
    const answer = ({ method }: Question, real: Answer): Answer =>
      method === 'eth_getBalance' ? { id: real.id, result: `0x000${String(real.result).slice(2).toUpperCase()}` } : real
    expect(await withSecond({ answer }, (url) => read([stage.anvil.rpcUrl, url]))).toMatchObject({ behind: null })
  })

  test.each([
    [0n, 5n],
    [5n, 0n],
  ])('tips %s and %s: the lower', async (one, other) => {
    const tipping =
      (tip: bigint) =>
      ({ method }: Question, real: Answer): Answer =>
        method === 'eth_maxPriorityFeePerGas' ? { id: real.id, result: `0x${tip.toString(16)}` } : real
    const found = await withSecond({ answer: tipping(one) }, (first) =>
      withSecond({ answer: tipping(other) }, (second) => read([first, second])),
    )
    expect(found).toMatchObject({ tip: 0n })
  })
})

describe('the block', () => {
  /** A door through which the chain ends `blocks` earlier. */
  const behind = (blocks: number, looks = Infinity): Faults => {
    let looked = 0
    return {
      before: (response, [question]) => {
        if (question?.method !== 'eth_getBlockByHash' || (looked += 1) > looks) return false
        response.end(JSON.stringify([{ jsonrpc: '2.0', id: question.id, result: null }]))
        return true
      },
      answer: (question, real) => {
        if (question.method !== 'eth_getBlockByNumber' || question.params[0] !== 'latest') return real
        return { id: real.id, result: older[blocks] }
      },
    }
  }
  const older: Record<number, unknown> = {}
  beforeAll(async () => {
    await stage.devnet.mine(40)
    const latest = Number(await stage.devnet.client.getBlockNumber())
    for (const blocks of [2, 40]) {
      const number: Hex = `0x${(latest - blocks).toString(16)}`
      older[blocks] = await stage.devnet.client.request({ method: 'eth_getBlockByNumber', params: [number, false] })
    }
  })

  test('a node that is behind for a moment is waited for', async () => {
    const found = await withSecond(behind(2, 3), (url) => read([stage.anvil.rpcUrl, url]))
    expect(found).toMatchObject({ behind: null, number: Number(await stage.devnet.client.getBlockNumber()) })
  })

  test('one that stays behind: the latest block that all have, and it is said', async () => {
    const { found, host } = await withSecond(behind(2), async (url) => ({
      found: await read([stage.anvil.rpcUrl, url]),
      host: new URL(url).host,
    }))
    const latest = Number(await stage.devnet.client.getBlockNumber())
    expect(found).toMatchObject({ number: latest - 2 })
    if (!(found instanceof AirlockError)) expect(found.behind).toContain(`${host} did not get block ${latest}`)
  })

  test('more than an epoch behind is refused', async () => {
    expect(fieldsOf(await withSecond(behind(40), (url) => read([stage.anvil.rpcUrl, url]))).codes).toEqual([
      'rpc_behind',
    ])
  })

  test('the same hash with another time', async () => {
    const answer = ({ method }: Question, real: Answer): Answer =>
      method === 'eth_getBlockByNumber'
        ? { id: real.id, result: { ...(real.result as object), timestamp: '0x1' } }
        : real
    expect(fieldsOf(await withSecond({ answer }, (url) => read([stage.anvil.rpcUrl, url]))).codes).toEqual([
      'rpc_disagree',
    ])
  })

  test('another chain, by its id: with --chain and without', async () => {
    const other = await startAnvil({ chainId: 1234 })
    try {
      expect(fieldsOf(await read([stage.anvil.rpcUrl, other.rpcUrl])).text).toContain('eth_chainId')
      expect(fieldsOf(await read([stage.anvil.rpcUrl, other.rpcUrl], 31337)).codes).toEqual(['chain_mismatch'])
    } finally {
      await other.stop()
    }
  })

  test('another chain with the same id: no block in common', async () => {
    const other = await startAnvil()
    try {
      expect(fieldsOf(await read([stage.anvil.rpcUrl, other.rpcUrl])).codes[0]).toMatch(/^rpc_(behind|disagree)$/)
    } finally {
      await other.stop()
    }
  })
})

test('the second node is down: it is named', async () => {
  const { codes, text } = fieldsOf(await read([stage.anvil.rpcUrl, 'http://127.0.0.1:9/']))
  expect(codes).toEqual(['rpc_unreachable'])
  expect(text).toContain('127.0.0.1:9')
})

test('the same node twice, and two of one host', () => {
  const twice = ['http://127.0.0.1:1/', 'http://127.0.0.1:1']
  expect(() => new Nodes({ rpcUrl: twice, timeout: 1 })).toThrow(AirlockError)
  expect(new Nodes({ rpcUrl: ['http://a.example/KEY1', 'http://a.example/KEY2'], timeout: 1 }).hosts).toBe(
    'a.example (--rpc-url 1), a.example (--rpc-url 2)',
  )
})

describe('the programs', () => {
  test('build: both nodes are in the summary, four requests each; a lie ends with 6 and no key in the text', async () => {
    await withSecond({}, async (url) => {
      const path = stage.path('request.json')
      const ended = await stage.build(keys.operator, path, ['--rpc-url', `${url}/KEY`, '--verbose'])
      expect(ended.exitCode).toBe(0)
      expect(ended.stderr.match(/: 5 HTTP requests, 0 retries/g)).toHaveLength(2)
      expect(ended.stderr + ended.stdout).not.toContain('KEY')
    })
    const answer = (question: Question, real: Answer): Answer =>
      question.method === 'eth_getBalance' ? { id: real.id, result: '0x7' } : real
    await withSecond({ answer }, async (url) => {
      const ended = await stage.build(keys.operator, stage.path('request.json'), ['--rpc-url', url])
      expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['rpc_disagree']])
    })
  })

  test('send: a node that does not take the transaction is named, the other carries it', async () => {
    const own = await stage.operator()
    const [request, response] = await stage.signed(own)
    const before: Faults['before'] = (reply, [question]) => {
      if (question?.method !== 'eth_sendRawTransaction') return false
      const error = { code: -32000, message: 'transaction underpriced' }
      reply.end(JSON.stringify([{ jsonrpc: '2.0', id: question.id, error }]))
      return true
    }
    const ended = await withSecond({ before }, (url) => stage.send(request, response, ['--rpc-url', url]))
    expect(ended.exitCode).toBe(0)
    expect(ended.stderr.replace(/\s+/g, ' ')).toContain('did not take the transaction: "transaction underpriced"')
  })

  test('send: the answer to the broadcast is lost, the transaction is not', async () => {
    const own = await stage.operator()
    const [request, response] = await stage.signed(own)
    let lost = 0
    const http: Faults['http'] = (reply, body) => {
      const hash = /"result":"0x[0-9a-f]{64}"\}\]$/.test(body)
      if (hash && lost === 0) {
        lost += 1
        reply.destroy()
      } else reply.end(body)
    }
    const ended = await withSecond({ http }, (url) => stage.send(request, response, [], url))
    expect([lost, ended.exitCode]).toEqual([1, 0])
  })

  test('send: a node that claims another outcome', async () => {
    const own = await stage.operator()
    const [request, response] = await stage.signed(own)
    const answer = ({ method }: Question, real: Answer): Answer =>
      method === 'eth_getTransactionReceipt' && real.result !== null
        ? { id: real.id, result: { ...(real.result as object), status: '0x0' } }
        : real
    const ended = await withSecond({ answer }, (url) => stage.send(request, response, ['--rpc-url', url]))
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['rpc_disagree']])
  })

  test('send: a node that hides the receipt: not mined by all, and it is named', async () => {
    const own = await stage.operator()
    const [request, response] = await stage.signed(own)
    const answer = ({ method }: Question, real: Answer): Answer =>
      method === 'eth_getTransactionReceipt' ? { id: real.id, result: null } : real
    const { ended, host } = await withSecond({ answer }, async (url) => ({
      ended: await stage.send(request, response, ['--rpc-url', url, '--wait', '1']),
      host: new URL(url).host,
    }))
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['not_mined']])
    expect(ended.stderr.replace(/\s+/g, ' ')).toContain(`${host} does not have it mined`)
  })
})
