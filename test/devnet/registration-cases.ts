// Every way that a registration was tried on the real contracts, by the name that vectors/devnet/registration-outcome.json
// gives it. Each case prepares its own operators and returns one call; nothing of one case is seen by another.

import { getBytes, hashMessage, Signature, toBeHex } from 'ethers'
import { getAddress, keccak256, parseEther, slice, toHex, type Address, type Hex, type TransactionReceipt } from 'viem'
import { expect } from 'vitest'
import type { Devnet } from './devnet.ts'
import {
  avsRegistrationDigest,
  blsProof,
  hashToG1,
  pubkeyRegistrationPoint,
  registrationCalldata,
  signDigest,
  type OperatorKeys,
  type Registration,
  type RegistrationTarget,
  type RegistrationWishes,
} from './operator.ts'
import { AMPLE, Stage } from './stage.ts'

export interface Attempt {
  readonly from: Address
  readonly data: Hex
  /** When the block that answers shall be; otherwise the next second. */
  readonly blockTimestamp?: bigint
  /** What to look at after success; otherwise that the sender is registered. */
  readonly afterwards?: (receipt: TransactionReceipt) => Promise<void>
  readonly cleanUp?: () => Promise<void>
}

const P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n
const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const OTHER_BLS_SECRET = 6_900n
const OTHER_SALT = keccak256(toHex('another salt'))

type Case = (stage: Stage) => Promise<Attempt>

export function prepare(devnet: Devnet, name: string): Promise<Attempt> {
  const prepareCase = CASES[name]
  if (prepareCase === undefined) throw new Error(`preparing a registration case: nothing is known of ${name}`)
  return prepareCase(new Stage(devnet, name))
}

// ---- the shapes that most cases have

const attempt = (keys: OperatorKeys, registration: Registration): Attempt => ({
  from: keys.address,
  data: registrationCalldata(registration),
})

/** A newcomer who wishes for something particular. */
const wishing =
  (wishes: RegistrationWishes, shares?: bigint): Case =>
  async (stage) => {
    const keys = await stage.newcomer(shares)
    return attempt(keys, stage.sign(keys, wishes))
  }

/** A newcomer whose registration was changed after signing. */
const altered =
  (change: (given: Registration, keys: OperatorKeys, stage: Stage) => Partial<Registration>): Case =>
  async (stage) => {
    const keys = await stage.newcomer()
    const given = stage.sign(keys)
    return attempt(keys, { ...given, ...change(given, keys, stage) })
  }

/** A newcomer whose ECDSA signature was made for another target than this devnet. */
const ecdsaFor = (target: Partial<RegistrationTarget>): Case =>
  altered((_, keys, stage) => ({ signature: stage.sign(keys, {}, target).signature }))

/** A newcomer whose BLS signature is over another message point. */
const blsOver = (point: (keys: OperatorKeys, stage: Stage) => ReturnType<typeof hashToG1>): Case =>
  altered((_, keys, stage) => ({ blsSignature: blsProof(keys.blsSecretKey, point(keys, stage)).blsSignature }))

/** A newcomer's calldata, sent by somebody else. */
const sentBy =
  (sender: (stage: Stage) => Promise<OperatorKeys>): Case =>
  async (stage) => {
    const [victim, other] = [await stage.newcomer(), await sender(stage)]
    return attempt(other, stage.sign(victim))
  }

const expiringAt =
  (secondsAfterBlock: bigint): Case =>
  async (stage) => {
    const keys = await stage.newcomer()
    const blockTimestamp = (await stage.now()) + 100n
    return { ...attempt(keys, stage.sign(keys, { expiry: blockTimestamp + secondsAfterBlock })), blockTimestamp }
  }

const joiningFullQuorum =
  (shares: bigint, isOut: boolean): Case =>
  async (stage) => {
    const keys = await stage.newcomer(shares)
    const registration = stage.sign(keys, { quorums: [2] })
    const afterwards = async (): Promise<void> => {
      expect(await stage.status(keys.address)).toBe(isOut ? 2 : 1)
      expect(await stage.avsStatus(keys.address)).toBe(isOut ? 0 : 1)
      expect(await stage.bitmap(keys.address)).toBe(isOut ? 0n : 4n)
      expect(await stage.devnet.read('AVSDirectory', 'operatorSaltIsSpent', [keys.address, registration.salt])).toBe(
        true,
      )
      expect(await stage.devnet.read('IndexRegistry', 'totalOperatorsForQuorum', [2])).toBe(2)
    }
    return { ...attempt(keys, registration), afterwards }
  }

