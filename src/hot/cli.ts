// The command line of airlock-hot: avs, build, show, verify, merge, wallet, send, status, evidence. No command takes a secret.
import type { Command } from 'commander'
import { wholeArgument } from '../local/arguments.ts'
import { addCommand, makeProgram } from '../local/program.ts'
import { addQrCommands } from '../local/qr-commands.ts'
import { version } from '../local/version.ts'
import { addressArgument, bytes32Argument, expiryArgument, gasPriceArgument, quorumsArgument } from './arguments.ts'
import { avsList, avsShow } from './avs-command.ts'
import { buildRegister } from './build-register.ts'
import { verifyEvidence } from './evidence-command.ts'
import { publicKey } from './public-key-command.ts'
import { send, verify } from './send-command.ts'
import { addSplitCommands } from './split-cli.ts'
import { show } from './show-command.ts'
import { status } from './status-command.ts'
import { zxingReader } from './zxing.ts'

const DESCRIPTION = `Online half of Airlock: reads the chain, builds unsigned requests, checks signed
responses, broadcasts them and reads the result back. It never sees a key.`

/** The program with its commands. */
export function hotProgram(): Command {
  const program = makeProgram('airlock-hot', DESCRIPTION, version)
  addBuild(program)

  addCommand(program, 'show <request>', 'show a request as the offline machine will', [
    'airlock-hot show request.json',
  ]).action(show)

  const check = addCommand(
    program,
    'verify <request> <response>',
    'check a response: signers, BLS proof, every transaction',
    ['airlock-hot verify request.json response.json'],
  )
  addAnchors(check).action(verify)

  addCommand(program, 'public-key <file>', 'check the public half of a BLS key that the offline machine exported', [
    'airlock-hot public-key public-key.json',
  ]).action(publicKey)

  const command = addCommand(
    program,
    'send <request> <response>',
    'verify, simulate, broadcast, confirm and read back; safe to run again',
    [
      'airlock-hot send request.json response.json --rpc-url http://127.0.0.1:8545',
      'airlock-hot send request.json response.json --rpc-url URL --rpc-url URL2',
      'airlock-hot send request.json response.json --rpc-url URL --receipt receipt.json',
    ],
  )
  addAnchors(addRpc(command))
    .option('--confirmations <n>', 'blocks to wait for', wholeArgument(1, 1000), 1)
    .option('--bump-after <seconds>', 'when to send the next fee rung', wholeArgument(1, 86_400), 60)
    .option('--wait <seconds>', 'how long to wait in all', wholeArgument(1, 86_400), 600)
    .option('--receipt <file>', "write what became of it, for the offline machine's ledger")
    .option('--force', 'overwrite the receipt')
    .action(send)

  const state = addCommand(program, 'status', 'what the contracts say of an operator and an AVS', [
    'airlock-hot status --avs eigenda --operator 0x... --rpc-url http://127.0.0.1:8545',
  ])
  addAvs(addRpc(state))
    .requiredOption('--operator <address>', 'the operator', addressArgument)
    .option('--chain <id>', 'refuse a node of any other chain', chainArgument)
    .action(status)

  addCatalogue(program)

  const evidence = program.command('evidence').description('evidence out of a ledger')
  addCommand(evidence, 'verify <folder>', 'check a pack of evidence, without a key and without a node', [
    'airlock-hot evidence verify evidence',
    'airlock-hot evidence verify evidence --anchor response.json',
  ])
    .option('--anchor <responses...>', 'responses held here that must be entries of this very ledger')
    .action(verifyEvidence)

  addSplitCommands(program)

  addQrCommands(program, zxingReader, {
    request: (file) => `airlock-hot show ${file}`,
    response: (file) => `airlock-hot verify REQUEST ${file}`,
    approval: (file) => `airlock-hot qr ${file}`,
    statement: (file) => `airlock-hot qr ${file}`,
    receipt: (file) => `airlock-hot qr ${file}`,
  })

  return program
}

function addBuild(program: Command): void {
  const build = program.command('build').description('build an unsigned request')
  const command = addCommand(build, 'register', 'register an operator with an AVS (M2 generation, EigenDA)', [
    'airlock-hot build register --rpc-url http://127.0.0.1:8545 \\',
    '    --avs eigenda --operator 0x... --quorums 0,1 \\',
    '    --socket "203.0.113.7:32005;32006" -o request.json',
  ])
  addAnchors(addAvs(addRpc(command)))
    .requiredOption('--operator <address>', 'the operator', addressArgument)
    .requiredOption('--quorums <list>', 'quorum numbers, ascending, such as 0,1', quorumsArgument)
    .requiredOption('--socket <text>', 'what other nodes reach the operator at')
    .requiredOption('-o, --output <file>', 'where the request goes')
    .option('--expiry <when>', 'a duration, a UTC time, or seconds since 1970 (default: 7d)', expiryArgument)
    .option('--fee-rungs <n>', 'transactions at rising fees, to bump without re-signing', wholeArgument(1, 16), 1)
    .option('--gas-price <price>', 'fee cap of the first rung, in wei or as 30gwei', gasPriceArgument)
    .option('--priority-gas-price <price>', 'tip of the first rung', gasPriceArgument)
    .option('--gas-limit <gas>', 'instead of the measured one', wholeArgument(21_000, 16_777_216))
    .option('--nonce <n>', "instead of the operator's next", wholeArgument(0, Number.MAX_SAFE_INTEGER))
    .option('--operator-id <hash>', 'of the BLS key that will sign: checked here and offline', bytes32Argument)
    .option('--bls-proof <response>', 'a partial response that holds the BLS proof')
    .option('--salt <bytes32>', 'instead of 32 random bytes', bytes32Argument)
    .option('--chain <id>', 'refuse a node of any other chain', chainArgument)
    .option('--force', 'overwrite the output file')
    .action(buildRegister)
}

const chainArgument = wholeArgument(1, Number.MAX_SAFE_INTEGER)

function addCatalogue(program: Command): void {
  const avs = program.command('avs').description('the AVSs that this build knows by name')
  addCommand(avs, 'list', 'their names and kinds, and the SHA-256 of the catalogue', ['airlock-hot avs list --chain 1'])
    .option('--chain <id>', 'those of one chain', chainArgument)
    .action(avsList)
  addCommand(avs, 'show <name>', 'contracts, quorums, socket and sources of one', ['airlock-hot avs show eigenda'])
    .option('--chain <id>', 'on one chain', chainArgument)
    .action(avsShow)
}

/** The options that name an AVS: one of the two is given. */
const addAvs = (command: Command): Command =>
  command
    .option('--avs <name>', 'the AVS, by its name in the catalogue')
    .option('--registry-coordinator <address>', 'the AVS, by its RegistryCoordinator', addressArgument)

/** The option of a command that reads or writes what is known of ledgers. */
const addAnchors = (command: Command): Command =>
  command.option('--anchors <folder>', 'what is known of ledgers (default: ~/.airlock/anchors)')

/** A required flag that may be given more than once: all its values, in order. */
const repeated = (value: string, before?: readonly string[]): readonly string[] => [...(before ?? []), value]

/** The options of a command that asks nodes. */
function addRpc(command: Command): Command {
  return command
    .requiredOption('-r, --rpc-url <url>', 'node to ask (JSON-RPC over HTTP); again for more, all compared', repeated)
    .option('--timeout <seconds>', 'for each answer, all tries included', wholeArgument(1, 600), 20)
    .option('--rps <n>', 'requests a second to each node at most', wholeArgument(1, 1000))
    .option('--verbose', 'also print what was asked of each node')
}
