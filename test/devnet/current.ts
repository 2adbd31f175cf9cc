// A deployed devnet of the current generation, and the hands of those who run it. Three AVSs stand on one core:
//   avs             a SlashingRegistryCoordinator is its registrar; a quorum is an operator set
//   keyedAvs        its operators' keys are in the KeyRegistrar; AVSRegistrarWithSocket is its registrar
//   ecdsaServiceManager, with an ECDSAStakeRegistry and signatures for the AVSDirectory
// and M2's middleware stands on the same core, as `m2`.
//
// An AVS of operator sets is an address here, for which anything can be sent. What any chain can do is in chain.ts.

import { parseEther, type Address, type Hex, type TransactionReceipt } from 'viem'
import { Chain } from './chain.ts'
import type { Artefacts, CurrentContractName } from './compile.ts'
import { MAINNET_KICK_BIPS, operatorSetParam, type Devnet, type KickBips } from './devnet.ts'
import {
  operatorSetsCalldata,
  signBn254Key,
  slashingData,
  slashingProof,
  socketData,
  type KeyRegistration,
  type OperatorSet,
} from './operator-sets.ts'
import type { OperatorKeys } from './operator.ts'

export interface CurrentAddresses {
  readonly permissionController: Address
  readonly allocationManager: Address
  readonly keyRegistrar: Address
  readonly avs: Address
  readonly slashingCoordinator: Address
  readonly slashingBlsApkRegistry: Address
  readonly slashingStakeRegistry: Address
  readonly slashingIndexRegistry: Address
  readonly keyedAvs: Address
  readonly avsRegistrar: Address
  readonly ecdsaStakeRegistry: Address
  readonly ecdsaServiceManager: Address
}

/** Of the AllocationManager's functions, e.g. for setAppointee. */
export type AllocationFunction =
  | 'registerForOperatorSets'
  | 'deregisterFromOperatorSets'
  | 'createOperatorSets'
  | 'modifyAllocations'
  | 'setAllocationDelay'

export const SOCKET = '203.0.113.7:32005;32006'
const CURVE = { ecdsa: 1, bn254: 2 } as const

export class CurrentDevnet extends Chain<CurrentContractName> implements CurrentAddresses {
  readonly chainId: number
  readonly strategy: Address
  readonly delegationManager: Address
  readonly avsDirectory: Address
  readonly permissionController: Address
  readonly allocationManager: Address
  readonly keyRegistrar: Address
  readonly avs: Address
  readonly slashingCoordinator: Address
  readonly slashingBlsApkRegistry: Address
  readonly slashingStakeRegistry: Address
  readonly slashingIndexRegistry: Address
  readonly keyedAvs: Address
  readonly avsRegistrar: Address
  readonly ecdsaStakeRegistry: Address
  readonly ecdsaServiceManager: Address
  /** M2's middleware on the same core. */
  readonly m2: Devnet

  constructor(m2: Devnet, addresses: CurrentAddresses, artefacts: Artefacts<CurrentContractName>) {
    super(m2.rpcUrl, m2.client, artefacts, m2.admin)
    this.chainId = m2.chainId
    this.strategy = m2.strategy
    this.delegationManager = m2.delegationManager
    this.avsDirectory = m2.avsDirectory
    this.permissionController = addresses.permissionController
    this.allocationManager = addresses.allocationManager
    this.keyRegistrar = addresses.keyRegistrar
    this.avs = addresses.avs
    this.slashingCoordinator = addresses.slashingCoordinator
    this.slashingBlsApkRegistry = addresses.slashingBlsApkRegistry
    this.slashingStakeRegistry = addresses.slashingStakeRegistry
    this.slashingIndexRegistry = addresses.slashingIndexRegistry
    this.keyedAvs = addresses.keyedAvs
    this.avsRegistrar = addresses.avsRegistrar
    this.ecdsaStakeRegistry = addresses.ecdsaStakeRegistry
    this.ecdsaServiceManager = addresses.ecdsaServiceManager
    this.m2 = m2
  }

