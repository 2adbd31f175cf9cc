// Keys of operator sets and AVSs that keep ECDSA keys: calldata and digests against ethers and the real contracts' answers, one
// defect at a time refused, what is said of each.
import { Interface } from 'ethers'
import { describe, expect, it, test } from 'vitest'
import bn254Answers from '../../../vectors/known-answers/key-registrar-bn254.json' with { type: 'json' }
import ecdsaAnswers from '../../../vectors/known-answers/key-registrar-ecdsa.json' with { type: 'json' }
import { checkFor } from '../../../src/cold/selftest/vectors.ts'
import { encodeCall } from '../../../src/shared/chain/call.ts'
import { nothingMade } from '../../../src/shared/request/derive.ts'
import { AirlockError } from '../../../src/shared/base/errors.ts'
import type { EcdsaSignature, UnixSeconds } from '../../../src/shared/base/fields.ts'
import { judge } from '../../../src/shared/request/findings.ts'
import { callOf, concernsOf, messagesOf } from '../../../src/shared/operations/operation-kinds.ts'
import { packDocument, unpackDocument } from '../../../src/shared/qr/packed.ts'
import { decodeRequest, type UnsignedRequest } from '../../../src/shared/request/request.ts'
import { bytesOf, edited, type Json } from '../../documents/canonical.ts'
import {
  bn254Answer,
  bn254Signature,
  ecdsaAnswer,
  keysRequests,
  type KeysRequestName,
} from '../../documents/keys-requests.ts'
import { PLAIN_CLOCK } from '../../documents/plain-request.ts'

const clock = (Date.parse(PLAIN_CLOCK) / 1000) as UnixSeconds
const names = Object.keys(keysRequests) as KeysRequestName[]
const decode = (json: Json): UnsignedRequest => decodeRequest('testing', bytesOf(json)).request
const request = (name: KeysRequestName, edits: Readonly<Record<string, unknown>> = {}): UnsignedRequest =>
  decode(edited<Json>(keysRequests[name].json, edits))

/** The codes of a level, in the order in which they are said. */
const said = (of: UnsignedRequest, level: string): string[] =>
  judge(of, clock).flatMap((finding) => (finding.level === level ? [finding.code] : []))

describe.each(names)('%s', (name) => {
  const { json } = keysRequests[name]

  it('is valid, and packed loses nothing', () => {
    const bytes = bytesOf(json)
    expect(Buffer.compare(unpackDocument(packDocument(bytes)), bytes)).toBe(0)
    expect(said(decode(json), 'refusal')).toEqual([])
  })

  it('lacks no field, and has none too many', () => {
    const operation = json['operation'] as Record<string, Json>
    for (const field of Object.keys(operation).filter((key) => key !== 'kind')) {
      expect(codesOf(edited<Json>(json, { [`operation.${field}`]: undefined })), field).toContain('field_missing')
    }
    expect(codesOf(edited<Json>(json, { 'operation.socket': 'a' }))).toContain('field_unknown')
  })
})

function codesOf(json: Json): readonly string[] {
  try {
    decode(json)
    return []
  } catch (error) {
    if (error instanceof AirlockError) return error.problems.map(({ code }) => code)
    throw error
  }
}

