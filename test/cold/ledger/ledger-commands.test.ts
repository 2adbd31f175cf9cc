// The commands of `airlock-cold ledger` on a ledger that a real signing left behind: what verify notices, what list shows, what a
// history carries to another machine.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyLedger } from '../../../src/cold/ledger/ledger-verify.ts'
import { bytesOf, digestOf, edited, type Json } from '../../documents/canonical.ts'
import { refusalOf } from '../../documents/refusal.ts'
import { ColdMachine, doIt, unwrapped } from '../../support/cold-machine.ts'
import { run, type Ended } from '../../support/programs.ts'
import { Seeded } from '../../support/seeded.ts'
import { codesIn } from '../../support/stage.ts'

const EIGENDA = '0x870679E138bCdf293b7Ff14dD44b70FC97e12fc0'
const conflict = {
  'operation.operatorSignature.salt': `0x${'5a17'.repeat(16)}`,
  'operation.socket': '203.0.113.8:32005;32006',
  'transaction.nonce': 99,
}

let machine: ColdMachine
let request: string
/** begun, seen, signed, delivered, seen, declined, refused (no request at all), frozen, imported. */
let ledger: string
beforeAll(async () => {
  machine = await ColdMachine.open()
  request = machine.request()
  await machine.sign(request)
  await machine.sign(machine.request({ 'transaction.nonce': 42 }), [], [{ prompt: /\[no\]: $/, type: '\r' }])
  await machine.sign(machine.write('none.json', '{}\n'), [], [])
  await machine.run('freeze', '--avs', '0x53012C69A189cfA2D9d29eb6F19B32e0A2EA3490', '--reason', 'elsewhere')
  const history = machine.path('history.json')
  const other = machine.anew()
  await other.run('freeze', '--key', `0x${'ab'.repeat(32)}`, '--reason', 'another key')
  await other.run('ledger', 'history', '-o', history)
  await machine.run('ledger', 'import', history)
  ledger = machine.ledger
})
afterAll(() => machine.close())

const ledgerCommand = (folder: string, ...args: readonly string[]): Promise<Ended> =>
  run('airlock-cold', ['ledger', ...args, '--ledger', folder])

let copies = 0
function copy(from = ledger): string {
  const to = join(machine.folder, `copy-${(copies += 1)}`)
  cpSync(from, to, { recursive: true })
  return to
}

const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .toSorted()

describe('the entries', () => {
  it('are what docs/ledger-format.md says: hashed here without the program', () => {
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
    const sorted = (value: Json): Json => {
      if (Array.isArray(value)) return value.map(sorted)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(
        Object.keys(value)
          .toSorted()
          .map((key) => [key, sorted(value[key] ?? null)]),
      )
    }
    let previous = '0'.repeat(64)
    const entries = join(ledger, 'entries')
    for (const [index, name] of readdirSync(entries).toSorted().entries()) {
      expect(name).toBe(`${String(index + 1).padStart(6, '0')}.json`)
      const text = readFileSync(join(entries, name), 'utf8')
      const { body, hash, ...rest } = JSON.parse(text) as { body: Json; hash: string; previous: string }
      expect(text).toBe(`${JSON.stringify(sorted({ body, hash, ...rest }))}\n`)
      expect(rest).toMatchObject({ bodyHash: sha256(JSON.stringify(sorted(body))), entry: index + 1, previous })
      expect(hash).toBe(sha256(JSON.stringify(sorted(rest))))
      previous = hash
      expect(statSync(join(entries, name)).mode & 0o777).toBe(0o600)
    }
    for (const name of readdirSync(join(ledger, 'documents')))
      expect(digestOf(readFileSync(join(ledger, 'documents', name)))).toBe(name)
  })
})

