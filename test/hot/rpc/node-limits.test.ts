// Nodes and gateways that limit a list of questions, each in words and statuses that were met: all is answered in the end.
import { afterEach, describe, expect, test } from 'vitest'
import { Rpc } from '../../../src/hot/rpc/rpc.ts'
import { listRefusals } from '../../support/list-refusals.ts'
import { closeNodes, error, heldPace, honest, isBatch, node, questions, values } from '../../support/scripted-node.ts'

afterEach(closeNodes)

const sizesOf = (asked: readonly unknown[]): number[] => asked.map((calls) => (Array.isArray(calls) ? calls.length : 0))

describe.each(listRefusals)('$what', ({ refuse }) => {
  test.each([1, 3, 10])('at most %i in a list', async (most) => {
    const { url, asked } = await node((response, calls, count) => {
      if (isBatch(calls) && calls.length > most) refuse(response, calls)
      else honest(response, calls, count)
    })
    const rpc = new Rpc(url, { timeout: 20_000, pace: heldPace() })
    expect(await rpc.batch(questions(25))).toEqual(values(25))
    const learned = asked.length
    expect(await rpc.batch(questions(25))).toEqual(values(25))
    expect(Math.max(...sizesOf(asked.slice(learned)))).toBeLessThanOrEqual(most)
  })

  test('no lists at all, not even of one', async () => {
    const { url } = await node((response, calls, count) => {
      if (isBatch(calls)) refuse(response, calls)
      else honest(response, calls, count)
    })
    const rpc = new Rpc(url, { timeout: 20_000, pace: heldPace() })
    expect(await rpc.batch(questions(5))).toEqual(values(5))
    expect(await rpc.batch(questions(1))).toEqual(values(1))
  })
})

test('too many in a list for the rate, always: halves, after the tries', async () => {
  const { url, asked } = await node((response, calls, count) => {
    if (isBatch(calls) && calls.length > 4) response.writeHead(429, { 'retry-after': '1' }).end('too many credits')
    else honest(response, calls, count)
  })
  const rpc = new Rpc(url, { timeout: 60_000, pace: heldPace() })
  expect(await rpc.batch(questions(8))).toEqual(values(8))
  expect(sizesOf(asked)).toEqual([8, 8, 8, 8, 4, 4])
})

test('a node that asks for a longer wait than there is gets no halves of it', async () => {
  const { url, asked } = await node((response) => void response.writeHead(429, { 'retry-after': '3600' }).end())
  const rpc = new Rpc(url, { timeout: 20_000, pace: heldPace() })
  await expect(rpc.batch(questions(8))).rejects.toMatchObject({ code: 'rpc_busy' })
  expect(asked).toHaveLength(1)
})

test('two lists at once, of which one learns that there are no lists while the other waits', async () => {
  const { url } = await node((response, calls, count) => {
    if (!isBatch(calls)) honest(response, calls, count)
    else if (count === 1) response.writeHead(503).end()
    else response.end(error(-32600, 'invalid request'))
  })
  const rpc = new Rpc(url, { timeout: 20_000, pace: heldPace() })
  expect(await Promise.all([rpc.batch(questions(5)), rpc.batch(questions(7))])).toEqual([values(5), values(7)])
})

describe('a single question', () => {
  test.each([400, 403, 500])('answered with an error and HTTP %i: the error counts', async (status) => {
    const { url } = await node((response, calls) => {
      response.writeHead(status)
      if (isBatch(calls)) response.end('no lists')
      else
        response.end(JSON.stringify({ id: calls.id, error: { code: 3, message: 'execution reverted', data: '0x01' } }))
    })
    const [answer] = await new Rpc(url, { timeout: 20_000, pace: heldPace() }).batch(questions(1))
    expect(answer).toEqual({ error: { code: 3, message: 'execution reverted', data: '0x01' } })
  })

  test('the answer to another question is none', async () => {
    const { url } = await node((response) => void response.end(JSON.stringify({ id: 77, result: 0 })))
    const rpc = new Rpc(url, { timeout: 20_000, pace: heldPace() })
    await expect(rpc.batch(questions(3))).rejects.toMatchObject({ code: 'rpc_bad_answer' })
  })
})

describe('the first words of what refuses', () => {
  const bodies: readonly (readonly [string, string, string | null])[] = [
    ['text', 'Project not found\n', '"Project not found"'],
    ['JSON', '{"error":{"code":-32001,"message":"no such plan"}}', '"no such plan"'],
    ['JSON of another form', '{"message":"quota used up","code":31}', '"quota used up"'],
    ['a web page', '<html><head><title>x</title></head><body><h1>403</h1>\n <p>Blocked</p></body>', '"403 Blocked"'],
    ['escape codes', '\u001b[2Japproved', '"\\u{1b}[2Japproved"'],
    ['a long text', 'y'.repeat(5000), `"${'y'.repeat(120)}"... (4880 more characters)`],
    ['nothing', '', null],
  ]
  test.each(bodies)('%s', async (_, body, words) => {
    const { url } = await node((response) => void response.writeHead(401).end(body))
    const fault = await new Rpc(url, { timeout: 20_000, pace: heldPace() }).batch(questions(1)).then(String, String)
    expect(fault).toContain(words === null ? 'HTTP status 401 (rpc_bad_answer)' : `HTTP status 401: ${words}`)
  })
})
