// A key that a person expects, named by its public half: an address, an operator id, or a G1 point as E([x,y]).
//
// An address in mixed case must have its checksum right. What is expected is compared, never taken for true.
import { getAddress, isAddress } from 'viem'
import type { G1Words } from '../shared/bn254.ts'
import { refusal } from '../shared/errors.ts'
import type { Address, Bytes32 } from '../shared/fields.ts'
import { quote } from '../shared/quote.ts'
import { g1FromText, G1_TEXT } from './gnark-points.ts'
import { keyName, type AnyKey } from './key-file.ts'

/** What a key's public half must be. */
export type ExpectedKey =
  | { readonly kind: 'ecdsa'; readonly address: Address }
  | { readonly kind: 'bls'; readonly operatorId: Bytes32 }
  | { readonly kind: 'bls'; readonly publicKeyG1: G1Words }

/**
 * Reads what was typed after --expect.
 *
 * @throws AirlockError usage
 */
export function expectedFrom(typed: string): ExpectedKey {
  if (/^0x[0-9a-fA-F]{64}$/.test(typed)) return { kind: 'bls', operatorId: typed.toLowerCase() as Bytes32 }
  if (G1_TEXT.test(typed)) return { kind: 'bls', publicKeyG1: g1FromText(typed) }
  if (/^0x[0-9a-fA-F]{40}$/.test(typed)) {
    if (isAddress(typed)) return { kind: 'ecdsa', address: getAddress(typed) as Address }
    const seen = `the address ${quote(typed)} has a wrong checksum`
    throw refusal(DOING, 'usage', seen, 'copy it again, or write it in lower case')
  }
  const seen = `--expect is ${quote(typed)}, expected an address, an operator id (0x and 64 hex digits) or E([x,y])`
  throw refusal(DOING, 'usage', seen, 'copy it from where the key is registered')
}

const DOING = 'reading the command line'

/** True when a key is the one expected. */
export function isExpected(key: AnyKey, expected: ExpectedKey): boolean {
  if ('address' in expected) return key.kind === 'ecdsa' && key.address === expected.address
  if (key.kind !== 'bls') return false
  return 'operatorId' in expected
    ? key.operatorId === expected.operatorId
    : key.publicKeyG1.join() === expected.publicKeyG1.join()
}

/** What is expected, for a sentence. */
export function expectedName(expected: ExpectedKey): string {
  if ('address' in expected) return expected.address
  return 'operatorId' in expected ? `operator id ${expected.operatorId}` : `G1 ${expected.publicKeyG1.join(', ')}`
}

/**
 * Refuses a key that is not the one expected.
 *
 * @param whose "the key of these words", for the sentence
 * @throws AirlockError key_not_expected
 */
export function checkExpected(doing: string, whose: string, key: AnyKey, expected: ExpectedKey): void {
  if (isExpected(key, expected)) return
  const seen = `${whose} is that of ${keyName(key)}, expected ${expectedName(expected)}`
  throw refusal(doing, 'key_not_expected', seen, 'check that this is the secret you meant; nothing was written')
}
