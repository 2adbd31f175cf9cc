// What doctor looks at in the ledger: whether it is whole, what may not have been delivered, what is frozen, the clock, the policy.
import { coldCommand } from '../../shared/base/commands.ts'
import { AirlockError, type Problem } from '../../shared/base/errors.ts'
import type { UnixSeconds } from '../../shared/base/fields.ts'
import { quote } from '../../shared/base/quote.ts'
import { ok, problem, warn, type Check } from '../machine/check.ts'
import { scopeText } from '../ledger/gate.ts'
import { clockProblems } from '../ledger/ledger-clock.ts'
import { stateOf, type LedgerState } from '../ledger/ledger-state.ts'
import { ledgerExists } from '../ledger/ledger-store.ts'
import { verifyLedger } from '../ledger/ledger-verify.ts'
import { adoptedPolicy } from '../policy/policy-in-force.ts'

/** Looks at a ledger; null where there is no folder to look at. */
export function ledgerChecks(folder: string | null, clock: UnixSeconds): readonly Check[] {
  if (folder === null || !ledgerExists(folder)) return [ok('ledger', 'none yet: the first `sign` begins one')]
  try {
    const { ledger, documents, remarks } = verifyLedger(folder)
    const state = stateOf(ledger)
    const policy = adoptedPolicy(ledger)
    const words = policy === null ? 'none is in force: every request asks' : `in force: ${policy.words.join(' ')}`
    return [
      ok('ledger', `${ledger.head.entry} entries in one chain, ${documents} documents`),
      ...remarks.filter((text) => !text.startsWith('frozen')).map((text) => warn('ledger', text, LOOK)),
      ...clockProblems(ledger, state, clock).map((found) => problem('clock', found)),
      frozenCheck(state),
      ok('policy', words),
    ]
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error
    return error.problems.map((found: Problem) => problem('ledger', found))
  }
}

const LOOK = `${coldCommand('ledger list')} shows the entries; see docs/ledger-format.md`

/** A freeze is a decision, not a fault of the machine: said, and left to `sign` to refuse. */
function frozenCheck({ frozen }: LedgerState): Check {
  if (frozen.length === 0) return ok('freeze', 'nothing is frozen')
  const all = frozen.map((freeze) => `${scopeText(freeze)} (entry ${freeze.entry}: ${quote(freeze.reason, 200)})`)
  return warn('freeze', `frozen: ${all.join('; ')}`, `to lift one: ${coldCommand('unfreeze')}`)
}
