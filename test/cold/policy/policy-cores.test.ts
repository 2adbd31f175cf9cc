// EigenLayer's own contracts under a policy: pinned a chain at a time, for chains that the catalogue does not know.
import { describe, expect, it } from 'vitest'
import { findingsUnder } from '../../../src/cold/policy/policy-gate.ts'
import { parsePolicy, type PolicyDocument } from '../../../src/cold/policy/policy.ts'
import { coversAll, judgePolicy } from '../../../src/cold/policy/policy-rules.ts'
import { policySentences } from '../../../src/cold/policy/policy-text.ts'
import type { ValidRequest } from '../../../src/cold/validate/validate.ts'
import { contractUnknown } from '../../../src/shared/request/contract-findings.ts'
import { AirlockError } from '../../../src/shared/base/errors.ts'
import type { Address, Bytes32, UnixSeconds } from '../../../src/shared/base/fields.ts'
import { warning } from '../../../src/shared/base/finding.ts'
import { decodeRequest, type UnsignedRequest } from '../../../src/shared/request/request.ts'
import { bytesOf, edited } from '../../documents/canonical.ts'
import { registration } from '../../documents/documents.ts'
import { fullPolicy, KEY, NOON, policyRequest } from '../../support/policies.ts'

const STRANGER = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf' as Address
const DIRECTORY = policyRequest.operation.operatorSignature?.avsDirectory as Address

const policyWith = (edits: Readonly<Record<string, unknown>>): PolicyDocument =>
  parsePolicy('testing', Buffer.from(JSON.stringify(edited(fullPolicy, edits))))
const { request } = decodeRequest('testing', bytesOf(policyRequest))
const local = decodeRequest('testing', bytesOf(registration(1).request)).request
const LOCAL_DIRECTORY = registration(1).request.operation.operatorSignature?.avsDirectory as Address

function contractsRule(edits: Readonly<Record<string, unknown>>, of: UnsignedRequest = request): string {
  const facts = { request: of, clock: NOON as UnixSeconds, operatorId: KEY as Bytes32, before: [], approvals: 1 }
  const verdicts = judgePolicy(policyWith(edits).policy, { ...facts, connected: false })
  const rule = verdicts.find((verdict) => verdict.rule === 'contracts')
  const open = coversAll(verdicts).some((verdict) => verdict.rule === 'contracts')
  return `${rule?.says ?? ''}${open ? ', open' : ''}`
}

describe('the rule "contracts"', () => {
  const without = { 'avss.0.avsDirectory': undefined }
  it.each<[says: string, what: string, edits: Readonly<Record<string, unknown>>]>([
    [
      'allows',
      'an AVSDirectory that is pinned for the chain alone',
      { ...without, cores: [{ chain: 1, avsDirectory: DIRECTORY }] },
    ],
    ['allows', 'one that is pinned twice', { cores: [{ chain: 1, avsDirectory: DIRECTORY }] }],
    ['refuses', 'another one', { ...without, cores: [{ chain: 1, avsDirectory: STRANGER }] }],
    [
      'refuses',
      'another one than that of the chain, though its AVS pins it',
      { cores: [{ chain: 1, avsDirectory: STRANGER }] },
    ],
    [
      'silent, open',
      'one that is pinned for another chain',
      { ...without, cores: [{ chain: 5, avsDirectory: DIRECTORY }] },
    ],
    ['silent, open', 'where another contract is pinned', { ...without, cores: [{ chain: 1, keyRegistrar: STRANGER }] }],
    ['refuses', 'where nothing is said of AVSs', { avss: undefined, cores: [{ chain: 1, avsDirectory: STRANGER }] }],
  ])('%s: %s', (says, _, edits) => {
    expect(contractsRule(edits)).toBe(says)
  })
})

describe('the warning of a contract that the catalogue does not have', () => {
  // As an operation that calls it would bring it.
  const unknown = contractUnknown('avsDirectory', LOCAL_DIRECTORY)
  const other = warning('socket_private', 'avsDirectory')
  const under = (core: object): readonly string[] =>
    findingsUnder(
      { findings: [unknown, other], request: local } as unknown as ValidRequest,
      policyWith({ cores: [core] }),
    )
      .map(({ level, code }) => `${level} ${code}`)
      .toSorted()

  it('is a note where the policy pins it on that chain, and a warning elsewhere', () => {
    const warned = ['warning contract_unknown', 'warning socket_private']
    expect(under({ chain: 31337, avsDirectory: LOCAL_DIRECTORY })).toEqual([
      'note contract_unknown',
      'warning socket_private',
    ])
    expect(under({ chain: 1, avsDirectory: LOCAL_DIRECTORY })).toEqual(warned)
    expect(under({ chain: 31337, avsDirectory: STRANGER })).toEqual(warned)
    expect(under({ chain: 31337, keyRegistrar: LOCAL_DIRECTORY })).toEqual(warned)
  })
})

describe('the file', () => {
  const codes = (cores: unknown): readonly string[] => {
    try {
      policyWith({ cores })
      return []
    } catch (error) {
      if (error instanceof AirlockError) return error.problems.map(({ code }) => code)
      throw error
    }
  }

  it.each<[name: string, cores: unknown, codes: readonly string[]]>([
    [
      'a chain twice',
      [
        { chain: 1, keyRegistrar: DIRECTORY },
        { chain: 1, avsDirectory: DIRECTORY },
      ],
      ['policy_file_invalid'],
    ],
    ['an entry that pins nothing', [{ chain: 1 }], ['policy_file_invalid']],
    ['no chain', [{ keyRegistrar: DIRECTORY }], ['field_missing']],
    [
      'a contract that is none of them',
      [{ chain: 1, avsDirectory: DIRECTORY, strategyManager: DIRECTORY }],
      ['field_unknown'],
    ],
    ['none', [], ['field_invalid']],
    [
      'two chains',
      [
        { chain: 1, avsDirectory: DIRECTORY },
        { chain: 5, avsDirectory: DIRECTORY },
      ],
      [],
    ],
  ])('%s', (_, cores, expected) => {
    expect(codes(cores)).toEqual(expected)
  })

  it('says in a sentence what it pins', () => {
    const { policy } = policyWith({ cores: [{ chain: 31337, keyRegistrar: STRANGER }] })
    const said = policySentences(policy).find((sentence) => sentence.startsWith('EigenLayer on'))
    expect(said).toContain('chain 31337')
    expect(said).toContain(`keyRegistrar ${STRANGER} (not in the catalogue)`)
  })
})
