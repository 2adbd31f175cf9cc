// A proxy before a real chain that behaves as nodes do: the request that is built is the plain node's, byte for byte, or the
// sentence that is promised.
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KeyFiles } from '../../support/keystores.ts'
import { listRefusals } from '../../support/list-refusals.ts'
import type { Ended } from '../../support/programs.ts'
import { startProxy, type Faults, type Proxy } from '../../support/proxy.ts'
import { codesIn, Stage } from '../../support/stage.ts'

let stage: Stage
let keys: KeyFiles
let plain: string
beforeAll(async () => {
  stage = await Stage.open()
  keys = await stage.operator()
  plain = (await build(stage.anvil.rpcUrl)).request ?? ''
})
afterAll(() => stage.close())

interface Built extends Ended {
  /** The text of the request; null where there is none. */
  readonly request: string | null
}

/** Builds what depends on the chain alone, by a machine that remembers nothing. */
async function build(url: string, more: readonly string[] = []): Promise<Built> {
  const path = stage.path('request.json')
  const fixed = ['--salt', `0x${'5a'.repeat(32)}`, '--expiry', '2026-12-24', '--force']
  const folders = [
    '--contracts',
    stage.path('contracts'),
    '--anchors',
    stage.path('anchors'),
    '--journal',
    stage.path('journal'),
  ]
  const ended = await stage.build(keys.operator, path, [...fixed, ...folders, ...more], stage.devnet, url)
  return { ...ended, request: existsSync(path) ? readFileSync(path, 'utf8') : null }
}

async function through(faults: Faults, more: readonly string[] = []): Promise<{ built: Built; proxy: Proxy }> {
  const proxy = await startProxy(stage.anvil.rpcUrl, faults)
  try {
    return { built: await build(proxy.url, more), proxy }
  } finally {
    await proxy.close()
  }
}

const words = ({ stderr }: Ended): string => stderr.replace(/\s+/g, ' ')

test('the plain node: the same bytes each time, in five HTTP requests', async () => {
  expect(plain).toContain('"kind": "register"')
  const { built, proxy } = await through({})
  expect([built.exitCode, built.request]).toEqual([0, plain])
  expect(proxy.bodies).toHaveLength(5)
})

describe.each(listRefusals)('lists of more than 3 refused: $what', ({ refuse }) => {
  test('the same request', async () => {
    const { built } = await through({
      before: (response, asked, { isList }) => {
        if (!isList || asked.length <= 3) return false
        refuse(response, asked)
        return true
      },
    })
    expect([built.exitCode, built.request]).toEqual([0, plain])
  })
})

test('answers in another order: the same request, in as many HTTP requests', async () => {
  const { built, proxy } = await through({
    http: (response, body) => response.end(JSON.stringify((JSON.parse(body) as unknown[]).toReversed())),
  })
  expect([built.exitCode, built.request, proxy.bodies.length]).toEqual([0, plain, 5])
})

test('no lists at all: the same request', async () => {
  const { built, proxy } = await through({
    before: (response, _, { isList }) => {
      if (isList) response.writeHead(400).end('Bad Request')
      return isList
    },
  })
  expect([built.exitCode, built.request]).toEqual([0, plain])
  expect(proxy.bodies.filter((body) => body.startsWith('['))).toHaveLength(2)
})

describe('a block by its hash', () => {
  // As old geth, Parity and a gateway word it.
  const refusals = [
    'invalid argument 1: json: cannot unmarshal object into Go value of type string',
    "Invalid params: invalid type: map, expected a block number or 'latest', 'earliest' or 'pending'.",
    'invalid params',
  ]
  const atHash = (params: readonly unknown[]): boolean =>
    params.some((param) => typeof param === 'object' && param !== null && 'blockHash' in param)
  test.each(refusals)('%s', async (message) => {
    const { built } = await through({
      answer: ({ params }, real) => (atHash(params) ? { id: real.id, error: { code: -32602, message } } : real),
    })
    expect([built.exitCode, codesIn(built.stderr), built.request]).toEqual([6, ['rpc_no_block_hash'], null])
    expect(words(built)).toMatch(
      /127\.0\.0\.1:\d+ cannot read at a block by its hash \(EIP-1898\): it answered .* with -32602 "/,
    )
    expect(words(built)).toContain('hint: give the --rpc-url of a node that can')
  })

  test('beside a node that can: refused by name as well', async () => {
    const proxy = await startProxy(stage.anvil.rpcUrl, {
      answer: ({ params }, real) =>
        atHash(params) ? { id: real.id, error: { code: -32602, message: refusals[0] ?? '' } } : real,
    })
    const built = await build(stage.anvil.rpcUrl, ['--rpc-url', proxy.url])
    await proxy.close()
    expect([built.exitCode, codesIn(built.stderr), built.request]).toEqual([6, ['rpc_no_block_hash'], null])
    expect(words(built)).toContain(`${new URL(proxy.url).host} cannot read at a block by its hash`)
  })

  test('a state that was pruned is another matter', async () => {
    const error = { code: -32602, message: 'missing trie node: historical state is not available' }
    const { built } = await through({ answer: ({ params }, real) => (atHash(params) ? { id: real.id, error } : real) })
    expect([built.exitCode, codesIn(built.stderr)]).toEqual([6, ['rpc_refused']])
  })
})

describe('a node that does not know who asks', () => {
  const refusals: readonly (readonly [string, number, string, string, string])[] = [
    ['HTTP 401 and text', 401, 'Must be authenticated!', 'rpc_bad_answer', 'HTTP status 401: "Must be authenticated!"'],
    [
      'HTTP 401 and JSON',
      401,
      '{"error":"invalid project id"}',
      'rpc_bad_answer',
      'HTTP status 401: "invalid project id"',
    ],
    [
      'HTTP 403 and a web page',
      403,
      '<p>Host not allowed</p>',
      'rpc_bad_answer',
      'HTTP status 403: "Host not allowed"',
    ],
    [
      'HTTP 403 and an error',
      403,
      '{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"no access on this plan"}}',
      'rpc_refused',
      '-32001 "no access on this plan"',
    ],
  ]
  test.each(refusals)('%s: its first words, and what to check', async (_, status, body, code, said) => {
    const { built } = await through({
      before: (response) => {
        response.writeHead(status).end(body)
        return true
      },
    })
    expect([built.exitCode, codesIn(built.stderr), built.request]).toEqual([6, [code], null])
    expect(words(built)).toContain(said)
    expect(words(built)).toContain('hint: check the key or the password in --rpc-url')
  })
})
