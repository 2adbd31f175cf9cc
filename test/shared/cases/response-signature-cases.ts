// Signatures of the operator key in a response: malformed ones, and good ones over something else.
// They are taken apart and put together again by plain arithmetic; what has to be signed anew is signed by ethers.
import { concat, getBytes, hashMessage } from 'ethers'
import type { Vector } from '../../support/vectors.ts'
import { jsonCases, refusedBy, type JsonRow } from './cases.ts'
import { edited } from '../../documents/canonical.ts'
import {
  acceptedResponse,
  avsDigest,
  calldataOf,
  registration,
  signedBy,
  transactionOf,
  type RequestJson,
} from '../../documents/documents.ts'
import { requests } from '../../documents/valid-requests.ts'
import { responses, type Response } from '../../documents/valid-responses.ts'

const { partial_ecdsa, register_contract_operator, register_three_rungs, register_valid: whole } = responses
const first = registration(1)
const second = registration(2)

/** The same document for edits that put a new signature in. */
const anew = (of: Response): Response => ({ ...of, source: `${of.source}; what is signed anew is signed by ethers` })

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const word = (value: bigint): string => value.toString(16).padStart(64, '0')
const parts = (signature: string): { r: bigint; s: bigint; v: number } => ({
  r: BigInt(signature.slice(0, 66)),
  s: BigInt(`0x${signature.slice(66, 130)}`),
  v: Number(`0x${signature.slice(130)}`),
})
const joined = (r: bigint, s: bigint, v: number): string => `0x${word(r)}${word(s)}${v.toString(16).padStart(2, '0')}`

/** What can be malformed in a signature; `why` says who else refuses it, by the defect's name. */
function signatureRows(
  path: string,
  name: string,
  signature: string,
  why: Readonly<Record<string, string | undefined>>,
): JsonRow[] {
  const { r, s, v } = parts(signature)
  const compact = `0x${word(r)}${word(s + (v === 28 ? 1n << 255n : 0n))}`
  const rows: (readonly [string, string, string])[] = [
    ['high_s', 's in the upper half of the order, v turned: the same again', joined(r, ORDER - s, 55 - v)],
    ['v_0_or_1', 'v as 0 or 1', joined(r, s, v - 27)],
    ['v_29', 'v of 29', joined(r, s, 29)],
    ['r_zero', 'r is 0', joined(0n, s, v)],
    ['s_zero', 's is 0', joined(r, 0n, v)],
    ['r_order', 'r is the order of the curve', joined(ORDER, s, v)],
    ['compact', '64 bytes of EIP-2098', compact],
    ['empty', 'no bytes', '0x'],
    ['long', '66 bytes', `${signature}00`],
    ['no_prefix', 'no 0x', signature.slice(2)],
    ['upper_case', 'hex in upper case', `0x${signature.slice(2).toUpperCase()}`],
  ]
  return rows.map(([defect, comment, value]) => [
    `${name}_${defect}`,
    'signature_malformed',
    comment,
    { [path]: value },
    why[defect],
  ])
}

