// One registration, followed on the chain: what became of it before, and while it is waited for.
//
// Dropped: no node has it and its nonce is unused, so the same bytes go out again. Reorganised: the block that held it is gone,
// which is explained, and then it is as if it had been dropped. Replaced: its nonce is used, and by which transaction is looked
// up. Gap: a nonce before it is unused. Each is written to the journal; a send is written there before it happens.
import { hang, say } from '../local/terminal.ts'
import { AirlockError } from '../shared/errors.ts'
import type { Bytes32 } from '../shared/fields.ts'
import type { DocumentDigest } from '../shared/document.ts'
import type { UnsignedRequest } from '../shared/request.ts'
import { broadcast } from './broadcast.ts'
import {
  fateOf,
  gapOf,
  gapProblem,
  memoryOf,
  reorganisation,
  reorganisationText,
  replacedProblem,
  type Fate,
  type Memory,
  type NonceUse,
  type Reorganisation,
  type Seen,
} from './fate.ts'
import { readJournal, type Registration } from './journal.ts'
import { nonceOwners, whoseTransaction } from './journal-owners.ts'
import { senderOf } from './journal-request.ts'
import { findNonceUse, hashAt, pendingNonce } from './nonce-use.ts'
import { same, type Nodes } from './nodes.ts'
import type { MinedTransaction, Whereabouts } from './receipt.ts'
import type { AssembledTransaction } from './verify.ts'

const DOING = 'sending'
/** Looks at which no node has the transaction, before it is sent again: behind one name may be nodes that lag. */
const LOOKS = 6

/** What is followed, and where it is written down. */
export interface Followed {
  readonly request: UnsignedRequest
  readonly rungs: readonly AssembledTransaction[]
  readonly journal: Registration
  /** The folder of all registrations, to say whose a transaction is. */
  readonly folder: string | null
  readonly response: DocumentDigest
  /** How many are waited for. */
  readonly confirmations: number
}

/** What the chain says by now, and what it took back. */
export interface Judged {
  readonly fate: Fate
  readonly gone: Reorganisation | null
  readonly seen: Seen
}

/**
 * Judges what the nodes said in the light of what the journal remembers; asks for one block more where that is needed.
 *
 * @throws AirlockError those of the connection
 */
export async function judge(
  nodes: Nodes,
  request: UnsignedRequest,
  { mined, pending, nonces, head }: Whereabouts,
  memory: Memory,
): Promise<Judged> {
  const place = mined && { rung: mined.rung, block: blockPlace(mined) }
  const lost = memory.mined !== null && memory.mined.block.hash !== place?.block.hash ? memory.mined.block : null
  const canonical = lost === null ? null : await hashAt(nodes, lost.number, lost.hash)
  const next = Math.min(...nonces.map(({ value }) => value))
  const seen = { nonce: request.transaction.nonce, next, mined: place, pending, canonical }
  return { seen, fate: fateOf(seen, memory), gone: reorganisation(seen, memory, head) }
}

/** The block of a mined transaction. */
export const blockPlace = ({ block, blockHash }: MinedTransaction): { hash: Bytes32; number: number } => ({
  hash: blockHash.toLowerCase() as Bytes32,
  number: block,
})

/** Follows one registration. */
export class Following {
  readonly #nodes: Nodes
  readonly #what: Followed
  #absent = 0
  #looks = LOOKS

  constructor(nodes: Nodes, what: Followed) {
    this.#nodes = nodes
    this.#what = what
  }

  /**
   * Finds out and explains what happened before.
   *
   * @throws AirlockError nonce_used, nonce_gap, rpc_disagree, and those of the connection
   */
  async before(whereabouts: Whereabouts): Promise<Fate> {
    const { request } = this.#what
    const judged = await this.#judged(whereabouts, (text) => say(hang('Note: ', text)))
    const { fate, gone, seen } = judged
    if (fate.kind === 'mined') this.#noteMined(whereabouts)
    if (fate.kind === 'mined' || fate.kind === 'pending') return fate
    same(`the next nonce of ${senderOf(request)}`, whereabouts.nonces, String)
    if (fate.kind === 'replaced') throw await this.#replaced(seen, whereabouts.head)
    if (fate.kind === 'gap') throw await this.#gap(seen)
    if (fate.kind === 'dropped' && gone === null) {
      say(hang('Note: ', droppedText(fate)))
      this.#noteDropped(fate)
    }
    return fate
  }

