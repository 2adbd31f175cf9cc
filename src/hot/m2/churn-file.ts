// A churn approval as a file: what the churn approver of an AVS gave, in either of two spellings.
//
// Plain JSON, as docs/operations-m2.md has it: {"expiry", "kicks": [{"operator", "quorum"}], "salt", "signature"}; and the ChurnReply
// of EigenDA's churner as grpcurl prints it: {"signatureWithSaltAndExpiry": {...}, "operatorsToChurn": [...]}, bytes in base64.
// The approver is not taken from the file: the chain says who it is, and the signature is held against that.
import { bytesToHex, getAddress, type Hex } from 'viem'
import * as z from 'zod'
import { readBounded } from '../../local/files.ts'
import type { ChurnApproval } from '../../shared/operation-parts/churn-approval.ts'
import { refusal } from '../../shared/base/errors.ts'
import type { Address, Bytes32, UnixSeconds } from '../../shared/base/fields.ts'
import { quote } from '../../shared/base/quote.ts'

/** What the file says of an approval. */
export type GivenApproval = Pick<ChurnApproval, 'expiry' | 'kicks' | 'salt' | 'signature'>

const DOING = 'reading the churn approval'
const MAX_FILE = 64 * 1024

const seconds = z
  .union([
    z.int().positive(),
    z
      .string()
      .regex(/^[1-9]\d{0,15}$/)
      .transform(Number),
  ])
  .refine(Number.isSafeInteger)
  .transform((value) => value as UnixSeconds)
const hex = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/)
  .transform((text) => text.toLowerCase() as Hex)
const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .transform((text) => getAddress(text.toLowerCase()) as Address)
const word = hex.refine((text) => text.length === 66).transform((text) => text as Bytes32)
const quorum = z.int().min(0).max(255)

const plain = z.strictObject({
  expiry: seconds,
  kicks: z.array(z.strictObject({ operator: address, quorum }).readonly()).readonly(),
  salt: word,
  signature: hex,
})

/** Bytes as protobuf's JSON has them; left out where there are none. */
const base64 = z
  .base64()
  .default('')
  .transform((text): string => bytesToHex(Uint8Array.from(Buffer.from(text, 'base64'))))
const leaver = z
  .object({ quorumId: quorum.default(0), operator: base64.pipe(address) })
  .transform(({ quorumId, operator }) => ({ operator, quorum: quorumId }))

const churnReply = z
  .object({
    operatorsToChurn: z.array(leaver).default([]),
    signatureWithSaltAndExpiry: z.object({ expiry: seconds, salt: base64.pipe(word), signature: base64.pipe(hex) }),
  })
  .transform(({ operatorsToChurn, signatureWithSaltAndExpiry }) => ({
    ...signatureWithSaltAndExpiry,
    kicks: operatorsToChurn,
  }))

/**
 * Reads a churn approval.
 *
 * @throws AirlockError churn_approval_unreadable; those of reading a file
 */
export function readChurnApproval(path: string): GivenApproval {
  const content = parsed(readBounded(DOING, path, MAX_FILE))
  for (const form of [plain, churnReply]) {
    const result = form.safeParse(content)
    if (result.success) return result.data
  }
  const expected = 'expected JSON with expiry, kicks, salt and signature, or the ChurnReply of a churner as JSON'
  const hint = 'see docs/operations-m2.md for both forms'
  throw refusal(DOING, 'churn_approval_unreadable', `${quote(path)} is no churn approval: ${expected}`, hint)
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
  } catch {
    return undefined
  }
}
