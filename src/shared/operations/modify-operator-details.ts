// The operation "modify-operator-details": DelegationManager.modifyOperatorDetails, which replaces what was settled when the
// operator registered.
//
// Follows DelegationManager.sol of eigenlayer-contracts, M2 (selector 0xf16172b0, no operator argument: the sender is the
// operator, all three details are replaced, the window cannot be shortened) and since v1.0.2 (0x54b7c96c: the approver alone,
// an appointee may send it).
import * as z from 'zod'
import { address } from '../base/fields.ts'
import type { Operation } from '../operation-parts/operation.ts'
import {
  approverArgument,
  delegationConcerns,
  detailsArgument,
  detailsLines,
  judgeDetails,
  laterDetails,
  m2Details,
  packedLaterDetails,
} from '../operation-parts/operator-details.ts'
import * as packing from '../packing/packing.ts'
import { contractLines } from '../catalogue/review-names.ts'

export const modifyOperatorDetailsOperation = z
  .strictObject({
    kind: z.literal('modify-operator-details'),
    delegationManager: address,
    details: z.discriminatedUnion('generation', [m2Details, laterDetails]),
    operator: address,
  })
  .readonly()
export type ModifyOperatorDetailsOperation = z.output<typeof modifyOperatorDetailsOperation>

/** modifyOperatorDetails, in the form of the generation. */
export const modifyOperatorDetails: Operation<ModifyOperatorDetailsOperation> = {
  packing: packing.record({
    delegationManager: packing.address,
    details: packedLaterDetails,
    operator: packing.address,
  }),
  title: "Change an operator's delegation approver or window",
  appointees: true,
  soleSender: ({ details, operator }) => (details.generation === 'm2' ? operator : null),
  concerns: delegationConcerns,
  messages: () => [],
  call: ({ delegationManager: to, details, operator }) =>
    details.generation === 'm2'
      ? { to, signature: 'modifyOperatorDetails((address,address,uint32))', args: [detailsArgument(details)] }
      : {
          to,
          signature: 'modifyOperatorDetails(address,address)',
          args: [operator, approverArgument(details.delegationApprover)],
        },
  // Measured on the contracts of test/devnet: 38,000.
  gas: () => ({ least: 41_000, most: 77_500 }),
  review: (fields, { chainId }) => [
    ...contractLines('Contract', chainId, fields.delegationManager),
    ...detailsLines(fields.details, fields.operator),
  ],
  summary: ({ details, operator }) =>
    `settle for ${operator} that ${
      details.delegationApprover === null
        ? 'anybody may delegate to it'
        : `${details.delegationApprover} decides who may delegate to it`
    }`,
  judge: (fields) => judgeDetails(fields.details, fields),
  meaning: (fields) => fields,
}
