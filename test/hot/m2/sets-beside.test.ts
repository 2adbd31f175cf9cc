// M2 quorums beside operator sets, in one RegistryCoordinator on a real chain: what M2's commands refuse there, the command that each
// refusal names, typed, and what the contract itself says to the same call.
import { existsSync } from 'node:fs'
import { encodeFunctionData, parseAbi, parseEther, toFunctionSelector, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deployCurrent, type BesideSets } from '../../devnet/deploy-current.ts'
import type { CurrentDevnet } from '../../devnet/current.ts'
import { asOperator, blsFlags, CurrentRoom, ecdsaFlags } from '../../support/current-room.ts'
import type { KeyFiles } from '../../support/keystores.ts'
import { run, type Ended } from '../../support/programs.ts'
import { shellWords, unbroken } from '../../support/command-lines.ts'
import { lieAbout, startProxy } from '../../support/proxy.ts'
import { codesIn, SOCKET } from '../../support/stage.ts'

let room: CurrentRoom
let devnet: CurrentDevnet
beforeAll(async () => {
  room = await CurrentRoom.open()
  devnet = await beside({ m2Quorums: [0] })
}, 120_000)
afterAll(() => room.close())

/** Three quorums of an AVS that was one of M2, with room for every test of this file. */
const beside = (what: BesideSets): Promise<CurrentDevnet> =>
  deployCurrent(room.anvil.rpcUrl, {
    beside: what,
    quorums: [0, 1, 2].map(() => ({ minimumStake: parseEther('1'), maxOperatorCount: 50 })),
  })

async function operatorOn(where: CurrentDevnet): Promise<KeyFiles> {
  const keys = await room.keys('operator')
  await where.makeOperator(keys.operator, parseEther('100'))
  return keys
}

const at = (where: CurrentDevnet): readonly string[] => ['--registry-coordinator', where.slashingCoordinator]
const joining = (quorums: string, where = devnet): readonly string[] => [
  ...at(where),
  ...['--quorums', quorums, '--socket', SOCKET],
]

/** Refused, and no file; the sentences with single spaces, as a person reads them. */
async function refused(kind: string, keys: KeyFiles, flags: readonly string[], codes: readonly string[]) {
  const path = room.path('refused.json')
  const ended = await room.build(kind, keys.operator, path, flags)
  expect([codesIn(ended.stderr), ended.exitCode, existsSync(path)]).toEqual([codes, 7, false])
  return unbroken(ended.stderr)
}

