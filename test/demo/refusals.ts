// What the contracts refuse, caused for real in both generations, and what `send` says of it. How: scene.ts.
import { maxUint256, parseEther, type Address, type Hex } from 'viem'
import type { Devnet } from '../devnet/devnet.ts'
import { operatorKeys } from '../devnet/operator.ts'
import { asOperator, blsFlags, ecdsaFlags, type CurrentRoom } from '../support/current-room.ts'
import type { KeyFiles } from '../support/keystores.ts'
import { SOCKET } from '../support/stage.ts'
import { avsFlags } from './operations-m2.ts'
import { exportKey, keyedSet, setsFlags } from './operations-sets.ts'
import { play, type Case, type Scene } from './scene.ts'
import type { Walk } from './walk.ts'

const AMPLE = parseEther('100')
const WEEK_AND_MORE = 8 * 86_400
const SALT: Hex = `0x${'5c'.repeat(32)}`
const both = (keys: KeyFiles): readonly string[] => [...ecdsaFlags(keys), ...blsFlags(keys)]

/** Plays all scenes. Gives the number of refusals. */
export async function causedRefusals(walk: Walk, m2: Devnet): Promise<number> {
  const { room } = walk
  const scenes = [
    await joiningM2(room, m2),
    await joiningEigenda(room, room.devnet.m2),
    await joiningSets(walk),
    await allocating(walk),
    await registeringKey(walk),
    await removingKey(walk),
    await appointed(room),
    await becomingOperator(room),
  ]
  let count = 0
  for (const scene of scenes) count += await play(walk, scene)
  return count
}

function joining(devnet: Devnet, keys: KeyFiles): Omit<Scene, 'name' | 'cases' | 'unprepared'> {
  return {
    ...{ kind: 'register', operator: keys.operator, keys: both(keys) },
    flags: [...avsFlags(devnet), '--quorums', '0,1', '--socket', SOCKET, '--salt', SALT],
    prepare: () => devnet.makeOperator(keys.operator, AMPLE),
  }
}

/** The cases that both generations of M2's contracts have, in their own words. */
function joiningCases(devnet: Devnet, keys: KeyFiles, says: Readonly<Record<'member' | 'salt', string>>): Case[] {
  const { operator, blsSecret: blsSecretKey } = keys
  const other = { ...operatorKeys('has the same BLS key'), blsSecretKey }
  return [
    { name: 'registered already', cause: () => devnet.register(asOperator(keys), [0]), says: says.member },
    {
      name: 'the BLS key is taken',
      cause: async () => {
        await devnet.makeOperator(other.address, AMPLE)
        await devnet.register(other, [0])
      },
      says: 'Error("BLSApkRegistry.registerBLSPublicKey: public key already registered")',
    },
    {
      ...{ name: 'the salt was cancelled', says: says.salt },
      cause: () => devnet.sendAs(operator, devnet.avsDirectory, devnet.calldata('AVSDirectory', 'cancelSalt', [SALT])),
    },
    {
      name: 'too little stake',
      cause: () => devnet.setShares(operator, parseEther('31')),
      says: 'Error("StakeRegistry.registerOperator: Operator does not meet minimum stake requirement for quorum")',
    },
    {
      name: 'the coordinator is paused',
      cause: () => devnet.pauseCoordinator(true),
      says: 'Error("Pausable: index is paused")',
    },
  ]
}

async function joiningM2(room: CurrentRoom, devnet: Devnet): Promise<Scene> {
  const keys = await room.person()
  const member =
    'RegistryCoordinator._registerOperator: operator already registered for some quorums being registered for'
  const salt = 'Error("AVSDirectory.registerOperatorToAVS: salt already spent")'
  return {
    ...{ ...joining(devnet, keys), name: 'register with an AVS of 2024' },
    unprepared: 'Error("AVSDirectory.registerOperatorToAVS: operator not registered to EigenLayer yet")',
    cases: [
      ...joiningCases(devnet, keys, { member: `Error("${member}")`, salt }),
      {
        name: 'a quorum is full',
        cause: () => devnet.setMaxOperatorCount(0, 0),
        says: 'Error("RegistryCoordinator.registerOperator: operator count exceeds maximum")',
      },
      {
        name: 'the AVSDirectory is paused',
        cause: () => devnet.pauseAvsDirectory(true),
        says: 'Error("Pausable: index is paused")',
      },
    ],
  }
}

