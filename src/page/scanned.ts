// What has been scanned so far, without anything of a browser: texts in, progress as sentences and a document out.
//
// A document is judged by unpackDocument alone. A refused one ends the scan: its code would be read again at once.
import { digestWords, documentDigest, type DocumentDigest } from '../shared/base/document.ts'
import { documentKind, unpackDocument, type DocumentKind } from '../shared/qr/packed.ts'
import { UrReader, type UrProgress, type UrReceipt } from '../shared/qr/ur-reader.ts'
import { urFaults, type UrFault } from '../shared/qr/ur.ts'

/** A document that came across. */
export interface Scanned {
  readonly kind: DocumentKind
  /** The file, byte by byte. */
  readonly bytes: Uint8Array
  readonly digest: DocumentDigest
  readonly words: readonly string[]
}

/** What a canonical document is, by its first lines. */
export function describe(bytes: Uint8Array): Scanned {
  const digest = documentDigest(bytes)
  return { kind: documentKind(bytes), bytes, digest, words: digestWords(digest) }
}

/** One scan, from its first code to a document. */
export class Scan {
  readonly #reader = new UrReader()
  #document: Scanned | null = null
  #last: UrFault | null = null

  /** The document, once it is whole. */
  get document(): Scanned | null {
    return this.#document
  }

  get progress(): UrProgress {
    return this.#reader.progress
  }

  /** Why the last text that was not taken was not, as a sentence; null where all were. */
  get lastFault(): string | null {
    return this.#last === null ? null : urFaults[this.#last]
  }

  /**
   * Takes a text of a code.
   *
   * @throws AirlockError when the codes are whole and hold no document
   */
  receive(text: string): UrReceipt {
    const receipt = this.#reader.receive(text.trim())
    if (receipt.outcome === 'rejected') this.#last = receipt.fault
    if (receipt.outcome === 'whole' && this.#reader.message !== null) {
      this.#document = describe(unpackDocument(this.#reader.message))
    }
    return receipt
  }
}

/** Numbers that a line names at most. */
const NAMED = 12

/** How many parts are held. */
export function partsLine({ needed, held, seen }: UrProgress): string {
  if (needed === 0) return 'No code seen yet.'
  return `${held} of ${needed} ${needed === 1 ? 'part' : 'parts'} held, ${seen} ${seen === 1 ? 'code' : 'codes'} seen.`
}

/** Which parts are missing; null where none is, or nothing is known yet. */
export function missingLine({ needed, missing }: UrProgress): string | null {
  if (needed === 0 || missing.length === 0) return null
  const named = missing.slice(0, NAMED).join(', ')
  return `Missing: ${named}${missing.length > NAMED ? ` and ${missing.length - NAMED} more` : ''}.`
}

/** Codes of other messages; null where none was seen. */
export function strangersLine({ strangers, stranger, message }: UrProgress): string | null {
  if (strangers === 0) return null
  const codes = strangers === 1 ? '1 code' : `${strangers} codes`
  return `${codes} of another message (${stranger ?? ''}) seen and left out; this one is ${message ?? ''}.`
}

/** Texts that were not taken; null where none was. */
export function rejectedLine({ rejected }: UrProgress, lastFault: string | null): string | null {
  const count = Object.values(rejected).reduce((sum, times) => sum + times, 0)
  return count === 0 ? null : `${count} ${count === 1 ? 'text' : 'texts'} not taken. The last: ${lastFault ?? ''}.`
}
