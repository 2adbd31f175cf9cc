// The other operations of the M2 generation on a real chain: churn, a new socket, leaving, a cancelled salt; built, signed offline,
// sent and read back, and every reason for which nothing is built. Approvals are ethers' (test/devnet/churn.ts), stakes the contracts'.
import { existsSync, writeFileSync } from 'node:fs'
import { parseEther, zeroAddress, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesOf } from '../../documents/canonical.ts'
import { approveChurn, type ChurnApproval, type Kick } from '../../devnet/churn.ts'
import type { Devnet } from '../../devnet/devnet.ts'
import { CHURN_APPROVER, operatorKeys, type OperatorKeys } from '../../devnet/operator.ts'
import { writeApproval } from '../../support/churn-files.ts'
import { idOfKeys, type KeyFiles } from '../../support/keystores.ts'
import { run, type Ended } from '../../support/programs.ts'
import { lieAbout, startProxy } from '../../support/proxy.ts'
import { codesIn, readJson, SOCKET, Stage } from '../../support/stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
})
afterAll(() => stage.close())

const asOperator = (keys: KeyFiles): OperatorKeys => ({
  address: keys.operator,
  privateKey: keys.operatorSecret,
  blsSecretKey: keys.blsSecret,
})

const build = (kind: string, output: string, flags: readonly string[]): Promise<Ended> =>
  run('airlock-hot', ['build', kind, '--rpc-url', stage.anvil.rpcUrl, '-o', output, ...flags])

const at = (devnet: Devnet, keys: KeyFiles): readonly string[] => [
  '--registry-coordinator',
  devnet.registryCoordinator,
  '--operator',
  keys.operator,
]

/** Refused with exit code and codes, and no file. */
async function refused(kind: string, flags: readonly string[], exitCode: number, codes: readonly string[]) {
  const path = stage.path('refused.json')
  const ended = await build(kind, path, flags)
  expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([exitCode, codes])
  expect(existsSync(path)).toBe(false)
  return ended.stderr.replace(/\s+/g, ' ')
}

/** Built, signed offline and sent, all with success: what `send --json` says, and what the offline screen said. */
async function carriedOut(kind: string, keys: KeyFiles, flags: readonly string[]) {
  const [request, response] = [stage.path('request.json'), stage.path('response.json')]
  const built = await build(kind, request, flags)
  expect([built.stderr, built.exitCode]).toEqual(['', 0])
  const signed = await stage.sign(request, response, keys)
  expect(signed.exitCode).toBe(0)
  const sent = await stage.send(request, response, ['--json'])
  expect(sent.exitCode).toBe(0)
  const said = JSON.parse(sent.stdout) as Record<string, unknown>
  return {
    built: built.stdout.replace(/\s+/g, ' '),
    screen: signed.screen.replace(/\s+/g, ' '),
    said,
    request,
    response,
  }
}

describe('update-socket', () => {
  test.each(['A', 'A2'] as const)('announced by the contract: %s', async (generation) => {
    const devnet = await stage.deploy({ generation, domain: generation === 'A' ? null : '1' })
    const keys = await stage.operator({ devnet })
    await devnet.register(asOperator(keys), [0])
    const socket = '203.0.113.9:32005;32006'
    const { said } = await carriedOut('update-socket', keys, [...at(devnet, keys), '--socket', socket])
    expect(said).toMatchObject({ socket, operatorStatus: 'REGISTERED' })
  })

  test('who is not registered has no socket', async () => {
    const keys = await stage.operator()
    const flags = [...at(stage.devnet, keys), '--socket', SOCKET]
    expect(await refused('update-socket', flags, 7, ['not_registered'])).toContain('NEVER_REGISTERED')
  })
})

