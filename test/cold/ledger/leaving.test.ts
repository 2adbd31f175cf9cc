// After leaving, coming back works: which registrations a deregistration ends, and which it does not.
//
// Requests, operators and salts are those of registrations that real contracts took; the deregistrations name the same contracts. The
// rule of nonces is the chain's own: of one sender they are mined in order, each once. Records are made here without keys: what
// is asked is the ledger, and the signing itself is tried in ledger-rules.test.ts.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { intentOf, ledgerProblems, repetitionFindings } from '../../../src/cold/ledger/gate.ts'
import type { Intent } from '../../../src/cold/ledger/equivocation.ts'
import { Ledger } from '../../../src/cold/ledger/ledger.ts'
import { stateOf } from '../../../src/cold/ledger/ledger-state.ts'
import { validateRequest } from '../../../src/cold/validate/validate.ts'
import { keyBound } from '../../../src/cold/signing/visit.ts'
import type { DocumentDigest } from '../../../src/shared/base/document.ts'
import type { Problem } from '../../../src/shared/base/errors.ts'
import type { Bytes32, UnixSeconds } from '../../../src/shared/base/fields.ts'
import { encodeHistory } from '../../../src/shared/ledger/history.ts'
import { factsOf } from '../../../src/shared/ledger/request-facts.ts'
import { encodeReceipt, type Receipt } from '../../../src/shared/ledger/receipt-document.ts'
import { coordinatorRequests } from '../../documents/coordinator-requests.ts'
import { bytesOf, digestOf, edited, type Json } from '../../documents/canonical.ts'
import { registration } from '../../documents/documents.ts'
import { keysRequests } from '../../documents/keys-requests.ts'
import { setsRequests } from '../../documents/sets-requests.ts'

type Request = { [key: string]: Json }

const one = registration(1).request
const NOW = one.expiry - 7 * 86_400 + 3600
const SALT = 'operation.operatorSignature.salt'
const KEY = `0x${'b1'.repeat(32)}` as Bytes32

const folder = mkdtempSync(join(tmpdir(), 'airlock-leaving-'))
afterAll(() => rmSync(folder, { recursive: true }))

let made = 0
let ledger: Ledger
beforeEach(() => {
  ledger = Ledger.openOrBegin(join(folder, `ledger-${(made += 1)}`))
})

/** What a request wants, and its facts. */
function asked(request: Request): { readonly intent: Intent; readonly bytes: Uint8Array } {
  const bytes = bytesOf(request)
  const expiry = Number(request['expiry'])
  const valid = validateRequest(bytes, (expiry - 6 * 86_400) as UnixSeconds)
  const keys = { ecdsa: true, operatorId: keyBound(valid, { bls: null }) }
  return { intent: intentOf(valid, factsOf(valid), keys), bytes }
}

/** Records a request as signed, whole, and gives the entry. */
function signed(request: Request, into = ledger): number {
  const { intent, bytes } = asked(request)
  const { facts, avsDigest, operatorId } = intent
  const review = digestOf(Buffer.from('shown')) as DocumentDigest
  const transaction = { digest: `0x${facts.digest}` as Bytes32, part: 'transactions' } as const
  const registered = avsDigest === null ? [] : [{ digest: avsDigest, part: 'operatorSignature' as const }]
  into.keep(bytes)
  const { entry } = into.append(() => ({
    ...{ approvals: [], digests: [...registered, transaction], event: 'signed', policy: null, request: facts },
    keys: { address: facts.operator, operatorId },
    program: { sha256: review, version: 'test' },
    ...{ review, reviewedBy: 'person' },
  }))
  return entry
}

/** Everything that forbids a request. */
function problems(request: Request): readonly Problem[] {
  const { intent } = asked(request)
  const clock = Math.max(NOW, intent.facts.blockTime, ...ledger.entries.map(({ time }) => time)) as UnixSeconds
  return ledgerProblems(ledger, intent, [], { oneBlsKeyPerAvs: true, clock })
}

const refused = (request: Request): readonly string[] => [...new Set(problems(request).map(({ code }) => code))]
const CONFLICT = ['registration_conflict']

