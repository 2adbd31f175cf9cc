// Operators that are contracts, on a real chain: a Safe of Safe's own contracts, and a contract that takes its owner's signature
// of the digest; the owner's key signs offline, the contract makes the call, and what it did is read back.
import { existsSync, readFileSync } from 'node:fs'
import { parseEther, type Address, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { placeContract } from '../../devnet/deploy.ts'
import type { KeyFiles } from '../../support/keystores.ts'
import { run, type Ended } from '../../support/programs.ts'
import { deploySafe, executeSafe } from '../../support/safe.ts'
import { codesIn, SOCKET, Stage } from '../../support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())

/** The file of a Safe transaction, as the Transaction Builder reads it. */
interface SafeBatch {
  readonly version: string
  readonly chainId: string
  readonly meta: { readonly createdFromSafeAddress: Address }
  readonly transactions: readonly [{ readonly to: Address; readonly value: string; readonly data: Hex }]
}
const batchIn = (path: string): SafeBatch => JSON.parse(readFileSync(path, 'utf8')) as SafeBatch

const build = (kind: string, operator: Address, output: string, flags: readonly string[]): Promise<Ended> => {
  const which = ['--registry-coordinator', stage.devnet.registryCoordinator, '--operator', operator]
  return run('airlock-hot', ['build', kind, ...which, '--rpc-url', stage.anvil.rpcUrl, '-o', output, ...flags])
}
const REGISTER = ['--quorums', '0', '--socket', SOCKET]

/** An operator of EigenLayer that is a Safe with one owner. */
async function safeOperator(options: { threshold?: number; answers?: boolean } = {}): Promise<[Address, KeyFiles]> {
  const owner = await stage.operator()
  const others = [stage.devnet.admin].slice(0, (options.threshold ?? 1) - 1)
  const operator = await deploySafe(stage.devnet, [owner.operator, ...others], options)
  await stage.devnet.fund(operator)
  await stage.devnet.makeOperator(operator, parseEther('100'))
  return [operator, owner]
}

describe('a Safe', () => {
  test('registers, and leaves again without anything signed', async () => {
    const [operator, owner] = await safeOperator()
    const [request, response, file] = [stage.path('request.json'), stage.path('response.json'), stage.path('safe.json')]
    const built = await build('register', operator, request, [...REGISTER, '--owner', owner.operator])
    expect([built.stderr, built.exitCode]).toEqual(['', 0])
    const signed = await stage.sign(request, response, owner)
    expect(signed.exitCode).toBe(0)
    expect(signed.screen).toContain('SafeMessage, by the key named above')

    const rpc = ['--rpc-url', stage.anvil.rpcUrl]
    const put = await run('airlock-hot', ['safe', request, response, '-o', file, ...rpc])
    expect([put.stderr, put.exitCode]).toEqual(['', 0])
    const { chainId, meta, transactions, version } = batchIn(file)
    expect([version, chainId, meta.createdFromSafeAddress]).toEqual(['1.0', '31337', operator])
    const [{ to, value, data }] = transactions
    expect([to, value]).toEqual([stage.devnet.registryCoordinator, '0'])

    const { transactionHash } = await executeSafe(stage.devnet, operator, owner.operator, { to, data })
    const back = await run('airlock-hot', ['read-back', request, response, '--transaction', transactionHash, ...rpc])
    expect([back.stderr, back.exitCode]).toEqual(['', 0])
    expect(await stage.devnet.read('RegistryCoordinator', 'getOperatorStatus', [operator])).toBe(1)
    expect(back.stdout).toContain('RegistryCoordinator REGISTERED')

    const out = stage.path('leave.json')
    const left = await build('deregister', operator, out, ['--quorums', '0'])
    expect([left.stderr, left.exitCode]).toEqual(['', 0])
    const [leave] = batchIn(out).transactions
    const done = await executeSafe(stage.devnet, operator, owner.operator, leave)
    expect(done.status).toBe('success')
    expect(await stage.devnet.read('RegistryCoordinator', 'getOperatorStatus', [operator])).toBe(2)
  })

  test('a transaction that did something else is not taken for it', async () => {
    const [operator, owner] = await safeOperator()
    const [request, response] = [stage.path('request.json'), stage.path('response.json')]
    await build('register', operator, request, [...REGISTER, '--owner', owner.operator])
    await stage.sign(request, response, owner)
    const { transactionHash } = await executeSafe(stage.devnet, operator, owner.operator, { to: operator, data: '0x' })
    const flags = ['--transaction', transactionHash, '--rpc-url', stage.anvil.rpcUrl]
    const back = await run('airlock-hot', ['read-back', request, response, ...flags])
    expect([back.exitCode, codesIn(back.stderr)]).toEqual([7, ['mined_but_not_registered']])
    const unknown = ['--transaction', `0x${'12'.repeat(32)}`, '--rpc-url', stage.anvil.rpcUrl]
    const none = await run('airlock-hot', ['read-back', request, response, ...unknown])
    expect([none.exitCode, codesIn(none.stderr)]).toEqual([6, ['not_mined']])
  })

  test.each([
    ['without an owner named', {}, [], ['operator_is_contract']],
    ['two owners together', { threshold: 2 }, ['owner'], ['safe_threshold']],
    ['no fallback handler', { answers: false }, ['owner'], ['safe_unfit']],
    ['a stranger', {}, ['stranger'], ['owner_unknown']],
  ] as const)('is refused: %s', async (_, options, [who], codes) => {
    const [operator, owner] = await safeOperator(options)
    const flags = who === undefined ? [] : ['--owner', who === 'owner' ? owner.operator : stage.devnet.admin]
    const path = stage.path('refused.json')
    const stranger = codes[0] === 'owner_unknown' ? ['--owner', stage.devnet.registryCoordinator] : flags
    const ended = await build('register', operator, path, [...REGISTER, ...stranger])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, codes])
    expect(existsSync(path)).toBe(false)
  })

  test('cannot transfer to itself: that would use up no nonce', async () => {
    const [operator] = await safeOperator()
    const path = stage.path('refused.json')
    const flags = ['--operator', operator, '--rpc-url', stage.anvil.rpcUrl, '-o', path]
    const ended = await run('airlock-hot', ['build', 'self-transfer', ...flags])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['contract_operator_cannot']])
    expect(existsSync(path)).toBe(false)
  })

  test('cannot choose nonce, fees and rungs of a transaction that somebody else signs', async () => {
    const [operator] = await safeOperator()
    const path = stage.path('refused.json')
    const ended = await build('update-socket', operator, path, ['--socket', SOCKET, '--nonce', '3', '--fee-rungs', '2'])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['not_registered', 'contract_operator_cannot']])
    expect(ended.stderr.replaceAll(/\s+/g, ' ')).toContain('--nonce, --fee-rungs would change nothing')
    expect(existsSync(path)).toBe(false)
  })

  test('what would revert is not put out', async () => {
    const [operator] = await safeOperator()
    const path = stage.path('refused.json')
    const ended = await build('deregister', operator, path, ['--quorums', '0'])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['not_registered']])
    expect(existsSync(path)).toBe(false)
  })
})

