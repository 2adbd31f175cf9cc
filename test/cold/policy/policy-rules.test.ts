// What a policy says of a request: each rule refused in turn with its own code, each boundary, history and hours.
//
// Limits are held against a count by hand over seeded histories, hours against the calendar of Intl.
import { describe, expect, it } from 'vitest'
import { parsePolicy, type Policy } from '../../../src/cold/policy/policy.ts'
import { coversAll, judgePolicy, policyProblems } from '../../../src/cold/policy/policy-rules.ts'
import {
  policyRules,
  type PastSignature,
  type PolicyFacts,
  type Verdict,
} from '../../../src/cold/policy/policy-verdict.ts'
import type { Address, Bytes32, UnixSeconds } from '../../../src/shared/base/fields.ts'
import { concernsOf } from '../../../src/shared/operations/operation-kinds.ts'
import { decodeRequest, type UnsignedRequest } from '../../../src/shared/request/request.ts'
import { validCase } from '../../documents/all-requests.ts'
import { bytesOf, edited } from '../../documents/canonical.ts'
import { fullPolicy, KEY, NOON, policyRequest, WEEK } from '../../support/policies.ts'
import { Seeded } from '../../support/seeded.ts'

type Edits = Readonly<Record<string, unknown>>

const policyWith = (edits: Edits = {}): Policy =>
  parsePolicy('reading policy', Buffer.from(JSON.stringify(edited(fullPolicy, edits)))).policy
const requestWith = (edits: Edits = {}): UnsignedRequest =>
  decodeRequest('reading', bytesOf(edited(policyRequest, edits))).request

const facts = (request: UnsignedRequest, more: Partial<PolicyFacts> = {}): PolicyFacts => ({
  request,
  clock: NOON as UnixSeconds,
  operatorId: KEY as Bytes32,
  before: [],
  approvals: 1,
  connected: false,
  ...more,
})
const refusedBy = (policy: Policy, seen: PolicyFacts): string[] =>
  policyProblems(judgePolicy(policy, seen)).map(({ code }) => code)

const { avs: serviceManager } = concernsOf(requestWith())
const { operator } = requestWith().operation
const STRANGER = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf' as Address
const OTHER_KEY = `0x${'cd'.repeat(32)}` as Bytes32
const past = (age: number, more: Partial<PastSignature> = {}): PastSignature => ({
  time: (NOON - age) as UnixSeconds,
  chainId: 1,
  operator,
  avs: serviceManager,
  operatorId: KEY as Bytes32,
  ...more,
})
const TWO_RUNGS = [
  { maxFeePerGas: '20000000000', maxPriorityFeePerGas: '1000000000' },
  { maxFeePerGas: '30000000000', maxPriorityFeePerGas: '2000000000' },
]

/** An operation that another may send, sent by another. */
const sentByStranger = (): UnsignedRequest =>
  decodeRequest('reading', bytesOf(validCase('update_metadata_uri').json)).request

describe('every rule speaks once', () => {
  it('and allows what equals its limit', () => {
    const verdicts = judgePolicy(policyWith(), facts(requestWith()))
    expect(verdicts.map(({ rule, says }) => [rule, says])).toEqual(
      Object.keys(policyRules).map((rule) => [rule, 'allows']),
    )
    expect(coversAll(verdicts)).toEqual([])
  })

  it('an empty policy is silent, but for the network and where nobody sends for the operator', () => {
    const policy = parsePolicy('reading policy', Buffer.from('airlock: policy/1')).policy
    const verdicts = judgePolicy(policy, facts(requestWith()))
    expect(verdicts.filter(({ says }) => says !== 'silent').map(({ rule }) => rule)).toEqual(['network', 'sender'])
    const sentBy = judgePolicy(policy, facts(sentByStranger()))
    expect(sentBy.filter(({ says }) => says !== 'silent').map(({ rule }) => rule)).toEqual(['network'])
    expect(refusedBy(policy, facts(requestWith(), { connected: true }))).toEqual(['policy_network'])
  })
})

