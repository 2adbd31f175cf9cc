// A deployed devnet of M2, and the hands of those who run it: the owner, the ejector, the pauser, EigenLayer itself.
// What any chain can do is in chain.ts.

import { parseEther, zeroAddress, type Address, type TransactionReceipt } from 'viem'
import { Chain, type DevnetClient } from './chain.ts'
import type { Artefacts, ContractName } from './compile.ts'
import {
  operatorKeys,
  quorumBytes,
  registrationCalldata,
  signRegistration,
  type DomainFlavour,
  type OperatorKeys,
} from './operator.ts'

export type Generation = 'A' | 'A2'
export type ServiceManagerKind = 'plain' | 'mach-NotAdded' | 'mach-NotInAllowlist'

export interface DevnetAddresses {
  readonly delegationManager: Address
  readonly avsDirectory: Address
  readonly serviceManager: Address
  readonly registryCoordinator: Address
  readonly blsApkRegistry: Address
  readonly stakeRegistry: Address
  readonly indexRegistry: Address
}

export interface DevnetFacts extends DevnetAddresses {
  readonly rpcUrl: string
  readonly chainId: number
  readonly domain: DomainFlavour
  readonly generation: Generation
  readonly serviceManagerKind: ServiceManagerKind
  /** The one strategy that every quorum counts, with multiplier 1. */
  readonly strategy: Address
  /** Owner, ejector and whitelister: anvil's unlocked account 0. */
  readonly admin: Address
}

/** When an operator may be churned out: by whom, and up to which size, in parts of 10,000. */
export interface KickBips {
  /** The newcomer must have more than this part of the leaver's stake. */
  readonly ofOperatorStake: number
  /** The leaver must have less than this part of the quorum's stake. */
  readonly ofTotalStake: number
}

/** EigenDA's quorums 0 and 1 on mainnet. In a quorum of few operators nobody is that small. */
export const MAINNET_KICK_BIPS: KickBips = { ofOperatorStake: 11_000, ofTotalStake: 50 }

export class Devnet extends Chain<ContractName> implements DevnetFacts {
  readonly chainId: number
  readonly domain: DomainFlavour
  readonly generation: Generation
  readonly serviceManagerKind: ServiceManagerKind
  readonly strategy: Address
  readonly delegationManager: Address
  readonly avsDirectory: Address
  readonly serviceManager: Address
  readonly registryCoordinator: Address
  readonly blsApkRegistry: Address
  readonly stakeRegistry: Address
  readonly indexRegistry: Address

  constructor(facts: DevnetFacts, client: DevnetClient, artefacts: Artefacts) {
    super(facts.rpcUrl, client, artefacts, facts.admin)
    this.chainId = facts.chainId
    this.domain = facts.domain
    this.generation = facts.generation
    this.serviceManagerKind = facts.serviceManagerKind
    this.strategy = facts.strategy
    this.delegationManager = facts.delegationManager
    this.avsDirectory = facts.avsDirectory
    this.serviceManager = facts.serviceManager
    this.registryCoordinator = facts.registryCoordinator
    this.blsApkRegistry = facts.blsApkRegistry
    this.stakeRegistry = facts.stakeRegistry
    this.indexRegistry = facts.indexRegistry
  }

  // ---- operators

  /** Makes the address an EigenLayer operator (by a transaction of its own, nonce 0), with 100 ETH and with shares. */
  async makeOperator(operator: Address, shares: bigint): Promise<void> {
    await this.fund(operator)
    const m2Details = { earningsReceiver: operator, delegationApprover: zeroAddress, stakerOptOutWindowBlocks: 0 }
    const args = this.domain === null ? [m2Details, ''] : [zeroAddress, 0, '']
    const name = this.domain === null ? 'DelegationManagerM2' : 'DelegationManager'
    const data = this.calldata(name, 'registerAsOperator', args)
    const receipt = await this.sendAs(operator, this.delegationManager, data)
    if (receipt.status !== 'success') throw new Error(`making an operator: ${operator} is one already`)
    await this.setShares(operator, shares)
  }

  setShares(operator: Address, shares: bigint): Promise<void> {
    return this.act(this.delegationManager, 'DelegationManager', 'setShares', [operator, this.strategy, shares])
  }

