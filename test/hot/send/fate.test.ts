// What became of a transaction, on a real chain that loses it, replaces it, leaves a gap before it, and takes it back.
import { readFileSync } from 'node:fs'
import type { Hex } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { KeyFiles } from '../../support/keystores.ts'
import { eventsOf, happened, namesIn, registration, registrations, unwrapped } from '../../support/journal.ts'
import { startProxy } from '../../support/proxy.ts'
import { run, type Ended } from '../../support/programs.ts'
import { codesIn, Stage } from '../../support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())

let journal: string
let keys: KeyFiles
beforeEach(async () => {
  journal = stage.path('journal')
  keys = await stage.operator()
})

const raw = <T>(method: string, params: readonly unknown[]): Promise<T> =>
  stage.devnet.client.request<{ Parameters: unknown; ReturnType: T }>({ method, params })

/** The name of the one request in the journal. */
const nameOf = (): string => namesIn(journal)[0] ?? 'none'

const send = (request: string, response: string, more: readonly string[] = [], rpcUrl?: string): Promise<Ended> =>
  stage.send(request, response, ['--journal', journal, ...more], rpcUrl)

/** The next command that status gives for the one request, typed. */
async function typeNext(more: readonly string[] = []): Promise<Ended> {
  const { next } = await registration(journal, stage.anvil.rpcUrl)
  const [program, ...args] = (next[0]?.command ?? '').replace('URL', stage.anvil.rpcUrl).split(' ')
  if (program !== 'airlock-hot') throw new Error(`next is ${program ?? 'nothing'}`)
  return run(program, [...args, ...more])
}

/** Runs something while the node mines nothing by itself. */
async function withoutMining<T>(act: () => Promise<T>): Promise<T> {
  await stage.devnet.client.setAutomine(false)
  try {
    return await act()
  } finally {
    await stage.devnet.client.setAutomine(true)
  }
}

/** Waits until the journal has an event, as often as said. */
async function untilHappened(event: string, times = 1): Promise<void> {
  for (let look = 0; look < 400; look += 1) {
    const [name] = namesIn(journal)
    if (name !== undefined && happened(journal, name).filter((each) => each === event).length >= times) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`the journal never said ${event}`)
}

/** The newest block's number. */
const height = async (): Promise<number> => Number(await raw<Hex>('eth_blockNumber', []))

/** Takes the newest blocks out of the chain and puts others in their place, without their transactions or with some. */
const reorganise = (depth: number, transactions: readonly (readonly [Hex, number])[] = []): Promise<void> =>
  raw('anvil_reorg', [depth, transactions])

describe('dropped', () => {
  test('between two runs: explained, and the next command sends the same transaction', async () => {
    const [request, response] = await stage.signed(keys)
    await withoutMining(async () => {
      expect(codesIn((await send(request, response, ['--wait', '1'])).stderr)).toEqual(['not_mined'])
      const sent = eventsOf(journal, nameOf()).find(({ event }) => event === 'sent')
      expect(await raw('anvil_dropTransaction', [sent?.transaction])).toBe(sent?.transaction)
    })
    const seen = await registration(journal, stage.anvil.rpcUrl)
    expect(seen).toMatchObject({ state: 'dropped', outstanding: true, asked: true })
    expect(seen.because.join()).toContain('no node has it, and its nonce is unused')
    const ended = await typeNext()
    expect([ended.exitCode, unwrapped(ended.stderr)]).toEqual([
      0,
      expect.stringContaining('Note: rung 1 was sent before'),
    ])
    expect(happened(journal, seen.name).filter((event) => event !== 'simulated')).toEqual([
      ...['verified', 'sent', 'dropped', 'sent', 'mined', 'confirmed'],
    ])
  })

  test('while it is waited for: sent again by itself', async () => {
    const [request, response] = await stage.signed(keys)
    const ended = await withoutMining(async () => {
      const waiting = send(request, response, ['--wait', '50', '--bump-after', '60'])
      await untilHappened('sent')
      const { transaction } = eventsOf(journal, nameOf()).at(-1) ?? {}
      await untilKnown(transaction as Hex)
      await raw('anvil_dropTransaction', [transaction])
      await untilHappened('sent', 2)
      await untilKnown(transaction as Hex)
      await stage.devnet.mine()
      return waiting
    })
    expect([ended.exitCode, unwrapped(ended.stderr)]).toEqual([0, expect.stringContaining('Sent again: 0x')])
  })
})

async function untilKnown(hash: Hex): Promise<void> {
  for (let look = 0; look < 400; look += 1) {
    if ((await raw('eth_getTransactionByHash', [hash])) !== null) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`the node never had ${hash}`)
}

