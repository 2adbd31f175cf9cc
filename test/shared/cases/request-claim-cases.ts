// Requests whose claims are out of range or order, or contradict the operation beside them.
import type { Vector } from '../../support/vectors.ts'
import { coordinatorRequests } from '../../documents/coordinator-requests.ts'
import { registration } from '../../documents/documents.ts'
import { setsRequests } from '../../documents/sets-requests.ts'
import { removal, requests } from '../../documents/valid-requests.ts'
import { jsonCases, type JsonRow } from './cases.ts'

const { operator } = registration(1).request.operation
const one = removal(0)
const claims = (...list: unknown[]): Readonly<Record<string, unknown>> => ({ claims: list })
const field = (name: string, value: unknown): Readonly<Record<string, unknown>> => ({ [`claims.0.${name}`]: value })

const formed: readonly JsonRow[] = [
  ['claims_null', 'field_invalid', 'null where a list is expected', { claims: null }],
  ['claim_in_no_list', 'field_invalid', 'a claim that stands in no list', { claims: one }],
  ['claim_null', 'field_invalid', 'a claim null', claims(null)],
  ['claim_unknown', 'field_invalid', 'a claim that no version has', field('claim', 'harmless')],
  ['claim_of_every_object', 'field_invalid', 'a claim named constructor', field('claim', 'constructor')],
  ['claim_text_beside', 'field_unknown', 'a sentence beside the numbers', field('note', 'safe to sign\u001b[2J')],
  ['claim_operator_zero_x', 'field_invalid', 'an operator 0x', field('operator', '0x')],
  [
    'claim_operator_lower_case',
    'address_checksum',
    'an operator in lower case',
    field('operator', one.operator?.toLowerCase()),
  ],
  ['claim_quorum_negative', 'field_invalid', 'quorum -1', field('quorum', -1)],
  ['claim_quorum_fraction', 'field_invalid', 'quorum 0.5', field('quorum', 0.5)],
  ['claim_stake_number', 'field_invalid', 'a stake that is a JSON number', field('stake', 50)],
  ['claim_stake_negative', 'field_invalid', 'a negative stake', field('stake', '-1')],
  ['claim_stake_leading_zero', 'field_invalid', 'a stake with a leading zero', field('stake', '050')],
  ['claim_stake_2_96', 'field_invalid', 'a stake of 2^96, beyond a uint96', field('stake', `${2n ** 96n}`)],
  ['claim_own_stake_2_96', 'field_invalid', 'an own stake of 2^96', field('ownStake', `${2n ** 96n}`)],
  ['claims_too_many', 'field_invalid', '193 claims', claims(...Array.from({ length: 193 }, (_, at) => removal(at)))],
  ['claims_duplicate', 'field_invalid', 'one quorum twice', claims(one, one)],
  ['claims_same_quorum', 'field_invalid', 'two operators for one place', claims(one, { ...one, operator: null })],
]

const contradicting: readonly JsonRow[] = [
  ['claim_quorum_not_entered', 'field_invalid', 'a quorum that the operation does not enter', field('quorum', 1)],
  [
    'claim_operator_itself',
    'field_invalid',
    'the operator that registers would be removed',
    field('operator', operator),
  ],
]

const ofApproval: readonly JsonRow[] = [
  [
    'claim_operator_not_approved',
    'field_invalid',
    'another operator than the churn approval names',
    field('operator', one.operator),
  ],
  ['claim_operator_not_named', 'field_invalid', 'nobody, where the churn approval names one', field('operator', null)],
]

const ofSets: readonly JsonRow[] = [
  ['claim_set_operator_not_named', 'field_invalid', 'nobody, where the approval names one', field('operator', null)],
]

/** Each claim that no online machine makes. */
export const claimCases: readonly Vector[] = [
  ...jsonCases(requests.register_claimed, [...formed, ...contradicting]),
  ...jsonCases(requests.register_claimed_unnamed, [
    ['claims_unordered', 'field_invalid', 'the later quorum first', claims(removal(1), one)],
  ]),
  ...jsonCases(coordinatorRequests.register_with_churn_claimed, ofApproval),
  ...jsonCases(coordinatorRequests.deregister, [
    ['claim_of_deregister', 'field_invalid', 'somebody removed where the operator leaves', claims(one)],
  ]),
  ...jsonCases(setsRequests.register_for_operator_sets, [
    ['claim_without_approval', 'field_invalid', 'a set that takes nobody in the place of others', claims(one)],
  ]),
  ...jsonCases(setsRequests.register_for_operator_sets_churn_claimed, ofSets),
]
