// Requests with one field out of its range or form.
import type { Vector } from '../../support/vectors.ts'
import { jsonCases, refusedBy, type Base } from './cases.ts'
import { ANCHOR, registration } from '../../documents/documents.ts'
import { ladder, RUNG } from '../../documents/valid-requests.ts'

const first = registration(1)
const SALT = first.request.operation.operatorSignature?.salt ?? ''
const { operator } = first.request.operation
const BEYOND = 2 ** 53

function version(domainVersion: string): Record<string, unknown> {
  return { 'operation.operatorSignature.domainVersion': domainVersion }
}
function operatorId(id: string): Record<string, unknown> {
  return { 'operation.pubkeyRegistration.operatorId': id }
}
function quorums(numbers: unknown): Record<string, unknown> {
  return { 'operation.quorums': numbers }
}
function socket(text: string): Record<string, unknown> {
  return { 'operation.socket': text }
}
function maxFee(price: string): Record<string, unknown> {
  return { 'transaction.fees.0.maxFeePerGas': price }
}
function priority(price: string): Record<string, unknown> {
  return { 'transaction.fees.0.maxPriorityFeePerGas': price }
}
function gasLimit(gas: number): Record<string, unknown> {
  return { 'transaction.gasLimit': gas }
}
function secondRung(maxFeePerGas: string, maxPriorityFeePerGas: string): Record<string, unknown> {
  return { 'transaction.fees': [RUNG, { maxFeePerGas, maxPriorityFeePerGas }] }
}

const other = { ...ANCHOR, ledger: 'ffffffffffffffff' }
const many = Array.from({ length: 9 }, (_, index) => ({ ...ANCHOR, ledger: `000000000000000${index}` }))

const anchorCases: Parameters<typeof jsonCases>[1] = [
  ['anchors_null', 'field_invalid', 'null where a list is expected', { anchors: null }],
  ['anchors_unordered', 'field_invalid', 'two anchors, the later ledger first', { anchors: [other, ANCHOR] }],
  ['anchors_same_ledger', 'field_invalid', 'two anchors of one ledger', { anchors: [ANCHOR, { ...ANCHOR, entry: 4 }] }],
  ['anchors_nine', 'field_invalid', 'more ledgers than an operator has', { anchors: many }],
  ['anchor_entry_zero', 'field_invalid', 'entry 0', { anchors: [{ ...ANCHOR, entry: 0 }] }],
  ['anchor_hash_short', 'field_invalid', 'a hash of 15 bytes', { anchors: [{ ...ANCHOR, hash: 'a9'.repeat(15) }] }],
  ['anchor_hash_0x', 'field_invalid', 'a hash with 0x', { anchors: [{ ...ANCHOR, hash: `0x${ANCHOR.hash}` }] }],
  [
    'anchor_ledger_upper_case',
    'field_invalid',
    'a ledger in upper case',
    { anchors: [{ ...ANCHOR, ledger: 'FFFFFFFFFFFFFFFF' }] },
  ],
]

