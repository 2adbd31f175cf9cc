// Puts the devnet's contracts on an anvil chain.
//
// The runtime code of each contract comes from an eth_call that creates it and is placed with anvil_setCode, so a
// contract can stand at any address: pass `at` to put the devnet where a real deployment is, or leave it and get fresh
// addresses. What the contracts keep in storage, the quorums, is then written by ordinary transactions of account 0.
//
// Takes about a quarter of a second once the contracts are compiled.

import { encodeDeployData, getAddress, keccak256, parseEther, slice, toHex, zeroAddress, type Address } from 'viem'
import { devnetClient, type DevnetClient } from './chain.ts'
import { compileContracts, type Artefacts, type ContractName } from './compile.ts'
import {
  Devnet,
  type DevnetAddresses,
  type DevnetFacts,
  type Generation,
  type KickBips,
  type ServiceManagerKind,
} from './devnet.ts'
import { CHURN_APPROVER, type DomainFlavour } from './operator.ts'

export interface Quorum {
  readonly minimumStake: bigint
  readonly maxOperatorCount: number
  /** Default: those of EigenDA on mainnet. */
  readonly kick?: KickBips
}

/** What a DelegationManager of the current generation stands beside. */
export interface Core {
  readonly permissionController: Address
  readonly allocationManager: Address
}

/** A core that stands on the chain already, with a strategy that it knows. */
export interface StandingCore {
  readonly delegationManager: Address
  readonly avsDirectory: Address
  readonly strategy: Address
}

export interface DevnetOptions {
  /** What the AVSDirectory hashes as its version; null is the M2 generation, which has none. Default '1'. */
  readonly domain?: DomainFlavour
  /** Which RegistryCoordinator: M2's, or the later one of EigenDA. Default 'A2'. */
  readonly generation?: Generation
  /** MACH's have an allow-list and differ in its error. Default 'plain'. */
  readonly serviceManager?: ServiceManagerKind
  /** A2 only: behave as EigenDA master on a full quorum. Default false. */
  readonly autoChurn?: boolean
  /** Default: two, with minimum stakes of 1e18 and 32e18 and room for 200. */
  readonly quorums?: readonly Quorum[]
  /** Not with domain null. Default: neither exists, and an operator is its own only admin. */
  readonly core?: Core
  /** Where contracts shall stand; the others get fresh addresses. */
  readonly at?: Partial<DevnetAddresses>
  /** Contracts of others that stand on the chain: with them, nothing of EigenLayer's core is placed. */
  readonly on?: StandingCore
}

export const DEFAULT_QUORUMS: readonly Quorum[] = [
  { minimumStake: parseEther('1'), maxOperatorCount: 200 },
  { minimumStake: parseEther('32'), maxOperatorCount: 200 },
]

/** EigenDA's on mainnet: three days. */
export const EJECTION_COOLDOWN_SECONDS = 259_200

/** The one strategy of every devnet. */
export const STRATEGY = getAddress('0x00000000000000000000000000000057a7e9e001')
const FULL_VERSION = { '1.': '1.3.0', v1: 'v1.3.0', '1': '1.9.0' } as const
const PLACES: readonly (keyof DevnetAddresses)[] = [
  ...(['delegationManager', 'avsDirectory', 'serviceManager', 'registryCoordinator'] as const),
  ...(['blsApkRegistry', 'stakeRegistry', 'indexRegistry'] as const),
]