  /**
   * Writes down that a rung is sent, and sends it.
   *
   * @throws AirlockError broadcast_refused, and that of the connection, when no node takes it
   */
  async send(rung: number, how: 'sent' | 'bumped'): Promise<void> {
    const transaction = this.#rung(rung)
    this.noteSent(rung, how)
    await broadcast(this.#nodes, transaction)
  }

  /** Writes down that a rung is sent, or was. */
  noteSent(rung: number, how: 'sent' | 'bumped'): void {
    const { journal, response, request } = this.#what
    const transaction = this.#rung(rung).hash
    journal.note({ event: how, nonce: request.transaction.nonce, response, rung, transaction })
  }

  /**
   * One look while it is waited for: explains what changed, and sends again what no node has.
   *
   * @param rung the highest that was sent
   * @param tell says a sentence to the person
   * @throws AirlockError nonce_used, broadcast_refused, and those of the connection
   */
  async look(whereabouts: Whereabouts, rung: number, tell: (text: string) => void): Promise<void> {
    const { fate, gone, seen } = await this.#judged(whereabouts, tell)
    if (fate.kind === 'mined') this.#noteMined(whereabouts)
    const isAbsent = fate.kind === 'dropped' || fate.kind === 'unsent' || fate.kind === 'gap' || fate.kind === 'replaced'
    this.#absent = isAbsent ? this.#absent + 1 : 0
    if (!isAbsent || (this.#absent < this.#looks && (gone === null || fate.kind === 'replaced'))) return
    if (fate.kind === 'replaced') throw await this.#replaced(seen, whereabouts.head)
    if (gone === null && fate.kind === 'dropped') {
      tell(droppedText(fate))
      this.#noteDropped(fate)
    }
    this.#absent = 0
    this.#looks *= 2
    await this.send(rung, 'sent')
    tell(`Sent again: ${this.#rung(rung).hash}`)
  }

  async #judged(whereabouts: Whereabouts, tell: (text: string) => void): Promise<Judged> {
    const { request, journal } = this.#what
    const judged = await judge(this.#nodes, request, whereabouts, memoryOf(journal.events))
    const { gone, fate } = judged
    if (gone !== null) {
      tell(reorganisationText(gone, fate))
      journal.note({ event: 'reorganised', ...gone })
    }
    return judged
  }

  #noteMined({ mined }: Whereabouts): void {
    if (mined === null) return
    const { journal, confirmations } = this.#what
    const { rung, transaction } = mined
    journal.note({ event: 'mined', block: blockPlace(mined), confirmations, rung, transaction: transaction.hash })
  }

  #noteDropped({ rung, transaction }: Extract<Fate, { kind: 'dropped' }>): void {
    this.#what.journal.note({ event: 'dropped', rung, transaction })
  }

  async #replaced(seen: Seen, head: number): Promise<AirlockError> {
    const { request, journal, rungs, folder } = this.#what
    const operator = senderOf(request)
    const use = await findNonceUse(this.#nodes, operator, seen.nonce, head)
    journal.note({ event: 'replaced', nonce: seen.nonce, by: hashOf(use), block: use?.block ?? null })
    const whose = use?.transaction == null ? null : whoseTransaction(use.transaction, rungs, readJournal(folder), journal.name)
    return new AirlockError(DOING, [replacedProblem(operator, seen, use, whose)])
  }

  async #gap({ nonce, next }: Seen): Promise<AirlockError> {
    const { request, folder } = this.#what
    const operator = senderOf(request)
    const gap = gapOf(nonce, next, await pendingNonce(this.#nodes, operator))
    const others = nonceOwners(readJournal(folder), request)
    return new AirlockError(DOING, [gapProblem(operator, nonce, gap, others)])
  }

  #rung(rung: number): AssembledTransaction {
    const transaction = this.#what.rungs[rung]
    if (transaction === undefined) throw new RangeError('no such rung')
    return transaction
  }
}

const hashOf = (use: NonceUse | null): Bytes32 | null => (use?.transaction ?? null) as Bytes32 | null

/** A dropped transaction in words. */
export const droppedText = ({ rung }: Extract<Fate, { kind: 'dropped' }>): string =>
  `rung ${rung + 1} was sent before, or was about to be; no node has it, and its nonce is unused: it was dropped, or never left`
