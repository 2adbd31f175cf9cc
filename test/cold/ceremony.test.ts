// Signing as a person meets it: the built program in a real terminal, with every way to stop, mistype or mix things up.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  chmodSync,
  symlinkSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blsKeystore, type KeyFiles } from '../support/keystores.ts'
import {
  approve,
  canUnshare,
  commandOf,
  inTerminal,
  run,
  runInTerminal,
  runProcessInTerminal,
  type Answer,
} from '../support/programs.ts'
import { codesIn, readJson, Stage, writeChanged } from '../support/stage.ts'

let stage: Stage
let keys: KeyFiles
let request: string

beforeAll(async () => {
  stage = await Stage.open()
  keys = await stage.operator()
  request = stage.path('request.json')
  const built = await stage.build(keys.operator, request)
  expect(built.stderr + built.stdout).toContain('words')
})
afterAll(() => stage.close())

/** What a screen said, without colours; a line rewritten in place becomes two. */
const plain = (text: string): string => text.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '').replace(/\r\n?/g, '\n')

/** No secret, in any spelling, on a screen. */
function expectNoSecret(screen: string, of: KeyFiles = keys): void {
  const secrets = [
    of.operatorSecret.slice(2),
    of.blsSecret.toString(16),
    of.blsSecret.toString(),
    of.ecdsaPassword,
    of.blsPassword,
  ]
  for (const secret of secrets) expect(screen.toLowerCase()).not.toContain(secret.toLowerCase())
}

const prompted = (kind: 'ecdsa' | 'bls', text: string): Answer => ({
  prompt: new RegExp(`Password of the ${kind === 'ecdsa' ? 'ECDSA' : 'BLS'} key [^:]*: $`),
  type: text,
})

const flagsOf = (of: KeyFiles): string[] => [
  ...['--ecdsa-keystore', of.ecdsaKeystore, '--ecdsa-password-file', of.ecdsaPasswordFile],
  ...['--bls-keystore', of.blsKeystore, '--bls-password-file', of.blsPasswordFile],
]

const keystores = (of: KeyFiles): string[] => ['--ecdsa-keystore', of.ecdsaKeystore, '--bls-keystore', of.blsKeystore]

describe('the way it goes', () => {
  test('typed passwords are hidden, the response is whole, private and signed', async () => {
    const response = stage.path('response.json')
    const answers = [approve, prompted('ecdsa', `${keys.ecdsaPassword}\r`), prompted('bls', `${keys.blsPassword}\r`)]
    const { exitCode, screen } = await runInTerminal(
      'airlock-cold',
      ['sign', request, '-o', response, ...keystores(keys)],
      answers,
    )
    expect(exitCode).toBe(0)
    expectNoSecret(screen)
    expect(statSync(response).mode & 0o777).toBe(0o600)
    expect(readJson(response)).toMatchObject({ airlock: 'response/1' })
    expect(readJson(response)['transactions']).toHaveLength(1)
  })

  test('passwords pasted ahead in one go are taken one by one', async () => {
    const response = stage.path('response.json')
    const both = prompted('ecdsa', `${keys.ecdsaPassword}\r${keys.blsPassword}\r`)
    const { exitCode, screen } = await runInTerminal(
      'airlock-cold',
      ['sign', request, '-o', response, ...keystores(keys)],
      [approve, both],
    )
    expect(exitCode).toBe(0)
    expectNoSecret(screen)
  })

  test('the screen is 80 columns wide and shows every signed field', async () => {
    const { stdout } = await run('airlock-cold', ['inspect', request])
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    const { operation, transaction } = readJson(request) as {
      operation: Record<string, unknown>
      transaction: Record<string, unknown>
    }
    const shown = [
      operation['operator'],
      operation['registryCoordinator'],
      operation['serviceManager'],
      operation['socket'],
    ]
    for (const value of [...shown, transaction['nonce']]) expect(stdout).toContain(String(value))
    expect(stdout).toContain((operation['operatorSignature'] as { salt: string }).salt)
    expect(stdout).not.toContain('\x1b')
  })

  test('inspect --json prints every digest that would be signed', async () => {
    const { exitCode, stdout, stderr } = await run('airlock-cold', ['inspect', request, '--json'])
    expect(exitCode).toBe(0)
    expect(stderr).toBe('')
    const { signatures } = JSON.parse(stdout) as {
      signatures: { part: string; digest?: string; waitsFor?: string[] }[]
    }
    expect(signatures.map(({ part }) => part)).toEqual([
      'operatorSignature',
      'pubkeyRegistrationParams',
      'transactions',
    ])
    expect(signatures[0]?.digest).toMatch(/^0x[0-9a-f]{64}$/)
    expect(signatures[1]?.digest).toMatch(/^0x[0-9a-f]{64}$/)
    expect(signatures[2]?.waitsFor).toEqual(['operatorSignature', 'pubkeyRegistrationParams'])
  })

  test('a key on another machine: the BLS half first, then the rest over its proof', async () => {
    const [partial, second, response] = [
      stage.path('partial.json'),
      stage.path('request.json'),
      stage.path('response.json'),
    ]
    const bls = ['--bls-keystore', keys.blsKeystore, '--bls-password-file', keys.blsPasswordFile]
    const first = await runInTerminal('airlock-cold', ['sign', request, '-o', partial, ...bls], [approve])
    expect(first.exitCode).toBe(0)
    expect(plain(first.screen)).toContain('Partial')
    const checked = await run('airlock-hot', ['verify', request, partial, '--json'])
    expect(JSON.parse(checked.stdout)).toMatchObject({
      complete: false,
      missing: ['operatorSignature', 'transactions'],
    })
    const sent = await stage.send(request, partial)
    expect([sent.exitCode, codesIn(sent.stderr)]).toEqual([3, ['response_incomplete']])

    expect((await stage.build(keys.operator, second, ['--bls-proof', partial])).exitCode).toBe(0)
    const ecdsa = ['--ecdsa-keystore', keys.ecdsaKeystore, '--ecdsa-password-file', keys.ecdsaPasswordFile]
    const signed = await runInTerminal('airlock-cold', ['sign', second, '-o', response, ...ecdsa], [approve])
    expect(signed.exitCode).toBe(0)
    const whole = await run('airlock-hot', ['verify', second, response, '--json'])
    expect(JSON.parse(whole.stdout)).toMatchObject({ complete: true, missing: [] })
  })
})

