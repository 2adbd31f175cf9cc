// A policy where it counts: in `sign`. Each of its fields refuses in turn, --yes works only where all of them allow, approvals
// are counted before a key is opened, and the policy in force cannot be got around.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { computeAddress, verifyMessage } from 'ethers'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approvalBy, approvalBytes, textFor } from '../../shared/cases/approval-cases.ts'
import { digestOf, edited, type Json } from '../../documents/canonical.ts'
import { ColdMachine, doIt, unwrapped, type Shown } from '../../support/cold-machine.ts'
import { canUnshare, commandOf, run, type Ended } from '../../support/programs.ts'
import { fullPolicy, type PolicyJson } from '../../support/policies.ts'
import { codesIn } from '../../support/stage.ts'

const secretOf = (name: string): string => `0x${Buffer.from(name).toString('hex').padStart(64, '0')}`
const approver = (name: string): Json => ({ name, address: computeAddress(secretOf(name)) })
const approvers = ['alice', 'bob', 'carol'].map(approver)

let machine: ColdMachine
let request: string
let digest: string
let whole: PolicyJson
beforeAll(async () => {
  machine = await ColdMachine.open()
  request = machine.request()
  digest = digestOf(readFileSync(request))
  // Every day has hours, and nobody needs to approve.
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
  whole = edited(fullPolicy, {
    operators: [machine.keys.operator],
    'avss.0.blsOperatorId': undefined,
    'avss.0.sockets': ['203.0.113.7:*;*;*;*', '10.0.0.1:*;*'],
    hours: { days, from: '00:00', to: '23:59', utcOffset: '+00:00' },
    approvals: undefined,
  })
})
afterAll(() => machine.close())

const file = (edits: Readonly<Record<string, unknown>> = {}): string =>
  machine.write('policy.json', JSON.stringify(edited(whole, edits)))

/** Signs without a terminal: whatever asks a question ends with no_terminal. */
function signed(here: ColdMachine, more: readonly string[], path = request): Promise<Ended> {
  return here.run('sign', path, '-o', machine.path('response.json'), ...here.keyFlags(), ...more)
}
const outcome = ({ exitCode, stderr }: Ended): unknown[] => [exitCode, ...codesIn(stderr)]

