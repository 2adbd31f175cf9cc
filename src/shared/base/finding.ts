// What is said about a request: a line of its review, and a finding, at one of three levels, as a sentence with its consequence.
import type { Code } from './error-codes.ts'

/** Words for notes and warnings; refusals use the codes of errors.ts. */
export const findingCodes = [
  'avs_unknown',
  'contract_unknown',
  'address_elsewhere',
  'chain_unknown',
  'chain_retired',
  'clock_behind',
  'request_old',
  'expiry_far',
  'domain_version_unexpected',
  'fee_high',
  'gas_limit_unusual',
  'salt_guessable',
  'socket_unusual',
  'socket_private',
  'socket_undialable',
  'proof_carried',
  'signed_for_contract',
  'transaction_never_expires',
  'bls_key_permanent',
  'socket_ignored',
  'duties_until_mined',
  'nonce_replaced',
  'nonce_shared',
  'key_permanent',
  'key_not_freed',
  'key_needed_again',
  'signing_power',
  'signing_key_is_operator',
  'signing_key_unproven',
  'signing_key_at_once',
  'signing_key_stays',
  'proof_never_expires',
  'bls_key_bound',
  'sets_slashable',
  'slashable_after_leaving',
  'allocations_stay',
  'allocation_slashable',
  'allocation_falls',
  'allocation_delay_none',
  'allocation_delay_long',
  'allocation_delay_waits',
  'registration_repeated',
  'history_missing',
  'network_unknown',
  'anchor_older',
  'churn_approver_contract',
  'deadline_short',
  'churn_judged_when_mined',
  'socket_takes_effect',
  'salt_cancelled',
  'sent_for_operator',
  'operator_for_ever',
  'delegation_open',
  'approver_is_operator',
  'approver_power',
  'window_only_grows',
  'earnings_receiver_foreign',
  'allocation_delay',
  'metadata_uri_unusual',
  'metadata_not_checked',
  'appointee_power',
  'appointee_permission',
  'appointee_is_operator',
  'permission_unknown',
  'permission_unlimited',
  'permission_until_mined',
  'admin_power',
  'operator_loses_rights',
  'operator_keeps_rights',
  'code_changed',
  'code_unread',
  'implementation_unexpected',
] as const
export type FindingCode = (typeof findingCodes)[number]

export type Finding =
  | { readonly level: 'note' | 'warning'; readonly code: FindingCode; readonly message: string }
  | { readonly level: 'refusal'; readonly code: Code; readonly message: string; readonly hint: string }

/** A line of the review; a value too long for its line goes below the label. */
export type ReviewLine = readonly [label: string, value: string]

/** Stands in a hint for the command that builds a request of this kind. */
const ANOTHER = '`BUILD-ANOTHER`'

/** Stands in a hint for the command that builds this very request again. */
const SAME = 'BUILD-AGAIN'

/** The hint of most refusals: what was wrong is not repeated, so the command has a word for each value. */
export const buildAgain = (): string => `build the request again with ${ANOTHER}`

/** The hint where what was asked for is right: the command has its values, and flags that mend the rest. */
export const buildSame = (flags: string): string => `build the request again with \`${SAME} ${flags}\``

/** The commands of a request. */
export interface BuildCommands {
  readonly another: string
  readonly same: string
}

/** A finding whose hint has the command of its request. */
export const buildingAgain = (finding: Finding, { another, same }: BuildCommands): Finding =>
  finding.level === 'refusal'
    ? { ...finding, hint: finding.hint.replace(ANOTHER, () => another).replace(SAME, () => same) }
    : finding

/** Worth knowing. */
export const note = (code: FindingCode, message: string): Finding => ({ level: 'note', code, message })
/** To be typed away by the person. */
export const warning = (code: FindingCode, message: string): Finding => ({ level: 'warning', code, message })
/** Not to be signed. */
export const refuse = (code: Code, message: string, hint: string): Finding => ({
  level: 'refusal',
  code,
  message,
  hint,
})
/** A list of one finding when it holds, else of none. */
export const when = (holds: boolean, finding: () => Finding): Finding[] => (holds ? [finding()] : [])
