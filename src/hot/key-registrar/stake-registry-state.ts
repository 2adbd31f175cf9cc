// What an AVS with an ECDSAStakeRegistry says of an operator, and which AVS a command means.
//
// The AVS is a name of the catalogue (--avs), or both addresses: no build of the registry names its ServiceManager. Where the
// ServiceManager names a registry it must be this one. Three batches: registry and ServiceManager, AVSDirectory,
// DelegationManager. Domain and digest of the operator's signature are compared with what this program derives.
import { hotCommand } from '../../shared/base/commands.ts'
import { AirlockError, refusal, type Problem } from '../../shared/base/errors.ts'
import type { Address, Bytes32, UnixSeconds } from '../../shared/base/fields.ts'
import { word } from '../../shared/chain/bn254.ts'
import type { StakeRegistryFields } from '../../shared/operation-parts/stake-registry.ts'
import {
  avsDirectoryDomain,
  hashTyped,
  matchAvsDirectoryVersion,
  operatorAvsRegistration,
  type AvsDirectoryVersion,
} from '../../shared/chain/typed-data.ts'
import { entriesOf, onChain, otherKind } from '../build/avs-argument.ts'
import { call, contractCode, list, optional, record, type Reader } from '../rpc/reader.ts'

/** The options as typed. */
export interface StakeRegistryOptions {
  readonly avs?: string
  readonly stakeRegistry?: Address
  readonly serviceManager?: Address
}

const CHOOSING = 'choosing the AVS'

/**
 * Looks at what was typed.
 *
 * @returns what finds both addresses; it throws avs_not_on_chain, avs_kind_unsupported
 * @throws AirlockError usage, unless either --avs or both addresses are given; avs_name_unknown
 */
export function chosenStakeRegistry(options: StakeRegistryOptions): (chainId: number) => StakeRegistryFields {
  const { avs, stakeRegistry, serviceManager } = options
  if (avs !== undefined && stakeRegistry === undefined && serviceManager === undefined) {
    const known = entriesOf(avs)
    return (chainId) => contractsOf(onChain(known, chainId, 'both of --stake-registry and --service-manager'))
  }
  if (avs === undefined && stakeRegistry !== undefined && serviceManager !== undefined) {
    return () => ({ stakeRegistry, serviceManager })
  }
  const expected = 'expected --avs, or both of --stake-registry and --service-manager'
  throw refusal(CHOOSING, 'usage', expected, `see the names with ${hotCommand('avs list')}`)
}

function contractsOf(avs: ReturnType<typeof onChain>): StakeRegistryFields {
  const { ECDSAStakeRegistry: stakeRegistry, ServiceManager: serviceManager } = avs.contracts
  if (avs.kind !== 'ecdsa-stake' || stakeRegistry === undefined || serviceManager === undefined) throw otherKind(avs)
  return { stakeRegistry, serviceManager }
}

/** Who is asked about, and with what the operator would sign. */
export type StakeRegistryWish = StakeRegistryFields & {
  readonly operator: Address
  /** Null where no signature of the operator is asked for. */
  readonly signature: { readonly salt: Bytes32; readonly expiry: UnixSeconds } | null
}

/** A strategy that counts for the weight, with the operator's shares. */
export interface WeighedStrategy {
  readonly strategy: Address
  /** In parts of 10,000. */
  readonly multiplier: bigint
  readonly shares: bigint
}

/** What the contracts say. */
export interface StakeRegistryState {
  readonly registered: boolean
  readonly signingKey: Address | null
  readonly minimumWeight: bigint
  /** What the registry counts: none where it is below the minimum. */
  readonly weight: bigint
  readonly strategies: readonly WeighedStrategy[]
  /** Hyperlane's challengers, of which the operator must be free before it leaves; null with other AVSs. */
  readonly challengers: readonly Address[] | null
  readonly avsDirectory: Address
  readonly domainVersion: AvsDirectoryVersion
  readonly avsStatus: number
  readonly saltSpent: boolean
  readonly directoryPaused: bigint
  readonly isOperator: boolean
}

interface Quorum {
  readonly strategies: readonly { readonly strategy: Address; readonly multiplier: bigint }[]
}

/**
 * Reads the state.
 *
 * @throws AirlockError domain_unknown, digest_mismatch, contracts_disagree; and those of reading
 */
export async function readStakeRegistry(
  reader: Reader,
  chainId: number,
  wish: StakeRegistryWish,
): Promise<StakeRegistryState> {
  const { directory: avsDirectory, named, quorum, ...registry } = await reader.read(registryReads(wish))
  const { delegation, digest, separator, ...directory } = await reader.read(directoryReads(wish, avsDirectory))
  const domainVersion = crossCheck(chainId, wish, { avsDirectory, digest, named, separator })
  const { isOperator, shares } = await reader.read(delegationReads(wish, delegation, quorum))
  const strategies = quorum.strategies.map((one, index) => ({ ...one, shares: shares[index] ?? 0n }))
  return { ...registry, ...directory, avsDirectory, domainVersion, isOperator, strategies }
}

