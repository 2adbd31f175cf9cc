// The command line of the operations at EigenLayer's DelegationManager and PermissionController.
import { InvalidArgumentError, type Command } from 'commander'
import { wholeArgument } from '../../local/arguments.ts'
import { addCommand } from '../../local/program.ts'
import { MAX_OPT_OUT_WINDOW, NOBODY } from '../../shared/operation-parts/operator-details.ts'
import { permittedFunctions, type Selector } from '../../shared/operation-parts/permitted-functions.ts'
import { addressArgument } from '../build/arguments.ts'
import { addBuildOptions, addFrom } from '../build/build-options.ts'
import {
  buildMetadataUri,
  buildModifyDetails,
  buildRegisterAsOperator,
  refuseUndelegate,
  type Approver,
} from './delegation.ts'
import { buildAdmin, buildAppointee, type Target } from './permission-operations.ts'

/** Adds the commands to `build`. */
export function addCoreCommands(build: Command): void {
  addRegisterAsOperator(build)
  addModifyDetails(build)
  addMetadataUri(build)
  addUndelegate(build)
  addAppointees(build)
  addAdmins(build)
}

const ANVIL = '--rpc-url http://127.0.0.1:8545'

const addManager = (command: Command): Command =>
  command.option('--delegation-manager <address>', 'on a chain that the catalogue does not know', addressArgument)

function addRegisterAsOperator(build: Command): void {
  const command = addCommand(build, 'register-as-operator', 'become an operator of EigenLayer, for ever', [
    `airlock-hot build register-as-operator ${ANVIL} \\`,
    '    --operator 0x... --allocation-delay 1200 \\',
    '    --metadata-uri https://operator.example/metadata.json -o request.json',
  ])
  addDetails(addManager(addBuildOptions(command)))
    .requiredOption('--metadata-uri <uri>', "where the operator's metadata is; no contract looks at it")
    .option('--delegation-approver <address>', 'who must agree to each staker, or "none" (default)', approverArgument)
    .option(
      '--allocation-delay <blocks>',
      'slashing generation: how long an allocation waits before it counts',
      wholeArgument(0, 2 ** 32 - 1),
    )
    .action(buildRegisterAsOperator)
}

function addModifyDetails(build: Command): void {
  const command = addCommand(build, 'modify-operator-details', "change an operator's delegation approver or window", [
    `airlock-hot build modify-operator-details ${ANVIL} \\`,
    '    --operator 0x... --delegation-approver none -o request.json',
  ])
  addDetails(addFrom(addManager(addBuildOptions(command))))
    .requiredOption('--delegation-approver <address>', 'who must agree to each staker, or "none"', approverArgument)
    .action(buildModifyDetails)
}

/** The details that the M2 generation alone has. */
const addDetails = (command: Command): Command =>
  command
    .option(
      '--staker-opt-out-window-blocks <blocks>',
      'M2 generation: how long stakers may take to leave; can only grow',
      wholeArgument(0, MAX_OPT_OUT_WINDOW),
    )
    .option('--earnings-receiver <address>', 'M2 generation: the operator, where it is left out', addressArgument)

function addMetadataUri(build: Command): void {
  const command = addCommand(build, 'update-metadata-uri', 'announce where to read of an operator', [
    `airlock-hot build update-metadata-uri ${ANVIL} \\`,
    '    --operator 0x... -o request.json \\',
    '    --metadata-uri https://operator.example/metadata.json',
  ])
  addFrom(addManager(addBuildOptions(command)))
    .requiredOption('--metadata-uri <uri>', "where the operator's metadata is; no contract looks at it")
    .action(buildMetadataUri)
}

function addUndelegate(build: Command): void {
  addCommand(build, 'undelegate', 'says why an operator cannot, and what it can do', ['airlock-hot build undelegate'])
    .allowUnknownOption()
    .allowExcessArguments()
    .action(refuseUndelegate)
}

const addController = (command: Command): Command =>
  command.option('--permission-controller <address>', 'on a chain that the catalogue does not know', addressArgument)

function addAppointees(build: Command): void {
  const give = 'let somebody call one function for the operator'
  const take = 'take back what set-appointee gave'
  for (const [kind, what] of [
    ['set-appointee', give],
    ['remove-appointee', take],
  ] as const) {
    const command = addCommand(build, kind, what, [
      `airlock-hot build ${kind} ${ANVIL} \\`,
      '    --operator 0x... --appointee 0x... --target DelegationManager \\',
      '    --selector updateOperatorMetadataURI -o request.json',
    ])
    addFrom(addController(addBuildOptions(command)))
      .requiredOption('--appointee <address>', 'who may call it', addressArgument)
      .requiredOption('--target <contract>', "an address, or a name of EigenLayer's contracts", targetArgument)
      .requiredOption('--selector <bytes4>', 'four bytes, or the name of a function that is known', selectorArgument)
      .action(buildAppointee(kind))
  }
}

const admins = [
  ['add-pending-admin', 'propose an admin of the operator'],
  ['remove-pending-admin', 'take back the proposal of an admin'],
  ['accept-admin', 'become an admin of the operator: the new admin sends it'],
  ['remove-admin', 'take all rights from one of several admins'],
] as const

function addAdmins(build: Command): void {
  for (const [kind, what] of admins) {
    const command = addCommand(build, kind, what, [
      `airlock-hot build ${kind} ${ANVIL} \\`,
      '    --operator 0x... --admin 0x... -o request.json',
    ])
    const common = addController(addBuildOptions(command))
    // The acceptance has one possible sender, the new admin.
    const whole = kind === 'accept-admin' ? common : addFrom(common)
    whole.requiredOption('--admin <address>', 'the admin', addressArgument).action(buildAdmin(kind))
  }
}

/** An approver: an address, or nobody by "none" or the zero address. */
function approverArgument(text: string): Approver {
  if (text === 'none') return text
  const given = addressArgument(text)
  return given === NOBODY ? 'none' : given
}

const targetArgument = (text: string): Target =>
  text.startsWith('0x') ? { address: addressArgument(text) } : { name: text }

/** Four bytes of hex, or the name of a function that is known. */
function selectorArgument(text: string): Selector {
  if (/^0x[0-9a-fA-F]{8}$/.test(text)) return text.toLowerCase() as Selector
  const known = permittedFunctions.find(({ name }) => name === text)
  if (known !== undefined) return known.selector
  const names = permittedFunctions.map(({ name }) => name).join(', ')
  throw new InvalidArgumentError(`expected 0x and 8 hex digits, or one of ${names}`)
}
