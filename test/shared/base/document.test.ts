// The laws of the canonical spelling, and of the digest that both screens show.
import { createHash } from 'node:crypto'
import { entropyToMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { describe, expect, it } from 'vitest'
import { digestWords, documentDigest, encodeDocument } from '../../../src/shared/base/document.ts'
import { AirlockError } from '../../../src/shared/base/errors.ts'
import { decodeRequest, encodeRequest } from '../../../src/shared/request/request.ts'
import { decodeResponse, encodeResponse } from '../../../src/shared/request/response.ts'
import { readVectors, vectorBytes, parseVector } from '../../support/vectors.ts'
import { bytesOf, edited, type Json } from '../../documents/canonical.ts'
import { requests } from '../../documents/valid-requests.ts'
import { responses } from '../../documents/valid-responses.ts'

const VALID = parseVector('requests', 'register_valid', vectorBytes('requests', 'register_valid')).document

/** What decoding gives: the digest of what was accepted, or null for a refusal; any other failure fails the test. */
function digestOrRefusal(decode: () => Uint8Array): string | null {
  try {
    return documentDigest(decode())
  } catch (error) {
    if (error instanceof AirlockError) return null
    throw error
  }
}

const asRequest = (bytes: Uint8Array): Uint8Array => encodeDocument(decodeRequest('testing', bytes).request)
const asResponse = (bytes: Uint8Array): Uint8Array => encodeDocument(decodeResponse('testing', bytes))

describe('encode(decode(x)) is x', () => {
  it.for(readVectors('requests').filter((vector) => vector.expect === 'ok'))('request $name', ({ document }) => {
    const { request, digest } = decodeRequest('testing', document)
    expect(encodeDocument(request)).toEqual(Uint8Array.from(document))
    const { airlock, ...fields } = request
    expect(airlock).toBe('request/1')
    expect(encodeRequest('testing', fields).document.digest).toBe(digest)
  })

  it.for(readVectors('responses').filter((vector) => vector.expect === 'ok'))('response $name', ({ document }) => {
    const { airlock, ...fields } = decodeResponse('testing', document)
    expect(airlock).toBe('response/1')
    expect(encodeResponse(fields)).toEqual(Uint8Array.from(document))
  })

  it('keys go by code unit, at every depth; a bigint is a decimal string', () => {
    const given = { b: 2n ** 200n, a: [{ z: null, Z: true, é: 1, e: 'é' }], aa: 0 }
    // The checksum has a test of its own: here it would hide the spelling.
    const text = new TextDecoder().decode(encodeDocument(given)).replace(/,\n {2}"checksum": "[0-9a-f]{16}"\n/, '\n')
    expect(text).toBe(
      `{\n  "a": [\n    {\n      "Z": true,\n      "e": "é",\n      "z": null,\n      "é": 1\n    }\n  ],\n  "aa": 0,\n  "b": "${2n ** 200n}"\n}\n`,
    )
  })

  it('does not write what could not be read', () => {
    const { airlock, ...fields } = decodeRequest('testing', VALID).request
    expect(airlock).toBe('request/1')
    expect(() => encodeRequest('testing', { ...fields, chainId: 0 })).toThrow('chainId is 0')
  })
})

describe('one byte', () => {
  const digest = documentDigest(VALID)
  /** Every single bit turned, and bytes that mean something in JSON. */
  const others = (byte: number): number[] => [
    ...Array.from({ length: 8 }, (_, bit) => byte ^ (1 << bit)),
    ...Buffer.from('\0\n "\\},09aF-.e\x80\xff', 'latin1'),
  ]

  const expectOther = (bytes: Uint8Array, what: string): string | null => {
    const found = digestOrRefusal(() => asRequest(bytes))
    expect(found, what).not.toBe(digest)
    // Accepted is what was read, not something near it.
    if (found !== null) expect(found, what).toBe(documentDigest(bytes))
    return found
  }

  it('changed, anywhere: refused', () => {
    let refused = 0
    for (const [at, byte] of VALID.entries()) {
      for (const other of others(byte)) {
        if (other === byte) continue
        const bytes = Uint8Array.from(VALID)
        bytes[at] = other
        expect(expectOther(bytes, `byte ${at} is ${other}`), `byte ${at} is ${other}`).toBeNull()
        refused += 1
      }
    }
    expect(refused).toBeGreaterThan(20_000)
  })

  it('removed, anywhere: refused, or another digest', () => {
    for (const at of VALID.keys()) {
      expectOther(Buffer.concat([VALID.subarray(0, at), VALID.subarray(at + 1)]), `byte ${at} removed`)
    }
  })

  it('inserted, anywhere: refused, or another digest', () => {
    for (let at = 0; at <= VALID.length; at += 1) {
      for (const byte of Buffer.from(' \n"0a,\0\xff', 'latin1')) {
        const bytes = Buffer.concat([VALID.subarray(0, at), Buffer.of(byte), VALID.subarray(at)])
        expectOther(bytes, `byte ${byte} inserted before ${at}`)
      }
    }
  })

  it('missing from the end, however many: refused', () => {
    for (let length = 0; length < VALID.length; length += 1) {
      expect(digestOrRefusal(() => asRequest(VALID.subarray(0, length)))).toBeNull()
    }
  })
})

describe('anything in a field', () => {
  const strange: readonly unknown[] = [
    undefined,
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    2 ** 53,
    '',
    ' ',
    'zz',
    '0x',
    '0xzz',
    '-1',
    '1e5',
    '\0',
    '\ud800',
    'x'.repeat(1000),
    [],
    [null],
    [[]],
    ['zz', 'zz'],
    {},
    [{}],
    { from: 'request' },
    { valueOf: 'x', toString: 1 },
  ]
  const pathsOf = (json: unknown, above = ''): string[] =>
    typeof json === 'object' && json !== null
      ? Object.entries(json).flatMap(([key, value]) => [`${above}${key}`, ...pathsOf(value, `${above}${key}.`)])
      : []

  function tryAll(json: Json, choose: (path: string) => boolean, decode: (bytes: Uint8Array) => Uint8Array): void {
    for (const path of pathsOf(json).filter(choose)) {
      for (const value of strange) {
        const bytes = bytesOf(edited(json, { [path]: value }))
        const found = digestOrRefusal(() => decode(bytes))
        if (found !== null) expect(found, path).toBe(documentDigest(bytes))
      }
    }
  }

  const isWord = (path: string): boolean => /(publicKeyG|signature(\.|$)|fees\.\d)/.test(path)
  const isField = (path: string): boolean => !isWord(path)

  it('of a request is read as it stands, or refused', () => {
    const { register_valid, register_operator_id, register_proof_carried, register_add_quorum } = requests
    const distinct = [register_valid, register_operator_id, register_proof_carried, register_add_quorum]
    for (const { json } of distinct) tryAll(json, isField, asRequest)
  })
  it('of a proof in a request is read as it stands, or refused', () =>
    tryAll(requests.register_proof_carried.json, (path) => isWord(path) && path.includes('params'), asRequest))
  it('of a fee ladder is read as it stands, or refused', () =>
    tryAll(requests.register_three_rungs.json, isWord, asRequest))
  it('of a response is read as it stands, or refused', () => {
    const { partial_ecdsa, partial_bls, register_three_rungs } = responses
    for (const { json } of [partial_ecdsa, partial_bls, register_three_rungs]) tryAll(json, isField, asResponse)
  })
  it('of a proof in a response is read as it stands, or refused', () =>
    tryAll(responses.partial_bls.json, isWord, asResponse))

  it.for(['operation', 'transaction', 'block'])('thousands of wrong fields in %s are refused', (path) => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`f${index}`, index]))
    expect(digestOrRefusal(() => asRequest(bytesOf(edited(requests.register_valid.json, { [path]: many }))))).toBeNull()
  })
})

