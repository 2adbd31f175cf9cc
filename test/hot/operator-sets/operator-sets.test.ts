// Operator sets, allocations and the allocation delay, through both programs on a chain with the devnet's contracts: what is
// built, signed, sent and read back, and every reason to refuse, caused for real.
import { existsSync, readFileSync } from 'node:fs'
import { getAddress, parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Quorum } from '../../devnet/deploy.ts'
import { approveChurn } from '../../devnet/churn.ts'
import { deployCurrent, type CurrentOptions } from '../../devnet/deploy-current.ts'
import type { CurrentDevnet } from '../../devnet/current.ts'
import { operatorKeys } from '../../devnet/operator.ts'
import { asOperator, blsFlags, CurrentRoom, ecdsaFlags } from '../../support/current-room.ts'
import { writeApproval } from '../../support/churn-files.ts'
import { idOfKeys, type KeyFiles } from '../../support/keystores.ts'
import type { Ended } from '../../support/programs.ts'
import { codesIn, readJson, SOCKET } from '../../support/stage.ts'

const WHOLE = 10n ** 18n
const ETHER = 10n ** 18n
const quorum = (minimumStake: bigint, maxOperatorCount = 200): Quorum => ({ minimumStake, maxOperatorCount })

let room: CurrentRoom
beforeAll(async () => {
  room = await CurrentRoom.open({ quorums: [quorum(ETHER), quorum(32n * ETHER), quorum(0n, 1)] })
}, 120_000)
afterAll(() => room.close())

type Devnet = CurrentDevnet
const deploy = (options: CurrentOptions): Promise<Devnet> => deployCurrent(room.anvil.rpcUrl, options)

const manager = (devnet: Devnet = room.devnet): readonly string[] => ['--allocation-manager', devnet.allocationManager]
const avsFlags = (devnet: Devnet = room.devnet, avs = devnet.avs): readonly string[] => [
  ...manager(devnet),
  ...['--avs-address', avs],
]
const joinFlags = (devnet: Devnet = room.devnet, ids = '0,1'): readonly string[] => [
  ...avsFlags(devnet),
  ...['--operator-sets', ids, '--socket', SOCKET],
]
const keyedFlags = (devnet: Devnet = room.devnet, ids = '0'): readonly string[] => [
  ...avsFlags(devnet, devnet.keyedAvs),
  ...['--operator-sets', ids, '--socket', SOCKET],
]
const allocationFlags = (of: string, devnet: Devnet = room.devnet): readonly string[] => [
  ...avsFlags(devnet),
  ...['--allocation', `0:${devnet.strategy}:${of}`],
]

const JOIN = 'register-for-operator-sets'
const LEAVE = 'deregister-from-operator-sets'
const ALLOCATE = 'modify-allocations'
const DELAY = 'set-allocation-delay'

const bothKeys = (keys: KeyFiles): readonly string[] => [...ecdsaFlags(keys), ...blsFlags(keys)]
const words = (text: string): string => text.replace(/\s+/g, ' ')