const registering = (nonce: number, quorums: readonly number[], edits: object = {}): Request =>
  edited(one as Request, { 'operation.quorums': quorums, 'transaction.nonce': nonce, ...edits })
const { operator, registryCoordinator, serviceManager } = one.operation
const leaving = (nonce: number, quorums: readonly number[], edits: object = {}): Request =>
  edited(one as Request, {
    operation: { kind: 'deregister', operator, quorums, registryCoordinator, serviceManager },
    'transaction.nonce': nonce,
    ...edits,
  })
const transfer = (nonce: number): Request =>
  edited(one as Request, {
    operation: { kind: 'self-transfer', operator },
    'transaction.nonce': nonce,
    'transaction.gasLimit': 21_000,
  })
/** Another salt and socket: what stood in the way for as long as the first one is valid. */
const again = (nonce: number, quorums: readonly number[], edits: object = {}): Request =>
  registering(nonce, quorums, { [SALT]: `0x${'5a17'.repeat(16)}`, 'operation.socket': '203.0.113.8:1;2', ...edits })

const settle = (of: number): unknown =>
  ledger.append(() => ({ approvals: [], event: 'settled', ledger: ledger.id, of, reason: 'tested' }))

function receipt(of: Request, status: Receipt['status'], edits: Partial<Receipt> = {}): void {
  const request = asked(of).intent.facts.digest
  const bytes = encodeReceipt({
    block: { hash: KEY, number: 9, timestamp: NOW as UnixSeconds },
    ...{ feeWei: 1n as never, gasUsed: 21_000, requestDigest: request, status },
    readBack: status === 'success' ? [] : null,
    transaction: KEY,
    ...edits,
  })
  const document = ledger.keep(bytes)
  ledger.append(() => ({ event: 'receipt', receipt: document, request }))
}

