// What the ledger forbids, rule by rule: each with its boundary, what settles it and what does not.
//
// Requests, keys and salts are those of registrations that real contracts took; the clock is set by the test. Then each rule
// once more through the built program, with key files and a person who approves.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { Ledger } from '../../../src/cold/ledger/ledger.ts'
import { encodeHistory } from '../../../src/shared/ledger/history.ts'
import { importHistory } from '../../../src/cold/ledger/ledger-history.ts'
import { stateOf } from '../../../src/cold/ledger/ledger-state.ts'
import { exitCodes, codes, type Code } from '../../../src/shared/base/error-codes.ts'
import { edited } from '../../documents/canonical.ts'
import { registration, type AnchorJson, type Params, type RequestJson } from '../../documents/documents.ts'
import { ColdMachine, HOUR_AGO, WEEK_ON, doIt, unwrapped } from '../../support/cold-machine.ts'
import { makeKeyFiles } from '../../support/keystores.ts'
import { blsOf, ecdsaOf, keysOf, refusedCodes, repeatedCodes, visit } from '../../support/visits.ts'

const [one, two] = [registration(1), registration(2)]
const EXPIRY = one.request.expiry
const BUILT = EXPIRY - 7 * 86_400
const NOW = BUILT + 3600

const SALT = 'operation.operatorSignature.salt'
const NONCE = 'transaction.nonce'
const fresh = { [SALT]: `0x${'5a17'.repeat(16)}`, [NONCE]: 99 }
const otherAvs = {
  'operation.serviceManager': registration(4).request.operation.serviceManager,
  'operation.registryCoordinator': registration(4).request.operation.registryCoordinator,
}
const laterBlock = (timestamp: number): object => ({ 'block.timestamp': timestamp, expiry: timestamp + 86_400 })

const folder = mkdtempSync(join(tmpdir(), 'airlock-rules-'))
afterAll(() => rmSync(folder, { recursive: true }))

let ledgers = 0
const newLedger = (): Ledger => Ledger.openOrBegin(join(folder, `ledger-${(ledgers += 1)}`))
const at = (seconds: number): unknown => vi.setSystemTime(seconds * 1000)
const settle = (ledger: Ledger, of: number): unknown =>
  ledger.append(() => ({ approvals: [], event: 'settled', ledger: ledger.id, of, reason: 'tested' }))
const eventsIn = (ledger: Ledger): readonly (string | undefined)[] => ledger.entries.map(({ body }) => body?.event)

/** A request of the first registration with changes. */
const changed = (edits: object): RequestJson => edited(one.request, edits as Readonly<Record<string, unknown>>)

