// Approvals: what is signed is what ethers and cast sign, one defect each is refused, and k of n counts as a model does.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Signature, SigningKey, verifyMessage, Wallet } from 'ethers'
import { describe, expect, it } from 'vitest'
import {
  approvalHash,
  approvalSubjects,
  approvalText,
  countApprovals,
  decodeApproval,
  encodeApproval,
  parseApproval,
  type ApprovalSubject,
  type Approver,
  type CheckedApproval,
} from '../../../src/shared/ledger/approval.ts'
import type { DocumentDigest } from '../../../src/shared/base/document.ts'
import type { Code } from '../../../src/shared/base/error-codes.ts'
import type { Address } from '../../../src/shared/base/fields.ts'
import { Seeded } from '../../support/seeded.ts'
import {
  approvalBy,
  approvalBytes,
  approvalCases,
  approvalVectors,
  textFor,
  type ApprovalJson,
} from '../cases/approval-cases.ts'
import { canonical, edited, sealed } from '../../documents/canonical.ts'
import { refusalOf, refusalSoon } from '../../documents/refusal.ts'
import { root } from '../../support/project.ts'

const cast = (...args: string[]): string =>
  execFileSync(resolve(root, 'node_modules/.bin/cast'), args, { encoding: 'utf8' }).trim()

const [ALICE, BOB] = [approvalCases[0]?.secretKey ?? '', approvalCases[1]?.secretKey ?? '']
const DIGEST = approvalCases[0]?.digest as DocumentDigest
const OTHER = 'ab'.repeat(32) as DocumentDigest
const valid = approvalBy(ALICE, 'request', DIGEST)

describe('known answers', () => {
  it('are those that ethers makes', () =>
    expect(readFileSync(resolve(root, 'vectors/known-answers/approval.json'), 'utf8')).toBe(approvalVectors))

  it.each(approvalCases)('$note: text, hash and document', async ({ digest, document, hash, subject, text }) => {
    expect(approvalText(subject as ApprovalSubject, digest as DocumentDigest)).toBe(text)
    expect(approvalHash(subject as ApprovalSubject, digest as DocumentDigest)).toBe(hash)
    const decoded = await decodeApproval('testing', Buffer.from(document))
    expect(verifyMessage(text, decoded.signature)).toBe(decoded.approver)
    expect(Buffer.from(encodeApproval(decoded)).toString()).toBe(document)
  })

  it.each(approvalCases.slice(0, 4))('$note: cast signs the same, and finds it true', (known) => {
    const { approver, signature } = JSON.parse(known.document) as ApprovalJson
    expect(cast('wallet', 'sign', '--private-key', known.secretKey, known.text)).toBe(signature)
    expect(cast('wallet', 'verify', '--address', approver, known.text, signature)).toContain('succeeded')
  })
})

describe('one defect each', () => {
  const highS = (): string => {
    const { r, s, yParity } = Signature.from(valid.signature)
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const flipped = (order - BigInt(s)).toString(16).padStart(64, '0')
    return `0x${r.slice(2)}${flipped}${yParity === 0 ? '1c' : '1b'}`
  }
  const bare = (digest: string): string => new SigningKey(ALICE).sign(`0x${digest}`).serialized
  const refused: readonly (readonly [string, Record<string, unknown>, Code])[] = [
    ['the approver is another', { approver: new Wallet(BOB).address }, 'approval_invalid'],
    ['the digest is another', { digest: OTHER }, 'approval_invalid'],
    ['the subject is another', { subject: 'policy' }, 'approval_invalid'],
    [
      'the signature is of another document',
      { signature: approvalBy(ALICE, 'request', OTHER).signature },
      'approval_invalid',
    ],
    ['the signature is of the bare digest', { signature: bare(DIGEST) }, 'approval_invalid'],
    ['the signature is of the text without its last line end', { signature: unended() }, 'approval_invalid'],
    ['the other recovery bit', { signature: otherBit(valid.signature) }, 'approval_invalid'],
    ['s in the upper half', { signature: highS() }, 'signature_malformed'],
    ['r is zero', { signature: `0x${'0'.repeat(64)}${valid.signature.slice(66)}` }, 'signature_malformed'],
    ['64 bytes', { signature: valid.signature.slice(0, -2) }, 'signature_malformed'],
    ['an unknown subject', { subject: 'transaction' }, 'field_invalid'],
    ['a digest with 0x', { digest: `0x${DIGEST}` }, 'field_invalid'],
    ['a digest in upper case', { digest: DIGEST.toUpperCase() }, 'field_invalid'],
    ['a short digest', { digest: DIGEST.slice(1) }, 'field_invalid'],
    ['an address in lower case', { approver: valid.approver.toLowerCase() }, 'address_checksum'],
    ['no approver', { approver: undefined }, 'field_missing'],
    ['no signature', { signature: undefined }, 'field_missing'],
    ['a comment', { comment: 'looks fine' }, 'field_unknown'],
    ['another kind', { airlock: 'request/1' }, 'document_kind_wrong'],
    ['a later version', { airlock: 'approval/2' }, 'document_version_unsupported'],
    ['a wrong checksum', { checksum: '0'.repeat(16) }, 'document_checksum_wrong'],
  ]

  it.each(refused)('%s', async (_, edits, code) => {
    const bytes = approvalBytes(edited(valid, edits))
    expect((await refusalSoon(() => decodeApproval('testing', bytes))).problems[0].code).toBe(code)
  })

  it.each<[string, (text: string) => string, Code]>([
    ['other spacing', (text) => text.replace('  "digest"', '   "digest"'), 'document_not_canonical'],
    ['a byte after the end', (text) => `${text}\n`, 'document_not_canonical'],
    [
      'a key given twice',
      (text) => text.replace('  "digest"', '  "airlock": "approval/1",\n  "digest"'),
      'document_not_canonical',
    ],
    ['cut short', (text) => text.slice(0, -3), 'document_not_json'],
    ['nothing', () => '', 'document_empty'],
  ])('spelling: %s', (_, edit, code) => {
    const bytes = Buffer.from(edit(canonical(sealed(valid))))
    expect(refusalOf(() => parseApproval('testing', bytes)).code).toBe(code)
  })

  it('a form without a signature of the approver is read where nothing relies on it', () => {
    const bytes = approvalBytes(edited(valid, { subject: 'policy' }))
    expect(parseApproval('testing', bytes).subject).toBe('policy')
  })

  function unended(): string {
    return new Wallet(ALICE).signMessageSync(textFor('request', DIGEST).slice(0, -1))
  }
  function otherBit(signature: string): string {
    return signature.slice(0, -2) + (signature.endsWith('1b') ? '1c' : '1b')
  }
})

