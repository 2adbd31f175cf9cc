// A disk that is full, slow or read-only, and a clock that jumps: a refusal by name or a whole success, never half a response.
//
// The disks are real ones of a few KiB, in a mount namespace of their own; the clock is that of libfaketime.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VerifiedResponse } from '../../../src/hot/verify/verify.ts'
import { entriesOf, unfinished } from '../../support/stopped/ledger-check.ts'
import { canUnshare } from '../../support/programs.ts'
import { SignRoom, type Killed, type Wanted } from '../../support/stopped/sign-room.ts'

let room: SignRoom

beforeAll(async () => {
  room = await SignRoom.open()
})
afterAll(() => room.close())

interface Place {
  readonly folder: string
  readonly ledger: string
  readonly out: string
}

function fresh(name: string): Place {
  const folder = room.fresh(name)
  const ledger = join(folder, 'ledger')
  mkdirSync(ledger, { mode: 0o700 })
  return { folder, ledger, out: join(folder, 'out') }
}

const commandOf = (
  wanted: Wanted,
  { ledger, out }: Place,
  output = 'response.json',
  within: readonly string[] = [],
): readonly string[] =>
  room.command([{ ...wanted.keys, ledger, output: join(out, output), request: wanted.path, force: true }], within)

/** Runs a command. */
function ran(command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Killed> {
  const [program = '', ...args] = command
  return new Promise((done, fail) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 120_000,
    })
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('error', fail)
    child.on('close', (exitCode) => done({ exitCode, stderr }))
  })
}

const quoted = (command: readonly string[]): string => command.map((part) => `'${part}'`).join(' ')
/** The code of the refusal, which comes after the review and its findings. */
const codeIn = (stderr: string): string => [...stderr.matchAll(/\(([a-z_]+)\)$/gm)].at(-1)?.[1] ?? ''

/** Runs a script of a shell as the owner of a mount namespace. */
const inNamespace = (script: string): Promise<Killed> => ran(['unshare', '-rm', 'sh', '-c', script])

async function expectWhole(path: string, { bytes }: Wanted): Promise<void> {
  const verified = VerifiedResponse.open(await VerifiedResponse.verify(bytes, readFileSync(path)))
  expect(verified.check.missing).toEqual([])
}

describe.skipIf(!canUnshare)('a full disk', () => {
  /** Signs with the ledger on a disk of so many KiB, then again with room enough; leaves copies of both. */
  async function signedOn(
    kilobytes: number,
  ): Promise<{ place: Place; wanted: Wanted; codes: readonly number[]; stderr: string }> {
    const place = fresh('full')
    const wanted = room.request('transaction')
    const { ledger, folder, out } = place
    const sign = quoted(commandOf(wanted, place))
    const script = [
      `mount -t tmpfs -o size=${kilobytes}k,mode=700 none '${ledger}'`,
      `${sign}; first=$?; cp -a '${ledger}' '${folder}/first'; cp -a '${out}' '${folder}/first-out'`,
      `mount -o remount,size=4m '${ledger}'; ${sign} 2>/dev/null; second=$?; cp -a '${ledger}' '${folder}/second'`,
      `echo "codes: $first $second" >&2`,
    ]
    const { stderr } = await inNamespace(script.join('; '))
    const codes = (/codes: (\d+) (\d+)/.exec(stderr) ?? []).slice(1).map(Number)
    return { place, wanted, codes, stderr }
  }

  // A page for each file and each folder's name: from no room for the first entry to room for all.
  test.each([12, 24, 32, 44, 80])('of %i KiB under the ledger', async (kilobytes) => {
    const { place, wanted, codes, stderr } = await signedOn(kilobytes)
    const [first, second] = codes
    expect([0, 9]).toContain(first)
    if (first === 9) {
      expect(codeIn(stderr)).toBe('ledger_unwritable')
      expect(stderr).toContain('cannot be written: ENOSPC')
    }
    const entries = entriesOf(join(place.folder, 'first'))
    const released = existsSync(join(place.folder, 'first-out', 'response.json'))
    if (released) {
      await expectWhole(join(place.folder, 'first-out', 'response.json'), wanted)
      expect(entries.filter(({ body }) => body.event === 'signed')).toHaveLength(1)
    }
    expect(unfinished(join(place.folder, 'first-out'))).toEqual([])
    expect(second).toBe(0)
    expect(entriesOf(join(place.folder, 'second')).filter(({ body }) => body.event === 'signed')).toHaveLength(1)
    await expectWhole(join(place.out, 'response.json'), wanted)
  })

  test('the smallest refuses, the largest signs', async () => {
    expect((await signedOn(4)).codes[0]).toBe(9)
    expect((await signedOn(400)).codes[0]).toBe(0)
  })
})

