// AVSs that keep ECDSA keys (ECDSAStakeRegistry), with the built programs on a chain: in, another signing key, out; and every
// reason for which nothing is built.
import { existsSync } from 'node:fs'
import { parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CurrentRoom, ecdsaFlags } from '../../support/current-room.ts'
import { run } from '../../support/programs.ts'
import { codesIn, readJson } from '../../support/stage.ts'

let room: CurrentRoom
beforeAll(async () => {
  room = await CurrentRoom.open({ minimumWeight: parseEther('32') })
})
afterAll(() => room.close())

const JOIN = 'register-with-stake-registry'
const LEAVE = 'deregister-from-stake-registry'
const CHANGE = 'update-signing-key'

const avs = (): readonly string[] => {
  const { ecdsaStakeRegistry, ecdsaServiceManager } = room.devnet
  return ['--stake-registry', ecdsaStakeRegistry, '--service-manager', ecdsaServiceManager]
}

async function refused(kind: string, operator: string, more: readonly string[]) {
  const path = room.path('request.json')
  const { exitCode, stderr } = await room.build(kind, operator, path, more)
  expect(existsSync(path)).toBe(false)
  return { exitCode, codes: codesIn(stderr), text: stderr.replace(/\s+/g, ' ') }
}

const signingKeyOf = (operator: string): Promise<unknown> =>
  room.devnet.read('ECDSAStakeRegistry', 'getLastestOperatorSigningKey', [operator])

test('in with a signing key, another key, out, and what is refused on the way', async () => {
  const [keys, first, second] = [await room.operator(), await room.person(), await room.person()]
  const { operator } = keys
  const early = [
    await refused(CHANGE, operator, [...avs(), '--signing-key', second.operator]),
    await refused(LEAVE, operator, avs()),
  ]
  expect(early.map(({ exitCode, codes }) => [exitCode, codes])).toEqual([
    [7, ['not_registered']],
    [7, ['not_registered']],
  ])

  const join = [...avs(), '--signing-key', first.operator]
  const joined = await room.through(JOIN, operator, join, ecdsaFlags(keys))
  expect(joined).toMatchObject({ registered: true, avsOperatorStatus: 'REGISTERED', signingKey: first.operator })
  expect(joined['weight']).toBe(parseEther('100').toString())
  expect(await signingKeyOf(operator)).toBe(first.operator)
  const again = await refused(JOIN, operator, join)
  expect([again.exitCode, again.codes]).toEqual([7, ['already_registered']])

  const changed = await room.through(CHANGE, operator, [...avs(), '--signing-key', second.operator], ecdsaFlags(keys))
  expect(changed).toMatchObject({ registered: true, signingKey: second.operator })
  expect(await signingKeyOf(operator)).toBe(second.operator)

  const left = await room.through(LEAVE, operator, avs(), ecdsaFlags(keys))
  expect(left).toMatchObject({ registered: false, avsOperatorStatus: 'NEVER_REGISTERED' })
})

describe('what a build says', () => {
  test('a weight below the minimum refuses nobody, and is said with numbers; the operator as signing key', async () => {
    const { operator } = await room.operator(parseEther('2'))
    const path = room.path('request.json')
    const ended = await room.build(JOIN, operator, path, [...avs(), '--signing-key', operator])
    expect(ended.exitCode).toBe(0)
    const said = ended.stdout.replace(/\s+/g, ' ')
    expect(said).toContain(`the operator's weight is 2 (${parseEther('2')} in units of 10^-18), the minimum is 32 (`)
    expect(said).toContain('until 30 more is delegated to it')
    expect(said).toContain('signing_key_is_operator')
    expect((readJson(path) as { operation: object }).operation).toMatchObject({
      kind: JOIN,
      operatorSignature: { avsDirectory: room.devnet.avsDirectory, domainVersion: '1', signer: null },
    })
  })

  test('no operator, a spent salt, a paused AVSDirectory: all at once', async () => {
    const { devnet } = room
    const keys = await room.person()
    const salt = `0x${'5a'.repeat(32)}`
    await devnet.mustSend(keys.operator, devnet.avsDirectory, devnet.calldata('AVSDirectory', 'cancelSalt', [salt]))
    await devnet.m2.pauseAvsDirectory(true)
    const all = await refused(JOIN, keys.operator, [...avs(), '--signing-key', keys.operator, '--salt', salt])
    await devnet.m2.pauseAvsDirectory(false)
    expect([all.exitCode, all.codes]).toEqual([7, ['paused', 'salt_spent', 'operator_not_in_eigenlayer']])
  })

  test('contracts of two AVSs, one contract alone, a name of another kind, a name that is not on this chain', async () => {
    const { operator } = await room.person()
    const key = ['--signing-key', operator]
    const { client, ecdsaStakeRegistry, slashingStakeRegistry, ecdsaServiceManager } = room.devnet
    const two = ['--stake-registry', slashingStakeRegistry, '--service-manager', ecdsaServiceManager]
    const named = [
      await refused(JOIN, operator, [...two, ...key]),
      await refused(JOIN, operator, ['--stake-registry', ecdsaStakeRegistry, ...key]),
      await refused(JOIN, operator, ['--avs', 'hyperlane', ...key]),
    ]
    expect(named.map(({ exitCode, codes }) => [exitCode, codes])).toEqual([
      [6, ['contract_kind_unknown']],
      [2, ['usage']],
      [6, ['avs_not_on_chain']],
    ])
    // A registry that works, and that the ServiceManager does not name.
    const bytecode = (await client.getCode({ address: ecdsaStakeRegistry })) ?? '0x'
    await client.setCode({ address: operator, bytecode })
    const other = ['--stake-registry', operator, '--service-manager', ecdsaServiceManager]
    const foreign = await refused(JOIN, room.devnet.admin, [...other, ...key])
    expect([foreign.exitCode, foreign.codes]).toEqual([6, ['contracts_disagree']])
  })

  test('register with Hyperlane names the command that can', async () => {
    const args = ['build', 'register', '--avs', 'hyperlane', '--operator', room.devnet.admin, '--quorums', '0']
    const ended = await run('airlock-hot', [
      ...args,
      ...['--socket', 'a', '--chain', '1', '--rpc-url', room.anvil.rpcUrl, '-o', room.path('request.json')],
    ])
    expect(codesIn(ended.stderr)).toEqual(['avs_kind_unsupported'])
    expect(ended.stderr).toContain('  airlock-hot build register-with-stake-registry --avs hyperlane ')
  })
})
