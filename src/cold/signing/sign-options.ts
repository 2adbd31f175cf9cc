// The options of `sign`, and what both ways of signing do with them.
import { AirlockError, refusal } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { networkState } from '../machine/network-state.ts'
import { readApprovals, type Conditions } from '../policy/policy-gate.ts'
import { policyInForce } from '../policy/policy-in-force.ts'
import type { KeyOptions } from './sign-keys.ts'
import type { RecordedResponse, Visit } from './visit.ts'

export interface SignOptions extends KeyOptions {
  readonly output: string
  readonly approval?: readonly string[]
  readonly ledger?: string
  readonly policy?: string
  /** Of a bundle: close the responses with a passphrase. */
  readonly seal?: boolean
  readonly sealPassphraseFile?: string
  readonly sealPassphraseFd?: number
  readonly yes?: boolean
  readonly force?: boolean
  readonly json?: boolean
}

/** True where a flag names an ECDSA key, or a folder that may have one. */
export const hasEcdsa = ({ ecdsaKeystore = [], keys }: KeyOptions): boolean =>
  ecdsaKeystore.length > 0 || keys !== undefined

/** The policy in force, the approvals given, and the network, as they are now. */
export async function conditionsOf(ledger: Ledger, options: SignOptions): Promise<Conditions> {
  const approvals = await readApprovals(options.approval ?? [])
  return { policy: policyInForce(ledger, options.policy), approvals, network: networkState() }
}

/** The response is out: a ledger that cannot be written now must not look as if it were not. */
export function recordDelivery(visit: Visit, response: RecordedResponse, output: string): void {
  try {
    visit.delivered(response)
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error
    const { code, message, hint } = error.problems[0]
    const seen = `${quote(output)} is written whole, and its signatures are entry ${response.entry.entry} of the ledger`
    throw refusal('recording the delivery', code, `${seen}; that it was delivered cannot be recorded: ${message}`, hint)
  }
}