  /** Registers with the coordinator by the ordinary way. makeOperator comes first, and allow() with MACH. */
  async register(keys: OperatorKeys, quorums: readonly number[]): Promise<TransactionReceipt> {
    const data = registrationCalldata(signRegistration(keys, this, { quorums }))
    const receipt = await this.sendAs(keys.address, this.registryCoordinator, data)
    if (receipt.status !== 'success') throw new Error(`registering on the devnet: ${keys.address} was refused`)
    return receipt
  }

  /**
   * Fills the quorum to its maximum with operators of exactly its minimum stake, or of `shares`, and returns them.
   * An operator takes about 60 ms; give the quorum a small maximum.
   */
  async fillQuorum(quorum: number, shares?: bigint): Promise<OperatorKeys[]> {
    const present = await this.read('IndexRegistry', 'totalOperatorsForQuorum', [quorum])
    const params = await this.read('RegistryCoordinator', 'getOperatorSetParams', [quorum])
    const minimum = await this.read('StakeRegistry', 'minimumStakeForQuorum', [quorum])
    const fillers: OperatorKeys[] = []
    for (let i = present as number; i < (params as { maxOperatorCount: number }).maxOperatorCount; i++) {
      const keys = operatorKeys(`filler ${this.registryCoordinator} ${quorum} ${i}`)
      await this.makeOperator(keys.address, shares ?? (minimum as bigint))
      if (this.serviceManagerKind !== 'plain') await this.allow(keys.address)
      await this.register(keys, [quorum])
      fillers.push(keys)
    }
    return fillers
  }

  // ---- the AVS: owner, ejector, whitelister

  createQuorum(minimumStake: bigint, maxOperatorCount: number, kick: KickBips = MAINNET_KICK_BIPS): Promise<void> {
    const strategies = [{ strategy: this.strategy, multiplier: parseEther('1') }]
    const args = [operatorSetParam(maxOperatorCount, kick), minimumStake, strategies]
    return this.act(this.registryCoordinator, 'RegistryCoordinator', 'createQuorum', args)
  }

  setMaxOperatorCount(quorum: number, maximum: number, kick: KickBips = MAINNET_KICK_BIPS): Promise<void> {
    const args = [quorum, operatorSetParam(maximum, kick)]
    return this.act(this.registryCoordinator, 'RegistryCoordinator', 'setOperatorSetParams', args)
  }

  eject(operator: Address, quorums: readonly number[]): Promise<void> {
    const args = [operator, quorumBytes(quorums)]
    return this.act(this.registryCoordinator, 'RegistryCoordinator', 'ejectOperator', args)
  }

  /** MACH only: puts the operator on the allow-list. */
  async allow(operator: Address): Promise<void> {
    this.assertMach('allow')
    await this.act(this.serviceManager, 'MachServiceManager', 'allowOperators', [[operator]])
  }

  // ---- pausers

  pauseCoordinator(isPaused: boolean): Promise<void> {
    return this.pause(this.registryCoordinator, 'RegistryCoordinator', isPaused)
  }

  pauseAvsDirectory(isPaused: boolean): Promise<void> {
    return this.pause(this.avsDirectory, 'AVSDirectory', isPaused)
  }

  /** MACH only. */
  async pauseServiceManager(isPaused: boolean): Promise<void> {
    this.assertMach('pauseServiceManager')
    await this.pause(this.serviceManager, 'MachServiceManager', isPaused)
  }

  protected placeOf(name: ContractName): Address {
    switch (name) {
      case 'DelegationManager':
      case 'DelegationManagerM2':
        return this.delegationManager
      case 'AVSDirectory':
      case 'AVSDirectoryM2':
        return this.avsDirectory
      case 'ServiceManager':
      case 'MachServiceManager':
        return this.serviceManager
      case 'RegistryCoordinator':
        return this.registryCoordinator
      case 'BLSApkRegistry':
        return this.blsApkRegistry
      case 'StakeRegistry':
        return this.stakeRegistry
      case 'IndexRegistry':
        return this.indexRegistry
      case 'HashToG1':
      case 'ContractOperator':
        throw new Error(`reading from the devnet: ${name} has no place of its own, say where it is`)
    }
  }

  private assertMach(action: string): void {
    if (this.serviceManagerKind === 'plain')
      throw new Error(`${action} on the devnet: its ServiceManager is not MACH's`)
  }
}

/** OperatorSetParam of the coordinators' ABI. */
export function operatorSetParam(maxOperatorCount: number, kick: KickBips): object {
  return {
    maxOperatorCount,
    kickBIPsOfOperatorStake: kick.ofOperatorStake,
    kickBIPsOfTotalStake: kick.ofTotalStake,
  }
}