describe('deregister', () => {
  test('out of one quorum, then out of the AVS', async () => {
    const keys = await stage.operator()
    await stage.devnet.register(asOperator(keys), [0, 1])
    const flags = at(stage.devnet, keys)
    const first = await carriedOut('deregister', keys, [...flags, '--quorums', '1'])
    expect(first.said).toMatchObject({ operatorStatus: 'REGISTERED', avsOperatorStatus: 'REGISTERED', quorums: [0] })
    expect(await refused('deregister', [...flags, '--quorums', '0,1'], 7, ['not_registered'])).toContain('is in 0')
    const second = await carriedOut('deregister', keys, [...flags, '--quorums', '0'])
    expect(second.said).toMatchObject({ operatorStatus: 'DEREGISTERED', quorums: [] })
    await refused('deregister', [...flags, '--quorums', '0'], 7, ['not_registered'])
  })

  test('a pause and an operator that was never there, both at once', async () => {
    const devnet = await stage.deploy({})
    const keys = await stage.operator({ devnet })
    await devnet.pauseCoordinator(true)
    await refused('deregister', [...at(devnet, keys), '--quorums', '0'], 7, ['paused', 'not_registered'])
  })
})

describe('cancel-salt', () => {
  const spentBy = (devnet: Devnet, keys: KeyFiles, salt: Hex): Promise<unknown> =>
    devnet.read('AVSDirectory', 'operatorSaltIsSpent', [keys.operator, salt])

  test.each([null, '1'] as const)('kills the registration that was signed with it: domain %j', async (domain) => {
    const devnet = await stage.deploy({ domain, generation: domain === null ? 'A' : 'A2' })
    const keys = await stage.operator({ devnet })
    const salt: Hex = `0x${'5a'.repeat(32)}`
    const [request, response] = await stage.signed(keys, ['--salt', salt], devnet)
    // The nonce of that transaction is used for something else: the signature for the AVS can be used all the same.
    const other = devnet.calldata('AVSDirectory', 'cancelSalt', [`0x${'5b'.repeat(32)}`])
    await devnet.sendAs(keys.operator, devnet.avsDirectory, other)
    const flags = ['--operator', keys.operator, '--avs-directory', devnet.avsDirectory, '--salt', salt]
    const { said, screen } = await carriedOut('cancel-salt', keys, flags)
    expect(said).toMatchObject({ salt, spent: true })
    expect(screen).toContain(`it kills the registration with AVS ${devnet.serviceManager}`)
    expect(await spentBy(devnet, keys, salt)).toBe(true)
    expect((await stage.send(request, response)).exitCode).not.toBe(0)
    expect(await refused('cancel-salt', flags, 7, ['salt_spent'])).toContain('nothing is to be done')
  })

  test('on a chain that the catalogue does not know the AVSDirectory is named, and is one', async () => {
    const keys = await stage.operator()
    const flags = ['--operator', keys.operator, '--salt', `0x${'5c'.repeat(32)}`]
    await refused('cancel-salt', flags, 2, ['usage'])
    const wrong = [...flags, '--avs-directory', stage.devnet.registryCoordinator]
    await refused('cancel-salt', wrong, 6, ['contract_kind_unknown'])
  })
})

const KICK = { ofOperatorStake: 11_000, ofTotalStake: 5_000 }
/** The third is full, with operators of half of what the newcomer has. */
const QUORUMS = [
  { minimumStake: parseEther('1'), maxOperatorCount: 200 },
  { minimumStake: parseEther('1'), maxOperatorCount: 200 },
  { minimumStake: parseEther('1'), maxOperatorCount: 2, kick: KICK },
]

