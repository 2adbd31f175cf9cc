// Evidence from end to end: a ceremony on a real chain, its receipt brought back, a pack made of it, and the pack checked by the one
// file of the online program in an empty folder. Then every way to change the pack.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run, runInTerminal } from '../support/programs.ts'
import { codesIn } from '../support/stage.ts'
import { Bench } from './bench.ts'
import { hashOf, line, readPack, sha256, withByteChanged } from './pack.ts'

let bench: Bench
let whole: string
beforeAll(async () => {
  bench = await Bench.open()
  whole = await bench.pack('--all')
})
afterAll(() => bench.stage.close())

const flat = (text: string): string => text.replace(/\s+/g, ' ')
const copy = (): string => {
  const folder = bench.stage.path('copy')
  cpSync(whole, folder, { recursive: true })
  return folder
}
const summaryOf = (folder: string): string => readFileSync(join(folder, 'summary.md'), 'utf8')

describe('a whole pack', () => {
  test('is proven by the online program alone', async () => {
    const { exitCode, stdout, stderr } = await bench.verify(whole)
    expect([exitCode, stderr]).toEqual([0, ''])
    for (const said of stdout.split('\n')) expect(said.length).toBeLessThanOrEqual(80)
    expect(flat(stdout)).toContain('3 of 3 digests follow from the request')
    expect(flat(stdout)).toContain('the receipt is of a transaction that was signed')
    expect(flat(stdout)).toContain('a whole ledger can be made up afterwards')
  })

  test('has the chain that its format page describes, by another implementation', () => {
    const { documents, entries } = readPack(whole)
    let previous = '0'.repeat(64)
    for (const [index, each] of entries.entries()) {
      expect([each.entry, each.previous, each.hash]).toEqual([index + 1, previous, hashOf(each)])
      expect(sha256(line(each.body))).toBe(each.bodyHash)
      previous = each.hash
    }
    for (const [name, bytes] of documents) expect(sha256(bytes)).toBe(name)
    expect(summaryOf(whole)).toContain(previous)
  })

  test('holds the requests, the responses and the receipt byte by byte', () => {
    const { documents } = readPack(whole)
    for (const path of [bench.a.request, bench.a.response, bench.b.request, bench.b.response, bench.receipt]) {
      const bytes = readFileSync(path)
      expect(documents.get(sha256(bytes))?.equals(bytes)).toBe(true)
    }
  })

  test('its events are those of two visits and a receipt', () => {
    const events = readPack(whole).entries.map(({ body }) => body?.['event'])
    const visit = ['seen', 'signed', 'delivered']
    expect(events).toEqual(['begun', ...visit, 'receipt', ...visit])
  })

  test('on a terminal it shows how far it is, and leaves no trace of that', async () => {
    for (const [name, args] of [
      ['airlock-hot', ['evidence', 'verify', whole]],
      ['airlock-cold', ['ledger', 'export', '--all', '-o', bench.stage.path('pack')]],
    ] as const) {
      const { screen } = await runInTerminal(name, args, [])
      for (const number of [1, 2]) expect(screen).toContain(`\x1b[2KChecking signing ${number} of 2`)
      expect(screen).toMatch(/Checking signing 2 of 2\r\x1b\[2K(Every file|Evidence from)/)
    }
  })

  test('--json says the same', async () => {
    const { stdout } = await bench.verify(whole, '--json', '--anchor', bench.a.response)
    const told = JSON.parse(stdout) as {
      head: { entry: number; hash: string }
      receipts: { transactionProven: boolean }[]
    }
    expect(told.head).toMatchObject({ entry: 8, hash: readPack(whole).entries.at(-1)?.hash })
    expect(told.receipts).toMatchObject([{ transactionProven: true }])
  })
})

describe('redaction', () => {
  test('one request: everything about it, and the rest as hashes', async () => {
    const folder = await bench.pack('--request', bench.a.digest)
    const { entries } = readPack(folder)
    expect(entries.filter(({ body }) => body !== null).map(({ entry }) => entry)).toEqual([1, 2, 3, 4, 5])
    expect(readFileSync(join(folder, 'ledger.jsonl'), 'utf8')).not.toContain(bench.b.digest)
    expect(entries.map(({ hash }) => hash)).toEqual(readPack(whole).entries.map(({ hash }) => hash))
    expect((await bench.verify(folder, '--anchor', bench.a.response, bench.b.response)).exitCode).toBe(0)
  })

  test('by entry the same as by request', async () => {
    const [one, other] = [await bench.pack('--request', bench.b.digest), await bench.pack('--entry', '8')]
    expect(summaryOf(one)).toBe(summaryOf(other))
  })

  const kinds = [
    ['requests'],
    ['reviews'],
    ['responses'],
    ['receipts'],
    ['requests', 'reviews', 'responses', 'receipts'],
  ]
  test.each(kinds.map((list) => list.join(',')))('without %s it verifies, and says what is open', async (list) => {
    const folder = await bench.pack('--all', '--without', list)
    const { exitCode, stdout, stderr } = await bench.verify(folder, '--json')
    expect([exitCode, stderr]).toEqual([0, ''])
    const { documentsLeftOut, notProven } = JSON.parse(stdout) as { documentsLeftOut: string[]; notProven: string[] }
    const open = documentsLeftOut.every((digest) => notProven.some((said) => said.includes(digest)))
    expect([documentsLeftOut.length > 0, open]).toEqual([true, true])
    expect(readdirSync(join(folder, 'documents')).filter((name) => documentsLeftOut.includes(name))).toEqual([])
  })

  test('without the content of entries', async () => {
    const folder = await bench.pack('--all', '--without-entry', '3,5')
    expect(readPack(folder).entries.filter(({ body }) => body === null)).toHaveLength(2)
    expect((await bench.verify(folder)).exitCode).toBe(0)
  })

  test.each([
    ['with its response', [], true],
    ['and its response', ['--without', 'responses'], false],
  ])('without the content of a signing, %s: where it is recorded stands, its signatures are open', async (...given) => {
    const [, flags, shown] = given
    const folder = await bench.pack('--all', '--without-entry', '3', ...flags)
    const ended = await bench.verify(folder, '--json')
    const told = JSON.parse(ended.stdout) as Record<'proven' | 'notProven', string[]>
    const of = (lines: string[]): string[] => lines.filter((said) => said.startsWith('Entry 4: '))
    expect([ended.exitCode, of(told.proven)]).toEqual([
      0,
      shown ? ['Entry 4: the response says that it is recorded as entry 3, and is'] : [],
    ])
    expect(of(told.notProven)).toHaveLength(1)
    expect(of(told.notProven)[0]).toContain(
      shown ? 'the signatures in its response' : sha256(readFileSync(bench.a.response)),
    )
  })

  test('by time: nothing before 2020, everything since', async () => {
    const none = await run('airlock-cold', ['ledger', 'export', '-o', bench.stage.path('pack'), '--to', '2020-01-01'])
    expect([none.exitCode, codesIn(none.stderr)]).toEqual([2, ['ledger_entry_unknown']])
    expect(summaryOf(await bench.pack('--from', '2020-01-01T00:00Z'))).toBe(summaryOf(whole))
  })
})

describe('a pack that was changed', () => {
  test('each line of the chain, by one byte: exit 9, naming the entry', async () => {
    const text = readFileSync(join(whole, 'ledger.jsonl'))
    let start = 0
    for (const { entry } of readPack(whole).entries) {
      const end = text.indexOf(0x0a, start)
      const folder = bench.stage.path('changed')
      withByteChanged(whole, folder, 'ledger.jsonl', start + Math.floor((end - start) / 2))
      const ended = await bench.verify(folder)
      expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([9, ['evidence_broken']])
      expect(flat(ended.stderr)).toContain(`entry ${entry} `)
      start = end + 1
    }
  })

  test('each document, by one byte: exit 9, naming the document', async () => {
    for (const name of readdirSync(join(whole, 'documents'))) {
      const folder = bench.stage.path('changed')
      withByteChanged(whole, folder, join('documents', name), 40)
      const ended = await bench.verify(folder)
      expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([9, ['evidence_document_changed']])
      expect(flat(ended.stderr)).toContain(`documents/${name}`)
    }
  })

  test('the summary, by one byte, by a word, by a line', async () => {
    for (const change of [
      (text: string): string => text.replace('REGISTERED', 'REGISTERES'),
      (text: string): string => text.replace('a person, who typed the phrase', 'nobody'),
      (text: string): string => `${text}\nAll is well.\n`,
      (text: string): string => text.slice(0, -1),
    ]) {
      const folder = copy()
      writeFileSync(join(folder, 'summary.md'), change(summaryOf(whole)))
      const ended = await bench.verify(folder)
      expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([9, ['evidence_summary_differs']])
    }
  })

  test('an entry removed, two exchanged, the newline at the end gone', async () => {
    const lines = readFileSync(join(whole, 'ledger.jsonl'), 'utf8').split('\n').slice(0, -1)
    const [one = '', two = '', three = '', four = '', ...rest] = lines
    const made: readonly (readonly [string, string])[] = [
      [`${[one, two, four, ...rest].join('\n')}\n`, 'entry 3 is missing'],
      [`${[one, two, four, three, ...rest].join('\n')}\n`, 'entry 3 is missing'],
      [`${lines.slice(1).join('\n')}\n`, 'entry 1 is missing'],
      [lines.join('\n'), 'entry 8 '],
      ['', 'is empty'],
    ]
    for (const [text, said] of made) {
      const folder = copy()
      writeFileSync(join(folder, 'ledger.jsonl'), text)
      const ended = await bench.verify(folder)
      expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([9, ['evidence_broken']])
      expect(flat(ended.stderr)).toContain(said)
    }
  })

  test('the tail cut off: the summary tells, and where it was written again the response does', async () => {
    const lines = readFileSync(join(whole, 'ledger.jsonl'), 'utf8').split('\n').slice(0, 5)
    const folder = copy()
    writeFileSync(join(folder, 'ledger.jsonl'), `${lines.join('\n')}\n`)
    const named = new Set(readPack(await bench.pack('--request', bench.a.digest)).documents.keys())
    for (const name of readdirSync(join(folder, 'documents')))
      if (!named.has(name)) rmSync(join(folder, 'documents', name))
    const cut = await bench.verify(folder)
    expect([cut.exitCode, codesIn(cut.stderr)]).toEqual([9, ['evidence_summary_differs']])
    const anchored = await bench.verify(folder, '--anchor', bench.b.response)
    expect(codesIn(anchored.stderr)).toEqual(['evidence_summary_differs', 'evidence_anchor_wrong'])
    expect(flat(anchored.stderr)).toContain('the pack ends at entry 5')
  })

  test('an entry of another ledger in its place, and a response of another ledger', async () => {
    const ledger = bench.stage.path('ledger')
    const response = bench.stage.path('response.json')
    expect((await bench.stage.sign(bench.b.request, response, bench.b.keys, ['--ledger', ledger])).exitCode).toBe(0)
    const other = readPack(await bench.pack('--all', '--ledger', ledger))
    const folder = copy()
    const lines = readFileSync(join(folder, 'ledger.jsonl'), 'utf8').split('\n')
    lines[2] = line(other.entries[2] === undefined ? null : { ...other.entries[2] })
    writeFileSync(join(folder, 'ledger.jsonl'), lines.join('\n'))
    expect(codesIn((await bench.verify(folder)).stderr)).toEqual(['evidence_broken'])
    const foreign = await bench.verify(whole, '--anchor', response)
    expect([foreign.exitCode, codesIn(foreign.stderr)]).toEqual([9, ['evidence_anchor_wrong']])
  })

  test('a document removed, and one that nobody names', async () => {
    const folder = copy()
    rmSync(join(folder, 'documents', bench.a.digest))
    const removed = await bench.verify(folder)
    expect([removed.exitCode, codesIn(removed.stderr)]).toEqual([9, ['evidence_summary_differs']])
    const more = copy()
    writeFileSync(join(more, 'documents', 'notes.txt'), 'nothing')
    const foreign = await bench.verify(more)
    expect([foreign.exitCode, codesIn(foreign.stderr)]).toEqual([9, ['evidence_document_foreign']])
  })

  test('a summary of another version is refused as that', async () => {
    const folder = copy()
    writeFileSync(join(folder, 'summary.md'), summaryOf(whole).replace('evidence/1', 'evidence/2'))
    expect(codesIn((await bench.verify(folder)).stderr)).toEqual(['document_version_unsupported'])
  })
})

describe('the commands', () => {
  test('never overwrite, and want one thing to be about', async () => {
    const again = await run('airlock-cold', ['ledger', 'export', '-o', whole, '--all'])
    expect([again.exitCode, codesIn(again.stderr)]).toEqual([2, ['output_exists']])
    for (const flags of [[], ['--all', '--entry', '3']]) {
      const folder = bench.stage.path('pack')
      const ended = await run('airlock-cold', ['ledger', 'export', '-o', folder, ...flags])
      expect([ended.exitCode, codesIn(ended.stderr), existsSync(folder)]).toEqual([2, ['usage'], false])
    }
  })

  test('no ledger, no pack, no such entry', async () => {
    const out = bench.stage.path('pack')
    const nowhere = bench.stage.path('nowhere')
    const missing = await run('airlock-cold', ['ledger', 'export', '-o', out, '--all', '--ledger', nowhere])
    expect([missing.exitCode, codesIn(missing.stderr)]).toEqual([2, ['ledger_missing']])
    const entry = await run('airlock-cold', ['ledger', 'export', '-o', out, '--entry', '99'])
    expect([entry.exitCode, codesIn(entry.stderr)]).toEqual([2, ['ledger_entry_unknown']])
    const pack = await bench.verify(nowhere)
    expect([pack.exitCode, codesIn(pack.stderr)]).toEqual([2, ['file_not_found']])
  })

  test('a ledger whose document is gone says which, and exports without it', async () => {
    const home = bench.stage.path('ledger')
    cpSync(join(process.env['HOME'] ?? '', '.airlock', 'ledger'), home, { recursive: true })
    rmSync(join(home, 'documents', bench.a.digest))
    const out = bench.stage.path('pack')
    const ended = await run('airlock-cold', ['ledger', 'export', '-o', out, '--all', '--ledger', home])
    expect([ended.exitCode, codesIn(ended.stderr), existsSync(out)]).toEqual([9, ['ledger_broken'], false])
    expect(flat(ended.stderr)).toContain(bench.a.digest)
    const without = await run('airlock-cold', [
      'ledger',
      'export',
      '-o',
      out,
      '--all',
      '--without',
      'requests',
      '--ledger',
      home,
    ])
    expect(without.exitCode).toBe(0)
    expect((await bench.verify(out)).exitCode).toBe(0)
  })
})
