// The rules of the ledger against a model of a page: random lives of two ledgers, step by step the same answer.
//
// The model knows no entries and no hashes: sets and maps of what was promised to whom. It follows the words of
// src/cold/ledger/equivocation.ts and gate.ts, not their code. A life that goes wrong is cut down and printed.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { ledgerProblems } from '../../../src/cold/ledger/gate.ts'
import { stateOf } from '../../../src/cold/ledger/ledger-state.ts'
import { Ledger, type NewEvent } from '../../../src/cold/ledger/ledger.ts'
import type { Anchor } from '../../../src/shared/base/anchor.ts'
import { AirlockError, refuseAll } from '../../../src/shared/base/errors.ts'
import type { Bytes32, UnixSeconds } from '../../../src/shared/base/fields.ts'
import { encodeHistory } from '../../../src/shared/ledger/history.ts'
import type { RequestFacts } from '../../../src/shared/ledger/request-facts.ts'
import { digestOf } from '../../documents/canonical.ts'
import { Seeded } from '../../support/seeded.ts'

const LIVES = 60
const STEPS = 60
const DAY = 86_400
const START = 1_800_000_000

// ---- steps, as plain values: a life can be printed and lived again

type Side = 0 | 1
interface SignStep {
  readonly do: 'sign'
  readonly side: Side
  readonly chain: number
  readonly operator: number
  readonly avs: number
  readonly socket: number
  readonly salt: number | null
  readonly nonce: number
  readonly bls: number | null
  readonly keys: 'both' | 'ecdsa' | 'bls'
  readonly expiresIn: number
  readonly blockAge: number
  readonly shared: boolean
  readonly anchor: 'none' | 'true' | 'ahead' | 'other'
}
type Scope =
  | readonly ['all']
  | readonly ['avs', number]
  | readonly ['contract', number]
  | readonly ['operator', number]
  | readonly ['bls', number]
type Step =
  | SignStep
  | { readonly do: 'freeze'; readonly side: Side; readonly scope: Scope }
  /** Which of the freezes, counted from the oldest. */
  | { readonly do: 'unfreeze'; readonly side: Side; readonly which: number }
  /** Which of what was signed, here or there. */
  | { readonly do: 'settle'; readonly side: Side; readonly which: number }
  | { readonly do: 'import'; readonly side: Side }
  | { readonly do: 'wait'; readonly seconds: number }

function drawn(random: Seeded): Step {
  const side = random.pick<Side>([0, 1])
  const kind = random.below(20)
  if (kind < 12) return drawnSign(random, side)
  if (kind === 12 && random.chance(0.5)) return { do: 'freeze', side, scope: drawnScope(random) }
  if (kind < 15) return { do: 'unfreeze', side, which: random.below(3) }
  if (kind < 17) return { do: 'settle', side, which: random.below(12) }
  if (kind === 17) return { do: 'import', side }
  return { do: 'wait', seconds: random.pick([1, 60, 3600, 3600, DAY, 3 * DAY, 8 * DAY, -1, -3600]) }
}

const drawnScope = (random: Seeded): Scope => {
  const one = random.below(2)
  return random.pick<Scope>([['all'], ['avs', one], ['contract', one], ['operator', one], ['bls', one]])
}

const drawnSign = (random: Seeded, side: Side): SignStep => ({
  do: 'sign',
  side,
  chain: random.chance(0.9) ? 1 : 17_000,
  operator: random.below(2),
  avs: random.below(3),
  socket: random.chance(0.8) ? 0 : 1,
  salt: random.chance(0.2) ? null : random.below(8),
  nonce: random.below(8),
  bls: random.chance(0.3) ? null : random.below(6),
  keys: random.pick(['both', 'both', 'ecdsa', 'bls']),
  expiresIn: random.pick([3600, DAY, 7 * DAY]),
  blockAge: random.pick([60, 60, 3600, 9 * DAY]),
  shared: random.chance(0.2),
  anchor: random.chance(0.85) ? 'none' : random.pick(['true', 'ahead', 'other']),
})

// ---- names of things

const hash = (...of: readonly (string | number | null)[]): string => digestOf(Buffer.from(JSON.stringify(of)))
const OPERATORS = ['0x00000000219ab540356cBB839Cbe05303d7705Fa', '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2']
const AVSS = [
  '0xdAC17F958D2ee523a2206206994597C13D831ec7',
  '0x6B175474E89094C44Da98b954EedeAC495271d0F',
  '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
]
const CONTRACTS = [
  '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599',
  '0x514910771AF9Ca656af840dff83E8264EcF986CA',
  '0x7Fc66500c84A76Ad7e9c93437bFc5Ac33E2DDaE9',
]
const blsId = (bls: number | null): Bytes32 | null => (bls === null ? null : (`0x${hash('bls', bls)}` as Bytes32))

