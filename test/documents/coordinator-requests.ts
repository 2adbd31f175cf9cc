// Valid requests of the operations at a RegistryCoordinator and an AVSDirectory of the M2 generation, and of a transfer to
// oneself, for vectors/requests. Plain documents, made without the code under test.
//
// Contracts and operators are those of the real contracts' answers. The churn approval is ethers' signature of the digest that
// the real RegistryCoordinator gave.
import churnAnswers from '../../vectors/known-answers/churn-approval.json' with { type: 'json' }
import { registration } from './documents.ts'
import { plainApproval, plainBase, plainRemovals, type Document } from './plain-request.ts'

const { request: registered } = registration(1)
const { operator, operatorSignature: asked, registryCoordinator, serviceManager } = registered.operation
const { avsDirectory = '', salt = '' } = asked ?? {}

/** The approval that names somebody for two quorums. */
export const churnAnswer = churnAnswers.cases.find(({ kicks }) => kicks.length === 2) ?? churnAnswers.cases[0]
const churn = plainApproval(churnAnswer)

const base = (gasLimit: number, operation: Document, source: string): ReturnType<typeof plainBase> =>
  plainBase(operation, { gasLimit }, source)

const contracts = { operator, registryCoordinator, serviceManager }
const CONTRACTS = 'contracts and operator of vectors/known-answers/registration-transaction.json; no chain has taken it'

const withChurn: Document = {
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
}
const APPROVED =
  'the digest of the approval is that of a contract that ran: vectors/known-answers/churn-approval.json; signed by ethers'

/** Valid requests by name. */
export const coordinatorRequests = {
  deregister: base(360_000, { kind: 'deregister', ...contracts, quorums: [0] }, CONTRACTS),
  update_socket: base(140_000, { kind: 'update-socket', ...contracts, socket: '203.0.113.8:32005;32006' }, CONTRACTS),
  cancel_salt: base(100_000, { kind: 'cancel-salt', avsDirectory, operator, salt }, CONTRACTS),
  register_with_churn: base(2_560_000, withChurn, APPROVED),
  register_with_churn_claimed: plainBase(
    withChurn,
    { gasLimit: 2_560_000, claims: plainRemovals(churnAnswer) },
    APPROVED,
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
  register_with_churn_claimed: 'the same, and the online machine says what those have who would be removed',
  self_transfer: 'a nonce used up',
}
