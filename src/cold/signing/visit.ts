// One request's visit: what the ledger gets to know of it, from the moment it is read to the moment its response is written.
//
// seen, then one decision: refused, declined, or signed (repeated where the same was signed before); delivered once the
// response is whole on its disk. A RecordedResponse is made here alone, after its entry is on the disk: nothing else can be
// written as a response, so no signature leaves without its entry.
import { coldCommand } from '../../shared/base/commands.ts'
import { interrupted } from '../../local/program.ts'
import { proofMessage } from '../../shared/request/derive.ts'
import { messagesOf } from '../../shared/operations/operation-kinds.ts'
import { documentDigest, type DocumentDigest } from '../../shared/base/document.ts'
import { AirlockError, refusal } from '../../shared/base/errors.ts'
import type { Bytes32, UnixSeconds } from '../../shared/base/fields.ts'
import type { LedgerEntry } from '../../shared/ledger/ledger-entry.ts'
import type { EventOf } from '../../shared/ledger/ledger-events.ts'
import { decodeRequest } from '../../shared/request/request.ts'
import { factsOf, type RequestFacts } from '../../shared/ledger/request-facts.ts'
import { encodeResponse, type Signatures } from '../../shared/request/response.ts'
import { signedDigestsOf } from '../../shared/ledger/signed-digests.ts'
import type { OpenedKeys } from '../keystore/keys.ts'
import { stateOf, eventsOf } from '../ledger/ledger-state.ts'
import type { Ledger, NewEvent } from '../ledger/ledger.ts'
import { ownBuild } from '../machine/own-build.ts'
import { validateRequest, type ValidRequest } from '../validate/validate.ts'

/** Held by this module alone: without it no RecordedResponse is made. */
const pass = Symbol('visit')

/** The bytes of a response whose signatures are recorded. */
export class RecordedResponse {
  /** Present only on what this module made: a look-alike has none. */
  readonly #bytes: Uint8Array
  /** The entry that recorded the signatures; of an earlier visit where they were made again. */
  readonly entry: LedgerEntry

  constructor(bytes: Uint8Array, entry: LedgerEntry, key: symbol) {
    if (key !== pass) throw unrecorded()
    this.#bytes = bytes
    this.entry = entry
  }

