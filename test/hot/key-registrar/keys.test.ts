// Keys of operator sets, with the built programs on a chain: registered and read back, by the operator and by its appointee;
// every reason for which nothing is built; what the contracts answer where the preflight was not asked.
//
// Whole ceremonies, many processes each: their bounds are wide.
import { existsSync } from 'node:fs'
import { parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asOperator, blsFlags, CurrentRoom, ecdsaFlags, signingFlags } from '../../support/current-room.ts'
import type { KeyFiles } from '../../support/keystores.ts'
import { run } from '../../support/programs.ts'
import { codesIn, readJson } from '../../support/stage.ts'

let room: CurrentRoom
// Set 0 takes BLS keys, set 1 ECDSA keys, set 2 has not said which.
beforeAll(async () => {
  room = await CurrentRoom.open({ keyedSets: ['bn254', 'ecdsa', null], deallocationDelay: 20 })
})
afterAll(() => room.close())

const set = (id: number): readonly string[] => {
  const { keyedAvs, keyRegistrar } = room.devnet
  return ['--avs-address', keyedAvs, '--operator-set-id', `${id}`, '--key-registrar', keyRegistrar]
}

/** What `keys export` writes of the keys. */
async function publicKey(keys: KeyFiles): Promise<string> {
  const path = room.path('public-key.json')
  const ended = await run('airlock-cold', ['keys', 'export', '-o', path, ...ecdsaFlags(keys), ...blsFlags(keys)])
  expect(ended.stderr).not.toContain('error')
  return path
}

const isRegistered = (operator: string, id: number): Promise<unknown> =>
  room.devnet.read('KeyRegistrar', 'isRegistered', [{ avs: room.devnet.keyedAvs, id }, operator])

/** Nothing is built: the exit code, the code words, and the sentences in one line. */
async function refused(kind: string, operator: string, more: readonly string[]) {
  const path = room.path('request.json')
  const { exitCode, stderr } = await room.build(kind, operator, path, more)
  expect(existsSync(path)).toBe(false)
  return { exitCode, codes: codesIn(stderr), text: stderr.replace(/\s+/g, ' ') }
}

