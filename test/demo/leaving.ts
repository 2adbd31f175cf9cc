// Leaving with four others in place and by somebody who was there before them: out of one, two and three quorums of M2, and of one
// and two operator sets. What is removed from the front of a list costs more than what stands at its end.
import { parseEther } from 'viem'
import { deployDevnet, type Quorum } from '../devnet/deploy.ts'
import { operatorKeys, type OperatorKeys } from '../devnet/operator.ts'
import { asOperator, ecdsaFlags } from '../support/current-room.ts'
import { avsFlags, m2Operator } from './operations-m2.ts'
import { setsFlags } from './operations-sets.ts'
import { fact, type Walk } from './walk.ts'

const OTHERS = 4
const open: Quorum = { minimumStake: parseEther('1'), maxOperatorCount: 200 }

/** Out of the first one, two and three of three quorums. */
export async function leaveQuorums(walk: Walk): Promise<void> {
  const devnet = await deployDevnet(walk.room.anvil.rpcUrl, {
    domain: null,
    generation: 'A',
    quorums: [open, open, open],
  })
  const join = (keys: OperatorKeys): Promise<unknown> => devnet.register(keys, [0, 1, 2])
  const leavers = [await m2Operator(walk, devnet), await m2Operator(walk, devnet), await m2Operator(walk, devnet)]
  for (const keys of leavers) await join(asOperator(keys))
  for (const [index, keys] of leavers.entries()) {
    const count = index + 1
    const quorums = [0, 1, 2].slice(0, count)
    for (const one of newcomers('quorums', count, leavers.length)) {
      await devnet.makeOperator(one.address, parseEther('50'))
      await join(one)
    }
    await walk.operation({
      ...{ kind: 'deregister', how: `M2, ${count} of 3 quorums, ${OTHERS} others`, operator: keys.operator },
      ...{ keys: ecdsaFlags(keys), flags: [...avsFlags(devnet), '--quorums', quorums.join()] },
      readBack: async () => {
        const status = await devnet.read('RegistryCoordinator', 'getOperatorStatus', [keys.operator])
        return fact('getOperatorStatus', status, count === 3 ? 2 : 1)
      },
    })
  }
}

/** Out of the first one and two of two sets of the AVS with a coordinator. */
export async function leaveSets(walk: Walk): Promise<void> {
  const { devnet } = walk.room
  const join = (keys: OperatorKeys): Promise<unknown> => devnet.registerForSets(keys, [0, 1])
  const leavers = [await walk.room.operator(), await walk.room.operator()]
  for (const keys of leavers) await join(asOperator(keys))
  for (const [index, keys] of leavers.entries()) {
    const count = index + 1
    const { operator } = keys
    const sets = [0, 1].slice(0, count)
    for (const one of newcomers('sets', count, leavers.length)) {
      await devnet.makeOperator(one.address, parseEther('50'))
      await join(one)
    }
    await walk.operation({
      ...{ kind: 'deregister-from-operator-sets', how: `${count} of 2 sets, ${OTHERS} others`, operator },
      ...{ keys: ecdsaFlags(keys), flags: [...setsFlags(walk), '--operator-sets', sets.join()] },
      readBack: async () => {
        const seen = await devnet.read('AllocationManager', 'isMemberOfOperatorSet', [
          operator,
          { avs: devnet.avs, id: 0 },
        ])
        return fact('member of set 0', seen, false)
      },
    })
  }
}

/** Who joins before the first of them leaves, so that with those who wait there are four others; later one for each who left. */
function newcomers(where: string, count: number, leavers: number): OperatorKeys[] {
  const number = count === 1 ? OTHERS - (leavers - 1) : 1
  return Array.from({ length: number }, (_, index) => operatorKeys(`stays in ${where} ${count} ${index}`))
}
