// The second and third gate: approval, the second opinion, and signatures that are known in advance.
/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment, @typescript-eslint/no-misused-spread --
   what the linter warns of is tried here on purpose: look-alikes, copies and spreads of what only a gate can make */
import { computeAddress, getBytes } from 'ethers'
import { describe, expect, it } from 'vitest'
import type { BlsKey, EcdsaKey, OpenedKeys } from '../../../src/cold/keystore/keys.ts'
import { approvalPhrase, ReviewedRequest } from '../../../src/cold/signing/review.ts'
import { compareRequest, compareSigned } from '../../../src/cold/validate/second-opinion.ts'
import { signReviewed } from '../../../src/cold/signing/sign.ts'
import { validateRequest, type ValidRequest } from '../../../src/cold/validate/validate.ts'
import { assemble, VerifiedResponse } from '../../../src/hot/verify/verify.ts'
import { callSignatures, completeCall, type DerivedRequest } from '../../../src/shared/request/derive.ts'
import type { Anchor } from '../../../src/shared/base/anchor.ts'
import type { Bytes32, UnixSeconds } from '../../../src/shared/base/fields.ts'
import { encodeResponse } from '../../../src/shared/request/response.ts'
import { bytesOf, edited, type Json } from '../../documents/canonical.ts'
import {
  ANCHOR,
  acceptedResponse,
  mainnet,
  registration,
  registrations,
  responseTo,
  type Registration,
  type RequestJson,
  type ResponseJson,
} from '../../documents/documents.ts'
import { refusalOf, refusalSoon } from '../../documents/refusal.ts'
import { requests } from '../../documents/valid-requests.ts'

const first = registration(1)
const second = registration(2)

const ecdsaOf = (from: Registration): EcdsaKey => ({
  address: computeAddress(from.ecdsaSecret) as EcdsaKey['address'],
  secret: getBytes(from.ecdsaSecret),
})
const blsOf = ({ params, operatorId, blsSecret }: Registration): BlsKey => ({
  publicKeyG1: params.publicKeyG1 as unknown as BlsKey['publicKeyG1'],
  publicKeyG2: params.publicKeyG2 as unknown as BlsKey['publicKeyG2'],
  operatorId: operatorId as Bytes32,
  secret: getBytes(blsSecret),
})
const keysOf = (from: Registration): OpenedKeys => ({ ecdsa: ecdsaOf(from), bls: blsOf(from), signing: null })

const validate = (json: RequestJson): ValidRequest =>
  validateRequest(bytesOf(json), (json.block.timestamp + 60) as UnixSeconds)
const typing =
  (line: string): (() => Promise<string>) =>
  () =>
    Promise.resolve(line)
/** What was signed, of a response that also says where it was recorded. */
function signaturesIn(response: ResponseJson): Omit<ResponseJson, 'airlock' | 'anchors'> {
  const { keySignature, operatorSignature, pubkeyRegistrationParams, requestDigest, transactions } = response
  return { keySignature, operatorSignature, pubkeyRegistrationParams, requestDigest, transactions }
}

const approve = (valid: ValidRequest): Promise<ReviewedRequest> =>
  ReviewedRequest.review(valid, typing(approvalPhrase(valid)))
const approved = (json: RequestJson): Promise<ReviewedRequest> => approve(validate(json))

describe('known keys give known signatures', () => {
  it.for(registrations.map((from, index) => [index + 1, from] as const))('registration %i', async ([, from]) => {
    const { signatures, check } = await signReviewed(await approved(from.request), keysOf(from))
    expect(signatures).toEqual(signaturesIn(acceptedResponse(from)))
    expect(check.transactions.map(({ raw }) => raw)).toEqual([from.rawTransaction])
    expect(check).toMatchObject({ problems: [], missing: [], operatorId: from.operatorId })
  })

  it('mainnet: what the bytecode took', async () => {
    const { signatures } = await signReviewed(await approved(mainnet.request), keysOf(mainnet))
    expect(signatures.operatorSignature).toBe(mainnet.operatorSignature)
    expect(signatures.pubkeyRegistrationParams).toEqual(mainnet.params)
  })

  it.for([
    'register_domain_v1',
    'register_operator_id',
    'register_proof_carried',
    'register_three_rungs',
    'register_again',
    'register_add_quorum',
  ] as const)('%s: what ethers signs with the same keys', async (name) => {
    const { json } = requests[name]
    const { signatures } = await signReviewed(await approved(json), keysOf(first))
    expect(signatures).toEqual(signaturesIn(responseTo(first, json)))
  })

  it('every time the same', async () => {
    const reviewed = await approved(first.request)
    const [once, twice] = [await signReviewed(reviewed, keysOf(first)), await signReviewed(reviewed, keysOf(first))]
    expect(twice).toEqual(once)
  })

  it('and the other machine takes them', async () => {
    const { signatures } = await signReviewed(await approved(first.request), keysOf(first))
    const verified = await VerifiedResponse.verify(
      bytesOf(first.request),
      encodeResponse({ ...signatures, anchors: [ANCHOR as Anchor] }),
    )
    expect(assemble(verified).map(({ raw }) => raw)).toEqual([first.rawTransaction])
  })
})

