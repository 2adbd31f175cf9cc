// Whether this machine may sign a request now: freezes, the ledger's own state, what was signed before, the policy.
//
// Asked twice: before the person is, with the keys known as far as the request names them, and again at the moment of
// recording, with the keys that were opened and with every entry that other programs wrote meanwhile.
import { coldCommand } from '../../shared/base/commands.ts'
import { ANCHOR_HASH_DIGITS, type Anchor } from '../../shared/base/anchor.ts'
import { ecdsaMessage } from '../../shared/request/derive.ts'
import type { Problem } from '../../shared/base/errors.ts'
import type { Bytes32, UnixSeconds } from '../../shared/base/fields.ts'
import { warning, type Finding } from '../../shared/base/finding.ts'
import { quote } from '../../shared/base/quote.ts'
import type { RequestFacts } from '../../shared/ledger/request-facts.ts'
import { concernsOf } from '../../shared/operations/operation-kinds.ts'
import { clockProblems } from './ledger-clock.ts'
import { equivocations, repetitions, type EquivocationRules, type Intent } from './equivocation.ts'
import { standing } from './left.ts'
import type { Ledger } from './ledger.ts'
import { stateOf, type Freeze } from './ledger-state.ts'
import { namedFolder, settleRecords } from './ledger-words.ts'
import type { ValidRequest } from '../validate/validate.ts'

/** What a request wants signed, with the BLS key as far as it is known. */
export function intentOf(
  { messages, request }: ValidRequest,
  facts: RequestFacts,
  keys: { readonly ecdsa: boolean; readonly operatorId: Bytes32 | null },
): Intent {
  const avsDigest = ecdsaMessage(messages, 'operatorSignature')?.hashes.digest ?? null
  return { facts, avsDigest, quorums: concernsOf(request).quorums, ...keys }
}

/**
 * Everything in a ledger that forbids an intent, the gravest first: the first decides the exit code.
 *
 * @param anchors what the request says of the ledgers it knows
 */
export function ledgerProblems(
  ledger: Ledger,
  intent: Intent,
  anchors: readonly Anchor[],
  rules: EquivocationRules,
): readonly Problem[] {
  const state = stateOf(ledger)
  return [
    ...frozenProblems(ledger, intent, state.frozen),
    ...rollbackProblems(ledger, anchors),
    ...clockProblems(ledger, state, rules.clock),
    ...equivocations(intent, standing(ledger, intent, state.signed), rules, (records) =>
      settleRecords(ledger, records),
    ),
  ]
}

/** What a person should know of what a ledger signed before, where nothing in it forbids an intent. */
export const repetitionFindings = (ledger: Ledger, intent: Intent, clock: UnixSeconds): readonly Finding[] =>
  repetitions(intent, standing(ledger, intent, stateOf(ledger).signed), clock)

/** Words for what a freeze covers. */
export function scopeText({ scope }: Pick<Freeze, 'scope'>): string {
  if (scope.of === 'all') return 'everything'
  return scope.of === 'avs' ? `AVS ${scope.address}` : `key ${scope.key}`
}

function frozenProblems(ledger: Ledger, { facts, operatorId }: Intent, frozen: readonly Freeze[]): Problem[] {
  const covers = ({ scope }: Freeze): boolean => {
    if (scope.of === 'all') return true
    if (scope.of === 'avs') return scope.address === facts.avs || facts.contracts.includes(scope.address)
    return scope.key === facts.operator || scope.key === facts.sender || scope.key === operatorId
  }
  return frozen.filter(covers).map((freeze) => {
    const message = `${scopeText(freeze)} is frozen since entry ${freeze.entry}: ${quote(freeze.reason, 200)}`
    return {
      code: 'frozen',
      message,
      hint: `when it is safe again: ${coldCommand('unfreeze', { ENTRY: freeze.entry, '--reason': 'TEXT', '--ledger': namedFolder(ledger) })}`,
    }
  })
}

/**
 * Somebody has seen more of this ledger than there is: it was rolled back, or its tail was exchanged.
 *
 * @param witness what names the anchors
 */
export function rollbackProblems(ledger: Ledger, anchors: readonly Anchor[], witness = 'the request'): Problem[] {
  const known = anchors.find(({ ledger: id }) => id === ledger.id)
  if (known === undefined) return []
  const entry = ledger.entries[known.entry - 1]
  if (entry?.hash.slice(0, ANCHOR_HASH_DIGITS) === known.hash) return []
  const seen = entry === undefined ? `the ledger ends at entry ${ledger.entries.length}` : 'it is another one here'
  const message = `${witness} knows of entry ${known.entry} of this ledger, and ${seen}: an older copy was put in its place`
  const hint = 'sign nothing; find the newest copy of the ledger: this one does not know all that was signed'
  return [{ code: 'ledger_rolled_back', message, hint }]
}

/** Ledgers that signed for this operator, as the online machine says, and of which not everything is known here. */
export function historyFindings(ledger: Ledger, anchors: readonly Anchor[]): readonly Finding[] {
  const { imported } = stateOf(ledger)
  return anchors
    .filter((known) => known.ledger !== ledger.id && known.entry > (imported.get(known.ledger) ?? 0))
    .map(({ entry, ledger: id }) => {
      const seen = `ledger ${id} signed for this operator, up to its entry ${entry} or beyond`
      return warning('history_missing', `${seen}, and no history of it that reaches so far was imported here`)
    })
}
