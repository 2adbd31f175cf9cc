// Valid requests of the operations at EigenLayer's AllocationManager, for vectors/requests. Plain documents, made without the
// code under test: registrations from answers of the real contracts, the rest from the catalogue's published addresses.
import answers from '../../vectors/known-answers/operator-sets-transaction.json' with { type: 'json' }
import churnAnswers from '../../vectors/known-answers/churn-approval.json' with { type: 'json' }
import { ALLOCATION_MANAGER, APPOINTEE, OPERATOR } from './core-requests.ts'
import { BUILT, plainApproval, plainBase, plainRemovals, type Document } from './plain-request.ts'

const ran = 'contracts that ran: vectors/known-answers/operator-sets-transaction.json'
const published = "EigenLayer's and EigenDA's published addresses: vectors/known-answers/public-deployments.json"

type SetsAnswer = Pick<(typeof answers.cases)[number], 'operator' | 'allocationManager' | 'avs' | 'operatorSetIds'>

/** With a SlashingRegistryCoordinator, and with an AVSRegistrarWithSocket. */
const [first] = answers.cases
const withSocket = answers.cases.find(({ note }) => note.startsWith('AVSRegistrarWithSocket'))
const sets = ({ operator, allocationManager, avs, operatorSetIds }: SetsAnswer): Document => ({
  kind: 'register-for-operator-sets',
  operator,
  allocationManager,
  avs,
  operatorSets: operatorSetIds,
})
if (first === undefined || withSocket === undefined) throw new Error('reading known answers: no registration for sets')
const coordinator = first.registryCoordinator ?? ''
const operatorId = first.operatorId ?? ''
const socket = first.socket

/** The approval of a SlashingRegistryCoordinator that names somebody for two sets. */
const churnAnswer = churnAnswers.cases.find(
  ({ kicks, note, expiry }) => kicks.length === 2 && note === 'SlashingRegistryCoordinator' && Number(expiry) > BUILT,
)
const churnApproval = plainApproval(churnAnswer)

const EIGENDA = '0x870679E138bCdf293b7Ff14dD44b70FC97e12fc0'
/** Any two addresses will do for strategies, in ascending order. */
const [MORE, LESS] = ['0x93c4b944D05dfe6df7645A86cd2206016c51564D', '0xaCB55C530Acdb2849e6d4f36992Cd8c9D50ED8F7']
const manager = { allocationManager: ALLOCATION_MANAGER, operator: OPERATOR }
const WHOLE = '1000000000000000000'

const withChurn: Document = {
  ...sets(first),
  operator: churnAnswer?.operator ?? '',
  operatorSets: [0, 1],
  registrar: coordinator,
  registration: {
    type: 'churn',
    churnApproval,
    operatorId: churnAnswer?.operatorId ?? '',
    pubkeyRegistration: { from: 'signer', operatorId: churnAnswer?.operatorId ?? '' },
    socket,
  },
}
const APPROVED = `${ran}; the digest of the approval is that of vectors/known-answers/churn-approval.json; signed by ethers`

/** Valid requests by name. */
export const setsRequests = {
  register_for_operator_sets: plainBase(
    {
      ...sets(first),
      registrar: coordinator,
      registration: { type: 'normal', pubkeyRegistration: { from: 'signer', operatorId }, socket },
    },
    { gasLimit: 1_540_000 },
    ran,
  ),
  register_for_operator_sets_bound: plainBase(
    { ...sets(first), registrar: coordinator, registration: { type: 'normal', pubkeyRegistration: null, socket } },
    { gasLimit: 1_010_000 },
    `${ran}; the BLS key is bound already`,
  ),
  register_for_operator_sets_churn: plainBase(withChurn, { gasLimit: 2_840_000 }, APPROVED),
  register_for_operator_sets_churn_claimed: plainBase(
    withChurn,
    { gasLimit: 2_840_000, claims: plainRemovals(churnAnswer) },
    APPROVED,
  ),
  register_for_operator_sets_socket: plainBase(
    { ...sets(withSocket), registrar: withSocket.avs, registration: { type: 'socket', socket } },
    { gasLimit: 480_000 },
    ran,
  ),
  register_for_operator_sets_empty: plainBase(
    { ...sets(withSocket), registrar: withSocket.avs, registration: { type: 'empty' } },
    { gasLimit: 480_000, from: APPOINTEE },
    `${ran}; without data`,
  ),
  deregister_from_operator_sets: plainBase(
    {
      kind: 'deregister-from-operator-sets',
      ...manager,
      avs: EIGENDA,
      deallocationDelay: 100_800,
      operatorSets: [0, 1],
    },
    { chainId: 1, gasLimit: 580_000 },
    published,
  ),
  modify_allocations: plainBase(
    {
      kind: 'modify-allocations',
      ...manager,
      allocationDelay: 126_000,
      avs: EIGENDA,
      deallocationDelay: 100_800,
      sets: [
        {
          id: 0,
          strategies: [
            { current: '0', magnitude: '125000000000000000', maximum: WHOLE, strategy: MORE },
            { current: WHOLE, magnitude: '0', maximum: WHOLE, strategy: LESS },
          ],
        },
      ],
    },
    { chainId: 1, gasLimit: 550_000 },
    published,
  ),
  set_allocation_delay: plainBase(
    { kind: 'set-allocation-delay', ...manager, configurationDelay: 126_000, delay: 1200 },
    { chainId: 1, gasLimit: 140_000 },
    published,
  ),
} as const
export type SetsRequestName = keyof typeof setsRequests

/** What each is. */
export const setsRequestComments: Readonly<Record<SetsRequestName, string>> = {
  register_for_operator_sets: 'an operator set whose registrar is a SlashingRegistryCoordinator, a BLS proof asked for',
  register_for_operator_sets_bound: 'the same, where the registrar knows the BLS key',
  register_for_operator_sets_churn: 'two operator sets, in the places of others',
  register_for_operator_sets_churn_claimed:
    'the same, and the online machine says what those have who would be removed',
  register_for_operator_sets_socket: 'an operator set whose registrar keeps sockets',
  register_for_operator_sets_empty: 'an operator set whose registrar wants nothing, sent by an appointee',
  deregister_from_operator_sets: 'out of two operator sets of EigenDA on mainnet',
  modify_allocations: 'more of one strategy, nothing of another any more',
  set_allocation_delay: 'a delay for new allocations',
}