describe('verify', () => {
  it('a whole ledger: what is in it, and the head to write down', async () => {
    const { exitCode, stdout } = await ledgerCommand(ledger, 'verify', '--json')
    const events = machine.events()
    const last = machine.entries().at(-1)
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      entries: events.length,
      head: { entry: events.length, hash: last?.hash },
      id: machine.entries()[0]?.hash.slice(0, 16),
      counts: { begun: 1, signed: 1, declined: 1, refused: 1, seen: 2, frozen: 1, imported: 1 },
    })
  })

  it('any byte of any file, changed: exit 9, and the entry or the document is named', () => {
    const folder = copy()
    const random = new Seeded(7)
    const unnoticed: string[] = []
    for (const name of filesOf(folder)) {
      const path = join(folder, name)
      const whole = readFileSync(path)
      // Every byte of the small files and of two entries; of the others, forty.
      const every = name === 'head.json' || /00000[38]/.test(name)
      const places = every ? whole.keys() : Array.from({ length: 40 }, () => random.below(whole.length))
      const named = name.startsWith('entries')
        ? new RegExp(`entry ${Number(/\d+/.exec(name)?.[0])} `)
        : name === 'head.json'
          ? /head\.json/
          : new RegExp(name.replace('documents/', ''))
      for (const place of places) {
        const changed = Buffer.from(whole)
        changed[place] = (changed[place] ?? 0) ^ (1 << random.below(8))
        writeFileSync(path, changed)
        try {
          const refused = refusalOf(() => verifyLedger(folder))
          if (refused.exitCode !== 9 || !named.test(refused.message))
            unnoticed.push(`${name} ${place} ${refused.message}`)
        } catch (error) {
          unnoticed.push(`${name} ${place} ${String(error)}`)
        }
      }
      writeFileSync(path, whole)
    }
    expect(unnoticed).toEqual([])
    expect(verifyLedger(folder).ledger.entries).toHaveLength(machine.events().length)
  })

  it('any file that is gone: exit 9', () => {
    for (const name of filesOf(ledger)) {
      const folder = copy()
      unlinkSync(join(folder, name))
      const refused = refusalOf(() => verifyLedger(folder))
      expect([name, refused.code]).toEqual([name, 'ledger_broken'])
      rmSync(folder, { recursive: true })
    }
  })

  it.each<[name: string, harm: (folder: string) => void, says: RegExp]>([
    ['a byte of an entry', (folder) => patch(folder, 'entries/000003.json', '"nonce":41', '"nonce":40'), /entry 3 /],
    ['the first entry gone', (folder) => unlinkSync(join(folder, 'entries/000001.json')), /entry 1 is missing/],
    [
      'two entries swapped',
      (folder) => {
        const [four, five] = ['000004', '000005'].map((name) => join(folder, `entries/${name}.json`)) as [
          string,
          string,
        ]
        const text = readFileSync(four)
        writeFileSync(four, readFileSync(five))
        writeFileSync(five, text)
      },
      /entry 4 is missing: entry 5 stands in its place/,
    ],
    [
      'the newest entry gone',
      (folder) => unlinkSync(join(folder, 'entries', filesOf(join(folder, 'entries')).at(-1) ?? '')),
      /head\.json says that there were/,
    ],
    [
      'the request gone',
      (folder) => unlinkSync(join(folder, 'documents', digestOf(readFileSync(request)))),
      /a document that entry 2 names \(one of its requests\)/,
    ],
    [
      'the body of an entry left out',
      (folder) => {
        const path = join(folder, 'entries/000003.json')
        writeFileSync(path, readFileSync(path, 'utf8').replace(/"body":\{.*\},"bodyHash"/, '"body":null,"bodyHash"'))
      },
      /entry 3 /,
    ],
  ])('%s: by the built program, and nothing is signed with it', async (_, harm, says) => {
    const folder = copy()
    harm(folder)
    const before = filesOf(folder)
    const verified = await ledgerCommand(folder, 'verify')
    expect([verified.exitCode, codesIn(verified.stderr)]).toEqual([9, ['ledger_broken']])
    expect(unwrapped(verified.stderr)).toMatch(says)
    expect(verified.stderr.split('\n').filter((line) => line.length > 80 && !/[0-9a-f]{64}/.test(line))).toEqual([])
    expect(filesOf(folder)).toEqual(before)
  })

  function patch(folder: string, name: string, from: string, to: string): void {
    const path = join(folder, name)
    const text = readFileSync(path, 'utf8')
    expect(text).toContain(from)
    writeFileSync(path, text.replace(from, to))
  }

  it('no ledger at all', async () => {
    const { exitCode, stderr } = await ledgerCommand(join(machine.folder, 'nowhere'), 'verify')
    expect([exitCode, codesIn(stderr)]).toEqual([2, ['ledger_missing']])
    expect(existsSync(join(machine.folder, 'nowhere'))).toBe(false)
  })

  it('a broken ledger signs nothing, freezes nothing, exports nothing', async () => {
    const folder = copy()
    patch(folder, 'entries/000003.json', '"nonce":41', '"nonce":40')
    const history = machine.path('history.json')
    const files = filesOf(folder)
    for (const args of [
      ['sign', request, '-o', machine.path('response.json'), ...machine.keyFlags()],
      ['freeze', '--all', '--reason', 'x'],
      ['ledger', 'history', '-o', history],
      ['ledger', 'list'],
    ]) {
      const { exitCode, stderr } = await run('airlock-cold', [...args, '--ledger', folder])
      expect([exitCode, codesIn(stderr)]).toEqual([9, ['ledger_broken']])
    }
    expect([existsSync(history), filesOf(folder)]).toEqual([false, files])
  })
})

