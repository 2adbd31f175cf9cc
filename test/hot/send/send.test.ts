// Sending on a real chain: the way it goes, the ways it was left by an earlier run, and the ways it fails.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { parseEther, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Devnet } from '../../devnet/devnet.ts'
import { operatorKeys } from '../../devnet/operator.ts'
import type { KeyFiles } from '../../support/keystores.ts'
import { startProxy } from '../../support/proxy.ts'
import { run } from '../../support/programs.ts'
import { codesIn, readJson, resealed, SOCKET, Stage } from '../../support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())

const asOperator = (keys: KeyFiles): ReturnType<typeof operatorKeys> => ({
  address: keys.operator,
  privateKey: keys.operatorSecret,
  blsSecretKey: keys.blsSecret,
})

/** The raw transactions of a response, by the program that checks them. */
async function rawTransactions(request: string, response: string): Promise<Hex[]> {
  const { stdout } = await run('airlock-hot', ['verify', request, response, '--json'])
  return (JSON.parse(stdout) as { transactions: { raw: Hex }[] }).transactions.map(({ raw }) => raw)
}

async function statusOf(devnet: Devnet, operator: string): Promise<unknown> {
  return devnet.read('RegistryCoordinator', 'getOperatorStatus', [operator])
}

describe('the way it goes', () => {
  const generations = [
    { domain: null, generation: 'A' },
    { domain: '1.', generation: 'A2' },
    { domain: 'v1', generation: 'A2' },
    { domain: '1', generation: 'A2', serviceManager: 'mach-NotAdded' },
  ] as const

  test.each(generations)('registered and read back: %j', async (options) => {
    const devnet = await stage.deploy(options)
    const keys = await stage.operator({ devnet })
    if ('serviceManager' in options) await devnet.allow(keys.operator)
    const [request, response] = await stage.signed(keys, [], devnet)
    const ended = await stage.send(request, response, ['--json'])
    expect(ended.exitCode).toBe(0)
    expect(JSON.parse(ended.stdout)).toMatchObject({
      operator: keys.operator,
      quorums: [0, 1],
      socket: SOCKET,
      operatorStatus: 'REGISTERED',
    })
    expect(await statusOf(devnet, keys.operator)).toBe(1)
  })

  test('sent twice: the second run finds it mined and says the same', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    const first = await stage.send(request, response)
    const second = await stage.send(request, response)
    expect([first.exitCode, second.exitCode]).toEqual([0, 0])
    expect(second.stderr).toContain('mined before')
    expect(second.stdout).toBe(first.stdout)
  })

  test('adding a quorum with the transaction alone', async () => {
    const keys = await stage.operator()
    await stage.devnet.register(asOperator(keys), [0])
    const [request, response] = await stage.signed(keys, ['--quorums', '1'])
    expect(readJson(response)).toMatchObject({ operatorSignature: null, pubkeyRegistrationParams: null })
    const ended = await stage.send(request, response, ['--json'])
    expect(JSON.parse(ended.stdout)).toMatchObject({ quorums: [0, 1], socket: null })
  })

  test('coming back with the key that the contract knows', async () => {
    const keys = await stage.operator()
    const { devnet } = stage
    await devnet.register(asOperator(keys), [0])
    await devnet.sendAs(
      keys.operator,
      devnet.registryCoordinator,
      devnet.calldata('RegistryCoordinator', 'deregisterOperator', ['0x00']),
    )
    const [request, response] = await stage.signed(keys, ['--quorums', '0'])
    expect(readJson(response)).toMatchObject({ pubkeyRegistrationParams: null })
    expect((await stage.send(request, response)).exitCode).toBe(0)
  })

  test('a transaction that an earlier run left in the pool is waited for, and bumped when it stays there', async () => {
    const slow = await Stage.open()
    try {
      const keys = await slow.operator()
      const [request, response] = await slow.signed(keys, ['--fee-rungs', '2'])
      await slow.devnet.client.setAutomine(false)
      const [low = '0x'] = await rawTransactions(request, response)
      await slow.devnet.client.sendRawTransaction({ serializedTransaction: low })
      const waiting = slow.send(request, response, ['--bump-after', '1', '--wait', '30', '--json'])
      await poolHolds(slow, keys.operator, 2)
      await slow.devnet.mine()
      const ended = await waiting
      expect(ended.stderr).toContain('Rung 1 was sent before')
      expect([ended.exitCode, JSON.parse(ended.stdout)]).toMatchObject([0, { rung: 1 }])
    } finally {
      await slow.close()
    }
  })

  test('confirmations are counted in blocks', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    expect((await stage.send(request, response)).exitCode).toBe(0)
    const waiting = await stage.send(request, response, ['--confirmations', '1000', '--wait', '1'])
    expect([waiting.exitCode, codesIn(waiting.stderr)]).toEqual([6, ['not_mined']])
    await stage.devnet.mine(3)
    expect((await stage.send(request, response, ['--confirmations', '4', '--wait', '5'])).exitCode).toBe(0)
  })
})

