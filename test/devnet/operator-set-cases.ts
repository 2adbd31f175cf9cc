// Every way that operator sets and keys were tried on the real contracts, by the name that
// vectors/devnet/operator-set-outcome.json gives it. Each case prepares its own operators and returns one call.

import { AbiCoder, TypedDataEncoder } from 'ethers'
import { getAddress, parseEther, type Address, type Hex } from 'viem'
import { CurrentStage, type Call } from './current-stage.ts'
import type { CurrentDevnet } from './current.ts'
import {
  bn254KeyDigest,
  signBn254Key,
  signEcdsaKey,
  slashingProof,
  type BlsProof,
  type KeyRegistration,
  type OperatorSet,
} from './operator-sets.ts'
import { blsProof, hashToG1, type OperatorKeys } from './operator.ts'

export interface SetAttempt extends Call {
  readonly cleanUp?: () => Promise<void>
  /** What must hold after success. */
  readonly afterwards?: () => Promise<boolean>
}

/** The operator that the real contracts were asked about where they name one. */
export const NAMED_OPERATOR: Address = getAddress('0xcf899d0e63322f51585ebbdee6e4535ab428c803')

const P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n
const OTHER_BLS_SECRET = 6_900n
const SOME_DIGEST: Hex = `0x${'5a'.repeat(32)}`

type Case = (stage: CurrentStage) => Promise<SetAttempt>

/** Some names stand for both registrars. */
export function prepareSetCase(devnet: CurrentDevnet, note: string, name: string): Promise<SetAttempt> {
  const prepareCase = (note === 'SlashingRegistryCoordinator' ? SLASHING : KEYED)[name]
  if (prepareCase === undefined) throw new Error(`preparing a case of operator sets: nothing is known of ${name}`)
  return prepareCase(new CurrentStage(devnet, name))
}

// ---- a SlashingRegistryCoordinator

const joining =
  (wishes: Parameters<CurrentStage['joining']>[1], shares?: bigint): Case =>
  async (stage) => {
    const keys = await stage.newcomer(shares)
    const { ids = [0] } = wishes ?? {}
    const afterwards = async (): Promise<boolean> => {
      const memberships = await Promise.all(ids.map((id) => stage.isMember(keys.address, id)))
      return (await stage.status(keys.address)) === 1 && memberships.every((isMember) => isMember === true)
    }
    return { ...stage.joining(keys, wishes), afterwards }
  }

const altered =
  (change: (given: BlsProof) => Partial<BlsProof>): Case =>
  async (stage) => {
    const keys = await stage.newcomer()
    return stage.joining(keys, { proof: change(slashingProof(keys, stage.devnet)) })
  }

const churning =
  (isApprover: boolean): Case =>
  async (stage) => {
    const [operator] = (await stage.devnet.read('AllocationManager', 'getMembers', [
      { avs: stage.devnet.avs, id: 2 },
    ])) as Address[]
    if (operator === undefined) throw new Error('preparing a churn: set 2 is empty')
    const keys = await stage.newcomer()
    const wishes = isApprover ? {} : { privateKey: keys.privateKey }
    const approval = stage.approval(keys, [{ quorumNumber: 2, operator }], wishes)
    const afterwards = async (): Promise<boolean> =>
      (await stage.isMember(keys.address, 2)) === true &&
      (await stage.isMember(operator, 2)) === false &&
      (await stage.status(operator)) === 2
    return { ...stage.joining(keys, { ids: [2], approval }), afterwards }
  }

