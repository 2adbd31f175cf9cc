// Vectors of vectors/requests: the fields of each kind of operation, missing, of another type, and one too many.
import type { Vector } from '../../support/vectors.ts'
import { kindIn, validCase, validNames, type ValidName } from '../../documents/all-requests.ts'
import { fieldCases, jsonCases } from './cases.ts'
import type { Json } from '../../documents/documents.ts'

/** The fields of the other operations, each in one of the requests that have it. */
const operationFields: readonly (readonly [ValidName, readonly (readonly [string, string, Json])[]])[] = [
  [
    'register_as_operator',
    [
      ['operation.delegationManager', 'delegation_manager', null],
      ['operation.details', 'details', 'slashing'],
      ['operation.details.allocationDelay', 'details_allocation_delay', '1200'],
      ['operation.details.delegationApprover', 'details_delegation_approver', true],
      ['operation.details.generation', 'details_generation', 1],
      ['operation.metadataUri', 'metadata_uri', null],
    ],
  ],
  [
    'register_as_operator_m2',
    [
      ['operation.details.earningsReceiver', 'details_earnings_receiver', null],
      ['operation.details.stakerOptOutWindowBlocks', 'details_window', '50400'],
    ],
  ],
  ['update_metadata_uri', [['operation.generation', 'generation', 2]]],
  [
    'set_appointee',
    [
      ['operation.appointee', 'appointee', null],
      ['operation.permissionController', 'permission_controller', 1],
      ['operation.selector', 'selector', 2_502_470_126],
      ['operation.target', 'target', null],
    ],
  ],
  ['add_pending_admin', [['operation.admin', 'admin', null]]],
  [
    'register_with_churn',
    [
      ['operation.churn', 'churn', null],
      ['operation.churn.approver', 'churn_approver', null],
      ['operation.churn.approverIsContract', 'churn_approver_is_contract', 0],
      ['operation.churn.expiry', 'churn_expiry', '3384272755'],
      ['operation.churn.kicks', 'churn_kicks', null],
      ['operation.churn.kicks.0.operator', 'churn_kick_operator', null],
      ['operation.churn.kicks.0.quorum', 'churn_kick_quorum', '0'],
      ['operation.churn.salt', 'churn_salt', 1],
      ['operation.churn.signature', 'churn_signature', null],
      ['operation.operatorId', 'churn_operator_id', null],
    ],
  ],
  [
    'cancel_salt',
    [
      ['operation.avsDirectory', 'cancel_salt_avs_directory', null],
      ['operation.salt', 'cancel_salt_salt', 1],
    ],
  ],
  [
    'register_for_operator_sets',
    [
      ['operation.allocationManager', 'allocation_manager', null],
      ['operation.avs', 'avs', null],
      ['operation.operatorSets', 'operator_sets', 0],
      ['operation.registrar', 'registrar', null],
      ['operation.registration', 'registration', 'normal'],
      ['operation.registration.pubkeyRegistration', 'registration_pubkey', 'signer'],
      ['operation.registration.pubkeyRegistration.from', 'registration_pubkey_from', 1],
      ['operation.registration.pubkeyRegistration.operatorId', 'registration_pubkey_operator_id', 1],
      ['operation.registration.socket', 'registration_socket', null],
      ['operation.registration.type', 'registration_type', 0],
    ],
  ],
  [
    'register_for_operator_sets_churn',
    [
      ['operation.registration.churnApproval', 'registration_churn', null],
      ['operation.registration.churnApproval.approver', 'registration_churn_approver', null],
      ['operation.registration.churnApproval.approverIsContract', 'registration_churn_approver_is_contract', 0],
      ['operation.registration.churnApproval.expiry', 'registration_churn_expiry', '3406311690'],
      ['operation.registration.churnApproval.kicks', 'registration_churn_kicks', null],
      ['operation.registration.churnApproval.kicks.0.operator', 'registration_churn_kick_operator', null],
      ['operation.registration.churnApproval.kicks.0.quorum', 'registration_churn_kick_quorum', '0'],
      ['operation.registration.churnApproval.salt', 'registration_churn_salt', 1],
      ['operation.registration.churnApproval.signature', 'registration_churn_signature', null],
      ['operation.registration.operatorId', 'registration_operator_id', null],
    ],
  ],
  [
    'modify_allocations',
    [
      ['operation.allocationDelay', 'allocation_delay', '126000'],
      ['operation.deallocationDelay', 'deallocation_delay', '100800'],
      ['operation.sets', 'sets', 0],
      ['operation.sets.0.id', 'sets_id', '0'],
      ['operation.sets.0.strategies', 'sets_strategies', null],
      ['operation.sets.0.strategies.0.current', 'sets_current', 0],
      ['operation.sets.0.strategies.0.magnitude', 'sets_magnitude', 125],
      ['operation.sets.0.strategies.0.maximum', 'sets_maximum', null],
      ['operation.sets.0.strategies.0.strategy', 'sets_strategy', null],
    ],
  ],
  [
    'set_allocation_delay',
    [
      ['operation.configurationDelay', 'configuration_delay', '126000'],
      ['operation.delay', 'delay', '1200'],
    ],
  ],
  [
    'register_key_bn254_carried',
    [
      ['operation.keyRegistrar', 'key_registrar', null],
      ['operation.operatorSet', 'operator_set', '0'],
      ['operation.publicKeyG1', 'key_g1', null],
      ['operation.publicKeyG2', 'key_g2', null],
      ['operation.signature', 'key_signature', 1],
    ],
  ],
  ['register_key_ecdsa', [['operation.keyAddress', 'key_address', null]]],
  [
    'register_with_stake_registry',
    [
      ['operation.signingKey', 'signing_key', null],
      ['operation.stakeRegistry', 'stake_registry', null],
    ],
  ],
]

/** Kinds that share their fields with others, and have a schema of their own all the same: every field of them once more. */
const siblings: readonly ValidName[] = [
  ...(['deregister', 'update_socket', 'self_transfer'] as const),
  ...(['modify_operator_details', 'remove_appointee', 'remove_pending_admin', 'accept_admin', 'remove_admin'] as const),
  ...(['deregister_from_operator_sets', 'deregister_key'] as const),
  ...(['update_signing_key', 'deregister_from_stake_registry'] as const),
]

const operationOf = (name: ValidName): object => validCase(name).json['operation'] as object

/** No field of an operation itself is true or false. */
const siblingCases = siblings.flatMap((name) =>
  fieldCases(
    validCase(name),
    Object.keys(operationOf(name))
      .filter((field) => field !== 'kind')
      .map((field) => [`operation.${field}`, `${name}_${field.replaceAll(/[A-Z]/g, '_$&').toLowerCase()}`, true]),
  ),
)

/** Of each kind one request, and in it what no kind may have: bytes that a contract would be called with. */
const calldataCases = validNames
  .filter((name, index) => validNames.findIndex((other) => kindIn(other) === kindIn(name)) === index)
  .flatMap((name) =>
    jsonCases(validCase(name), [
      [`${name}_calldata`, 'field_unknown', `calldata in a ${kindIn(name)}`, { 'operation.calldata': '0x' }],
    ]),
  )

/** Defects of the fields of every operation but register, whose own stand in request-cases.ts. */
export const operationCases: readonly Vector[] = [
  ...operationFields.flatMap(([name, rows]) => fieldCases(validCase(name), rows)),
  ...siblingCases,
  ...calldataCases,
]
