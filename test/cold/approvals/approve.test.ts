// approve as a reviewer meets it: the built program in a real terminal, real key files, and what ethers says of the result.
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashMessage, verifyMessage } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Approvable } from '../../../src/cold/signing/approvable.ts'
import { ReadDocument } from '../../../src/cold/signing/review-approval.ts'
import { signApproval } from '../../../src/cold/signing/sign.ts'
import type { DocumentDigest } from '../../../src/shared/base/document.ts'
import type { Address } from '../../../src/shared/base/fields.ts'
import { textFor, wordsOf, type ApprovalJson } from '../../shared/cases/approval-cases.ts'
import { bytesOf, digestOf, edited } from '../../documents/canonical.ts'
import { mainnet } from '../../documents/documents.ts'
import { refusalSoon } from '../../documents/refusal.ts'
import { unfreeze } from '../../documents/statements.ts'
import { makeKeyFiles, type KeyFiles } from '../../support/keystores.ts'
import { approve, run, runInTerminal, type Answer, type Ended } from '../../support/programs.ts'
import { codesIn } from '../../support/stage.ts'
import { readVector } from '../../support/vectors.ts'

const folder = mkdtempSync(join(tmpdir(), 'airlock-approve-'))
afterAll(() => rmSync(folder, { recursive: true }))

let names = 0
const fresh = (name: string): string => join(folder, `${(names += 1)}-${name}`)
const written = (name: string, bytes: Uint8Array): string => {
  const path = fresh(name)
  writeFileSync(path, bytes)
  return path
}

/** EigenDA on mainnet, as if built an hour ago: a request without a warning. */
const hourAgo = Math.floor(Date.now() / 1000) - 3600
const times = { 'block.timestamp': hourAgo, expiry: hourAgo + 7 * 86_400 }
const CALM = bytesOf(edited(mainnet.request, times))
/** The same, with a socket that no other node can reach, and a salt that anybody can guess. */
const TWO_WARNINGS = bytesOf(
  edited(mainnet.request, {
    ...times,
    'operation.socket': '10.0.0.1:32005;32006',
    'operation.operatorSignature.salt': `0x${'0'.repeat(64)}`,
  }),
)

let alice: KeyFiles
beforeAll(async () => {
  alice = await makeKeyFiles(folder, 'light', 'alice')
})

const keyFlags = (): string[] => [
  ...['--ecdsa-keystore', alice.ecdsaKeystore],
  ...['--ecdsa-password-file', alice.ecdsaPasswordFile],
]
const password = (text: string): Answer => ({ prompt: /Password of the ECDSA key [^:]*: $/, type: `${text}\r` })
const decline: Answer = { ...approve, type: 'approve this\r' }
const plain = (text: string): string => text.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '').replace(/\r\n?/g, '\n')

/** The approval in a file, found true by ethers for the document's bytes. */
function expectTrue(path: string, subject: string, document: Uint8Array): void {
  const digest = digestOf(document)
  const found = JSON.parse(readFileSync(path, 'utf8')) as ApprovalJson
  expect(found).toMatchObject({ airlock: 'approval/1', approver: alice.operator, digest, subject })
  expect(verifyMessage(textFor(subject, digest), found.signature)).toBe(alice.operator)
  expect(readFileSync(path)).toEqual(Buffer.from(bytesOf(found)))
  expect(statSync(path).mode & 0o777).toBe(0o600)
}