  // ---- operators

  /** Makes the address an EigenLayer operator (by a transaction of its own, nonce 0), with 100 ETH and with shares. */
  makeOperator(operator: Address, shares: bigint): Promise<void> {
    return this.m2.makeOperator(operator, shares)
  }

  setShares(operator: Address, shares: bigint): Promise<void> {
    return this.m2.setShares(operator, shares)
  }

  /** Registers for sets of `avs` by the ordinary way. makeOperator comes first. */
  registerForSets(keys: OperatorKeys, ids: readonly number[]): Promise<TransactionReceipt> {
    const data = slashingData(SOCKET, slashingProof(keys, this))
    return this.mustSend(keys.address, this.allocationManager, operatorSetsCalldata(keys.address, this.avs, ids, data))
  }

  /** Registers for sets of `keyedAvs`. makeOperator and registerKey come first. */
  registerForKeyedSets(keys: OperatorKeys, ids: readonly number[]): Promise<TransactionReceipt> {
    const call = operatorSetsCalldata(keys.address, this.keyedAvs, ids, socketData(SOCKET))
    return this.mustSend(keys.address, this.allocationManager, call)
  }

  deregisterFromSets(operator: Address, avs: Address, ids: readonly number[]): Promise<TransactionReceipt> {
    const params = { operator, avs, operatorSetIds: ids }
    const data = this.calldata('AllocationManager', 'deregisterFromOperatorSets', [params])
    return this.mustSend(operator, this.allocationManager, data)
  }

  /** Registers the BN254 key of the operator, or what is given, with the KeyRegistrar. */
  registerKey(keys: OperatorKeys, set: OperatorSet, given?: KeyRegistration): Promise<TransactionReceipt> {
    const { keyData, signature } = given ?? signBn254Key(keys, this, set)
    const args = [keys.address, set, keyData, signature]
    return this.mustSend(keys.address, this.keyRegistrar, this.calldata('KeyRegistrar', 'registerKey', args))
  }

  /** Sets how much of the operator's stake backs the set, in parts of 1e18; waits for no delay. */
  allocate(operator: Address, set: OperatorSet, magnitude: bigint): Promise<TransactionReceipt> {
    const params = [{ operatorSet: set, strategies: [this.strategy], newMagnitudes: [magnitude] }]
    const data = this.calldata('AllocationManager', 'modifyAllocations', [operator, params])
    return this.mustSend(operator, this.allocationManager, data)
  }

  /** Lets `appointee` call one function of the AllocationManager for the account. */
  appoint(account: Address, appointee: Address, functionName: AllocationFunction): Promise<TransactionReceipt> {
    const args = [account, appointee, this.allocationManager, this.selectorOf(functionName)]
    return this.mustSend(
      account,
      this.permissionController,
      this.calldata('PermissionController', 'setAppointee', args),
    )
  }

  // ---- the AVSs

  /** Publishes an AVS's metadata and its registrar. It may be any address. */
  async openAvs(avs: Address, registrar: Address): Promise<void> {
    await this.fund(avs)
    await this.asAvs(avs, 'updateAVSMetadataURI', [avs, 'https://avs.example/metadata.json'])
    await this.asAvs(avs, 'setAVSRegistrar', [avs, registrar])
  }

  createOperatorSet(set: OperatorSet): Promise<TransactionReceipt> {
    const params = [{ operatorSetId: set.id, strategies: [this.strategy], slasher: set.avs }]
    return this.asAvs(set.avs, 'createOperatorSets', [set.avs, params])
  }

  configureKeys(set: OperatorSet, curve: keyof typeof CURVE): Promise<TransactionReceipt> {
    const data = this.calldata('KeyRegistrar', 'configureOperatorSet', [set, CURVE[curve]])
    return this.mustSend(set.avs, this.keyRegistrar, data)
  }

