// What a wallet is asked, against the wallet vendor's own library: it reads our codes field by field, and writes the same
// bytes from the same fields. What it would hash is what ethers hashes of the request.
import { describe, expect, it } from 'vitest'
import { bytesToHex } from '@noble/hashes/utils.js'
import { Transaction } from 'ethers'
import { resourceCodes } from '../../../src/shared/qr/document-codes.ts'
import { decodeRequest } from '../../../src/shared/request/request.ts'
import { encodeResource } from '../../../src/shared/qr/ur.ts'
import {
  encodeQuestion,
  QUESTION_TYPE,
  readKeyPath,
  walletQuestions,
  type SignedParts,
  type WalletQuestion,
} from '../../../src/shared/wallet/wallet-question.ts'
import { digestOfQuestion, EthSignRequest, readQuestion } from '../../support/keystone.ts'
import { bytesOf, edited } from '../../documents/canonical.ts'
import { avsDigest, calldataOf, transactionOf, type RequestJson } from '../../documents/documents.ts'
import { requests, type RequestName } from '../../documents/valid-requests.ts'
import { responses } from '../../documents/valid-responses.ts'

const NONE: SignedParts = { keySignature: null, operatorSignature: null, pubkeyRegistrationParams: null }
const PATH = "m/44'/60'/0'/0/7"
const KEY = { path: readKeyPath(PATH) ?? [], fingerprint: '0f12e3d4' }

const documentOf = (json: RequestJson): ReturnType<typeof decodeRequest> => decodeRequest('testing', bytesOf(json))
/** What was signed of a response before its transactions. */
const madeIn = (name: keyof typeof responses): SignedParts => responses[name].json as unknown as SignedParts
function transactionIn({ transaction }: RequestJson): NonNullable<RequestJson['transaction']> {
  if (transaction === null) throw new Error('the request asks for no transaction')
  return transaction
}
const idOf = ({ requestId }: WalletQuestion): string =>
  bytesToHex(requestId).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

/** The questions of a request whose other parts are signed. */
const questionsOf = (name: keyof typeof responses & RequestName): readonly WalletQuestion[] =>
  walletQuestions(documentOf(requests[name].json), madeIn(name))

const whole = [
  'register_valid',
  'register_two_quorums',
  'register_domain_1',
  'register_domain_1_dot',
  'register_domain_v1',
  'register_socket_unicode',
  'register_proof_carried',
  'register_three_rungs',
  'register_again',
  'register_add_quorum',
  'register_mainnet',
] as const

describe.each(whole)('%s', (name) => {
  const { json } = requests[name]
  const { chainId, operation, transaction } = json
  const questions = questionsOf(name)

  it('asks for the message where the request does, and for a transaction of each rung', () =>
    expect(questions.map(({ part, rung }) => [part, rung])).toEqual([
      ...(operation.operatorSignature === null ? [] : [['operatorSignature', null]]),
      ...(transaction?.fees ?? []).map((_, index) => ['transactions', index + 1]),
    ]))

  it.each(questions)('$part $rung: the vendor reads each field', (question) => {
    const read = EthSignRequest.fromCBOR(Buffer.from(encodeQuestion(question, KEY)))
    expect(read.getRequestId()?.toString('hex')).toBe(bytesToHex(question.requestId))
    expect(read.getSignData()).toEqual(Buffer.from(question.signData))
    expect(read.getDataType()).toBe(question.part === 'transactions' ? 4 : 2)
    expect(read.getChainId()).toBe(chainId)
    expect(`m/${read.getDerivationPath()}`).toBe(PATH)
    expect(read.getSourceFingerprint().toString('hex')).toBe(KEY.fingerprint)
    expect(`0x${read.getSignRequestAddress()?.toString('hex')}`).toBe(operation.operator.toLowerCase())
    expect(read.getOrigin()).toBe('airlock')
  })

  it.each(questions)('$part $rung: the vendor writes the same bytes', (question) => {
    const { dataType, signData, signer } = question
    const fields = [Buffer.from(signData), dataType, PATH, KEY.fingerprint, idOf(question), chainId, signer] as const
    const theirs = EthSignRequest.constructETHRequest(...fields, 'airlock').toCBOR()
    expect(bytesToHex(encodeQuestion(question, KEY))).toBe(theirs.toString('hex'))
  })

  it.each(questions)('$part $rung: what the wallet hashes is what ethers hashes of the request', (question) => {
    const { operatorSignature, pubkeyRegistrationParams } = responses[name].json
    const field = operation.pubkeyRegistration
    const params = field !== null && 'params' in field ? field.params : pubkeyRegistrationParams
    const data = calldataOf(json, operatorSignature, params)
    const expected =
      question.rung === null ? avsDigest(json) : transactionOf(json, data, question.rung - 1).unsignedHash
    expect(digestOfQuestion(EthSignRequest.fromCBOR(Buffer.from(encodeQuestion(question, KEY))))).toBe(expected)
    expect(question.digest).toBe(expected)
  })
})