/** Each field beyond its limits. */
export const rangeCases = (base: Base, ladderBase: Base): Vector[] => [
  ...jsonCases(base, [
    ...anchorCases,
    ['block_hash_short', 'field_invalid', 'a block hash of 31 bytes', { 'block.hash': `0x${'b1'.repeat(31)}` }],
    ['block_number_negative', 'field_invalid', 'block -1', { 'block.number': -1 }],
    ['block_timestamp_zero', 'field_invalid', 'a block of 1970', { 'block.timestamp': 0 }],
    ['chain_id_zero', 'field_invalid', 'chain id 0', { chainId: 0 }],
    ['chain_id_negative', 'field_invalid', 'chain id -1', { chainId: -1 }],
    ['chain_id_null', 'field_invalid', 'chain id null', { chainId: null }],
    ['chain_id_fraction', 'field_invalid', 'chain id 1.5', { chainId: 1.5 }],
    [
      'chain_id_beyond_2_53',
      'field_invalid',
      'chain id 2^53, which JSON numbers do not hold exactly',
      { chainId: BEYOND },
    ],
    ['code_upper_case', 'field_invalid', 'the print of the code in upper case', { code: 'C0DEC0DEC0DEC0DE' }],
    ['code_short', 'field_invalid', 'a print of 7 bytes', { code: 'c0dec0dec0dec0' }],
    ['code_whole', 'field_invalid', 'a print of 32 bytes', { code: 'c0de'.repeat(16) }],
    ['code_0x', 'field_invalid', 'a print with 0x', { code: '0xc0dec0dec0dec0de' }],
    ['expiry_zero', 'field_invalid', 'expiry 0', { expiry: 0 }, refusedBy('expiry_zero')],
    ['expiry_beyond_2_53', 'field_invalid', 'expiry 2^53', { expiry: BEYOND }],
    [
      'operation_kind_unknown',
      'field_invalid',
      'an operation that is not in this version',
      { 'operation.kind': 'transfer' },
    ],
    ['operator_short', 'field_invalid', 'an address of 19 bytes', { 'operation.operator': operator.slice(0, -2) }],
    ['operator_long', 'field_invalid', 'an address of 21 bytes', { 'operation.operator': `${operator}00` }],
    ['operator_name', 'field_invalid', 'an ENS name for an address', { 'operation.operator': 'operator.eth' }],
    ['domain_version_2', 'field_invalid', 'a flavour of the domain that no contract has', version('2')],
    ['domain_version_1_3_0', 'field_invalid', 'the answer of version(), which is never hashed', version('1.3.0')],
    ['domain_version_empty', 'field_invalid', 'an empty version, which is not the same as none', version('')],
    ['salt_short', 'field_invalid', 'a salt of 31 bytes', { 'operation.operatorSignature.salt': SALT.slice(0, -2) }],
    ['salt_long', 'field_invalid', 'a salt of 33 bytes', { 'operation.operatorSignature.salt': `${SALT}00` }],
    ['salt_no_prefix', 'field_invalid', 'a salt without 0x', { 'operation.operatorSignature.salt': SALT.slice(2) }],
    ['operator_id_short', 'field_invalid', 'an operator id of 31 bytes', operatorId(first.operatorId.slice(0, -2))],
    [
      'pubkey_from_unknown',
      'field_invalid',
      'a proof from a third place',
      { 'operation.pubkeyRegistration.from': 'hot' },
    ],
    [
      'proof_asked_of_registered',
      'field_invalid',
      'a proof asked for while no operator signature is: no contract is in that state',
      { 'operation.operatorSignature': null },
    ],
    ['quorums_empty', 'quorums_empty', 'no quorum', { 'operation.quorums': [] }, refusedBy('empty_quorum_numbers')],
    ['quorums_unordered', 'quorums_unordered', 'quorums 2, 0', quorums([2, 0]), refusedBy('unordered_quorums_2_0')],
    ['quorums_duplicate', 'quorums_unordered', 'quorum 0 twice', quorums([0, 0]), refusedBy('duplicate_quorums_0_0')],
    ['quorum_192', 'quorum_out_of_range', 'quorum 192, one above the highest', quorums([192])],
    ['quorum_256', 'quorum_out_of_range', 'quorum 256, which a byte does not hold', quorums([256])],
    ['quorum_negative', 'field_invalid', 'quorum -1', quorums([-1])],
    ['quorum_fraction', 'field_invalid', 'quorum 0.5', quorums([0.5])],
    ['quorum_string', 'field_invalid', 'a quorum as a string', quorums(['0'])],
    ['quorum_null', 'field_invalid', 'a quorum null', quorums([null])],
    [
      'socket_escape_code',
      'socket_unprintable',
      'an escape code that clears the screen',
      socket('\u001b[2J203.0.113.7:1'),
    ],
    ['socket_newline', 'socket_unprintable', 'a line break, to draw another screen', socket('203.0.113.7:1\nApproved')],
    ['socket_nul', 'socket_unprintable', 'a zero byte', socket('203.0.113.7:1\0')],
    ['socket_c1_control', 'socket_unprintable', 'the one-byte escape code U+009B', socket('\u009b2J203.0.113.7:1')],
    ['socket_bidi_override', 'socket_unprintable', 'a mark that reorders what follows', socket('\u202e7.311.0.302:1')],
    [
      'socket_bidi_isolate',
      'socket_unprintable',
      'an isolate of the other direction',
      socket('\u2067203.0.113.7:1\u2069'),
    ],
    ['socket_zero_width', 'socket_unprintable', 'a space of no width', socket('203.0.113.7\u200b:1')],
    ['socket_line_separator', 'socket_unprintable', 'a line separator', socket('203.0.113.7:1\u2028')],
    ['socket_lone_surrogate', 'socket_unprintable', 'half a character', socket('203.0.113.7:1\ud800')],
    ['socket_private_use', 'socket_unprintable', 'a private character', socket('203.0.113.7:1\ue000')],
    ['socket_tag', 'socket_unprintable', 'an invisible tag character', socket('203.0.113.7:1\u{e0041}')],
    ['socket_too_long', 'field_invalid', '513 characters', socket('s'.repeat(513))],
    ['fees_empty', 'field_invalid', 'no fee rung', { 'transaction.fees': [] }],
    ['fees_too_many', 'field_invalid', '17 fee rungs', { 'transaction.fees': ladder(RUNG, 17) }],
    ['fees_rung_null', 'field_invalid', 'a fee rung null', { 'transaction.fees': [null] }],
    ['fees_equal', 'fee_rungs_unordered', 'two equal rungs', { 'transaction.fees': [RUNG, RUNG] }],
    [
      'fees_falling',
      'fee_rungs_unordered',
      'the higher rung first',
      { 'transaction.fees': ladder(RUNG, 2).toReversed() },
    ],
    [
      'fees_below_10_percent',
      'fee_rungs_unordered',
      'one wei less than 10 % more',
      secondRung('2200000017', '1100000000'),
    ],
    [
      'fees_tip_below_10_percent',
      'fee_rungs_unordered',
      'a tip one wei less than 10 % more',
      secondRung('2200000018', '1099999999'),
    ],
    ['fee_priority_above_max', 'fee_priority_above_max', 'a tip one wei above the cap', priority('2000000017')],
    ['max_fee_beyond_2_256', 'field_invalid', 'a price of 2^256 wei', maxFee(`${2n ** 256n}`)],
    ['max_fee_79_digits', 'field_invalid', 'a price of 79 digits', maxFee('9'.repeat(79))],
    ['max_fee_negative', 'field_invalid', 'a negative price', maxFee('-2000000016')],
    ['max_fee_hex', 'field_invalid', 'a price in hex', maxFee('0x77359410')],
    ['max_fee_leading_zero', 'field_invalid', 'a price with a leading zero', maxFee('02000000016')],
    ['max_fee_plus', 'field_invalid', 'a price with a plus sign', maxFee('+2000000016')],
    ['max_fee_space', 'field_invalid', 'a price with a space before it', maxFee(' 2000000016')],
    ['max_fee_exponent', 'field_invalid', 'a price with an exponent', maxFee('2e9')],
    ['max_fee_fraction', 'field_invalid', 'a price with a fraction', maxFee('2000000016.0')],
    ['max_fee_grouped', 'field_invalid', 'a price with its digits in groups', maxFee('2,000,000,016')],
    ['max_fee_empty', 'field_invalid', 'an empty price', maxFee('')],
    ['gas_limit_too_low', 'gas_limit_out_of_range', 'one gas less than any transaction costs', gasLimit(20_999)],
    ['gas_limit_too_high', 'gas_limit_out_of_range', 'one gas more than EIP-7825 allows', gasLimit(16_777_217)],
    ['gas_limit_negative', 'field_invalid', 'a negative gas limit', gasLimit(-1)],
    ['nonce_negative', 'field_invalid', 'nonce -1', { 'transaction.nonce': -1 }],
    ['nonce_null', 'field_invalid', 'nonce null', { 'transaction.nonce': null }],
    ['nonce_beyond_2_53', 'field_invalid', 'nonce 2^53', { 'transaction.nonce': BEYOND }],
    ['extra_in_block', 'field_unknown', 'a field in block that no version has', { 'block.baseFeePerGas': '7' }],
    ['extra_in_operation', 'field_unknown', 'calldata beside the fields', { 'operation.calldata': '0xa50857bf' }],
    [
      'extra_in_operator_signature',
      'field_unknown',
      'a digest beside the fields',
      { 'operation.operatorSignature.digest': SALT },
    ],
    [
      'extra_in_pubkey_registration',
      'field_unknown',
      'a message point beside the fields',
      { 'operation.pubkeyRegistration.point': first.params.signature },
    ],
    [
      'extra_params_of_signer',
      'field_unknown',
      'a finished proof where one is asked for',
      { 'operation.pubkeyRegistration.params': first.params },
    ],
    ['extra_in_transaction', 'field_unknown', 'a value to send', { 'transaction.value': '1' }],
    ['extra_in_fees', 'field_unknown', 'a legacy gas price in a fee rung', { 'transaction.fees.0.gasPrice': '1' }],
  ]),
  ...jsonCases(ladderBase, [
    ['fees_price_not_decimal', 'field_invalid', 'the price of one rung of several is no number', maxFee('x')],
  ]),
]
