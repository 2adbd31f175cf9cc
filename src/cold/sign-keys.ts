// The key files that a signing needs: checked before the person is asked anything, opened after the approval.
import { say } from '../local/terminal.ts'
import { partsAsked } from '../shared/derive.ts'
import { AirlockError, refusal, refuseAll, type Problem } from '../shared/errors.ts'
import { checkKeyFile } from './key-file.ts'
import { blsKey, ecdsaKey, type OpenedKeys } from './keys.ts'
import { readKeystore, type KeyKind, type Keystore } from './keystore.ts'
import { checkPasswordFile, passwordFor, type PasswordSource } from './passwords.ts'
import { unlock, type LockedKey } from './unlock.ts'
import type { ValidRequest } from './validate.ts'

/** The flags that name keys and their passwords. */
export interface KeyOptions {
  readonly ecdsaKeystore?: string
  readonly blsKeystore?: string
  readonly ecdsaPasswordFile?: string
  readonly blsPasswordFile?: string
  readonly ecdsaPasswordFd?: number
  readonly blsPasswordFd?: number
}

/**
 * The locked key files that a request needs, checked as far as that goes without a password.
 *
 * @throws AirlockError key_missing, and everything that is wrong with the files at once
 */
export function neededKeystores(valid: ValidRequest, options: KeyOptions): readonly Keystore[] {
  const { ecdsaKeystore, blsKeystore } = options
  const wantsBls = partsAsked(valid.request).includes('pubkeyRegistrationParams')
  const paths = { ecdsa: ecdsaKeystore, bls: wantsBls ? blsKeystore : undefined }
  if (blsKeystore !== undefined && !wantsBls)
    say('note: the request asks for no BLS signature; the BLS key stays closed')
  const kinds = (['ecdsa', 'bls'] as const).filter((kind) => paths[kind] !== undefined)
  if (kinds.length === 0) {
    const flags = wantsBls ? '--ecdsa-keystore FILE and --bls-keystore FILE' : '--ecdsa-keystore FILE'
    throw refusal('preparing to sign', 'key_missing', 'no key file was given that this request needs', `add ${flags}`)
  }
  const { keystores, problems } = readAll(
    kinds.map((kind) => [kind, paths[kind] ?? '']),
    options,
  )
  refuseAll('preparing to sign', [...problems, ...keystores.flatMap((keystore) => strangerProblems(valid, keystore))])
  return keystores
}

/** Reads all key files and looks at all password files, collecting what is wrong instead of stopping at the first. */
function readAll(
  files: readonly (readonly [KeyKind, string])[],
  options: KeyOptions,
): { readonly keystores: readonly Keystore[]; readonly problems: readonly Problem[] } {
  const keystores: Keystore[] = []
  const problems: Problem[] = []
  const collect = (step: () => void): void => {
    try {
      step()
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error
      problems.push(...error.problems)
    }
  }
  for (const [kind, path] of files) {
    collect(() => {
      checkKeyFile(path)
      keystores.push(readKeystore(path, kind))
    })
    const { file } = passwordSource(kind, options)
    if (file !== undefined) collect(() => checkPasswordFile(file))
  }
  return { keystores, problems }
}

const passwordSource = (kind: KeyKind, options: KeyOptions): PasswordSource =>
  kind === 'ecdsa'
    ? { file: options.ecdsaPasswordFile, descriptor: options.ecdsaPasswordFd }
    : { file: options.blsPasswordFile, descriptor: options.blsPasswordFd }

/** A key file that says itself that it is another operator's: known before anybody types a password. */
function strangerProblems({ request }: ValidRequest, { claims }: Keystore): readonly Problem[] {
  const { operator } = request.operation
  if (claims === null || !('address' in claims) || claims.address === operator.toLowerCase()) return []
  const message = `the ECDSA key file is that of ${claims.address}, the request names operator ${operator}`
  return [{ code: 'key_not_of_operator', message, hint: 'give --ecdsa-keystore the key file of the operator named' }]
}

/**
 * Opens key files, asking for the passwords that no flag names.
 *
 * @returns the keys, which the caller wipes
 */
export async function openKeys(keystores: readonly Keystore[], options: KeyOptions): Promise<OpenedKeys> {
  const locked: LockedKey[] = []
  for (const keystore of keystores) {
    const password = await passwordFor(
      keystore.kind,
      keystore.path,
      passwordSource(keystore.kind, options),
      `--${keystore.kind}-password`,
    )
    locked.push({ keystore, password })
  }
  const secrets = await unlock(locked)
  const secretOf = (kind: KeyKind): readonly [Keystore, Uint8Array] | null => {
    const index = keystores.findIndex((keystore) => keystore.kind === kind)
    const [keystore, secret] = [keystores[index], secrets[index]]
    return keystore === undefined || secret === undefined ? null : [keystore, secret]
  }
  try {
    const [ecdsa, bls] = [secretOf('ecdsa'), secretOf('bls')]
    return { ecdsa: ecdsa && ecdsaKey(...ecdsa), bls: bls && blsKey(...bls) }
  } catch (error) {
    for (const secret of secrets) secret.fill(0)
    throw error
  }
}