describe('register-with-churn', () => {
  interface Wish {
    readonly quorums?: readonly number[]
    readonly kicks?: readonly Kick[]
    readonly expiry?: bigint
    readonly salt?: Hex
    readonly privateKey?: Hex
  }

  class Scene {
    readonly devnet: Devnet
    readonly keys: KeyFiles
    readonly leaver: OperatorKeys
    readonly id: Hex

    constructor(devnet: Devnet, keys: KeyFiles, leaver: OperatorKeys) {
      this.devnet = devnet
      this.keys = keys
      this.leaver = leaver
      this.id = idOfKeys(keys)
    }

    static async open(generation: 'A' | 'A2' = 'A2', autoChurn = false): Promise<Scene> {
      const domain = generation === 'A' ? null : '1'
      const devnet = await stage.deploy({ generation, domain, quorums: QUORUMS, autoChurn })
      const [leaver] = await devnet.fillQuorum(2, parseEther('50'))
      if (leaver === undefined) throw new Error('expected quorum 2 to be filled')
      return new Scene(devnet, await stage.operator({ devnet }), leaver)
    }

    kick(quorumNumber = 2, operator = this.leaver.address): Kick {
      return { quorumNumber, operator }
    }

    approve({ quorums: _quorums, kicks = [this.kick()], ...wishes }: Wish = {}): ChurnApproval {
      return approveChurn(this.devnet, this.keys.operator, this.id, kicks, wishes)
    }

    flags(file: string, quorums: readonly number[] = [2]): string[] {
      const churn = ['--churn-approval', file, '--operator-id', this.id]
      return [...at(this.devnet, this.keys), '--quorums', quorums.join(','), '--socket', SOCKET, ...churn]
    }

    /** The flags with an approval in a file. */
    with(wish: Wish = {}): string[] {
      return this.flags(plainFile(this.approve(wish)), wish.quorums)
    }
  }

  const plainFile = (approval: ChurnApproval): string => writeApproval(stage.path('approval.json'), approval)

  /** As grpcurl prints the churner's reply. */
  function replyFile({ kicks, salt, expiry, signature }: ChurnApproval): string {
    const base64 = (hex: string): string => Buffer.from(hex.slice(2), 'hex').toString('base64')
    const path = stage.path('reply.json')
    const operatorsToChurn = kicks.map(({ quorumNumber, operator }) => ({
      ...(quorumNumber === 0 ? {} : { quorumId: quorumNumber }),
      operator: base64(operator),
      pubkey: '',
    }))
    const approved = { signature: base64(signature), salt: base64(salt), expiry: expiry.toString() }
    writeFileSync(path, JSON.stringify({ signatureWithSaltAndExpiry: approved, operatorsToChurn }))
    return path
  }

  test.each(['A', 'A2'] as const)('takes the place of another: %s', async (generation) => {
    const scene = await Scene.open(generation)
    const kicks = [scene.kick(0, zeroAddress), scene.kick()]
    const approval = scene.approve({ kicks })
    const { built, screen, said } = await carriedOut('register-with-churn', scene.keys, [
      ...scene.flags(replyFile(approval), [0, 2]),
      '--expiry',
      '2h',
    ])
    // 100 against 1.1 * 50, and 50 against half of 200.
    expect(built).toContain(`quorum 2 is full: ${scene.leaver.address} with 50 leaves it; the operator has 45 more`)
    expect(built).toContain('the leaver 50 less than would keep it in')
    expect(built).toContain('quorum 0 is not full')
    expect(screen).toContain(`quorum 2, if it is full: ${scene.leaver.address}`)
    expect(screen).toContain(
      `Quorum 2 is full: for this operator it would remove ${scene.leaver.address} with a stake of 50; this operator has 100`,
    )
    expect(screen).not.toContain('Quorum 0 is full')
    expect(screen).toContain(`Approved by ${CHURN_APPROVER.address}`)
    expect(said).toMatchObject({ operatorStatus: 'REGISTERED', quorums: [0, 2], operatorId: scene.id })
    expect(await scene.devnet.read('RegistryCoordinator', 'getOperatorStatus', [scene.leaver.address])).toBe(2)
    expect(await scene.devnet.read('RegistryCoordinator', 'isChurnApproverSaltUsed', [approval.salt])).toBe(true)
    const again = await stage.operator({ devnet: scene.devnet })
    const other = new Scene(scene.devnet, again, scene.leaver)
    const used = other.approve({ salt: approval.salt })
    await refused('register-with-churn', other.flags(plainFile(used)), 7, [
      'churn_approval_unfit',
      'churn_approval_unfit',
    ])
  })

  test('an approval that does not fit, for each reason', async () => {
    const scene = await Scene.open()
    const told = (wish: Wish, exitCode: number, codes: readonly string[]): Promise<string> =>
      refused('register-with-churn', scene.with(wish), exitCode, codes)
    const stranger = operatorKeys('stranger').privateKey
    expect(await told({ privateKey: stranger }, 7, ['churn_approval_unfit'])).toContain(CHURN_APPROVER.address)
    expect(await told({ expiry: 1_700_000_000n }, 8, ['deadline_past'])).toContain('2023-11-14')
    expect(await told({ kicks: [scene.kick(1)] }, 7, ['churn_approval_unfit'])).toContain('one kick for each')
    await told({ kicks: [] }, 7, ['churn_approval_unfit'])
    await told({ kicks: [scene.kick(2, scene.keys.operator)] }, 7, ['churn_approval_unfit'])
    // For another operator: the digest is another.
    const other = new Scene(scene.devnet, await stage.operator({ devnet: scene.devnet }), scene.leaver)
    await refused('register-with-churn', scene.flags(plainFile(other.approve())), 7, ['churn_approval_unfit'])
    // Of no BLS key: the approval is for one.
    const open = scene.with().filter((flag) => flag !== '--operator-id' && flag !== scene.id)
    await refused('register-with-churn', open, 2, ['usage'])
    const path = stage.path('no-approval.json')
    writeFileSync(path, '{"approver":"me"}')
    await refused('register-with-churn', scene.flags(path), 3, ['churn_approval_unreadable'])
  })

  test('stakes that do not allow the exchange, with numbers', async () => {
    const scene = await Scene.open()
    await scene.devnet.setShares(scene.keys.operator, parseEther('55'))
    const little = await refused('register-with-churn', scene.with(), 7, ['churn_stake'])
    expect(little).toContain('takes more than 55 (110 % of it); the operator has 55')
    await scene.devnet.setShares(scene.keys.operator, parseEther('100'))
    await scene.devnet.setMaxOperatorCount(2, 2, { ofOperatorStake: 11_000, ofTotalStake: 2_500 })
    const large = await refused('register-with-churn', scene.with(), 7, ['churn_stake'])
    expect(large).toContain('not below 50 (25 % of all stakes with the newcomer')
  })

  test('an approval that ends soon is warned of on both sides; one that ended since is not sent', async () => {
    const scene = await Scene.open()
    const { timestamp } = await scene.devnet.client.getBlock()
    const clock = Math.max(Number(timestamp), Math.floor(Date.now() / 1000))
    const [request, response] = [stage.path('request.json'), stage.path('response.json')]
    const built = await build('register-with-churn', request, scene.with({ expiry: BigInt(clock + 900) }))
    expect(built.stdout.replace(/\s+/g, ' ')).toContain('(deadline_short)')
    const signed = await stage.sign(request, response, scene.keys)
    expect([signed.exitCode, signed.screen.includes('deadline_short')]).toEqual([0, true])
    const { operation } = readJson(request) as { operation: Record<string, unknown> }
    expect(operation['churn']).toMatchObject({ approver: CHURN_APPROVER.address, approverIsContract: false })
    await scene.devnet.setShares(scene.keys.operator, parseEther('54'))
    const sent = await stage.send(request, response)
    expect([sent.exitCode, codesIn(sent.stderr)]).toEqual([7, ['simulation_reverted', 'churn_stake']])
  })

  test('where the AVS churns by itself no approval is taken', async () => {
    const scene = await Scene.open('A2', true)
    await refused('register-with-churn', scene.with(), 6, ['churn_unsupported'])
  })
})