/** Signatures of the operator that are well-formed and say something else. */
function operatorSignatures(): Vector[] {
  const request = first.request
  const wrong = 'operator_signature_wrong_signer'
  const { r, s, v } = parts(first.operatorSignature)
  const signs = (digest: string): Record<string, string> => ({ operatorSignature: signedBy(first.ecdsaSecret, digest) })
  const over = (edits: Readonly<Record<string, unknown>>): Record<string, string> =>
    signs(avsDigest(edited(request, edits)))
  const flavour = (version: string): Record<string, string> =>
    over({ 'operation.operatorSignature.domainVersion': version })
  const malformed = jsonCases(
    partial_ecdsa,
    signatureRows('operatorSignature', 'operator_signature', first.operatorSignature, {
      high_s: refusedBy('ecdsa_high_s'),
      v_0_or_1: refusedBy('ecdsa_v_0_1'),
      compact: `${refusedBy('ecdsa_compact_64')}, for an AVSDirectory since 1.3; M2 takes it`,
      empty: refusedBy('ecdsa_empty'),
    }),
  )
  const wellFormed = jsonCases(anew(partial_ecdsa), [
    [
      'signature_of_other_operator',
      wrong,
      "another operator's signature, true for that one",
      { operatorSignature: second.operatorSignature },
      refusedBy('wrong_ecdsa_signature_other_key'),
    ],
    [
      'signature_by_other_key',
      wrong,
      'the right message signed by another key',
      { operatorSignature: signedBy(second.ecdsaSecret, avsDigest(request)) },
      refusedBy('wrong_ecdsa_signature_other_key'),
    ],
    [
      'signature_v_turned',
      wrong,
      'v of 28 instead of 27: another signer recovers',
      { operatorSignature: joined(r, s, 55 - v) },
    ],
    [
      'signature_r_no_point',
      wrong,
      'r of 5, which is no x of a curve point: nobody recovers',
      { operatorSignature: joined(5n, s, v) },
    ],
    [
      'signature_domain_1',
      wrong,
      'signed over the domain with version "1"',
      flavour('1'),
      refusedBy('ecdsa_signature_domain_flavour_1'),
    ],
    [
      'signature_domain_1_dot',
      wrong,
      'signed over the domain with version "1."',
      flavour('1.'),
      refusedBy('ecdsa_signature_domain_flavour_1.'),
    ],
    [
      'signature_domain_v1',
      wrong,
      'signed over the domain with version "v1"',
      flavour('v1'),
      refusedBy('ecdsa_signature_domain_flavour_v1'),
    ],
    ['signature_other_chain', wrong, 'signed for mainnet', over({ chainId: 1 })],
    [
      'signature_other_directory',
      wrong,
      'signed for another AVSDirectory',
      over({
        'operation.operatorSignature.avsDirectory': registration(7).request.operation.operatorSignature?.avsDirectory,
      }),
    ],
    ['signature_other_expiry', wrong, 'signed with an expiry one second later', over({ expiry: request.expiry + 1 })],
    [
      'signature_other_salt',
      wrong,
      'signed with another salt',
      over({ 'operation.operatorSignature.salt': second.request.operation.operatorSignature?.salt }),
    ],
    [
      'signature_for_coordinator',
      wrong,
      'the RegistryCoordinator signed as the AVS',
      signs(avsDigest(request, { avs: request.operation.registryCoordinator })),
      refusedBy('ecdsa_signature_for_other_avs'),
    ],
    [
      'signature_personal',
      wrong,
      'the digest signed as a personal message (EIP-191)',
      signs(hashMessage(getBytes(avsDigest(request)))),
      refusedBy('ecdsa_personal_sign'),
    ],
  ])
  return [...malformed, ...wellFormed]
}

