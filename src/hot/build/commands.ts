// The command that is printed for a request: how it is signed.
//
// A file's name is not known on the other machine: it stands as FILE.
import { partsAsked } from '../../shared/request/derive.ts'
import { shellWord } from '../../shared/base/shell-word.ts'
import type { ResponsePart } from '../../shared/operation-parts/operation.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'

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
