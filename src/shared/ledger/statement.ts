// statement/1: what approvers are asked besides requests and policies: to lift a freeze, or to settle an entry of a ledger.
//
// "airlock": "statement/1", canonical JSON (document.ts), one page in docs/approvals.md. It names a ledger, one entry of
// it and that entry's hash: approved for one place in one ledger, it is good for no other. It asks and proves nothing;
// what counts is an approval of its digest.
//
// Refused: any other spelling, an unknown statement, a reason that is empty or holds what a person cannot see.
import * as z from 'zod'
import { ledgerId } from '../base/anchor.ts'
import {
  checksum,
  decodeDocument,
  digestField,
  digestWords,
  documentDigest,
  encodeDocument,
  type DocumentDigest,
} from '../base/document.ts'
import { integer } from '../base/fields.ts'
import { MAX_REASON, reason } from './ledger-events.ts'
import { quote } from '../base/quote.ts'
import type { ReviewSection } from '../request/review.ts'
import { grouped } from '../base/units.ts'

const HEADER = 'statement/1'

/** What can be asked; the packed form counts them, so their order never changes. */
export const statementKinds = ['unfreeze', 'settle'] as const

const statement = z
  .strictObject({
    airlock: z.literal(HEADER),
    checksum,
    entry: integer(1),
    entryHash: digestField,
    ledger: ledgerId,
    reason,
    statement: z.enum(statementKinds, `expected one of ${statementKinds.join(', ')}`),
  })
  .readonly()

/** A statement whose every field is well-formed; nothing is said about whether its ledger knows it. */
export type Statement = Omit<z.output<typeof statement>, 'checksum'>

/** A statement with the digest of its bytes. */
export interface StatementDocument {
  readonly statement: Statement
  readonly digest: DocumentDigest
  readonly words: readonly string[]
}

/** The canonical bytes of a statement. */
export const encodeStatement = (fields: Omit<Statement, 'airlock'>): Uint8Array =>
  encodeDocument({ airlock: HEADER, ...fields })

/**
 * Decodes a statement.
 *
 * @param doing what the caller is doing, for the refusal
 * @throws AirlockError with every fault of spelling, schema and range
 */
export function decodeStatement(doing: string, bytes: Uint8Array): StatementDocument {
  const again = 'copy the statement again from the machine that asks, as one whole file'
  const fields = decodeDocument(doing, bytes, HEADER, statement, again)
  const digest = documentDigest(bytes)
  return { statement: fields, digest, words: digestWords(digest) }
}

const asked: Readonly<Record<Statement['statement'], { readonly title: string; readonly means: string }>> = {
  unfreeze: {
    title: 'Lift the freeze of a ledger',
    means: 'the machine that keeps this ledger signs again; the freeze is the entry named here',
  },
  settle: {
    title: 'Settle an open entry of a ledger',
    means: 'the entry named here, which a signing left open, counts as finished from now on',
  },
}

/** A statement in plain words, in the order in which it is read. */
export function statementSections({ digest, statement: fields, words }: StatementDocument): readonly ReviewSection[] {
  const { title, means } = asked[fields.statement]
  return [
    {
      title: 'Statement',
      lines: [
        ['SHA-256', digest],
        ['Words', words.slice(0, 4).join(' ')],
        ['', words.slice(4).join(' ')],
      ],
    },
    {
      title,
      lines: [
        ['Means', means],
        ['Ledger', fields.ledger],
        ['Entry', grouped(fields.entry)],
        ['Entry hash', fields.entryHash],
        ['Reason', quote(fields.reason, MAX_REASON)],
      ],
    },
  ]
}

/** The statement in one sentence, to stand right above the question. */
export function statementSummary({ statement: fields }: StatementDocument): string {
  const { entry, ledger, reason, statement: kind } = fields
  const what = kind === 'unfreeze' ? `lift the freeze of ledger ${ledger}` : `settle an open entry of ledger ${ledger}`
  return `${what}, entry ${grouped(entry)}, because ${quote(reason, MAX_REASON)}`
}