describe('through both programs', () => {
  test('an operator joins two sets of a coordinator, and leaves one', async () => {
    const keys = await room.operator()
    const joined = await room.through(JOIN, keys.operator, joinFlags(), bothKeys(keys))
    expect(joined).toMatchObject({ operatorSets: [0, 1], operatorStatus: 'REGISTERED', quorums: [0, 1] })
    const bound = await room.devnet.read('SlashingBLSApkRegistry', 'operatorToPubkeyHash', [keys.operator])
    expect(joined['operatorId']).toBe(bound)

    const flags = [...avsFlags(), '--operator-sets', '1']
    const left = await room.through(LEAVE, keys.operator, flags, ecdsaFlags(keys))
    expect(left).toMatchObject({ operatorSets: [0] })
    expect(Number(left['slashableUntilBlock'])).toBe(Number(left['block']) + 100_800)
    expect(await room.devnet.read('SlashingRegistryCoordinator', 'getOperatorStatus', [keys.operator])).toBe(1)

    // It cannot come back: the contract says AlreadyMemberOfSet(), and the program until when.
    const again = await room.build(JOIN, keys.operator, room.path('r.json'), joinFlags(room.devnet, '1'))
    expect([again.exitCode, codesIn(again.stderr)]).toEqual([7, ['still_slashable']])
    expect(words(again.stderr)).toContain('less than 100,800 blocks (about 14 days) ago')
  })

  test('an appointee sends it, and the proof is still of the operator', async () => {
    const [keys, sender] = [await room.operator(), await room.person()]
    const flags = [...joinFlags(), '--from', sender.operator]
    const refused = await room.build(JOIN, keys.operator, room.path('r.json'), flags)
    expect([refused.exitCode, codesIn(refused.stderr)]).toEqual([7, ['permission_missing']])
    expect(words(refused.stderr)).toContain('set-appointee')
    await room.devnet.appoint(keys.operator, sender.operator, 'registerForOperatorSets')
    const done = await room.through(JOIN, keys.operator, flags, [...ecdsaFlags(sender), ...blsFlags(keys)])
    expect(done).toMatchObject({ operator: keys.operator, operatorSets: [0, 1] })
  })

  test('the coordinator of February 2025; a BLS key that is bound is not asked for again', async () => {
    const devnet = await deploy({ isFeb2025: true, deallocationDelay: 1, quorums: [quorum(ETHER), quorum(0n)] })
    const keys = await room.operator()
    await devnet.makeOperator(keys.operator, parseEther('100'))
    const { operatorId } = await room.through(JOIN, keys.operator, joinFlags(devnet, '0'), bothKeys(keys))
    const path = room.path('again.json')
    expect((await room.build(JOIN, keys.operator, path, joinFlags(devnet, '1'))).exitCode).toBe(0)
    const { registration } = readJson(path)['operation'] as { registration: object }
    expect(registration).toEqual({ pubkeyRegistration: null, socket: SOCKET, type: 'normal' })
    const again = await room.through(JOIN, keys.operator, joinFlags(devnet, '1'), ecdsaFlags(keys))
    expect(again).toMatchObject({ operatorId, operatorSets: [0, 1], quorums: [0, 1] })
  })

  test('a registrar whose operators have their keys in the KeyRegistrar', async () => {
    const keys = await room.operator()
    const { devnet } = room
    const early = await room.build(JOIN, keys.operator, room.path('r.json'), keyedFlags())
    expect([early.exitCode, codesIn(early.stderr)]).toEqual([7, ['set_key_missing']])
    expect(words(early.stderr)).toContain('airlock-hot build register-key')
    await devnet.registerKey(asOperator(keys), { avs: devnet.keyedAvs, id: 0 })
    const done = await room.through(JOIN, keys.operator, keyedFlags(), ecdsaFlags(keys))
    expect(done).toMatchObject({ operatorSets: [0], socket: SOCKET })
  })

  test('the place of another in a full set, by the approval of the churn approver', async () => {
    const devnet = await deploy({ quorums: [quorum(ETHER, 1)] })
    const weak = operatorKeys('the one to be removed')
    await devnet.makeOperator(weak.address, 2n * ETHER)
    await devnet.registerForSets(weak, [0])
    const keys = await room.operator()
    await devnet.makeOperator(keys.operator, parseEther('10000'))
    const full = await room.build(JOIN, keys.operator, room.path('r.json'), joinFlags(devnet, '0'))
    expect([full.exitCode, codesIn(full.stderr)]).toEqual([7, ['quorum_full']])

    const operatorId = idOfKeys(keys)
    const target = { chainId: devnet.chainId, registryCoordinator: devnet.slashingCoordinator }
    const kick = { quorumNumber: 0, operator: weak.address }
    const expiry = BigInt(Math.floor(Date.now() / 1000) + 86_400)
    const approval = approveChurn(target, keys.operator, operatorId, [kick], { expiry })
    const file = writeApproval(room.path('approval.json'), approval)
    const flags = [...joinFlags(devnet, '0'), '--churn-approval', file, '--operator-id', operatorId]
    const done = await room.through(JOIN, keys.operator, flags, bothKeys(keys))
    expect(done).toMatchObject({ operatorSets: [0], operatorId })
    expect(await devnet.read('AllocationManager', 'getMembers', [{ avs: devnet.avs, id: 0 }])).toEqual([keys.operator])
  })

  test('allocations rise and fall, and the delay of the next ones', async () => {
    const devnet = await deploy({ deallocationDelay: 10, configurationDelay: 20, quorums: [quorum(0n), quorum(0n)] })
    const keys = await room.operator()
    await devnet.makeOperator(keys.operator, parseEther('100'))
    const set = { avs: devnet.avs, id: 0 }
    const allocation = (): Promise<unknown> =>
      devnet.read('AllocationManager', 'getAllocation', [keys.operator, set, devnet.strategy])

    const rise = [...allocationFlags('25%', devnet), '--allocation', `1:${devnet.strategy}:${WHOLE / 2n}`]
    const risen = await room.through(ALLOCATE, keys.operator, rise, ecdsaFlags(keys))
    expect(risen['allocations']).toMatchObject([{ operatorSet: 0 }, { operatorSet: 1 }])
    expect(await allocation()).toMatchObject({ currentMagnitude: WHOLE / 4n })

    const down = await room.through(ALLOCATE, keys.operator, allocationFlags('12.5%', devnet), ecdsaFlags(keys))
    expect(down['allocations']).toMatchObject([{ currentMagnitude: String(WHOLE / 8n), pendingDiff: '0' }])

    const delayed = await room.through(DELAY, keys.operator, [...manager(devnet), '--delay', '7200'], ecdsaFlags(keys))
    expect(delayed).toMatchObject({ delay: 0, pendingDelay: 7200, effectBlock: Number(delayed['block']) + 21 })
  })
})

