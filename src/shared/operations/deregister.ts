// The operation "deregister": RegistryCoordinator.deregisterOperator of the M2 generation and of EigenDA.
//
// Follows RegistryCoordinator.sol in eigenlayer-middleware at 7d49b51. The sender is the operator. Leaving the last quorum leaves
// the AVS. No message is signed beside the transaction; the salt of the registration stays spent, the BLS key stays bound.
import * as z from 'zod'
import { avsOfCoordinator } from '../catalogue/catalogue.ts'
import { judgeCoordinator } from '../operation-parts/coordinator-findings.ts'
import { address } from '../base/fields.ts'
import { note } from '../base/finding.ts'
import type { Operation } from '../operation-parts/operation.ts'
import * as packing from '../packing/packing.ts'
import { packedQuorums, quorumBytes, quorumLines, quorums, quorumsText } from '../operation-parts/quorums.ts'
import { avsText, coordinatorLines } from '../catalogue/review-names.ts'

export const deregisterOperation = z
  .strictObject({
    kind: z.literal('deregister'),
    operator: address,
    quorums,
    registryCoordinator: address,
    serviceManager: address,
  })
  .readonly()
export type DeregisterOperation = z.output<typeof deregisterOperation>

/** deregisterOperator(quorumNumbers). */
export const deregister: Operation<DeregisterOperation> = {
  packing: packing.record({
    operator: packing.address,
    quorums: packedQuorums,
    registryCoordinator: packing.address,
    serviceManager: packing.address,
  }),
  title: 'Take an operator out of quorums of an AVS',
  appointees: false,
  leaves: true,
  concerns: ({ quorums, registryCoordinator, serviceManager }) => ({
    avs: serviceManager,
    contracts: [
      ['registryCoordinator', registryCoordinator],
      ['serviceManager', serviceManager],
    ],
    quorums,
    operatorSets: null,
    socket: null,
    salt: null,
  }),
  messages: () => [],
  call: ({ quorums, registryCoordinator }) => ({
    to: registryCoordinator,
    signature: 'deregisterOperator(bytes)',
    args: [quorumBytes(quorums)],
  }),
  // Most: not the last in the list of a quorum, and leaving the AVS.
  gas: ({ quorums }) => ({ least: 117_000 + 187_000 * quorums.length, most: 183_000 + 249_500 * quorums.length }),
  review: (fields, context) => [
    ...coordinatorLines(fields, context),
    ...quorumLines(fields.quorums, avsOfCoordinator(context.chainId, fields.registryCoordinator)),
  ],
  summary: ({ operator, quorums, serviceManager }, { chainId }) =>
    `take ${operator} out of ${quorumsText(quorums)} of ${avsText(chainId, serviceManager)}`,
  judge: (fields, context) => [
    ...judgeCoordinator(context.chainId, fields),
    note(
      'duties_until_mined',
      'the operator has its duties for the AVS until the transaction is mined, and with some AVSs for a while after',
    ),
  ],
  meaning: (fields) => fields,
}

/** No limit is below this: an estimate in the block of the last change was up to 57 % too low. */
export const deregisterFloor = (quorums: number): number => 190_000 + 250_000 * quorums
