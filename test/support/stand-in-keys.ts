// Stands in for src/cold/sign-keys.ts in sign-driver.ts: key files that hold a secret in plain hex, so that none is derived.
import { readFileSync } from 'node:fs'
import { hexToBytes } from 'viem'
import { blsKeyOf, ecdsaKeyOf, type OpenedKeys } from '../../src/cold/keys.ts'
import type { KeyOptions } from '../../src/cold/sign-keys.ts'

const read = (path: string): Uint8Array => hexToBytes(readFileSync(path, 'utf8') as `0x${string}`)

/** There is nothing to check. */
export const neededKeystores = (): readonly never[] => []

/** The keys of the files named. */
export function openKeys(_: readonly never[], { ecdsaKeystore, blsKeystore }: KeyOptions): Promise<OpenedKeys> {
  return Promise.resolve({
    ecdsa: ecdsaKeystore === undefined ? null : ecdsaKeyOf(read(ecdsaKeystore), ecdsaKeystore),
    bls: blsKeystore === undefined ? null : blsKeyOf(read(blsKeystore), blsKeystore),
    signing: null,
  })
}