describe('one defect, one refusal', () => {
  it.each<[code: string, request: Edits, says: string]>([
    ['policy_operator', { 'operation.operator': STRANGER }, STRANGER],
    ['policy_chain', { chainId: 5 }, 'the chain is 5; allowed is 1'],
    ['policy_avs', { 'operation.serviceManager': STRANGER }, STRANGER],
    ['policy_contracts', { 'operation.registryCoordinator': STRANGER }, 'registryCoordinator'],
    ['policy_contracts', { 'operation.operatorSignature.avsDirectory': STRANGER }, 'avsDirectory'],
    ['policy_quorums', { 'operation.quorums': [0, 1, 2] }, '0, 1, 2'],
    ['policy_quorums', { 'operation.quorums': [2] }, 'allowed is 0, 1'],
    ['policy_socket', { 'operation.socket': '203.0.113.8:32005;32004' }, '203.0.113.8'],
    ['policy_socket', { 'operation.socket': '203.0.113.7:1;32004;2' }, ';32004;2'],
    ['policy_expiry', { expiry: NOON + WEEK + 1 }, '604,801'],
    ['policy_rungs', { 'transaction.fees': TWO_RUNGS }, '2; most is 1'],
    ['policy_bls_key', { 'operation.pubkeyRegistration.operatorId': OTHER_KEY }, OTHER_KEY],
  ])('%s: %o', (code, edits, says) => {
    // A key pinned for one AVS must not go to another, which would be a second defect.
    const elsewhere = code === 'policy_chain' || code === 'policy_avs'
    const policy = policyWith(elsewhere ? { 'avss.0.blsOperatorId': undefined } : {})
    const problems = policyProblems(judgePolicy(policy, facts(requestWith(edits))))
    expect(problems.map((problem) => problem.code)).toEqual([code])
    expect(problems[0]?.message).toContain(says)
    expect(problems[0]?.hint).toMatch(/\w/)
  })

  it.each<[code: string, policy: Edits]>([
    ['policy_fee', { 'fees.highest': '43199999999999999 wei' }],
    ['policy_gas_price', { 'fees.gasPrice': '29.999999999 gwei' }],
    ['policy_gas_limit', { 'fees.gasLimit': 1_439_999 }],
    ['policy_expiry', { 'expiry.longest': '604799s' }],
    ['policy_quorums', { 'avss.0.quorums': [1] }],
    [
      'approvals_missing',
      {
        'approvals.needed': 2,
        'approvals.approvers': [
          { name: 'a', address: STRANGER },
          { name: 'b', address: operator },
        ],
      },
    ],
  ])('%s: %o', (code, edits) => {
    expect(refusedBy(policyWith(edits), facts(requestWith()))).toEqual([code])
  })

  it.each<[code: string, more: Partial<PolicyFacts>]>([
    ['policy_network', { connected: true }],
    ['approvals_missing', { approvals: 0 }],
    ['policy_hours', { clock: (NOON - 1) as UnixSeconds }],
    ['policy_hours', { clock: (NOON + 60) as UnixSeconds }],
    ['policy_limits', { before: [past(0), past(1)] }],
    ['policy_bls_key', { before: [past(1e7, { avs: STRANGER })] }],
    ['policy_bls_key', { before: [past(1e7, { chainId: 5 })] }],
  ])('%s: %o', (code, more) => {
    expect(refusedBy(policyWith(), facts(requestWith(), more))).toEqual([code])
  })

  it('a key pinned for another AVS', () => {
    const { avss } = fullPolicy as { avss: [object] }
    const other = { ...avss[0], name: 'other', serviceManager: STRANGER }
    const policy = policyWith({ avss: [{ ...avss[0], blsOperatorId: undefined }, other] })
    expect(refusedBy(policy, facts(requestWith()))).toEqual(['policy_bls_key'])
  })

  it('all at once', () => {
    const request = requestWith({ 'operation.quorums': [5], 'operation.socket': 'x', expiry: NOON + 2 * WEEK })
    expect(refusedBy(policyWith(), facts(request, { connected: true }))).toEqual([
      'policy_network',
      'policy_quorums',
      'policy_socket',
      'policy_expiry',
    ])
  })

  it('network: allow', () => {
    expect(refusedBy(policyWith({ network: 'allow' }), facts(requestWith(), { connected: true }))).toEqual([])
  })

  it('blsKeys: shared, without a pin', () => {
    const policy = policyWith({ blsKeys: 'shared', 'avss.0.blsOperatorId': undefined })
    expect(refusedBy(policy, facts(requestWith(), { before: [past(1e7, { chainId: 5 })] }))).toEqual([])
  })
})

