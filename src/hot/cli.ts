// The command line of airlock-hot: avs, build, show, verify, merge, wallet, send, status, evidence. No command takes a secret.
import { hotLine } from '../shared/base/commands.ts'
import type { Command } from 'commander'
import { wholeArgument } from '../local/arguments.ts'
import { addCommand, addGroup, makeProgram } from '../local/program.ts'
import { addQrCommands } from '../local/qr-commands.ts'
import { version } from '../local/version.ts'
import { addressArgument, bytes32Argument, placesArgument } from './build/arguments.ts'
import { avsList, avsShow } from './avs-command.ts'
import { addBuild } from './build-cli.ts'
import { addAvs, addAnchors, addJournal, addNodes, addRpc, chainArgument } from './build/build-options.ts'
import { breakGlass } from './break-glass.ts'
import { makeBundle, unbundle } from './bundle-command.ts'
import { addCoreCommands } from './eigenlayer/core-cli.ts'
import { verifyEvidence } from './evidence-command.ts'
import { publicKey } from './public-key-command.ts'
import { readBackElsewhere, safe } from './safe-command.ts'
import { send, verify } from './send/send-command.ts'
import { addSplitCommands } from './split-signing/split-cli.ts'
import { show } from './show-command.ts'
import { statusTyped } from './status/status-command.ts'
import { zxingReader } from './scan/zxing.ts'

const DESCRIPTION = `Online half of Airlock: reads the chain, builds unsigned requests, checks signed
responses, broadcasts them and reads the result back. It never sees a key.`

/** The program with its commands. */
export function hotProgram(): Command {
  const program = makeProgram('airlock-hot', DESCRIPTION, version)
  addCoreCommands(addBuild(program))

  addCommand(program, 'show <request>', 'show a request as the offline machine will', [
    'airlock-hot show request.json',
  ]).action(show)

  const check = addCommand(
    program,
    'verify <request> <response>',
    'check a response: signers, BLS proof, every transaction',
    ['airlock-hot verify request.json response.json'],
  )
  addJournal(addAnchors(check)).action(verify)

  addCommand(program, 'public-key <file>', 'check the public half of a BLS key that the offline machine exported', [
    'airlock-hot public-key public-key.json',
  ]).action(publicKey)

  const command = addCommand(
    program,
    'send <request> [response]',
    'verify, simulate, broadcast, confirm and read back; safe to run again. Without a response, of the journal',
    [
      'airlock-hot send request.json response.json --rpc-url http://127.0.0.1:8545',
      'airlock-hot send request.json response.json --rpc-url URL --rpc-url URL2',
      'airlock-hot send request.json response.json --rpc-url URL --receipt r.json',
      'airlock-hot send 0123456789abcdef --rpc-url URL',
    ],
  )
  addJournal(addAnchors(addRpc(command)))
    .option('--confirmations <n>', 'blocks to wait for', wholeArgument(1, 1000), 1)
    .option('--bump-after <seconds>', 'when to send the next fee rung', wholeArgument(1, 86_400), 60)
    .option('--wait <seconds>', 'how long to wait in all', wholeArgument(1, 86_400), 600)
    .option('--only <list>', 'of a bundle: the requests to send, such as 1,3', placesArgument)
    .option('--receipt <file>', "write what became of it, for the offline machine's ledger")
    .option('--force', 'overwrite the receipt')
    .action(send)

  addContractOperators(program)
  addBundles(program)

  const state = addCommand(
    program,
    'status',
    'what is outstanding; or what the contracts say of an operator and an AVS',
    [
      'airlock-hot status',
      'airlock-hot status --rpc-url http://127.0.0.1:8545',
      'airlock-hot status --avs eigenda --operator 0x... --rpc-url URL',
    ],
  )
  addJournal(addAvs(addNodes(state)))
    .option('--operator <address>', 'the operator', addressArgument)
    .option('--chain <id>', 'refuse a node of any other chain', chainArgument)
    .action(statusTyped)

  addCatalogue(program)

  const evidence = addGroup(program, 'evidence', 'evidence out of a ledger')
  addCommand(evidence, 'verify <folder>', 'check a pack of evidence, without a key and without a node', [
    'airlock-hot evidence verify evidence',
    'airlock-hot evidence verify evidence --anchor response.json',
  ])
    .option('--anchor <responses...>', 'responses held here that must be entries of this very ledger')
    .action(verifyEvidence)

  addSplitCommands(program)

  addQrCommands(program, zxingReader, {
    request: (file) => hotLine('show', { REQUEST: file }),
    response: (file) => hotLine('verify', { RESPONSE: file }),
    approval: (file) => hotLine('qr', { FILE: file }),
    statement: (file) => hotLine('qr', { FILE: file }),
    bundle: (file) => hotLine('show', { REQUEST: file }),
    'bundle-responses': (file) => hotLine('verify', { REQUEST: 'BUNDLE', RESPONSE: file }),
    receipt: (file) => hotLine('qr', { FILE: file }),
  })

  return program
}

