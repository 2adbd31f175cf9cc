// A public key as a person has it, to be compared with an opened key: the address, the operator id, or the public key in
// any of the spellings that the tools of operators print.
//
//   address              0x and 40 digits
//   operator id          0x and 64 digits: keccak256 of the G1 point, as BN254.hashG1Point computes it
//   G1 compressed        64 digits without 0x, as gnark and cerberus write it
//   G1                   E([x,y]) in decimal, as eigenlayer-cli writes it; 128 digits; or x,y as hex or decimal
//   G2                   256 digits, imaginary parts first, as on chain
import { word } from '../shared/bn254.ts'
import { refusal } from '../shared/errors.ts'
import { quote } from '../shared/quote.ts'
import { g1FromText, g1ToCompressed, G1_TEXT } from './gnark-points.ts'
import type { AnyKey } from './key-file.ts'

const DOING = 'comparing keys'

/**
 * Refuses a key that is not the expected one.
 *
 * @param expected as typed
 * @throws AirlockError key_not_expected; usage when the text is no public key
 */
export function checkExpected(key: AnyKey, expected: string): void {
  const spelled = spellings(key)
  const text = expected.trim()
  const wanted = normal(text)
  if (wanted === null) {
    const seen = `${quote(text)} is no address, operator id or public key`
    throw refusal(DOING, 'usage', seen, 'give --expect 0x... of 40 or 64 digits, or E([x,y])')
  }
  if (Object.values(spelled).includes(wanted)) return
  const kind =
    key.kind === 'ecdsa' ? `the ECDSA key of ${key.address}` : `the BLS key with operator id ${key.operatorId}`
  throw refusal(
    DOING,
    'key_not_expected',
    `the file holds ${kind}, expected ${quote(text)}`,
    'look for the other key file',
  )
}

/** Every public name of a key, in the spelling that normal() makes. */
function spellings(key: AnyKey): Readonly<Record<string, string>> {
  if (key.kind === 'ecdsa') return { address: key.address.toLowerCase() }
  const { operatorId, publicKeyG1, publicKeyG2 } = key
  const digits = (words: readonly string[]): string => words.map((part) => part.slice(2)).join('')
  return {
    operatorId,
    compressed: g1ToCompressed(publicKeyG1),
    g1: digits(publicKeyG1),
    g2: digits(publicKeyG2.flat()),
  }
}

/** One spelling for each form of a public key; null for anything else. */
function normal(text: string): string | null {
  if (G1_TEXT.test(text)) return pointDigits(g1FromText(text))
  const pair = /^(0x[0-9a-fA-F]{1,64}|[0-9]{1,78}), ?(0x[0-9a-fA-F]{1,64}|[0-9]{1,78})$/.exec(text)
  if (pair !== null) return pointDigits([word(BigInt(pair[1] ?? 0)), word(BigInt(pair[2] ?? 0))])
  const lower = text.toLowerCase()
  if (/^0x([0-9a-f]{40}|[0-9a-f]{64})$/.test(lower)) return lower
  if (/^[0-9a-f]{64}$/.test(lower)) return lower
  return /^(0x)?([0-9a-f]{128}|[0-9a-f]{256})$/.test(lower) ? lower.replace('0x', '') : null
}

const pointDigits = (words: readonly string[]): string => words.map((part) => part.slice(2)).join('')
