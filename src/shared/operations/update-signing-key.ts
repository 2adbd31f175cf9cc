// The operation "update-signing-key": ECDSAStakeRegistry.updateOperatorSigningKey.
//
// Follows ECDSAStakeRegistry.sol in eigenlayer-middleware at b42aa0b. The sender is the operator, registered there. The new key signs
// nothing, and counts from the block of the transaction. No message is signed beside the transaction.
import * as z from 'zod'
import { address } from '../base/fields.ts'
import { note } from '../base/finding.ts'
import type { Operation } from '../operation-parts/operation.ts'
import * as packing from '../packing/packing.ts'
import { avsText } from '../catalogue/review-names.ts'
import {
  judgeNamedKey,
  judgeStakeRegistry,
  signingKeyLines,
  stakeRegistryContracts,
  stakeRegistryLines,
} from '../operation-parts/stake-registry.ts'

export const updateSigningKeyOperation = z
  .strictObject({
    kind: z.literal('update-signing-key'),
    operator: address,
    serviceManager: address,
    signingKey: address,
    stakeRegistry: address,
  })
  .readonly()
export type UpdateSigningKeyOperation = z.output<typeof updateSigningKeyOperation>

/** updateOperatorSigningKey(newSigningKey). */
export const updateSigningKey: Operation<UpdateSigningKeyOperation> = {
  packing: packing.record({
    operator: packing.address,
    serviceManager: packing.address,
    signingKey: packing.address,
    stakeRegistry: packing.address,
  }),
  title: 'Give an operator another signing key',
  appointees: false,
  concerns: (fields) => ({
    avs: fields.serviceManager,
    contracts: stakeRegistryContracts(fields),
    quorums: null,
    operatorSets: null,
    socket: null,
    salt: null,
  }),
  messages: () => [],
  call: ({ signingKey, stakeRegistry }) => ({
    to: stakeRegistry,
    signature: 'updateOperatorSigningKey(address)',
    args: [signingKey],
  }),
  // Measured on the contracts of test/devnet: 32,000; the real ones also write a history.
  gas: () => ({ least: 65_000, most: 66_000 }),
  review: (fields, context) => [...stakeRegistryLines(fields, context), ...signingKeyLines(fields.signingKey)],
  summary: ({ operator, serviceManager, signingKey }, { chainId }) =>
    `let ${signingKey} sign for ${operator} with ${avsText(chainId, serviceManager)}`,
  judge: (fields, { chainId }) => [
    ...judgeStakeRegistry(chainId, fields),
    ...judgeNamedKey(fields),
    note(
      'signing_key_at_once',
      'the new key counts from the block of the transaction, the old one for earlier blocks alone: have the node ready to change keys',
    ),
  ],
  meaning: (fields) => fields,
}