describe('each field refuses in turn', () => {
  const elsewhere = '0x53012C69A189cfA2D9d29eb6F19B32e0A2EA3490'
  const yesterday = new Date(Date.now() - 2 * 86_400_000)
    .toLocaleDateString('en-US', { weekday: 'short', timeZone: 'UTC' })
    .toLowerCase()

  it.each<[code: string, edits: Readonly<Record<string, unknown>>]>([
    ['policy_operator', { operators: [elsewhere] }],
    ['policy_chain', { 'avss.0.chain': 17_000 }],
    ['policy_avs', { 'avss.0.serviceManager': elsewhere }],
    ['policy_contracts', { 'avss.0.registryCoordinator': elsewhere }],
    ['policy_contracts', { 'avss.0.avsDirectory': elsewhere }],
    ['policy_quorums', { 'avss.0.quorums': [1, 2] }],
    ['policy_socket', { 'avss.0.sockets': ['203.0.113.8:*'] }],
    ['policy_expiry', { expiry: { longest: '6d' } }],
    ['policy_fee', { 'fees.highest': '0.0431 ether' }],
    ['policy_gas_price', { 'fees.gasPrice': '29 gwei' }],
    ['policy_gas_limit', { 'fees.gasLimit': 1_439_999 }],
    ['policy_hours', { 'hours.days': [yesterday] }],
    ['approvals_missing', { approvals: { needed: 1, approvers } }],
  ])('%s', async (code, edits) => {
    const here = machine.anew()
    const policy = file(edits)
    expect(outcome(await signed(here, ['--policy', policy]))).toEqual([4, code])
    expect(here.last()).toMatchObject({
      event: 'refused',
      policy: digestOf(readFileSync(policy)),
      problems: [{ code }],
      request: { digest },
    })
  })

  it('policy_rungs', async () => {
    const fees = ['10000000000', '12000000000'].map((maxFeePerGas) => ({
      maxFeePerGas,
      maxPriorityFeePerGas: `${Number(maxFeePerGas) / 10}`,
    }))
    const two = machine.request({ 'transaction.fees': fees })
    expect(outcome(await signed(machine.anew(), ['--policy', file()], two))).toEqual([4, 'policy_rungs'])
  })

  it('policy_bls_key: another key is pinned, found at the latest when it is open', async () => {
    const here = machine.anew()
    const pinned = file({ 'avss.0.blsOperatorId': `0x${'ab'.repeat(32)}` })
    expect(outcome(await signed(here, ['--policy', pinned, '--yes']))).toEqual([4, 'policy_bls_key'])
    expect(here.events()).toEqual(['begun', 'seen', 'policy', 'refused'])
  })

  it('policy_limits: the second in a window of one; the very same again is no second', async () => {
    const here = machine.anew()
    const limits = [{ signatures: 1, window: '24h', per: 'avs' }]
    const policy = file({ limits })
    expect(outcome(await signed(here, ['--policy', policy, '--yes']))).toEqual([0])
    expect(outcome(await signed(here, ['--yes']))).toEqual([0])
    expect(here.events().slice(-3)).toEqual(['seen', 'repeated', 'delivered'])
    const salt = { 'operation.operatorSignature.salt': `0x${'5a17'.repeat(16)}` }
    expect(outcome(await signed(here, [], machine.request(salt)))).toEqual([4, 'policy_limits'])
  })

  it('all that is wrong at once', async () => {
    const policy = file({ operators: [elsewhere], 'avss.0.quorums': [1], approvals: { needed: 1, approvers } })
    const codes = ['policy_operator', 'policy_quorums', 'approvals_missing']
    expect(outcome(await signed(machine.anew(), ['--policy', policy]))).toEqual([4, ...codes])
  })

  it('a person is still asked where a policy allows', async () => {
    expect(outcome(await signed(machine.anew(), ['--policy', file()]))).toEqual([2, 'no_terminal'])
  })
})

describe('--yes', () => {
  it('signs where everything is covered, and says so in the ledger', async () => {
    const here = machine.anew()
    const policy = file()
    const { exitCode, stdout } = await signed(here, ['--policy', policy, '--yes', '--json'])
    expect([exitCode, (JSON.parse(stdout) as { missing: unknown }).missing]).toEqual([0, []])
    const entry = here.entries().find(({ body }) => body.event === 'signed')
    expect(entry?.body).toMatchObject({ policy: digestOf(readFileSync(policy)), reviewedBy: 'policy' })
  })

  it('is nothing without a policy', async () => {
    const here = machine.anew()
    expect(outcome(await signed(here, ['--yes']))).toEqual([2, 'yes_without_policy'])
    expect(here.events()).toEqual(['begun', 'seen', 'refused'])
  })

  it('stops at a warning', async () => {
    const warned = machine.request({ 'operation.socket': '10.0.0.1:32005;32006' })
    const { exitCode, stderr } = await signed(machine.anew(), ['--policy', file(), '--yes'], warned)
    expect([exitCode, codesIn(stderr)]).toEqual([4, ['yes_not_covered']])
    expect(stderr).toContain('socket_private')
  })

  it.each<[rule: string, edits: Readonly<Record<string, unknown>>]>([
    ['operation', { operations: undefined }],
    ['operator', { operators: undefined }],
    ['quorums', { 'avss.0.quorums': undefined }],
    ['socket', { 'avss.0.sockets': undefined }],
    ['contracts', { 'avss.0.avsDirectory': undefined }],
    ['chain, avs, contracts, quorums, socket', { avss: undefined }],
    ['expiry', { expiry: undefined }],
    ['fee', { 'fees.highest': undefined }],
    ['gas_price', { 'fees.gasPrice': undefined }],
    ['gas_limit', { 'fees.gasLimit': undefined }],
    ['rungs', { 'fees.rungs': undefined }],
    ['bls_key', { blsKeys: undefined }],
    ['limits', { limits: undefined }],
  ])('stops where the policy is silent on %s, before a key is opened', async (rule, edits) => {
    // A password that opens nothing: whoever opens the key before this is refused hears of it.
    const wrong = machine.write('wrong.password', 'no\n')
    const flags = ['--ecdsa-password-file', wrong, '--bls-password-file', wrong]
    const ended = await signed(machine.anew(), ['--policy', file(edits), '--yes', ...flags])
    expect(outcome(ended)).toEqual([4, 'yes_not_covered'])
    expect(unwrapped(ended.stderr)).toContain(`silent on ${rule} (`)
  })

  it('does not need hours and approvals', async () => {
    const policy = file({ hours: undefined, approvals: undefined })
    expect(outcome(await signed(machine.anew(), ['--policy', policy, '--yes']))).toEqual([0])
  })

  it('takes a BLS key that only opening it shows, where it is the one that is pinned', async () => {
    const pinned = file({ 'avss.0.blsOperatorId': machine.operatorId })
    expect(outcome(await signed(machine.anew(), ['--policy', pinned, '--yes']))).toEqual([0])
  })
})