/** Salt and expiry are part of what the operator's key signs; the AVS and the operator are too. */
const avsDigest = (step: SignStep, expiry: number): Bytes32 | null =>
  step.salt === null ? null : (`0x${hash('avs', step.chain, step.operator, step.avs, step.salt, expiry)}` as Bytes32)

const meaning = (step: SignStep): string =>
  hash('meaning', step.chain, step.operator, step.avs, step.socket, step.salt === null ? 0 : 1)

function factsOf(step: SignStep, now: number): RequestFacts {
  const { chain, operator, avs, salt, nonce } = step
  const expiry = now + step.expiresIn
  const plain = {
    ...{
      avs: AVSS[avs],
      blockTime: now - step.blockAge,
      chainId: chain,
      code: null,
      contracts: [CONTRACTS[avs], AVSS[avs]],
      expiry,
      kind: 'register',
    },
    ...{ digest: hash(JSON.stringify(step), expiry), meaning: meaning(step), nonce, operator: OPERATORS[operator] },
    sender: OPERATORS[operator],
    salt: salt === null ? null : `0x${hash('salt', salt)}`,
  }
  return plain as unknown as RequestFacts
}

// ---- the model

interface Promised {
  readonly name: string
  readonly step: SignStep
  readonly expiry: number
  readonly avsSigned: boolean
  readonly transactionSigned: boolean
}

class ModelLedger {
  /** Everything known here, own and imported, by its name. */
  readonly known = new Map<string, Promised>()
  /** What nobody has said of a copy that came from there, that it can do nothing any more. */
  readonly alive = new Set<string>()
  readonly settledHere = new Set<string>()
  /** By the entry on which a freeze hangs. */
  readonly frozen = new Map<number, readonly Scope[]>()
  /** When each entry was written, in order. */
  readonly times: number[] = []

  isSettled(name: string): boolean {
    return this.settledHere.has(name) || !this.alive.has(name)
  }

  refusals(step: SignStep, now: number): ReadonlySet<string> {
    const codes = new Set<string>()
    if ([...this.frozen.values()].flat().some((scope) => covers(scope, step))) codes.add('frozen')
    if (step.anchor === 'ahead' || step.anchor === 'other') codes.add('ledger_rolled_back')
    if (now < this.#latest()) codes.add('ledger_clock_backwards')
    for (const promised of this.known.values()) for (const code of this.#against(promised, step, now)) codes.add(code)
    return codes
  }

  /** The latest time since the newest entry of this ledger that a person settled. */
  #latest(): number {
    const settled = this.times.findLastIndex((_, index) => this.settledHere.has(`${this.mark}:${index + 1}`))
    return Math.max(0, ...this.times.slice(settled + 1))
  }

  readonly mark: Side
  constructor(mark: Side) {
    this.mark = mark
  }

  #against(old: Promised, step: SignStep, now: number): readonly string[] {
    const codes: string[] = []
    const { step: was } = old
    const ecdsa = step.keys !== 'bls'
    const sameOperator = was.operator === step.operator
    const bothKeysKnown = was.bls !== null && step.bls !== null
    const differs = meaning(was) !== meaning(step) || (bothKeysKnown && was.bls !== step.bls)
    const gone = this.isSettled(old.name)
    if (ecdsa && old.avsSigned && step.salt !== null && sameOperator && was.salt === step.salt)
      if (differs || avsDigest(was, old.expiry) !== avsDigest(step, now + step.expiresIn)) codes.push('salt_reused')
    const place = sameOperator && was.chain === step.chain && was.avs === step.avs
    const expired = old.expiry < now && old.expiry < now - step.blockAge
    if (ecdsa && old.avsSigned && step.salt !== null && place && differs && !gone && !expired)
      codes.push('registration_conflict')
    if (ecdsa && old.transactionSigned && sameOperator && was.chain === step.chain && was.nonce === step.nonce)
      if (differs && !gone) codes.push('nonce_conflict')
    if (bothKeysKnown && was.bls === step.bls) {
      if (!sameOperator) codes.push('bls_key_two_operators')
      else if (!step.shared && (was.avs !== step.avs || was.chain !== step.chain)) codes.push('bls_key_two_avss')
    }
    return codes
  }
}