describe('the checksum', () => {
  it('is the first 8 bytes of the SHA-256 of the document without it', () => {
    const text = new TextDecoder().decode(VALID)
    const without = text.replace(/ {2}"checksum": "[0-9a-f]{16}",\n/, '')
    const sum = createHash('sha256').update(without).digest('hex').slice(0, 16)
    expect(text).toContain(`"checksum": "${sum}"`)
  })
})

describe('the digest', () => {
  const documents = [...readVectors('requests'), ...readVectors('responses')]

  it('is what sha256sum prints', () => {
    for (const { document } of documents) {
      expect(documentDigest(document)).toBe(createHash('sha256').update(document).digest('hex'))
    }
  })

  it('is spoken as its first 88 bits, eleven bits a word', () => {
    for (const { document } of documents) {
      const bits = BigInt(`0x${createHash('sha256').update(document).digest('hex')}`)
        .toString(2)
        .padStart(256, '0')
      const words = Array.from(
        { length: 8 },
        (_, index) => wordlist[parseInt(bits.slice(index * 11, index * 11 + 11), 2)],
      )
      expect(digestWords(documentDigest(document))).toEqual(words)
    }
  })

  it('is spoken as BIP-39 speaks the same 32 bytes, as far as eight words go', () => {
    for (const { document } of documents) {
      const mnemonic = entropyToMnemonic(createHash('sha256').update(document).digest(), wordlist)
      expect(digestWords(documentDigest(document))).toEqual(mnemonic.split(' ').slice(0, 8))
    }
  })

  it('comes with the request', () => {
    const { digest, words } = decodeRequest('testing', VALID)
    expect(digest).toBe(createHash('sha256').update(VALID).digest('hex'))
    expect(words).toEqual(digestWords(digest))
    expect(words).toHaveLength(8)
  })
})
