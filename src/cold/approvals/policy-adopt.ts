// airlock-cold policy adopt: another policy is in force from here on, as an entry of the ledger, once a person has typed it and
// the approvers whom the old one names have approved the new one (authority.ts).
import { coldCommand } from '../../shared/base/commands.ts'
import type { Command } from 'commander'
import { collected } from '../../local/arguments.ts'
import { readBounded } from '../../local/files.ts'
import { addCommand } from '../../local/program.ts'
import { print, printJson } from '../../local/terminal.ts'
import { MAX_DOCUMENT_BYTES, type DocumentDigest } from '../../shared/base/document.ts'
import { refusal, refuseAll, type Problem } from '../../shared/base/errors.ts'
import { decide } from './authority.ts'
import { eventsOf } from '../ledger/ledger-state.ts'
import { Ledger, ledgerFolder } from '../ledger/ledger.ts'
import { parsePolicy } from '../policy/policy.ts'
import { adoptedPolicy } from '../policy/policy-in-force.ts'
import { policySections } from '../policy/policy-text.ts'

interface AdoptOptions {
  readonly approval?: readonly string[]
  readonly ledger?: string
  readonly json?: boolean
}

/** Adds `policy adopt`. */
export function addAdopt(policy: Command): void {
  addCommand(policy, 'adopt <file>', 'put a policy in force, in place of the one before', [
    'airlock-cold policy adopt policy.yaml',
    'airlock-cold policy adopt policy.yaml \\',
    '    --approval alice.json --approval bob.json',
  ])
    .option('--approval <file>', 'an approval of the file (more than once)', collected, [])
    .option('--ledger <folder>', 'the ledger (default: ~/.airlock/ledger)')
    .action(adopt)
}

/** An approval of a policy says nothing of when: used up once, so that an old one cannot bring an old policy back. */
const usedProblems = (ledger: Ledger, approvals: readonly DocumentDigest[]): readonly Problem[] =>
  eventsOf(ledger.entries, 'policy')
    .filter(({ body }) => body.approvals.some((used) => approvals.includes(used)))
    .map(({ entry }) => ({
      code: 'approval_repeated',
      message: `an approval of this policy counted before, in entry ${entry}, and counts once`,
      hint: 'change a comment in the file, and have that approved',
    }))

/** Puts a policy in force. */
export async function adopt(path: string, options: AdoptOptions): Promise<void> {
  const doing = 'adopting a policy'
  const bytes = readBounded(doing, path, MAX_DOCUMENT_BYTES)
  const { policy, digest, words } = parsePolicy(doing, bytes)
  const ledger = Ledger.openOrBegin(ledgerFolder(options.ledger))
  const before = adoptedPolicy(ledger)
  if (before?.digest === digest) {
    const seen = 'this policy is in force already'
    throw refusal(doing, 'policy_unchanged', seen, `to see what it says: ${coldCommand('policy explain')}`)
  }
  const sections = policySections({ policy, digest, words })
  const summary = before === null ? 'this ledger has had no policy' : `it replaces the policy ${before.words.join(' ')}`
  ledger.keep(bytes)
  const replaced = before?.digest ?? null
  const asked = { subject: 'policy', digest, words, sections, summary, verb: 'adopt' } as const
  const { entry } = await decide(ledger, asked, options, (approvals) => {
    refuseAll(doing, usedProblems(ledger, approvals))
    return { approvals, event: 'policy', policy: digest, replaced }
  })
  if (options.json === true) printJson({ policy: digest, words: words.join(' '), replaced, entry })
  else print(`In force from entry ${entry} of the ledger on: ${words.join(' ')}`)
}