describe('k of n', () => {
  const people = ['alice', 'bob', 'carol', 'dave', 'erin', 'mallory'].map((name, index) => {
    const secret = `0x${(index + 1).toString(16).padStart(64, '0')}`
    return { name, secret, address: new Wallet(secret).address as Address }
  })
  const digests = [DIGEST, OTHER] as const
  const made = new Map<string, CheckedApproval>()
  const approvalOf = (secret: string, subject: ApprovalSubject, digest: DocumentDigest): CheckedApproval => {
    const key = [secret, subject, digest].join()
    const known = made.get(key) ?? (approvalBy(secret, subject, digest) as unknown as CheckedApproval)
    made.set(key, known)
    return known
  }
  const listed = (names: readonly string[]): readonly Approver[] =>
    people.filter(({ name }) => names.includes(name)).map(({ address, name }) => ({ address, name }))

  it('counts as a model of sets does', () => {
    const random = new Seeded(7)
    let [enough, refused] = [0, 0]
    for (let round = 0; round < 500; round += 1) {
      const approvers = listed(people.filter(() => random.chance(0.6)).map(({ name }) => name))
      const needed = random.below(approvers.length + 1)
      const subject = random.pick(approvalSubjects)
      const given = Array.from({ length: random.below(6) }, () => ({
        person: random.pick(people as [(typeof people)[0], ...typeof people]),
        subject: random.chance(0.9) ? subject : random.pick(approvalSubjects),
        digest: random.chance(0.9) ? DIGEST : random.pick(digests),
      }))
      const counted = countApprovals(
        { needed, approvers },
        subject,
        DIGEST,
        given.map((each) => approvalOf(each.person.secret, each.subject, each.digest)),
      )
      const fitting = given.filter((each) => each.subject === subject && each.digest === DIGEST)
      const names = new Set(approvers.map(({ name }) => name))
      const known = fitting.map(({ person }) => person.name).filter((name) => names.has(name))
      const distinct = new Set(known)
      const expected: Record<string, number> = {
        approval_for_other: given.length - fitting.length,
        approval_stranger: fitting.length - known.length,
        approval_repeated: known.length - distinct.size,
        approvals_missing: distinct.size < needed ? 1 : 0,
      }
      for (const [code, count] of Object.entries(expected))
        expect([code, counted.problems.filter((problem) => problem.code === code).length]).toEqual([code, count])
      expect(new Set(counted.valid.map(({ name }) => name))).toEqual(distinct)
      if (counted.problems.length === 0) enough += 1
      else refused += 1
    }
    expect(enough).toBeGreaterThan(50)
    expect(refused).toBeGreaterThan(50)
  })

  it('one address listed under two names counts once', () => {
    const [alice] = people
    if (alice === undefined) throw new Error('nobody')
    const approvers = [listed(['alice']), listed(['alice'])].flat().map((one, index) => ({ ...one, name: `a${index}` }))
    const twice = [1, 2].map(() => approvalOf(alice.secret, 'request', DIGEST))
    const { problems, valid: counted } = countApprovals({ needed: 2, approvers }, 'request', DIGEST, twice)
    expect(counted).toHaveLength(1)
    expect(problems.map(({ code }) => code)).toEqual(['approval_repeated', 'approvals_missing'])
  })

  it('says who is still to be asked, and what to type', () => {
    const wanted = { needed: 2, approvers: listed(['alice', 'bob', 'carol']) }
    const given = [approvalOf(people[1]?.secret ?? '', 'request', DIGEST)]
    const [problem] = countApprovals(wanted, 'request', DIGEST, given).problems
    expect(problem?.code).toBe('approvals_missing')
    expect(problem?.message).toContain('1 of 2')
    expect(problem?.message).toContain(people[0]?.address)
    expect(problem?.message).toContain(people[2]?.address)
    expect(problem?.message).not.toContain(people[1]?.address)
    expect(problem?.hint).toContain('airlock-cold approve request.json')
  })

  it('a hostile name is quoted', () => {
    const approvers = listed(['alice']).map((one) => ({ ...one, name: 'a\x1b[2J' }))
    const { problems } = countApprovals({ needed: 1, approvers }, 'request', DIGEST, [])
    expect(problems[0]?.message).not.toContain('\x1b')
  })
})
