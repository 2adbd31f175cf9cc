// Packs by somebody who has the whole ledger and writes it anew with right hashes from end to end: what the chain cannot tell, the
// documents do. Each case has one lie, and fails by that lie's own code.
import { readFileSync } from 'node:fs'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEvidence, type EvidenceReading } from '../../src/shared/evidence/evidence.ts'
import { evidenceSummary } from '../../src/shared/evidence/evidence-summary.ts'
import type { DocumentDigest } from '../../src/shared/base/document.ts'
import { Bench } from './bench.ts'
import { forged, line, readPack, reanchored, sealed, sha256, type Entry, type Fields, type Pack } from './pack.ts'

let bench: Bench
let whole: Pack
beforeAll(async () => {
  bench = await Bench.open()
  whole = readPack(await bench.pack('--all'))
})
afterAll(() => bench.stage.close())

function read({ documents, entries }: Pack): Promise<EvidenceReading> {
  return readEvidence({
    lines: entries.map((each) => line({ ...each })),
    document: (digest: DocumentDigest) => documents.get(digest) ?? null,
    names: [...documents.keys()],
  })
}

/** The codes and the sentences of what is wrong with a pack. */
async function wrongWith(pack: Pack): Promise<{ readonly codes: readonly string[]; readonly said: string }> {
  const { problems } = await read(pack)
  return {
    codes: [...new Set(problems.map(({ code }) => code))],
    said: problems.map(({ message }) => message).join('\n'),
  }
}

/** The pack with one event changed. */
const withEvent = (event: string, change: (body: Fields) => Fields, entry?: number): Pack =>
  forged(whole, (body, number) =>
    body['event'] === event && (entry === undefined || entry === number) ? change(body) : body,
  )

/** The pack with a document exchanged for another one, wherever an entry names it. */
function withDocument(path: string, change: (document: Fields) => Fields): Pack {
  const old = readFileSync(path)
  const made = sealed(change(JSON.parse(old.toString()) as Fields))
  const [from, to] = [sha256(old), sha256(made)]
  const pack = forged(whole, (body) => JSON.parse(line(body).replaceAll(from, to)) as Fields)
  const documents = new Map([...pack.documents].filter(([name]) => name !== from))
  return { ...pack, documents: new Map([...documents, [to, made] as const]) }
}

const word = (byte: string): string => `0x${byte.repeat(32)}`

test('a ledger written anew without a lie is sound: the chain alone proves nothing of when it was made', async () => {
  // blind is free to choose: another one changes every hash after it, and the anchors in the responses tell.
  expect((await wrongWith(forged(whole, (body) => body))).codes).toEqual([])
  const { codes } = await wrongWith(withEvent('begun', (body) => ({ ...body, blind: '00'.repeat(16) })))
  expect(codes).toEqual(['evidence_anchor_wrong'])
})