describe('register: what is said of stakes', () => {
  test('which strategy, and how much of it is missing', async () => {
    const keys = await stage.operator({ shares: parseEther('20') })
    const flags = [...at(stage.devnet, keys), '--quorums', '0,1', '--socket', SOCKET]
    const said = await refused('register', flags, 7, ['stake_below_minimum'])
    expect(said).toContain(`12 in strategy ${stage.devnet.strategy} (the operator has 20 shares)`)
  })
})

describe('register: a full quorum that churns by itself', () => {
  async function opened(shares?: bigint) {
    const quorums = [{ minimumStake: parseEther('1'), maxOperatorCount: 2 }]
    const devnet = await stage.deploy({ autoChurn: true, quorums })
    const [first, second] = await devnet.fillQuorum(0, parseEther('50'))
    if (first === undefined || second === undefined) throw new Error('expected quorum 0 to be filled')
    const keys = await stage.operator(shares === undefined ? { devnet } : { devnet, shares })
    return { devnet, keys, first, second, flags: [...at(devnet, keys), '--quorums', '0', '--socket', SOCKET] }
  }
  const inQuorum = async (devnet: Devnet, { operator }: KeyFiles): Promise<unknown> =>
    devnet.read('RegistryCoordinator', 'getOperatorStatus', [operator])

  test('who leaves it is said', async () => {
    const { first, flags } = await opened()
    const built = await build('register', stage.path('a.json'), flags)
    expect(built.stdout.replace(/\s+/g, ' ')).toContain(
      `that is ${first.address} with 50; this operator has 100, 50 more`,
    )
  })

  test('the offline screen says who leaves and with which stakes, as what the other machine says', async () => {
    const { first, flags } = await opened()
    const request = stage.path('claimed.json')
    expect((await build('register', request, flags)).exitCode).toBe(0)
    const claim = { claim: 'removed', operator: first.address, quorum: 0 }
    const stakes = { ownStake: `${parseEther('100')}`, stake: `${parseEther('50')}` }
    expect(readJson(request)['claims']).toEqual([{ ...claim, ...stakes }])
    const { stdout } = await run('airlock-cold', ['inspect', request])
    expect(stdout).toContain(
      [
        'What the other machine says: not checked here, and in nothing that is signed',
        '  Quorum 0      is full: for this operator it would remove',
        `                ${first.address}`,
        '                with a stake of 50; this operator has 100',
      ].join('\n'),
    )
    const shown = await run('airlock-cold', ['inspect', request, '--json'])
    expect(JSON.parse(shown.stdout)).toMatchObject({ request: { claims: [{ ...claim, ...stakes }] } })
  })

  test('a claim that was changed on the way is in the digest, and changes nothing that is signed', async () => {
    const { devnet, keys, flags } = await opened()
    const request = stage.path('request.json')
    expect((await build('register', request, flags)).exitCode).toBe(0)
    const { checksum: _, ...fields } = readJson(request)
    const changed = stage.path('changed.json')
    writeFileSync(changed, bytesOf({ ...fields, claims: [] }))
    const said = async (path: string) => {
      const { stdout } = await run('airlock-cold', ['inspect', path, '--json'])
      return JSON.parse(stdout) as { digest: string; signatures: unknown }
    }
    const [one, other] = [await said(request), await said(changed)]
    expect(other.digest).not.toBe(one.digest)
    expect(other.signatures).toEqual(one.signatures)
    const response = stage.path('response.json')
    expect((await stage.sign(changed, response, keys)).exitCode).toBe(0)
    // The response answers the request that was signed, and no other.
    expect(codesIn((await stage.send(request, response)).stderr)).toEqual(['response_for_other_request'])
    const sent = await stage.send(changed, response)
    expect([sent.exitCode, sent.stderr.replace(/\s+/g, ' ')]).toEqual([
      0,
      expect.stringContaining('when the request was built nobody had to'),
    ])
    expect(await inQuorum(devnet, keys)).toBe(1)
  })

  test('a newcomer that would be left out is refused, with both stakes and what is missing', async () => {
    const { devnet, first, flags } = await opened(parseEther('49'))
    const said = await refused('register', flags, 7, ['newcomer_left_out'])
    expect(said).toContain(`this operator has 49, 1 below the 50 of ${first.address}, the lowest in it`)
    expect(said).toContain(`1 more must be delegated to the operator: 1 in strategy ${devnet.strategy}`)
  })

  test('of equals the one before leaves: that is built and sent, and what is said is what comes', async () => {
    const { devnet, keys, first, flags } = await opened(parseEther('50'))
    const { built, said } = await carriedOut('register', keys, flags)
    expect(built).toContain(`that is ${first.address} with 50; this operator has 50, 0 more`)
    expect(said).toMatchObject({ operatorStatus: 'REGISTERED', quorums: [0] })
    expect(await devnet.read('RegistryCoordinator', 'getOperatorStatus', [first.address])).toBe(2)
  })

  test('one that has become too weak since is not sent, though the simulation succeeds', async () => {
    const { devnet, keys, first } = await opened()
    const [request, response] = await stage.signed(keys, ['--quorums', '0'], devnet)
    await devnet.setShares(keys.operator, parseEther('49'))
    const ended = await stage.send(request, response)
    expect([ended.exitCode, codesIn(ended.stderr)]).toEqual([7, ['newcomer_left_out']])
    expect(ended.stderr.replace(/\s+/g, ' ')).toContain(`1 below the 50 of ${first.address}`)
    expect(await devnet.client.getTransactionCount({ address: keys.operator })).toBe(1)
    // With its stake back the same response goes out.
    await devnet.setShares(keys.operator, parseEther('100'))
    expect((await stage.send(request, response)).exitCode).toBe(0)
    expect(await inQuorum(devnet, keys)).toBe(1)
  })

  test('another who would leave than when it was built: a note, and it is sent', async () => {
    const { devnet, keys, first, second } = await opened()
    const [request, response] = await stage.signed(keys, ['--quorums', '0'], devnet)
    // The first goes, and somebody with more comes.
    const leaving = devnet.calldata('RegistryCoordinator', 'deregisterOperator', ['0x00'])
    await devnet.sendAs(first.address, devnet.registryCoordinator, leaving)
    const other = operatorKeys(`one with more ${devnet.registryCoordinator}`)
    await devnet.makeOperator(other.address, parseEther('60'))
    await devnet.register(other, [0])
    const sent = await stage.send(request, response)
    expect(sent.exitCode).toBe(0)
    expect(sent.stderr.replace(/\s+/g, ' ')).toContain(
      `Note: quorum 0 is full: ${second.address} with 50 leaves it for this operator; when the request was built it was ${first.address} with 50`,
    )
    expect(await devnet.read('RegistryCoordinator', 'getOperatorStatus', [second.address])).toBe(2)
  })

  test('a place that was free when it was built, and one that has become free', async () => {
    const { devnet, keys, first } = await opened()
    const [request, response] = await stage.signed(keys, ['--quorums', '0'], devnet)
    await devnet.setMaxOperatorCount(0, 3)
    const other = await stage.operator({ devnet })
    const [behind, signed] = await stage.signed(other, ['--quorums', '0'], devnet)
    const sent = await stage.send(request, response)
    expect([sent.exitCode, sent.stderr.replace(/\s+/g, ' ')]).toEqual([
      0,
      expect.stringContaining(
        `Note: nobody leaves quorum 0 now; when the request was built it was ${first.address} with 50`,
      ),
    ])
    const last = await stage.send(behind, signed)
    expect([last.exitCode, last.stderr.replace(/\s+/g, ' ')]).toEqual([
      0,
      expect.stringContaining(
        `${first.address} with 50 leaves it for this operator; when the request was built nobody had to`,
      ),
    ])
  })

  test('another machine, whose journal does not know of the build, reads it in the request', async () => {
    const { devnet, keys, first } = await opened()
    const [request, response] = await stage.signed(keys, ['--quorums', '0'], devnet)
    const leaving = devnet.calldata('RegistryCoordinator', 'deregisterOperator', ['0x00'])
    await devnet.sendAs(first.address, devnet.registryCoordinator, leaving)
    const sent = await stage.send(request, response, ['--journal', stage.path('journal')])
    expect([sent.exitCode, sent.stderr.replace(/\s+/g, ' ')]).toEqual([
      0,
      expect.stringContaining(`nobody leaves quorum 0 now; when the request was built it was ${first.address} with 50`),
    ])
  })

  test('who leaves as it was claimed: said without a change', async () => {
    const { devnet, keys, first } = await opened()
    const [request, response] = await stage.signed(keys, ['--quorums', '0'], devnet)
    const sent = await stage.send(request, response)
    expect(sent.exitCode).toBe(0)
    const said = sent.stderr.replace(/\s+/g, ' ')
    expect(said).toContain(`${first.address} with 50 leaves it for this operator`)
    expect(said).not.toContain('when the request was built')
  })

  test.each([
    ['the list of members', 'getOperatorListAtBlockNumber(uint8,uint32)'],
    ['a stake', 'getCurrentStake(bytes32,uint8)'],
    ['whose it is', 'pubkeyHashToOperator(bytes32)'],
  ])('a second node that lies about %s: at build, and before it is sent', async (_, signature) => {
    const { devnet, keys, flags } = await opened()
    const [request, response] = await stage.signed(keys, ['--quorums', '0'], devnet)
    const liar = await startProxy(stage.anvil.rpcUrl, lieAbout(signature))
    const second = ['--rpc-url', liar.url]
    const built = await build('register', stage.path('refused.json'), [...flags, ...second])
    const sent = await stage.send(request, response, second)
    await liar.close()
    for (const ended of [built, sent]) {
      expect([ended.exitCode, new Set(codesIn(ended.stderr))]).toEqual([6, new Set(['rpc_disagree'])])
    }
    expect(await devnet.client.getTransactionCount({ address: keys.operator })).toBe(1)
  })
})
