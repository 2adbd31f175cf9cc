// Keys from words and seeds, held against EIP-2333, ethers, cast, and numbers that Python computed.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { HDNodeWallet, Mnemonic as EthersMnemonic } from 'ethers'
import { describe, expect, test } from 'vitest'
import {
  blsSecretFrom,
  bn254Candidates,
  childNode,
  deriveBn254,
  findBn254,
  masterNode,
} from '../../../src/cold/mnemonic/derive-bn254.ts'
import { deriveEcdsa, ecdsaPath } from '../../../src/cold/mnemonic/derive-ecdsa.ts'
import { BN254_PATH, blsKeyOf, ecdsaKeyOf } from '../../../src/cold/keystore/keys.ts'
import { Mnemonic } from '../../../src/cold/mnemonic/mnemonic.ts'
import { GROUP_ORDER, type G1Words } from '../../../src/shared/chain/bn254.ts'
import type { Bytes32 } from '../../../src/shared/base/fields.ts'
import { refusalOf } from '../../documents/refusal.ts'
import { root } from '../../support/project.ts'

interface Pair {
  readonly path: string
  readonly cerberus: string
  readonly eip2333: string
}
interface Answers {
  readonly trees: readonly { seed: string; master: string; index: number; child: string }[]
  readonly leadingZeroParent: { parent: string; index: number; cerberus: string; eip2333: string }
  readonly words: readonly (Pair & {
    mnemonic: string
    passphrase: string
    operatorId: Bytes32
    publicKeyG1: G1Words
  })[]
  readonly seeds: readonly (Pair & { seed: string })[]
}

const answers = JSON.parse(readFileSync(resolve(root, 'vectors/derivation.json'), 'utf8')) as Answers

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replace(/^0x/, ''), 'hex'))
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const hex = (value: Uint8Array): string => `0x${Buffer.from(value).toString('hex')}`
const decimal = (value: Uint8Array): string => BigInt(hex(value)).toString()
const seedOf = (words: string, passphrase = ''): Uint8Array => Mnemonic.read(text(words)).seed(text(passphrase))
const JUNK = 'test test test test test test test test test test test junk'

describe('the tree of EIP-2333', () => {
  test.each(answers.trees)('test case $index', ({ seed, master, index, child }) => {
    const node = masterNode(bytes(seed))
    expect(decimal(node)).toBe(master)
    expect(decimal(childNode(node, index, 'eip2333'))).toBe(child)
    // No parent here begins with a zero byte: the two trees agree.
    expect(decimal(childNode(node, index, 'cerberus'))).toBe(child)
  })

  test('a parent that begins with a zero byte has another child in each', () => {
    const { parent, index, cerberus, eip2333 } = answers.leadingZeroParent
    expect(decimal(childNode(bytes(parent), index, 'cerberus'))).toBe(cerberus)
    expect(decimal(childNode(bytes(parent), index, 'eip2333'))).toBe(eip2333)
    expect(cerberus).not.toBe(eip2333)
  })

  test('its nodes are below the order of BLS12-381, as the known child of another order would not be', () => {
    const { ORDER } = bls12_381.fields.Fr
    expect(answers.trees.every(({ master, child }) => BigInt(master) < ORDER && BigInt(child) < ORDER)).toBe(true)
    expect(answers.trees.some(({ child }) => BigInt(child) >= GROUP_ORDER)).toBe(true)
  })
})