describe('what an entry says of a signing', () => {
  // A change before the response was anchored changes the anchor too: that lie always has a second witness.
  const signed: readonly (readonly [string, string, (body: Fields) => Fields])[] = [
    [
      'another digest',
      'evidence_digest_wrong',
      (body) => ({ ...body, digests: (body['digests'] as Fields[]).map((each) => ({ ...each, digest: word('ab') })) }),
    ],
    [
      'one digest less',
      'evidence_digest_wrong',
      (body) => ({ ...body, digests: (body['digests'] as Fields[]).slice(1) }),
    ],
    ['no digest', 'evidence_digest_wrong', (body) => ({ ...body, digests: [] })],
    [
      'another BLS key',
      'evidence_signature_wrong',
      (body) => ({ ...body, keys: { ...(body['keys'] as Fields), operatorId: word('cd') } }),
    ],
    [
      'no ECDSA key',
      'evidence_signature_wrong',
      (body) => ({ ...body, keys: { ...(body['keys'] as Fields), address: null } }),
    ],
    [
      'another nonce',
      'evidence_request_differs',
      (body) => ({ ...body, request: { ...(body['request'] as Fields), nonce: 4 } }),
    ],
    [
      'another AVS',
      'evidence_request_differs',
      (body) => ({
        ...body,
        request: { ...(body['request'] as Fields), avs: (body['request'] as Fields)['operator'] ?? null },
      }),
    ],
    ['another policy', 'evidence_reference_wrong', (body) => ({ ...body, policy: 'ee'.repeat(32) })],
  ]
  test.each(signed)('%s: %s', async (_, code, change) => {
    const { codes, said } = await wrongWith(withEvent('signed', change, 3))
    expect(codes).toContain(code)
    expect(codes.filter((each) => each !== code && each !== 'evidence_anchor_wrong')).toEqual([])
    expect(said).toContain('entry 3')
  })

  test('the review of the other request', async () => {
    const reviews = whole.entries.flatMap(({ body }) =>
      body?.['event'] === 'signed' && typeof body['review'] === 'string' ? [body['review']] : [],
    )
    const { codes } = await wrongWith(withEvent('signed', (body) => ({ ...body, review: reviews[1] ?? '' }), 3))
    expect(codes).toContain('evidence_request_differs')
  })

  test.each(['operatorSignature', 'pubkeyRegistrationParams'])(
    'another digest of %s, without a response: it is derived from the request alone',
    async (part) => {
      const lie = (each: Fields): Fields => (each['part'] === part ? { ...each, digest: word('ab') } : each)
      const { documents, entries } = reanchored(
        withEvent('signed', (body) => ({ ...body, digests: (body['digests'] as Fields[]).map(lie) }), 3),
      )
      const response = entries[3]?.body?.['response'] as string
      const { codes, said } = await wrongWith({
        entries,
        documents: new Map([...documents].filter(([name]) => name !== response)),
      })
      expect(codes).toEqual(['evidence_digest_wrong'])
      expect(said).toContain(`entry 3 records another digest of ${part} than 0x`)
    },
  )

  test('the content of a signing left out: its response still has to name that entry', async () => {
    const hidden = ({ documents, entries }: Pack): Pack => ({
      entries: entries.map((each) => (each.entry === 3 ? { ...each, body: null } : each)),
      documents: new Map([...documents].filter(([name]) => !only(entries, 3).includes(name))),
    })
    expect((await wrongWith(hidden(whole))).codes).toEqual([])
    const lie = withDocument(bench.a.response, (own) => ({
      ...own,
      anchors: anchorsOf(own).map((anchor) => ({ ...anchor, hash: 'ab'.repeat(16) })),
    }))
    const { codes, said } = await wrongWith(hidden(lie))
    // The response of operator B is anchored after it: it tells too.
    expect(codes).toEqual(['evidence_anchor_wrong'])
    expect(said).toContain(`the response that entry 4 names says that it is recorded as entry 3`)
  })
})

const anchorsOf = (response: Fields): readonly Fields[] => response['anchors'] as readonly Fields[]

/** The documents that one entry names and no other. */
function only(entries: readonly Entry[], number: number): readonly string[] {
  const named = (each: Entry): readonly string[] => line(each.body).match(/[0-9a-f]{64}/g) ?? []
  const others = new Set(entries.filter(({ entry }) => entry !== number).flatMap(named))
  return entries
    .filter(({ entry }) => entry === number)
    .flatMap((each) => named(each).filter((name) => !others.has(name)))
}

