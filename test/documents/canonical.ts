// How documents are spelled, and how one is changed in a few fields, without the code under test.
//
// The spelling is that of docs/request-format.md: sorted keys, two spaces, a final newline, and the checksum of the other
// fields; hashed by node:crypto.
import { createHash } from 'node:crypto'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Sorted keys, two-space indent, final newline. */
export function canonical(json: Json): string {
  const inOrder = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(inOrder)
    if (typeof value !== 'object' || value === null) return value
    const keys = Object.keys(value).toSorted()
    return Object.fromEntries(keys.map((key) => [key, inOrder(value[key] ?? null)]))
  }
  return `${JSON.stringify(inOrder(json), null, 2)}\n`
}

/** With the checksum of its other fields, as both documents carry it. */
export function sealed(json: Json): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json
  const { checksum, ...rest } = json
  return { ...rest, checksum: checksum ?? digestOf(Buffer.from(canonical(rest))).slice(0, 16) }
}

export const bytesOf = (json: Json): Uint8Array => Buffer.from(canonical(sealed(json)))

/** What sha256sum prints. */
export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A changed copy: each key is a path such as "transaction.fees.0.maxFeePerGas"; undefined removes. */
export function edited<Document extends Json>(base: Document, edits: Readonly<Record<string, unknown>>): Document {
  const copy = structuredClone(base)
  for (const [path, value] of Object.entries(edits)) {
    const keys = path.split('.')
    const last = keys.pop() ?? ''
    const parent = keys.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], copy)
    if (typeof parent !== 'object' || parent === null) throw new Error(`editing a document: ${path} has no parent`)
    if (value === undefined) Reflect.deleteProperty(parent, last)
    else Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true })
  }
  return copy
}

/** What stands at a path; undefined where nothing does. */
export const valueAt = (json: Json, path: string): Json | undefined =>
  path
    .split('.')
    .reduce<Json | undefined>(
      (node, key) =>
        typeof node === 'object' && node !== null && Object.hasOwn(node, key)
          ? (node as { [key: string]: Json })[key]
          : undefined,
      json,
    )

/** Its JSON type, where null and a list are types of their own. */
export const jsonType = (value: Json): string =>
  value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value
