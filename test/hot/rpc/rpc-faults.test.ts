// A node that is slow, silent, broken or lying: one clear refusal each, and never a request built on a lie that matters.
import { existsSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { toFunctionSelector, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KeyFiles } from '../../support/keystores.ts'
import { startProxy, type Answer, type Faults, type Question } from '../../support/proxy.ts'
import type { Ended } from '../../support/programs.ts'
import { codesIn, readJson, Stage } from '../../support/stage.ts'

let stage: Stage
let keys: KeyFiles
beforeAll(async () => {
  stage = await Stage.open()
  keys = await stage.operator()
})
afterAll(() => stage.close())

async function buildThrough(faults: Faults, more: readonly string[] = []): Promise<Ended & { readonly path: string }> {
  const proxy = await startProxy(stage.anvil.rpcUrl, faults)
  const path = stage.path('request.json')
  try {
    return { ...(await stage.build(keys.operator, path, more, stage.devnet, proxy.url)), path }
  } finally {
    await proxy.close()
  }
}

describe('a node that fails', () => {
  const faults: readonly (readonly [string, (response: ServerResponse, body: string) => void, string])[] = [
    ['answers a web page', (response) => response.end('<html><body>502 Bad Gateway</body></html>'), 'rpc_bad_answer'],
    ['answers with status 500', (response) => response.writeHead(500).end('{}'), 'rpc_bad_answer'],
    ['answers with status 429', (response) => response.writeHead(429).end('slow down'), 'rpc_busy'],
    [
      'sends elsewhere',
      (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      'rpc_bad_answer',
    ],
    ['answers nothing', (response) => response.end(), 'rpc_bad_answer'],
    ['answers garbage', (response) => response.end(Buffer.from([0xff, 0xfe, 0x00, 0x01])), 'rpc_bad_answer'],
    ['cuts its answer short', (response, body) => response.end(body.slice(0, body.length / 2)), 'rpc_bad_answer'],
    ['hangs up', (response) => response.destroy(), 'rpc_unreachable'],
    ['hangs up in the middle', (response, body) => cut(response, body), 'rpc_unreachable'],
    [
      'takes no batches',
      (response) => response.end('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no batches"}}'),
      'rpc_refused',
    ],
    ['answers a null', (response) => response.end('null'), 'rpc_bad_answer'],
    ['answers without end', (response) => flood(response), 'rpc_bad_answer'],
  ]

  const cut = (response: ServerResponse, body: string): void => {
    response.writeHead(200, { 'content-length': body.length })
    response.write(body.slice(0, 10), () => response.destroy())
  }
  const flood = (response: ServerResponse): void => {
    const chunk = Buffer.alloc(1024 * 1024, 0x20)
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  }

  test.each(faults)('%s', async (_, http, code) => {
    const ended = await buildThrough({ http })
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, [code]])
    expect(existsSync(ended.path)).toBe(false)
    expect(ended.stdout).toBe('')
  })

  test('answers in another order are put in order', async () => {
    const ended = await buildThrough({
      http: (response, body) => response.end(JSON.stringify((JSON.parse(body) as unknown[]).toReversed())),
    })
    expect(ended.exitCode).toBe(0)
  })

  test('never answers', async () => {
    const ended = await buildThrough({ http: () => undefined }, ['--timeout', '1'])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['rpc_timeout']])
  })

  test('is not there', async () => {
    const ended = await stage.build(keys.operator, stage.path('r.json'), [
      '--rpc-url',
      'http://127.0.0.1:9/KEY?token=TOKEN',
    ])
    expect(ended.exitCode).toBe(6)
    for (const secret of ['KEY', 'TOKEN']) expect(ended.stderr + ended.stdout).not.toContain(secret)
  })

  test('puts an escape sequence into its error', async () => {
    const error = { code: -32000, message: '\u001b[2J\u001b[1;1Happroved' }
    const ended = await buildThrough({ answer: (_, { id }) => ({ id, error }) })
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['rpc_refused']])
    expect(ended.stderr).not.toContain('\u001b[2J')
  })
})

