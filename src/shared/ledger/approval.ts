// approval/1: a second person's signature under the digest of a document that they have read.
//
// "airlock": "approval/1", canonical JSON (document.ts), one page in docs/approvals.md. What is signed is text of this
// program's own, as EIP-191 personal message: the kind of document, its digest, and the words that stood on the screen.
// Such a message begins with 0x19 "E", a transaction with 0x02 or an RLP list, an EIP-712 message with 0x19 0x01: no
// approval can stand for either.
//
// Refused: any other spelling, and a signature that is not by the approver named. Who may approve, and how many must,
// is said by the caller (a policy); countApprovals holds approvals against it and names each that does not count.
import { coldCommand } from '../base/commands.ts'
import { hashMessage, recoverAddress } from 'viem'
import * as z from 'zod'
import { checksum, decodeDocument, digestWords, encodeDocument, type DocumentDigest } from '../base/document.ts'
import { AirlockError, type Problem } from '../base/errors.ts'
import { address, ecdsaSignature, type Address, type Branded, type Bytes32 } from '../base/fields.ts'
import { quote } from '../base/quote.ts'
import type { ReviewSection } from '../request/review.ts'

const HEADER = 'approval/1'
const AGAIN = `ask the reviewer to make it again: ${coldCommand('approve')}`

/** The kinds of documents that a person approves; the packed form counts them, so their order never changes. */
export const approvalSubjects = ['request', 'policy', 'statement'] as const
export type ApprovalSubject = (typeof approvalSubjects)[number]

const approval = z
  .strictObject({
    airlock: z.literal(HEADER),
    approver: address,
    checksum,
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'expected the SHA-256 of a document: 64 lower-case hex digits without 0x')
      .transform((text) => text as DocumentDigest),
    signature: ecdsaSignature,
    subject: z.enum(approvalSubjects, `expected one of ${approvalSubjects.join(', ')}`),
  })
  .readonly()

/** An approval whose every field is well-formed; nothing is said about its signature. */
export type ApprovalDocument = Omit<z.output<typeof approval>, 'checksum'>

/** An approval whose signature is by the approver that it names: what decodeApproval gives. */
export type CheckedApproval = Branded<ApprovalDocument, 'CheckedApproval'>

/** A person who may approve, as a policy lists them. */
export interface Approver {
  readonly name: string
  readonly address: Address
}

/** How many approvals are wanted, and of whom. */
export interface WantedApprovals {
  readonly needed: number
  readonly approvers: readonly Approver[]
}

/** The text that an approver signs. */
export function approvalText(subject: ApprovalSubject, digest: DocumentDigest): string {
  const words = digestWords(digest).join(' ')
  return `Airlock approval 1\n${subject} ${digest}\n${words}\nThis is no transaction and no registration.\n`
}

/** What the approver's key signs: the EIP-191 hash of that text. */
export const approvalHash = (subject: ApprovalSubject, digest: DocumentDigest): Bytes32 =>
  hashMessage(approvalText(subject, digest)) as Bytes32

/** What the approver is about to sign, for the end of their screen: what stands above is signed by others, later. */
export const approvalSection = (subject: ApprovalSubject, digest: DocumentDigest): ReviewSection => ({
  title: 'Your approval: all that is signed here',
  lines: [
    ['Text', `that you approve this ${subject}, with its SHA-256 and words; EIP-191 personal message`],
    ['Message hash', approvalHash(subject, digest)],
  ],
})

/** The canonical bytes of an approval. */
export const encodeApproval = (document: Omit<ApprovalDocument, 'airlock'>): Uint8Array =>
  encodeDocument({ airlock: HEADER, ...document })

/**
 * Decodes an approval without looking at its signature: for what carries it and does not rely on it.
 *
 * @param doing what the caller is doing, for the refusal
 * @throws AirlockError with every fault of spelling, schema and range
 */
export function parseApproval(doing: string, bytes: Uint8Array): ApprovalDocument {
  return decodeDocument(doing, bytes, HEADER, approval, AGAIN)
}

