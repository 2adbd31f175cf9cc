// Parts of one response put together: what real contracts accepted, taken apart and joined again.
import { describe, expect, it } from 'vitest'
import type { Code } from '../../../src/shared/base/error-codes.ts'
import { mergeResponses, type MergedResponse } from '../../../src/shared/request/merge-responses.ts'
import { decodeResponse, encodeResponse } from '../../../src/shared/request/response.ts'
import { bytesOf, edited } from '../../documents/canonical.ts'
import { ANCHOR, registration, type AnchorJson, type ResponseJson } from '../../documents/documents.ts'
import { responses } from '../../documents/valid-responses.ts'

const { partial_bls, partial_ecdsa, register_valid } = responses
const B = '0b'.repeat(8)
const at = (entry: number, ledger: string, hash = ANCHOR.hash): AnchorJson => ({ entry, hash, ledger })

const textOf = (json: ResponseJson): string => Buffer.from(bytesOf(json)).toString()
const read = (json: ResponseJson): MergedResponse => decodeResponse('testing', bytesOf(json))

/** Merges, and gives the bytes of the whole and the codes of what is wrong. */
function merged(
  first: ResponseJson,
  ...others: readonly ResponseJson[]
): { whole: string; codes: Code[]; said: string } {
  const name = (json: ResponseJson, index: number): { name: string; response: MergedResponse } => ({
    name: `part${index}.json`,
    response: read(json),
  })
  const result = mergeResponses([name(first, 0), ...others.map((json, index) => name(json, index + 1))])
  const { problems } = result
  return {
    whole: Buffer.from(encodeResponse(result.merged)).toString(),
    codes: problems.map(({ code }) => code),
    said: problems.map(({ message }) => message).join('\n'),
  }
}

describe('parts that fit', () => {
  const bls = edited(partial_bls.json, { anchors: [at(7, B)] })
  const whole = edited(register_valid.json, { anchors: [at(7, B), ANCHOR] })

  it.each([
    ['BLS, ECDSA, transactions', [bls, partial_ecdsa.json, edited(register_valid.json, { anchors: [] })]],
    ['in another order', [edited(register_valid.json, { anchors: [] }), partial_ecdsa.json, bls]],
    ['the whole among its parts', [partial_ecdsa.json, register_valid.json, bls]],
  ])('%s', (_, [first = bls, ...others]) => {
    expect(merged(first, ...others)).toEqual({ whole: textOf(whole), codes: [], said: '' })
  })

  it('two parts are both, and no transaction', () =>
    expect(merged(partial_ecdsa.json, partial_bls.json).whole).toEqual(
      textOf(edited(register_valid.json, { transactions: null })),
    ))

  it('one is itself', () => expect(merged(partial_bls.json).whole).toEqual(textOf(partial_bls.json)))
})

describe('anchors', () => {
  const anchored = (...anchors: readonly AnchorJson[]): ResponseJson => edited(partial_bls.json, { anchors })
  const anchorsOf = (...all: readonly ResponseJson[]): unknown => {
    const [first = partial_bls.json, ...others] = all
    return (JSON.parse(merged(first, ...others).whole) as ResponseJson).anchors
  }

  it('of each ledger the newest, in the order of the ledgers', () =>
    expect(anchorsOf(anchored(at(3, B), at(9, ANCHOR.ledger)), anchored(at(5, B)), anchored(at(4, B)))).toEqual([
      at(5, B),
      at(9, ANCHOR.ledger),
    ]))
  it('the same twice is once', () => expect(anchorsOf(anchored(ANCHOR), anchored(ANCHOR))).toEqual([ANCHOR]))
  it('none of a wallet', () => expect(anchorsOf(anchored(), anchored())).toEqual([]))
  it('one entry with two hashes is refused', () => {
    const { codes, said } = merged(anchored(at(3, B)), anchored(at(3, B, 'ab'.repeat(16))))
    expect(codes).toEqual(['anchor_contradicts'])
    expect(said).toContain('part1.json')
  })
  it('nine ledgers are refused', () => {
    const each = Array.from({ length: 9 }, (_, index) => anchored(at(1, String(index).repeat(16))))
    expect(merged(anchored(), ...each).codes).toEqual(['field_invalid'])
    expect(merged(anchored(), ...each.slice(1)).codes).toEqual([])
  })
})

describe('the same part with other bytes', () => {
  const other = registration(2)
  const second = edited(register_valid.json, {
    operatorSignature: other.operatorSignature,
    pubkeyRegistrationParams: other.params,
    transactions: [other.operatorSignature],
  })
  it('is refused, every one at once, by the names of both', () => {
    const { codes, said } = merged(register_valid.json, partial_bls.json, second)
    expect(codes).toEqual(['parts_conflict', 'parts_conflict', 'parts_conflict'])
    for (const part of ['operatorSignature', 'pubkeyRegistrationParams', 'transactions']) {
      expect(said).toContain(`${part} in "part2.json" is not the one in "part0.json"`)
    }
  })
  it('is refused in one signature of many', () => {
    const { json } = responses.register_three_rungs
    const [one = '', two = ''] = json.transactions ?? []
    expect(merged(json, edited(json, { transactions: [one, two, one] })).codes).toEqual(['parts_conflict'])
  })
})
