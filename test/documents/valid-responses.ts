// The valid responses of vectors/responses, by name, whole and partial.
import type { Base } from '../shared/cases/cases.ts'
import { bytesOf, digestOf, edited } from './canonical.ts'
import {
  ANCHOR,
  acceptedResponse,
  mainnet,
  registration,
  responseTo,
  type Registration,
  type ResponseJson,
} from './documents.ts'
import { requests, type RequestName } from './valid-requests.ts'

/** A response, and the name of its request. */
export type Response = Base & { readonly json: ResponseJson }

const BY_ETHERS = 'what no chain has accepted is encoded and signed by ethers with the same keys'

const mined = (against: RequestName, from: Registration): Response => ({
  json: acceptedResponse(from),
  source: from.source,
  against,
})

const made = (against: RequestName, from: Registration): Response => ({
  json: responseTo(from, requests[against].json),
  source: `${requests[against].source}; ${BY_ETHERS}`,
  against,
})

const changed = (of: Response, edits: Readonly<Record<string, unknown>>, against: string = of.against): Response => ({
  ...of,
  json: edited(of.json, edits),
  against,
})

const first = registration(1)
const whole = mined('register_valid', first)

/** Valid responses by name. */
export const responses = {
  register_valid: whole,
  register_two_quorums: mined('register_two_quorums', registration(3)),
  register_domain_1: mined('register_domain_1', registration(7)),
  register_domain_1_dot: mined('register_domain_1_dot', registration(10)),
  register_socket_empty: mined('register_socket_empty', registration(4)),
  register_socket_unicode: mined('register_socket_unicode', registration(6)),
  register_domain_v1: made('register_domain_v1', first),
  register_operator_id: made('register_operator_id', first),
  register_proof_carried: made('register_proof_carried', first),
  register_three_rungs: made('register_three_rungs', first),
  register_again: made('register_again', first),
  register_add_quorum: made('register_add_quorum', first),
  register_contract_operator: made('register_contract_operator', first),
  register_safe_operator: made('register_safe_operator', first),
  register_no_transaction: changed(
    whole,
    {
      requestDigest: digestOf(bytesOf(requests.register_no_transaction.json)),
      transactions: null,
    },
    'register_no_transaction',
  ),
  register_code: made('register_code', first),
  register_mainnet: made('register_mainnet', mainnet),
  partial_bls: changed(whole, { operatorSignature: null, transactions: null }),
  partial_ecdsa: changed(whole, { pubkeyRegistrationParams: null, transactions: null }),
  no_ledger: changed(whole, { anchors: [] }),
  two_ledgers: changed(whole, { anchors: [{ ...ANCHOR, entry: 7, ledger: '0dd1ed9e40dd1ed9' }, ANCHOR] }),
} satisfies Record<string, Response>
export type ResponseName = keyof typeof responses

/** What each is. */
export const responseComments: Readonly<Record<ResponseName, string>> = {
  register_valid: 'all three parts, as the chain took them',
  register_two_quorums: 'all three parts, for two quorums',
  register_domain_1: 'all three parts, for a domain with version "1"',
  register_domain_1_dot: 'all three parts, for a domain with version "1."',
  register_socket_empty: 'all three parts, for an empty socket',
  register_socket_unicode: 'all three parts, for a socket beyond ASCII',
  register_domain_v1: 'all three parts, for a domain with version "v1"',
  register_operator_id: 'all three parts, by the BLS key that the request names',
  register_proof_carried: 'no proof, because the request carried it',
  register_three_rungs: 'a transaction for each of three fee rungs',
  register_again: 'no proof, because the contract knows the key',
  register_add_quorum: 'the transaction alone',
  register_safe_operator: 'the message of a Safe, by its owner',
  register_contract_operator: "the operator signature alone, by the contract's owner",
  register_no_transaction: 'both messages signed, and no transaction',
  register_code: 'all three parts',
  register_mainnet: 'all three parts, for EigenDA on mainnet',
  partial_bls: 'the BLS proof alone: the operator key is on another machine',
  partial_ecdsa: 'the operator signature alone: the BLS key is on another machine',
  no_ledger: 'all three parts, recorded in no ledger, as wallets sign',
  two_ledgers: 'all three parts, recorded in two ledgers',
}
