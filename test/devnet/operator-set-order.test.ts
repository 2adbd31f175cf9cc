// The order of the checks of the current generation: a call with every defect at once, mended one defect at a time. At
// each rung the devnet must complain of the next check, in the order of the contracts that it stands for.

import { encodeErrorResult, parseAbi, parseEther, zeroAddress, type Hex } from 'viem'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startAnvil, type Anvil } from './anvil.ts'
import { compileAll } from './compile.ts'
import { CurrentStage, error, words, type Call, type SetsWishes } from './current-stage.ts'
import { SOCKET } from './current.ts'
import { deployCurrent } from './deploy-current.ts'
import {
  signBn254Key,
  signEcdsaKey,
  slashingData,
  slashingProof,
  socketData,
  type KeyRegistration,
} from './operator-sets.ts'
import { AMPLE } from './stage.ts'

const OTHER_SALT: Hex = `0x${'77'.repeat(32)}`
const KICK = { ofOperatorStake: 11_000, ofTotalStake: 5_000 }

let anvil: Anvil
beforeAll(async () => {
  await compileAll()
  anvil = await startAnvil()
})
afterAll(() => anvil.stop())

it.each([true, false])('registerForOperatorSets, build of February 2025: %s', async (isFeb2025) => {
  const quorums = [
    { minimumStake: parseEther('1'), maxOperatorCount: 1 },
    { minimumStake: 0n, maxOperatorCount: 9 },
  ]
  const devnet = await deployCurrent(anvil.rpcUrl, { isFeb2025, quorums })
  const stage = new CurrentStage(devnet, `order ${String(isFeb2025)}`)
  const filler = await stage.member([0])
  const [keys, other] = [stage.keys(), stage.keys()]
  await devnet.fund(keys.address)
  await devnet.fund(other.address)
  const good = slashingProof(keys, devnet)
  await devnet.pauseAllocationManager(true)
  await devnet.pauseCoordinator(true)

  let wishes: SetsWishes = {
    ...{ from: other.address, ids: [1, 0, 7], type: 2 },
    proof: { publicKeyG1: [0n, 0n], blsSignature: slashingProof(filler, devnet).blsSignature },
  }
  const expectNext = async (complaint: Hex): Promise<void> => {
    expect(await stage.answer(stage.joining(keys, wishes))).toBe(complaint)
  }

  await expectNext(error('CurrentlyPaused'))
  await devnet.pauseAllocationManager(false)
  await expectNext(error('InvalidPermissions'))
  await devnet.appoint(keys.address, other.address, 'registerForOperatorSets')
  await expectNext(error('InvalidOperator'))
  await devnet.makeOperator(keys.address, 0n)
  await expectNext(error('InvalidOperatorSet'))
  wishes = { ...wishes, ids: [1, 0, 0] }
  await expectNext(error('AlreadyMemberOfSet'))
  wishes = { ...wishes, ids: [1, 0] }
  await expectNext(error('CurrentlyPaused'))
  await devnet.pauseCoordinator(false)
  await expectNext('0x')
  wishes = { ...wishes, type: 0 }
  await expectNext(error('ZeroPubKey'))
  wishes = { ...wishes, proof: { ...wishes.proof, publicKeyG1: slashingProof(filler, devnet).publicKeyG1 } }
  await expectNext(error('BLSPubkeyAlreadyRegistered'))
  wishes = { ...wishes, proof: { blsSignature: slashingProof(filler, devnet).blsSignature } }
  await expectNext(error('InvalidBLSSignatureOrPrivateKey'))
  wishes = { ...wishes, proof: good }
  await expectNext(error('BytesArrayNotOrdered'))
  wishes = { ...wishes, ids: [] }
  await expectNext(error('BitmapEmpty'))
  wishes = { ...wishes, ids: [0] }
  await expectNext(error('BelowMinimumStakeRequirement'))
  await devnet.setShares(keys.address, AMPLE)
  await expectNext(error(isFeb2025 ? 'MaxQuorumsReached' : 'MaxOperatorCountReached'))
  await devnet.setMaxOperatorCount(0, 2)
  expect(await stage.answer(stage.joining(keys, wishes))).toBeUndefined()
})

