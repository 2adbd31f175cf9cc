// The people of one test case: operators who exist nowhere else, at each step of an operator's life, and what they sign.

import { parseEther, type Address, type Hex } from 'viem'
import type { Devnet } from './devnet.ts'
import {
  operatorKeys,
  quorumBytes,
  signRegistration,
  type OperatorKeys,
  type Registration,
  type RegistrationTarget,
  type RegistrationWishes,
} from './operator.ts'

/** Stake enough for every quorum that a test makes. */
export const AMPLE = parseEther('100')

export class Stage {
  readonly devnet: Devnet
  private readonly name: string
  private people = 0

  constructor(devnet: Devnet, name: string) {
    this.devnet = devnet
    this.name = name
  }

  keys(): OperatorKeys {
    return operatorKeys(`${this.name} ${this.devnet.registryCoordinator} ${this.people++}`)
  }

  async newcomer(shares = AMPLE): Promise<OperatorKeys> {
    const keys = this.keys()
    await this.devnet.makeOperator(keys.address, shares)
    return keys
  }

  async member(quorums: readonly number[] = [0]): Promise<OperatorKeys> {
    const keys = await this.newcomer()
    await this.devnet.register(keys, quorums)
    return keys
  }

  async formerMember(): Promise<OperatorKeys> {
    const keys = await this.member()
    await this.devnet.sendAs(keys.address, this.devnet.registryCoordinator, this.deregistration())
    return keys
  }

  sign(keys: OperatorKeys, wishes?: RegistrationWishes, target: Partial<RegistrationTarget> = {}): Registration {
    const { chainId, domain, avsDirectory, serviceManager, registryCoordinator } = this.devnet
    return signRegistration(
      keys,
      { ...{ chainId, domain, avsDirectory, serviceManager, registryCoordinator }, ...target },
      wishes,
    )
  }

  deregistration(): Hex {
    return this.devnet.calldata('RegistryCoordinator', 'deregisterOperator', [quorumBytes([0])])
  }

  status(operator: Address): Promise<unknown> {
    return this.devnet.read('RegistryCoordinator', 'getOperatorStatus', [operator])
  }

  avsStatus(operator: Address): Promise<unknown> {
    return this.devnet.read('AVSDirectory', 'avsOperatorStatus', [this.devnet.serviceManager, operator])
  }

  async bitmap(operator: Address): Promise<unknown> {
    const id = await this.devnet.read('RegistryCoordinator', 'getOperatorId', [operator])
    return this.devnet.read('RegistryCoordinator', 'getCurrentQuorumBitmap', [id])
  }

  async now(): Promise<bigint> {
    return (await this.devnet.client.getBlock()).timestamp
  }
}