describe('the policy in force', () => {
  it('is adopted at first use; leaving --policy out does not get around it, and another file is refused', async () => {
    const here = machine.anew()
    const strict = file({ 'avss.0.quorums': [1] })
    const first = await signed(here, ['--policy', strict])
    expect(first.stderr).toContain('is the policy of this ledger from now on')
    expect(here.entries()[2]?.body).toMatchObject({
      event: 'policy',
      policy: digestOf(readFileSync(strict)),
      replaced: null,
    })
    expect(outcome(await signed(here, []))).toEqual([4, 'policy_quorums'])
    expect(outcome(await signed(here, ['--policy', file(), '--yes']))).toEqual([4, 'policy_changed'])
    expect(here.events().filter((event) => event === 'policy')).toHaveLength(1)
  })

  it('changes by a typed phrase', async () => {
    const here = machine.anew()
    const [old, next] = [file({ 'avss.0.quorums': [1] }), file()]
    await signed(here, ['--policy', old])
    const declined = await here.type(['policy', 'adopt', next], [{ ...doIt, type: 'adopt\r' }])
    expect([declined.exitCode, here.events().filter((event) => event === 'policy')]).toEqual([5, ['policy']])
    expect((await here.type(['policy', 'adopt', next], [doIt])).exitCode).toBe(0)
    const replaced = { policy: digestOf(readFileSync(next)), replaced: digestOf(readFileSync(old)) }
    expect(here.last()).toMatchObject({ approvals: [], event: 'policy', ...replaced })
    expect(outcome(await here.run('policy', 'adopt', next))).toEqual([2, 'policy_unchanged'])
    expect(outcome(await signed(here, ['--yes']))).toEqual([0])
  })

  it('changes only with the approvers that the old one names, each approval once', async () => {
    const here = machine.anew()
    const [guarded, loose] = [file({ approvals: { needed: 2, approvers } }), file()]
    await signed(here, ['--policy', guarded])
    const adopt = (policy: string, names: readonly string[]): Promise<Shown> => {
      const given = names.flatMap((name) => ['--approval', approvalOf(name, 'policy', readFileSync(policy))])
      return here.type(['policy', 'adopt', policy, ...given], [doIt])
    }
    expect((await adopt(loose, [])).codes).toEqual(['approvals_missing'])
    expect((await adopt(loose, ['alice'])).codes).toEqual(['approvals_missing'])
    expect((await adopt(loose, ['alice', 'mallory'])).codes).toEqual(['approval_stranger', 'approvals_missing'])
    expect((await adopt(loose, ['alice', 'bob'])).exitCode).toBe(0)
    expect(here.last()['approvals']).toHaveLength(2)
    // Nobody needs to approve the way back; the way to the loose one again needs new approvals.
    expect((await adopt(guarded, [])).exitCode).toBe(0)
    expect((await adopt(loose, ['alice', 'bob'])).codes).toEqual(['approval_repeated'])
    expect((await adopt(loose, ['alice', 'carol'])).codes).toEqual(['approval_repeated'])
  })

  it('that comes while a person is asked is not got around', async () => {
    const here = machine.anew()
    const strict = file({ 'avss.0.quorums': [1] })
    const late = (): void => {
      const seen = here.runAtOnce('sign', request, '-o', machine.path('none'), ...here.keyFlags(), '--policy', strict)
      expect(seen).toBe(4)
    }
    const sign = await here.sign(request, [], [{ prompt: /To sign, type: ([a-z ]+)\r?\n[^:]*: /, type: typing(late) }])
    expect([sign.exitCode, sign.codes, existsSync(sign.response)]).toEqual([4, ['policy_changed'], false])
    expect(here.events()).not.toContain('signed')

    const other = machine.anew()
    const beside = (): void => {
      other.runAtOnce('sign', request, '-o', machine.path('none'), ...other.keyFlags(), '--policy', strict)
    }
    const adopted = await other.type(['policy', 'adopt', file()], [{ ...doIt, type: typing(beside) }])
    expect([adopted.exitCode, adopted.codes]).toEqual([4, ['policy_changed']])
    expect(other.events().filter((event) => event === 'policy')).toHaveLength(1)
  })

  const typing =
    (first: () => void) =>
    (match: RegExpExecArray): string => {
      first()
      return `${match[1] ?? ''}\r`
    }
})

