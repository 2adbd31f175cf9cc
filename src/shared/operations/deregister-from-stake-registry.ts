// The operation "deregister-from-stake-registry": ECDSAStakeRegistry.deregisterOperator.
//
// Follows ECDSAStakeRegistry.sol in eigenlayer-middleware at b42aa0b. The sender is the operator. No message is signed beside the
// transaction; the salt of the registration stays spent, the signing key stays recorded. Hyperlane refuses while the
// operator is enrolled with one of its challengers.
import * as z from 'zod'
import { address } from '../base/fields.ts'
import { note } from '../base/finding.ts'
import type { Operation } from '../operation-parts/operation.ts'
import * as packing from '../packing/packing.ts'
import { avsText } from '../catalogue/review-names.ts'
import { judgeStakeRegistry, stakeRegistryContracts, stakeRegistryLines } from '../operation-parts/stake-registry.ts'

export const deregisterFromStakeRegistryOperation = z
  .strictObject({
    kind: z.literal('deregister-from-stake-registry'),
    operator: address,
    serviceManager: address,
    stakeRegistry: address,
  })
  .readonly()
export type DeregisterFromStakeRegistryOperation = z.output<typeof deregisterFromStakeRegistryOperation>

/** deregisterOperator(). */
export const deregisterFromStakeRegistry: Operation<DeregisterFromStakeRegistryOperation> = {
  packing: packing.record({
    operator: packing.address,
    serviceManager: packing.address,
    stakeRegistry: packing.address,
  }),
  title: 'Take an operator out of an AVS that keeps ECDSA keys',
  appointees: false,
  leaves: true,
  concerns: (fields) => ({
    avs: fields.serviceManager,
    contracts: stakeRegistryContracts(fields),
    quorums: null,
    operatorSets: null,
    socket: null,
    salt: null,
  }),
  messages: () => [],
  call: ({ stakeRegistry }) => ({ to: stakeRegistry, signature: 'deregisterOperator()', args: [] }),
  // Measured on the contracts of test/devnet: 46,000; the real ones also write histories.
  gas: () => ({ least: 141_500, most: 141_600 }),
  review: stakeRegistryLines,
  summary: ({ operator, serviceManager }, { chainId }) => `take ${operator} out of ${avsText(chainId, serviceManager)}`,
  judge: (fields, { chainId }) => [
    ...judgeStakeRegistry(chainId, fields),
    note(
      'duties_until_mined',
      'the operator has its duties for the AVS until the transaction is mined, and with some AVSs for a while after',
    ),
    note('signing_key_stays', 'the registry keeps the signing key on record; its weight becomes zero'),
  ],
  meaning: (fields) => fields,
}
