// The group `keys` of airlock-cold: what is done with key files.
import type { Command } from 'commander'
import { addImport } from './keys-import.ts'

/** Adds the group `keys`. */
export function addKeysCommands(program: Command): void {
  const keys = program.command('keys').description('make, move, list and back up key files')
  addImport(keys)
}