describe('a registration that was left', () => {
  it.each<[name: string, before: readonly Request[], next: Request, codes: readonly string[]]>([
    ['nothing was left', [registering(5, [0, 1])], again(7, [0, 1]), CONFLICT],
    ['all of it was left', [registering(5, [0, 1]), leaving(6, [0, 1])], again(7, [0, 1]), []],
    ['more than it was left', [registering(5, [0]), leaving(6, [0, 1])], again(7, [0, 1, 2]), []],
    ['in two steps', [registering(5, [0, 1]), leaving(6, [0]), leaving(7, [1])], again(8, [0, 1]), []],
    ['one of two quorums, for the one', [registering(5, [0, 1]), leaving(6, [1])], again(7, [1]), []],
    ['one of two quorums, for the other', [registering(5, [0, 1]), leaving(6, [1])], again(7, [0]), CONFLICT],
    ['one of two quorums, for both', [registering(5, [0, 1]), leaving(6, [1])], again(7, [0, 1]), CONFLICT],
    ['one of two quorums, for a third too', [registering(5, [0, 1]), leaving(6, [1])], again(7, [1, 2]), CONFLICT],
    ['another quorum than its own', [registering(5, [0]), leaving(6, [1])], again(7, [1]), CONFLICT],
    ['after nonces that were left out', [registering(5, [0]), leaving(60, [0])], again(700, [0]), []],
    ['the deregistration signed first', [leaving(6, [0]), registering(5, [0])], again(7, [0]), []],
    ['the nonce of the deregistration is its own', [registering(5, [0]), leaving(5, [0])], again(7, [0]), CONFLICT],
    ['the nonce of the deregistration is before it', [registering(5, [0]), leaving(4, [0])], again(7, [0]), CONFLICT],
    [
      'the new one has the nonce of the deregistration',
      [registering(5, [0]), leaving(6, [0])],
      again(6, [0]),
      CONFLICT,
    ],
    ['the new one comes before the deregistration', [registering(5, [0]), leaving(7, [0])], again(6, [0]), CONFLICT],
    [
      'the new one sends no transaction',
      [registering(5, [0]), leaving(6, [0])],
      again(0, [0], { transaction: null }),
      CONFLICT,
    ],
    [
      'a transfer may have taken its nonce',
      [registering(5, [0]), leaving(6, [0]), transfer(6)],
      again(7, [0]),
      CONFLICT,
    ],
    ['a transfer took another nonce', [registering(5, [0]), leaving(6, [0]), transfer(7)], again(8, [0]), []],
    [
      'the same twice, with two fees',
      [registering(5, [0]), leaving(6, [0]), leaving(6, [0], { 'transaction.gasLimit': 400_000 })],
      again(7, [0]),
      [],
    ],
    [
      'of another AVS',
      [
        registering(5, [0]),
        leaving(6, [0], { 'operation.serviceManager': registration(4).request.operation.serviceManager }),
      ],
      again(7, [0]),
      CONFLICT,
    ],
    [
      'of another coordinator',
      [
        registering(5, [0]),
        leaving(6, [0], { 'operation.registryCoordinator': registration(4).request.operation.registryCoordinator }),
      ],
      again(7, [0]),
      CONFLICT,
    ],
    ['on another chain', [registering(5, [0]), leaving(6, [0], { chainId: 31_338 })], again(7, [0]), CONFLICT],
    [
      'by another operator',
      [registering(5, [0]), leaving(6, [0], { 'operation.operator': registration(2).request.operation.operator })],
      again(7, [0]),
      CONFLICT,
    ],
    [
      'and signed again meanwhile',
      [registering(5, [0]), leaving(6, [0]), again(7, [0])],
      again(8, [0], { [SALT]: KEY, 'operation.socket': '203.0.113.9:1;2' }),
      CONFLICT,
    ],
  ])('%s', (_, before, next, codes) => {
    for (const request of before) signed(request)
    expect(refused(next)).toEqual(codes)
  })

  it('is free once the other transaction with that nonce is settled, and bound once the deregistration is', () => {
    signed(registering(5, [0]))
    const left = signed(leaving(6, [0]))
    const other = signed(transfer(6))
    expect(refused(again(7, [0]))).toEqual(CONFLICT)
    settle(other)
    expect(refused(again(7, [0]))).toEqual([])
    settle(left)
    expect(refused(again(7, [0]))).toEqual(CONFLICT)
  })

  it('keeps its salt, and its BLS key its AVS', () => {
    signed(registering(5, [0], { 'operation.pubkeyRegistration.operatorId': KEY }))
    signed(leaving(6, [0]))
    const salt = one.operation.operatorSignature?.salt
    expect(refused(again(7, [0], { [SALT]: salt }))).toEqual(['salt_reused'])
    const key = { 'operation.pubkeyRegistration.operatorId': KEY }
    const { serviceManager: avs, registryCoordinator: at } = registration(4).request.operation
    expect(
      refused(again(7, [0], { ...key, 'operation.serviceManager': avs, 'operation.registryCoordinator': at })),
    ).toEqual(['bls_key_two_avss'])
  })

  it('is nothing to tell when it is signed anew with another salt alone', () => {
    const same = registering(7, [0], { [SALT]: `0x${'5a17'.repeat(16)}` })
    const told = (): readonly string[] =>
      repetitionFindings(ledger, asked(same).intent, NOW as UnixSeconds).map(({ code }) => code)
    signed(registering(5, [0]))
    expect(told()).toEqual(['registration_repeated'])
    signed(leaving(6, [0]))
    expect(told()).toEqual([])
  })
})

