// The journal: what each command leaves in it, what status makes of it, and going on from it, here and on another machine.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { decodeReceipt } from '../../../src/shared/ledger/receipt-document.ts'
import { digestOf } from '../../documents/canonical.ts'
import { happened, journalStatus, registration, registrations, unwrapped } from '../../support/journal.ts'
import type { KeyFiles } from '../../support/keystores.ts'
import { approve, policyFlags, run, runInTerminal, type Ended } from '../../support/programs.ts'
import { codesIn, resealed, Stage } from '../../support/stage.ts'

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

const hot = (...args: readonly string[]): Promise<Ended> => run('airlock-hot', [...args, '--journal', journal])
const send = (...args: readonly string[]): Promise<Ended> => hot('send', ...args, '--rpc-url', stage.anvil.rpcUrl)

/** Builds into the journal, and signs. */
async function signed(more: readonly string[] = []): Promise<readonly [request: string, response: string]> {
  return stage.signed(keys, ['--journal', journal, ...more])
}

/** A command of status, as the words that a shell makes of it. */
const words = (command: string): readonly string[] => command.replace('URL', stage.anvil.rpcUrl).split(' ')

describe('from one command to the next', () => {
  test('built, signed, verified, sent: each state, and the command that leads on, typed', async () => {
    const [request, response] = await signed()
    const name = digestOf(readFileSync(request)).slice(0, 16)
    const waiting = await registration(journal)
    const path = join(journal, name, 'request.json')
    expect(waiting).toMatchObject({ name, state: 'waiting', outstanding: true, asked: false })
    expect(waiting.next).toEqual([
      {
        machine: 'offline',
        command: `airlock-cold sign ${path} -o response.json --ecdsa-keystore FILE --bls-keystore FILE`,
      },
      { machine: 'online', command: `airlock-hot verify ${path} response.json --journal ${journal}` },
    ])
    const [, ...verify] = words(waiting.next[1]?.command ?? '')
    expect(
      (
        await run(
          'airlock-hot',
          verify.map((word) => (word === 'response.json' ? response : word)),
        )
      ).exitCode,
    ).toBe(0)
    const ready = await registration(journal, stage.anvil.rpcUrl)
    expect(ready).toMatchObject({ state: 'ready', outstanding: true, asked: true })
    expect(ready.next[0]?.command).toBe(`airlock-hot send ${name} --journal ${journal} --rpc-url URL`)
    const [, ...sending] = words(ready.next[0]?.command ?? '')
    expect((await run('airlock-hot', sending)).exitCode).toBe(0)
    for (const done of [await registration(journal), await registration(journal, stage.anvil.rpcUrl)]) {
      expect(done).toMatchObject({ state: 'done', outstanding: false })
      expect(done.next[0]?.command).toBe(`airlock-cold ledger receipt ${join(journal, name, 'receipt.json')}`)
    }
    expect(happened(journal, name)).toEqual(['built', 'verified', 'simulated', 'sent', 'mined', 'confirmed'])
    const kept = readdirSync(join(journal, name)).filter((file) => !/^\d/.test(file))
    expect(kept).toEqual([
      'receipt.json',
      'request.json',
      `response-${digestOf(readFileSync(response)).slice(0, 8)}.json`,
    ])
    expect(readFileSync(path)).toEqual(readFileSync(request))
    const receipt = decodeReceipt('reading', readFileSync(join(journal, name, 'receipt.json')))
    expect(receipt).toMatchObject({ requestDigest: digestOf(readFileSync(request)), status: 'success' })
  })

  test('the same commands again write nothing more', async () => {
    const [request, response] = await signed()
    for (let times = 0; times < 2; times += 1) {
      expect((await hot('verify', request, response)).exitCode).toBe(0)
      expect((await send(request, response)).exitCode).toBe(0)
    }
    const { name } = await registration(journal)
    expect(happened(journal, name)).toEqual(['built', 'verified', 'simulated', 'sent', 'mined', 'confirmed'])
  })

  test('a partial response: another signature is waited for', async () => {
    const [request, response] = [stage.path('request.json'), stage.path('response.json')]
    await stage.build(keys.operator, request, ['--journal', journal])
    const bls = ['--bls-keystore', keys.blsKeystore, '--bls-password-file', keys.blsPasswordFile]
    const flags = ['sign', request, '-o', response, ...bls, ...policyFlags(stage.folder)]
    expect((await runInTerminal('airlock-cold', flags, [approve])).exitCode).toBe(0)
    await hot('verify', request, response)
    const { name, state } = await registration(journal)
    expect(state).toBe('partial')
    expect(codesIn((await send(name)).stderr)).toEqual(['response_incomplete'])
  })

  test('mined, waiting for confirmations: how many there are of how many', async () => {
    const [request, response] = await signed()
    expect(codesIn((await send(request, response, '--confirmations', '3', '--wait', '1')).stderr)).toEqual([
      'not_mined',
    ])
    await stage.devnet.mine()
    const seen = await registration(journal, stage.anvil.rpcUrl)
    expect(seen).toMatchObject({ state: 'mined', outstanding: true, confirmations: { seen: 2, wanted: 3 } })
    expect(seen.next[0]?.command).toContain(' --confirmations 3 ')
    expect((await journalStatus(journal, ['--rpc-url', stage.anvil.rpcUrl])).stdout).toContain(
      'mined, 2 of 3 confirmations',
    )
  })

  test('expired: by the clock of the chain', async () => {
    const own = await Stage.open()
    try {
      keys = await own.operator()
      await own.signed(keys, ['--journal', journal, '--expiry', '1h'])
      await own.devnet.warp(3700)
      const seen = await registration(journal, own.anvil.rpcUrl)
      expect(seen).toMatchObject({ state: 'expired', outstanding: false, asked: true })
      expect(seen.next[0]?.command).toContain(`--operator ${keys.operator} --quorums 0,1 --socket`)
    } finally {
      await own.close()
    }
  })

  test('reverted', async () => {
    const [request, response] = await signed()
    const { stdout } = await hot('verify', request, response, '--json')
    const [{ raw }] = (JSON.parse(stdout) as { transactions: [{ raw: `0x${string}` }] }).transactions
    await stage.devnet.pauseCoordinator(true)
    await stage.devnet.client.sendRawTransaction({ serializedTransaction: raw })
    await send(request, response)
    await stage.devnet.pauseCoordinator(false)
    for (const seen of [await registration(journal), await registration(journal, stage.anvil.rpcUrl)])
      expect([seen.state, seen.outstanding]).toEqual(['reverted', false])
  })
})