describe('saying no', () => {
  const declining = ['', 'y', 'yes', 'sign', 'SIGN']

  test.each(declining)('typing %j declines', async (typed) => {
    const response = stage.path('response.json')
    const answer: Answer = { prompt: /\[no\]: $/, type: `${typed}\r` }
    const { exitCode, screen } = await stage.sign(request, response, keys, [], [answer])
    expect([exitCode, codesIn(plain(screen))]).toEqual([5, ['declined']])
    expect(existsSync(response)).toBe(false)
  })

  test('a pipe cannot approve', async () => {
    const response = stage.path('response.json')
    const args = ['sign', request, '-o', response, ...keystores(keys)]
    const { exitCode, stderr } = await run('airlock-cold', args, { input: 'yes\nyes\n' })
    expect([exitCode, codesIn(stderr)]).toEqual([2, ['no_terminal']])
    expect(existsSync(response)).toBe(false)
  })

  const stops: readonly (readonly [string, readonly Answer[]])[] = [
    ['at the approval', [{ prompt: /\[no\]: $/, type: '\x03' }]],
    ['at the first password', [approve, prompted('ecdsa', 'half\x03')]],
    ['at the second password', [approve, prompted('ecdsa', 'wrong\r'), prompted('bls', '\x03')]],
  ]

  test.each(stops)('Ctrl-C %s stops with nothing written', async (_, answers) => {
    const response = stage.path('response.json')
    const { exitCode, screen } = await runInTerminal(
      'airlock-cold',
      ['sign', request, '-o', response, ...keystores(keys)],
      answers,
    )
    expect([exitCode, codesIn(plain(screen))]).toEqual([5, ['interrupted']])
    expectNothingAt(response)
  })

  test('Ctrl-C while the keys are derived stops with nothing written', async () => {
    const slow = stage.path('slow.bls.key.json')
    writeFileSync(slow, blsKeystore(keys.blsSecret, keys.blsPassword, 524_288), { mode: 0o600 })
    const response = stage.path('response.json')
    const ecdsa = ['--ecdsa-keystore', keys.ecdsaKeystore, '--ecdsa-password-file', keys.ecdsaPasswordFile]
    const bls = ['--bls-keystore', slow, '--bls-password-file', keys.blsPasswordFile]
    const stop: Answer = { prompt: /unlocking: ecdsa, bls/, type: '\x03' }
    const { exitCode, screen } = await runProcessInTerminal(
      'airlock-cold',
      ['sign', request, '-o', response, ...ecdsa, ...bls],
      [approve, stop],
    )
    expect([exitCode, codesIn(plain(screen))]).toEqual([5, ['interrupted']])
    expectNothingAt(response)
  })
})

