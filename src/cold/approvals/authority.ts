// Who may lift a protection: a person who types a phrase, and the approvers whom the policy in force names.
//
// A freeze that is lifted, an entry that is settled, a policy that changes: each is asked for here and nowhere else. Approvers
// who are on another machine get a statement/1 or the policy file itself, and approve it with `airlock-cold approve`.
import { coldLine } from '../../shared/base/commands.ts'
import { checkOutput, writeWhole } from '../../local/files.ts'
import { reviewText } from '../../local/screen.ts'
import { hang, labelled, print, say } from '../../local/terminal.ts'
import { countApprovals, encodeApproval, type ApprovalSubject } from '../../shared/ledger/approval.ts'
import { digestWords, documentDigest, type DocumentDigest } from '../../shared/base/document.ts'
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
  /** Of each document that is decided on: approvals are of one. */
  readonly digests: readonly DocumentDigest[]
  readonly words: readonly string[]
  readonly sections: readonly ReviewSection[]
  readonly summary: string
  /** The word to type before the first two of those words. */
  readonly verb: string
}

/** The flags of whoever asks. */
export interface AuthorityOptions {
  readonly approval?: readonly string[]
  /** Write the statements for the approvers there, and stop. */
  readonly statement?: string
  readonly force?: boolean
}

/** A statement to decide on, with what the entry holds, for the person to read. */
export interface StatementAsked {
  readonly statement: Omit<Statement, 'airlock'>
  readonly about: ReviewSection
}

/**
 * Lets a person, and the approvers of the policy in force, decide about entries of a ledger, and records it: one phrase for
 * all, and approvals of each statement.
 *
 * @param all the statements, at least one
 * @param event gives the event of a statement, by its place among them
 * @returns the entries of the decision; null where only the statements were written
 * @throws AirlockError declined, no_terminal, approvals_missing and what else is wrong with approvals; policy_changed
 */
export async function decideOn(
  ledger: Ledger,
  all: readonly StatementAsked[],
  options: AuthorityOptions,
  event: (approvals: readonly DocumentDigest[], place: number) => NewEvent,
): Promise<readonly LedgerEntry[] | null> {
  const written = all.map(({ statement }) => encodeStatement(statement))
  if (options.statement !== undefined) {
    writeStatements(written, all, options.statement, options.force === true)
    return null
  }
  const documents = written.map((bytes) => decodeStatement('asking', bytes))
  const digests = documents.map(({ digest }) => digest)
  const asked = {
    subject: 'statement',
    digests,
    words: digests.length === 1 ? (documents[0]?.words ?? []) : digestWords(documentDigest(Buffer.concat(written))),
    sections: documents.flatMap((document, place) => [...statementSections(document), ...aboutOf(all[place])]),
    summary: documents.map(statementSummary).join('; '),
    verb: all[0]?.statement.statement ?? '',
  } as const
  return decideAll(ledger, asked, options, event)
}

const aboutOf = (asked: StatementAsked | undefined): readonly ReviewSection[] => (asked ? [asked.about] : [])

/** Writes what approvers are asked; of several statements each has the number of its entry in its name. */
function writeStatements(
  written: readonly Uint8Array[],
  all: readonly StatementAsked[],
  path: string,
  force: boolean,
): void {
  const doing = 'writing the statement'
  const several = written.length > 1
  const paths = all.map(({ statement: { entry } }) => (several ? path.replace(/(\.json)?$/, `-${entry}$1`) : path))
  for (const one of paths) checkOutput(doing, one, force)
  for (const [place, bytes] of written.entries()) {
    const one = paths[place] ?? path
    writeWhole(doing, one, bytes, force)
    print(`Statement ${one}`)
    print(labelled('Each approver: ', coldLine('approve', { DOCUMENT: one })))
  }
  const flags = several ? 'with --approval FILE for each approval' : 'with --approval approval.json'
  print(hang('Then here: ', `the same command ${flags} in place of --statement`))
}

/**
 * Asks for the approvals that the policy in force wants, and then the person, and records what was decided.
 *
 * @throws AirlockError declined, no_terminal, approvals_missing and what else is wrong with approvals; policy_changed
 */
export async function decide(
  ledger: Ledger,
  { digest, ...asked }: Omit<Asked, 'digests'> & { readonly digest: DocumentDigest },
  options: AuthorityOptions,
  event: (approvals: readonly DocumentDigest[]) => NewEvent,
): Promise<LedgerEntry> {
  const [entry] = await decideAll(ledger, { ...asked, digests: [digest] }, options, event)
  return entry ?? ledger.head
}

async function decideAll(
  ledger: Ledger,
  { subject, digests, words, sections, summary, verb }: Asked,
  options: AuthorityOptions,
  event: (approvals: readonly DocumentDigest[], place: number) => NewEvent,
): Promise<readonly LedgerEntry[]> {
  const approvals = await readApprovals(options.approval ?? [])
  const policy = adoptedPolicy(ledger)
  const wanted = policy?.policy.approvals ?? { needed: 0, approvers: [] }
  // Each approval is for one of the documents; one that is for none of them is named with the first.
  const sorted = digests.map((digest, place) =>
    approvals.filter((given) => given.digest === digest || (place === 0 && !digests.includes(given.digest))),
  )
  const problems = digests.flatMap(
    (digest, place) => countApprovals(wanted, subject, digest, sorted[place] ?? []).problems,
  )
  refuseAll(`asking to ${verb}`, problems)
  say(`${reviewText(sections, [], process.stderr)}\n`)
  say(`${hang('In short: ', summary)}\n`)
  const phrase = `${verb} ${words.slice(0, 2).join(' ')}`
  const typed = await askLine(`To do it, type: ${phrase}\nAnything else declines [no]: `)
  if (typed.trim() !== phrase)
    throw refusal('reviewing', 'declined', 'you declined; nothing was changed', 'to look again, type the same command')
  const kept = sorted.map((given) => given.map((approval) => ledger.keep(encodeApproval(approval))))
  return kept.map((counted, place) =>
    ledger.append(() => {
      refuseAll('recording', replacedProblems(ledger, policy))
      return event(counted, place)
    }),
  )
}
