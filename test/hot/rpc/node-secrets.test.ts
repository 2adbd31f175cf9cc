// Keys, passwords and headers of nodes: sent where they belong, to nobody else, and shown nowhere.
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readHeaderFile } from '../../../src/hot/rpc/header-file.ts'
import { nodeAddress } from '../../../src/hot/rpc/node-url.ts'
import { AirlockError } from '../../../src/shared/base/errors.ts'
import type { KeyFiles } from '../../support/keystores.ts'
import { run, type Ended } from '../../support/programs.ts'
import { startProxy, type Faults, type Proxy } from '../../support/proxy.ts'
import { codesIn, SOCKET, Stage } from '../../support/stage.ts'

let stage: Stage
let keys: KeyFiles
beforeAll(async () => {
  stage = await Stage.open()
  keys = await stage.operator()
})
afterAll(() => stage.close())

const USER = 'operator-7'
const PASSWORD = 'pa/ss@#wörd%1'
// RFC 7617: base64 of "user:password" in UTF-8, by another program: printf '%s' 'operator-7:pa/ss@#wörd%1' | base64
const BASIC = 'Basic b3BlcmF0b3ItNzpwYS9zc0Ajd8O2cmQlMQ=='
const SECRETS = [USER, PASSWORD, encodeURIComponent(PASSWORD), BASIC.slice(6)]

const withUser = (url: string): string => url.replace('//', `//${USER}:${encodeURIComponent(PASSWORD)}@`)

async function withProxy<T>(faults: Faults, task: (proxy: Proxy) => Promise<T>): Promise<T> {
  const proxy = await startProxy(stage.anvil.rpcUrl, faults)
  try {
    return await task(proxy)
  } finally {
    await proxy.close()
  }
}

/** A gate that lets those through who send the header. */
const gate =
  (name: string, value: string): NonNullable<Faults['before']> =>
  (response, _, { headers }) => {
    if (headers[name] === value) return false
    response.writeHead(401).end(`go away, ${String(headers[name] ?? 'stranger')}`)
    return true
  }

/** Everything below a folder, as text. */
const textsIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .flatMap((entry) => (entry.isFile() ? [readFileSync(join(entry.parentPath, entry.name), 'utf8')] : []))
    .join('\n')

function showsNone(text: string, secrets: readonly string[] = SECRETS): void {
  for (const secret of secrets) expect(text).not.toContain(secret)
}

