// Several programs at once on one ledger: one order, nothing lost, and every response good on the other machine.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { VerifiedResponse } from '../../../src/hot/verify/verify.ts'
import { digestOf } from '../../documents/canonical.ts'
import type { ResponseJson } from '../../documents/documents.ts'
import { appendTogether, lostAppends } from '../../support/stopped/append-together.ts'
import { makeKeyFiles } from '../../support/keystores.ts'
import { entriesOf, unfinished, type EntryJson } from '../../support/stopped/ledger-check.ts'
import { approve, run, runProcessInTerminal } from '../../support/programs.ts'
import { SignRoom, type Killed, type Wanted } from '../../support/stopped/sign-room.ts'

let room: SignRoom

beforeAll(async () => {
  room = await SignRoom.open()
})
afterAll(() => room.close())

const count = (entries: readonly EntryJson[], event: string): number =>
  entries.filter(({ body }) => body.event === event).length

const output = (place: string, index: number): string => join(place, 'out', `response${index}.json`)

/** Each request in a process of its own, all started at once. */
function together(place: string, wanted: readonly Wanted[]): Promise<readonly Killed[]> {
  const ledger = join(place, 'ledger')
  return Promise.all(
    wanted.map(({ keys, path }, index) => room.run([{ ...keys, request: path, ledger, output: output(place, index) }])),
  )
}

/** The response is good for its request, and its anchor is the entry that recorded it. */
async function expectGood(
  path: string,
  { bytes }: Pick<Wanted, 'bytes'>,
  entries: readonly EntryJson[],
): Promise<void> {
  const response = readFileSync(path)
  expect(VerifiedResponse.open(await VerifiedResponse.verify(bytes, response)).check.missing).toEqual([])
  const { anchors } = JSON.parse(response.toString()) as ResponseJson
  const [anchor = { entry: 0, hash: '', ledger: '' }, ...more] = anchors
  expect(more).toEqual([])
  const entry = entries[anchor.entry - 1]
  expect([entry?.body.event, entry?.hash.slice(0, 32), entries[0]?.hash.slice(0, 16)]).toEqual([
    'signed',
    anchor.hash,
    anchor.ledger,
  ])
  expect((entry?.body['request'] as { digest: string }).digest).toBe(digestOf(bytes))
}

test('two built programs in two terminals', async () => {
  const place = room.fresh('two')
  const keys = await makeKeyFiles(place, 'light')
  const both = [1, 2].map(() => room.request('whole', { 'operation.operator': keys.operator }))
  const flags = [
    ...['--ecdsa-keystore', keys.ecdsaKeystore, '--ecdsa-password-file', keys.ecdsaPasswordFile],
    ...['--bls-keystore', keys.blsKeystore, '--bls-password-file', keys.blsPasswordFile],
    ...['--ledger', join(place, 'ledger')],
  ]
  const ended = await Promise.all(
    both.map(({ path }, index) =>
      runProcessInTerminal('airlock-cold', ['sign', path, '-o', output(place, index), ...flags], [approve]),
    ),
  )
  expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0])
  const entries = entriesOf(join(place, 'ledger'))
  expect(entries).toHaveLength(1 + 2 * 3)
  for (const [index, wanted] of both.entries()) {
    await expectGood(output(place, index), wanted, entries)
    expect((await run('airlock-hot', ['verify', wanted.path, output(place, index)])).exitCode).toBe(0)
  }
})

test('twenty: ten requests, and one request ten times', async () => {
  const place = room.fresh('twenty')
  const different = Array.from({ length: 10 }, () => room.request('transaction'))
  const same = room.request('transaction')
  const wanted = [...different, ...Array.from({ length: 10 }, () => same)]
  const ended = await together(place, wanted)
  expect(ended).toEqual(wanted.map(() => ({ exitCode: 0, stderr: expect.any(String) as string })))
  const entries = entriesOf(join(place, 'ledger'))
  const events = ['begun', 'seen', 'signed', 'repeated', 'delivered'].map((event) => count(entries, event))
  expect(events).toEqual([1, 20, 11, 9, 20])
  expect(entries).toHaveLength(61)
  for (const [index, each] of wanted.entries()) await expectGood(output(place, index), each, entries)
  const bytes = new Set(wanted.slice(10).map((_, index) => digestOf(readFileSync(output(place, 10 + index)))))
  expect(bytes.size).toBe(1)
  expect(unfinished(place)).toEqual([])
})

test('ten that contradict one another: one is signed, nine are refused by name', async () => {
  const place = room.fresh('rivals')
  const rivals = Array.from({ length: 10 }, (_, index) =>
    room.request('transaction', { 'operation.socket': `203.0.113.${index + 1}:32005`, 'transaction.nonce': 7 }),
  )
  const ended = await together(place, rivals)
  const entries = entriesOf(join(place, 'ledger'))
  expect(ended.map(({ exitCode }) => exitCode).toSorted()).toEqual([0, ...Array.from({ length: 9 }, () => 4)])
  for (const { exitCode, stderr } of ended) if (exitCode === 4) expect(stderr).toContain('(nonce_conflict)')
  expect([count(entries, 'signed'), count(entries, 'refused'), count(entries, 'delivered')]).toEqual([1, 9, 1])
  const winner = ended.findIndex(({ exitCode }) => exitCode === 0)
  await expectGood(output(place, winner), rivals[winner] as Wanted, entries)
})

test('eight processes append forty entries each: no gap, no loss, each in its own order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'airlock-append-'))
  const entries = await appendTogether(folder, 8, 40)
  expect(lostAppends(entries, 8, 40)).toEqual([])
  expect(unfinished(folder)).toEqual([])
  rmSync(folder, { recursive: true, force: true })
})
