// The operation "register-as-operator": DelegationManager.registerAsOperator, by which an address becomes an EigenLayer operator.
//
// Follows DelegationManager.sol of eigenlayer-contracts, M2 (selector 0x0f589e59) and since v1.0.2 (0x2aa6d888). The sender
// becomes the operator, delegated to itself, and stays it for ever: nothing undoes this. No appointee can send it.
import * as z from 'zod'
import { address } from '../base/fields.ts'
import { warning } from '../base/finding.ts'
import { judgeMetadataUri, MAX_METADATA_URI, metadataUri } from '../operation-parts/metadata-uri.ts'
import type { Operation } from '../operation-parts/operation.ts'
import {
  approverArgument,
  delegationConcerns,
  detailsArgument,
  detailsLines,
  initialDetails,
  judgeDetails,
  m2Details,
  packedInitialDetails,
} from '../operation-parts/operator-details.ts'
import * as packing from '../packing/packing.ts'
import { quote } from '../base/quote.ts'
import { contractLines } from '../catalogue/review-names.ts'

export const registerAsOperatorOperation = z
  .strictObject({
    kind: z.literal('register-as-operator'),
    delegationManager: address,
    details: z.discriminatedUnion('generation', [m2Details, initialDetails]),
    metadataUri,
    operator: address,
  })
  .readonly()
export type RegisterAsOperatorOperation = z.output<typeof registerAsOperatorOperation>

/** registerAsOperator, in the form of the generation. */
export const registerAsOperator: Operation<RegisterAsOperatorOperation> = {
  packing: packing.record({
    delegationManager: packing.address,
    details: packedInitialDetails,
    metadataUri: packing.text,
    operator: packing.address,
  }),
  title: 'Become an operator of EigenLayer, for ever',
  appointees: false,
  concerns: delegationConcerns,
  messages: () => [],
  call: ({ delegationManager: to, details, metadataUri }) =>
    details.generation === 'm2'
      ? {
          to,
          signature: 'registerAsOperator((address,address,uint32),string)',
          args: [detailsArgument(details), metadataUri],
        }
      : {
          to,
          signature: 'registerAsOperator(address,uint32,string)',
          args: [approverArgument(details.delegationApprover), details.allocationDelay, metadataUri],
        },
  // Measured on the contracts of test/devnet: 105,000 with 38 characters; each byte of the text is in calldata and event.
  // Most: with deposits of its own in thirteen strategies, which are counted on the way.
  gas: ({ metadataUri }) => ({ least: 128_000, most: 650_000 + 26 * metadataUri.length }),
  review: (fields, { chainId }) => [
    ...contractLines('Contract', chainId, fields.delegationManager),
    ...detailsLines(fields.details, fields.operator),
    ['Metadata', quote(fields.metadataUri, MAX_METADATA_URI)],
  ],
  summary: ({ operator }) => `make ${operator} an operator of EigenLayer, for ever`,
  judge: (fields) => [
    warning(
      'operator_for_ever',
      'this cannot be undone: an operator stays one for ever, and its own stake can never be delegated to another',
    ),
    ...judgeDetails(fields.details, fields),
    ...judgeMetadataUri(fields.metadataUri),
  ],
  meaning: (fields) => fields,
}
