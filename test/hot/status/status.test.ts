// What `status` says before, during and after a registration, on a real chain.
import { parseEther } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run, type Ended } from '../../support/programs.ts'
import { Stage } from '../../support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())

const status = (operator: string, more: readonly string[] = []): Promise<Ended> => {
  const which = ['--registry-coordinator', stage.devnet.registryCoordinator, '--operator', operator]
  return run('airlock-hot', ['status', ...which, '--rpc-url', stage.anvil.rpcUrl, ...more])
}

test('before: not registered, and what is in the way', async () => {
  const { operator } = await stage.operator({ shares: parseEther('2') })
  const ended = await status(operator)
  expect(ended.exitCode).toBe(0)
  expect(ended.stdout).toContain('RegistryCoordinator NEVER_REGISTERED')
  expect(ended.stdout).toMatch(/Quorum 0: not registered\n.*\n.*\n {4}nothing known is in the way/)
  expect(ended.stdout).toMatch(/Quorum 1: not registered\n.*\n.*\n {4}in the way: quorum 1 asks for a stake of 32/)
  for (const line of ended.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

test('after: registered for one quorum, free for the other', async () => {
  const keys = await stage.operator()
  await stage.devnet.register(
    { address: keys.operator, privateKey: keys.operatorSecret, blsSecretKey: keys.blsSecret },
    [0],
  )
  const { stdout } = await status(keys.operator, ['--json'])
  expect(JSON.parse(stdout)).toMatchObject({
    eigenLayerOperator: true,
    coordinatorStatus: 'REGISTERED',
    directoryStatus: 'REGISTERED',
    operatorId: await stage.devnet.read('BLSApkRegistry', 'operatorToPubkeyHash', [keys.operator]),
    quorums: [
      { number: 0, registered: true, obstacles: [] },
      { number: 1, registered: false, obstacles: [] },
    ],
  })
})

test('after leaving: deregistered, with the key still bound', async () => {
  const keys = await stage.operator()
  const { devnet } = stage
  await devnet.register({ address: keys.operator, privateKey: keys.operatorSecret, blsSecretKey: keys.blsSecret }, [0])
  await devnet.sendAs(
    keys.operator,
    devnet.registryCoordinator,
    devnet.calldata('RegistryCoordinator', 'deregisterOperator', ['0x00']),
  )
  const { stdout } = await status(keys.operator, ['--json'])
  expect(JSON.parse(stdout)).toMatchObject({ coordinatorStatus: 'DEREGISTERED', directoryStatus: 'UNREGISTERED' })
  expect((JSON.parse(stdout) as { operatorId: unknown }).operatorId).not.toBeNull()
})