describe('the way it goes', () => {
  it('a request, with a typed password: shown in full, and approved by its words', async () => {
    const [request, output] = [written('request.json', CALM), fresh('approval.json')]
    const args = ['approve', request, '-o', output, '--ecdsa-keystore', alice.ecdsaKeystore]
    const { exitCode, screen } = await runInTerminal('airlock-cold', args, [approve, password(alice.ecdsaPassword)])
    expect(exitCode).toBe(0)
    expectTrue(output, 'request', CALM)
    const shown = plain(screen)
    const inspected = await run('airlock-cold', ['inspect', request])
    // But the ages, and the policy of this machine, which is none of the reviewer's.
    const elsewhere = /^ +(in|1 hour|\d+ minutes) |^Policy$|none is in force/
    for (const line of inspected.stdout.split('\n').filter((text) => !elsewhere.test(text)))
      expect(shown).toContain(line.trimEnd())
    const [first, second] = wordsOf(digestOf(CALM)).split(' ')
    expect(shown).toContain(`To approve, type: approve ${first} ${second}\n`)
    expect(shown).toContain(`Message hash\n    ${hashMessage(textFor('request', digestOf(CALM)))}`)
    expect(shown).not.toContain('the key of the operator itself')
    for (const secret of [alice.operatorSecret.slice(2), alice.ecdsaPassword]) expect(screen).not.toContain(secret)
    for (const line of shown.split('\n')) expect(line.replace(/ +$/, '').length).toBeLessThanOrEqual(80 + folder.length)
  })

  it('a statement, with --json: data on stdout alone', async () => {
    const [bytes, output] = [bytesOf(unfreeze), fresh('approval.json')]
    const args = ['approve', written('statement.json', bytes), '-o', output, ...keyFlags(), '--json']
    const { exitCode, screen } = await runInTerminal('airlock-cold', args, [approve])
    expect(exitCode).toBe(0)
    expectTrue(output, 'statement', bytes)
    expect(plain(screen)).toContain('Reason        "lost key was found, ticket 4711"')
    const printed = JSON.parse(/^\{[^]*^\}/m.exec(plain(screen))?.[0] ?? '') as object
    expect(printed).toEqual({
      approval: output,
      digest: digestOf(readFileSync(output)),
      words: wordsOf(digestOf(readFileSync(output))),
      approver: alice.operator,
      subject: 'statement',
      subjectDigest: digestOf(bytes),
      subjectWords: wordsOf(digestOf(bytes)),
    })
  })

  it('warnings are counted in the phrase, and the phrase without them declines', async () => {
    const [request, output] = [written('request.json', TWO_WARNINGS), fresh('approval.json')]
    const args = ['approve', request, '-o', output, ...keyFlags()]
    const short: Answer = { ...approve, type: (match) => `${(match[1] ?? '').replace(/ with .*/, '')}\r` }
    const declined = await runInTerminal('airlock-cold', args, [short])
    expect(plain(declined.screen)).toMatch(/To approve, type: approve \w+ \w+ with 2 warnings\n/)
    expect([declined.exitCode, codesIn(plain(declined.screen)), existsSync(output)]).toEqual([5, ['declined'], false])
    expect((await runInTerminal('airlock-cold', args, [approve])).exitCode).toBe(0)
    expectTrue(output, 'request', TWO_WARNINGS)
  })

  it('the same document and key give the same approval, byte for byte', async () => {
    const request = written('request.json', CALM)
    const outputs = [fresh('approval.json'), fresh('approval.json')] as const
    for (const output of outputs)
      await runInTerminal('airlock-cold', ['approve', request, '-o', output, ...keyFlags()], [approve])
    expect(readFileSync(outputs[0])).toEqual(readFileSync(outputs[1]))
  })

  it("the operator's own key is told, not refused: who counts is said by a policy", async () => {
    const own = bytesOf(edited(mainnet.request, { ...times, 'operation.operator': alice.operator }))
    const [request, output] = [written('request.json', own), fresh('approval.json')]
    const { exitCode, screen } = await runInTerminal(
      'airlock-cold',
      ['approve', request, '-o', output, ...keyFlags()],
      [approve],
    )
    expect(exitCode).toBe(0)
    expect(plain(screen).replace(/\s+/g, ' ')).toMatch(/In short: .* the key of the operator itself\. .* To approve/)
    expectTrue(output, 'request', own)
  })
})

describe('nothing is written when', () => {
  it('the person declines', async () => {
    const output = fresh('approval.json')
    const args = ['approve', written('request.json', CALM), '-o', output, ...keyFlags()]
    for (const answer of [decline, { ...approve, type: '\r' }, { ...approve, type: 'sign\r' }]) {
      const { exitCode, screen } = await runInTerminal('airlock-cold', args, [answer])
      expect([exitCode, codesIn(plain(screen))]).toEqual([5, ['declined']])
    }
    expect(existsSync(output)).toBe(false)
  })

  it('the phrase of sign is typed', async () => {
    const output = fresh('approval.json')
    const args = ['approve', written('request.json', CALM), '-o', output, ...keyFlags()]
    const asSign: Answer = { ...approve, type: (match) => `${(match[1] ?? '').replace('approve', 'sign')}\r` }
    expect((await runInTerminal('airlock-cold', args, [asSign])).exitCode).toBe(5)
    expect(existsSync(output)).toBe(false)
  })

  it('the password is wrong', async () => {
    const output = fresh('approval.json')
    const args = ['approve', written('request.json', CALM), '-o', output, '--ecdsa-keystore', alice.ecdsaKeystore]
    const { exitCode, screen } = await runInTerminal('airlock-cold', args, [approve, password('no')])
    expect([exitCode, codesIn(plain(screen)), existsSync(output)]).toEqual([11, ['password_wrong'], false])
  })

  it('Ctrl-C is pressed at the question', async () => {
    const output = fresh('approval.json')
    const args = ['approve', written('request.json', CALM), '-o', output, ...keyFlags()]
    const { exitCode } = await runInTerminal('airlock-cold', args, [{ ...approve, type: '\x03' }])
    expect([exitCode, existsSync(output)]).toEqual([5, false])
  })
})

