// BLS keys of BN254 from a seed: the tree of EIP-2333, in the two forms that exist.
//
// 'cerberus' is what cerberus and bn254-keystore-go compute: the tree of EIP-2333 with the order of BLS12-381 at every
// level, and at the end the node reduced mod r of BN254. Where the parent of a step begins with zero bytes they leave
// those out, and the child is another one than EIP-2333 gives. 'eip2333' keeps all 32 bytes, and differs in nothing else.
// The two give different keys for about one seed in thirty, so that words alone do not say which key is meant.
//
// Paths are those of EIP-2334 with purpose 254: m/254/60/0/0. Nothing is hardened, numbers are below 2^32.
//
// Big integers are used for the reductions alone, and cannot be wiped; all bytes on the way are.
import { expand, extract } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js'
import { GROUP_ORDER, type G1Words } from '../../shared/chain/bn254.ts'
import { refusal } from '../../shared/base/errors.ts'
import type { Bytes32 } from '../../shared/base/fields.ts'
import { quote } from '../../shared/base/quote.ts'
import { blsKeyOf, type BlsKey, BN254_PATH } from '../keystore/keys.ts'

/** Which of the two trees. */
export type Bn254Tree = 'cerberus' | 'eip2333'

/** The order of BLS12-381, which is r in EIP-2333. */
const TREE_ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n
const SECRET_LENGTH = 32
const LAMPORT_CHUNKS = 255
/** ceil(3 * ceil(log2(r)) / 16), for both orders. */
const MOD_R_LENGTH = 48

const PATH = /^m(\/(0|[1-9][0-9]{0,9})){1,10}$/

/**
 * The secret at a path.
 *
 * @param seed at least 32 bytes, as BIP-39 gives 64; the caller wipes it
 * @returns 32 bytes big-endian, below r of BN254, which the caller wipes
 * @throws AirlockError derivation_path_invalid
 */
export function deriveBn254(seed: Uint8Array, path: string, tree: Bn254Tree): Uint8Array {
  let node = masterNode(seed)
  for (const index of bn254Indices(path)) {
    const child = childNode(node, index, tree)
    node.fill(0)
    node = child
  }
  const secret = numberToBytesBE(bytesToNumberBE(node) % GROUP_ORDER, SECRET_LENGTH)
  node.fill(0)
  return secret
}

/** The keys that one seed and path stand for; the same key twice where the trees agree. */
export interface Bn254Candidates {
  readonly cerberus: BlsKey
  readonly eip2333: BlsKey
  /** True when both are the same key. */
  readonly agree: boolean
}

/**
 * The keys of both trees.
 *
 * @param seed at least 32 bytes; the caller wipes it, and the secrets of both keys
 * @throws AirlockError derivation_path_invalid, key_out_of_range
 */
export function bn254Candidates(seed: Uint8Array, path: string): Bn254Candidates {
  const key = (tree: Bn254Tree): BlsKey => blsKeyOf(deriveBn254(seed, path, tree), 'the secret of these words')
  const [cerberus, eip2333] = [key('cerberus'), key('eip2333')]
  return { cerberus, eip2333, agree: cerberus.operatorId === eip2333.operatorId }
}

/** A public key to be found again. */
export type WantedBn254 = { readonly publicKeyG1: G1Words } | { readonly operatorId: Bytes32 }

/** The key that was found, and by which trees. */
export interface FoundBn254 {
  readonly key: BlsKey
  readonly trees: readonly Bn254Tree[]
}

/**
 * The key whose public half is known, from whichever tree gives it.
 *
 * @param seed at least 32 bytes; the caller wipes it, and the secret of the key
 * @throws AirlockError derivation_no_match, derivation_path_invalid, key_out_of_range
 */
export function findBn254(seed: Uint8Array, path: string, wanted: WantedBn254): FoundBn254 {
  const { cerberus, eip2333 } = bn254Candidates(seed, path)
  const matches = ({ publicKeyG1, operatorId }: BlsKey): boolean =>
    'operatorId' in wanted ? wanted.operatorId === operatorId : wanted.publicKeyG1.join() === publicKeyG1.join()
  const trees: readonly Bn254Tree[] = [
    ...(matches(cerberus) ? (['cerberus'] as const) : []),
    ...(matches(eip2333) ? (['eip2333'] as const) : []),
  ]
  const [key, other] = trees[0] === 'eip2333' ? [eip2333, cerberus] : [cerberus, eip2333]
  other.secret.fill(0)
  if (trees.length > 0) return { key, trees }
  key.secret.fill(0)
  const seen = `neither tree gives the key named, at path ${quote(path)}: they give ${bothIds(cerberus, eip2333)}`
  const hint = 'check the passphrase (cerberus takes the password of the key file for it), the path and the words'
  throw refusal('deriving BLS key', 'derivation_no_match', seen, hint)
}

