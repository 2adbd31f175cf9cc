// Approvals in a pack of evidence: a ledger of the real programs whose signing, policy, unfreezing and settling were approved by
// two people, and then each of these with one lie about an approval, by somebody who writes the whole ledger anew.
//
// One approval is by `airlock-cold approve`, all others by ethers over the text of docs/approvals.md. The statements that were
// approved are files that the program wrote; their digests are sha256 of those files.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { approvalBy } from '../shared/cases/approval-cases.ts'
import type { KeyFiles } from '../support/keystores.ts'
import { approve, run, runInTerminal, type Answer, type Ended } from '../support/programs.ts'
import { codesIn } from '../support/stage.ts'
import { Bench } from './bench.ts'
import { forged, readPack, reanchored, sealed, sha256, writePack, type Fields, type Pack } from './pack.ts'

const mallory = Wallet.createRandom().privateKey
const flat = (text: string): string => text.replace(/\s+/g, ' ')
const decide: Answer = { prompt: /To do it, type: ([a-z0-9 ]+)\r?\n[^:]*: /, type: (match) => `${match[1] ?? ''}\r` }

let bench: Bench
let alice: KeyFiles
let bob: KeyFiles
let whole: string
let pack: Pack
let ledger: readonly string[]

beforeAll(async () => {
  bench = await Bench.open()
  const { stage } = bench
  ;[alice, bob] = [await stage.operator(), await stage.operator()]
  ledger = ['--ledger', stage.path('ledger')]
  const cold = (...args: readonly string[]): Promise<unknown> => must(run('airlock-cold', [...args, ...ledger]))
  const decided = (...args: readonly string[]): Promise<unknown> => typed([...args, ...ledger], decide)

  await decided('policy', 'adopt', policyOf('first'))
  const { keys, request } = bench.b
  const byAlice = await approvedByProgram(request)
  const approvals = ['--approval', byAlice, '--approval', approvedBy(bob, 'request', request)]
  const signed = await stage.sign(request, stage.path('response.json'), keys, [...ledger, ...approvals])
  if (signed.exitCode !== 0) throw new Error(signed.screen)
  await cold('freeze', '--all', '--reason', 'laptop was out of sight')
  for (const [command, entry] of [['unfreeze', '6'] as const, ['ledger settle', '4'] as const]) {
    const [words, ask] = [[...command.split(' '), entry, '--reason', 'looked at by two'], stage.path('ask.json')]
    await cold(...words, '--statement', ask)
    await decided(...words, ...bothOf('statement', ask))
  }
  const second = policyOf('second')
  await decided('policy', 'adopt', second, ...bothOf('policy', second))
  whole = await bench.pack('--all', ...ledger)
  pack = readPack(whole)
})
afterAll(() => bench.stage.close())

function policyOf(name: string): string {
  const approvers = [alice, bob].map(({ operator }, index) => ({ name: `approver${index}`, address: operator }))
  const path = bench.stage.path('policy.yaml')
  const policy = {
    airlock: 'policy/1',
    network: 'allow',
    operations: ['register'],
    approvals: { needed: 2, approvers },
  }
  writeFileSync(
    path,
    `# ${name}
${JSON.stringify(policy)}
`,
  )
  return path
}

const approvedBy = ({ operatorSecret }: KeyFiles, subject: string, path: string): string => {
  const output = bench.stage.path('approval.json')
  writeFileSync(output, sealed(approvalBy(operatorSecret, subject, sha256(readFileSync(path)))))
  return output
}

const bothOf = (subject: string, path: string): readonly string[] =>
  [alice, bob].flatMap((person) => ['--approval', approvedBy(person, subject, path)])

async function approvedByProgram(request: string): Promise<string> {
  const output = bench.stage.path('approval.json')
  const key = ['--ecdsa-keystore', alice.ecdsaKeystore, '--ecdsa-password-file', alice.ecdsaPasswordFile]
  await typed(['approve', request, '-o', output, ...key], approve)
  return output
}

async function typed(args: readonly string[], answer: Answer): Promise<void> {
  const { exitCode, screen } = await runInTerminal('airlock-cold', args, [answer])
  if (exitCode !== 0) throw new Error(screen)
}

async function must(running: Promise<Ended>): Promise<void> {
  const { exitCode, stderr } = await running
  if (exitCode !== 0) throw new Error(stderr)
}

/** The events that count approvals, with the entries that they stand in. */
const counted = [
  ['signed', 4, 'request'],
  ['unfrozen', 7, 'statement'],
  ['settled', 8, 'statement'],
  ['policy', 9, 'policy'],
] as const

const approvalsOf = (entry: number): readonly string[] =>
  (pack.entries[entry - 1]?.body?.['approvals'] ?? []) as string[]

/** The pack written anew, and what the online program says of it. */
async function verified(forgery: Pack): Promise<Ended> {
  const folder = bench.stage.path('forged')
  writePack(folder, reanchored(forgery), readFileSync(join(whole, 'summary.md'), 'utf8'))
  return bench.verify(folder)
}

const documentOf = (digest: string): Buffer => pack.documents.get(digest) ?? Buffer.of()

