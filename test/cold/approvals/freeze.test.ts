// The emergency stop: whatever is frozen is not signed, from that moment on, and only those who may lift it again.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approvalBy, approvalBytes } from '../../shared/cases/approval-cases.ts'
import { digestOf } from '../../documents/canonical.ts'
import { ColdMachine, doIt, unwrapped } from '../../support/cold-machine.ts'
import { blsKeystore } from '../../support/keystores.ts'
import { approve, type Answer } from '../../support/programs.ts'
import { codesIn } from '../../support/stage.ts'
import { computeAddress } from 'ethers'

let machine: ColdMachine
let request: string
beforeAll(async () => {
  machine = await ColdMachine.open()
  request = machine.request()
})
afterAll(() => machine.close())

const EIGENDA = '0x870679E138bCdf293b7Ff14dD44b70FC97e12fc0'
const COORDINATOR = '0x0BAAc79acD45A023E19345c352d8a7a83C4e5656'
const OTHER = '0x53012C69A189cfA2D9d29eb6F19B32e0A2EA3490'
const upper = (hex: string): string => `0x${hex.slice(2).toUpperCase()}`

describe('what is frozen is not signed', () => {
  it.each<[name: string, flags: () => readonly string[]]>([
    ['everything', () => ['--all']],
    ['the AVS', () => ['--avs', EIGENDA]],
    ['the AVS in lower case', () => ['--avs', EIGENDA.toLowerCase()]],
    ['the AVS by its coordinator, in upper case', () => ['--avs', upper(COORDINATOR)]],
    ['the operator', () => ['--key', machine.keys.operator]],
    ['the operator in upper case', () => ['--key', upper(machine.keys.operator)]],
  ])('%s: refused before anything is asked, recorded', async (_, flags) => {
    const here = machine.anew()
    const frozen = await here.run('freeze', ...flags(), '--reason', 'laptop was out of sight')
    expect([frozen.exitCode, frozen.stdout.includes('To lift it: airlock-cold unfreeze 2')]).toEqual([0, true])
    const refused = await here.sign(request, [], [])
    expect([refused.exitCode, refused.codes, existsSync(refused.response)]).toEqual([10, ['frozen'], false])
    expect(unwrapped(refused.screen)).toContain('frozen since entry 2: "laptop was out of sight"')
    expect(here.events()).toEqual(['begun', 'frozen', 'seen', 'refused'])
    expect(here.last()).toMatchObject({ problems: [{ code: 'frozen' }] })
  })

  it('a BLS key that the request names, before; one that it does not name, once it is open', async () => {
    const here = machine.anew()
    await here.run('freeze', '--key', upper(machine.operatorId), '--reason', 'backup missing')
    const named = machine.request({ 'operation.pubkeyRegistration.operatorId': machine.operatorId })
    const before = await here.sign(named, [], [])
    expect([before.exitCode, before.codes]).toEqual([10, ['frozen']])
    const open = await here.sign(request)
    expect([open.exitCode, open.codes, existsSync(open.response)]).toEqual([10, ['frozen'], false])
    expect(here.events()).not.toContain('signed')
  })

  it.each<[name: string, flags: readonly string[]]>([
    ['another AVS', ['--avs', OTHER]],
    ['another key', ['--key', OTHER]],
    ['another BLS key', ['--key', `0x${'ab'.repeat(32)}`]],
  ])('%s freezes nothing of this', async (_, flags) => {
    const here = machine.anew()
    await here.run('freeze', ...flags, '--reason', 'elsewhere')
    expect((await here.sign(request)).exitCode).toBe(0)
  })

  it.each<[name: string, args: readonly string[]]>([
    ['nothing', ['--reason', 'x']],
    ['two scopes', ['--all', '--avs', EIGENDA, '--reason', 'x']],
    ['no reason', ['--all']],
    ['an empty reason', ['--all', '--reason', '  ']],
    ['a reason that draws on the screen', ['--all', '--reason', 'a\u001b[2Jb']],
    ['a reason that is too long', ['--all', '--reason', 'x'.repeat(201)]],
    ['an address that is none', ['--avs', EIGENDA.slice(0, 41), '--reason', 'x']],
    ['an operator id as an AVS', ['--avs', `0x${'ab'.repeat(32)}`, '--reason', 'x']],
  ])('freezing %s is a fault of usage', async (_, args) => {
    const here = machine.anew()
    const { exitCode, stderr } = await here.run('freeze', ...args)
    expect([exitCode, codesIn(stderr)]).toEqual([2, ['usage']])
    expect(existsSync(here.ledger)).toBe(false)
  })
})

