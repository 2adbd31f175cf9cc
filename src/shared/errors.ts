// Every way in which either program refuses, in one table: a code word and the exit code that goes with it.
//
// The code words are stable: scripts match them, docs/errors.md explains them, vectors expect them. The exit codes are
// those of docs/errors.md. A problem carries its own sentence (doing what, saw what, expected what) and a hint with
// the next command; a hostile string appears in it only through quote().

/** The exit codes, stable: a script may branch on them. */
export const exitCodes = {
  usage: 2,
  invalid: 3,
  policy: 4,
  declined: 5,
  chain: 6,
  reverted: 7,
  expired: 8,
  integrity: 9,
  frozen: 10,
  key: 11,
} as const

export type ExitClass = keyof typeof exitCodes

/** Code word to the class that gives its exit code. */
export const codes = {
  // The command line, and the paths on it.
  usage: 'usage',
  file_not_found: 'usage',
  file_is_folder: 'usage',
  file_unreadable: 'usage',
  output_exists: 'usage',
  output_unwritable: 'usage',
  no_terminal: 'usage',
  window_too_small: 'usage',

  // The journal of the online machine.
  journal_unknown: 'usage',
  journal_ambiguous: 'usage',
  journal_damaged: 'integrity',

  // The catalogue of AVSs.
  avs_name_unknown: 'usage',
  avs_not_on_chain: 'chain',
  avs_coordinator_unknown: 'usage',

  // A document as bytes.
  document_empty: 'invalid',
  document_too_large: 'invalid',
  document_not_text: 'invalid',
  document_not_json: 'invalid',
  document_kind_wrong: 'invalid',
  document_version_unsupported: 'invalid',
  document_not_canonical: 'invalid',
  document_checksum_wrong: 'invalid',

  // A document as pictures and codes.
  picture_invalid: 'invalid',
  picture_without_code: 'invalid',
  scan_incomplete: 'invalid',
  packed_invalid: 'invalid',
  packed_version_unsupported: 'invalid',

  // A document's fields, one by one.
  field_missing: 'invalid',
  field_unknown: 'invalid',
  field_invalid: 'invalid',
  address_checksum: 'invalid',
  quorums_empty: 'invalid',
  quorums_unordered: 'invalid',
  quorum_out_of_range: 'invalid',
  operator_sets_empty: 'invalid',
  operator_sets_unordered: 'invalid',
  operator_set_out_of_range: 'invalid',
  socket_unprintable: 'invalid',
  gas_limit_out_of_range: 'invalid',
  fee_priority_above_max: 'invalid',
  fee_rungs_unordered: 'invalid',
  point_not_on_curve: 'invalid',
  point_not_in_subgroup: 'invalid',
  point_infinity: 'invalid',
  signature_malformed: 'invalid',
  churn_approval_unreadable: 'invalid',
  settings_invalid: 'invalid',

  // A request as a whole, judged by the offline side.
  address_zero: 'invalid',
  addresses_collide: 'invalid',
  core_contract_foreign: 'invalid',
  contracts_mismatch: 'invalid',
  avs_kind_unsupported: 'invalid',
  expiry_too_far: 'invalid',
  fee_absurd: 'invalid',
  bls_proof_invalid: 'invalid',
  churn_approval_wrong_signer: 'invalid',
  churn_self: 'invalid',
  deadline_past: 'expired',
  nothing_asked: 'invalid',
  expiry_past: 'expired',

  // A response against its request.
  response_for_other_request: 'invalid',
  bundle_repeats: 'invalid',
  response_incomplete: 'invalid',
  signature_missing: 'invalid',
  signature_unasked: 'invalid',
  key_signature_wrong_signer: 'invalid',
  operator_signature_wrong_signer: 'invalid',
  transaction_wrong_signer: 'invalid',
  transaction_count_wrong: 'invalid',
  bls_key_mismatch: 'invalid',
  bls_signature_invalid: 'invalid',
  bls_operator_id_wrong: 'invalid',
  parts_conflict: 'invalid',

  // What a wallet answers.
  wallet_answer_invalid: 'invalid',
  wallet_answer_for_other: 'invalid',

  // A public key for the other machine.
  public_key_invalid: 'invalid',

  // A policy as a file.
  policy_file_invalid: 'invalid',
  policy_changed: 'policy',
  policy_unchanged: 'usage',
  yes_without_policy: 'usage',
  yes_not_covered: 'policy',

  // What a policy refuses.
  policy_network: 'policy',
  policy_operation: 'policy',
  policy_operator: 'policy',
  policy_sender: 'policy',
  policy_chain: 'policy',
  policy_avs: 'policy',
  policy_contracts: 'policy',
  policy_quorums: 'policy',
  policy_socket: 'policy',
  policy_expiry: 'policy',
  policy_fee: 'policy',
  policy_gas_price: 'policy',
  policy_gas_limit: 'policy',
  policy_rungs: 'policy',
  policy_bls_key: 'policy',
  policy_limits: 'policy',
  policy_hours: 'policy',
  // Approvals by a second person.
  approval_invalid: 'invalid',
  approval_for_other: 'invalid',
  approval_stranger: 'policy',
  approval_repeated: 'policy',
  approvals_missing: 'policy',
  approvals_unasked: 'usage',

  // The person, and the keys.
  declined: 'declined',
  interrupted: 'declined',
  key_file_invalid: 'key',
  key_file_wrong_kind: 'key',
  key_file_cost: 'key',
  key_missing: 'key',
  password_wrong: 'key',
  password_not_text: 'key',
  password_file_invalid: 'key',
  password_file_open_to_others: 'key',
  password_weak: 'key',
  password_differs: 'key',
  key_file_is_link: 'key',
  key_file_open_to_others: 'key',
  key_folder_open_to_others: 'key',
  key_file_not_reopened: 'key',
  key_index_invalid: 'key',
  key_not_expected: 'key',
  key_exists: 'key',
  secret_invalid: 'key',
  mnemonic_not_repeated: 'key',
  too_many_keys: 'key',
  backup_invalid: 'key',
  key_not_of_operator: 'key',
  key_not_of_request: 'key',
  key_file_public_key_differs: 'key',
  key_out_of_range: 'key',

  // New keys, and keys from words.
  mnemonic_word_count: 'key',
  mnemonic_language: 'key',
  mnemonic_word_unknown: 'key',
  mnemonic_checksum: 'key',
  derivation_path_invalid: 'key',
  derivation_no_match: 'key',
  rolls_invalid: 'key',
  rolls_too_few: 'key',
  rolls_biased: 'key',

  // The offline machine, before a ceremony.
  network_connected: 'policy',
  swap_on: 'policy',
  clock_wrong: 'policy',
  entropy_missing: 'policy',
  disk_full: 'policy',

  // The chain, and the node that speaks for it.
  rpc_unreachable: 'chain',
  rpc_timeout: 'chain',
  rpc_bad_answer: 'chain',
  rpc_refused: 'chain',
  rpc_busy: 'chain',
  rpc_behind: 'chain',
  rpc_disagree: 'chain',
  chain_mismatch: 'chain',
  no_contract_code: 'chain',
  contract_kind_unknown: 'chain',
  domain_unknown: 'chain',
  digest_mismatch: 'chain',
  message_point_mismatch: 'chain',
  contracts_disagree: 'chain',
  churn_unsupported: 'chain',
  nonce_used: 'chain',
  nonce_gap: 'chain',
  broadcast_refused: 'chain',
  not_mined: 'chain',
  readback_mismatch: 'chain',

  // What the contracts refuse, or would.
  operator_not_in_eigenlayer: 'reverted',
  already_registered: 'reverted',
  quorum_unknown: 'reverted',
  stake_below_minimum: 'reverted',
  quorum_full: 'reverted',
  paused: 'reverted',
  salt_spent: 'reverted',
  cooldown: 'reverted',
  bls_key_taken: 'reverted',
  operator_not_allowlisted: 'reverted',
  operator_is_contract: 'reverted',
  owner_unknown: 'reverted',
  safe_threshold: 'reverted',
  safe_unfit: 'reverted',
  contract_refuses_signature: 'reverted',
  quorum_order: 'reverted',
  balance_below_gas: 'reverted',
  simulation_reverted: 'reverted',
  transaction_reverted: 'reverted',
  not_registered: 'reverted',
  set_without_keys: 'reverted',
  key_curve_wrong: 'reverted',
  key_taken: 'reverted',
  still_slashable: 'reverted',
  operator_set_unknown: 'reverted',
  operator_set_order: 'reverted',
  set_key_missing: 'reverted',
  allocation_delay_unset: 'reverted',
  allocation_pending: 'reverted',
  allocation_same: 'reverted',
  magnitude_insufficient: 'reverted',
  mined_but_not_registered: 'reverted',
  mined_but_not_done: 'reverted',
  permission_missing: 'reverted',
  admin_needed: 'reverted',
  appointee_already_set: 'reverted',
  appointee_not_set: 'reverted',
  admin_already_set: 'reverted',
  admin_already_pending: 'reverted',
  admin_not_pending: 'reverted',
  admin_not_set: 'reverted',
  last_admin: 'reverted',
  already_operator: 'reverted',
  already_delegated: 'reverted',
  window_decreased: 'reverted',
  operator_cannot_undelegate: 'reverted',
  churn_approval_unfit: 'reverted',
  churn_stake: 'reverted',

  // What the ledger forbids.
  salt_reused: 'policy',
  bls_key_two_operators: 'policy',
  bls_key_two_avss: 'policy',
  registration_conflict: 'policy',
  nonce_conflict: 'policy',
  frozen: 'frozen',

  // The ledger itself.
  ledger_missing: 'usage',
  ledger_entry_unknown: 'usage',
  ledger_broken: 'integrity',
  ledger_unwritable: 'integrity',
  ledger_rolled_back: 'integrity',
  ledger_clock_backwards: 'integrity',

  // What is known of a ledger elsewhere: anchors, receipts, packs of evidence.
  anchor_contradicts: 'integrity',
  receipt_without_request: 'invalid',
  receipt_transaction_unknown: 'invalid',
  evidence_broken: 'integrity',
  evidence_document_changed: 'integrity',
  evidence_document_foreign: 'integrity',
  evidence_request_differs: 'integrity',
  evidence_digest_wrong: 'integrity',
  evidence_signature_wrong: 'integrity',
  evidence_approval_wrong: 'integrity',
  evidence_anchor_wrong: 'integrity',
  evidence_receipt_wrong: 'integrity',
  evidence_reference_wrong: 'integrity',
  evidence_summary_differs: 'integrity',

  // This build, its known answers, its two encoders.
  encoders_disagree: 'integrity',
  selftest_failed: 'integrity',
  selftest_skipped: 'integrity',
  vectors_invalid: 'integrity',
  own_signature_invalid: 'integrity',
  review_forged: 'integrity',
  internal: 'integrity',
} as const satisfies Record<string, ExitClass>