/**
 * Decodes an approval and checks its signature.
 *
 * @param doing what the caller is doing, for the refusal
 * @throws AirlockError approval_invalid, and those of decoding a document
 */
export async function decodeApproval(doing: string, bytes: Uint8Array): Promise<CheckedApproval> {
  const document = parseApproval(doing, bytes)
  const [first, ...rest] = await approvalProblems(document)
  if (first !== undefined) throw new AirlockError(doing, [first, ...rest])
  return document as CheckedApproval
}

/** What is untrue in an approval. */
export async function approvalProblems({
  approver,
  digest,
  signature,
  subject,
}: ApprovalDocument): Promise<readonly Problem[]> {
  const signer = await recoverAddress({ hash: approvalHash(subject, digest), signature }).catch(() => null)
  if (signer === approver) return []
  const message = `the approval is signed by ${signer ?? 'nobody'}, expected its approver ${approver}`
  return [{ code: 'approval_invalid', message, hint: AGAIN }]
}

/** The approvers whose approval counts, and what is wrong with the others. */
export interface CountedApprovals {
  readonly valid: readonly Approver[]
  readonly problems: readonly Problem[]
}

/**
 * Holds approvals against what is wanted for one document.
 *
 * Each approval counts for its approver or is named as a problem, also where there are enough without it: whoever brings
 * one that does not fit has mixed something up. An address counts once, under whatever names it is listed.
 *
 * @param digest of the document that is to be signed or adopted
 * @returns problems in the order of the approvals, approvals_missing last
 */
export function countApprovals(
  wanted: WantedApprovals,
  subject: ApprovalSubject,
  digest: DocumentDigest,
  approvals: readonly CheckedApproval[],
): CountedApprovals {
  const valid: Approver[] = []
  const problems: Problem[] = []
  for (const given of approvals) {
    const approver = wanted.approvers.find((listed) => listed.address === given.approver)
    if (given.subject !== subject || given.digest !== digest) problems.push(forOther(given, subject, digest))
    else if (approver === undefined) problems.push(byStranger(given))
    else if (valid.includes(approver)) problems.push(repeated(approver))
    else valid.push(approver)
  }
  if (valid.length < wanted.needed) problems.push(missing(wanted, valid, subject))
  return { valid, problems }
}

const named = (subject: ApprovalSubject, digest: DocumentDigest): string =>
  `${subject} ${digest.slice(0, 16)}... (${digestWords(digest).slice(0, 4).join(' ')} ...)`

function forOther(given: ApprovalDocument, subject: ApprovalSubject, digest: DocumentDigest): Problem {
  const message = `the approval by ${given.approver} is for ${named(given.subject, given.digest)}, expected ${named(subject, digest)}`
  return { code: 'approval_for_other', message, hint: `bring the approvals of this very ${subject}, and no others` }
}

function byStranger({ approver }: ApprovalDocument): Problem {
  const message = `the approval is by ${approver}, who is not among the approvers listed`
  return { code: 'approval_stranger', message, hint: 'leave it out, and bring approvals of the approvers listed' }
}

function repeated({ name, address: who }: Approver): Problem {
  const message = `${quote(name, 40)} (${who}) approved twice, and counts once`
  return { code: 'approval_repeated', message, hint: 'bring one approval of each approver' }
}

const FILE: Readonly<Record<ApprovalSubject, string>> = {
  request: 'request.json',
  policy: 'policy.yaml',
  statement: 'statement.json',
}

function missing(
  { approvers, needed }: WantedApprovals,
  valid: readonly Approver[],
  subject: ApprovalSubject,
): Problem {
  const still = approvers.filter((listed) => !valid.some((one) => one.address === listed.address))
  const names = still.map(({ name, address: who }) => `${quote(name, 40)} (${who})`).join(', ')
  const message = `${valid.length} of ${needed} approvals of this ${subject} are there; still to be asked: ${names}`
  const command = coldCommand('approve', { DOCUMENT: FILE[subject] })
  return { code: 'approvals_missing', message, hint: `a reviewer types ${command} and brings that file` }
}