export async function deployDevnet(rpcUrl: string, options: DevnetOptions = {}): Promise<Devnet> {
  const { domain = '1', generation = 'A2', serviceManager: serviceManagerKind = 'plain', autoChurn = false } = options
  if (autoChurn && generation !== 'A2') throw new Error(`deploying the devnet: autoChurn needs A2, got ${generation}`)

  const artefacts = await compileContracts()
  const client = devnetClient(rpcUrl)
  const chainId = await client.getChainId()
  const [admin] = await client.request({ method: 'eth_accounts' } as const)
  if (admin === undefined) throw new Error(`deploying the devnet: ${rpcUrl} has no unlocked account`)

  const { strategy = STRATEGY, ...standing } = options.on ?? {}
  const addresses = { ...(await freshAddresses(client, admin, PLACES)), ...options.at, ...standing }
  const facts = { ...addresses, rpcUrl, chainId, domain, generation, serviceManagerKind, strategy, admin }
  const stands = new Set<Address>(Object.values(standing))
  await Promise.all(
    contractsOf(facts, autoChurn, options.core ?? NO_CORE)
      .filter(([at]) => !stands.has(at))
      .map(([at, name, args]) => placeContract(client, artefacts, at, name, args)),
  )
  const devnet = new Devnet(facts, client, artefacts)
  for (const quorum of options.quorums ?? DEFAULT_QUORUMS) {
    await devnet.createQuorum(quorum.minimumStake, quorum.maxOperatorCount, quorum.kick)
  }
  return devnet
}

/** Puts one contract at any address: its runtime code with its immutables, and nothing in storage. */
export async function placeContract<Name extends string>(
  client: DevnetClient,
  artefacts: Artefacts<Name>,
  at: Address,
  name: Name,
  args: readonly unknown[] = [],
): Promise<void> {
  const { data } = await client.call({ data: encodeDeployData({ ...artefacts[name], args }) })
  if (data === undefined) throw new Error(`deploying the devnet: creating ${name} gave no code`)
  await client.setCode({ address: at, bytecode: data })
}

type Placement = readonly [at: Address, name: ContractName, args: readonly unknown[]]

const NO_CORE: Core = { permissionController: zeroAddress, allocationManager: zeroAddress }

function contractsOf(facts: DevnetFacts, autoChurn: boolean, core: Core): Placement[] {
  const { delegationManager, avsDirectory, serviceManager, registryCoordinator } = facts
  const { blsApkRegistry, stakeRegistry, indexRegistry, domain, serviceManagerKind, admin } = facts
  const setup = {
    ...{ isA2: facts.generation === 'A2', autoChurn, owner: admin, ejector: admin },
    churnApprover: CHURN_APPROVER.address,
    ...{ ejectionCooldown: BigInt(EJECTION_COOLDOWN_SECONDS), serviceManager },
    ...{ blsApkRegistry, stakeRegistry, indexRegistry },
  }
  const machArgs = [registryCoordinator, avsDirectory, admin, serviceManagerKind === 'mach-NotInAllowlist']
  return [
    domain === null
      ? [delegationManager, 'DelegationManagerM2', []]
      : [delegationManager, 'DelegationManager', [core.permissionController, core.allocationManager]],
    domain === null
      ? [avsDirectory, 'AVSDirectoryM2', [delegationManager]]
      : [avsDirectory, 'AVSDirectory', [delegationManager, domain, FULL_VERSION[domain]]],
    serviceManagerKind === 'plain'
      ? [serviceManager, 'ServiceManager', [registryCoordinator, avsDirectory]]
      : [serviceManager, 'MachServiceManager', machArgs],
    [registryCoordinator, 'RegistryCoordinator', [setup]],
    [blsApkRegistry, 'BLSApkRegistry', [registryCoordinator]],
    [stakeRegistry, 'StakeRegistry', [registryCoordinator, delegationManager]],
    [indexRegistry, 'IndexRegistry', [registryCoordinator]],
  ]
}

/** Account 0's nonce grows with each devnet (it creates the quorums), so two on one chain do not meet. */
export async function freshAddresses<Place extends string>(
  client: DevnetClient,
  admin: Address,
  places: readonly Place[],
): Promise<Record<Place, Address>> {
  const nonce = await client.getTransactionCount({ address: admin })
  const pairs = places.map((place) => [place, freshAddress(`devnet ${nonce} ${place}`)])
  return Object.fromEntries(pairs) as Record<Place, Address>
}

function freshAddress(label: string): Address {
  return getAddress(slice(keccak256(toHex(label)), 12))
}