describe('refused before any question', () => {
  const refused = async (
    document: Uint8Array,
    flags: string[] = keyFlags(),
    output = fresh('x.json'),
  ): Promise<Ended> => run('airlock-cold', ['approve', written('document.json', document), '-o', output, ...flags])

  it.each<[string, () => Uint8Array, number, string]>([
    ['an expired request', () => readVector('requests', 'register_mainnet').document, 8, 'expiry_past'],
    ['a request that sign would refuse', () => readVector('requests', 'register_valid').document, 3, 'expiry_too_far'],
    ['a response', () => readVector('responses', 'register_valid').document, 3, 'document_kind_wrong'],
    [
      'a statement changed by hand',
      () => Buffer.from(bytesOf(unfreeze)).fill('7', 60, 61),
      3,
      'document_checksum_wrong',
    ],
    ['text', () => Buffer.from('approve me'), 3, 'document_not_json'],
  ])('%s', async (_, document, exitCode, code) => {
    const ended = await refused(document())
    expect([ended.exitCode, codesIn(ended.stderr)[0]]).toEqual([exitCode, code])
  })

  it('no terminal to answer on', async () => {
    const ended = await refused(CALM)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([2, ['no_terminal']])
  })

  it('an output that is there; with --force the question comes', async () => {
    const output = written('approval.json', Buffer.from('x'))
    expect(codesIn((await refused(CALM, keyFlags(), output)).stderr)).toEqual(['output_exists'])
    expect(codesIn((await refused(CALM, [...keyFlags(), '--force'], output)).stderr)).toEqual(['no_terminal'])
    expect(readFileSync(output, 'utf8')).toBe('x')
  })

  it('a BLS key file, and a password file that others can read, both at once', async () => {
    const open = written('password', Buffer.from('x'))
    chmodSync(open, 0o644)
    const ended = await refused(CALM, ['--ecdsa-keystore', alice.blsKeystore, '--ecdsa-password-file', open])
    expect(ended.exitCode).toBe(11)
    expect(codesIn(ended.stderr)).toEqual(['key_file_wrong_kind', 'password_file_open_to_others'])
  })
})

describe('on its way', () => {
  it.each([
    ['airlock-cold', 'airlock-hot'],
    ['airlock-hot', 'airlock-cold'],
  ] as const)('from %s to %s as a picture: the same bytes', async (from, to) => {
    const approval = fresh('approval.json')
    const args = ['approve', written('request.json', CALM), '-o', approval, ...keyFlags()]
    await runInTerminal('airlock-cold', args, [approve])
    for (const [kind, file] of [
      ['approval', approval],
      ['statement', written('statement.json', bytesOf(unfreeze))],
    ] as const) {
      const [pictures, back] = [fresh('pictures'), fresh('back.json')]
      expect((await run(from, ['qr', file, '--png', pictures])).exitCode).toBe(0)
      expect(readdirSync(pictures)).toHaveLength(1)
      const scanned = await run(to, ['scan', pictures, '-o', back])
      expect(scanned.exitCode).toBe(0)
      expect(scanned.stdout).toContain(`Scanned a${kind === 'approval' ? 'n' : ''} ${kind}: ${back}`)
      expect(readFileSync(back)).toEqual(readFileSync(file))
    }
  })

  it('a request is approved from its picture, and the digest is that of the file', async () => {
    const [request, pictures, output] = [written('request.json', CALM), fresh('pictures'), fresh('approval.json')]
    await run('airlock-hot', ['qr', request, '--png', pictures])
    const { exitCode } = await runInTerminal(
      'airlock-cold',
      ['approve', pictures, '-o', output, ...keyFlags()],
      [approve],
    )
    expect(exitCode).toBe(0)
    expectTrue(output, 'request', CALM)
  })
})

describe('no approval without a review', () => {
  const shown: Approvable = {
    ...{ subject: 'request', digest: digestOf(CALM) as DocumentDigest, words: wordsOf(digestOf(CALM)).split(' ') },
    ...{ sections: [], findings: [], summary: '', operator: null },
  }
  const key = { address: mainnet.request.operation.operator as Address, secret: new Uint8Array(32).fill(1) }

  it.each<[string, unknown]>([
    ['a look-alike', { subject: 'request', digest: digestOf(CALM) }],
    ['an object of the class without its field', Object.create(ReadDocument.prototype)],
    ['nothing', null],
  ])('%s is refused', async (_, forged) => {
    const refused = await refusalSoon(() => signApproval(forged as ReadDocument, key))
    expect(refused.code).toBe('review_forged')
  })

  it('the class cannot be made from outside', () => {
    const Forged = ReadDocument as unknown as new (approved: object, key: symbol) => ReadDocument
    expect(() => new Forged({ subject: 'request' }, Symbol('review of an approval'))).toThrow('review_forged')
  })

  it('a signature by another key than the address says is kept back', async () => {
    const [first = '', second = ''] = shown.words
    const read = await ReadDocument.review(shown, () => Promise.resolve(`approve ${first} ${second}`))
    expect((await refusalSoon(() => signApproval(read, key))).code).toBe('own_signature_invalid')
  })
})
