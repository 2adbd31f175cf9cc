// The devnet gives the answers of the real contracts of the current generation: the messages of the KeyRegistrar and of
// the SlashingRegistryCoordinator, and whole registrations, byte for byte as they were signed for the real contracts.

import { parseTransaction, zeroAddress, type Address, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAnvil, type Anvil } from './anvil.ts'
import { devnetClient, type DevnetClient } from './chain.ts'
import { churnApprovalDigest } from './churn.ts'
import { compileAll, type Artefacts, type CurrentContractName } from './compile.ts'
import type { CurrentDevnet } from './current.ts'
import { deployCurrent } from './deploy-current.ts'
import { placeContract } from './deploy.ts'
import {
  bn254KeyDigest,
  ecdsaKeyDigest,
  operatorSetsCalldata,
  slashingData,
  slashingProof,
  socketData,
} from './operator-sets.ts'
import { hashToG1, operatorKeys, pubkeyRegistrationPoint, type OperatorKeys } from './operator.ts'
import { AMPLE } from './stage.ts'
import { grouped, vectorsOf, type OperatorSetRegistrationVector } from './vectors.ts'

const SLASHING = 'SlashingRegistryCoordinator'
const words = (point: { X: bigint; Y: bigint }): [bigint, bigint] => [point.X, point.Y]
const bigints = (point: readonly [Hex, Hex]): [bigint, bigint] => [BigInt(point[0]), BigInt(point[1])]

describe('answers of single functions', () => {
  let anvil: Anvil
  let client: DevnetClient
  let artefacts: Artefacts<CurrentContractName>

  beforeAll(async () => {
    artefacts = await compileAll()
    anvil = await startAnvil()
    client = devnetClient(anvil.rpcUrl)
  })
  afterAll(() => anvil.stop())

  const standAt = async (at: Address, name: CurrentContractName, args: readonly unknown[]): Promise<typeof ask> => {
    await placeContract(client, artefacts, at, name, args)
    const ask = (functionName: string, given: readonly unknown[]): Promise<unknown> =>
      client.readContract({ address: at, abi: artefacts[name].abi, functionName, args: given })
    return ask
  }
  const coordinatorArgs = (isFeb2025: boolean): readonly unknown[] => [
    {
      ...{ isFeb2025, ejectionCooldown: 0n, avs: zeroAddress, owner: zeroAddress, ejector: zeroAddress },
      ...{ churnApprover: zeroAddress, allocationManager: zeroAddress, blsApkRegistry: zeroAddress },
      ...{ stakeRegistry: zeroAddress, indexRegistry: zeroAddress },
    },
  ]

  it('digests of BN254 keys', async () => {
    for (const vector of vectorsOf('key-registrar-bn254')) {
      const { keyRegistrar, operator, avs, operatorSetId: id, keyData } = vector
      const ask = await standAt(keyRegistrar, 'KeyRegistrar', [zeroAddress, zeroAddress])
      const answer = await ask('getBN254KeyRegistrationMessageHash', [operator, { avs, id }, keyData])
      expect(answer).toBe(vector.digest)
      const target = { chainId: Number(vector.chainId), keyRegistrar }
      expect(bn254KeyDigest(target, operator, { avs, id }, keyData)).toBe(vector.digest)
      expect(hashToG1(vector.digest)).toEqual(bigints(vector.point))
    }
  })

  it('digests of ECDSA keys', async () => {
    for (const vector of vectorsOf('key-registrar-ecdsa')) {
      const { keyRegistrar, operator, avs, operatorSetId: id, keyAddress } = vector
      const ask = await standAt(keyRegistrar, 'KeyRegistrar', [zeroAddress, zeroAddress])
      const answer = await ask('getECDSAKeyRegistrationMessageHash', [operator, { avs, id }, keyAddress])
      expect(answer).toBe(vector.digest)
      const target = { chainId: Number(vector.chainId), keyRegistrar }
      expect(ecdsaKeyDigest(target, operator, { avs, id }, keyAddress)).toBe(vector.digest)
    }
  })

  it.each([true, false])('BLS message points and digests, build of February 2025: %s', async (isFeb2025) => {
    for (const vector of vectorsOf('pubkey-registration').filter(({ note }) => note === SLASHING)) {
      const { registryCoordinator, operator, chainId } = vector
      const ask = await standAt(registryCoordinator, 'SlashingRegistryCoordinator', coordinatorArgs(isFeb2025))
      const point = await ask('pubkeyRegistrationMessageHash', [operator])
      expect(words(point as { X: bigint; Y: bigint })).toEqual(bigints(vector.point))
      const digest = await ask('calculatePubkeyRegistrationMessageHash', [operator])
      expect(hashToG1(digest as Hex)).toEqual(bigints(vector.point))
      expect(pubkeyRegistrationPoint({ chainId: Number(chainId), registryCoordinator }, operator)).toEqual(
        bigints(vector.point),
      )
    }
  })

  it('churn approval digests', async () => {
    for (const vector of vectorsOf('churn-approval')) {
      const { registryCoordinator, operator, operatorId, kicks, salt, chainId } = vector
      const expiry = BigInt(vector.expiry)
      const target = { chainId: Number(chainId), registryCoordinator }
      expect(churnApprovalDigest(target, operator, operatorId, kicks, salt, expiry)).toBe(vector.digest)
      if (vector.note !== SLASHING) continue
      const ask = await standAt(registryCoordinator, 'SlashingRegistryCoordinator', coordinatorArgs(true))
      const args = [operator, operatorId, kicks, salt, expiry]
      expect(await ask('calculateOperatorChurnApprovalDigestHash', args)).toBe(vector.digest)
    }
  })
})

