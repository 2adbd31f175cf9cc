// Nodes that do not take a transaction: each known refusal with a remedy of its own, and a command that works as it is printed.
import { readFileSync } from 'node:fs'
import { createTestClient, createWalletClient, http, parseEther, parseGwei, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { anvil as anvilChain } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasItAlready, isNonceUsed, remedyFor, type Sending } from '../../../src/hot/send/broadcast-remedies.ts'
import type { AssembledTransaction } from '../../../src/hot/verify/verify.ts'
import { decodeRequest } from '../../../src/shared/request/request.ts'
import { startAnvil } from '../../devnet/anvil.ts'
import { startProxy, type Faults } from '../../support/proxy.ts'
import { codesIn, Stage } from '../../support/stage.ts'
import { run, type Ended } from '../../support/programs.ts'

let stage: Stage
let sending: Sending
const transaction = { fees: { maxFeePerGas: parseGwei('30') } } as AssembledTransaction
beforeAll(async () => {
  stage = await Stage.open()
  const { operator } = await stage.operator()
  const path = stage.path('request.json')
  await stage.build(operator, path)
  sending = {
    request: decodeRequest('reading the request', readFileSync(path)).request,
    name: '0123456789abcdef',
    journal: null,
  }
})
afterAll(() => stage.close())

const words = (text: string): string => text.replace(/\s+/g, ' ')

/** What a refusal is taken for, by a part of the sentence that no other has. */
const kinds = {
  nonce: 'is used already',
  replacement: 'waits there, at a price',
  delegated: 'has EIP-7702 code',
  gap: 'is missing there',
  funds: 'what waits in the pool before it',
  cap: 'has a cap of its own',
  baseFee: 'is below the base fee',
  tip: 'wants a higher price',
  full: 'has no room',
  intrinsic: 'is below what every transaction',
  gasLimit: 'is above that of a block',
  chain: 'its pool is that of another chain',
  type: 'does not know transactions of type 2',
  sync: 'has not caught up',
  closed: 'takes no transactions',
  key: 'does not know who asks',
} as const
type Kind = keyof typeof kinds

const kindOf = (message: string, code = -32000): readonly string[] => {
  const remedy = remedyFor({ code, message, data: null }, transaction, sending)
  return Object.entries(kinds).flatMap(([kind, part]) => (remedy?.means.includes(part) === true ? [kind] : []))
}

