// The command line of `airlock-hot build`: one command an operation, with the options that all of them have.
import type { Command } from 'commander'
import { wholeArgument } from '../local/arguments.ts'
import { addCommand, addGroup } from '../local/program.ts'
import { addressArgument, bytes32Argument, expiryArgument, gasPriceArgument, quorumsArgument } from './arguments.ts'
import { addKeyBuilds } from './build-keys-cli.ts'
import { buildRegister } from './build-register.ts'
import { buildCancelSalt } from './cancel-salt.ts'
import { buildDeregister } from './deregister.ts'
import { buildSelfTransfer } from './self-transfer.ts'
import { addOperatorSets } from './operator-sets-cli.ts'
import { buildRegisterWithChurn } from './register-with-churn.ts'
import { buildUpdateSocket } from './update-socket.ts'

/** Adds `build` with its commands; those of other files are added to what this returns. */
export function addBuild(program: Command): Command {
  const build = addGroup(program, 'build', 'build an unsigned request')
  addRegister(build)
  addDeregister(build)
  addSelfTransfer(build)
  addOperatorSets(build)
  addRegisterWithChurn(build)
  addUpdateSocket(build)
  addCancelSalt(build)
  addKeyBuilds(build)
  return build
}

function addRegister(build: Command): void {
  const command = addCommand(build, 'register', 'register an operator with an AVS (M2 generation, EigenDA)', [
    'airlock-hot build register --rpc-url http://127.0.0.1:8545 \\',
    '    --avs eigenda --operator 0x... --quorums 0,1 \\',
    '    --socket "203.0.113.7:32005;32006" -o request.json',
    'airlock-hot build register --env-opt .env.opt --operator 0x... \\',
    '    --socket 203.0.113.7:8099 -o request.json',
  ])
  addRegistration(command).action(buildRegister)
}

/** The options of a registration, with churn or without. */
const addRegistration = (command: Command): Command =>
  addBuildOptions(addAvs(command))
    .requiredOption('--quorums <list>', 'quorum numbers, ascending, such as 0,1', quorumsArgument)
    .requiredOption('--socket <text>', 'what other nodes reach the operator at')
    .option('--operator-id <hash>', 'of the BLS key that will sign: checked here and offline', bytes32Argument)
    .option('--bls-proof <response>', 'a partial response that holds the BLS proof')
    .option('--salt <bytes32>', 'instead of 32 random bytes', bytes32Argument)

function addRegisterWithChurn(build: Command): void {
  const command = addCommand(build, 'register-with-churn', 'register in the place of others, where a quorum is full', [
    'airlock-hot build register-with-churn --rpc-url http://127.0.0.1:8545 \\',
    '    --registry-coordinator 0x... --operator 0x... --operator-id 0x... \\',
    '    --quorums 0 --socket "203.0.113.7:32005;32006" \\',
    '    --churn-approval approval.json -o request.json',
  ])
  addRegistration(command)
    .requiredOption('--churn-approval <file>', 'what the churn approver of the AVS gave, as JSON')
    .action(buildRegisterWithChurn)
}

function addUpdateSocket(build: Command): void {
  const command = addCommand(build, 'update-socket', 'change what other nodes of an AVS reach the operator at', [
    'airlock-hot build update-socket --rpc-url http://127.0.0.1:8545 \\',
    '    --avs eigenda --operator 0x... \\',
    '    --socket "203.0.113.8:32005;32006" -o request.json',
  ])
  addBuildOptions(addAvs(command)).requiredOption('--socket <text>', 'the new socket').action(buildUpdateSocket)
}

function addCancelSalt(build: Command): void {
  const command = addCommand(build, 'cancel-salt', 'kill a signed registration: spend its salt', [
    'airlock-hot build cancel-salt --rpc-url http://127.0.0.1:8545 \\',
    '    --operator 0x... --salt 0x... -o request.json',
  ])
  addBuildOptions(command)
    .requiredOption('--salt <bytes32>', 'of the signature that is to be killed', bytes32Argument)
    .option('--avs-directory <address>', 'on a chain that the catalogue does not know', addressArgument)
    .action(buildCancelSalt)
}

