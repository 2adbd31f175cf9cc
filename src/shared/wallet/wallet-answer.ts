// What a wallet answers: the `eth-signature` of EIP-4527, and its signature in the one spelling of a response.
//
// Wallets spell v in three ways: 0 and 1, 27 and 28, and by EIP-155 with the chain id in it. All three say the same and become
// 27 or 28. Nothing else is repaired: a signature with s in the upper half, with another v, or of another length is refused,
// and so is an answer without a request id, or with that of another question.
import { bytesToHex } from 'viem'
import { decodeItem, Tagged, type CborItem } from './cbor-items.ts'
import { ecdsaSignature, type EcdsaSignature } from '../base/fields.ts'

/** The type of the Uniform Resource. */
export const ANSWER_TYPE = 'eth-signature'

const [UUID, SIGNATURE] = [37, 402]

/** An answer whose form was checked, and nothing else. */
export interface WalletAnswer {
  /** 16 bytes; null where the wallet left them out. */
  readonly requestId: Uint8Array | null
  /** r, s, v as the wallet spells them. */
  readonly signature: Uint8Array
}

/** Reads an answer, with or without the tag before it; null for anything else. Never throws. */
export function decodeAnswer(cbor: Uint8Array): WalletAnswer | null {
  const item = decodeItem(cbor)
  const map = item instanceof Tagged && item.tag === SIGNATURE ? item.item : item
  if (!(map instanceof Map)) return null
  const [id, signature, origin] = [1, 2, 3].map((key) => (map as ReadonlyMap<number, CborItem>).get(key))
  if (!(signature instanceof Uint8Array) || (origin !== undefined && typeof origin !== 'string')) return null
  if (id === undefined) return { requestId: null, signature }
  const requestId = id instanceof Tagged && id.tag === UUID ? id.item : null
  return requestId instanceof Uint8Array && requestId.length === 16 ? { requestId, signature } : null
}

/** r and s. */
const POINT_BYTES = 64
/** v with the largest chain id that a request can have, 2^53 - 1, has 7 bytes; one of 8 says nothing more. */
const MAX_V_BYTES = 8

/** A signature in its one spelling, or the words for what is wrong with it. */
export function readSignature(
  bytes: Uint8Array,
  chainId: number,
): { readonly signature: EcdsaSignature } | { readonly fault: string } {
  const length = bytes.length - POINT_BYTES
  if (length < 1 || length > MAX_V_BYTES) return { fault: `it has ${bytes.length} bytes, expected r, s and v in 65` }
  const v = BigInt(bytesToHex(bytes.subarray(POINT_BYTES)))
  const parity = parityOf(v, BigInt(chainId))
  if (parity === null) {
    const eip155 = 35n + 2n * BigInt(chainId)
    return { fault: `v is ${v}, expected 0 or 1, 27 or 28, or ${eip155} or ${eip155 + 1n} (EIP-155)` }
  }
  const spelled = `${bytesToHex(bytes.subarray(0, POINT_BYTES))}${parity === 0n ? '1b' : '1c'}`
  const read = ecdsaSignature.safeParse(spelled)
  return read.success ? { signature: read.data } : { fault: read.error.issues[0]?.message ?? 'it is malformed' }
}

/** 0n or 1n, or null for a v that says neither. */
function parityOf(v: bigint, chainId: bigint): bigint | null {
  const first = [0n, 27n, 35n + 2n * chainId].find((zero) => v === zero || v === zero + 1n)
  return first === undefined ? null : v - first
}