it('registerForOperatorSets with churn', async () => {
  const quorums = [{ minimumStake: parseEther('1'), maxOperatorCount: 1, kick: KICK }]
  const devnet = await deployCurrent(anvil.rpcUrl, { quorums })
  const stage = new CurrentStage(devnet, 'churn order')
  const weakest = await stage.member([0], AMPLE / 2n)
  const keys = await stage.newcomer(AMPLE / 2n)
  const kicks = [{ quorumNumber: 0, operator: weakest.address }]
  await devnet.setMaxOperatorCount(0, 1, { ofOperatorStake: 11_000, ofTotalStake: 1 })
  let approval = { ...stage.approval(keys, kicks, { expiry: 1n }), kicks: [] as typeof kicks }
  const answer = (): Promise<Hex | undefined> => stage.answer(stage.joining(keys, { approval }))

  expect(await answer()).toBe(error('InputLengthMismatch'))
  approval = { ...approval, kicks }
  expect(await answer()).toBe(error('SignatureExpired'))
  approval = { ...approval, expiry: 4_102_444_800n }
  expect(await answer()).toBe(error('InvalidSignature'))
  approval = { ...stage.approval(keys, [{ quorumNumber: 3, operator: keys.address }]), kicks: [] }
  approval = { ...approval, kicks: [{ quorumNumber: 3, operator: keys.address }] }
  expect(await answer()).toBe(error('CannotChurnSelf'))
  const wrongNumber = [{ quorumNumber: 3, operator: weakest.address }]
  approval = { ...stage.approval(keys, wrongNumber), kicks: wrongNumber }
  expect(await answer()).toBe(error('QuorumOperatorCountMismatch'))
  approval = { ...stage.approval(keys, kicks), kicks }
  expect(await answer()).toBe(error('InsufficientStakeForChurn'))
  await devnet.setShares(keys.address, AMPLE)
  expect(await answer()).toBe(error('CannotKickOperatorAboveThreshold'))
  await devnet.setMaxOperatorCount(0, 1, KICK)
  await stage.send(stage.joining(keys, { approval }))
  // The salt of an approval serves once, also for somebody who leaves and comes back later.
  const next = await stage.newcomer()
  const spent = stage.approval(next, kicks, { salt: approval.salt })
  expect(await stage.answer(stage.joining(next, { approval: spent }))).toBe(error('ChurnApproverSaltUsed'))
})

