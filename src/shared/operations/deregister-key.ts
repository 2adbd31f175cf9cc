// The operation "deregister-key": KeyRegistrar.deregisterKey, of either curve.
//
// Follows KeyRegistrar.sol in eigenlayer-contracts at f84a515: refused while the operator can be slashed in the operator set, which
// is for DEALLOCATION_DELAY blocks after it left. The key does not become free: nobody can register it ever again. No
// message is signed beside the transaction. Sent by the operator, or by whoever the PermissionController lets.
import * as z from 'zod'
import { address } from '../base/fields.ts'
import { note, warning } from '../base/finding.ts'
import {
  judgeSetAvs,
  keyContracts,
  keyedSetLines,
  keyedSetText,
  operatorSetId,
} from '../operation-parts/key-registration.ts'
import type { Operation } from '../operation-parts/operation.ts'
import * as packing from '../packing/packing.ts'

export const deregisterKeyOperation = z
  .strictObject({
    kind: z.literal('deregister-key'),
    operator: address,
    avs: address,
    keyRegistrar: address,
    operatorSet: operatorSetId,
  })
  .readonly()
export type DeregisterKeyOperation = z.output<typeof deregisterKeyOperation>

/** deregisterKey(operator, operatorSet). */
export const deregisterKey: Operation<DeregisterKeyOperation> = {
  packing: packing.record({
    operator: packing.address,
    avs: packing.address,
    keyRegistrar: packing.address,
    operatorSet: packing.integer(),
  }),
  title: "Take an operator's key out of an operator set",
  appointees: true,
  leaves: true,
  concerns: (fields) => ({
    avs: fields.avs,
    contracts: keyContracts(fields),
    quorums: null,
    operatorSets: [fields.operatorSet],
    socket: null,
    salt: null,
  }),
  messages: () => [],
  call: ({ operator, avs, keyRegistrar, operatorSet }) => ({
    to: keyRegistrar,
    signature: 'deregisterKey(address,(address,uint32))',
    args: [operator, [avs, operatorSet]],
  }),
  // Measured on the contracts of test/devnet: 41,000 (ECDSA) and 61,000 (BN254); the real ones, behind proxies, used 60,000 more
  // than those for a registration.
  gas: () => ({ least: 75_000, most: 106_500 }),
  review: keyedSetLines,
  summary: (fields, { chainId }) => `take the key of ${fields.operator} out of ${keyedSetText(chainId, fields)}`,
  judge: ({ operatorSet, avs }, { chainId }) => [
    ...judgeSetAvs(chainId, avs),
    warning(
      'key_not_freed',
      'the key does not become free: neither this operator nor another can ever register it again, in any operator set',
    ),
    note(
      'key_needed_again',
      `to come back to operator set ${operatorSet} the operator needs another key, registered before it joins`,
    ),
  ],
  meaning: (fields) => fields,
}