/** Waits until the pool's transaction of an operator is the one that pays at least rung `rung`. */
async function poolHolds(slow: Stage, operator: Hex, rung: number): Promise<void> {
  let prices = new Set<bigint>()
  for (let look = 0; look < 400 && prices.size < rung; look += 1) {
    const { pending } = (await slow.devnet.client.getTxpoolContent()) as {
      pending: Record<string, Record<string, { maxFeePerGas?: Hex }>>
    }
    const mine =
      Object.entries(pending).find(([address]) => address.toLowerCase() === operator.toLowerCase())?.[1] ?? {}
    prices = new Set([...prices, ...Object.values(mine).map(({ maxFeePerGas }) => BigInt(maxFeePerGas ?? '0x0'))])
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(prices.size).toBe(rung)
}

describe('what stops it before it is sent', () => {
  test('a response for another request', async () => {
    const keys = await stage.operator()
    const [, response] = await stage.signed(keys)
    const [request] = await stage.signed(keys)
    for (const args of [
      ['verify', request, response],
      ['send', request, response, '--rpc-url', stage.anvil.rpcUrl],
    ]) {
      const ended = await run('airlock-hot', args)
      expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([3, ['response_for_other_request']])
    }
  })

  test('a response changed on its way, and on purpose', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    const text = readFileSync(response, 'utf8')
    const at = text.indexOf('"operatorSignature": "0x') + 30
    const digit = text[at] === '0' ? '1' : '0'
    const changed = text.slice(0, at) + digit + text.slice(at + 1)
    const path = stage.path('changed.json')
    writeFileSync(path, changed)
    const slip = await stage.send(request, path)
    expect([slip.exitCode, codesIn(slip.stderr)]).toEqual([3, ['document_checksum_wrong']])
    writeFileSync(path, resealed(changed))
    const purpose = await stage.send(request, path)
    expect([purpose.exitCode, codesIn(purpose.stderr)[0]]).toEqual([3, 'operator_signature_wrong_signer'])
  })

  test('the request changed since it was signed, by a slip and on purpose', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    const changed = readFileSync(request, 'utf8').replace(
      /"gasLimit": (\d+)/,
      (_, gas) => `"gasLimit": ${Number(gas) + 1}`,
    )
    const path = stage.path('changed.json')
    writeFileSync(path, changed)
    const slip = await stage.send(path, response)
    expect([slip.exitCode, codesIn(slip.stderr)]).toEqual([3, ['document_checksum_wrong']])
    writeFileSync(path, resealed(changed))
    const purpose = await stage.send(path, response)
    expect([purpose.exitCode, codesIn(purpose.stderr)]).toEqual([3, ['response_for_other_request']])
  })

  test('a node of another chain', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    const proxy = await startProxy(stage.anvil.rpcUrl, {
      answer: ({ method }, real) => (method === 'eth_chainId' ? { id: real.id, result: '0x1' } : real),
    })
    const ended = await stage.send(request, response, [], proxy.url)
    await proxy.close()
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['chain_mismatch']])
  })

  test('a nonce that another transaction used', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    await stage.devnet.sendAs(keys.operator, keys.operator, '0x')
    const ended = await stage.send(request, response)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['nonce_used']])
  })

  test('a nonce before it that is still unused', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys, ['--nonce', '5'])
    const ended = await stage.send(request, response)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['nonce_gap']])
  })

  test('too little ETH by now', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    await stage.devnet.client.setBalance({ address: keys.operator, value: 1000n })
    const ended = await stage.send(request, response)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['balance_below_gas']])
  })

  test('a base fee above every rung', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    const head = await stage.devnet.client.getBlock()
    await stage.devnet.client.setNextBlockBaseFeePerGas({ baseFeePerGas: 10n ** 12n })
    await stage.devnet.mine()
    const ended = await stage.send(request, response)
    await stage.devnet.client.setNextBlockBaseFeePerGas({ baseFeePerGas: head.baseFeePerGas ?? 10n ** 9n })
    await stage.devnet.mine()
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['broadcast_refused']])
  })

  test('a registration that would revert by now, with the reason and its numbers', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    await stage.devnet.setShares(keys.operator, parseEther('2'))
    const ended = await stage.send(request, response)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['simulation_reverted', 'stake_below_minimum']])
    expect(ended.stderr.replace(/\s+/g, ' ')).toContain('does not meet minimum stake requirement for quorum')
    expect(await statusOf(stage.devnet, keys.operator)).toBe(0)
  })

  test('an expiry that the chain has passed', async () => {
    const own = await Stage.open()
    try {
      const keys = await own.operator()
      const [request, response] = await own.signed(keys, ['--expiry', '1h'])
      await own.devnet.warp(3601)
      const ended = await own.send(request, response)
      expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([8, ['expiry_past']])
    } finally {
      await own.close()
    }
  })

  test('a node that does not take the transaction', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    const error = { code: -32000, message: 'transaction underpriced\u001b[2J' }
    const proxy = await startProxy(stage.anvil.rpcUrl, {
      answer: ({ method }, real) => (method === 'eth_sendRawTransaction' ? { id: real.id, error } : real),
    })
    const ended = await stage.send(request, response, [], proxy.url)
    await proxy.close()
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['broadcast_refused']])
    expect(ended.stderr).not.toContain('\u001b[2J')
  })
})