describe('list', () => {
  const numbers = async (...filters: readonly string[]): Promise<readonly number[]> => {
    const { exitCode, stdout } = await ledgerCommand(ledger, 'list', ...filters, '--json')
    expect(exitCode).toBe(0)
    return (JSON.parse(stdout) as { entries: { entry: number }[] }).entries.map(({ entry }) => entry)
  }

  it('without filters: everything, within 80 columns', async () => {
    const { stdout } = await ledgerCommand(ledger, 'list')
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect([...stdout.matchAll(/^ {1,5}(\d+) {2}\d/gm)].map(([, entry]) => Number(entry))).toEqual([
      ...machine.events().map((_, index) => index + 1),
    ])
  })

  it('by event, request, operator, AVS, time and number', async () => {
    const digest = digestOf(readFileSync(request))
    expect(await numbers('--event', 'seen')).toEqual([2, 5])
    expect(await numbers('--request', digest.slice(0, 12))).toEqual([2, 3])
    expect(await numbers('--request', digestOf(Buffer.from('{}\n')))).toEqual([7])
    expect(await numbers('--operator', machine.keys.operator.toLowerCase())).toEqual([2, 3, 5, 6])
    expect(await numbers('--operator', '0x0000000000')).toEqual([])
    expect(await numbers('--avs', EIGENDA.slice(0, 10))).toEqual([2, 3, 5, 6])
    expect(await numbers('--avs', '0x0baac7')).toEqual([2, 3, 5, 6])
    expect(await numbers('--event', 'seen', '--last', '1')).toEqual([5])
    expect(await numbers('--from', '2000-01-01', '--to', '2001-01-01')).toEqual([])
    expect(await numbers('--from', '2001-01-01', '--last', '2')).toEqual([8, 9])
    expect((await ledgerCommand(ledger, 'list', '--event', 'nothing')).exitCode).toBe(2)
  })
})