describe('what is left out', () => {
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['operators', ['operator']],
    ['operations', ['operation']],
    ['avss', ['chain', 'avs', 'contracts', 'quorums', 'socket']],
    ['avss.0.avsDirectory', ['contracts']],
    ['avss.0.quorums', ['quorums']],
    ['avss.0.sockets', ['socket']],
    ['expiry', ['expiry']],
    ['fees', ['fee', 'gas_price', 'gas_limit', 'rungs']],
    ['fees.highest', ['fee']],
    ['limits', ['limits']],
    ['hours', []],
    ['approvals', []],
    ['network', []],
    ['blsKeys', []],
  ]

  it.each(parts)('%s: keeps a person in the ceremony for %o', (part, open) => {
    const verdicts = judgePolicy(policyWith({ [part]: undefined }), facts(requestWith()))
    expect(policyProblems(verdicts)).toEqual([])
    expect(coversAll(verdicts).map(({ rule }) => rule)).toEqual(open)
  })

  it('BLS keys: neither pinned nor spoken of', () => {
    const verdicts = judgePolicy(
      policyWith({ blsKeys: undefined, 'avss.0.blsOperatorId': undefined }),
      facts(requestWith()),
    )
    expect(coversAll(verdicts).map(({ rule }) => rule)).toEqual(['bls_key'])
  })

  it('what nobody looked at', () => {
    const request = requestWith({ 'operation.pubkeyRegistration.operatorId': null })
    const unknown = { approvals: null, connected: null, operatorId: null }
    const verdicts = judgePolicy(policyWith(), facts(request, unknown))
    expect(policyProblems(verdicts)).toEqual([])
    expect(coversAll(verdicts).map(({ rule }) => rule)).toEqual(['network', 'bls_key', 'approvals'])
    expect(coversAll(judgePolicy(policyWith(), facts(request)))).toEqual([])
    expect(refusedBy(policyWith(), facts(request, { operatorId: OTHER_KEY }))).toEqual(['policy_bls_key'])
  })

  it('a registration that needs neither directory nor BLS key', () => {
    const request = requestWith({ 'operation.operatorSignature': null, 'operation.pubkeyRegistration': null })
    const verdicts = judgePolicy(policyWith(), facts(request, { operatorId: null }))
    expect(verdicts.filter(({ says }) => says !== 'allows')).toEqual([])
  })
})

describe('expiry', () => {
  it.each<[name: string, clock: number, refused: boolean]>([
    ['a clock that is right', NOON, false],
    ['a clock 15 minutes behind', NOON - 900, false],
    ['a clock further behind', NOON - 901, true],
    ['a clock days ahead', NOON + 3 * 86_400, false],
  ])('%s', (_, clock, refused) => {
    const policy = policyWith({ hours: undefined })
    expect(refusedBy(policy, facts(requestWith(), { clock: clock as UnixSeconds }))).toEqual(
      refused ? ['policy_expiry'] : [],
    )
  })
})

