// airlock-hot status: what the contracts say of an operator and an AVS, and what a registration would meet; without either, what
// the journal holds (journal-status.ts).
import { hang, print, printJson, say } from '../../local/terminal.ts'
import { word } from '../../shared/chain/bn254.ts'
import { refusal } from '../../shared/base/errors.ts'
import type { Address, Bytes32, UnixSeconds } from '../../shared/base/fields.ts'
import { contractName } from '../../shared/catalogue/review-names.ts'
import { ether, grouped, utc } from '../../shared/base/units.ts'
import { formatEther } from 'viem'
import { chosenAvs, type AvsOptions } from '../build/avs-argument.ts'
import { accountReads, type Account } from '../build/account.ts'
import { readHead } from '../rpc/head.ts'
import { journalStatus, type JournalStatusOptions } from './journal-status.ts'
import { Reader } from '../rpc/reader.ts'
import { preflight } from '../m2/preflight.ts'
import {
  quorumStates,
  readRegistrationState,
  type QuorumState,
  type RegistrationState,
  type RegistrationWish,
} from '../m2/registration-state.ts'
import { Nodes, type NodeOptions } from '../rpc/nodes.ts'

export interface StatusOptions extends AvsOptions, NodeOptions {
  readonly operator: Address
  readonly verbose?: boolean
  readonly json?: boolean
}

const coordinatorStatus = ['NEVER_REGISTERED', 'REGISTERED', 'DEREGISTERED'] as const
const directoryStatus = ['UNREGISTERED', 'REGISTERED'] as const
const ZERO_WORD = word(0n)

/** What was typed: with an operator or an AVS the state on chain, else the journal. */
export interface StatusTyped extends JournalStatusOptions, AvsOptions {
  readonly operator?: Address
}

/**
 * Shows the journal, or what the contracts say.
 *
 * @throws AirlockError usage, when only some of operator, AVS and node are given
 */
export async function statusTyped(options: StatusTyped): Promise<void> {
  const { operator, rpcUrl, avs, registryCoordinator } = options
  if (operator === undefined && avs === undefined && registryCoordinator === undefined) return journalStatus(options)
  if (operator !== undefined && rpcUrl !== undefined) return status({ ...options, operator, rpcUrl })
  const lacking = [...(operator === undefined ? ['--operator'] : []), ...(rpcUrl === undefined ? ['--rpc-url'] : [])]
  const hint =
    'what the contracts say takes an operator, an AVS and a node; without any of them `status` shows the journal'
  throw refusal('reading the command line', 'usage', `missing ${lacking.join(' and ')}`, hint)
}

/** Reads and shows the state; refuses nothing that is merely bad news. */
export async function status(options: StatusOptions): Promise<void> {
  const coordinatorOn = chosenAvs(options)
  const nodes = new Nodes(options)
  const head = await readHead(nodes, options.chain)
  if (head.behind !== null) say(hang('Note: ', head.behind))
  const asked = { registryCoordinator: coordinatorOn(head.chainId), operator: options.operator }
  const wish = wishFor(asked, [], head.block.timestamp)
  const reader = new Reader(nodes, head.block.hash)
  const { coordinator } = await readRegistrationState(reader, head, wish)
  const all = wishFor(
    asked,
    Array.from({ length: coordinator.quorumCount }, (_, number) => number),
    head.block.timestamp,
  )
  const [state, account] = await Promise.all([
    readRegistrationState(reader, head, all),
    reader.read(accountReads(options.operator)),
  ])
  if (options.verbose === true) say(`All reads at block ${head.block.number} ${head.block.hash}\n${nodes.summary}`)
  const facts = factsOf(state, all, account)
  if (options.json === true) printJson(facts)
  else show(facts, head.chainId)
}

/** A wish that reads the state and spends nothing: the salt is looked up, not used. */
function wishFor(
  { registryCoordinator, operator }: Pick<RegistrationWish, 'registryCoordinator' | 'operator'>,
  quorums: readonly number[],
  expiry: UnixSeconds,
): RegistrationWish {
  return { registryCoordinator, operator, quorums, operatorId: null, salt: ZERO_WORD, expiry }
}

