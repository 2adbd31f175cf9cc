// Keys of operator sets: what the KeyRegistrar has signed, how it reads a key, and how it checks one.
//
// Follows KeyRegistrar.sol and BN254SignatureVerifier.sol in eigenlayer-contracts at f84a515: domain "EigenLayer", version "1",
// of the proxy. The key itself signs, not the operator; there is neither salt nor expiry. A BN254 key is 192 bytes (G1, then G2
// with the imaginary parts first) and its signature 64; an ECDSA key is the 20 bytes of its address.
//
// The gamma of the pairing is over other words than BLSApkRegistry's (bls-registration.ts): the digest first, the signature last.
// A key is taken once in the world: deregistering does not free it.
import { concat, keccak256, type Hex } from 'viem'
import { knownContracts } from '../catalogue/address-book.ts'
import { proofVerdict, type ProofVerdict, type PubkeyRegistrationParams } from '../chain/bls-registration.ts'
import type { G1Point, G1Words, G2Words } from '../chain/bn254.ts'
import { integer, type Address, type Bytes32 } from '../base/fields.ts'
import { buildAgain, note, refuse, warning, type Finding, type ReviewLine } from '../base/finding.ts'
import type { ContractRole, OperationContext } from './operation.ts'
import { contractLines, contractName } from '../catalogue/review-names.ts'
import type { Eip712Domain, TypedData, TypedField } from '../chain/typed-data.ts'

/** The id of an operator set: a uint32. */
export const operatorSetId = integer(0).refine((id) => id < 2 ** 32, 'expected an operator set id: at most 2^32 - 1')

/** An operator set of an AVS, and the KeyRegistrar that keeps its keys. */
export interface KeyedSet {
  readonly avs: Address
  readonly keyRegistrar: Address
  readonly operatorSet: number
}

/** The two halves of a BN254 key. */
export interface Bn254Key {
  readonly publicKeyG1: G1Words
  readonly publicKeyG2: G2Words
}

/** The KeyRegistrar's domain on a chain; every deployment is of v1. */
export const keyRegistrarDomain = (chainId: number, keyRegistrar: Address): Eip712Domain => ({
  name: 'EigenLayer',
  version: '1',
  chainId,
  verifyingContract: keyRegistrar,
})

/** ECDSAKeyRegistration, which the key to be registered signs. */
export const ecdsaKeyRegistration = (
  chainId: number,
  set: KeyedSet & { readonly operator: Address },
  keyAddress: Address,
): TypedData => registration(chainId, set, 'ECDSAKeyRegistration', { name: 'keyAddress', type: 'address' }, keyAddress)

/** BN254KeyRegistration, whose digest is hashed to the curve point that the key to be registered signs. */
export const bn254KeyRegistration = (
  chainId: number,
  set: KeyedSet & { readonly operator: Address },
  key: Bn254Key,
): TypedData =>
  registration(chainId, set, 'BN254KeyRegistration', { name: 'keyData', type: 'bytes' }, bn254KeyData(key))

function registration(
  chainId: number,
  { operator, avs, operatorSet, keyRegistrar }: KeyedSet & { readonly operator: Address },
  primaryType: string,
  last: TypedField,
  key: Hex,
): TypedData {
  return {
    domain: keyRegistrarDomain(chainId, keyRegistrar),
    primaryType,
    fields: [
      { name: 'operator', type: 'address' },
      { name: 'avs', type: 'address' },
      { name: 'operatorSetId', type: 'uint32' },
      last,
    ],
    message: { operator, avs, operatorSetId: BigInt(operatorSet), [last.name]: key },
  }
}

/** keyData of a BN254 key: 192 bytes. */
export const bn254KeyData = ({ publicKeyG1, publicKeyG2 }: Bn254Key): Hex =>
  concat([...publicKeyG1, ...publicKeyG2.flat()])

/** keyData of an ECDSA key: the 20 bytes of its address. */
export const ecdsaKeyData = (keyAddress: Address): Hex => keyAddress.toLowerCase() as Hex

/** By what the KeyRegistrar tells ECDSA keys apart; for a BN254 key it is the operator id. */
export const ecdsaKeyHash = (keyAddress: Address): Bytes32 => keccak256(ecdsaKeyData(keyAddress)) as Bytes32

/** The 64 bytes of a BN254 signature. */
export const bn254SignatureBytes = (signature: G1Words): Hex => concat([...signature])

/**
 * Checks the proof of a BN254 key exactly as the KeyRegistrar does.
 *
 * @param named the key in the request: calldata and digest hold this one
 * @param params what the key's holder made; another key than the one named is none of this request
 * @param digest of the message
 * @param point hashToG1 of the digest
 */
export function checkKeyRegistration(
  named: Bn254Key,
  params: PubkeyRegistrationParams,
  digest: Bytes32,
  point: G1Point,
): ProofVerdict {
  const { publicKeyG1, publicKeyG2, signature } = params
  // The id of the G1 point is compared elsewhere; the G2 point of another secret is a proof of nothing.
  if (publicKeyG1.join() === named.publicKeyG1.join() && bn254KeyData(params) !== bn254KeyData(named)) {
    return 'keys_differ'
  }
  return proofVerdict(params, point, [digest, ...publicKeyG1, ...publicKeyG2.flat(), ...signature])
}

/** registerKey's ABI, for either curve. */
export const REGISTER_KEY = 'registerKey(address,(address,uint32),bytes,bytes)'

/** The contracts that a key's registration concerns. */
export const keyContracts = ({ avs, keyRegistrar }: KeyedSet): readonly (readonly [ContractRole, Address])[] => [
  ['keyRegistrar', keyRegistrar],
  ['avs', avs],
]

/** The lines of a review: whose key it becomes. */
export const keyedSetLines = (
  { avs, keyRegistrar, operatorSet }: KeyedSet,
  { chainId }: OperationContext,
): ReviewLine[] => [
  ...contractLines('KeyRegistrar', chainId, keyRegistrar),
  ...contractLines('AVS', chainId, avs),
  ['Operator set', `${operatorSet}`],
]

/** An operator set within a sentence. */
export const keyedSetText = (chainId: number, { avs, operatorSet }: KeyedSet): string =>
  `operator set ${operatorSet} of AVS ${avs} (${contractName(chainId, avs)})`

/** What the catalogue says of the AVS of an operator set. */
export function judgeSetAvs(chainId: number, avs: Address): Finding[] {
  const known = knownContracts(chainId, avs)
  if (known.some(({ contract }) => contract === 'ServiceManager')) return []
  if (known.length > 0) {
    const seen = `avs ${avs} is known as ${contractName(chainId, avs)}, which is no AVS`
    return [refuse('contracts_mismatch', seen, `${buildAgain()}, with the address of the AVS`)]
  }
  const seen = 'the AVS is not in the catalogue: compare its address, digit by digit, with what it publishes'
  return [warning('avs_unknown', seen)]
}

/** What there is to say of every key that is registered. */
export const judgeKey = ({ operatorSet }: KeyedSet): Finding[] => [
  note(
    'key_permanent',
    'the KeyRegistrar takes a key once, for all operators and AVSs together: it can never be registered again, not even after it was deregistered',
  ),
  note(
    'signing_power',
    `what this key signs counts as the operator's word in operator set ${operatorSet}; the AVS may slash for it`,
  ),
  note(
    'proof_never_expires',
    "the key's own signature has no expiry and no salt: it can be used for as long as the key is not registered",
  ),
]
