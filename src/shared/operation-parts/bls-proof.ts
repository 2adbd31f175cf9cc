// The BLS proof of a registration: that a BN254 key belongs to an operator, for ever, at one RegistryCoordinator.
//
// Follows RegistryCoordinator.sol and BLSApkRegistry.sol of the M2 generation, and SlashingRegistryCoordinator.sol, which kept
// domain, message and check. The request asks its signer for the proof, or carries one that was made on another machine.
import * as z from 'zod'
import {
  checkPubkeyRegistration,
  pubkeyRegistrationParams,
  type PubkeyRegistrationParams,
} from '../chain/bls-registration.ts'
import { operatorId } from '../chain/bn254.ts'
import * as compressed from '../packing/compressed.ts'
import { bytes32, type Address, type Bytes32 } from '../base/fields.ts'
import { note, refuse, warning, when, type Finding, type ReviewLine } from '../base/finding.ts'
import { messageForBls, type ProofMessage } from './operation.ts'
import * as packing from '../packing/packing.ts'
import type { Packing } from '../packing/packing.ts'
import { pubkeyRegistration, registryCoordinatorDomain } from '../chain/typed-data.ts'

/** The proof as a field, needed while the contract knows no key of the operator. */
export const blsProof = z.discriminatedUnion('from', [
  // To be made by whoever signs this request; the operator id, when given, says which key.
  z.strictObject({ from: z.literal('signer'), operatorId: bytes32.nullable() }).readonly(),
  // Made elsewhere before: carried, checked by pairing, signed over.
  z.strictObject({ from: z.literal('request'), params: pubkeyRegistrationParams }).readonly(),
])
export type BlsProof = z.output<typeof blsProof>

/** A G1 point in 32 bytes. */
export const g1 = packing.compressed(32, compressed.compressG1, compressed.decompressG1)
/** A G2 point in 64 bytes. */
export const g2 = packing.compressed(64, compressed.compressG2, compressed.decompressG2)

/** Points in 32 and 64 bytes. */
export const packedParams: Packing<PubkeyRegistrationParams> = packing.record({
  publicKeyG1: g1,
  publicKeyG2: g2,
  signature: g1,
})

export const packedBlsProof: Packing<BlsProof> = packing.union('from', {
  signer: [1, packing.record({ operatorId: packing.nullable(packing.bytes32) })],
  request: [2, packing.record({ params: packedParams })],
})

/** BN254PubkeyRegistration of an operator at a RegistryCoordinator, hashed to its point. */
export function blsProofMessage(
  field: BlsProof,
  { operator, coordinator, chainId }: { operator: Address; coordinator: Address; chainId: number },
): ProofMessage {
  const data = pubkeyRegistration(registryCoordinatorDomain(chainId, coordinator), operator)
  const of =
    field.from === 'request'
      ? { carried: field.params, operatorId: operatorId(field.params.publicKeyG1) }
      : { carried: null, operatorId: field.operatorId }
  return messageForBls(data, of, (params, _, point) => checkPubkeyRegistration(params, point))
}

const ZERO_WORD = `0x${'0'.repeat(64)}` as Bytes32

/** What the contract ignores when it knows a key of the operator already. */
const NO_PARAMS = {
  signature: [ZERO_WORD, ZERO_WORD],
  publicKeyG1: [ZERO_WORD, ZERO_WORD],
  publicKeyG2: [
    [ZERO_WORD, ZERO_WORD],
    [ZERO_WORD, ZERO_WORD],
  ],
} as const

const words = (pair: readonly string[]): bigint[] => pair.map(BigInt)

/** PubkeyRegistrationParams as an argument: signature, G1 key, G2 key with imaginary parts first. */
export function paramsArgument(params: PubkeyRegistrationParams | null): readonly unknown[] {
  const { signature, publicKeyG1, publicKeyG2 } = params ?? NO_PARAMS
  return [words(signature), words(publicKeyG1), [words(publicKeyG2[0]), words(publicKeyG2[1])]]
}

/** The ABI type of PubkeyRegistrationParams. */
export const PARAMS_TYPE = '((uint256,uint256),(uint256,uint256),(uint256[2],uint256[2]))'

/** The lines of a review. */
export function blsProofLines(field: BlsProof | null): ReviewLine[] {
  const named = (who: string, id: Bytes32): ReviewLine[] => [
    ['BLS key', who],
    ['Operator id', id],
  ]
  if (field === null) return [['BLS key', 'already bound by the contract; none is needed']]
  if (field.from === 'request')
    return named('the one of the proof in the request', operatorId(field.params.publicKeyG1))
  return field.operatorId === null
    ? [['BLS key', 'the one you unlock']]
    : named('this one, and no other', field.operatorId)
}

/** What there is to say about the proof: whether a carried one verifies, and that it binds for ever. */
export function judgeBlsProof(message: ProofMessage | null): Finding[] {
  return [
    ...(message === null ? [] : judgeCarried(message)),
    ...when(message !== null, () =>
      note(
        'bls_key_permanent',
        'this AVS will bind this BLS key to this operator for ever: neither can be changed later',
      ),
    ),
  ]
}

function judgeCarried({ carried, check, operatorId: id }: ProofMessage): Finding[] {
  if (carried === null) return []
  const verdict = check(carried)
  if (verdict === 'valid') {
    const seen = `the BLS proof was made elsewhere and binds this operator for ever to the key of operator id ${id ?? ''}: compare it with your key's`
    return [warning('proof_carried', seen)]
  }
  const why =
    verdict === 'keys_differ' ? 'its two public keys have different secrets' : 'it is not for this operator and AVS'
  const hint = 'make the proof again on the machine that holds the BLS key, then build with `--bls-proof`'
  return [refuse('bls_proof_invalid', `the BLS proof in the request does not verify: ${why}`, hint)]
}
