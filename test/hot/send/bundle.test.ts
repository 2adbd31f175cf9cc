// Several requests in one visit: one declined, the rest signed and sent; and leaving prepared in advance, under a passphrase.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { idOfKeys, type KeyFiles } from '../../support/keystores.ts'
import { registrations } from '../../support/journal.ts'
import { approve, policyFlags, run, runInTerminal, type Answer, type Ended } from '../../support/programs.ts'
import { codesIn, readJson, Stage } from '../../support/stage.ts'

const PASSWORD = 'one for all of them'
const PASSPHRASE = 'glass to be broken on a bad day'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())

async function built(args: readonly string[]): Promise<string> {
  const path = stage.path('request.json')
  const ended = await run('airlock-hot', ['build', ...args, '--rpc-url', stage.anvil.rpcUrl, '-o', path])
  if (ended.exitCode !== 0) throw new Error(ended.stderr)
  return path
}

async function bundled(requests: readonly string[], flags: readonly string[] = []): Promise<string> {
  const path = stage.path('bundle.json')
  const ended = await run('airlock-hot', ['bundle', ...requests, ...flags, '-o', path])
  if (ended.exitCode !== 0) throw new Error(ended.stderr)
  return path
}

function signed(
  bundle: string,
  responses: string,
  answers: readonly Answer[],
  more: readonly string[] = [],
): Promise<{ exitCode: number; screen: string }> {
  const password = stage.path('password')
  writeFileSync(password, `${PASSWORD}\n`, { mode: 0o600 })
  const keys = ['--keys', join(stage.folder, 'operator_keys')]
  const passwords = ['--ecdsa-password-file', password, '--bls-password-file', password]
  const flags = [...keys, ...passwords, ...policyFlags(stage.folder), ...more]
  return runInTerminal('airlock-cold', ['sign', bundle, '-o', responses, ...flags], answers)
}

const decline: Answer = { prompt: approve.prompt, type: '\r' }
const statusOf = (operator: string): Promise<unknown> =>
  stage.devnet.read('RegistryCoordinator', 'getOperatorStatus', [operator])
const registering = (keys: KeyFiles): Promise<string> => {
  const avs = ['--registry-coordinator', stage.devnet.registryCoordinator, '--quorums', '0']
  const own = ['--operator', keys.operator, '--operator-id', idOfKeys(keys), '--socket', '203.0.113.7:32005']
  return built(['register', ...avs, ...own])
}