describe('a history, to another machine', () => {
  const codesOf = async (here: ColdMachine, path: string): Promise<readonly unknown[]> => {
    const { exitCode, codes } = await here.sign(path, [], [])
    return [exitCode, ...codes]
  }

  it('carries what was signed and what is frozen; twice is as once; an older one takes nothing away', async () => {
    const old = machine.anew()
    const empty = machine.path('empty.json')
    await old.run('freeze', '--key', `0x${'ab'.repeat(32)}`, '--reason', 'begun')
    await old.run('ledger', 'history', '-o', empty)
    await old.sign(request)
    const unsettled = machine.path('unsettled.json')
    const made = await old.run('ledger', 'history', '-o', unsettled)
    expect(made.stdout).toContain(digestOf(readFileSync(unsettled)))
    for (const secret of [machine.keys.operatorSecret.slice(2), machine.keys.blsSecret.toString(16)])
      expect(readFileSync(unsettled, 'utf8')).not.toContain(secret)

    const here = machine.anew()
    for (const file of [unsettled, unsettled, empty])
      expect((await here.run('ledger', 'import', file)).exitCode).toBe(0)
    expect((await ledgerCommand(here.ledger, 'verify')).exitCode).toBe(0)
    expect(await codesOf(here, machine.request(conflict))).toEqual([4, 'registration_conflict'])
    const salt = machine.request({ expiry: machine.json().expiry - 1, 'transaction.nonce': 99 })
    expect(await codesOf(here, salt)).toEqual([4, 'salt_reused'])

    // What was signed there may be signed here again: the same meaning, the same digests.
    expect((await here.sign(request)).exitCode).toBe(0)

    // Settled there, and imported once more: here it came unsettled before, and stays so until a person settles it here.
    const id = old.entries()[0]?.hash.slice(0, 16) ?? ''
    await old.type(['ledger', 'settle', '4', '--reason', 'destroyed'], [doIt])
    const settled = machine.path('settled.json')
    await old.run('ledger', 'history', '-o', settled)
    const third = machine.anew()
    await third.run('ledger', 'import', unsettled)
    await third.run('ledger', 'import', settled)
    expect(await codesOf(third, machine.request(conflict))).toEqual([4, 'registration_conflict'])
    expect((await third.type(['ledger', 'settle', `${id}:4`, '--reason', 'destroyed'], [doIt])).exitCode).toBe(0)
    expect((await third.sign(machine.request(conflict))).exitCode).toBe(0)
    const unknown = await third.type(['ledger', 'settle', `${id}:5`, '--reason', 'x'], [])
    expect([unknown.exitCode, unknown.codes]).toEqual([2, ['ledger_entry_unknown']])
  })

  it('a freeze goes along, and on to a third machine; it is lifted where it holds', async () => {
    const [first, second, third] = [machine.anew(), machine.anew(), machine.anew()]
    const [one, two] = [machine.path('one.json'), machine.path('two.json')]
    await first.run('freeze', '--avs', EIGENDA.toLowerCase(), '--reason', 'not reviewed')
    await first.run('ledger', 'history', '-o', one)
    await second.run('ledger', 'import', one)
    expect(await codesOf(second, request)).toEqual([10, 'frozen'])
    await second.run('ledger', 'history', '-o', two)
    await third.run('ledger', 'import', two)
    expect(await codesOf(third, request)).toEqual([10, 'frozen'])
    const lifted = await second.type(['unfreeze', '2', '--reason', 'reviewed'], [doIt])
    expect([lifted.exitCode, unwrapped(lifted.screen).includes('"not reviewed"')]).toEqual([0, true])
    expect((await second.sign(request)).exitCode).toBe(0)
    expect(await codesOf(third, request)).toEqual([10, 'frozen'])
  })

  it('that is damaged or of another kind is refused, and changes nothing', async () => {
    const [from, here] = [machine.anew(), machine.anew()]
    const history = machine.path('history.json')
    await from.run('freeze', '--all', '--reason', 'x')
    await from.run('ledger', 'history', '-o', history)
    await here.run('freeze', '--all', '--reason', 'y')
    const whole = readFileSync(history, 'utf8')
    const fields = edited(JSON.parse(whole) as { [key: string]: Json }, { checksum: undefined })
    const files: readonly (readonly [string, string])[] = [
      ['document_checksum_wrong', whole.replace('"reason": "x"', '"reason": "z"')],
      ['document_not_json', whole.slice(0, 100)],
      ['document_not_canonical', whole.replace('\n', '\n\n')],
      ['field_unknown', Buffer.from(bytesOf(edited(fields, { more: 1 }))).toString()],
      ['document_kind_wrong', readFileSync(request, 'utf8')],
      ['document_empty', ''],
    ]
    for (const [code, text] of files) {
      const refused = await here.run('ledger', 'import', machine.write('bad.json', text))
      expect([refused.exitCode, codesIn(refused.stderr)]).toEqual([3, [code]])
    }
    expect(here.events()).toEqual(['begun', 'frozen'])
  })

  it('of this very ledger, that reaches further than it: an older copy was put in its place', async () => {
    const here = machine.anew()
    await here.run('freeze', '--key', `0x${'ab'.repeat(32)}`, '--reason', 'x')
    const older = copy(here.ledger)
    await here.sign(request)
    const history = machine.path('history.json')
    await here.run('ledger', 'history', '-o', history)
    const { exitCode, stderr } = await ledgerCommand(older, 'import', history)
    expect([exitCode, codesIn(stderr)]).toEqual([9, ['ledger_rolled_back']])
    expect((await here.run('ledger', 'import', history)).exitCode).toBe(0)
  })
})