const SLASHING: Readonly<Record<string, Case>> = {
  success_set0: joining({}),
  success_sets_0_1: joining({ ids: [0, 1] }),
  already_member: async (stage) => stage.joining(await stage.member()),
  bls_key_already_registered_by_other: async (stage) => {
    const [member, keys] = [await stage.member(), await stage.newcomer()]
    return stage.joining({ ...keys, blsSecretKey: member.blsSecretKey })
  },
  wrong_bls_signature: altered(({ publicKeyG1 }) => ({ blsSignature: publicKeyG1 })),
  g1_g2_mismatch: altered(() => ({ publicKeyG2: blsProof(OTHER_BLS_SECRET, hashToG1(SOME_DIGEST)).publicKeyG2 })),
  g2_coordinates_swapped_c0_c1: altered(({ publicKeyG2: [[x1, x0], [y1, y0]] }) => ({
    publicKeyG2: [
      [x0, x1],
      [y0, y1],
    ],
  })),
  zero_g1_pubkey: altered(() => ({ publicKeyG1: [0n, 0n] })),
  bls_signature_not_on_curve: altered(({ blsSignature: [x, y] }) => ({ blsSignature: [x, (y + 1n) % P] })),
  registration_type_2_unknown: joining({ type: 2 }),
  empty_data: joining({ data: '0x' }),
  below_minimum_stake_set1: joining({ ids: [1] }, parseEther('10')),
  below_minimum_stake_low_operator: joining({}, parseEther('0.5')),
  full_set2_needs_churn: joining({ ids: [2] }),
  nonexistent_set7: joining({ ids: [7] }),
  duplicate_sets_0_0: joining({ ids: [0, 0] }),
  unordered_sets_1_0: joining({ ids: [1, 0] }),
  empty_sets: joining({ ids: [] }),
  wrong_sender_other_operator: async (stage) => {
    const [keys, other] = [await stage.newcomer(), await stage.newcomer()]
    return stage.joining(keys, { from: other.address })
  },
  wrong_operator_in_bls_message: async (stage) => {
    const [keys, other] = [await stage.newcomer(), await stage.newcomer()]
    return stage.joining(keys, { proof: slashingProof({ ...keys, address: other.address }, stage.devnet) })
  },
  operator_not_in_eigenlayer: async (stage) => {
    const keys = stage.keys()
    await stage.devnet.fund(keys.address)
    return stage.joining(keys)
  },
  registrar_called_directly: async (stage) => {
    const { address } = await stage.newcomer()
    const { slashingCoordinator, avs } = stage.devnet
    const args = [address, avs, [0], '0x']
    return stage.call(address, slashingCoordinator, 'SlashingRegistryCoordinator', 'registerOperator', args)
  },
  appointee_registers_for_operator_ok: async (stage) => {
    const [keys, appointee] = [await stage.newcomer(), await stage.newcomer()]
    await stage.devnet.appoint(keys.address, appointee.address, 'registerForOperatorSets')
    return stage.joining(keys, { from: appointee.address })
  },
  churn_success_set2: churning(true),
  churn_wrong_approver_signature: churning(false),
  registrar_paused: async (stage) => {
    const call = stage.joining(await stage.newcomer())
    await stage.devnet.pauseCoordinator(true)
    return { ...call, cleanUp: () => stage.devnet.pauseCoordinator(false) }
  },
  allocation_manager_paused: async (stage) => {
    const call = stage.joining(await stage.newcomer())
    await stage.devnet.pauseAllocationManager(true)
    return { ...call, cleanUp: () => stage.devnet.pauseAllocationManager(false) }
  },
}

// ---- the KeyRegistrar, and a registrar that asks it

const registering = (
  stage: CurrentStage,
  operator: Address,
  set: OperatorSet,
  { keyData, signature }: KeyRegistration,
  from = operator,
): Call =>
  stage.call(from, stage.devnet.keyRegistrar, 'KeyRegistrar', 'registerKey', [operator, set, keyData, signature])

/** A BN254 key of a newcomer, changed after signing or not. */
const keyed =
  (
    change: (given: KeyRegistration, keys: OperatorKeys, stage: CurrentStage) => Partial<KeyRegistration> = () => ({}),
  ): Case =>
  async (stage) => {
    const keys = await stage.newcomer()
    const set = stage.keyedSet()
    const given = signBn254Key(keys, stage.devnet, set)
    const call = registering(stage, keys.address, set, { ...given, ...change(given, keys, stage) })
    return { ...call, afterwards: () => hasKey(stage, keys.address, set) }
  }

const hasKey = async (stage: CurrentStage, operator: Address, set: OperatorSet): Promise<boolean> =>
  (await stage.devnet.read('KeyRegistrar', 'isRegistered', [set, operator])) === true

const withKey = async (stage: CurrentStage): Promise<OperatorKeys> => {
  const keys = await stage.newcomer()
  await stage.devnet.registerKey(keys, stage.keyedSet())
  return keys
}

const signatureOver = (keys: OperatorKeys, digest: Hex): Pick<KeyRegistration, 'signature'> => {
  const { blsSignature } = blsProof(keys.blsSecretKey, hashToG1(digest))
  return { signature: AbiCoder.defaultAbiCoder().encode(['uint256', 'uint256'], [...blsSignature]) as Hex }
}

/** The 32-byte words of keyData or of a signature. */
const wordsOf = (bytes: Hex): string[] => bytes.slice(2).match(/.{64}/g) ?? []
const joined = (parts: readonly (string | undefined)[]): Hex => `0x${parts.join('')}`

