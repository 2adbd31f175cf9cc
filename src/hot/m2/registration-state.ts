// What the contracts say of an operator and an AVS of the M2 kind, read from one root at one block.
//
// From the RegistryCoordinator everything else is found on chain: service manager, the three registries, AVSDirectory,
// DelegationManager. Three batches, because each layer of addresses comes from the one above it. What a generation
// does not have (ejection cooldown, allow-list) reads as null.
import { getAddress } from 'viem'
import { word } from '../../shared/chain/bn254.ts'
import type { Address, Bytes32, UnixSeconds } from '../../shared/base/fields.ts'
import type { ChainHead } from '../rpc/head.ts'
import { call, code, contractCode, list, optional, record, storage, type Read, type Reader } from '../rpc/reader.ts'
import { setsBesideReads, setsPlaceReads } from './sets-beside.ts'

/** What is to be registered. */
export interface RegistrationWish {
  readonly registryCoordinator: Address
  readonly operator: Address
  readonly quorums: readonly number[]
  /** Of the BLS key that will be used, where the caller knows it. */
  readonly operatorId: Bytes32 | null
  readonly salt: Bytes32
  readonly expiry: UnixSeconds
  /** Where it is known: for commands that a hint names. */
  readonly socket?: string
}

/** getOperatorStatus of the RegistryCoordinator; avsOperatorStatus of the AVSDirectory has the first two. */
export const operatorStatus = { neverRegistered: 0, registered: 1, deregistered: 2 } as const

/** A read's value. */
type ValueOf<R> = R extends Read<infer T> ? T : never

/** Everything read, layer by layer, and the block it was read at. */
export interface RegistrationState {
  readonly head: ChainHead
  readonly coordinator: ValueOf<ReturnType<typeof coordinatorReads>>
  readonly registries: ValueOf<ReturnType<typeof registryReads>>
  readonly core: ValueOf<ReturnType<typeof coreReads>>
}

/** One quorum as the registries know it; null where it does not exist. */
export interface QuorumState {
  readonly number: number
  readonly weight: bigint | null
  readonly minimum: bigint | null
  readonly operators: number | null
  readonly maximum: number | null
  /** How many strategies it weighs. */
  readonly strategies: number | null
}

const ZERO_WORD = word(0n)
/** EIP-1967: where a proxy keeps the address of its implementation. */
const IMPLEMENTATION_SLOT = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc'

/** The address in the lower 20 bytes of a word. */
const addressIn = (stored: bigint): Address => getAddress(`0x${word(stored).slice(-40)}`) as Address

/**
 * Reads the state, in three HTTP requests to each node.
 *
 * @throws AirlockError no_contract_code, contract_kind_unknown, rpc_disagree, rpc_bad_answer, rpc_refused, and those of
 *   the connection
 */
export async function readRegistrationState(
  reader: Reader,
  head: ChainHead,
  wish: RegistrationWish,
): Promise<RegistrationState> {
  const coordinator = await reader.read(coordinatorReads(wish))
  const registries = await reader.read(registryReads(wish, coordinator))
  const core = await reader.read(coreReads(wish, coordinator.serviceManager, registries))
  return { head, coordinator, registries, core }
}

interface Point {
  readonly X: bigint
  readonly Y: bigint
}

/** getOperatorSetParams of a coordinator. */
export interface SetParams {
  readonly maxOperatorCount: number
  readonly kickBIPsOfOperatorStake: number
  readonly kickBIPsOfTotalStake: number
}

function coordinatorReads({ registryCoordinator, operator, quorums }: RegistrationWish) {
  const of = <T>(signature: string, ...args: readonly unknown[]): Read<T> =>
    call<T>('RegistryCoordinator', registryCoordinator, signature, ...args)
  const churn = 'calculateOperatorChurnApprovalDigestHash(address,bytes32,(uint8,address)[],bytes32,uint256)'
  const parameters = '(uint32 maxOperatorCount, uint16 kickBIPsOfOperatorStake, uint16 kickBIPsOfTotalStake)'
  return record({
    code: contractCode('RegistryCoordinator', registryCoordinator),
    implementation: storage(registryCoordinator, IMPLEMENTATION_SLOT),
    serviceManager: of<Address>('serviceManager() view returns (address)'),
    blsApkRegistry: of<Address>('blsApkRegistry() view returns (address)'),
    stakeRegistry: of<Address>('stakeRegistry() view returns (address)'),
    indexRegistry: of<Address>('indexRegistry() view returns (address)'),
    quorumCount: of<number>('quorumCount() view returns (uint8)'),
    status: of<number>('getOperatorStatus(address) view returns (uint8)', operator),
    operatorId: of<Bytes32>('getOperatorId(address) view returns (bytes32)', operator),
    messagePoint: of<Point>('pubkeyRegistrationMessageHash(address) view returns ((uint256 X, uint256 Y))', operator),
    pausedBits: of<bigint>('paused() view returns (uint256)'),
    // The cooldown came with the builds of mid 2024.
    cooldown: optional(of<bigint>('ejectionCooldown() view returns (uint256)')),
    lastEjection: optional(of<bigint>('lastEjectionTimestamp(address) view returns (uint256)', operator)),
    // Zero since EigenDA churns on chain (2025-09): then a full quorum does not refuse.
    churnDigest: optional(of<Bytes32>(`${churn} view returns (bytes32)`, operator, ZERO_WORD, [], ZERO_WORD, 0n)),
    beside: setsBesideReads(registryCoordinator, quorums),
    maxima: list(
      quorums.map((number) =>
        optional(of<SetParams>(`getOperatorSetParams(uint8) view returns (${parameters})`, number)),
      ),
    ),
  })
}