describe('what a document says', () => {
  test('a response with signatures of another operator', async () => {
    const other = JSON.parse(readFileSync(bench.b.response, 'utf8')) as Fields
    const pack = withDocument(bench.a.response, (own) => ({
      ...other,
      anchors: own['anchors'] ?? null,
      requestDigest: own['requestDigest'] ?? null,
    }))
    const { codes, said } = await wrongWith(pack)
    expect(codes).toContain('evidence_signature_wrong')
    expect(said).toContain('operator_signature_wrong_signer')
  })

  test('a response to another request', async () => {
    const pack = withDocument(bench.a.response, (own) => ({ ...own, requestDigest: bench.b.digest }))
    expect((await wrongWith(pack)).said).toContain('response_for_other_request')
  })

  test('a response that is recorded elsewhere', async () => {
    const pack = withDocument(bench.b.response, (own) => ({
      ...own,
      anchors: anchorsOf(own).map((anchor) => ({ ...anchor, entry: 2 })),
    }))
    const { codes, said } = await wrongWith(pack)
    expect(codes).toEqual(['evidence_anchor_wrong'])
    expect(said).toContain('expected entry 7')
  })

  test('a request with another socket', async () => {
    const pack = withDocument(bench.a.request, (own) => ({
      ...own,
      operation: { ...(own['operation'] as Fields), socket: '203.0.113.8:1;2' },
    }))
    const { codes } = await wrongWith(pack)
    expect(codes).toContain('evidence_request_differs')
    expect(codes).toContain('evidence_signature_wrong')
  })

  test.each([
    [
      'of another transaction',
      'evidence_receipt_wrong',
      (own: Fields): Fields => ({ ...own, transaction: word('12') }),
    ],
    [
      'about another request',
      'evidence_receipt_wrong',
      (own: Fields): Fields => ({ ...own, requestDigest: 'ab'.repeat(32) }),
    ],
    ['that is no receipt', 'evidence_receipt_wrong', (own: Fields): Fields => ({ ...own, status: 'fine' })],
  ])('a receipt %s', async (_, code, change) => {
    // The response of operator B is anchored after it: it tells too.
    const { codes, said } = await wrongWith(withDocument(bench.receipt, change))
    expect(codes).toEqual(expect.arrayContaining([code]))
    expect(said).toContain('the receipt of entry 5')
  })
})

describe('what an entry says of another', () => {
  test.each([
    ['a delivery of what was never signed', 'delivered', (body: Fields): Fields => ({ ...body, of: 2 }), 4],
    ['a delivery of an entry to come', 'delivered', (body: Fields): Fields => ({ ...body, of: 7 }), 4],
    [
      'a receipt for what was never signed',
      'receipt',
      (body: Fields): Fields => ({ ...body, request: 'ab'.repeat(32) }),
      5,
    ],
  ])('%s', async (_, event, change, entry) => {
    const { codes, said } = await wrongWith(withEvent(event, change, entry))
    expect(codes).toContain('evidence_reference_wrong')
    expect(said).toContain(`entry ${entry}`)
  })

  test('a second beginning, and a ledger that begins in the middle', async () => {
    const begun = whole.entries[0]?.body ?? {}
    const twice = await wrongWith(withEvent('receipt', () => begun))
    expect(twice.said).toContain('entry 5 says that the ledger began there')
    const middle = await wrongWith(
      forged(whole, (body, entry) => (entry === 1 ? (whole.entries[3]?.body ?? {}) : body)),
    )
    expect(middle.codes).toContain('evidence_reference_wrong')
  })

  test('the same signatures again, for another request', async () => {
    const seen = whole.entries[5]?.body ?? {}
    const repeated = { ...seen, event: 'repeated', of: 3 }
    const { said } = await wrongWith(withEvent('seen', () => repeated, 6))
    expect(said).toContain(`entry 6 repeats request ${bench.b.digest}`)
  })
})

describe('the summary', () => {
  test('has the words of the head, by the list of BIP-39', async () => {
    const { evidence } = await read(whole)
    const head = whole.entries.at(-1)?.hash ?? ''
    const bits = BigInt(`0x${head.slice(0, 22)}`)
      .toString(2)
      .padStart(88, '0')
    const words = Array.from(
      { length: 8 },
      (_, index) => wordlist[parseInt(bits.slice(11 * index, 11 * index + 11), 2)],
    )
    expect(evidence && evidenceSummary(evidence)).toContain(`Head in words: ${words.join(' ')}`)
  })

  test('shows hostile text as code, and as printable ASCII', async () => {
    const hostile = '`</code><script>alert(1)</script>`[x](javascript:1)\u202e'
    const frozen = { blind: '00'.repeat(16), event: 'frozen', reason: hostile.slice(0, -1), scope: { of: 'all' } }
    const { evidence } = await read(withEvent('receipt', () => frozen))
    const summary = evidence === null ? '' : evidenceSummary(evidence)
    const [said = ''] = summary.split('\n').filter((text) => text.includes('script'))
    expect(said).toBe('- Reason: `"\\u{60}</code><script>alert(1)</script>\\u{60}[x](javascript:1)"`')
    expect(summary).toMatch(/^[\x20-\x7e\n]*$/)
  })
})