describe('after a registration was signed', () => {
  let ledger: Ledger
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 })
    ledger = newLedger()
    await visit(ledger, one.request, keysOf(one))
  })
  afterEach(() => vi.useRealTimers())

  const SIGNED = 3

  it.each<[name: string, edits: object, codes: readonly Code[]]>([
    ['the same salt with another expiry', { expiry: EXPIRY - 1, [NONCE]: 99 }, ['salt_reused']],
    [
      'the same salt with another socket',
      { 'operation.socket': '203.0.113.8:1;2', [NONCE]: 99 },
      ['salt_reused', 'registration_conflict'],
    ],
    ['the same salt on another chain', { chainId: 31_338, [NONCE]: 99 }, ['salt_reused', 'bls_key_two_avss']],
    ['the same salt and a fee that is higher', { 'transaction.fees.0.maxFeePerGas': '3000000000' }, []],
    ['the same salt and another nonce', { [NONCE]: 7 }, []],
    ['another salt and nonce, the rest alike', fresh, []],
    ['another salt, the same nonce and meaning', { [SALT]: fresh[SALT] }, []],
    ['another socket', { ...fresh, 'operation.socket': '203.0.113.8:1;2' }, ['registration_conflict']],
    ['another quorum', { ...fresh, 'operation.quorums': [1] }, ['registration_conflict']],
    ['one quorum more', { ...fresh, 'operation.quorums': [0, 1] }, ['registration_conflict']],
    [
      'another coordinator of the same AVS',
      { ...fresh, 'operation.registryCoordinator': otherAvs['operation.registryCoordinator'] },
      ['registration_conflict'],
    ],
    [
      'another directory of the same AVS',
      { ...fresh, 'operation.operatorSignature.avsDirectory': two.request.operation.operator },
      ['registration_conflict'],
    ],
    ['another domain alone', { ...fresh, 'operation.operatorSignature.domainVersion': 'v1' }, []],
    [
      'the same nonce with another socket',
      { [SALT]: fresh[SALT], 'operation.socket': '203.0.113.8:1;2' },
      ['registration_conflict', 'nonce_conflict'],
    ],
    ['the same nonce with another AVS', { [SALT]: fresh[SALT], ...otherAvs }, ['nonce_conflict', 'bls_key_two_avss']],
    ['another AVS, with the same BLS key', { ...fresh, ...otherAvs }, ['bls_key_two_avss']],
    ['the same AVS on another chain, the same nonce', { [SALT]: fresh[SALT], chainId: 31_338 }, ['bls_key_two_avss']],
    [
      'the same nonce without any of the other signatures',
      { 'operation.operatorSignature': null, 'operation.pubkeyRegistration': null, 'operation.quorums': [1] },
      ['nonce_conflict'],
    ],
    [
      'one more quorum under a free nonce',
      { 'operation.operatorSignature': null, 'operation.pubkeyRegistration': null, [NONCE]: 7 },
      [],
    ],
  ])('%s', async (_, edits, expected) => {
    const before = ledger.entries.length
    expect(await refusedCodes(ledger, changed(edits), keysOf(one))).toEqual(expected)
    const added = eventsIn(ledger).slice(before)
    expect(added).toEqual(expected.length === 0 ? ['seen', 'signed', 'delivered'] : ['seen', 'refused'])
    for (const code of expected) expect(exitCodes[codes[code]]).toBe(4)
  })

  it.each<[name: string, keys: 'bls' | 'ecdsa', edits: object, codes: readonly Code[]]>([
    ['the BLS key for another operator', 'bls', {}, ['bls_key_two_operators']],
    ['the BLS key for another operator with another AVS', 'bls', otherAvs, ['bls_key_two_operators']],
    ['the BLS key for another operator on another chain', 'bls', { chainId: 31_338 }, ['bls_key_two_operators']],
    [
      'the other operator with its own key, the same nonce, socket and salt',
      'ecdsa',
      { [SALT]: one.request.operation.operatorSignature?.salt, 'operation.socket': one.request.operation.socket },
      [],
    ],
  ])('%s', async (_, kind, edits, expected) => {
    const keys = { ecdsa: ecdsaOf(two), bls: kind === 'bls' ? blsOf(one) : blsOf(two), signing: null }
    const request = edited(two.request, edits as Readonly<Record<string, unknown>>)
    expect(await refusedCodes(ledger, request, keys)).toEqual(expected)
  })

  const leaving = (edits: object): RequestJson => {
    const { operator, registryCoordinator, serviceManager } = one.request.operation
    const operation = { kind: 'deregister', operator, quorums: [0], registryCoordinator, serviceManager }
    return changed({ operation, ...edits })
  }

  it('leaving may be signed under the same nonce, and a person is told; leaving under another is nothing to tell', async () => {
    expect(repeatedCodes(ledger, leaving({}))).toEqual(['nonce_shared'])
    expect(repeatedCodes(ledger, leaving({ [NONCE]: 99 }))).toEqual([])
    expect(await refusedCodes(ledger, leaving({}), keysOf(one))).toEqual([])
  })

  it('what was signed is told of the leaving under its nonce', async () => {
    await visit(ledger, leaving({ [NONCE]: 50 }), keysOf(one))
    const joining = { 'operation.operatorSignature': null, 'operation.pubkeyRegistration': null, [NONCE]: 50 }
    expect(repeatedCodes(ledger, changed(joining))).toEqual(['nonce_shared'])
  })

  it('the same registration with another salt is told, the very same is not', () => {
    expect(repeatedCodes(ledger, changed(fresh))).toEqual(['registration_repeated'])
    expect(repeatedCodes(ledger, one.request)).toEqual([])
  })

  it('another BLS key for the same registration', async () => {
    const keys = { ecdsa: ecdsaOf(one), bls: blsOf(two), signing: null }
    expect(await refusedCodes(ledger, one.request, keys)).toEqual([
      'salt_reused',
      'registration_conflict',
      'nonce_conflict',
    ])
    expect(await refusedCodes(ledger, changed(fresh), keys)).toEqual(['registration_conflict'])
  })

  it('a policy may let AVSs share a BLS key, and not operators', async () => {
    const request = changed({ ...fresh, ...otherAvs })
    expect(await refusedCodes(ledger, request, keysOf(one), { sharedBls: true })).toEqual([])
    const others = { ecdsa: ecdsaOf(two), bls: blsOf(one), signing: null }
    expect(await refusedCodes(ledger, two.request, others, { sharedBls: true })).toEqual(['bls_key_two_operators'])
  })

  const conflicting = { ...fresh, 'operation.socket': '203.0.113.8:1;2' }

  it.each<[name: string, clock: number, block: number, codes: readonly Code[]]>([
    ['both clocks at the last second', EXPIRY, EXPIRY, ['registration_conflict']],
    ['the block past it, the clock at it', EXPIRY, EXPIRY + 1, ['registration_conflict']],
    ['the clock past it, the block at it', EXPIRY + 1, EXPIRY, ['registration_conflict']],
    ['both clocks past it', EXPIRY + 1, EXPIRY + 1, []],
  ])('another registration conflicts until it has expired: %s', async (_, clock, block, expected) => {
    at(clock)
    const request = changed({ ...conflicting, ...laterBlock(block) })
    expect(await refusedCodes(ledger, request, keysOf(one))).toEqual(expected)
  })

  it('settling lifts the second registration and the nonce, never the salt, never the BLS key', async () => {
    settle(ledger, SIGNED)
    expect(await refusedCodes(ledger, changed({ ...conflicting, [NONCE]: 6 }), keysOf(one))).toEqual([])
    const salt = changed({ ...conflicting, [SALT]: one.request.operation.operatorSignature?.salt })
    expect((await refusedCodes(ledger, salt, keysOf(one)))[0]).toBe('salt_reused')
    const others = { ecdsa: ecdsaOf(two), bls: blsOf(one), signing: null }
    expect(await refusedCodes(ledger, two.request, others)).toContain('bls_key_two_operators')
    const avs = changed({ [SALT]: `0x${'11'.repeat(32)}`, [NONCE]: 100, ...otherAvs })
    expect(await refusedCodes(ledger, avs, keysOf(one))).toEqual(['bls_key_two_avss'])
  })

  it('settling another entry lifts nothing', async () => {
    for (const entry of [1, 2, 4]) settle(ledger, entry)
    expect(await refusedCodes(ledger, changed(conflicting), keysOf(one))).toEqual(['registration_conflict'])
  })

  it('time lifts neither the nonce nor the salt nor the BLS key', async () => {
    at(EXPIRY + 40 * 86_400)
    const late = laterBlock(EXPIRY + 40 * 86_400)
    const nonce = changed({ ...late, [SALT]: fresh[SALT], 'operation.socket': '203.0.113.8:1;2' })
    expect(await refusedCodes(ledger, nonce, keysOf(one))).toEqual(['nonce_conflict'])
    expect(await refusedCodes(ledger, changed({ ...late, [NONCE]: 99 }), keysOf(one))).toEqual(['salt_reused'])
    const avs = changed({ ...late, ...fresh, ...otherAvs })
    expect(await refusedCodes(ledger, avs, keysOf(one))).toEqual(['bls_key_two_avss'])
  })

  it('the clock may stand still, and not go back', async () => {
    at(NOW)
    expect(await refusedCodes(ledger, changed(fresh), keysOf(one))).toEqual([])
    at(NOW - 1)
    expect(await refusedCodes(ledger, changed(fresh), keysOf(one))).toEqual(['ledger_clock_backwards'])
    at(NOW)
    expect(await refusedCodes(ledger, changed(fresh), keysOf(one))).toEqual([])
  })

  it('a clock that was far ahead for a while is taken back by settling', async () => {
    at(NOW + 400 * 86_400)
    expect(await refusedCodes(ledger, changed({}), keysOf(one))).toEqual(['expiry_past'])
    at(NOW + 60)
    expect(await refusedCodes(ledger, one.request, keysOf(one))).toEqual(['ledger_clock_backwards'])
    // The entry that was written with the wrong clock, and then the one after it, which was not.
    settle(ledger, SIGNED + 2)
    expect(await refusedCodes(ledger, one.request, keysOf(one))).toEqual([])
  })

  const anchor = (entry: number, edits: Partial<AnchorJson> = {}): AnchorJson => ({
    entry,
    hash: ledger.entries[entry - 1]?.hash.slice(0, 32) ?? 'ab'.repeat(16),
    ledger: ledger.id,
    ...edits,
  })

  it.each<[name: string, anchor: () => AnchorJson, codes: readonly Code[]]>([
    ['its newest entry', () => anchor(4), []],
    ['an older entry', () => anchor(2), []],
    ['an entry that it does not have', () => anchor(99), ['ledger_rolled_back']],
    ['an entry with another hash', () => anchor(3, { hash: 'ab'.repeat(16) }), ['ledger_rolled_back']],
    ['an entry of another ledger', () => anchor(99, { ledger: 'ab'.repeat(8) }), []],
  ])('a request that knows %s', async (_, known, expected) => {
    expect(await refusedCodes(ledger, changed({ anchors: [known()] }), keysOf(one))).toEqual(expected)
    expect(exitCodes[codes.ledger_rolled_back]).toBe(9)
  })

  it('the same again gives the same bytes, and is recorded as such', async () => {
    const first = await visit(ledger, changed(fresh), keysOf(one))
    at(NOW + 500)
    const again = await visit(ledger, changed(fresh), keysOf(one))
    expect(Buffer.from(again).equals(first)).toBe(true)
    expect(eventsIn(ledger).slice(-3)).toEqual(['seen', 'repeated', 'delivered'])
    expect(ledger.entries.at(-2)?.body).toMatchObject({ event: 'repeated', of: 6 })
    expect(ledger.entries.at(-1)?.body).toMatchObject({ event: 'delivered', of: 6 })
  })

  it('the same again is refused once it is frozen', async () => {
    ledger.append(() => ({ event: 'frozen', reason: 'tested', scope: { of: 'all' } }))
    expect(await refusedCodes(ledger, one.request, keysOf(one))).toEqual(['frozen'])
  })
})