describe('several operators in one visit', () => {
  let keys: readonly [KeyFiles, KeyFiles, KeyFiles]
  let bundle: string
  let responses: string
  let ended: { exitCode: number; screen: string }
  beforeAll(async () => {
    const one = (): Promise<KeyFiles> => stage.operator({ password: PASSWORD })
    keys = [await one(), await one(), await one()]
    const requests = [await registering(keys[0]), await registering(keys[1]), await registering(keys[2])]
    bundle = await bundled([...requests, await built(['self-transfer', '--operator', keys[0].operator])])
    responses = stage.path('responses.json')
    ended = await signed(bundle, responses, [approve, decline, approve, approve])
  })

  test('nonces of one sender follow each other', () => {
    const { requests } = readJson(bundle) as { requests: { transaction: { nonce: number } }[] }
    const nonces = requests.map(({ transaction }) => transaction.nonce)
    expect((nonces[3] ?? 0) - (nonces[0] ?? 0)).toBe(1)
  })

  test('a summary first, then each by itself; the one declined is left out, and said', () => {
    expect(ended.screen).toContain('Requests      4, of 3 operators')
    expect(ended.screen.indexOf('Its requests')).toBeLessThan(ended.screen.indexOf('Request 1 of 4'))
    expect(ended.screen).toContain('Request 4 of 4')
    expect(ended.exitCode).toBe(5)
    expect(ended.screen).toContain('request 2: you declined')
    const { responses: all } = readJson(responses) as { responses: { request: number }[] }
    expect(all.map(({ request }) => request)).toEqual([0, 2, 3])
  })

  test('the rest is verified, sent and done', async () => {
    const verified = await run('airlock-hot', ['verify', bundle, responses])
    expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringContaining('3 of 4 requests are answered')])
    const sent = await run('airlock-hot', ['send', bundle, responses, '--rpc-url', stage.anvil.rpcUrl, '--json'])
    expect(sent.exitCode, sent.stderr).toBe(0)
    const { sent: all } = JSON.parse(sent.stdout) as { sent: { request: number; operation: string }[] }
    expect(all.map(({ request, operation }) => [request, operation])).toEqual([
      [1, 'register'],
      [3, 'register'],
      [4, 'self-transfer'],
    ])
    expect(await Promise.all(keys.map(({ operator }) => statusOf(operator)))).toEqual([1, 0, 1])
  })

  test('taken apart, each response answers its request', async () => {
    const folder = stage.path('apart')
    const apart = await run('airlock-hot', ['unbundle', bundle, responses, '-o', folder])
    expect(apart.exitCode, apart.stderr).toBe(0)
    const verified = await run('airlock-hot', [
      'verify',
      join(folder, 'request-3.json'),
      join(folder, 'response-3.json'),
    ])
    expect(verified.exitCode).toBe(0)
  })

  test('the responses to one bundle are refused with another', async () => {
    const other = await bundled([await built(['self-transfer', '--operator', keys[1].operator])])
    const refused = await run('airlock-hot', ['verify', other, responses])
    expect([refused.exitCode, codesIn(refused.stderr)]).toEqual([3, ['response_for_other_request']])
  })

  test('looked at offline, each of its requests is shown', async () => {
    const seen = await run('airlock-cold', ['inspect', bundle])
    expect(seen.exitCode, seen.stderr).toBe(0)
    for (const { operator } of keys) expect(seen.stdout).toContain(operator)
    expect(seen.stdout).toContain('Request 4 of 4')
    const data = await run('airlock-cold', ['inspect', bundle, '--json'])
    const { requests } = JSON.parse(data.stdout) as { requests: { request: { operation: { kind: string } } }[] }
    expect(requests.map(({ request }) => request.operation.kind)).toEqual([
      ...['register', 'register', 'register'],
      'self-transfer',
    ])
  })

  test('the same request twice is no bundle', async () => {
    const one = await built(['self-transfer', '--operator', keys[1].operator])
    const path = stage.path('twice.json')
    const ended = await run('airlock-hot', ['bundle', one, one, '--alternatives', '-o', path])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([3, ['bundle_repeats']])
    expect(existsSync(path)).toBe(false)
  })

  test('through codes, the same bytes', async () => {
    const folder = stage.path('codes')
    expect((await run('airlock-hot', ['qr', bundle, '--png', folder])).exitCode).toBe(0)
    const back = stage.path('bundle-back.json')
    const scanned: Ended = await run('airlock-cold', ['scan', folder, '-o', back])
    expect(scanned.exitCode, scanned.stderr).toBe(0)
    expect(readFileSync(back)).toEqual(readFileSync(bundle))
  })
})

