// The commands of split signing: parts of a response from several machines, and from wallets that read QR codes.
import { InvalidArgumentError, Option, type Command } from 'commander'
import { wholeArgument } from '../../local/arguments.ts'
import { SPEED } from '../../local/code-viewer.ts'
import { addCommand, addGroup } from '../../local/program.ts'
import { LEAST_VERSION } from '../../shared/qr/document-codes.ts'
import { readKeyPath, walletParts, type PathStep } from '../../shared/wallet/wallet-question.ts'
import { merge } from './merge-command.ts'
import { answer, ask } from './wallet-command.ts'

/** Adds `merge` and `wallet` to the program. */
export function addSplitCommands(program: Command): void {
  addCommand(program, 'merge <request> <responses...>', 'put parts of one response together, each checked', [
    'airlock-hot merge request.json bls.json operator.json -o response.json',
  ])
    .requiredOption('-o, --output <file>', 'where the whole goes')
    .option('--force', 'overwrite the output file')
    .action(merge)

  const wallet = addGroup(program, 'wallet', 'let a wallet that reads QR codes sign (EIP-4527)')
  addAsk(wallet)
  addAnswer(wallet)
}

const partOption = (): Option =>
  new Option('--part <name>', 'what the wallet signs').choices(walletParts).makeOptionMandatory()

function addAsk(wallet: Command): void {
  addCommand(wallet, 'ask <request> [responses...]', 'show a wallet what to sign, as QR codes (eth-sign-request)', [
    'airlock-hot wallet ask request.json --part operatorSignature \\',
    `    --path "m/44'/60'/0'/0/0" --fingerprint 1a2b3c4d`,
    'airlock-hot wallet ask request.json bls.json operator.json \\',
    `    --part transactions --path "m/44'/60'/0'/0/0" --fingerprint 1a2b3c4d`,
  ])
    .addOption(partOption())
    .requiredOption('--path <path>', "of the operator's key in the wallet", pathArgument)
    .requiredOption('--fingerprint <hex>', "of the wallet's master key, 8 hex digits", fingerprintArgument)
    .option('--rung <n>', 'fee rung of the transaction', wholeArgument(1, 16), 1)
    .option('--png <folder>', 'write a picture of each code there')
    .option(
      '--density <version>',
      'densest QR version, 4 to 40 (default: 15, parts 12)',
      wholeArgument(LEAST_VERSION, 40),
    )
    .option('--speed <n>', 'codes a second (default: 8)', wholeArgument(SPEED.least, SPEED.most))
    .option('--force', 'overwrite files')
    .action(ask)
}

function addAnswer(wallet: Command): void {
  addCommand(wallet, 'answer <request> [responses...]', 'read and check what a wallet signed (eth-signature)', [
    'airlock-hot wallet answer request.json --part operatorSignature \\',
    '    -o operator.json --scan photo.jpg',
    'zbarcam --raw | airlock-hot wallet answer request.json bls.json \\',
    '    operator.json --part transactions -o response.json',
  ])
    .addOption(partOption())
    .requiredOption('-o, --output <file>', 'where the response goes, with the parts that were given')
    .option('--scan <files...>', 'pictures, folders of them, files of lines (default: standard input)')
    .option('--force', 'overwrite the output file')
    .action(answer)
}

function pathArgument(text: string): readonly PathStep[] {
  const path = readKeyPath(text)
  if (path !== null) return path
  throw new InvalidArgumentError(`expected a path such as m/44'/60'/0'/0/0`)
}

function fingerprintArgument(text: string): string {
  if (/^(0x)?[0-9a-fA-F]{8}$/.test(text)) return text.slice(-8).toLowerCase()
  throw new InvalidArgumentError('expected 8 hex digits, as the wallet shows them')
}
