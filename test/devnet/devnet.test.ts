// What a devnet can be asked for beyond one registration: every flavour and generation, what each lacks, MACH's
// allow-list, contract operators, ejection and its cooldown, automatic churn, and the hands of its admins.

import { encodeErrorResult, getAddress, parseAbi, toFunctionSelector, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAnvil, type Anvil } from './anvil.ts'
import { compileContracts } from './compile.ts'
import { DEFAULT_QUORUMS, deployDevnet, EJECTION_COOLDOWN_SECONDS, placeContract } from './deploy.ts'
import type { Devnet } from './devnet.ts'
import {
  avsRegistrationDigest,
  operatorKeys,
  quorumBytes,
  registrationCalldata,
  signRegistration,
  type DomainFlavour,
} from './operator.ts'
import { AMPLE, Stage } from './stage.ts'

const OTHER_SALT: Hex = `0x${'5a'.repeat(32)}`
const SOCKET_UPDATE = '0xec2963ab21c1e50e1e582aa542af2e4bf7bf38e6e1403c27b42e1c5d6e621eaa'

let anvil: Anvil
beforeAll(async () => {
  await compileContracts()
  anvil = await startAnvil()
})
afterAll(() => anvil.stop())

const words = (text: string): Hex =>
  encodeErrorResult({ abi: parseAbi(['error Error(string)']), errorName: 'Error', args: [text] })
const tryRegistering = (
  devnet: Devnet,
  stage: Stage,
  keys: ReturnType<typeof operatorKeys>,
): Promise<Hex | undefined> =>
  devnet.revertDataOf(keys.address, devnet.registryCoordinator, registrationCalldata(stage.sign(keys)))

describe('what a generation has and lacks', () => {
  const lacks = async (
    devnet: Devnet,
    at: 'avsDirectory' | 'registryCoordinator' | 'delegationManager',
    ...functions: string[]
  ): Promise<void> => {
    for (const signature of functions) {
      const data: Hex = `${toFunctionSelector(signature)}${'00'.repeat(256)}`
      expect(await devnet.revertDataOf(devnet.admin, devnet[at], data), signature).toBe('0x')
    }
  }

  it.each([
    ['1.', '1.3.0'],
    ['v1', 'v1.3.0'],
    ['1', '1.9.0'],
  ] as const)('domain %s: version() is the full %s, never what is hashed', async (domain, version) => {
    const devnet = await deployDevnet(anvil.rpcUrl, { domain })
    expect(await devnet.read('AVSDirectory', 'version')).toBe(version)
    await lacks(devnet, 'avsDirectory', 'eip712Domain()')
    await lacks(devnet, 'delegationManager', 'registerAsOperator((address,address,uint32),string)')
  })

  it('M2 core: no version()', async () => {
    const devnet = await deployDevnet(anvil.rpcUrl, { domain: null })
    await lacks(devnet, 'avsDirectory', 'version()', 'eip712Domain()')
    await lacks(devnet, 'delegationManager', 'registerAsOperator(address,uint32,string)')
  })

  it('A: no ejection cooldown', async () => {
    const devnet = await deployDevnet(anvil.rpcUrl, { generation: 'A' })
    await lacks(devnet, 'registryCoordinator', 'ejectionCooldown()', 'lastEjectionTimestamp(address)')
    await lacks(devnet, 'registryCoordinator', 'domainSeparator()', 'eip712Domain()')
  })

  it('A2: an ejection cooldown, and registries()', async () => {
    const devnet = await deployDevnet(anvil.rpcUrl)
    expect(await devnet.read('RegistryCoordinator', 'ejectionCooldown')).toBe(BigInt(EJECTION_COOLDOWN_SECONDS))
    expect(await devnet.read('RegistryCoordinator', 'registries', [0])).toBe(devnet.stakeRegistry)
    await lacks(devnet, 'registryCoordinator', 'domainSeparator()', 'eip712Domain()')
  })

  it('autoChurn: no registries(), and no churn approval to sign', async () => {
    const devnet = await deployDevnet(anvil.rpcUrl, { autoChurn: true })
    await lacks(devnet, 'registryCoordinator', 'registries(uint256)')
    const args = [devnet.admin, OTHER_SALT, [], OTHER_SALT, 0n]
    const digest = await devnet.read('RegistryCoordinator', 'calculateOperatorChurnApprovalDigestHash', args)
    expect(BigInt(digest as Hex)).toBe(0n)
    await expect(deployDevnet(anvil.rpcUrl, { autoChurn: true, generation: 'A' })).rejects.toThrow('needs A2')
  })

  it('links its contracts and quorums as asked', async () => {
    const at = { serviceManager: getAddress('0x870679e138bcdf293b7ff14dd44b70fc97e12fc0') }
    const devnet = await deployDevnet(anvil.rpcUrl, { at })
    expect(await devnet.read('RegistryCoordinator', 'serviceManager')).toBe(at.serviceManager)
    expect(await devnet.read('ServiceManager', 'avsDirectory')).toBe(devnet.avsDirectory)
    expect(await devnet.read('AVSDirectory', 'delegation')).toBe(devnet.delegationManager)
    expect(await devnet.read('RegistryCoordinator', 'quorumCount')).toBe(DEFAULT_QUORUMS.length)
    expect(await devnet.read('StakeRegistry', 'minimumStakeForQuorum', [1])).toBe(DEFAULT_QUORUMS[1]?.minimumStake)
    expect(await devnet.read('RegistryCoordinator', 'getOperatorSetParams', [1])).toMatchObject({
      maxOperatorCount: 200,
    })
    expect(await devnet.read('StakeRegistry', 'strategyParamsByIndex', [1, 0n])).toEqual({
      strategy: devnet.strategy,
      multiplier: 10n ** 18n,
    })
  })
})

