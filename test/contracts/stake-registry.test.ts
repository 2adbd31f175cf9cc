// Whole ceremonies with the real AVS of Hyperlane on the real core: in with a signing key, another key, out; and a weight below
// the minimum. Owner of the AVS is the account that deployed it.
import { parseEther, type Address } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Chain } from '../devnet/chain.ts'
import { ecdsaFlags } from '../support/current-room.ts'
import { avsArtefacts, type AvsContract } from './artefacts.ts'
import { eigenlayer, hyperlane } from './packages.ts'
import { named, RealRoom } from './real-room.ts'

const [isSkipped, name] = named('an AVS with ECDSA keys', [hyperlane, eigenlayer])
/** All of the weight is in one strategy, in parts of 10,000. */
const WHOLE = 10_000n

/** ECDSAStakeRegistry and HyperlaneServiceManager behind proxies. */
class HyperlaneAvs extends Chain<AvsContract> {
  private readonly places = new Map<AvsContract, Address>()

  static async deploy({ core }: RealRoom): Promise<HyperlaneAvs> {
    const avs = new HyperlaneAvs(core.rpcUrl, core.client, avsArtefacts(), core.admin)
    const { ECDSAStakeRegistry: registry, HyperlaneServiceManager: manager } = avs.artefacts
    // The registry names its ServiceManager and the other way round: it is owned first and set up afterwards.
    const stakeRegistry = await core.proxied(
      await avs.create('ECDSAStakeRegistry', [core.delegationManager]),
      ...(['initializeOwner', registry.abi, [core.admin]] as const),
    )
    const args = [core.avsDirectory, stakeRegistry, core.admin, core.delegationManager]
    const serviceManager = await core.proxied(
      await avs.create('HyperlaneServiceManager', args),
      ...(['initialize', manager.abi, [core.admin]] as const),
    )
    avs.places.set('ECDSAStakeRegistry', stakeRegistry).set('HyperlaneServiceManager', serviceManager)
    const quorum = { strategies: [{ strategy: core.strategy, multiplier: WHOLE }] }
    await avs.act(stakeRegistry, 'ECDSAStakeRegistry', 'configure', [serviceManager, 0n, quorum])
    await avs.act(stakeRegistry, 'ECDSAStakeRegistry', 'updateMinimumWeight', [parseEther('32'), []])
    return avs
  }

  get flags(): readonly string[] {
    const [registry, manager] = [this.placeOf('ECDSAStakeRegistry'), this.placeOf('HyperlaneServiceManager')]
    return ['--stake-registry', registry, '--service-manager', manager]
  }

  placeOf(of: AvsContract): Address {
    const place = this.places.get(of)
    if (place === undefined) throw new Error(`${of} does not stand yet`)
    return place
  }
}

describe.skipIf(isSkipped)(name, () => {
  let room: RealRoom
  let avs: HyperlaneAvs
  beforeAll(async () => {
    room = await RealRoom.open()
    avs = await HyperlaneAvs.deploy(room)
  })
  afterAll(() => room.close())

  const registry = (view: string, operator: Address): Promise<unknown> =>
    avs.read('ECDSAStakeRegistry', view, [operator])
  const avsStatus = (operator: Address): Promise<unknown> => {
    const manager = avs.placeOf('HyperlaneServiceManager')
    return room.core.read('AVSDirectory', 'avsOperatorStatus', [manager, operator])
  }

  test('register, update-signing-key, deregister: each accepted and read back', async () => {
    const [keys, first, second] = [await room.operator(), await room.keys('key'), await room.keys('key')]
    const { operator } = keys
    const signingKey = (key: string): readonly string[] => [...avs.flags, '--signing-key', key]

    const joined = await room.through(
      ...(['register-with-stake-registry', operator, signingKey(first.operator), ecdsaFlags(keys)] as const),
    )
    expect(joined).toMatchObject({ registered: true, avsOperatorStatus: 'REGISTERED', signingKey: first.operator })
    expect(joined['weight']).toBe(parseEther('100').toString())
    expect(await avsStatus(operator)).toBe(1)
    expect(await registry('operatorRegistered', operator)).toBe(true)
    expect(await registry('getLastestOperatorSigningKey', operator)).toBe(first.operator)
    expect(await registry('getLastCheckpointOperatorWeight', operator)).toBe(parseEther('100'))

    await room.through('update-signing-key', operator, signingKey(second.operator), ecdsaFlags(keys))
    expect(await registry('getLastestOperatorSigningKey', operator)).toBe(second.operator)

    const left = await room.through('deregister-from-stake-registry', operator, avs.flags, ecdsaFlags(keys))
    expect(left).toMatchObject({ registered: false, avsOperatorStatus: 'NEVER_REGISTERED' })
    expect(await avsStatus(operator)).toBe(0)
    expect(await registry('operatorRegistered', operator)).toBe(false)
  })

  test('a weight below the minimum is said at build, and counts nothing once registered', async () => {
    const keys = await room.operator(parseEther('2'))
    const { operator } = keys
    const flags = [...avs.flags, '--signing-key', (await room.keys('key')).operator]
    const request = room.path('request.json')
    const built = await room.build('register-with-stake-registry', operator, request, flags)
    expect(built.stdout.replace(/\s+/g, ' ')).toContain('the minimum is 32 (')
    await room.through('register-with-stake-registry', operator, flags, ecdsaFlags(keys))
    expect(await avsStatus(operator)).toBe(1)
    expect(await registry('getLastCheckpointOperatorWeight', operator)).toBe(0n)
  })
})
