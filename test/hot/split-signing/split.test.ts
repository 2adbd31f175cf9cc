// Split signing with the built programs on a real chain: the BLS proof by the offline program, the rest by a wallet that is
// its vendor's own library with ethers behind it; merged, sent, registered. And every way in which an answer is wrong.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { SigningKey } from 'ethers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operatorKeys } from '../../devnet/operator.ts'
import { makeQrCode } from '../../../src/shared/qr/qr-code.ts'
import { pngOf } from '../../../src/local/pictures.ts'
import {
  answerCodes,
  askWallet,
  digestOfQuestion,
  ETHSignature,
  readQuestion,
  signQuestion,
} from '../../support/keystone.ts'
import type { KeyFiles } from '../../support/keystores.ts'
import { approve, policyFlags, run, runInTerminal, type Ended } from '../../support/programs.ts'
import { codesIn, readJson, Stage } from '../../support/stage.ts'
import { readVector } from '../../support/vectors.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())

const KEY = ['--path', "m/44'/60'/0'/0/0", '--fingerprint', '0f12e3d4']
const flat = (text: string): string => text.replace(/\s+/g, ' ')

/** Signs with some of an operator's keys, on a machine with a ledger of its own. */
async function signWith(which: 'bls' | 'ecdsa', request: string, keys: KeyFiles, ledger: string): Promise<string> {
  const response = stage.path(`${which}.json`)
  const own = {
    bls: ['--bls-keystore', keys.blsKeystore, '--bls-password-file', keys.blsPasswordFile],
    ecdsa: ['--ecdsa-keystore', keys.ecdsaKeystore, '--ecdsa-password-file', keys.ecdsaPasswordFile],
  }
  const flags = [...own[which], '--ledger', ledger, ...policyFlags(stage.folder)]
  const { exitCode, screen } = await runInTerminal(
    'airlock-cold',
    ['sign', request, '-o', response, ...flags],
    [approve],
  )
  if (exitCode !== 0) throw new Error(screen)
  return response
}

async function built(keys: KeyFiles, more: readonly string[] = []): Promise<string> {
  const request = stage.path('request.json')
  const ended = await stage.build(keys.operator, request, more)
  if (ended.exitCode !== 0) throw new Error(ended.stderr)
  return request
}

const hot = (...args: readonly string[]): Promise<Ended> => run('airlock-hot', args)

/** What `wallet ask` shows. */
interface Asked {
  readonly codes: readonly string[]
  readonly digest: string
  readonly requestId: string
  readonly parts: number
}

async function asked(request: string, partials: readonly string[], ...more: readonly string[]): Promise<Asked> {
  const ended = await hot('wallet', 'ask', request, ...partials, ...KEY, ...more, '--json')
  if (ended.exitCode !== 0) throw new Error(ended.stderr)
  return JSON.parse(ended.stdout) as Asked
}

/** A file of lines, as a scanner types them. */
function lines(codes: readonly string[]): string {
  const path = stage.path('codes.txt')
  writeFileSync(path, `${codes.join('\n')}\n`)
  return path
}

/** Reads an answer; gives the response and what the program said. */
async function answered(
  part: string,
  [request, ...partials]: readonly [string, ...string[]],
  codes: readonly string[],
): Promise<readonly [response: string, ended: Ended]> {
  const response = stage.path('answer.json')
  const flags = ['--part', part, '-o', response, '--scan', lines(codes)]
  return [response, await hot('wallet', 'answer', request, ...partials, ...flags)]
}

/** Asks and answers: the wallet does as it is told. */
async function byWallet(part: string, files: readonly [string, ...string[]], secret: string): Promise<string> {
  const [request, ...partials] = files
  const { codes } = await asked(request, partials, '--part', part)
  const [response, ended] = await answered(part, files, askWallet(codes, secret))
  if (ended.exitCode !== 0) throw new Error(ended.stderr)
  return response
}

async function expectRegistered(request: string, response: string, keys: KeyFiles): Promise<void> {
  const sent = await stage.send(request, response, ['--anchors', stage.path('anchors')])
  expect(sent.stderr).toContain('Simulated')
  expect(sent.exitCode).toBe(0)
  expect(await stage.devnet.read('RegistryCoordinator', 'getOperatorStatus', [keys.operator])).toBe(1)
}

