// EigenLayer's own contracts on a real chain: becoming an operator in both generations, its details, and who may act for it.
//
// Every reason for a refusal is caused on the contracts, and no file is written then. What a mined transaction did is asked of the
// contracts by the ABI that the compiler made of them.
import { existsSync } from 'node:fs'
import { getAddress, maxUint256, parseEther, zeroAddress, type Address, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deployCurrent } from '../../devnet/deploy-current.ts'
import type { CurrentDevnet } from '../../devnet/current.ts'
import type { Devnet } from '../../devnet/devnet.ts'
import { makeKeyFiles, type KeyFiles } from '../../support/keystores.ts'
import { run, type Ended } from '../../support/programs.ts'
import { codesIn, readJson, Stage } from '../../support/stage.ts'

const METADATA = 'https://operator.example/metadata.json'

let stage: Stage
let current: CurrentDevnet
let m2: Devnet
let keyCount = 0

beforeAll(async () => {
  stage = await Stage.open()
  current = await deployCurrent(stage.anvil.rpcUrl)
  m2 = await stage.deploy({ domain: null, generation: 'A' })
})
afterAll(() => stage.close())

/** Key files of an account that has ETH and is nothing yet. */
async function newcomer(): Promise<KeyFiles> {
  keyCount += 1
  const keys = await makeKeyFiles(stage.folder, 'light', `core${keyCount}`)
  await current.fund(keys.operator)
  return keys
}

async function operatorOf(devnet: Devnet | CurrentDevnet): Promise<KeyFiles> {
  const keys = await newcomer()
  await devnet.makeOperator(keys.operator, parseEther('1'))
  return keys
}

const controller = (): string[] => ['--permission-controller', current.permissionController]
const manager = (devnet: Devnet | CurrentDevnet): string[] => ['--delegation-manager', devnet.delegationManager]

/** airlock-hot build. */
async function build(kind: string, operator: string, flags: readonly string[]): Promise<Ended & { path: string }> {
  const path = stage.path('request.json')
  const common = ['--operator', operator, '--rpc-url', stage.anvil.rpcUrl, '-o', path]
  return { ...(await run('airlock-hot', ['build', kind, ...common, ...flags])), path }
}

/** Builds, signs with a terminal, verifies and sends; gives what was read back. */
async function done(
  kind: string,
  operator: string,
  signer: KeyFiles,
  flags: readonly string[],
): Promise<Record<string, unknown>> {
  const built = await build(kind, operator, flags)
  expect(built.exitCode, built.stderr).toBe(0)
  const response = stage.path('response.json')
  const signed = await stage.sign(built.path, response, signer)
  expect(signed.exitCode, signed.screen).toBe(0)
  const sent = await stage.send(built.path, response, ['--json'])
  expect(sent.exitCode, sent.stderr).toBe(0)
  return JSON.parse(sent.stdout) as Record<string, unknown>
}

/** Nothing is built, for these reasons. */
async function refused(
  kind: string,
  operator: string,
  flags: readonly string[],
  codes: readonly string[],
  exitCode = 7,
): Promise<string> {
  const { path, ...ended } = await build(kind, operator, flags)
  expect(codesIn(ended.stderr), ended.stderr).toEqual(codes)
  expect(ended.exitCode).toBe(exitCode)
  expect(existsSync(path)).toBe(false)
  return ended.stderr.replace(/\s+/g, ' ')
}

