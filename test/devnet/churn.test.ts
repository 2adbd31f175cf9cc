// Taking another's place in a full quorum of the M2 coordinators: each way that it was tried on the real contracts ends
// as it ended there, the checks come in their order, and EigenDA master looks neither at kicks nor at an approval.

import { parseEther, zeroAddress, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAnvil, type Anvil } from './anvil.ts'
import { compileContracts } from './compile.ts'
import {
  approveChurn,
  churnCalldata,
  operatorIdOf,
  type ApprovalWishes,
  type ChurnApproval,
  type Kick,
} from './churn.ts'
import { words } from './current-stage.ts'
import { deployDevnet } from './deploy.ts'
import type { Devnet, Generation } from './devnet.ts'
import type { OperatorKeys, Registration } from './operator.ts'
import { AMPLE, Stage } from './stage.ts'
import { grouped, vectorsOf } from './vectors.ts'

const KICK = { ofOperatorStake: 11_000, ofTotalStake: 5_000 }
/** The third is full, with operators of half of an ample stake. */
const QUORUMS = [
  { minimumStake: parseEther('1'), maxOperatorCount: 200 },
  { minimumStake: parseEther('1'), maxOperatorCount: 200 },
  { minimumStake: parseEther('1'), maxOperatorCount: 2, kick: KICK },
]
const GENERATION: Readonly<Record<string, Generation>> = {
  'M2 RegistryCoordinator': 'A',
  'late M2 RegistryCoordinator': 'A2',
}

let anvil: Anvil
beforeAll(async () => {
  await compileContracts()
  anvil = await startAnvil()
})
afterAll(() => anvil.stop())

class Churn {
  readonly stage: Stage
  readonly keys: OperatorKeys
  readonly registration: Registration
  readonly weakest: OperatorKeys

  private constructor(stage: Stage, keys: OperatorKeys, weakest: OperatorKeys, quorums: readonly number[]) {
    this.stage = stage
    this.keys = keys
    this.weakest = weakest
    this.registration = stage.sign(keys, { quorums })
  }

  static async open(generation: Generation, name: string, quorums: readonly number[] = [2]): Promise<Churn> {
    const devnet = await deployDevnet(anvil.rpcUrl, { domain: null, generation, quorums: QUORUMS })
    const [weakest] = await devnet.fillQuorum(2, AMPLE / 2n)
    if (weakest === undefined) throw new Error('expected quorum 2 to be filled')
    const stage = new Stage(devnet, name)
    return new Churn(stage, await stage.newcomer(), weakest, quorums)
  }

  get devnet(): Devnet {
    return this.stage.devnet
  }

  approval(kicks: readonly Kick[] = [this.kick()], wishes?: ApprovalWishes): ChurnApproval {
    const id = operatorIdOf(this.registration.publicKeyG1)
    return approveChurn(this.devnet, this.keys.address, id, kicks, wishes)
  }

  kick(quorumNumber = 2): Kick {
    return { quorumNumber, operator: this.weakest.address }
  }

  answer(approval: ChurnApproval, registration = this.registration): Promise<Hex | undefined> {
    const data = churnCalldata(registration, approval)
    return this.devnet.revertDataOf(this.keys.address, this.devnet.registryCoordinator, data)
  }
}

const APPROVALS: Readonly<Record<string, (churn: Churn) => ChurnApproval>> = {
  churn_success_q2: (churn) => churn.approval(),
  churn_wrong_approver_signature: (churn) => churn.approval(undefined, { privateKey: churn.keys.privateKey }),
  churn_expired_approver_signature: (churn) => churn.approval(undefined, { expiry: 1n }),
  churn_self: (churn) => churn.approval([{ quorumNumber: 2, operator: churn.keys.address }]),
  churn_wrong_quorum_number: (churn) => churn.approval([churn.kick(1)]),
  churn_kick_params_length_mismatch: (churn) => churn.approval([]),
}

describe.each(grouped(vectorsOf('churn-outcome'), (vector) => vector.note))('%s', (note, vectors) => {
  it.for(vectors.map((vector) => [vector.case, vector] as const))('%s', async ([name, vector]) => {
    const churn = await Churn.open(GENERATION[note] ?? 'A', name)
    const approval = APPROVALS[name]?.(churn)
    if (approval === undefined) throw new Error(`preparing a churn: nothing is known of ${name}`)
    expect(await churn.answer(approval)).toBe(vector.ok ? undefined : vector.revertData)
    if (!vector.ok) return

    const data = churnCalldata(churn.registration, approval)
    await churn.devnet.sendAs(churn.keys.address, churn.devnet.registryCoordinator, data)
    expect(await churn.stage.bitmap(churn.keys.address)).toBe(4n)
    expect(await churn.stage.status(churn.weakest.address)).toBe(2)
    expect(await churn.stage.avsStatus(churn.weakest.address)).toBe(0)
    expect(await churn.devnet.read('RegistryCoordinator', 'isChurnApproverSaltUsed', [approval.salt])).toBe(true)
  })
})

