// Each way of registering ends on the devnet as it ended on the real contracts of that generation: the same success, or
// the same revert data to the byte.

import { parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAnvil, type Anvil } from './anvil.ts'
import { deployDevnet, type DevnetOptions } from './deploy.ts'
import type { Devnet } from './devnet.ts'
import { prepare, type Attempt } from './registration-cases.ts'
import { grouped, vectorsOf, type OutcomeVector } from './vectors.ts'

/** The contracts that were asked, by the name that the vectors have for them. */
const CONTRACTS: Readonly<Record<string, DevnetOptions>> = {
  'M2 RegistryCoordinator': { domain: null, generation: 'A' },
  'late M2 RegistryCoordinator': { domain: null, generation: 'A2' },
  EigenDARegistryCoordinator: { domain: '1', generation: 'A2', autoChurn: true },
  'EigenDARegistryCoordinator, AVSDirectory domain "1."': { domain: '1.', generation: 'A2', autoChurn: true },
}

/** The third is full, with operators of middling stake. */
const QUORUMS = [
  { minimumStake: parseEther('1'), maxOperatorCount: 200 },
  { minimumStake: parseEther('32'), maxOperatorCount: 200 },
  { minimumStake: parseEther('1'), maxOperatorCount: 2 },
]

const outcomes = grouped(vectorsOf('registration-outcome'), (vector) => vector.note)

describe.each(outcomes)('%s', (note, vectors) => {
  let anvil: Anvil
  let devnet: Devnet

  beforeAll(async () => {
    const options = CONTRACTS[note]
    if (options === undefined) throw new Error(`deploying the devnet: no options are known for ${note}`)
    anvil = await startAnvil()
    devnet = await deployDevnet(anvil.rpcUrl, { ...options, quorums: QUORUMS })
    await devnet.fillQuorum(2, parseEther('50'))
  })
  afterAll(() => anvil.stop())

  it.for(vectors.map((vector) => [vector.case, vector] as const))('%s', async ([name, vector]) => {
    const attempt = await prepare(devnet, name)
    try {
      await (vector.ok ? expectSuccess(devnet, attempt) : expectRevert(devnet, attempt, vector))
    } finally {
      await attempt.cleanUp?.()
    }
  })
})

async function expectSuccess(devnet: Devnet, attempt: Attempt): Promise<void> {
  expect(await simulate(devnet, attempt), 'simulated').toBeUndefined()
  const receipt = await mine(devnet, attempt)
  expect(receipt.status, 'mined').toBe('success')
  if (attempt.afterwards !== undefined) await attempt.afterwards(receipt)
  else expect(await devnet.read('RegistryCoordinator', 'getOperatorStatus', [attempt.from])).toBe(1)
}

async function expectRevert(devnet: Devnet, attempt: Attempt, vector: OutcomeVector): Promise<void> {
  if (vector.revertData !== null) expect(await simulate(devnet, attempt), 'simulated').toBe(vector.revertData)
  else expect((await mine(devnet, attempt)).status, 'mined').toBe('reverted')
}

async function mine(devnet: Devnet, attempt: Attempt): ReturnType<Devnet['sendAs']> {
  const { blockTimestamp } = attempt
  if (blockTimestamp !== undefined) await devnet.client.setNextBlockTimestamp({ timestamp: blockTimestamp })
  return devnet.sendAs(attempt.from, devnet.registryCoordinator, attempt.data)
}

function simulate(devnet: Devnet, attempt: Attempt): ReturnType<Devnet['revertDataOf']> {
  return devnet.revertDataOf(attempt.from, devnet.registryCoordinator, attempt.data)
}
