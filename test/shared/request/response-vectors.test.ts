// Every file of vectors/responses gives its code, as the first problem, to the gate of the online side.
import { describe, expect, it } from 'vitest'
import { assemble, VerifiedResponse } from '../../../src/hot/verify/verify.ts'
import { checkResponse } from '../../../src/shared/request/check-response.ts'
import { decodeRequest } from '../../../src/shared/request/request.ts'
import { decodeResponse } from '../../../src/shared/request/response.ts'
import { readVector, readVectors } from '../../support/vectors.ts'
import { acceptedResponse, mainnet, registration, responseTo } from '../../documents/documents.ts'
import { refusalOf, refusalSoon } from '../../documents/refusal.ts'
import { responses } from '../../documents/valid-responses.ts'

const verify = (name: string): Promise<VerifiedResponse> => {
  const { against, document } = readVector('responses', name)
  return VerifiedResponse.verify(readVector('requests', against).document, document)
}

describe.each(readVectors('responses'))('$name', ({ name, expect: expected, comment }) => {
  if (expected === 'ok') {
    it(`passes: ${comment}`, async () => {
      const { check } = VerifiedResponse.open(await verify(name))
      expect(check.problems).toEqual([])
    })
  } else {
    it(`${expected}: ${comment}`, async () => {
      const refused = await refusalSoon(() => verify(name))
      expect(refused.code, refused.message).toBe(expected)
    })
    it('is refused in printable words, each problem with a hint', async () => {
      const { problems } = await refusalSoon(() => verify(name))
      for (const { message, hint } of problems) {
        expect(message).toMatch(/^[\x20-\x7e]+$/)
        expect(hint).toMatch(/^[\x20-\x7e]+$/)
      }
    })
  }
})

describe('a response with something untrue in it', () => {
  it('gives no transaction at all, whoever asks', async () => {
    const untrue = [
      'unasked_proof_carried',
      'unasked_operator_signature',
      'transactions_reversed',
      'transaction_other_fee',
    ]
    for (const name of untrue) {
      const { against, document } = readVector('responses', name)
      const request = decodeRequest('testing', readVector('requests', against).document)
      const check = await checkResponse(request, decodeResponse('testing', document))
      expect(check.problems, name).not.toEqual([])
      expect(check.transactions, name).toEqual([])
    }
  })
})

describe('what a verified response assembles', () => {
  it.for([
    ['register_valid', 1],
    ['register_two_quorums', 3],
    ['register_socket_empty', 4],
    ['register_socket_unicode', 6],
    ['register_domain_1', 7],
    ['register_domain_1_dot', 10],
  ] as const)('%s: the very transaction that the chain took', async ([name, number]) => {
    const transactions = assemble(await verify(name))
    expect(transactions.map(({ raw }) => raw)).toEqual([registration(number).rawTransaction])
  })

  it('three rungs: the lowest first, the one that the chain took', async () => {
    const transactions = assemble(await verify('register_three_rungs'))
    expect(transactions[0].raw).toBe(registration(1).rawTransaction)
    expect(transactions.map(({ fees }) => fees.maxFeePerGas)).toEqual([2_000_000_016n, 2_200_000_018n, 2_420_000_020n])
  })

  it.for([
    ['partial_bls', ['operatorSignature', 'transactions'], 1],
    ['partial_ecdsa', ['pubkeyRegistrationParams', 'transactions'], null],
  ] as const)('%s: nothing yet, and what is missing is named', async ([name, missing, key]) => {
    const response = await verify(name)
    const { check } = VerifiedResponse.open(response)
    expect(check.missing).toEqual(missing)
    expect(check.transactions).toEqual([])
    expect(check.operatorId).toBe(key === null ? null : registration(key).operatorId)
    const refused = refusalOf(() => assemble(response))
    expect(refused.code).toBe('response_incomplete')
    for (const part of missing) expect(refused.message).toContain(part)
  })

  it('the operator id is that of the proof, carried or made', async () => {
    for (const name of ['register_valid', 'register_proof_carried']) {
      expect(VerifiedResponse.open(await verify(name)).check.operatorId).toBe(registration(1).operatorId)
    }
    expect(VerifiedResponse.open(await verify('register_again')).check.operatorId).toBeNull()
  })
})

describe('the responses that ethers signed', () => {
  // What is made by ethers for want of a chain is made as what a chain took: here both exist.
  it.for([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])('registration %i: the same as the chain took', (number) => {
    const from = registration(number)
    expect(responseTo(from, from.request)).toEqual(acceptedResponse(from))
  })

  it('mainnet: the operator signature that the bytecode took', () => {
    expect(responses.register_mainnet.json.operatorSignature).toBe(mainnet.operatorSignature)
  })
})
