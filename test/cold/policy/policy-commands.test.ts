// policy check, explain and init as a person runs them: the built program, real files, exit codes and screens.
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getAddress } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytesOf, edited } from '../../documents/canonical.ts'
import { mainnet, registration, type RequestJson } from '../../documents/documents.ts'
import { run, type Ended } from '../../support/programs.ts'
import { blocks, page } from '../../docs/pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'airlock-policy-'))
afterAll(() => rmSync(folder, { recursive: true }))

const now = Math.floor(Date.now() / 1000)
const FRESH = { 'block.timestamp': now - 60, expiry: now + 6 * 86_400 }
const at = (name: string): string => join(folder, name)

function place(name: string, request: RequestJson, edits: Readonly<Record<string, unknown>> = {}): string {
  writeFileSync(at(name), bytesOf(edited(request, { ...FRESH, ...edits })))
  return at(name)
}
const policy = (...args: readonly string[]): Promise<Ended> => run('airlock-cold', ['policy', ...args])
const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

let request: string
let starter: string
let made: Ended
beforeAll(async () => {
  request = place('request.json', mainnet.request)
  starter = at('policy.yaml')
  made = await policy('init', request, '-o', starter)
})

describe('init', () => {
  it('writes a policy for its owner alone, and says its digest', () => {
    expect([made.exitCode, statSync(starter).mode & 0o777]).toEqual([0, 0o600])
    expect(made.stdout).toContain(sha256(starter))
    expect(made.stdout).toContain(sha256(request))
    expect(made.stderr).toContain('In short: register')
  })

  it('every line of it and of the screens fits 80 columns', () => {
    const lines = [readFileSync(starter, 'utf8'), made.stdout].join('\n').split('\n')
    // A command stands on a line of its own, however long its paths are.
    expect(lines.filter((line) => line.length > 80 && !/[0-9a-f]{64}|^Next|^ +airlock-/.test(line))).toEqual([])
  })

  it('the policy allows its request, and says what is left to sign', async () => {
    const { exitCode, stdout } = await policy('check', request, '--policy', starter, '--json')
    expect(exitCode).toBe(0)
    const told = JSON.parse(stdout) as { policy: { digest: string }; request: { digest: string }; silent: string[] }
    expect(told).toMatchObject({
      allowed: true,
      policy: { digest: sha256(starter) },
      request: { digest: sha256(request) },
    })
    expect(told.silent).toEqual(['network', 'bls_key'])
  })

  it.each<[name: string, edits: Readonly<Record<string, unknown>>, code: string]>([
    ['quorums', { 'operation.quorums': [0, 1] }, 'policy_quorums'],
    ['socket', { 'operation.socket': '203.0.113.7:32005;32004;32006;32008' }, 'policy_socket'],
    ['expiry', { expiry: now + 6 * 86_400 + 1 }, 'policy_expiry'],
    ['nonce', { 'transaction.nonce': 77 }, ''],
  ])('the policy knows another request by its %s', async (name, edits, code) => {
    const { exitCode, stderr } = await policy(
      'check',
      place(`${name}.json`, mainnet.request, edits),
      '--policy',
      starter,
    )
    expect(exitCode).toBe(code === '' ? 0 : 4)
    expect(stderr.match(/\(policy_\w+\)/g) ?? []).toEqual(code === '' ? [] : [`(${code})`])
    if (code !== '') expect(stderr).toContain(sha256(starter))
  })

  it.each<[name: string, edits: Readonly<Record<string, unknown>>]>([
    ['a socket with the signs of a pattern, of YAML and of JSON', { 'operation.socket': '*?"\\: #&!%@`{[:1;2' }],
    ['a socket of other letters', { 'operation.socket': 'sock\u00e9t-\u{1f600}:1;2' }],
    ['no socket', { 'operation.socket': '' }],
    ['an odd expiry', { expiry: now + 30 * 86_400 + 1 }],
    ['a registered operator', { 'operation.operatorSignature': null, 'operation.pubkeyRegistration': null }],
    ['a named BLS key', { 'operation.pubkeyRegistration.operatorId': `0x${'00'.repeat(31)}01` }],
    ['a price below a gwei', { 'transaction.fees.0': { maxFeePerGas: '123456789', maxPriorityFeePerGas: '1' } }],
  ])('%s', async (name, edits) => {
    const odd = place(`odd ${name.replaceAll(/\W/g, '')}.json`, registration(1).request, edits)
    const output = at(`odd ${name.replaceAll(/\W/g, '')}.yaml`)
    expect((await policy('init', odd, '-o', output)).exitCode).toBe(0)
    expect((await policy('check', odd, '--policy', output)).exitCode).toBe(0)
    expect((await policy('check', request, '--policy', output)).exitCode).toBe(4)
  })

  it('overwrites nothing, unless told to', async () => {
    writeFileSync(at('mine.yaml'), 'mine')
    const kept = await policy('init', request, '-o', at('mine.yaml'))
    expect([kept.exitCode, readFileSync(at('mine.yaml'), 'utf8')]).toEqual([2, 'mine'])
    expect((await policy('init', request, '-o', at('mine.yaml'), '--force', '--json')).exitCode).toBe(0)
    expect(readFileSync(at('mine.yaml'))).toEqual(readFileSync(starter))
  })

  it('takes no request that would be refused', async () => {
    const expired = place('expired.json', mainnet.request, { 'block.timestamp': now - 1000, expiry: now - 1 })
    const { exitCode, stderr } = await policy('init', expired, '-o', at('never.yaml'))
    expect([exitCode, stderr.includes('expiry_past')]).toEqual([8, true])
    expect(() => statSync(at('never.yaml'))).toThrow('ENOENT')
  })
})

