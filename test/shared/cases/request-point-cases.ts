// Proofs that come with a request: words that are no point, and points that prove something else.
import type { Vector } from '../../support/vectors.ts'
import { jsonCases, refusedBy, type Base, type JsonRow } from './cases.ts'
import { registration, type Params } from '../../documents/documents.ts'

/** The field prime of BN254. */
export const PRIME = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n

const ZERO = `0x${'0'.repeat(64)}`
const word = (value: bigint): string => `0x${value.toString(16).padStart(64, '0')}`
const plus = (text: string, more: bigint): string => word(BigInt(text) + more)

/** On the curve of G2 and not in its subgroup. */
export const OFF_SUBGROUP: Params['publicKeyG2'] = [
  [
    '0x1382cd45e5674247f9c900b5c6f6cabbc189c2fabe2df0bf5acd84c97818f508',
    '0x1246178655ab8f2f26956b189894b7eb93cd4215b9937e7969e44305f80f521e',
  ],
  [
    '0x08331c0a261a74e7e75db1232956663cbc88110f726159c5cba1857ecd03fa64',
    '0x1fbf8045ce3e79b5cde4112d38bcd0efbdb1295d2eefdf58151ae309d7ded7db',
  ],
]
const BESU =
  'the point is that of compute_invalidPointsOutsideSubgroupG2 in AltBN128PairingPrecompiledContractTest of hyperledger/besu@5023444'

/** The negated point, which signs nothing. */
export const negated = ([x, y]: Params['signature']): Params['signature'] => [x, word(PRIME - BigInt(y))]

/**
 * What can be wrong with the words of a proof; the same list for a request that carries one and for a response.
 *
 * @param path where the proof stands in the document
 * @param name put before each vector's name
 */
export function wordRows(path: string, name: string): JsonRow[] {
  const { publicKeyG1: g1, publicKeyG2: g2, signature } = registration(1).params
  const [[x1, x0], [y1, y0]] = g2
  const off = 'point_not_on_curve'
  return [
    [
      `${name}_signature_off_curve`,
      off,
      'Y of the signature one higher',
      { [`${path}.signature.1`]: plus(signature[1], 1n) },
      refusedBy('bls_signature_not_on_curve'),
    ],
    [
      `${name}_signature_infinity`,
      'point_infinity',
      'the signature is (0, 0)',
      { [`${path}.signature`]: [ZERO, ZERO] },
      refusedBy('bls_signature_infinity'),
    ],
    [
      `${name}_signature_not_reduced`,
      off,
      'X of the signature with the field prime added: a second spelling',
      { [`${path}.signature.0`]: plus(signature[0], PRIME) },
    ],
    [
      `${name}_signature_three_words`,
      'field_invalid',
      'a signature of three words',
      { [`${path}.signature`]: [...signature, ZERO] },
    ],
    [`${name}_signature_not_hex`, 'field_invalid', 'a word that is no hex', { [`${path}.signature.0`]: 'x' }],
    [
      `${name}_key_g2_not_hex`,
      'field_invalid',
      'a word of the G2 key that is no hex',
      { [`${path}.publicKeyG2.1.0`]: '0xzz' },
    ],
    [
      `${name}_signature_short_word`,
      'field_invalid',
      'a word of 31 bytes',
      { [`${path}.signature.0`]: signature[0].slice(0, -2) },
    ],
    [`${name}_key_g1_off_curve`, off, 'X of the G1 key one higher', { [`${path}.publicKeyG1.0`]: plus(g1[0], 1n) }],
    [
      `${name}_key_g1_infinity`,
      'point_infinity',
      'the G1 key is (0, 0)',
      { [`${path}.publicKeyG1`]: [ZERO, ZERO] },
      refusedBy('zero_g1_pubkey'),
    ],
    [
      `${name}_key_g1_not_reduced`,
      off,
      'Y of the G1 key with the field prime added',
      { [`${path}.publicKeyG1.1`]: plus(g1[1], PRIME) },
    ],
    [
      `${name}_key_g2_swapped`,
      off,
      'real parts of the G2 key first',
      {
        [`${path}.publicKeyG2`]: [
          [x0, x1],
          [y0, y1],
        ],
      },
      refusedBy('g2_coordinates_swapped_c0_c1'),
    ],
    [
      `${name}_key_g2_off_curve`,
      off,
      'one coordinate of the G2 key one higher',
      { [`${path}.publicKeyG2.1.1`]: plus(y0, 1n) },
    ],
    [
      `${name}_key_g2_infinity`,
      'point_infinity',
      'the G2 key is all zeros',
      {
        [`${path}.publicKeyG2`]: [
          [ZERO, ZERO],
          [ZERO, ZERO],
        ],
      },
    ],
    [
      `${name}_key_g2_not_reduced`,
      off,
      'one coordinate of the G2 key with the field prime added',
      { [`${path}.publicKeyG2.0.0`]: plus(x1, PRIME) },
    ],
    [
      `${name}_key_g2_off_subgroup`,
      'point_not_in_subgroup',
      'a G2 key on the curve and not in the subgroup',
      { [`${path}.publicKeyG2`]: OFF_SUBGROUP },
      BESU,
    ],
    [
      `${name}_key_g2_flat`,
      'field_invalid',
      'the G2 key as four words in one list',
      { [`${path}.publicKeyG2`]: g2.flat() },
    ],
  ]
}

/** Requests with a proof that is none, or that proves something else. */
export function pointCases(base: Base): Vector[] {
  const path = 'operation.pubkeyRegistration.params'
  const [own, other, elsewhere] = [registration(1).params, registration(2).params, registration(7).params]
  return [
    ...jsonCases(base, wordRows(path, 'carried')),
    ...jsonCases(base, [
      [
        'carried_for_other_operator',
        'bls_proof_invalid',
        "another operator's proof, true for that one",
        { [path]: other },
        refusedBy('bls_signature_for_other_operator_address'),
      ],
      [
        'carried_for_other_coordinator',
        'bls_proof_invalid',
        'the proof of this operator and key at another RegistryCoordinator',
        { [path]: elsewhere },
      ],
      [
        'carried_signature_negated',
        'bls_proof_invalid',
        'the negated signature',
        { [`${path}.signature`]: negated(own.signature) },
        refusedBy('bls_signature_negated'),
      ],
      [
        'carried_signature_of_other_key',
        'bls_proof_invalid',
        "another operator's signature under this operator's keys",
        { [`${path}.signature`]: other.signature },
        refusedBy('wrong_bls_signature'),
      ],
      [
        'carried_keys_of_two_secrets',
        'bls_proof_invalid',
        "another operator's G2 key beside this one's G1 key",
        { [`${path}.publicKeyG2`]: other.publicKeyG2 },
        refusedBy('g1_g2_mismatch'),
      ],
      [
        'carried_extra',
        'field_unknown',
        'a field in the proof that no version has',
        { [`${path}.operatorId`]: registration(1).operatorId },
      ],
      [
        'carried_operator_id',
        'field_unknown',
        'an operator id beside a carried proof',
        { 'operation.pubkeyRegistration.operatorId': null },
      ],
    ]),
  ]
}