async function joiningEigenda(room: CurrentRoom, devnet: Devnet): Promise<Scene> {
  const keys = await room.person()
  const member = 'RegCoord._registerOperator: operator already registered for some quorums'
  return {
    ...{ ...joining(devnet, keys), name: 'register with EigenDA' },
    unprepared: 'OperatorNotRegisteredToEigenLayer()',
    cases: [
      ...joiningCases(devnet, keys, { member: `Error("${member}")`, salt: 'SaltSpent()' }),
      {
        name: 'a quorum is full',
        cause: () => devnet.setMaxOperatorCount(0, 0),
        says: 'Error("RegCoord.registerOperator: operator count exceeds maximum")',
      },
      { name: 'the AVSDirectory is paused', cause: () => devnet.pauseAvsDirectory(true), says: 'CurrentlyPaused()' },
      {
        name: 'ejected lately',
        cause: async () => {
          await devnet.register(asOperator(keys), [0])
          await devnet.eject(keys.operator, [0])
        },
        says: 'Error("RegCoord._registerOperator: operator cannot reregister yet")',
      },
      {
        ...{ name: 'expired', cause: () => devnet.warp(WEEK_AND_MORE), says: null },
        refusedAs: { exitCode: 8, code: 'expiry_past' },
      },
    ],
  }
}

async function joiningSets(walk: Walk): Promise<Scene> {
  const { devnet } = walk.room
  const keys = await walk.room.person()
  const { operator } = keys
  const other = { ...operatorKeys('has this BLS key'), blsSecretKey: keys.blsSecret }
  return {
    ...{ name: 'register-for-operator-sets', kind: 'register-for-operator-sets', operator, keys: both(keys) },
    flags: [...setsFlags(walk), '--operator-sets', '0', '--socket', SOCKET],
    prepare: () => devnet.makeOperator(operator, AMPLE),
    unprepared: 'InvalidOperator()',
    cases: [
      {
        ...{ name: 'a member already', says: 'AlreadyMemberOfSet()' },
        cause: () => devnet.registerForSets(asOperator(keys), [0]),
      },
      {
        name: 'the BLS key is taken',
        cause: async () => {
          await devnet.makeOperator(other.address, AMPLE)
          await devnet.registerForSets(other, [0])
        },
        says: 'BLSPubkeyAlreadyRegistered()',
      },
      {
        ...{ name: 'too little stake', says: 'BelowMinimumStakeRequirement()' },
        cause: () => devnet.setShares(operator, 1n),
      },
      {
        ...{ name: 'the set is full', says: 'MaxOperatorCountReached()' },
        cause: () => devnet.setMaxOperatorCount(0, 0),
      },
      {
        ...{ name: 'EigenLayer has paused it', says: 'CurrentlyPaused()' },
        cause: () => devnet.pauseAllocationManager(true),
      },
      { name: 'the AVS has paused it', says: 'CurrentlyPaused()', cause: () => devnet.pauseCoordinator(true) },
    ],
  }
}

async function allocating(walk: Walk): Promise<Scene> {
  const { devnet } = walk.room
  const keys = await walk.room.operator()
  const { operator } = keys
  const allocate = (id: number, percent: bigint): Promise<unknown> =>
    devnet.allocate(operator, { avs: devnet.avs, id }, (10n ** 18n * percent) / 100n)
  return {
    ...{ name: 'modify-allocations', kind: 'modify-allocations', operator, keys: ecdsaFlags(keys) },
    flags: [...setsFlags(walk), '--allocation', `0:${devnet.strategy}:25%`],
    cases: [
      { name: 'as it is already', cause: () => allocate(0, 25n), says: 'SameMagnitude()' },
      { name: 'more than there is', cause: () => allocate(1, 80n), says: 'InsufficientMagnitude()' },
      {
        name: 'a change still waits',
        cause: async () => {
          await devnet.registerForSets(asOperator(keys), [0])
          await allocate(0, 50n)
          await allocate(0, 10n)
        },
        says: 'ModificationAlreadyPending()',
      },
    ],
  }
}