describe('what would revert is refused with its reason, and nothing is written', () => {
  interface Wish {
    readonly kind?: string
    readonly operator: string
    readonly flags: readonly string[]
  }
  const cases: Readonly<Record<string, readonly [() => Promise<Wish>, readonly string[], string]>> = {
    'not an operator of EigenLayer': [
      async () => ({ operator: (await room.person()).operator, flags: joinFlags(room.devnet, '0') }),
      ['operator_not_in_eigenlayer', 'stake_below_minimum'],
      'register-as-operator',
    ],
    'sets that are not there, and out of order': [
      async () => ({ operator: (await room.operator()).operator, flags: joinFlags(room.devnet, '7,1') }),
      ['operator_set_unknown', 'operator_set_order', 'operator_set_unknown'],
      'the AVS has no operator set 7',
    ],
    'a set that a coordinator cannot have': [
      async () => {
        await room.devnet.createOperatorSet({ avs: room.devnet.avs, id: 256 })
        return { operator: (await room.operator()).operator, flags: joinFlags(room.devnet, '256') }
      },
      ['operator_set_unknown'],
      'it would take it for set 0',
    ],
    'too little stake': [
      async () => ({ operator: (await room.operator(parseEther('10'))).operator, flags: joinFlags(room.devnet, '1') }),
      ['stake_below_minimum'],
      'operator set 1 asks for stake of 32 (32000000000000000000 in units of 10^-18); the operator has 10',
    ],
    'too little allocated': [
      async () => {
        const devnet = await deploy({ quorums: [] })
        await devnet.createSlashableQuorum(32n * ETHER, 5)
        const keys = operatorKeys('allocates too little')
        await devnet.makeOperator(keys.address, parseEther('100'))
        await devnet.allocate(keys.address, { avs: devnet.avs, id: 0 }, WHOLE / 4n)
        return { operator: keys.address, flags: joinFlags(devnet, '0') }
      },
      ['stake_below_minimum'],
      'asks for allocated stake of 32 (32000000000000000000 in units of 10^-18); the operator has 25',
    ],
    'a member already': [
      async () => {
        const keys = operatorKeys('is in it')
        await room.devnet.makeOperator(keys.address, parseEther('100'))
        await room.devnet.registerForSets(keys, [0])
        return { operator: keys.address, flags: joinFlags(room.devnet, '0') }
      },
      ['already_registered', 'already_registered'],
      'operator set 0 already',
    ],
    'ejected lately': [
      async () => {
        const devnet = await deploy({ deallocationDelay: 0, quorums: [quorum(0n)] })
        const keys = operatorKeys('was ejected')
        await devnet.makeOperator(keys.address, parseEther('100'))
        await devnet.registerForSets(keys, [0])
        await devnet.eject(keys.address, '0x00')
        // In the block of the ejection itself it can still be slashed.
        await devnet.mine()
        return { operator: keys.address, flags: joinFlags(devnet, '0') }
      },
      ['cooldown'],
      'may return after',
    ],
    "another operator's BLS key": [
      async () => {
        const keys = operatorKeys('has the key')
        await room.devnet.makeOperator(keys.address, parseEther('100'))
        await room.devnet.registerForSets(keys, [0])
        const id = await room.devnet.read('SlashingBLSApkRegistry', 'operatorToPubkeyHash', [keys.address])
        const flags = [...joinFlags(room.devnet, '0'), '--operator-id', String(id)]
        return { operator: (await room.operator()).operator, flags }
      },
      ['bls_key_taken'],
      'for ever',
    ],
    'both contracts paused': [
      async () => {
        const devnet = await deploy({ quorums: [quorum(0n)] })
        const keys = operatorKeys('is paused')
        await devnet.makeOperator(keys.address, parseEther('100'))
        await devnet.pauseAllocationManager(true)
        await devnet.pauseCoordinator(true)
        return { operator: keys.address, flags: joinFlags(devnet, '0') }
      },
      ['paused', 'paused'],
      "EigenLayer's AllocationManager has paused changes of membership",
    ],
    'leaving what it is not in': [
      async () => ({
        kind: LEAVE,
        operator: (await room.operator()).operator,
        flags: [...avsFlags(), '--operator-sets', '0'],
      }),
      ['not_registered'],
      'is not in operator set 0 of this AVS',
    ],
    'a delay set by a stranger': [
      async () => ({
        kind: DELAY,
        operator: (await room.operator()).operator,
        flags: [...manager(), '--delay', '1', '--from', (await room.person()).operator],
      }),
      ['permission_missing'],
      'AllocationManager.setAllocationDelay',
    ],
    'an allocation without a delay': [
      async () => {
        const { operator } = await room.person()
        return { kind: ALLOCATE, operator, flags: allocationFlags('25%') }
      },
      ['allocation_delay_unset'],
      'airlock-hot build set-allocation-delay',
    ],
    'more than there is, in an unknown set too': [
      async () => {
        const { operator } = await room.operator()
        const { devnet } = room
        const more = ['--allocation', `1:${devnet.strategy}:50%`, '--allocation', `9:${devnet.strategy}:1%`]
        return { kind: ALLOCATE, operator, flags: [...allocationFlags('60%'), ...more] }
      },
      ['operator_set_unknown', 'magnitude_insufficient'],
      '500,000,000,000,000,000 more, 50 %; 400,000,000,000,000,000 is free, 40 %',
    ],
    'what is allocated already': [
      async () => {
        const { operator } = await room.operator()
        await room.devnet.allocate(operator, { avs: room.devnet.avs, id: 0 }, WHOLE / 4n)
        return { kind: ALLOCATE, operator, flags: allocationFlags('25%') }
      },
      ['allocation_same'],
      'exactly 250,000,000,000,000,000 already',
    ],
    'a change that still waits': [
      async () => {
        const keys = operatorKeys('waits')
        const { devnet } = room
        await devnet.makeOperator(keys.address, parseEther('100'))
        await devnet.registerForSets(keys, [0])
        await devnet.allocate(keys.address, { avs: devnet.avs, id: 0 }, WHOLE / 2n)
        await devnet.allocate(keys.address, { avs: devnet.avs, id: 0 }, WHOLE / 4n)
        return { kind: ALLOCATE, operator: keys.address, flags: allocationFlags('50%') }
      },
      ['allocation_pending'],
      'a change to 25 % waits until block',
    ],
  }

  test.each(Object.entries(cases))('%s', async (_, [prepare, codes, said]) => {
    const { kind, operator, flags } = await prepare()
    const path = room.path('request.json')
    const ended = await room.build(kind ?? JOIN, operator, path, flags)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, codes])
    expect(words(ended.stderr)).toContain(said)
    expect(existsSync(path)).toBe(false)
  })
})

