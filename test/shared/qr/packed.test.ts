// Packed documents: nothing lost, one form each, everything else refused, and small enough for one code.
import { describe, expect, it } from 'vitest'
import { bn254 } from '@noble/curves/bn254.js'
import { concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import type { PubkeyRegistrationParams } from '../../../src/shared/chain/bls-registration.ts'
import { decodeG2, word } from '../../../src/shared/chain/bn254.ts'
import {
  compressG1,
  compressG2,
  compressSignature,
  decompressG1,
  decompressG2,
  decompressSignature,
} from '../../../src/shared/packing/compressed.ts'
import type { Code } from '../../../src/shared/base/error-codes.ts'
import type { EcdsaSignature } from '../../../src/shared/base/fields.ts'
import { packDocument, unpackDocument } from '../../../src/shared/qr/packed.ts'
import { randomRequest, randomResponse } from '../../support/random-documents.ts'
import { Seeded } from '../../support/seeded.ts'
import { readVector, readVectors, type Folder } from '../../support/vectors.ts'
import { bytesOf, edited } from '../../documents/canonical.ts'
import { ANCHOR, registration } from '../../documents/documents.ts'
import { refusalOf } from '../../documents/refusal.ts'
import { OFF_SUBGROUP } from '../cases/request-point-cases.ts'
import { requests } from '../../documents/valid-requests.ts'

/** Bytes of a message that are one static code of version 12 and of version 15 at level L (ISO 18004, 2 letters a byte). */
const VERSION_12 = 256
const VERSION_15 = 367

const documentOf = (folder: Folder, name: string): Uint8Array => Uint8Array.from(readVector(folder, name).document)
const codeOf = (packed: Uint8Array): Code => refusalOf(() => unpackDocument(packed)).code

/** The packed request of register_valid, and where some of its fields begin. */
const WHOLE = documentOf('requests', 'register_valid')
const VALID = packDocument(WHOLE)
const AT = {
  ...{ nulls: 1, anchors: 2, blockNumber: 35, claims: 45, kind: 51, flags: 52 },
  ...{ signatureFlags: 73, domainVersion: 94, from: 127, quorums: 129, socket: 171, transactionFlags: 195, fees: 196 },
}

/** Bytes of a response before its first signature: version and kind, flags, and one anchor below entry 128. */
const BEFORE_SIGNATURE = 3 + 1 + 16 + 8

/** The packed anchor of the vectors after its entry's number: hash, then ledger. */
const ANCHORED = [...hexToBytes(ANCHOR.hash), ...hexToBytes(ANCHOR.ledger)]
/** A packed anchor of entry 3 of a ledger of its own. */
const anchorBytes = (_: unknown, ledger: number): number[] => [
  3,
  ...hexToBytes(ANCHOR.hash),
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  ledger,
]

/** A packed claim after its kind: nobody named, nobody with any stake, quorum 0. */
const UNNAMED = [0, 0, 0, 0]

/** The packed request with some bytes replaced, without a right digest at the end. */
function changed(at: number, length: number, ...bytes: number[]): Uint8Array {
  return concatBytes(VALID.subarray(0, at), Uint8Array.from(bytes), VALID.subarray(at + length))
}

describe('every accepted vector', () => {
  const vectors = (['requests', 'responses'] as const).flatMap((folder) =>
    readVectors(folder)
      .filter(({ expect: code }) => code === 'ok')
      .map(({ name, document }) => ({ folder, name, document })),
  )

  it.each(vectors)('$folder/$name comes back as it was', ({ document }) => {
    const packed = packDocument(document)
    expect(unpackDocument(packed)).toEqual(Uint8Array.from(document))
    expect(packDocument(unpackDocument(packed))).toEqual(packed)
  })
})

describe('one code holds', () => {
  const small = ['valid', 'mainnet', 'two_quorums', 'operator_id', 'three_rungs', 'domain_v1', 'socket_unicode']
  it.each(small)('the request register_%s, in version 12', (name) =>
    expect(packDocument(documentOf('requests', `register_${name}`)).length).toBeLessThanOrEqual(VERSION_12),
  )

  const standard = ['valid', 'mainnet', 'two_quorums', 'domain_v1', 'socket_unicode'] as const
  it.each(standard)('the request register_%s with one anchor, in version 12', (name) => {
    const anchors = [{ ...ANCHOR, entry: 2 ** 14 - 1 }]
    const anchored = edited(requests[`register_${name}`].json, { anchors })
    expect(packDocument(Uint8Array.from(bytesOf(anchored))).length).toBeLessThanOrEqual(VERSION_12)
  })

  it.each(standard)('the request register_%s with a print of the code, in version 12', (name) => {
    const printed = edited(requests[`register_${name}`].json, { code: 'c0de'.repeat(4) })
    expect(packDocument(Uint8Array.from(bytesOf(printed))).length).toBeLessThanOrEqual(VERSION_12)
  })

  it('the request that carries a proof, in version 15', () =>
    expect(packDocument(documentOf('requests', 'register_proof_carried')).length).toBeLessThanOrEqual(VERSION_15))

  it.each(['valid', 'mainnet', 'two_quorums', 'operator_id'])('the response register_%s, in version 15', (name) =>
    expect(packDocument(documentOf('responses', `register_${name}`)).length).toBeLessThanOrEqual(VERSION_15),
  )

  it('these very sizes', () => {
    const size = (folder: Folder): number => packDocument(documentOf(folder, 'register_valid')).length
    expect([size('requests'), size('responses')]).toEqual([219, 325])
  })
})

describe('random documents', () => {
  const make = { requests: randomRequest, responses: randomResponse }
  // A point of G2 costs most of the time.
  const rounds = { requests: 200, responses: 100 }

  it.each(['requests', 'responses'] as const)('%s come back as they were', (folder) => {
    const random = new Seeded(20)
    for (let round = 0; round < rounds[folder]; round += 1) {
      const document = make[folder](random)
      const packed = packDocument(document)
      expect(unpackDocument(packed)).toEqual(document)
      expect(packed.length).toBeLessThan(document.length)
    }
  })

  it.each(['requests', 'responses'] as const)('%s with one bit turned are refused', (folder) => {
    const random = new Seeded(21)
    const seen = new Map<Code, number>()
    for (let round = 0; round < rounds[folder]; round += 1) {
      const packed = packDocument(make[folder](random))
      const at = random.below(packed.length)
      packed[at] = (packed[at] ?? 0) ^ (1 << random.below(8))
      const refused = refusalOf(() => unpackDocument(packed))
      seen.set(refused.code, (seen.get(refused.code) ?? 0) + 1)
      // The reading of each field is strict: no second form gets as far as the comparison.
      expect(refused.message).not.toContain('another packed form')
    }
    // Often the turned bit makes another document that is well-formed: it is the digest that refuses it.
    expect(seen.get('document_checksum_wrong')).toBeGreaterThan(rounds[folder] / 8)
  })
})

describe('refused', () => {
  it.each<[string, Uint8Array, Code]>([
    ['nothing', new Uint8Array(), 'packed_invalid'],
    ['one byte', VALID.subarray(0, 1), 'packed_invalid'],
    ['an older version', changed(0, 1, 0x01), 'packed_version_unsupported'],
    ['a newer version', changed(0, 1, 0x21), 'packed_version_unsupported'],
    ['the document itself', documentOf('requests', 'register_valid'), 'packed_version_unsupported'],
    ['an unknown kind', changed(0, 1, 0x15), 'packed_invalid'],
    ['kind 0', changed(0, 1, 0x10), 'packed_invalid'],
    ['a request called a response', changed(0, 1, 0x12), 'packed_invalid'],
    ['a byte after the end', changed(VALID.length, 0, 0), 'packed_invalid'],
    ['a byte missing at the end', VALID.subarray(0, -1), 'packed_invalid'],
    ['anchors without end', changed(AT.anchors, 1, 0xff, 0xff, 0xff, 0xff, 0x0f), 'packed_invalid'],
    ['an anchor of entry 0', changed(AT.anchors, 1, 1, 0, ...ANCHORED), 'field_invalid'],
    ['two anchors of one ledger', changed(AT.anchors, 1, 2, 3, ...ANCHORED, 4, ...ANCHORED), 'field_invalid'],
    ['nine anchors', changed(AT.anchors, 1, 9, ...Array.from({ length: 9 }, anchorBytes).flat()), 'field_invalid'],
    ['an anchor under the digest of none', changed(AT.anchors, 1, 1, 3, ...ANCHORED), 'document_checksum_wrong'],
    ['claims without end', changed(AT.claims, 1, 0xff, 0xff, 0xff, 0xff, 0x0f), 'packed_invalid'],
    ['an unknown claim', changed(AT.claims, 1, 1, 2, ...UNNAMED), 'packed_invalid'],
    ['a flag beside that of the removed operator', changed(AT.claims, 1, 1, 1, 2, 0, 0, 0), 'packed_invalid'],
    ['a stake with a leading zero', changed(AT.claims, 1, 1, 1, 0, 0, 0, 2, 0, 9), 'packed_invalid'],
    ['a stake of 13 bytes', changed(AT.claims, 1, 1, 1, 0, 0, 0, 13, 1, ...new Uint8Array(12)), 'field_invalid'],
    ['a claim of quorum 1, which is not entered', changed(AT.claims, 1, 1, 1, 0, 0, 1, 0), 'field_invalid'],
    ['one claim twice', changed(AT.claims, 1, 2, 1, ...UNNAMED, 1, ...UNNAMED), 'field_invalid'],
    ['a claim under the digest of none', changed(AT.claims, 1, 1, 1, ...UNNAMED), 'document_checksum_wrong'],
    ['a varint longer than it need be', changed(AT.blockNumber, 2, 0x80, 0x88, 0x00), 'packed_invalid'],
    ['a varint of 2^53', changed(AT.blockNumber, 2, 128, 128, 128, 128, 128, 128, 128, 16), 'packed_invalid'],
    ['a varint without end', changed(AT.blockNumber, 2, ...new Array<number>(40).fill(255)), 'packed_invalid'],
    ['an operation of the future', changed(AT.kind, 1, 2), 'packed_invalid'],
    ['a flag that stands for no field', changed(AT.flags, 1, 7), 'packed_invalid'],
    ['a document flag that stands for no field', changed(AT.nulls, 1, 6), 'packed_invalid'],
    ['no transaction, and its bytes', changed(AT.nulls, 1, 0), 'packed_invalid'],
    ['a print of the code, and none of its bytes', changed(AT.nulls, 1, 3), 'packed_invalid'],
    ['a flag beside that of the signer', changed(AT.signatureFlags, 1, 2), 'packed_invalid'],
    ['a flag beside that of the sender', changed(AT.transactionFlags, 1, 2), 'packed_invalid'],
    ['a sender named', changed(AT.transactionFlags, 1, 1), 'packed_invalid'],
    ['a choice that is none', changed(AT.domainVersion, 1, 4), 'packed_invalid'],
    ['a case that is none', changed(AT.from, 1, 3), 'packed_invalid'],
    ['leading zeros in a bitmap', changed(AT.quorums, 2, 2, 0, 1), 'packed_invalid'],
    ['no quorum', changed(AT.quorums, 2, 0), 'quorums_empty'],
    ['quorum 192', changed(AT.quorums, 2, 25, 1, ...new Uint8Array(24)), 'quorum_out_of_range'],
    ['a bitmap of 33 bytes', changed(AT.quorums, 2, 33, 1, ...new Uint8Array(32)), 'packed_invalid'],
    ['text that is not UTF-8', changed(AT.socket + 1, 1, 0xff), 'packed_invalid'],
    ['text of a length beyond the end', changed(AT.socket, 1, 0xff, 0xff, 0xff, 0xff, 0x0f), 'packed_invalid'],
    ['text with an escape code', changed(AT.socket + 1, 1, 0x1b), 'socket_unprintable'],
    ['fee rungs without end', changed(AT.fees, 1, 0xff, 0xff, 0xff, 0xff, 0x0f), 'packed_invalid'],
    ['no fee rung', changed(AT.fees, 1, 0), 'packed_invalid'],
    ['another nonce under the same digest', changed(VALID.length - 9, 1, 7), 'document_checksum_wrong'],
    ['another digest', changed(VALID.length - 1, 1, (VALID.at(-1) ?? 0) ^ 1), 'document_checksum_wrong'],
  ])('%s', (_, packed, code) => expect(codeOf(packed)).toBe(code))

  it('every length but the right one', () => {
    for (const folder of ['requests', 'responses'] as const) {
      const packed = packDocument(documentOf(folder, 'register_valid'))
      for (let length = 0; length < packed.length; length += 1) {
        expect(codeOf(packed.subarray(0, length))).toBe('packed_invalid')
      }
    }
  })

  it('more than its limit, packed or unpacked', () => {
    expect(refusalOf(() => unpackDocument(VALID, VALID.length - 1)).message).toContain('expected at most')
    expect(refusalOf(() => unpackDocument(VALID, WHOLE.length - 1)).message).toContain(
      `${WHOLE.length} bytes, expected at most ${WHOLE.length - 1}`,
    )
    expect(unpackDocument(VALID, WHOLE.length)).toEqual(WHOLE)
    expect(codeOf(new Uint8Array(2 ** 20))).toBe('packed_invalid')
  })

  it('what is no document, when packed', () => {
    expect(refusalOf(() => packDocument(new Uint8Array())).code).toBe('document_empty')
    expect(refusalOf(() => packDocument(VALID)).code).toBe('document_not_text')
    const request = new TextDecoder().decode(documentOf('requests', 'register_valid'))
    expect(refusalOf(() => packDocument(utf8ToBytes(request.replace('"nonce": 6', '"nonce": 7')))).code).toBe(
      'document_checksum_wrong',
    )
  })
})

describe('compressed points', () => {
  const P = bn254.fields.Fp.ORDER
  const bytes32 = (value: bigint): Uint8Array => hexToBytes(value.toString(16).padStart(64, '0'))
  const params = registration(1).params as unknown as PubkeyRegistrationParams
  const g1 = compressG1(params.publicKeyG1)
  const g2 = compressG2(params.publicKeyG2)
  const other = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes, (byte, at) => (at === 0 ? byte ^ 0x80 : byte))

  it('have both roots', () => {
    expect(decompressG1(g1)).toEqual(params.publicKeyG1)
    expect(decompressG2(g2)).toEqual(params.publicKeyG2)
    const negated = decompressG1(other(g1))
    expect(negated?.[0]).toBe(params.publicKeyG1[0])
    expect(BigInt(negated?.[1] ?? 0)).toBe(P - BigInt(params.publicKeyG1[1]))
    const [x, [y1, y0]] = params.publicKeyG2
    expect(decompressG2(other(g2))).toEqual([x, [word(P - BigInt(y1)), word(P - BigInt(y0))]])
  })

  it('of G1 are refused without a root, and above the prime', () => {
    // x = 4: 67 is no square mod p, by Euler's criterion.
    expect(bn254.fields.Fp.pow(67n, (P - 1n) / 2n)).toBe(P - 1n)
    expect(decompressG1(bytes32(4n))).toBeNull()
    expect(decompressG1(bytes32(1n))).toEqual([word(1n), word(2n)])
    expect(decompressG1(other(bytes32(1n)))).toEqual([word(1n), word(P - 2n)])
    for (const x of [P, P + 1n, 2n ** 254n, 2n ** 254n + 1n, 2n ** 255n - 1n])
      expect(decompressG1(bytes32(x))).toBeNull()
  })

  it('of G2 are refused without a root, above the prime, and by the schema off the subgroup', () => {
    expect(decompressG2(concatBytes(g2.subarray(0, 32), bytes32(P)))).toBeNull()
    expect(decompressG2(concatBytes(bytes32(P), g2.subarray(32)))).toBeNull()
    const found = Array.from({ length: 40 }, (_, x) => decompressG2(concatBytes(bytes32(0n), bytes32(BigInt(x)))))
    const points = found.filter((words) => words !== null)
    expect(points.length).toBeGreaterThan(10)
    expect(points.length).toBeLessThan(30)
    for (const words of points) expect(() => decodeG2(words)).toThrow('subgroup')
  })

  it('in a response: no point, and a point off the subgroup', () => {
    const packed = packDocument(documentOf('responses', 'register_valid'))
    const keyG1 = BEFORE_SIGNATURE + 64
    const keyG2 = keyG1 + 32
    const noPoint = concatBytes(packed.subarray(0, keyG1), bytes32(4n), packed.subarray(keyG1 + 32))
    expect(codeOf(noPoint)).toBe('point_not_on_curve')
    const [[x1, x0]] = OFF_SUBGROUP
    const off = concatBytes(hexToBytes(x1.slice(2)), hexToBytes(x0.slice(2)))
    expect(codeOf(concatBytes(packed.subarray(0, keyG2), off, packed.subarray(keyG2 + 64)))).toBe(
      'point_not_in_subgroup',
    )
  })
})

describe('compressed signatures', () => {
  const signature = `0x${'11'.repeat(32)}${'22'.repeat(32)}` as const

  it.each(['1b', '1c'])('with v 0x%s', (v) => {
    const whole = `${signature}${v}` as EcdsaSignature
    const bytes = compressSignature(whole)
    expect(bytes.length).toBe(64)
    expect(bytes[32]).toBe(v === '1b' ? 0x22 : 0xa2)
    expect(decompressSignature(bytes)).toBe(whole)
  })

  it('with s above half of the order are refused by the schema', () => {
    const packed = packDocument(documentOf('responses', 'register_valid'))
    packed.fill(0xff, BEFORE_SIGNATURE + 32, BEFORE_SIGNATURE + 64)
    expect(codeOf(packed)).toBe('signature_malformed')
  })
})
