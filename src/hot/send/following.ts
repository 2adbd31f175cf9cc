// One request, followed on the chain: what became of it before, and while it is waited for.
//
// Dropped: no node has it and its nonce is unused, so the same bytes go out again. Reorganised: the block that held it is gone,
// which is explained, and then it is as if it had been dropped. Replaced: its nonce is used, and by which transaction is looked
// up. Gap: a nonce before it is unused. Each is written to the journal; a send is written there before it happens.
import { hang, say } from '../../local/terminal.ts'
import { AirlockError } from '../../shared/base/errors.ts'
import type { Bytes32 } from '../../shared/base/fields.ts'
import type { DocumentDigest } from '../../shared/base/document.ts'
import type { UnsignedRequest } from '../../shared/request/request.ts'
import { broadcast, offer } from './broadcast.ts'
import type { Sending } from './broadcast-remedies.ts'
import { blockPlace, gapOn, judge, replacedOn, type Judged } from './ask-fate.ts'
import { droppedText, memoryOf, reorganisationText, type Fate, type Seen } from './fate.ts'
import { readJournal, type JournalWriter } from '../journal/journal.ts'
import { accountOf, nonceOf } from '../journal/journal-request.ts'
import { same, type Nodes } from '../rpc/nodes.ts'
import type { Whereabouts } from '../verify/receipt.ts'
import type { AssembledTransaction } from '../verify/verify.ts'

const DOING = 'sending'
/** Looks at which no node has the transaction, before it is sent again: behind one name may be nodes that lag. */
const LOOKS = 6

/** What is followed, and where it is written down. */
export interface Followed {
  readonly request: UnsignedRequest
  readonly rungs: readonly AssembledTransaction[]
  readonly journal: JournalWriter
  /** The folder of all requests, to say whose a transaction is. */
  readonly folder: string | null
  readonly response: DocumentDigest
  /** How many are waited for. */
  readonly confirmations: number
}

/** Follows one request. */
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
    if (fate.kind === 'pending') this.#noteFound(fate.rung)
    if (fate.kind === 'mined' || fate.kind === 'pending') return fate
    same(`the next nonce of ${accountOf(request)}`, whereabouts.nonces, String)
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
    this.#noteSent(rung, how)
    await broadcast(this.#nodes, transaction, this.#sending())
  }

  /**
   * One look while it is waited for: explains what changed, and sends again what no node has.
   *
   * @param rung the highest that was sent
   * @param tell says a sentence to the person
   * @throws AirlockError nonce_used, and those of the connection
   */
  async look(whereabouts: Whereabouts, rung: number, tell: (text: string) => void): Promise<void> {
    const { fate, gone, seen } = await this.#judged(whereabouts, tell)
    if (fate.kind === 'mined') this.#noteMined(whereabouts)
    const isAbsent =
      fate.kind === 'dropped' || fate.kind === 'unsent' || fate.kind === 'gap' || fate.kind === 'replaced'
    this.#absent = isAbsent ? this.#absent + 1 : 0
    if (!isAbsent || (this.#absent < this.#looks && (gone === null || fate.kind === 'replaced'))) return
    if (fate.kind === 'replaced') throw await this.#replaced(seen, whereabouts.head)
    if (gone === null && fate.kind === 'dropped') {
      tell(droppedText(fate))
      this.#noteDropped(fate)
    }
    this.#absent = 0
    this.#looks *= 2
    tell((await this.offered(rung, 'sent')) ?? `Sent again: ${this.#rung(rung).hash}`)
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

  /**
   * Sends a rung while another may be mined at that very moment: that no node takes it stops nothing, the next look tells why.
   *
   * @returns what the nodes said, where none takes it; null where one did
   * @throws AirlockError that of the connection
   */
  async offered(rung: number, how: 'sent' | 'bumped'): Promise<string | null> {
    try {
      await this.send(rung, how)
      return null
    } catch (error) {
      if (!(error instanceof AirlockError) || error.code !== 'broadcast_refused') throw error
      return error.problems[0].message
    }
  }

  /** Offers a rung that was sent before to all nodes again; what they say of it changes nothing. */
  async offerAgain(rung: number): Promise<void> {
    await offer(this.#nodes, this.#rung(rung), this.#sending())
  }

  #sending(): Sending {
    const { request, journal, folder } = this.#what
    return { request, name: journal.name, journal: folder }
  }

  #noteSent(rung: number, how: 'sent' | 'bumped'): void {
    const { journal, response, request } = this.#what
    const transaction = this.#rung(rung).hash
    journal.note({ event: how, nonce: nonceOf(request), response, rung, transaction })
  }

  /** A run that the journal does not know of has sent it: on another machine. */
  #noteFound(rung: number): void {
    if (memoryOf(this.#what.journal.events).sent?.rung !== rung) this.#noteSent(rung, 'sent')
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
    const kept = readJournal(folder)
    const { use, problem } = await replacedOn(this.#nodes, request, seen, head, rungs, kept, journal.name)
    const by = (use?.transaction ?? null) as Bytes32 | null
    journal.note({ event: 'replaced', nonce: seen.nonce, by, block: use?.block ?? null })
    return new AirlockError(DOING, [problem])
  }

  async #gap(seen: Seen): Promise<AirlockError> {
    const { request, folder } = this.#what
    return new AirlockError(DOING, [await gapOn(this.#nodes, request, seen, readJournal(folder))])
  }

  #rung(rung: number): AssembledTransaction {
    const transaction = this.#what.rungs[rung]
    if (transaction === undefined) throw new RangeError('no such rung')
    return transaction
  }
}
