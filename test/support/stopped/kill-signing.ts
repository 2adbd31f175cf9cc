// Signings that are ended by SIGKILL, one after the other, and what must be true after each.
//
// A process signs the request of the point before once more, as a person does who types the command again, and then another
// one, during which it is killed. After the kill: nothing of a response without an entry, and a ledger that holds
// together. After the next process: the same signatures, the same bytes where they were recorded, no leftovers.
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf } from '../../documents/canonical.ts'
import type { ResponseJson } from '../../documents/documents.ts'
import type { Faults } from './fault-preload.ts'
import { entriesOf, unfinished, type EntryJson } from './ledger-check.ts'
import { Seeded } from '../seeded.ts'
import type { DriverVisit } from './sign-driver.ts'
import type { SignRoom, Wanted } from './sign-room.ts'

export interface KillCounts {
  points: number
  killed: number
  /** Ended by itself before the kill came. */
  late: number
  /** What was there after the kill. */
  recorded: number
  released: number
  halfReleased: number
  unfinished: number
  /** Signed again, by whether the signatures had been recorded. */
  sameBytes: number
  sameSignatures: number
}

/** What is left of the point before. */
interface Before {
  readonly wanted: Wanted
  readonly output: string
  readonly response: Uint8Array | null
  readonly entry: EntryJson | null
}

export class KillSigning {
  readonly counts: KillCounts = {
    ...{ points: 0, killed: 0, late: 0, recorded: 0, released: 0, halfReleased: 0, unfinished: 0 },
    ...{ sameBytes: 0, sameSignatures: 0 },
  }
  readonly #room: SignRoom
  readonly #random: Seeded
  readonly #pointsALedger: number
  #place = ''
  #before: Before | null = null

  /** @param pointsALedger how many points share a ledger: 1 for the beginning of one, more for young and older ones */
  constructor(room: SignRoom, seed: number, pointsALedger: number) {
    this.#room = room
    this.#pointsALedger = pointsALedger
    this.#random = new Seeded(seed)
  }

  /** The file operations of one signing into a new ledger, in order, as "name path". */
  async operations(): Promise<readonly string[]> {
    const place = this.#room.fresh('dry')
    const log = join(place, 'log')
    const wanted = this.#room.request('whole')
    const faults = { folders: [join(place, 'ledger'), join(place, 'out')], log }
    const ended = await this.#room.run([visitOf(wanted, place)], faults)
    if (ended.exitCode !== 0) throw new Error(`signing: ${ended.stderr}`)
    return readFileSync(log, 'utf8').trimEnd().split('\n')
  }