describe('a BLS key', () => {
  test('is registered by its operator, read back, and not taken twice', async () => {
    const keys = await room.operator()
    const exported = await publicKey(keys)
    const flags = [...set(0), '--bls-public-key', exported]
    const sent = await room.through('register-key-bn254', keys.operator, flags, [
      ...ecdsaFlags(keys),
      ...blsFlags(keys),
    ])
    const { operatorId, publicKeyG1 } = readJson(exported) as { operatorId: string; publicKeyG1: string[] }
    expect(sent).toMatchObject({ operatorSet: 0, avs: room.devnet.keyedAvs, key: operatorId })
    const [g1] = (await room.devnet.read('KeyRegistrar', 'getBN254Key', [
      { avs: room.devnet.keyedAvs, id: 0 },
      keys.operator,
    ])) as [{ X: bigint; Y: bigint }]
    expect([g1.X, g1.Y]).toEqual(publicKeyG1.map(BigInt))

    const again = await refused('register-key-bn254', keys.operator, flags)
    expect([again.exitCode, again.codes]).toEqual([7, ['already_registered', 'key_taken']])
  })

  test('by an appointee, with the proof of another machine', async () => {
    const [keys, hand] = [await room.operator(), await room.person()]
    const exported = await publicKey(keys)
    const flags = [...set(0), '--from', hand.operator]
    const asked = [...flags, '--bls-public-key', exported]
    const before = await refused('register-key-bn254', keys.operator, asked)
    expect([before.exitCode, before.codes]).toEqual([7, ['permission_missing']])
    expect(before.text).toContain(`${hand.operator} may not call KeyRegistrar.registerKey for ${keys.operator}`)

    const { devnet } = room
    const appointment = [keys.operator, hand.operator, devnet.keyRegistrar, '0xd40cda16']
    const call = devnet.calldata('PermissionController', 'setAppointee', appointment)
    await devnet.mustSend(keys.operator, devnet.permissionController, call)
    const [request, partial] = [room.path('request.json'), room.path('partial.json')]
    expect((await room.build('register-key-bn254', keys.operator, request, asked)).exitCode).toBe(0)
    expect((await room.sign(request, partial, blsFlags(keys))).exitCode).toBe(0)
    const carried = [...flags, '--bls-proof', partial]
    const sent = await room.through('register-key-bn254', keys.operator, carried, ecdsaFlags(hand))
    expect(sent).toMatchObject({ key: (readJson(exported) as { operatorId: string }).operatorId })
  })

  test('another BLS key than the one named is refused offline', async () => {
    const [keys, other] = [await room.operator(), await room.operator()]
    const request = room.path('request.json')
    const flags = [...set(0), '--bls-public-key', await publicKey(keys)]
    expect((await room.build('register-key-bn254', keys.operator, request, flags)).exitCode).toBe(0)
    const response = room.path('response.json')
    const { exitCode, screen } = await room.sign(request, response, [...ecdsaFlags(keys), ...blsFlags(other)])
    expect([exitCode, existsSync(response)]).toEqual([11, false])
    expect(screen).toContain('key_not_of_request')
  })

  test('every reason at once, each with a remedy', async () => {
    const [keys, other, stranger] = [await room.operator(), await room.operator(), await room.person()]
    await room.devnet.registerKey(asOperator(keys), { avs: room.devnet.keyedAvs, id: 0 })
    const exported = ['--bls-public-key', await publicKey(keys)]
    const wrong = await refused('register-key-bn254', keys.operator, [
      ...set(1),
      ...exported,
      ...['--from', stranger.operator, '--gas-price', '1000gwei'],
    ])
    expect([wrong.exitCode, wrong.codes]).toEqual([7, ['permission_missing', 'key_curve_wrong', 'key_taken']])
    expect(wrong.text).toContain('takes ECDSA keys, not BN254')
    expect(wrong.text).toContain('build set-appointee')
    const unset = await refused('register-key-bn254', keys.operator, [...set(2), ...exported])
    expect(unset.codes).toEqual(['set_without_keys', 'key_taken'])
    expect(unset.text).toContain('the AVS has not said which keys it takes')
    const none = await refused('register-key-bn254', keys.operator, [...set(9), ...exported])
    expect(none.text).toContain('there is no such operator set')
    const foreign = await refused('register-key-bn254', other.operator, [...set(0), ...exported])
    expect([foreign.exitCode, foreign.codes]).toEqual([3, ['public_key_invalid']])
    const unnamed = await refused('register-key-bn254', keys.operator, set(0))
    expect([unnamed.exitCode, unnamed.codes]).toEqual([2, ['usage']])
  })
})

describe('an ECDSA key', () => {
  const sign = (keys: KeyFiles, key: KeyFiles): readonly string[] => [...ecdsaFlags(keys), ...signingFlags(key)]

  test('signs its own registration and is read back; another signing key is refused', async () => {
    const [keys, key, other] = [await room.operator(), await room.person(), await room.person()]
    const flags = [...set(1), '--key-address', key.operator]
    const sent = await room.through('register-key-ecdsa', keys.operator, flags, sign(keys, key))
    expect(sent).toMatchObject({ operatorSet: 1, key: key.operator })
    const again = await refused('register-key-ecdsa', keys.operator, flags)
    expect([again.exitCode, again.codes]).toEqual([7, ['already_registered', 'key_taken']])

    const [request, response] = [room.path('request.json'), room.path('response.json')]
    const person = await room.person()
    const built = await room.build('register-key-ecdsa', person.operator, request, [
      ...set(1),
      ...['--key-address', person.operator],
    ])
    expect(built.stdout).toContain('signing_key_is_operator')
    expect(built.stdout.replace(/\s+/g, ' ')).toContain('is no operator of EigenLayer yet')
    const wrong = await room.sign(request, response, sign(person, other))
    expect([wrong.exitCode, existsSync(response)]).toEqual([11, false])
  })
})