describe('register-as-operator', () => {
  test('slashing generation: built, signed, sent, read back', async () => {
    const keys = await newcomer()
    const approver = getAddress(`0x${'a1'.repeat(20)}`)
    const flags = [...manager(current), '--metadata-uri', METADATA]
    const details = ['--delegation-approver', approver, '--allocation-delay', '1200']
    const read = await done('register-as-operator', keys.operator, keys, [...flags, ...details])
    expect(read).toMatchObject({ isOperator: true, delegationApprover: approver, metadataUri: METADATA })
    expect(await current.read('DelegationManager', 'isOperator', [keys.operator])).toBe(true)
    expect(await current.read('DelegationManager', 'delegationApprover', [keys.operator])).toBe(approver)
    const [isSet, delay] = (await current.read('AllocationManager', 'getAllocationDelay', [keys.operator])) as [
      boolean,
      number,
    ]
    expect(read['allocationDelay']).toBe(isSet ? 1200 : null)
    if (isSet) expect(delay).toBe(1200)
    const again = await refused('register-as-operator', keys.operator, [...flags, ...details], ['already_operator'])
    expect(again).toContain('airlock-hot build modify-operator-details')
  })

  test('M2 generation: the tuple, and the flags of its own', async () => {
    const keys = await newcomer()
    const flags = [...manager(m2), '--metadata-uri', METADATA]
    const wrong = await refused(
      'register-as-operator',
      keys.operator,
      [...flags, '--allocation-delay', '1'],
      ['usage'],
      2,
    )
    expect(wrong).toContain('M2 generation')
    await refused('register-as-operator', keys.operator, flags, ['usage'], 2)
    const read = await done('register-as-operator', keys.operator, keys, [
      ...flags,
      '--staker-opt-out-window-blocks',
      '50400',
    ])
    expect(read).toMatchObject({
      stakerOptOutWindowBlocks: 50_400,
      earningsReceiver: keys.operator,
      metadataUri: METADATA,
    })
    expect(await m2.read('DelegationManagerM2', 'operatorDetails', [keys.operator])).toEqual([
      keys.operator,
      zeroAddress,
      50_400,
    ])
  })

  test('who has delegated, and who comes while it is paused, with too little ETH: all reasons at once', async () => {
    const [operator, staker] = [await operatorOf(current), await newcomer()]
    const { delegationManager } = current
    const delegate = current.calldata('DelegationManager', 'delegate', [operator.operator])
    await current.mustSend(staker.operator, delegationManager, delegate)
    const pause = (bits: bigint): Promise<unknown> =>
      current.mustSend(current.admin, delegationManager, current.calldata('DelegationManager', 'setPaused', [bits]))
    await pause(maxUint256)
    try {
      const flags = [...manager(current), '--metadata-uri', METADATA, '--allocation-delay', '0']
      const poor = ['--gas-price', '3000000gwei', '--gas-limit', '300000']
      const seen = await refused(
        'register-as-operator',
        staker.operator,
        [...flags, ...poor],
        ['already_delegated', 'paused', 'balance_below_gas'],
      )
      expect(seen).toContain(operator.operator)
    } finally {
      await pause(0n)
    }
  })

  test('a contract of neither generation, and a chain without a catalogue', async () => {
    const { operator } = await newcomer()
    const flags = ['--metadata-uri', METADATA, '--allocation-delay', '0']
    const other = ['--delegation-manager', current.permissionController, ...flags]
    await refused('register-as-operator', operator, other, ['contract_kind_unknown'], 6)
    expect(await refused('register-as-operator', operator, flags, ['usage'], 2)).toContain('--delegation-manager')
  })

  test('an operator cannot undelegate, and is told what it can do', async () => {
    const ended = await build('undelegate', zeroAddress, [])
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['operator_cannot_undelegate']])
    expect(ended.stderr).toContain('airlock-hot build deregister')
    const operator = await operatorOf(current)
    const call = current.calldata('DelegationManager', 'undelegate', [operator.operator])
    // OperatorsCannotUndelegate()
    expect(await current.revertDataOf(operator.operator, current.delegationManager, call)).toBe('0x8e5199a8')
  })
})

