// What a devnet of the current generation can be asked for beyond joining: who may act for an operator, delays in blocks,
// leaving and coming back, ejection, ids above 255, stake that is only what is allocated, and its two builds.

import { type Address, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAnvil, type Anvil } from './anvil.ts'
import { compileAll } from './compile.ts'
import { CurrentStage, error, type Call } from './current-stage.ts'
import type { CurrentDevnet } from './current.ts'
import { CONFIGURATION_DELAY_BLOCKS, DEALLOCATION_DELAY_BLOCKS, deployCurrent } from './deploy-current.ts'
import { EJECTION_COOLDOWN_SECONDS } from './deploy.ts'
import { AMPLE } from './stage.ts'

const WHOLE = 10n ** 18n
const DELAYS = { deallocationDelay: 10, configurationDelay: 20 }

let anvil: Anvil
beforeAll(async () => {
  await compileAll()
  anvil = await startAnvil()
})
afterAll(() => anvil.stop())

describe('PermissionController', () => {
  let devnet: CurrentDevnet
  beforeAll(async () => {
    devnet = await deployCurrent(anvil.rpcUrl)
  })
  const permission = (stage: CurrentStage, from: Address, functionName: string, args: readonly unknown[]): Call =>
    stage.call(from, devnet.permissionController, 'PermissionController', functionName, args)

  it('an account is its own admin until another accepts, and then no longer', async () => {
    const stage = new CurrentStage(devnet, 'admins')
    const [account, admin] = [(await stage.newcomer()).address, (await stage.newcomer()).address]
    const acts = (from: Address): Promise<Hex | undefined> =>
      stage.answer(stage.call(from, devnet.allocationManager, 'AllocationManager', 'setAllocationDelay', [account, 7]))
    const answer = (from: Address, functionName: string, args: readonly unknown[]): Promise<Hex | undefined> =>
      stage.answer(permission(stage, from, functionName, args))

    expect(await answer(admin, 'addPendingAdmin', [account, admin])).toBe(error('NotAdmin'))
    expect(await answer(account, 'removePendingAdmin', [account, admin])).toBe(error('AdminNotPending'))
    expect(await answer(admin, 'acceptAdmin', [account])).toBe(error('AdminNotPending'))
    expect(await answer(account, 'removeAdmin', [account, account])).toBe(error('CannotHaveZeroAdmins'))
    await stage.send(permission(stage, account, 'addPendingAdmin', [account, admin]))
    expect(await answer(account, 'addPendingAdmin', [account, admin])).toBe(error('AdminAlreadyPending'))
    expect(await devnet.read('PermissionController', 'getAdmins', [account])).toEqual([account])
    expect(await acts(account)).toBeUndefined()

    await stage.send(permission(stage, admin, 'acceptAdmin', [account]))
    expect(await devnet.read('PermissionController', 'getAdmins', [account])).toEqual([admin])
    expect([await acts(admin), await acts(account)]).toEqual([undefined, error('InvalidPermissions')])
    expect(await answer(admin, 'addPendingAdmin', [account, admin])).toBe(error('AdminAlreadySet'))
    expect(await answer(admin, 'removeAdmin', [account, admin])).toBe(error('CannotHaveZeroAdmins'))
    await stage.send(permission(stage, admin, 'addPendingAdmin', [account, account]))
    await stage.send(permission(stage, account, 'acceptAdmin', [account]))
    expect(await answer(admin, 'removeAdmin', [account, devnet.admin])).toBe(error('AdminNotSet'))
    await stage.send(permission(stage, account, 'removeAdmin', [account, admin]))
    expect([await acts(admin), await acts(account)]).toEqual([error('InvalidPermissions'), undefined])
  })

  it('an appointee may call the one function of the one contract', async () => {
    const stage = new CurrentStage(devnet, 'appointee')
    const [account, hot] = [await stage.newcomer(), await stage.newcomer()]
    await devnet.appoint(account.address, hot.address, 'registerForOperatorSets')
    const given = [account.address, hot.address, devnet.allocationManager, '0xadc2e3d9']
    expect(await stage.answer(permission(stage, account.address, 'setAppointee', given))).toBe(
      error('AppointeeAlreadySet'),
    )
    expect(await devnet.read('PermissionController', 'getAppointees', [given[0], given[2], given[3]])).toEqual([
      hot.address,
    ])
    await stage.send(stage.joining(account, { from: hot.address }))
    expect(await stage.isMember(account.address, 0)).toBe(true)

    const leave = { operator: account.address, avs: devnet.avs, operatorSetIds: [0] }
    const leaving = (from: Address): Call =>
      stage.call(from, devnet.allocationManager, 'AllocationManager', 'deregisterFromOperatorSets', [leave])
    expect(await stage.answer(leaving(hot.address))).toBe(error('InvalidCaller'))
    const setMetadata = [account.address, 'https://operator.example']
    expect(
      await stage.answer(
        stage.call(
          hot.address,
          devnet.delegationManager,
          'DelegationManager',
          'updateOperatorMetadataURI',
          setMetadata,
        ),
      ),
    ).toBe(error('InvalidPermissions'))
    await stage.send(permission(stage, account.address, 'removeAppointee', given))
    expect(await stage.answer(permission(stage, account.address, 'removeAppointee', given))).toBe(
      error('AppointeeNotSet'),
    )
    expect(await stage.answer(leaving(devnet.avs))).toBeUndefined()
    expect(await stage.answer(leaving(account.address))).toBeUndefined()
  })
})