/** Neither the file nor a part of it is there. */
function expectNothingAt(path: string): void {
  expect(existsSync(path)).toBe(false)
  expect(readdirSync(dirname(path)).filter((name) => name.endsWith('.part'))).toEqual([])
}

describe('keys and passwords', () => {
  type Mixed = readonly [string, (keys: KeyFiles) => readonly string[], number, string]

  const file = (name: string, text: string | Uint8Array, mode = 0o600): string => {
    const path = stage.path(name)
    writeFileSync(path, text, { mode })
    return path
  }
  const flags = (of: KeyFiles, changed: Partial<KeyFiles>): string[] => flagsOf({ ...of, ...changed })
  const edited = (path: string, edit: (json: Record<string, unknown>) => void): string => {
    const json = readJson(path)
    edit(json)
    return file('key.json', JSON.stringify(json))
  }
  const cryptoOf = (json: Record<string, unknown>): Record<string, unknown> =>
    (json['crypto'] ?? json['Crypto']) as Record<string, unknown>

  const mixed: readonly Mixed[] = [
    [
      'the two key files swapped',
      (of) => flags(of, { ecdsaKeystore: of.blsKeystore, blsKeystore: of.ecdsaKeystore }),
      11,
      'key_file_wrong_kind',
    ],
    ['an empty key file', (of) => flags(of, { ecdsaKeystore: file('empty.json', '') }), 11, 'key_file_invalid'],
    [
      'a key file cut short',
      (of) => flags(of, { ecdsaKeystore: file('cut.json', readFileSync(of.ecdsaKeystore).subarray(0, 200)) }),
      11,
      'key_file_invalid',
    ],
    [
      'a binary key file',
      (of) => flags(of, { blsKeystore: file('binary.json', Uint8Array.of(0xff, 0, 0xfe)) }),
      11,
      'key_file_invalid',
    ],
    [
      'a huge key file',
      (of) => flags(of, { blsKeystore: file('huge.json', 'x'.repeat(100_000)) }),
      11,
      'key_file_invalid',
    ],
    ['a key file that is a folder', (of) => flags(of, { ecdsaKeystore: stage.folder }), 2, 'file_is_folder'],
    [
      'a key file that is not there',
      (of) => flags(of, { ecdsaKeystore: stage.path('none.json') }),
      2,
      'file_not_found',
    ],
    [
      'another cipher',
      (of) => flags(of, { blsKeystore: edited(of.blsKeystore, (json) => (cryptoOf(json)['cipher'] = 'aes-256-gcm')) }),
      11,
      'key_file_invalid',
    ],
    [
      'an absurd scrypt cost',
      (of) =>
        flags(of, {
          blsKeystore: edited(
            of.blsKeystore,
            (json) => ((cryptoOf(json)['kdfparams'] as Record<string, unknown>)['n'] = 2 ** 30),
          ),
        }),
      11,
      'key_file_cost',
    ],
    [
      'a damaged ciphertext',
      (of) =>
        flags(of, { blsKeystore: edited(of.blsKeystore, (json) => (cryptoOf(json)['ciphertext'] = '00'.repeat(32))) }),
      11,
      'password_wrong',
    ],
    ['a wrong password', (of) => flags(of, { blsPasswordFile: file('password', 'not it\n') }), 11, 'password_wrong'],
    [
      'the passwords swapped',
      (of) => flags(of, { blsPasswordFile: of.ecdsaPasswordFile, ecdsaPasswordFile: of.blsPasswordFile }),
      11,
      'password_wrong',
    ],
    [
      'an empty password file, which is the empty password',
      (of) => flags(of, { ecdsaPasswordFile: file('password', '\n') }),
      11,
      'password_wrong',
    ],
    [
      'a password file for all to read',
      (of) => flags(of, { ecdsaPasswordFile: open(file('password', `${of.ecdsaPassword}\n`)) }),
      11,
      'password_file_open_to_others',
    ],
    [
      'a public key that does not belong to the secret',
      (of) => flags(of, { blsKeystore: edited(of.blsKeystore, (json) => (json['pubKey'] = 'E([1,2])')) }),
      11,
      'key_file_public_key_differs',
    ],
    [
      'a BLS secret of zero',
      (of) => flags(of, { blsKeystore: file('zero.json', blsKeystoreOf(0n, of)) }),
      11,
      'key_out_of_range',
    ],
    [
      'a BLS secret above the order',
      (of) => flags(of, { blsKeystore: file('large.json', blsKeystoreOf(2n ** 255n, of)) }),
      11,
      'key_out_of_range',
    ],
    ['no key file at all', () => [], 11, 'key_missing'],
  ]

  const open = (path: string): string => {
    chmodSync(path, 0o644)
    return path
  }

  /** The valid file's layout with another secret; the public key is left as it was. */
  function blsKeystoreOf(secret: bigint, of: KeyFiles): string {
    const valid = JSON.parse(blsKeystore(1n, of.blsPassword)) as Record<string, unknown>
    const other = JSON.parse(blsKeystore(1n, of.blsPassword, undefined, secret)) as Record<string, unknown>
    return JSON.stringify({ ...valid, crypto: other['crypto'] })
  }

  test.each(mixed)('%s', async (_, args, exitCode, code) => {
    const response = stage.path('response.json')
    const ended = await runInTerminal('airlock-cold', ['sign', request, '-o', response, ...args(keys)], [approve])
    expect(codesIn(plain(ended.screen))[0]).toBe(code)
    expect(ended.exitCode).toBe(exitCode)
    expectNothingAt(response)
    expectNoSecret(ended.screen)
  })

  test("another operator's key is refused before a password is asked for", async () => {
    const other = await stage.operator()
    const response = stage.path('response.json')
    const ended = await runInTerminal('airlock-cold', ['sign', request, '-o', response, ...keystores(other)], [])
    expect([ended.exitCode, codesIn(plain(ended.screen))]).toEqual([11, ['key_not_of_operator']])
    expectNothingAt(response)
  })

  test("another operator's key whose file does not say so is refused once it is open", async () => {
    const other = await stage.operator()
    const silent = edited(other.ecdsaKeystore, (json) => delete json['address'])
    const response = stage.path('response.json')
    const args = flags(keys, { ecdsaKeystore: silent, ecdsaPasswordFile: other.ecdsaPasswordFile })
    const ended = await runInTerminal('airlock-cold', ['sign', request, '-o', response, ...args], [approve])
    expect([ended.exitCode, codesIn(plain(ended.screen))]).toEqual([11, ['key_not_of_operator']])
    expectNothingAt(response)
    expectNoSecret(ended.screen, other)
  })

  test('all that is wrong with the files is said at once', async () => {
    const response = stage.path('response.json')
    const args = flags(keys, { ecdsaKeystore: file('empty.json', ''), blsPasswordFile: open(file('password', 'x\n')) })
    const ended = await runInTerminal('airlock-cold', ['sign', request, '-o', response, ...args], [])
    expect(codesIn(plain(ended.screen))).toEqual(['key_file_invalid', 'password_file_open_to_others'])
  })

  test('a request that names another BLS key is refused', async () => {
    // An operator of its own: for another one the ledger would speak first, where this one has signed already.
    const other = await stage.operator()
    const named = stage.path('request.json')
    const built = await stage.build(other.operator, named, ['--operator-id', `0x${'12'.repeat(32)}`])
    expect(built.exitCode).toBe(0)
    const response = stage.path('response.json')
    const ended = await stage.sign(named, response, other)
    expect([ended.exitCode, codesIn(plain(ended.screen))]).toEqual([11, ['key_not_of_request']])
    expectNothingAt(response)
  })
})