  /**
   * The bytes to write.
   *
   * @throws AirlockError review_forged when `response` was not made by Visit.record()
   */
  static open(response: RecordedResponse): Uint8Array {
    const given: unknown = response
    if (typeof given !== 'object' || given === null || !(#bytes in given)) throw unrecorded()
    return given.#bytes
  }
}

const unrecorded = (): AirlockError =>
  refusal('releasing', 'review_forged', 'a response that no ledger recorded', `use ${coldCommand('sign')}`)

/** What a visit records beside the request itself. */
export interface Decision {
  readonly approvals: readonly DocumentDigest[]
  /** The review, as text. */
  readonly review: string
  readonly reviewedBy: EventOf<'signed'>['reviewedBy']
  readonly keys: OpenedKeys
}

type Decided = Pick<EventOf<'seen'>, 'policy' | 'program' | 'request'>

export class Visit {
  readonly ledger: Ledger
  readonly valid: ValidRequest
  readonly facts: RequestFacts

  private constructor(ledger: Ledger, valid: ValidRequest, facts: RequestFacts) {
    this.ledger = ledger
    this.valid = valid
    this.facts = facts
  }

  /**
   * Validates what arrived, and records that it was seen, or why it was refused.
   *
   * @throws AirlockError what validateRequest throws, after it is recorded
   */
  static begin(ledger: Ledger, bytes: Uint8Array, clock: UnixSeconds): Visit {
    const valid = validated(ledger, bytes, clock)
    const visit = new Visit(ledger, valid, factsOf(valid))
    ledger.keep(bytes)
    ledger.append(() => ({ event: 'seen', ...visit.#decided() }))
    return visit
  }

  #decided(): Decided {
    return { policy: stateOf(this.ledger).policy, program: ownBuild(), request: this.facts }
  }

  /**
   * Runs the rest of the visit; what stops it is recorded before it goes on to whoever asked.
   *
   * @throws whatever `rest` throws
   */
  async during<Result>(rest: () => Promise<Result>): Promise<Result> {
    // Ctrl-C outside of a question ends the process from within: the ledger hears of that too.
    const cut = (): void => void this.#ended(interrupted())
    process.once('exit', cut)
    try {
      return await rest()
    } catch (error) {
      throw error instanceof AirlockError ? this.#ended(error) : error
    } finally {
      process.off('exit', cut)
    }
  }

  /** Records why a visit ends. Where the ledger cannot be written, the person hears of both. */
  #ended(error: AirlockError): AirlockError {
    const declined = error.code === 'declined' || error.code === 'interrupted'
    try {
      this.ledger.append(() =>
        declined
          ? { event: 'declined', ...this.#decided() }
          : refusedEvent(this.ledger, this.facts.digest, this.facts, error),
      )
      return error
    } catch (also) {
      if (!(also instanceof AirlockError) || also.code === error.code) return error
      return new AirlockError(error.doing, [...error.problems, ...also.problems])
    }
  }

  /**
   * Checks once more and records signatures, before they may leave.
   *
   * @param check throws when the ledger, as it is at that moment, forbids them
   * @throws AirlockError what `check` throws, ledger_unwritable
   */
  record(signatures: Signatures, decision: Decision, check: () => void): RecordedResponse {
    const review = this.ledger.keep(new TextEncoder().encode(decision.review))
    const signed = this.#signed(signatures, decision, review)
    const written = this.ledger.append(() => {
      check()
      const of = this.#earlier(signed)
      return of === null ? { ...signed, ...this.#decided() } : { event: 'repeated', of, ...this.#decided() }
    })
    const entry = written.body?.event === 'repeated' ? this.ledger.entries[written.body.of - 1] : written
    if (entry === undefined) throw unrecorded()
    const bytes = encodeResponse({ ...signatures, anchors: [this.ledger.anchor(entry)] })
    return new RecordedResponse(bytes, entry, pass)
  }

  #signed(signatures: Signatures, { approvals, keys, reviewedBy }: Decision, review: DocumentDigest): SignedEvent {
    const address = keys.ecdsa && keys.ecdsa.address
    return {
      ...{ approvals, digests: signedDigestsOf(this.valid, signatures), event: 'signed', review, reviewedBy },
      keys: { address, operatorId: keyBound(this.valid, keys) },
      ...this.#decided(),
    }
  }

  /** The entry that recorded the very same signatures before: they are deterministic, so the same response can be made. */
  #earlier(signed: SignedEvent): number | null {
    const same = eventsOf(this.ledger.entries, 'signed').find(
      ({ body }) =>
        body.request.digest === signed.request.digest &&
        JSON.stringify([body.digests, body.keys]) === JSON.stringify([signed.digests, signed.keys]),
    )
    return same?.entry ?? null
  }

  /** Records that a response was written whole. */
  delivered(response: RecordedResponse): void {
    const digest = this.ledger.keep(RecordedResponse.open(response))
    this.ledger.append(() => ({ event: 'delivered', of: response.entry.entry, response: digest }))
  }
}

type SignedEvent = Extract<NewEvent, { readonly event: 'signed' }>

/** The BLS key that a request binds, as far as it is known: opened, carried as a proof, or named. */
export function keyBound({ request }: Pick<ValidRequest, 'request'>, keys: Pick<OpenedKeys, 'bls'>): Bytes32 | null {
  const message = proofMessage(messagesOf(request))
  if (message === null) return null
  return message.carried === null ? (keys.bls?.operatorId ?? message.operatorId) : message.operatorId
}

/**
 * Reads a document that is no single request; what is wrong with it is recorded as refused before it goes on.
 *
 * @throws AirlockError what `read` throws
 */
export function refusedBefore<Result>(ledger: Ledger, bytes: Uint8Array, read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    if (error instanceof AirlockError) ledger.append(() => refusedEvent(ledger, documentDigest(bytes), null, error))
    throw error
  }
}

function validated(ledger: Ledger, bytes: Uint8Array, clock: UnixSeconds): ValidRequest {
  try {
    return validateRequest(bytes, clock)
  } catch (error) {
    if (error instanceof AirlockError)
      ledger.append(() => refusedEvent(ledger, documentDigest(bytes), factsIn(bytes), error))
    throw error
  }
}

/** The facts of a request that is well-formed, true or not. */
function factsIn(bytes: Uint8Array): RequestFacts | null {
  try {
    return factsOf(decodeRequest('recording', bytes))
  } catch {
    return null
  }
}

const MOST_PROBLEMS = 50
const MOST_TEXT = 500

function refusedEvent(
  ledger: Ledger,
  document: DocumentDigest,
  request: RequestFacts | null,
  error: AirlockError,
): NewEvent {
  const problems = error.problems
    .slice(0, MOST_PROBLEMS)
    .map(({ code, message }) => ({ code, message: message.slice(0, MOST_TEXT) }))
  return { document, event: 'refused', policy: stateOf(ledger).policy, problems, program: ownBuild(), request }
}
