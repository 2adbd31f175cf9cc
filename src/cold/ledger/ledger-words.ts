// Commands about a ledger, spelled so that they can be typed as they stand.
import { coldCommand } from '../../shared/base/commands.ts'
import { resolve } from 'node:path'
import type { SignedRecord } from '../../shared/ledger/signed-record.ts'
import { ledgerFolder, type Ledger } from './ledger.ts'

/** The folder of a ledger as --ledger has to name it; undefined for the one that is taken without a flag. */
export function namedFolder({ folder }: Pick<Ledger, 'folder'>): string | undefined {
  const home = process.env['HOME'] ?? ''
  const isDefault = home !== '' && resolve(folder) === resolve(ledgerFolder(undefined))
  return isDefault ? undefined : folder
}

/** The command that settles entries, by their numbers here or as LEDGER:NUMBER. */
export const settleCommand = (ledger: Ledger, entries: readonly (number | string)[], reason: string): string =>
  coldCommand('ledger settle', { ENTRY: entries, '--reason': reason, '--ledger': namedFolder(ledger) })

/**
 * The command that settles records which stand in a request's way: one entry for each request that was signed, because settling
 * one settles all of the same request (settle.ts).
 */
export function settleRecords(ledger: Ledger, records: readonly SignedRecord[]): string {
  // Later ones replace earlier ones: own records come first, so they are put in last.
  const entries = new Map(records.toReversed().map((record) => [record.request.digest, record]))
  const named = [...entries.values()].toReversed()
  return settleCommand(
    ledger,
    named.map((record) => (record.ledger === ledger.id ? record.entry : `${record.ledger}:${record.entry}`)),
    'never sent',
  )
}
