// Opened keys: the secret, and the public half computed from it.
//
// What a key file says of its public key is compared with what the secret gives; so is what the request expects. Holds
// the secrets as bytes and wipes them; the library's big integers cannot be wiped (docs/threat-model.md).
import { bn254 } from '@noble/curves/bn254.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js'
import { publicKeyToAddress } from 'viem/accounts'
import { bytesToHex, getAddress } from 'viem'
import { encodeG1, encodeG2, GROUP_ORDER, operatorId, type G1Words, type G2Words } from '../../shared/chain/bn254.ts'
import { ecdsaMessage, ecdsaSignerOf, namedOperatorId } from '../../shared/request/derive.ts'
import { refusal, type Problem } from '../../shared/base/errors.ts'
import type { Address, Bytes32 } from '../../shared/base/fields.ts'
import { messagesOf } from '../../shared/operations/operation-kinds.ts'
import { quote } from '../../shared/base/quote.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'
import type { Claim } from './keystore-formats.ts'
import type { Keystore } from './keystore.ts'

/** The path of a BLS key that cerberus takes, and writes into every key file (EIP-2334 with purpose 254). */
export const BN254_PATH = 'm/254/60/0/0'

// The library multiplies a generator by a secret that it blinds, from a table which it builds at the first use and whose size
// suits thousands of keys. A signing opens two: smaller tables give the same points in a third of the time.
for (const { BASE } of [secp256k1.Point, bn254.G1.Point, bn254.G2.Point]) BASE.precompute(3)

/** The operator key. */
export interface EcdsaKey {
  readonly address: Address
  readonly secret: Uint8Array
}

/** A BLS key of BN254. */
export interface BlsKey {
  readonly publicKeyG1: G1Words
  readonly publicKeyG2: G2Words
  readonly operatorId: Bytes32
  readonly secret: Uint8Array
}

/** The keys of one signing; null where the key is not on this machine or not needed. */
export interface OpenedKeys {
  /** The operator's, or that of whoever sends or signs in its stead. */
  readonly ecdsa: EcdsaKey | null
  readonly bls: BlsKey | null
  /** The ECDSA key that the request registers, which signs that it is held. */
  readonly signing: EcdsaKey | null
}

/**
 * The operator key of a secret.
 *
 * @param secret 32 bytes big-endian, in 1 to n - 1; kept, not copied
 * @param where the secret is from, for the refusal: 'the secret in "FILE"', 'the secret of the mnemonic'
 * @param hint what to do about it
 * @throws AirlockError key_out_of_range
 */
export function ecdsaKeyOf(secret: Uint8Array, where: string, hint = RESTORE): EcdsaKey {
  if (!secp256k1.utils.isValidSecretKey(secret)) throw outOfRange(where, hint)
  const publicKey = secp256k1.getPublicKey(secret, false)
  return { address: publicKeyToAddress(bytesToHex(publicKey)) as Address, secret }
}

/**
 * The BLS key of a secret.
 *
 * @param secret 32 bytes big-endian, in 1 to r - 1; kept, not copied
 * @param where the secret is from, for the refusal
 * @param hint what to do about it
 * @throws AirlockError key_out_of_range
 */
export function blsKeyOf(secret: Uint8Array, where: string, hint = RESTORE): BlsKey {
  const scalar = bytesToNumberBE(secret)
  if (scalar === 0n || scalar >= GROUP_ORDER) throw outOfRange(where, hint)
  const publicKeyG1 = encodeG1(bn254.G1.Point.BASE.multiply(scalar))
  const publicKeyG2 = encodeG2(bn254.G2.Point.BASE.multiply(scalar))
  return { publicKeyG1, publicKeyG2, operatorId: operatorId(publicKeyG1), secret }
}

/**
 * The operator key of an opened key file.
 *
 * @throws AirlockError key_out_of_range, key_file_public_key_differs
 */