function registryReads(wish: RegistrationWish, coordinator: ValueOf<ReturnType<typeof coordinatorReads>>) {
  const { operator, quorums, operatorId, registryCoordinator } = wish
  const { implementation, serviceManager, blsApkRegistry, stakeRegistry, indexRegistry } = coordinator
  const isBeside = coordinator.beside.sets.length > 0
  const bls = <T>(signature: string, ...args: readonly unknown[]): Read<T> =>
    call<T>('BLSApkRegistry', blsApkRegistry, signature, ...args)
  const bitmap = 'getCurrentQuorumBitmap(bytes32) view returns (uint192)'
  return record({
    implementationCode: list(implementation === 0n ? [] : [code(addressIn(implementation))]),
    setsPlace: list(isBeside ? [setsPlaceReads(registryCoordinator)] : []),
    avsDirectory: call<Address>('ServiceManager', serviceManager, 'avsDirectory() view returns (address)'),
    delegationManager: call<Address>('StakeRegistry', stakeRegistry, 'delegation() view returns (address)'),
    boundKey: bls<Bytes32>('operatorToPubkeyHash(address) view returns (bytes32)', operator),
    keyOwner: bls<Address>('pubkeyHashToOperator(bytes32) view returns (address)', operatorId ?? ZERO_WORD),
    // Reverts for an operator that was never there.
    bitmap: optional(call<bigint>('RegistryCoordinator', registryCoordinator, bitmap, coordinator.operatorId)),
    // An allow-list, as AltLayer's MACH has it.
    allowlistEnabled: optional(
      call<boolean>('ServiceManager', serviceManager, 'allowlistEnabled() view returns (bool)'),
    ),
    allowed: optional(
      call<boolean>('ServiceManager', serviceManager, 'allowlist(address) view returns (bool)', operator),
    ),
    managerPaused: optional(call<bigint>('ServiceManager', serviceManager, 'paused() view returns (uint256)')),
    quorums: list(quorums.map((number) => quorumReads(stakeRegistry, indexRegistry, number, operator))),
  })
}

function quorumReads(stakeRegistry: Address, indexRegistry: Address, number: number, operator: Address) {
  const weight = 'weightOfOperatorForQuorum(uint8,address) view returns (uint96)'
  const minimum = 'minimumStakeForQuorum(uint8) view returns (uint96)'
  const operators = 'totalOperatorsForQuorum(uint8) view returns (uint32)'
  return record({
    weight: optional(call<bigint>('StakeRegistry', stakeRegistry, weight, number, operator)),
    minimum: optional(call<bigint>('StakeRegistry', stakeRegistry, minimum, number)),
    operators: optional(call<number>('IndexRegistry', indexRegistry, operators, number)),
    strategies: strategiesRead(stakeRegistry, number),
  })
}

/** How many strategies a quorum weighs, which is what a registration pays for; null where the registry does not say. */
export const strategiesRead = (stakeRegistry: Address, quorum: number): Read<number | null> => {
  const signature = 'strategyParamsLength(uint8) view returns (uint256)'
  const read = optional(call<bigint>('StakeRegistry', stakeRegistry, signature, quorum))
  return { ...read, decode: (answers) => asCount(read.decode(answers)) }
}

const asCount = (length: bigint | null): number | null => (length === null ? null : Number(length))

function coreReads(wish: RegistrationWish, avs: Address, registries: ValueOf<ReturnType<typeof registryReads>>) {
  const { operator, salt, expiry } = wish
  const of = <T>(signature: string, ...args: readonly unknown[]): Read<T> =>
    call<T>('AVSDirectory', registries.avsDirectory, signature, ...args)
  const digest = 'calculateOperatorAVSRegistrationDigestHash(address,address,bytes32,uint256) view returns (bytes32)'
  const isOperator = 'isOperator(address) view returns (bool)'
  return record({
    domainSeparator: of<Bytes32>('domainSeparator() view returns (bytes32)'),
    digest: of<Bytes32>(digest, operator, avs, salt, BigInt(expiry)),
    saltSpent: of<boolean>('operatorSaltIsSpent(address,bytes32) view returns (bool)', operator, salt),
    avsStatus: of<number>('avsOperatorStatus(address,address) view returns (uint8)', avs, operator),
    pausedBits: of<bigint>('paused() view returns (uint256)'),
    delegationManager: of<Address>('delegation() view returns (address)'),
    isOperator: call<boolean>('DelegationManager', registries.delegationManager, isOperator, operator),
  })
}

/** What the registries of a coordinator of any generation say of quorums, in the order in which they were asked. */
export interface QuorumsRead {
  readonly coordinator: { readonly stakeRegistry: Address; readonly maxima: readonly (SetParams | null)[] }
  readonly registries: { readonly quorums: readonly Omit<QuorumState, 'number' | 'maximum'>[] }
}

/** The quorums wished, each with what the registries say of it. */
export function quorumStates(
  { coordinator, registries }: QuorumsRead,
  quorums: readonly number[],
): readonly QuorumState[] {
  return quorums.map((number, index) => ({
    number,
    weight: registries.quorums[index]?.weight ?? null,
    minimum: registries.quorums[index]?.minimum ?? null,
    operators: registries.quorums[index]?.operators ?? null,
    maximum: coordinator.maxima[index]?.maxOperatorCount ?? null,
    strategies: registries.quorums[index]?.strategies ?? null,
  }))
}
