// An offline machine: a folder with key files and a ledger of its own, and the commands that a person types on it.
//
// Its requests are registrations with EigenDA on mainnet, built an hour ago: the catalogue knows every contract, and
// there is nothing to warn of.
import { bn254 } from '@noble/curves/bn254.js'
import { keccak256, toBeHex } from 'ethers'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesOf, edited, type Json } from '../documents/canonical.ts'
import { mainnet, type RequestJson } from '../documents/documents.ts'
import { makeKeyFiles, type KeyFiles } from './keystores.ts'
import { approve, commandOf, run, runInTerminal, runProcessInTerminal, type Answer, type Ended } from './programs.ts'
import { codesIn } from './stage.ts'

export const HOUR_AGO = Math.floor(Date.now() / 1000) - 3600
export const WEEK_ON = HOUR_AGO + 7 * 86_400

/** What a terminal showed, as text, and how it ended. */
export interface Shown {
  readonly exitCode: number
  readonly screen: string
  readonly codes: readonly string[]
}

export interface Entry {
  readonly entry: number
  readonly time: number
  readonly hash: string
  readonly body: { readonly event: string; readonly [key: string]: Json }
}

export const plain = (text: string): string => text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replace(/\r\n?/g, '\n')

/** The words of a screen in one line: a sentence is broken where the terminal ends. */
export const unwrapped = (text: string): string => text.replace(/\s+/g, ' ')

/** Types the phrase that a command asks for before it lifts a protection. */
export const doIt: Answer = {
  prompt: /To do it, type: ([a-z ]+)\r?\n[^:]*: /,
  type: (match) => `${match[1] ?? ''}\r`,
}

let names = 0

export class ColdMachine {
  readonly folder: string
  readonly keys: KeyFiles
  readonly ledger: string

  /** What runs a command in a terminal. */
  readonly #runs: typeof runInTerminal

  private constructor(folder: string, keys: KeyFiles, ledger = 'ledger', runs = runInTerminal) {
    this.folder = folder
    this.keys = keys
    this.ledger = join(folder, ledger)
    this.#runs = runs
  }

  static async open(): Promise<ColdMachine> {
    const folder = mkdtempSync(join(tmpdir(), 'airlock-cold-'))
    return new ColdMachine(folder, await makeKeyFiles(folder, 'light'))
  }

  /** The same machine with a ledger that nobody wrote to yet. */
  anew(): ColdMachine {
    names += 1
    return new ColdMachine(this.folder, this.keys, `ledger-${names}`)
  }

  /** The same, where each command in a terminal is a process of its own: for signals, and for what it says of its own file. */
  asProcess(): ColdMachine {
    names += 1
    return new ColdMachine(this.folder, this.keys, `ledger-${names}`, runProcessInTerminal)
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** A path in the folder that nothing else has. */
  path(name: string): string {
    names += 1
    return join(this.folder, `${names}-${name}`)
  }

  write(name: string, content: Uint8Array | string): string {
    const path = this.path(name)
    writeFileSync(path, content, { mode: 0o600 })
    return path
  }

  /** A registration by this machine's operator, with changes. */
  json(edits: Readonly<Record<string, unknown>> = {}): RequestJson {
    const { operator } = this.keys
    return edited(mainnet.request, {
      ...{ 'block.timestamp': HOUR_AGO, expiry: WEEK_ON, 'operation.operator': operator },
      ...edits,
    })
  }

  /** The same as a file. */
  request(edits: Readonly<Record<string, unknown>> = {}): string {
    return this.write('request.json', bytesOf(this.json(edits)))
  }

  /** Runs a command on this machine's ledger, without a terminal. */
  run(...args: readonly string[]): Promise<Ended> {
    return run('airlock-cold', [...args, '--ledger', this.ledger])
  }

  /** The same while nothing else happens in this process: for what must be over before the next key is typed. */
  runAtOnce(...args: readonly string[]): number | null {
    const [command, ...rest] = [...commandOf('airlock-cold', true), ...args, '--ledger', this.ledger]
    return spawnSync(command, rest, { timeout: 60_000 }).status
  }

  /** The operator id of the BLS key: keccak256 of its point in G1, by ethers. */
  get operatorId(): string {
    const { x, y } = bn254.G1.Point.BASE.multiply(this.keys.blsSecret).toAffine()
    return keccak256(toBeHex(x, 32) + toBeHex(y, 32).slice(2))
  }

  /** Runs a command on this machine's ledger, in a terminal. */
  async type(
    args: readonly string[],
    answers: readonly Answer[] = [],
    onScreen?: (text: string) => void,
  ): Promise<Shown> {
    const options = onScreen === undefined ? {} : { onScreen }
    const ended = await this.#runs('airlock-cold', [...args, '--ledger', this.ledger], answers, options)
    const screen = plain(ended.screen)
    return { exitCode: ended.exitCode, screen, codes: codesIn(screen) }
  }

  /** The flags of both keys, or of one of them. */
  keyFlags(kinds: readonly ('ecdsa' | 'bls')[] = ['ecdsa', 'bls'], keys: KeyFiles = this.keys): readonly string[] {
    return kinds.flatMap((kind) => [
      ...[`--${kind}-keystore`, keys[`${kind}Keystore`]],
      ...[`--${kind}-password-file`, keys[`${kind}PasswordFile`]],
    ])
  }

  /** Signs as a person who approves does; `more` are further flags. */
  async sign(
    request: string,
    more: readonly string[] = [],
    answers: readonly Answer[] = [approve],
    onScreen?: (text: string) => void,
  ): Promise<Shown & { readonly response: string }> {
    const response = this.path('response.json')
    const keys = more.some((flag) => flag.endsWith('-keystore')) ? [] : this.keyFlags()
    const shown = await this.type(['sign', request, '-o', response, ...keys, ...more], answers, onScreen)
    return { ...shown, response }
  }

  /** The entries of the ledger, read without the program. */
  entries(ledger: string = this.ledger): readonly Entry[] {
    const folder = join(ledger, 'entries')
    const files = readdirSync(folder).toSorted()
    return files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Entry)
  }

  /** What happened, in order. */
  events(): readonly string[] {
    return this.entries().map(({ body }) => body.event)
  }

  /** The newest entry's body. */
  last(): Entry['body'] {
    const body = this.entries().at(-1)?.body
    if (body === undefined) throw new Error('reading the ledger: it is empty')
    return body
  }
}
