// airlock-cold policy adopt: another policy is in force from here on, as an entry of the ledger, once a person has typed it and
// the approvers whom the old one names have approved the new one (authority.ts).
import type { Command } from 'commander'
import { collected } from '../local/arguments.ts'
import { readBounded } from '../local/files.ts'
import { addCommand } from '../local/program.ts'
import { print, printJson } from '../local/terminal.ts'
import { MAX_DOCUMENT_BYTES } from '../shared/document.ts'
import { refusal } from '../shared/errors.ts'
import { decide } from './authority.ts'
import { Ledger, ledgerFolder } from './ledger.ts'
import { parsePolicy } from './policy.ts'
import { adoptedPolicy } from './policy-in-force.ts'
import { policySections } from './policy-text.ts'

interface AdoptOptions {
  readonly approval?: readonly string[]
  readonly ledger?: string
  readonly json?: boolean
}

/** Adds `policy adopt`. */
export function addAdopt(policy: Command): void {
  addCommand(policy, 'adopt <file>', 'put a policy in force, in place of the one before', [
    'airlock-cold policy adopt policy.yaml',
    'airlock-cold policy adopt policy.yaml --approval alice.json --approval bob.json',
  ])
    .option('--approval <file>', 'an approval of the file (more than once)', collected, [])
    .option('--ledger <folder>', 'the ledger (default: ~/.airlock/ledger)')
    .action(adopt)
}

/** Puts a policy in force. */
export async function adopt(path: string, options: AdoptOptions): Promise<void> {
  const doing = 'adopting a policy'
  const bytes = readBounded(doing, path, MAX_DOCUMENT_BYTES)
  const { policy, digest, words } = parsePolicy(doing, bytes)
  const ledger = Ledger.openOrBegin(ledgerFolder(options.ledger))
  const before = adoptedPolicy(ledger)
  if (before?.digest === digest) {
    const seen = 'this policy is in force already'
    throw refusal(doing, 'policy_unchanged', seen, 'to see what it says: `airlock-cold policy explain`')
  }
  const sections = policySections({ policy, digest, words })
  const summary = before === null ? 'this ledger has had no policy' : `it replaces the policy ${before.words.join(' ')}`
  const approvals = await decide(
    ledger,
    { subject: 'policy', digest, words, sections, summary, verb: 'adopt' },
    options,
  )
  ledger.keep(bytes)
  const replaced = before?.digest ?? null
  const { entry } = ledger.append(() => ({ approvals, event: 'policy', policy: digest, replaced }))
  if (options.json === true) printJson({ policy: digest, words: words.join(' '), replaced, entry })
  else print(`In force from entry ${entry} of the ledger on: ${words.join(' ')}`)
}
