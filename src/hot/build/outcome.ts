// What became of an operation: the contracts asked at the block of the transaction, because a mined transaction can still
// leave an operator out.
import { refusal, type AirlockError, type Problem } from '../../shared/base/errors.ts'
import type { Bytes32 } from '../../shared/base/fields.ts'
import type { AnyOperation } from '../../shared/operations/operation-kinds.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'
import type { ReadBackFact } from '../../shared/ledger/receipt-document.ts'
import type { Foreseen } from './foreseen.ts'
import type { Site } from './site.ts'
import type { Reader } from '../rpc/reader.ts'
import type { MinedCall } from '../verify/receipt.ts'

/** What the contracts said afterwards. */
export interface Outcome {
  /** In words, in the order in which they are shown: they go into the receipt too. */
  readonly facts: readonly ReadBackFact[]
  /** For programs; the same facts. */
  readonly json: object
  /** Why this is not what was signed for; null where it is. */
  readonly refused: AirlockError | null
}

/** What is known of a request beside its fields, when it is sent. */
export interface SentRequest {
  readonly request: UnsignedRequest
  /** Of the BLS key in the response or in the request, where there is one. */
  readonly operatorId: Bytes32 | null
}

/** The online side of an operation: its preflight, and the state after. */
export interface HotOperation<Fields extends AnyOperation> {
  /** Every reason why the call would revert now, read afresh. */
  readonly problems: (site: Site, fields: Fields, sent: SentRequest) => Promise<readonly Problem[]>
  /** What the call would do now that its simulation does not tell; for operations that can do such a thing. */
  readonly foreseen?: (site: Site, fields: Fields, sent: SentRequest) => Promise<Foreseen>
  /** What the contracts say at the block of the transaction. */
  readonly outcome: (reader: Reader, fields: Fields, mined: MinedCall, sent: SentRequest) => Promise<Outcome>
}

/** The refusal of an operation whose transaction succeeded and did not do what was signed for. */
export const notDone = (seen: string): AirlockError =>
  refusal(
    'reading back',
    'mined_but_not_done',
    `the transaction succeeded, but ${seen}`,
    'compare with another --rpc-url; if it says the same, the contract is of a kind not known here',
  )