describe('partial responses', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 }))
  afterEach(() => void vi.useRealTimers())
  const params = (from: typeof one): Params => from.params
  const carrying = (from: typeof one, edits: object = {}): RequestJson =>
    changed({ 'operation.pubkeyRegistration': { from: 'request', params: params(from) }, ...edits })

  it('the BLS half, then the rest over its proof', async () => {
    const ledger = newLedger()
    expect(await refusedCodes(ledger, one.request, { ecdsa: null, bls: blsOf(one), signing: null })).toEqual([])
    expect(await refusedCodes(ledger, carrying(one), { ecdsa: ecdsaOf(one), bls: null, signing: null })).toEqual([])
  })

  it('the operator half alone, then the whole with any one BLS key, then no other', async () => {
    const ledger = newLedger()
    expect(await refusedCodes(ledger, one.request, { ecdsa: ecdsaOf(one), bls: null, signing: null })).toEqual([])
    expect(await refusedCodes(ledger, one.request, keysOf(one))).toEqual([])
    const other = { ecdsa: ecdsaOf(one), bls: blsOf(two), signing: null }
    expect(await refusedCodes(ledger, one.request, other)).toContain('registration_conflict')
  })

  it('the BLS half has no salt, no nonce and no registration that could conflict', async () => {
    const ledger = newLedger()
    const bls = { ecdsa: null, bls: blsOf(one), signing: null }
    await visit(ledger, one.request, bls)
    const edits = { 'operation.socket': '203.0.113.8:1;2' }
    expect(await refusedCodes(ledger, changed(edits), bls)).toEqual([])
    expect(await refusedCodes(ledger, changed(edits), keysOf(one))).toEqual([])
  })

  it('the operator half names no transaction: its nonce is free', async () => {
    const ledger = newLedger()
    await visit(ledger, one.request, { ecdsa: ecdsaOf(one), bls: null, signing: null })
    const elsewhere = changed({ [SALT]: fresh[SALT], ...otherAvs })
    expect(await refusedCodes(ledger, elsewhere, { ecdsa: ecdsaOf(one), bls: blsOf(two), signing: null })).toEqual([])
  })

  it('a BLS half binds its key to its operator', async () => {
    const ledger = newLedger()
    await visit(ledger, one.request, { ecdsa: null, bls: blsOf(one), signing: null })
    const others = { ecdsa: null, bls: blsOf(one), signing: null }
    expect(await refusedCodes(ledger, two.request, others)).toEqual(['bls_key_two_operators'])
  })

  it('a carried proof binds its key as well', async () => {
    const ledger = newLedger()
    await visit(ledger, carrying(one), { ecdsa: ecdsaOf(one), bls: null, signing: null })
    const others = { ecdsa: null, bls: blsOf(one), signing: null }
    expect(await refusedCodes(ledger, two.request, others)).toEqual(['bls_key_two_operators'])
  })
})

