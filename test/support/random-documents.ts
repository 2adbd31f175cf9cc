// Requests, responses, approvals and statements with random fields of every size that the schema takes: the documents of nobody.
//
// Points are multiples of the generators, signatures are numbers in range: what is tested with these is form, not truth.
import { bn254 } from '@noble/curves/bn254.js'
import { bytesToHex, getAddress } from 'viem'
import { approvalSubjects, encodeApproval } from '../../src/shared/ledger/approval.ts'
import { encodeG1, encodeG2, GROUP_ORDER } from '../../src/shared/chain/bn254.ts'
import type { PubkeyRegistrationParams } from '../../src/shared/chain/bls-registration.ts'
import type { DocumentDigest } from '../../src/shared/base/document.ts'
import type { Anchor } from '../../src/shared/base/anchor.ts'
import type { Address, Bytes32, EcdsaSignature, UnixSeconds, Wei } from '../../src/shared/base/fields.ts'
import type { RegisterOperation } from '../../src/shared/operations/register.ts'
import type { Claim } from '../../src/shared/request/claims.ts'
import { encodeRequest, type UnsignedRequest } from '../../src/shared/request/request.ts'
import { encodeResponse } from '../../src/shared/request/response.ts'
import { encodeStatement, statementKinds } from '../../src/shared/ledger/statement.ts'
import type { FeeRung, TransactionFields } from '../../src/shared/chain/transaction.ts'
import { Seeded } from './seeded.ts'

const address = (random: Seeded): Address => getAddress(bytesToHex(random.bytes(20))) as Address
const bytes32 = (random: Seeded): Bytes32 => bytesToHex(random.bytes(32)) as Bytes32
const integer = (random: Seeded, least = 0): number => Math.max(least, Number(random.bits(53)))
const seconds = (random: Seeded): UnixSeconds => integer(random, 1) as UnixSeconds
const orNull = <T>(random: Seeded, value: (random: Seeded) => T): T | null =>
  random.chance(0.3) ? null : value(random)
const several = <T>(length: number, item: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => item(index))

// A few points, made once: each is drawn often, in all combinations.
const POINTS = ((random: Seeded) =>
  several(12, () => {
    const scalar = (BigInt(bytesToHex(random.bytes(40))) % (GROUP_ORDER - 1n)) + 1n
    const [ofG1, ofG2] = [bn254.G1.Point.BASE.multiplyUnsafe(scalar), bn254.G2.Point.BASE.multiplyUnsafe(scalar)]
    return { g1: encodeG1(ofG1), g2: encodeG2(ofG2) }
  }))(new Seeded(254))

function params(random: Seeded): PubkeyRegistrationParams {
  const [first, second, third] = random.shuffled(POINTS)
  if (first === undefined || second === undefined || third === undefined) throw new Error('no points')
  return { publicKeyG1: first.g1, publicKeyG2: second.g2, signature: third.g1 }
}

const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const word = (value: bigint): string => value.toString(16).padStart(64, '0')

function signature(random: Seeded): EcdsaSignature {
  const r = (random.bits(256) % (SECP256K1_ORDER - 1n)) + 1n
  const s = (random.bits(256) % (SECP256K1_ORDER / 2n)) + 1n
  return `0x${word(r)}${word(s)}${random.pick(['1b', '1c'])}` as EcdsaSignature
}

function rungs(random: Seeded): FeeRung[] {
  const maxPriorityFeePerGas = random.bits(200) + 1n
  const first = { maxPriorityFeePerGas, maxFeePerGas: maxPriorityFeePerGas + random.bits(200) }
  return several(random.chance(0.5) ? 1 : 1 + random.below(16), (index) => {
    const raised = (price: bigint): Wei => (price * 2n ** BigInt(index)) as Wei
    return {
      maxFeePerGas: raised(first.maxFeePerGas),
      maxPriorityFeePerGas: raised(first.maxPriorityFeePerGas),
    }
  })
}

const CHARACTERS = ['a', 'Z', '7', '.', ':', ';', ' ', '"', '\\', '/', '-', 'ß', 'é', '語', '🔑', '\u{10348}'] as const

