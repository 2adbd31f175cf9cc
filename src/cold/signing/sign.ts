// The third gate, and the only place where a secret meets a message.
//
// Four things are signed, and none of them is given from outside: what follows from a ReviewedRequest (signReviewed), this
// program's own statement that two keys belong together (signStatement), its own text that a document was read and is
// approved (signApproval), and a message of no meaning, whose signature is checked and forgotten (signNonsense).
//
// signReviewed takes a ReviewedRequest and nothing else, signs what follows from its fields, and checks its own work as
// the contracts and the other machine will before it gives anything back. Signatures are deterministic: RFC 6979 with
// low s for ECDSA, secret times message point for BLS.
import { coldCommand } from '../../shared/base/commands.ts'
import { randomBytes } from 'node:crypto'
import { sha256 } from '@noble/hashes/sha2.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { bytesToNumberBE } from '@noble/curves/utils.js'
import { bytesToHex, hexToBytes } from 'viem'
import { approvalHash, approvalProblems, type ApprovalDocument } from '../../shared/ledger/approval.ts'
import { encodeG1, hashToG1, type G1Point } from '../../shared/chain/bn254.ts'
import { checkPubkeyRegistration, type PubkeyRegistrationParams } from '../../shared/chain/bls-registration.ts'
import { checkResponse, type ResponseCheck } from '../../shared/request/check-response.ts'
import { callSignatures, completeCall, messagesAsked, nothingMade } from '../../shared/request/derive.ts'
import { AirlockError, refuseAll, type Problem } from '../../shared/base/errors.ts'
import type { Bytes32, EcdsaSignature } from '../../shared/base/fields.ts'
import type { CallSignatures, Message } from '../../shared/operation-parts/operation.ts'
import {
  statementHash,
  statementPoint,
  statementProblems,
  type PublicKeyDocument,
} from '../../shared/request/public-key.ts'
import type { Signatures } from '../../shared/request/response.ts'
import { signingHash } from '../../shared/chain/transaction.ts'
import type { AnyKey } from '../keystore/key-file.ts'
import { keyProblems, type BlsKey, type EcdsaKey, type OpenedKeys } from '../keystore/keys.ts'
import { ReadDocument } from './review-approval.ts'
import { ReviewedRequest } from './review.ts'
import { compareSigned } from '../validate/second-opinion.ts'

/** The signatures of a request, with what their own check proved. */
export interface SignedAndChecked {
  readonly signatures: Signatures
  readonly check: ResponseCheck
}

/**
 * Signs a reviewed request with the keys at hand; the signatures are partial where a key is elsewhere. Nothing of it may
 * leave before it is recorded (record.ts).
 *
 * @throws AirlockError key_not_of_operator, key_not_of_request, encoders_disagree, own_signature_invalid
 */
export async function signReviewed(reviewed: ReviewedRequest, keys: OpenedKeys): Promise<SignedAndChecked> {
  const valid = ReviewedRequest.open(reviewed)
  const { request, messages, digest } = valid
  refuseAll('checking keys', keyProblems(request, keys))
  const asked = messagesAsked(messages)
  const made = asked.reduce<CallSignatures>(
    (sofar, message) => ({ ...sofar, ...signMessage(message, keys) }),
    nothingMade,
  )
  const whole = asked.every(({ part }) => made[part] !== null)
  const { transactions: unsigned } = completeCall(request, callSignatures(request, made))
  const ecdsa = keys.ecdsa
  const transactions =
    whole && ecdsa && request.transaction !== null ? unsigned.map((each) => signDigest(signingHash(each), ecdsa)) : null

  const signatures: Signatures = { requestDigest: digest, ...made, transactions }
  if (transactions !== null) compareSigned(valid, signatures)
  const check = await checkResponse(valid, signatures)
  refuseOwn(check.problems)
  return { signatures, check }
}