test('an owner named for an operator that is a key', async () => {
  const keys = await stage.operator()
  const ended = await build('register', keys.operator, stage.path('r.json'), [
    ...REGISTER,
    '--owner',
    stage.devnet.admin,
  ])
  expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([2, ['usage']])
})

test('a contract of another kind: its owner signs the digest, and the contract has the last word', async () => {
  const { devnet } = stage
  const owner = await stage.operator()
  const { operator } = await stage.operator()
  await placeContract(devnet.client, devnet.artefacts, operator, 'ContractOperator')
  const [request, response, file] = [stage.path('request.json'), stage.path('response.json'), stage.path('safe.json')]
  const built = await build('register', operator, request, [...REGISTER, '--owner', owner.operator, '--json'])
  expect([built.stderr, built.exitCode]).toEqual(['', 0])
  const { signatures } = JSON.parse(built.stdout) as { signatures: { primaryType: string; digest: Hex }[] }
  expect((await stage.sign(request, response, owner)).exitCode).toBe(0)
  const put = (): Promise<Ended> =>
    run('airlock-hot', ['safe', request, response, '-o', file, '--rpc-url', stage.anvil.rpcUrl])
  const refused = await put()
  expect([refused.exitCode, codesIn(refused.stderr)]).toEqual([
    7,
    ['contract_refuses_signature', 'simulation_reverted'],
  ])
  expect(existsSync(file)).toBe(false)

  const digest = signatures.find(({ primaryType }) => primaryType === 'OperatorAVSRegistration')?.digest
  await devnet.sendAs(devnet.admin, operator, devnet.calldata('ContractOperator', 'approve', [digest]))
  const taken = await put()
  expect([taken.stderr, taken.exitCode]).toEqual(['', 0])
  const [{ to, data }] = batchIn(file).transactions
  await devnet.sendAs(devnet.admin, operator, devnet.calldata('ContractOperator', 'execute', [to, data]))
  expect(await devnet.read('RegistryCoordinator', 'getOperatorStatus', [operator])).toBe(1)
})