describe.each([
  ['mach-NotAdded', '0x4414c633'],
  ['mach-NotInAllowlist', '0x57afcad4'],
] as const)('%s', (serviceManager, refusal) => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await deployDevnet(anvil.rpcUrl, { serviceManager, generation: 'A', domain: '1.' })
  })

  it('refuses who is not on the allow-list, and lets in who is', async () => {
    const stage = new Stage(devnet, 'allow-list')
    const keys = await stage.newcomer()
    expect(await devnet.read('MachServiceManager', 'allowlistEnabled')).toBe(true)
    expect(await tryRegistering(devnet, stage, keys)).toBe(refusal)
    await devnet.allow(keys.address)
    await devnet.register(keys, [0])
    expect(await stage.avsStatus(keys.address)).toBe(1)
  })

  it('looks at the list after the quorums and before the AVSDirectory', async () => {
    const stage = new Stage(devnet, 'order')
    const keys = stage.keys()
    const given = stage.sign(keys, { expiry: 0n })
    const data = registrationCalldata(given)
    expect(await devnet.revertDataOf(keys.address, devnet.registryCoordinator, data)).toBe(refusal)
    const noQuorum = registrationCalldata({ ...given, quorums: [] })
    expect(await devnet.revertDataOf(keys.address, devnet.registryCoordinator, noQuorum)).toBe(
      words('RegistryCoordinator._registerOperator: bitmap cannot be 0'),
    )
  })

  it('can be paused', async () => {
    const stage = new Stage(devnet, 'pause')
    const keys = await stage.newcomer()
    await devnet.pauseServiceManager(true)
    expect(await tryRegistering(devnet, stage, keys)).toBe(words('Pausable: contract is paused'))
    await devnet.pauseServiceManager(false)
    expect(await tryRegistering(devnet, stage, keys)).toBe(refusal)
  })
})

describe.each([null, '1'] as const)('operators with code, AVSDirectory domain %s', (domain: DomainFlavour) => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await deployDevnet(anvil.rpcUrl, { domain })
  })

  const invalid = (): Hex =>
    domain === null
      ? words('EIP1271SignatureUtils.checkSignature_EIP1271: ERC1271 signature verification failed')
      : '0x8baa579f'

  it('a contract operator signs by ERC-1271', async () => {
    const stage = new Stage(devnet, 'contract operator')
    const keys = await stage.newcomer()
    await placeContract(devnet.client, devnet.artefacts, keys.address, 'ContractOperator')
    const given = { ...stage.sign(keys), signature: '0x' as const }
    const data = registrationCalldata(given)
    expect(await devnet.revertDataOf(keys.address, devnet.registryCoordinator, data)).toBe(invalid())

    const digest = avsRegistrationDigest(devnet, keys.address, given.salt, given.expiry)
    await devnet.sendAs(devnet.admin, keys.address, devnet.calldata('ContractOperator', 'approve', [digest]))
    const execute = devnet.calldata('ContractOperator', 'execute', [devnet.registryCoordinator, data])
    await devnet.sendAs(devnet.admin, keys.address, execute)
    expect(await stage.status(keys.address)).toBe(1)
  })

  it('an account with delegated code signs with its key, unless the core is M2', async () => {
    const stage = new Stage(devnet, 'delegated code')
    const keys = await stage.newcomer()
    await placeContract(devnet.client, devnet.artefacts, keys.address, 'ContractOperator')
    expect(await tryRegistering(devnet, stage, keys)).toBe(domain === null ? invalid() : undefined)
  })

  it('an operator cannot become one twice', async () => {
    const keys = await new Stage(devnet, 'twice').newcomer()
    await expect(devnet.makeOperator(keys.address, 0n)).rejects.toThrow('is one already')
  })

  it('a spent salt is spent by deregistering too, and cancelled twice only since v1.3', async () => {
    const stage = new Stage(devnet, 'salt')
    const keys = await stage.formerMember()
    const cancel = devnet.calldata('AVSDirectory', 'cancelSalt', [stage.sign(keys).salt])
    expect(await devnet.revertDataOf(keys.address, devnet.avsDirectory, cancel)).toBe(
      domain === null ? words('AVSDirectory.cancelSalt: cannot cancel spent salt') : undefined,
    )
  })
})