const bothIds = (cerberus: BlsKey, eip2333: BlsKey): string =>
  cerberus.operatorId === eip2333.operatorId
    ? `operator id ${cerberus.operatorId}`
    : `operator ids ${cerberus.operatorId} (cerberus) and ${eip2333.operatorId} (EIP-2333)`

/**
 * A BLS secret from fresh entropy, without words: hkdf_mod_r of EIP-2333 with the order of BN254.
 *
 * @param entropy at least 32 bytes; the caller wipes them
 * @returns 32 bytes big-endian, in 1 to r - 1, which the caller wipes
 */
export function blsSecretFrom(entropy: Uint8Array): Uint8Array {
  return hkdfModR(entropy, GROUP_ORDER)
}

/**
 * derive_master_SK of EIP-2333.
 *
 * @param seed at least 32 bytes
 * @returns 32 bytes big-endian, below the order of BLS12-381
 */
export function masterNode(seed: Uint8Array): Uint8Array {
  if (seed.length < SECRET_LENGTH) throw new RangeError('a seed has at least 32 bytes')
  return hkdfModR(seed, TREE_ORDER)
}

/**
 * derive_child_SK of EIP-2333, or what cerberus makes of it.
 *
 * @param parent 32 bytes big-endian
 * @param index 0 to 2^32 - 1
 * @returns 32 bytes big-endian, below the order of BLS12-381
 */
export function childNode(parent: Uint8Array, index: number, tree: Bn254Tree): Uint8Array {
  const salt = numberToBytesBE(index, 4)
  const flipped = parent.map((byte) => byte ^ 0xff)
  // cerberus cuts off the zero bytes here and nowhere else: the flipped parent keeps its 32 bytes.
  const ikm = tree === 'cerberus' ? withoutLeadingZeros(parent) : parent.slice()
  const compressed = lamportPublicKey(salt, [ikm, flipped])
  const child = hkdfModR(compressed, TREE_ORDER)
  for (const bytes of [ikm, flipped, compressed]) bytes.fill(0)
  return child
}

const withoutLeadingZeros = (bytes: Uint8Array): Uint8Array => bytes.slice(bytes.findIndex((byte) => byte !== 0))

/** parent_SK_to_lamport_PK: the hash of the hashes of two times 255 chunks. */
function lamportPublicKey(salt: Uint8Array, halves: readonly Uint8Array[]): Uint8Array {
  const hashes = sha256.create()
  for (const half of halves) {
    const chunks = hkdf(salt, half, new Uint8Array(0), SECRET_LENGTH * LAMPORT_CHUNKS)
    for (let at = 0; at < chunks.length; at += SECRET_LENGTH) {
      hashes.update(sha256(chunks.subarray(at, at + SECRET_LENGTH)))
    }
    chunks.fill(0)
  }
  return hashes.digest()
}

/** hkdf_mod_r with an empty key_info; the salt is hashed before each try, and a zero is tried again. */
function hkdfModR(keyMaterial: Uint8Array, order: bigint): Uint8Array {
  const ikm = new Uint8Array(keyMaterial.length + 1)
  ikm.set(keyMaterial)
  let salt = sha256(new TextEncoder().encode('BLS-SIG-KEYGEN-SALT-'))
  for (;;) {
    const wide = hkdf(salt, ikm, numberToBytesBE(MOD_R_LENGTH, 2), MOD_R_LENGTH)
    const scalar = bytesToNumberBE(wide) % order
    wide.fill(0)
    if (scalar !== 0n) {
      ikm.fill(0)
      return numberToBytesBE(scalar, SECRET_LENGTH)
    }
    salt = sha256(salt)
  }
}

/** HKDF of RFC 5869 with SHA-256. */
function hkdf(salt: Uint8Array, ikm: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const key = extract(sha256, ikm, salt)
  const okm = expand(sha256, key, info, length)
  key.fill(0)
  return okm
}

function bn254Indices(path: string): readonly number[] {
  const fault = (what: string): Error =>
    refusal('deriving BLS key', 'derivation_path_invalid', `the path ${quote(path)} ${what}`, `write ${BN254_PATH}`)
  if (!PATH.test(path)) throw fault('is not m followed by numbers, each after a slash and none hardened')
  const indices = path.split('/').slice(1).map(Number)
  if (indices.some((index) => index >= 2 ** 32)) throw fault('has a number that is not below 4294967296')
  return indices
}
