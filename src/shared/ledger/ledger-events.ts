// What a ledger can record: one event an entry, told apart by `event` (docs/ledger-format.md).
//
// Every request that was seen, every decision about one, and everything that changes what may be signed. A document is
// named by the SHA-256 of its bytes and kept beside the entries. `blind` is 16 random bytes, so that nobody can guess the
// content of an entry whose body was left out of what they were given.
import * as z from 'zod'
import { ledgerId } from '../base/anchor.ts'
import { responseParts } from '../operation-parts/operation.ts'
import { digestField, type DocumentDigest } from '../base/document.ts'
import { address, bytes32, integer } from '../base/fields.ts'
import { requestFacts } from './request-facts.ts'

const blind = z.string().regex(/^[0-9a-f]{32}$/, 'expected 32 lower-case hex digits without 0x')

/** Which program wrote the entry: its version, and the SHA-256 of its one file. */
const program = z.strictObject({ sha256: digestField, version: z.string().max(40) }).readonly()

/** The policy that was in force; null where there was none. */
const policy = digestField.nullable()

/** The longest reason. */
export const MAX_REASON = 200

/** Why something was done, in a person's words. Controls, formatting marks and lone surrogates could only deceive. */
export const reason = z
  .string()
  .max(MAX_REASON, `expected at most ${MAX_REASON} characters`)
  .refine(
    (text) => /\S/.test(text) && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text),
    `expected 1 to ${MAX_REASON} printable characters`,
  )

/** What is frozen: an AVS by either of its contracts, a key by its address or operator id, or everything. */
export const freezeScope = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('all') }).readonly(),
  z.strictObject({ address, of: z.literal('avs') }).readonly(),
  z.strictObject({ key: z.union([address, bytes32]), of: z.literal('key') }).readonly(),
])
export type FreezeScope = z.output<typeof freezeScope>

const decided = { blind, policy, program, request: requestFacts }
/** Each digest signed, with the part of the response that it is for; one for each fee rung. */
export const signedDigests = z
  .array(z.strictObject({ digest: bytes32, part: z.enum(responseParts) }).readonly())
  .readonly()

const approvals = z.array(digestField).readonly()

export const ledgerEvent = z.discriminatedUnion('event', [
  /** The first entry of every ledger. */
  z.strictObject({ blind, event: z.literal('begun'), program }).readonly(),
  /** A well-formed, true request was read, to be signed. */
  z.strictObject({ ...decided, event: z.literal('seen') }).readonly(),
  /** It was refused; a document that is no true request has no facts, only a digest. */
  z
    .strictObject({
      ...{ blind, document: digestField, event: z.literal('refused'), policy, program },
      problems: z
        .array(z.strictObject({ code: z.string().max(60), message: z.string().max(2000) }).readonly())
        .readonly(),
      request: requestFacts.nullable(),
    })
    .readonly(),
  /** The person declined. */
  z.strictObject({ ...decided, event: z.literal('declined') }).readonly(),
  /** It was signed. Written before any signature leaves. */
  z
    .strictObject({
      ...decided,
      /** Approvals that were counted, by their digests. */
      approvals,
      digests: signedDigests,
      event: z.literal('signed'),
      /** The public names of the keys: an address, an operator id. The latter also where the request carried the proof. */
      keys: z.strictObject({ address: address.nullable(), operatorId: bytes32.nullable() }).readonly(),
      /** The review as it was shown. */
      review: digestField,
      /** Who approved: a person who typed the phrase, or the policy with --yes. */
      reviewedBy: z.enum(['person', 'policy']),
    })
    .readonly(),
  /** The same signatures were made again for the request of an earlier entry. */
  z.strictObject({ ...decided, event: z.literal('repeated'), of: integer(1) }).readonly(),
  /** The response of entry `of` was written whole. */
  z.strictObject({ blind, event: z.literal('delivered'), of: integer(1), response: digestField }).readonly(),
  /** Another policy is in force from here on. */
  z.strictObject({ approvals, blind, event: z.literal('policy'), policy, replaced: policy }).readonly(),
  z.strictObject({ blind, event: z.literal('frozen'), reason, scope: freezeScope }).readonly(),
  z.strictObject({ approvals, blind, event: z.literal('unfrozen'), of: integer(1), reason }).readonly(),
  /** A person states that what entry `of`, of this ledger or of one whose history was imported, recorded can do nothing any more. */
  z
    .strictObject({ approvals, blind, event: z.literal('settled'), ledger: ledgerId, of: integer(1), reason })
    .readonly(),
  /** The history of another ledger counts here too. */
  z.strictObject({ blind, event: z.literal('imported'), history: digestField, records: integer(0) }).readonly(),
  /** What the online machine says became of a transaction. */
  z.strictObject({ blind, event: z.literal('receipt'), receipt: digestField, request: digestField }).readonly(),
  /** This machine's key approved something for another one. */
  z
    .strictObject({
      ...{ approval: digestField, approver: address, blind, digest: digestField, event: z.literal('approved') },
      subject: z.enum(['request', 'policy', 'statement']),
    })
    .readonly(),
])
export type LedgerEvent = z.output<typeof ledgerEvent>
export type EventOf<Name extends LedgerEvent['event']> = Extract<LedgerEvent, { readonly event: Name }>

/** Kinds of documents in a ledger, as --without names them. */
export const documentKinds = [
  'requests',
  'reviews',
  'responses',
  'policies',
  'approvals',
  'histories',
  'receipts',
] as const
export type KeptKind = (typeof documentKinds)[number]

/** A document by its digest and its kind. */
export interface NamedDocument {
  readonly digest: DocumentDigest
  readonly kind: KeptKind
}

/** The documents that are kept with an event. */
export function namedDocuments(event: LedgerEvent): readonly NamedDocument[] {
  const named = (kind: KeptKind, ...digests: readonly (DocumentDigest | null)[]): readonly NamedDocument[] =>
    digests.flatMap((digest) => (digest === null ? [] : [{ digest, kind }]))
  switch (event.event) {
    case 'seen':
      return named('requests', event.request.digest)
    case 'signed':
      return [
        ...named('requests', event.request.digest),
        ...named('reviews', event.review),
        ...named('approvals', ...event.approvals),
        ...named('policies', event.policy),
      ]
    case 'delivered':
      return named('responses', event.response)
    case 'policy':
      return [...named('approvals', ...event.approvals), ...named('policies', event.policy)]
    case 'unfrozen':
    case 'settled':
      return named('approvals', ...event.approvals)
    case 'imported':
      return named('histories', event.history)
    case 'receipt':
      return named('receipts', event.receipt)
    case 'approved':
      return named('approvals', event.approval)
    case 'begun':
    case 'refused':
    case 'declined':
    case 'repeated':
    case 'frozen':
      return []
  }
}
