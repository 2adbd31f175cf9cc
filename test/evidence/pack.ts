// Packs of evidence as their format page describes them, read and made with nothing of the project: node:crypto for the hashes,
// canonical JSON of this file's own.
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type Fields = Record<string, Json>

/** An entry as it stands in ledger.jsonl. */
export interface Entry {
  readonly airlock: string
  readonly body: Fields | null
  readonly bodyHash: string
  readonly entry: number
  readonly hash: string
  readonly previous: string
  readonly time: number
}

export interface Pack {
  readonly entries: readonly Entry[]
  readonly documents: ReadonlyMap<string, Buffer>
}

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

/** One line, keys in the order of their code units. */
export function line(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(line).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const fields = value as Fields
  const keys = Object.keys(fields).sort((a, b) =>
    Buffer.compare(Buffer.from(a, 'utf16le').swap16(), Buffer.from(b, 'utf16le').swap16()),
  )
  return `{${keys.map((key) => `${JSON.stringify(key)}:${line(fields[key] ?? null)}`).join(',')}}`
}

/** The hash that an entry should have. */
export const hashOf = ({ airlock, bodyHash, entry, previous, time }: Omit<Entry, 'body' | 'hash'>): string =>
  sha256(line({ airlock, bodyHash, entry, previous, time }))

/** Reads a pack as files. */
export function readPack(folder: string): Pack {
  const lines = readFileSync(join(folder, 'ledger.jsonl'), 'utf8').split('\n').slice(0, -1)
  const names = readdirSync(join(folder, 'documents'))
  return {
    entries: lines.map((text) => JSON.parse(text) as Entry),
    documents: new Map(names.map((name) => [name, readFileSync(join(folder, 'documents', name))])),
  }
}

/** The pack with some bodies replaced, and every hash after them made anew: what somebody would do who has the whole ledger. */
export function forged({ entries, documents }: Pack, change: (body: Fields, entry: number) => Fields): Pack {
  let previous = '0'.repeat(64)
  const made = entries.map((each) => {
    const body = each.body === null ? null : change(structuredClone(each.body), each.entry)
    const bodyHash = body === null ? each.bodyHash : sha256(line(body))
    const rest = { airlock: each.airlock, bodyHash, entry: each.entry, previous, time: each.time }
    previous = hashOf(rest)
    return { ...rest, body, hash: previous }
  })
  return { entries: made, documents }
}

/** A document in its canonical form with a checksum that is right: two spaces, sorted keys, a newline. */
export function sealed(document: Fields): Buffer {
  const spelled = (value: Fields): string => `${JSON.stringify(sorted(value), null, 2)}\n`
  const rest = Object.fromEntries(Object.entries(document).filter(([key]) => key !== 'checksum'))
  return Buffer.from(spelled({ ...rest, checksum: sha256(spelled(rest)).slice(0, 16) }))
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const fields = value as Fields
  return Object.fromEntries(
    Object.keys(fields)
      .sort()
      .map((key) => [key, sorted(fields[key] ?? null)]),
  )
}

/** Writes a pack as files; the summary is that of another pack. */
export function writePack(folder: string, { documents, entries }: Pack, summary: string): void {
  mkdirSync(join(folder, 'documents'), { recursive: true })
  writeFileSync(join(folder, 'ledger.jsonl'), entries.map((each) => `${line({ ...each })}\n`).join(''))
  for (const [name, bytes] of documents) writeFileSync(join(folder, 'documents', name), bytes)
  writeFileSync(join(folder, 'summary.md'), summary)
}

/** A copy of a pack with one byte of one of its files changed. */
export function withByteChanged(from: string, to: string, file: string, at: number): void {
  cpSync(from, to, { recursive: true })
  const bytes = readFileSync(join(to, file))
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(join(to, file), bytes)
}

/** The pack with the anchor of each response made true again: what somebody would do who lies about nothing else. */
export function reanchored(pack: Pack): Pack {
  const documents = new Map(pack.documents)
  const ledger = pack.entries[0]?.hash.slice(0, 16) ?? ''
  let { entries } = pack
  // A response stands after the entry that it names: from the first to the last, nothing is undone.
  for (const { body, entry } of pack.entries) {
    const old = body?.['event'] === 'delivered' ? (body['response'] as string) : ''
    const bytes = documents.get(old)
    const of = entries[Number(body?.['of']) - 1]
    if (bytes === undefined || of === undefined) continue
    const anchor = { entry: of.entry, hash: of.hash.slice(0, 32), ledger }
    const made = sealed({ ...(JSON.parse(bytes.toString()) as Fields), anchors: [anchor] })
    documents.delete(old)
    documents.set(sha256(made), made)
    const renamed = (own: Fields, number: number): Fields =>
      number === entry ? { ...own, response: sha256(made) } : own
    entries = forged({ entries, documents }, renamed).entries
  }
  return { entries, documents }
}