/** The one command that a refusal names, as a shell takes it apart, with the node's URL and a file of our own. */
function commandIn(said: string): { readonly argv: readonly string[]; readonly output: string } {
  const commands = new Set([...said.matchAll(/`(airlock-hot build [^`]+)`/g)].map(([, command]) => command ?? ''))
  expect(commands.size).toBe(1)
  const output = room.path('by-hint.json')
  const [command = ''] = commands
  const typed = command.replace('--rpc-url URL', `--rpc-url ${room.anvil.rpcUrl}`).replace('request.json', output)
  return { argv: shellWords([typed]).get(typed)?.slice(1) ?? [], output }
}

const typed = (said: string): Promise<Ended> => run('airlock-hot', commandIn(said).argv)

/** What the contract itself says to the call. */
const contractSays = (keys: KeyFiles, quorums: Hex, where = devnet): Promise<Hex | undefined> => {
  const data = encodeFunctionData({
    abi: parseAbi(['function deregisterOperator(bytes quorumNumbers)']),
    args: [quorums],
  })
  return where.revertDataOf(keys.operator, where.slashingCoordinator, data)
}

describe('entering', () => {
  test('an M2 quorum is entered and left by the commands of M2', async () => {
    const keys = await operatorOn(devnet)
    const joined = await room.through('register', keys.operator, joining('0'), [...ecdsaFlags(keys), ...blsFlags(keys)])
    expect(joined).toMatchObject({ operatorStatus: 'REGISTERED', avsOperatorStatus: 'REGISTERED', quorums: [0] })
    const left = await room.through('deregister', keys.operator, [...at(devnet), '--quorums', '0'], ecdsaFlags(keys))
    expect(left).toMatchObject({ operatorStatus: 'DEREGISTERED', quorums: [] })
  })

  test.each([
    ['isM2Quorum and m2QuorumBitmap', undefined],
    ['isM2Quorum alone', ['isM2Quorum']],
    ['m2QuorumBitmap alone', ['m2QuorumBitmap']],
  ] as const)('each operator set is named, by %s, and the command works', async (_, getters) => {
    const where = getters === undefined ? devnet : await beside({ m2Quorums: [0], getters })
    const keys = await operatorOn(where)
    const codes = ['quorum_is_operator_set', 'quorum_is_operator_set']
    const said = await refused('register', keys, joining('0,1,2', where), codes)
    for (const number of [1, 2]) expect(said).toContain(`quorum ${number} is an operator set of this AVS`)
    expect(said).toContain('for the others give --quorums 0')
    expect(commandIn(said).argv).toEqual(
      expect.arrayContaining(['--operator-sets', '1,2', '--socket', SOCKET, where.avs]),
    )
    expect((await typed(said)).exitCode).toBe(0)
  })

  test('a coordinator that does not say which quorums they are: a remark', async () => {
    const where = await beside({ m2Quorums: [0], getters: [] })
    const keys = await operatorOn(where)
    const built = await room.build('register', keys.operator, room.path('r.json'), joining('0', where))
    expect(built.exitCode).toBe(0)
    expect(built.stdout.replace(/\s+/g, ' ')).toContain('does not say which quorums they are')
  })

  test('registration for M2 quorums has ended: those too, all at once', async () => {
    const where = await beside({ m2Quorums: [0], registrationEnded: true })
    const keys = await operatorOn(where)
    const said = await refused('register', keys, joining('0,1', where), [
      'm2_registration_ended',
      'quorum_is_operator_set',
    ])
    expect(said).toContain('--quorums names 0')
    expect((await typed(said)).exitCode).toBe(0)
    await refused('register', keys, joining('0', where), ['m2_registration_ended'])
  })

  // RegistryCoordinator.sol of the slashing generation: the AVSDirectory is told only of operators that were not registered before.
  test('an M2 quorum, by an operator of an operator set: said, mined and read back without the AVSDirectory', async () => {
    const keys = await operatorOn(devnet)
    await devnet.registerForSets(asOperator(keys), [1])
    const built = await room.build('register', keys.operator, room.path('r.json'), joining('0'))
    expect(unbroken(built.stdout)).toContain('the AVSDirectory does not list the operator')
    const joined = await room.through('register', keys.operator, joining('0'), ecdsaFlags(keys))
    expect(joined).toMatchObject({
      operatorStatus: 'REGISTERED',
      avsOperatorStatus: 'NEVER_REGISTERED',
      quorums: [0, 1],
    })
    expect(await contractSays(keys, '0x00')).toBe(toFunctionSelector('OperatorNotRegisteredToAVS()'))
    const flags = [...at(devnet), '--quorums', '0']
    const left = await room.build('deregister', keys.operator, room.path('left.json'), flags)
    expect([left.exitCode, unbroken(left.stderr)]).toEqual([7, expect.stringContaining('OperatorNotRegisteredToAVS()')])
  })

  test('status says it of each quorum', async () => {
    const keys = await operatorOn(devnet)
    const flags = ['--operator', keys.operator, ...at(devnet), '--rpc-url', room.anvil.rpcUrl, '--json']
    const { quorums } = JSON.parse((await run('airlock-hot', ['status', ...flags])).stdout) as {
      quorums: readonly { obstacles: readonly string[] }[]
    }
    const sets = quorums.map(({ obstacles }) => obstacles.some((text) => text.includes('is an operator set')))
    expect(sets).toEqual([false, true, true])
  })
})

describe('leaving', () => {
  test('an operator set is left by the command that is named', async () => {
    const keys = await operatorOn(devnet)
    const both = [...ecdsaFlags(keys), ...blsFlags(keys)]
    await room.through('register', keys.operator, joining('0'), both)
    await devnet.registerForSets(asOperator(keys), [1])
    const said = await refused('deregister', keys, [...at(devnet), '--quorums', '0,1'], ['quorum_is_operator_set'])
    expect(said).toContain('quorum 1 is an operator set of this AVS')
    expect(said).toContain('for the others give --quorums 0')
    expect(await contractSays(keys, '0x0001')).toBe(toFunctionSelector('OnlyM2QuorumsAllowed()'))
    expect((await typed(said)).exitCode).toBe(0)
  })

  test('a quorum that was entered as an operator set, though it is one of M2', async () => {
    const keys = await operatorOn(devnet)
    await devnet.registerForSets(asOperator(keys), [0])
    const said = await refused('deregister', keys, [...at(devnet), '--quorums', '0'], ['quorum_is_operator_set'])
    expect(await contractSays(keys, '0x00')).toBe(toFunctionSelector('OperatorNotRegisteredToAVS()'))
    expect((await typed(said)).exitCode).toBe(0)
  })
})

test.each([
  ['operatorSetsEnabled()', 'register'],
  ['isM2QuorumRegistrationDisabled()', 'register'],
  ['isM2Quorum(uint8)', 'register'],
  ['m2QuorumBitmap()', 'register'],
  ['avs()', 'register'],
  ['allocationManager()', 'register'],
  ['isM2Quorum(uint8)', 'deregister'],
  ['isMemberOfOperatorSet(address,(address,uint32))', 'deregister'],
])('a second node that lies about %s at build %s', async (signature, kind) => {
  const keys = await operatorOn(devnet)
  await devnet.registerForSets(asOperator(keys), [0])
  const liar = await startProxy(room.anvil.rpcUrl, lieAbout(signature))
  const flags = kind === 'register' ? joining('1') : [...at(devnet), '--quorums', '0']
  const ended = await room.build(kind, keys.operator, room.path('r.json'), [...flags, '--rpc-url', liar.url])
  await liar.close()
  expect([ended.exitCode, new Set(codesIn(ended.stderr))]).toEqual([6, new Set(['rpc_disagree'])])
})