function covers(scope: Scope, step: SignStep): boolean {
  if (scope[0] === 'all') return true
  if (scope[0] === 'operator') return scope[1] === step.operator
  if (scope[0] === 'bls') return scope[1] === step.bls
  return scope[1] === step.avs
}

// ---- the real thing beside it

/** In memory where the system has such a folder: the steps are thousands, and a power cut is not what is tried here. */
const place = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'airlock-rules-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

class Life {
  #now = START
  readonly #real: readonly [Ledger, Ledger]
  readonly #model = [new ModelLedger(0), new ModelLedger(1)] as const
  readonly counts: Record<string, number> = {}

  constructor() {
    vi.spyOn(Date, 'now').mockImplementation(() => this.#now * 1000)
    const folder = mkdtempSync(join(place, 'life-'))
    this.#real = [Ledger.openOrBegin(join(folder, '0')), Ledger.openOrBegin(join(folder, '1'))]
    for (const model of this.#model) model.times.push(this.#now)
  }

  /** @returns what went wrong, or null */
  step(step: Step): string | null {
    if (step.do === 'wait') this.#now += step.seconds
    else if (step.do === 'sign') return this.#sign(step)
    else if (step.do === 'freeze') this.#freeze(step.side, step.scope)
    else if (step.do === 'unfreeze') this.#unfreeze(step.side, step.which)
    else if (step.do === 'settle') this.#settle(step.side, step.which)
    else this.#import(step.side)
    return null
  }

  /** What both hold at the end is read from the disk once more. */
  end(): string | null {
    const wrong = this.#real.some(
      ({ folder }, side) => Ledger.open(folder).entries.length !== this.#model[side]?.times.length,
    )
    return wrong ? 'the entries on the disk are not those that were made' : null
  }

  #append(side: Side, event: NewEvent): number {
    this.#model[side].times.push(this.#now)
    return this.#real[side].append(() => event).entry
  }

