// Opened keys: the secret, and the public half computed from it.
//
// What a key file says of its public key is compared with what the secret gives; so is what the request expects. Holds
// the secrets as bytes and wipes them; the library's big integers cannot be wiped (docs/threat-model.md).
import { bn254 } from '@noble/curves/bn254.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { bytesToNumberBE } from '@noble/curves/utils.js'
import { publicKeyToAddress } from 'viem/accounts'
import { bytesToHex, getAddress } from 'viem'
import { encodeG1, encodeG2, GROUP_ORDER, operatorId, type G1Words, type G2Words } from '../shared/bn254.ts'
import { refusal, type Problem } from '../shared/errors.ts'
import type { Address, Bytes32 } from '../shared/fields.ts'
import { quote } from '../shared/quote.ts'
import type { UnsignedRequest } from '../shared/request.ts'
import type { Keystore } from './keystore.ts'

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
  readonly ecdsa: EcdsaKey | null
  readonly bls: BlsKey | null
}

/**
 * The operator key from its secret.
 *
 * @throws AirlockError key_out_of_range, key_file_public_key_differs
 */
export function ecdsaKey(keystore: Keystore, secret: Uint8Array): EcdsaKey {
  if (!secp256k1.utils.isValidSecretKey(secret)) throw outOfRange(keystore)
  const publicKey = secp256k1.getPublicKey(secret, false)
  const address = publicKeyToAddress(bytesToHex(publicKey)) as Address
  const { claims } = keystore
  if (claims !== null && 'address' in claims && claims.address !== address.toLowerCase()) {
    throw differs(keystore, `says address ${getAddress(claims.address)}, its secret gives ${address}`)
  }
  return { address, secret }
}

/**
 * The BLS key from its secret, 32 bytes big-endian, in 1 to r - 1.
 *
 * @throws AirlockError key_out_of_range, key_file_public_key_differs
 */
export function blsKey(keystore: Keystore, secret: Uint8Array): BlsKey {
  const scalar = bytesToNumberBE(secret)
  // Other readers reduce mod r in silence; a secret above r is a damaged file or another curve's.
  if (scalar === 0n || scalar >= GROUP_ORDER) throw outOfRange(keystore)
  const publicKeyG1 = encodeG1(bn254.G1.Point.BASE.multiply(scalar))
  const publicKeyG2 = encodeG2(bn254.G2.Point.BASE.multiply(scalar))
  const { claims } = keystore
  if (claims !== null && 'x' in claims) {
    const same = BigInt(publicKeyG1[0]) === claims.x && BigInt(publicKeyG1[1]) === claims.y
    if (!same) throw differs(keystore, 'has a pubKey that does not belong to its secret')
  }
  return { publicKeyG1, publicKeyG2, operatorId: operatorId(publicKeyG1), secret }
}

function outOfRange({ path }: Keystore): Error {
  const message = `the secret in ${quote(path)} is zero or not below the order of its curve`
  return refusal('opening key', 'key_out_of_range', message, 'restore the key file from its backup')
}

function differs({ path }: Keystore, what: string): Error {
  const hint = 'the file was changed or mixed up: restore it from its backup'
  return refusal('opening key', 'key_file_public_key_differs', `${quote(path)} ${what}`, hint)
}

/** Overwrites the secrets. */
export function wipe({ ecdsa, bls }: OpenedKeys): void {
  ecdsa?.secret.fill(0)
  bls?.secret.fill(0)
}

/** What is wrong with using these keys for this request. */
export function keyProblems({ operation }: UnsignedRequest, { ecdsa, bls }: OpenedKeys): readonly Problem[] {
  const problems: Problem[] = []
  if (ecdsa !== null && ecdsa.address !== operation.operator) {
    const message = `the ECDSA key is that of ${ecdsa.address}, the request names operator ${operation.operator}`
    problems.push({
      code: 'key_not_of_operator',
      message,
      hint: 'give the key file of the operator named, or build a request for the other',
    })
  }
  const wanted = operation.pubkeyRegistration?.from === 'signer' ? operation.pubkeyRegistration.operatorId : null
  if (bls !== null && wanted !== null && bls.operatorId !== wanted) {
    const message = `the BLS key has operator id ${bls.operatorId}, the request names ${wanted}`
    problems.push({ code: 'key_not_of_request', message, hint: 'give the BLS key file of that operator id' })
  }
  return problems
}
