// The gate on the way back: a response becomes a VerifiedResponse here and nowhere else.
//
// Bound to our own request by its digest; the operator recovered from each ECDSA signature; the BLS proof checked by the
// pairing; the sender recovered from each fee rung as it would be broadcast. assemble() takes nothing else.
import { hotCommand } from '../../shared/base/commands.ts'
import { checkResponse, type ResponseCheck } from '../../shared/request/check-response.ts'
import { refusal, refuseAll } from '../../shared/base/errors.ts'
import { decodeRequest, type RequestDocument } from '../../shared/request/request.ts'
import { decodeResponse, type SignedResponse } from '../../shared/request/response.ts'
import type { SignedTransaction } from '../../shared/chain/transaction.ts'

/** Held by this module alone: without it no VerifiedResponse is made. */
const pass = Symbol('verify')

/** What a verified response proves. */
export interface Verified {
  readonly document: RequestDocument
  readonly response: SignedResponse
  readonly check: ResponseCheck
}

/** A response whose every signature was checked against our own request. It may be partial. */
export class VerifiedResponse {
  /** Present only on what this module made: a look-alike has none. */
  readonly #verified: Verified

  private constructor(verified: Verified, key: symbol) {
    if (key !== pass) throw forged()
    this.#verified = verified
  }

  /**
   * Verifies the bytes of a response against the bytes of our request.
   *
   * @throws AirlockError with every problem found
   */
  static async verify(requestBytes: Uint8Array, responseBytes: Uint8Array): Promise<VerifiedResponse> {
    const document = decodeRequest('reading the request', requestBytes)
    const response = decodeResponse('reading the response', responseBytes)
    const check = await checkResponse(document, response)
    refuseAll('checking the response', check.problems)
    return new VerifiedResponse({ document, response, check }, pass)
  }

  /**
   * What was verified.
   *
   * @throws AirlockError review_forged when `response` was not made by verify()
   */
  static open(response: VerifiedResponse): Verified {
    const given: unknown = response
    if (typeof given !== 'object' || given === null || !(#verified in given)) throw forged()
    return given.#verified
  }
}

const forged = (): Error =>
  refusal(
    'assembling',
    'review_forged',
    'a response that was not verified',
    `use ${hotCommand('verify')} or ${hotCommand('send')}`,
  )

/** A transaction whose sender has been proven, ready to broadcast. */
export type AssembledTransaction = SignedTransaction

/**
 * The transactions of a verified response, lowest rung first: the very bytes that cold signed.
 *
 * @throws AirlockError response_incomplete when a part is still missing, or no transaction was asked for
 */
export function assemble(response: VerifiedResponse): readonly [AssembledTransaction, ...AssembledTransaction[]] {
  const { check, document } = VerifiedResponse.open(response)
  if (document.request.transaction === null) throw noneAsked()
  const [lowest, ...higher] = check.transactions
  if (lowest === undefined || check.missing.length > 0) {
    const seen = `the response is partial: ${check.missing.join(' and ')} missing`
    const hint = `sign on the machine that holds the other key: ${hotCommand('verify')} says how`
    throw refusal('assembling', 'response_incomplete', seen, hint)
  }
  return [lowest, ...higher]
}

/** A complete response to a request for messages alone: another program makes the call that carries them. */
const noneAsked = (): Error =>
  refusal(
    'assembling',
    'response_incomplete',
    'the request asks for no transaction, so that there is none to send',
    "make the call from the operator's own contract, with the signatures of this response",
  )