  /** A point drawn at random: which operation, and how. */
  drawn(operations: number): NonNullable<Faults['kill']> {
    const at = 1 + this.#random.below(operations)
    return { at, when: this.#random.pick(['before', 'half', 'after', 'signal', 'signal', 'signal']) }
  }

  /** Kills a signing at a point; the point before is finished and judged first. */
  async point(kill: NonNullable<Faults['kill']>): Promise<void> {
    const again = this.#before === null ? [] : [this.#again(this.#before)]
    const newLedger = this.counts.points % this.#pointsALedger === 0
    const old = this.#place
    if (newLedger) this.#place = this.#room.fresh('kill')
    const wanted = this.#room.request(this.#random.chance(0.25) ? 'whole' : 'transaction')
    const visit = { ...visitOf(wanted, this.#place), arm: true }
    const faults = { folders: [join(this.#place, 'ledger'), join(this.#place, 'out')], kill, later: true }
    const wait = this.#random.below(30) / 10
    const ended = await this.#room.run([...again, visit], faults, (now) => void setTimeout(now, wait))
    if (ended.exitCode !== 0 && ended.exitCode !== null) throw new Error(`${describe(kill)}: ${ended.stderr}`)
    this.counts.points += 1
    this.counts[ended.exitCode === null ? 'killed' : 'late'] += 1
    this.#judgeAgain(old === '' || newLedger ? old : this.#place)
    if (newLedger && old !== '') rmSync(old, { recursive: true, force: true })
    this.#before = this.#judgeKilled(wanted, visit.output, describe(kill))
  }

  /** Finishes the last point. */
  async end(): Promise<void> {
    if (this.#before === null) return
    const ended = await this.#room.run([this.#again(this.#before)])
    if (ended.exitCode !== 0) throw new Error(`signing again: ${ended.stderr}`)
    this.#judgeAgain(this.#place)
    if (unfinished(this.#place).length > 0) throw new Error(`left over: ${unfinished(this.#place).join(', ')}`)
    this.#before = null
  }

  #again({ wanted, output }: Before): DriverVisit {
    return { ...visitOf(wanted, this.#place), output, force: true }
  }

  #judgeKilled(wanted: Wanted, output: string, point: string): Before {
    const signed = signedFor(entriesOf(join(this.#place, 'ledger')), wanted.bytes)
    const found = filesOf(output)
    if (signed.length > 1) throw new Error(`${point}: recorded ${signed.length} times`)
    if (signed.length === 0 && found.length > 0) throw new Error(`${point}: ${found.join()} without an entry`)
    const response = existsSync(output) ? readFileSync(output) : null
    if (response !== null) expectResponse(response, wanted, signed, point)
    this.counts.recorded += signed.length
    this.counts.released += response === null ? 0 : 1
    this.counts.halfReleased += response === null && found.length > 0 ? 1 : 0
    this.counts.unfinished += unfinished(this.#place).length > 0 ? 1 : 0
    return { wanted, output, response, entry: signed[0] ?? null }
  }

  #judgeAgain(place: string): void {
    if (this.#before === null) return
    const { wanted, output, response, entry } = this.#before
    const signed = signedFor(entriesOf(join(place, 'ledger')), wanted.bytes)
    const bytes = readFileSync(output)
    if (signed.length !== 1) throw new Error(`signed again: recorded ${signed.length} times`)
    expectResponse(bytes, wanted, signed, 'signed again')
    if (entry !== null && entry.hash !== signed[0]?.hash) throw new Error('signed again: another entry')
    if (response !== null && !bytes.equals(response)) throw new Error('signed again: other bytes')
    const left = filesOf(output).filter((path) => path !== output)
    if (left.length > 0) throw new Error(`signed again: ${left.join()} is left`)
    this.counts[entry === null ? 'sameSignatures' : 'sameBytes'] += 1
  }
}

const describe = ({ at, when }: NonNullable<Faults['kill']>): string => `killed at operation ${at}, ${when}`

const visitOf = (wanted: Wanted, place: string): DriverVisit => ({
  ...wanted.keys,
  ledger: join(place, 'ledger'),
  output: join(place, 'out', `response-${digestOf(wanted.bytes).slice(0, 12)}.json`),
  request: wanted.path,
})

/** A response, or a part of one, that has any bytes. */
function filesOf(output: string): readonly string[] {
  const [folder, name] = [join(output, '..'), output.slice(output.lastIndexOf('/') + 1)]
  return readdirSync(folder)
    .filter((found) => found.includes(name))
    .map((found) => join(folder, found))
    .filter((path) => statSync(path).size > 0)
}

const signedFor = (entries: readonly EntryJson[], request: Uint8Array): readonly EntryJson[] =>
  entries.filter(({ body }) => {
    const of = body['request'] as { digest?: string } | undefined
    return body.event === 'signed' && of?.digest === digestOf(request)
  })

/** The signatures are those that ethers makes, and the anchor is that of the entry that recorded them. */
function expectResponse(bytes: Uint8Array, wanted: Wanted, [entry]: readonly EntryJson[], point: string): void {
  const got = JSON.parse(Buffer.from(bytes).toString()) as ResponseJson & { checksum?: string }
  delete got.checksum
  const anchored = { ...wanted.expected, anchors: got.anchors }
  const same = JSON.stringify(Object.entries(got).toSorted()) === JSON.stringify(Object.entries(anchored).toSorted())
  if (!same) throw new Error(`${point}: other signatures than those of ethers`)
  const [anchor, ...more] = got.anchors
  const named = anchor !== undefined && entry?.entry === anchor.entry && entry.hash.startsWith(anchor.hash)
  if (!named || more.length > 0) throw new Error(`${point}: another anchor`)
}
