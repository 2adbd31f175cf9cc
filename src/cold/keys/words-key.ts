// The key that words stand for, with the question which of the two BLS trees is meant.
//
// A BLS key is found by its public half where that is known; else by the tree named; else only where both trees agree.
// Where they differ nobody but the operator knows which key is registered: both operator ids are shown, neither is taken.
import { refusal } from '../../shared/base/errors.ts'
import { bn254Candidates, deriveBn254, findBn254, type Bn254Tree } from '../mnemonic/derive-bn254.ts'
import { deriveEcdsa, ecdsaPath } from '../mnemonic/derive-ecdsa.ts'
import { checkExpected, type ExpectedKey } from './expected-key.ts'
import type { AnyKey } from '../keystore/key-file.ts'
import { blsKeyOf, ecdsaKeyOf, BN254_PATH } from '../keystore/keys.ts'
import type { KeyKind } from '../keystore/keystore-formats.ts'

/** Which key of a seed. */
export interface WordsChoice {
  readonly kind: KeyKind
  readonly path?: string | undefined
  readonly tree?: Bn254Tree | undefined
  readonly expected?: ExpectedKey | undefined
}

/** A key with its place in the tree; its holder wipes the secret. */
export interface PlacedKey {
  readonly key: AnyKey
  readonly path: string
  /** The trees that give it: none for ECDSA, which has one only. */
  readonly trees: readonly Bn254Tree[]
}

const DOING = 'deriving BLS key'

/**
 * The key of a seed.
 *
 * @param seed 64 bytes, which the caller wipes
 * @throws AirlockError derivation_path_invalid, derivation_no_match, key_not_expected, usage
 */
export function keyOfSeed(seed: Uint8Array, choice: WordsChoice): PlacedKey {
  const placed = choice.kind === 'ecdsa' ? ecdsaOf(seed, choice) : blsOf(seed, choice)
  if (choice.expected === undefined) return placed
  try {
    checkExpected('deriving key', 'the key of these words', placed.key, choice.expected)
    return placed
  } catch (error) {
    placed.key.secret.fill(0)
    throw error
  }
}

const OF_WORDS = 'the secret of these words'

function ecdsaOf(seed: Uint8Array, { path = ecdsaPath(0) }: WordsChoice): PlacedKey {
  return { key: { kind: 'ecdsa', ...ecdsaKeyOf(deriveEcdsa(seed, path), OF_WORDS) }, path, trees: [] }
}

function blsOf(seed: Uint8Array, { path = BN254_PATH, tree, expected }: WordsChoice): PlacedKey {
  if (tree !== undefined) {
    return { key: { kind: 'bls', ...blsKeyOf(deriveBn254(seed, path, tree), OF_WORDS) }, path, trees: [tree] }
  }
  if (expected?.kind === 'bls') {
    const { key, trees } = findBn254(seed, path, expected)
    return { key: { kind: 'bls', ...key }, path, trees }
  }
  const { cerberus, eip2333, agree } = bn254Candidates(seed, path)
  eip2333.secret.fill(0)
  if (agree) return { key: { kind: 'bls', ...cerberus }, path, trees: ['cerberus', 'eip2333'] }
  cerberus.secret.fill(0)
  const seen = `these words are two keys: operator id ${cerberus.operatorId} (cerberus) and ${eip2333.operatorId} (EIP-2333)`
  const hint = 'give --expect with the one that is registered, or --tree cerberus or --tree eip2333'
  throw refusal(DOING, 'usage', seen, hint)
}
