// The first gate: what it checks in which order, and that it names everything at once.
import { describe, expect, it, vi } from 'vitest'
import { compareRequest } from '../../../src/cold/validate/second-opinion.ts'
import { validateRequest, type ValidRequest } from '../../../src/cold/validate/validate.ts'
import { ecdsaMessage } from '../../../src/shared/request/derive.ts'
import type { UnixSeconds } from '../../../src/shared/base/fields.ts'
import type { RegisterOperation } from '../../../src/shared/operations/register.ts'
import type { UnsignedRequest } from '../../../src/shared/request/request.ts'
import { bytesOf, edited, digestOf, type Json } from '../../documents/canonical.ts'
import { registrations } from '../../documents/documents.ts'
import { refusalOf } from '../../documents/refusal.ts'
import { known } from '../../shared/cases/request-judged-cases.ts'
import { requests } from '../../documents/valid-requests.ts'

// Watched, not replaced: the true one runs, and disagrees in no test of this file.
vi.mock('../../../src/cold/validate/second-opinion.ts', { spy: true })

const { register_valid, register_add_quorum, register_mainnet, register_proof_carried, register_three_rungs } = requests
const CLOCK = (register_valid.json.block.timestamp + 3600) as UnixSeconds
const MAINNET_CLOCK = (register_mainnet.json.block.timestamp + 60) as UnixSeconds

const validate = (json: Json, clock = CLOCK): ValidRequest => validateRequest(bytesOf(json), clock)
const problemsOf = (json: Json, clock = CLOCK): string[] =>
  refusalOf(() => validate(json, clock)).problems.map(({ code, message }) => `${code}: ${message}`)

function registrationIn({ operation }: UnsignedRequest): RegisterOperation {
  if (operation.kind !== 'register') throw new Error(`a registration was expected, not ${operation.kind}`)
  return operation
}