describe('what is typed in place of two files', () => {
  test('a name, its first digits, the digest, or the request alone', async () => {
    const [request, response] = await signed()
    const digest = digestOf(readFileSync(request))
    await hot('verify', request, response)
    for (const typed of [digest.slice(0, 16), digest.slice(0, 5), digest, digest.toUpperCase(), request])
      expect((await send(typed)).exitCode).toBe(0)
  })

  test('what is no name, and what may be several', async () => {
    await signed()
    const { name } = await registration(journal)
    cpSync(join(journal, name), join(journal, `${name.slice(0, 8)}00000000`), { recursive: true })
    for (const typed of ['nothing', '000', name.slice(0, 2), 'ffffffffffffffff'])
      expect(codesIn((await send(typed)).stderr)).toEqual(['journal_unknown'])
    expect(codesIn((await send(name.slice(0, 8))).stderr)).toEqual(['journal_ambiguous'])
  })

  test('a request without a response', async () => {
    const [request] = await signed()
    const { name } = await registration(journal)
    for (const typed of [name, request]) expect(codesIn((await send(typed)).stderr)).toEqual(['response_incomplete'])
  })
})

test('carried to another machine, it goes on there; and back here it is known', async () => {
  const [request, response] = await signed()
  await hot('verify', request, response)
  const { name } = await registration(journal)
  const there = stage.path('carried')
  cpSync(journal, there, { recursive: true })
  const ended = await run('airlock-hot', ['send', name, '--journal', there, '--rpc-url', stage.anvil.rpcUrl])
  expect(ended.exitCode).toBe(0)
  expect((await registration(there)).state).toBe('done')
  expect((await registration(journal)).state).toBe('ready')
  const byFolder = await run('airlock-hot', [
    'send',
    join(there, name),
    '--journal',
    there,
    '--rpc-url',
    stage.anvil.rpcUrl,
  ])
  expect(byFolder.exitCode).toBe(0)
  expect((await registration(journal, stage.anvil.rpcUrl)).state).toBe('mined')
  expect(unwrapped((await send(name)).stderr)).toContain('The transaction was mined before.')
  expect((await registration(journal)).state).toBe('done')
})

