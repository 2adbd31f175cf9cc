// scrypt (RFC 7914), as Node has it: on a thread of Node's own pool, so that Ctrl-C and the line of progress work meanwhile.
//
// The pool copies the password and wipes its copy. Work that has begun is not broken off: where the program is stopped, it says
// so at once and ends when the derivation under way does.
import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'

/** The cost of scrypt. */
export interface ScryptCost {
  /** A power of two. */
  readonly n: number
  readonly r: number
  readonly p: number
}

/** The most memory that a derivation may take, 128 * n * r * p: 1 GiB. */
export const MOST_SCRYPT_BYTES = 1024 ** 3
/** What the library takes beside that for a few blocks, at the largest r and p of a key file. */
const BLOCKS = 1024 ** 2

const derive = promisify<Uint8Array, Uint8Array, number, object, Buffer>(scrypt)

/**
 * A key of 32 bytes from a password.
 *
 * @param password stays the caller's to wipe, and so does the key
 * @throws RangeError when the cost is none, or takes more than 1 GiB
 * @throws Error when the machine has not the memory
 */
export function scryptKey(password: Uint8Array, salt: Uint8Array, { n, r, p }: ScryptCost): Promise<Uint8Array> {
  return derive(password, salt, 32, { N: n, r, p, maxmem: MOST_SCRYPT_BYTES + BLOCKS })
}
