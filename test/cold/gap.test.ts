// The gap, proven on the bundle that ships: what is in it, and what it asks of the system.
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeKeyFiles, type KeyFiles } from '../support/keystores.ts'
import { approve, canUnshare, inTerminal } from '../support/programs.ts'
import { resealed } from '../support/stage.ts'
import { root } from '../support/project.ts'

const bundle = join(root, 'dist/airlock-cold.mjs')
const { builtins, modules } = JSON.parse(readFileSync(join(root, 'dist/airlock-cold.modules.json'), 'utf8')) as {
  builtins: string[]
  modules: string[]
}

/** The bullets of a section of src/cold/README.md: what they name in backquotes first. */
function listed(section: string): string[] {
  const text = readFileSync(join(root, 'src/cold/README.md'), 'utf8')
  const body = text.split(`## ${section}\n`)[1]?.split('\n## ')[0] ?? ''
  return [...body.matchAll(/^- `([^`]+)`/gm)].map(([, name]) => name ?? '')
}

describe('what is in the bundle', () => {
  test('its built-ins are those of the allow-list, no more and no fewer', () => {
    expect(builtins).toEqual(listed('Built-ins').toSorted())
  })

  test('none of its built-ins can open a socket, start a process or load other code', () => {
    const able =
      /^node:(net|dgram|tls|http|https|http2|dns|dns\/promises|inspector|child_process|cluster|module|vm|repl|wasi|test)$/
    expect(builtins.filter((name) => able.test(name))).toEqual([])
  })

  test('the file imports what the list says, and nothing at run time', () => {
    const text = readFileSync(bundle, 'utf8')
    const imported = [...text.matchAll(/^import .*? from "([^"]+)";?$/gm)].map(([, name]) => name ?? '')
    expect([...new Set(imported)].toSorted()).toEqual(builtins)
    expect(text.match(/\bimport\(\s*[^)]/g) ?? []).toEqual([])
    expect(
      text.match(
        /\b(createRequire|process\.binding|process\.dlopen|getBuiltinModule|WebAssembly|WebSocket|XMLHttpRequest|EventSource)\b/g,
      ) ?? [],
    ).toEqual([])
    expect(text.match(/(?<![.\w"'])fetch\(/g) ?? []).toEqual([])
    expect(text.match(/\bnew Function\(|(?<![.\w])eval\(/g) ?? []).toEqual([])
  })

  test('its packages are those of the list, and child_process is replaced', () => {
    const packages = modules.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [])
    expect([...new Set(packages)].toSorted()).toEqual(listed('Packages').toSorted())
    expect(modules).toContain('absent:node:child_process')
  })

  test('of age-encryption only what passphrases need is in it', () => {
    expect(
      modules.filter((path) =>
        /^node_modules.*(post-quantum|curves\/(nist|ed25519)|age-encryption\/dist\/(x25519|webauthn))/.test(path),
      ),
    ).toEqual([])
  })

  test('nothing of the online side is in it', () => {
    expect(modules.filter((path) => path.startsWith('src/hot/'))).toEqual([])
    expect(modules.filter((path) => /viem\/_esm\/(actions|clients)|ethers\/.*provider/.test(path))).toEqual([])
  })

  test('the online bundle has nothing of the offline side', () => {
    const hot = JSON.parse(readFileSync(join(root, 'dist/airlock-hot.modules.json'), 'utf8')) as { modules: string[] }
    expect(hot.modules.filter((path) => path.startsWith('src/cold/'))).toEqual([])
    const signing = hot.modules.filter((path) => path === 'node_modules/@noble/curves/secp256k1.js')
    expect(signing).toEqual([])
  })
})

/** strace prints each call of its class; what it prints of itself begins with "strace:". */
const canTrace = spawnSync('strace', ['-V']).status === 0

describe.skipIf(!canTrace || !canUnshare)('what it asks of the system, in a namespace without interfaces', () => {
  let folder: string
  let keys: KeyFiles
  let request: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'airlock-gap-'))
    keys = await makeKeyFiles(folder, 'light')
    request = join(folder, 'request.json')
    writeFileSync(request, requestFor(keys.operator))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const traced = (log: string, args: readonly string[]): string[] => [
    ...['-rn', 'strace', '-f', '-qq', '-e', 'trace=network', '-o', log],
    ...[process.execPath, bundle, ...args],
  ]

  test('inspect makes no network system call', () => {
    const log = join(folder, 'inspect.strace')
    // Files for its output: the pipes that a test would give it are sockets themselves.
    const screen = join(folder, 'inspect.screen')
    const output = openSync(screen, 'w')
    const ended = spawnSync('unshare', traced(log, ['inspect', request]), {
      stdio: ['ignore', output, output],
      timeout: 60_000,
    })
    closeSync(output)
    expect(ended.status).toBe(0)
    expect(readFileSync(screen, 'utf8')).toContain(keys.operator)
    expect(readFileSync(log, 'utf8')).toBe('')
  })

  test('doctor makes no network system call, though it asks about the network', () => {
    const log = join(folder, 'doctor.strace')
    const screen = join(folder, 'doctor.screen')
    const output = openSync(screen, 'w')
    const keyFlags = ['--ecdsa-keystore', keys.ecdsaKeystore, '--bls-password-file', keys.blsPasswordFile]
    spawnSync('unshare', traced(log, ['doctor', request, ...keyFlags]), {
      stdio: ['ignore', output, output],
      timeout: 60_000,
    })
    closeSync(output)
    expect(readFileSync(screen, 'utf8')).toMatch(/^ok +network +no interface is connected$/m)
    expect(readFileSync(log, 'utf8')).toBe('')
  })

  test('doctor opens neither key files nor password files', () => {
    const log = join(folder, 'opened.strace')
    const args = [
      'doctor',
      request,
      '--ecdsa-keystore',
      keys.ecdsaKeystore,
      '--bls-password-file',
      keys.blsPasswordFile,
    ]
    const files = traced(log, args).map((word) => (word === 'trace=network' ? 'trace=open,openat' : word))
    spawnSync('unshare', files, { timeout: 60_000 })
    const opened = readFileSync(log, 'utf8')
    expect(opened).toContain(request)
    expect(opened).not.toContain(keys.ecdsaKeystore)
    expect(opened).not.toContain(keys.blsPasswordFile)
  })

  test('sign makes no network system call', async () => {
    const log = join(folder, 'sign.strace')
    const response = join(folder, 'response.json')
    const ecdsa = ['--ecdsa-keystore', keys.ecdsaKeystore, '--ecdsa-password-file', keys.ecdsaPasswordFile]
    const bls = ['--bls-keystore', keys.blsKeystore, '--bls-password-file', keys.blsPasswordFile]
    const { exitCode } = await inTerminal(
      ['unshare', ...traced(log, ['sign', request, '-o', response, ...ecdsa, ...bls])],
      [approve],
    )
    expect(exitCode).toBe(0)
    expect(existsSync(response)).toBe(true)
    expect(readFileSync(log, 'utf8')).toBe('')
  })

  test('the trace would show a network call', () => {
    const log = join(folder, 'connect.strace')
    const script = "require('node:net').connect(9, '127.0.0.1').on('error', () => {})"
    const args = ['-rn', 'strace', '-f', '-qq', '-e', 'trace=network', '-o', log, process.execPath, '-e', script]
    spawnSync('unshare', args, { timeout: 60_000 })
    expect(readFileSync(log, 'utf8')).toMatch(/socket\(/)
  })
})

/** A request for an operator on a chain of its own, in the one spelling, written here by hand. */
function requestFor(operator: string): string {
  const timestamp = Math.floor(Date.now() / 1000)
  return resealed(`{
  "airlock": "request/1",
  "anchors": [],
  "block": {
    "hash": "0x${'ab'.repeat(32)}",
    "number": 100,
    "timestamp": ${timestamp}
  },
  "chainId": 31337,
  "checksum": "0000000000000000",
  "claims": [],
  "code": null,
  "expiry": ${timestamp + 7 * 86_400},
  "operation": {
    "kind": "register",
    "operator": "${operator}",
    "operatorSignature": {
      "avsDirectory": "0x3fd095498F43eda0650829a3c6E531FF593b7cDd",
      "domainVersion": null,
      "salt": "0x${'5a'.repeat(32)}",
      "signer": null
    },
    "pubkeyRegistration": {
      "from": "signer",
      "operatorId": null
    },
    "quorums": [
      0
    ],
    "registryCoordinator": "0x74127512Ec74c321F86b19f0491b675c17a835f1",
    "serviceManager": "0x68aA080939338938a01D93173047bB2546c6189e",
    "socket": "203.0.113.7:32005;32006"
  },
  "transaction": {
    "fees": [
      {
        "maxFeePerGas": "30000000000",
        "maxPriorityFeePerGas": "1000000000"
      }
    ],
    "from": null,
    "gasLimit": 1440000,
    "nonce": 3
  }
}
`)
}