describe('the whole way', () => {
  test(
    'BLS offline, the message and the transaction by a wallet: merged, sent, registered',
    { timeout: 120_000 },
    async () => {
      const keys = await stage.operator()
      const request = await built(keys)
      const bls = await signWith('bls', request, keys, stage.path('ledger'))
      const operator = await byWallet('operatorSignature', [request], keys.operatorSecret)
      expect(readJson(operator)).toMatchObject({ anchors: [], pubkeyRegistrationParams: null, transactions: null })

      const merged = stage.path('merged.json')
      const ended = await hot('merge', request, bls, operator, '-o', merged)
      expect(ended.exitCode).toBe(0)
      expect(ended.stdout).toContain('Partial: still missing is transactions')
      expect(ended.stdout).toContain(`airlock-hot wallet ask ${request} ${merged} --part transactions --path`)
      expect(ended.stdout).toMatch(/\n {2}airlock-hot build register --registry-coordinator 0x/)
      expect(ended.stdout).toContain(` --bls-proof ${merged} -o request-2.json --rpc-url URL\n`)

      const response = await byWallet('transactions', [request, merged], keys.operatorSecret)
      expect(readJson(response)['anchors']).toEqual(readJson(bls)['anchors'])
      const verified = await hot('verify', request, response, '--anchors', stage.path('anchors'), '--json')
      expect(JSON.parse(verified.stdout)).toMatchObject({ complete: true, missing: [] })
      await expectRegistered(request, response, keys)
    },
  )

  test('two fee rungs, parts in small codes, partials and answers as pictures', { timeout: 120_000 }, async () => {
    const keys = await stage.operator()
    const request = await built(keys, ['--fee-rungs', '2'])
    const bls = await signWith('bls', request, keys, stage.path('ledger'))
    const blsCode = stage.path('bls-code')
    expect((await hot('qr', bls, '--png', blsCode)).exitCode).toBe(0)
    const operator = await byWallet('operatorSignature', [request, blsCode], keys.operatorSecret)
    const codes: string[][] = []
    for (const rung of ['1', '2']) {
      const folder = stage.path('question')
      const flags = ['--part', 'transactions', '--rung', rung, '--density', '5']
      const shown = await asked(request, [operator], ...flags, '--png', folder)
      expect(shown.parts).toBeGreaterThan(5)
      codes.push([...askWallet(shown.codes, keys.operatorSecret, 40)])
    }
    const pictures = stage.path('pictures')
    mkdirSync(pictures)
    for (const [index, code] of codes.flat().toReversed().entries()) {
      writeFileSync(`${pictures}/${String(index).padStart(3, '0')}.png`, pngOf(makeQrCode(code.toUpperCase())))
    }
    const response = stage.path('response.json')
    const flags = ['--part', 'transactions', '-o', response, '--scan', pictures]
    const ended = await hot('wallet', 'answer', request, operator, ...flags)
    expect(ended.stderr).not.toContain('error')
    expect(readJson(response)['transactions']).toHaveLength(2)
    await expectRegistered(request, response, keys)
  })

  test('a request that carries the proof needs the wallet alone', { timeout: 120_000 }, async () => {
    const keys = await stage.operator()
    const bls = await signWith('bls', await built(keys), keys, stage.path('ledger'))
    const request = await built(keys, ['--bls-proof', bls])
    const operator = await byWallet('operatorSignature', [request], keys.operatorSecret)
    const response = await byWallet('transactions', [request, operator], keys.operatorSecret)
    expect(readJson(response)['anchors']).toEqual([])
    const verified = await hot('verify', request, response, '--anchors', stage.path('anchors'))
    expect(verified.stdout).toContain('recorded     in no ledger: signed by a wallet')
    await expectRegistered(request, response, keys)
  })

  test('BLS on one offline machine, ECDSA on another: merged, each anchor kept', { timeout: 120_000 }, async () => {
    const keys = await stage.operator()
    const request = await built(keys)
    const bls = await signWith('bls', request, keys, stage.path('ledger'))
    const ecdsa = await signWith('ecdsa', request, keys, stage.path('ledger'))
    const [merged, anchors] = [stage.path('merged.json'), stage.path('anchors')]
    const ended = await hot('merge', request, ecdsa, bls, '-o', merged, '--json')
    expect(ended.exitCode).toBe(0)
    expect(JSON.parse(ended.stdout)).toMatchObject({ complete: false, missing: ['transactions'] })
    const both = [bls, ecdsa].flatMap((path) => readJson(path)['anchors'] as { ledger: string }[])
    const inOrder = both.toSorted((a, b) => (a.ledger < b.ledger ? -1 : 1))
    expect(readJson(merged)['anchors']).toEqual(inOrder)
    const verified = await hot('verify', request, merged, '--anchors', anchors, '--json')
    expect(JSON.parse(verified.stdout)).toMatchObject({ anchors: inOrder })
    expect(readJson(await built(keys, ['--anchors', anchors]))['anchors']).toEqual(inOrder)
    // The next command that the hint names: a request that carries the proof, for the machine with the operator key.
    const second = await built(keys, ['--bls-proof', merged])
    await expectRegistered(second, await signWith('ecdsa', second, keys, stage.path('ledger')), keys)
  })
})