/** airlock-hot build without a flag for the node. */
const buildWith = (
  path: string,
  more: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> => {
  const wish = ['--registry-coordinator', stage.devnet.registryCoordinator, '--operator', keys.operator]
  const all = ['build', 'register', ...wish, '--quorums', '0,1', '--socket', SOCKET, '-o', path, ...more]
  return run('airlock-hot', all, { env })
}

describe('a user name and a password in the URL', () => {
  test('go into a header, and are in no output and no journal', async () => {
    await withProxy({ before: gate('authorization', BASIC) }, async (proxy) => {
      const [path, journal] = [stage.path('request.json'), stage.path('journal')]
      const built = await buildWith(path, ['--rpc-url', withUser(proxy.url), '--journal', journal, '--verbose'])
      expect(built.exitCode).toBe(0)
      const json = await buildWith(path, ['--rpc-url', withUser(proxy.url), '--force', '--json', '--journal', journal])
      expect(json.exitCode).toBe(0)
      showsNone(
        [built, json].map(({ stdout, stderr }) => stdout + stderr).join('') +
          textsIn(journal) +
          readFileSync(path, 'utf8'),
      )
      expect(built.stderr).toContain(`${new URL(proxy.url).host}: 5 HTTP requests`)
    })
  })

  test('are hidden in what the node says of them', async () => {
    await withProxy({ before: gate('authorization', 'Basic other') }, async (proxy) => {
      for (const flags of [[], ['--json']]) {
        const ended = await buildWith(stage.path('r.json'), ['--rpc-url', withUser(proxy.url), ...flags])
        expect(ended.exitCode).toBe(6)
        expect(ended.stderr.replace(/\s+/g, ' ')).toContain('go away, [hidden]')
        showsNone(ended.stdout + ended.stderr)
      }
    })
  })

  test('are hidden in errors of questions too', async () => {
    const error = { code: -32000, message: `user ${USER} with ${PASSWORD} has no quota` }
    await withProxy(
      { answer: ({ method }, real) => (method === 'eth_chainId' ? { id: real.id, error } : real) },
      async (proxy) => {
        const ended = await buildWith(stage.path('r.json'), ['--rpc-url', withUser(proxy.url)])
        expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['rpc_refused']])
        expect(ended.stderr.replace(/\s+/g, ' ')).toContain('user [hidden] with [hidden] has no quota')
      },
    )
  })

  const bad: readonly (readonly [string, string])[] = [
    ['a slash in the password', 'http://joe:SECRET12/34@127.0.0.1:8545'],
    ['a port that is half of a password', 'http://joe:12/SECRET@127.0.0.1:8545'],
    ['a question mark in the password', 'http://joe:12?SECRET@127.0.0.1:8545'],
    ['a hash in the password', 'http://joe:12#SECRET@127.0.0.1:8545'],
    ['an at and a slash', 'http://joe:SEC@RET/x@127.0.0.1:8545'],
    ['a % that is no escape', 'http://joe:SECRET%zz@127.0.0.1:8545'],
    ['a line break', 'http://joe:SECRET%0d%0aX-Evil:%201@127.0.0.1:8545'],
    ['a colon in the user name', 'http://joe%3ASECRET:x@127.0.0.1:8545'],
    ['another protocol', 'ftp://joe:SECRET@127.0.0.1'],
    ['no URL', 'joe:SECRET'],
  ]
  test.each(bad)('%s: refused, and not shown', async (_, url) => {
    const typed = await buildWith(stage.path('r.json'), ['--rpc-url', url])
    const set = await buildWith(stage.path('r.json'), [], { ETH_RPC_URL: url })
    for (const ended of [typed, set]) {
      expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([2, ['usage']])
      showsNone(ended.stdout + ended.stderr, ['SECRET', 'SEC', 'RET/', 'joe'])
    }
  })

  test('a misspelled flag is named without its value', async () => {
    const ended = await buildWith(stage.path('r.json'), [
      '-r',
      stage.anvil.rpcUrl,
      "--rpc-ulr=http://joe:SECRET' x@127.0.0.1",
    ])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([2, ['usage']])
    expect(ended.stderr).toContain("'--rpc-ulr'")
    showsNone(ended.stderr, ['SECRET', 'joe', "' x"])
  })

  test('a setting with a URL that the shell would change is named without its value', async () => {
    const path = stage.path('.env.opt')
    writeFileSync(path, 'ETH_RPC_URL=http://joe:SECRET$$@127.0.0.1:8545\n')
    const ended = await buildWith(stage.path('r.json'), ['--env-opt', path])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([3, ['settings_invalid']])
    showsNone(ended.stderr, ['SECRET', 'joe'])
  })

  test('the same node with two user names is one node', async () => {
    const ended = await buildWith(stage.path('r.json'), [
      '-r',
      'http://a:x@127.0.0.1:8545',
      '-r',
      'http://b:y@127.0.0.1:8545/',
    ])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([2, ['usage']])
    expect(ended.stderr).toContain('given twice')
  })

  test('short words are hidden where they stand alone, keys in the path anywhere', () => {
    const { hide, url } = nodeAddress('https://a:b@node.example/v3/0123456789abcdef?token=abcdefgh1')
    expect(url.href).toBe('https://node.example/v3/0123456789abcdef?token=abcdefgh1')
    expect(hide('a bad b in v3: xx0123456789abcdef, abcdefgh1')).toBe(
      '[hidden] bad [hidden] in v3: xx[hidden], [hidden]',
    )
  })
})

describe('ETH_RPC_URL', () => {
  test('is read where no node is typed; what is typed wins, and a settings file too; an empty one is none', async () => {
    const good = stage.anvil.rpcUrl
    const away = 'http://127.0.0.1:9/KEY'
    const path = stage.path('.env.opt')
    writeFileSync(path, `ETH_RPC_URL=${good}\n`)
    const code = async (more: readonly string[], env: string): Promise<readonly unknown[]> => {
      const ended = await buildWith(stage.path('r.json'), more, { ETH_RPC_URL: env })
      showsNone(ended.stderr, ['KEY'])
      return [ended.exitCode, ...codesIn(ended.stderr)]
    }
    expect(await code([], good)).toEqual([0])
    expect(await code([], away)).toEqual([6, 'rpc_unreachable'])
    expect(await code(['--rpc-url', good], away)).toEqual([0])
    expect(await code(['--eth-rpc-url', good], away)).toEqual([0])
    expect(await code(['--env-opt', path], away)).toEqual([0])
    expect(await code([], '')).toEqual([2, 'usage'])
  })

  test.each([['build', 'register'], ['send'], ['status'], ['safe'], ['read-back']])(
    '%s %s: --help says so, and not what it holds',
    async (...command) => {
      const { stdout } = await run('airlock-hot', [...command, '--help'], {
        env: { ETH_RPC_URL: 'http://joe:SECRET@x' },
      })
      expect(stdout.replace(/\s+/g, ' ')).toContain('(env: ETH_RPC_URL)')
      showsNone(stdout, ['SECRET', 'joe'])
    },
  )
})