describe('one defect', () => {
  test.each([
    ['register_key_bn254', { 'operation.operatorSet': 2 ** 32 }, 'field_invalid'],
    ['register_key_bn254', { 'operation.operatorSet': -1 }, 'field_invalid'],
    ['register_key_bn254', { 'operation.publicKeyG1.1': `0x${'11'.repeat(32)}` }, 'point_not_on_curve'],
    ['register_key_bn254_carried', { 'operation.signature.0': `0x${'00'.repeat(32)}` }, 'point_not_on_curve'],
    [
      'register_key_ecdsa',
      { 'operation.keyAddress': '0xe1b1791c9cda2b39d8add4601be49586ab5c9f27' },
      'address_checksum',
    ],
    ['update_signing_key', { 'transaction.from': keysRequests.register_key_bn254.json['operation'] }, 'field_invalid'],
    ['register_with_stake_registry', { 'operation.operatorSignature': null }, 'field_invalid'],
  ] as const)('%s %j', (name, edits, code) => {
    expect(codesOf(edited<Json>(keysRequests[name].json, edits))).toContain(code)
  })

  it('G2 with its real parts first is no point', () => {
    const [[a, b], [c, d]] = (
      keysRequests.register_key_bn254.json['operation'] as never as {
        publicKeyG2: [[string, string], [string, string]]
      }
    ).publicKeyG2
    const swapped = {
      'operation.publicKeyG2': [
        [b, a],
        [d, c],
      ],
    }
    expect(codesOf(edited<Json>(keysRequests.register_key_bn254.json, swapped))).toEqual(['point_not_on_curve'])
  })
})

const abi = new Interface([
  'function registerKey(address operator, (address avs, uint32 id) operatorSet, bytes keyData, bytes signature)',
  'function deregisterKey(address operator, (address avs, uint32 id) operatorSet)',
  'function registerOperatorWithSignature((bytes signature, bytes32 salt, uint256 expiry) operatorSignature, address signingKey)',
  'function updateOperatorSigningKey(address newSigningKey)',
  'function deregisterOperator()',
])
const SIGNATURE = `0x${'12'.repeat(64)}1b` as EcdsaSignature

describe('the calldata is what ethers makes of a hand-written ABI', () => {
  const set = [bn254Answer?.avs, bn254Answer?.operatorSetId]
  const { operator, keyRegistrar } = bn254Answer ?? {}
  const joined = keysRequests.register_with_stake_registry.json
  const asked = joined['operation'] as { operatorSignature: { salt: string }; signingKey: string }
  const rows: readonly (readonly [KeysRequestName, string, string, readonly unknown[]])[] = [
    [
      'register_key_bn254_carried',
      '0xd40cda16',
      'registerKey',
      [operator, set, bn254Answer?.keyData, bn254Answer?.signature],
    ],
    [
      'register_key_ecdsa',
      '0xd40cda16',
      'registerKey',
      [
        ecdsaAnswer?.operator,
        [ecdsaAnswer?.avs, ecdsaAnswer?.operatorSetId],
        ecdsaAnswer?.keyAddress.toLowerCase(),
        SIGNATURE,
      ],
    ],
    ['deregister_key', '0x87ab86f4', 'deregisterKey', [operator, set]],
    [
      'register_with_stake_registry',
      '0x3d5611f6',
      'registerOperatorWithSignature',
      [[SIGNATURE, asked.operatorSignature.salt, joined['expiry']], asked.signingKey],
    ],
    ['update_signing_key', '0x743c31f4', 'updateOperatorSigningKey', [asked.signingKey]],
    ['deregister_from_stake_registry', '0x857dc190', 'deregisterOperator', []],
  ]
  test.each(rows)('%s', (name, selector, functionName, args) => {
    const of = request(name)
    const [message] = messagesOf(of)
    const carried = message !== undefined && 'carried' in message ? message.carried : null
    const made = { ...nothingMade, operatorSignature: SIGNATURE, keySignature: SIGNATURE }
    const call = callOf(of, { ...made, pubkeyRegistrationParams: carried })
    expect(encodeCall(call)).toBe(abi.encodeFunctionData(functionName, args))
    expect(encodeCall(call).slice(0, 10)).toBe(selector)
    expect(concernsOf(of).contracts.map(([, address]) => address)).toContain(call.to)
    if (name === 'register_key_bn254_carried') expect(call.to).toBe(keyRegistrar)
  })
})

