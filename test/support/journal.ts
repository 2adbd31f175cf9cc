// What a journal holds, read by other code than that which wrote it, and what `status` says of it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, type Ended } from './programs.ts'

/** An event of a journal, as its file spells it. */
export interface EventJson {
  readonly event: string
  readonly transaction?: string
  readonly rung?: number
  readonly block?: { readonly hash: string; readonly number: number }
  readonly by?: string
}

/** A request as `status --json` says it. */
export interface RegistrationJson {
  readonly name: string
  readonly state: string
  readonly outstanding: boolean
  readonly because: readonly string[]
  readonly confirmations: { readonly seen: number; readonly wanted: number } | null
  readonly asked: boolean
  readonly nonce: number
  readonly faults: readonly string[]
  readonly events: readonly EventJson[]
  readonly next: readonly { readonly machine: string; readonly command: string }[]
}

/** The names of the requests in a journal; none where it is not there yet. */
export const namesIn = (journal: string): readonly string[] =>
  existsSync(journal) ? readdirSync(journal).toSorted() : []

/** The events of one request, in the order of their files. */
export function eventsOf(journal: string, name: string): readonly EventJson[] {
  const files = readdirSync(join(journal, name)).filter((file) => /^\d{6}\.json$/.test(file))
  return files.toSorted().map((file) => {
    const { what } = JSON.parse(readFileSync(join(journal, name, file), 'utf8')) as { what: EventJson }
    return what
  })
}

/** The names of what happened, in order. */
export const happened = (journal: string, name: string): readonly string[] =>
  eventsOf(journal, name).map(({ event }) => event)

/** `airlock-hot status` of a journal. */
export const journalStatus = (journal: string, more: readonly string[] = []): Promise<Ended> =>
  run('airlock-hot', ['status', '--journal', journal, ...more])

/** The same, as data. */
export async function registrations(journal: string, rpcUrl?: string): Promise<readonly RegistrationJson[]> {
  const ended = await journalStatus(journal, ['--json', ...(rpcUrl === undefined ? [] : ['--rpc-url', rpcUrl])])
  if (ended.exitCode !== 0) throw new Error(`status: ${ended.stderr}`)
  return JSON.parse(ended.stdout) as RegistrationJson[]
}

/** The one request of a journal. */
export async function registration(journal: string, rpcUrl?: string): Promise<RegistrationJson> {
  const [only, ...more] = await registrations(journal, rpcUrl)
  if (only === undefined || more.length > 0) throw new Error(`expected one request, found ${more.length + 1}`)
  return only
}

/** Text on one line, as it was before it was wrapped. */
export const unwrapped = (text: string): string => text.replace(/\s+/g, ' ')
