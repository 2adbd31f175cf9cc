// Stands in for src/cold/signing/sign-keys.ts in sign-driver.ts: key files that hold a secret in plain hex, so that none is derived.
//
// A slot takes the first file that its flag names; the driver's visits name one each.
import { readFileSync } from 'node:fs'
import { hexToBytes } from 'viem'
import { blsKeyOf, ecdsaKeyOf, type OpenedKeys } from '../../../src/cold/keystore/keys.ts'
import type * as real from '../../../src/cold/signing/sign-keys.ts'

const read = (path: string): Uint8Array => hexToBytes(readFileSync(path, 'utf8') as `0x${string}`)

/** There is nothing to read before the approval. */
export const readCandidates: typeof real.readCandidates = () => ({ ecdsa: [], bls: [], signing: [] })

/** There is nothing to choose: openKeys takes the files of the flags. */
export const chooseKeystores: typeof real.chooseKeystores = () => []

/** No key is given for nothing. */
export const noteUnasked: typeof real.noteUnasked = () => undefined

/** The keys of the files named, for each request. */
export const openKeys: typeof real.openKeys = (chosen, { ecdsaKeystore, blsKeystore, signingKeystore }) =>
  Promise.resolve(
    chosen.map((): OpenedKeys => ({
      ecdsa: keyAt(ecdsaKeystore, ecdsaKeyOf),
      bls: keyAt(blsKeystore, blsKeyOf),
      signing: keyAt(signingKeystore, ecdsaKeyOf),
    })),
  )

function keyAt<Key>([path]: readonly string[] = [], keyOf: (secret: Uint8Array, path: string) => Key): Key | null {
  return path === undefined ? null : keyOf(read(path), path)
}
