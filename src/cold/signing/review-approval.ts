// The gate before an approval is signed: a person has read the document and typed that they approve it.
//
// ReadDocument is made here and nowhere else, and signApproval takes nothing else. The phrase begins with another word
// than that of `sign`, so that neither can be typed for the other, and has two words of the digest and the number of
// warnings. Anything else, an empty line included, declines.
import { coldCommand } from '../../shared/base/commands.ts'
import type { ApprovalSubject } from '../../shared/ledger/approval.ts'
import type { DocumentDigest } from '../../shared/base/document.ts'
import { refusal } from '../../shared/base/errors.ts'
import type { Approvable } from './approvable.ts'
import { phraseOf } from './review.ts'

/** Held by this module alone: without it no ReadDocument is made. */
const pass = Symbol('review of an approval')

/** What an approval is about. */
export interface ApprovedDocument {
  readonly subject: ApprovalSubject
  readonly digest: DocumentDigest
}

/** A document that a person read and approved. */
export class ReadDocument {
  /** Present only on what this module made: a look-alike has none. */
  readonly #approved: ApprovedDocument

  private constructor(approved: ApprovedDocument, key: symbol) {
    if (key !== pass)
      throw refusal(
        'reviewing',
        'review_forged',
        'a review was made outside of the review',
        `use ${coldCommand('approve')}`,
      )
    this.#approved = approved
  }

  /**
   * Asks for the approval of a document that has been shown.
   *
   * @param shown what was shown
   * @param ask puts a question to the person and gives the line typed
   * @throws AirlockError declined
   */
  static async review(shown: Approvable, ask: (question: string) => Promise<string>): Promise<ReadDocument> {
    const phrase = phraseOf('approve', shown)
    const typed = await ask(`To approve, type: ${phrase}\nAnything else declines [no]: `)
    if (typed.trim() !== phrase) {
      throw refusal(
        'reviewing',
        'declined',
        'you declined; no key was opened and nothing was signed',
        'to look again, type the same command',
      )
    }
    return new ReadDocument({ subject: shown.subject, digest: shown.digest }, pass)
  }

  /**
   * The document that was approved.
   *
   * @throws AirlockError review_forged when `read` was not made by review()
   */
  static open(read: ReadDocument): ApprovedDocument {
    const given: unknown = read
    if (typeof given !== 'object' || given === null || !(#approved in given)) {
      const seen = 'this document was not approved in a review'
      throw refusal('signing an approval', 'review_forged', seen, `use ${coldCommand('approve')}`)
    }
    return given.#approved
  }
}
