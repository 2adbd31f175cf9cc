// The commands of `airlock-hot build` for operator sets and allocations.
import type { Command } from 'commander'
import { wholeArgument } from '../../local/arguments.ts'
import { addCommand } from '../../local/program.ts'
import { addressArgument, allocationsArgument, bytes32Argument, operatorSetsArgument } from '../build/arguments.ts'
import { addBuildOptions, addFrom } from '../build/build-options.ts'
import { buildDeregisterFromOperatorSets } from './deregister-from-operator-sets.ts'
import { buildModifyAllocations } from './modify-allocations.ts'
import { buildRegisterForOperatorSets } from './register-for-operator-sets.ts'
import { buildSetAllocationDelay } from './set-allocation-delay.ts'

/** The lines that each example begins with. */
const begin = (kind: string): readonly string[] => [
  `airlock-hot build ${kind} \\`,
  '    --rpc-url http://127.0.0.1:8545 \\',
]

/** Adds the four commands. */
export function addOperatorSets(build: Command): void {
  addRegister(build)
  addDeregister(build)
  addAllocations(build)
  addDelay(build)
}

function addRegister(build: Command): void {
  const name = 'register-for-operator-sets'
  const command = addCommand(build, name, 'register an operator for operator sets of an AVS', [
    ...begin(name),
    '    --avs-address 0x... --operator 0x... --operator-sets 0,1 \\',
    '    --socket "203.0.113.7:32005;32006" -o request.json',
  ])
  addFrom(addSets(addBuildOptions(command)))
    .option('--socket <text>', 'what other nodes reach the operator at, where the AVS keeps it')
    .option('--operator-id <hash>', 'of the BLS key that will sign: checked here and offline', bytes32Argument)
    .option('--bls-proof <response>', 'a partial response that holds the BLS proof')
    .option('--churn-approval <file>', 'of the churn approver of the AVS, where a set is full')
    .action(buildRegisterForOperatorSets)
}

function addDeregister(build: Command): void {
  const name = 'deregister-from-operator-sets'
  const command = addCommand(build, name, 'take an operator out of operator sets of an AVS', [
    ...begin(name),
    '    --avs-address 0x... --operator 0x... --operator-sets 0,1 -o request.json',
  ])
  addFrom(addSets(addBuildOptions(command))).action(buildDeregisterFromOperatorSets)
}

function addAllocations(build: Command): void {
  const name = 'modify-allocations'
  const command = addCommand(build, name, "change how much of an operator's stake operator sets can slash", [
    ...begin(name),
    '    --avs-address 0x... --operator 0x... \\',
    '    --allocation 0:0xSTRATEGY:25% -o request.json',
  ])
  addFrom(addSetsAvs(addBuildOptions(command)))
    .requiredOption(
      '--allocation <set:strategy:magnitude>',
      'what a set shall have of a strategy, as 25% or in parts of 10^18; again for more',
      allocationsArgument,
    )
    .action(buildModifyAllocations)
}

function addDelay(build: Command): void {
  const name = 'set-allocation-delay'
  const command = addCommand(build, name, 'set how long new allocations of an operator wait', [
    ...begin(name),
    '    --operator 0x... --delay 7200 -o request.json',
  ])
  addFrom(addManager(addBuildOptions(command)))
    .requiredOption('--delay <blocks>', 'in blocks, of 12 seconds each', wholeArgument(0, 2 ** 32 - 1))
    .action(buildSetAllocationDelay)
}

const addSets = (command: Command): Command =>
  addSetsAvs(command).requiredOption('--operator-sets <list>', 'ids, ascending, such as 0,1', operatorSetsArgument)

/** The options that name an AVS of operator sets: one of the two is given. */
const addSetsAvs = (command: Command): Command =>
  addManager(command)
    .option('--avs <name>', 'the AVS, by its name in the catalogue')
    .option('--avs-address <address>', 'the AVS, by the address that EigenLayer knows it by', addressArgument)

const addManager = (command: Command): Command =>
  command.option('--allocation-manager <address>', 'for a chain that the catalogue does not know', addressArgument)