/** One signature, by the key that its message wants; none where that key is elsewhere. */
function signMessage(message: Message, keys: OpenedKeys): Partial<CallSignatures> {
  switch (message.part) {
    case 'operatorSignature':
      return { operatorSignature: keys.ecdsa && signDigest(message.hashes.digest, keys.ecdsa) }
    case 'keySignature':
      return { keySignature: keys.signing && signDigest(message.hashes.digest, keys.signing) }
    case 'pubkeyRegistrationParams':
      return { pubkeyRegistrationParams: keys.bls && signPoint(message.point, keys.bls) }
  }
}

function signDigest(digest: Bytes32, key: EcdsaKey): EcdsaSignature {
  const options = { prehash: false, lowS: true, format: 'recovered' } as const
  const [recovery = 0, ...compact] = secp256k1.sign(hexToBytes(digest), key.secret, options)
  return bytesToHex(Uint8Array.of(...compact, 27 + recovery)) as EcdsaSignature
}

function signPoint(point: G1Point, { publicKeyG1, publicKeyG2, secret }: BlsKey): PubkeyRegistrationParams {
  const signature = encodeG1(point.multiply(bytesToNumberBE(secret)))
  return { publicKeyG1, publicKeyG2, signature }
}

/**
 * Signs, with both keys, that they belong to one operator.
 *
 * @throws AirlockError own_signature_invalid
 */
export async function signStatement(ecdsa: EcdsaKey, bls: BlsKey): Promise<PublicKeyDocument> {
  const statement = { operator: ecdsa.address, operatorId: bls.operatorId }
  const { publicKeyG1, publicKeyG2, signature } = signPoint(statementPoint(statement), bls)
  const operatorSignature = signDigest(statementHash(statement), ecdsa)
  const document: PublicKeyDocument = {
    ...{ airlock: 'public-key/1', ...statement, blsSignature: signature },
    ...{ operatorSignature, publicKeyG1, publicKeyG2 },
  }
  refuseOwn(await statementProblems(document))
  return document
}

/**
 * Signs that a document was read and is approved. The digest is that of a document which was shown on this machine.
 *
 * @throws AirlockError review_forged, own_signature_invalid
 */
export async function signApproval(read: ReadDocument, ecdsa: EcdsaKey): Promise<ApprovalDocument> {
  const { digest, subject } = ReadDocument.open(read)
  const signature = signDigest(approvalHash(subject, digest), ecdsa)
  const document: ApprovalDocument = { airlock: 'approval/1', approver: ecdsa.address, digest, signature, subject }
  refuseOwn(await approvalProblems(document))
  return document
}

/**
 * Signs a message of no meaning and checks the signature, to prove that a key works. The message is the hash of this
 * program's own text and 32 random bytes, which no contract asks for; the signature is given to nobody.
 *
 * @throws AirlockError own_signature_invalid
 */
export function signNonsense(key: AnyKey): void {
  const text = new TextEncoder().encode('Airlock key test: this is no transaction and no registration')
  const digest = bytesToHex(sha256(Uint8Array.of(...text, ...randomBytes(32)))) as Bytes32
  const signs = key.kind === 'ecdsa' ? ecdsaSigns(digest, key) : blsSigns(hashToG1(digest), key)
  if (signs) return
  refuseOwn([
    { code: 'own_signature_invalid', message: 'a test signature does not belong to the public key', hint: '' },
  ])
}

function ecdsaSigns(digest: Bytes32, key: EcdsaKey): boolean {
  const compact = hexToBytes(signDigest(digest, key)).subarray(0, 64)
  return secp256k1.verify(compact, hexToBytes(digest), secp256k1.getPublicKey(key.secret), { prehash: false })
}

const blsSigns = (point: G1Point, key: BlsKey): boolean =>
  checkPubkeyRegistration(signPoint(point, key), point) === 'valid'

/** A signature of ours that fails its check must not leave: the machine or the build is broken. */
function refuseOwn(problems: readonly Problem[]): void {
  const [first, ...rest] = problems.map(({ code, message }): Problem => {
    const hint = `run ${coldCommand('selftest')}; sign nothing with this machine until it passes`
    return { code: 'own_signature_invalid', message: `${message} (${code})`, hint }
  })
  if (first !== undefined) throw new AirlockError('checking own signatures', [first, ...rest])
}