describe('allocations', () => {
  let devnet: CurrentDevnet
  beforeAll(async () => {
    devnet = await deployCurrent(anvil.rpcUrl, DELAYS)
  })
  const allocating = (
    stage: CurrentStage,
    operator: Address,
    magnitude: bigint,
    id = 0,
    strategies = [devnet.strategy],
  ): Call =>
    stage.call(operator, devnet.allocationManager, 'AllocationManager', 'modifyAllocations', [
      operator,
      [{ operatorSet: { avs: devnet.avs, id }, strategies, newMagnitudes: [magnitude] }],
    ])
  const allocation = async (operator: Address, id = 0): Promise<bigint> => {
    const set = { avs: devnet.avs, id }
    const answer = await devnet.read('AllocationManager', 'getAllocation', [operator, set, devnet.strategy])
    return (answer as { currentMagnitude: bigint }).currentMagnitude
  }
  const setDelay = (stage: CurrentStage, operator: Address, delay: number): Call =>
    stage.call(operator, devnet.allocationManager, 'AllocationManager', 'setAllocationDelay', [operator, delay])

  it('more takes effect after the allocation delay, less after the deallocation delay', async () => {
    const stage = new CurrentStage(devnet, 'delays')
    const { address } = await stage.member([0])
    await devnet.allocate(address, { avs: devnet.avs, id: 0 }, WHOLE / 2n)
    expect(await allocation(address)).toBe(WHOLE / 2n)
    await stage.send(setDelay(stage, address, 3))
    await devnet.mine(DELAYS.configurationDelay)
    expect(await devnet.read('AllocationManager', 'getAllocationDelay', [address])).toEqual([true, 0])
    await devnet.mine()
    expect(await devnet.read('AllocationManager', 'getAllocationDelay', [address])).toEqual([true, 3])

    await stage.send(allocating(stage, address, WHOLE))
    expect(await stage.answer(allocating(stage, address, 1n))).toBe(error('ModificationAlreadyPending'))
    await devnet.mine(2)
    expect(await allocation(address)).toBe(WHOLE / 2n)
    await devnet.mine()
    expect(await allocation(address)).toBe(WHOLE)

    await stage.send(allocating(stage, address, WHOLE / 4n))
    await devnet.mine(DELAYS.deallocationDelay)
    expect(await allocation(address)).toBe(WHOLE)
    const free = (): Promise<unknown> =>
      devnet.read('AllocationManager', 'getAllocatableMagnitude', [address, devnet.strategy])
    expect(await free()).toBe(0n)
    await devnet.mine()
    expect([await allocation(address), await free()]).toEqual([WHOLE / 4n, (WHOLE / 4n) * 3n])
  })

  it('the checks, in their order', async () => {
    const stage = new CurrentStage(devnet, 'order')
    const { address } = await stage.newcomer()
    const answer = (magnitude: bigint, id = 0, strategies?: Address[]): Promise<Hex | undefined> =>
      stage.answer(allocating(stage, address, magnitude, id, strategies))
    await devnet.pauseAllocationManager(true)
    expect(await answer(1n, 9, [])).toBe(error('CurrentlyPaused'))
    await devnet.pauseAllocationManager(false)
    expect(await answer(1n, 9, [])).toBe(error('InputArrayLengthMismatch'))
    expect(await answer(0n, 9)).toBe(error('InvalidOperatorSet'))
    expect(await answer(0n)).toBe(error('SameMagnitude'))
    expect(await answer(WHOLE + 1n)).toBe(error('InsufficientMagnitude'))
    expect(await answer(WHOLE)).toBeUndefined()
    const nobody = stage.keys().address
    await devnet.fund(nobody)
    expect(await stage.answer(allocating(stage, nobody, 1n))).toBe(error('UninitializedAllocationDelay'))
    expect(await stage.answer(setDelay(stage, nobody, 1))).toBe(error('InvalidOperator'))
  })

  it('who cannot be slashed takes back at once', async () => {
    const stage = new CurrentStage(devnet, 'not slashable')
    const { address } = await stage.newcomer()
    await devnet.allocate(address, { avs: devnet.avs, id: 0 }, WHOLE)
    await devnet.allocate(address, { avs: devnet.avs, id: 0 }, 0n)
    expect(await allocation(address)).toBe(0n)
    expect(await devnet.read('AllocationManager', 'getAllocatedSets', [address])).toEqual([])
  })

  it('a quorum can count only what is allocated to its set', async () => {
    const quorums = [{ minimumStake: AMPLE / 2n, maxOperatorCount: 9 }]
    const other = await deployCurrent(anvil.rpcUrl, { quorums })
    await other.createSlashableQuorum(AMPLE / 2n, 9)
    const stage = new CurrentStage(other, 'slashable')
    const keys = await stage.newcomer()
    expect(await stage.answer(stage.joining(keys, { ids: [1] }))).toBe(error('BelowMinimumStakeRequirement'))
    await other.allocate(keys.address, { avs: other.avs, id: 1 }, WHOLE / 2n)
    await stage.send(stage.joining(keys, { ids: [1] }))
    expect(await stage.isMember(keys.address, 1)).toBe(true)
  })
})