describe('a key is taken out', () => {
  test('not while its operator can be slashed, and never comes back', async () => {
    const keys = await room.operator()
    const { devnet } = room
    const place = { avs: devnet.keyedAvs, id: 0 }
    const none = await refused('deregister-key', keys.operator, set(0))
    expect([none.exitCode, none.codes]).toEqual([7, ['not_registered']])
    await devnet.registerKey(asOperator(keys), place)
    await devnet.registerForKeyedSets(asOperator(keys), [0])
    const member = await refused('deregister-key', keys.operator, set(0))
    expect([member.exitCode, member.codes]).toEqual([7, ['still_slashable']])
    expect(member.text).toContain('until 20 blocks (about 4 minutes) after it has left')
    await devnet.deregisterFromSets(keys.operator, devnet.keyedAvs, [0])
    const left = await refused('deregister-key', keys.operator, set(0))
    expect(left.codes).toEqual(['still_slashable'])
    expect(left.text).toMatch(/until block \d+ at the latest, about \d{4}-/)
    const answer = await devnet.revertDataOf(
      keys.operator,
      devnet.keyRegistrar,
      devnet.calldata('KeyRegistrar', 'deregisterKey', [keys.operator, place]),
    )
    // OperatorStillSlashable, as the real contract gives it: facts of the known answers.
    expect(answer?.slice(0, 10)).toBe('0x10702879')

    await devnet.mine(21)
    const sent = await room.through('deregister-key', keys.operator, set(0), ecdsaFlags(keys))
    expect(sent).toMatchObject({ key: null })
    expect(await isRegistered(keys.operator, 0)).toBe(false)
    const back = await refused('register-key-bn254', keys.operator, [
      ...set(0),
      ...['--bls-public-key', await publicKey(keys)],
    ])
    expect(back.codes).toEqual(['key_taken'])
  })
})

describe('what is refused before the node is asked', () => {
  test.each([
    ['both names', ['--avs', 'eigenda'], 'usage'],
    ['a name that is none', ['--avs', 'eigendaa'], 'usage'],
  ])('%s', async (_, more, code) => {
    const ended = await refused('deregister-key', room.devnet.admin, [...set(0), ...more])
    expect([ended.exitCode, ended.codes]).toEqual([2, [code]])
  })

  test('a chain without a known KeyRegistrar, and none given', async () => {
    const { operator } = await room.person()
    const ended = await refused('deregister-key', operator, set(0).slice(0, 4))
    expect([ended.exitCode, ended.codes]).toEqual([2, ['usage']])
    expect(ended.text).toContain('give --key-registrar')
  })

  test('a contract that is no KeyRegistrar', async () => {
    const { operator } = await room.person()
    const { keyedAvs, allocationManager } = room.devnet
    const ended = await refused('deregister-key', operator, [
      ...['--avs-address', keyedAvs, '--operator-set-id', '0'],
      ...['--key-registrar', allocationManager],
    ])
    expect([ended.exitCode, ended.codes]).toEqual([6, ['contract_kind_unknown']])
  })
})

test('another operator took the key after it was signed for: the reason is read afresh', async () => {
  const [keys, other] = [await room.operator(parseEther('1')), await room.operator()]
  const flags = [...set(0), '--bls-public-key', await publicKey(keys)]
  const [request, response] = [room.path('request.json'), room.path('response.json')]
  expect((await room.build('register-key-bn254', keys.operator, request, flags)).exitCode).toBe(0)
  expect((await room.sign(request, response, [...ecdsaFlags(keys), ...blsFlags(keys)])).exitCode).toBe(0)
  const place = { avs: room.devnet.keyedAvs, id: 0 }
  await room.devnet.registerKey({ ...asOperator(other), blsSecretKey: keys.blsSecret }, place)
  const ended = await run('airlock-hot', ['send', request, response, '--rpc-url', room.anvil.rpcUrl])
  expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['simulation_reverted', 'key_taken']])
  expect(ended.stderr).toContain('KeyAlreadyRegistered()')
})
