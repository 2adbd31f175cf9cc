// Approvals made by ethers, without the code under test: the text as docs/approvals.md has it, its EIP-191 hash, the
// signature of ethers' wallet, the document in the spelling of the other documents. Held against cast in approval.test.ts.
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { hashMessage, sha256, Wallet } from 'ethers'
import { readVector } from '../../support/vectors.ts'
import { bytesOf, canonical, digestOf, sealed, type Json } from '../../documents/canonical.ts'

export type ApprovalJson = {
  airlock: string
  approver: string
  digest: string
  signature: string
  subject: string
}

export interface ApprovalCase {
  readonly kind: 'approval'
  readonly note: string
  readonly subject: string
  readonly digest: string
  readonly secretKey: string
  readonly text: string
  readonly hash: string
  readonly document: string
}

/** The first 88 bits of a digest as words of 11 bits. */
export function wordsOf(digest: string): string {
  const bits = BigInt(`0x${digest.slice(0, 22)}`)
    .toString(2)
    .padStart(88, '0')
  return Array.from({ length: 8 }, (_, index) => wordlist[parseInt(bits.slice(11 * index, 11 * index + 11), 2)]).join(
    ' ',
  )
}

/** The text of docs/approvals.md. */
export const textFor = (subject: string, digest: string): string =>
  `Airlock approval 1\n${subject} ${digest}\n${wordsOf(digest)}\nThis is no transaction and no registration.\n`

/** An approval as ethers signs it. */
export function approvalBy(secretKey: string, subject: string, digest: string): ApprovalJson {
  const wallet = new Wallet(secretKey)
  const signature = wallet.signMessageSync(textFor(subject, digest))
  return { airlock: 'approval/1', approver: wallet.address, digest, signature, subject }
}

/** The canonical bytes of an approval. */
export const approvalBytes = (document: Json): Uint8Array => bytesOf(document)

function caseOf(note: string, subject: string, digest: string, secretKey: string): ApprovalCase {
  const text = textFor(subject, digest)
  const document = canonical(sealed(approvalBy(secretKey, subject, digest)))
  return { kind: 'approval', note, subject, digest, secretKey, text, hash: hashMessage(text), document }
}

const secret = (seed: string): string => sha256(Buffer.from(seed))
const requestDigest = digestOf(readVector('requests', 'register_valid').document)

export const approvalCases: readonly ApprovalCase[] = [
  caseOf('of vectors/requests/register_valid', 'request', requestDigest, secret('alice')),
  caseOf('the same by another approver', 'request', requestDigest, secret('bob')),
  caseOf('the same digest as a policy', 'policy', requestDigest, secret('alice')),
  caseOf('of a statement', 'statement', digestOf(Buffer.from('a statement')), secret('alice')),
  caseOf('a digest of zeros: eight times the first word', 'policy', '0'.repeat(64), secret('alice')),
  caseOf('a digest of ones: eight times the last word', 'statement', 'f'.repeat(64), secret('bob')),
  caseOf('the secret 1', 'request', digestOf(Buffer.from('one')), `0x${'0'.repeat(63)}1`),
]

/** vectors/known-answers/approval.json. */
export const approvalVectors: string = `${JSON.stringify(
  {
    airlock: 'vectors/1',
    source:
      "EIP-191 hashes and signatures by ethers' hashMessage and Wallet.signMessage over the text of docs/approvals.md; cast wallet sign gives the same; keys are SHA-256 of names, and 1",
    cases: approvalCases,
  },
  null,
  1,
)}\n`
