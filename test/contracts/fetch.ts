// Before the tests of real contracts: brings the packages into the cache, and says by name what cannot be had.
import { eigenlayer, fetchPackage, hyperlane, titleOf } from './packages.ts'

/** Runs once, before any test file. */
export default async function setup(): Promise<void> {
  for (const of of [eigenlayer, hyperlane]) {
    const reason = await fetchPackage(of)
    if (reason !== null)
      console.warn(`SKIPPED: the tests on ${titleOf(of)}: the npm registry cannot be reached: ${reason}`)
  }
}
