// The command that is printed for a request: how it is signed.
//
// A file's name is not known on the other machine: it stands as FILE.
import { coldLine } from '../../shared/base/commands.ts'
import { partsAsked } from '../../shared/request/derive.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'

/** Names of the key files offline, where they are known. */
export interface KeyNames {
  readonly ecdsaKeystore?: string
  readonly blsKeystore?: string
}

/** The command that signs, on the offline machine: with the keys that are needed, the operator's first. */
export function signCommand(request: UnsignedRequest, path: string, names: KeyNames = {}): string {
  const asked = partsAsked(request)
  const operator = asked.includes('operatorSignature') || asked.includes('transactions')
  return coldLine('sign', {
    REQUEST: path,
    '-o': 'response.json',
    '--ecdsa-keystore': operator ? (names.ecdsaKeystore ?? 'FILE') : undefined,
    '--signing-keystore': asked.includes('keySignature') ? 'FILE' : undefined,
    '--bls-keystore': asked.includes('pubkeyRegistrationParams') ? (names.blsKeystore ?? 'FILE') : undefined,
  })
}
