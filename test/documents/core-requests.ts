// Valid requests of the operations at EigenLayer's DelegationManager and PermissionController, for vectors/requests.
//
// Written by hand: the contracts are those that the catalogue's sources give for mainnet, operator and others are addresses of
// well-known test keys. What the calldata must be is in operations-core.test.ts, by ethers from ABIs written there.
import type { Json } from './canonical.ts'

/** A request with where it comes from, and what the judging machine's clock shows. */
export interface CoreRequest {
  readonly json: Json
  readonly source: string
  readonly against: string
}

const CLOCK = '2026-11-21T06:00:00Z'
const BLOCK = {
  hash: `0x${'b10c'.repeat(16)}`,
  number: 24_000_000,
  timestamp: Date.parse('2026-11-21T00:00:00Z') / 1000,
}
const SOURCE = "written by hand, with EigenLayer's contracts on mainnet; no chain has taken it"

/** Addresses of the secrets 1, 2 and 3. */
export const OPERATOR = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf'
export const APPOINTEE = '0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF'
export const ADMIN = '0x6813Eb9362372EEF6200f3b1dbC3f819671cBA69'

export const DELEGATION_MANAGER = '0x39053D51B77DC0d36036Fc1fCc8Cb819df8Ef37A'
export const ALLOCATION_MANAGER = '0x948a420b8CC1d6BFd0B6087C2E7c344a2CD0bc39'
export const PERMISSION_CONTROLLER = '0x25E5F8B1E7aDf44518d35D5B2271f114e081f0E5'

/** A request for an operation, with one fee rung. */
export const requestFor = (operation: Record<string, Json>, from: string | null = null): CoreRequest => ({
  json: {
    airlock: 'request/1',
    anchors: [],
    block: BLOCK,
    chainId: 1,
    claims: [],
    code: null,
    expiry: BLOCK.timestamp + 7 * 86_400,
    operation: { operator: OPERATOR, ...operation },
    transaction: {
      fees: [{ maxFeePerGas: '30000000000', maxPriorityFeePerGas: '1000000000' }],
      from,
      gasLimit: GAS[operation['kind'] as keyof typeof GAS],
      nonce: 4,
    },
  },
  source: SOURCE,
  against: CLOCK,
})

const GAS = {
  'register-as-operator': 280_000,
  'modify-operator-details': 130_000,
  'update-metadata-uri': 90_000,
  'set-appointee': 280_000,
  'remove-appointee': 150_000,
  'add-pending-admin': 180_000,
  'remove-pending-admin': 120_000,
  'accept-admin': 200_000,
  'remove-admin': 120_000,
} as const

const manager = { delegationManager: DELEGATION_MANAGER }
const controller = { permissionController: PERMISSION_CONTROLLER }
const metadataUri = 'https://operator.example/metadata.json'
/** modifyAllocations, by the table of facts of the contracts. */
const permission = { ...controller, appointee: APPOINTEE, selector: '0x952899ee', target: ALLOCATION_MANAGER }

/** Valid requests by name. */
export const coreRequests = {
  register_as_operator: requestFor({
    kind: 'register-as-operator',
    ...manager,
    details: { generation: 'slashing', allocationDelay: 1200, delegationApprover: null },
    metadataUri,
  }),
  register_as_operator_m2: requestFor({
    kind: 'register-as-operator',
    ...manager,
    details: {
      generation: 'm2',
      delegationApprover: ADMIN,
      earningsReceiver: OPERATOR,
      stakerOptOutWindowBlocks: 50_400,
    },
    metadataUri,
  }),
  modify_operator_details: requestFor({
    kind: 'modify-operator-details',
    ...manager,
    details: { generation: 'slashing', delegationApprover: ADMIN },
  }),
  update_metadata_uri: requestFor(
    { kind: 'update-metadata-uri', ...manager, generation: 'slashing', metadataUri },
    APPOINTEE,
  ),
  set_appointee: requestFor({ kind: 'set-appointee', ...permission }),
  remove_appointee: requestFor({ kind: 'remove-appointee', ...permission }),
  add_pending_admin: requestFor({ kind: 'add-pending-admin', ...controller, admin: ADMIN }),
  remove_pending_admin: requestFor({ kind: 'remove-pending-admin', ...controller, admin: ADMIN }, APPOINTEE),
  accept_admin: requestFor({ kind: 'accept-admin', ...controller, admin: ADMIN }, ADMIN),
  remove_admin: requestFor({ kind: 'remove-admin', ...controller, admin: ADMIN }),
} satisfies Record<string, CoreRequest>
export type CoreRequestName = keyof typeof coreRequests

/** What each is. */
export const coreRequestComments: Readonly<Record<CoreRequestName, string>> = {
  register_as_operator: 'becoming an operator of EigenLayer, anybody may delegate',
  register_as_operator_m2: 'becoming an operator with the contracts before slashing',
  modify_operator_details: 'a delegation approver for an operator',
  update_metadata_uri: "the operator's metadata, announced by an appointee",
  set_appointee: "somebody else may allocate the operator's stake",
  remove_appointee: 'a permission is taken back',
  add_pending_admin: 'an admin is proposed',
  remove_pending_admin: 'a proposal is taken back, sent by an admin',
  accept_admin: 'an admin accepts, and sends it itself',
  remove_admin: 'an admin is removed',
}

/** Findings about these operations, each caused in operations-core.test.ts. */
export type CoreFinding =
  | 'sent_for_operator'
  | 'operator_for_ever'
  | 'delegation_open'
  | 'approver_is_operator'
  | 'approver_power'
  | 'window_only_grows'
  | 'earnings_receiver_foreign'
  | 'allocation_delay'
  | 'allocation_delay_long'
  | 'metadata_uri_unusual'
  | 'appointee_power'
  | 'appointee_permission'
  | 'appointee_is_operator'
  | 'permission_unknown'
  | 'permission_unlimited'
  | 'permission_until_mined'
  | 'admin_power'
  | 'operator_loses_rights'
  | 'operator_keeps_rights'
