// The churn approver's approval: that an operator may take the places of others in quorums that are full.
//
// Follows _verifyChurnApproverSignature of RegistryCoordinator.sol in eigenlayer-middleware at 7d49b51, and
// SlashingRegistryCoordinator.sol, which kept digest and checks. The digest is not EIP-712: the list of kicks is ABI-encoded in
// place where the standard has its hash, so no typed-data library makes it; known-answers/churn-approval.json pins it.
//
// Nothing is signed here: the signature is the approver's. Refused: one that is not of the approver named. The code of an
// approver that is a contract (ERC-1271) cannot be run offline, and a warning says so.
import { concat, encodeAbiParameters, keccak256, type Hex } from 'viem'
import * as z from 'zod'
import { signerOf } from '../chain/ecdsa-recovery.ts'
import {
  address,
  bytes32,
  ecdsaSignature,
  integer,
  issue,
  unixSeconds,
  type Address,
  type Bytes32,
} from '../base/fields.ts'
import { refuse, warning, when, type Finding, type ReviewLine } from '../base/finding.ts'
import type { Room } from './operation.ts'
import * as packing from '../packing/packing.ts'
import type { Packing } from '../packing/packing.ts'
import { domainSeparator, registryCoordinatorDomain } from '../chain/typed-data.ts'

/** Who leaves which quorum; whoever is named for a quorum that is not full stays in it. */
const kick = z.strictObject({ operator: address, quorum: integer(0) }).readonly()
export type Kick = z.output<typeof kick>

/** A contract may take a signature of any form; this is room for one of 15 owners. */
const MAX_SIGNATURE = 1024

const signatureBytes = z
  .string()
  .regex(/^0x([0-9a-f]{2})*$/, 'expected lower-case hex digits, two a byte')
  .max(2 + 2 * MAX_SIGNATURE, `expected at most ${MAX_SIGNATURE} bytes`)
  .transform((text) => text as Hex)

/** The approval as a field of an operation. */
export const churnApproval = z
  .strictObject({
    approver: address,
    /** True where the approver is a contract, whose code decides what is its signature. */
    approverIsContract: z.boolean(),
    expiry: unixSeconds,
    kicks: z.array(kick).readonly(),
    salt: bytes32,
    signature: signatureBytes,
  })
  .readonly()
  .superRefine(({ approverIsContract, signature }, context) => {
    if (approverIsContract || ecdsaSignature.safeParse(signature).success) return
    const message = 'expected 65 bytes with v 27 or 28 and a low s: the approver is a key'
    context.addIssue({ code: 'custom', path: ['signature'], ...issue('signature_malformed', message) })
  })
export type ChurnApproval = z.output<typeof churnApproval>

/** Where an approval makes room, and who is removed for it. */
export const churnRoom = ({ kicks }: ChurnApproval): readonly Room[] =>
  kicks.map(({ quorum, operator }) => ({ number: quorum, named: operator }))

/** Whose registration an approval is for, and where. */
export interface ChurnTarget {
  readonly chainId: number
  readonly registryCoordinator: Address
  readonly operator: Address
  /** Of the BLS key that the operator registers with. */
  readonly operatorId: Bytes32
}

export const packedChurnApproval: Packing<ChurnApproval> = packing.record({
  approver: packing.address,
  approverIsContract: packing.choice([false, true]),
  expiry: packing.integer(),
  kicks: packing.list(packing.record({ operator: packing.address, quorum: packing.integer<number>() })),
  salt: packing.bytes32,
  signature: packing.bytes,
})

/**
 * What is wrong with the quorums of the kicks, in words; null where nothing is. The contract wants as many as quorums, and for
 * each quorum that is full its own in its place.
 */
export function kicksFault({ kicks }: Pick<ChurnApproval, 'kicks'>, quorums: readonly number[]): string | null {
  const named = kicks.map(({ quorum }) => quorum)
  return named.length === quorums.length && named.every((quorum, index) => quorum === quorums[index])
    ? null
    : `expected one kick for each of the quorums ${quorums.join(', ')} in this order; they are for ${named.join(', ') || 'none'}`
}

