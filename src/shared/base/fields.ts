// The field types of both documents, each with its one spelling.
//
// Addresses are EIP-55 checksummed, hex is lower-case with 0x, integers that fit 53 bits are JSON numbers, amounts of
// wei are decimal strings without sign or leading zero. Anything else is refused, never repaired: what was hashed on
// one machine must be what is hashed on the other.
import { getAddress, type Hex } from 'viem'
import * as z from 'zod'
import type { Code } from './error-codes.ts'

// No code is made at run time: the programs work where eval is forbidden, and a reader can see that they need none.
z.config({ jitless: true })

declare const brand: unique symbol
/** A value that carries its meaning in its type, so that a salt cannot stand where a digest is due. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name }

/** 20 bytes, EIP-55 spelling. */
export type Address = Branded<Hex, 'Address'>
/** 32 bytes, lower-case hex. */
export type Bytes32 = Branded<Hex, 'Bytes32'>
/** An ECDSA signature: r, s, v in 65 bytes, v 27 or 28, s in the lower half of the order (EIP-2). */
export type EcdsaSignature = Branded<Hex, 'EcdsaSignature'>
/** An amount in wei. */
export type Wei = Branded<bigint, 'Wei'>
/** Seconds since 1970, UTC. */
export type UnixSeconds = Branded<number, 'UnixSeconds'>

/** A zod issue that names one of our code words. */
export const issue = (code: Code, message: string): { message: string; params: { code: Code } } => ({
  message,
  params: { code },
})

const HEX_ADDRESS = /^0x[0-9a-fA-F]{40}$/

/** An address in EIP-55 spelling. */
export const address = z
  .string()
  .superRefine((text, context) => {
    if (!HEX_ADDRESS.test(text)) {
      context.addIssue({ code: 'custom', ...issue('field_invalid', 'expected an address: 0x and 40 hex digits') })
    } else if (getAddress(text) !== text) {
      const expected = getAddress(text)
      context.addIssue({ code: 'custom', ...issue('address_checksum', `expected the EIP-55 spelling ${expected}`) })
    }
  })
  .transform((text) => text as Address)

/** A pattern whose breach ends the check of its field: what looks at the value after it may take it as given. */
const pattern = (expression: RegExp, message: string): z.ZodString =>
  z.string().regex(expression, { abort: true, error: message })

/** 32 bytes, lower-case hex. */
export const bytes32 = pattern(/^0x[0-9a-f]{64}$/, 'expected 32 bytes: 0x and 64 lower-case hex digits').transform(
  (text) => text as Bytes32,
)

/** A count, an index, a nonce, a chain id or a time: a JSON number without fraction, from `least` to 2^53 - 1. */
export const integer = (least: number): z.ZodNumber =>
  z
    .number()
    .refine(
      (value) => Number.isSafeInteger(value) && value >= least,
      `expected a whole number from ${least} to 2^53 - 1`,
    )

/** Seconds since 1970. */
export const unixSeconds = integer(1).transform((value) => value as UnixSeconds)

/** Wei as a decimal string, at most 2^256 - 1; a bigint once decoded. */
export const wei = pattern(/^(0|[1-9][0-9]{0,77})$/, 'expected wei as a decimal string without sign or leading zeros')
  .transform((text) => BigInt(text) as Wei)
  .refine((amount) => amount < 2n ** 256n, 'expected at most 2^256 - 1 wei')

const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** Why 65 bytes are no signature that every generation of the contracts accepts, or null. */
function ecdsaFault(text: string): string | null {
  if (!/^0x[0-9a-f]{130}$/.test(text)) return 'expected 65 bytes: 0x and 130 lower-case hex digits'
  const r = BigInt(`0x${text.slice(2, 66)}`)
  const s = BigInt(`0x${text.slice(66, 130)}`)
  if (r === 0n || r >= SECP256K1_ORDER) return 'r is outside of 1 to the order of secp256k1'
  if (s === 0n || s > SECP256K1_ORDER / 2n)
    return 's is zero or in the upper half of the order: the contracts refuse it'
  const v = text.slice(130)
  return v === '1b' || v === '1c' ? null : `v is 0x${v}, expected 0x1b or 0x1c`
}

/** An ECDSA signature of 65 bytes that every generation of the contracts accepts. */
export const ecdsaSignature = z
  .string()
  .superRefine((text, context) => {
    const fault = ecdsaFault(text)
    if (fault !== null) context.addIssue({ code: 'custom', ...issue('signature_malformed', fault) })
  })
  .transform((text) => text as EcdsaSignature)