describe('one key at a time', () => {
  it('the operator key alone signs the message; the transaction waits for the proof', async () => {
    const { signatures, check } = await signReviewed(await approved(first.request), {
      ecdsa: ecdsaOf(first),
      bls: null,
      signing: null,
    })
    expect(signatures).toEqual({
      ...signaturesIn(acceptedResponse(first)),
      pubkeyRegistrationParams: null,
      transactions: null,
    })
    expect(check.missing).toEqual(['pubkeyRegistrationParams', 'transactions'])
  })

  it('the BLS key alone makes the proof', async () => {
    const { signatures, check } = await signReviewed(await approved(first.request), {
      ecdsa: null,
      bls: blsOf(first),
      signing: null,
    })
    expect(signatures).toEqual({
      ...signaturesIn(acceptedResponse(first)),
      operatorSignature: null,
      transactions: null,
    })
    expect(check.missing).toEqual(['operatorSignature', 'transactions'])
  })

  it('a carried proof needs no BLS key, and is not made again with one', async () => {
    const reviewed = await approved(requests.register_proof_carried.json)
    const without = await signReviewed(reviewed, { ecdsa: ecdsaOf(first), bls: null, signing: null })
    expect(without.signatures.transactions).not.toBeNull()
    expect((await signReviewed(reviewed, keysOf(first))).signatures).toEqual(without.signatures)
  })

  it('the two halves on two machines make the whole', async () => {
    const bls = await signReviewed(await approved(first.request), { ecdsa: null, bls: blsOf(first), signing: null })
    const carrying = edited(first.request as Json, {
      'operation.pubkeyRegistration': { from: 'request', params: bls.signatures.pubkeyRegistrationParams },
    }) as RequestJson
    const { check } = await signReviewed(await approved(carrying), { ecdsa: ecdsaOf(first), bls: null, signing: null })
    expect(check.transactions.map(({ raw }) => raw)).toEqual([first.rawTransaction])
  })
})

describe('wrong keys', () => {
  it('the operator key of another', async () => {
    const keys = { ecdsa: ecdsaOf(second), bls: blsOf(first), signing: null }
    const reviewed = await approved(first.request)
    const refused = await refusalSoon(() => signReviewed(reviewed, keys))
    expect(refused.code).toBe('key_not_of_operator')
    expect(refused.message).toContain(second.request.operation.operator)
    expect(refused.exitCode).toBe(11)
  })

  it('a BLS key that the request does not name', async () => {
    const reviewed = await approved(requests.register_operator_id.json)
    const refused = await refusalSoon(() =>
      signReviewed(reviewed, { ecdsa: ecdsaOf(first), bls: blsOf(second), signing: null }),
    )
    expect(refused.code).toBe('key_not_of_request')
    expect(refused.exitCode).toBe(11)
  })

  it('both at once', async () => {
    const reviewed = await approved(requests.register_operator_id.json)
    const refused = await refusalSoon(() => signReviewed(reviewed, keysOf(second)))
    expect(refused.problems.map(({ code }) => code)).toEqual(['key_not_of_operator', 'key_not_of_request'])
  })

  it('any BLS key where the request names none', async () => {
    const keys = { ecdsa: ecdsaOf(first), bls: blsOf(second), signing: null }
    const { check } = await signReviewed(await approved(first.request), keys)
    expect(check.operatorId).toBe(second.operatorId)
  })
})

