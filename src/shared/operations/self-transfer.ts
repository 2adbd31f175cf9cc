// The operation "self-transfer": nothing sent to oneself, so that a nonce is used up and nothing else happens.
//
// It takes the place of a transaction with the same nonce that must not be mined any more, or fills a nonce that was left out. No
// contract is called; 21,000 gas are what any transaction costs.
import * as z from 'zod'
import { address } from '../base/fields.ts'
import { note } from '../base/finding.ts'
import { PLAIN_TRANSFER } from '../operation-parts/gas.ts'
import type { Operation } from '../operation-parts/operation.ts'
import * as packing from '../packing/packing.ts'

export const selfTransferOperation = z.strictObject({ kind: z.literal('self-transfer'), operator: address }).readonly()
export type SelfTransferOperation = z.output<typeof selfTransferOperation>

/** A transfer of 0 ETH from the operator to itself. */
export const selfTransfer: Operation<SelfTransferOperation> = {
  packing: packing.record({ operator: packing.address }),
  title: 'Use up a nonce with a transfer of nothing to oneself',
  appointees: false,
  leaves: true,
  concerns: () => ({ avs: null, contracts: [], quorums: null, operatorSets: null, socket: null, salt: null }),
  messages: () => [],
  call: ({ operator }) => ({ to: operator, signature: '', args: [] }),
  // More where the account has code of EIP-7702, which runs.
  gas: () => ({ least: PLAIN_TRANSFER, most: 21_400 }),
  review: () => [['Sends', '0 ETH, and no data']],
  summary: ({ operator }) => `send nothing from ${operator} to itself, so that its nonce is used up`,
  judge: () => [
    note(
      'nonce_replaced',
      'it takes effect against another transaction with this nonce only where its fees are at least 10 % above, in both prices',
    ),
  ],
  meaning: (fields) => fields,
}
