// The BLS half of a registration, checked exactly as BLSApkRegistry.registerBLSPublicKey checks it.
//
// Follows BLSApkRegistry.sol in eigenlayer-middleware at 7d49b51: gamma is keccak256 over ten words (signature, G1 key,
// G2 key, message point) mod r, and e(signature + gamma G1key, -G2) e(H + gamma G1, G2key) must be one. The KeyRegistrar
// of later cores hashes other words in another order (key-registration.ts); the pairing is the same.
import { bn254 } from '@noble/curves/bn254.js'
import { concat, keccak256 } from 'viem'
import * as z from 'zod'
import {
  decodeG1,
  decodeG2,
  encodeG1,
  g1Words,
  g2Words,
  GROUP_ORDER,
  MINUS_G2,
  pairingIsOne,
  type G1Point,
} from './bn254.ts'
import type { Bytes32 } from '../base/fields.ts'

const G1 = bn254.G1.Point

/** PubkeyRegistrationParams of the contract: the proof that a BLS key belongs to an operator. */
export const pubkeyRegistrationParams = z
  .strictObject({ publicKeyG1: g1Words, publicKeyG2: g2Words, signature: g1Words })
  .readonly()
export type PubkeyRegistrationParams = z.output<typeof pubkeyRegistrationParams>

/** What the pairing found: a proof, a signature of another message or key, or two keys of different secrets. */
export type ProofVerdict = 'valid' | 'keys_differ' | 'signature_invalid'

/**
 * Checks a registration proof against its message point.
 *
 * @param params words of points that the schema has already checked
 * @param message hashToG1 of the BN254PubkeyRegistration digest
 * @throws RangeError when a word pair is no point
 */
export function checkPubkeyRegistration(params: PubkeyRegistrationParams, message: G1Point): ProofVerdict {
  const words = [...params.signature, ...params.publicKeyG1, ...params.publicKeyG2.flat(), ...encodeG1(message)]
  return proofVerdict(params, message, words)
}

/**
 * Checks a proof by pairing, with the gamma of the words that the contract hashes.
 *
 * @param params words of points that the schema has already checked
 * @param message the point that was signed
 * @param hashed what gamma is the keccak256 of, in the contract's order
 * @throws RangeError when a word pair is no point
 */
export function proofVerdict(
  params: PubkeyRegistrationParams,
  message: G1Point,
  hashed: readonly Bytes32[],
): ProofVerdict {
  const signature = decodeG1(params.signature)
  const keyG1 = decodeG1(params.publicKeyG1)
  const keyG2 = decodeG2(params.publicKeyG2)
  const gamma = BigInt(keccak256(concat(hashed))) % GROUP_ORDER
  const left = signature.add(keyG1.multiplyUnsafe(gamma))
  const right = message.add(G1.BASE.multiplyUnsafe(gamma))
  const holds = pairingIsOne([
    { g1: left, g2: MINUS_G2 },
    { g1: right, g2: keyG2 },
  ])
  if (holds) return 'valid'
  return sameSecret(params) ? 'signature_invalid' : 'keys_differ'
}

/** True when the G1 and the G2 key have one secret: e(keyG1, G2) = e(G1, keyG2). */
export function sameSecret(params: Pick<PubkeyRegistrationParams, 'publicKeyG1' | 'publicKeyG2'>): boolean {
  return pairingIsOne([
    { g1: decodeG1(params.publicKeyG1), g2: MINUS_G2 },
    { g1: G1.BASE, g2: decodeG2(params.publicKeyG2) },
  ])
}