export type Code = keyof typeof codes

/** One thing that is wrong. */
export interface Problem {
  readonly code: Code
  /** One sentence: what was seen, what was expected. No secret, and no raw text from the other machine. */
  readonly message: string
  /** What to type or check next. */
  readonly hint?: string
}

/**
 * A refusal: every problem found in one pass, never only the first, because each extra trip across the gap costs an
 * operator ten minutes.
 */
export class AirlockError extends Error {
  readonly doing: string
  readonly problems: readonly [Problem, ...Problem[]]

  /**
   * @param doing what the program was doing, as in "checking request"
   * @param problems what is wrong; the first decides the exit code
   */
  constructor(doing: string, problems: readonly [Problem, ...Problem[]]) {
    super(problems.map((problem) => `${doing}: ${problem.message} (${problem.code})`).join('\n'))
    this.name = 'AirlockError'
    this.doing = doing
    this.problems = problems
  }

  /** The stable code word of the first problem. */
  get code(): Code {
    return this.problems[0].code
  }

  /** The process exit code, by the table. */
  get exitCode(): number {
    return exitCodes[codes[this.code]]
  }
}

/**
 * Makes the refusal for one problem.
 *
 * @param doing what the program was doing
 * @param code the code word
 * @param message what was seen and what was expected
 * @param hint what to do next
 */
export function refusal(doing: string, code: Code, message: string, hint?: string): AirlockError {
  return new AirlockError(doing, [hint === undefined ? { code, message } : { code, message, hint }])
}

/**
 * Refuses with all problems at once, or returns.
 *
 * @throws AirlockError when the list is not empty
 */
export function refuseAll(doing: string, problems: readonly Problem[]): void {
  const [first, ...rest] = problems
  if (first !== undefined) throw new AirlockError(doing, [first, ...rest])
}