describe('replaced', () => {
  test('by a stranger, many blocks ago: named with its block', async () => {
    const [request, response] = await stage.signed(keys)
    await stage.devnet.mine(3)
    const { transactionHash, blockNumber } = await stage.devnet.sendAs(keys.operator, keys.operator, '0x')
    await stage.devnet.sendAs(keys.operator, keys.operator, '0x')
    await stage.devnet.mine(40)
    const ended = await send(request, response)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['nonce_used']])
    expect(unwrapped(ended.stderr)).toContain(`It was ${transactionHash} in block ${blockNumber}`)
    const fromFiles = await registration(journal)
    expect(fromFiles).toMatchObject({ state: 'replaced', outstanding: false, asked: false })
    expect(fromFiles.because).toEqual([`by ${transactionHash} in block ${blockNumber}`])
    const onChain = await registration(journal, stage.anvil.rpcUrl)
    expect([onChain.state, onChain.because.join()]).toEqual(['replaced', expect.stringContaining(transactionHash)])
    expect(onChain.next[0]?.command).toContain(`airlock-hot build register --registry-coordinator`)
  })

  test('by another request of the journal: named', async () => {
    const [one, two] = [await stage.signed(keys), await stage.signed(keys)]
    expect((await send(...one)).exitCode).toBe(0)
    const other = nameOf()
    const ended = await send(...two)
    expect(codesIn(ended.stderr)).toEqual(['nonce_used'])
    expect(unwrapped(ended.stderr)).toContain(`which is that of request ${other} in the journal`)
  })

  test('a node that keeps no old state: said so', async () => {
    const [request, response] = await stage.signed(keys)
    await stage.devnet.sendAs(keys.operator, keys.operator, '0x')
    await stage.devnet.mine(10)
    const error = { code: -32000, message: 'missing trie node' }
    const proxy = await startProxy(stage.anvil.rpcUrl, {
      answer: ({ method, params }, real) =>
        method === 'eth_getTransactionCount' && /^0x/.test(String(params[1])) ? { id: real.id, error } : real,
    })
    const ended = await send(request, response, [], proxy.url)
    await proxy.close()
    expect(codesIn(ended.stderr)).toEqual(['nonce_used'])
    expect(unwrapped(ended.stderr)).toContain('this node does not keep the state of older blocks')
  })

  test('while it is waited for: ends at once, and names it', async () => {
    const [request, response] = await stage.signed(keys)
    const ended = await withoutMining(async () => {
      const waiting = send(request, response, ['--wait', '50'])
      await untilHappened('sent')
      const { transaction } = eventsOf(journal, nameOf()).at(-1) ?? {}
      await untilKnown(transaction as Hex)
      await raw('anvil_dropTransaction', [transaction])
      await stage.devnet.client.impersonateAccount({ address: keys.operator })
      await raw('eth_sendTransaction', [{ from: keys.operator, to: keys.operator, gas: '0x5208' }])
      await stage.devnet.mine()
      return waiting
    })
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['nonce_used']])
    const last = eventsOf(journal, nameOf()).at(-1)
    expect([last?.event, last?.by]).toEqual(['replaced', expect.stringMatching(/^0x/)])
  })
})

describe('a gap before it', () => {
  test('which nonces are missing, which wait in the pool, and whose they are', async () => {
    const first = await stage.devnet.client.getTransactionCount({ address: keys.operator })
    const other = await stage.signed(keys, ['--nonce', String(first + 1)])
    const [request, response] = await stage.signed(keys, ['--nonce', String(first + 3)])
    await run('airlock-hot', ['verify', ...other, '--journal', journal])
    const name = nameOf()
    const ended = await withoutMining(async () => {
      await stage.devnet.client.impersonateAccount({ address: keys.operator })
      await raw('eth_sendTransaction', [{ from: keys.operator, to: keys.operator, gas: '0x5208' }])
      return send(request, response)
    })
    await stage.devnet.mine()
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['nonce_gap']])
    const said = unwrapped(ended.stderr)
    expect(said).toContain(`the pool has transactions with nonce ${first}, not mined yet`)
    expect(said).toContain(`nonce ${first + 1}, ${first + 2} of ${keys.operator} is still unused`)
    expect(said).toContain(`nonce ${first + 1} is that of request ${name} in the journal`)
    const rows = await registrations(journal, stage.anvil.rpcUrl)
    expect(rows.find((row) => row.name !== name)).toMatchObject({ state: 'gap', outstanding: true })
    expect(rows.find((row) => row.name === name)).toMatchObject({ state: 'ready', outstanding: true })
  })

  test('filled by the pool: wait', async () => {
    const first = await stage.devnet.client.getTransactionCount({ address: keys.operator })
    const [request, response] = await stage.signed(keys, ['--nonce', String(first + 1)])
    const ended = await withoutMining(async () => {
      await stage.devnet.client.impersonateAccount({ address: keys.operator })
      await raw('eth_sendTransaction', [{ from: keys.operator, to: keys.operator, gas: '0x5208' }])
      return send(request, response)
    })
    await stage.devnet.mine()
    expect(codesIn(ended.stderr)).toEqual(['nonce_gap'])
    expect(unwrapped(ended.stderr)).toContain('wait until those are mined')
    expect((await typeNext()).exitCode).toBe(0)
  })
})

