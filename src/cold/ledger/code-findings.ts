// Whether the contracts of a request run the code that they ran when a request for the same ones was signed here last.
//
// All that arrives is a print (shared/code-print.ts), and only its change says something: the ledger has those of what was
// signed before, its own and imported ones. Compared are requests of one chain that name the same contracts in the same order.
import { note, warning, type Finding } from '../../shared/base/finding.ts'
import type { RequestFacts } from '../../shared/ledger/request-facts.ts'
import type { SignedRecord } from '../../shared/ledger/signed-record.ts'
import { utc } from '../../shared/base/units.ts'

/**
 * A warning where the print is another one than that of the newest signed record which has one for the same contracts; a note
 * where the request has none.
 */
export function codeFindings(facts: RequestFacts, signed: readonly SignedRecord[]): readonly Finding[] {
  const last = signed
    .filter(({ request }) => request.code !== null && sameContracts(request, facts))
    .toSorted((a, b) => a.time - b.time || a.entry - b.entry)
    .at(-1)
  if (last === undefined || last.request.code === facts.code) return []
  const when = `when entry ${last.entry} of ledger ${last.ledger} was signed (${utc(last.time)})`
  if (facts.code === null) {
    const seen = `the request does not say what its contracts run; it was known ${when}`
    return [note('code_unread', `${seen}: whether they were upgraded since cannot be told here`)]
  }
  const seen = `the contracts of this request run other code than ${when}`
  return [
    warning(
      'code_changed',
      `${seen}: they were upgraded, or the online machine was lied to; ask the AVS before you sign`,
    ),
  ]
}

const sameContracts = (a: RequestFacts, b: RequestFacts): boolean =>
  a.chainId === b.chainId && JSON.stringify(a.contracts) === JSON.stringify(b.contracts)
