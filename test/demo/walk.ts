// One operation after another through the built programs: built, signed in a terminal, verified, sent, read back.
//
// Each program is a process of its own, bounded in time; what an operation did is asked of the contracts with the ABI that the
// compiler made of them, not with the programs' own. Anything that is not as expected ends the walk with the operation's name.
import { parseEventLogs, type Abi, type Hex } from 'viem'
import { operationKinds, type AnyOperation } from '../../src/shared/operations/operation-kinds.ts'
import type { CurrentRoom } from '../support/current-room.ts'
import { runProcess } from '../support/programs.ts'
import { Screens } from './screens.ts'

export interface Ceremony {
  /** What is special about it, where a kind is shown more than once. */
  readonly how?: string
  readonly kind: AnyOperation['kind']
  readonly operator: string
  /** Of `airlock-hot build`. */
  readonly flags: readonly string[]
  /** The key files, as flags of `airlock-cold sign`. */
  readonly keys: readonly string[]
  /** Asks the contracts; gives what they say, in a few words. */
  readonly readBack: (said: Said) => Promise<string>
}

/** What `airlock-hot send --json` said. */
export type Said = Readonly<Record<string, unknown>> & { readonly transaction: Hex; readonly gasUsed: number }

/** An operation in the table at the end. */
export interface Row {
  readonly name: string
  readonly gasUsed: number | null
  /** What was mined; null for a refusal. */
  readonly transaction: Hex | null
  readonly exitCodes: readonly number[]
  readonly seconds: number
}

/** Both documents of something that was signed, by their paths. */
export interface Documents {
  readonly request: string
  readonly response: string
}

export class Walk {
  readonly room: CurrentRoom
  readonly screens: Screens
  readonly rows: Row[] = []
  private readonly shown = new Set<string>()

  constructor(room: CurrentRoom, screens: Screens) {
    this.room = room
    this.screens = screens
  }

  /** Carries one operation out. Throws where a program ends otherwise than with 0, or the contracts say something else. */
  async operation(ceremony: Ceremony): Promise<Said> {
    const { kind, how, readBack } = ceremony
    const name = how === undefined ? kind : `${kind}, ${how}`
    this.screens.heading(`${this.rows.length + 1}. ${name}`)
    const start = performance.now()
    const { request, response } = await this.signed(ceremony)
    await this.screens.run('airlock-hot', ['verify', request, response])
    const send = ['send', request, response, '--rpc-url', this.room.anvil.rpcUrl, '--json']
    const said = JSON.parse((await this.screens.run('airlock-hot', send)).stdout) as Said
    this.screens.result(await readBack(said))
    this.shown.add(kind)
    const seconds = (performance.now() - start) / 1000
    const { gasUsed, transaction } = said
    this.rows.push({ name, gasUsed, transaction, exitCodes: [0, 0, 0, 0], seconds })
    return said
  }

  /** Builds and signs; both must go well. */
  async signed({ kind, operator, flags, keys }: Omit<Ceremony, 'readBack'>): Promise<Documents> {
    const { room, screens } = this
    const documents = { request: room.path('request.json'), response: room.path('response.json') }
    const common = ['--rpc-url', room.anvil.rpcUrl, '--operator', operator, '-o', documents.request]
    await screens.run('airlock-hot', ['build', kind, ...common, ...flags])
    const { exitCode, screen } = await room.sign(documents.request, documents.response, keys)
    screens.show(screen)
    if (exitCode !== 0) throw new Error(`airlock-cold sign ended with exit code ${exitCode}:\n${screen}`)
    return documents
  }

  /** A command that does nothing but refuse: with this exit code and this code word. */
  async refusal(name: string, args: readonly string[], exitCode: number, code: string): Promise<void> {
    this.screens.heading(`${this.rows.length + 1}. ${name}`)
    const start = performance.now()
    const ended = await runProcess('airlock-hot', args)
    this.screens.show(ended.stderr)
    if (ended.exitCode !== exitCode || !ended.stderr.includes(`(${code})`))
      throw new Error(`ended with ${ended.exitCode} instead of ${exitCode}, ${code}:\n${ended.stderr}`)
    this.screens.result(`refused: ${code}`)
    const seconds = (performance.now() - start) / 1000
    this.rows.push({ name, gasUsed: null, transaction: null, exitCodes: [exitCode], seconds })
  }

  /** Throws when a kind of operation was never carried out. */
  refuseMissingKinds(): void {
    const missing = operationKinds.filter((kind) => !this.shown.has(kind))
    if (missing.length > 0) throw new Error(`these operations were not carried out: ${missing.join(', ')}`)
  }

  /** The one event of that name in a transaction. Throws where there is not exactly one. */
  async event(said: Said, abi: Abi, eventName: string): Promise<Readonly<Record<string, unknown>>> {
    const { logs } = await this.room.devnet.client.getTransactionReceipt({ hash: said.transaction })
    const [event, ...more] = parseEventLogs({ abi, logs, eventName })
    if (event === undefined || more.length > 0) throw new Error(`expected one event ${eventName}`)
    return event.args as unknown as Readonly<Record<string, unknown>>
  }
}

const text = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part)).replaceAll('"', '')

/** Something that a contract said, in words. Throws where it is not what was expected. */
export function fact(name: string, seen: unknown, expected: unknown): string {
  if (text(seen) !== text(expected)) throw new Error(`${name} is ${text(seen)}; expected ${text(expected)}`)
  return `${name} ${text(seen).replace(/^0x([0-9a-fA-F]{4})[0-9a-fA-F]{32,}([0-9a-fA-F]{4})$/, '0x$1..$2')}`
}
