// A deployed devnet, and the hands of those who run it: the owner, the ejector, the pauser, EigenLayer itself.
//
// Every method waits until its transaction is mined, and throws when that reverted; only sendAs leaves the receipt to
// the caller. Concurrent calls are not for the same devnet: account 0 signs nearly all of them.

import {
  createTestClient,
  encodeFunctionData,
  formatTransactionReceipt,
  http,
  maxUint256,
  parseEther,
  publicActions,
  zeroAddress,
  type Address,
  type Client,
  type Hex,
  type HttpTransport,
  type PublicActions,
  type RpcTransactionReceipt,
  type TestActions,
  type TransactionReceipt,
} from 'viem'
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
export type DevnetClient = Client<HttpTransport> & TestActions & PublicActions

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
  /** Owner, ejector, whitelister and churn approver: anvil's unlocked account 0. */
  readonly admin: Address
}

// Enough for any call of the devnet, and no estimate: an estimate would refuse to send what is going to revert.
const GAS_LIMIT = '0xe4e1c0'
const KICK_BIPS_OF_OPERATOR_STAKE = 11_000
const KICK_BIPS_OF_TOTAL_STAKE = 50

export function devnetClient(rpcUrl: string): DevnetClient {
  const transport = http(rpcUrl, { retryCount: 0 })
  return createTestClient({ mode: 'anvil', transport, cacheTime: 0 }).extend(publicActions)
}

export class Devnet implements DevnetFacts {
  readonly rpcUrl: string
  readonly chainId: number
  readonly domain: DomainFlavour
  readonly generation: Generation
  readonly serviceManagerKind: ServiceManagerKind
  readonly strategy: Address
  readonly admin: Address
  readonly delegationManager: Address
  readonly avsDirectory: Address
  readonly serviceManager: Address
  readonly registryCoordinator: Address
  readonly blsApkRegistry: Address
  readonly stakeRegistry: Address
  readonly indexRegistry: Address
  readonly client: DevnetClient
  readonly artefacts: Artefacts

  constructor(facts: DevnetFacts, client: DevnetClient, artefacts: Artefacts) {
    this.rpcUrl = facts.rpcUrl
    this.chainId = facts.chainId
    this.domain = facts.domain
    this.generation = facts.generation
    this.serviceManagerKind = facts.serviceManagerKind
    this.strategy = facts.strategy
    this.admin = facts.admin
    this.delegationManager = facts.delegationManager
    this.avsDirectory = facts.avsDirectory
    this.serviceManager = facts.serviceManager
    this.registryCoordinator = facts.registryCoordinator
    this.blsApkRegistry = facts.blsApkRegistry
    this.stakeRegistry = facts.stakeRegistry
    this.indexRegistry = facts.indexRegistry
    this.client = client
    this.artefacts = artefacts
  }

  // ---- operators

  /** Makes the address an EigenLayer operator (by a transaction of its own, nonce 0), with 100 ETH and with shares. */
  async makeOperator(operator: Address, shares: bigint): Promise<void> {
    await this.fund(operator)
    const m2Details = { earningsReceiver: operator, delegationApprover: zeroAddress, stakerOptOutWindowBlocks: 0 }
    const args = this.domain === null ? [m2Details, ''] : [zeroAddress, 0, '']
    const data = this.calldata('DelegationManager', 'registerAsOperator', args)
    const receipt = await this.sendAs(operator, this.delegationManager, data)
    if (receipt.status !== 'success') throw new Error(`making an operator: ${operator} is one already`)
    await this.setShares(operator, shares)
  }

  fund(address: Address): Promise<void> {
    return this.client.setBalance({ address, value: parseEther('100') })
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

  createQuorum(minimumStake: bigint, maxOperatorCount: number): Promise<void> {
    const strategies = [{ strategy: this.strategy, multiplier: parseEther('1') }]
    const args = [operatorSetParam(maxOperatorCount), minimumStake, strategies]
    return this.act(this.registryCoordinator, 'RegistryCoordinator', 'createQuorum', args)
  }

  setMaxOperatorCount(quorum: number, maximum: number): Promise<void> {
    const args = [quorum, operatorSetParam(maximum)]
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

  // ---- time

  mine(blocks = 1): Promise<void> {
    return this.client.mine({ blocks })
  }

  /** Moves the clock forward and mines a block there. */
  async warp(seconds: number): Promise<void> {
    await this.client.increaseTime({ seconds })
    await this.mine()
  }

  // ---- anything else

  /** Sends from any address, without its key and without an estimate, and returns the receipt, reverted or not. */
  async sendAs(from: Address, to: Address, data: Hex): Promise<TransactionReceipt> {
    await this.client.impersonateAccount({ address: from })
    try {
      return await this.send(from, to, data)
    } finally {
      await this.client.stopImpersonatingAccount({ address: from })
    }
  }

  /** What eth_call says: undefined when it goes well, else the revert data. Without viem, which words some anew. */
  async revertDataOf(from: Address, to: Address, data: Hex): Promise<Hex | undefined> {
    const call = { from, to, data, gas: GAS_LIMIT }
    const response = await fetch(this.rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call', params: [call, 'latest'] }),
    })
    const { error } = (await response.json()) as { error?: { message: string; data?: Hex } }
    if (error === undefined) return undefined
    if (error.data === undefined) throw new Error(`calling ${to} on the devnet: ${error.message}`)
    return error.data
  }

  /** A view of one of the contracts, at its place in this devnet or at another. */
  read(
    name: ContractName,
    functionName: string,
    args: readonly unknown[] = [],
    at = this.placeOf(name),
  ): Promise<unknown> {
    return this.client.readContract({ address: at, abi: this.artefacts[name].abi, functionName, args })
  }

  calldata(name: ContractName, functionName: string, args: readonly unknown[]): Hex {
    return encodeFunctionData({ abi: this.artefacts[name].abi, functionName, args })
  }

  private placeOf(name: ContractName): Address {
    switch (name) {
      case 'DelegationManager':
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

  private pause(at: Address, name: ContractName, isPaused: boolean): Promise<void> {
    return this.act(at, name, 'setPaused', [isPaused ? maxUint256 : 0n])
  }

  private assertMach(action: string): void {
    if (this.serviceManagerKind === 'plain')
      throw new Error(`${action} on the devnet: its ServiceManager is not MACH's`)
  }

  private async act(at: Address, name: ContractName, functionName: string, args: readonly unknown[]): Promise<void> {
    const receipt = await this.send(this.admin, at, this.calldata(name, functionName, args))
    if (receipt.status !== 'success') throw new Error(`acting on the devnet: ${name}.${functionName} reverted`)
  }

  private async send(from: Address, to: Address, data: Hex): Promise<TransactionReceipt> {
    const receipt = await this.client.request<{ Parameters: unknown; ReturnType: RpcTransactionReceipt }>({
      method: 'eth_sendTransactionSync',
      params: [{ from, to, data, gas: GAS_LIMIT }],
    })
    return formatTransactionReceipt(receipt)
  }
}

function operatorSetParam(maxOperatorCount: number): object {
  return {
    maxOperatorCount,
    kickBIPsOfOperatorStake: KICK_BIPS_OF_OPERATOR_STAKE,
    kickBIPsOfTotalStake: KICK_BIPS_OF_TOTAL_STAKE,
  }
}
