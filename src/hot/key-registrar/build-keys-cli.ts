// The commands of `airlock-hot build` for keys: those of operator sets, and AVSs that keep ECDSA keys.
import type { Command } from 'commander'
import { wholeArgument } from '../../local/arguments.ts'
import { addCommand } from '../../local/program.ts'
import { addressArgument, bytes32Argument } from '../build/arguments.ts'
import { addBuildOptions, addFrom } from '../build/build-options.ts'
import { buildDeregisterKey, buildRegisterKeyBn254, buildRegisterKeyEcdsa } from './register-key.ts'
import {
  buildDeregisterFromStakeRegistry,
  buildRegisterWithStakeRegistry,
  buildUpdateSigningKey,
} from './stake-registry.ts'

/** Adds the commands. */
export function addKeyBuilds(build: Command): void {
  addRegisterKeyBn254(build)
  addRegisterKeyEcdsa(build)
  addDeregisterKey(build)
  addStakeRegistryBuilds(build)
}

const example = (kind: string, ...lines: readonly string[]): readonly string[] => [
  `airlock-hot build ${kind} \\`,
  '    --rpc-url http://127.0.0.1:8545 \\',
  ...lines.map((line, index) => `    ${line}${index < lines.length - 1 ? ' \\' : ''}`),
]

const SET_EXAMPLE = '--avs-address 0x... --operator-set-id 0 --operator 0x...'

function addRegisterKeyBn254(build: Command): void {
  const examples = example('register-key-bn254', SET_EXAMPLE, '--bls-public-key public-key.json -o request.json')
  addSet(addCommand(build, 'register-key-bn254', 'register a BLS key for an operator set', [...examples]))
    .option('--bls-public-key <file>', 'the key, as `keys export` wrote it offline')
    .option('--bls-proof <response>', 'a partial response that holds the BLS proof')
    .action(buildRegisterKeyBn254)
}

function addRegisterKeyEcdsa(build: Command): void {
  const examples = example('register-key-ecdsa', SET_EXAMPLE, '--key-address 0x... -o request.json')
  addSet(addCommand(build, 'register-key-ecdsa', 'register an ECDSA key for an operator set', [...examples]))
    .requiredOption('--key-address <address>', 'of the key, which signs offline', addressArgument)
    .action(buildRegisterKeyEcdsa)
}

function addDeregisterKey(build: Command): void {
  const examples = example('deregister-key', SET_EXAMPLE, '-o request.json')
  addSet(addCommand(build, 'deregister-key', "take an operator's key out of an operator set", [...examples])).action(
    buildDeregisterKey,
  )
}

/** The options that name an operator set, and who sends. */
const addSet = (command: Command): Command =>
  addFrom(addBuildOptions(command))
    .option('--avs <name>', 'the AVS, by its name in the catalogue')
    .option('--avs-address <address>', 'the AVS, by its address', addressArgument)
    .requiredOption('--operator-set-id <n>', 'the operator set', wholeArgument(0, 2 ** 32 - 1))
    .option('--key-registrar <address>', "EigenLayer's, where the catalogue has none", addressArgument)

function addStakeRegistryBuilds(build: Command): void {
  const join = 'register-with-stake-registry'
  const key = '--signing-key 0x... -o request.json'
  const joining = example(join, '--avs hyperlane --operator 0x...', key)
  addSigningKey(addCommand(build, join, 'register an operator with an AVS (ECDSAStakeRegistry)', [...joining]))
    .option('--salt <bytes32>', 'instead of 32 random bytes', bytes32Argument)
    .action(buildRegisterWithStakeRegistry)

  const changing = example('update-signing-key', '--avs hyperlane --operator 0x...', key)
  addSigningKey(
    addCommand(build, 'update-signing-key', 'give an operator another signing key (ECDSAStakeRegistry)', [...changing]),
  ).action(buildUpdateSigningKey)

  const leave = 'deregister-from-stake-registry'
  const leaving = example(leave, '--avs hyperlane --operator 0x...', '-o request.json')
  addStakeRegistry(
    addCommand(build, leave, 'take an operator out of an AVS (ECDSAStakeRegistry)', [...leaving]),
  ).action(buildDeregisterFromStakeRegistry)
}

/** The options that name such an AVS: its name, or both addresses. */
const addStakeRegistry = (command: Command): Command =>
  addBuildOptions(command)
    .option('--avs <name>', 'the AVS, by its name in the catalogue')
    .option('--stake-registry <address>', 'the AVS, by its ECDSAStakeRegistry', addressArgument)
    .option('--service-manager <address>', 'and its ServiceManager', addressArgument)

const addSigningKey = (command: Command): Command =>
  addStakeRegistry(command).requiredOption(
    '--signing-key <address>',
    'of the key that the node signs with',
    addressArgument,
  )