it.each(['bn254', 'ecdsa'] as const)('registerKey: %s', async (curve) => {
  const devnet = await deployCurrent(anvil.rpcUrl, { keyedSets: [null, 'bn254', 'ecdsa'] })
  const stage = new CurrentStage(devnet, `key order ${curve}`)
  const [keys, other, key, taken] = [await stage.newcomer(), await stage.newcomer(), stage.keys(), stage.keys()]
  const set = stage.keyedSet(0)
  const sign = (own: typeof key): KeyRegistration =>
    curve === 'bn254'
      ? signBn254Key({ ...own, address: keys.address }, devnet, set)
      : signEcdsaKey(keys.address, own, devnet, set)
  const elsewhere = stage.keyedSet(curve === 'bn254' ? 1 : 2)
  const ofOther =
    curve === 'bn254'
      ? signBn254Key({ ...taken, address: other.address }, devnet, elsewhere)
      : signEcdsaKey(other.address, taken, devnet, elsewhere)
  await devnet.registerKey(other, elsewhere, ofOther)

  let given: KeyRegistration = { keyData: '0x00', signature: '0x00' }
  let from = other.address
  const call = (): Call =>
    stage.call(from, devnet.keyRegistrar, 'KeyRegistrar', 'registerKey', [
      keys.address,
      set,
      given.keyData,
      given.signature,
    ])
  const expectNext = async (complaint: Hex): Promise<void> => expect(await stage.answer(call())).toBe(complaint)
  const isBn254 = curve === 'bn254'
  const zero: Hex = `0x${'00'.repeat(isBn254 ? 192 : 20)}`

  await expectNext(error('InvalidPermissions'))
  from = keys.address
  await expectNext(error('OperatorSetNotConfigured'))
  await devnet.configureKeys(set, curve)
  await expectNext(error('InvalidKeyFormat'))
  given = { ...given, keyData: zero }
  if (isBn254) {
    await expectNext(error('InvalidSignature'))
    given = { ...given, signature: sign(taken).signature }
  }
  await expectNext(error('ZeroPubkey'))
  // BN254 looks at the signature before it looks whether the key is taken, ECDSA after.
  given = { ...sign(taken), signature: sign(key).signature }
  await expectNext(error(isBn254 ? 'InvalidSignature' : 'KeyAlreadyRegistered'))
  given = isBn254 ? sign(taken) : { ...sign(key), signature: sign(taken).signature }
  await expectNext(error(isBn254 ? 'KeyAlreadyRegistered' : 'InvalidSignature'))
  given = sign(key)
  await stage.send(call())
  given = { keyData: '0x00', signature: '0x00' }
  await expectNext(error('OperatorAlreadyRegistered'))
})

it('deregisterKey, and a key is never free again', async () => {
  const devnet = await deployCurrent(anvil.rpcUrl, { deallocationDelay: 5 })
  const stage = new CurrentStage(devnet, 'deregister key')
  const [keys, stranger] = [await stage.newcomer(), await stage.newcomer()]
  const set = stage.keyedSet()
  const leave = (from = keys.address, of = set): Call =>
    stage.call(from, devnet.keyRegistrar, 'KeyRegistrar', 'deregisterKey', [keys.address, of])
  const answerWith = (name: 'OperatorStillSlashable' | 'KeyNotFound'): Hex =>
    encodeErrorResult({
      abi: parseAbi([`error ${name}((address,uint32),address)`]),
      errorName: name,
      args: [[set.avs, set.id], keys.address],
    })
  expect(await stage.answer(leave(stranger.address))).toBe(error('InvalidPermissions'))
  expect(await stage.answer(leave())).toBe(answerWith('KeyNotFound'))
  expect(await stage.answer(leave(undefined, stage.keyedSet(5)))).toBe(error('OperatorSetNotConfigured'))
  await devnet.registerKey(keys, set)
  await devnet.registerForKeyedSets(keys, [0])
  expect(await stage.answer(leave())).toBe(answerWith('OperatorStillSlashable'))
  await devnet.deregisterFromSets(keys.address, set.avs, [0])
  await devnet.mine(4)
  expect(await stage.answer(leave())).toBe(answerWith('OperatorStillSlashable'))
  await devnet.mine(2)
  await stage.send(leave())
  expect(await devnet.read('KeyRegistrar', 'isRegistered', [set, keys.address])).toBe(false)
  await expect(devnet.registerKey(keys, set)).rejects.toThrow('reverted')
})