  /** A quorum of `avs` and, by the coordinator, the operator set of the same number. */
  createQuorum(minimumStake: bigint, maximum: number, kick: KickBips = MAINNET_KICK_BIPS): Promise<void> {
    const args = [operatorSetParam(maximum, kick), minimumStake, this.strategyParams()]
    return this.actOnCoordinator('createTotalDelegatedStakeQuorum', args)
  }

  /** A quorum of `avs` that counts only what is allocated to it. */
  createSlashableQuorum(minimumStake: bigint, maximum: number, kick: KickBips = MAINNET_KICK_BIPS): Promise<void> {
    const args = [operatorSetParam(maximum, kick), minimumStake, this.strategyParams(), 0]
    return this.actOnCoordinator('createSlashableStakeQuorum', args)
  }

  setMaxOperatorCount(quorum: number, maximum: number, kick: KickBips = MAINNET_KICK_BIPS): Promise<void> {
    return this.actOnCoordinator('setOperatorSetParams', [quorum, operatorSetParam(maximum, kick)])
  }

  eject(operator: Address, quorums: Hex): Promise<void> {
    return this.actOnCoordinator('ejectOperator', [operator, quorums])
  }

  // ---- pausers

  pauseCoordinator(isPaused: boolean): Promise<void> {
    return this.pause(this.slashingCoordinator, 'SlashingRegistryCoordinator', isPaused)
  }

  pauseAllocationManager(isPaused: boolean): Promise<void> {
    return this.pause(this.allocationManager, 'AllocationManager', isPaused)
  }

  // ---- anything else

  /** As sendAs, and throws when the transaction reverted. */
  async mustSend(from: Address, to: Address, data: Hex): Promise<TransactionReceipt> {
    const receipt = await this.sendAs(from, to, data)
    if (receipt.status !== 'success') throw new Error(`sending to ${to} on the devnet: ${data.slice(0, 10)} reverted`)
    return receipt
  }

  protected placeOf(name: CurrentContractName): Address {
    const place = PLACE_OF[name]
    if (place === undefined) throw new Error(`reading from the devnet: ${name} has no place of its own here`)
    return this[place]
  }

  private asAvs(avs: Address, functionName: string, args: readonly unknown[]): Promise<TransactionReceipt> {
    return this.mustSend(avs, this.allocationManager, this.calldata('AllocationManager', functionName, args))
  }

  private actOnCoordinator(functionName: string, args: readonly unknown[]): Promise<void> {
    return this.act(this.slashingCoordinator, 'SlashingRegistryCoordinator', functionName, args)
  }

  private strategyParams(): object[] {
    return [{ strategy: this.strategy, multiplier: parseEther('1') }]
  }

  private selectorOf(functionName: AllocationFunction): Hex {
    return SELECTOR[functionName]
  }
}

const SELECTOR: Readonly<Record<AllocationFunction, Hex>> = {
  registerForOperatorSets: '0xadc2e3d9',
  deregisterFromOperatorSets: '0x6e3492b5',
  createOperatorSets: '0x261f84e0',
  modifyAllocations: '0x952899ee',
  setAllocationDelay: '0x56c483e6',
}

const PLACE_OF: Partial<Record<CurrentContractName, keyof CurrentAddresses | 'delegationManager' | 'avsDirectory'>> = {
  DelegationManager: 'delegationManager',
  AVSDirectory: 'avsDirectory',
  PermissionController: 'permissionController',
  AllocationManager: 'allocationManager',
  KeyRegistrar: 'keyRegistrar',
  AVSRegistrarWithSocket: 'avsRegistrar',
  SlashingRegistryCoordinator: 'slashingCoordinator',
  SlashingBLSApkRegistry: 'slashingBlsApkRegistry',
  SlashingStakeRegistry: 'slashingStakeRegistry',
  SlashingIndexRegistry: 'slashingIndexRegistry',
  ECDSAStakeRegistry: 'ecdsaStakeRegistry',
  ECDSAServiceManager: 'ecdsaServiceManager',
}