let approvalFiles = 0
/** An approval as ethers signs it, in a file. */
function approvalOf(name: string, subject: string, document: Uint8Array): string {
  approvalFiles += 1
  return machine.write(
    `approval-${approvalFiles}.json`,
    approvalBytes(approvalBy(secretOf(name), subject, digestOf(document))),
  )
}

describe('approvals by a second person', () => {
  const given = (...names: readonly string[]): string[] =>
    names.flatMap((name) => ['--approval', approvalOf(name, 'request', readFileSync(request))])
  let policy: string
  beforeAll(() => {
    policy = file({ approvals: { needed: 2, approvers } })
  })

  it.each<[name: string, flags: () => readonly string[], codes: readonly string[]]>([
    ['none', () => [], ['approvals_missing']],
    ['one of two', () => given('alice'), ['approvals_missing']],
    ['one of two, twice', () => given('alice', 'alice'), ['approval_repeated', 'approvals_missing']],
    ['one, and one of a stranger', () => given('bob', 'mallory'), ['approval_stranger', 'approvals_missing']],
    ['enough, and one of a stranger', () => given('alice', 'bob', 'mallory'), ['approval_stranger']],
    [
      'one, and one of another request',
      () => [...given('bob'), '--approval', approvalOf('alice', 'request', Buffer.from('another'))],
      ['approval_for_other', 'approvals_missing'],
    ],
    [
      'one, and one of a policy with that digest',
      () => [...given('bob'), '--approval', approvalOf('alice', 'policy', readFileSync(request))],
      ['approval_for_other', 'approvals_missing'],
    ],
  ])('%s: refused before a key is opened', async (_, flags, codes) => {
    const wrong = machine.write('wrong.password', 'no\n')
    const passwords = ['--ecdsa-password-file', wrong, '--bls-password-file', wrong]
    const ended = await signed(machine.anew(), ['--policy', policy, '--yes', ...flags(), ...passwords])
    expect(outcome(ended)).toEqual([codes[0] === 'approval_for_other' ? 3 : 4, ...codes])
  })

  it('one that was changed after it was signed', async () => {
    const forged = { ...approvalBy(secretOf('mallory'), 'request', digest), approver: computeAddress(secretOf('bob')) }
    const path = machine.write('forged.json', approvalBytes(forged))
    const ended = await signed(machine.anew(), ['--policy', policy, '--yes', ...given('alice'), '--approval', path])
    expect(outcome(ended)).toEqual([3, 'approval_invalid'])
  })

  it('two of three, one of them as a picture of its code: signed, and kept in the ledger', async () => {
    const here = machine.anew()
    const codes = machine.path('codes')
    expect((await run('airlock-cold', ['qr', given('carol')[1] ?? '', '--png', codes])).exitCode).toBe(0)
    const picture = join(codes, readdirSync(codes)[0] ?? '')
    expect(
      outcome(await signed(here, ['--policy', policy, '--yes', ...given('alice'), '--approval', picture])),
    ).toEqual([0])
    const entry = here.entries().find(({ body }) => body.event === 'signed')
    const kept = entry?.body['approvals'] as string[]
    const names = kept.map((hash) => {
      const found = JSON.parse(readFileSync(join(here.ledger, 'documents', hash), 'utf8')) as { signature: string }
      return verifyMessage(textFor('request', digest), found.signature)
    })
    expect(names).toEqual([computeAddress(secretOf('alice')), computeAddress(secretOf('carol'))])
  })

  it('three of three where two are needed', async () => {
    expect(
      outcome(await signed(machine.anew(), ['--policy', policy, '--yes', ...given('carol', 'bob', 'alice')])),
    ).toEqual([0])
  })

  it('that nobody asks for are refused: they would prove nothing', async () => {
    expect(outcome(await signed(machine.anew(), given('alice')))).toEqual([2, 'approvals_unasked'])
    expect(outcome(await signed(machine.anew(), ['--policy', file(), ...given('alice')]))).toEqual([
      2,
      'approvals_unasked',
    ])
  })
})

