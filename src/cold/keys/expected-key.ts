// A key that a person expects, named by its public half in any of the spellings that the tools of operators print.
//
//   address         0x and 40 digits
//   operator id     0x and 64 digits: keccak256 of the G1 point, as BN254.hashG1Point computes it
//   G1              E([x,y]) in decimal, as eigenlayer-cli has it; 64 digits without 0x, compressed as gnark and cerberus
//                   have it; 128 digits; or x,y in hex or decimal
//
// An address in mixed case must have its checksum right. What is expected is compared, never taken for true.
import { getAddress, isAddress } from 'viem'
import { word, type G1Words } from '../../shared/chain/bn254.ts'
import { refusal } from '../../shared/base/errors.ts'
import type { Address, Bytes32 } from '../../shared/base/fields.ts'
import { quote } from '../../shared/base/quote.ts'
import { g1FromCompressed, g1FromText, G1_TEXT } from '../keystore/gnark-points.ts'
import { keyName, type AnyKey } from '../keystore/key-file.ts'

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
  const publicKeyG1 = pointFrom(typed)
  if (publicKeyG1 !== null) return { kind: 'bls', publicKeyG1 }
  if (/^0x[0-9a-fA-F]{40}$/.test(typed)) {
    if (isAddress(typed)) return { kind: 'ecdsa', address: getAddress(typed) as Address }
    const seen = `the address ${quote(typed)} has a wrong checksum`
    throw refusal(DOING, 'usage', seen, 'copy it again, or write it in lower case')
  }
  const seen = `--expect is ${quote(typed)}, expected an address, an operator id (0x and 64 hex digits) or E([x,y])`
  throw refusal(DOING, 'usage', seen, 'copy it from where the key is registered')
}

const DOING = 'reading the command line'

/** A G1 point in one of its spellings; null for anything else. Whether it is on the curve shows when it is compared. */
function pointFrom(typed: string): G1Words | null {
  if (G1_TEXT.test(typed)) return g1FromText(typed)
  const [, x, y] = /^(0x[0-9a-fA-F]{1,64}|[0-9]{1,78}), ?(0x[0-9a-fA-F]{1,64}|[0-9]{1,78})$/.exec(typed) ?? []
  if (x !== undefined && y !== undefined) return [word(BigInt(x)), word(BigInt(y))]
  const digits = typed.replace(/^0x(?=[0-9a-fA-F]{128}$)/, '').toLowerCase()
  if (/^[0-9a-f]{128}$/.test(digits))
    return [word(BigInt(`0x${digits.slice(0, 64)}`)), word(BigInt(`0x${digits.slice(64)}`))]
  if (!/^[0-9a-f]{64}$/.test(digits)) return null
  try {
    return g1FromCompressed(digits)
  } catch (error) {
    const reason = error instanceof RangeError ? error.message : 'it is no point'
    throw refusal(DOING, 'usage', `--expect is no compressed point of G1: ${reason}`, 'copy it again')
  }
}

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
