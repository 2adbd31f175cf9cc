// Puts the devnet of the current generation on an anvil chain, and M2's middleware on the same core beside it.
//
// The code of each contract is placed as deploy.ts places it, so any of them can stand where a real one does. Then the
// AVSs act: they publish metadata, name their registrars, appoint the coordinator to make and empty operator sets for
// them, and make the sets. Takes about half a second once the contracts are compiled.

import { parseEther, type Address } from 'viem'
import { compileAll } from './compile.ts'
import { CurrentDevnet, type CurrentAddresses } from './current.ts'
import { devnetClient } from './chain.ts'
import {
  DEFAULT_QUORUMS,
  deployDevnet,
  EJECTION_COOLDOWN_SECONDS,
  freshAddresses,
  placeContract,
  STRATEGY,
  type DevnetOptions,
  type Quorum,
} from './deploy.ts'
import type { Devnet } from './devnet.ts'
import { CHURN_APPROVER } from './operator.ts'

export interface CurrentOptions {
  /** Of M2's middleware beside it; the core is always the current one. */
  readonly m2?: Omit<DevnetOptions, 'core'>
  /** The coordinator of February 2025 instead of the later one. Default false. */
  readonly isFeb2025?: boolean
  /** An AVS of M2 that was upgraded: some quorums of `avs` are no operator sets, or not only. Default: it never was one of M2. */
  readonly beside?: BesideSets
  /** Of `avs`. Default: those of the M2 devnet. */
  readonly quorums?: readonly Quorum[]
  /** Of `keyedAvs`, by number; null leaves the curve unconfigured. Default: set 0 for BN254, set 1 for ECDSA. */
  readonly keyedSets?: readonly ('bn254' | 'ecdsa' | null)[]
  /** In blocks. Default: mainnet's 100,800, about 14 days. */
  readonly deallocationDelay?: number
  /** In blocks. Default: mainnet's 126,000, about 17.5 days. */
  readonly configurationDelay?: number
  /** A lower weight counts as none in the ECDSAStakeRegistry. Default 1 ETH. */
  readonly minimumWeight?: bigint
  /** Where contracts and AVSs shall stand; the others get fresh addresses. */
  readonly at?: Partial<CurrentAddresses>
}

/** M2 quorums beside operator sets. */
export interface BesideSets {
  readonly m2Quorums: readonly number[]
  readonly registrationEnded?: boolean
  /** Which getters tell the quorums apart. Default: both. */
  readonly getters?: readonly ('isM2Quorum' | 'm2QuorumBitmap')[]
}

export const DEALLOCATION_DELAY_BLOCKS = 100_800
export const CONFIGURATION_DELAY_BLOCKS = 126_000

const PLACES: readonly (keyof CurrentAddresses)[] = [
  ...(['permissionController', 'allocationManager', 'keyRegistrar'] as const),
  ...(['avs', 'slashingCoordinator', 'slashingBlsApkRegistry'] as const),
  ...(['slashingStakeRegistry', 'slashingIndexRegistry', 'keyedAvs', 'avsRegistrar'] as const),
  ...(['ecdsaStakeRegistry', 'ecdsaServiceManager'] as const),
]

export async function deployCurrent(rpcUrl: string, options: CurrentOptions = {}): Promise<CurrentDevnet> {
  const artefacts = await compileAll()
  const client = devnetClient(rpcUrl)
  const [admin] = await client.request({ method: 'eth_accounts' } as const)
  if (admin === undefined) throw new Error(`deploying the devnet: ${rpcUrl} has no unlocked account`)

  const addresses = { ...(await freshAddresses(client, admin, PLACES)), ...options.at }
  const { permissionController, allocationManager } = addresses
  const m2 = await deployDevnet(rpcUrl, { ...options.m2, core: { permissionController, allocationManager } })
  if (m2.domain === null) throw new Error('deploying the devnet: the current generation has no M2 core')
  await Promise.all(
    contractsOf(m2, addresses, options).map(([at, name, args]) => placeContract(client, artefacts, at, name, args)),
  )
  if (options.beside !== undefined) {
    const { serviceManager } = await freshAddresses(client, admin, ['serviceManager'])
    const args = [setupOf(m2, addresses, options), besideOf(serviceManager, options.beside)]
    const own = [addresses.slashingCoordinator, m2.avsDirectory]
    await placeContract(client, artefacts, serviceManager, 'ServiceManager', own)
    await placeContract(client, artefacts, addresses.slashingCoordinator, 'CoordinatorBesideSets', args)
  }
  const devnet = new CurrentDevnet(m2, addresses, artefacts)
  await openSlashingAvs(devnet, options.quorums ?? DEFAULT_QUORUMS)
  await openKeyedAvs(devnet, options.keyedSets ?? ['bn254', 'ecdsa'])
  return devnet
}

