// The order of the checks: a registration with every defect at once, mended one defect at a time. At each rung the
// devnet must complain of the next check, in the order of PROTOCOL section 2.3 and, for the AVSDirectory, 1.4.

import { encodeErrorResult, parseAbi, parseEther, toFunctionSelector, type Hex } from 'viem'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startAnvil, type Anvil } from './anvil.ts'
import { compileContracts } from './compile.ts'
import { deployDevnet } from './deploy.ts'
import { registrationCalldata, type DomainFlavour, type Registration } from './operator.ts'
import { Stage } from './stage.ts'

const OTHER_SALT: Hex = `0x${'5a'.repeat(32)}`

let anvil: Anvil
beforeAll(async () => {
  await compileContracts()
  anvil = await startAnvil()
})
afterAll(() => anvil.stop())

interface Rung {
  readonly complaint: Hex
  /** Mended in the world, */
  readonly mend?: () => Promise<void>
  /** or in what the registration says from here on. */
  readonly change?: Partial<Registration>
}

const words = (text: string): Hex =>
  encodeErrorResult({ abi: parseAbi(['error Error(string)']), errorName: 'Error', args: [text] })
const error = (name: string): Hex => toFunctionSelector(`${name}()`)

it.each([
  ['A', null],
  ['A2', null],
  ['A', '1.'],
  ['A2', '1'],
] as const)('coordinator %s, AVSDirectory domain %s', async (generation, domain: DomainFlavour) => {
  const quorums = [
    { minimumStake: parseEther('1'), maxOperatorCount: 1 },
    { minimumStake: 0n, maxOperatorCount: 9 },
  ]
  const devnet = await deployDevnet(anvil.rpcUrl, { generation, domain, quorums })
  const stage = new Stage(devnet, 'order')
  const [filler] = await devnet.fillQuorum(0)
  if (filler === undefined) throw new Error('expected the quorum to be filled by one operator')
  const keys = stage.keys()
  const good = stage.sign(keys)
  await devnet.pauseCoordinator(true)
  await devnet.pauseAvsDirectory(true)
  await devnet.fund(keys.address)
  await devnet.sendAs(keys.address, devnet.avsDirectory, devnet.calldata('AVSDirectory', 'cancelSalt', [good.salt]))

  const coordinator = generation === 'A' ? 'RegistryCoordinator' : 'RegCoord'
  const directory = 'AVSDirectory.registerOperatorToAVS'
  const registry = 'BLSApkRegistry.registerBLSPublicKey'
  const bitmapUtils = 'BitmapUtils.orderedBytesArrayToBitmap'
  const isM2 = domain === null

  const expired: Rung = {
    complaint: isM2 ? words(`${directory}: operator signature expired`) : error('SignatureExpired'),
    change: { expiry: good.expiry },
  }
  const rungs: Rung[] = [
    { complaint: words('Pausable: index is paused'), mend: () => devnet.pauseCoordinator(false) },
    {
      complaint: words(`${registry}: cannot register zero pubkey`),
      change: { publicKeyG1: stage.sign(filler).publicKeyG1 },
    },
    {
      complaint: words(`${registry}: public key already registered`),
      change: { publicKeyG1: good.publicKeyG1 },
    },
    {
      complaint: words(`${registry}: either the G1 signature is wrong, or G1 and G2 private key do not match`),
      change: { blsSignature: good.blsSignature },
    },
    { complaint: words(`${bitmapUtils}: orderedBytesArray is not ordered`), change: { quorums: [0, 7] } },
    { complaint: words(`${bitmapUtils}: bitmap exceeds max value`), change: { quorums: [] } },
    { complaint: words(`${coordinator}._registerOperator: bitmap cannot be 0`), change: { quorums: [0] } },
    {
      complaint: isM2 ? words('Pausable: index is paused') : error('CurrentlyPaused'),
      mend: () => devnet.pauseAvsDirectory(false),
    },
    ...(isM2 ? [expired] : []),
    {
      complaint: isM2 ? words(`${directory}: salt already spent`) : error('SaltSpent'),
      change: { salt: OTHER_SALT },
    },
    {
      complaint: isM2
        ? words(`${directory}: operator not registered to EigenLayer yet`)
        : error('OperatorNotRegisteredToEigenLayer'),
      mend: () => devnet.makeOperator(keys.address, 0n),
    },
    ...(isM2 ? [] : [expired]),
    {
      complaint: isM2 ? words('ECDSA: invalid signature length') : error('InvalidSignature'),
      change: { signature: stage.sign(keys, { salt: OTHER_SALT }).signature },
    },
    {
      complaint: words('StakeRegistry.registerOperator: Operator does not meet minimum stake requirement for quorum'),
      mend: () => devnet.setShares(keys.address, parseEther('1')),
    },
    {
      complaint: words(`${coordinator}.registerOperator: operator count exceeds maximum`),
      mend: () => devnet.setMaxOperatorCount(0, 2),
    },
  ]

  let given: Registration = {
    ...{ ...good, quorums: [7, 0], signature: '0x', expiry: 0n },
    ...{ publicKeyG1: [0n, 0n], blsSignature: stage.sign(filler).blsSignature },
  }
  const answer = (): Promise<Hex | undefined> =>
    devnet.revertDataOf(keys.address, devnet.registryCoordinator, registrationCalldata(given))
  for (const [i, { complaint, mend, change }] of rungs.entries()) {
    expect(await answer(), `rung ${i}`).toBe(complaint)
    await mend?.()
    given = { ...given, ...change }
  }
  expect(await answer()).toBeUndefined()
})

it('A2: who is in a quorum already hears of that before the cooldown', async () => {
  const devnet = await deployDevnet(anvil.rpcUrl)
  const stage = new Stage(devnet, 'cooldown')
  const keys = await stage.member([0, 1])
  await devnet.eject(keys.address, [1])
  const answer = (quorums: number[]): Promise<Hex | undefined> =>
    devnet.revertDataOf(keys.address, devnet.registryCoordinator, registrationCalldata(stage.sign(keys, { quorums })))
  expect(await answer([0, 1])).toBe(words('RegCoord._registerOperator: operator already registered for some quorums'))
  expect(await answer([1])).toBe(words('RegCoord._registerOperator: operator cannot reregister yet'))
})
