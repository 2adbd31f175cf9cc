// The operation "update-metadata-uri": DelegationManager.updateOperatorMetadataURI, which announces where to read of an operator.
//
// Follows DelegationManager.sol of eigenlayer-contracts, M2 (selector 0x99be81c8: the sender is the operator) and since v1.0.2
// (0x78296ec5: an appointee may send it). The text goes into an event and nowhere else.
import * as z from 'zod'
import { address } from '../base/fields.ts'
import { judgeMetadataUri, MAX_METADATA_URI, metadataUri } from '../operation-parts/metadata-uri.ts'
import type { Operation } from '../operation-parts/operation.ts'
import { delegationConcerns, generationText } from '../operation-parts/operator-details.ts'
import * as packing from '../packing/packing.ts'
import { quote } from '../base/quote.ts'
import { contractLines } from '../catalogue/review-names.ts'

export const updateMetadataUriOperation = z
  .strictObject({
    kind: z.literal('update-metadata-uri'),
    delegationManager: address,
    generation: z.literal(['m2', 'slashing']),
    metadataUri,
    operator: address,
  })
  .readonly()
export type UpdateMetadataUriOperation = z.output<typeof updateMetadataUriOperation>

/** updateOperatorMetadataURI, in the form of the generation. */
export const updateMetadataUri: Operation<UpdateMetadataUriOperation> = {
  packing: packing.record({
    delegationManager: packing.address,
    generation: packing.choice(['m2', 'slashing']),
    metadataUri: packing.text,
    operator: packing.address,
  }),
  title: 'Announce where to read of an operator',
  appointees: true,
  soleSender: ({ generation, operator }) => (generation === 'm2' ? operator : null),
  concerns: delegationConcerns,
  messages: () => [],
  call: ({ delegationManager: to, generation, metadataUri, operator }) =>
    generation === 'm2'
      ? { to, signature: 'updateOperatorMetadataURI(string)', args: [metadataUri] }
      : { to, signature: 'updateOperatorMetadataURI(address,string)', args: [operator, metadataUri] },
  // Measured on the contracts of test/devnet: 34,000 with 38 characters; each byte of the text is in calldata and event.
  gas: ({ metadataUri }) => ({ least: 33_000, most: 48_200 + 26 * metadataUri.length }),
  review: ({ delegationManager, generation, metadataUri }, { chainId }) => [
    ...contractLines('Contract', chainId, delegationManager),
    ['Generation', generationText(generation)],
    ['Metadata', quote(metadataUri, MAX_METADATA_URI)],
  ],
  summary: ({ metadataUri, operator }) => `announce ${quote(metadataUri)} as the metadata of ${operator}`,
  judge: ({ metadataUri }) => judgeMetadataUri(metadataUri),
  meaning: (fields) => fields,
}