describe('what was signed is checked before it leaves', () => {
  const refusedAs = async (reviewed: ReviewedRequest, keys: OpenedKeys): Promise<[string, string, number]> => {
    const { code, message, exitCode } = await refusalSoon(() => signReviewed(reviewed, keys))
    return [code, /\((\w+)\) \(own_signature_invalid\)/.exec(message)?.[1] ?? '', exitCode]
  }

  it('an address that does not belong to its secret', async () => {
    const ecdsa = { address: ecdsaOf(first).address, secret: ecdsaOf(second).secret }
    const reviewed = await approved(first.request)
    const expected = ['own_signature_invalid', 'operator_signature_wrong_signer', 9]
    expect(await refusedAs(reviewed, { ecdsa, bls: blsOf(first), signing: null })).toEqual(expected)
  })

  it('a BLS secret that does not belong to its public keys', async () => {
    const bls = { ...blsOf(first), secret: blsOf(second).secret }
    const reviewed = await approved(first.request)
    expect(await refusedAs(reviewed, { ecdsa: null, bls, signing: null })).toEqual([
      'own_signature_invalid',
      'bls_signature_invalid',
      9,
    ])
  })

  it('public keys of two secrets', async () => {
    const bls = { ...blsOf(first), publicKeyG2: blsOf(second).publicKeyG2 }
    const reviewed = await approved(first.request)
    expect(await refusedAs(reviewed, { ecdsa: null, bls, signing: null })).toEqual([
      'own_signature_invalid',
      'bls_key_mismatch',
      9,
    ])
  })

  it('a digest that is not that of the fields', async () => {
    const other = validate(second.request)
    const reviewed = await approve({ ...validate(first.request), messages: other.messages })
    expect((await refusedAs(reviewed, { ecdsa: ecdsaOf(first), bls: null, signing: null }))[1]).toBe(
      'operator_signature_wrong_signer',
    )
    expect((await refusedAs(reviewed, { ecdsa: null, bls: blsOf(first), signing: null }))[1]).toBe(
      'bls_signature_invalid',
    )
  })

  it('says that this machine must not be used', async () => {
    const bls = { ...blsOf(first), secret: blsOf(second).secret }
    const reviewed = await approved(first.request)
    const { problems } = await refusalSoon(() => signReviewed(reviewed, { ecdsa: null, bls, signing: null }))
    expect(problems[0].hint).toContain('airlock-cold selftest')
  })
})

describe('the approval', () => {
  const valid = validate(first.request)
  const quiet = validate(mainnet.request)
  const [one = '', two = '', three = ''] = valid.words
  const phrase = `sign ${one} ${two} with 1 warning`

  it('is two words of the digest and the number of warnings', () => {
    expect(approvalPhrase(valid)).toBe(phrase)
    expect(approvalPhrase(quiet)).toBe(`sign ${quiet.words.slice(0, 2).join(' ')}`)
    const loud = validate(edited(first.request, { 'operation.socket': '10.0.0.1', 'transaction.gasLimit': 21_000 }))
    expect(loud.findings.filter(({ level }) => level === 'warning')).toHaveLength(4)
    expect(approvalPhrase(loud)).toBe(`sign ${loud.words.slice(0, 2).join(' ')} with 4 warnings`)
  })

  it('is asked for in so many words', async () => {
    let asked = ''
    await ReviewedRequest.review(valid, (question) => {
      asked = question
      return Promise.resolve(phrase)
    })
    expect(asked).toContain(`type: ${phrase}\n`)
    expect(asked).toContain('[no]')
  })

  it('may have spaces around it', async () => {
    const reviewed = await ReviewedRequest.review(valid, typing(` ${phrase} `))
    expect(ReviewedRequest.open(reviewed)).toBe(valid)
  })

  it.for([
    ['an empty line', ''],
    ['a space', ' '],
    ['y', 'y'],
    ['yes', 'yes'],
    ['YES', 'YES'],
    ['sign', 'sign'],
    ['the words alone', `${one} ${two}`],
    ['the phrase in capitals', phrase.toUpperCase()],
    ['the phrase with one capital', phrase.replace('sign', 'Sign')],
    ['the phrase without the warnings', `sign ${one} ${two}`],
    ['the phrase with no warnings', `sign ${one} ${two} with 0 warnings`],
    ['the phrase with two warnings', `sign ${one} ${two} with 2 warnings`],
    ['the words turned round', `sign ${two} ${one} with 1 warning`],
    ['three words', `sign ${one} ${two} ${three} with 1 warning`],
    ['two spaces', phrase.replace(' ', '  ')],
    ['more after it', `${phrase} please`],
    ['the phrase twice', `${phrase}\n${phrase}`],
    ["another request's phrase", approvalPhrase(quiet)],
  ] as const)('%s declines', async ([, line]) => {
    const refused = await refusalSoon(() => ReviewedRequest.review(valid, typing(line)))
    expect([refused.code, refused.exitCode]).toEqual(['declined', 5])
    expect(refused.message).toContain('nothing was signed')
  })

  it('of a request without warnings is not given by a phrase with some', async () => {
    const line = `${approvalPhrase(quiet)} with 1 warning`
    expect((await refusalSoon(() => ReviewedRequest.review(quiet, typing(line)))).code).toBe('declined')
  })
})

