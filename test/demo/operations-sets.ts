// The operations of operator sets: in by each kind of registrar, out again, allocations and their delay, keys.
import { parseEther } from 'viem'
import { approveChurn } from '../devnet/churn.ts'
import { compileAll } from '../devnet/compile.ts'
import { placeContract, type Quorum } from '../devnet/deploy.ts'
import { operatorKeys } from '../devnet/operator.ts'
import { writeApproval } from '../support/churn-files.ts'
import { blsFlags, ecdsaFlags, signingFlags } from '../support/current-room.ts'
import { idOfKeys, type KeyFiles } from '../support/keystores.ts'
import { SOCKET } from '../support/stage.ts'
import { fact, type Walk } from './walk.ts'

/** Sets 0 and 1 for newcomers; set 2 has room for one. */
export const SET_QUORUMS: readonly Quorum[] = [
  { minimumStake: parseEther('1'), maxOperatorCount: 200 },
  { minimumStake: 0n, maxOperatorCount: 200 },
  { minimumStake: parseEther('1'), maxOperatorCount: 1 },
]
/** In blocks: how long one who left can still be slashed. */
export const DEALLOCATION_DELAY = 20

const JOIN = 'register-for-operator-sets'
const both = (keys: KeyFiles): readonly string[] => [...ecdsaFlags(keys), ...blsFlags(keys)]

/** The flags that name an AVS of operator sets. */
export const setsFlags = (walk: Walk, avs: string = walk.room.devnet.avs): readonly string[] => [
  ...['--allocation-manager', walk.room.devnet.allocationManager, '--avs-address', avs],
]

/** The flags that name one set of the AVS whose keys are in the KeyRegistrar. */
export const keyedSet = (walk: Walk, id: number): readonly string[] => {
  const { keyedAvs, keyRegistrar } = walk.room.devnet
  return ['--avs-address', keyedAvs, '--operator-set-id', String(id), '--key-registrar', keyRegistrar]
}

/** What `keys export` writes of a BLS key. */
export async function exportKey(walk: Walk, keys: KeyFiles): Promise<string> {
  const path = walk.room.path('public-key.json')
  await walk.screens.run('airlock-cold', ['keys', 'export', '-o', path, ...both(keys)])
  return path
}

const isMember = async (walk: Walk, operator: string, avs: string, id: number, expected: boolean): Promise<string> => {
  const seen = await walk.room.devnet.read('AllocationManager', 'isMemberOfOperatorSet', [operator, { avs, id }])
  return fact(`member of set ${id}`, seen, expected)
}

/** With a SlashingRegistryCoordinator: the usual way, in the place of another, and out. */
export async function coordinatorOperations(walk: Walk): Promise<void> {
  const { devnet } = walk.room
  const keys = await walk.room.operator()
  const { operator } = keys
  await walk.operation({
    ...{ kind: JOIN, how: 'NORMAL', operator, keys: both(keys) },
    flags: [...setsFlags(walk), '--operator-sets', '0,1', '--socket', SOCKET],
    readBack: async () =>
      `${await isMember(walk, operator, devnet.avs, 0, true)}, ${await isMember(walk, operator, devnet.avs, 1, true)}`,
  })
  await walk.operation({
    ...{ kind: 'deregister-from-operator-sets', operator, keys: ecdsaFlags(keys) },
    flags: [...setsFlags(walk), '--operator-sets', '1'],
    readBack: async () =>
      `${await isMember(walk, operator, devnet.avs, 0, true)}, ${await isMember(walk, operator, devnet.avs, 1, false)}`,
  })
  await churnOperation(walk)
}

async function churnOperation(walk: Walk): Promise<void> {
  const { devnet } = walk.room
  const weak = operatorKeys('the one to be removed')
  await devnet.makeOperator(weak.address, parseEther('2'))
  await devnet.registerForSets(weak, [2])
  const keys = await walk.room.operator(parseEther('10000'))
  const { operator } = keys
  const target = { chainId: devnet.chainId, registryCoordinator: devnet.slashingCoordinator }
  const kick = { quorumNumber: 2, operator: weak.address }
  const approval = approveChurn(target, operator, idOfKeys(keys), [kick])
  const file = writeApproval(walk.room.path('approval.json'), approval)
  await walk.operation({
    ...{ kind: JOIN, how: 'CHURN', operator, keys: both(keys) },
    flags: [
      ...[...setsFlags(walk), '--operator-sets', '2', '--socket', SOCKET],
      ...['--churn-approval', file, '--operator-id', idOfKeys(keys)],
    ],
    readBack: async () =>
      `${await isMember(walk, operator, devnet.avs, 2, true)}, the other ${await isMember(walk, weak.address, devnet.avs, 2, false)}`,
  })
}