describe('a freeze in the middle of a signing', () => {
  const freezing = (here: ColdMachine, answer: Answer): Answer => ({
    prompt: answer.prompt,
    type: (match) => {
      expect(here.runAtOnce('freeze', '--all', '--reason', 'stop')).toBe(0)
      return typeof answer.type === 'string' ? answer.type : answer.type(match)
    },
  })
  const stopped = (
    here: ColdMachine,
    { exitCode, codes, response }: Awaited<ReturnType<ColdMachine['sign']>>,
  ): void => {
    expect([exitCode, codes, existsSync(response)]).toEqual([10, ['frozen'], false])
    expect(here.events()).toEqual(['begun', 'seen', 'frozen', 'refused'])
  }

  it('at the question', async () => {
    const here = machine.anew()
    stopped(here, await here.sign(request, [], [freezing(here, approve)]))
  })

  it('at the password, after the approval', async () => {
    const here = machine.anew()
    const asked: Answer = { prompt: /Password of the ECDSA key [^:]*: $/, type: `${machine.keys.ecdsaPassword}\r` }
    const { ecdsaKeystore } = machine.keys
    const flags = ['--ecdsa-keystore', ecdsaKeystore, ...machine.keyFlags(['bls'])]
    stopped(here, await here.sign(request, flags, [approve, freezing(here, asked)]))
  })

  it('while a key is unlocked', async () => {
    const here = machine.anew()
    const slow = machine.write('slow.json', blsKeystore(machine.keys.blsSecret, machine.keys.blsPassword, 524_288))
    const bls = ['--bls-keystore', slow, '--bls-password-file', machine.keys.blsPasswordFile]
    let frozen = false
    const refused = await here.sign(request, [...machine.keyFlags(['ecdsa']), ...bls], [approve], (text) => {
      if (frozen || !text.includes('unlocking:')) return
      frozen = true
      expect(here.runAtOnce('freeze', '--all', '--reason', 'stop')).toBe(0)
    })
    stopped(here, refused)
  })

  it('of a batch: what was signed stays signed, the rest is not', async () => {
    const here = machine.anew()
    expect((await here.sign(request)).exitCode).toBe(0)
    await here.run('freeze', '--all', '--reason', 'stop')
    for (const next of [request, machine.request({ 'transaction.nonce': 42 })])
      expect((await here.sign(next, [], [])).exitCode).toBe(10)
    expect(here.events().filter((event) => event === 'signed')).toHaveLength(1)
  })
})

describe('unfreeze', () => {
  const lift = ['unfreeze', '2', '--reason', 'found again']

  it('by a typed phrase, that says what was frozen and why; and what was refused is signed', async () => {
    const here = machine.anew()
    await here.run('freeze', '--avs', EIGENDA, '--reason', 'contract upgraded')
    const lifted = await here.type(lift, [doIt])
    expect(lifted.exitCode).toBe(0)
    expect(unwrapped(lifted.screen)).toContain(`AVS ${EIGENDA}: "contract upgraded"`)
    expect(lifted.screen.split('\n').filter((line) => line.trimEnd().length > 80)).toEqual([])
    expect(here.last()).toMatchObject({ approvals: [], event: 'unfrozen', of: 2, reason: 'found again' })
    expect((await here.sign(request)).exitCode).toBe(0)
  })

  it('another phrase, a pipe, a freeze that is not: nothing is lifted', async () => {
    const here = machine.anew()
    await here.run('freeze', '--all', '--reason', 'stop')
    for (const typed of ['\r', 'unfreeze\r', 'yes\r']) {
      const declined = await here.type(lift, [{ ...doIt, type: typed }])
      expect([declined.exitCode, declined.codes]).toEqual([5, ['declined']])
    }
    const piped = await here.run(...lift)
    expect([piped.exitCode, codesIn(piped.stderr)]).toEqual([2, ['no_terminal']])
    for (const entry of ['1', '3', '0', '02', 'all', '2:2']) {
      const { exitCode, stderr } = await here.run('unfreeze', entry, '--reason', 'x')
      expect([exitCode, codesIn(stderr)[0]]).toEqual([2, 'ledger_entry_unknown'])
    }
    expect((await here.run('unfreeze', '2')).exitCode).toBe(2)
    expect(here.events()).toEqual(['begun', 'frozen'])
  })

  it('two freezes are lifted one by one', async () => {
    const here = machine.anew()
    await here.run('freeze', '--all', '--reason', 'stop')
    await here.run('freeze', '--avs', EIGENDA, '--reason', 'stop this')
    expect((await here.type(lift, [doIt])).exitCode).toBe(0)
    const still = await here.sign(request, [], [])
    expect([still.exitCode, unwrapped(still.screen).includes('entry 3')]).toEqual([10, true])
    expect((await here.type(lift, [])).codes).toEqual(['ledger_entry_unknown'])
  })

  it('where a policy names approvers: they must have approved this very statement', async () => {
    const secret = `0x${'a11ce'.padStart(64, '0')}`
    const alice = { name: 'alice', address: computeAddress(secret) }
    const policy = machine.write(
      'policy.json',
      JSON.stringify({ airlock: 'policy/1', approvals: { needed: 1, approvers: [alice] } }),
    )
    const here = machine.anew()
    await here.run('freeze', '--all', '--reason', 'stop')
    expect((await here.type(['policy', 'adopt', policy], [doIt])).exitCode).toBe(0)
    const missing = await here.type(lift, [])
    expect([missing.exitCode, missing.codes]).toEqual([4, ['approvals_missing']])
    expect(missing.screen).not.toContain('To do it')

    const ask = machine.path('ask.json')
    expect((await here.run(...lift, '--statement', ask)).exitCode).toBe(0)
    expect(here.events().at(-1)).toBe('policy')
    const approval = machine.path('approval.json')
    const by = (key: string, subject: string, document: Uint8Array): void =>
      writeFileSync(approval, approvalBytes(approvalBy(key, subject, digestOf(document))))

    by(secret, 'policy', readFileSync(ask))
    expect((await here.type([...lift, '--approval', approval])).codes).toContain('approval_for_other')
    by(`0x${'b0b'.padStart(64, '0')}`, 'statement', readFileSync(ask))
    expect((await here.type([...lift, '--approval', approval])).codes).toContain('approval_stranger')
    by(secret, 'statement', readFileSync(ask))
    const otherReason = ['unfreeze', '2', '--reason', 'found  again', '--approval', approval]
    expect((await here.type(otherReason)).codes).toContain('approval_for_other')
    expect((await here.type([...lift, '--approval', approval], [{ ...doIt, type: '\r' }])).exitCode).toBe(5)
    expect(here.events().at(-1)).toBe('policy')
    expect((await here.type([...lift, '--approval', approval], [doIt])).exitCode).toBe(0)
    expect(here.last()).toMatchObject({ approvals: [digestOf(readFileSync(approval))], event: 'unfrozen' })
  })
})