describe.each(['A', 'A2'] as const)('coordinator %s', (generation) => {
  let devnet: Devnet
  beforeAll(async () => {
    devnet = await deployDevnet(anvil.rpcUrl, { generation })
  })

  it('says the socket at the first registration, and at a later one only in A', async () => {
    const stage = new Stage(devnet, 'socket')
    const keys = await stage.newcomer()
    const first = await devnet.register(keys, [0])
    const second = await devnet.register(keys, [1])
    const sockets = [first, second].map(({ logs }) => logs.filter((log) => log.topics[0] === SOCKET_UPDATE).length)
    expect(sockets).toEqual(generation === 'A' ? [1, 1] : [1, 0])
  })

  it('updates the socket of a member only', async () => {
    const stage = new Stage(devnet, 'update')
    const [member, stranger] = [await stage.member(), stage.keys()]
    const update = devnet.calldata('RegistryCoordinator', 'updateSocket', ['192.0.2.1:1;2'])
    const receipt = await devnet.sendAs(member.address, devnet.registryCoordinator, update)
    expect(receipt.logs.map((log) => log.topics[0])).toEqual([SOCKET_UPDATE])
    expect(await devnet.revertDataOf(stranger.address, devnet.registryCoordinator, update)).toBe(
      words(
        generation === 'A'
          ? 'RegistryCoordinator.updateSocket: operator is not registered'
          : 'RegCoord.updateSocket: operator not registered',
      ),
    )
  })

  it('deregisters from one quorum and keeps the other', async () => {
    const stage = new Stage(devnet, 'deregister')
    const keys = await stage.member([0, 1])
    const leave = (quorum: number): Hex =>
      devnet.calldata('RegistryCoordinator', 'deregisterOperator', [quorumBytes([quorum])])
    await devnet.sendAs(keys.address, devnet.registryCoordinator, leave(0))
    expect([await stage.status(keys.address), await stage.bitmap(keys.address)]).toEqual([1, 2n])
    expect(await devnet.revertDataOf(keys.address, devnet.registryCoordinator, leave(0))).toBe(
      words(
        generation === 'A'
          ? 'RegistryCoordinator._deregisterOperator: operator is not registered for specified quorums'
          : 'RegCoord._deregisterOperator: operator is not registered for quorums',
      ),
    )
    await devnet.sendAs(keys.address, devnet.registryCoordinator, leave(1))
    expect([await stage.status(keys.address), await stage.avsStatus(keys.address)]).toEqual([2, 0])
  })

  it('burns the gas of a registration whose points a precompile refuses', async () => {
    const stage = new Stage(devnet, 'burn')
    const keys = await stage.newcomer()
    const given = stage.sign(keys)
    const [[x1, x0], [y1, y0]] = given.publicKeyG2
    const swapped = registrationCalldata({
      ...given,
      publicKeyG2: [
        [x0, x1],
        [y0, y1],
      ],
    })
    const receipt = await devnet.sendAs(keys.address, devnet.registryCoordinator, swapped)
    expect(receipt.status).toBe('reverted')
    expect(receipt.gasUsed).toBeGreaterThan(14_000_000n)
  })
})

it('A2: the cooldown after an ejection ends strictly after its last second', async () => {
  const devnet = await deployDevnet(anvil.rpcUrl)
  const stage = new Stage(devnet, 'cooldown')
  const keys = await stage.member()
  await devnet.eject(keys.address, [0])
  const ejectedAt = (await devnet.read('RegistryCoordinator', 'lastEjectionTimestamp', [keys.address])) as bigint
  const data = registrationCalldata(signRegistration(keys, devnet, { salt: OTHER_SALT }))
  const statusAt = async (seconds: number): Promise<string> => {
    await devnet.client.setNextBlockTimestamp({ timestamp: ejectedAt + BigInt(seconds) })
    return (await devnet.sendAs(keys.address, devnet.registryCoordinator, data)).status
  }
  expect(await statusAt(EJECTION_COOLDOWN_SECONDS)).toBe('reverted')
  expect(await statusAt(EJECTION_COOLDOWN_SECONDS + 1)).toBe('success')
})

it('autoChurn: a stronger newcomer takes the place of the weakest, of equals the first', async () => {
  const quorums = [{ minimumStake: 1n, maxOperatorCount: 3 }]
  const devnet = await deployDevnet(anvil.rpcUrl, { autoChurn: true, quorums })
  const [first, second, last] = await devnet.fillQuorum(0, AMPLE / 2n)
  if (first === undefined || second === undefined || last === undefined) throw new Error('expected three operators')
  const stage = new Stage(devnet, 'stronger')
  // Stake counts as recorded when joining, not as it is now.
  await devnet.setShares(last.address, 1n)
  await stage.member()
  expect(await stage.status(first.address)).toBe(2)
  expect(await stage.status(second.address)).toBe(1)
  expect(await stage.status(last.address)).toBe(1)
})

it('warps and mines', async () => {
  const devnet = await deployDevnet(anvil.rpcUrl)
  const before = await devnet.client.getBlock()
  await devnet.warp(1_000)
  await devnet.mine(3)
  const after = await devnet.client.getBlock()
  expect(after.number - before.number).toBe(4n)
  expect(after.timestamp - before.timestamp).toBeGreaterThanOrEqual(1_000n)
})
