// Contracts that run other code than when a request for the same ones was signed here: through the built program, with key files
// and a person who approves, or a policy that must not.
//
// The requests add quorums at one AVS: each is signed for itself, and none contradicts another.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { factsOf } from '../../../src/shared/ledger/request-facts.ts'
import { decodeRequest } from '../../../src/shared/request/request.ts'
import type { SignedRecord } from '../../../src/shared/ledger/signed-record.ts'
import { codeFindings } from '../../../src/cold/ledger/code-findings.ts'
import { bytesOf, edited } from '../../documents/canonical.ts'
import { ColdMachine, HOUR_AGO, unwrapped } from '../../support/cold-machine.ts'
import { fullPolicy } from '../../support/policies.ts'
import { codesIn } from '../../support/stage.ts'

const [BEFORE, AFTER] = ['0123456789abcdef', 'fedcba9876543210']

let machine: ColdMachine
beforeAll(async () => {
  machine = await ColdMachine.open()
})
afterAll(() => machine.close())

/** The transaction alone, for one more quorum. */
const adding = (quorum: number, code: string | null): Readonly<Record<string, unknown>> => ({
  'operation.operatorSignature': null,
  'operation.pubkeyRegistration': null,
  'operation.quorums': [quorum],
  'transaction.nonce': 50 + quorum,
  code,
})

describe('sign', () => {
  it('warns of another print, until that one is signed too, and notes a missing one', async () => {
    const here = machine.anew()
    const sign = async (quorum: number, code: string | null): Promise<string> => {
      const { exitCode, screen } = await here.sign(here.request(adding(quorum, code)), here.keyFlags(['ecdsa']))
      if (exitCode !== 0) throw new Error(screen)
      return unwrapped(screen)
    }
    const first = await sign(0, BEFORE)
    expect(first).toContain(`Contract code ${BEFORE}`)
    expect(first).not.toContain('code_changed')
    expect(here.entries().find(({ body }) => body.event === 'signed')?.body['request']).toMatchObject({ code: BEFORE })

    const other = await sign(1, AFTER)
    expect(other).toContain('run other code than when entry 3 of ledger')
    expect(other).toMatch(/To sign, type: sign \w+ \w+ with 1 warning\b/)

    const missing = await sign(2, null)
    expect(missing).toContain('Contract code not read')
    expect(missing).toMatch(/\(code_unread\)/)
    expect(missing).not.toContain('with 1 warning')
  })

  it('does not let a policy decide over it', async () => {
    const here = machine.anew()
    const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
    const policy = here.write(
      'policy.json',
      JSON.stringify(
        edited(fullPolicy, {
          operators: [here.keys.operator],
          'avss.0.blsOperatorId': undefined,
          'avss.0.sockets': ['203.0.113.7:*;*;*;*'],
          hours: { days, from: '00:00', to: '23:59', utcOffset: '+00:00' },
          approvals: undefined,
          limits: [{ signatures: 9, window: '24h', per: 'avs' }],
        }),
      ),
    )
    const sign = async (quorum: number, code: string): Promise<readonly [number, ...string[]]> => {
      const paths = [here.request(adding(quorum, code)), '-o', here.path('response.json')]
      const flags = [...here.keyFlags(['ecdsa']), '--policy', policy, '--yes']
      const { exitCode, stderr } = await here.run('sign', ...paths, ...flags)
      return [exitCode, ...codesIn(stderr), ...(stderr.includes('warnings: code_changed') ? ['code_changed'] : [])]
    }
    expect(await sign(0, BEFORE)).toEqual([0])
    expect(await sign(1, AFTER)).toEqual([4, 'yes_not_covered', 'code_changed'])
    expect(await sign(1, BEFORE)).toEqual([0])
  })
})

describe('what is compared', () => {
  const facts = (edits: Readonly<Record<string, unknown>>): ReturnType<typeof factsOf> =>
    factsOf(decodeRequest('testing', bytesOf(machine.json(edits))))
  let entries = 0
  const record = (edits: Readonly<Record<string, unknown>>, time = HOUR_AGO): SignedRecord =>
    ({ entry: (entries += 1), ledger: 'ab'.repeat(8), request: facts(edits), time }) as unknown as SignedRecord
  const codes = (edits: Readonly<Record<string, unknown>>, ...signed: readonly SignedRecord[]): readonly string[] =>
    codeFindings(facts(edits), signed).map(({ level, code }) => `${level} ${code}`)

  it('the newest record that has a print, whichever came first into the list', () => {
    const [old, recent] = [record(adding(0, BEFORE), HOUR_AGO - 60), record(adding(1, AFTER), HOUR_AGO)]
    expect(codes(adding(2, AFTER), recent, old)).toEqual([])
    expect(codes(adding(2, BEFORE), recent, old)).toEqual(['warning code_changed'])
  })

  it('not hidden by a later request without a print', () => {
    const unread = record(adding(1, null), HOUR_AGO + 60)
    expect(codes(adding(2, AFTER), record(adding(0, BEFORE)), unread)).toEqual(['warning code_changed'])
    expect(codes(adding(2, null), unread)).toEqual([])
  })

  it('requests of the same chain with the same contracts alone', () => {
    const elsewhere = record({ ...adding(0, BEFORE), chainId: 560048 })
    const others = record({ ...adding(0, BEFORE), 'operation.serviceManager': machine.keys.operator })
    // With the operator's signature, the AVSDirectory is named too.
    const whole = record({ code: BEFORE })
    expect(codes(adding(2, AFTER), elsewhere, others, whole)).toEqual([])
    expect(codes(adding(2, AFTER))).toEqual([])
  })
})
