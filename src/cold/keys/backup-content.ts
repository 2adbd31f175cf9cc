// What is inside of a backup: backup/1, one canonical JSON with the keys, their secrets and their public halves.
//
// docs/key-backup.md is the page of this format. Accepted in one spelling only: the keys sorted by name, two spaces, one
// line end at the end. The public half of each key is stated, so that a drill can tell a slip from a whole key; it is
// computed anew from the secret each time, and a difference is refused.
//
// The secrets never become strings. The JSON is written with zeros in their places, and the places are filled in the
// bytes; read, they are taken out of the bytes before the rest becomes text. A place cannot be mistaken: within a string
// of JSON a quote has a backslash before it.
import * as z from 'zod'
import { keyName, type AnyKey } from '../keystore/key-file.ts'
import { keyFileName } from './key-folder.ts'
import type { KeyLabel } from './key-index.ts'
import { blsKeyOf, ecdsaKeyOf } from '../keystore/keys.ts'
import { kindName } from '../keystore/keystore.ts'
import { isPlainName, shown } from '../../shared/base/quote.ts'

/** The bytes are no backup/1; the message says what was seen, without any of it. */
export class NoBackup extends Error {}

/** A key with what is said of it; its holder wipes the secret. */
export interface BackedUpKey {
  readonly key: AnyKey
  readonly label: KeyLabel
}

/** The most keys of a backup. */
export const MAX_KEYS = 300

const SECRET_LENGTH = 32
const ZEROS = `0x${'0'.repeat(2 * SECRET_LENGTH)}`
const PLACE = new TextEncoder().encode('"secret": "0x')

const word = z.string().regex(/^0x[0-9a-f]{64}$/)
const g1 = z.tuple([word, word])
const name = z.string().refine(isPlainName)
const common = { label: name, path: z.string().max(100).nullable(), secret: z.literal(ZEROS) }

const content = z.strictObject({
  airlock: z.literal('backup/1'),
  keys: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ ...common, kind: z.literal('ecdsa'), address: z.string(), avs: z.null(), tree: z.null() }),
        z.strictObject({
          ...common,
          kind: z.literal('bls'),
          avs: name.nullable(),
          operatorId: word,
          publicKeyG1: g1,
          publicKeyG2: z.tuple([g1, g1]),
          tree: z.enum(['cerberus', 'eip2333']).nullable(),
        }),
      ]),
    )
    .min(1)
    .max(MAX_KEYS),
})

/** The file that a key is restored to. */
export const restoredName = ({ key, label }: BackedUpKey): string => keyFileName(label.label, key.kind, label.avs)

/**
 * The content of a backup.
 *
 * @returns bytes, which the caller wipes
 */
export function encodeBackup(keys: readonly BackedUpKey[]): Uint8Array {
  const bytes = new TextEncoder().encode(spelled(keys))
  for (const [index, at] of places(bytes).entries()) writeHex(bytes, at, keys[index]?.key.secret ?? new Uint8Array())
  return bytes
}

/**
 * The keys of a backup, each with the public half that it states proven.
 *
 * @param bytes are wiped of their secrets
 * @returns the keys, whose secrets the caller wipes
 * @throws NoBackup
 */
export function decodeBackup(bytes: Uint8Array): readonly BackedUpKey[] {
  const secrets = takeSecrets(bytes)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const { keys } = parsed(text)
    if (keys.length !== secrets.length) throw new NoBackup('is not spelled as a backup is')
    const whole = keys.map((stated, index) => provenKey(stated, secrets[index] ?? new Uint8Array()))
    if (spelled(whole) === text) return whole
    throw new NoBackup('is not spelled as a backup is')
  } catch (error) {
    for (const secret of secrets) secret.fill(0)
    if (error instanceof NoBackup) throw error
    throw new NoBackup('has a secret that is zero or above the order of its curve, or is no text')
  }
}

type Stated = z.output<typeof content>['keys'][number]

function parsed(text: string): z.output<typeof content> {
  try {
    return content.parse(JSON.parse(text))
  } catch {
    throw new NoBackup('does not hold backup/1 of airlock')
  }
}

function provenKey(stated: Stated, secret: Uint8Array): BackedUpKey {
  const { label, avs, path, tree } = stated
  const where = 'a secret of the backup'
  const key: AnyKey =
    stated.kind === 'ecdsa'
      ? { kind: 'ecdsa', ...ecdsaKeyOf(secret, where) }
      : { kind: 'bls', ...blsKeyOf(secret, where) }
  if (statesItself(stated, key)) return { key, label: { label, avs, path, tree } }
  const claimed = stated.kind === 'ecdsa' ? shown(stated.address) : `operator id ${stated.operatorId}`
  throw new NoBackup(`states the ${kindName[key.kind]} key of ${claimed}, its secret gives ${keyName(key)}`)
}

function statesItself(stated: Stated, key: AnyKey): boolean {
  if (stated.kind === 'ecdsa') return key.kind === 'ecdsa' && stated.address === key.address
  const { operatorId, publicKeyG1, publicKeyG2 } = stated
  return (
    key.kind === 'bls' &&
    operatorId === key.operatorId &&
    publicKeyG1.join() === key.publicKeyG1.join() &&
    publicKeyG2.join() === key.publicKeyG2.join()
  )
}

/** The canonical text, zeros in place of the secrets: names in the order of the alphabet. */
function spelled(keys: readonly BackedUpKey[]): string {
  const stated = keys.map(({ key, label: { label, avs, path, tree } }) =>
    key.kind === 'ecdsa'
      ? { address: key.address, avs, kind: key.kind, label, path, secret: ZEROS, tree }
      : {
          avs,
          kind: key.kind,
          label,
          operatorId: key.operatorId,
          path,
          publicKeyG1: key.publicKeyG1,
          publicKeyG2: key.publicKeyG2,
          secret: ZEROS,
          tree,
        },
  )
  return `${JSON.stringify({ airlock: 'backup/1', keys: stated }, null, 2)}\n`
}

/** Where the digits of each secret begin. */
function places(bytes: Uint8Array): readonly number[] {
  const found: number[] = []
  for (let at = 0; at + PLACE.length <= bytes.length; at += 1) {
    if (PLACE.every((byte, index) => bytes[at + index] === byte)) found.push(at + PLACE.length)
  }
  return found
}

const DIGITS = new TextEncoder().encode('0123456789abcdef')

function writeHex(bytes: Uint8Array, at: number, secret: Uint8Array): void {
  for (const [index, byte] of secret.entries()) {
    bytes[at + 2 * index] = DIGITS[byte >> 4] ?? 0
    bytes[at + 2 * index + 1] = DIGITS[byte & 15] ?? 0
  }
}

/** Takes the secrets out and leaves zeros; digits that are none are left, and fail as text. */
function takeSecrets(bytes: Uint8Array): readonly Uint8Array[] {
  return places(bytes).map((at) => {
    const values = bytes.slice(at, at + 2 * SECRET_LENGTH).map((byte) => DIGITS.indexOf(byte))
    const secret = new Uint8Array(SECRET_LENGTH)
    if (values.length === 2 * SECRET_LENGTH && values.every((value) => value < 16)) {
      for (const index of secret.keys()) secret[index] = (values[2 * index] ?? 0) * 16 + (values[2 * index + 1] ?? 0)
      bytes.fill(0x30, at, at + 2 * SECRET_LENGTH)
    }
    values.fill(0)
    return secret
  })
}