/** What the registry and the ServiceManager say of an operator now. */
function registryReads({ operator, serviceManager, stakeRegistry }: StakeRegistryWish) {
  const of = <T>(signature: string, ...args: unknown[]) =>
    call<T>('ECDSAStakeRegistry', stakeRegistry, signature, ...args)
  const manager = <T>(signature: string, ...args: unknown[]) =>
    call<T>('ServiceManager', serviceManager, signature, ...args)
  return record({
    code: contractCode('ECDSAStakeRegistry', stakeRegistry),
    managerCode: contractCode('ServiceManager', serviceManager),
    registered: of<boolean>('operatorRegistered(address) view returns (bool)', operator),
    minimumWeight: of<bigint>('minimumWeight() view returns (uint256)'),
    weight: of<bigint>('getOperatorWeight(address) view returns (uint256)', operator),
    quorum: of<Quorum>('quorum() view returns (((address strategy, uint96 multiplier)[] strategies) quorum)'),
    // Spelled as the contract spells it.
    signingKey: optional(of<Address>('getLastestOperatorSigningKey(address) view returns (address)', operator)),
    // Some builds keep it to themselves.
    named: optional(manager<Address>('stakeRegistry() view returns (address)')),
    directory: manager<Address>('avsDirectory() view returns (address)'),
    challengers: optional(
      manager<readonly Address[]>('getOperatorChallengers(address) view returns (address[])', operator),
    ),
  })
}

const DIGEST = 'calculateOperatorAVSRegistrationDigestHash(address,address,bytes32,uint256) view returns (bytes32)'

function directoryReads({ operator, serviceManager, signature }: StakeRegistryWish, avsDirectory: Address) {
  const of = <T>(name: string, ...args: unknown[]) => call<T>('AVSDirectory', avsDirectory, name, ...args)
  const salt = signature?.salt ?? word(0n)
  return record({
    separator: of<Bytes32>('domainSeparator() view returns (bytes32)'),
    digest: of<Bytes32>(DIGEST, operator, serviceManager, salt, BigInt(signature?.expiry ?? 0)),
    saltSpent: of<boolean>('operatorSaltIsSpent(address,bytes32) view returns (bool)', operator, salt),
    avsStatus: of<number>('avsOperatorStatus(address,address) view returns (uint8)', serviceManager, operator),
    directoryPaused: of<bigint>('paused() view returns (uint256)'),
    delegation: of<Address>('delegation() view returns (address)'),
  })
}

function delegationReads({ operator }: StakeRegistryWish, delegation: Address, { strategies }: Quorum) {
  const of = <T>(signature: string, ...args: unknown[]) => call<T>('DelegationManager', delegation, signature, ...args)
  const shares = 'operatorShares(address,address) view returns (uint256)'
  return record({
    isOperator: of<boolean>('isOperator(address) view returns (bool)', operator),
    shares: list(strategies.map(({ strategy }) => of<bigint>(shares, operator, strategy))),
  })
}

const TRUST =
  'give an --rpc-url that you trust; if two nodes agree, report it: the contract is of a kind not known here'

interface Said {
  readonly avsDirectory: Address
  readonly digest: Bytes32
  readonly named: Address | null
  readonly separator: Bytes32
}

/** The flavour of the AVSDirectory's domain, after everything that can be compared was compared. */
function crossCheck(
  chainId: number,
  { operator, serviceManager, signature, stakeRegistry }: StakeRegistryWish,
  { avsDirectory, digest, named, separator }: Said,
): AvsDirectoryVersion {
  const problems: Problem[] = []
  if (named !== null && named !== stakeRegistry) {
    const message = `the ServiceManager ${serviceManager} names stake registry ${named}, not ${stakeRegistry}`
    problems.push({ code: 'contracts_disagree', message, hint: 'give the registry and the ServiceManager of one AVS' })
  }
  const version = matchAvsDirectoryVersion(chainId, avsDirectory, separator)
  if (version === undefined) {
    const message =
      `the AVSDirectory ${avsDirectory} has domain separator ${separator} on chain ${chainId}, ` +
      'which is none of the four known flavours (no version, "1.", "v1", "1")'
    problems.push({ code: 'domain_unknown', message, hint: TRUST })
  } else {
    const fields = { operator, avs: serviceManager, salt: signature?.salt ?? word(0n) }
    const domain = avsDirectoryDomain(chainId, avsDirectory, version)
    const ours = hashTyped(
      operatorAvsRegistration(domain, { ...fields, expiry: BigInt(signature?.expiry ?? 0) }),
    ).digest
    if (ours !== digest) {
      const message = `the AVSDirectory computes the digest ${digest}, this program ${ours}`
      problems.push({ code: 'digest_mismatch', message, hint: TRUST })
    }
  }
  const [first, ...rest] = problems
  if (first !== undefined) throw new AirlockError('comparing with the contracts', [first, ...rest])
  return version ?? null
}