function addContractOperators(program: Command): void {
  const put = addCommand(
    program,
    'safe <request> [response]',
    "the call of an operator that is a contract, for its Safe's app",
    ['airlock-hot safe request.json response.json --rpc-url URL -o safe.json'],
  )
  addJournal(addAnchors(addRpc(put)))
    .requiredOption('-o, --output <file>', 'where the Safe transaction goes')
    .option('--force', 'overwrite the output file')
    .action(safe)

  const back = addCommand(program, 'read-back <request> [response]', 'what became of a call that a contract made', [
    'airlock-hot read-back request.json response.json \\',
    '    --transaction 0x... --rpc-url URL',
  ])
  addJournal(addAnchors(addRpc(back)))
    .requiredOption('--transaction <hash>', 'the transaction that made the call', bytes32Argument)
    .action(readBackElsewhere)
}

function addBundles(program: Command): void {
  addCommand(program, 'bundle <requests...>', 'several requests as one document, with nonces that follow each other', [
    'airlock-hot bundle request-1.json request-2.json -o bundle.json',
    'airlock-hot bundle --alternatives leave.json cancel.json -o break-glass.json',
  ])
    .requiredOption('-o, --output <file>', 'where the bundle goes')
    .option('--alternatives', 'keep the nonces as built: of two with one nonce the chain takes one')
    .option('--force', 'overwrite the output file')
    .action(makeBundle)

  addCommand(program, 'unbundle <bundle> [responses]', 'the requests of a bundle, and its responses, as documents', [
    'airlock-hot unbundle bundle.json responses.json -o folder',
  ])
    .requiredOption('-o, --output <folder>', 'where they go')
    .option('--force', 'overwrite files')
    .action(unbundle)

  addCommand(program, 'break-glass <sealed>', 'open sealed responses with their passphrase', [
    'airlock-hot break-glass sealed.json -o folder',
    'airlock-hot break-glass sealed.json   (says what it is, and opens nothing)',
  ])
    .option('-o, --output <folder>', 'open it, and write bundle.json and responses.json there')
    .option('--passphrase-fd <n>', 'file descriptor to read the passphrase from', wholeArgument(0, 255))
    .option('--force', 'overwrite files')
    .action(breakGlass)
}

function addCatalogue(program: Command): void {
  const avs = addGroup(program, 'avs', 'the AVSs that this build knows by name')
  addCommand(avs, 'list', 'their names and kinds, and the SHA-256 of the catalogue', ['airlock-hot avs list --chain 1'])
    .option('--chain <id>', 'those of one chain', chainArgument)
    .action(avsList)
  addCommand(avs, 'show <name>', 'contracts, quorums, socket and sources of one', ['airlock-hot avs show eigenda'])
    .option('--chain <id>', 'on one chain', chainArgument)
    .action(avsShow)
}
