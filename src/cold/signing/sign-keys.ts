// The key files that a signing needs: checked before the person is asked anything, opened after the approval.
//
// A flag may name several files, and --keys a folder of them: for each request the file is taken that says it is the key
// wanted. A file that does not say whose it is is taken where it is the only one.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '../../local/files.ts'
import { say } from '../../local/terminal.ts'
import { operatorId } from '../../shared/chain/bn254.ts'
import { ecdsaMessage, ecdsaSignerOf, namedOperatorId, partsAsked } from '../../shared/request/derive.ts'
import { AirlockError, refusal, refuseAll, type Problem } from '../../shared/base/errors.ts'
import { messagesOf } from '../../shared/operations/operation-kinds.ts'
import { quote } from '../../shared/base/quote.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'
import { checkKeyFile } from '../keystore/key-file.ts'
import { blsKey, ecdsaKey, signerText, type OpenedKeys } from '../keystore/keys.ts'
import { readAnyKeystore, readKeystore, type KeyKind, type Keystore } from '../keystore/keystore.ts'
import { checkPasswordFile, passwordFor, type PasswordSource } from '../keystore/passwords.ts'
import { unlock, type LockedKey } from '../keystore/unlock.ts'

/** The flags that name keys and their passwords. */
export interface KeyOptions {
  readonly ecdsaKeystore?: readonly string[]
  readonly blsKeystore?: readonly string[]
  readonly signingKeystore?: readonly string[]
  /** A folder of key files. */
  readonly keys?: string
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

/** The key files at hand, by what they may be for. */
export type Candidates = Readonly<Record<Slot, readonly Keystore[]>>

const kindOf = (slot: Slot): KeyKind => (slot === 'bls' ? 'bls' : 'ecdsa')

const flagOf = (
  { ecdsaKeystore = [], blsKeystore = [], signingKeystore = [] }: KeyOptions,
  slot: Slot,
): readonly string[] => ({ ecdsa: ecdsaKeystore, bls: blsKeystore, signing: signingKeystore })[slot]

/** Whose key a slot wants: an address, an operator id, or null where the request leaves it open. */
function wantedIn(request: UnsignedRequest, slot: Slot): string | null {
  if (slot === 'ecdsa') return ecdsaSignerOf(request)
  if (slot === 'bls') return namedOperatorId(request)
  return ecdsaMessage(messagesOf(request), 'keySignature')?.signer ?? null
}

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
 * Reads the key files that the flags name, and looks at the password files.
 *
 * @throws AirlockError everything that is wrong with any of them, at once
 */
export function readCandidates(options: KeyOptions): Candidates {
  const problems: Problem[] = []
  const tried = <T>(step: () => T): readonly T[] => {
    try {
      return [step()]
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error
      problems.push(...error.problems)
      return []
    }
  }
  const named = (slot: Slot): readonly Keystore[] =>
    flagOf(options, slot).flatMap((path) => tried(() => opened(path, () => readKeystore(path, kindOf(slot)))))
  const folder = options.keys === undefined ? [] : tried(() => keyFiles(options.keys ?? '')).flat()
  const inFolder = folder.flatMap((path) => tried(() => opened(path, () => readAnyKeystore(path))))
  const candidates = Object.fromEntries(
    slots.map((slot) => [slot, [...named(slot), ...inFolder.filter(({ kind }) => kind === kindOf(slot))]]),
  ) as unknown as Candidates
  for (const slot of slots) {
    const { file } = passwordSource(slot, options)
    if (file !== undefined && candidates[slot].length > 0) tried(() => checkPasswordFile(file))
  }
  refuseAll('preparing to sign', problems)
  return candidates
}

function opened(path: string, read: () => Keystore): Keystore {
  checkKeyFile(path)
  return read()
}

/** The key files of a folder, by how their names end. */
function keyFiles(folder: string): readonly string[] {
  const doing = 'looking for key files'
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.key.json'))
    if (names.length > 0) return names.toSorted().map((name) => join(folder, name))
  } catch (error) {
    const seen = `${quote(folder)} cannot be read (${errorCode(error)})`
    throw refusal(doing, 'file_unreadable', seen, 'give --keys a folder such as ~/.eigenlayer/operator_keys')
  }
  const seen = `${quote(folder)} has no file that ends in .key.json`
  throw refusal(doing, 'key_missing', seen, 'give --keys a folder such as ~/.eigenlayer/operator_keys')
}

/** What a key file says of whose it is: an address in small letters, an operator id; null where it does not say. */
function claimOf({ claims }: Keystore): string | null {
  if (claims === null) return null
  if ('address' in claims) return claims.address
  return 'publicKeyG1' in claims ? operatorId(claims.publicKeyG1) : null
}

