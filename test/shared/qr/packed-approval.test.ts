// Packed approvals and statements: byte for byte as docs/packed-format.md has them, built here by hand with ethers'
// compact signature (EIP-2098); nothing lost, one form each, everything else refused.
import { Signature } from 'ethers'
import { describe, expect, it } from 'vitest'
import { documentCodes } from '../../../src/shared/qr/document-codes.ts'
import type { Code } from '../../../src/shared/base/error-codes.ts'
import { documentKind, packDocument, unpackDocument } from '../../../src/shared/qr/packed.ts'
import { randomApproval, randomStatement } from '../../support/random-documents.ts'
import { Seeded } from '../../support/seeded.ts'
import { approvalCases, type ApprovalJson } from '../cases/approval-cases.ts'
import { bytesOf, digestOf, edited } from '../../documents/canonical.ts'
import { refusalOf } from '../../documents/refusal.ts'
import { unfreeze } from '../../documents/statements.ts'

const hex = (digits: string): Buffer => Buffer.from(digits.replace(/^0x/, ''), 'hex')
const codeOf = (packed: Uint8Array): Code => refusalOf(() => unpackDocument(packed)).code

const SUBJECTS = ['request', 'policy', 'statement']

/** An approval as the page describes its bytes. */
function byHand(document: string): Buffer {
  const { approver, digest, signature, subject } = JSON.parse(document) as ApprovalJson
  const compact = Signature.from(signature).compactSerialized
  const end = hex(digestOf(Buffer.from(document)).slice(0, 16))
  return Buffer.concat([hex('13'), hex(approver), hex(digest), hex(compact), Buffer.of(SUBJECTS.indexOf(subject)), end])
}

describe('an approval', () => {
  it.each(approvalCases)('$note: these bytes, and back', ({ document }) => {
    const packed = byHand(document)
    expect(Buffer.from(packDocument(Buffer.from(document)))).toEqual(packed)
    expect(Buffer.from(unpackDocument(packed)).toString()).toBe(document)
    expect(packed).toHaveLength(126)
  })

  it('is one code that every camera reads', () => {
    const codes = documentCodes(Buffer.from(approvalCases[0]?.document ?? ''))
    expect([codes.kind, codes.count, codes.version]).toEqual(['approval', 1, 8])
  })

  it.each<[string, number, number, Code]>([
    ['a subject that is none', 117, 3, 'packed_invalid'],
    ['another subject under the same digest', 117, 1, 'document_checksum_wrong'],
    ['another approver', 1, 0, 'document_checksum_wrong'],
    ['a statement in its first byte', 0, 0x14, 'packed_invalid'],
    ['a kind of the future', 0, 0x15, 'packed_invalid'],
  ])('refused: %s', (_, at, byte, code) => {
    const packed = byHand(approvalCases[0]?.document ?? '')
    packed[at] = byte
    expect(codeOf(packed)).toBe(code)
  })

  it('refused: s above half of the order', () => {
    const packed = byHand(approvalCases[0]?.document ?? '')
    packed.fill(0xff, 53 + 32, 53 + 64)
    expect(codeOf(packed)).toBe('signature_malformed')
  })
})

describe('a statement', () => {
  it.each(['unfreeze', 'settle'])('%s: these bytes, and back', (kind) => {
    const bytes = bytesOf(edited(unfreeze, { statement: kind }))
    const { entryHash, ledger, reason } = unfreeze
    const packed = Buffer.concat([
      ...[hex('14'), Buffer.of(12), hex(entryHash), hex(ledger), Buffer.of(reason.length), Buffer.from(reason)],
      ...[Buffer.of(kind === 'unfreeze' ? 0 : 1), hex(digestOf(bytes).slice(0, 16))],
    ])
    expect(Buffer.from(packDocument(bytes))).toEqual(packed)
    expect(Buffer.from(unpackDocument(packed))).toEqual(Buffer.from(bytes))
    expect(documentCodes(bytes).kind).toBe('statement')
  })

  it('refused: a reason with an escape code', () => {
    const packed = Buffer.from(packDocument(bytesOf(unfreeze)))
    packed[packed.indexOf('lost')] = 0x1b
    expect(codeOf(packed)).toBe('field_invalid')
  })
})

describe.each([
  ['approval', randomApproval],
  ['statement', randomStatement],
] as const)('random %ss', (kind, make) => {
  it('come back as they were', () => {
    const random = new Seeded(30)
    for (let round = 0; round < 200; round += 1) {
      const document = make(random)
      expect(documentKind(document)).toBe(kind)
      expect(Buffer.from(unpackDocument(packDocument(document)))).toEqual(Buffer.from(document))
    }
  })

  it('with one bit turned, or another length, are refused', () => {
    const random = new Seeded(31)
    for (let round = 0; round < 200; round += 1) {
      const packed = packDocument(make(random))
      expect(codeOf(packed.subarray(0, random.below(packed.length)))).toBe('packed_invalid')
      expect(codeOf(Buffer.concat([packed, Buffer.of(random.below(256))]))).toBe('packed_invalid')
      const at = random.below(packed.length)
      packed[at] = (packed[at] ?? 0) ^ (1 << random.below(8))
      expect(refusalOf(() => unpackDocument(packed)).message).not.toContain('another packed form')
    }
  })
})
