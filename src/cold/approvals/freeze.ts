// airlock-cold freeze: from now on this machine signs nothing of the AVS, nothing with the key, or nothing at all.
//
// At once: it asks nothing, needs no key and no approval, and a signing that is under way in another window finds the entry
// before its own is written. Lifting it is unfreeze.ts.
import { coldCommand, coldLine } from '../../shared/base/commands.ts'
import { getAddress } from 'viem'
import type { Command } from 'commander'
import { addCommand } from '../../local/program.ts'
import { hang, labelled, print, printJson } from '../../local/terminal.ts'
import { refusal } from '../../shared/base/errors.ts'
import type { Address, Bytes32 } from '../../shared/base/fields.ts'
import { reason, type FreezeScope } from '../../shared/ledger/ledger-events.ts'
import { quote } from '../../shared/base/quote.ts'
import { scopeText } from '../ledger/gate.ts'
import { Ledger, ledgerFolder } from '../ledger/ledger.ts'

interface FreezeOptions {
  readonly avs?: string
  readonly key?: string
  readonly all?: boolean
  readonly reason: string
  readonly ledger?: string
  readonly json?: boolean
}

/** Adds `freeze`. */
export function addFreeze(program: Command): void {
  addCommand(program, 'freeze', 'sign nothing any more: of an AVS, with a key, or at all', [
    'airlock-cold freeze --all --reason "laptop was out of sight"',
    'airlock-cold freeze --avs 0x870679E138bCdf293b7Ff14dD44b70FC97e12fc0 \\',
    '    --reason "contract upgraded, not reviewed"',
    'airlock-cold freeze --key 0xOPERATORID --reason "backup missing"',
  ])
    .option('--avs <address>', 'an AVS, by its ServiceManager or RegistryCoordinator')
    .option('--key <public>', 'a key, by its address or operator id')
    .option('--all', 'everything')
    .requiredOption('--reason <text>', 'why, for whoever reads the ledger')
    .option('--ledger <folder>', 'the ledger (default: ~/.airlock/ledger)')
    .action(freeze)
}

/** Freezes. */
export function freeze(options: FreezeOptions): void {
  const scope = scopeOf(options)
  const why = checkedReason('freezing', options.reason)
  const ledger = Ledger.openOrBegin(ledgerFolder(options.ledger))
  const { entry } = ledger.append(() => ({ event: 'frozen', reason: why, scope }))
  if (options.json === true) printJson({ frozen: scope, entry, ledger: ledger.folder })
  else {
    print(hang('Frozen: ', `${scopeText({ scope })}, as entry ${entry} of the ledger.`))
    print(labelled('To lift it: ', coldLine('unfreeze', { ENTRY: entry })))
  }
}

/**
 * A reason as the ledger takes it.
 *
 * @throws AirlockError usage
 */
export function checkedReason(doing: string, text: string): string {
  const result = reason.safeParse(text)
  if (result.success) return result.data
  const seen = `the reason is ${quote(text, 60)}: ${result.error.issues[0]?.message ?? 'no reason'}`
  throw refusal(doing, 'usage', seen, 'say in one printable line why, with --reason TEXT')
}

function scopeOf({ avs, key, all }: FreezeOptions): FreezeScope {
  const given = [avs, key, all].filter((each) => each !== undefined)
  if (given.length !== 1) {
    const seen = `${given.length === 0 ? 'none' : 'more than one'} of --avs, --key and --all is given, expected one`
    throw refusal('freezing', 'usage', seen, `in doubt: ${coldCommand('freeze')}`)
  }
  if (avs !== undefined) return { of: 'avs', address: addressIn('--avs', avs) }
  if (key === undefined) return { of: 'all' }
  if (/^0x[0-9a-fA-F]{64}$/.test(key)) return { of: 'key', key: key.toLowerCase() as Bytes32 }
  return { of: 'key', key: addressIn('--key', key) }
}

/** Any spelling of an address: in a hurry nobody looks at capitals. */
function addressIn(flag: string, text: string): Address {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return getAddress(text.toLowerCase()) as Address
  const expected = flag === '--key' ? 'an address or an operator id' : 'an address'
  throw refusal(
    'freezing',
    'usage',
    `${flag} is ${quote(text)}, expected ${expected}`,
    `in doubt: ${coldCommand('freeze')}`,
  )
}
