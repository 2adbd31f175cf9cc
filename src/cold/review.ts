// The second gate: a person has seen the request and typed that it may be signed.
//
// ReviewedRequest is made here and nowhere else, and the signer takes nothing else. The phrase to type holds two words of
// the request's digest and the number of warnings: it cannot be typed by habit, nor for another request. Anything
// else, an empty line included, declines.
import { refusal } from '../shared/errors.ts'
import type { ValidRequest } from './validate.ts'

/** Held by this module alone: without it no ReviewedRequest is made. */
const pass = Symbol('review')

/** A request that a person approved. */
export class ReviewedRequest {
  /** Present only on what this module made: a look-alike has none. */
  readonly #valid: ValidRequest

  private constructor(valid: ValidRequest, key: symbol) {
    if (key !== pass)
      throw refusal('reviewing', 'review_forged', 'a review was made outside of the review', 'use `airlock-cold sign`')
    this.#valid = valid
  }

  /**
   * Asks for approval of a request that has been shown.
   *
   * @param valid what was shown
   * @param ask puts a question to the person and gives the line typed
   * @throws AirlockError declined
   */
  static async review(valid: ValidRequest, ask: (question: string) => Promise<string>): Promise<ReviewedRequest> {
    const phrase = approvalPhrase(valid)
    const typed = await ask(`To sign, type: ${phrase}\nAnything else declines [no]: `)
    if (typed.trim() !== phrase) {
      throw refusal(
        'reviewing',
        'declined',
        'you declined; no key was opened and nothing was signed',
        'to look again, type the same command',
      )
    }
    return new ReviewedRequest(valid, pass)
  }

  /**
   * The request that was approved.
   *
   * @throws AirlockError review_forged when `reviewed` was not made by review()
   */
  static open(reviewed: ReviewedRequest): ValidRequest {
    const given: unknown = reviewed
    if (typeof given !== 'object' || given === null || !(#valid in given)) {
      throw refusal('signing', 'review_forged', 'this request was not approved in a review', 'use `airlock-cold sign`')
    }
    return given.#valid
  }
}

/** What a person types to approve: "sign", the first two words of the request's digest, and the count of warnings. */
export const approvalPhrase = (valid: ValidRequest): string => phraseOf('sign', valid)

/** A verb, the first two words of a document's digest, and the count of its warnings. */
export function phraseOf(
  verb: 'sign' | 'approve',
  { words, findings }: Pick<ValidRequest, 'words' | 'findings'>,
): string {
  const warnings = findings.filter(({ level }) => level === 'warning').length
  const phrase = `${verb} ${words.slice(0, 2).join(' ')}`
  return warnings === 0 ? phrase : `${phrase} with ${warnings} warning${warnings === 1 ? '' : 's'}`
}