describe('the words of nodes and gateways', () => {
  // geth, reth, Nethermind (AcceptTxResult), Besu (RpcErrorType), Erigon (DiscardReason), Infura, Alchemy, proxyd.
  const said: readonly (readonly [string, Kind, number?])[] = [
    ['nonce too low: next nonce 8, tx nonce 7', 'nonce'],
    ['OldNonce, Current nonce: 8, nonce of rejected tx: 7', 'nonce'],
    ['Nonce too low', 'nonce', -32001],
    ['replacement transaction underpriced', 'replacement'],
    ['ReplacementNotAllowed', 'replacement'],
    ['Replacement transaction underpriced', 'replacement'],
    ['INTERNAL_ERROR: could not replace existing tx', 'replacement'],
    ['insufficient gas price to replace existing transaction', 'replacement'],
    ['in-flight transaction limit reached for delegated accounts', 'delegated'],
    ['gapped-nonce tx from delegated accounts', 'delegated'],
    ['nonce too high', 'gap'],
    ['NonceGap, Future nonce. Expected nonce: 3', 'gap'],
    ['Transaction nonce is too distant from current sender nonce', 'gap'],
    ['insufficient funds for gas * price + value: balance 0, tx cost 1, overshot 1', 'funds'],
    ['InsufficientFunds, Account balance: 0, cumulative cost: 1', 'funds'],
    ['Upfront cost exceeds account balance', 'funds', -32004],
    ['tx fee (1.50 ether) exceeds the configured cap (1.00 ether)', 'cap'],
    ['Transaction fee cap exceeded', 'cap'],
    ['max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 7', 'baseFee'],
    ['Gas price below current base fee', 'baseFee', -32009],
    ['transaction underpriced', 'tip'],
    ['transaction underpriced: gas tip cap 0, minimum needed 1', 'tip'],
    ['FeeTooLowToCompete', 'tip'],
    ['Gas price below configured minimum gas price', 'tip', -32009],
    ['txpool is full', 'full'],
    ['blobs limit in txpool is full', 'full'],
    ['pending sub-pool is full', 'full'],
    ['intrinsic gas too low: gas 21000, minimum needed 53000', 'intrinsic'],
    ['insufficient gas for floor data gas cost: gas 1, minimum needed 2', 'intrinsic'],
    ['Intrinsic gas exceeds gas limit', 'intrinsic', -32003],
    ['exceeds block gas limit', 'gasLimit'],
    ['transaction gas limit too high (cap: 16777216, tx: 20000000)', 'gasLimit'],
    ['GasLimitExceeded, Gas limit: 30000000, gas limit of rejected tx: 40000000', 'gasLimit'],
    ['Transaction gas limit exceeds block gas limit', 'gasLimit', -32005],
    ['invalid chain id for signer: have 5 want 1', 'chain'],
    ['invalid sender', 'chain'],
    ['Wrong chainId', 'chain'],
    ['only replay-protected (EIP-155) transactions allowed over RPC', 'chain'],
    ['transaction type not supported', 'type'],
    ['Initial sync is still in progress', 'sync', -32008],
    ['the method eth_sendRawTransaction does not exist/is not available', 'closed', -32601],
    ['rpc method is not whitelisted', 'closed', -32001],
    ['rpc method is not whitelisted', 'closed', -32601],
    ['Method not found', 'closed', -32601],
    ['invalid project id', 'key', -32001],
    ['eth_sendRawTransaction is not available on your current plan', 'key'],
  ]
  test.for(said)('%s: %s', ([message, kind, code]) => {
    expect(kindOf(message, code)).toEqual([kind])
  })

  test.each([
    'already known',
    'AlreadyKnown',
    'transaction already imported',
    'Known transaction',
    'existing tx with same hash',
  ])('%s: sent', (message) => {
    expect(hasItAlready({ code: -32000, message, data: null })).toBe(true)
  })

  test.each(['unknown transaction type', 'something else'])('%s: no word for it', (message) => {
    expect(hasItAlready({ code: -32000, message, data: null })).toBe(false)
    expect(remedyFor({ code: -32000, message, data: null }, transaction, sending)).toBeNull()
  })
})

describe('what a real pool says', () => {
  const key: Hex = `0x${'7e'.repeat(32)}`
  const account = privateKeyToAccount(key)

  test('anvil: each is taken for what it is', async () => {
    const anvil = await startAnvil()
    try {
      const transport = http(anvil.rpcUrl)
      const client = createTestClient({ mode: 'anvil', chain: anvilChain, transport })
      const wallet = createWalletClient({ account, chain: anvilChain, transport })
      const fees = { maxFeePerGas: parseGwei('30'), maxPriorityFeePerGas: 1n }
      const fields = {
        ...fees,
        type: 'eip1559',
        to: account.address,
        value: 0n,
        gas: 21_000n,
        nonce: 1,
        chainId: anvil.chainId,
      } as const
      const offer = async (
        changed: Partial<{ [Key in keyof typeof fields]: unknown }>,
      ): Promise<{ code: number; message: string; data: null }> => {
        const raw = await account.signTransaction({ ...fields, ...changed } as typeof fields)
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_sendRawTransaction', params: [raw] })
        const reply = await fetch(anvil.rpcUrl, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        })
        const { error } = (await reply.json()) as { error?: { code: number; message: string } }
        return { code: error?.code ?? 0, message: error?.message ?? 'taken', data: null }
      }
      expect(kindOf((await offer({ nonce: 0 })).message)).toEqual(['funds'])
      await client.setBalance({ address: account.address, value: parseEther('100') })
      await wallet.sendTransaction({ to: account.address, value: 0n })
      await client.setAutomine(false)
      const used = await offer({ nonce: 0 })
      expect([kindOf(used.message), isNonceUsed(used)]).toEqual([['nonce'], true])
      expect(kindOf((await offer({ gas: 40_000_000n })).message)).toEqual(['gasLimit'])
      expect(kindOf((await offer({ gas: 20_000n })).message)).toEqual(['intrinsic'])
      expect(kindOf((await offer({ chainId: 5 })).message)).toEqual(['chain'])
      expect(kindOf((await offer({ maxFeePerGas: 1n })).message)).toEqual(['baseFee'])
      expect((await offer({})).message).toBe('taken')
      expect(hasItAlready(await offer({}))).toBe(true)
      expect(kindOf((await offer({ maxFeePerGas: parseGwei('29') })).message)).toEqual(['replacement'])
    } finally {
      await anvil.stop()
    }
  })
})