// ---- whole registrations

const TOPIC = {
  OperatorAddedToOperatorSet: '0x43232edf9071753d2321e5fa7e018363ee248e5f2142e6c08edd3265bfb4895e',
  OperatorSocketUpdate: '0xec2963ab21c1e50e1e582aa542af2e4bf7bf38e6e1403c27b42e1c5d6e621eaa',
  NewPubkeyRegistration: '0xe3fb6613af2e8930cf85d47fcf6db10192224a64c6cbe8023e0eee1ba3828041',
  OperatorRegistered: '0xe8e68cef1c3a761ed7be7e8463a375f27f7bc335e51824223cacce636ec5c3fe',
  OperatorAddedToQuorums: '0x73a2b7fb844724b971802ae9b15db094d4b7192df9d7350e14eb466b9b22eb4e',
  OperatorStakeUpdate: '0x2f527d527e95d8fe40aec55377743bb779087da3f6d0d08f12e36444da62327d',
  QuorumIndexUpdate: '0x6ee1e4f4075f3d067176140d34e87874244dd273294c05b2218133e49a2ba6f6',
} as const

const registrations = grouped(vectorsOf('operator-set-registration'), (vector) => vector.note)

describe.each(registrations)('registrations signed for the real contracts: %s', (note, vectors) => {
  let anvil: Anvil
  let devnet: CurrentDevnet

  beforeAll(async () => {
    const [first] = vectors
    if (first === undefined) throw new Error(`reading the registrations of ${note}: there is none`)
    const { allocationManager, avs, registryCoordinator: slashingCoordinator } = first
    anvil = await startAnvil({ chainId: Number(first.chainId) })
    const at =
      slashingCoordinator === undefined
        ? { allocationManager, keyedAvs: avs }
        : { allocationManager, avs, slashingCoordinator }
    devnet = await deployCurrent(anvil.rpcUrl, { isFeb2025: true, at })
  })
  afterAll(() => anvil.stop())

  it.for(vectors.map((vector) => [vector.operator, vector] as const))('%s', async ([, vector]) => {
    const { operator, avs, operatorSetIds } = vector
    expect(dataOf(devnet, vector)).toBe(vector.data)
    expect(operatorSetsCalldata(operator, avs, operatorSetIds, vector.data)).toBe(vector.calldata)

    await devnet.makeOperator(operator, AMPLE)
    if (vector.blsSecretKey === undefined) await registerKeys(devnet, vector)
    const receipt = await devnet.client.getTransactionReceipt({ hash: await sendRaw(devnet, vector) })
    expect(receipt.status).toBe('success')
    for (const id of operatorSetIds) {
      expect(await devnet.read('AllocationManager', 'isMemberOfOperatorSet', [operator, { avs, id }])).toBe(true)
    }
    if (vector.operatorId === undefined) {
      expect(await devnet.read('AVSRegistrarWithSocket', 'getOperatorSocket', [operator])).toBe(vector.socket)
    } else {
      expect(receipt.logs.map((log) => log.topics[0])).toEqual(expectedTopics(vector))
      expect(await devnet.read('SlashingRegistryCoordinator', 'getOperatorId', [operator])).toBe(vector.operatorId)
    }
  })
})

function dataOf(
  devnet: CurrentDevnet,
  { operator, blsSecretKey, socket, registrationType }: OperatorSetRegistrationVector,
): Hex {
  if (blsSecretKey === undefined) return socketData(socket)
  const keys = { address: operator, blsSecretKey: BigInt(blsSecretKey) }
  return slashingData(socket, slashingProof(keys, devnet), undefined, registrationType)
}

/** Any key serves: which one it was is not in the transaction. */
async function registerKeys(
  devnet: CurrentDevnet,
  { operator, avs, operatorSetIds }: OperatorSetRegistrationVector,
): Promise<void> {
  const keys: OperatorKeys = { ...operatorKeys(`key of ${operator}`), address: operator }
  for (const id of operatorSetIds) await devnet.registerKey(keys, { avs, id })
}

/** The operator's own transaction, at the nonce that it was signed for. */
async function sendRaw(devnet: CurrentDevnet, vector: OperatorSetRegistrationVector): Promise<Hex> {
  const { nonce } = parseTransaction(vector.rawTransaction)
  await devnet.client.setNonce({ address: vector.operator, nonce: nonce ?? 0 })
  const receipt = await devnet.client.request<{ Parameters: [Hex]; ReturnType: { transactionHash: Hex } }>({
    method: 'eth_sendRawTransactionSync',
    params: [vector.rawTransaction],
  })
  return receipt.transactionHash
}

function expectedTopics({ operatorSetIds }: OperatorSetRegistrationVector): Hex[] {
  const each = (topic: Hex): Hex[] => operatorSetIds.map(() => topic)
  return [
    ...each(TOPIC.OperatorAddedToOperatorSet),
    TOPIC.NewPubkeyRegistration,
    TOPIC.OperatorSocketUpdate,
    TOPIC.OperatorRegistered,
    TOPIC.OperatorAddedToQuorums,
    ...each(TOPIC.OperatorStakeUpdate),
    ...each(TOPIC.QuorumIndexUpdate),
  ]
}