describe('membership', () => {
  it('who left comes back only when it cannot be slashed any more, at the end of the last block', async () => {
    const devnet = await deployCurrent(anvil.rpcUrl, DELAYS)
    const stage = new CurrentStage(devnet, 'return')
    const keys = await stage.member([0])
    await devnet.deregisterFromSets(keys.address, devnet.avs, [0])
    expect([await stage.status(keys.address), await stage.isMember(keys.address, 0)]).toEqual([2, false])
    expect(await stage.answer(stage.joining(keys))).toBe(error('AlreadyMemberOfSet'))
    await devnet.mine(DELAYS.deallocationDelay)
    expect(
      await devnet.read('AllocationManager', 'isOperatorSlashable', [keys.address, { avs: devnet.avs, id: 0 }]),
    ).toBe(true)
    await devnet.mine()
    // The key is known by now, so the proof is not looked at.
    await stage.send(stage.joining(keys, { proof: { blsSignature: [0n, 0n], publicKeyG1: [0n, 0n] } }))
    expect(await stage.status(keys.address)).toBe(1)
    const again = { operator: keys.address, avs: devnet.avs, operatorSetIds: [1] }
    expect(
      await stage.answer(
        stage.call(keys.address, devnet.allocationManager, 'AllocationManager', 'deregisterFromOperatorSets', [again]),
      ),
    ).toBe(error('NotMemberOfSet'))
  })

  it('an ejected operator is out of its set, and waits for the cooldown', async () => {
    const devnet = await deployCurrent(anvil.rpcUrl, { deallocationDelay: 0 })
    const stage = new CurrentStage(devnet, 'ejected')
    const keys = await stage.member([0, 1])
    await devnet.eject(keys.address, '0x00')
    expect([await stage.isMember(keys.address, 0), await stage.isMember(keys.address, 1)]).toEqual([false, true])
    await devnet.mine()
    expect(await stage.answer(stage.joining(keys))).toBe(error('CannotReregisterYet'))
    await devnet.warp(EJECTION_COOLDOWN_SECONDS + 1)
    expect(await stage.answer(stage.joining(keys))).toBeUndefined()
  })

  it('the coordinator sees only the low byte of an id: set 256 is quorum 0 to it', async () => {
    const devnet = await deployCurrent(anvil.rpcUrl)
    const stage = new CurrentStage(devnet, 'truncated')
    await devnet.createOperatorSet({ avs: devnet.avs, id: 256 })
    const keys = await stage.newcomer()
    await stage.send(stage.joining(keys, { ids: [256] }))
    expect([await stage.isMember(keys.address, 256), await stage.isMember(keys.address, 0)]).toEqual([true, false])
    const id = await devnet.read('SlashingRegistryCoordinator', 'getOperatorId', [keys.address])
    expect(await devnet.read('SlashingRegistryCoordinator', 'getCurrentQuorumBitmap', [id])).toBe(1n)
    expect(await stage.answer(stage.joining(keys, { ids: [0] }))).toBe(error('AlreadyRegisteredForQuorums'))
  })

  it('a socket is changed by the operator itself with the coordinator, by an appointee too with the other', async () => {
    const devnet = await deployCurrent(anvil.rpcUrl)
    const stage = new CurrentStage(devnet, 'socket')
    const [keys, stranger] = [await stage.member(), await stage.newcomer()]
    const change = (from: Address): Call =>
      stage.call(from, devnet.slashingCoordinator, 'SlashingRegistryCoordinator', 'updateSocket', ['192.0.2.1:1;2'])
    expect((await stage.send(change(keys.address))).logs.length).toBe(1)
    expect(await stage.answer(change(stranger.address))).toBe(error('NotRegistered'))
    const changeKeyed = (from: Address): Call =>
      stage.call(from, devnet.avsRegistrar, 'AVSRegistrarWithSocket', 'updateSocket', [keys.address, '192.0.2.1:1'])
    expect(await stage.answer(changeKeyed(stranger.address))).toBe(error('InvalidPermissions'))
    await stage.send(changeKeyed(keys.address))
    expect(await devnet.read('AVSRegistrarWithSocket', 'getOperatorSocket', [keys.address])).toBe('192.0.2.1:1')
  })
})