const KEYED: Readonly<Record<string, Case>> = {
  register_without_key: async (stage) => stage.joiningKeyed(await stage.newcomer()),
  registerForOperatorSets_success: async (stage) => {
    const keys = await withKey(stage)
    const afterwards = async (): Promise<boolean> =>
      (await stage.isMember(keys.address, 0, stage.devnet.keyedAvs)) === true
    return { ...stage.joiningKeyed(keys), afterwards }
  },
  register_again: async (stage) => {
    const keys = await withKey(stage)
    await stage.devnet.registerForKeyedSets(keys, [0])
    return stage.joiningKeyed(keys)
  },
  registerKey_bn254_success: keyed(),
  registerKey_again: async (stage) => {
    const keys = await withKey(stage)
    return registering(stage, keys.address, stage.keyedSet(), signBn254Key(keys, stage.devnet, stage.keyedSet()))
  },
  key_already_registered_globally: async (stage) => {
    const [owner, keys] = [await withKey(stage), await stage.newcomer()]
    const same = { ...keys, blsSecretKey: owner.blsSecretKey }
    return registering(stage, keys.address, stage.keyedSet(), signBn254Key(same, stage.devnet, stage.keyedSet()))
  },
  deregisterKey_while_member: async (stage) => {
    const keys = { ...stage.keys(), address: NAMED_OPERATOR }
    await stage.devnet.makeOperator(keys.address, parseEther('100'))
    await stage.devnet.registerKey(keys, stage.keyedSet())
    await stage.devnet.registerForKeyedSets(keys, [0])
    const args = [keys.address, stage.keyedSet()]
    return stage.call(keys.address, stage.devnet.keyRegistrar, 'KeyRegistrar', 'deregisterKey', args)
  },
  wrong_bls_signature: keyed((_, keys) => signatureOver(keys, SOME_DIGEST)),
  signature_wrong_domain_version_v1: keyed(({ keyData }, keys, { devnet }) => {
    const { chainId, keyRegistrar: verifyingContract, keyedAvs: avs } = devnet
    const domain = { name: 'EigenLayer', version: 'v1', chainId, verifyingContract }
    const fields = [
      { name: 'operator', type: 'address' },
      { name: 'avs', type: 'address' },
      { name: 'operatorSetId', type: 'uint32' },
      { name: 'keyData', type: 'bytes' },
    ]
    const message = { operator: keys.address, avs, operatorSetId: 0, keyData }
    return signatureOver(keys, TypedDataEncoder.hash(domain, { BN254KeyRegistration: fields }, message) as Hex)
  }),
  signature_over_other_set: keyed(({ keyData }, keys, stage) =>
    signatureOver(keys, bn254KeyDigest(stage.devnet, keys.address, stage.keyedSet(9), keyData)),
  ),
  signature_length_65: keyed(({ signature }) => ({ signature: `${signature}00` })),
  keydata_length_191: keyed(({ keyData }) => ({ keyData: keyData.slice(0, -2) as Hex })),
  zero_g1: keyed(({ keyData }) => ({ keyData: joined(['00'.repeat(64), ...wordsOf(keyData).slice(2)]) })),
  g2_swapped: keyed(({ keyData }) => {
    const [x, y, x1, x0, y1, y0] = wordsOf(keyData)
    return { keyData: joined([x, y, x0, x1, y0, y1]) }
  }),
  signature_not_on_curve: keyed(({ signature }) => {
    const [x, y] = wordsOf(signature)
    const off = (BigInt(`0x${y ?? ''}`) + 1n) % P
    return { signature: joined([x, off.toString(16).padStart(64, '0')]) }
  }),
  set_not_configured: async (stage) => {
    const keys = await stage.newcomer()
    return registering(stage, keys.address, stage.keyedSet(2), signBn254Key(keys, stage.devnet, stage.keyedSet(2)))
  },
  wrong_sender: async (stage) => {
    const [keys, other] = [await stage.newcomer(), await stage.newcomer()]
    const given = signBn254Key(keys, stage.devnet, stage.keyedSet())
    return registering(stage, keys.address, stage.keyedSet(), given, other.address)
  },
  registerKey_not_in_eigenlayer: async (stage) => {
    const keys = stage.keys()
    await stage.devnet.fund(keys.address)
    return registering(stage, keys.address, stage.keyedSet(), signBn254Key(keys, stage.devnet, stage.keyedSet()))
  },
  registerKey_ecdsa_success: async (stage) => {
    const [keys, key] = [await stage.newcomer(), stage.keys()]
    const given = signEcdsaKey(keys.address, key, stage.devnet, stage.keyedSet(1))
    const call = registering(stage, keys.address, stage.keyedSet(1), given)
    return { ...call, afterwards: () => hasKey(stage, keys.address, stage.keyedSet(1)) }
  },
  registerKey_ecdsa_wrong_signature: async (stage) => {
    const [keys, key, other] = [await stage.newcomer(), stage.keys(), stage.keys()]
    const { keyData } = signEcdsaKey(keys.address, key, stage.devnet, stage.keyedSet(1))
    const { signature } = signEcdsaKey(keys.address, other, stage.devnet, stage.keyedSet(1))
    return registering(stage, keys.address, stage.keyedSet(1), { keyData, signature })
  },
}
