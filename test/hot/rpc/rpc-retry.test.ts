// One node that wants to be asked again, less at once, or not at all. Real HTTP on 127.0.0.1; the clock of waits is held.
import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { AirlockError } from '../../../src/shared/base/errors.ts'
import type { Pace } from '../../../src/hot/rpc/retry.ts'
import { Rpc, type RpcOptions } from '../../../src/hot/rpc/rpc.ts'
import {
  closeNodes,
  echo,
  error,
  heldPace,
  honest,
  isBatch,
  node,
  questions,
  values,
  type Call,
  type Reply,
} from '../../support/scripted-node.ts'

afterEach(closeNodes)

async function ask(
  url: string,
  count: number,
  options: Partial<RpcOptions> = {},
): Promise<{ rpc: Rpc; slept: number[]; answers: unknown }> {
  const pace = heldPace()
  const rpc = new Rpc(url, { timeout: 20_000, pace, ...options })
  const answers = await rpc.batch(questions(count)).catch((fault: unknown) => {
    if (fault instanceof AirlockError) return fault.code
    throw fault
  })
  return { rpc, slept: pace.slept, answers }
}

describe('asking again', () => {
  const once: readonly (readonly [string, Reply])[] = [
    ['HTTP 429', (response) => void response.writeHead(429).end('slow down')],
    ['HTTP 502', (response) => void response.writeHead(502).end('<html>')],
    ['HTTP 503', (response) => void response.writeHead(503).end()],
    ['HTTP 504', (response) => void response.writeHead(504).end()],
    ['a reset', (response) => void response.destroy()],
    [
      'an answer cut short',
      (response) => void response.writeHead(200, { 'content-length': 99 }).write('[', () => response.destroy()),
    ],
    ['-32005 for the whole batch', (response) => void response.end(error(-32005, 'limit exceeded'))],
    ['code 429 of a provider', (response) => void response.end(error(429, 'exceeded its compute units'))],
    ['a block that one machine lacks', (response) => void response.end(error(-32000, 'header not found'))],
  ]
  test.each(once)('%s once: the second try counts', async (_, fault) => {
    const { url, asked } = await node((response, calls, count) =>
      (count === 1 ? fault : honest)(response, calls, count),
    )
    const { answers, slept } = await ask(url, 3)
    expect(answers).toEqual(values(3))
    expect([asked.length, slept]).toEqual([2, [250]])
  })

  test('the waits double, and four tries are all', async () => {
    const { url, asked } = await node((response) => void response.writeHead(503).end())
    const { answers, slept } = await ask(url, 1)
    expect([answers, asked.length, slept]).toEqual(['rpc_busy', 4, [250, 500, 1000]])
  })

  test('Retry-After is obeyed, as seconds and as a date', async () => {
    const dates = { date: 'Sat, 21 Nov 2026 10:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2026 10:00:05 GMT' }
    const { url } = await node((response, calls, count) => {
      if (count > 2) honest(response, calls, count)
      else response.writeHead(429, count === 1 ? { 'retry-after': '3' } : dates).end()
    })
    const { answers, slept } = await ask(url, 1)
    expect([answers, slept]).toEqual([values(1), [3250, 5500]])
  })

  test('a Retry-After beyond the time is not waited for', async () => {
    const { url, asked } = await node((response) => void response.writeHead(429, { 'retry-after': '3600' }).end())
    const { answers, slept } = await ask(url, 1)
    expect([answers, asked.length, slept]).toEqual(['rpc_busy', 1, []])
  })

  test('silence: a second try, then a timeout, within --timeout', async () => {
    const { url, asked } = await node(() => undefined)
    const begun = performance.now()
    const real: Pace = { now: () => performance.now(), sleep: () => Promise.resolve(), random: () => 0 }
    const { answers } = await ask(url, 1, { timeout: 400, pace: real })
    expect(answers).toBe('rpc_timeout')
    expect(asked.length).toBeGreaterThan(1)
    expect(performance.now() - begun).toBeLessThan(5000)
  })

  test('of a batch that hit a limit in part, that part alone is asked again', async () => {
    const { url, asked } = await node((response, calls, count) => {
      const limited = (call: Call): unknown =>
        count === 1 && call.id % 2 === 1 ? (JSON.parse(error(-32005, 'rate limited', call.id)) as unknown) : echo(call)
      response.end(JSON.stringify((calls as readonly Call[]).map(limited)))
    })
    expect((await ask(url, 5)).answers).toEqual(values(5))
    expect((asked[1] as readonly Call[]).map(({ id }) => id)).toEqual([1, 3])
  })

  const noes: readonly (readonly [string, Reply])[] = [
    ['HTTP 401', (response) => void response.writeHead(401).end()],
    ['HTTP 401 with an error', (response) => void response.writeHead(401).end(error(-32001, 'no such key'))],
    ['HTTP 407', (response) => void response.writeHead(407).end()],
    ['a redirect', (response) => void response.writeHead(302, { location: '/' }).end()],
  ]
  test.each(noes)('%s is not asked again', async (_, fault) => {
    const { url, asked } = await node(fault)
    expect([(await ask(url, 2)).answers, asked.length]).toEqual(['rpc_bad_answer', 1])
  })

  const nonsense: readonly (readonly [string, Reply])[] = [
    ['HTTP 403', (response) => void response.writeHead(403).end('<h1>Forbidden</h1>')],
    ['HTTP 500', (response) => void response.writeHead(500).end('{}')],
    ['no JSON', (response) => void response.end('<html>')],
  ]
  test.each(nonsense)('%s is asked with one question, and no more', async (_, fault) => {
    const { url, asked } = await node(fault)
    expect([(await ask(url, 2)).answers, asked.map(isBatch)]).toEqual(['rpc_bad_answer', [true, false]])
  })

  test('a revert that speaks of a rate limit is a revert', async () => {
    const { url, asked } = await node((response) => {
      response.end(
        JSON.stringify([{ id: 0, error: { code: 3, message: 'execution reverted: rate limit', data: '0x' } }]),
      )
    })
    const { answers } = await ask(url, 1)
    expect([answers, asked.length]).toMatchObject([[{ error: { code: 3 } }], 1])
  })
})