describe('wrong addresses, wrong arguments', () => {
  const refused = async (kind: string, flags: readonly string[]): Promise<readonly unknown[]> => {
    const ended: Ended = await room.build(kind, (await room.operator()).operator, room.path('r.json'), flags)
    return [ended.exitCode, codesIn(ended.stderr)]
  }

  test('a registrar that answers as none that is known', async () => {
    const { devnet } = room
    const avs = getAddress(`0x${'c0ffee'.repeat(6)}beef`)
    await devnet.openAvs(avs, devnet.avsRegistrar).catch(() => undefined)
    const flags = [...avsFlags(devnet, avs), '--operator-sets', '0']
    expect(await refused(JOIN, flags)).toEqual([6, ['no_contract_code']])
    const itself = [...avsFlags(devnet, devnet.ecdsaServiceManager), '--operator-sets', '0']
    expect(await refused(JOIN, itself)).toEqual([6, ['contract_kind_unknown']])
  })

  const usage: readonly (readonly [string, () => readonly string[]])[] = [
    [JOIN, () => [...avsFlags(), '--operator-sets', '0']],
    [JOIN, () => [...avsFlags(), '--operator-sets', '0;1', '--socket', SOCKET]],
    [JOIN, () => ['--avs-address', room.devnet.avs, '--operator-sets', '0', '--socket', SOCKET]],
    [JOIN, () => [...keyedFlags(), '--operator-id', `0x${'11'.repeat(32)}`]],
    [LEAVE, () => [...manager(), '--operator-sets', '0']],
    [ALLOCATE, () => [...avsFlags(), '--allocation', `0:${room.devnet.strategy}:101%`]],
    [ALLOCATE, () => [...avsFlags(), '--allocation', `0:${room.devnet.strategy}:1.23456%`]],
    [ALLOCATE, () => [...avsFlags(), '--allocation', `${2 ** 32}:${room.devnet.strategy}:1%`]],
    [DELAY, () => [...manager(), '--delay', '4294967296']],
  ]
  test.each(usage)('%s %# is refused as usage', async (kind, flags) => {
    expect(await refused(kind, flags())).toEqual([2, ['usage']])
  })

  test('a strategy twice for one set, and more than all', async () => {
    const twice = [...allocationFlags('1%'), '--allocation', `0:${room.devnet.strategy}:2%`]
    expect((await refused(ALLOCATE, twice))[0]).toBe(3)
    expect((await refused(ALLOCATE, allocationFlags(String(WHOLE + 1n))))[0]).toBe(7)
  })
})

test('the request is what was typed and what the chain said', async () => {
  const { operator } = await room.operator()
  const path = room.path('request.json')
  const ended = await room.build(JOIN, operator, path, joinFlags())
  expect(ended.exitCode).toBe(0)
  const { devnet } = room
  expect(readJson(path)['operation']).toEqual({
    kind: JOIN,
    allocationManager: devnet.allocationManager,
    avs: devnet.avs,
    operator,
    operatorSets: [0, 1],
    registrar: devnet.slashingCoordinator,
    registration: { pubkeyRegistration: { from: 'signer', operatorId: null }, socket: SOCKET, type: 'normal' },
  })
  expect(words(ended.stdout)).toContain(`operator set 0: ${devnet.avs} can slash its members`)
  expect(readFileSync(path, 'utf8')).not.toContain('calldata')
})
