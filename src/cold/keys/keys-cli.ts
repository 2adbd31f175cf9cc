// The commands of `airlock-cold keys`: made, moved, tested and backed up, all offline.
import { InvalidArgumentError, type Command } from 'commander'
import { wholeArgument } from '../../local/arguments.ts'
import { addCommand, addGroup } from '../../local/program.ts'
import { exportKey } from './key-export.ts'
import { addBackup } from './key-backup.ts'
import { addConvert } from './key-convert.ts'
import { addImport } from './key-import.ts'
import { addList } from './key-list.ts'
import { addRestore } from './key-restore.ts'
import { newKeys } from './key-new.ts'
import { MOST_KEYS } from './key-plan.ts'
import { testKey } from './key-test.ts'
import { addPasswordFlags } from '../keystore/password-flags.ts'

/** Adds `keys` with its commands. */
export function addKeysCommands(program: Command): void {
  const keys = addGroup(program, 'keys', 'make, import, test, list, convert and back up keys')
  addNew(keys)
  addImport(keys)
  addTest(keys)
  addList(keys)
  addConvert(keys)
  addExport(keys)
  addBackup(keys)
  addRestore(keys)
}

function addNew(keys: Command): void {
  const command = addCommand(keys, 'new <name>', 'make new keys from new words', [
    'airlock-cold keys new op --ecdsa --bls --avs eigenda',
    'airlock-cold keys new op --bls --avs mach-sepolia --dice',
    'airlock-cold keys new fleet --bls --avs eigenda --count 50 --folder keys/',
  ])
  addPasswordFlags(command, 'password', 'password of the new key files')
    .option('--ecdsa', 'an operator key')
    .option('--bls', 'a BLS key, for one AVS')
    .option('--avs <name>', 'the AVS that the BLS key is for')
    .option('--bls-format <format>', 'eigenlayer-bls or eip2335-bn254', blsFormat, 'eigenlayer-bls')
    .option('--folder <folder>', 'where key files go (default: ~/.eigenlayer/operator_keys)')
    .option('--words <n>', '12, 15, 18, 21 or 24', wordCount, 24)
    .option('--dice', 'mix in rolls of a die')
    .option('--coins', 'mix in tosses of a coin')
    .option('--passphrase', 'ask for a passphrase of the words')
    .option('--count <n>', 'so many keys of each kind', wholeArgument(1, 10_000), 1)
    .option('--most <n>', 'keys that the words of one run may make', wholeArgument(1, 10_000), MOST_KEYS)
    .option('--resume', 'make what an interrupted run left out')
    .action(newKeys)
}

function wordCount(text: string): number {
  if (['12', '15', '18', '21', '24'].includes(text)) return Number(text)
  throw new InvalidArgumentError('expected 12, 15, 18, 21 or 24')
}

function blsFormat(text: string): 'eigenlayer-bls' | 'eip2335-bn254' {
  if (text === 'eigenlayer-bls' || text === 'eip2335-bn254') return text
  throw new InvalidArgumentError('expected eigenlayer-bls or eip2335-bn254')
}

function addTest(keys: Command): void {
  const command = addCommand(keys, 'test <file>', 'open a key file, sign and verify a nonsense message with it', [
    'airlock-cold keys test op.ecdsa.key.json',
    'airlock-cold keys test op.bls.key.json --expect 0x2b3a67aee258...',
  ])
  addPasswordFlags(command, 'password', 'password of the key file')
    .option('--expect <public>', 'address, operator id or public key that it must be')
    .action(testKey)
}

function addExport(keys: Command): void {
  const command = addCommand(keys, 'export', 'write the public half of a BLS key, bound to the operator by both keys', [
    'airlock-cold keys export -o public-key.json \\',
    '    --ecdsa-keystore op.ecdsa.key.json \\',
    '    --bls-keystore op-eigenda.bls.key.json',
  ])
    .requiredOption('-o, --output <file>', 'where the public key goes')
    .requiredOption('--ecdsa-keystore <file>', 'key file of the operator')
    .requiredOption('--bls-keystore <file>', 'BLS key file')
    .option('--force', 'overwrite the output file')
    .action(exportKey)
  addPasswordFlags(command, 'ecdsa-password', 'password of the ECDSA key')
  addPasswordFlags(command, 'bls-password', 'password of the BLS key')
}