async function registeringKey(walk: Walk): Promise<Scene> {
  const { devnet } = walk.room
  const [keys, other] = [await walk.room.operator(), await walk.room.operator()]
  const set = { avs: devnet.keyedAvs, id: 0 }
  return {
    ...{ name: 'register-key-bn254', kind: 'register-key-bn254', operator: keys.operator, keys: both(keys) },
    flags: [...keyedSet(walk, 0), '--bls-public-key', await exportKey(walk, keys)],
    cases: [
      {
        ...{ name: 'a key is registered already', says: 'OperatorAlreadyRegistered()' },
        cause: () => devnet.registerKey(asOperator(keys), set),
      },
      {
        ...{ name: "another's key", says: 'KeyAlreadyRegistered()' },
        cause: () => devnet.registerKey({ ...asOperator(other), blsSecretKey: keys.blsSecret }, set),
      },
    ],
  }
}

async function removingKey(walk: Walk): Promise<Scene> {
  const { devnet } = walk.room
  const keys = await walk.room.operator()
  const set = { avs: devnet.keyedAvs, id: 0 }
  return {
    ...{ name: 'deregister-key', kind: 'deregister-key', operator: keys.operator, keys: ecdsaFlags(keys) },
    flags: keyedSet(walk, 0),
    prepare: () => devnet.registerKey(asOperator(keys), set),
    cases: [
      {
        ...{ name: 'it can still be slashed', says: 'OperatorStillSlashable((address,uint32),address)' },
        cause: () => devnet.registerForKeyedSets(asOperator(keys), [0]),
      },
    ],
  }
}

async function appointed(room: CurrentRoom): Promise<Scene> {
  const { devnet } = room
  const [keys, hand] = [await room.operator(), await room.person()]
  const args = [keys.operator, hand.operator, devnet.delegationManager, '0x78296ec5']
  const act = (name: string): Promise<unknown> =>
    devnet.mustSend(keys.operator, devnet.permissionController, devnet.calldata('PermissionController', name, args))
  return {
    ...{ name: 'what an appointee sends', kind: 'update-metadata-uri', operator: keys.operator },
    ...{ sender: hand.operator, keys: ecdsaFlags(hand), prepare: () => act('setAppointee') },
    flags: [
      ...['--delegation-manager', devnet.delegationManager, '--from', hand.operator],
      ...['--metadata-uri', 'https://operator.example/metadata.json'],
    ],
    cases: [{ name: 'not appointed any more', cause: () => act('removeAppointee'), says: 'InvalidPermissions()' }],
  }
}

async function becomingOperator(room: CurrentRoom): Promise<Scene> {
  const { devnet } = room
  const [keys, other] = [await room.person(), await room.operator()]
  const { operator } = keys
  const send = (from: Address, name: string, args: readonly unknown[]): Promise<unknown> =>
    devnet.mustSend(from, devnet.delegationManager, devnet.calldata('DelegationManager', name, args))
  return {
    ...{ name: 'register-as-operator', kind: 'register-as-operator', operator, keys: ecdsaFlags(keys) },
    flags: [
      ...['--delegation-manager', devnet.delegationManager, '--allocation-delay', '0'],
      ...['--metadata-uri', 'https://operator.example/metadata.json'],
    ],
    cases: [
      {
        ...{ name: 'delegated to another', says: 'ActivelyDelegated()' },
        cause: () => send(operator, 'delegate', [other.operator]),
      },
      {
        ...{ name: 'EigenLayer has paused it', says: 'CurrentlyPaused()' },
        cause: () => send(devnet.admin, 'setPaused', [maxUint256]),
      },
    ],
  }
}
