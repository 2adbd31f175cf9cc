// Whole ceremonies with an AVS whose signature the real AVSDirectory checks and whose stake the real DelegationManager counts:
// in, a new socket, out, and a registration whose salt was cancelled. The AVS itself, from the coordinator to its ServiceManager,
// is the devnet's: no package on npm has one compiled.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deployDevnet } from '../devnet/deploy.ts'
import type { Devnet } from '../devnet/devnet.ts'
import { blsFlags, ecdsaFlags } from '../support/current-room.ts'
import { idOfKeys, type KeyFiles } from '../support/keystores.ts'
import { run } from '../support/programs.ts'
import { codesIn, SOCKET } from '../support/stage.ts'
import { eigenlayer } from './packages.ts'
import { named, RealRoom } from './real-room.ts'

const [isSkipped, name] = named('an AVS of M2', [eigenlayer])

describe.skipIf(isSkipped)(name, () => {
  let room: RealRoom
  let avs: Devnet
  beforeAll(async () => {
    room = await RealRoom.open()
    const { delegationManager, avsDirectory, strategy } = room.core
    const on = { delegationManager, avsDirectory, strategy }
    avs = await deployDevnet(room.anvil.rpcUrl, { domain: null, generation: 'A', on })
  })
  afterAll(() => room.close())

  const place = (): readonly string[] => ['--registry-coordinator', avs.registryCoordinator]
  const both = (keys: KeyFiles): readonly string[] => [...ecdsaFlags(keys), ...blsFlags(keys)]
  const statusOf = (operator: string): Promise<unknown> =>
    room.core.read('AVSDirectory', 'avsOperatorStatus', [avs.serviceManager, operator])
  const bitmapOf = (keys: KeyFiles): Promise<unknown> =>
    avs.read('RegistryCoordinator', 'getCurrentQuorumBitmap', [idOfKeys(keys)])

  test('register, update-socket, deregister: each accepted and read back', async () => {
    const keys = await room.operator()
    const { operator } = keys
    const joined = await room.through(
      ...(['register', operator, [...place(), '--quorums', '0,1', '--socket', SOCKET], both(keys)] as const),
    )
    expect(joined).toMatchObject({ avsOperatorStatus: 'REGISTERED', operatorStatus: 'REGISTERED' })
    expect([await statusOf(operator), await bitmapOf(keys)]).toEqual([1, 0b11n])

    await room.through('update-socket', operator, [...place(), '--socket', '203.0.113.9:1;2'], ecdsaFlags(keys))

    const quorum = (id: string): readonly string[] => [...place(), '--quorums', id]
    await room.through('deregister', operator, quorum('1'), ecdsaFlags(keys))
    expect([await statusOf(operator), await bitmapOf(keys)]).toEqual([1, 0b01n])
    await room.through('deregister', operator, quorum('0'), ecdsaFlags(keys))
    expect([await statusOf(operator), await bitmapOf(keys)]).toEqual([0, 0n])
  })

  test('a registration that was signed is worth nothing once cancel-salt has spent its salt', async () => {
    const keys = await room.operator()
    const { operator } = keys
    const salt = `0x${'c5'.repeat(32)}`
    const [request, response] = [room.path('request.json'), room.path('response.json')]
    const asked = [...place(), '--quorums', '0', '--socket', SOCKET, '--salt', salt]
    expect(await room.build('register', operator, request, asked)).toMatchObject({ exitCode: 0 })
    expect(await room.sign(request, response, both(keys))).toMatchObject({ exitCode: 0 })
    const cancel = ['--avs-directory', room.core.avsDirectory, '--salt', salt]
    await room.through('cancel-salt', operator, cancel, ecdsaFlags(keys))
    // Its nonce was used up as well; it is given back, so that what is left is what the contract says of the salt.
    await room.core.client.setNonce({ address: operator, nonce: (await nonceOf(operator)) - 1 })
    const sent = await run('airlock-hot', ['send', request, response, '--rpc-url', room.anvil.rpcUrl])
    expect([sent.exitCode, codesIn(sent.stderr)]).toEqual([7, ['simulation_reverted', 'salt_spent']])
    expect(sent.stderr.replace(/\s+/g, ' ')).toContain('salt already spent')
    expect(await statusOf(operator)).toBe(0)
  })

  const nonceOf = (address: `0x${string}`): Promise<number> => room.core.client.getTransactionCount({ address })
})