/** With registrars that look for the key in the KeyRegistrar: keys in, member, out, key out. */
export async function keyOperations(walk: Walk): Promise<void> {
  const { devnet } = walk.room
  const { keyedAvs } = devnet
  const [keys, key] = [await walk.room.operator(), await walk.room.person()]
  const { operator } = keys
  const isRegistered = async (id: number, expected: boolean): Promise<string> => {
    const seen = await devnet.read('KeyRegistrar', 'isRegistered', [{ avs: keyedAvs, id }, operator])
    return fact(`key registered for set ${id}`, seen, expected)
  }
  await walk.operation({
    ...{ kind: 'register-key-bn254', operator, keys: both(keys), readBack: () => isRegistered(0, true) },
    flags: [...keyedSet(walk, 0), '--bls-public-key', await exportKey(walk, keys)],
  })
  await walk.operation({
    ...{ kind: 'register-key-ecdsa', operator, keys: [...ecdsaFlags(keys), ...signingFlags(key)] },
    flags: [...keyedSet(walk, 1), '--key-address', key.operator],
    readBack: async () => {
      const set = { avs: keyedAvs, id: 1 }
      const seen = await devnet.read('KeyRegistrar', 'getECDSAAddress', [set, operator])
      return fact('getECDSAAddress', seen, key.operator)
    },
  })
  await walk.operation({
    ...{ kind: JOIN, how: 'the socket only', operator, keys: ecdsaFlags(keys) },
    flags: [...setsFlags(walk, keyedAvs), '--operator-sets', '0,1', '--socket', SOCKET],
    readBack: async () =>
      `${await isMember(walk, operator, keyedAvs, 0, true)}, ${await isMember(walk, operator, keyedAvs, 1, true)}`,
  })
  await emptyOperation(walk)
  await devnet.deregisterFromSets(operator, keyedAvs, [0])
  await devnet.mine(DEALLOCATION_DELAY + 1)
  await walk.operation({
    ...{ kind: 'deregister-key', operator, keys: ecdsaFlags(keys), flags: keyedSet(walk, 0) },
    readBack: () => isRegistered(0, false),
  })
}

/** A registrar that wants nothing but the key: the same AVS, with the registrar that keeps no sockets. */
async function emptyOperation(walk: Walk): Promise<void> {
  const { devnet } = walk.room
  const { client, keyedAvs, avsRegistrar, permissionController, allocationManager, keyRegistrar } = devnet
  const keys = await walk.room.operator()
  const { address, blsSecretKey, privateKey } = {
    ...{ address: keys.operator, blsSecretKey: keys.blsSecret, privateKey: keys.operatorSecret },
  }
  await devnet.registerKey({ address, blsSecretKey, privateKey }, { avs: keyedAvs, id: 0 })
  const code = await client.getCode({ address: avsRegistrar })
  const setup = [keyedAvs, permissionController, allocationManager, keyRegistrar]
  await placeContract(client, await compileAll(), avsRegistrar, 'AVSRegistrar', setup)
  await walk.operation({
    ...{ kind: JOIN, how: 'nothing but the key', operator: address, keys: ecdsaFlags(keys) },
    flags: [...setsFlags(walk, keyedAvs), '--operator-sets', '0'],
    readBack: () => isMember(walk, address, keyedAvs, 0, true),
  })
  await client.setCode({ address: avsRegistrar, bytecode: code ?? '0x' })
}

/** How much of the stake a set can slash, and how long a rise waits. */
export async function allocationOperations(walk: Walk): Promise<void> {
  const { devnet } = walk.room
  const keys = await walk.room.operator()
  const { operator } = keys
  const asked = { operator, keys: ecdsaFlags(keys) }
  await walk.operation({
    ...{ ...asked, kind: 'modify-allocations' },
    flags: [...setsFlags(walk), '--allocation', `0:${devnet.strategy}:25%`],
    readBack: async () => {
      const args = [operator, { avs: devnet.avs, id: 0 }, devnet.strategy]
      const { currentMagnitude } = (await devnet.read('AllocationManager', 'getAllocation', args)) as {
        readonly currentMagnitude: bigint
      }
      return fact('currentMagnitude', currentMagnitude, 10n ** 18n / 4n)
    },
  })
  await walk.operation({
    ...{ ...asked, kind: 'set-allocation-delay' },
    flags: ['--allocation-manager', devnet.allocationManager, '--delay', '7200'],
    readBack: async (said) => {
      const event = await walk.event(said, devnet.artefacts.AllocationManager.abi, 'AllocationDelaySet')
      return fact('AllocationDelaySet', event['delay'], 7200)
    },
  })
}

/** With an AVS that keeps ECDSA keys in a registry of its own: in, another signing key, out. */
export async function stakeRegistryOperations(walk: Walk): Promise<void> {
  const { devnet } = walk.room
  const [keys, first, second] = [await walk.room.operator(), await walk.room.person(), await walk.room.person()]
  const { operator } = keys
  const { ecdsaStakeRegistry, ecdsaServiceManager, avsDirectory, m2 } = devnet
  const flags = ['--stake-registry', ecdsaStakeRegistry, '--service-manager', ecdsaServiceManager]
  const signingKey = async (expected: string): Promise<string> => {
    const seen = await devnet.read('ECDSAStakeRegistry', 'getLastestOperatorSigningKey', [operator])
    return fact('getLastestOperatorSigningKey', seen, expected)
  }
  const avsStatus = async (expected: number): Promise<string> => {
    const seen = await m2.read('AVSDirectory', 'avsOperatorStatus', [ecdsaServiceManager, operator], avsDirectory)
    return fact('avsOperatorStatus', seen, expected)
  }
  const asked = { operator, keys: ecdsaFlags(keys) }
  await walk.operation({
    ...{ ...asked, kind: 'register-with-stake-registry', flags: [...flags, '--signing-key', first.operator] },
    readBack: async () => `${await avsStatus(1)}, ${await signingKey(first.operator)}`,
  })
  await walk.operation({
    ...{ ...asked, kind: 'update-signing-key', flags: [...flags, '--signing-key', second.operator] },
    readBack: () => signingKey(second.operator),
  })
  await walk.operation({
    ...{ ...asked, kind: 'deregister-from-stake-registry', flags, readBack: () => avsStatus(0) },
  })
}