describe('records of another ledger', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 }))
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })
  let files = 0
  const path = (): string => join(folder, `history-${(files += 1)}.json`)

  async function historyOf(from: Ledger, edit: (history: Parameters<typeof encodeHistory>[0]) => object = (h) => h) {
    const { signed, frozen } = stateOf(from)
    const base = { anchor: from.anchor(from.head), frozen, records: signed }
    const history = { ...base, frozen: frozen.map(({ reason, scope }) => ({ reason, scope })) }
    const { writeFileSync } = await import('node:fs')
    const file = path()
    writeFileSync(file, encodeHistory({ ...history, ...edit(history) }))
    return file
  }
  const take = (ledger: Ledger, file: string): void => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    importHistory(file, { ledger: ledger.folder })
    ledger.refresh()
  }

  it('two that name one entry and differ both count: none can hide another', async () => {
    const [old, here] = [newLedger(), newLedger()]
    await visit(old, one.request, keysOf(one))
    const forged = await historyOf(old, ({ records }) => ({
      records: records.map((record) => ({ ...record, digests: [], operatorId: null, settled: true })),
    }))
    take(here, forged)
    take(here, await historyOf(old))
    const others = { ecdsa: ecdsaOf(two), bls: blsOf(one), signing: null }
    expect(await refusedCodes(here, two.request, others)).toEqual(['bls_key_two_operators'])
    const conflicting = changed({ ...fresh, 'operation.socket': '203.0.113.8:1;2' })
    expect(await refusedCodes(here, conflicting, keysOf(one))).toEqual(['registration_conflict'])
  })

  it('a history that was settled there, and one from before that: the stricter holds', async () => {
    const [old, here] = [newLedger(), newLedger()]
    await visit(old, one.request, keysOf(one))
    const before = await historyOf(old)
    settle(old, 3)
    const after = await historyOf(old)
    const conflicting = changed({ ...fresh, 'operation.socket': '203.0.113.8:1;2' })
    take(here, after)
    const probe = newLedger()
    take(probe, after)
    expect(await refusedCodes(probe, conflicting, keysOf(one))).toEqual([])
    take(here, before)
    expect(await refusedCodes(here, conflicting, keysOf(one))).toEqual(['registration_conflict'])
    take(here, after)
    expect(await refusedCodes(here, conflicting, keysOf(one))).toEqual(['registration_conflict'])
  })

  it('what was settled here stays so, whatever comes', async () => {
    const [old, here] = [newLedger(), newLedger()]
    await visit(old, one.request, keysOf(one))
    const history = await historyOf(old)
    take(here, history)
    here.append(() => ({ approvals: [], event: 'settled', ledger: old.id, of: 3, reason: 'tested' }))
    take(here, history)
    const conflicting = changed({ ...fresh, 'operation.socket': '203.0.113.8:1;2' })
    expect(await refusedCodes(here, conflicting, keysOf(one))).toEqual([])
  })
})