describe('batches', () => {
  // As these nodes word it: geth, Besu, Nethermind, and a gateway before any.
  const tooLarge: readonly (readonly [string, (response: ServerResponse) => void])[] = [
    ['geth', (response) => response.end(error(-32600, 'batch too large'))],
    ['Besu', (response) => response.end(error(-32602, 'Number of requests in batch exceeds --rpc-max-batch-size.'))],
    ['Nethermind', (response) => response.end(error(-32005, 'Batch size limit exceeded'))],
    ['HTTP 413', (response) => response.writeHead(413).end('<html>')],
    ['HTTP 400', (response) => response.writeHead(400).end(error(-32600, 'batch too large'))],
  ]
  test.each(tooLarge)('too large, says %s: halves, remembered', async (_, refuse) => {
    const { url, asked } = await node((response, calls, count) => {
      if (isBatch(calls) && calls.length > 3) refuse(response)
      else honest(response, calls, count)
    })
    const { rpc, answers, slept } = await ask(url, 10)
    expect([answers, slept]).toEqual([values(10), []])
    const sizes = asked.map((calls) => (isBatch(calls) ? calls.length : 0))
    expect(sizes).toEqual([10, 5, 3, 2, 3, 2])
    expect(await rpc.batch(questions(4))).toEqual(values(4))
    expect(asked.slice(6).map((calls) => (calls as readonly Call[]).length)).toEqual([3, 1])
    expect(rpc.summary).toContain('2 splits')
  })

  test('none at all: single calls without a list, remembered', async () => {
    const { url, asked } = await node((response, calls, count) => {
      if (isBatch(calls)) response.end(error(-32600, 'invalid request'))
      else honest(response, calls, count)
    })
    const { rpc, answers } = await ask(url, 6)
    expect(answers).toEqual(values(6))
    expect(asked.map(isBatch)).toEqual([true, false, false, false, false, false, false])
    expect(await rpc.batch(questions(9))).toEqual(values(9))
    expect(asked).toHaveLength(16)
  })

  test('a node that says no to all is asked twice, not once for each question', async () => {
    const { url, asked } = await node((response) => void response.end(error(-32001, 'no such key')))
    const pace = heldPace()
    const rpc = new Rpc(url, { timeout: 1000, pace })
    await expect(rpc.ask('echo', [1])).rejects.toMatchObject({ code: 'rpc_refused' })
    expect(asked).toHaveLength(2)
  })
})

test('--rps spaces requests out', async () => {
  const { url } = await node((response, calls, count) => {
    if (isBatch(calls)) response.end(error(-32600, 'invalid request'))
    else honest(response, calls, count)
  })
  const { answers, slept } = await ask(url, 4, { rps: 2 })
  expect(answers).toEqual(values(4))
  expect(slept).toEqual([500, 500, 500, 500])
})

test('neither the refusal nor the summary shows the path of a URL', async () => {
  const { url } = await node((response) => void response.writeHead(503).end())
  const rpc = new Rpc(url, { timeout: 1000, pace: heldPace() })
  const fault = await rpc.batch(questions(1)).then(String, String)
  for (const text of [fault, rpc.summary]) expect(text).not.toContain('KEY')
})