describe('files', () => {
  test('a response is never overwritten without --force', async () => {
    const response = stage.path('response.json')
    writeFileSync(response, 'mine')
    const refused = await stage.sign(request, response, keys, [], [])
    expect([refused.exitCode, codesIn(plain(refused.screen))]).toEqual([2, ['output_exists']])
    expect(readFileSync(response, 'utf8')).toBe('mine')
    const forced = await stage.sign(request, response, keys, ['--force'])
    expect(forced.exitCode).toBe(0)
    expect(readJson(response)).toMatchObject({ airlock: 'response/1' })
  })

  const unreadable: readonly (readonly [string, () => string, number, string])[] = [
    ['not there', () => stage.path('none.json'), 2, 'file_not_found'],
    ['a folder', () => stage.folder, 2, 'file_is_folder'],
    ['empty', () => written(''), 3, 'document_empty'],
    ['larger than 64 KiB', () => written(' '.repeat(70_000)), 3, 'document_too_large'],
    ['a device without an end', () => '/dev/zero', 3, 'document_too_large'],
    ['binary', () => written(Uint8Array.of(0x89, 0x50, 0xff, 0xfe)), 3, 'document_not_text'],
    ['cut short', () => written(readFileSync(request).subarray(0, 500)), 3, 'document_not_json'],
    ['changed in one byte', () => changed('"nonce": ', '"nonce":  '), 3, 'document_not_canonical'],
    ['a link to nowhere', () => linked(), 2, 'file_not_found'],
  ]
  const written = (content: string | Uint8Array): string => {
    const path = stage.path('request.json')
    writeFileSync(path, content)
    return path
  }
  const changed = (from: string, to: string): string => {
    const path = stage.path('request.json')
    writeChanged(path, request, from, to)
    return path
  }
  const linked = (): string => {
    const path = stage.path('link.json')
    symlinkSync(stage.path('nowhere'), path)
    return path
  }

  test.each(unreadable)('a request that is %s', async (_, path, exitCode, code) => {
    const ended = await run('airlock-cold', ['inspect', path()])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([exitCode, [code]])
    expect(ended.stdout).toBe('')
  })

  test.skipIf(!canUnshare)('a full disk leaves nothing behind', async () => {
    const folder = stage.path('full')
    mkdirSync(folder)
    const fill = `mount -t tmpfs -o size=8k,nr_inodes=8 none ${folder} && (yes > ${folder}/filler; true) 2>/dev/null`
    const ended = await signIn(fill, folder)
    expect([ended.exitCode, codesIn(plain(ended.screen))]).toEqual([2, ['output_unwritable']])
    expect(plain(ended.screen)).toContain('ENOSPC')
    expect(plain(ended.screen)).toMatch(/left: filler\n/)
  })

  test.skipIf(!canUnshare)('a read-only target leaves nothing behind', async () => {
    const folder = stage.path('readonly')
    mkdirSync(folder)
    const ended = await signIn(`mount -t tmpfs -o ro none ${folder}`, folder)
    expect([ended.exitCode, codesIn(plain(ended.screen))]).toEqual([2, ['output_unwritable']])
    expect(plain(ended.screen)).toContain('EROFS')
    expect(plain(ended.screen)).toMatch(/left: *\n/)
  })

  /** Signs into a folder that a shell has prepared in a mount namespace of its own, and lists what is left there. */
  function signIn(prepare: string, folder: string): Promise<{ exitCode: number; screen: string }> {
    const args = ['sign', request, '-o', join(folder, 'response.json'), ...flagsOf(keys)]
    const cold = [...commandOf('airlock-cold', false), ...args].map((part) => `'${part}'`).join(' ')
    const script = `${prepare}; ${cold}; code=$?; echo "left:" $(ls -A ${folder}); exit $code`
    return inTerminal(['unshare', '-rmn', 'sh', '-c', script], [approve])
  }

  test('a device is no place for a response', async () => {
    const ended = await stage.sign(request, '/dev/null', keys, ['--force'], [])
    expect([ended.exitCode, codesIn(plain(ended.screen))]).toEqual([2, ['output_unwritable']])
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  test('an output folder that is not there is refused before anything is asked', async () => {
    const ended = await stage.sign(request, join(stage.folder, 'no', 'such', 'response.json'), keys, [], [])
    expect([ended.exitCode, codesIn(plain(ended.screen))]).toEqual([2, ['output_unwritable']])
  })

  test('errors as JSON go to stderr, data to stdout', async () => {
    const ended = await run('airlock-cold', ['inspect', stage.path('none.json'), '--json'])
    expect(ended.stdout).toBe('')
    expect(JSON.parse(ended.stderr)).toMatchObject({ error: { exitCode: 2, problems: [{ code: 'file_not_found' }] } })
  })
})

describe('the command line', () => {
  const wrong: readonly (readonly [string, readonly string[]])[] = [
    ['no command', []],
    ['an unknown command', ['sing', 'request.json']],
    ['an unknown flag', ['inspect', 'request.json', '--private-key', '0x1']],
    ['a flag without its value', ['sign', 'request.json', '-o']],
    ['a missing required flag', ['sign', 'request.json']],
  ]

  test.each(wrong)('%s is refused as usage', async (_, args) => {
    const ended = await run('airlock-cold', args)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([2, ['usage']])
    expect(ended.stdout).toBe('')
  })

  test('--help shows examples and ends with 0', async () => {
    const ended = await run('airlock-cold', ['sign', '--help'])
    expect(ended.exitCode).toBe(0)
    expect(ended.stdout).toContain('$ airlock-cold sign request.json')
    for (const line of ended.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })
})

test('copies of the key files in a folder of another name open as well', async () => {
  const folder = stage.path('usb')
  mkdirSync(folder)
  const moved = { ...keys, ecdsaKeystore: join(folder, 'a.json'), blsKeystore: join(folder, 'b.json') }
  copyFileSync(keys.ecdsaKeystore, moved.ecdsaKeystore)
  copyFileSync(keys.blsKeystore, moved.blsKeystore)
  const ended = await stage.sign(request, stage.path('response.json'), moved)
  expect(ended.exitCode).toBe(0)
})