/** Transactions that are signed by somebody else, or over something else. */
function transactions(): Vector[] {
  const request = first.request
  const wrong = 'transaction_wrong_signer'
  const data = calldataOf(request, first.operatorSignature, first.params)
  const signature = whole.json.transactions?.[0] ?? ''
  const signs = (of: RequestJson, calldata: string, secret = first.ecdsaSecret): Record<string, string> => ({
    'transactions.0': signedBy(secret, transactionOf(of, calldata, 0).unsignedHash),
  })
  const over = (edits: Readonly<Record<string, unknown>>): Record<string, string> => {
    const other = edited(request, edits)
    return signs(other, calldataOf(other, first.operatorSignature, first.params))
  }
  const sending = transactionOf(request, data, 0)
  sending.value = 1
  const [low = '', middle = '', high = ''] = register_three_rungs.json.transactions ?? []
  return [
    ...jsonCases(
      whole,
      signatureRows('transactions.0', 'transaction', signature, { high_s: 'EIP-2: no node takes it' }),
    ),
    ...jsonCases(anew(whole), [
      [
        'transaction_by_other_key',
        wrong,
        'the right transaction signed by another key',
        signs(request, data, second.ecdsaSecret),
      ],
      [
        'transaction_of_other_operator',
        wrong,
        "the signature of another operator's transaction",
        { 'transactions.0': acceptedResponse(second).transactions?.[0] },
      ],
      [
        'transaction_other_socket',
        wrong,
        'signed over calldata with another socket',
        over({ 'operation.socket': '198.51.100.9:32005;32006' }),
      ],
      [
        'transaction_other_quorums',
        wrong,
        'signed over calldata with another quorum',
        over({ 'operation.quorums': [1] }),
      ],
      [
        'transaction_no_proof',
        wrong,
        'signed over calldata without the BLS proof',
        signs(request, calldataOf(request, first.operatorSignature, null)),
      ],
      [
        'transaction_appended_data',
        wrong,
        'signed over calldata with a byte more',
        signs(request, concat([data, '0x00'])),
      ],
      [
        'transaction_other_nonce',
        wrong,
        'signed with the next nonce',
        over({ 'transaction.nonce': sending.nonce + 1 }),
      ],
      [
        'transaction_other_gas',
        wrong,
        'signed with one gas more',
        over({ 'transaction.gasLimit': Number(sending.gasLimit) + 1 }),
      ],
      [
        'transaction_other_fee',
        wrong,
        'signed with a price one wei higher',
        over({ 'transaction.fees.0.maxFeePerGas': '2000000017' }),
      ],
      ['transaction_other_chain', wrong, 'signed for mainnet', over({ chainId: 1 })],
      [
        'transaction_other_target',
        wrong,
        'signed as a call of the ServiceManager',
        signs(edited(request, { 'operation.registryCoordinator': request.operation.serviceManager }), data),
      ],
      [
        'transaction_with_value',
        wrong,
        'signed with a value of one wei',
        { 'transactions.0': signedBy(first.ecdsaSecret, sending.unsignedHash) },
      ],
      ['transactions_empty', 'field_invalid', 'no transaction in the list', { transactions: [] }],
      ['transactions_null_inside', 'field_invalid', 'a transaction null', { transactions: [null] }],
      [
        'transactions_two_for_one',
        'transaction_count_wrong',
        'two transactions for one fee rung',
        { transactions: [signature, signature] },
      ],
      [
        'transaction_without_signature',
        'signature_missing',
        'a transaction without the operator signature that it carries',
        { operatorSignature: null },
      ],
      [
        'transaction_without_proof',
        'signature_missing',
        'a transaction without the BLS proof that it carries',
        { pubkeyRegistrationParams: null },
      ],
    ]),
    ...jsonCases(register_three_rungs, [
      [
        'transactions_one_for_three',
        'transaction_count_wrong',
        'one transaction for three fee rungs',
        { transactions: [low] },
      ],
      [
        'transactions_reversed',
        wrong,
        'the transactions of the fee rungs in falling order',
        { transactions: [high, middle, low] },
      ],
      [
        'transactions_one_twice',
        wrong,
        'the first transaction twice, the second not',
        { transactions: [low, low, high] },
      ],
    ]),
  ]
}

/** Signatures for an operator that is a contract, by another key than the one named. */
function signaturesForContract(): Vector[] {
  const wrong = 'operator_signature_wrong_signer'
  const request = requests.register_contract_operator.json
  return jsonCases(anew(register_contract_operator), [
    [
      'contract_signature_by_other_key',
      wrong,
      'the right message signed by another key than the signer named',
      { operatorSignature: signedBy(second.ecdsaSecret, avsDigest(request)) },
    ],
    [
      'contract_signature_of_signer',
      wrong,
      'the signature of the signer as an operator of its own',
      { operatorSignature: first.operatorSignature },
    ],
  ])
}

/** Signatures of a key that the request registers, by their form alone: what they have to say depends on the operation. */
const keySignatures = (): Vector[] =>
  jsonCases(whole, signatureRows('keySignature', 'key_signature', first.operatorSignature, {}))

/** Every vector about a signature of an ECDSA key. */
export const signatureCases = (): Vector[] => [
  ...operatorSignatures(),
  ...signaturesForContract(),
  ...keySignatures(),
  ...transactions(),
]
