// What a wallet answers, written by the wallet vendor's own library and signed by ethers; and what is none.
import { describe, expect, it } from 'vitest'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { SigningKey } from 'ethers'
import { encodeItem, Tagged, type CborItem } from '../../../src/shared/wallet/cbor-items.ts'
import { resourceOf } from '../../../src/shared/qr/ur.ts'
import { UrReader } from '../../../src/shared/qr/ur-reader.ts'
import { ANSWER_TYPE, decodeAnswer, readSignature } from '../../../src/shared/wallet/wallet-answer.ts'
import { answerCodes, ETHSignature } from '../../support/keystone.ts'
import { Seeded } from '../../support/seeded.ts'
import { registration } from '../../documents/documents.ts'

const ID = Buffer.from('9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d', 'hex')
/** The order of secp256k1 (SEC 2, 2.4.1). */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** A signature by ethers, v left out. */
function signed(round = 0): { r: string; s: string; parity: 0 | 1; serialized: string } {
  const digest = `0x${(round + 1).toString(16).padStart(64, '0')}`
  const { r, s, yParity, serialized } = new SigningKey(registration(1).ecdsaSecret).sign(digest)
  return { r: r.slice(2), s: s.slice(2), parity: yParity, serialized }
}

const withV = ({ r, s }: { r: string; s: string }, v: bigint | number): Uint8Array => {
  const hex = v.toString(16)
  return hexToBytes(r + s + hex.padStart(hex.length + (hex.length % 2), '0'))
}

describe("the vendor's codes", () => {
  it.each([
    ['one code', 400, 1],
    ['two parts', 50, 2],
    ['nine parts', 12, 9],
  ])('%s', (_, longest, count) => {
    const signature = Buffer.from(signed().serialized.slice(2), 'hex')
    const codes = answerCodes(new ETHSignature(signature, ID, 'Keystone'), longest)
    expect(codes.length).toBe(count)
    const reader = new UrReader({}, resourceOf(ANSWER_TYPE))
    for (const code of codes) reader.receive(code)
    const answer = decodeAnswer(reader.message ?? new Uint8Array())
    expect(answer).toEqual({ requestId: new Uint8Array(ID), signature: new Uint8Array(signature) })
  })

  it('without a request id, and without an origin', () => {
    const signature = Buffer.alloc(65, 1)
    expect(decodeAnswer(new ETHSignature(signature).toCBOR())).toEqual({
      requestId: null,
      signature: new Uint8Array(signature),
    })
  })

  it('are not read as documents, nor documents as answers', () => {
    const [code = ''] = answerCodes(new ETHSignature(Buffer.alloc(65, 1), ID))
    expect(new UrReader().receive(code)).toEqual({ outcome: 'rejected', fault: 'type_unsupported' })
  })
})

describe('an answer', () => {
  const item = (...entries: [number, CborItem][]): Uint8Array => encodeItem(new Map(entries))
  const id = new Tagged(37, new Uint8Array(ID))
  const signature = new Uint8Array(65)

  it('may have the tag that EIP-4527 gives it', () => {
    const tagged = encodeItem(
      new Tagged(
        402,
        new Map<number, CborItem>([
          [1, id],
          [2, signature],
        ]),
      ),
    )
    expect(decodeAnswer(tagged)).toEqual({ requestId: new Uint8Array(ID), signature })
  })

  it.each([
    ['nothing', new Uint8Array()],
    ['no map', encodeItem([1, 2])],
    ['another tag', encodeItem(new Tagged(401, new Map<number, CborItem>([[2, signature]])))],
    ['no signature', item([1, id])],
    ['a signature that is text', item([1, id], [2, '0x00'])],
    ['a request id without its tag', item([1, new Uint8Array(ID)], [2, signature])],
    ['a request id with another tag', item([1, new Tagged(36, new Uint8Array(ID))], [2, signature])],
    ['a request id of 15 bytes', item([1, new Tagged(37, new Uint8Array(15))], [2, signature])],
    ['a request id that is text', item([1, new Tagged(37, '9b1deb4d')], [2, signature])],
    ['an origin that is a number', item([1, id], [2, signature], [3, 4])],
    ['a byte after the end', Uint8Array.from([...item([1, id], [2, signature]), 0])],
  ])('is none: %s', (_, cbor) => expect(decodeAnswer(cbor)).toBeNull())

  it('is never a fault of the program, whatever the bytes', () => {
    const random = new Seeded(402)
    const good = item([1, id], [2, signature])
    for (let round = 0; round < 20_000; round += 1) {
      const bytes = good.slice(0, 1 + random.below(good.length))
      bytes[random.below(bytes.length)] = random.below(256)
      expect(() => decodeAnswer(bytes)).not.toThrow()
    }
  })
})

describe('v', () => {
  // Both parities are among the first signatures.
  const both = ([0, 1] as const).map((parity) => {
    const found = Array.from({ length: 32 }, (_, round) => signed(round)).find((each) => each.parity === parity)
    if (found === undefined) throw new Error('no such parity')
    return found
  })

  it.each([1, 17_000, 31_337, 11_297_108_109])('in its three spellings on chain %i', (chainId) => {
    for (const found of both) {
      for (const base of [0n, 27n, 35n + 2n * BigInt(chainId)]) {
        const read = readSignature(withV(found, base + BigInt(found.parity)), chainId)
        expect(read).toEqual({ signature: found.serialized })
      }
    }
  })

  it('of EIP-155 with zeros before it', () => {
    const [found] = both
    const bytes = hexToBytes(`${found?.r ?? ''}${found?.s ?? ''}00000025`)
    expect(readSignature(bytes, 1)).toEqual({ signature: found?.serialized })
  })

  it.each([
    ['2', 2],
    ['26', 26],
    ['29', 29],
    ['34', 34],
    ['that of the next chain', 35 + 2 * 17_001],
    ['one less than that of the chain', 35 + 2 * 17_000 - 1],
  ])('is refused: %s', (_, v) =>
    expect(readSignature(withV(signed(), v), 17_000)).toHaveProperty(
      'fault',
      expect.stringContaining(`v is ${v}, expected 0 or 1`),
    ),
  )
})

describe('a signature is refused', () => {
  const { r, s, parity } = signed()
  const word = (value: bigint): string => value.toString(16).padStart(64, '0')
  it.each([
    ['with s in the upper half', { r, s: word(ORDER - BigInt(`0x${s}`)) }, 'upper half'],
    ['with s zero', { r, s: word(0n) }, 's is zero'],
    ['with r zero', { r: word(0n), s }, 'r is outside'],
    ['with r the order', { r: word(ORDER), s }, 'r is outside'],
  ])('%s', (_, rs, said) =>
    expect(readSignature(withV(rs, parity), 1)).toHaveProperty('fault', expect.stringContaining(said)),
  )
  it.each([0, 1, 64, 73, 130])('with %i bytes', (length) =>
    expect(readSignature(new Uint8Array(length), 1)).toHaveProperty(
      'fault',
      expect.stringContaining(`${length} bytes`),
    ),
  )
  it('the one that is good is not', () =>
    expect(readSignature(withV(signed(), parity), 1)).toEqual({ signature: signed().serialized }))
  it('and 65 bytes are what is written', () => expect(bytesToHex(withV(signed(), parity))).toHaveLength(130))
})