describe('a journal that is not as it should be', () => {
  test('damaged files are named, and the chain is asked all the same', async () => {
    const [request, response] = await signed()
    await send(request, response)
    const { name } = await registration(journal)
    const folder = join(journal, name)
    const event = readFileSync(join(folder, '000004.json'), 'utf8')
    writeFileSync(join(folder, '000004.json'), event.replace('"rung": 0', '"rung": 1'))
    writeFileSync(join(folder, '000005.json'), '')
    const seen = await registration(journal, stage.anvil.rpcUrl)
    expect(seen.faults).toHaveLength(2)
    expect(seen.faults.join()).toContain('000004.json')
    expect(seen.state).toBe('done')
    expect((await send(name)).exitCode).toBe(0)
    expect((await registration(journal, stage.anvil.rpcUrl)).state).toBe('done')
  })

  test('a response exchanged for another one is not sent', async () => {
    const [one, two] = [await signed(), await signed()]
    for (const each of [one, two]) await hot('verify', ...each)
    const [a, b] = one.map((path) => digestOf(readFileSync(path)))
    const path = join(journal, (a ?? '').slice(0, 16), `response-${(b ?? '').slice(0, 8)}.json`)
    cpSync(two[1], path)
    const seen = (await registrations(journal)).find(({ name }) => name === a?.slice(0, 16))
    expect(seen?.faults.join()).toContain('not the one of its name')
    expect(codesIn((await send(seen?.name ?? '')).stderr)).toEqual(['response_incomplete'])
    const other = join(journal, (a ?? '').slice(0, 16), `response-${digestOf(readFileSync(two[1])).slice(0, 8)}.json`)
    cpSync(two[1], other)
    rmSync(path)
    expect(codesIn((await send(seen?.name ?? '')).stderr)).toEqual(['response_for_other_request'])
  })

  test('a request that is gone, or another one', async () => {
    const [request, response] = await signed()
    await hot('verify', request, response)
    const { name } = await registration(journal)
    const path = join(journal, name, 'request.json')
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, resealed(text.replace(/"gasLimit": \d+/, '"gasLimit": 1920001')))
    expect(await registration(journal)).toMatchObject({ state: 'unreadable', next: [] })
    expect(codesIn((await send(name)).stderr)).toEqual(['journal_damaged'])
    rmSync(path)
    expect((await registration(journal)).faults.join()).toContain('there is no file')
    // The files themselves are enough, and mend it.
    expect((await send(request, response)).exitCode).toBe(0)
    expect((await registration(journal)).state).toBe('done')
  })

  test('one that cannot be written is said, and stops nothing', async () => {
    const [request, response] = await stage.signed(keys)
    writeFileSync(journal, 'a file')
    const ended = await send(request, response)
    expect(ended.exitCode).toBe(0)
    expect(unwrapped(ended.stderr).match(/warning: the journal .* is not kept/g)).toHaveLength(1)
    expect((await journalStatus(journal)).stdout).toContain('Nothing in the journal')
  })
})

describe('status', () => {
  test('in words: what is outstanding, what expires when, what to type; 80 columns but for commands', async () => {
    await signed(['--expiry', '2d'])
    await signed(['--expiry', '1d'])
    const { exitCode, stdout } = await journalStatus(journal)
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^2 in the journal, 2 of them outstanding\n/)
    expect([...stdout.matchAll(/expires {3}\S+ \S+ UTC, in (.*)/g)].map(([, far]) => far)).toEqual([
      expect.stringMatching(/^(1 day|23 hours)/),
      expect.stringMatching(/^(2 days|1 day 23)/),
    ])
    expect(stdout).toContain(`  operator  ${keys.operator}`)
    const lines = stdout.split('\n').filter((line) => !line.startsWith('    airlock-'))
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
  })

  test('requests for another chain are not asked about, and that is said', async () => {
    const other = await Stage.open({}, [], 31338)
    try {
      await other.signed(await other.operator(), ['--journal', journal])
      const seen = await registration(journal, stage.anvil.rpcUrl)
      expect(seen).toMatchObject({ state: 'waiting', asked: false })
      const ended = await journalStatus(journal, ['--rpc-url', stage.anvil.rpcUrl])
      expect(unwrapped(ended.stderr)).toContain('requests for chain 31338 are shown from their files')
    } finally {
      await other.close()
    }
  })

  test('some of the flags of the other status: refused with what is missing', async () => {
    const ended = await journalStatus(journal, ['--operator', keys.operator])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([2, ['usage']])
    expect(ended.stderr).toContain('missing --rpc-url')
  })
})
