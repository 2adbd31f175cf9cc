// The frame of a request, and of a churn approval in it, written without the code under test: docs/request-format.md by hand.
import { computeAddress } from 'ethers'
import type { Base } from '../shared/cases/cases.ts'
import type { Json } from './canonical.ts'
import { signedBy, type ClaimJson } from './documents.ts'

/** When the requests say that they were built. */
export const BUILT = Date.parse('2026-12-01T00:00:00Z') / 1000
/** The time at which they are looked at. */
export const PLAIN_CLOCK = '2026-12-01T06:00:00Z'

export type Document = { [key: string]: Json }

/** What of a request differs from one operation to the next; a local chain and the operator itself, where left out. */
export interface Frame {
  readonly chainId?: number
  readonly gasLimit: number
  readonly from?: string | null
  readonly claims?: ClaimJson[]
}

/** A request without a checksum, with one fee rung. */
export const plainRequest = (
  operation: Document,
  { chainId = 31337, gasLimit, from = null, claims = [] }: Frame,
): Document => ({
  airlock: 'request/1',
  anchors: [],
  block: { hash: `0x${'b10c'.repeat(16)}`, number: 24_000_000, timestamp: BUILT },
  chainId,
  claims,
  code: null,
  expiry: BUILT + 7 * 86_400,
  operation,
  transaction: {
    fees: [{ maxFeePerGas: '2000000016', maxPriorityFeePerGas: '1000000000' }],
    from,
    gasLimit,
    nonce: 6,
  },
})

/** That an approval's operators would be removed, with stakes that are nobody's. */
export const plainRemovals = (answer: ChurnAnswer | undefined): ClaimJson[] =>
  (answer?.kicks ?? []).map(({ operator, quorumNumber }) => ({
    claim: 'removed',
    operator,
    ownStake: '120000000000000000000',
    quorum: quorumNumber,
    stake: `${100 + quorumNumber}000000000000000000`,
  }))

/** The same as the base of vectors. */
export const plainBase = (operation: Document, frame: Frame, source: string): Base & { json: Document } => ({
  json: plainRequest(operation, frame),
  source,
  against: PLAIN_CLOCK,
})

/** A churn approval's answer of a real contract. */
interface ChurnAnswer {
  readonly digest: string
  readonly expiry: string
  readonly kicks: readonly { readonly operator: string; readonly quorumNumber: number }[]
  readonly salt: string
}

/** Nobody's key but this file's. */
const APPROVER = `0x${'c4'.repeat(32)}`

/** The approval of an answer, signed by ethers. */
export const plainApproval = (answer: ChurnAnswer | undefined): Document => ({
  approver: computeAddress(APPROVER),
  approverIsContract: false,
  expiry: Number(answer?.expiry),
  kicks: (answer?.kicks ?? []).map(({ operator, quorumNumber }) => ({ operator, quorum: quorumNumber })),
  salt: answer?.salt ?? '',
  signature: signedBy(APPROVER, answer?.digest ?? ''),
})