const paused =
  (pause: (devnet: Devnet, isPaused: boolean) => Promise<void>): Case =>
  async (stage) => {
    const keys = await stage.newcomer()
    await pause(stage.devnet, true)
    return { ...attempt(keys, stage.sign(keys)), cleanUp: () => pause(stage.devnet, false) }
  }

const parts = (signature: Hex): Signature => Signature.from(signature)

/** Every other case is about one defect; its name says which. */
const CASES: Readonly<Record<string, Case>> = {
  success_q0: wishing({}),
  success_q0_q1: wishing({ quorums: [0, 1] }),

  // ---- BLS key and its proof
  wrong_bls_signature: altered((_, keys, { devnet }) => ({
    blsSignature: blsProof(OTHER_BLS_SECRET, pubkeyRegistrationPoint(devnet, keys.address)).blsSignature,
  })),
  bls_signature_for_other_operator_address: blsOver((_, stage) =>
    pubkeyRegistrationPoint(stage.devnet, stage.keys().address),
  ),
  bls_signature_over_wrong_message: blsOver(() => hashToG1(OTHER_SALT)),
  bls_signature_wrong_chain_id: blsOver((keys, { devnet }) =>
    pubkeyRegistrationPoint({ chainId: 1, registryCoordinator: devnet.registryCoordinator }, keys.address),
  ),
  bls_signature_negated: altered(({ blsSignature: [x, y] }) => ({ blsSignature: [x, P - y] })),
  bls_signature_not_on_curve: altered(({ blsSignature: [x, y] }) => ({ blsSignature: [x, (y + 1n) % P] })),
  bls_signature_infinity: altered(() => ({ blsSignature: [0n, 0n] })),
  g1_g2_mismatch: altered(() => ({ publicKeyG2: blsProof(OTHER_BLS_SECRET, hashToG1(OTHER_SALT)).publicKeyG2 })),
  g2_coordinates_swapped_c0_c1: altered(({ publicKeyG2: [x, y] }) => ({
    publicKeyG2: [
      [x[1], x[0]],
      [y[1], y[0]],
    ],
  })),
  zero_g1_pubkey: altered(() => ({ publicKeyG1: [0n, 0n] })),
  bls_key_already_registered_by_other: async (stage) => {
    const [member, keys] = [await stage.member(), await stage.newcomer()]
    return attempt(keys, stage.sign({ ...keys, blsSecretKey: member.blsSecretKey }))
  },

  // ---- who sends
  wrong_sender_stranger: sentBy((stage) => Promise.resolve(stage.keys())),
  wrong_sender_other_operator: sentBy((stage) => stage.newcomer()),
  wrong_sender_with_own_registered_bls_key: sentBy((stage) => stage.formerMember()),
  wrong_sender_after_registration: async (stage) => {
    const member = await stage.member()
    return attempt(stage.keys(), stage.sign(member))
  },
  operator_not_in_eigenlayer: async (stage) => {
    const keys = stage.keys()
    await stage.devnet.fund(keys.address)
    return attempt(keys, stage.sign(keys))
  },

  // ---- ECDSA signature
  wrong_ecdsa_signature_other_key: altered((_, keys, stage) => ({
    signature: stage.sign({ ...keys, privateKey: stage.keys().privateKey }).signature,
  })),
  ecdsa_signature_for_other_avs: ecdsaFor({ serviceManager: getAddress(slice(OTHER_SALT, 12)) }),
  ecdsa_signature_domain_flavour_m2: ecdsaFor({ domain: null }),
  'ecdsa_signature_domain_flavour_1.': ecdsaFor({ domain: '1.' }),
  ecdsa_signature_domain_flavour_v1: ecdsaFor({ domain: 'v1' }),
  ecdsa_signature_domain_flavour_1: ecdsaFor({ domain: '1' }),
  ecdsa_personal_sign: altered(({ salt, expiry }, keys, { devnet }) => {
    const digest = avsRegistrationDigest(devnet, keys.address, salt, expiry)
    return { signature: signDigest(keys.privateKey, hashMessage(getBytes(digest)) as Hex) }
  }),
  ecdsa_v_0_1: altered(({ signature }) => ({
    signature: `${slice(signature, 0, 64)}0${parts(signature).yParity}`,
  })),
  ecdsa_compact_64: altered(({ signature }) => ({ signature: parts(signature).compactSerialized as Hex })),
  ecdsa_high_s: altered(({ signature }) => {
    const { r, s, v } = parts(signature)
    const highS = toBeHex(SECP256K1_ORDER - BigInt(s), 32)
    return { signature: `${r as Hex}${highS.slice(2)}${v === 27 ? '1c' : '1b'}` }
  }),
  ecdsa_empty: altered(() => ({ signature: '0x' })),

  // ---- expiry and salt
  expired_signature: async (stage) => {
    const keys = await stage.newcomer()
    return attempt(keys, stage.sign(keys, { expiry: (await stage.now()) - 60n }))
  },
  expiry_zero: wishing({ expiry: 0n }),
  expiry_equal_to_block_timestamp_ok: expiringAt(0n),
  expiry_one_second_before_block_timestamp: expiringAt(-1n),
  spent_salt_via_cancelSalt: async (stage) => {
    const keys = await stage.newcomer()
    const given = stage.sign(keys)
    const { avsDirectory } = stage.devnet
    await stage.devnet.sendAs(
      keys.address,
      avsDirectory,
      stage.devnet.calldata('AVSDirectory', 'cancelSalt', [given.salt]),
    )
    return attempt(keys, given)
  },

  // ---- quorums, stake, room
  empty_quorum_numbers: wishing({ quorums: [] }),
  unordered_quorums_2_0: wishing({ quorums: [2, 0] }),
  duplicate_quorums_0_0: wishing({ quorums: [0, 0] }),
  nonexistent_quorum_7: wishing({ quorums: [7] }),
  nonexistent_quorum_200: wishing({ quorums: [200] }),
  below_minimum_stake_q1: wishing({ quorums: [1] }, parseEther('10')),
  below_minimum_stake_q0_q1: wishing({ quorums: [0, 1] }, parseEther('10')),
  below_minimum_stake_low_operator: wishing({}, parseEther('0.5')),
  full_quorum_q2: wishing({ quorums: [2] }),
  full_quorum_q2_autochurn: joiningFullQuorum(AMPLE, false),
  autochurn_q2_effect: joiningFullQuorum(AMPLE, false),
  autochurn_weaker_newcomer: joiningFullQuorum(parseEther('2'), true),
  autochurn_weaker_FRESH_newcomer: joiningFullQuorum(parseEther('3'), true),
  autochurn_lower_stake_joins: wishing({ quorums: [2] }, parseEther('0.5')),

  // ---- again, and after leaving
  already_registered_same_quorum: async (stage) => {
    const keys = await stage.member()
    return attempt(keys, stage.sign(keys, { salt: OTHER_SALT }))
  },
  replay_same_calldata: async (stage) => {
    const keys = await stage.member()
    return attempt(keys, stage.sign(keys))
  },
  add_quorum_ignores_signature_ok: async (stage) => {
    const keys = await stage.member()
    const afterwards = async (): Promise<void> => expect(await stage.bitmap(keys.address)).toBe(3n)
    return { ...attempt(keys, { ...stage.sign(keys, { quorums: [1], expiry: 0n }), signature: '0x' }), afterwards }
  },
  after_deregister_status: async (stage) => {
    const keys = await stage.member()
    const afterwards = async (): Promise<void> => {
      expect(await stage.status(keys.address)).toBe(2)
      expect(await stage.avsStatus(keys.address)).toBe(0)
    }
    return { from: keys.address, data: stage.deregistration(), afterwards }
  },
  reregister_spent_salt: async (stage) => {
    const keys = await stage.formerMember()
    return attempt(keys, stage.sign(keys))
  },
  reregister_zero_bls_params_ok: async (stage) => {
    const keys = await stage.formerMember()
    const given = stage.sign(keys, { salt: OTHER_SALT })
    const nothing = { blsSignature: [0n, 0n], publicKeyG1: [0n, 0n] } as const
    const publicKeyG2 = [
      [0n, 0n],
      [0n, 0n],
    ] as const
    return attempt(keys, { ...given, ...nothing, publicKeyG2 })
  },
  ejected_then_reregister: async (stage) => {
    const keys = await stage.member()
    await stage.devnet.eject(keys.address, [0])
    return attempt(keys, stage.sign(keys, { salt: OTHER_SALT }))
  },

  // ---- the rest
  registry_coordinator_paused: paused((devnet, isPaused) => devnet.pauseCoordinator(isPaused)),
  avs_directory_paused: paused((devnet, isPaused) => devnet.pauseAvsDirectory(isPaused)),
  truncated_calldata: async (stage) => {
    const keys = await stage.newcomer()
    const { from, data } = attempt(keys, stage.sign(keys))
    return { from, data: slice(data, 0, 400) }
  },
}
