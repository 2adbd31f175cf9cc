// The files of vectors/requests: valid requests, and each way in which fields or their spelling can be wrong. One field missing,
// of another type or added is a row of fields.json there instead: request-field-cases.ts.
import type { Vector } from '../../support/vectors.ts'
import { validCase, validNames } from '../../documents/all-requests.ts'
import { bytesCases, spellings, textCases, valid } from './cases.ts'
import { bytesOf, canonical, edited, sealed } from '../../documents/canonical.ts'
import { acceptedResponse, registration } from '../../documents/documents.ts'
import { claimCases } from './request-claim-cases.ts'
import { judgedCases } from './request-judged-cases.ts'
import { pointCases } from './request-point-cases.ts'
import { signerCases } from './request-signer-cases.ts'
import { rangeCases } from './request-range-cases.ts'
import { requests } from '../../documents/valid-requests.ts'

const first = registration(1)
const { register_valid, register_operator_id, register_proof_carried } = requests

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

/** Every vector file of vectors/requests. */
export const requestVectors: readonly Vector[] = [
  ...validNames.map((name) => valid(name, validCase(name).comment, validCase(name))),
  ...spellings(register_valid, 'request', bytesOf(acceptedResponse(first))),
  ...rangeCases(register_valid, requests.register_three_rungs),
  ...claimCases,
  ...signerCases(register_valid, requests.register_contract_operator, requests.register_add_quorum),
  ...respelled,
  ...pointCases(register_proof_carried),
  ...judgedCases(register_valid, requests.register_mainnet),
]
