// The vectors of vectors/responses: valid responses, and each way of being refused but by a signature of the operator key.
import type { Vector } from '../../support/vectors.ts'
import { fieldRows, jsonCases, refusedBy, spellings, textCases, valid, type Field } from './cases.ts'
import { bytesOf, digestOf, edited } from '../../documents/canonical.ts'
import { ANCHOR, calldataOf, registration, type AnchorJson } from '../../documents/documents.ts'
import { negated, wordRows } from './request-point-cases.ts'
import { signatureCases } from './response-signature-cases.ts'
import { requests } from '../../documents/valid-requests.ts'
import { responseComments, responses, type Response, type ResponseName } from '../../documents/valid-responses.ts'

const first = registration(1)
const second = registration(2)
const { partial_bls, register_valid: whole } = responses

const LATER = { ...ANCHOR, entry: ANCHOR.entry + 1 }
const EARLIER_LEDGER = { ...ANCHOR, ledger: '0ed9e41ed9e41ed9' }
/** Entry 3 of so many ledgers, in their order. */
const ledgers = (count: number): AnchorJson[] =>
  Array.from({ length: count }, (_, index) => ({ ...ANCHOR, ledger: `${index + 1}`.repeat(16) }))

const fields: readonly Field[] = [
  ['anchors', 'anchors', {}],
  ['anchors.0.entry', 'anchor_entry', '3'],
  ['anchors.0.hash', 'anchor_hash', null],
  ['anchors.0.ledger', 'anchor_ledger', 1],
  ['keySignature', 'key_signature', 1],
  ['operatorSignature', 'operator_signature', 1],
  ['pubkeyRegistrationParams', 'params', 'none'],
  ['pubkeyRegistrationParams.publicKeyG1', 'params_key_g1', first.params.publicKeyG1.join('')],
  ['pubkeyRegistrationParams.publicKeyG2', 'params_key_g2', first.params.publicKeyG2.flat().join('')],
  ['pubkeyRegistrationParams.signature', 'params_signature', null],
  ['requestDigest', 'request_digest', null],
  ['transactions', 'transactions', first.rawTransaction],
]

/** Proofs that are no points, or prove something else. */
function proofs(): Vector[] {
  const path = 'pubkeyRegistrationParams'
  const [own, other, elsewhere] = [first.params, second.params, registration(7).params]
  const named: Response = {
    ...partial_bls,
    json: edited(partial_bls.json, { requestDigest: digestOf(bytesOf(requests.register_operator_id_other.json)) }),
    against: 'register_operator_id_other',
  }
  return [
    ...jsonCases(partial_bls, wordRows(path, 'params')),
    ...jsonCases(partial_bls, [
      [
        'params_of_other_operator',
        'bls_signature_invalid',
        "another operator's proof, true for that one",
        { [path]: other },
        refusedBy('bls_signature_for_other_operator_address'),
      ],
      [
        'params_for_other_coordinator',
        'bls_signature_invalid',
        'the proof of this operator and key at another RegistryCoordinator',
        { [path]: elsewhere },
      ],
      [
        'params_signature_negated',
        'bls_signature_invalid',
        'the negated signature',
        { [`${path}.signature`]: negated(own.signature) },
        refusedBy('bls_signature_negated'),
      ],
      [
        'params_signature_of_other_key',
        'bls_signature_invalid',
        "another operator's signature under this operator's keys",
        { [`${path}.signature`]: other.signature },
        refusedBy('wrong_bls_signature'),
      ],
      [
        'params_signature_is_key',
        'bls_signature_invalid',
        'the G1 key for the signature: the secret times the wrong point',
        { [`${path}.signature`]: own.publicKeyG1 },
        refusedBy('bls_signature_over_wrong_message'),
      ],
      [
        'params_keys_of_two_secrets',
        'bls_key_mismatch',
        "another operator's G2 key beside this one's G1 key",
        { [`${path}.publicKeyG2`]: other.publicKeyG2 },
        refusedBy('g1_g2_mismatch'),
      ],
      [
        'params_key_g1_of_other',
        'bls_key_mismatch',
        "another operator's G1 key beside this one's G2 key",
        { [`${path}.publicKeyG1`]: other.publicKeyG1 },
        refusedBy('g1_g2_mismatch'),
      ],
    ]),
    ...jsonCases(named, [
      [
        'params_of_other_operator_id',
        'bls_operator_id_wrong',
        'a true proof by another BLS key than the request names',
        {},
      ],
    ]),
  ]
}

