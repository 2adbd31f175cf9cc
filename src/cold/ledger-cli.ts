// The commands of `airlock-cold ledger`: none of them needs a key.
import { Option, type Command } from 'commander'
import { timeArgument, untilArgument, wholeArgument } from '../local/arguments.ts'
import { addCommand, addGroup } from '../local/program.ts'
import { ledgerEvent } from '../shared/ledger/ledger-events.ts'
import { addEvidenceCommands } from './evidence/evidence-cli.ts'
import { exportHistory, importHistory } from './ledger/ledger-history.ts'
import { ledgerList } from './ledger/ledger-list.ts'
import { ledgerVerify } from './ledger/ledger-verify.ts'
import { addSettle } from './approvals/settle.ts'

const events = ledgerEvent.options.map((option) => option.unwrap().shape.event.value)

/** Adds `ledger` with its commands. */
export function addLedgerCommands(program: Command): void {
  const ledger = addGroup(program, 'ledger', 'what this machine saw, decided and signed: verify, list, move')
  const add = (usage: string, description: string, examples: readonly string[]): Command =>
    addCommand(ledger, usage, description, examples).option(
      '--ledger <folder>',
      'the ledger (default: ~/.airlock/ledger)',
    )

  add('verify', 'check the chain of entries and every document, and say what is there', [
    'airlock-cold ledger verify',
    'airlock-cold ledger verify --ledger /media/backup/ledger',
  ]).action(ledgerVerify)

  add('list', 'list the entries, the oldest first', [
    'airlock-cold ledger list --last 20',
    'airlock-cold ledger list --event signed --operator 0x8f3a --from 2026-11-01',
  ])
    .addOption(new Option('--event <name>', 'one kind of entry').choices(events))
    .option('--request <start>', 'how the digest of the request begins')
    .option('--operator <start>', 'how the address of the operator begins')
    .option('--avs <start>', 'how an address of the AVS begins')
    .option('--from <time>', 'not before: 2026-11-28, or "2026-11-28 14:00" (UTC)', timeArgument)
    .option('--to <time>', 'not after; a day is meant whole', untilArgument)
    .option('--last <n>', 'only so many, the newest', wholeArgument(1, 1_000_000))
    .action(ledgerList)

  addSettle(
    add('settle <entry...>', 'state that what requests recorded can do nothing any more, each by one of its entries', [
      'airlock-cold ledger settle 14 --reason "another one used nonce 5"',
      'airlock-cold ledger settle 14 21 --reason "never sent"',
      'airlock-cold ledger settle 3f21a0c49e8b7d65:14 \\',
      '    --reason "old laptop, never sent"',
    ]),
  )

  add('history', 'write what was signed and frozen, for another offline machine', [
    'airlock-cold ledger history -o history.json',
  ])
    .requiredOption('-o, --output <file>', 'where the history goes')
    .option('--force', 'overwrite the output file')
    .action(exportHistory)

  addEvidenceCommands(ledger)

  add('import <history>', 'count what another machine signed and froze here too', [
    'airlock-cold ledger import history.json',
  ]).action(importHistory)
}
