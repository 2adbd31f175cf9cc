// The options that many commands of airlock-hot have in common: nodes, folders of what is known, an AVS, a request to build.
import { Option, type Command } from 'commander'
import { wholeArgument } from '../../local/arguments.ts'
import { addressArgument, expiryArgument, gasPriceArgument } from './arguments.ts'

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
    .option('--gas-limit <gas>', 'instead of what the call needs, with room above', wholeArgument(21_000, 16_777_216))
    .option('--after <request...>', 'requests that are sent before: the call is tried on what they leave')
    .option('--nonce <n>', "instead of the sender's next", wholeArgument(0, Number.MAX_SAFE_INTEGER))
    .option('--owner <address>', 'where the operator is a contract: whose key signs for it', addressArgument)
    .option('--chain <id>', 'refuse a node of any other chain', chainArgument)
    .option('--contracts <folder>', 'what is known of contracts (default: ~/.airlock/contracts)')
    .option('--ecdsa-keystore <name>', 'of the key file offline, for the command that is printed at the end')
    .option('--bls-keystore <name>', 'of the key file offline, for the same')
    .option('--env-opt <file>', "flags out of MACH's `.env.opt` or EigenDA's `.env`; what is typed wins")
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

/** The nodes. As cast does, ETH_RPC_URL stands for a URL where none is typed; an empty one is none. */
function rpcUrl(): Option {
  const option = new Option('-r, --rpc-url <url>', 'node to ask (JSON-RPC over HTTP); again for more, all compared')
  option.argParser(repeated)
  return process.env['ETH_RPC_URL'] === '' ? option : option.env('ETH_RPC_URL')
}

/** The options of a command that has to ask nodes. */
export const addRpc = (command: Command): Command => addTraffic(command.addOption(rpcUrl().makeOptionMandatory()))

/** The options of a command that asks nodes where they are given. */
export const addNodes = (command: Command): Command => addTraffic(command.addOption(rpcUrl()))

const addTraffic = (command: Command): Command =>
  command
    .option('--rpc-header-file <file>', "HTTP headers for a node, one a line; again for the next --rpc-url's", repeated)
    .option('--timeout <seconds>', 'for each answer, all tries included', wholeArgument(1, 600), 20)
    .option('--rps <n>', 'requests a second to each node at most', wholeArgument(1, 1000))
    .option('--verbose', 'also print what was asked of each node')