describe('--rpc-header-file', () => {
  function headerFile(content: string | Uint8Array, mode = 0o600): string {
    const path = stage.path('headers')
    writeFileSync(path, content)
    chmodSync(path, mode)
    return path
  }

  test('its headers go to the node at the same place, and to no other', async () => {
    await withProxy({ before: gate('x-api-key', 'k3y with words') }, (first) =>
      withProxy({ before: gate('authorization', 'Bearer t0ken') }, async (second) => {
        const one = headerFile('# of the first\r\n\r\nX-Api-Key:  k3y with words \r\n')
        const two = headerFile('\ufeffAuthorization: Bearer t0ken')
        const urls = ['-r', first.url, '-r', second.url, '-r', stage.anvil.rpcUrl]
        const path = stage.path('r.json')
        const ended = await buildWith(path, [...urls, '--rpc-header-file', one, '--rpc-header-file', two, '--verbose'])
        expect(ended.exitCode).toBe(0)
        expect(first.headers.every((headers) => headers.authorization === undefined)).toBe(true)
        expect(second.headers.every((headers) => headers['x-api-key'] === undefined)).toBe(true)
        showsNone(ended.stdout + ended.stderr + readFileSync(path, 'utf8'), ['k3y with words', 't0ken'])
      }),
    )
  })

  test('what the node says of them is hidden', async () => {
    await withProxy({ before: gate('authorization', 'Bearer other') }, async (proxy) => {
      const flags = ['-r', proxy.url, '--rpc-header-file', headerFile('Authorization: Bearer t0ken')]
      const ended = await buildWith(stage.path('r.json'), flags)
      expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([6, ['rpc_bad_answer']])
      showsNone(ended.stderr, ['t0ken'])
    })
  })

  const bad: readonly (readonly [string, string | Uint8Array])[] = [
    ['a line without a colon', 'SECRET'],
    ['a carriage return in a value', 'X-A: SECRET\rX-B: 1'],
    ['a folded line', 'X-A: 1\n SECRET'],
    ['a NUL', 'X-A: SECRET\0'],
    ['what is not ASCII', 'X-A: SECRÈT'],
    ['a space in a name', 'X A: SECRET'],
    ['no name', ': SECRET'],
    ['no value', 'X-A:'],
    ['a header that HTTP sets', 'Content-Length: 0'],
    ['another host', 'Host: SECRET'],
    ['a header twice', 'X-A: SECRET\nx-a: SECRET'],
    ['too many', Array.from({ length: 33 }, (_, index) => `X-${index}: SECRET`).join('\n')],
    ['too much', `X-A: ${'SECRET'.repeat(3000)}`],
    ['UTF-16', Buffer.from('\ufeffX-A: SECRET', 'utf16le')],
  ]
  test.each(bad)('%s: refused, and not shown', (_, content) => {
    try {
      readHeaderFile(headerFile(content))
      expect.unreachable('it was read')
    } catch (error) {
      expect(error).toMatchObject({ code: 'rpc_headers_invalid' })
      const { problems } = error as AirlockError
      showsNone(JSON.stringify(problems), ['SECR'])
    }
  })

  test('one that others can read is refused, with what to type', async () => {
    const path = headerFile('X-A: SECRET', 0o640)
    const ended = await buildWith(stage.path('r.json'), ['-r', stage.anvil.rpcUrl, '--rpc-header-file', path])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([3, ['rpc_headers_open_to_others']])
    expect(ended.stderr.replace(/\s+/g, '')).toContain(`chmod600${path}`)
    showsNone(ended.stderr, ['SECRET'])
  })

  test('an empty one stands for none; one that is not there, or for no node, is refused', async () => {
    const more = (...files: readonly string[]): Promise<Ended> =>
      buildWith(stage.path('r.json'), [
        '-r',
        stage.anvil.rpcUrl,
        ...files.flatMap((file) => ['--rpc-header-file', file]),
      ])
    expect((await more('/dev/null')).exitCode).toBe(0)
    expect(codesIn((await more(stage.path('nothing'))).stderr)).toEqual(['file_not_found'])
    expect(codesIn((await more('/dev/null', '/dev/null')).stderr)).toEqual(['usage'])
  })

  test('two Authorization headers are one too many', async () => {
    const path = headerFile('authorization: Bearer t0ken')
    const request = stage.path('r.json')
    const ended = await buildWith(request, ['-r', withUser(stage.anvil.rpcUrl), '--rpc-header-file', path])
    expect([ended.exitCode, codesIn(ended.stderr), existsSync(request)]).toEqual([2, ['usage'], false])
    showsNone(ended.stderr, [...SECRETS, 't0ken'])
  })
})
