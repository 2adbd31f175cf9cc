// The group `keys` of airlock-cold: what is done with key files.
import type { Command } from 'commander'
import { addBackup } from './keys-backup.ts'
import { addConvert } from './keys-convert.ts'
import { addImport } from './keys-import.ts'
import { addList } from './keys-list.ts'
import { addRestore } from './keys-restore.ts'

/** Adds the group `keys`. */
export function addKeysCommands(program: Command): void {
  const keys = program.command('keys').description('make, move, list and back up key files')
  addImport(keys)
  addConvert(keys)
  addList(keys)
  addBackup(keys)
  addRestore(keys)
}