describe('what an operator has settled', () => {
  test('slashing generation: a new approver, and a new address of the metadata', async () => {
    const keys = await operatorOf(current)
    const approver = getAddress(`0x${'b2'.repeat(20)}`)
    const flags = [...manager(current), '--delegation-approver', approver]
    expect(await done('modify-operator-details', keys.operator, keys, flags)).toMatchObject({
      delegationApprover: approver,
    })
    expect(await current.read('DelegationManager', 'delegationApprover', [keys.operator])).toBe(approver)
    const uri = [...manager(current), '--metadata-uri', METADATA]
    expect(await done('update-metadata-uri', keys.operator, keys, uri)).toMatchObject({ metadataUri: METADATA })
  })

  test('M2 generation: all three details, and a window that cannot shrink', async () => {
    const keys = await operatorOf(m2)
    const grown = [...manager(m2), '--delegation-approver', 'none', '--staker-opt-out-window-blocks', '7200']
    expect(await done('modify-operator-details', keys.operator, keys, grown)).toMatchObject({
      stakerOptOutWindowBlocks: 7200,
      earningsReceiver: keys.operator,
      delegationApprover: null,
    })
    const kept = [...manager(m2), '--delegation-approver', 'none']
    const shrunk = [...kept, '--staker-opt-out-window-blocks', '7199']
    expect(await refused('modify-operator-details', keys.operator, shrunk, ['window_decreased'])).toContain('7,200')
    const uri = [...manager(m2), '--metadata-uri', METADATA]
    await done('update-metadata-uri', keys.operator, keys, uri)
    const { operator: other } = await newcomer()
    await refused('update-metadata-uri', keys.operator, [...uri, '--from', other], ['permission_missing'])
  })

  test('who is no operator', async () => {
    const { operator } = await newcomer()
    for (const devnet of [current, m2]) {
      const uri = [...manager(devnet), '--metadata-uri', METADATA]
      await refused('update-metadata-uri', operator, uri, ['operator_not_in_eigenlayer'])
    }
  })
})

describe('an appointee', () => {
  const UPDATE: Hex = '0x78296ec5'
  const permission = (appointee: string): string[] => [
    ...controller(),
    ...['--appointee', appointee, '--target', current.delegationManager, '--selector', 'updateOperatorMetadataURI'],
  ]

  test('is appointed by the cold key, sends with its own, and is removed', async () => {
    const [operator, hot] = [await operatorOf(current), await newcomer()]
    const uri = [...manager(current), '--metadata-uri', METADATA, '--from', hot.operator]
    const missing = await refused('update-metadata-uri', operator.operator, uri, ['permission_missing'])
    expect(missing).toContain(`build set-appointee --operator ${operator.operator} --appointee ${hot.operator}`)
    expect(missing).toContain('--selector 0x78296ec5')

    await done('set-appointee', operator.operator, operator, permission(hot.operator))
    const asked = [operator.operator, hot.operator, current.delegationManager, UPDATE]
    expect(await current.read('PermissionController', 'canCall', asked)).toBe(true)
    await refused('set-appointee', operator.operator, permission(hot.operator), ['appointee_already_set'])

    const read = await done('update-metadata-uri', operator.operator, hot, uri)
    expect(read).toMatchObject({ metadataUri: METADATA, operator: operator.operator })
    // For this function, and for no other.
    const details = [...manager(current), '--delegation-approver', 'none', '--from', hot.operator]
    await refused('modify-operator-details', operator.operator, details, ['permission_missing'])

    await done('remove-appointee', operator.operator, operator, permission(hot.operator))
    expect(await current.read('PermissionController', 'canCall', asked)).toBe(false)
    await refused('remove-appointee', operator.operator, permission(hot.operator), ['appointee_not_set'])
  })

  test('a permission that is taken away before the send: simulated, refused, with the reason', async () => {
    const [operator, hot] = [await operatorOf(current), await newcomer()]
    const args = [operator.operator, hot.operator, current.delegationManager, UPDATE]
    const act = (name: string): Promise<unknown> =>
      current.mustSend(
        operator.operator,
        current.permissionController,
        current.calldata('PermissionController', name, args),
      )
    await act('setAppointee')
    const flags = [...manager(current), '--metadata-uri', METADATA, '--from', hot.operator]
    const built = await build('update-metadata-uri', operator.operator, flags)
    expect(readJson(built.path)).toMatchObject({ transaction: { from: hot.operator } })
    const wrong = await stage.sign(built.path, stage.path('r.json'), operator, [], [])
    expect(wrong.exitCode).toBe(11)
    expect(wrong.screen).toContain('key_not_of_operator')
    const response = stage.path('response.json')
    const signed = await stage.sign(built.path, response, hot)
    expect(signed.exitCode, signed.screen).toBe(0)
    expect(signed.screen).toContain('sent_for_operator')
    const verified = await run('airlock-hot', ['verify', built.path, response])
    expect(verified.stdout).toContain(`signer       ${hot.operator}`)
    await act('removeAppointee')
    const sent = await stage.send(built.path, response)
    expect([sent.exitCode, codesIn(sent.stderr)]).toEqual([7, ['simulation_reverted', 'permission_missing']])
    expect(sent.stderr).toContain('InvalidPermissions()')
  })
})

