// Whose ECDSA key signed a digest, from the signature alone (SEC 1, 4.1.6), at once and with nothing that could sign.
//
// The online program has no signing code: so this is made of points of secp256k1 and not of the library's ECDSA. Everything
// here is public. Where a promise will do, viem's recoverAddress does.
import { weierstrass } from '@noble/curves/abstract/weierstrass.js'
import { getAddress, hexToBytes, keccak256, slice, type Hex } from 'viem'
import type { Address, Bytes32, EcdsaSignature } from '../base/fields.ts'

/** secp256k1, as SEC 2 gives it. */
const Point = weierstrass({
  p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn,
  n: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  h: 1n,
  a: 0n,
  b: 7n,
  Gx: 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
  Gy: 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
})

/**
 * The address whose key signed a digest.
 *
 * @param digest 32 bytes
 * @param signature 65 bytes with v 27 or 28, as fields.ts checks them
 * @returns null where no key can have made the signature: its r is no x of a point, or the key would be the point at infinity
 */
export function signerOf(digest: Bytes32, signature: EcdsaSignature): Address | null {
  const [r, s] = [BigInt(slice(signature, 0, 32)), BigInt(slice(signature, 32, 64))]
  const nonce = liftX(slice(signature, 0, 32), (hexToBytes(signature)[64] ?? 0) - 27)
  if (nonce === null) return null
  const { Fn } = Point
  const inverse = Fn.inv(r)
  const ofBase = Fn.mul(Fn.neg(Fn.create(BigInt(digest))), inverse)
  const key = Point.BASE.multiplyUnsafe(ofBase).add(nonce.multiplyUnsafe(Fn.mul(s, inverse)))
  return key.is0() ? null : (getAddress(slice(keccak256(key.toBytes(false).subarray(1)), 12)) as Address)
}

/** The point with an x and a parity of y; null where there is none. */
function liftX(x: Hex, parity: number): InstanceType<typeof Point> | null {
  try {
    return Point.fromBytes(Uint8Array.of(2 + parity, ...hexToBytes(x)))
  } catch {
    return null
  }
}