  #sign(step: SignStep): string | null {
    const [real, model] = [this.#real[step.side], this.#model[step.side]]
    const expected = [...model.refusals(step, this.#now)].toSorted()
    const facts = factsOf(step, this.#now)
    const expiry = this.#now + step.expiresIn
    const ecdsa = step.keys !== 'bls'
    const digest = avsDigest(step, expiry)
    const intent = { facts, avsDigest: digest, ecdsa, operatorId: blsId(step.bls), quorums: null }
    const rules = { clock: this.#now as UnixSeconds, oneBlsKeyPerAvs: !step.shared }
    const signed = signedEvent(step, facts, digest)
    const seen: string[] = []
    try {
      const entry = real.append(() => {
        refuseAll('recording', ledgerProblems(real, intent, this.#anchors(step), rules))
        return signed
      })
      model.times.push(this.#now)
      const name = `${step.side}:${entry.entry}`
      const parts = signed.digests.map(({ part }) => part)
      const [avsSigned, transactionSigned] = [parts.includes('operatorSignature'), parts.includes('transactions')]
      model.known.set(name, { name, step, expiry, avsSigned, transactionSigned })
      model.alive.add(name)
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error
      seen.push(...new Set(error.problems.map(({ code }) => code as string)))
    }
    for (const code of seen.length === 0 ? ['signed'] : seen) this.counts[code] = (this.counts[code] ?? 0) + 1
    if (seen.toSorted().join() === expected.join()) return null
    return `expected ${expected.join() || 'signed'}, seen ${seen.toSorted().join() || 'signed'}`
  }

  #anchors({ side, anchor }: SignStep): readonly Anchor[] {
    const real = this.#real[side]
    const { entry, hash: of, ledger } = real.anchor(real.head)
    if (anchor === 'none') return []
    if (anchor === 'true') return [{ entry, hash: of, ledger }]
    if (anchor === 'ahead') return [{ entry: entry + 1, hash: of, ledger }]
    return [{ entry, hash: hash('other').slice(0, 32), ledger }]
  }

  #freeze(side: Side, scope: Scope): void {
    const entry = this.#append(side, { event: 'frozen', reason: scope[0], scope: freezeScope(scope) })
    this.#model[side].frozen.set(entry, [scope])
  }

  #unfreeze(side: Side, which: number): void {
    const of = [...this.#model[side].frozen.keys()][which]
    if (of === undefined) return
    this.#append(side, { approvals: [], event: 'unfrozen', of, reason: 'over' })
    this.#model[side].frozen.delete(of)
  }

  #settle(side: Side, which: number): void {
    const model = this.#model[side]
    const name = [...model.known.keys()][which]
    if (name === undefined) return
    const [from, of] = name.split(':').map(Number)
    const { id } = this.#real[from === 0 ? 0 : 1]
    this.#append(side, { approvals: [], event: 'settled', ledger: id, of: of ?? 0, reason: 'spent' })
    model.settledHere.add(name)
  }

  /** What the other side knows, carried over. */
  #import(side: Side): void {
    const other: Side = side === 0 ? 1 : 0
    const [here, there] = [this.#real[side], this.#real[other]]
    const { signed, frozen } = stateOf(there)
    const bytes = encodeHistory({
      anchor: there.anchor(there.head),
      checksum: '',
      frozen: frozen.map(({ reason, scope }) => ({ reason, scope })),
      records: signed,
    } as unknown as Parameters<typeof encodeHistory>[0])
    const entry = this.#append(side, { event: 'imported', history: here.keep(bytes), records: signed.length })
    const [mine, theirs] = [this.#model[side], this.#model[other]]
    for (const [name, promised] of theirs.known) {
      mine.known.set(name, promised)
      if (!theirs.isSettled(name)) mine.alive.add(name)
    }
    const scopes = [...theirs.frozen.values()].flat()
    if (scopes.length > 0) mine.frozen.set(entry, scopes)
  }
}

function freezeScope([of, which = 0]: Scope): Extract<NewEvent, { event: 'frozen' }>['scope'] {
  if (of === 'all') return { of }
  if (of === 'avs') return { address: AVSS[which], of } as never
  if (of === 'contract') return { address: CONTRACTS[which], of: 'avs' } as never
  return { key: of === 'operator' ? OPERATORS[which] : blsId(which), of: 'key' } as never
}

/** What the keys at hand sign: the transaction only where nothing else is missing. */
function signedEvent(
  step: SignStep,
  facts: RequestFacts,
  digest: Bytes32 | null,
): Extract<NewEvent, { event: 'signed' }> {
  const ecdsa = step.keys !== 'bls'
  const part = (name: string, of: string): object => ({ digest: of, part: name })
  const digests = [
    ...(ecdsa && digest !== null ? [part('operatorSignature', digest)] : []),
    ...(step.keys !== 'ecdsa' ? [part('pubkeyRegistrationParams', `0x${hash('proof', step.operator)}`)] : []),
    ...(step.keys === 'both' ? [part('transactions', `0x${facts.digest}`)] : []),
  ]
  const keys = { address: ecdsa ? facts.operator : null, operatorId: blsId(step.bls) }
  const program = { sha256: hash('program'), version: 'test' }
  const event = { approvals: [], digests, event: 'signed', keys, policy: null, program, request: facts }
  return { ...event, review: hash('review'), reviewedBy: 'person' } as unknown as Extract<NewEvent, { event: 'signed' }>
}

/** Lives a list of steps. */
function lived(steps: readonly Step[]): {
  readonly wrong: string | null
  readonly at: number
  readonly counts: Life['counts']
} {
  const life = new Life()
  for (const [at, step] of steps.entries()) {
    const wrong = life.step(step)
    if (wrong !== null) return { wrong, at, counts: life.counts }
  }
  return { wrong: life.end(), at: steps.length - 1, counts: life.counts }
}

/** Takes steps away as long as it still goes wrong. */
function shortened(steps: readonly Step[]): readonly Step[] {
  let rest = steps.slice(0, lived(steps).at + 1)
  for (let index = rest.length - 2; index >= 0; index -= 1) {
    const without = rest.toSpliced(index, 1)
    if (lived(without).wrong !== null) rest = without
  }
  return rest
}

test(`${LIVES} lives of ${STEPS} steps: refused and signed as the model says`, () => {
  const random = new Seeded(2026)
  const counts: Record<string, number> = {}
  for (let number = 0; number < LIVES; number += 1) {
    const steps = Array.from({ length: STEPS }, () => drawn(random))
    const { wrong, counts: of } = lived(steps)
    if (wrong !== null) {
      const short = shortened(steps)
      throw new Error(
        `life ${number}: ${lived(short).wrong ?? wrong}, after\n${short.map((step) => JSON.stringify(step)).join('\n')}`,
      )
    }
    for (const [code, count] of Object.entries(of)) counts[code] = (counts[code] ?? 0) + count
  }
  // Each answer was given often enough to mean something.
  const answers =
    'signed frozen ledger_rolled_back ledger_clock_backwards salt_reused registration_conflict nonce_conflict'
  for (const code of [...answers.split(' '), 'bls_key_two_operators', 'bls_key_two_avss'])
    expect([code, (counts[code] ?? 0) > 20]).toEqual([code, true])
  if (process.env['SHOW_COUNTS'] !== undefined) console.log(counts)
})
