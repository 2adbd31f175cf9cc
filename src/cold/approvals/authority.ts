// Who may lift a protection: a person who types a phrase, and the approvers whom the policy in force names.
//
// A freeze that is lifted, an entry that is settled, a policy that changes: each is asked for here and nowhere else. Approvers
// who are on another machine get a statement/1 or the policy file itself, and approve it with `airlock-cold approve`.
import { checkOutput, writeWhole } from '../../local/files.ts'
import { reviewText } from '../../local/screen.ts'
import { hang, print, say } from '../../local/terminal.ts'
import { countApprovals, encodeApproval, type ApprovalSubject } from '../../shared/ledger/approval.ts'
import type { DocumentDigest } from '../../shared/base/document.ts'
import { refusal, refuseAll } from '../../shared/base/errors.ts'
import type { ReviewSection } from '../../shared/request/review.ts'
import {
  decodeStatement,
  encodeStatement,
  statementSections,
  statementSummary,
  type Statement,
} from '../../shared/ledger/statement.ts'
import type { LedgerEntry } from '../../shared/ledger/ledger-entry.ts'
import type { Ledger, NewEvent } from '../ledger/ledger.ts'
import { readApprovals } from '../policy/policy-gate.ts'
import { adoptedPolicy, replacedProblems } from '../policy/policy-in-force.ts'
import { askLine } from '../../local/prompt.ts'

/** What is asked for. */
interface Asked {
  readonly subject: ApprovalSubject
  readonly digest: DocumentDigest
  readonly words: readonly string[]
  readonly sections: readonly ReviewSection[]
  readonly summary: string
  /** The word to type before two words of the digest. */
  readonly verb: string
}

/** The flags of whoever asks. */
export interface AuthorityOptions {
  readonly approval?: readonly string[]
  /** Write the statement for the approvers there, and stop. */
  readonly statement?: string
  readonly force?: boolean
}

/** Gives the event of a decision, with the digests of the approvals that were counted. */
type Deciding = (approvals: readonly DocumentDigest[]) => NewEvent

/**
 * Lets a person, and the approvers of the policy in force, decide about one entry of a ledger, and records it.
 *
 * @param about what that entry holds, for the person to read
 * @returns the entry of the decision; null where only the statement was written
 * @throws AirlockError declined, no_terminal, approvals_missing and what else is wrong with approvals; policy_changed
 */
export async function decideOn(
  ledger: Ledger,
  statement: Omit<Statement, 'airlock'>,
  about: ReviewSection,
  options: AuthorityOptions,
  event: Deciding,
): Promise<LedgerEntry | null> {
  const bytes = encodeStatement(statement)
  const document = decodeStatement('asking', bytes)
  if (options.statement !== undefined) {
    writeStatement(bytes, options.statement, options.force === true)
    return null
  }
  const { digest, words } = document
  const [sections, summary] = [[...statementSections(document), about], statementSummary(document)]
  const asked = { subject: 'statement', digest, words, sections, summary, verb: statement.statement } as const
  return decide(ledger, asked, options, event)
}

function writeStatement(bytes: Uint8Array, path: string, force: boolean): void {
  const doing = 'writing the statement'
  checkOutput(doing, path, force)
  writeWhole(doing, path, bytes, force)
  print(`Statement ${path}`)
  print(hang('Each approver: ', `airlock-cold approve ${path} --ecdsa-keystore FILE -o approval.json`))
  print(hang('Then here: ', 'the same command with --approval approval.json in place of --statement'))
}

/**
 * Asks for the approvals that the policy in force wants, and then the person, and records what was decided.
 *
 * @throws AirlockError declined, no_terminal, approvals_missing and what else is wrong with approvals; policy_changed
 */
export async function decide(
  ledger: Ledger,
  { subject, digest, words, sections, summary, verb }: Asked,
  options: AuthorityOptions,
  event: Deciding,
): Promise<LedgerEntry> {
  const approvals = await readApprovals(options.approval ?? [])
  const policy = adoptedPolicy(ledger)
  const wanted = policy?.policy.approvals ?? { needed: 0, approvers: [] }
  refuseAll(`asking to ${verb}`, countApprovals(wanted, subject, digest, approvals).problems)
  say(`${reviewText(sections, [], process.stderr)}\n`)
  say(`${hang('In short: ', summary)}\n`)
  const phrase = `${verb} ${words.slice(0, 2).join(' ')}`
  const typed = await askLine(`To do it, type: ${phrase}\nAnything else declines [no]: `)
  if (typed.trim() !== phrase)
    throw refusal('reviewing', 'declined', 'you declined; nothing was changed', 'to look again, type the same command')
  const kept = approvals.map((approval) => ledger.keep(encodeApproval(approval)))
  return ledger.append(() => {
    refuseAll('recording', replacedProblems(ledger, policy))
    return event(kept)
  })
}
