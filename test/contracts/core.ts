// The real core of EigenLayer (M2) on an anvil chain, put there as its own deployment script does: a proxy with nothing behind
// it for each contract, then the implementations, which know the proxies, then upgradeAndCall with `initialize`.
//
// One token with one strategy; an operator's stake is a deposit of its own. Beacon chain deposits are nobody's business here:
// the EigenPodManager is the real one, with no deposit contract and no pods behind it.
import { encodeFunctionData, parseEther, zeroAddress, type Abi, type Address, type Hex } from 'viem'
import { Chain, devnetClient, type DevnetClient } from '../devnet/chain.ts'
import type { Artefacts } from '../devnet/compile.ts'
import { coreArtefacts, type CoreContract } from './artefacts.ts'

const PROXIED = ['AVSDirectory', 'DelegationManager', 'EigenPodManager', 'Slasher', 'StrategyManager'] as const
type Proxied = (typeof PROXIED)[number]

const SUPPLY = parseEther('1000000')

export class RealCore extends Chain<CoreContract> {
  private readonly places = new Map<CoreContract, Address>()

  private constructor(rpcUrl: string, client: DevnetClient, artefacts: Artefacts<CoreContract>, admin: Address) {
    super(rpcUrl, client, artefacts, admin)
  }

  static async deploy(rpcUrl: string): Promise<RealCore> {
    const client = devnetClient(rpcUrl)
    const [admin] = await client.request({ method: 'eth_accounts' } as const)
    if (admin === undefined) throw new Error(`deploying the core: ${rpcUrl} has no unlocked account`)
    const core = new RealCore(rpcUrl, client, coreArtefacts(), admin)
    await core.deployContracts()
    await core.deployStrategy()
    return core
  }

  get avsDirectory(): Address {
    return this.placeOf('AVSDirectory')
  }

  get delegationManager(): Address {
    return this.placeOf('DelegationManager')
  }

  get strategy(): Address {
    return this.placeOf('StrategyBase')
  }

  /** A contract of somebody else's behind a proxy with the same admin, initialised. @returns the proxy */
  async proxied(implementation: Address, initializer: string, abi: Abi, args: readonly unknown[]): Promise<Address> {
    const proxy = await this.emptyProxy()
    await this.upgrade(proxy, implementation, encodeFunctionData({ abi, functionName: initializer, args }))
    return proxy
  }

  /** ETH, tokens, and a deposit of this much into the strategy. */
  async deposit(staker: Address, amount: bigint): Promise<void> {
    await this.fund(staker)
    const [token, strategyManager] = [this.placeOf('ERC20PresetFixedSupply'), this.placeOf('StrategyManager')]
    await this.act(token, 'ERC20PresetFixedSupply', 'transfer', [staker, amount])
    const approve = this.calldata('ERC20PresetFixedSupply', 'approve', [strategyManager, amount])
    await this.mustSend(staker, token, approve)
    const args = [this.strategy, token, amount]
    await this.mustSend(staker, strategyManager, this.calldata('StrategyManager', 'depositIntoStrategy', args))
  }

  /** Makes an account an operator without the programs. */
  async makeOperator(operator: Address): Promise<void> {
    const details = {
      __deprecated_earningsReceiver: operator,
      delegationApprover: zeroAddress,
      stakerOptOutWindowBlocks: 0,
    }
    const data = this.calldata('DelegationManager', 'registerAsOperator', [details, ''])
    await this.mustSend(operator, this.delegationManager, data)
  }

  protected placeOf(name: CoreContract): Address {
    const place = this.places.get(name)
    if (place === undefined) throw new Error(`reading from the core: ${name} has no place of its own, say where it is`)
    return place
  }

  private async mustSend(from: Address, to: Address, data: Hex): Promise<void> {
    const { status } = await this.sendAs(from, to, data)
    if (status !== 'success') throw new Error(`a transaction of ${from} to ${to} reverted`)
  }

  private async deployContracts(): Promise<void> {
    this.places.set('EmptyContract', await this.create('EmptyContract'))
    this.places.set('ProxyAdmin', await this.create('ProxyAdmin'))
    this.places.set('PauserRegistry', await this.create('PauserRegistry', [[this.admin], this.admin]))
    for (const name of PROXIED) this.places.set(name, await this.emptyProxy())
    for (const name of PROXIED) {
      const implementation = await this.create(name, this.constructed(name))
      await this.upgrade(this.placeOf(name), implementation, this.calldata(name, 'initialize', this.initialized(name)))
    }
  }

  private async deployStrategy(): Promise<void> {
    const token = await this.create('ERC20PresetFixedSupply', ['Staked', 'STK', SUPPLY, this.admin])
    const strategyManager = this.placeOf('StrategyManager')
    const implementation = await this.create('StrategyBase', [strategyManager])
    const args = [token, this.placeOf('PauserRegistry')]
    this.places.set('ERC20PresetFixedSupply', token)
    this.places.set(
      'StrategyBase',
      await this.proxied(implementation, 'initialize', this.artefacts.StrategyBase.abi, args),
    )
    await this.act(strategyManager, 'StrategyManager', 'addStrategiesToDepositWhitelist', [[this.strategy], [false]])
  }

  private constructed(name: Proxied): readonly Address[] {
    const [delegation, strategies, pods, slasher] = (
      ['DelegationManager', 'StrategyManager', 'EigenPodManager', 'Slasher'] as const
    ).map((of) => this.placeOf(of)) as [Address, Address, Address, Address]
    switch (name) {
      case 'AVSDirectory':
        return [delegation]
      case 'DelegationManager':
        return [strategies, slasher, pods]
      case 'EigenPodManager':
        return [zeroAddress, zeroAddress, strategies, slasher, delegation]
      case 'Slasher':
        return [strategies, delegation]
      case 'StrategyManager':
        return [delegation, pods, slasher]
    }
  }

  private initialized(name: Proxied): readonly unknown[] {
    const [owner, pausers] = [this.admin, this.placeOf('PauserRegistry')]
    if (name === 'StrategyManager') return [owner, owner, pausers, 0n]
    return name === 'DelegationManager' ? [owner, pausers, 0n, 0n, [], []] : [owner, pausers, 0n]
  }

  private emptyProxy(): Promise<Address> {
    const args = [this.placeOf('EmptyContract'), this.placeOf('ProxyAdmin'), '0x']
    return this.create('TransparentUpgradeableProxy', args)
  }

  private upgrade(proxy: Address, implementation: Address, initialize: Hex): Promise<void> {
    return this.act(this.placeOf('ProxyAdmin'), 'ProxyAdmin', 'upgradeAndCall', [proxy, implementation, initialize])
  }
}
