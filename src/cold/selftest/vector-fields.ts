// Fields that vector files share (docs/vectors.md): bytes as hex, chain ids and times as decimal strings.
import * as z from 'zod'

/** Bytes of any length as lower-case hex. */
export const hex = z.string().regex(/^0x([0-9a-f]{2})*$/)
/** A chain id, as a decimal string. */
export const chainId = z.string().regex(/^\d+$/).transform(Number)
/** A time or a number above 2^53, as a decimal string. */
export const decimal = z.string().regex(/^\d+$/).transform(BigInt)
/** The version in the AVSDirectory's EIP-712 domain; null where the domain has none. */
export const version = z.union([z.literal('1'), z.literal('1.'), z.literal('v1'), z.null()])