describe('a receipt of the deregistration', () => {
  const left = leaving(6, [0])
  beforeEach(() => {
    signed(registering(5, [0]))
    signed(left)
  })

  it('ends what nonces leave open: another transaction with its nonce was signed', () => {
    signed(transfer(6))
    expect(refused(again(7, [0]))).toEqual(CONFLICT)
    receipt(left, 'success')
    expect(refused(again(7, [0]))).toEqual([])
  })

  it('ends it for a request that sends no transaction, too', () => {
    receipt(left, 'success')
    expect(refused(again(0, [0], { transaction: null }))).toEqual([])
  })

  it('that says it reverted ends nothing, whatever the nonces', () => {
    receipt(left, 'reverted')
    expect(refused(again(7, [0]))).toEqual(CONFLICT)
    receipt(left, 'success', { gasUsed: 22_000 })
    expect(refused(again(7, [0]))).toEqual(CONFLICT)
  })

  it('of another request says nothing of it', () => {
    signed(transfer(6))
    receipt(transfer(6), 'success')
    expect(refused(again(7, [0]))).toEqual(CONFLICT)
  })

  it('of one that was signed in advance, with the nonce of the registration, ends nothing', () => {
    const shared = leaving(5, [0], { 'transaction.gasLimit': 400_000 })
    const elsewhere = again(7, [0])
    ledger = Ledger.openOrBegin(join(folder, `ledger-${(made += 1)}`))
    signed(shared)
    signed(registering(5, [0]))
    receipt(shared, 'success')
    expect(refused(elsewhere)).toEqual(CONFLICT)
  })

  it('that is asked for is named by the refusal', () => {
    signed(transfer(6))
    const [problem] = problems(again(7, [0]))
    expect(problem?.hint).toMatch(
      /^the deregistration of entry 3 ends it once its receipt is recorded: `airlock-cold ledger receipt FILE`; else /,
    )
  })
})

describe('of other ledgers', () => {
  it('a deregistration that was imported ends nothing: a history adds, and never takes away', () => {
    const other = Ledger.openOrBegin(join(folder, `ledger-${(made += 1)}`))
    signed(leaving(6, [0]), other)
    signed(registering(5, [0]))
    const history = encodeHistory({ anchor: other.anchor(other.head), frozen: [], records: stateOf(other).signed })
    const forged = encodeHistory({
      ...{ anchor: other.anchor(other.head), frozen: [] },
      records: stateOf(other).signed.map((record) => ({ ...record, entry: 9, ledger: ledger.id })),
    })
    for (const bytes of [history, forged]) {
      const document = ledger.keep(bytes)
      ledger.append(() => ({ event: 'imported', history: document, records: 1 }))
      ledger.keep(asked(leaving(6, [0])).bytes)
      expect(refused(again(7, [0]))).toEqual(CONFLICT)
    }
  })
})

describe('every generation', () => {
  const nonce = (request: Request, number: number, edits: object = {}): Request =>
    edited(request, { 'transaction.nonce': number, ...edits })
  const { register_with_churn: churn } = coordinatorRequests
  const {
    register_with_stake_registry: staked,
    deregister_from_stake_registry: unstaked,
    deregister_key: keyOut,
  } = keysRequests
  const { register_for_operator_sets_bound: setsIn, deregister_from_operator_sets: setsOut } = setsRequests
  const { register_key_bn254_carried: bls, register_key_ecdsa: ecdsa } = keysRequests
  const salted = { [SALT]: `0x${'77'.repeat(32)}` }
  const churned = churn.json['operation'] as Request
  const churnLeft = {
    kind: 'deregister',
    operator: churned['operator'],
    quorums: churned['quorums'],
    registryCoordinator,
    serviceManager,
  }
  const setsLeft = { ...(setsOut.json['operation'] as Request), ...pick(setsIn.json['operation'] as Request) }

  it.each<[name: string, entered: Request, left: Request, next: Request, without: readonly string[]]>([
    [
      'M2 with churn',
      churn.json,
      edited(churn.json, { operation: churnLeft }),
      edited(churn.json, { ...salted, 'operation.socket': '203.0.113.8:1;2' }),
      CONFLICT,
    ],
    [
      'the stake registry',
      staked.json,
      unstaked.json,
      edited(staked.json, { ...salted, 'operation.signingKey': operator }),
      CONFLICT,
    ],
    [
      'operator sets',
      setsIn.json,
      edited(setsIn.json, { operation: setsLeft }),
      edited(setsIn.json, { 'operation.registration.socket': '203.0.113.8:1;2' }),
      [],
    ],
    ['a BLS key', bls.json, keyOut.json, bls.json, []],
    [
      'an ECDSA key',
      ecdsa.json,
      edited(keyOut.json, { 'operation.operator': (ecdsa.json['operation'] as Request)['operator'] }),
      edited(ecdsa.json, { 'operation.keyAddress': operator }),
      [],
    ],
  ])('%s: entered, left, entered again with other content', (_, entered, left, next, without) => {
    signed(nonce(entered, 5))
    expect(refused(nonce(next, 7))).toEqual(without)
    signed(nonce(left, 6))
    expect(refused(nonce(next, 7))).toEqual([])
  })

  it.each<[name: string, left: object]>([
    ['at another registry', { 'operation.stakeRegistry': registryCoordinator }],
    ['of another AVS', { 'operation.serviceManager': serviceManager }],
    ['with the nonce of the registration', { 'transaction.nonce': 5 }],
  ])('the stake registry, left %s: it stands', (_, edits) => {
    // On a chain that the catalogue does not know, so that any address is taken.
    const elsewhere = { chainId: 31_337 }
    const next = nonce(staked.json, 7, { ...elsewhere, ...salted, 'operation.signingKey': operator })
    signed(nonce(staked.json, 5, elsewhere))
    signed(nonce(unstaked.json, 6, { ...elsewhere, ...edits }))
    expect(refused(next)).toEqual(CONFLICT)
    signed(nonce(unstaked.json, 6, elsewhere))
    settle(3)
    expect(refused(next)).toEqual([])
  })
})

