// The words of a judgement by a policy: its rules, what they are held against, and what a rule can say.
import type { Code } from '../../shared/base/error-codes.ts'
import type { Address, Bytes32, UnixSeconds } from '../../shared/base/fields.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'

/** The rules, in the order in which they speak, each with the code of its refusal. */
export const policyRules = {
  network: 'policy_network',
  operation: 'policy_operation',
  operator: 'policy_operator',
  sender: 'policy_sender',
  chain: 'policy_chain',
  avs: 'policy_avs',
  contracts: 'policy_contracts',
  quorums: 'policy_quorums',
  socket: 'policy_socket',
  expiry: 'policy_expiry',
  fee: 'policy_fee',
  gas_price: 'policy_gas_price',
  gas_limit: 'policy_gas_limit',
  rungs: 'policy_rungs',
  bls_key: 'policy_bls_key',
  limits: 'policy_limits',
  hours: 'policy_hours',
  approvals: 'approvals_missing',
} as const satisfies Record<string, Code>

export type PolicyRule = keyof typeof policyRules

/** A signature made before, as the ledger has it. */
export interface PastSignature {
  readonly time: UnixSeconds
  readonly chainId: number
  readonly operator: Address
  /** Null where the operation concerned none. */
  readonly avs: Address | null
  /** Of the BLS key that signed; null where none did, or none is known. */
  readonly operatorId: Bytes32 | null
}

/** What a policy is held against. */
export interface PolicyFacts {
  readonly request: UnsignedRequest
  /** What this machine's clock shows. */
  readonly clock: UnixSeconds
  /** The BLS key that signs, where it is known. */
  readonly operatorId: Bytes32 | null
  /** Every signature made before, by any key of this machine, in any order. */
  readonly before: readonly PastSignature[]
  /** Approvals that the caller found valid, each approver once; null where nobody looked. */
  readonly approvals: number | null
  /** Whether this machine has a network; null where nobody looked. */
  readonly connected: boolean | null
}

/** What a rule says of the facts. */
export type Says =
  | { readonly says: 'allows' | 'refuses'; readonly message: string }
  /** `left_out`: the policy has no such part. `unknown`: it has, and the facts do not say enough yet. */
  | { readonly says: 'silent'; readonly why: 'left_out' | 'unknown'; readonly message: string }

/** What a rule says, in one sentence with what was seen and what is allowed. */
export type Verdict = Says & { readonly rule: PolicyRule; readonly code: Code }

export const allows = (message: string): Says => ({ says: 'allows', message })
export const refuses = (message: string): Says => ({ says: 'refuses', message })
export const unknown = (message: string): Says => ({ says: 'silent', why: 'unknown', message })
export const leftOut = (what: string): Says => ({
  says: 'silent',
  why: 'left_out',
  message: `the policy does not speak of ${what}`,
})
/** The same sentence, for or against. */
export const either = (holds: boolean, message: string): Says => (holds ? allows(message) : refuses(message))