describe("the real contracts' answers", () => {
  it.each([
    ['key-registrar-bn254', bn254Answers.cases],
    ['key-registrar-ecdsa', ecdsaAnswers.cases],
  ] as const)('%s', async (kind, cases) => {
    for (const vector of cases) {
      for (const [what, expected, actual] of (await checkFor(kind)?.(vector)) ?? []) {
        expect(actual, what).toEqual(expected)
      }
    }
  })

  it('a changed digest is seen', async () => {
    const [vector] = ecdsaAnswers.cases
    const rows = (await checkFor('key-registrar-ecdsa')?.({ ...vector, digest: `0x${'00'.repeat(32)}` })) ?? []
    expect(rows.filter(([, expected, actual]) => expected !== actual).map(([what]) => what)).toEqual(['digest'])
  })
})

describe('what is said', () => {
  it('the proof that the real contract took is compared by a person; another is refused', () => {
    expect(said(request('register_key_bn254_carried'), 'warning')).toContain('proof_carried')
    const [x, y] = bn254Signature
    const negated = `0x${(0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n - BigInt(y ?? '0')).toString(16).padStart(64, '0')}`
    expect(said(request('register_key_bn254_carried', { 'operation.signature': [x, negated] }), 'refusal')).toEqual([
      'bls_proof_invalid',
    ])
    expect(said(request('register_key_bn254_carried', { 'operation.operatorSet': 1 }), 'refusal')).toEqual([
      'bls_proof_invalid',
    ])
  })

  it('two halves of different keys', () => {
    const other = bn254Answers.cases.find(({ keyData }) => keyData !== bn254Answer?.keyData)?.keyData ?? ''
    const [x, y] = (other.slice(2).match(/.{64}/g) ?? []).map((piece) => `0x${piece}`)
    expect(said(request('register_key_bn254', { 'operation.publicKeyG1': [x, y] }), 'refusal')).toEqual([
      'bls_key_mismatch',
    ])
  })

  it("a KeyRegistrar that is not EigenLayer's", () => {
    expect(said(request('register_key_ecdsa', { chainId: 1 }), 'refusal')).toEqual(['core_contract_foreign'])
    expect(said(request('register_key_ecdsa'), 'warning')).toEqual(['contract_unknown', 'avs_unknown'])
  })

  it('the permanent, the powerful, the unproven', () => {
    expect(said(request('register_key_bn254'), 'note')).toEqual([
      ...['key_permanent', 'signing_power', 'proof_never_expires', 'transaction_never_expires'],
    ])
    expect(said(request('deregister_key'), 'warning')).toContain('key_not_freed')
    expect(said(request('register_with_stake_registry'), 'warning')).toEqual(['signing_key_unproven'])
    expect(said(request('update_signing_key'), 'note')).toContain('signing_key_at_once')
    const operator = ecdsaAnswer?.operator ?? ''
    expect(said(request('register_key_ecdsa', { 'operation.keyAddress': operator }), 'warning')).toContain(
      'signing_key_is_operator',
    )
    const zero = `0x${'0'.repeat(40)}`
    expect(said(request('register_key_ecdsa', { 'operation.keyAddress': zero }), 'refusal')).toEqual(['address_zero'])
    expect(said(request('update_signing_key', { 'operation.signingKey': zero }), 'refusal')).toEqual(['address_zero'])
  })

  it('contracts of two AVSs', () => {
    const eigenda = '0x870679E138bCdf293b7Ff14dD44b70FC97e12fc0'
    const ethgas = '0xfF94c9859E4b15341c1BA3e80CF80044cA2C4e76'
    expect(said(request('update_signing_key', { 'operation.serviceManager': eigenda }), 'refusal')).toEqual([
      'contracts_mismatch',
    ])
    expect(said(request('update_signing_key', { 'operation.stakeRegistry': ethgas }), 'refusal')).toEqual([
      'contracts_mismatch',
    ])
    const unknown = { 'operation.stakeRegistry': ecdsaAnswer?.avs, 'operation.serviceManager': ecdsaAnswer?.operator }
    expect(said(request('update_signing_key', unknown), 'warning')).toContain('avs_unknown')
  })
})
