// Each way of joining an operator set and of registering a key ends on the devnet as it ended on the real contracts: the
// same success, or the same revert data to the byte.

import { getAddress, parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAnvil, type Anvil } from './anvil.ts'
import { CurrentStage } from './current-stage.ts'
import type { CurrentDevnet } from './current.ts'
import { deployCurrent } from './deploy-current.ts'
import { prepareSetCase } from './operator-set-cases.ts'
import { grouped, vectorsOf } from './vectors.ts'

/** The third is full, with an operator of middling stake. */
const KICK = { ofOperatorStake: 11_000, ofTotalStake: 5_000 }
const QUORUMS = [
  { minimumStake: parseEther('1'), maxOperatorCount: 200 },
  { minimumStake: parseEther('32'), maxOperatorCount: 200 },
  { minimumStake: parseEther('1'), maxOperatorCount: 1, kick: KICK },
]
/** Where the revert data of the real contracts says an AVS was. */
const KEYED_AVS = getAddress('0xc19386c3ea07cced71ccb8d6f12b6bb01e0962c1')

describe.each(grouped(vectorsOf('operator-set-outcome'), (vector) => vector.note))('%s', (note, vectors) => {
  let anvil: Anvil
  let devnet: CurrentDevnet

  beforeAll(async () => {
    anvil = await startAnvil()
    devnet = await deployCurrent(anvil.rpcUrl, {
      isFeb2025: true,
      quorums: QUORUMS,
      keyedSets: ['bn254', 'ecdsa', null],
      at: { keyedAvs: KEYED_AVS },
    })
    await new CurrentStage(devnet, 'full').member([2], parseEther('50'))
  })
  afterAll(() => anvil.stop())

  it.for(vectors.map((vector) => [vector.case, vector] as const))('%s', async ([name, vector]) => {
    // The one case that empties set 2 must leave it full for the others, whatever their order.
    const snapshot = await devnet.client.snapshot()
    const attempt = await prepareSetCase(devnet, note, name)
    try {
      const { from, to, data, afterwards } = attempt
      expect(await devnet.revertDataOf(from, to, data), 'simulated').toBe(vector.ok ? undefined : vector.revertData)
      const receipt = await devnet.sendAs(from, to, data)
      expect(receipt.status, 'mined').toBe(vector.ok ? 'success' : 'reverted')
      if (vector.ok && afterwards !== undefined) expect(await afterwards()).toBe(true)
    } finally {
      await attempt.cleanUp?.()
      await devnet.client.revert({ id: snapshot })
    }
  })
})