export function ecdsaKey(keystore: Keystore, secret: Uint8Array): EcdsaKey {
  const key = ecdsaKeyOf(secret, `the secret in ${quote(keystore.path)}`)
  const { claims } = keystore
  if (claims !== null && 'address' in claims && claims.address !== key.address.toLowerCase()) {
    throw differs(keystore, `says address ${getAddress(claims.address)}, its secret gives ${key.address}`)
  }
  return key
}

/**
 * The BLS key of an opened key file.
 *
 * Hourglass writes secrets as they were typed, also above r, and reduces them when it reads them. Such a secret is
 * reduced here too, but only because the public key in the file must then be that of the reduced one. In the other
 * formats a secret above r is a damaged file or another curve's, whatever other readers do with it.
 *
 * @param secret 32 bytes big-endian
 * @throws AirlockError key_out_of_range, key_file_public_key_differs
 */
export function blsKey(keystore: Keystore, secret: Uint8Array): BlsKey {
  const { claims, format, path } = keystore
  if (format === 'eip2335-bn254') reduce(secret)
  const key = blsKeyOf(secret, `the secret in ${quote(path)}`)
  if (claims !== null && !sameKey(claims, key))
    throw differs(keystore, 'has a public key that its secret does not give')
  return key
}

/** Reduces a secret mod r, in place. */
function reduce(secret: Uint8Array): void {
  const scalar = bytesToNumberBE(secret)
  if (scalar >= GROUP_ORDER) secret.set(numberToBytesBE(scalar % GROUP_ORDER, secret.length))
}

function sameKey(claims: Claim, { publicKeyG1, publicKeyG2 }: BlsKey): boolean {
  if ('publicKeyG1' in claims) return claims.publicKeyG1.join() === publicKeyG1.join()
  return 'publicKeyG2' in claims && claims.publicKeyG2.flat().join() === publicKeyG2.flat().join()
}

const RESTORE = 'restore the key file from its backup'

function outOfRange(where: string, hint: string): Error {
  return refusal('opening key', 'key_out_of_range', `${where} is zero or not below the order of its curve`, hint)
}

function differs({ path }: Keystore, what: string): Error {
  const hint = 'the file was changed or mixed up: restore it from its backup'
  return refusal('opening key', 'key_file_public_key_differs', `${quote(path)} ${what}`, hint)
}

/** Overwrites the secrets. */
export function wipe({ ecdsa, bls, signing }: OpenedKeys): void {
  ecdsa?.secret.fill(0)
  bls?.secret.fill(0)
  signing?.secret.fill(0)
}

/** What is wrong with using these keys for this request. */
export function keyProblems(request: UnsignedRequest, { ecdsa, bls, signing }: OpenedKeys): readonly Problem[] {
  const problems: Problem[] = []
  const signer = ecdsaSignerOf(request)
  if (ecdsa !== null && ecdsa.address !== signer) {
    const message = `the ECDSA key is that of ${ecdsa.address}, the request names ${signerText(request)}`
    problems.push({
      code: 'key_not_of_operator',
      message,
      hint: 'give the key file of the address named, or build a request for the other',
    })
  }
  const registered = ecdsaMessage(messagesOf(request), 'keySignature')?.signer ?? null
  if (signing !== null && registered !== null && signing.address !== registered) {
    const message = `the signing key is that of ${signing.address}, the request registers ${registered}`
    problems.push({ code: 'key_not_of_request', message, hint: 'give --signing-keystore the key file of that address' })
  }
  const wanted = namedOperatorId(request)
  if (bls !== null && wanted !== null && bls.operatorId !== wanted) {
    const message = `the BLS key has operator id ${bls.operatorId}, the request names ${wanted}`
    problems.push({ code: 'key_not_of_request', message, hint: 'give the BLS key file of that operator id' })
  }
  return problems
}

/** Whose ECDSA key a request wants, in words: the operator's, or that of whoever acts for it. */
export function signerText(request: UnsignedRequest): string {
  const { operator } = request.operation
  const signer = ecdsaSignerOf(request)
  if (signer === operator) return `operator ${operator}`
  return signer === null ? 'no ECDSA key at all' : `${signer}, who acts for operator ${operator}`
}
