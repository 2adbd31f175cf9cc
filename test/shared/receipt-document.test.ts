// receipt/1: one spelling, one defect each, and its form as a code. The bytes that are expected are spelled by the test itself, as
// docs/evidence.md has them.
import { describe, expect, test } from 'vitest'
import { packDocument, unpackDocument } from '../../src/shared/packed.ts'
import { decodeReceipt, encodeReceipt } from '../../src/shared/receipt-document.ts'
import { documentCodes } from '../../src/shared/document-codes.ts'
import { sealed, type Fields } from '../evidence/pack.ts'
import { refusalOf } from './refusal.ts'

const receipt: Fields = {
  airlock: 'receipt/1',
  block: { hash: `0x${'ab'.repeat(32)}`, number: 5, timestamp: 1795251340 },
  checksum: '',
  feeWei: '1030858853537800',
  gasUsed: 649075,
  registration: { operatorStatus: 'REGISTERED', quorums: [0, 1, 191] },
  requestDigest: 'cd'.repeat(32),
  status: 'success',
  transaction: `0x${'ef'.repeat(32)}`,
}
const reverted: Fields = { ...receipt, registration: null, status: 'reverted' }
const left: Fields = { ...receipt, registration: { operatorStatus: 'NEVER_REGISTERED', quorums: [] } }

describe.each([
  ['mined', receipt],
  ['reverted', reverted],
  ['left out', left],
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
    expect(documentCodes(bytes)).toMatchObject({ kind: 'receipt', count: 1 })
  })
})

describe('refused', () => {
  const without = (name: string): Fields => Object.fromEntries(Object.entries(receipt).filter(([key]) => key !== name))
  test.each(['block', 'feeWei', 'gasUsed', 'registration', 'requestDigest', 'status', 'transaction'])(
    'no %s',
    (name) => {
      expect(refusalOf(() => decodeReceipt('reading', sealed(without(name)))).code).toBe('field_missing')
    },
  )

  const defects: readonly (readonly [string, Fields])[] = [
    ['a fee as a number', { feeWei: 5 }],
    ['a negative fee', { feeWei: '-5' }],
    ['gas in part', { gasUsed: 1.5 }],
    ['another status', { status: 'pending' }],
    ['success without a registration', { registration: null }],
    ['a registration of what reverted', { status: 'reverted' }],
    ['a status of no contract', { registration: { operatorStatus: 'EJECTED', quorums: [] } }],
    ['quorums twice', { registration: { operatorStatus: 'REGISTERED', quorums: [0, 0] } }],
    ['quorums backwards', { registration: { operatorStatus: 'REGISTERED', quorums: [1, 0] } }],
    ['a quorum above the bitmap', { registration: { operatorStatus: 'REGISTERED', quorums: [192] } }],
    ['a digest with 0x', { requestDigest: `0x${'cd'.repeat(32)}` }],
    ['a short transaction hash', { transaction: `0x${'ef'.repeat(31)}` }],
    ['a block without time', { block: { hash: `0x${'ab'.repeat(32)}`, number: 5, timestamp: 0 } }],
  ]
  test.each(defects)('%s', (_, defect) => {
    expect(refusalOf(() => decodeReceipt('reading', sealed({ ...receipt, ...defect }))).code).toBe('field_invalid')
  })

  test('a field more', () => {
    expect(refusalOf(() => decodeReceipt('reading', sealed({ ...receipt, raw: '0x' }))).code).toBe('field_unknown')
  })
})
