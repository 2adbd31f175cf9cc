// Sends that are ended by SIGKILL, one after the other, and what must be true after each, and after the same is typed again.
//
// One registration is signed once. For each point the chain goes back to where it was then, and the journal is a new folder. The
// built program is killed at a file operation in the journal, at an HTTP request to the node (before it gets there, or after the
// node has acted and before the answer is back), or at some moment. Then it is started again: with the files, by the name in the
// journal, or on another machine, with the journal carried there or without one. One registration must come of it, out of
// transactions of the one response.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getContractEvents } from 'viem/actions'
import { keccak256, type Hex } from 'viem'
import { sendOnce, type Kill, type Pace, type Sending, type Sent } from './killed-send.ts'
import { unfinished } from './ledger-check.ts'
import { run } from '../programs.ts'
import { Seeded } from '../seeded.ts'
import { buildPreload } from './sign-room.ts'
import { Stage } from '../stage.ts'

/** How it is typed again. */
const again = ['files', 'name', 'carried', 'elsewhere'] as const
export type Again = (typeof again)[number]

export interface Point {
  readonly kill: Kill
  readonly again: Again
  readonly pace: Pace
}

export interface SendCounts {
  points: number
  killed: number
  /** Ended by itself before the kill came. */
  late: number
  /** What the kill left: no transaction, one in the pool, one mined. */
  unsent: number
  pending: number
  mined: number
  /** The journal said "sent", and it had not happened yet. */
  announced: number
  again: Record<Again, number>
  /** Registered by the run after the kill, or before it already. */
  registered: number
}

/** The whole of a send, counted once for each pace. */
interface Extent {
  readonly files: number
  readonly requests: number
  readonly milliseconds: number
}

export class KillSending {
  readonly counts: SendCounts = {
    ...{ points: 0, killed: 0, late: 0, unsent: 0, pending: 0, mined: 0, announced: 0, registered: 0 },
    again: { files: 0, name: 0, carried: 0, elsewhere: 0 },
  }
  readonly #stage: Stage
  readonly #folder: string
  readonly #preload: string
  readonly #random: Seeded
  readonly #operator: Hex
  readonly #documents: readonly [string, string]
  readonly #raw: readonly Hex[]
  readonly #response: Buffer
  readonly #extents = new Map<Pace, Extent>()
  #snapshot: Hex
  #nonce = 0

  private constructor(
    stage: Stage,
    seed: number,
    signed: { operator: Hex; documents: readonly [string, string]; raw: readonly Hex[]; snapshot: Hex },
  ) {
    this.#stage = stage
    this.#folder = mkdtempSync(join(tmpdir(), 'airlock-send-'))
    this.#preload = buildPreload(this.#folder)
    this.#random = new Seeded(seed)
    this.#operator = signed.operator
    this.#documents = signed.documents
    this.#raw = signed.raw
    this.#response = readFileSync(signed.documents[1])
    this.#snapshot = signed.snapshot
  }

  /** A chain, and a registration that is signed for it. */
  static async open(seed: number): Promise<KillSending> {
    const stage = await Stage.open()
    const keys = await stage.operator()
    const documents = await stage.signed(keys, ['--fee-rungs', '3'])
    const { stdout } = await run('airlock-hot', ['verify', ...documents, '--journal', stage.path('verify'), '--json'])
    const raw = (JSON.parse(stdout) as { transactions: { raw: Hex }[] }).transactions.map((each) => each.raw)
    const snapshot = await stage.devnet.client.snapshot()
    const sending = new KillSending(stage, seed, { operator: keys.operator, documents, raw, snapshot })
    sending.#nonce = await sending.#nextNonce()
    return sending
  }

