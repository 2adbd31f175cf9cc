// One anvil chain with contracts on it, and what can be done to any of them: calls from any address, reads, time.
//
// Every method waits until its transaction is mined, and throws when that reverted; only sendAs leaves the receipt to
// the caller. Concurrent calls are not for the same chain: account 0 signs nearly all of them.

import {
  createTestClient,
  encodeDeployData,
  encodeFunctionData,
  formatTransactionReceipt,
  getAddress,
  http,
  maxUint256,
  parseEther,
  publicActions,
  type Address,
  type Client,
  type Hex,
  type HttpTransport,
  type PublicActions,
  type RpcTransactionReceipt,
  type TestActions,
  type TransactionReceipt,
} from 'viem'
import type { Artefacts } from './compile.ts'

export type DevnetClient = Client<HttpTransport> & TestActions & PublicActions

// Enough for any call of the devnet, and no estimate: an estimate would refuse to send what is going to revert.
const GAS_LIMIT = '0xe4e1c0'

export function devnetClient(rpcUrl: string): DevnetClient {
  const transport = http(rpcUrl, { retryCount: 0 })
  return createTestClient({ mode: 'anvil', transport, cacheTime: 0 }).extend(publicActions)
}

export abstract class Chain<Name extends string> {
  readonly rpcUrl: string
  readonly client: DevnetClient
  readonly artefacts: Artefacts<Name>
  /** Owner, ejector, whitelister: anvil's unlocked account 0. */
  readonly admin: Address

  constructor(rpcUrl: string, client: DevnetClient, artefacts: Artefacts<Name>, admin: Address) {
    this.rpcUrl = rpcUrl
    this.client = client
    this.artefacts = artefacts
    this.admin = admin
  }

  /** Where the contract of that name stands. Throws for one that has no place of its own. */
  protected abstract placeOf(name: Name): Address

  fund(address: Address): Promise<void> {
    return this.client.setBalance({ address, value: parseEther('100') })
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

  // ---- calls

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
    // INVALID in the contract that was called itself, as a refusing precompile ends there: no data, and all gas gone.
    if (error.message.includes('InvalidFEOpcode')) return '0x'
    if (error.data === undefined) throw new Error(`calling ${to} on the devnet: ${error.message}`)
    return error.data
  }

  /** A view of one of the contracts, at its place in this devnet or at another. */
  read(name: Name, functionName: string, args: readonly unknown[] = [], at = this.placeOf(name)): Promise<unknown> {
    return this.client.readContract({ address: at, abi: this.artefacts[name].abi, functionName, args })
  }

  calldata(name: Name, functionName: string, args: readonly unknown[]): Hex {
    return encodeFunctionData({ abi: this.artefacts[name].abi, functionName, args })
  }

  /** Creates a contract by an ordinary transaction of account 0. @returns where it stands */
  async create(name: Name, args: readonly unknown[] = []): Promise<Address> {
    const { abi, bytecode } = this.artefacts[name]
    const { status, contractAddress } = await this.send(this.admin, null, encodeDeployData({ abi, bytecode, args }))
    if (status !== 'success' || !contractAddress) throw new Error(`creating ${name} on the devnet: it reverted`)
    return getAddress(contractAddress)
  }

  protected pause(at: Address, name: Name, isPaused: boolean): Promise<void> {
    return this.act(at, name, 'setPaused', [isPaused ? maxUint256 : 0n])
  }

  protected async act(at: Address, name: Name, functionName: string, args: readonly unknown[]): Promise<void> {
    const receipt = await this.send(this.admin, at, this.calldata(name, functionName, args))
    if (receipt.status !== 'success') throw new Error(`acting on the devnet: ${name}.${functionName} reverted`)
  }

  private async send(from: Address, to: Address | null, data: Hex): Promise<TransactionReceipt> {
    const receipt = await this.client.request<{ Parameters: unknown; ReturnType: RpcTransactionReceipt }>({
      method: 'eth_sendTransactionSync',
      params: [{ from, to, data, gas: GAS_LIMIT }],
    })
    return formatTransactionReceipt(receipt)
  }
}