describe('reorganised', () => {
  test.each([1, 7, 64])(
    '%i blocks deep, after it was done: explained, and sent again without another signature',
    async (depth) => {
      const [request, response] = await stage.signed(keys)
      const before = readFileSync(response)
      expect((await send(request, response)).exitCode).toBe(0)
      const { block } = eventsOf(journal, nameOf()).find(({ event }) => event === 'mined') ?? {}
      if (depth > 1) await stage.devnet.mine(depth - 1)
      expect((await registration(journal, stage.anvil.rpcUrl)).state).toBe('done')
      await reorganise(depth)
      const seen = await registration(journal, stage.anvil.rpcUrl)
      expect(seen).toMatchObject({ state: 'reorganised', outstanding: true })
      expect(seen.because.join()).toContain(`mined in block ${block?.number ?? ''} (${block?.hash ?? ''})`)
      expect(seen.because.join()).toContain(`up to ${depth} block`)
      const ended = await typeNext()
      expect([ended.exitCode, unwrapped(ended.stderr)]).toEqual([
        0,
        expect.stringContaining('a reorganisation took out of the chain'),
      ])
      expect(readFileSync(response)).toEqual(before)
      expect(happened(journal, seen.name).slice(-6)).toEqual([
        ...['confirmed', 'reorganised', 'simulated', 'sent', 'mined', 'confirmed'],
      ])
      expect((await registration(journal, stage.anvil.rpcUrl)).state).toBe('done')
    },
  )

  test('deeper than what mainnet can: said so', async () => {
    const [request, response] = await stage.signed(keys)
    expect((await send(request, response)).exitCode).toBe(0)
    await stage.devnet.mine(64)
    await reorganise(65)
    const { because } = await registration(journal, stage.anvil.rpcUrl)
    expect(because.join()).toContain('deeper than the 64 blocks after which mainnet is final')
  })

  test('while it is waited for, twice: found and sent again each time', async () => {
    const [request, response] = await stage.signed(keys)
    const waiting = send(request, response, ['--confirmations', '4', '--wait', '50'])
    for (const times of [1, 2]) {
      await untilHappened('mined', times)
      await reorganise(1)
      await untilHappened('reorganised', times)
    }
    await untilHappened('mined', 3)
    await stage.devnet.mine(3)
    const ended = await waiting
    expect([ended.exitCode, ended.stderr.match(/Sent again/g)?.length]).toEqual([0, 2])
  })

  test('mined again in another block by itself: explained, and nothing is sent', async () => {
    const [request, response] = await stage.signed(keys)
    expect((await send(request, response)).exitCode).toBe(0)
    const { stdout } = await run('airlock-hot', ['verify', request, response, '--journal', journal, '--json'])
    const [bytes] = (JSON.parse(stdout) as { transactions: { raw: Hex }[] }).transactions.map((each) => each.raw)
    await stage.devnet.mine(4)
    const before = await height()
    await reorganise(5, [[bytes ?? '0x', 2]])
    expect(await height()).toBeGreaterThanOrEqual(before)
    const ended = await send(request, response)
    expect([ended.exitCode, unwrapped(ended.stderr)]).toEqual([
      0,
      expect.stringContaining('It is mined again, in block'),
    ])
    expect(happened(journal, nameOf()).slice(-4)).toEqual(['confirmed', 'reorganised', 'mined', 'confirmed'])
  })

  test('and its nonce used by another transaction since: both are said', async () => {
    const [request, response] = await stage.signed(keys)
    expect((await send(request, response)).exitCode).toBe(0)
    await reorganise(1)
    const { transactionHash } = await stage.devnet.sendAs(keys.operator, keys.operator, '0x')
    const ended = await send(request, response)
    expect(codesIn(ended.stderr)).toEqual(['nonce_used'])
    expect(unwrapped(ended.stderr)).toContain('Its nonce was used by another transaction meanwhile')
    expect(unwrapped(ended.stderr)).toContain(transactionHash)
  })
})