describe('limits', () => {
  const policy = policyWith({ 'avss.0.blsOperatorId': undefined, blsKeys: 'shared' })
  const request = requestWith()
  const limitsOf = (before: readonly PastSignature[]): Verdict['says'] | undefined =>
    judgePolicy(policy, facts(request, { before })).find(({ rule }) => rule === 'limits')?.says

  it.each<[name: string, before: readonly PastSignature[], says: string]>([
    ['one in the window', [past(10)], 'allows'],
    ['two in the window', [past(10), past(86_399)], 'refuses'],
    ['one exactly as old as the window', [past(10), past(86_400)], 'allows'],
    ['of the future', [past(-1e6), past(-5)], 'refuses'],
    ['at other AVSs, by this key', [1, 2].map(() => past(10, { avs: STRANGER })), 'allows'],
    ['at other AVSs, by this key, too many', [1, 2, 3].map(() => past(10, { avs: STRANGER })), 'refuses'],
    ['by the BLS key alone', [1, 2, 3].map(() => past(10, { chainId: 5, operator: STRANGER })), 'refuses'],
    ['by the operator alone', [1, 2, 3].map(() => past(10, { chainId: 5, operatorId: OTHER_KEY })), 'refuses'],
    [
      'by others, elsewhere',
      [1, 2, 3].map(() => past(10, { chainId: 5, operator: STRANGER, operatorId: null })),
      'allows',
    ],
    ['by others, at this AVS', [1, 2].map(() => past(10, { operator: STRANGER, operatorId: null })), 'refuses'],
  ])('%s', (_, before, says) => {
    expect(limitsOf(before)).toBe(says)
  })

  it('counts as one would by hand, over 2,000 histories', () => {
    const seeded = new Seeded(11)
    const seen = new Set<string>()
    for (let round = 0; round < 2000; round++) {
      const before = Array.from({ length: seeded.below(9) }, () =>
        past(seeded.below(8 * 86_400), {
          chainId: seeded.pick([1, 1, 5]),
          operator: seeded.pick([operator, STRANGER]),
          avs: seeded.pick([serviceManager, STRANGER]),
          operatorId: seeded.pick([KEY as Bytes32, OTHER_KEY, null]),
        }),
      )
      let [atAvs, byOperator, byBls] = [1, 1, 1]
      for (const each of before) {
        const age = NOON - each.time
        if (age < 86_400 && each.chainId === 1 && each.avs === serviceManager) atAvs += 1
        if (age < WEEK && each.operator === operator) byOperator += 1
        if (age < WEEK && each.operatorId === KEY) byBls += 1
      }
      const expected = atAvs > 2 || byOperator > 3 || byBls > 3 ? 'refuses' : 'allows'
      seen.add(expected)
      expect(limitsOf(before)).toBe(expected)
    }
    expect(seen.size).toBe(2)
  })
})

describe('hours', () => {
  const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))

  const request = requestWith()

  /** Weekday and minute by Intl; Etc/GMT-2 is two hours east. */
  function local(seconds: number, east: number): readonly [day: string, minute: number] {
    const timeZone = east === 0 ? 'UTC' : `Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`
    const form = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    const parts = Object.fromEntries(form.formatToParts(seconds * 1000).map(({ type, value }) => [type, value]))
    return [(parts['weekday'] ?? '').toLowerCase(), Number(parts['hour']) * 60 + Number(parts['minute'])]
  }

  it.each<[from: string, to: string, east: number]>([
    ['08:00', '18:00', 0],
    ['08:00', '18:00', 2],
    ['22:00', '06:00', 0],
    ['22:00', '06:00', -11],
    ['00:00', '24:00', 14],
    ['18:00', '24:00', 5],
    ['23:59', '00:01', -5],
  ])('from %s to %s, %i hours east', (from, to, east) => {
    const seeded = new Seeded(east + minutes(from))
    const seen = new Set<boolean>()
    const length = minutes(to) > minutes(from) ? minutes(to) - minutes(from) : minutes(to) + 1440 - minutes(from)
    for (let round = 0; round < 300; round++) {
      const days = DAYS.filter(() => seeded.chance(0.5))
      if (days.length === 0) continue
      const utcOffset = `${east < 0 ? '-' : '+'}${String(Math.abs(east)).padStart(2, '0')}:00`
      const policy = policyWith({ hours: { days, from, to, utcOffset } })
      const clock = NOON + seeded.below(400 * 86_400) - (round % 2) * 86_400 * 400
      // When the window last began, and how long ago.
      const [, minute] = local(clock, east)
      const since = (minute - minutes(from) + 1440) % 1440
      const [began] = local(clock - since * 60, east)
      const open = days.includes(began as (typeof DAYS)[number]) && since < length
      seen.add(open)
      const verdict = judgePolicy(policy, facts(request, { clock: clock as UnixSeconds })).find(
        ({ rule }) => rule === 'hours',
      )
      expect([clock, days, verdict?.says]).toEqual([clock, days, open ? 'allows' : 'refuses'])
    }
    if (from !== '23:59') expect(seen.size).toBe(2)
  })
})