/** Responses to another request, and parts that were not asked for. */
function bindings(): Vector[] {
  const digest = whole.json.requestDigest
  const foreign = digestOf(bytesOf(requests.register_two_quorums.json))
  return [
    ...jsonCases(whole, [
      [
        'request_digest_other',
        'response_for_other_request',
        'the digest of another request',
        { requestDigest: foreign },
      ],
      ['anchors_null', 'field_invalid', 'null where the response is recorded in no ledger', { anchors: null }],
      ['anchors_one', 'field_invalid', 'an anchor that stands in no list', { anchors: ANCHOR }],
      ['anchors_of_one_ledger', 'field_invalid', 'two entries of one ledger', { anchors: [ANCHOR, LATER] }],
      ['anchors_descending', 'field_invalid', 'two ledgers in falling order', { anchors: [ANCHOR, EARLIER_LEDGER] }],
      ['anchors_nine', 'field_invalid', 'nine ledgers', { anchors: ledgers(9) }],
      ['anchor_entry_zero', 'field_invalid', 'entry 0', { 'anchors.0.entry': 0 }],
      ['anchor_hash_whole', 'field_invalid', 'a hash of 32 bytes', { 'anchors.0.hash': 'a9c0'.repeat(16) }],
      ['anchor_ledger_short', 'field_invalid', 'a ledger of 7 bytes', { 'anchors.0.ledger': '1ed9e41ed9e41e' }],
      ['request_digest_of_file_0x', 'field_invalid', 'a digest with 0x', { requestDigest: `0x${digest}` }],
      ['request_digest_upper_case', 'field_invalid', 'a digest in upper case', { requestDigest: digest.toUpperCase() }],
      ['request_digest_short', 'field_invalid', 'a digest of 31 bytes', { requestDigest: digest.slice(2) }],
      [
        'request_digest_space',
        'field_invalid',
        'a digest and the file name, as sha256sum prints them',
        { requestDigest: `${digest}  request.json` },
      ],
      [
        'extra_echo',
        'field_unknown',
        'calldata echoed',
        { calldata: calldataOf(first.request, first.operatorSignature, first.params) },
      ],
      [
        'extra_in_params',
        'field_unknown',
        'a field in the proof that no version has',
        { 'pubkeyRegistrationParams.operatorId': first.operatorId },
      ],
    ]),
    ...jsonCases(whole, [
      [
        'nothing_signed',
        'signature_missing',
        'no signature at all',
        { operatorSignature: null, pubkeyRegistrationParams: null, transactions: null },
      ],
    ]),
    ...jsonCases({ ...whole, against: 'register_operator_id' }, [
      ['request_rebuilt', 'response_for_other_request', 'the request was built again since, with one field more', {}],
    ]),
    ...jsonCases({ ...whole, against: 'register_two_quorums' }, [
      ['request_of_other_operator', 'response_for_other_request', "another operator's request", {}],
    ]),
    ...jsonCases(responses.register_again, [
      [
        'unasked_proof',
        'signature_unasked',
        'a proof that the contract ignores',
        { pubkeyRegistrationParams: first.params },
      ],
    ]),
    ...jsonCases(whole, [
      [
        'unasked_key_signature',
        'signature_unasked',
        'a signature of an ECDSA key that the request does not register',
        { keySignature: first.operatorSignature },
      ],
    ]),
    ...jsonCases(responses.register_no_transaction, [
      [
        'unasked_transaction',
        'signature_unasked',
        'a transaction, where the operator makes the call elsewhere',
        { transactions: whole.json.transactions },
      ],
    ]),
    ...jsonCases(responses.register_add_quorum, [
      [
        'unasked_operator_signature',
        'signature_unasked',
        'an operator signature that the contract ignores',
        { operatorSignature: first.operatorSignature },
      ],
    ]),
    ...jsonCases(responses.register_proof_carried, [
      [
        'unasked_proof_carried',
        'signature_unasked',
        'the proof echoed that the request carried',
        { pubkeyRegistrationParams: first.params },
      ],
    ]),
    ...textCases(whole, [
      [
        'digest_twice',
        'document_not_canonical',
        'the request digest given twice',
        `"requestDigest": "${digest}"`,
        `"requestDigest": "${foreign}",\n  "requestDigest": "${digest}"`,
      ],
      ['request_digest_edited', 'document_checksum_wrong', 'another digest pasted in by hand', digest, foreign],
      [
        'extra_proto',
        'field_unknown',
        'a field named __proto__',
        '"requestDigest"',
        '"__proto__": {},\n  "requestDigest"',
      ],
    ]),
  ]
}

/** Every vector of vectors/responses. */
export const responseVectors: readonly Vector[] = [
  ...Object.entries(responses).map(([name, of]) => valid(name, responseComments[name as ResponseName], of)),
  ...spellings(whole, 'response', bytesOf(first.request)),
  ...jsonCases(whole, fieldRows(fields)),
  ...signatureCases(),
  ...proofs(),
  ...bindings(),
]
