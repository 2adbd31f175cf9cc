// What the checks of a pack of evidence look at, and how they word what is wrong.
import { coldCommand } from '../base/commands.ts'
import { documentDigest, type DocumentDigest } from '../base/document.ts'
import type { Code } from '../base/error-codes.ts'
import { AirlockError, type Problem } from '../base/errors.ts'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import type { EventOf } from '../ledger/ledger-events.ts'

/** A pack whose chain is whole. */
export interface EvidenceView {
  readonly entries: readonly LedgerEntry[]
  readonly document: (digest: DocumentDigest) => Uint8Array | null
}

/** An entry whose body is there, of one event. */
export type EntryOf<Name extends EventOf<'begun'>['event'] | NonNullable<LedgerEntry['body']>['event']> =
  LedgerEntry & {
    readonly body: EventOf<Name>
  }

/** The entries of one event whose bodies are there. */
export const entriesOf = <Name extends NonNullable<LedgerEntry['body']>['event']>(
  entries: readonly LedgerEntry[],
  name: Name,
): readonly EntryOf<Name>[] => entries.flatMap((entry) => (entry.body?.event === name ? [entry as EntryOf<Name>] : []))

const AGAIN = `get the pack again from whoever made it: ${coldCommand('ledger export')}; if it is the same, believe nothing in it`

/** A contradiction in a pack. */
export const wrong = (code: Code, message: string): Problem => ({ code, message, hint: AGAIN })

/** A document of a pack; null where it was left out, or is not the one of its name, which is a problem of its own. */
export function shownDocument({ document }: EvidenceView, digest: DocumentDigest): Uint8Array | null {
  const bytes = document(digest)
  return bytes !== null && documentDigest(bytes) === digest ? bytes : null
}

/** A document decoded, or the problem of one that is there and does not decode. */
export function decoded<Value>(
  code: Code,
  what: string,
  bytes: Uint8Array | null,
  decode: (bytes: Uint8Array) => Value,
): { readonly value: Value | null; readonly problems: readonly Problem[] } {
  if (bytes === null) return { value: null, problems: [] }
  try {
    return { value: decode(bytes), problems: [] }
  } catch (error) {
    if (!(error instanceof AirlockError)) throw error
    return { value: null, problems: [wrong(code, `${what} does not decode: ${error.problems[0].message}`)] }
  }
}
