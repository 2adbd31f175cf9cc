// Looks at a ledger's folder without the code that wrote it: JSON.parse, node:crypto, and the format as
// src/shared/ledger/ledger-entry.ts states it in its opening comment.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf, type Json } from '../../documents/canonical.ts'

export interface EntryJson {
  readonly body: { readonly event: string; readonly [field: string]: Json }
  readonly bodyHash: string
  readonly entry: number
  readonly hash: string
  readonly previous: string
  readonly time: number
}

/** JSON in one line with its keys in order. */
export function line(json: Json): string {
  const inOrder = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(inOrder)
    if (typeof value !== 'object' || value === null) return value
    const keys = Object.keys(value).toSorted()
    return Object.fromEntries(keys.map((key) => [key, inOrder(value[key] ?? null)]))
  }
  return JSON.stringify(inOrder(json))
}

/**
 * The entries of a ledger; none where none was begun.
 *
 * @throws Error when a number, a hash or a spelling is wrong
 */
export function entriesOf(ledger: string): readonly EntryJson[] {
  const folder = join(ledger, 'entries')
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'))
  let previous = '0'.repeat(64)
  return names.toSorted().map((name, index) => {
    const text = readFileSync(join(folder, name), 'utf8')
    const json = JSON.parse(text) as EntryJson & { readonly [field: string]: Json }
    const { airlock, entry, time, hash } = json
    const bodyHash = digestOf(Buffer.from(line(json.body)))
    const covered = { airlock: airlock ?? null, bodyHash: json.bodyHash, entry, previous: json.previous, time }
    const right = { bodyHash, entry: index + 1, hash: digestOf(Buffer.from(line(covered))), previous }
    const file = `${String(index + 1).padStart(6, '0')}.json`
    if (name !== file || text !== `${line(json)}\n` || line({ ...json, ...right }) !== line(json))
      throw new Error(`${ledger}: ${name} is not entry ${index + 1}`)
    previous = hash
    return json
  })
}

/** Files that were not finished, anywhere in a folder. */
export const unfinished = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.part'))
    : []