describe('what shows only after it was sent', () => {
  test('mined and reverted: the reason, and that the nonce is gone', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    const [raw = '0x'] = await rawTransactions(request, response)
    await stage.devnet.pauseCoordinator(true)
    await stage.devnet.client.sendRawTransaction({ serializedTransaction: raw })
    const ended = await stage.send(request, response)
    await stage.devnet.pauseCoordinator(false)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['transaction_reverted', 'transaction_reverted']])
    expect(ended.stderr.replace(/\s+/g, ' ')).toContain('Pausable: index is paused')
  })

  test('mined, succeeded, and left out: an AVS that churns on chain', async () => {
    const quorums = [{ minimumStake: 0n, maxOperatorCount: 1 }]
    const devnet = await stage.deploy({ autoChurn: true, quorums })
    await devnet.fillQuorum(0, parseEther('50'))
    const keys = await stage.operator({ devnet })
    const [request, response] = await stage.signed(keys, ['--quorums', '0'], devnet)
    const [raw = '0x'] = await rawTransactions(request, response)
    await devnet.setShares(keys.operator, parseEther('49'))
    await stage.devnet.client.sendRawTransaction({ serializedTransaction: raw })
    const ended = await stage.send(request, response)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['mined_but_not_registered']])
  })

  const STATUS = '0xfd39105a'
  const OPERATOR_ID = '0x13542a4e'
  const BITMAP = '0x871ef049'
  const lies: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    [
      'the operator id',
      { [OPERATOR_ID]: `0x${'12'.repeat(32)}`, [BITMAP]: `0x${'0'.repeat(63)}3` },
      'readback_mismatch',
    ],
    ['the status', { [STATUS]: `0x${'0'.repeat(63)}2` }, 'mined_but_not_registered'],
    ['the bitmap', { [BITMAP]: `0x${'0'.repeat(64)}` }, 'mined_but_not_registered'],
  ]
  test.each(lies)('a node that lies about %s after', async (_, told, code) => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    const lie = (params: readonly unknown[]): string | undefined =>
      told[(params[0] as { data?: string } | undefined)?.data?.slice(0, 10) ?? '']
    const proxy = await startProxy(stage.anvil.rpcUrl, {
      answer: ({ method, params }, real) => {
        const result = method === 'eth_call' ? lie(params) : undefined
        return result === undefined ? real : { id: real.id, result }
      },
    })
    const ended = await stage.send(request, response, [], proxy.url)
    await proxy.close()
    expect(codesIn(ended.stderr)).toEqual([code])
  })

  test('a node that forgets the transaction: not mined, and a later run goes on', async () => {
    const keys = await stage.operator()
    const [request, response] = await stage.signed(keys)
    const proxy = await startProxy(stage.anvil.rpcUrl, {
      answer: ({ method }, real) => (method === 'eth_getTransactionReceipt' ? { id: real.id, result: null } : real),
    })
    const ended = await stage.send(request, response, ['--wait', '1'], proxy.url)
    await proxy.close()
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['not_mined']])
    expect((await stage.send(request, response)).exitCode).toBe(0)
  })
})

test('the documents copied to a stick and back are the same documents', async () => {
  const keys = await stage.operator()
  const [request, response] = await stage.signed(keys)
  const copies = [stage.path('a'), stage.path('b')] as const
  copyFileSync(request, copies[0])
  copyFileSync(response, copies[1])
  expect((await run('airlock-hot', ['verify', ...copies])).exitCode).toBe(0)
})
