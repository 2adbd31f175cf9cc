// The rows of vectors/requests/fields.json: the fields of each kind of operation, missing, of another type, and one too many.
//
// Each row comes with the vector that it must make, made here from the documents and not from the files.
import { checksumIn, type FieldRow } from '../../support/field-rows.ts'
import type { Vector } from '../../support/vectors.ts'
import { kindIn, validCase, validNames, type ValidName } from '../../documents/all-requests.ts'
import { valueAt, type Json } from '../../documents/canonical.ts'
import { registration } from '../../documents/documents.ts'
import { RUNG } from '../../documents/valid-requests.ts'
import { fieldRows, jsonCases, type Field, type JsonRow } from './cases.ts'

const { params } = registration(1)

/** The fields of the requests, each in one of those that have it. */
const fields: readonly (readonly [ValidName, readonly Field[]])[] = [
  [
    'register_valid',
    [
      ['anchors', 'anchors', 'none'],
      ['block', 'block', 'latest'],
      ['block.hash', 'block_hash', 7],
      ['block.number', 'block_number', '1024'],
      ['block.timestamp', 'block_timestamp', '4101840000'],
      ['chainId', 'chain_id', '31337'],
      ['claims', 'claims', 'none'],
      ['code', 'code', 12648430],
      ['expiry', 'expiry', '4102444800'],
      ['operation', 'operation', 'register'],
      ['operation.kind', 'operation_kind', 1],
      ['operation.operator', 'operator', 12345],
      ['operation.operatorSignature', 'operator_signature', `0x${'11'.repeat(64)}1b`],
      ['operation.operatorSignature.avsDirectory', 'avs_directory', null],
      ['operation.operatorSignature.domainVersion', 'domain_version', 1],
      ['operation.operatorSignature.salt', 'salt', 1],
      ['operation.operatorSignature.signer', 'signer', 'owner'],
      ['operation.pubkeyRegistration', 'pubkey_registration', 'signer'],
      ['operation.pubkeyRegistration.from', 'pubkey_registration_from', true],
      ['operation.pubkeyRegistration.operatorId', 'operator_id', 1],
      ['operation.quorums', 'quorums', '0x00'],
      ['operation.registryCoordinator', 'registry_coordinator', null],
      ['operation.serviceManager', 'service_manager', ['0x68aA080939338938a01D93173047bB2546c6189e']],
      ['operation.socket', 'socket', null],
      ['transaction', 'transaction', '0x02f90333'],
      ['transaction.fees', 'fees', RUNG],
      ['transaction.fees.0.maxFeePerGas', 'max_fee', 2000000016],
      ['transaction.fees.0.maxPriorityFeePerGas', 'priority_fee', 1000000000],
      ['transaction.from', 'from', true],
      ['transaction.gasLimit', 'gas_limit', '2000000'],
      ['transaction.nonce', 'nonce', '6'],
    ],
  ],
  [
    'register_anchored',
    [
      ['anchors.0.entry', 'anchor_entry', '3'],
      ['anchors.0.hash', 'anchor_hash', null],
      ['anchors.0.ledger', 'anchor_ledger', 1],
    ],
  ],
  [
    'register_claimed',
    [
      ['claims.0.claim', 'claim', 1],
      ['claims.0.operator', 'claim_operator', 1],
      ['claims.0.ownStake', 'claim_own_stake', 51],
      ['claims.0.quorum', 'claim_quorum', '0'],
      ['claims.0.stake', 'claim_stake', 50],
    ],
  ],
  [
    'register_proof_carried',
    [
      ['operation.pubkeyRegistration.params', 'carried_params', null],
      ['operation.pubkeyRegistration.params.publicKeyG1', 'carried_key_g1', params.publicKeyG1[0]],
      ['operation.pubkeyRegistration.params.publicKeyG2', 'carried_key_g2', params.publicKeyG2.flat().join('')],
      ['operation.pubkeyRegistration.params.signature', 'carried_signature', params.signature.join('')],
    ],
  ],
  [
    'register_contract_operator',
    [
      ['operation.operatorSignature.signer.address', 'signer_address', 1],
      ['operation.operatorSignature.signer.signs', 'signer_signs', 1],
    ],
  ],
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
const siblingFields = (name: ValidName): readonly Field[] =>
  Object.keys(operationOf(name))
    .filter((field) => field !== 'kind')
    .map((field) => [`operation.${field}`, `${name}_${field.replaceAll(/[A-Z]/g, '_$&').toLowerCase()}`, true])

/** Of each kind the first request. */
const firstOfKind = validNames.filter(
  (name, index) => validNames.findIndex((other) => kindIn(other) === kindIn(name)) === index,
)

/** What no kind may have: bytes that a contract would be called with. */
const calldataRow = (name: ValidName): JsonRow => [
  ...([`${name}_calldata`, 'field_unknown', `calldata in a ${kindIn(name)}`] as const),
  { 'operation.calldata': '0x' },
]

/** A row of the file, and the vector that it must make. */
export interface FieldCase {
  readonly row: FieldRow
  readonly vector: Vector
}

/** The row of a vector that was made from a valid request by one edit. */
function rowOf(base: ValidName, [path, value]: readonly [string, Json | undefined], vector: Vector): FieldRow {
  const { name, expect, document } = vector
  if (expect === 'ok') throw new Error(`making ${name}: a defect, and expected to pass`)
  const row = { name, kind: kindIn(base), base, path, expect, checksum: checksumIn(document) }
  if (value === undefined) return { ...row, defect: 'missing' }
  return { ...row, defect: valueAt(validCase(base).json, path) === undefined ? 'added' : 'wrong_type', value }
}

const casesOf = (base: ValidName, rows: readonly JsonRow[]): FieldCase[] =>
  rows.flatMap((row) => {
    const [edit, ...others] = Object.entries(row[3] as Readonly<Record<string, Json | undefined>>)
    if (edit === undefined || others.length > 0) throw new Error(`making ${row[0]}: expected one edit`)
    return jsonCases(validCase(base), [row]).map((vector) => ({ row: rowOf(base, edit, vector), vector }))
  })

/** Every row of vectors/requests/fields.json. */
export const fieldCases: readonly FieldCase[] = [
  ...fields.flatMap(([name, list]) => casesOf(name, fieldRows(list))),
  ...siblings.flatMap((name) => casesOf(name, fieldRows(siblingFields(name)))),
  ...firstOfKind.flatMap((name) => casesOf(name, [calldataRow(name)])),
]