describe('admins', () => {
  const about = (admin: string): string[] => [...controller(), '--admin', admin]

  test('proposed, accepted, removed: each step by whom the contract wants', async () => {
    const [operator, first, second] = [await operatorOf(current), await newcomer(), await newcomer()]
    const account = operator.operator
    await refused('accept-admin', account, about(first.operator), ['admin_not_pending'])
    await refused('remove-pending-admin', account, about(first.operator), ['admin_not_pending'])
    await refused('remove-admin', account, about(account), ['last_admin'])

    await done('add-pending-admin', account, operator, about(first.operator))
    await refused('add-pending-admin', account, about(first.operator), ['admin_already_pending'])
    const accepted = await done('accept-admin', account, first, about(first.operator))
    expect(accepted).toMatchObject({ admins: [first.operator], pendingAdmins: [] })
    expect(await current.read('PermissionController', 'isAdmin', [account, first.operator])).toBe(true)

    // The trap: the operator key itself has no rights any more.
    const lost = await refused('add-pending-admin', account, about(second.operator), ['admin_needed'])
    expect(lost).toContain(`its admins are ${first.operator}`)
    const uri = [...manager(current), '--metadata-uri', METADATA]
    expect(await refused('update-metadata-uri', account, uri, ['permission_missing'])).toContain('any more')

    const byFirst = ['--from', first.operator]
    await refused('add-pending-admin', account, [...about(first.operator), ...byFirst], ['admin_already_set'])
    await refused('remove-admin', account, [...about(first.operator), ...byFirst], ['last_admin'])
    const act = (from: Address, name: string, args: readonly unknown[]): Promise<unknown> =>
      current.mustSend(from, current.permissionController, current.calldata('PermissionController', name, args))
    await act(first.operator, 'addPendingAdmin', [account, second.operator])
    const dropped = await done('remove-pending-admin', account, first, [...about(second.operator), ...byFirst])
    expect(dropped).toMatchObject({ pendingAdmins: [] })
    await act(first.operator, 'addPendingAdmin', [account, account])
    await act(account, 'acceptAdmin', [account])
    await refused('remove-admin', account, about(second.operator), ['admin_not_set'])
    const left = await done('remove-admin', account, operator, about(first.operator))
    expect(left).toMatchObject({ admins: [account] })
  }, 240_000)
})

test('what the contracts answer is explained by the program that reports it', async () => {
  // The devnet's own answer to a call of the wrong sender, as the real contract gives it: NotAdmin().
  const [account, stranger]: readonly Address[] = [(await newcomer()).operator, (await newcomer()).operator]
  const call = current.calldata('PermissionController', 'addPendingAdmin', [account, stranger])
  expect(await current.revertDataOf(stranger ?? '0x', current.permissionController, call)).toBe('0x7bfa4b9f')
})
