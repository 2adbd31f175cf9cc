// Puts proxies before contracts that stand already, and upgrades them by a transaction of their owner.
//
// The code of a contract moves to another address, and a proxy takes its place: address and storage stay what they were, so
// that the rest of the devnet notices nothing.
import { encodeFunctionData, getAddress, keccak256, slice, toHex, type Address, type Hex } from 'viem'
import { compileProxies, type Artefacts, type ProxyName } from './compile.ts'
import { placeContract } from './deploy.ts'
import type { Devnet } from './devnet.ts'

let places = 0

/** An address where nothing is. */
export function emptyPlace(): Address {
  places += 1
  return getAddress(slice(keccak256(toHex(`proxies ${process.pid} ${places}`)), 12))
}

export class Proxies {
  readonly devnet: Devnet
  readonly #artefacts: Artefacts<ProxyName>

  private constructor(devnet: Devnet, artefacts: Artefacts<ProxyName>) {
    this.devnet = devnet
    this.#artefacts = artefacts
  }

  static async on(devnet: Devnet): Promise<Proxies> {
    return new Proxies(devnet, await compileProxies())
  }

  /** The code at an address. */
  async codeAt(address: Address): Promise<Hex> {
    return (await this.devnet.client.getCode({ address })) ?? '0x'
  }

  /** The same code at a new address, with bytes behind its end: another implementation that does the same. */
  async copyOf(address: Address, more: Hex = '0x'): Promise<Address> {
    const to = emptyPlace()
    const bytecode: Hex = `${await this.codeAt(address)}${more.slice(2)}`
    await this.devnet.client.setCode({ address: to, bytecode })
    return to
  }

  /** Puts an EIP-1967 proxy before a contract. @returns where its code is now */
  async cover(address: Address): Promise<Address> {
    const implementation = await this.copyOf(address)
    await placeContract(this.devnet.client, this.#artefacts, address, 'UpgradeableProxy')
    await this.upgrade(address, implementation)
    return implementation
  }

  /** Puts a beacon proxy before a contract. @returns where its code is now */
  async coverByBeacon(address: Address): Promise<Address> {
    const [implementation, beacon] = [await this.copyOf(address), emptyPlace()]
    await placeContract(this.devnet.client, this.#artefacts, beacon, 'Beacon')
    await this.upgrade(beacon, implementation)
    await placeContract(this.devnet.client, this.#artefacts, address, 'BeaconProxy')
    await this.#send(address, 'BeaconProxy', 'setBeacon', beacon)
    return implementation
  }

  /** Puts a minimal proxy before a contract, its code as EIP-1167 has it. @returns where its code is now */
  async coverMinimally(address: Address): Promise<Address> {
    const implementation = await this.copyOf(address)
    const bytecode: Hex = `0x363d3d373d3d3d363d73${implementation.slice(2).toLowerCase()}5af43d82803e903d91602b57fd5bf3`
    await this.devnet.client.setCode({ address, bytecode })
    return implementation
  }

  /** The owner of a proxy or of a beacon has it run something else. */
  upgrade(address: Address, implementation: Address): Promise<void> {
    return this.#send(address, 'UpgradeableProxy', 'upgradeTo', implementation)
  }

  async #send(to: Address, name: ProxyName, functionName: string, argument: Address): Promise<void> {
    const data = encodeFunctionData({ abi: this.#artefacts[name].abi, functionName, args: [argument] })
    const { status } = await this.devnet.sendAs(this.devnet.admin, to, data)
    if (status !== 'success') throw new Error(`${functionName} of ${to} reverted`)
  }
}