const VETH = 'ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up'
const canVeth = canUnshare && spawnSync('unshare', ['-rn', 'sh', '-c', VETH]).status === 0

describe.skipIf(!canVeth)('on a machine with a network', () => {
  function connected(here: ColdMachine, more: readonly string[]): unknown[] {
    const program = commandOf('airlock-cold', false).map((part) => `'${part}'`)
    const args = ['sign', request, '-o', machine.path('response.json'), ...here.keyFlags(), ...more]
    const script = `${VETH} && exec ${program.join(' ')} "$@"`
    const shell = ['-rn', 'sh', '-c', script, 'sh', ...args, '--ledger', here.ledger]
    const { status, stderr } = spawnSync('unshare', shell, { encoding: 'utf8', timeout: 60_000 })
    return [status, ...codesIn(stderr)]
  }

  it('nothing is signed, without a policy and with one; a policy may allow it', () => {
    const here = machine.anew()
    expect(connected(here, [])).toEqual([4, 'network_connected'])
    expect(here.last()).toMatchObject({ event: 'refused', problems: [{ code: 'network_connected' }] })
    expect(connected(machine.anew(), ['--policy', file(), '--yes'])).toEqual([4, 'policy_network'])
    expect(connected(machine.anew(), ['--policy', file({ network: undefined }), '--yes'])).toEqual([
      4,
      'policy_network',
    ])
    expect(connected(machine.anew(), ['--policy', file({ network: 'allow' }), '--yes'])).toEqual([0])
  })
})

describe('the starter of `policy init`', () => {
  it('allows its own request, once the BLS key is pinned or known', async () => {
    const starter = machine.path('policy.yaml')
    expect((await run('airlock-cold', ['policy', 'init', request, '-o', starter])).exitCode).toBe(0)
    expect(outcome(await signed(machine.anew(), ['--policy', starter, '--yes']))).toEqual([0])
  })
})
