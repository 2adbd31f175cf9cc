// The devnet gives the answers of the real contracts: hashing to G1, both EIP-712 messages at the addresses and chain
// ids where the real ones stood, and whole registrations, byte for byte as they were signed for the real contracts.

import { parseEther, parseTransaction, zeroAddress, type Address, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAnvil, type Anvil } from './anvil.ts'
import { devnetClient, type DevnetClient } from './chain.ts'
import { compileContracts, type Artefacts } from './compile.ts'
import { deployDevnet, placeContract } from './deploy.ts'
import type { Devnet } from './devnet.ts'
import {
  avsRegistrationDigest,
  hashToG1,
  pubkeyRegistrationPoint,
  registrationCalldata,
  signRegistration,
  type OperatorKeys,
} from './operator.ts'
import { grouped, vectorsOf, type RegistrationVector } from './vectors.ts'

const PLACE: Address = '0x00000000000000000000000000000000ca5e0001'

/** The answers of the SlashingRegistryCoordinator are in current-known-answers.test.ts. */
const isM2 = ({ note }: { note: string }): boolean => note !== 'SlashingRegistryCoordinator'
const words = (point: { X: bigint; Y: bigint }): [bigint, bigint] => [point.X, point.Y]
const bigints = (point: readonly [Hex, Hex]): [bigint, bigint] => [BigInt(point[0]), BigInt(point[1])]

describe('answers of single functions', () => {
  let anvil: Anvil
  let client: DevnetClient
  let artefacts: Artefacts

  beforeAll(async () => {
    artefacts = await compileContracts()
    anvil = await startAnvil()
    client = devnetClient(anvil.rpcUrl)
  })
  afterAll(() => anvil.stop())

  const standAt = async (chainId: string): Promise<void> => {
    await client.request<{ Parameters: [number]; ReturnType: null }>({
      method: 'anvil_setChainId',
      params: [Number(chainId)],
    })
  }

  const coordinatorArgs = (isA2: boolean, autoChurn: boolean): readonly unknown[] => [
    {
      ...{ isA2, autoChurn, ejectionCooldown: 0n, owner: zeroAddress, ejector: zeroAddress },
      ...{ churnApprover: zeroAddress, serviceManager: zeroAddress, blsApkRegistry: zeroAddress },
      ...{ stakeRegistry: zeroAddress, indexRegistry: zeroAddress },
    },
  ]

  it('hashes to G1', async () => {
    await placeContract(client, artefacts, PLACE, 'HashToG1')
    const { abi } = artefacts.HashToG1
    for (const { note, input, point } of vectorsOf('hash-to-g1')) {
      const answer = await client.readContract({ address: PLACE, abi, functionName: 'hashToG1', args: [input] })
      expect(words(answer as { X: bigint; Y: bigint }), note).toEqual(bigints(point))
      expect(hashToG1(input), note).toEqual(bigints(point))
    }
  })

  const directories = grouped(vectorsOf('operator-avs-registration'), (vector) =>
    [vector.chainId, vector.avsDirectory, vector.domainVersion ?? 'no version'].join(' '),
  )
  it.for(directories)('AVSDirectory digests: %s', async ([, vectors]) => {
    for (const vector of vectors) {
      const { avsDirectory, domainVersion, operator, avs, salt, expiry } = vector
      await standAt(vector.chainId)
      const name = domainVersion === null ? 'AVSDirectoryM2' : 'AVSDirectory'
      const args = domainVersion === null ? [zeroAddress] : [zeroAddress, domainVersion, '1.9.0']
      await placeContract(client, artefacts, avsDirectory, name, args)
      const ask = (functionName: string, given: readonly unknown[]): Promise<unknown> =>
        client.readContract({ address: avsDirectory, abi: artefacts[name].abi, functionName, args: given })

      expect(await ask('domainSeparator', [])).toBe(vector.domainSeparator)
      expect(await ask('calculateOperatorAVSRegistrationDigestHash', [operator, avs, salt, BigInt(expiry)])).toBe(
        vector.digest,
      )
      const target = { chainId: Number(vector.chainId), domain: domainVersion, avsDirectory, serviceManager: avs }
      expect(avsRegistrationDigest(target, operator, salt, BigInt(expiry))).toBe(vector.digest)
    }
  })

  const coordinators = grouped(vectorsOf('pubkey-registration').filter(isM2), (vector) =>
    [vector.chainId, vector.registryCoordinator, vector.note].join(' '),
  )
  it.for(coordinators)('BLS message points: %s', async ([, vectors]) => {
    for (const { chainId, registryCoordinator, note, operator, point } of vectors) {
      await standAt(chainId)
      const args = coordinatorArgs(note !== 'M2 RegistryCoordinator', note.startsWith('EigenDA'))
      await placeContract(client, artefacts, registryCoordinator, 'RegistryCoordinator', args)
      const answer = await client.readContract({
        address: registryCoordinator,
        abi: artefacts.RegistryCoordinator.abi,
        functionName: 'pubkeyRegistrationMessageHash',
        args: [operator],
      })
      expect(words(answer as { X: bigint; Y: bigint })).toEqual(bigints(point))
      expect(pubkeyRegistrationPoint({ chainId: Number(chainId), registryCoordinator }, operator)).toEqual(
        bigints(point),
      )
    }
  })

  it('churn approval digests', async () => {
    for (const vector of vectorsOf('churn-approval').filter(isM2)) {
      await standAt(vector.chainId)
      const args = coordinatorArgs(vector.note !== 'M2 RegistryCoordinator', false)
      await placeContract(client, artefacts, vector.registryCoordinator, 'RegistryCoordinator', args)
      const { operator, operatorId, kicks, salt, expiry } = vector
      const answer = await client.readContract({
        address: vector.registryCoordinator,
        abi: artefacts.RegistryCoordinator.abi,
        functionName: 'calculateOperatorChurnApprovalDigestHash',
        args: [operator, operatorId, kicks, salt, BigInt(expiry)],
      })
      expect(answer).toBe(vector.digest)
    }
  })
})

