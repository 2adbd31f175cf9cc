// A signing ended by SIGKILL anywhere: no signature without its entry, no ledger that does not go on by itself.
//
// A small share of what scripts/kill-sign.ts does; the signatures that must come out are those of ethers.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Ledger } from '../../../src/cold/ledger/ledger.ts'
import { digestOf } from '../../documents/canonical.ts'
import { makeKeyFiles } from '../../support/keystores.ts'
import { KillSigning } from '../../support/stopped/kill-signing.ts'
import { entriesOf, unfinished } from '../../support/stopped/ledger-check.ts'
import { approve, inTerminal } from '../../support/programs.ts'
import { Seeded } from '../../support/seeded.ts'
import { SignRoom, UNSHARE } from '../../support/stopped/sign-room.ts'

let room: SignRoom
let operations: readonly string[]

beforeAll(async () => {
  room = await SignRoom.open()
  operations = await new KillSigning(room, 1, 1).operations()
})
afterAll(() => room.close())

/** Where an operation stands in the signing, counted from 1. */
function place(name: string, path: RegExp): number {
  const index = operations.findIndex((operation) => operation.startsWith(`${name} `) && path.test(operation))
  if (index === -1) throw new Error(`no ${name} of ${path.source}`)
  return index + 1
}

test('after an operation that changes something, and in the middle of a write', async () => {
  const changing = operations.flatMap((operation, index) =>
    /^(link|rename|mkdir|write)Sync/.test(operation) ? [{ at: index + 1, operation }] : [],
  )
  const signing = new KillSigning(room, 2, 1)
  const some = new Seeded(2).shuffled(changing).slice(0, 10)
  for (const { at, operation } of some)
    await signing.point({ at, when: operation.startsWith('writeSync') ? 'half' : 'after' })
  await signing.end()
  expect(signing.counts).toMatchObject({ points: some.length, killed: some.length })
})

test('at random', async () => {
  const signing = new KillSigning(room, 3, 5)
  for (let points = 0; points < 14; points += 1) await signing.point(signing.drawn(operations.length))
  await signing.end()
  expect(signing.counts.sameBytes + signing.counts.sameSignatures).toBe(14)
})

test('while it begins, twice: neither run lives to write head.json', async () => {
  const folder = room.fresh('begins')
  const [ledger, out] = [join(folder, 'ledger'), join(folder, 'out')]
  const wanted = room.request('transaction')
  const visit = { ...wanted.keys, request: wanted.path, ledger, output: join(out, 'response.json') }
  // An operation of one file alone: the first is linked to its number, and that is the last thing that happens.
  const kill = (file: string): Promise<{ exitCode: number | null }> =>
    room.run([visit], { folders: [join(ledger, 'entries', file)], kill: { at: LINKED, when: 'after' } })
  expect((await kill('.000001')).exitCode).toBeNull()
  expect(readdirSync(ledger)).not.toContain('head.json')
  expect((await kill('.000002')).exitCode).toBeNull()
  expect(entriesOf(ledger)).toHaveLength(2)
  expect(Ledger.open(ledger).entries).toHaveLength(2)
  expect((await room.run([visit])).exitCode).toBe(0)
  expect(unfinished(folder)).toEqual([])
})

/** An entry's file beside its place is opened, written, synced, closed, linked. */
const LINKED = 5

test('a response is opened only after its entry, its content and its name, is on the disk', () => {
  const beside = /\/entries\/\.000003/
  const order = [
    place('openSync', beside),
    place('writeSync', beside),
    place('fsyncSync', beside),
    place('linkSync', beside),
    operations.findIndex((each, index) => index > place('linkSync', beside) && /^fsyncSync .*\/entries$/.test(each)) +
      1,
    place('openSync', /\/out\/\./),
    place('fsyncSync', /\/out\/\./),
    place('linkSync', /\/out\/\./),
    place('openSync', /\/entries\/\.000004/),
  ]
  expect(order).toEqual(order.toSorted((a, b) => a - b))
})

test('the built program in a terminal, while it releases the response', async () => {
  const folder = room.fresh('terminal')
  const [ledger, out] = [join(folder, 'ledger'), join(folder, 'out')]
  const keys = await makeKeyFiles(folder, 'light')
  const { path, bytes } = room.request('transaction', { 'operation.operator': keys.operator })
  const key = ['--ecdsa-keystore', keys.ecdsaKeystore, '--ecdsa-password-file', keys.ecdsaPasswordFile]
  const output = join(out, 'response.json')
  const sign = ['dist/airlock-cold.mjs', 'sign', path, '-o', output, '--ledger', ledger, ...key]
  const killed = async (at: number): Promise<void> => {
    const faults = { folders: [join(out, '.response')], kill: { at, when: 'half' } }
    const env = { AIRLOCK_FAULTS: JSON.stringify(faults) }
    const ended = await inTerminal([...UNSHARE, process.execPath, '--require', room.preload, ...sign], [approve], {
      env,
    })
    expect(ended.exitCode).toBe(128 + 9)
  }
  const WRITTEN = 2
  await killed(WRITTEN)
  const [signed, ...more] = entriesOf(ledger).filter(({ body }) => body.event === 'signed')
  expect(more).toEqual([])
  expect((signed?.body['request'] as { digest: string }).digest).toBe(digestOf(bytes))
  expect(existsSync(output)).toBe(false)
  expect(unfinished(out)).toHaveLength(1)
  const again = await inTerminal([...UNSHARE, process.execPath, ...sign], [approve])
  expect(again.exitCode).toBe(0)
  expect(unfinished(folder)).toEqual([])
  const { anchors } = JSON.parse(readFileSync(output, 'utf8')) as { anchors: readonly { entry: number }[] }
  expect(anchors.map(({ entry }) => entry)).toEqual([signed?.entry])
})
