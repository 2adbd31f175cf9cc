// The command line of `airlock-hot build`: one command an operation, with the options that all of them have.
import type { Command } from 'commander'
import { addCommand, addGroup } from '../local/program.ts'
import { addressArgument, bytes32Argument, quorumsArgument } from './build/arguments.ts'
import { addKeyBuilds } from './key-registrar/build-keys-cli.ts'
import { addAvs, addBuildOptions } from './build/build-options.ts'
import { buildRegister } from './m2/build-register.ts'
import { buildCancelSalt } from './m2/cancel-salt.ts'
import { buildDeregister } from './m2/deregister.ts'
import { buildSelfTransfer } from './m2/self-transfer.ts'
import { addOperatorSets } from './operator-sets/operator-sets-cli.ts'
import { buildRegisterWithChurn } from './m2/register-with-churn.ts'
import { buildUpdateSocket } from './m2/update-socket.ts'

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
