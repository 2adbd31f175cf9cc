// Whole ceremonies on the real core of M2: an operator is made, what it has settled is changed, a salt is cancelled.
import { parseEther, zeroAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ecdsaFlags } from '../support/current-room.ts'
import { eigenlayer } from './packages.ts'
import { named, RealRoom } from './real-room.ts'

const METADATA = 'https://operator.example/metadata.json'
const [isSkipped, name] = named('the core', [eigenlayer])

describe.skipIf(isSkipped)(name, () => {
  let room: RealRoom
  beforeAll(async () => {
    room = await RealRoom.open()
  })
  afterAll(() => room.close())

  const read = (of: 'AVSDirectory' | 'DelegationManager', view: string, args: readonly unknown[]): Promise<unknown> =>
    room.core.read(of, view, args)

  test('register-as-operator makes a staker an operator of its own deposit; the rest can be changed', async () => {
    const keys = await room.staker(parseEther('40'))
    const { operator } = keys
    const at = ['--delegation-manager', room.core.delegationManager]
    const through = (kind: string, more: readonly string[]): Promise<Record<string, unknown>> =>
      room.through(kind, operator, [...at, ...more], ecdsaFlags(keys))
    expect(await read('DelegationManager', 'isOperator', [operator])).toBe(false)

    await through('register-as-operator', ['--metadata-uri', METADATA, '--staker-opt-out-window-blocks', '50400'])
    expect(await read('DelegationManager', 'isOperator', [operator])).toBe(true)
    expect(await read('DelegationManager', 'operatorShares', [operator, room.core.strategy])).toBe(parseEther('40'))
    expect(await read('DelegationManager', 'operatorDetails', [operator])).toMatchObject({
      ...{ delegationApprover: zeroAddress, stakerOptOutWindowBlocks: 50_400 },
    })

    const approver = (await room.keys('approver')).operator
    await through('modify-operator-details', ['--delegation-approver', approver])
    expect(await read('DelegationManager', 'delegationApprover', [operator])).toBe(approver)

    const { transaction } = await through('update-metadata-uri', ['--metadata-uri', METADATA])
    const receipt = await room.core.client.getTransactionReceipt({ hash: transaction as `0x${string}` })
    expect(receipt).toMatchObject({ status: 'success', from: operator.toLowerCase() })
    expect(receipt.logs).toHaveLength(1)
  })

  test('cancel-salt spends a salt that nobody used', async () => {
    const keys = await room.operator()
    const salt = `0x${'5a'.repeat(32)}`
    const spent = (): Promise<unknown> => read('AVSDirectory', 'operatorSaltIsSpent', [keys.operator, salt])
    expect(await spent()).toBe(false)
    const flags = ['--avs-directory', room.core.avsDirectory, '--salt', salt]
    await room.through('cancel-salt', keys.operator, flags, ecdsaFlags(keys))
    expect(await spent()).toBe(true)
  })
})