describe('the codes', () => {
  const [message, transaction] = questionsOf('register_valid')
  if (message === undefined || transaction === undefined) throw new Error('no questions')

  it.each([
    ['message', message, undefined],
    ['message in small parts', message, 5],
    ['transaction', transaction, undefined],
    ['transaction in small parts', transaction, 4],
    ['transaction in one large code', transaction, 40],
  ] as const)('of the %s are read by the vendor', (_, question, densest) => {
    const cbor = encodeQuestion(question, KEY)
    const codes = resourceCodes('question', QUESTION_TYPE, cbor, densest)
    const shown = codes.round.map((number) => codes.text(number))
    expect(shown[0]).toMatch(/^UR:ETH-SIGN-REQUEST\/[A-Z0-9/-]+$/)
    expect(readQuestion(shown).toCBOR()).toEqual(Buffer.from(cbor))
  })

  it('are one or many, and read when every second one is lost', () => {
    const cbor = encodeQuestion(transaction, KEY)
    expect(encodeResource(QUESTION_TYPE, cbor, cbor.length).count).toBe(1)
    const codes = encodeResource(QUESTION_TYPE, cbor, 60)
    expect(codes.count).toBeGreaterThan(10)
    const numbers = Array.from({ length: 20 * codes.count }, (_, index) => 2 * index + 1)
    expect(readQuestion(numbers.map((number) => codes.code(number))).toCBOR()).toEqual(Buffer.from(cbor))
  })
})

describe('the transaction', () => {
  it.each([
    ['nothing', NONE],
    ['the operator signature alone', { ...madeIn('register_valid'), pubkeyRegistrationParams: null }],
    ['the BLS proof alone', { ...madeIn('register_valid'), operatorSignature: null }],
  ])('is not asked for with %s', (_, made) =>
    expect(walletQuestions(documentOf(requests.register_valid.json), made).map(({ part }) => part)).toEqual([
      'operatorSignature',
    ]),
  )

  it('has the bytes of an unsigned EIP-1559 transaction', () => {
    const [, question] = questionsOf('register_valid')
    const read = Transaction.from(`0x${bytesToHex(question?.signData ?? new Uint8Array())}`)
    expect([read.type, read.signature, read.from]).toEqual([2, null, null])
  })
})

describe('the request id', () => {
  const ids = (json: RequestJson, made = madeIn('register_valid')): readonly string[] =>
    walletQuestions(documentOf(json), made).map(idOf)
  const { json } = requests.register_valid

  it("is a UUID of version 5 (RFC 9562), which the vendor's library takes", () => {
    for (const id of ids(json))
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
  it('is the same again', () => expect(ids(json)).toEqual(ids(json)))
  it('is another for each part and rung', () =>
    expect(new Set(questionsOf('register_three_rungs').map(idOf)).size).toBe(4))
  it('is another for another request, though the message is the same', () => {
    const { nonce } = transactionIn(json)
    const [message, transaction] = ids(edited(json, { 'transaction.nonce': nonce + 1 }))
    expect(ids(json)).not.toContain(message)
    expect(ids(json)).not.toContain(transaction)
  })
  it('of the transaction is another with other calldata', () => {
    const other = responses.register_two_quorums.json.operatorSignature as SignedParts['operatorSignature']
    const [message, transaction] = ids(json, { ...madeIn('register_valid'), operatorSignature: other })
    expect(ids(json)[0]).toBe(message)
    expect(ids(json)[1]).not.toBe(transaction)
  })
})

describe('the path of a key', () => {
  it.each([
    ["m/44'/60'/0'/0/0", 5],
    ["m/44h/60H/0'", 3],
    ['m/0', 1],
    ['m/2147483647', 1],
  ])('%s', (text, steps) => expect(readKeyPath(text)).toHaveLength(steps))
  it.each(['', 'm', 'm/', "44'/60'", 'm/2147483648', "m/44''", 'm/-1', 'm/01', 'm/0/', 'm//0', `m${'/0'.repeat(17)}`])(
    'not "%s"',
    (text) => expect(readKeyPath(text)).toBeNull(),
  )
})