describe('a valid request', () => {
  it.for(registrations.map((from, index) => [index + 1, from] as const))('registration %i', ([, from]) => {
    const valid = validate(from.request, (from.request.block.timestamp + 1) as UnixSeconds)
    expect(valid.digest).toBe(digestOf(bytesOf(from.request)))
    expect(valid.words).toHaveLength(8)
    expect(ecdsaMessage(valid.messages, 'operatorSignature')?.data.message).toMatchObject({
      operator: from.request.operation.operator,
      avs: from.request.operation.serviceManager,
      expiry: BigInt(from.request.expiry),
    })
    // The calldata waits for the signatures.
    expect(valid.complete).toBeNull()
  })

  it('that needs no other signature is complete', () => {
    const { complete, messages } = validate(register_add_quorum.json)
    expect(messages).toEqual([])
    expect(complete?.transactions).toHaveLength(1)
    expect(complete?.calldata.slice(0, 10)).toBe('0xa50857bf')
  })

  it('cannot be changed once it is decoded', () => {
    const { request } = validate(register_three_rungs.json)
    const operation = registrationIn(request)
    const parts: readonly object[] = [
      request,
      request.block,
      operation,
      operation.operatorSignature ?? {},
      operation.pubkeyRegistration ?? {},
      operation.quorums,
      request.transaction ?? {},
      request.transaction?.fees ?? {},
      ...(request.transaction?.fees ?? [{}]),
    ]
    for (const part of parts) expect(Object.isFrozen(part)).toBe(true)
    const carried = registrationIn(validate(register_proof_carried.json).request).pubkeyRegistration
    if (carried?.from !== 'request') throw new Error('no proof was carried')
    const { params } = carried
    for (const part of [params, params.publicKeyG1, params.publicKeyG2, ...params.publicKeyG2, params.signature]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })

  it('has had its second opinion', () => {
    const { findings, ...derived } = validate(register_valid.json)
    expect(findings).toHaveLength(2)
    expect(compareRequest).toHaveBeenCalledWith(derived)
  })

  it('carries its warnings and notes along', () => {
    expect(validate(register_valid.json).findings.map(({ code }) => code)).toEqual(['avs_unknown', 'bls_key_permanent'])
    expect(validate(register_mainnet.json, MAINNET_CLOCK).findings.map(({ code }) => code)).toEqual([
      'bls_key_permanent',
    ])
  })
})

describe('everything wrong is named at once', () => {
  it('in the fields', () => {
    const found = problemsOf(
      edited(register_valid.json, {
        chainId: 0,
        'block.hash': undefined,
        'operation.operator': register_valid.json.operation.operator.toLowerCase(),
        'operation.quorums': [1, 0],
        'operation.socket': '\u001b[2J',
        'transaction.gasLimit': 1,
        'transaction.value': '1',
      }),
    )
    expect(found.map((text) => text.split(':')[0])).toEqual([
      'field_missing',
      'field_invalid',
      'address_checksum',
      'quorums_unordered',
      'socket_unprintable',
      'gas_limit_out_of_range',
      'field_unknown',
    ])
  })

  it('in what the fields say', () => {
    const found = problemsOf(
      edited(register_mainnet.json, {
        'operation.serviceManager': known.unknown,
        'operation.operatorSignature.avsDirectory': known.holeskyDirectory,
        'transaction.fees.0.maxFeePerGas': '1000000000000000000',
      }),
      register_mainnet.json.expiry as UnixSeconds,
    )
    expect(found.map((text) => text.split(':')[0])).toEqual([
      'expiry_past',
      'core_contract_foreign',
      'fee_absurd',
      'contracts_mismatch',
    ])
  })

  it('by the name that stands in the file', () => {
    const [first] = problemsOf(
      edited(register_three_rungs.json, { 'transaction.fees.1.maxPriorityFeePerGas': '3000000000' }),
    )
    expect(first).toContain('transaction.fees[1]')
    const [hostile] = problemsOf(edited(register_valid.json, { 'operation.\u001b[2J': 1 }))
    expect(hostile).toBe('field_unknown: operation."\\u{1b}[2J" is not a field of this document')
  })

  it('without the words of the file, but quoted and cut', () => {
    const [first] = problemsOf(edited(register_valid.json, { 'block.hash': `\u202e${'x'.repeat(5000)}` }))
    expect(first).toMatch(/^field_invalid: block\.hash is "\\u\{202e\}x{79}"\.\.\. \(4921 more characters\)/)
  })

  it('with all that would have been right', () => {
    const [first] = problemsOf(edited(register_valid.json, { 'operation.operatorSignature.domainVersion': '2' }))
    expect(first).toContain('expected "1", "1.", "v1" or null')
  })

  it('once each', () => {
    expect(problemsOf(edited(register_valid.json, { chainId: 2 ** 53 }))).toHaveLength(1)
  })
})

describe('one stage after the other', () => {
  it('what is spelled wrong is not judged', () => {
    const text = bytesOf(edited(register_mainnet.json, { 'operation.serviceManager': known.unknown })).toString()
    const { code, problems } = refusalOf(() => validateRequest(Buffer.from(text.trimEnd()), CLOCK))
    expect([code, problems.length]).toEqual(['document_not_canonical', 1])
  })

  it('what is malformed is not judged', () => {
    const both = edited(register_mainnet.json, { chainId: '1', 'operation.serviceManager': known.unknown })
    expect(problemsOf(both, MAINNET_CLOCK).map((text) => text.split(':')[0])).toEqual(['field_invalid'])
  })

  it('says what it was doing', () =>
    expect(refusalOf(() => validate(edited(register_valid.json, { chainId: 0 }))).doing).toBe('checking request'))
})

describe('the exit code', () => {
  it.for([
    ['a malformed request', { chainId: 0 }, 3],
    ['a request of the wrong contracts', { 'operation.serviceManager': register_valid.json.operation.operator }, 3],
    ['an expired request', { 'block.timestamp': register_valid.json.expiry }, 8],
  ] as const)('of %s', ([, edits, exitCode]) =>
    expect(refusalOf(() => validate(edited(register_valid.json, edits))).exitCode).toBe(exitCode),
  )
})
