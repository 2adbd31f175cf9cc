// The vectors of vectors/requests: valid requests, and each way in which fields or their spelling can be wrong.
import type { Vector } from '../../support/vectors.ts'
import { validCase, validNames } from '../../documents/all-requests.ts'
import { bytesCases, fieldCases, spellings, textCases, valid } from './cases.ts'
import {
  acceptedResponse,
  bytesOf,
  canonical,
  edited,
  registration,
  sealed,
  type Json,
} from '../../documents/documents.ts'
import { judgedCases } from './request-judged-cases.ts'
import { operationCases } from './request-operation-cases.ts'
import { pointCases } from './request-point-cases.ts'
import { signerCases } from './request-signer-cases.ts'
import { rangeCases } from './request-range-cases.ts'
import { requests, RUNG } from '../../documents/valid-requests.ts'

const first = registration(1)
const { register_valid, register_anchored, register_operator_id, register_proof_carried } = requests

const fields: readonly (readonly [string, string, Json])[] = [
  ['anchors', 'anchors', 'none'],
  ['block', 'block', 'latest'],
  ['block.hash', 'block_hash', 7],
  ['block.number', 'block_number', '1024'],
  ['block.timestamp', 'block_timestamp', '4101840000'],
  ['chainId', 'chain_id', '31337'],
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
]

const anchoredFields: readonly (readonly [string, string, Json])[] = [
  ['anchors.0.entry', 'anchor_entry', '3'],
  ['anchors.0.hash', 'anchor_hash', null],
  ['anchors.0.ledger', 'anchor_ledger', 1],
]

const carriedFields: readonly (readonly [string, string, Json])[] = [
  ['operation.pubkeyRegistration.params', 'carried_params', null],
  ['operation.pubkeyRegistration.params.publicKeyG1', 'carried_key_g1', first.params.publicKeyG1[0]],
  ['operation.pubkeyRegistration.params.publicKeyG2', 'carried_key_g2', first.params.publicKeyG2.flat().join('')],
  ['operation.pubkeyRegistration.params.signature', 'carried_signature', first.params.signature.join('')],
]

const SALT = first.request.operation.operatorSignature?.salt ?? ''
const { operator } = first.request.operation

const respelled = [
  ...textCases(register_valid, [
    ['operator_lower_case', 'address_checksum', 'an address in lower case', operator, operator.toLowerCase()],
    [
      'operator_upper_case',
      'address_checksum',
      'an address in upper case',
      operator,
      `0x${operator.slice(2).toUpperCase()}`,
    ],
    ['operator_checksum', 'address_checksum', 'one letter of an address in the other case', '0xcf899D0e', '0xcf899d0e'],
    ['operator_prefix_upper', 'field_invalid', 'an address with 0X', operator, operator.replace('0x', '0X')],
    ['operator_digit', 'address_checksum', 'one digit of an address changed', '0xcf899D0e', '0xcf898D0e'],
    ['salt_upper_case', 'field_invalid', 'a salt in upper case', SALT, `0x${SALT.slice(2).toUpperCase()}`],
    ['number_plus', 'document_not_json', 'a number with a plus sign', '"nonce": 6', '"nonce": +6'],
    ['number_leading_zero', 'document_not_json', 'a number with a leading zero', '"nonce": 6', '"nonce": 06'],
    ['number_hex', 'document_not_json', 'a number in hex', '"nonce": 6', '"nonce": 0x6'],
    ['number_fraction', 'document_not_canonical', 'a whole number as 6.0', '"nonce": 6', '"nonce": 6.0'],
    [
      'number_exponent',
      'document_not_canonical',
      'a number with an exponent',
      '"gasLimit": 2000000',
      '"gasLimit": 2e6',
    ],
    [
      'number_rounded',
      'document_not_canonical',
      'a number that a double rounds to the right one',
      '"nonce": 6',
      '"nonce": 6.00000000000000001',
    ],
    ['number_infinite', 'field_invalid', 'a number that a double does not hold', '"nonce": 6', '"nonce": 1e400'],
    ['number_minus_zero', 'document_not_canonical', 'quorum -0', '    0\n', '    -0\n'],
    [
      'nonce_twice',
      'document_not_canonical',
      'a nonce hidden before the nonce',
      '"nonce": 6',
      '"nonce": 7,\n    "nonce": 6',
    ],
    ['socket_escaped', 'document_not_canonical', 'a digit of the socket as an escape', '"203.0', '"\\u0032' + '03.0'],
    ['nonce_edited', 'document_checksum_wrong', 'the nonce edited by hand', '"nonce": 6', '"nonce": 7'],
    [
      'service_manager_edited',
      'document_checksum_wrong',
      'another address pasted in by hand',
      first.request.operation.serviceManager,
      registration(7).request.operation.serviceManager,
    ],
    ['trailing_comma', 'document_not_json', 'a comma after the last field', '"nonce": 6', '"nonce": 6,'],
    ['quotes_single', 'document_not_json', 'single quotes', '"socket"', "'socket'"],
    ['extra_proto', 'field_unknown', 'a field named __proto__', '"block": {', '"__proto__": {},\n  "block": {'],
    [
      'extra_proto_in_operation',
      'field_unknown',
      'a field named __proto__ within',
      '"kind": "register"',
      '"__proto__": {},\n    "kind": "register"',
    ],
    [
      'extra_constructor',
      'field_unknown',
      'a field named constructor',
      '"block": {',
      '"constructor": {},\n  "block": {',
    ],
  ]),
  ...textCases(register_operator_id, [
    [
      'operator_id_upper_case',
      'field_invalid',
      'an operator id in upper case',
      first.operatorId,
      `0x${first.operatorId.slice(2).toUpperCase()}`,
    ],
  ]),
  ...textCases(register_proof_carried, [
    [
      'carried_word_upper_case',
      'field_invalid',
      'a word of a point in upper case',
      first.params.signature[0],
      `0x${first.params.signature[0].slice(2).toUpperCase()}`,
    ],
  ]),
  ...bytesCases(register_valid, [
    [
      'block_deeply_nested',
      'field_invalid',
      'ten thousand lists in one another',
      canonical(sealed(edited(register_valid.json, { block: 'here' }))).replace(
        '"here"',
        '['.repeat(1e4) + ']'.repeat(1e4),
      ),
    ],
  ]),
]

/** Every vector of vectors/requests. */
export const requestVectors: readonly Vector[] = [
  ...validNames.map((name) => valid(name, validCase(name).comment, validCase(name))),
  ...spellings(register_valid, 'request', bytesOf(acceptedResponse(first))),
  ...fieldCases(register_valid, fields),
  ...fieldCases(register_anchored, anchoredFields),
  ...fieldCases(register_proof_carried, carriedFields),
  ...operationCases,
  ...rangeCases(register_valid, requests.register_three_rungs),
  ...signerCases(register_valid, requests.register_contract_operator, requests.register_add_quorum),
  ...respelled,
  ...pointCases(register_proof_carried),
  ...judgedCases(register_valid, requests.register_mainnet),
]