describe('a review cannot be forged', () => {
  const valid = validate(first.request)
  const keys = keysOf(first)

  it('as far as the compiler sees', async () => {
    const reviewed = await approve(valid)
    const forgeries = (): unknown => {
      // @ts-expect-error an object without the private field is no review
      const plain: ReviewedRequest = {}
      // @ts-expect-error a copy has no private field
      const copy: ReviewedRequest = { ...reviewed }
      // @ts-expect-error the constructor is private
      new ReviewedRequest(valid, Symbol('review'))
      // @ts-expect-error a class that extends it would reach the constructor
      class Loose extends ReviewedRequest {}
      // @ts-expect-error what is valid is not yet reviewed
      void signReviewed(valid, keys)
      // @ts-expect-error a request cannot be taken out but by open()
      return [plain, copy, Loose, reviewed.valid]
    }
    // Compiled, never run.
    expect(forgeries).toBeTypeOf('function')
  })

  it('by the constructor', () => {
    const Open = ReviewedRequest as unknown as new (...values: unknown[]) => ReviewedRequest
    for (const values of [[], [valid], [valid, Symbol('review')], [valid, Symbol.for('review')], [valid, undefined]]) {
      expect(refusalOf(() => new Open(...values)).code).toBe('review_forged')
    }
    class Loose extends Open {}
    expect(refusalOf(() => new Loose(valid, Symbol('review'))).code).toBe('review_forged')
  })

  it.for([
    ['a plain object', (): unknown => ({})],
    ['the valid request', (): unknown => valid],
    ['an object of the prototype', (): unknown => Object.create(ReviewedRequest.prototype)],
    ['an object with a field of that name', (): unknown => ({ '#valid': valid, valid })],
    ['the class', (): unknown => ReviewedRequest],
    ['text', (): unknown => 'approved'],
    ['undefined', (): unknown => undefined],
    ['a list', (): unknown => [valid]],
  ] as const)('as %s', async ([, forge]) => {
    const forged = forge() as ReviewedRequest
    const refused = await refusalSoon(() => signReviewed(forged, keys))
    expect([refused.code, refused.exitCode]).toEqual(['review_forged', 9])
    expect(refusalOf(() => ReviewedRequest.open(forged)).code).toBe('review_forged')
  })

  it('by copying, wrapping or inheriting from a true one', async () => {
    const reviewed = await approve(valid)
    const forgeries = [
      { ...reviewed },
      structuredClone(reviewed),
      new Proxy(reviewed, {}),
      Object.create(reviewed) as ReviewedRequest,
      JSON.parse(JSON.stringify(reviewed)) as ReviewedRequest,
    ]
    for (const forged of forgeries) {
      expect((await refusalSoon(() => signReviewed(forged as ReviewedRequest, keys))).code).toBe('review_forged')
    }
  })

  it('as null', () => {
    expect(refusalOf(() => ReviewedRequest.open(null as unknown as ReviewedRequest)).code).toBe('review_forged')
  })
})

describe('a verified response cannot be forged', () => {
  const verified = (): Promise<VerifiedResponse> =>
    VerifiedResponse.verify(bytesOf(first.request), bytesOf(acceptedResponse(first)))

  it('as far as the compiler sees', async () => {
    const response = await verified()
    const forgeries = (): unknown => {
      // @ts-expect-error an object without the private field is no verified response
      const plain: VerifiedResponse = {}
      // @ts-expect-error a copy has no private field
      const copy: VerifiedResponse = { ...response }
      // @ts-expect-error the constructor is private
      new VerifiedResponse(VerifiedResponse.open(response), Symbol('verify'))
      // @ts-expect-error what a response proves is not the response
      assemble(VerifiedResponse.open(response))
      return [plain, copy]
    }
    expect(forgeries).toBeTypeOf('function')
  })

  it('by the constructor', async () => {
    const proven = VerifiedResponse.open(await verified())
    const Open = VerifiedResponse as unknown as new (...values: unknown[]) => VerifiedResponse
    for (const values of [[], [proven], [proven, Symbol('verify')]]) {
      expect(refusalOf(() => new Open(...values)).code).toBe('review_forged')
    }
  })

  it('by likeness', async () => {
    const response = await verified()
    const forgeries: readonly unknown[] = [
      {},
      'verified',
      undefined,
      VerifiedResponse.open(response),
      Object.create(VerifiedResponse.prototype),
      { ...response },
      structuredClone(response),
      new Proxy(response, {}),
    ]
    for (const forged of forgeries) {
      expect(refusalOf(() => assemble(forged as VerifiedResponse)).code).toBe('review_forged')
    }
  })

  it('as null', () => {
    expect(refusalOf(() => assemble(null as unknown as VerifiedResponse)).code).toBe('review_forged')
  })
})