describe('merge refuses', () => {
  let [request, bls, operator, keys]: [string, string, string, KeyFiles?] = ['', '', '']
  beforeAll(async () => {
    keys = await stage.operator()
    request = await built(keys)
    bls = await signWith('bls', request, keys, stage.path('ledger'))
    operator = await byWallet('operatorSignature', [request], keys.operatorSecret)
  })

  const refused = async (...responses: readonly string[]): Promise<readonly [number, readonly string[], string]> => {
    const output = stage.path('merged.json')
    const { exitCode, stderr } = await hot('merge', request, ...responses, '-o', output)
    expect(() => readFileSync(output)).toThrow()
    return [exitCode, codesIn(stderr), flat(stderr)]
  }

  test('one response', async () => expect((await refused(bls)).slice(0, 2)).toEqual([2, ['usage']]))

  test('the response to another request, and one that is cut short, both at once', async () => {
    const other = await signWith(
      'bls',
      await built(keys ?? (await stage.operator())),
      keys ?? (await stage.operator()),
      stage.path('ledger'),
    )
    const cut = stage.path('cut.json')
    writeFileSync(cut, readFileSync(bls).subarray(0, 200))
    const [exitCode, codes, said] = await refused(operator, other, cut)
    expect([exitCode, codes]).toEqual([3, ['response_for_other_request', 'document_not_json']])
    expect(said.replaceAll(/ airlock-hot: /g, ' ')).toContain(other.split('/').at(-1))
  })

  test('the same part with other bytes, though both are true', async () => {
    const other = stage.path('other.json')
    // Not by RFC 6979 alone: with extra entropy the same key signs otherwise (RFC 6979, 3.6).
    const { codes } = await asked(request, [], '--part', 'operatorSignature')
    const question = readQuestion(codes)
    const { secp256k1 } = await import('@noble/curves/secp256k1.js')
    const made = secp256k1.sign(
      Buffer.from(digestOfQuestion(question).slice(2), 'hex'),
      Buffer.from((keys?.operatorSecret ?? '').slice(2), 'hex'),
      { prehash: false, extraEntropy: new Uint8Array(32).fill(7), format: 'recovered' },
    )
    const signature = Buffer.from([...made.subarray(1), made[0] ?? 0])
    const [response, ended] = await answered(
      'operatorSignature',
      [request],
      answerCodes(new ETHSignature(signature, question.getRequestId())),
    )
    expect(ended.stderr).toBe('')
    renameSync(response, other)
    const [exitCode, said] = await refused(bls, operator, other)
    expect([exitCode, said]).toEqual([3, ['parts_conflict']])
  })
})

