// The DelegationManager of both generations: becoming an operator, what an operator may change, delegation and its end,
// with the checks in their order.

import { zeroAddress, type Address, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAnvil, type Anvil } from './anvil.ts'
import { compileContracts } from './compile.ts'
import { error, words } from './current-stage.ts'
import { deployDevnet } from './deploy.ts'
import type { Devnet } from './devnet.ts'
import { Stage } from './stage.ts'

const WINDOW = 1_296_000

let anvil: Anvil
beforeAll(async () => {
  await compileContracts()
  anvil = await startAnvil()
})
afterAll(() => anvil.stop())

describe.each([null, '1'] as const)('domain %s', (domain) => {
  const isM2 = domain === null
  const name = isM2 ? 'DelegationManagerM2' : 'DelegationManager'
  const refusal = (m2: string, current: string): Hex => (isM2 ? words(`DelegationManager.${m2}`) : error(current))
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await deployDevnet(anvil.rpcUrl, { domain })
  })

  const data = (functionName: string, args: readonly unknown[]): Hex => devnet.calldata(name, functionName, args)
  const answer = (from: Address, functionName: string, args: readonly unknown[]): Promise<Hex | undefined> =>
    devnet.revertDataOf(from, devnet.delegationManager, data(functionName, args))
  const send = async (from: Address, functionName: string, args: readonly unknown[]): Promise<number> => {
    const receipt = await devnet.sendAs(from, devnet.delegationManager, data(functionName, args))
    expect(receipt.status).toBe('success')
    return receipt.logs.length
  }
  const registration = (window = 0): readonly unknown[] =>
    isM2 ? [details(window), 'https://operator.example'] : [zeroAddress, window, 'https://operator.example']
  const details = (stakerOptOutWindowBlocks: number, delegationApprover: Address = zeroAddress): object => ({
    ...{ earningsReceiver: zeroAddress, delegationApprover, stakerOptOutWindowBlocks },
  })
  const fresh = async (stage: Stage): Promise<Address> => {
    const { address } = stage.keys()
    await devnet.fund(address)
    return address
  }

  it('makes an operator once, and for ever', async () => {
    const stage = new Stage(devnet, 'once')
    const operator = await fresh(stage)
    expect(await send(operator, 'registerAsOperator', registration())).toBe(4)
    expect(await devnet.read(name, 'isOperator', [operator])).toBe(true)
    expect(await answer(operator, 'registerAsOperator', registration())).toBe(
      refusal('registerAsOperator: caller is already actively delegated', 'ActivelyDelegated'),
    )
    expect(await answer(operator, 'undelegate', [operator])).toBe(
      refusal('undelegate: operators cannot be undelegated', 'OperatorsCannotUndelegate'),
    )
  })

  it('changes what an operator says of itself, and of nobody else', async () => {
    const stage = new Stage(devnet, 'details')
    const { address: operator } = await stage.newcomer()
    const [stranger, approver] = [await fresh(stage), stage.keys().address]
    const modify = (of: Address): readonly unknown[] => (isM2 ? [details(5, approver)] : [of, approver])
    const say = (of: Address): readonly unknown[] => (isM2 ? ['https://x.example'] : [of, 'https://x.example'])

    expect(await answer(stranger, 'modifyOperatorDetails', modify(stranger))).toBe(
      refusal('modifyOperatorDetails: caller must be an operator', 'OperatorNotRegistered'),
    )
    expect(await answer(stranger, 'updateOperatorMetadataURI', say(stranger))).toBe(
      refusal('updateOperatorMetadataURI: caller must be an operator', 'OperatorNotRegistered'),
    )
    if (!isM2) {
      expect(await answer(stranger, 'modifyOperatorDetails', modify(operator))).toBe(error('InvalidPermissions'))
      expect(await answer(stranger, 'updateOperatorMetadataURI', say(operator))).toBe(error('InvalidPermissions'))
    }
    expect(await send(operator, 'modifyOperatorDetails', modify(operator))).toBe(1)
    expect(await send(operator, 'updateOperatorMetadataURI', say(operator))).toBe(1)
    expect(await devnet.read(name, 'delegationApprover', [operator])).toBe(approver)
  })

  it('lets a staker leave, or the operator and its approver send it away', async () => {
    const stage = new Stage(devnet, 'undelegate')
    const { address: operator } = await stage.newcomer()
    const [staker, stranger] = [await fresh(stage), await fresh(stage)]
    expect(await answer(staker, 'undelegate', [staker])).toBe(
      refusal('undelegate: staker must be delegated to undelegate', 'NotActivelyDelegated'),
    )
    expect(await answer(staker, 'delegate', [stranger])).toBe(
      refusal('delegateTo: operator is not registered in EigenLayer', 'OperatorNotRegistered'),
    )
    await send(staker, 'delegate', [operator])
    expect(await answer(stranger, 'undelegate', [staker])).toBe(
      refusal('undelegate: caller cannot undelegate staker', 'CallerCannotUndelegate'),
    )
    expect(await send(operator, 'undelegate', [staker])).toBe(2)
    await send(staker, 'delegate', [operator])
    expect(await send(staker, 'undelegate', [staker])).toBe(1)
    expect(await devnet.read(name, 'delegatedTo', [staker])).toBe(zeroAddress)
    expect(await answer(staker, 'registerAsOperator', registration())).toBeUndefined()
  })

  it.runIf(isM2)('M2: the window of stakers has a limit and only grows', async () => {
    const operator = await fresh(new Stage(devnet, 'window'))
    const setDetails = 'DelegationManager._setOperatorDetails: stakerOptOutWindowBlocks'
    expect(await answer(operator, 'registerAsOperator', registration(WINDOW + 1))).toBe(
      words(`${setDetails} cannot be > MAX_STAKER_OPT_OUT_WINDOW_BLOCKS`),
    )
    await send(operator, 'registerAsOperator', registration(WINDOW))
    expect(await answer(operator, 'modifyOperatorDetails', [details(WINDOW - 1)])).toBe(
      words(`${setDetails} cannot be decreased`),
    )
    expect(await answer(operator, 'modifyOperatorDetails', [details(WINDOW)])).toBeUndefined()
  })

  it('can be paused, and looks whether it is late', async () => {
    const stage = new Stage(devnet, 'paused')
    const [{ address: operator }, newcomer] = [await stage.newcomer(), await fresh(stage)]
    await devnet.sendAs(devnet.admin, devnet.delegationManager, data('setPaused', [3n]))
    const paused = isM2 ? words('Pausable: index is paused') : error('CurrentlyPaused')
    expect(await answer(newcomer, 'registerAsOperator', registration())).toBe(paused)
    expect(await answer(operator, 'registerAsOperator', registration())).not.toBe(paused)
    // M2 looks first at undelegating, the later one last.
    expect(await answer(newcomer, 'undelegate', [newcomer])).toBe(isM2 ? paused : error('NotActivelyDelegated'))
    await devnet.sendAs(devnet.admin, devnet.delegationManager, data('setPaused', [0n]))
  })
})
