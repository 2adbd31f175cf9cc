// The second gate: a person has seen the request and typed that it may be signed, or the policy covers it whole (--yes).
//
// ReviewedRequest is made here and nowhere else, and the signer takes nothing else. The phrase to type holds two words of
// the request's digest and the number of warnings: it cannot be typed by habit, nor for another request. Anything
// else, an empty line included, declines.
import { coldCommand } from '../../shared/base/commands.ts'
import { refusal, refuseAll, type Problem } from '../../shared/base/errors.ts'
import { coversAll, policyProblems } from '../policy/policy-rules.ts'
import type { Verdict } from '../policy/policy-verdict.ts'
import type { ValidRequest } from '../validate/validate.ts'

/** Held by this module alone: without it no ReviewedRequest is made. */
const pass = Symbol('review')

/** A request that a person approved. */
export class ReviewedRequest {
  /** Present only on what this module made: a look-alike has none. */
  readonly #valid: ValidRequest

  private constructor(valid: ValidRequest, key: symbol) {
    if (key !== pass)
      throw refusal(
        'reviewing',
        'review_forged',
        'a review was made outside of the review',
        `use ${coldCommand('sign')}`,
      )
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
   * Approves in a person's stead: only where the policy in force speaks of every field, and there is no warning.
   *
   * @param verdicts what each rule of the policy says; none where there is no policy
   * @throws AirlockError yes_without_policy, yes_not_covered
   */
  static byPolicy(valid: ValidRequest, verdicts: readonly Verdict[]): ReviewedRequest {
    if (verdicts.length === 0) {
      const seen = '--yes is given, and no policy is in force: nobody would have decided'
      throw refusal('reviewing', 'yes_without_policy', seen, 'leave --yes out, or name a policy with --policy')
    }
    refuseAll('reviewing', uncovered(valid, verdicts))
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
      throw refusal(
        'signing',
        'review_forged',
        'this request was not approved in a review',
        `use ${coldCommand('sign')}`,
      )
    }
    return given.#valid
  }
}

/** Why a policy cannot approve a request by itself, all at once. */
function uncovered({ findings }: ValidRequest, verdicts: readonly Verdict[]): readonly Problem[] {
  const warnings = findings.filter(({ level }) => level === 'warning').map(({ code }) => code)
  const silent = [...policyProblems(verdicts).map(({ code }) => code), ...coversAll(verdicts).map(({ rule }) => rule)]
  const hint = 'leave --yes out: a person may decide what a policy cannot'
  return [
    ...(warnings.length === 0 ? [] : [`--yes does not work with warnings: ${warnings.join(', ')}`]),
    ...(silent.length === 0
      ? []
      : [`--yes needs a policy that speaks of everything; it is silent on ${silent.join(', ')}`]),
  ].map((message) => ({ code: 'yes_not_covered', message, hint }))
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