describe('check', () => {
  it('says every refusal at once', async () => {
    const { exitCode, stdout, stderr } = await policy(
      'check',
      place('r1.json', registration(1).request),
      '--policy',
      starter,
      '--json',
    )
    expect([exitCode, stdout]).toEqual([4, ''])
    const { error } = JSON.parse(stderr) as { error: { problems: { code: string; hint: string }[] } }
    expect(error.problems.map(({ code }) => code)).toEqual(['policy_operator', 'policy_chain', 'policy_gas_limit'])
    expect(error.problems.every(({ hint }) => hint.length > 0)).toBe(true)
  })

  it('a policy that is none', async () => {
    writeFileSync(at('bad.yaml'), 'airlock: policy/1\nnetwork: maybe\noperators: *all\n')
    const { exitCode, stderr } = await policy('check', request, '--policy', at('bad.yaml'))
    expect([exitCode, stderr.includes('line 3: an alias')]).toEqual([3, true])
    expect((await policy('check', request, '--policy', at('none.yaml'))).exitCode).toBe(2)
    expect((await policy('check', request)).exitCode).toBe(2)
  })
})

describe('explain', () => {
  it('says the policy in sentences', async () => {
    const { exitCode, stdout } = await policy('explain', '--policy', starter)
    expect(exitCode).toBe(0)
    for (const said of [
      mainnet.request.operation.operator,
      'Ethereum mainnet',
      'quorums 0',
      '0.0432 ETH',
      sha256(starter),
    ])
      expect(stdout).toContain(said)
    expect(stdout.split('\n').filter((line) => line.length > 80 && !/[0-9a-f]{64}/.test(line))).toEqual([])
  })

  it('says what each rule says of a request, once, and refuses nothing', async () => {
    const { exitCode, stdout } = await policy('explain', place('r2.json', registration(1).request), '--policy', starter)
    expect(exitCode).toBe(0)
    const rules = [...stdout.matchAll(/^ {2}(allows|REFUSES|silent) +(\w+) /gm)].map(([, says, rule]) => [rule, says])
    expect(new Set(rules.map(([rule]) => rule)).size).toBe(18)
    expect(rules).toHaveLength(18)
    expect(rules.filter(([, says]) => says === 'REFUSES').map(([rule]) => rule)).toEqual([
      'operator',
      'chain',
      'gas_limit',
    ])
    expect(stdout).toContain('Limits are counted from the ledger when signing')
  })

  it('says of an empty policy all that it leaves out', async () => {
    writeFileSync(at('empty.yaml'), 'airlock: policy/1\n')
    const { stdout } = await policy('explain', '--policy', at('empty.yaml'), '--json')
    const { sentences } = JSON.parse(stdout) as { sentences: string[] }
    expect(sentences.filter((sentence) => sentence.startsWith('It does not say'))).toHaveLength(7)
  })
})

describe('docs/policy.md', () => {
  it('its examples are policies', async () => {
    const examples = blocks(page('docs/policy.md')).filter((block) => block.includes('policy/1'))
    expect(examples).toHaveLength(2)
    for (const [index, example] of examples.entries()) {
      writeFileSync(at(`example-${index}`), example)
      expect((await policy('explain', '--policy', at(`example-${index}`))).exitCode).toBe(0)
    }
  })
})

describe('an AVS that the catalogue does not have', () => {
  const inspected = async (path: string, ...args: readonly string[]): Promise<string | undefined> => {
    const { stdout } = await run('airlock-cold', ['inspect', path, '--json', ...args])
    const { findings } = JSON.parse(stdout) as { findings: { level: string; code: string }[] }
    return findings.find(({ code }) => code === 'avs_unknown')?.level
  }
  const other = '0x68aA080939338938a01D93173047bB2546c6189f'

  it('is a warning, and a note where the policy pins both of its contracts', async () => {
    const unknown = place('unknown.json', registration(1).request)
    const pins = at('pins.yaml')
    expect((await policy('init', unknown, '-o', pins)).exitCode).toBe(0)
    const strangers = at('strangers.yaml')
    const { registryCoordinator } = registration(1).request.operation as { registryCoordinator: string }
    writeFileSync(strangers, readFileSync(pins, 'utf8').replace(registryCoordinator, getAddress(other.toLowerCase())))
    expect([
      await inspected(unknown),
      await inspected(unknown, '--policy', pins),
      await inspected(unknown, '--policy', strangers),
    ]).toEqual(['warning', 'note', 'warning'])
  })
})