describe('send', () => {
  const refusing =
    (status: number, body: (id: number) => unknown): NonNullable<Faults['before']> =>
    (response, [question]) => {
      if (question?.method !== 'eth_sendRawTransaction') return false
      response.writeHead(status).end(JSON.stringify(body(question.id)))
      return true
    }
  const error =
    (code: number, message: string) =>
    (id: number): unknown => ({ jsonrpc: '2.0', id, error: { code, message } })

  async function sendThrough(
    before: NonNullable<Faults['before']>,
    more: readonly string[] = [],
  ): Promise<{ ended: Ended; journal: string; sent: number }> {
    const [request, response] = await stage.signed(await stage.operator())
    const journal = stage.path('journal')
    const proxy = await startProxy(stage.anvil.rpcUrl, { before })
    const ended = await stage.send(request, response, ['--journal', journal, ...more], proxy.url)
    await proxy.close()
    const sent = proxy.questions.filter(({ method }) => method === 'eth_sendRawTransaction').length
    return { ended, journal, sent }
  }

  test('a replacement: what it means, and the command of the hint works as it is printed', async () => {
    const { ended, journal } = await sendThrough(refusing(200, error(-32000, 'replacement transaction underpriced')))
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['broadcast_refused']])
    expect(words(ended.stderr)).toContain(
      'did not take the transaction: "replacement transaction underpriced": another transaction with nonce',
    )
    const typed = /airlock-hot (send [0-9a-f]{16} --journal \S+ --rpc-url) URL/.exec(words(ended.stderr))?.[1] ?? ''
    expect(typed).toContain(journal)
    expect((await run('airlock-hot', [...typed.split(' '), stage.anvil.rpcUrl])).exitCode).toBe(0)
  })

  test("Besu's gas limit is not a rate: asked once in a list and once without", async () => {
    const message = 'Transaction gas limit exceeds block gas limit'
    const { ended, sent } = await sendThrough(refusing(200, error(-32005, message)))
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['broadcast_refused']])
    expect(words(ended.stderr)).toContain('`airlock-hot build register --help`')
    expect(sent).toBe(2)
  })

  test('a rate: tried again, then said', async () => {
    const { ended } = await sendThrough(refusing(429, () => ({ message: 'daily limit reached' })))
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['rpc_busy']])
    expect(words(ended.stderr)).toContain('HTTP status 429: "daily limit reached"')
  })

  test('one node takes no transactions, the other does: sent, and the first is named', async () => {
    // As Optimism's proxyd answers: HTTP 403 and an error without an envelope.
    const closed = refusing(403, () => ({ code: -32601, message: 'rpc method is not whitelisted' }))
    const { ended } = await sendThrough(closed, ['--rpc-url', stage.anvil.rpcUrl])
    expect(ended.exitCode).toBe(0)
    expect(words(ended.stderr)).toContain('"rpc method is not whitelisted": it takes no transactions')
  })

  test('one node says nothing to it, the other takes it: sent', async () => {
    const silent = (response: { destroy(): unknown }, [question]: readonly { method: string }[]): boolean => {
      if (question?.method !== 'eth_sendRawTransaction') return false
      response.destroy()
      return true
    }
    const { ended } = await sendThrough(silent, ['--rpc-url', stage.anvil.rpcUrl])
    expect(ended.exitCode).toBe(0)
    expect(words(ended.stderr)).toContain('Note: there was no answer from')
  })

  test('all nodes refuse, each for its own reason: both are said, with both remedies', async () => {
    const second = await startProxy(stage.anvil.rpcUrl, { before: refusing(200, error(-32000, 'txpool is full')) })
    const { ended } = await sendThrough(refusing(200, error(-32601, 'Method not found')), ['--rpc-url', second.url])
    await second.close()
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['broadcast_refused', 'broadcast_refused']])
    expect(words(ended.stderr)).toMatch(/it takes no transactions .* its pool has no room/)
  })
})
