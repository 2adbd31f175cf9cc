// A room for ceremonies on the real core, with stakers and operators whose stake is a deposit.
import { parseEther } from 'viem'
import { startAnvil, type Anvil } from '../devnet/anvil.ts'
import type { KeyFiles } from '../support/keystores.ts'
import { Room } from '../support/room.ts'
import { RealCore } from './core.ts'
import { isFetched, titleOf, type Package } from './packages.ts'

export class RealRoom extends Room {
  readonly core: RealCore

  private constructor(anvil: Anvil, core: RealCore) {
    super(anvil)
    this.core = core
  }

  static async open(): Promise<RealRoom> {
    const anvil = await startAnvil()
    return new RealRoom(anvil, await RealCore.deploy(anvil.rpcUrl))
  }

  /** Key files of somebody who has a deposit and is not an operator. */
  async staker(amount = parseEther('100')): Promise<KeyFiles> {
    const keys = await this.keys('staker')
    await this.core.deposit(keys.operator, amount)
    return keys
  }

  /** A new operator with key files and a deposit. */
  async operator(amount = parseEther('100')): Promise<KeyFiles> {
    const keys = await this.staker(amount)
    await this.core.makeOperator(keys.operator)
    return keys
  }
}

/** What a group of tests is called: by its packages, and that it is skipped where one of them cannot be had. */
export function named(what: string, packages: readonly Package[]): readonly [isSkipped: boolean, name: string] {
  const missing = packages.filter((of) => !isFetched(of)).map(titleOf)
  const name = `${what}, on ${packages.map(titleOf).join(' and ')}`
  if (missing.length === 0) return [false, name]
  return [true, `${name}: SKIPPED, ${missing.join(' and ')} could not be fetched`]
}
