// The key files that a signing needs: checked before the person is asked anything, opened after the approval.
import { say } from '../local/terminal.ts'
import { ecdsaSignerOf, partsAsked } from '../shared/derive.ts'
import { AirlockError, refusal, refuseAll, type Problem } from '../shared/errors.ts'
import type { UnsignedRequest } from '../shared/request.ts'
import { checkKeyFile } from './key-file.ts'
import { blsKey, ecdsaKey, signerText, type OpenedKeys } from './keys.ts'
import { readKeystore, type KeyKind, type Keystore } from './keystore.ts'
import { checkPasswordFile, passwordFor, type PasswordSource } from './passwords.ts'
import { unlock, type LockedKey } from './unlock.ts'
import type { ValidRequest } from './validate.ts'

/** The flags that name keys and their passwords. */
export interface KeyOptions {
  readonly ecdsaKeystore?: string
  readonly blsKeystore?: string
  readonly signingKeystore?: string
  readonly ecdsaPasswordFile?: string
  readonly blsPasswordFile?: string
  readonly signingPasswordFile?: string
  readonly ecdsaPasswordFd?: number
  readonly blsPasswordFd?: number
  readonly signingPasswordFd?: number
}

/** The keys that a request can want: the sender's, the BLS key, and an ECDSA key that it registers. */
const slots = ['ecdsa', 'bls', 'signing'] as const
type Slot = (typeof slots)[number]

/** A locked key file, with what it is for. */
export interface SlotKeystore {
  readonly slot: Slot
  readonly keystore: Keystore
}

const kindOf = (slot: Slot): KeyKind => (slot === 'bls' ? 'bls' : 'ecdsa')

/** The keys that make the parts of a request. */
function wantedSlots(request: UnsignedRequest): readonly Slot[] {
  const asked = partsAsked(request)
  const wanted = {
    ecdsa: ecdsaSignerOf(request) !== null,
    bls: asked.includes('pubkeyRegistrationParams'),
    signing: asked.includes('keySignature'),
  }
  return slots.filter((slot) => wanted[slot])
}

/**
 * The locked key files that a request needs, checked as far as that goes without a password.
 *
 * @throws AirlockError key_missing, and everything that is wrong with the files at once
 */
export function neededKeystores(valid: ValidRequest, options: KeyOptions): readonly SlotKeystore[] {
  const paths = { ecdsa: options.ecdsaKeystore, bls: options.blsKeystore, signing: options.signingKeystore }
  const wanted = wantedSlots(valid.request)
  for (const slot of slots) {
    if (paths[slot] !== undefined && !wanted.includes(slot)) say(`note: ${unasked[slot]}`)
  }
  const given = wanted.filter((slot) => paths[slot] !== undefined)
  if (given.length === 0) {
    const flags = wanted.map((slot) => `--${slot}-keystore FILE`).join(' and ')
    throw refusal('preparing to sign', 'key_missing', 'no key file was given that this request needs', `add ${flags}`)
  }
  const { keystores, problems } = readAll(
    given.map((slot) => [slot, paths[slot] ?? '']),
    options,
  )
  refuseAll('preparing to sign', [...problems, ...keystores.flatMap((each) => strangerProblems(valid, each))])
  return keystores
}

const unasked: Readonly<Record<Slot, string>> = {
  ecdsa: 'the request asks for no signature of an operator key; that key stays closed',
  bls: 'the request asks for no BLS signature; the BLS key stays closed',
  signing: 'the request registers no ECDSA key; the signing key stays closed',
}

/** Reads all key files and looks at all password files, collecting what is wrong instead of stopping at the first. */
function readAll(
  files: readonly (readonly [Slot, string])[],
  options: KeyOptions,
): { readonly keystores: readonly SlotKeystore[]; readonly problems: readonly Problem[] } {
  const keystores: SlotKeystore[] = []
  const problems: Problem[] = []
  const collect = (step: () => void): void => {
    try {
      step()
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error
      problems.push(...error.problems)
    }
  }
  for (const [slot, path] of files) {
    collect(() => {
      checkKeyFile(path)
      keystores.push({ slot, keystore: readKeystore(path, kindOf(slot)) })
    })
    const { file } = passwordSource(slot, options)
    if (file !== undefined) collect(() => checkPasswordFile(file))
  }
  return { keystores, problems }
}

function passwordSource(slot: Slot, options: KeyOptions): PasswordSource {
  const sources = {
    ecdsa: { file: options.ecdsaPasswordFile, descriptor: options.ecdsaPasswordFd },
    bls: { file: options.blsPasswordFile, descriptor: options.blsPasswordFd },
    signing: { file: options.signingPasswordFile, descriptor: options.signingPasswordFd },
  }
  return sources[slot]
}

/** A key file that says itself that it is another's: known before anybody types a password. */
function strangerProblems({ request }: ValidRequest, { slot, keystore }: SlotKeystore): readonly Problem[] {
  const { claims } = keystore
  if (slot !== 'ecdsa' || claims === null || !('address' in claims)) return []
  if (claims.address === ecdsaSignerOf(request)?.toLowerCase()) return []
  const message = `the ECDSA key file is that of ${claims.address}, the request names ${signerText(request)}`
  return [{ code: 'key_not_of_operator', message, hint: 'give --ecdsa-keystore the key file of the address named' }]
}

/**
 * Opens key files, asking for the passwords that no flag names.
 *
 * @returns the keys, which the caller wipes
 */
export async function openKeys(keystores: readonly SlotKeystore[], options: KeyOptions): Promise<OpenedKeys> {
  const locked: LockedKey[] = []
  for (const { slot, keystore } of keystores) {
    const source = passwordSource(slot, options)
    const password = await passwordFor(keystore.kind, keystore.path, source, `--${slot}-password`)
    locked.push({ keystore, password })
  }
  const secrets = await unlock(locked)
  const secretOf = (slot: Slot): readonly [Keystore, Uint8Array] | null => {
    const index = keystores.findIndex((each) => each.slot === slot)
    const [keystore, secret] = [keystores[index]?.keystore, secrets[index]]
    return keystore === undefined || secret === undefined ? null : [keystore, secret]
  }
  try {
    const [ecdsa, bls, signing] = [secretOf('ecdsa'), secretOf('bls'), secretOf('signing')]
    return { ecdsa: ecdsa && ecdsaKey(...ecdsa), bls: bls && blsKey(...bls), signing: signing && ecdsaKey(...signing) }
  } catch (error) {
    for (const secret of secrets) secret.fill(0)
    throw error
  }
}
