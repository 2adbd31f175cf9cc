// One thing to say about a request, at one of three levels, as a sentence with its consequence.
import type { Code } from './errors.ts'

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
  'proof_carried',
  'signed_for_contract',
  'transaction_never_expires',
  'bls_key_permanent',
  'socket_ignored',
  'duties_until_mined',
  'nonce_replaced',
  'nonce_shared',
  'registration_repeated',
  'history_missing',
  'network_unknown',
  'anchor_older',
  'code_changed',
  'code_unread',
  'implementation_unexpected',
] as const
export type FindingCode = (typeof findingCodes)[number]

export type Finding =
  | { readonly level: 'note' | 'warning'; readonly code: FindingCode; readonly message: string }
  | { readonly level: 'refusal'; readonly code: Code; readonly message: string; readonly hint: string }

/** The hint of most refusals. */
export const buildAgain = (flags = ''): string =>
  `build the request again with \`airlock-hot build ${OPERATION}${flags}\``

/** Stands in a hint for the name of the request's operation. */
const OPERATION = 'OPERATION'

/** A finding whose hint names the operation that is to be built again. */
export const buildingAgain = (finding: Finding, kind: string): Finding =>
  finding.level === 'refusal' ? { ...finding, hint: finding.hint.replace(OPERATION, kind) } : finding

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
