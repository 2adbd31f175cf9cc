// Where an operation is judged: what its state is read through, and at which block.
import type { Address, UnixSeconds } from '../../shared/base/fields.ts'
import type { ChainHead } from '../rpc/head.ts'
import type { Reader } from '../rpc/reader.ts'

/** Where a planner reads: one block of one chain, and when the request will expire. */
export interface Site {
  readonly head: ChainHead
  readonly reader: Reader
  readonly expiry: UnixSeconds
  /** Who will send the transaction. */
  readonly sender: Address
}