interface QuorumFacts extends QuorumState {
  readonly registered: boolean
  /** Why registering for this quorum now would revert. */
  readonly obstacles: readonly string[]
}

interface Facts {
  readonly block: RegistrationState['head']['block']
  readonly operator: Address
  readonly registryCoordinator: Address
  readonly serviceManager: Address
  readonly eigenLayerOperator: boolean
  readonly coordinatorStatus: string
  readonly directoryStatus: string
  readonly operatorId: Bytes32 | null
  readonly nonce: bigint
  readonly balanceWei: bigint
  readonly quorums: readonly QuorumFacts[]
}

function factsOf(state: RegistrationState, wish: RegistrationWish, account: Account): Facts {
  const { coordinator, registries, core, head } = state
  const bitmap = registries.bitmap ?? 0n
  return {
    block: head.block,
    operator: wish.operator,
    registryCoordinator: wish.registryCoordinator,
    serviceManager: coordinator.serviceManager,
    eigenLayerOperator: core.isOperator,
    coordinatorStatus: coordinatorStatus[coordinator.status] ?? `unknown (${coordinator.status})`,
    directoryStatus: directoryStatus[core.avsStatus] ?? `unknown (${core.avsStatus})`,
    operatorId: registries.boundKey === ZERO_WORD ? null : registries.boundKey,
    nonce: account.nonce,
    balanceWei: account.balance,
    quorums: quorumStates(state, wish.quorums).map((quorum) => {
      const registered = ((bitmap >> BigInt(quorum.number)) & 1n) === 1n
      return { ...quorum, registered, obstacles: registered ? [] : obstacles(state, wish, quorum) }
    }),
  }
}

/** The preflight of this one quorum; the random salt of a real request is not spent, and its price is not known here. */
function obstacles(state: RegistrationState, wish: RegistrationWish, { number }: QuorumState): readonly string[] {
  const one = { ...state.registries, quorums: state.registries.quorums.slice(number, number + 1) }
  const { beside } = state.coordinator
  const maxima = state.coordinator.maxima.slice(number, number + 1)
  const alone = {
    ...state,
    registries: one,
    coordinator: {
      ...state.coordinator,
      maxima,
      beside: { ...beside, sets: beside.sets.filter((set) => set === number) },
    },
    core: { ...state.core, saltSpent: false },
  }
  return preflight(alone, { ...wish, quorums: [number] }).map(({ message }) => message)
}

function show(facts: Facts, chainId: number): void {
  const { number, timestamp } = facts.block
  print(`At block ${grouped(number)}, ${utc(timestamp)}`)
  print(`  Operator            ${facts.operator}`)
  print(`    EigenLayer        ${facts.eigenLayerOperator ? 'operator' : 'not an operator'}`)
  print(`    next nonce        ${facts.nonce}`)
  print(`    balance           ${ether(facts.balanceWei)}`)
  print(`  AVS                 ${facts.serviceManager}`)
  print(`                      ${contractName(chainId, facts.serviceManager)}`)
  print(`    RegistryCoordinator ${facts.coordinatorStatus}`)
  print(`    AVSDirectory        ${facts.directoryStatus}`)
  print('    bound BLS key, by its operator id')
  print(`      ${facts.operatorId ?? 'none yet'}`)
  for (const quorum of facts.quorums) showQuorum(quorum)
}

function showQuorum({
  number,
  registered,
  weight,
  minimum,
  operators,
  maximum,
  obstacles: reasons,
}: QuorumFacts): void {
  print(`  Quorum ${number}: ${registered ? 'REGISTERED' : 'not registered'}`)
  if (weight !== null && minimum !== null) print(`    stake ${formatEther(weight)}, at least ${formatEther(minimum)}`)
  if (operators !== null && maximum !== null)
    print(`    ${grouped(operators)} of at most ${grouped(maximum)} operators`)
  if (!registered && reasons.length === 0) print('    nothing known is in the way of registering')
  for (const reason of reasons) print(hang('    in the way: ', reason))
}