function addDeregister(build: Command): void {
  const command = addCommand(build, 'deregister', 'take an operator out of quorums of an AVS', [
    'airlock-hot build deregister --rpc-url http://127.0.0.1:8545 \\',
    '    --avs eigenda --operator 0x... --quorums 0,1 -o request.json',
  ])
  addBuildOptions(addAvs(command))
    .requiredOption('--quorums <list>', 'quorum numbers, ascending, such as 0,1', quorumsArgument)
    .action(buildDeregister)
}

function addSelfTransfer(build: Command): void {
  const command = addCommand(
    build,
    'self-transfer',
    'use up a nonce, in place of a transaction that must not be mined',
    [
      'airlock-hot build self-transfer --rpc-url http://127.0.0.1:8545 \\',
      '    --operator 0x... --nonce 7 --gas-price 90gwei -o request.json',
    ],
  )
  addBuildOptions(command).action(buildSelfTransfer)
}

export const chainArgument = wholeArgument(1, Number.MAX_SAFE_INTEGER)

/** The options of every command that builds a request. */
export const addBuildOptions = (command: Command): Command =>
  addJournal(addAnchors(addRpc(command)))
    .requiredOption('--operator <address>', 'the operator', addressArgument)
    .requiredOption('-o, --output <file>', 'where the request goes')
    .option('--expiry <when>', 'a duration, a UTC time, or seconds since 1970 (default: 7d)', expiryArgument)
    .option('--fee-rungs <n>', 'transactions at rising fees, to bump without re-signing', wholeArgument(1, 16), 1)
    .option('--gas-price <price>', 'fee cap of the first rung, in wei or as 30gwei', gasPriceArgument)
    .option('--priority-gas-price <price>', 'tip of the first rung', gasPriceArgument)
    .option('--gas-limit <gas>', 'instead of the measured one', wholeArgument(21_000, 16_777_216))
    .option('--nonce <n>', "instead of the sender's next", wholeArgument(0, Number.MAX_SAFE_INTEGER))
    .option('--owner <address>', 'where the operator is a contract: whose key signs for it', addressArgument)
    .option('--chain <id>', 'refuse a node of any other chain', chainArgument)
    .option('--contracts <folder>', 'what is known of contracts (default: ~/.airlock/contracts)')
    .option('--ecdsa-keystore <name>', 'of the key file offline, for the command that is printed at the end')
    .option('--bls-keystore <name>', 'of the key file offline, for the same')
    .option('--env-opt <file>', "flags out of a `.env.opt` of MACH's operators; what is typed wins")
    .option('--operator-yaml <file>', "flags out of eigenlayer-cli's operator.yaml; what is typed wins")
    .option('--force', 'overwrite the output file')

/** The option of operations that an appointee may send for the operator. */
export const addFrom = (command: Command): Command =>
  command.option('--from <address>', 'who sends it, by the permission of the operator', addressArgument)

/** The options that name an AVS: one of the two is given. */
export const addAvs = (command: Command): Command =>
  command
    .option('--avs <name>', 'the AVS, by its name in the catalogue')
    .option('--registry-coordinator <address>', 'the AVS, by its RegistryCoordinator', addressArgument)

/** The option of a command that reads or writes what is known of ledgers. */
export const addAnchors = (command: Command): Command =>
  command.option('--anchors <folder>', 'what is known of ledgers (default: ~/.airlock/anchors)')

/** The option of a command that reads or writes the journal. */
export const addJournal = (command: Command): Command =>
  command.option('--journal <folder>', 'what happened to each request (default: ~/.airlock/journal)')

/** A flag that may be given more than once: all its values, in order. */
const repeated = (value: string, before?: readonly string[]): readonly string[] => [...(before ?? []), value]

const RPC = ['-r, --rpc-url <url>', 'node to ask (JSON-RPC over HTTP); again for more, all compared'] as const

/** The options of a command that has to ask nodes. */
export const addRpc = (command: Command): Command => addTraffic(command.requiredOption(...RPC, repeated))

/** The options of a command that asks nodes where they are given. */
export const addNodes = (command: Command): Command => addTraffic(command.option(...RPC, repeated))

const addTraffic = (command: Command): Command =>
  command
    .option('--timeout <seconds>', 'for each answer, all tries included', wholeArgument(1, 600), 20)
    .option('--rps <n>', 'requests a second to each node at most', wholeArgument(1, 1000))
    .option('--verbose', 'also print what was asked of each node')