describe('settle', () => {
  it('asks for its phrase, for an entry that is there and for a reason', async () => {
    const here = machine.anew()
    await here.sign(request)
    const settle = ['ledger', 'settle', '3', '--reason', 'never sent']
    const declined = await here.type(settle, [{ ...doIt, type: 'settle\r' }])
    expect([declined.exitCode, declined.codes]).toEqual([5, ['declined']])
    expect(declined.screen.split('\n').filter((line) => line.trimEnd().length > 80)).toEqual([])
    for (const said of [machine.keys.operator, EIGENDA, digestOf(readFileSync(request)), 'never sent'])
      expect(declined.screen).toContain(said)
    expect(codesIn((await here.run(...settle)).stderr)).toEqual(['no_terminal'])
    for (const entry of ['9', '0', 'x', `${'ab'.repeat(8)}:3`])
      expect(codesIn((await here.run('ledger', 'settle', entry, '--reason', 'x')).stderr)).toEqual([
        'ledger_entry_unknown',
      ])
    expect((await here.run('ledger', 'settle', '3')).exitCode).toBe(2)
    expect(here.events()).toEqual(['begun', 'seen', 'signed', 'delivered'])
    expect((await here.type(settle, [doIt])).exitCode).toBe(0)
    expect(here.last()).toMatchObject({ event: 'settled', of: 3, reason: 'never sent' })
  })

  it('the command of a refusal, typed as it stands, is one step: one phrase, and what was refused is signed', async () => {
    const here = machine.anew()
    // One request in two entries, for each of its keys; and the same registration once more, with another salt.
    await here.sign(request, here.keyFlags(['bls']))
    await here.sign(request, here.keyFlags(['ecdsa']))
    const fresh = { 'operation.operatorSignature.salt': `0x${'6a'.repeat(32)}` }
    await here.sign(machine.request({ ...fresh, 'transaction.nonce': 98 }), [], [{ prompt: /\[no\]: $/, type: '\r' }])
    await here.sign(machine.request({ ...fresh, 'transaction.nonce': 98 }))
    const other = machine.request(conflict)
    const refused = await here.sign(other, [], [])
    expect([...new Set(refused.codes)]).toEqual(['registration_conflict'])
    const typed = /^ {2}airlock-cold (ledger settle ([0-9 ]+)) --reason 'never sent' --ledger (\S+)$/m.exec(
      refused.screen,
    )
    expect(typed?.[3]).toBe(here.ledger)
    const words = [...(typed?.[1]?.split(' ') ?? []), '--reason', 'never sent']
    const settled = await here.type(words, [doIt])
    expect([settled.exitCode, settled.screen.match(/To do it, type: /g)?.length]).toEqual([0, 1])
    const events = here.events()
    const signings = events.flatMap((event, index) => (event === 'signed' ? [index + 1] : []))
    const done = here.entries().flatMap(({ body }) => (body.event === 'settled' ? [body['of']] : []))
    expect([signings.length, done.toSorted((a, b) => Number(a) - Number(b))]).toEqual([3, signings])
    expect((await here.sign(other)).exitCode).toBe(0)
  })

  it('of several entries a statement each, which approvers approve one by one', async () => {
    const here = machine.anew()
    await here.sign(request)
    const path = machine.path('ask.json')
    const asked = await here.run('ledger', 'settle', '3', '1', '--reason', 'x', '--statement', path)
    expect(asked.exitCode).toBe(0)
    for (const entry of [3, 1]) {
      const statement = JSON.parse(readFileSync(path.replace('.json', `-${entry}.json`), 'utf8')) as object
      expect(statement).toMatchObject({ entry, entryHash: here.entries()[entry - 1]?.hash, statement: 'settle' })
    }
    expect([existsSync(path), here.events().includes('settled')]).toEqual([false, false])
  })
})