/**
 * The locked key files for one request, of those at hand.
 *
 * @throws AirlockError key_missing, key_not_of_operator
 */
export function chooseKeystores(request: UnsignedRequest, candidates: Candidates): readonly SlotKeystore[] {
  const wanted = wantedSlots(request)
  const chosen = wanted.flatMap((slot): SlotKeystore[] => {
    const keystore = chosenOf(wantedIn(request, slot), candidates[slot])
    return keystore === null ? [] : [{ slot, keystore }]
  })
  if (chosen.length === 0) {
    const flags = wanted.map((slot) => `--${slot}-keystore FILE`).join(' and ')
    throw refusal('preparing to sign', 'key_missing', 'no key file was given that this request needs', `add ${flags}`)
  }
  refuseAll(
    'preparing to sign',
    chosen.flatMap((each) => strangerProblems(request, each)),
  )
  return chosen
}

/** The file that says it is the key wanted; else the only one. */
function chosenOf(wanted: string | null, keystores: readonly Keystore[]): Keystore | null {
  const [only, ...others] = keystores
  const claiming = keystores.find((keystore) => wanted !== null && claimOf(keystore) === wanted.toLowerCase())
  return claiming ?? (others.length === 0 ? (only ?? null) : null)
}

/** Says which keys were given for nothing. */
export function noteUnasked(request: UnsignedRequest, options: KeyOptions): void {
  const wanted = wantedSlots(request)
  for (const slot of slots) {
    if (flagOf(options, slot).length > 0 && !wanted.includes(slot)) say(`note: ${unasked[slot]}`)
  }
}

const unasked: Readonly<Record<Slot, string>> = {
  ecdsa: 'the request asks for no signature of an operator key; that key stays closed',
  bls: 'the request asks for no BLS signature; the BLS key stays closed',
  signing: 'the request registers no ECDSA key; the signing key stays closed',
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
function strangerProblems(request: UnsignedRequest, { slot, keystore }: SlotKeystore): readonly Problem[] {
  const { claims } = keystore
  if (slot !== 'ecdsa' || claims === null || !('address' in claims)) return []
  if (claims.address === ecdsaSignerOf(request)?.toLowerCase()) return []
  const message = `the ECDSA key file is that of ${claims.address}, the request names ${signerText(request)}`
  return [{ code: 'key_not_of_operator', message, hint: 'give --ecdsa-keystore the key file of the address named' }]
}

/**
 * Opens key files, each once, asking for the passwords that no flag names.
 *
 * @param chosen the key files of each request
 * @returns the keys of each request; requests may share keys, and the caller wipes them all
 */
export async function openKeys(
  chosen: readonly (readonly SlotKeystore[])[],
  options: KeyOptions,
): Promise<readonly OpenedKeys[]> {
  const distinct = chosen.flat().filter(isFirst)
  const secrets = await unlock(await lockedKeys(distinct, options))
  const secretOf = (of: readonly SlotKeystore[], slot: Slot): readonly [Keystore, Uint8Array] | null => {
    const keystore = of.find((each) => each.slot === slot)?.keystore
    const secret = secrets[distinct.findIndex((each) => each.slot === slot && each.keystore === keystore)]
    return keystore === undefined || secret === undefined ? null : [keystore, secret]
  }
  try {
    return chosen.map((of) => {
      const [ecdsa, bls, signing] = [secretOf(of, 'ecdsa'), secretOf(of, 'bls'), secretOf(of, 'signing')]
      return {
        ecdsa: ecdsa && ecdsaKey(...ecdsa),
        bls: bls && blsKey(...bls),
        signing: signing && ecdsaKey(...signing),
      }
    })
  } catch (error) {
    for (const secret of secrets) secret.fill(0)
    throw error
  }
}

const isFirst = ({ slot, keystore }: SlotKeystore, index: number, all: readonly SlotKeystore[]): boolean =>
  all.findIndex((each) => each.slot === slot && each.keystore === keystore) === index

/** A password from a flag opens all files of its slot; it is read once. */
async function lockedKeys(keystores: readonly SlotKeystore[], options: KeyOptions): Promise<readonly LockedKey[]> {
  const locked: LockedKey[] = []
  const given: Partial<Record<Slot, Uint8Array>> = {}
  for (const { slot, keystore } of keystores) {
    const source = passwordSource(slot, options)
    const known = given[slot]
    const password =
      known === undefined
        ? await passwordFor(keystore.kind, keystore.path, source, `--${slot}-password`)
        : Uint8Array.from(known)
    if (source.file !== undefined || source.descriptor !== undefined) given[slot] ??= Uint8Array.from(password)
    locked.push({ keystore, password })
  }
  for (const password of Object.values(given)) password.fill(0)
  return locked
}
