// Valid requests of the operations at a RegistryCoordinator and an AVSDirectory of the M2 generation, and of a transfer to
// oneself, for vectors/requests. Plain documents, made without the code under test.
//
// Contracts and operators are those of the real contracts' answers. The churn approval is ethers' signature of the digest that
// the real RegistryCoordinator gave.
import { computeAddress } from 'ethers'
import churnAnswers from '../../vectors/known-answers/churn-approval.json' with { type: 'json' }
import type { Base } from './cases.ts'
import { registration, signedBy, type Json } from './documents.ts'

export const COORDINATOR_CLOCK = '2026-12-01T06:00:00Z'
const BUILT = Date.parse('2026-12-01T00:00:00Z') / 1000

type Document = { [key: string]: Json }

const request = (gasLimit: number, operation: Document): Document => ({
  airlock: 'request/1',
  anchors: [],
  block: { hash: `0x${'b10c'.repeat(16)}`, number: 24_000_000, timestamp: BUILT },
  chainId: 31337,
  code: null,
  expiry: BUILT + 7 * 86_400,
  operation,
  transaction: {
    fees: [{ maxFeePerGas: '2000000016', maxPriorityFeePerGas: '1000000000' }],
    from: null,
    gasLimit,
    nonce: 6,
  },
})

const { source, request: registered } = registration(1)
const { operator, operatorSignature: asked, registryCoordinator, serviceManager } = registered.operation
const { avsDirectory = '', salt = '' } = asked ?? {}

/** The approval that names somebody for two quorums. */
export const churnAnswer = churnAnswers.cases.find(({ kicks }) => kicks.length === 2) ?? churnAnswers.cases[0]
/** Nobody's key but this file's. */
const APPROVER = `0x${'c4'.repeat(32)}`
const churn = {
  approver: computeAddress(APPROVER),
  approverIsContract: false,
  expiry: Number(churnAnswer?.expiry),
  kicks: (churnAnswer?.kicks ?? []).map(({ operator: left, quorumNumber }) => ({
    operator: left,
    quorum: quorumNumber,
  })),
  salt: churnAnswer?.salt ?? '',
  signature: signedBy(APPROVER, churnAnswer?.digest ?? ''),
}

const base = (gasLimit: number, operation: Document, from = source): Base & { json: Document } => ({
  json: request(gasLimit, operation),
  source: from,
  against: COORDINATOR_CLOCK,
})

const contracts = { operator, registryCoordinator, serviceManager }
const CONTRACTS = 'contracts and operator of vectors/known-answers/registration-transaction.json; no chain has taken it'

/** Valid requests by name. */
export const coordinatorRequests = {
  deregister: base(360_000, { kind: 'deregister', ...contracts, quorums: [0] }, CONTRACTS),
  update_socket: base(140_000, { kind: 'update-socket', ...contracts, socket: '203.0.113.8:32005;32006' }, CONTRACTS),
  cancel_salt: base(100_000, { kind: 'cancel-salt', avsDirectory, operator, salt }, CONTRACTS),
  register_with_churn: base(
    2_560_000,
    {
      kind: 'register-with-churn',
      churn,
      operator: churnAnswer?.operator ?? '',
      operatorId: churnAnswer?.operatorId ?? '',
      operatorSignature: { avsDirectory, domainVersion: null, salt: `0x${'5a17'.repeat(16)}`, signer: null },
      pubkeyRegistration: { from: 'signer', operatorId: churnAnswer?.operatorId ?? '' },
      quorums: [0, 1],
      registryCoordinator,
      serviceManager,
      socket: '203.0.113.7:32005;32006',
    },
    'the digest of the approval is that of a contract that ran: vectors/known-answers/churn-approval.json; signed by ethers',
  ),
  self_transfer: base(
    21_000,
    { kind: 'self-transfer', operator },
    'written by hand; 21,000 gas are what the yellow paper takes of any transaction',
  ),
} as const
export type CoordinatorRequestName = keyof typeof coordinatorRequests

/** What each is. */
export const coordinatorRequestComments: Readonly<Record<CoordinatorRequestName, string>> = {
  deregister: 'out of a quorum',
  update_socket: 'another socket',
  cancel_salt: 'a salt spent, so that what was signed with it is worth nothing',
  register_with_churn: 'a registration in the places of others, as the churn approver allows',
  self_transfer: 'a nonce used up',
}
