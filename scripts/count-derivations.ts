// Counts for how many seeds the two trees of src/cold/mnemonic/derive-bn254.ts give different BLS keys.
//
//     npx tsx scripts/count-derivations.ts [SEEDS]
//
// The seeds are SHA-512 of "airlock seed 0", "airlock seed 1" and so on, so that anyone counts the same. A seed differs
// where one of the four parents on the path begins with a zero byte; below the order of BLS12-381, whose first byte is
// 0x73, that is one parent in 115.9, and so 1 - (1 - 1/115.9)^4 = 3.4 % of the seeds: one in 29.5.
import { createHash } from 'node:crypto'
import { deriveBn254 } from '../src/cold/mnemonic/derive-bn254.ts'
import { BN254_PATH } from '../src/cold/keystore/keys.ts'

const seeds = Number(process.argv[2] ?? 1500)
let differing = 0
for (let index = 0; index < seeds; index += 1) {
  const seed = createHash('sha512').update(`airlock seed ${index}`).digest()
  const [cerberus, eip2333] = [deriveBn254(seed, BN254_PATH, 'cerberus'), deriveBn254(seed, BN254_PATH, 'eip2333')]
  if (!Buffer.from(cerberus).equals(eip2333)) differing += 1
}
const share = differing === 0 ? 'none' : `one in ${(seeds / differing).toFixed(1)}`
console.log(`${differing} of ${seeds} seeds give different keys: ${share}`)