  async close(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true })
    await this.#stage.close()
  }

  /** A point drawn at random; one in `slow` goes slowly. */
  async drawn(slow: number): Promise<Point> {
    const random = this.#random
    const pace = random.below(slow) === 0 ? 'slowly' : 'at once'
    const extent = await this.#extent(pace)
    const kind = random.pick<Kill['kind']>(['file', 'http', 'time'])
    const kill: Kill =
      kind === 'file'
        ? { kind, at: 1 + random.below(extent.files), when: random.pick(['before', 'half', 'after']) }
        : kind === 'http'
          ? { kind, at: 1 + random.below(extent.requests), when: random.pick(['before', 'after']) }
          : { kind, milliseconds: random.below(extent.milliseconds) }
    return { kill, again: random.pick(again), pace }
  }

  /** Kills a send, and types it again. */
  async point(point: Point): Promise<void> {
    const where = JSON.stringify(point)
    const { pace, kill } = point
    await this.#rewind(pace)
    const journal = join(this.#folder, 'journal')
    rmSync(journal, { recursive: true, force: true })
    const first = await this.#send({ args: [...this.#documents, '--journal', journal], journal, pace, kill })
    if (first.exitCode !== null && first.exitCode !== 0) throw new Error(`${where}: ${first.stderr}`)
    this.counts.points += 1
    this.counts[first.exitCode === null ? 'killed' : 'late'] += 1
    await this.#judgeKilled(journal, where)
    const typed = this.#typed(point.again, journal)
    this.counts.again[typed.how] += 1
    const second = await this.#send({ args: typed.args, journal, pace, kill: null })
    if (second.exitCode !== 0) throw new Error(`${where}, again as ${typed.how}: ${second.stderr}`)
    await this.#judgeAgain(second.stdout, typed.journal, where)
  }

  async #extent(pace: Pace): Promise<Extent> {
    const known = this.#extents.get(pace)
    if (known !== undefined) return known
    await this.#rewind(pace)
    const journal = join(this.#folder, 'dry')
    const log = join(this.#folder, `log-${pace}`)
    const began = performance.now()
    const ended = await this.#send({ args: [...this.#documents, '--journal', journal], journal, pace, kill: null, log })
    if (ended.exitCode !== 0) throw new Error(`sending: ${ended.stderr}`)
    const extent = {
      files: readFileSync(log, 'utf8').trimEnd().split('\n').length,
      requests: ended.requests,
      milliseconds: Math.ceil(performance.now() - began),
    }
    rmSync(journal, { recursive: true })
    this.#extents.set(pace, extent)
    return extent
  }

  /** The chain as it was when the response was signed, with an empty pool. */
  async #rewind(pace: Pace): Promise<void> {
    const { client } = this.#stage.devnet
    await client.revert({ id: this.#snapshot })
    await client.request<{ Parameters: []; ReturnType: null }>({ method: 'anvil_dropAllTransactions', params: [] })
    this.#snapshot = await client.snapshot()
    await client.setAutomine(pace === 'at once')
  }

  /** A send, which may send the transactions of the response and no other. */
  async #send(sending: Sending): Promise<Sent> {
    const sent = await sendOnce(this.#stage, this.#preload, sending)
    const foreign = sent.transactions.find((raw) => !this.#raw.includes(raw))
    if (foreign === undefined) return sent
    throw new Error(`${JSON.stringify(sending.kill)}: it sent what the response does not hold`)
  }

  /** After the kill: every file of the journal is whole, and what the chain has was announced in it before. */
  async #judgeKilled(journal: string, where: string): Promise<void> {
    const announced = eventsIn(journal).flatMap(({ what }) =>
      what.event === 'sent' || what.event === 'bumped' ? [what] : [],
    )
    const known = await Promise.all(this.#hashes().map((hash) => this.#whereIs(hash)))
    const state = known.includes('mined') ? 'mined' : known.includes('pending') ? 'pending' : 'unsent'
    this.counts[state] += 1
    if (state === 'unsent' && announced.length > 0) this.counts.announced += 1
    for (const [index, hash] of this.#hashes().entries()) {
      if (known[index] !== 'unknown' && !announced.some(({ transaction }) => transaction === hash))
        throw new Error(`${where}: the chain has ${hash}, and the journal does not say so`)
    }
  }

  #typed(how: Again, journal: string): { how: Again; args: readonly string[]; journal: string } {
    const files = { how: 'files', args: [...this.#documents, '--journal', journal], journal } as const
    const [name] = existsSync(journal) ? readdirSync(journal) : []
    const kept = name === undefined ? [] : readdirSync(join(journal, name)).filter((file) => /^re.*\.json$/.test(file))
    const elsewhere = join(this.#folder, 'elsewhere')
    rmSync(elsewhere, { recursive: true, force: true })
    if (how === 'elsewhere')
      return { ...files, how, args: [...this.#documents, '--journal', elsewhere], journal: elsewhere }
    // Killed before both documents were kept, it has to be told where they are.
    if (name === undefined || kept.length < 2 || how === 'files') return files
    if (how === 'name') return { how, args: [name, '--journal', journal], journal }
    mkdirSync(elsewhere)
    cpSync(journal, elsewhere, { recursive: true })
    return { how, args: [name.slice(0, 6), '--journal', elsewhere], journal: elsewhere }
  }

  /** After the second run: registered once, by one transaction, out of the one response. */
  async #judgeAgain(stdout: string, journal: string, where: string): Promise<void> {
    const { operatorStatus } = JSON.parse(stdout) as { operatorStatus: string }
    const { devnet } = this.#stage
    const address = devnet.registryCoordinator
    const abi = devnet.artefacts.RegistryCoordinator.abi
    const logs = await getContractEvents(devnet.client, {
      address,
      abi,
      eventName: 'OperatorRegistered',
      fromBlock: 0n,
    })
    const ours = logs.filter(({ topics }) => topics[1]?.endsWith(this.#operator.slice(2).toLowerCase()))
    const status = await devnet.read('RegistryCoordinator', 'getOperatorStatus', [this.#operator])
    const used = (await this.#nextNonce()) - this.#nonce
    if (operatorStatus !== 'REGISTERED' || status !== 1 || ours.length !== 1 || used !== 1)
      throw new Error(
        `${where}: ${operatorStatus}, status ${String(status)}, ${ours.length} registrations, ${used} nonces`,
      )
    if (!readFileSync(this.#documents[1]).equals(this.#response)) throw new Error(`${where}: another response`)
    if (!eventsIn(journal).some(({ what }) => what.event === 'confirmed')) throw new Error(`${where}: not confirmed`)
    if (unfinished(journal).length > 0) throw new Error(`${where}: left over: ${unfinished(journal).join()}`)
    this.counts.registered += 1
  }

  async #nextNonce(): Promise<number> {
    return this.#stage.devnet.client.getTransactionCount({ address: this.#operator })
  }

  #hashes(): readonly Hex[] {
    return this.#raw.map((raw) => keccak256(raw))
  }

  async #whereIs(hash: Hex): Promise<'unknown' | 'pending' | 'mined'> {
    const { client } = this.#stage.devnet
    const found = await client.request<{ Parameters: [Hex]; ReturnType: { blockNumber: Hex | null } | null }>({
      method: 'eth_getTransactionByHash',
      params: [hash],
    })
    return found === null ? 'unknown' : found.blockNumber === null ? 'pending' : 'mined'
  }
}

interface Event {
  readonly what: { readonly event: string; readonly transaction: Hex }
}

/** All events of the one registration in a journal; each file must be whole. */
function eventsIn(journal: string): readonly Event[] {
  if (!existsSync(journal)) return []
  const files = readdirSync(journal, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'))
  return files.toSorted().flatMap((file) => {
    const text = readFileSync(join(journal, file), 'utf8')
    if (!text.endsWith('}\n')) throw new Error(`${file} is not whole`)
    const document = JSON.parse(text) as { airlock: string } & Event
    return document.airlock === 'journal-event/1' ? [document] : []
  })
}