describe('ask refuses', () => {
  test('a transaction before what it carries, and names the way', async () => {
    const keys = await stage.operator()
    const request = await built(keys)
    const early = await hot('wallet', 'ask', request, ...KEY, '--part', 'transactions')
    expect([early.exitCode, codesIn(early.stderr)]).toEqual([3, ['response_incomplete']])
    expect(flat(early.stderr)).toContain('operatorSignature and pubkeyRegistrationParams, which')
    const operator = await byWallet('operatorSignature', [request], keys.operatorSecret)
    const half = await hot('wallet', 'ask', request, operator, ...KEY, '--part', 'transactions')
    expect([half.exitCode, codesIn(half.stderr)]).toEqual([3, ['response_incomplete']])
    expect(flat(half.stderr)).toContain('airlock-cold sign')
  })

  test.each([
    ['a path that is none', ['--path', "44'/60'", '--fingerprint', '0f12e3d4', '--part', 'operatorSignature']],
    ['a fingerprint that is none', ['--path', 'm/0', '--fingerprint', 'xyz', '--part', 'operatorSignature']],
    ['the BLS part', [...KEY, '--part', 'pubkeyRegistrationParams']],
    ['no part', KEY],
  ])('%s', async (_, flags) => {
    const { exitCode, stderr } = await hot('wallet', 'ask', 'request.json', ...flags)
    expect([exitCode, codesIn(stderr)]).toEqual([2, ['usage']])
  })

  test('a request that the offline program refuses', async () => {
    const request = stage.path('request.json')
    writeFileSync(request, readVector('requests', 'coordinator_is_avs_directory').document)
    const ended = await hot('wallet', 'ask', request, ...KEY, '--part', 'operatorSignature', '--json')
    const { error } = JSON.parse(ended.stderr) as { error: { problems: { code: string }[] } }
    // The vector is of 2099: by the clock of today its expiry is too far as well.
    const codes = error.problems.map(({ code }) => code)
    expect([ended.exitCode, codes, ended.stdout]).toEqual([3, ['expiry_too_far', 'addresses_collide'], ''])
  })

  test('a rung that the request has not', async () => {
    const request = await built(await stage.operator())
    const ended = await hot('wallet', 'ask', request, ...KEY, '--part', 'operatorSignature', '--rung', '2')
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([2, ['usage']])
  })

  test('to show codes where there is no terminal', async () => {
    const request = await built(await stage.operator())
    const ended = await hot('wallet', 'ask', request, ...KEY, '--part', 'operatorSignature')
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([2, ['no_terminal']])
  })
})

test('ask in a terminal shows the code, and then what to compare', async () => {
  const keys = await stage.operator()
  const request = await built(keys)
  const { digest, requestId } = await asked(request, [], '--part', 'operatorSignature')
  const args = ['wallet', 'ask', request, ...KEY, '--part', 'operatorSignature']
  const { exitCode, screen } = await runInTerminal('airlock-hot', args, [{ prompt: /q quit/, type: 'q' }])
  expect(exitCode).toBe(0)
  const text = flat(screen)
  for (const said of [digest, requestId, keys.operator, "m/44'/60'/0'/0/0 of 0f12e3d4", 'OperatorAVSRegistration']) {
    expect(text).toContain(said)
  }
  expect(text).toContain(`airlock-hot wallet answer ${request} --part operatorSignature`)
})