/** The fields of a registration for operator sets that say where. */
function pick({ allocationManager, avs, operator: who, operatorSets }: Request): Request {
  return {
    allocationManager: allocationManager ?? null,
    avs: avs ?? null,
    operator: who ?? null,
    operatorSets: operatorSets ?? null,
  }
}

describe('what a refusal says of settling', () => {
  const command = (request: Request): string =>
    /`(airlock-cold ledger settle [^`]*)`/.exec(problems(request)[0]?.hint ?? '')?.[1] ?? ''

  it('one command for all that stands in the way, one entry for each request, with the flag of this ledger', () => {
    signed(registering(5, [0]))
    signed(registering(5, [0]))
    const other = edited(registering(6, [0]), { [SALT]: `0x${'66'.repeat(32)}` })
    signed(other)
    const found = problems(again(5, [0]))
    expect(found.map(({ code }) => code)).toEqual([
      'registration_conflict',
      'nonce_conflict',
      'registration_conflict',
      'nonce_conflict',
      'registration_conflict',
    ])
    expect(new Set(found.map(({ hint }) => hint)).size).toBe(1)
    expect(command(again(5, [0]))).toBe(
      `airlock-cold ledger settle 2 4 --reason 'never sent' --ledger ${ledger.folder}`,
    )
  })

  it('nothing stands in the way once those entries are settled, with all others of the same requests', () => {
    for (const request of [registering(5, [0]), registering(5, [0]), registering(6, [0], { [SALT]: KEY })])
      signed(request)
    for (const entry of [2, 3]) settle(entry)
    expect(command(again(5, [0]))).toContain(' settle 4 --reason')
    settle(4)
    expect(refused(again(5, [0]))).toEqual([])
  })

  it('an entry of another ledger with its id, and the ledger of this home without a flag', () => {
    const before = process.env['HOME']
    process.env['HOME'] = join(folder, `home-${(made += 1)}`)
    try {
      const other = Ledger.openOrBegin(join(folder, `ledger-${(made += 1)}`))
      ledger = Ledger.openOrBegin(join(process.env['HOME'], '.airlock', 'ledger'))
      signed(registering(5, [0]), other)
      const bytes = encodeHistory({ anchor: other.anchor(other.head), frozen: [], records: stateOf(other).signed })
      const history = ledger.keep(bytes)
      ledger.append(() => ({ event: 'imported', history, records: 1 }))
      expect(command(again(7, [0]))).toBe(`airlock-cold ledger settle ${other.id}:2 --reason 'never sent'`)
    } finally {
      process.env['HOME'] = before
    }
  })
})