describe('a policy that wants a second person', () => {
  test('takes an approval of each request, and leaves out what has none', { timeout: 180_000 }, async () => {
    const [operator, second] = [
      await stage.operator({ password: PASSWORD }),
      await stage.operator({ password: PASSWORD }),
    ]
    const transfer = ['self-transfer', '--operator', operator.operator, '--expiry', '6d']
    const bundle = await bundled([await built(transfer), await built(transfer), await built(transfer)])
    const apart = stage.path('apart')
    expect((await run('airlock-hot', ['unbundle', bundle, '-o', apart])).exitCode).toBe(0)
    const approvals: string[] = []
    for (const place of [1, 3]) {
      const approval = stage.path('approval.json')
      const keyFlags = ['--ecdsa-keystore', second.ecdsaKeystore, '--ecdsa-password-file', second.ecdsaPasswordFile]
      const args = ['approve', join(apart, `request-${place}.json`), '-o', approval, ...keyFlags]
      const approved = await runInTerminal('airlock-cold', args, [approve])
      expect(approved.exitCode, approved.screen).toBe(0)
      approvals.push('--approval', approval)
    }
    const policy = stage.path('policy.yaml')
    const approver = `  approvers:\n    - { name: second, address: "${second.operator}" }\n`
    writeFileSync(policy, `airlock: policy/1\nnetwork: allow\napprovals:\n  needed: 1\n${approver}`)
    const responses = stage.path('responses.json')
    const flags = ['--ledger', stage.path('ledger'), '--policy', policy, ...approvals]
    const ended = await signed(bundle, responses, [approve, approve], flags)
    expect(ended.exitCode, ended.screen).toBe(4)
    expect(ended.screen).toContain('request 2:')
    const { responses: all } = readJson(responses) as { responses: { request: number }[] }
    expect(all.map(({ request }) => request)).toEqual([0, 2])
  })
})

describe('leaving, prepared in advance', () => {
  test('sealed, labelled, opened, and one of two alternatives sent', { timeout: 180_000 }, async () => {
    const keys = await stage.operator({ password: PASSWORD })
    const { operator, operatorSecret: privateKey, blsSecret: blsSecretKey } = keys
    await stage.devnet.register({ address: operator, privateKey, blsSecretKey }, [0])
    const avs = ['--registry-coordinator', stage.devnet.registryCoordinator, '--quorums', '0']
    const leave = await built(['deregister', ...avs, '--operator', operator])
    const cancel = await built(['self-transfer', '--operator', operator])
    const bundle = await bundled([leave, cancel], ['--alternatives'])
    const sealed = stage.path('sealed.json')
    const passphrase = stage.path('passphrase')
    writeFileSync(passphrase, `${PASSPHRASE}\n`, { mode: 0o600 })
    const flags = ['--seal', '--seal-passphrase-file', passphrase]
    const ended = await signed(bundle, sealed, [approve, approve], flags)
    expect(ended.exitCode, ended.screen).toBe(0)
    expect(readFileSync(sealed, 'utf8')).not.toContain('"transactions"')

    const label = await run('airlock-hot', ['break-glass', sealed])
    expect(label.stdout).toContain('valid until')
    expect(label.stdout).toContain(`deregister of ${operator}`)

    const folder = stage.path('opened')
    const wrong = await runInTerminal(
      'airlock-hot',
      ['break-glass', sealed, '-o', folder],
      [{ prompt: /Passphrase of the sealed responses: /, type: 'not this one\r' }],
    )
    expect([wrong.exitCode, wrong.screen]).toEqual([11, expect.stringContaining('password_wrong')])
    const opened = await runInTerminal(
      'airlock-hot',
      ['break-glass', sealed, '-o', folder],
      [{ prompt: /Passphrase of the sealed responses: /, type: `${PASSPHRASE}\r` }],
    )
    expect(opened.exitCode, opened.screen).toBe(0)
    const pair = [join(folder, 'bundle.json'), join(folder, 'responses.json')]
    const journal = stage.path('journal')
    const sending = ['send', ...pair, '--rpc-url', stage.anvil.rpcUrl, '--journal', journal]
    const sent = await run('airlock-hot', [...sending, '--only', '1'])
    expect(sent.exitCode, sent.stderr).toBe(0)
    expect(await statusOf(operator)).toBe(2)
    const late = await run('airlock-hot', [...sending, '--only', '2'])
    expect([late.exitCode, codesIn(late.stderr)]).toEqual([6, ['nonce_used']])
    // Its nonce is used, which is all that the transfer was for.
    const transfer = (await registrations(journal)).find(({ state }) => state === 'replaced')
    expect(transfer).toMatchObject({ outstanding: false, next: [] })
  })
})