describe('a disk that may not be written', () => {
  test.skipIf(!canUnshare)('a ledger on a read-only mount', async () => {
    const place = fresh('readonly')
    expect((await ran(commandOf(room.request('transaction'), place, 'first.json'))).exitCode).toBe(0)
    const before = entriesOf(place.ledger)
    const { ledger } = place
    const sign = quoted(commandOf(room.request('transaction'), place))
    const { exitCode, stderr } = await inNamespace(
      `mount --bind '${ledger}' '${ledger}' && mount -o remount,bind,ro '${ledger}' && ${sign}`,
    )
    expect([exitCode, codeIn(stderr)]).toEqual([9, 'ledger_unwritable'])
    expect(stderr).toContain('EROFS')
    expect(entriesOf(ledger)).toEqual(before)
    expect(existsSync(join(place.out, 'response.json'))).toBe(false)
  })

  /** Without the right of root to write everywhere, which a namespace gives too. */
  const plain =
    canUnshare || process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : []

  test
    .skipIf(plain.length > 0 && spawnSync('setpriv', [...plain.slice(1), 'true']).status !== 0)
    .each(['ledger', 'entries', 'documents'])('a folder without the right to write: %s', async (name) => {
    const place = fresh('mode')
    expect((await ran(commandOf(room.request('transaction'), place, 'first.json'))).exitCode).toBe(0)
    const folder = name === 'ledger' ? place.ledger : join(place.ledger, name)
    chmodSync(folder, 0o500)
    const { exitCode, stderr } = await ran(commandOf(room.request('transaction'), place, 'response.json', plain))
    chmodSync(folder, 0o700)
    expect([exitCode, codeIn(stderr)]).toEqual([9, 'ledger_unwritable'])
    expect(existsSync(join(place.out, 'response.json'))).toBe(false)
    expect(unfinished(place.folder)).toEqual([])
    expect((await ran(commandOf(room.request('transaction'), place))).exitCode).toBe(0)
  })
})

test('a slow disk: two signings at once, each fsync a twentieth of a second', async () => {
  const place = fresh('slow')
  const both = [room.request('transaction'), room.request('transaction')]
  const faults = { folders: [place.ledger, place.out], slowSync: 50 }
  const ended = await Promise.all(
    both.map(({ keys, path }, index) =>
      room.run([{ ...keys, ledger: place.ledger, output: join(place.out, `${index}.json`), request: path }], faults),
    ),
  )
  expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0])
  expect(entriesOf(place.ledger)).toHaveLength(7)
  for (const [index, wanted] of both.entries()) await expectWhole(join(place.out, `${index}.json`), wanted)
})

describe.skipIf(spawnSync('faketime', ['--version']).error !== undefined)('a clock that jumps', () => {
  /** With another clock, by hours from ours; as a time, so that it holds where ours is not that of the machine either. */
  const at = (hours: number, command: readonly string[]): Promise<Killed> => {
    const time = new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
    return ran(['faketime', '-f', `@${time}`, ...command], { FAKETIME_DONT_FAKE_MONOTONIC: '1', TZ: 'UTC' })
  }

  test('back: refused, and recorded', async () => {
    const place = fresh('back')
    expect((await ran(commandOf(room.request('transaction'), place, 'first.json'))).exitCode).toBe(0)
    const refused = await at(-2, commandOf(room.request('transaction', { 'block.timestamp': hoursAgo(3) }), place))
    expect([refused.exitCode, codeIn(refused.stderr)]).toEqual([9, 'ledger_clock_backwards'])
    expect(refused.stderr).toMatch(/before entry \d of the ledger/)
    expect(existsSync(join(place.out, 'response.json'))).toBe(false)
    expect(entriesOf(place.ledger).at(-1)?.body.event).toBe('refused')
    expect((await ran(commandOf(room.request('transaction'), place))).exitCode).toBe(0)
  })

  test('ahead, beyond the expiry: refused; ahead and back again: refused until then', async () => {
    const place = fresh('ahead')
    const late = await at(8 * 24, commandOf(room.request('transaction'), place))
    expect([late.exitCode, codeIn(late.stderr)]).toEqual([8, 'expiry_past'])
    const back = await ran(commandOf(room.request('transaction'), place))
    expect([back.exitCode, codeIn(back.stderr)]).toEqual([9, 'ledger_clock_backwards'])
    expect(existsSync(join(place.out, 'response.json'))).toBe(false)
  })

  const hoursAgo = (hours: number): number => Math.floor(Date.now() / 1000) - hours * 3600
})