function operation(random: Seeded, signer: Address | null): RegisterOperation {
  const asksFor = <T>(value: () => T): T | null => (signer === null ? orNull(random, value) : value())
  const operatorSignature = asksFor(() => ({
    avsDirectory: address(random),
    domainVersion: random.pick([null, '1', '1.', 'v1'] as const),
    salt: bytes32(random),
    signer: signer && { address: signer, signs: random.chance(0.5) ? ('digest' as const) : ('safe-message' as const) },
  }))
  const asked = { from: 'signer', operatorId: orNull(random, bytes32) } as const
  const pubkeyRegistration = random.chance(0.3) ? ({ from: 'request', params: params(random) } as const) : asked
  const share = random.pick([0.01, 0.1, 0.9])
  const quorums = several(192, (number) => number).filter(() => random.chance(share))
  return {
    kind: 'register',
    operator: address(random),
    operatorSignature,
    pubkeyRegistration: operatorSignature && orNull(random, () => pubkeyRegistration),
    quorums: quorums.length > 0 ? quorums : [random.below(192)],
    registryCoordinator: address(random),
    serviceManager: address(random),
    socket: several(random.chance(0.1) ? 256 : random.below(40), () => random.pick(CHARACTERS)).join(''),
  }
}

const anchorIn = (random: Seeded, ledger: string): Anchor => ({
  entry: integer(random, 1),
  hash: bytes32(random).slice(2, 34),
  ledger: ledger as Anchor['ledger'],
})

/** None, or a few in the order of their ledgers. */
const anchorsOf = (random: Seeded): Anchor[] =>
  several(random.chance(0.5) ? 0 : random.below(9), () => bytes32(random).slice(2, 18))
    .toSorted()
    .map((ledger) => anchorIn(random, ledger))

/** None, or somebody for some of the quorums. */
const claimsOf = (random: Seeded, { quorums }: RegisterOperation): Claim[] =>
  (random.chance(0.7) ? [] : quorums.filter(() => random.chance(0.5))).map((quorum) => ({
    claim: 'removed',
    operator: orNull(random, address),
    ownStake: random.bits(random.below(97)),
    quorum,
    stake: random.bits(random.below(97)),
  }))

const transaction = (random: Seeded): TransactionFields => ({
  fees: rungs(random),
  from: null,
  gasLimit: 21_000 + random.below(16_756_217),
  nonce: integer(random),
})

/** A request, in its canonical bytes. */
export function randomRequest(random: Seeded): Uint8Array {
  // For an operator that is a contract, somebody's key signs the message, and no transaction.
  const signer = random.chance(0.2) ? address(random) : null
  const asked = operation(random, signer)
  const request: Omit<UnsignedRequest, 'airlock' | 'checksum'> = {
    anchors: anchorsOf(random),
    block: { hash: bytes32(random), number: integer(random), timestamp: seconds(random) },
    chainId: integer(random, 1),
    claims: claimsOf(random, asked),
    code: orNull(random, () => bytesToHex(random.bytes(8)).slice(2)),
    expiry: seconds(random),
    operation: asked,
    transaction: signer === null ? transaction(random) : null,
  }
  return encodeRequest('making a random request', request).bytes
}

/** A response, in its canonical bytes. */
export function randomResponse(random: Seeded): Uint8Array {
  return encodeResponse({
    anchors: anchorsOf(random),
    keySignature: orNull(random, signature),
    operatorSignature: orNull(random, signature),
    pubkeyRegistrationParams: orNull(random, params),
    requestDigest: bytes32(random).slice(2) as DocumentDigest,
    transactions: orNull(random, () => several(1 + random.below(16), () => signature(random))),
  })
}

/** An approval, in its canonical bytes. */
export function randomApproval(random: Seeded): Uint8Array {
  return encodeApproval({
    approver: address(random),
    digest: bytes32(random).slice(2) as DocumentDigest,
    signature: signature(random),
    subject: random.pick(approvalSubjects),
  })
}

/** A statement, in its canonical bytes. */
export function randomStatement(random: Seeded): Uint8Array {
  const letters = several(random.below(100), () => random.pick(CHARACTERS)).join('')
  return encodeStatement({
    entry: integer(random, 1),
    entryHash: bytes32(random).slice(2) as DocumentDigest,
    ledger: bytesToHex(random.bytes(8)).slice(2) as Anchor['ledger'],
    reason: `x${letters}`,
    statement: random.pick(statementKinds),
  })
}