describe('through the built program', () => {
  let machine: ColdMachine
  beforeAll(async () => {
    machine = await ColdMachine.open()
    expect((await machine.sign(machine.request())).exitCode).toBe(0)
  })
  afterAll(() => machine.close())
  const conflict = { ...fresh, 'operation.socket': '203.0.113.8:32005;32006' }

  it.each<[code: Code, exitCode: number, edits: Readonly<Record<string, unknown>>]>([
    ['salt_reused', 4, { expiry: WEEK_ON - 1 }],
    ['registration_conflict', 4, conflict],
    ['nonce_conflict', 4, { 'operation.operatorSignature': null, 'operation.pubkeyRegistration': null }],
    ['ledger_rolled_back', 9, { anchors: [{ entry: 1, hash: 'ab'.repeat(16), ledger: 'OWN' }] }],
  ])('%s ends with its exit code, before anything is asked', async (code, exitCode, edits) => {
    const id = machine.entries()[0]?.hash.slice(0, 16)
    const own = JSON.parse(JSON.stringify(edits).replace('OWN', String(id))) as Readonly<Record<string, unknown>>
    const refused = await machine.sign(machine.request({ 'block.timestamp': HOUR_AGO + 7, ...own }), [], [])
    // Once for each signing that it contradicts: other tests sign here too.
    expect([refused.exitCode, ...new Set(refused.codes)]).toEqual([exitCode, code])
    expect(refused.screen).not.toContain('To sign, type')
    expect(machine.last()).toMatchObject({ event: 'refused', problems: refused.codes.map((each) => ({ code: each })) })
  })

  it('a BLS key of another operator is found once it is open, and nothing is written', async () => {
    const other = await makeKeyFiles(machine.folder, 'light', 'other')
    const flags = [...machine.keyFlags(['ecdsa'], other), ...machine.keyFlags(['bls'])]
    const request = machine.request({ 'operation.operator': other.operator })
    const refused = await machine.sign(request, flags)
    expect([refused.exitCode, ...new Set(refused.codes)]).toEqual([4, 'bls_key_two_operators'])
    expect(refused.screen).not.toContain('Response')
    const { existsSync } = await import('node:fs')
    expect(existsSync(refused.response)).toBe(false)
    const own = [...machine.keyFlags(['ecdsa'], other), ...machine.keyFlags(['bls'], other)]
    expect((await machine.sign(request, own)).exitCode).toBe(0)
  })

  it('a ledger that nobody imported is a warning to type away, and none once it was', async () => {
    const elsewhere = await ColdMachine.open()
    try {
      await elsewhere.sign(elsewhere.request())
      const [head, first] = [elsewhere.entries().at(-1), elsewhere.entries()[0]]
      const known = { entry: head?.entry, hash: head?.hash.slice(0, 32), ledger: first?.hash.slice(0, 16) }
      const request = machine.request({ anchors: [known] })
      const warned = await machine.sign(request, [], [{ prompt: /\[no\]: $/, type: '\r' }])
      expect(warned.codes).toEqual(['declined'])
      expect(unwrapped(warned.screen)).toMatch(/WARNING .*\(history_missing\).* with 1 warning /)
      const history = machine.path('history.json')
      await elsewhere.run('ledger', 'history', '-o', history)
      expect((await machine.run('ledger', 'import', history)).exitCode).toBe(0)
      expect((await machine.sign(request)).screen).not.toContain('history_missing')
    } finally {
      elsewhere.close()
    }
  })

  it('settling by a typed phrase lets the other registration through', async () => {
    const settled = await ColdMachine.open()
    try {
      await settled.sign(settled.request())
      const other = settled.request({ ...conflict })
      expect((await settled.sign(other, [], [])).codes).toEqual(['registration_conflict'])
      const done = await settled.type(['ledger', 'settle', '3', '--reason', 'destroyed'], [doIt])
      expect(done.exitCode).toBe(0)
      expect(done.screen).toContain(settled.keys.operator)
      expect((await settled.sign(other)).exitCode).toBe(0)
    } finally {
      settled.close()
    }
  })
})