async function openSlashingAvs(devnet: CurrentDevnet, quorums: readonly Quorum[]): Promise<void> {
  await devnet.openAvs(devnet.avs, devnet.slashingCoordinator)
  await devnet.appoint(devnet.avs, devnet.slashingCoordinator, 'createOperatorSets')
  await devnet.appoint(devnet.avs, devnet.slashingCoordinator, 'deregisterFromOperatorSets')
  for (const { minimumStake, maxOperatorCount, kick } of quorums) {
    await devnet.createQuorum(minimumStake, maxOperatorCount, kick)
  }
}

async function openKeyedAvs(devnet: CurrentDevnet, curves: readonly ('bn254' | 'ecdsa' | null)[]): Promise<void> {
  await devnet.openAvs(devnet.keyedAvs, devnet.avsRegistrar)
  for (const [id, curve] of curves.entries()) {
    const set = { avs: devnet.keyedAvs, id }
    await devnet.createOperatorSet(set)
    if (curve !== null) await devnet.configureKeys(set, curve)
  }
}

type Placement = readonly [at: Address, name: Parameters<CurrentDevnet['read']>[0], args: readonly unknown[]]

function setupOf(m2: Devnet, at: CurrentAddresses, options: CurrentOptions): object {
  return {
    ...{ isFeb2025: options.isFeb2025 ?? false, avs: at.avs, owner: m2.admin, ejector: m2.admin },
    ...{ churnApprover: CHURN_APPROVER.address, ejectionCooldown: BigInt(EJECTION_COOLDOWN_SECONDS) },
    ...{ allocationManager: at.allocationManager, blsApkRegistry: at.slashingBlsApkRegistry },
    ...{ stakeRegistry: at.slashingStakeRegistry, indexRegistry: at.slashingIndexRegistry },
  }
}

function besideOf(serviceManager: Address, { m2Quorums, registrationEnded = false, getters }: BesideSets): object {
  const has = (getter: 'isM2Quorum' | 'm2QuorumBitmap'): boolean => getters?.includes(getter) ?? true
  return {
    ...{ serviceManager, registrationEnded, hasIsM2Quorum: has('isM2Quorum'), hasBitmap: has('m2QuorumBitmap') },
    m2QuorumBitmap: m2Quorums.reduce((bitmap, quorum) => bitmap | (1n << BigInt(quorum)), 0n),
  }
}

function contractsOf(m2: Devnet, at: CurrentAddresses, options: CurrentOptions): Placement[] {
  const { permissionController, allocationManager, keyRegistrar, slashingCoordinator, avs } = at
  const setup = setupOf(m2, at, options)
  const { delegationManager } = m2
  const delays = [
    options.deallocationDelay ?? DEALLOCATION_DELAY_BLOCKS,
    options.configurationDelay ?? CONFIGURATION_DELAY_BLOCKS,
  ]
  const weights = [STRATEGY, options.minimumWeight ?? parseEther('1')]
  return [
    [permissionController, 'PermissionController', []],
    [allocationManager, 'AllocationManager', [delegationManager, permissionController, ...delays]],
    [keyRegistrar, 'KeyRegistrar', [permissionController, allocationManager]],
    [slashingCoordinator, 'SlashingRegistryCoordinator', [setup]],
    [at.slashingBlsApkRegistry, 'SlashingBLSApkRegistry', [slashingCoordinator]],
    [
      at.slashingStakeRegistry,
      'SlashingStakeRegistry',
      [slashingCoordinator, delegationManager, allocationManager, avs],
    ],
    [at.slashingIndexRegistry, 'SlashingIndexRegistry', [slashingCoordinator]],
    [at.avsRegistrar, 'AVSRegistrarWithSocket', [at.keyedAvs, permissionController, allocationManager, keyRegistrar]],
    [at.ecdsaStakeRegistry, 'ECDSAStakeRegistry', [at.ecdsaServiceManager, delegationManager, ...weights]],
    [at.ecdsaServiceManager, 'ECDSAServiceManager', [at.ecdsaStakeRegistry, m2.avsDirectory]],
  ]
}
