// The commands that are printed for a request: how it is signed, and how it is built again.
//
// A file's name and a node's URL are not known on the other machine, or may hold a key: they stand as FILE and URL.
import { partsAsked } from '../shared/derive.ts'
import type { ResponsePart } from '../shared/operation.ts'
import { senderOf, type UnsignedRequest } from '../shared/request.ts'

const keyFlags: Readonly<Record<ResponsePart, string>> = {
  operatorSignature: '--ecdsa-keystore',
  keySignature: '--signing-keystore',
  pubkeyRegistrationParams: '--bls-keystore',
  transactions: '--ecdsa-keystore',
}

/** Names of the key files offline, where they are known. */
export interface KeyNames {
  readonly ecdsaKeystore?: string
  readonly blsKeystore?: string
}

/** The command that signs, on the offline machine: with the keys that are needed, the operator's first. */
export function signCommand(request: UnsignedRequest, path: string, names: KeyNames = {}): string {
  const flags = new Set(partsAsked(request).map((part) => keyFlags[part]))
  const ordered = ['--ecdsa-keystore', '--signing-keystore', '--bls-keystore'].filter((flag) => flags.has(flag))
  const known: Readonly<Record<string, string | undefined>> = {
    '--ecdsa-keystore': names.ecdsaKeystore,
    '--bls-keystore': names.blsKeystore,
  }
  const keys = ordered.map((flag) => ` ${flag} ${shellWord(known[flag] ?? 'FILE')}`)
  return `airlock-cold sign ${shellWord(path)} -o response.json${keys.join('')}`
}

/** The flags that fields of operations are typed with; those that a file holds stand as FILE. */
const fieldFlags: Readonly<Record<string, string>> = {
  admin: '--admin',
  appointee: '--appointee',
  churn: '--churn-approval',
  delay: '--delay',
  keyAddress: '--key-address',
  metadataUri: '--metadata-uri',
  operator: '--operator',
  operatorSet: '--operator-set-id',
  operatorSets: '--operator-sets',
  quorums: '--quorums',
  registryCoordinator: '--registry-coordinator',
  salt: '--salt',
  selector: '--selector',
  socket: '--socket',
  target: '--target',
}

/** The command that builds the same again, with a new nonce and expiry. */
export function buildCommand(request: UnsignedRequest): string {
  const { kind, ...fields } = request.operation
  const flags = Object.entries(fields).flatMap(([name, value]) => {
    const flag = fieldFlags[name]
    return flag === undefined ? [] : [`${flag} ${shellWord(typed(value))}`]
  })
  const sender = senderOf(request)
  const from = sender === null || sender === request.operation.operator ? [] : [`--from ${sender}`]
  return ['airlock-hot build', kind, ...flags, ...from, '--rpc-url URL', '-o request.json'].join(' ')
}

const typed = (value: unknown): string => {
  if (Array.isArray(value)) return value.join(',')
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'FILE'
}

/** A word as a shell takes it: as it is, or in single quotes. Controls, which a screen would obey, become question marks. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./~-]+$/.test(text)) return text
  return `'${text.replace(/[^\x20-\x7e]/g, '?').replaceAll("'", "'\\''")}'`
}
