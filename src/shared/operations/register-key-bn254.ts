// The operation "register-key-bn254": KeyRegistrar.registerKey with a BLS key, for an operator set of curve type BN254.
//
// Follows KeyRegistrar.sol in eigenlayer-contracts at f84a515. The digest that the key signs contains the key itself, so the
// request names it: both points, of one secret. The proof is made by whoever signs this request, or carried and checked by
// pairing. The AVS's registrar wants the key before AllocationManager.registerForOperatorSets. Sent by the operator, or
// by whoever the PermissionController lets.
//
// Refused: two points of different secrets, a carried proof that does not verify; on the offline side any other BLS key.
import * as z from 'zod'
import { g1Words, g2Words, operatorId } from '../chain/bn254.ts'
import { sameSecret } from '../chain/bls-registration.ts'
import { g1, g2 } from '../operation-parts/bls-proof.ts'
import { address } from '../base/fields.ts'
import { buildAgain, refuse, warning, when, type Finding } from '../base/finding.ts'
import {
  bn254KeyData,
  bn254KeyRegistration,
  bn254SignatureBytes,
  checkKeyRegistration,
  judgeKey,
  judgeSetAvs,
  keyContracts,
  keyedSetLines,
  keyedSetText,
  operatorSetId,
  REGISTER_KEY,
} from '../operation-parts/key-registration.ts'
import {
  messageForBls,
  type Operation,
  type OperationContext,
  type ProofMessage,
} from '../operation-parts/operation.ts'
import * as packing from '../packing/packing.ts'

export const registerKeyBn254Operation = z
  .strictObject({
    kind: z.literal('register-key-bn254'),
    operator: address,
    avs: address,
    keyRegistrar: address,
    operatorSet: operatorSetId,
    publicKeyG1: g1Words,
    publicKeyG2: g2Words,
    /** The proof, where it was made elsewhere; null where the signer of this request makes it. */
    signature: g1Words.nullable(),
  })
  .readonly()
export type RegisterKeyBn254Operation = z.output<typeof registerKeyBn254Operation>

/** The order on chain. */
const g2Labels = ['G2 X, imaginary', 'G2 X, real', 'G2 Y, imaginary', 'G2 Y, real']

/** registerKey(operator, operatorSet, keyData, signature). */
export const registerKeyBn254: Operation<RegisterKeyBn254Operation> = {
  packing: packing.record({
    operator: packing.address,
    avs: packing.address,
    keyRegistrar: packing.address,
    operatorSet: packing.integer(),
    publicKeyG1: g1,
    publicKeyG2: g2,
    signature: packing.nullable(g1),
  }),
  title: 'Register a BLS key for an operator set',
  appointees: true,
  concerns: (fields) => ({
    avs: fields.avs,
    contracts: keyContracts(fields),
    quorums: null,
    operatorSets: [fields.operatorSet],
    socket: null,
    salt: null,
  }),
  messages: (fields, context) => [message(fields, context)],
  call: (fields, _, { pubkeyRegistrationParams: proof }) => ({
    to: fields.keyRegistrar,
    signature: REGISTER_KEY,
    args: [
      fields.operator,
      [fields.avs, fields.operatorSet],
      bn254KeyData(fields),
      proof === null ? '0x' : bn254SignatureBytes(proof.signature),
    ],
  }),
  // Measured on the real contracts: 426,072 and 445,856. A point that the precompile refuses burns the whole limit.
  gas: () => ({ least: 427_000, most: 432_500 }),
  review: (fields, context) => [
    ...keyedSetLines(fields, context),
    ['BLS key', fields.signature === null ? 'this one, and no other' : 'that of the proof in the request'],
    ['Operator id', operatorId(fields.publicKeyG1)],
    ...fields.publicKeyG1.map((part, index) => [`G1 ${index === 0 ? 'X' : 'Y'}`, part] as const),
    ...fields.publicKeyG2.flat().map((part, index) => [g2Labels[index] ?? '', part] as const),
  ],
  summary: (fields, { chainId }) =>
    `register the BLS key ${operatorId(fields.publicKeyG1)} of ${fields.operator} for ${keyedSetText(chainId, fields)}`,
  judge: (fields, context) => [
    ...judgeSetAvs(context.chainId, fields.avs),
    ...judgePoints(fields, context),
    ...judgeKey(fields),
  ],
  // Whether the proof comes with the request or is made for it is no difference.
  meaning: ({ kind, operator, avs, keyRegistrar, operatorSet, publicKeyG1, publicKeyG2 }) => ({
    ...{ kind, operator, avs, keyRegistrar, operatorSet },
    ...{ publicKeyG1, publicKeyG2 },
  }),
}

/** BN254KeyRegistration, hashed to its point; it holds the key, so there is one key that can sign it. */
function message(fields: RegisterKeyBn254Operation, { chainId }: OperationContext): ProofMessage {
  const { publicKeyG1, publicKeyG2, signature } = fields
  const of = { carried: signature && { publicKeyG1, publicKeyG2, signature }, operatorId: operatorId(publicKeyG1) }
  return messageForBls(bn254KeyRegistration(chainId, fields, fields), of, (params, digest, point) =>
    checkKeyRegistration(fields, params, digest, point),
  )
}

/** Whether the two points are one key, and whether a carried proof is its own. */
function judgePoints(fields: RegisterKeyBn254Operation, context: OperationContext): Finding[] {
  if (!sameSecret(fields)) {
    const seen = 'publicKeyG1 and publicKeyG2 do not have the same secret (pairing)'
    return [refuse('bls_key_mismatch', seen, `${buildAgain()}, with the public key that the offline machine exported`)]
  }
  const { carried, check } = message(fields, context)
  if (carried === null) return []
  const valid = check(carried) === 'valid'
  return [
    ...when(!valid, () => {
      const seen = 'the BLS proof in the request does not verify: it is not for this operator, operator set and key'
      const hint = 'make the proof again on the machine that holds the BLS key, then build with `--bls-proof`'
      return refuse('bls_proof_invalid', seen, hint)
    }),
    ...when(valid, () => {
      const seen = `the BLS proof was made elsewhere, by the key of operator id ${operatorId(fields.publicKeyG1)}: compare it with your key's`
      return warning('proof_carried', seen)
    }),
  ]
}