describe('the second opinion', () => {
  const waiting = validate(first.request)
  const whole = validate(requests.register_add_quorum.json)
  const other = `0x${'5a'.repeat(32)}` as Bytes32
  const disagreement = (derived: DerivedRequest): string => {
    const { code, message, exitCode } = refusalOf(() => compareRequest(derived))
    expect([code, exitCode]).toEqual(['encoders_disagree', 9])
    return message
  }

  it('agrees with every valid request', () => {
    for (const { json } of Object.values(requests)) expect(() => compareRequest(validate(json))).not.toThrow()
  })

  it.for([
    ['operatorSignature', 'digest', 'EIP-712 digest'],
    ['operatorSignature', 'domainHash', 'domain hash'],
    ['operatorSignature', 'messageHash', 'message hash'],
    ['pubkeyRegistrationParams', 'digest', 'EIP-712 digest'],
    ['pubkeyRegistrationParams', 'domainHash', 'domain hash'],
    ['pubkeyRegistrationParams', 'messageHash', 'message hash'],
  ] as const)('sees a changed %s %s', ([part, hash, named]) => {
    expect(waiting.messages.map((message) => message.part)).toContain(part)
    const messages = waiting.messages.map((message) =>
      message.part === part ? { ...message, hashes: { ...message.hashes, [hash]: other } } : message,
    )
    expect(disagreement({ ...waiting, messages })).toContain(named)
  })

  it('sees a message with a field changed under its digest', () => {
    const [message, ...others] = waiting.messages
    if (message?.part !== 'operatorSignature') throw new Error('operatorSignature is not asked for')
    const data = { ...message.data, message: { ...message.data.message, expiry: 1n } }
    const messages = [{ ...message, data }, ...others]
    expect(disagreement({ ...waiting, messages })).toContain('message hash')
  })

  it('sees changed calldata', () => {
    const { complete } = whole
    if (complete === null) throw new Error('the call is not complete')
    const calldata = `${complete.calldata.slice(0, -1)}1` as const
    expect(
      disagreement({ ...whole, complete: { ...complete, calldata: calldata as typeof complete.calldata } }),
    ).toContain('calldata')
  })

  it('sees a call with an argument changed under its calldata', () => {
    const { complete } = whole
    if (complete === null) throw new Error('the call is not complete')
    const [, ...rest] = complete.call.args
    expect(
      disagreement({ ...whole, complete: { ...complete, call: { ...complete.call, args: ['0x07', ...rest] } } }),
    ).toContain('calldata')
  })

  it.for([
    ['gas', { gas: 1n }],
    ['nonce', { nonce: 99 }],
    ['chain id', { chainId: 1 }],
    ['price', { maxFeePerGas: 10n ** 15n }],
    ['target', { to: registration(2).request.operation.operator as never }],
    ['value', { value: 1n }],
    ['calldata', { data: '0xa50857bf' as const }],
  ] as const)('sees a transaction with another %s', ([, change]) => {
    const { complete } = whole
    if (complete === null) throw new Error('the call is not complete')
    const transactions = complete.transactions.map((each) => ({ ...each, ...change }))
    disagreement({ ...whole, complete: { ...complete, transactions } })
  })

  it('sees a transaction too many or too few', () => {
    const { complete } = whole
    if (complete === null) throw new Error('the call is not complete')
    for (const transactions of [[], [...complete.transactions, ...complete.transactions]]) {
      expect(disagreement({ ...whole, complete: { ...complete, transactions } })).toContain('number of transactions')
    }
  })

  it('agrees with what was signed, and looks at each part of it', async () => {
    const { signatures } = await signReviewed(await approve(waiting), keysOf(first))
    expect(() => compareSigned(waiting, signatures)).not.toThrow()
    const { transactions } = completeCall(waiting.request, callSignatures(waiting.request, signatures))
    expect(transactions).toHaveLength(signatures.transactions?.length ?? 0)
  })
})
