// The known answers of kind "approval": text, hash, and the document as `approve` writes it, signature included.
import { hexToBytes } from 'viem'
import * as z from 'zod'
import {
  approvalHash,
  approvalSubjects,
  approvalText,
  decodeApproval,
  encodeApproval,
} from '../../shared/ledger/approval.ts'
import { digestWords, type DocumentDigest } from '../../shared/base/document.ts'
import { bytes32 } from '../../shared/base/fields.ts'
import { ecdsaKeyOf } from '../keystore/keys.ts'
import { phraseOf } from '../signing/review.ts'
import { ReadDocument } from '../signing/review-approval.ts'
import { signApproval } from '../signing/sign.ts'
import type { Comparison } from './comparison.ts'

const approvalCase = z.object({
  subject: z.enum(approvalSubjects),
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .transform((text) => text as DocumentDigest),
  secretKey: bytes32,
  text: z.string(),
  hash: bytes32,
  document: z.string(),
})

/** An approval with its test key: what is signed, and every byte of what is written. */
export async function checkApproval(fields: unknown): Promise<Comparison[]> {
  const { digest, document, hash, secretKey, subject, text } = approvalCase.parse(fields)
  const shown = { subject, digest, words: digestWords(digest), sections: [], findings: [], summary: '', operator: null }
  const read = await ReadDocument.review(shown, () => Promise.resolve(phraseOf('approve', shown)))
  const made = await signApproval(read, ecdsaKeyOf(hexToBytes(secretKey), 'the secret of the vector'))
  const { approver } = await decodeApproval('reading vector', new TextEncoder().encode(document))
  return [
    ['text', text, approvalText(subject, digest)],
    ['hash', hash, approvalHash(subject, digest)],
    ['approver', approver, made.approver],
    ['document', document, new TextDecoder().decode(encodeApproval(made))],
  ]
}