// ---- whole registrations

const TOPIC = {
  NewPubkeyRegistration: '0xe3fb6613af2e8930cf85d47fcf6db10192224a64c6cbe8023e0eee1ba3828041',
  OperatorSocketUpdate: '0xec2963ab21c1e50e1e582aa542af2e4bf7bf38e6e1403c27b42e1c5d6e621eaa',
  OperatorAVSRegistrationStatusUpdated: '0xf0952b1c65271d819d39983d2abb044b9cace59bcc4d4dd389f586ebdcb15b41',
  OperatorRegistered: '0xe8e68cef1c3a761ed7be7e8463a375f27f7bc335e51824223cacce636ec5c3fe',
  OperatorAddedToQuorums: '0x73a2b7fb844724b971802ae9b15db094d4b7192df9d7350e14eb466b9b22eb4e',
  OperatorStakeUpdate: '0x2f527d527e95d8fe40aec55377743bb779087da3f6d0d08f12e36444da62327d',
  QuorumIndexUpdate: '0x6ee1e4f4075f3d067176140d34e87874244dd273294c05b2218133e49a2ba6f6',
} as const

const registrations = grouped(vectorsOf('registration-transaction'), (vector) => vector.note)

describe.each(registrations)('registrations signed for the real contracts: %s', (note, vectors) => {
  const generation = note === 'M2 RegistryCoordinator' ? 'A' : 'A2'
  let anvil: Anvil
  let devnet: Devnet

  beforeAll(async () => {
    const [first] = vectors
    if (first === undefined) throw new Error(`reading the registrations of ${note}: there is none`)
    const { avsDirectory, serviceManager, registryCoordinator, avsDirectoryDomainVersion: domain } = first
    anvil = await startAnvil({ chainId: Number(first.chainId) })
    devnet = await deployDevnet(anvil.rpcUrl, {
      domain,
      generation,
      autoChurn: note.startsWith('EigenDA'),
      at: { avsDirectory, serviceManager, registryCoordinator },
    })
  })
  afterAll(() => anvil.stop())

  it.for(vectors.map((vector) => [vector.operator, vector] as const))('%s', async ([, vector]) => {
    expect(registrationCalldata(signRegistration(keysOf(vector), devnet, wishesOf(vector)))).toBe(vector.calldata)

    await devnet.makeOperator(vector.operator, parseEther('100'))
    const hash = await sendRaw(devnet, vector)
    const receipt = await devnet.client.getTransactionReceipt({ hash })
    expect(receipt.status).toBe('success')
    expect(receipt.logs.map((log) => log.topics[0])).toEqual(expectedTopics(generation, vector))

    const registered = receipt.logs.find((log) => log.topics[0] === TOPIC.OperatorRegistered)
    expect(registered?.topics.slice(1)).toEqual([addressTopic(vector.operator), vector.operatorId])
    expect(await devnet.read('RegistryCoordinator', 'getOperatorStatus', [vector.operator])).toBe(1)
    expect(await devnet.read('RegistryCoordinator', 'getOperatorId', [vector.operator])).toBe(vector.operatorId)
    expect(await devnet.read('AVSDirectory', 'avsOperatorStatus', [vector.serviceManager, vector.operator])).toBe(1)
    expect(await devnet.read('AVSDirectory', 'operatorSaltIsSpent', [vector.operator, vector.salt])).toBe(true)
  })
})

/** The operator's own transaction, at the nonce that it was signed for; makeOperator has used up nonce 0. */
async function sendRaw(devnet: Devnet, vector: RegistrationVector): Promise<Hex> {
  const { nonce } = parseTransaction(vector.rawTransaction)
  await devnet.client.setNonce({ address: vector.operator, nonce: nonce ?? 0 })
  const receipt = await devnet.client.request<{ Parameters: [Hex]; ReturnType: { transactionHash: Hex } }>({
    method: 'eth_sendRawTransactionSync',
    params: [vector.rawTransaction],
  })
  return receipt.transactionHash
}

function keysOf(vector: RegistrationVector): OperatorKeys {
  return {
    address: vector.operator,
    privateKey: vector.operatorPrivateKey,
    blsSecretKey: BigInt(vector.blsSecretKey),
  }
}

function wishesOf(vector: RegistrationVector): object {
  const quorums = quorumsOf(vector)
  return { quorums, socket: vector.socket, salt: vector.salt, expiry: BigInt(vector.expiry) }
}

function quorumsOf(vector: RegistrationVector): number[] {
  return [...Buffer.from(vector.quorumNumbers.slice(2), 'hex')]
}

function expectedTopics(generation: 'A' | 'A2', vector: RegistrationVector): Hex[] {
  const eachQuorum = (topic: Hex): Hex[] => quorumsOf(vector).map(() => topic)
  const core = TOPIC.OperatorAVSRegistrationStatusUpdated
  return [
    TOPIC.NewPubkeyRegistration,
    ...(generation === 'A' ? [TOPIC.OperatorSocketUpdate, core] : [core, TOPIC.OperatorSocketUpdate]),
    TOPIC.OperatorRegistered,
    TOPIC.OperatorAddedToQuorums,
    ...eachQuorum(TOPIC.OperatorStakeUpdate),
    ...eachQuorum(TOPIC.QuorumIndexUpdate),
  ]
}

function addressTopic(address: Address): Hex {
  return `0x${address.slice(2).toLowerCase().padStart(64, '0')}`
}