/** What falsifying an answer must lead to: a refusal, or a request that differs in nothing that is signed. */
type Outcome = readonly string[] | 'harmless'

interface Lie {
  readonly what: string
  readonly method?: string
  readonly signature?: string
  readonly to?: () => Hex
  readonly lie: (real: unknown) => unknown
  readonly outcome: Outcome
}

const wordOf = (value: bigint | number): Hex => `0x${BigInt(value).toString(16).padStart(64, '0')}`
const otherAddress = wordOf(0x1234567890123456789012345678901234567890n)
const flipped = (real: unknown): Hex =>
  `0x${(BigInt(real as Hex) ^ 1n).toString(16).padStart(String(real).length - 2, '0')}`

describe('a node that lies, one read at a time', () => {
  const lies: readonly Lie[] = [
    {
      what: 'the chain id',
      method: 'eth_chainId',
      lie: () => '0x1',
      outcome: ['domain_unknown', 'message_point_mismatch'],
    },
    {
      what: 'no code at the coordinator',
      method: 'eth_getCode',
      to: () => stage.devnet.registryCoordinator,
      lie: () => '0x',
      outcome: ['no_contract_code'],
    },
    {
      what: 'code at the operator',
      method: 'eth_getCode',
      to: () => keys.operator,
      lie: () => '0x6000',
      outcome: ['operator_is_contract'],
    },
    {
      what: 'the service manager',
      signature: 'serviceManager()',
      lie: () => otherAddress,
      outcome: ['contract_kind_unknown'],
    },
    {
      what: 'the BLSApkRegistry',
      signature: 'blsApkRegistry()',
      lie: () => otherAddress,
      outcome: ['contract_kind_unknown'],
    },
    {
      what: 'the StakeRegistry',
      signature: 'stakeRegistry()',
      lie: () => otherAddress,
      outcome: ['contract_kind_unknown'],
    },
    {
      what: 'the AVSDirectory',
      signature: 'avsDirectory()',
      lie: () => otherAddress,
      outcome: ['contract_kind_unknown'],
    },
    {
      what: 'the DelegationManager of the StakeRegistry',
      signature: 'delegation()',
      to: () => stage.devnet.stakeRegistry,
      lie: () => otherAddress,
      outcome: ['contract_kind_unknown'],
    },
    {
      what: 'the DelegationManager of the AVSDirectory',
      signature: 'delegation()',
      to: () => stage.devnet.avsDirectory,
      lie: () => otherAddress,
      outcome: ['contracts_disagree'],
    },
    { what: 'the domain separator', signature: 'domainSeparator()', lie: flipped, outcome: ['domain_unknown'] },
    {
      what: 'the registration digest',
      signature: 'calculateOperatorAVSRegistrationDigestHash(address,address,bytes32,uint256)',
      lie: flipped,
      outcome: ['digest_mismatch'],
    },
    {
      what: 'the message point',
      signature: 'pubkeyRegistrationMessageHash(address)',
      lie: flipped,
      outcome: ['message_point_mismatch'],
    },
    { what: 'the operator id', signature: 'getOperatorId(address)', lie: flipped, outcome: ['contracts_disagree'] },
    {
      what: 'the bound key',
      signature: 'operatorToPubkeyHash(address)',
      lie: flipped,
      outcome: ['contracts_disagree'],
    },
    {
      what: 'a status of registered',
      signature: 'getOperatorStatus(address)',
      lie: () => wordOf(1),
      outcome: ['contracts_disagree'],
    },
    {
      what: 'a bitmap',
      signature: 'getCurrentQuorumBitmap(bytes32)',
      lie: () => wordOf(3),
      outcome: ['already_registered', 'already_registered'],
    },
    { what: 'fewer quorums', signature: 'quorumCount()', lie: () => wordOf(1), outcome: ['quorum_unknown'] },
    {
      what: 'less stake',
      signature: 'weightOfOperatorForQuorum(uint8,address)',
      lie: () => wordOf(0),
      outcome: ['stake_below_minimum', 'stake_below_minimum'],
    },
    {
      what: 'a higher minimum',
      signature: 'minimumStakeForQuorum(uint8)',
      lie: () => wordOf(10n ** 24n),
      outcome: ['stake_below_minimum', 'stake_below_minimum'],
    },
    {
      what: 'a full quorum',
      signature: 'totalOperatorsForQuorum(uint8)',
      lie: () => wordOf(200),
      outcome: ['quorum_full', 'quorum_full'],
    },
    {
      what: 'a pause',
      signature: 'paused()',
      to: () => stage.devnet.registryCoordinator,
      lie: () => wordOf(1),
      outcome: ['paused'],
    },
    {
      what: 'a spent salt',
      signature: 'operatorSaltIsSpent(address,bytes32)',
      lie: () => wordOf(1),
      outcome: ['salt_spent'],
    },
    {
      what: 'no operator',
      signature: 'isOperator(address)',
      lie: () => wordOf(0),
      outcome: ['operator_not_in_eigenlayer'],
    },
    {
      what: 'an ejection',
      signature: 'lastEjectionTimestamp(address)',
      lie: () => wordOf(Math.floor(Date.now() / 1000)),
      outcome: ['cooldown'],
    },
    { what: 'an allow-list', signature: 'allowlistEnabled()', lie: () => wordOf(1), outcome: 'harmless' },
    {
      what: 'registered in the AVSDirectory',
      signature: 'avsOperatorStatus(address,address)',
      lie: () => wordOf(1),
      outcome: ['already_registered'],
    },
    { what: 'no balance', method: 'eth_getBalance', lie: () => '0x0', outcome: ['balance_below_gas'] },
    { what: 'more balance', method: 'eth_getBalance', lie: () => '0xffffffffffffffffffffff', outcome: 'harmless' },
    {
      what: 'an absurd tip',
      method: 'eth_maxPriorityFeePerGas',
      lie: () => '0xffffffffffff',
      outcome: ['balance_below_gas'],
    },
    { what: 'no tip', method: 'eth_maxPriorityFeePerGas', lie: () => 'none', outcome: 'harmless' },
  ]

  test.each(lies)('$what', async ({ method = 'eth_call', signature, to, lie, outcome }) => {
    const selector = signature === undefined ? undefined : toFunctionSelector(signature)
    let told = 0
    const answer = (question: Question, real: Answer): Answer => {
      if (question.method !== method || !concerns(question, selector, to?.())) return real
      told += 1
      return { id: real.id, result: lie(real.result ?? wordOf(0)) }
    }
    const ended = await buildThrough({ answer })
    expect(told).toBeGreaterThan(0)
    if (outcome === 'harmless') {
      expect(ended.stderr).toBe('')
      const { operation } = readJson(ended.path) as { operation: Record<string, unknown> }
      expect(operation).toMatchObject({ operator: keys.operator, serviceManager: stage.devnet.serviceManager })
    } else {
      expect(codesIn(ended.stderr)).toEqual(outcome)
      expect(existsSync(ended.path)).toBe(false)
    }
  })

  const garbage: readonly unknown[] = ['0x', '0x00', 'hello', 7, null, {}, '0xzz', `0x${'f'.repeat(64)}`]
  test.each(garbage)('every contract read answered with %j', async (result) => {
    const ended = await buildThrough({
      answer: (question, real) => (question.method === 'eth_call' ? { id: real.id, result } : real),
    })
    expect(ended.exitCode).toBe(6)
    expect(['contract_kind_unknown', 'rpc_bad_answer']).toContain(codesIn(ended.stderr)[0])
    expect(existsSync(ended.path)).toBe(false)
  })
})

function concerns({ method, params }: Question, selector: Hex | undefined, to: Hex | undefined): boolean {
  const [target] = params as [{ to?: Hex; data?: Hex } | Hex]
  const address = typeof target === 'object' ? target.to : target
  if (to !== undefined && address?.toLowerCase() !== to.toLowerCase()) return false
  return (
    selector === undefined ||
    (method === 'eth_call' && typeof target === 'object' && target.data?.startsWith(selector) === true)
  )
}