describe('answer refuses', () => {
  let request = ''
  let codes: readonly string[] = []
  let keys: KeyFiles
  beforeAll(async () => {
    keys = await stage.operator()
    request = await built(keys)
    ;({ codes } = await asked(request, [], '--part', 'operatorSignature'))
  })

  /** Reads these codes as the answer for the message. */
  async function refused(
    ...texts: readonly string[]
  ): Promise<readonly [exit: number, codes: readonly string[], said: string]> {
    const [response, { exitCode, stderr }] = await answered('operatorSignature', [request], texts)
    expect(() => readFileSync(response)).toThrow()
    return [exitCode, codesIn(stderr), flat(stderr)]
  }
  const signed = (change: (bytes: Buffer) => Buffer, id?: Buffer | null): readonly string[] => {
    const question = readQuestion(codes)
    const signature = change(signQuestion(question, keys.operatorSecret))
    return answerCodes(new ETHSignature(signature, id === null ? undefined : (id ?? question.getRequestId())))
  }
  const same = (bytes: Buffer): Buffer => bytes

  test('another request id, and says both', async () => {
    const [exitCode, said, text] = await refused(...signed(same, Buffer.alloc(16, 0x11)))
    expect([exitCode, said]).toEqual([3, ['wallet_answer_for_other']])
    expect(text).toContain('11111111-1111-1111-1111-111111111111')
  })
  test('no request id', async () =>
    expect((await refused(...signed(same, null))).slice(0, 2)).toEqual([3, ['wallet_answer_for_other']]))
  test('another key', async () => {
    const [exitCode, said, text] = await refused(...askWallet(codes, operatorKeys('a stranger').privateKey))
    expect([exitCode, said]).toEqual([3, ['operator_signature_wrong_signer']])
    expect(text).toContain('check --path and --fingerprint')
  })
  test('v of another chain', async () => {
    const v = 35 + 2 * 99_999
    const changed = signed((bytes) =>
      Buffer.concat([bytes.subarray(0, 64), Buffer.from([v >>> 16, (v >>> 8) & 255, v & 255])]),
    )
    expect((await refused(...changed)).slice(0, 2)).toEqual([3, ['signature_malformed']])
  })
  test('a signature of 64 bytes', async () =>
    expect((await refused(...signed((bytes) => bytes.subarray(0, 64)))).slice(0, 2)).toEqual([
      3,
      ['signature_malformed'],
    ]))
  test('s in the upper half', async () => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const high = signed((bytes) => {
      const s = order - BigInt(`0x${bytes.subarray(32, 64).toString('hex')}`)
      return Buffer.concat([
        bytes.subarray(0, 32),
        Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
        Buffer.from([27]),
      ])
    })
    const [exitCode, said, text] = await refused(...high)
    expect([exitCode, said]).toEqual([3, ['signature_malformed']])
    expect(text).toContain('upper half')
  })
  test('an item that is no signature', async () => {
    // A map of one text (RFC 8949), as an eth-signature: its words are those of bc-ur.
    const [code = ''] = answerCodes(new ETHSignature('text' as unknown as Buffer))
    expect((await refused(code)).slice(0, 2)).toEqual([3, ['wallet_answer_invalid']])
  })
  test('its own question, and a document', async () => {
    const [exitCode, said, text] = await refused(...codes)
    expect([exitCode, said]).toEqual([3, ['scan_incomplete']])
    expect(text).toContain('another type')
  })
  test('an end too early', async () => {
    const parts = answerCodes(new ETHSignature(Buffer.alloc(65, 1), Buffer.alloc(16)), 30)
    const [exitCode, said, text] = await refused(...parts.slice(0, 2))
    expect([exitCode, said]).toEqual([3, ['scan_incomplete']])
    expect(text).toContain('2 of')
  })
  test('the answer for a rung that is missing yet', async () => {
    const two = await built(keys, ['--fee-rungs', '2'])
    const bls = await signWith('bls', two, keys, stage.path('ledger'))
    const operator = await byWallet('operatorSignature', [two, bls], keys.operatorSecret)
    const first = await asked(two, [operator], '--part', 'transactions')
    const [, ended] = await answered('transactions', [two, operator], askWallet(first.codes, keys.operatorSecret))
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([3, ['scan_incomplete']])
    expect(flat(ended.stderr)).toContain('the signature of fee rung 2')
  })
  test('a transaction signed by another key', async () => {
    const bls = await signWith('bls', request, keys, stage.path('ledger'))
    const operator = await byWallet('operatorSignature', [request, bls], keys.operatorSecret)
    const question = await asked(request, [operator], '--part', 'transactions')
    const other = askWallet(question.codes, operatorKeys('a stranger').privateKey)
    const [, ended] = await answered('transactions', [request, operator], other)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([3, ['transaction_wrong_signer']])
  })
})

test('every spelling of v is taken, from a scanner that types', async () => {
  const keys = await stage.operator()
  const request = await built(keys)
  const { codes, digest } = await asked(request, [], '--part', 'operatorSignature')
  const question = readQuestion(codes)
  const { r, s, yParity } = new SigningKey(keys.operatorSecret).sign(digest)
  const expected = Buffer.from(readFileSync(await byWallet('operatorSignature', [request], keys.operatorSecret)))
  const chainId = question.getChainId() ?? 0
  for (const v of [yParity, 27 + yParity, 35 + 2 * chainId + yParity]) {
    const last = v.toString(16)
    const bytes = Buffer.from(`${r.slice(2)}${s.slice(2)}${last.padStart(last.length + (last.length % 2), '0')}`, 'hex')
    const typed = answerCodes(new ETHSignature(bytes, question.getRequestId()), 30)
    const response = stage.path('typed.json')
    const args = ['wallet', 'answer', request, '--part', 'operatorSignature', '-o', response]
    const ended = await run('airlock-hot', args, {
      input: `noise\n${typed.map((code) => `QR-Code:${code}`).join('\n')}\n`,
    })
    expect(ended.exitCode).toBe(0)
    expect(readFileSync(response)).toEqual(expected)
  }
})