/** keccak256 of the type string, as the contract has it. */
const TYPEHASH: Hex = '0x4d404e3276e7ac2163d8ee476afa6a41d1f68fb71f2d8b6546b24e55ce01b72a'

/** What the approver signs: calculateOperatorChurnApprovalDigestHash of the contract. */
export function churnDigest(
  { chainId, registryCoordinator, operator, operatorId }: ChurnTarget,
  approval: { readonly kicks: readonly Kick[]; readonly salt: Bytes32; readonly expiry: number | bigint },
): Bytes32 {
  const kicks = approval.kicks.map(({ quorum: quorumNumber, operator: left }) => ({ quorumNumber, operator: left }))
  const struct = encodeAbiParameters(
    [
      { type: 'bytes32' },
      { type: 'address' },
      { type: 'bytes32' },
      {
        type: 'tuple[]',
        components: [
          { name: 'quorumNumber', type: 'uint8' },
          { name: 'operator', type: 'address' },
        ],
      },
      { type: 'bytes32' },
      { type: 'uint256' },
    ],
    [TYPEHASH, operator, operatorId, kicks, approval.salt, BigInt(approval.expiry)],
  )
  const separator = domainSeparator(registryCoordinatorDomain(chainId, registryCoordinator))
  return keccak256(concat(['0x1901', separator, keccak256(struct)])) as Bytes32
}

/** Whose key signed an approval; null where the signature is of no key. */
export function churnSigner(target: ChurnTarget, approval: ChurnApproval): Address | null {
  const signature = ecdsaSignature.safeParse(approval.signature)
  return signature.success ? signerOf(churnDigest(target, approval), signature.data) : null
}

/** OperatorKickParam[] as an argument. */
export const kicksArgument = ({ kicks }: ChurnApproval): readonly (readonly [quorum: number, operator: Address])[] =>
  kicks.map(({ quorum, operator }) => [quorum, operator] as const)

/** The ABI type of OperatorKickParam[]. */
export const KICKS_TYPE = '(uint8,address)[]'

/** SignatureWithSaltAndExpiry of the approver as an argument. */
export const churnSignatureArgument = ({ signature, salt, expiry }: ChurnApproval): readonly [Hex, Bytes32, bigint] => [
  signature,
  salt,
  BigInt(expiry),
]

const ZERO_ADDRESS = `0x${'0'.repeat(40)}`

/** The lines of a review; the approval's expiry is among the deadlines of its operation. */
export const churnLines = ({ approver, approverIsContract, kicks, salt }: ChurnApproval): ReviewLine[] => [
  ...kicks.map(({ quorum, operator }, index): ReviewLine => {
    const who = operator === ZERO_ADDRESS ? 'nobody' : operator
    return [index === 0 ? 'To be removed' : '', `quorum ${quorum}, if it is full: ${who}`]
  }),
  ['Approved by', approver],
  ...(approverIsContract ? ([['', 'a contract: its approval cannot be checked here']] as const) : []),
  ['Approval salt', salt],
]

/** Whether the approval is the approver's, as far as can be seen without the chain. */
export function judgeChurnApproval(target: ChurnTarget, approval: ChurnApproval): Finding[] {
  const { approver, approverIsContract } = approval
  const signer = approverIsContract ? null : churnSigner(target, approval)
  return [
    ...when(approverIsContract, () => {
      const seen = `the churn approver ${approver} is said to be a contract: whether it approved cannot be checked here`
      return warning('churn_approver_contract', seen)
    }),
    ...when(!approverIsContract && signer !== approver, () => {
      const seen = `the churn approval is signed by ${signer ?? 'no key'}, expected the churn approver ${approver}: it is for another operator, BLS key, quorum or AVS, or was changed`
      const hint = 'ask the AVS for an approval of exactly this registration, then build with `--churn-approval FILE`'
      return refuse('churn_approval_wrong_signer', seen, hint)
    }),
    ...when(
      approval.kicks.some(({ operator }) => operator === target.operator),
      () => {
        const seen = 'the churn approval names the operator itself as the one to be removed'
        return refuse('churn_self', seen, 'ask the AVS for an approval that names another operator')
      },
    ),
  ]
}
