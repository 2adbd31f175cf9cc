// A room for ceremonies with the contracts of the current generation: a chain, operators with key files, a folder of its own.
import { parseEther } from 'viem'
import { startAnvil, type Anvil } from '../devnet/anvil.ts'
import type { CurrentDevnet } from '../devnet/current.ts'
import { deployCurrent, type CurrentOptions } from '../devnet/deploy-current.ts'
import { operatorKeys } from '../devnet/operator.ts'
import type { KeyFiles } from './keystores.ts'
import { Room } from './room.ts'

export class CurrentRoom extends Room {
  readonly devnet: CurrentDevnet

  private constructor(anvil: Anvil, devnet: CurrentDevnet) {
    super(anvil)
    this.devnet = devnet
  }

  static async open(options: CurrentOptions = {}): Promise<CurrentRoom> {
    const anvil = await startAnvil()
    return new CurrentRoom(anvil, await deployCurrent(anvil.rpcUrl, options))
  }

  /** Key files of somebody who is not an operator, with 100 ETH. */
  async person(): Promise<KeyFiles> {
    const keys = await this.keys('person')
    await this.devnet.fund(keys.operator)
    return keys
  }

  /** A new operator of EigenLayer with key files. */
  async operator(shares = parseEther('100')): Promise<KeyFiles> {
    const keys = await this.keys('operator')
    await this.devnet.makeOperator(keys.operator, shares)
    return keys
  }
}

/** The flags with which a person signs as operator or sender. */
export const ecdsaFlags = (keys: KeyFiles): readonly string[] => [
  ...['--ecdsa-keystore', keys.ecdsaKeystore],
  ...['--ecdsa-password-file', keys.ecdsaPasswordFile],
]

export const blsFlags = (keys: KeyFiles): readonly string[] => [
  ...['--bls-keystore', keys.blsKeystore],
  ...['--bls-password-file', keys.blsPasswordFile],
]

/** The same ECDSA key file, as the key that is registered. */
export const signingFlags = (keys: KeyFiles): readonly string[] => [
  ...['--signing-keystore', keys.ecdsaKeystore],
  ...['--signing-password-file', keys.ecdsaPasswordFile],
]

/** Key files as the devnet's own operators are. */
export const asOperator = (keys: KeyFiles): ReturnType<typeof operatorKeys> => ({
  address: keys.operator,
  privateKey: keys.operatorSecret,
  blsSecretKey: keys.blsSecret,
})