describe('the AVS', () => {
  it('publishes metadata before its first set, and creates a set once', async () => {
    const devnet = await deployCurrent(anvil.rpcUrl)
    const stage = new CurrentStage(devnet, 'avs')
    const { address: avs } = stage.keys()
    await devnet.fund(avs)
    const act = (functionName: string, args: readonly unknown[], from = avs): Promise<Hex | undefined> =>
      stage.answer(stage.call(from, devnet.allocationManager, 'AllocationManager', functionName, args))
    const params = [{ operatorSetId: 0, strategies: [devnet.strategy], slasher: avs }]
    expect(await act('createOperatorSets', [avs, params], devnet.admin)).toBe(error('InvalidPermissions'))
    expect(await act('createOperatorSets', [avs, params])).toBe(error('NonexistentAVSMetadata'))
    expect(await act('setAVSRegistrar', [avs, devnet.avsRegistrar])).toBe(error('InvalidAVSRegistrar'))
    expect(await devnet.read('AllocationManager', 'getAVSRegistrar', [avs])).toBe(avs)
    expect(await devnet.read('AllocationManager', 'getAVSRegistrar', [devnet.avs])).toBe(devnet.slashingCoordinator)
    const again = [{ ...params[0], slasher: devnet.avs }]
    expect(await act('createOperatorSets', [devnet.avs, again], devnet.avs)).toBe(error('InvalidOperatorSet'))
  })

  it('is told apart by build: domainSeparator() came after February 2025', async () => {
    const read = async (isFeb2025: boolean): Promise<unknown> => {
      const devnet = await deployCurrent(anvil.rpcUrl, { isFeb2025 })
      return devnet.revertDataOf(devnet.admin, devnet.slashingCoordinator, '0xf698da25')
    }
    expect([await read(true), await read(false)]).toEqual(['0x', undefined])
  })
})

it('has the delays of mainnet by default', async () => {
  const devnet = await deployCurrent(anvil.rpcUrl)
  expect(await devnet.read('AllocationManager', 'DEALLOCATION_DELAY')).toBe(DEALLOCATION_DELAY_BLOCKS)
  expect(await devnet.read('AllocationManager', 'ALLOCATION_CONFIGURATION_DELAY')).toBe(CONFIGURATION_DELAY_BLOCKS)
})