it('ECDSAStakeRegistry: membership, then what the AVSDirectory checks; a low weight refuses nobody', async () => {
  const devnet = await deployCurrent(anvil.rpcUrl)
  const stage = new CurrentStage(devnet, 'ecdsa')
  const { ecdsaStakeRegistry: registry, avsDirectory } = devnet
  const [keys, key] = [stage.keys(), stage.keys().address]
  await devnet.fund(keys.address)
  await devnet.sendAs(keys.address, avsDirectory, devnet.calldata('AVSDirectory', 'cancelSalt', [OTHER_SALT]))
  const register = (wishes: Parameters<typeof stage.avsSignature>[1]): Call =>
    stage.call(keys.address, registry, 'ECDSAStakeRegistry', 'registerOperatorWithSignature', [
      stage.avsSignature(keys, wishes),
      key,
    ])
  const byKey = (functionName: string, args: readonly unknown[]): Call =>
    stage.call(keys.address, registry, 'ECDSAStakeRegistry', functionName, args)
  const bad = { salt: OTHER_SALT, expiry: 1n, signer: stage.keys().privateKey }

  for (const call of [byKey('deregisterOperator', []), byKey('updateOperatorSigningKey', [key])]) {
    expect(await stage.answer(call)).toBe(error('OperatorNotRegistered'))
  }
  expect(await stage.answer(register(bad))).toBe(error('SaltSpent'))
  expect(await stage.answer(register({ expiry: bad.expiry, signer: bad.signer }))).toBe(
    error('OperatorNotRegisteredToEigenLayer'),
  )
  await devnet.makeOperator(keys.address, 1n)
  expect(await stage.answer(register({ expiry: bad.expiry, signer: bad.signer }))).toBe(error('SignatureExpired'))
  expect(await stage.answer(register({ signer: bad.signer }))).toBe(error('InvalidSignature'))
  await stage.send(register({}))
  expect(await devnet.read('ECDSAStakeRegistry', 'getLastestOperatorSigningKey', [keys.address])).toBe(key)
  expect(await devnet.read('ECDSAStakeRegistry', 'getLastCheckpointOperatorWeight', [keys.address])).toBe(0n)
  expect(await stage.answer(register(bad))).toBe(error('OperatorAlreadyRegistered'))

  const sameKey = await stage.send(byKey('updateOperatorSigningKey', [key]))
  expect(sameKey.logs).toEqual([])
  const newKey = await stage.send(byKey('updateOperatorSigningKey', [keys.address]))
  expect(newKey.logs.length).toBe(1)
  await stage.send(byKey('deregisterOperator', []))
  const status = [devnet.ecdsaServiceManager, keys.address]
  expect(await devnet.read('AVSDirectory', 'avsOperatorStatus', status)).toBe(0)
  expect(
    await stage.answer(
      stage.call(keys.address, devnet.ecdsaServiceManager, 'ECDSAServiceManager', 'deregisterOperatorFromAVS', [
        keys.address,
      ]),
    ),
  ).toBe(words('ECDSAServiceManagerBase.onlyStakeRegistry: caller is not the stakeRegistry'))
})

it('the registrars: who calls, for which AVS, and what data', async () => {
  const devnet = await deployCurrent(anvil.rpcUrl)
  const stage = new CurrentStage(devnet, 'registrars')
  const { address } = await stage.newcomer()
  const { allocationManager, avsRegistrar, slashingCoordinator, avs, keyedAvs } = devnet
  const ask = (from: Hex, at: Hex, ofAvs: Hex, data: Hex): Promise<Hex | undefined> =>
    stage.answer(stage.call(from, at, 'AVSRegistrarWithSocket', 'registerOperator', [address, ofAvs, [], data]))
  expect(await ask(address, avsRegistrar, keyedAvs, socketData(SOCKET))).toBe(error('NotAllocationManager'))
  expect(await ask(allocationManager, avsRegistrar, keyedAvs, socketData(SOCKET))).toBeUndefined()
  expect(await ask(allocationManager, avsRegistrar, keyedAvs, '0x')).toBe('0x')
  expect(await ask(address, slashingCoordinator, zeroAddress, '0x')).toBe(error('OnlyAllocationManager'))
  expect(await ask(allocationManager, slashingCoordinator, keyedAvs, '0x')).toBe(error('InvalidAVS'))
  const wrapped: Hex = `0x${'20'.padStart(64, '0')}${slashingData(SOCKET, slashingProof(stage.keys(), devnet)).slice(2)}`
  expect(await ask(allocationManager, slashingCoordinator, avs, wrapped)).toBe('0x')
})