describe('BLS keys', () => {
  test.each(answers.words)('of words, passphrase "$passphrase"', ({ mnemonic, passphrase, path, ...wanted }) => {
    const seed = seedOf(mnemonic, passphrase)
    const { cerberus, eip2333, agree } = bn254Candidates(seed, path)
    expect([hex(cerberus.secret), hex(eip2333.secret)]).toEqual([wanted.cerberus, wanted.eip2333])
    expect(agree).toBe(true)
    expect(cerberus).toMatchObject({ publicKeyG1: wanted.publicKeyG1, operatorId: wanted.operatorId })
    expect(findBn254(seed, path, { operatorId: wanted.operatorId }).trees).toEqual(['cerberus', 'eip2333'])
  })

  test.each(answers.seeds)('of seed $seed', ({ seed, path, ...wanted }) => {
    expect(hex(deriveBn254(bytes(seed), path, 'cerberus'))).toBe(wanted.cerberus)
    expect(hex(deriveBn254(bytes(seed), path, 'eip2333'))).toBe(wanted.eip2333)
    expect(bn254Candidates(bytes(seed), path).agree).toBe(wanted.cerberus === wanted.eip2333)
  })

  const differing = answers.seeds.filter(({ cerberus, eip2333 }) => cerberus !== eip2333)
  test.each(
    differing.flatMap((of) => [
      { ...of, tree: 'cerberus' as const },
      { ...of, tree: 'eip2333' as const },
    ]),
  )('the one wanted is found in the tree of $tree alone', ({ seed, path, tree, ...secrets }) => {
    const { publicKeyG1, operatorId } = blsKeyOf(bytes(secrets[tree]), 'the secret')
    for (const wanted of [{ publicKeyG1 }, { operatorId }]) {
      const found = findBn254(bytes(seed), path, wanted)
      expect(found.trees).toEqual([tree])
      expect(hex(found.key.secret)).toBe(secrets[tree])
    }
  })

  test('a key that neither tree gives is refused, with both operator ids', () => {
    const { operatorId } = blsKeyOf(bytes('01'.repeat(32)), 'the secret')
    const [of] = differing
    const refused = refusalOf(() => findBn254(bytes(of?.seed ?? ''), BN254_PATH, { operatorId }))
    expect(refused.code).toBe('derivation_no_match')
    expect(refused.message.match(/0x[0-9a-f]{64}/g)?.length).toBe(2)
  })

  test.each([
    ['m'],
    ['m/'],
    ['254/60/0/0'],
    ["m/254'/60/0/0"],
    ['m/254/60//0'],
    ['m/254/060/0/0'],
    ['m/254/60/0/4294967296'],
    ['M/254/60/0/0'],
    ['m/254/60/0/0\n'],
    [`m${'/0'.repeat(11)}`],
  ])('the path %j is refused', (path) => {
    expect(refusalOf(() => deriveBn254(new Uint8Array(64), path, 'eip2333')).code).toBe('derivation_path_invalid')
  })

  test('a seed of less than 32 bytes is not taken', () => {
    expect(() => masterNode(new Uint8Array(31))).toThrow(RangeError)
  })

  test('a secret from entropy is in range, and another for each entropy', () => {
    const secrets = Array.from({ length: 50 }, (_, index) =>
      decimal(blsSecretFrom(createHash('sha256').update(`entropy ${index}`).digest())),
    )
    expect(new Set(secrets).size).toBe(50)
    expect(secrets.every((secret) => BigInt(secret) > 0n && BigInt(secret) < GROUP_ORDER)).toBe(true)
  })
})

describe('ECDSA keys', () => {
  const addressAt = (seed: Uint8Array, path: string): string =>
    ecdsaKeyOf(deriveEcdsa(seed, path), 'the secret').address

  test('the first two addresses of the words that every development chain uses', () => {
    const seed = seedOf(JUNK)
    expect(addressAt(seed, ecdsaPath(0))).toBe('0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266')
    expect(addressAt(seed, ecdsaPath(1))).toBe('0x70997970C51812dc3A010C7d01b50e0d17dc79C8')
  })

  const paths = ["m/44'/60'/0'/0/7", "m/44'/60'/3'/0/0", "m/44'/60'/0'/2147483647", 'm/0', "m/2147483647'/1"]

  test.each(paths)('ethers agrees at %s, for words and passphrases of all lengths', (path) => {
    for (const length of [16, 20, 24, 28, 32]) {
      const entropy = createHash('sha256').update(`${path} ${length}`).digest().subarray(0, length)
      const mnemonic = Mnemonic.of(entropy)
      const passphrase = length === 16 ? '' : `Paß ${length}\u00a0ﬁ`
      const theirs = EthersMnemonic.fromEntropy(entropy, passphrase)
      expect(mnemonic.words.join(' ')).toBe(theirs.phrase)
      const seed = mnemonic.seed(text(passphrase))
      expect(hex(seed)).toBe(theirs.computeSeed())
      expect(addressAt(seed, path)).toBe(HDNodeWallet.fromMnemonic(theirs, path).address)
    }
  })

  test('cast agrees', () => {
    const words = Mnemonic.of(createHash('sha256').update('for cast').digest()).words.join(' ')
    const args = ['wallet', 'private-key', words, "m/44'/60'/0'/0/5"]
    const printed = execFileSync(resolve(root, 'node_modules/.bin/cast'), args, { encoding: 'utf8' }).trim()
    expect(hex(deriveEcdsa(seedOf(words), ecdsaPath(5)))).toBe(printed)
  })

  test.each([
    ['m'],
    ["m/44h/60'/0'/0/0"],
    ["m/44'/60'/0'/0/"],
    ["m/44'/60'/0'/0/01"],
    ['m/2147483648'],
    ["44'/60'/0'/0/0"],
    ["m/44''/0"],
    ['m/-1'],
    ['m/0 '],
  ])('the path %j is refused', (path) => {
    expect(refusalOf(() => deriveEcdsa(new Uint8Array(64).fill(7), path)).code).toBe('derivation_path_invalid')
  })
})
