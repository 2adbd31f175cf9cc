// The valid requests of vectors/requests, by name: a real answer each, or one with fields changed that leave it valid.
import type { Base } from '../shared/cases/cases.ts'
import { edited } from './canonical.ts'
import {
  ANCHOR,
  mainnet,
  type ClaimJson,
  registration,
  type Registration,
  type RequestJson,
  type Rung,
} from './documents.ts'

/** Six hours after the request of a known answer was built. */
export const CLOCK = '2099-12-25T06:00:00Z'
export const MAINNET_CLOCK = '2025-06-15T15:10:00Z'

const base = (
  from: Registration,
  edits: Readonly<Record<string, unknown>> = {},
  why = 'fields changed that leave it valid',
): Base & { json: RequestJson } => ({
  json: edited(from.request, edits),
  source: Object.keys(edits).length === 0 ? from.source : `${from.source}; ${why}`,
  against: CLOCK,
})

const takenBy = (outcome: string): string =>
  `the contract takes such a call: ${outcome} of vectors/devnet/registration-outcome.json`

/** A fee ladder: the rung that was mined, then each 10 % higher in both prices, rounded up. */
export function ladder(first: Rung, rungs: number): Rung[] {
  const up = (price: string): string => `${(BigInt(price) * 11n + 9n) / 10n}`
  return Array.from({ length: rungs - 1 }).reduce<Rung[]>(
    (all) => {
      const { maxFeePerGas, maxPriorityFeePerGas } = all.at(-1) ?? first
      return [...all, { maxFeePerGas: up(maxFeePerGas), maxPriorityFeePerGas: up(maxPriorityFeePerGas) }]
    },
    [first],
  )
}

const first = registration(1)
export const RUNG: Rung = { maxFeePerGas: '2000000016', maxPriorityFeePerGas: '1000000000' }
const proof = { from: 'request', params: first.params }

/** Any contract will do for an operator: an ERC-1271 wallet, whose owner is the operator of the known answer. */
export const CONTRACT = '0x53A5C6E5a5AAC10f9DA0dE9A8A2eD66F76Fa6f06'

/** Somebody who would be removed: any address and any stakes will do. */
export const removal = (quorum: number): ClaimJson => ({
  claim: 'removed',
  operator: registration(2).request.operation.operator,
  ownStake: '51000000000000000000',
  quorum,
  stake: '50000000000000000001',
})

/** Valid requests by name. */
export const requests = {
  register_valid: base(first),
  register_two_quorums: base(registration(3)),
  register_domain_1: base(registration(7)),
  register_domain_1_dot: base(registration(10)),
  register_domain_v1: base(first, { 'operation.operatorSignature.domainVersion': 'v1' }),
  register_socket_empty: base(registration(4)),
  register_socket_unicode: base(registration(6)),
  register_operator_id: base(first, { 'operation.pubkeyRegistration.operatorId': first.operatorId }),
  register_operator_id_other: base(first, { 'operation.pubkeyRegistration.operatorId': registration(2).operatorId }),
  register_proof_carried: base(first, { 'operation.pubkeyRegistration': proof }),
  register_three_rungs: base(first, { 'transaction.fees': ladder(RUNG, 3) }),
  register_again: base(first, { 'operation.pubkeyRegistration': null }, takenBy('reregister_zero_bls_params_ok')),
  register_add_quorum: base(
    first,
    { 'operation.operatorSignature': null, 'operation.pubkeyRegistration': null, 'operation.quorums': [1] },
    takenBy('add_quorum_ignores_signature_ok'),
  ),
  register_anchored: base(first, { anchors: [ANCHOR, { ...ANCHOR, entry: 2 ** 40, ledger: 'ffffffffffffffff' }] }),
  register_contract_operator: base(first, {
    'operation.operator': CONTRACT,
    'operation.operatorSignature.signer': { address: first.request.operation.operator, signs: 'digest' },
    'operation.pubkeyRegistration': null,
    transaction: null,
  }),
  register_safe_operator: base(first, {
    'operation.operator': CONTRACT,
    'operation.operatorSignature.signer': { address: first.request.operation.operator, signs: 'safe-message' },
    'operation.pubkeyRegistration': null,
    transaction: null,
  }),
  register_no_transaction: base(first, { transaction: null }),
  register_code: base(first, { code: 'c0dec0dec0dec0de' }),
  register_claimed: base(first, { claims: [removal(0)] }),
  register_claimed_unnamed: base(registration(3), { claims: [removal(0), { ...removal(1), operator: null }] }),
  register_mainnet: { json: mainnet.request, source: mainnet.source, against: MAINNET_CLOCK },
} satisfies Record<string, Base>
export type RequestName = keyof typeof requests

/** What each is. */
export const requestComments: Readonly<Record<RequestName, string>> = {
  register_valid: 'a first registration, both signatures asked for; the domain has no version',
  register_two_quorums: 'a registration for two quorums',
  register_domain_1: 'a domain with version "1"',
  register_domain_1_dot: 'a domain with version "1."',
  register_domain_v1: 'a domain with version "v1"',
  register_socket_empty: 'an empty socket, which the contract takes',
  register_socket_unicode: 'a socket beyond ASCII, which the contract takes',
  register_operator_id: 'the operator id says which BLS key is meant',
  register_operator_id_other: 'the operator id of another BLS key, as hot may ask for',
  register_proof_carried: 'the BLS proof was made before and comes with the request',
  register_three_rungs: 'three fee rungs, each just enough above the one before it',
  register_again: 'registering again: the contract knows the BLS key and ignores a proof',
  register_add_quorum: 'one more quorum: the contract checks neither signature',
  register_anchored: 'the online machine knows two ledgers that signed for this operator',
  register_contract_operator:
    'the operator is a contract: its owner signs in its stead, and its own wallet makes the call; the BLS key is bound already',
  register_safe_operator: 'the operator is a Safe: its owner signs the message of the Safe that holds the digest',
  register_no_transaction: 'the two messages alone: the operator makes the call elsewhere',
  register_code: 'with what the contracts ran when they were read',
  register_claimed: 'the online machine says who would be removed from a full quorum',
  register_claimed_unnamed: 'two full quorums; of one the registries do not say who would be removed',
  register_mainnet: 'EigenDA on mainnet, all contracts known to the catalogue',
}
