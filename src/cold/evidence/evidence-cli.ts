// The commands of `ledger` that make evidence: export, receipt.
import { InvalidArgumentError, type Command } from 'commander'
import { timeArgument, untilArgument, wholeArgument } from '../../local/arguments.ts'
import { addCommand } from '../../local/program.ts'
import type { DocumentDigest } from '../../shared/base/document.ts'
import { documentKinds, type KeptKind } from '../../shared/ledger/ledger-events.ts'
import { quote } from '../../shared/base/quote.ts'
import { exportEvidence } from './ledger-export.ts'
import { recordReceipt } from './ledger-receipt.ts'

const LEDGER = ['--ledger <folder>', 'the ledger (default: ~/.airlock/ledger)'] as const

/** Adds them to the command `ledger`. */
export function addEvidenceCommands(ledger: Command): void {
  addCommand(ledger, 'export', 'write a pack of evidence that anybody can check without a key', [
    'airlock-cold ledger export -o evidence --request SHA-256',
    'airlock-cold ledger export -o evidence --from 2026-01-01 --to 2026-12-31 \\',
    '    --without requests,reviews',
    'airlock-cold ledger export -o evidence --all',
  ])
    .requiredOption('-o, --output <folder>', 'the folder to make')
    .option('--request <digest>', 'all about one request', digestArgument)
    .option('--entry <n>', 'an entry, and all about its request', wholeArgument(1, Number.MAX_SAFE_INTEGER))
    .option('--from <time>', 'entries from then on (UTC)', timeArgument)
    .option('--to <time>', 'entries up to then; a day is meant whole', untilArgument)
    .option('--all', 'every entry')
    .option('--without <kinds>', `leave documents out: ${documentKinds.join(', ')}`, kindsArgument)
    .option('--without-entry <numbers>', 'leave out the content of these entries, such as 4,7', numbersArgument)
    .option(...LEDGER)
    .action(exportEvidence)

  addCommand(ledger, 'receipt <file>', 'record what became of a transaction', [
    'airlock-cold ledger receipt receipt.json',
    'airlock-cold ledger receipt photo.jpg',
  ])
    .option(...LEDGER)
    .action(recordReceipt)
}

function digestArgument(text: string): DocumentDigest {
  if (/^[0-9a-f]{64}$/.test(text)) return text as DocumentDigest
  throw new InvalidArgumentError('expected the SHA-256 of a request: 64 lower-case hex digits')
}

function kindsArgument(text: string): readonly KeptKind[] {
  return text.split(',').map((word) => {
    const kind = documentKinds.find((each) => each === word)
    if (kind === undefined)
      throw new InvalidArgumentError(`${quote(word, 30)}: expected some of ${documentKinds.join(',')}`)
    return kind
  })
}

function numbersArgument(text: string): readonly number[] {
  if (!/^\d{1,15}(,\d{1,15})*$/.test(text)) throw new InvalidArgumentError('expected numbers such as 4,7')
  return text.split(',').map(Number)
}
