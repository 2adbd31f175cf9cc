// Which policy is in force: the one that the ledger's newest entry about it names. It is kept in the ledger, so that leaving
// --policy out does not get around it, and another file is refused until it is adopted.
import { coldCommand } from '../../shared/base/commands.ts'
import { say } from '../../local/terminal.ts'
import { readBounded } from '../../local/files.ts'
import { digestWords, documentDigest, MAX_DOCUMENT_BYTES } from '../../shared/base/document.ts'
import { refusal, refuseAll, type Problem } from '../../shared/base/errors.ts'
import { quote } from '../../shared/base/quote.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { stateOf } from '../ledger/ledger-state.ts'
import { parsePolicy, type PolicyDocument } from './policy.ts'

const DOING = 'reading policy'

/**
 * The policy in force in a ledger; null where there is none.
 *
 * @throws AirlockError ledger_broken when its document is gone
 */
export function adoptedPolicy(ledger: Ledger): PolicyDocument | null {
  const digest = stateOf(ledger).policy
  if (digest === null) return null
  const bytes = ledger.document(digest)
  if (bytes !== null) return parsePolicy(DOING, bytes)
  const seen = `the policy in force is gone from the ledger, or was changed: documents/${digest}`
  throw refusal(DOING, 'ledger_broken', seen, 'put the file with that SHA-256 back; sign nothing before')
}

/** What is wrong where another policy came into force since one was read: whoever waited at a question decided by the old one. */
export function replacedProblems(ledger: Ledger, read: PolicyDocument | null): readonly Problem[] {
  const now = stateOf(ledger).policy
  if (now === (read?.digest ?? null)) return []
  const words = now === null ? 'none' : digestWords(now).join(' ')
  const message = `another policy came into force meanwhile; its words are: ${words}`
  return [{ code: 'policy_changed', message, hint: 'type the same command again: it asks by the new policy' }]
}

/**
 * The policy in force, given the file that a person names. A ledger that never had a policy adopts that one at once.
 *
 * @param path of --policy; undefined where it is left out
 * @throws AirlockError policy_changed, and those of reading a policy
 */
export function policyInForce(ledger: Ledger, path: string | undefined): PolicyDocument | null {
  const adopted = adoptedPolicy(ledger)
  if (path === undefined) return adopted
  const bytes = readBounded(DOING, path, MAX_DOCUMENT_BYTES)
  const given = parsePolicy(DOING, bytes)
  if (adopted === null) {
    ledger.keep(bytes)
    ledger.append(() => {
      refuseAll(DOING, replacedProblems(ledger, null))
      return { approvals: [], event: 'policy', policy: given.digest, replaced: null }
    })
    say(`note: ${quote(path)} is the policy of this ledger from now on`)
    return given
  }
  if (adopted.digest === documentDigest(bytes)) return adopted
  const message = `${quote(path)} is not the policy in force, whose words are: ${digestWords(adopted.digest).join(' ')}`
  const hint = `leave --policy out, or change it with ${coldCommand('policy adopt', { FILE: path })}`
  throw refusal(DOING, 'policy_changed', message, hint)
}