/** The pack with the first approval of an entry exchanged. */
function withApproval(entry: number, change: (approval: Fields, bytes: Buffer) => Buffer): Pack {
  let made: { digest: string; bytes: Buffer } = { digest: '', bytes: Buffer.of() }
  let gone = ''
  const { entries } = forged(pack, (body, number) => {
    if (number !== entry) return body
    const [first = '', ...rest] = approvalsOf(entry)
    gone = first
    const bytes = change(JSON.parse(documentOf(gone).toString()) as Fields, documentOf(gone))
    made = { digest: sha256(bytes), bytes }
    return { ...body, approvals: [made.digest, ...rest] }
  })
  const documents = [...pack.documents].filter(([name]) => name !== gone)
  return { entries, documents: new Map([...documents, [made.digest, made.bytes] as const]) }
}

describe('a ledger of two approvers', () => {
  test('has the events that are looked at', () => {
    const events = pack.entries.map(({ body }) => body?.['event'])
    const visit = ['seen', 'signed', 'delivered']
    expect(events).toEqual(['begun', 'policy', ...visit, 'frozen', 'unfrozen', 'settled', 'policy'])
    for (const [event, entry] of counted)
      expect([pack.entries[entry - 1]?.body?.['event'], approvalsOf(entry)]).toMatchObject([event, { length: 2 }])
  })

  test('each approval is proven, by entry and approver', async () => {
    const { exitCode, stdout, stderr } = await bench.verify(whole, '--json')
    expect([exitCode, stderr]).toEqual([0, ''])
    const { approvals, proven } = JSON.parse(stdout) as { approvals: unknown; proven: string[] }
    const both = (entry: number): object[] => [alice, bob].map(({ operator }) => ({ entry, approver: operator }))
    expect(approvals).toEqual(counted.flatMap(([, entry]) => both(entry)))
    for (const [, entry] of counted)
      expect(proven).toContain(`Entry ${entry}: \`${alice.operator}\` signed an approval of the very thing`)
  })

  test('written anew without a lie it is sound', async () => {
    const ended = await verified(forged(pack, (body) => body))
    expect([ended.exitCode, ended.stderr]).toEqual([0, ''])
  })

  test('without the approvals it verifies, and proves none', async () => {
    const folder = await bench.pack('--all', '--without', 'approvals', ...ledger)
    const ended = await bench.verify(folder, '--json')
    expect([ended.exitCode, JSON.parse(ended.stdout)]).toMatchObject([0, { approvals: [] }])
  })
})

describe.each(counted)('%s, entry %i, an approval', (event, entry, subject) => {
  const lies: readonly (readonly [string, string, (approval: Fields, bytes: Buffer) => Buffer])[] = [
    [
      'signed by another',
      'is signed by 0x',
      (approval) => {
        const { signature } = approvalBy(mallory, subject, approval['digest'] as string)
        return sealed({ ...approval, signature })
      },
    ],
    [
      `of another ${subject}`,
      `is of ${subject} ${'ab'.repeat(32)}`,
      () => sealed(approvalBy(alice.operatorSecret, subject, 'ab'.repeat(32))),
    ],
    [
      'of another subject',
      subject === 'policy' ? 'is of request' : 'is of policy',
      ({ digest }) =>
        sealed(approvalBy(alice.operatorSecret, subject === 'policy' ? 'request' : 'policy', digest as string)),
    ],
    [
      'with one byte changed',
      'does not hold',
      (_approval, bytes) => {
        const changed = Buffer.from(bytes)
        const at = changed.indexOf('"signature": "0x') + 20
        changed[at] = changed[at] === 0x31 ? 0x32 : 0x31
        return changed
      },
    ],
    ['that is another document', 'does not hold', () => documentOf(bench.b.digest).subarray(0, -1)],
  ]
  test.each(lies)('%s', async (_lie, said, change) => {
    const ended = await verified(withApproval(entry, change))
    // A signing that changes takes its hash along, and with it every statement about it or what follows: they tell too.
    const codes = codesIn(ended.stderr)
    const more = event === 'signed' ? 4 : 0
    expect([ended.exitCode, codes]).toEqual([9, Array.from({ length: 1 + more }, () => 'evidence_approval_wrong')])
    expect(flat(ended.stderr)).toContain(`an approval of entry ${entry} `)
    expect(flat(ended.stderr)).toContain(said)
  })
})

describe('what was approved', () => {
  test.each([
    ['another reason to lift the freeze', 7, 7, { reason: 'because' }],
    ['another reason to settle', 8, 8, { reason: 'because' }],
    ['another freeze than the one that was lifted', 6, 7, { reason: 'a drill' }],
    ['another policy', 9, 9, { policy: 'cd'.repeat(32) }],
  ])('%s', async (_, changed, entry, change) => {
    const forgery = forged(pack, (body, number) => (number === changed ? { ...body, ...change } : body))
    const named = new Set(forgery.entries.map(({ body }) => body?.['policy'] as string))
    const second = pack.entries[8]?.body?.['policy'] as string
    const documents = new Map([...forgery.documents].filter(([name]) => name !== second || named.has(second)))
    const ended = await verified({ ...forgery, documents })
    expect([ended.exitCode, [...new Set(codesIn(ended.stderr))]]).toEqual([9, ['evidence_approval_wrong']])
    expect(flat(ended.stderr)).toContain(`an approval of entry ${entry} is of`)
  })
})
