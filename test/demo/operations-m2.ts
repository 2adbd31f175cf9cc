// The operations with an AVS of the M2 generation: in, in the place of another, a new socket, out, a cancelled salt.
//
// Twice: with the contracts of 2024, whose AVSDirectory hashes no version, and with those that EigenDA runs.
import { parseEther, type Hex } from 'viem'
import { approveChurn } from '../devnet/churn.ts'
import type { Quorum } from '../devnet/deploy.ts'
import type { Devnet } from '../devnet/devnet.ts'
import { writeApproval } from '../support/churn-files.ts'
import { blsFlags, ecdsaFlags } from '../support/current-room.ts'
import { idOfKeys, type KeyFiles } from '../support/keystores.ts'
import { SOCKET } from '../support/stage.ts'
import { fact, type Walk } from './walk.ts'

/** The last is filled, with operators of less than a newcomer has, who may take the place of one. */
export const M2_QUORUMS: readonly Quorum[] = [
  { minimumStake: parseEther('1'), maxOperatorCount: 200 },
  { minimumStake: parseEther('32'), maxOperatorCount: 200 },
  { minimumStake: parseEther('1'), maxOperatorCount: 2, kick: { ofOperatorStake: 11_000, ofTotalStake: 5_000 } },
]

/** The flags that name an AVS of that generation. */
export const avsFlags = (devnet: Devnet): readonly string[] => ['--registry-coordinator', devnet.registryCoordinator]

/** An operator of EigenLayer, with key files. */
export async function m2Operator(walk: Walk, devnet: Devnet): Promise<KeyFiles> {
  const keys = await walk.room.person()
  await devnet.makeOperator(keys.operator, parseEther('100'))
  return keys
}

/**
 * Carries all five operations out.
 *
 * @param how what the contracts are called in the table
 */
export async function m2Operations(walk: Walk, devnet: Devnet, how: string): Promise<void> {
  const keys = await m2Operator(walk, devnet)
  const asked = { how, operator: keys.operator }
  const read = (name: string, args: readonly unknown[]): Promise<unknown> =>
    devnet.read('RegistryCoordinator', name, args)
  const status = async (expected: number): Promise<string> =>
    fact('getOperatorStatus', await read('getOperatorStatus', [keys.operator]), expected)
  const bitmap = async (expected: number): Promise<string> =>
    fact('bitmap', await read('getCurrentQuorumBitmap', [idOfKeys(keys)]), expected)

  await walk.operation({
    ...{ ...asked, kind: 'register', keys: [...ecdsaFlags(keys), ...blsFlags(keys)] },
    flags: [...avsFlags(devnet), '--quorums', '0,1', '--socket', SOCKET],
    readBack: async () => `${await status(1)}, ${await bitmap(0b11)}`,
  })
  const socket = '203.0.113.9:32005;32006'
  await walk.operation({
    ...{ ...asked, kind: 'update-socket', keys: ecdsaFlags(keys) },
    flags: [...avsFlags(devnet), '--socket', socket],
    readBack: async (said) => {
      const event = await walk.event(said, devnet.artefacts.RegistryCoordinator.abi, 'OperatorSocketUpdate')
      return fact('OperatorSocketUpdate', event['socket'], socket)
    },
  })
  await walk.operation({
    ...{ ...asked, kind: 'deregister', keys: ecdsaFlags(keys) },
    flags: [...avsFlags(devnet), '--quorums', '0,1'],
    readBack: async () => `${await status(2)}, ${await bitmap(0)}`,
  })
  await churn(walk, devnet, how)
  await cancel(walk, devnet, how)
}

async function churn(walk: Walk, devnet: Devnet, how: string): Promise<void> {
  const [leaver] = await devnet.fillQuorum(2, parseEther('50'))
  if (leaver === undefined) throw new Error('expected quorum 2 to be filled')
  const keys = await m2Operator(walk, devnet)
  const kick = { quorumNumber: 2, operator: leaver.address }
  const file = writeApproval(
    walk.room.path('approval.json'),
    approveChurn(devnet, keys.operator, idOfKeys(keys), [kick]),
  )
  const status = (operator: string): Promise<unknown> =>
    devnet.read('RegistryCoordinator', 'getOperatorStatus', [operator])
  await walk.operation({
    ...{ how, kind: 'register-with-churn', operator: keys.operator, keys: [...ecdsaFlags(keys), ...blsFlags(keys)] },
    flags: [
      ...[...avsFlags(devnet), '--quorums', '2', '--socket', SOCKET],
      ...['--churn-approval', file, '--operator-id', idOfKeys(keys)],
    ],
    readBack: async () =>
      `${fact('getOperatorStatus', await status(keys.operator), 1)}, ${fact('of whom it replaced', await status(leaver.address), 2)}`,
  })
}

async function cancel(walk: Walk, devnet: Devnet, how: string): Promise<void> {
  const keys = await m2Operator(walk, devnet)
  const salt: Hex = `0x${'5a'.repeat(32)}`
  await walk.operation({
    ...{ how, kind: 'cancel-salt', operator: keys.operator, keys: ecdsaFlags(keys) },
    flags: ['--avs-directory', devnet.avsDirectory, '--salt', salt],
    readBack: async () =>
      fact(
        'operatorSaltIsSpent',
        await devnet.read('AVSDirectory', 'operatorSaltIsSpent', [keys.operator, salt]),
        true,
      ),
  })
}

/** A nonce that is used up for nothing. */
export async function selfTransfer(walk: Walk): Promise<void> {
  const keys = await walk.room.person()
  const { operator } = keys
  await walk.operation({
    ...{ kind: 'self-transfer', operator, keys: ecdsaFlags(keys), flags: [] },
    readBack: async () =>
      fact('eth_getTransactionCount', await walk.room.devnet.client.getTransactionCount({ address: operator }), 1),
  })
}