it.each(['A', 'A2'] as const)('the order of the checks: coordinator %s', async (generation) => {
  const churn = await Churn.open(generation, 'order', [0, 2])
  const { devnet, registration: good, stage } = churn
  const name = generation === 'A' ? 'RegistryCoordinator' : 'RegCoord'
  const proof =
    'BLSApkRegistry.registerBLSPublicKey: either the G1 signature is wrong, or G1 and G2 private key do not match'
  const kicks = [{ quorumNumber: 0, operator: zeroAddress }, churn.kick()]
  const spent: Hex = `0x${'77'.repeat(32)}`
  await spendApproverSalt(churn, spent)
  await devnet.setShares(churn.keys.address, AMPLE / 2n)
  await devnet.setMaxOperatorCount(2, 2, { ofOperatorStake: 11_000, ofTotalStake: 1 })
  await devnet.pauseCoordinator(true)

  let registration: Registration = {
    ...good,
    blsSignature: stage.sign(stage.keys()).blsSignature,
    quorums: [2, 0],
    signature: '0x',
  }
  let approval: ChurnApproval = { ...churn.approval(kicks, { salt: spent, expiry: 1n }), kicks: [] }
  const expectWords = async (text: string): Promise<void> =>
    expect(await churn.answer(approval, registration)).toBe(words(text))

  await expectWords('Pausable: index is paused')
  await devnet.pauseCoordinator(false)
  await expectWords(`${name}.registerOperatorWithChurn: input length mismatch`)
  approval = { ...approval, kicks }
  await expectWords(proof)
  registration = { ...registration, blsSignature: good.blsSignature }
  await expectWords(`${name}._verifyChurnApproverSignature: churnApprover salt already used`)
  approval = { ...approval, salt: `0x${'78'.repeat(32)}` }
  await expectWords(`${name}._verifyChurnApproverSignature: churnApprover signature expired`)
  approval = { ...approval, expiry: 4_102_444_800n }
  await expectWords('EIP1271SignatureUtils.checkSignature_EIP1271: signature not from signer')
  approval = churn.approval(kicks)
  await expectWords('BitmapUtils.orderedBytesArrayToBitmap: orderedBytesArray is not ordered')
  registration = { ...registration, quorums: [0, 2] }
  await expectWords('ECDSA: invalid signature length')
  registration = good
  const selfKick = [kicks[0] ?? churn.kick(), { quorumNumber: 1, operator: churn.keys.address }]
  approval = churn.approval(selfKick)
  await expectWords(`${name}._validateChurn: cannot churn self`)
  approval = churn.approval([kicks[0] ?? churn.kick(), churn.kick(1)])
  await expectWords(`${name}._validateChurn: quorumNumber not the same as signed`)
  approval = churn.approval(kicks)
  await expectWords(`${name}._validateChurn: incoming operator has insufficient stake for churn`)
  await devnet.setShares(churn.keys.address, AMPLE)
  await expectWords(`${name}._validateChurn: cannot kick operator with more than kickBIPsOfTotalStake`)
  await devnet.setMaxOperatorCount(2, 2, KICK)
  expect(await churn.answer(approval)).toBeUndefined()
})

it('the thresholds are strict: 1.1 times the stake is not enough, and a kicked one must be below its part', async () => {
  const churn = await Churn.open('A2', 'strict')
  await churn.devnet.setShares(churn.keys.address, (AMPLE / 2n / 10n) * 11n)
  expect(await churn.answer(churn.approval())).toBe(
    words('RegCoord._validateChurn: incoming operator has insufficient stake for churn'),
  )
  await churn.devnet.setShares(churn.keys.address, AMPLE)
  // 50 of 200, the newcomer counted in: a quarter.
  await churn.devnet.setMaxOperatorCount(2, 2, { ofOperatorStake: 11_000, ofTotalStake: 2_500 })
  expect(await churn.answer(churn.approval())).toBe(
    words('RegCoord._validateChurn: cannot kick operator with more than kickBIPsOfTotalStake'),
  )
  await churn.devnet.setMaxOperatorCount(2, 2, { ofOperatorStake: 11_000, ofTotalStake: 2_501 })
  expect(await churn.answer(churn.approval())).toBeUndefined()
})

it('autoChurn: neither kicks nor approval are looked at, and a weaker newcomer succeeds and stays outside', async () => {
  const devnet = await deployDevnet(anvil.rpcUrl, { autoChurn: true, quorums: QUORUMS })
  await devnet.fillQuorum(2, AMPLE / 2n)
  const stage = new Stage(devnet, 'auto')
  const keys = await stage.newcomer(AMPLE / 4n)
  const nothing: ChurnApproval = { kicks: [], signature: '0x', salt: `0x${'00'.repeat(32)}`, expiry: 0n }
  const data = churnCalldata(stage.sign(keys, { quorums: [2] }), nothing)
  const receipt = await devnet.sendAs(keys.address, devnet.registryCoordinator, data)
  expect(receipt.status).toBe('success')
  expect([await stage.status(keys.address), await stage.avsStatus(keys.address)]).toEqual([2, 0])
})

/** By a churn of somebody else, whose place is then empty again. */
async function spendApproverSalt(churn: Churn, salt: Hex): Promise<void> {
  const { devnet, stage } = churn
  const other = await stage.newcomer()
  const registration = stage.sign(other, { quorums: [0] })
  const id = operatorIdOf(registration.publicKeyG1)
  const approval = approveChurn(devnet, other.address, id, [{ quorumNumber: 0, operator: zeroAddress }], { salt })
  const data = churnCalldata(registration, approval)
  const receipt = await devnet.sendAs(other.address, devnet.registryCoordinator, data)
  if (receipt.status !== 'success') throw new Error('spending a salt of the approver: refused')
}
