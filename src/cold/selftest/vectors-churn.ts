// The known answers of kind "churn-approval": the digest that a RegistryCoordinator computes for its churn approver.
import * as z from 'zod'
import { churnDigest } from '../../shared/operation-parts/churn-approval.ts'
import { address, bytes32 } from '../../shared/base/fields.ts'
import type { Comparison } from './comparison.ts'

const decimal = z.string().regex(/^\d+$/)

const churnCase = z.object({
  chainId: decimal.transform(Number),
  registryCoordinator: address,
  operator: address,
  operatorId: bytes32,
  kicks: z.array(z.object({ quorumNumber: z.int(), operator: address })),
  salt: bytes32,
  expiry: decimal.transform(BigInt),
  digest: bytes32,
})

/** One approval: the digest, from its fields. */
export function checkChurnApproval(fields: unknown): Comparison[] {
  const { kicks, salt, expiry, digest, ...target } = churnCase.parse(fields)
  const named = kicks.map(({ quorumNumber, operator }) => ({ quorum: quorumNumber, operator }))
  return [['digest', digest, churnDigest(target, { kicks: named, salt, expiry })]]
}
