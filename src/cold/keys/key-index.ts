// The index of a folder of key files: what is public of each key, so that nobody needs a password to know which is which.
//
// airlock-keys.json beside the key files, canonical JSON like the documents. Holds no secret, and is not trusted: what
// matters is compared with the opened key. Written whole after each new key, so that a break leaves a true index.
import * as z from 'zod'
import { join } from 'node:path'
import { existsSync } from 'node:fs'
import { readBounded, writeWhole } from '../../local/files.ts'
import { refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import type { AnyKey } from '../keystore/key-file.ts'
import type { Bn254Tree } from '../mnemonic/derive-bn254.ts'
import type { KeyFormat } from '../keystore/keystore-formats.ts'

/** The file name of an index. */
export const INDEX = 'airlock-keys.json'
const FILE_NAME = /^[\w.-]{1,200}$/
const MAX_INDEX = 4 * 1024 * 1024

const word = z.string().regex(/^0x[0-9a-f]{64}$/)
const g1 = z.tuple([word, word])

const entry = z.strictObject({
  file: z.string().regex(FILE_NAME),
  kind: z.enum(['ecdsa', 'bls']),
  format: z.enum(['web3-v3', 'eigenlayer-bls', 'eip2335-bn254']),
  label: z.string().max(100),
  /** The AVS that a BLS key is for. */
  avs: z.string().max(100).nullable(),
  address: z.string().nullable(),
  publicKeyG1: g1.nullable(),
  publicKeyG2: z.tuple([g1, g1]).nullable(),
  operatorId: word.nullable(),
  /** Where the key stands in its tree; null for a key that came without words. */
  path: z.string().max(100).nullable(),
  tree: z.enum(['cerberus', 'eip2333']).nullable(),
})

/** True for a file name that an index can hold. */
export const isIndexable = (file: string): boolean => FILE_NAME.test(file)

/** What is public of one key file. */
export type KeyEntry = z.output<typeof entry>

/** What is public of the key itself. */
export type PublicHalf = Pick<KeyEntry, 'address' | 'operatorId' | 'publicKeyG1' | 'publicKeyG2'>

const index = z.strictObject({ airlock: z.literal('keys/1'), keys: z.array(entry).max(10_000) })

/** What a person says of a key, and where it comes from. */
export interface KeyLabel {
  readonly label: string
  readonly avs: string | null
  readonly path: string | null
  readonly tree: Bn254Tree | null
}

/** The entry of a key. */
export function entryOf(file: string, key: AnyKey, format: KeyFormat, label: KeyLabel): KeyEntry {
  return {
    file,
    kind: key.kind,
    format,
    label: label.label,
    avs: label.avs,
    ...publicHalf(key),
    path: label.path,
    tree: label.tree,
  }
}

/** The public half of an opened key; what its kind does not have is null. */
export function publicHalf(key: AnyKey): PublicHalf {
  const bls = key.kind === 'bls' ? key : null
  return {
    address: key.kind === 'ecdsa' ? key.address : null,
    operatorId: bls && bls.operatorId,
    publicKeyG1: bls && [...bls.publicKeyG1],
    publicKeyG2: bls && [[...bls.publicKeyG2[0]], [...bls.publicKeyG2[1]]],
  }
}

/**
 * The entries of a folder; none where it has no index.
 *
 * @throws AirlockError key_index_invalid
 */
export function readIndex(folder: string): readonly KeyEntry[] {
  const path = join(folder, INDEX)
  if (!existsSync(path)) return []
  const doing = 'reading key index'
  const bytes = readBounded(doing, path, MAX_INDEX)
  const hint = `move the file away: ${quote(path)} only names what the key files hold`
  try {
    return index.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))).keys
  } catch {
    throw refusal(doing, 'key_index_invalid', `${quote(path)} is damaged: it does not have the form of an index`, hint)
  }
}

/**
 * Adds entries to the index of a folder, in place of those with the same file names.
 *
 * @throws AirlockError key_index_invalid, output_unwritable
 */
export function addToIndex(folder: string, entries: readonly KeyEntry[]): void {
  const names = new Set(entries.map(({ file }) => file))
  const kept = readIndex(folder).filter(({ file }) => !names.has(file))
  const keys = [...kept, ...entries].toSorted((one, other) => (one.file < other.file ? -1 : 1))
  const text = `${JSON.stringify({ airlock: 'keys/1', keys }, null, 2)}\n`
  writeWhole('writing key index', join(folder, INDEX), new TextEncoder().encode(text), true)
}

/** The other AVSs that a BLS key is used for, as far as the index knows. */
export function otherUses(entries: readonly KeyEntry[], key: AnyKey, avs: string | null): readonly string[] {
  if (key.kind !== 'bls') return []
  const uses = entries.filter(({ operatorId }) => operatorId === key.operatorId).flatMap(({ avs: used }) => used ?? [])
  return [...new Set(uses)].filter((used) => used !== avs)
}
