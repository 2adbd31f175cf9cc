// receipt/1: one spelling, one defect each, and its form as a code. The bytes that are expected are spelled by the test itself, as
// docs/evidence.md has them.
import { describe, expect, test } from 'vitest'
import { packDocument, unpackDocument } from '../../../src/shared/qr/packed.ts'
import { decodeReceipt, encodeReceipt } from '../../../src/shared/ledger/receipt-document.ts'
import { documentCodes } from '../../../src/shared/qr/document-codes.ts'
import { quote } from '../../../src/shared/base/quote.ts'
import { sealed, type Fields } from '../../evidence/pack.ts'
import { refusalOf } from '../../documents/refusal.ts'

const receipt: Fields = {
  airlock: 'receipt/1',
  block: { hash: `0x${'ab'.repeat(32)}`, number: 5, timestamp: 1795251340 },
  checksum: '',
  feeWei: '1030858853537800',
  gasUsed: 649075,
  readBack: [
    { name: 'RegistryCoordinator', value: 'REGISTERED' },
    { name: 'quorums', value: '0, 1, 191' },
  ],
  requestDigest: 'cd'.repeat(32),
  status: 'success',
  transaction: `0x${'ef'.repeat(32)}`,
}
const reverted: Fields = { ...receipt, readBack: null, status: 'reverted' }
const left: Fields = { ...receipt, readBack: [] }
/** As many facts as there may be, and one of them as long as it may be: 512 characters that are each quoted with eight. */
const long: Fields = {
  ...receipt,
  readBack: Array.from({ length: 32 }, (_, index) => ({
    name: 'n'.repeat(40),
    value: index === 0 ? quote('\u{202e}'.repeat(512), 512) : '',
  })),
}

describe.each([
  ['mined', receipt],
  ['reverted', reverted],
  ['nothing read', left],
  ['much read', long],
])('a receipt: %s', (_, fields) => {
  test('is read and spelled again, byte by byte', () => {
    const bytes = sealed(fields)
    const { airlock, checksum, ...read } = decodeReceipt('reading', bytes) as unknown as Fields & { airlock?: string }
    expect([airlock, checksum]).toEqual(['receipt/1', (JSON.parse(bytes.toString()) as Fields)['checksum']])
    expect(Buffer.from(encodeReceipt(decodeReceipt('reading', bytes))).equals(bytes)).toBe(true)
    expect(read).toMatchObject({ gasUsed: 649075 })
  })

  test('crosses as one code, of kind 5', () => {
    const bytes = sealed(fields)
    const packed = packDocument(bytes)
    expect(packed[0]).toBe(0x15)
    expect(Buffer.from(unpackDocument(packed)).equals(bytes)).toBe(true)
    expect(documentCodes(bytes).kind).toBe('receipt')
    if (fields !== long) expect(documentCodes(bytes).count).toBe(1)
  })
})

describe('refused', () => {
  const without = (name: string): Fields => Object.fromEntries(Object.entries(receipt).filter(([key]) => key !== name))
  test.each(['block', 'feeWei', 'gasUsed', 'readBack', 'requestDigest', 'status', 'transaction'])('no %s', (name) => {
    expect(refusalOf(() => decodeReceipt('reading', sealed(without(name)))).code).toBe('field_missing')
  })

  const defects: readonly (readonly [string, Fields])[] = [
    ['a fee as a number', { feeWei: 5 }],
    ['a negative fee', { feeWei: '-5' }],
    ['gas in part', { gasUsed: 1.5 }],
    ['another status', { status: 'pending' }],
    ['success without what was read', { readBack: null }],
    ['something read of what reverted', { status: 'reverted' }],
    ['a fact without a name', { readBack: [{ name: '', value: 'REGISTERED' }] }],
    ['a name of 41 characters', { readBack: [{ name: 'n'.repeat(41), value: '' }] }],
    ['a value of 4,201 characters', { readBack: [{ name: 'socket', value: 'v'.repeat(4201) }] }],
    ['a value that is no text', { readBack: [{ name: 'quorums', value: [0] }] }],
    ['33 facts', { readBack: Array.from({ length: 33 }, () => ({ name: 'n', value: '' })) }],
    ['a fact that is no object', { readBack: ['REGISTERED'] }],
    ['a digest with 0x', { requestDigest: `0x${'cd'.repeat(32)}` }],
    ['a short transaction hash', { transaction: `0x${'ef'.repeat(31)}` }],
    ['a block without time', { block: { hash: `0x${'ab'.repeat(32)}`, number: 5, timestamp: 0 } }],
  ]
  test.each(defects)('%s', (_, defect) => {
    expect(refusalOf(() => decodeReceipt('reading', sealed({ ...receipt, ...defect }))).code).toBe('field_invalid')
  })

  test('a field more', () => {
    expect(refusalOf(() => decodeReceipt('reading', sealed({ ...receipt, raw: '0x' }))).code).toBe('field_unknown')
    const fact = { name: 'socket', value: '', from: 'a node' }
    expect(refusalOf(() => decodeReceipt('reading', sealed({ ...receipt, readBack: [fact] }))).code).toBe(
      'field_unknown',
    )
  })
})
