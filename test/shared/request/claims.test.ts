// Claims change the document and nothing that it asks for: what is signed, and what the ledger calls its meaning.
import { describe, expect, it } from 'vitest'
import { factsOf } from '../../../src/shared/ledger/request-facts.ts'
import { bundleOf, decodeBundle, encodeBundle } from '../../../src/shared/request/bundle.ts'
import { inOrder, type Claim } from '../../../src/shared/request/claims.ts'
import { derive } from '../../../src/shared/request/derive.ts'
import { judge } from '../../../src/shared/request/findings.ts'
import { decodeRequest, type RequestDocument } from '../../../src/shared/request/request.ts'
import { reviewSections, reviewSummary } from '../../../src/shared/request/review.ts'
import { bytesOf, edited } from '../../documents/canonical.ts'
import { coordinatorRequests } from '../../documents/coordinator-requests.ts'
import { removal, requests } from '../../documents/valid-requests.ts'
import type { UnixSeconds } from '../../../src/shared/base/fields.ts'

const CLOCK = (Date.parse('2099-12-25T06:00:00Z') / 1000) as UnixSeconds
const TITLE = 'What the other machine says: not checked here, and in nothing that is signed'

const decoded = (claims: unknown, base: Parameters<typeof edited>[0] = requests.register_two_quorums.json) =>
  decodeRequest('testing', Uint8Array.from(bytesOf(edited(base, { claims }))))

describe.each([
  ['register', requests.register_two_quorums.json, [removal(0), { ...removal(1), operator: null }]],
  [
    'register-with-churn',
    coordinatorRequests.register_with_churn.json,
    coordinatorRequests.register_with_churn_claimed.json['claims'],
  ],
])('%s with claims and without', (_, base, claims) => {
  const [without, claimed] = [decoded([], base), decoded(claims, base)]
  const signs = (of: RequestDocument): unknown => {
    const { messages, complete } = derive(of)
    return [messages.map(({ hashes, part }) => [part, hashes]), complete]
  }

  it('are two documents', () => expect(claimed.digest).not.toBe(without.digest))
  it('ask for the same signatures', () => expect(signs(claimed)).toEqual(signs(without)))
  it('are judged alike', () => expect(judge(claimed.request, CLOCK)).toEqual(judge(without.request, CLOCK)))
  it('are alike in short', () => expect(reviewSummary(derive(claimed))).toBe(reviewSummary(derive(without))))
  it('are the same to the ledger but for the digest', () => {
    const { digest, ...facts } = factsOf(without)
    expect(factsOf(claimed)).toEqual({ ...facts, digest: claimed.digest })
    expect(digest).toBe(without.digest)
  })

  it('differ on the screen by one section, after the operation, and by the digest', () => {
    const sections = (of: RequestDocument) => reviewSections(derive(of), CLOCK).slice(1)
    const [before, after] = [sections(without), sections(claimed)]
    expect(after.map(({ title }) => title)).toEqual([
      before[0]?.title,
      TITLE,
      ...before.slice(1).map(({ title }) => title),
    ])
    expect(after.filter(({ title }) => title !== TITLE)).toEqual(before)
  })
})

describe('claims', () => {
  const shownIn = (claims: unknown) =>
    reviewSections(derive(decoded(claims)), CLOCK).find(({ title }) => title === TITLE)?.lines

  it('are shown with both stakes, and whom the registries do not name', () =>
    expect(shownIn([{ ...removal(0), operator: null, stake: '0', ownStake: '1' }])).toEqual([
      ['Quorum 0', 'is full: for this operator it would remove'],
      ['', 'an operator that the registries do not name'],
      ['', 'with a stake of 0; this operator has 0.000000000000000001'],
    ]))
  it('have no section where there are none', () => expect(shownIn([])).toBeUndefined())

  it('are put into their order', () => {
    const { claims } = decoded([removal(0), removal(1)]).request
    expect(inOrder(claims.toReversed())).toEqual(claims)
    expect(inOrder([] as Claim[])).toEqual([])
  })

  it('stay with their requests in a bundle, and are refused there alike', () => {
    const [one, other] = [decoded([removal(0)]).request, decoded([]).request]
    const bundle = encodeBundle(bundleOf([one, other]))
    const { requests: members } = decodeBundle('testing', bundle)
    expect(members.map(({ document: { request } }) => request.claims)).toEqual([one.claims, []])
    const beyond = bundleOf([{ ...one, claims: [{ ...removal(7), operator: null, ownStake: 0n, stake: 0n }] }])
    expect(() => decodeBundle('testing', encodeBundle(beyond))).toThrow(/claims.*expected a quorum that makes room/)
  })
})
