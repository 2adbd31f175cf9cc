// The operation "cancel-salt": AVSDirectory.cancelSalt, which kills a signed registration that nobody is to use any more.
//
// Follows AVSDirectory.sol of every generation. The sender is the operator. A salt counts for all AVSs of an operator together, and
// is spent for ever. M2's AVSDirectory reverts for a salt that is spent; since v1.3 it does nothing then.
import * as z from 'zod'
import { address, bytes32 } from '../base/fields.ts'
import { note } from '../base/finding.ts'
import type { Operation } from '../operation-parts/operation.ts'
import * as packing from '../packing/packing.ts'
import { contractLines } from '../catalogue/review-names.ts'

export const cancelSaltOperation = z
  .strictObject({
    kind: z.literal('cancel-salt'),
    avsDirectory: address,
    operator: address,
    salt: bytes32,
  })
  .readonly()
export type CancelSaltOperation = z.output<typeof cancelSaltOperation>

/** cancelSalt(salt). */
export const cancelSalt: Operation<CancelSaltOperation> = {
  packing: packing.record({
    avsDirectory: packing.address,
    operator: packing.address,
    salt: packing.bytes32,
  }),
  title: 'Cancel a salt, and what was signed with it',
  appointees: false,
  leaves: true,
  concerns: ({ avsDirectory }) => ({
    avs: null,
    contracts: [['avsDirectory', avsDirectory]],
    quorums: null,
    operatorSets: null,
    socket: null,
    // The ledger keeps here the salts of signatures that can be used; this one is meant to kill such a signature.
    salt: null,
  }),
  messages: () => [],
  call: ({ avsDirectory, salt }) => ({ to: avsDirectory, signature: 'cancelSalt(bytes32)', args: [salt] }),
  // Measured on the contracts of test/devnet: 46,500; one word of storage from zero.
  gas: () => ({ least: 51_700, most: 52_100 }),
  review: ({ avsDirectory, salt }, { chainId }) => [
    ...contractLines('AVSDirectory', chainId, avsDirectory),
    ['Salt to cancel', salt],
  ],
  summary: ({ operator, salt }) => `spend the salt ${salt} of ${operator}, so that no AVS can use a signature with it`,
  judge: () => [
    note(
      'salt_cancelled',
      'no AVS can use a signature with this salt afterwards, ever; until this is mined it still can. What is registered stays registered',
    ),
  ],
  meaning: (fields) => fields,
}
