// The people of one test case on a devnet of the current generation, and what they sign and send.

import { encodeErrorResult, parseAbi, toFunctionSelector, type Address, type Hex, type TransactionReceipt } from 'viem'
import { approveChurn, operatorIdOf, type ApprovalWishes, type ChurnApproval, type Kick } from './churn.ts'
import { SOCKET, type CurrentDevnet } from './current.ts'
import type { CurrentContractName } from './compile.ts'
import {
  operatorSetsCalldata,
  slashingData,
  slashingProof,
  socketData,
  type BlsProof,
  type OperatorSet,
} from './operator-sets.ts'
import { avsRegistrationDigest, operatorKeys, signDigest, type OperatorKeys } from './operator.ts'
import { AMPLE } from './stage.ts'

const FAR_FUTURE = 4_102_444_800n

/** A call and who makes it. */
export interface Call {
  readonly from: Address
  readonly to: Address
  readonly data: Hex
}

export interface SetsWishes {
  readonly from?: Address
  readonly operator?: Address
  readonly ids?: readonly number[]
  readonly proof?: Partial<BlsProof>
  readonly approval?: ChurnApproval
  readonly type?: number
  readonly data?: Hex
}

/** The revert data of require with words. */
export const words = (text: string): Hex =>
  encodeErrorResult({ abi: parseAbi(['error Error(string)']), errorName: 'Error', args: [text] })
/** The revert data of a custom error without arguments. */
export const error = (name: string): Hex => toFunctionSelector(`${name}()`)

export class CurrentStage {
  readonly devnet: CurrentDevnet
  private readonly name: string
  private people = 0

  constructor(devnet: CurrentDevnet, name: string) {
    this.devnet = devnet
    this.name = name
  }

  keys(): OperatorKeys {
    return operatorKeys(`${this.name} ${this.devnet.slashingCoordinator} ${this.people++}`)
  }

  async newcomer(shares = AMPLE): Promise<OperatorKeys> {
    const keys = this.keys()
    await this.devnet.makeOperator(keys.address, shares)
    return keys
  }

  async member(ids: readonly number[] = [0], shares = AMPLE): Promise<OperatorKeys> {
    const keys = await this.newcomer(shares)
    await this.devnet.registerForSets(keys, ids)
    return keys
  }

  keyedSet(id = 0): OperatorSet {
    return { avs: this.devnet.keyedAvs, id }
  }

  /** registerForOperatorSets of `avs`. */
  joining(keys: OperatorKeys, wishes: SetsWishes = {}): Call {
    const operator = wishes.operator ?? keys.address
    const proof = { ...slashingProof({ ...keys, address: operator }, this.devnet), ...wishes.proof }
    const data = wishes.data ?? slashingData(SOCKET, proof, wishes.approval, wishes.type)
    return {
      from: wishes.from ?? keys.address,
      to: this.devnet.allocationManager,
      data: operatorSetsCalldata(operator, this.devnet.avs, wishes.ids ?? [0], data),
    }
  }

  joiningKeyed(keys: OperatorKeys, ids: readonly number[] = [0], data = socketData(SOCKET)): Call {
    const { allocationManager: to, keyedAvs } = this.devnet
    return { from: keys.address, to, data: operatorSetsCalldata(keys.address, keyedAvs, ids, data) }
  }

  approval(keys: OperatorKeys, kicks: readonly Kick[], wishes?: ApprovalWishes): ChurnApproval {
    const { chainId, slashingCoordinator: registryCoordinator } = this.devnet
    const id = operatorIdOf(slashingProof(keys, this.devnet).publicKeyG1)
    return approveChurn({ chainId, registryCoordinator }, keys.address, id, kicks, wishes)
  }

  /** The ECDSAStakeRegistry's operator signature, over the AVSDirectory's message. */
  avsSignature(keys: OperatorKeys, wishes: { salt?: Hex; expiry?: bigint; signer?: Hex } = {}): object {
    const { chainId, avsDirectory, ecdsaServiceManager: serviceManager } = this.devnet
    const { domain } = this.devnet.m2
    const [salt, expiry] = [wishes.salt ?? (`0x${'5a'.repeat(32)}` as const), wishes.expiry ?? FAR_FUTURE]
    const target = { chainId, avsDirectory, serviceManager, domain }
    const digest = avsRegistrationDigest(target, keys.address, salt, expiry)
    return { signature: signDigest(wishes.signer ?? keys.privateKey, digest), salt, expiry }
  }

  call(from: Address, to: Address, name: CurrentContractName, functionName: string, args: readonly unknown[]): Call {
    return { from, to, data: this.devnet.calldata(name, functionName, args) }
  }

  answer({ from, to, data }: Call): Promise<Hex | undefined> {
    return this.devnet.revertDataOf(from, to, data)
  }

  send({ from, to, data }: Call): Promise<TransactionReceipt> {
    return this.devnet.mustSend(from, to, data)
  }

  status(operator: Address): Promise<unknown> {
    return this.devnet.read('SlashingRegistryCoordinator', 'getOperatorStatus', [operator])
  }

  isMember(operator: Address, id: number, avs = this.devnet.avs): Promise<unknown> {
    return this.devnet.read('AllocationManager', 'isMemberOfOperatorSet', [operator, { avs, id }])
  }
}
